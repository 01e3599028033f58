//! Descriptions: the Markdown of an OpenAPI file as one line of Rust's.

/// The first paragraph, in one line, with nothing in it that would mean something else in docs.
pub(super) fn first_paragraph(text: &str) -> String {
    let text = text.trim().replace("\r\n", "\n").replace("```", "`");
    let words: Vec<&str> = text.split("\n\n").next().unwrap_or_default().split_whitespace().collect();
    let line: String = words.join(" ").chars().filter(|letter| !letter.is_control()).collect();
    let line = shortened(line);
    // Between backticks all letters stand for themselves; where one of them has no other, none is left.
    let is_code = line.matches('`').count().is_multiple_of(2);
    let mut plain = String::with_capacity(line.len());
    let mut within = false;
    let mut rest = line.as_str();
    while let Some(letter) = rest.chars().next() {
        if let Some((link, after)) = link(rest).filter(|_| !within) {
            plain.push_str(&link);
            rest = after;
            continue;
        }
        match letter {
            '`' if is_code => within = !within,
            '[' | ']' | '<' | '>' | '\\' if !within => plain.push('\\'),
            _ => {}
        }
        plain.push(if letter == '`' && !is_code { '\'' } else { letter });
        rest = rest.get(letter.len_utf8()..).unwrap_or_default();
    }
    plain
}

/// A text that is not too long: cut between words, ahead of what these mean.
fn shortened(mut line: String) -> String {
    const LONGEST: usize = 400;
    if let Some((end, _)) = line.char_indices().nth(LONGEST) {
        let end = line.get(..end).and_then(|start| start.rfind(' ')).unwrap_or(end);
        line.truncate(end);
        line.push('…');
    }
    line
}

/// The link that a text starts with, if it does, as docs have it; and what comes behind it.
fn link(text: &str) -> Option<(String, &str)> {
    if let Some(inner) = text.strip_prefix('<') {
        let (url, after) = inner.split_once('>')?;
        return (address(url)? == url).then(|| (format!("<{url}>"), after));
    }
    if let Some(inner) = text.strip_prefix('[') {
        let (name, after) = inner.split_once("](")?;
        let (url, after) = after.split_once(')')?;
        let is_plain = !name.contains(['[', ']', '<', '>', '\\', '`']) && address(url)? == url;
        return is_plain.then(|| (format!("[{name}]({url})"), after));
    }
    let url = address(text)?;
    Some((format!("<{url}>"), text.get(url.len()..).unwrap_or_default()))
}

/// The address that a text starts with, without the sentence's own marks behind it.
fn address(text: &str) -> Option<&str> {
    let start = ["https://", "http://"].into_iter().find(|scheme| text.starts_with(scheme))?.len();
    let is_outside = |letter: char| letter.is_whitespace() || "<>[]\"`\\".contains(letter);
    let url = text.split(is_outside).next()?;
    let url = if url.contains('(') { url } else { url.split(')').next()? };
    let url = url.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*', '_']);
    (url.len() > start).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_are_one_line_of_markdown() {
        for (text, line) in [
            ("  The key.\n\nMore of it.", "The key."),
            ("One\n  two\tthree", "One two three"),
            ("A list[int] of <b>, `Vec<T>`", "A list\\[int\\] of \\<b\\>, `Vec<T>`"),
            ("```\nlet x;\n```", "` let x; `"),
            ("one ` alone <a>", "one ' alone \\<a\\>"),
            ("See https://a.example/x?y=[z].", "See <https://a.example/x?y=>\\[z\\]."),
            (
                "See https://a.example/x_(y), or (http://b.example).",
                "See <https://a.example/x_(y)>, or (<http://b.example>).",
            ),
            (
                "By [RFC 3339](https://a.example/rfc 1), [it](/here)",
                "By \\[RFC 3339\\](<https://a.example/rfc> 1), \\[it\\](/here)",
            ),
            (
                "By [RFC 3339](https://a.example/rfc), <https://b.example>",
                "By [RFC 3339](https://a.example/rfc), <https://b.example>",
            ),
            ("`https://a.example` or https://", "`https://a.example` or https://"),
        ] {
            assert_eq!(first_paragraph(text), line);
        }
    }

    #[test]
    fn long_ones_are_cut() {
        let words = "é `a` ".repeat(100);
        let cut = first_paragraph(&format!("{words}https://a.example"));
        assert!(cut.starts_with("é `a` é") && cut.ends_with("é…") && cut.chars().count() < 401, "{cut}");
        assert_eq!(first_paragraph(&"é".repeat(500)).chars().count(), 401);
    }
}
