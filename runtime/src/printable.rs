//! Text of others, made fit to print: a server's words move no cursor, set no title, and fake no line of ours.

use std::borrow::Cow;

/// Escapes control characters, line ends among them, and those that turn the direction of writing.
pub(crate) fn printable<'a>(text: impl Into<Cow<'a, str>>) -> Cow<'a, str> {
    escaped(text.into(), harms)
}

/// The same, for what is laid out in lines: these stay.
pub(crate) fn printable_lines<'a>(text: impl Into<Cow<'a, str>>) -> Cow<'a, str> {
    escaped(text.into(), |c| c != '\n' && harms(c))
}

fn escaped(text: Cow<'_, str>, harms: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&harms) {
        return text;
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if harms(c) {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// Beside the control characters: the marks, embeddings, overrides and isolates of the bidirectional algorithm, and the separators
/// of lines and paragraphs.
fn harms(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_harm_a_terminal_is_escaped() {
        for (text, expected) in [
            ("plain, é and 漢", "plain, é and 漢"),
            ("\x1b[2J\x07\u{9b}31m", r"\u{1b}[2J\u{7}\u{9b}31m"),
            ("a\r\nhelp: run this", r"a\r\nhelp: run this"),
            ("\u{202e}txt.exe\u{2066}", r"\u{202e}txt.exe\u{2066}"),
        ] {
            assert_eq!(printable(text), expected);
        }
        assert_eq!(printable_lines("a\nb\r\x1b"), "a\nb\\r\\u{1b}");
    }
}
