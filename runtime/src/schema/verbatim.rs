//! Nested values whose text in the page is the text to store: these need no decoding and encoding.
//!
//! A nested value is stored as serde writes it: fields in the order of the declaration, without spaces. Most APIs send
//! exactly this text. A text that differs by a byte is decoded by the type.

use std::marker::PhantomData;
use std::str::FromStr;

use super::text_enum::TextEnum;

/// The deepest nesting that is matched; serde's own limit is above it.
const DEEPEST: u8 = 100;

/// JSON text in a page, matched from its start.
#[derive(Debug)]
pub struct RawText<'t> {
    rest: &'t str,
    depth: u8,
}

impl<'t> RawText<'t> {
    /// Whether all of the text is as a type would write it.
    pub(crate) fn matches(text: &'t str, matcher: VerbatimMatcher) -> bool {
        let mut text = Self { rest: text, depth: 0 };
        matcher(&mut text) && text.rest.is_empty()
    }

    fn take(&mut self, part: &str) -> bool {
        let rest = self.rest.strip_prefix(part);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// The start of a struct.
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

    /// A string without escapes.
    fn string(&mut self) -> Option<&'t str> {
        let text = self.rest.strip_prefix('"')?;
        let end = text.bytes().position(|byte| byte == b'"' || byte == b'\\')?;
        self.rest = text.get(end..)?.strip_prefix('"')?;
        text.get(..end)
    }

    /// An integer in its canonical form.
    fn integer<T: FromStr>(&mut self) -> bool {
        let end = self.rest.bytes().position(|byte| byte != b'-' && !byte.is_ascii_digit()).unwrap_or(self.rest.len());
        let (number, rest) = self.rest.split_at(end);
        self.rest = rest;
        number != "-0" && number.parse::<T>().is_ok()
    }
}

/// Whether the text starts with a value as its type would write it; if so, consumes it.
pub(crate) type VerbatimMatcher = fn(&mut RawText<'_>) -> bool;

/// A type whose text can be compared with what serde would write.
pub trait Verbatim {
    /// Consumes a value; false where serde may write it differently.
    fn is_verbatim(text: &mut RawText<'_>) -> bool;
}

macro_rules! verbatim {
    ($($($type:ty)|+ => |$text:ident| $matches:expr;)*) => {$($(
        impl Verbatim for $type {
            fn is_verbatim($text: &mut RawText<'_>) -> bool {
                $matches
            }
        }
    )+)*};
}

verbatim! {
    String => |text| text.string().is_some();
    bool => |text| text.take("true") || text.take("false");
    i8 | i16 | i32 | i64 | u8 | u16 | u32 | u64 => |text| text.integer::<Self>();
}

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
        let mut ended = text.take("]");
        while !ended {
            if !T::is_verbatim(text) {
                return false;
            }
            ended = text.take("]");
            if !ended && !text.take(",") {
                return false;
            }
        }
        text.depth -= 1;
        true
    }
}

/// Consumes a name of an enum of names.
pub fn text_enum_verbatim<T: TextEnum>(text: &mut RawText<'_>) -> bool {
    text.string().is_some_and(|name| T::from_name(name).is_some())
}

/// Selects by method resolution: `OptionalVerbatim::<T>::is_verbatim` is that of `T` if `T` is [`Verbatim`], and that
/// of [`NotVerbatim`] otherwise.
#[derive(Debug)]
pub struct OptionalVerbatim<T>(PhantomData<T>);

impl<T: Verbatim> OptionalVerbatim<T> {
    /// Consumes a value.
    pub fn is_verbatim(text: &mut RawText<'_>) -> bool {
        T::is_verbatim(text)
    }
}

/// [`OptionalVerbatim`] of all other types.
pub trait NotVerbatim {
    /// Nothing is known about such a type's text.
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
    fn only_text_that_would_be_written_matches() {
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
    fn types_that_are_not_verbatim_never_match() {
        assert!(RawText::matches("\"a\"", OptionalVerbatim::<String>::is_verbatim));
        assert!(!RawText::matches("1.5", OptionalVerbatim::<f64>::is_verbatim));
    }

    #[test]
    fn depth_has_an_end() {
        let nested = |depth: usize| format!("{}{{\"a\":[]}}{}", "{\"a\":[".repeat(depth), "]}".repeat(depth));
        assert!(is::<Tree>(&nested(40)));
        assert!(!is::<Tree>(&nested(100_000)));
    }
}
