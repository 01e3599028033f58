//! The `Link` header: RFC 8288, section 3.

use reqwest::header::{HeaderMap, LINK};

use crate::http::header_text::url_text;

/// A link.
pub(super) struct Link {
    /// As it is written.
    pub(super) target: String,
    attributes: Vec<(String, String)>,
}

impl Link {
    /// Whether it has the attribute with this value.
    pub(super) fn has(&self, name: &str, value: &str) -> bool {
        let is_it = |(other, text): &(String, String)| other.eq_ignore_ascii_case(name) && text == value;
        self.attributes.iter().any(is_it)
    }

    fn relates(&self, relation: &str) -> bool {
        // Of several `rel` parameters only the first counts (section 3.3); relations are compared without case.
        let rel = self.attributes.iter().find(|(name, _)| name.eq_ignore_ascii_case("rel"));
        rel.is_some_and(|(_, value)| value.split_ascii_whitespace().any(|word| word.eq_ignore_ascii_case(relation)))
    }
}

/// The first link with this relation; bytes beyond ASCII are percent-encoded.
pub(super) fn link(headers: &HeaderMap, relation: &str) -> Option<Link> {
    headers.get_all(LINK).iter().find_map(|value| link_in(&url_text(value), relation))
}

/// The target of the first link with this relation, as it is written in the headers.
pub(super) fn target(headers: &HeaderMap, relation: &str) -> Option<String> {
    link(headers, relation).map(|link| link.target)
}

fn link_in(mut text: &str, relation: &str) -> Option<Link> {
    loop {
        // Between links are commas and white space; anything else is not a link, and is skipped.
        text = text.get(text.find('<')? + 1..)?;
        let (target, rest) = text.split_once('>')?;
        let (attributes, rest) = parameters(rest);
        let link = Link { target: target.trim().to_owned(), attributes };
        if link.relates(relation) {
            return Some(link);
        }
        text = rest;
    }
}

/// The parameters of a link, and the text after them.
fn parameters(mut text: &str) -> (Vec<(String, String)>, &str) {
    let mut all = Vec::new();
    loop {
        text = text.trim_start();
        let Some(rest) = text.strip_prefix(';') else { return (all, text.strip_prefix(',').unwrap_or(text)) };
        let rest = rest.trim_start();
        let end = rest.find(['=', ';', ',']).unwrap_or(rest.len());
        let (name, rest) = rest.split_at(end);
        let (value, rest) = match rest.strip_prefix('=') {
            Some(rest) => value(rest.trim_start()),
            None => (String::new(), rest),
        };
        all.push((name.trim().to_owned(), value));
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
            assert_eq!(link_in(header, "next").map(|link| link.target).as_deref(), expected, "{header}");
        }
    }

    #[test]
    fn a_link_has_its_own_attributes() {
        let header = r#"</a>; rel="prev"; results="false", </b>; rel=next; Results="true"; x"#;
        let link = link_in(header, "next").expect("a link");
        assert!(link.has("results", "true") && link.has("x", "") && !link.has("results", "false"));
        assert!(!link.has("results", "TRUE"), "values are compared as they are");
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
