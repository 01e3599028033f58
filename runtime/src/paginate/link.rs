//! The `Link` header: RFC 8288, section 3.

use reqwest::header::{HeaderMap, LINK};

use crate::http::header_text::url_text;

/// The target of the first link with this relation, as it is written in the headers; bytes beyond ASCII are
/// percent-encoded.
pub(super) fn target(headers: &HeaderMap, relation: &str) -> Option<String> {
    headers.get_all(LINK).iter().find_map(|value| target_in(&url_text(value), relation))
}

fn target_in(mut text: &str, relation: &str) -> Option<String> {
    loop {
        // Between links are commas and white space; anything else is not a link, and is skipped.
        text = text.get(text.find('<')? + 1..)?;
        let (target, rest) = text.split_once('>')?;
        let (relates, rest) = parameters(rest, relation);
        if relates {
            return Some(target.trim().to_owned());
        }
        text = rest;
    }
}

/// Whether the parameters name the relation, and the text after them.
fn parameters<'a>(mut text: &'a str, relation: &str) -> (bool, &'a str) {
    let mut rel: Option<bool> = None;
    loop {
        text = text.trim_start();
        let Some(rest) = text.strip_prefix(';') else {
            return (rel.unwrap_or(false), text.strip_prefix(',').unwrap_or(text));
        };
        let rest = rest.trim_start();
        let end = rest.find(['=', ';', ',']).unwrap_or(rest.len());
        let (name, rest) = rest.split_at(end);
        let (value, rest) = match rest.strip_prefix('=') {
            Some(rest) => value(rest.trim_start()),
            None => (String::new(), rest),
        };
        // Of several `rel` parameters only the first counts (section 3.3); relations are compared without case.
        if name.trim().eq_ignore_ascii_case("rel") && rel.is_none() {
            rel = Some(value.split_ascii_whitespace().any(|word| word.eq_ignore_ascii_case(relation)));
        }
        text = rest;
    }
}

/// A token or a quoted string, and the text after it.
fn value(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find([';', ',']).unwrap_or(text.len());
        let (token, rest) = text.split_at(end);
        return (token.trim().to_owned(), rest);
    };
    let mut value = String::new();
    let mut chars = quoted.char_indices();
    while let Some((index, c)) = chars.next() {
        match c {
            '"' => return (value, quoted.get(index + 1..).unwrap_or_default()),
            '\\' => value.extend(chars.next().map(|(_, escaped)| escaped)),
            _ => value.push(c),
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_target_is_found() {
        for (header, expected) in [
            (r#"<https://a.example/x?page=2>; rel="next""#, Some("https://a.example/x?page=2")),
            ("<https://a.example/x?page=2>; rel=next", Some("https://a.example/x?page=2")),
            (r#"<https://a.example/1>; rel="prev", <https://a.example/3>; rel="next""#, Some("https://a.example/3")),
            (r#"</x?page=2>; REL="NEXT last""#, Some("/x?page=2")),
            (r#"<?page=2>;rel="last  next";title="a, b; <c>""#, Some("?page=2")),
            (r#"</a>; title="x, <y>; rel=\"next\""; rel="prev", </b>; rel="next""#, Some("/b")),
            ("</a,b;c>; rel=next", Some("/a,b;c")),
            (r#"</a>; rel="prev"; rel="next", </b>;rel="next""#, Some("/b")),
            (r#"</a>; rel*=UTF-8''next, </b> ; rel = "next""#, Some("/b")),
            (r#"</a>; crossorigin; rel="next""#, Some("/a")),
            ("", None),
            ("<", None),
            ("</a>", None),
            ("</a>; rel", None),
            (r#"</a>; rel="nextish""#, None),
            (r#"</a>; rel="unclosed next"#, Some("/a")),
            ("garbage, garbage; rel=next", None),
        ] {
            assert_eq!(target_in(header, "next").as_deref(), expected, "{header}");
        }
    }

    #[test]
    fn several_headers_are_one_list() {
        let mut headers = HeaderMap::new();
        for value in [r#"</a>; rel="prev""#, r#"</b>; rel="next""#] {
            headers.append(LINK, value.parse().unwrap_or_else(|_| unreachable!()));
        }
        assert_eq!(target(&headers, "next").as_deref(), Some("/b"));
    }

    #[test]
    fn bytes_beyond_ascii_hide_no_link() {
        for (bytes, expected) in [
            ("</x?q=zürich>; rel=\"next\"".as_bytes(), "/x?q=z%C3%BCrich"),
            (b"</x?q=z\xFCrich>; rel=\"next\"", "/x?q=z%FCrich"),
            ("</a>; rel=prev; title=\"zurück\", </b>; rel=next".as_bytes(), "/b"),
        ] {
            let value = reqwest::header::HeaderValue::from_bytes(bytes).unwrap_or_else(|_| unreachable!());
            let headers = HeaderMap::from_iter([(LINK, value)]);
            assert_eq!(target(&headers, "next").as_deref(), Some(expected));
        }
    }
}
