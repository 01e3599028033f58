//! Parts of rows whose text in a page is what would be stored: then nothing is decoded to be encoded again.
//!
//! A part is stored as serde writes it: its fields in the order of the declaration, without spaces. Most APIs send it just so.
//! Whatever differs by a byte goes by way of the type.

use std::marker::PhantomData;
use std::str::FromStr;

use super::text_enum::TextEnum;

/// As deep as this the text is looked at; serde's own limit is above it.
const DEEPEST: u8 = 100;

/// JSON that stands in a page, looked at from its beginning on.
#[derive(Debug)]
pub struct RawText<'t> {
    rest: &'t str,
    depth: u8,
}

impl<'t> RawText<'t> {
    /// Whether all of it is as a type would write it.
    pub(crate) fn matches(text: &'t str, written: VerbatimMatcher) -> bool {
        let mut text = Self { rest: text, depth: 0 };
        written(&mut text) && text.rest.is_empty()
    }

    fn take(&mut self, part: &str) -> bool {
        let rest = self.rest.strip_prefix(part);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// The beginning of a struct.
    pub fn open(&mut self) -> bool {
        self.depth += 1;
        self.depth <= DEEPEST && self.take("{")
    }

    /// The name of a field, and whether it is the first.
    pub fn key(&mut self, name: &str, first: bool) -> bool {
        (first || self.take(",")) && self.take("\"") && self.take(name) && self.take("\":")
    }

    /// The end of a struct.
    pub fn close(&mut self) -> bool {
        self.depth = self.depth.saturating_sub(1);
        self.take("}")
    }

    /// A string in which nothing is escaped.
    fn string(&mut self) -> Option<&'t str> {
        let text = self.rest.strip_prefix('"')?;
        let end = text.bytes().position(|byte| byte == b'"' || byte == b'\\')?;
        self.rest = text.get(end..)?.strip_prefix('"')?;
        text.get(..end)
    }

    /// An integer as it is written.
    fn integer<T: FromStr>(&mut self) -> bool {
        let end = self.rest.bytes().position(|byte| byte != b'-' && !byte.is_ascii_digit()).unwrap_or(self.rest.len());
        let (number, rest) = self.rest.split_at(end);
        self.rest = rest;
        number != "-0" && number.parse::<T>().is_ok()
    }
}

/// Whether a text begins with a value as its type would write it; if so, goes on behind it.
pub(crate) type VerbatimMatcher = fn(&mut RawText<'_>) -> bool;

/// A type of which it can be told from a text that it would be written so.
pub trait Verbatim {
    /// Goes over a value; false where it may be written otherwise.
    fn is_verbatim(text: &mut RawText<'_>) -> bool;
}

impl Verbatim for String {
    fn is_verbatim(text: &mut RawText<'_>) -> bool {
        text.string().is_some()
    }
}

impl Verbatim for bool {
    fn is_verbatim(text: &mut RawText<'_>) -> bool {
        text.take("true") || text.take("false")
    }
}

macro_rules! integers {
    ($($type:ty),*) => {$(
        impl Verbatim for $type {
            fn is_verbatim(text: &mut RawText<'_>) -> bool {
                text.integer::<$type>()
            }
        }
    )*};
}

integers!(i8, i16, i32, i64, u8, u16, u32, u64);

impl<T: Verbatim> Verbatim for Option<T> {
    fn is_verbatim(text: &mut RawText<'_>) -> bool {
        text.take("null") || T::is_verbatim(text)
    }
}

impl<T: Verbatim> Verbatim for Box<T> {
    fn is_verbatim(text: &mut RawText<'_>) -> bool {
        T::is_verbatim(text)
    }
}

impl<T: Verbatim> Verbatim for Vec<T> {
    fn is_verbatim(text: &mut RawText<'_>) -> bool {
        text.depth += 1;
        if text.depth > DEEPEST || !text.take("[") {
            return false;
        }
        if !text.take("]") {
            loop {
                if !T::is_verbatim(text) {
                    return false;
                }
                if text.take("]") {
                    break;
                }
                if !text.take(",") {
                    return false;
                }
            }
        }
        text.depth -= 1;
        true
    }
}

/// Goes over a name, as an enum of names is written.
pub fn text_enum_verbatim<T: TextEnum>(text: &mut RawText<'_>) -> bool {
    text.string().is_some_and(|name| T::from_name(name).is_some())
}

/// Stands for a type, whether it is [`Verbatim`] or not: `OptionalVerbatim::<T>::written` is its own function if it is.
#[derive(Debug)]
pub struct OptionalVerbatim<T>(PhantomData<T>);

impl<T: Verbatim> OptionalVerbatim<T> {
    /// Goes over a value.
    pub fn written(text: &mut RawText<'_>) -> bool {
        T::is_verbatim(text)
    }
}

/// [`OptionalVerbatim`] for all other types.
pub trait NotVerbatim {
    /// Nothing is known of how a value is written.
    #[must_use]
    fn is_verbatim(_: &mut RawText<'_>) -> bool {
        false
    }
}

impl<T> NotVerbatim for OptionalVerbatim<T> {}

#[cfg(test)]
mod tests {
    use super::*;

    fn is<T: Verbatim>(text: &str) -> bool {
        RawText::matches(text, T::is_verbatim)
    }

    struct Tree;

    impl Verbatim for Tree {
        fn is_verbatim(text: &mut RawText<'_>) -> bool {
            text.open() && text.key("a", true) && Vec::<Self>::is_verbatim(text) && text.close()
        }
    }

    #[test]
    fn only_what_would_be_written_so_is_taken() {
        assert!(is::<Vec<String>>(r#"["a","ä",""]"#) && is::<Vec<String>>("[]"));
        for other in [
            r#"["a", "b"]"#,
            r#"["\u0061"]"#,
            r#"["a\"]"#,
            r#"["a"]]"#,
            r#"["a""b"]"#,
            r#"["a",]"#,
            "null",
            r#"["a""#,
            "[",
            "",
        ] {
            assert!(!is::<Vec<String>>(other), "{other}");
        }
        assert!(is::<Option<i8>>("null") && is::<Option<i8>>("-128") && is::<u64>("18446744073709551615"));
        for other in ["128", "-0", "1.0", "1e1", "", "-", "--1", "1-1", "\"1\"", "+1"] {
            assert!(!is::<Option<i8>>(other), "{other}");
        }
        assert!(!is::<bool>("truefalse") && is::<bool>("false"));
    }

    #[test]
    fn depth_has_an_end() {
        let nested = |depth: usize| format!("{}{{\"a\":[]}}{}", "{\"a\":[".repeat(depth), "]}".repeat(depth));
        assert!(is::<Tree>(&nested(40)));
        assert!(!is::<Tree>(&nested(100_000)));
    }
}
