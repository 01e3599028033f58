//! Redacting a secret in a text, in any encoding: servers echo what they were sent, each in its own way.

use std::borrow::Cow;

/// The replacement of a secret.
pub(crate) const REDACTED: &str = "***";

/// Redacts a value in a text: as it is, and with any of its characters as URLs or JSON may write them.
pub(crate) fn redact<'t>(text: &'t str, value: &str) -> Cow<'t, str> {
    let Some(first) = value.as_bytes().first() else { return text.into() };
    let (mut redacted, mut copied, mut at) = (String::new(), 0, 0);
    while let Some(rest) = text.as_bytes().get(at..).filter(|rest| !rest.is_empty()) {
        let may_begin = rest.first() == Some(first) || matches!(rest.first(), Some(b'%' | b'+' | b'\\'));
        match may_begin.then(|| matches_encoded(rest, value.as_bytes())).flatten() {
            Some(length) => {
                redacted += text.get(copied..at).unwrap_or_default();
                redacted += REDACTED;
                at += length;
                copied = at;
            }
            None => at += 1,
        }
    }
    if copied == 0 { text.into() } else { (redacted + text.get(copied..).unwrap_or_default()).into() }
}

/// How many bytes at the beginning of a text spell the value, if they do.
fn matches_encoded(text: &[u8], value: &[u8]) -> Option<usize> {
    let (mut length, mut value) = (0, value);
    while !value.is_empty() {
        let text = text.get(length..)?;
        let matches = |unit: &EncodedChar| value.starts_with(unit.bytes());
        let mut units = units(text).into_iter().flatten().filter(matches);
        let unit = units.next()?;
        // The value itself may contain the first character of the escape here.
        if let Some(other) = units.next()
            && let Some(rest) = matches_encoded(text.get(other.length..)?, value.get(other.bytes().len()..)?)
        {
            return Some(length + other.length + rest);
        }
        length += unit.length;
        value = value.get(unit.bytes().len()..)?;
    }
    Some(length)
}

/// One character of a text, or a byte of one.
struct EncodedChar {
    bytes: [u8; 4],
    /// How many of `bytes` are used.
    used: usize,
    /// How many bytes of the text spell it.
    length: usize,
}

impl EncodedChar {
    fn byte(byte: u8, length: usize) -> Self {
        Self { bytes: [byte, 0, 0, 0], used: 1, length }
    }

    fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.used).unwrap_or_default()
    }
}

/// What the text may begin with: its first byte as it is, and the character that an escape there stands for.
fn units(text: &[u8]) -> [Option<EncodedChar>; 2] {
    let escaped = match text {
        [b'%', high, low, ..] => {
            hex(&[*high, *low]).and_then(|code| u8::try_from(code).ok()).map(|byte| EncodedChar::byte(byte, 3))
        }
        [b'+', ..] => Some(EncodedChar::byte(b' ', 1)),
        [b'\\', b'u', digits @ ..] => digits.get(..4).and_then(hex).and_then(char::from_u32).map(|c| {
            let mut bytes = [0; 4];
            let used = c.encode_utf8(&mut bytes).len();
            EncodedChar { bytes, used, length: 6 }
        }),
        [b'\\', escape, ..] => {
            let byte = match escape {
                b'n' => b'\n',
                b'r' => b'\r',
                b't' => b'\t',
                b'b' => 0x08,
                b'f' => 0x0C,
                other => *other,
            };
            Some(EncodedChar::byte(byte, 2))
        }
        _ => None,
    };
    [text.first().map(|byte| EncodedChar::byte(*byte, 1)), escaped]
}

fn hex(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |number, digit| Some(number * 16 + char::from(*digit).to_digit(16)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_redacted_in_every_encoding() {
        let value = "aB/d+e f=\"ü\"";
        for text in [
            "x aB/d+e f=\"ü\" y",
            "x aB%2Fd%2Be%20f%3D%22%C3%BC%22 y",
            "x aB%2fd%2be+f%3d%22%c3%bc%22 y",
            "x aB/d%2Be+f=%22%C3%BC%22 y",
            "x %61%42%2F%64%2B%65%20%66%3D%22%C3%BC%22 y",
            r#"x aB/d+e f=\"ü\" y"#,
            r#"x aB\/d+e f=\"\u00fc\" y"#,
            r"x aB\u002fd\u002Be f\u003d\u0022\u00FC\u0022 y",
        ] {
            assert_eq!(redact(text, value), "x *** y", "{text}");
        }
        for text in ["", "aB/d+e f", "ab/d+e f=\"ü\"", "%", "%2", "\\", "\\u00", "ü%C3", "aB%2"] {
            assert_eq!(redact(text, value), text);
        }
    }

    #[test]
    fn a_value_may_look_like_an_escape() {
        for (text, value) in
            [("a%41b", "%41"), ("a%2541b", "%41"), ("a%41b", "A"), ("a+b", "+"), ("a+b", " "), (r"a\\nb", r"\n")]
        {
            assert_eq!(redact(text, value), "a***b", "{value:?} in {text:?}");
        }
        assert_eq!(redact("aaaa", "a"), "************");
        assert_eq!(redact("abab", "ab"), "******");
        assert_eq!(redact("text", ""), "text");
    }
}
