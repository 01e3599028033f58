//! Text of others, made fit to print: what a server sends moves no cursor, sets no title, and fakes no line of ours.

use std::borrow::Cow;

/// Escapes control characters, line breaks included, and those that turn the direction of writing.
pub(crate) fn printable<'a>(text: impl Into<Cow<'a, str>>) -> Cow<'a, str> {
    let text = text.into();
    if is_printable(&text) {
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

/// The start of a text that is longer than this many characters, in whole words.
pub(crate) fn clip(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        Some((end, _)) => format!("{}…", whole_words(text, end)),
        None => text.to_owned(),
    }
}

/// A text up to the last word that ends before `end`, unless that is a long one.
fn whole_words(text: &str, end: usize) -> &str {
    const LONG: usize = 24;
    let (start, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    if rest.starts_with(|next: char| !next.is_alphanumeric()) {
        return start.trim_end();
    }
    let word = start.trim_end_matches(char::is_alphanumeric);
    let is_long = word.trim().is_empty() || start.len() - word.len() > LONG;
    if is_long { start } else { word.trim_end() }
}

/// Whether nothing in the text needs an escape.
pub(crate) fn is_printable(text: &str) -> bool {
    !text.contains(harms)
}

/// Whether a terminal obeys it: a control character, a mark, embedding, override or isolate of the bidirectional
/// algorithm, or a separator of lines or paragraphs.
fn harms(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_between_words() {
        for (text, longest, expected) in [
            ("short", 5, "short"),
            ("the server is being moved", 16, "the server is…"),
            ("the server is being moved", 13, "the server is…"),
            ("the server, at last", 10, "the server…"),
            (r#"{"error":"unavailable"}"#, 15, r#"{"error":"…"#),
            ("unavailable", 4, "unav…"),
            ("a 0123456789012345678901234567890", 30, "a 0123456789012345678901234567…"),
            ("é été", 4, "é…"),
        ] {
            assert_eq!(clip(text, longest), expected, "{text}");
        }
    }

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
    }
}
