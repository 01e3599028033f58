//! The `Link` header: RFC 8288, section 3.

use reqwest::header::{HeaderMap, LINK};

use crate::error::{Error, ErrorKind, Result};
use crate::http::header_text::{lossy_text, url_text};
use crate::printable::clip;

/// A link.
pub(super) struct Link {
    /// As it is written.
    pub(super) target: String,
    attributes: Attributes,
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
///
/// # Errors
/// Where there is none, but a header that cannot be read: the link may be what is meant there.
pub(super) fn link(headers: &HeaderMap, relation: &str) -> Result<Option<Link>> {
    let mut unread = None;
    for value in headers.get_all(LINK) {
        match link_in(&url_text(value), relation) {
            Ok(Some(link)) => return Ok(Some(link)),
            Ok(None) => {}
            Err(Unreadable) => unread = unread.or(Some(value)),
        }
    }
    let Some(value) = unread else { return Ok(None) };
    let shown = format!("{:?}", clip(&lossy_text(value), 120));
    let message = format!("the response header `Link` cannot be read: {shown}");
    let help = "the API must send it as RFC 8288 has it: `<https://…>; rel=\"next\"`; where it means no next page, declare another `paginator`";
    Err(Error::new(ErrorKind::Decode, message).quoting(&shown).with_help(help))
}

/// The target of the first link with this relation, as it is written in the headers.
pub(super) fn target(headers: &HeaderMap, relation: &str) -> Result<Option<String>> {
    Ok(link(headers, relation)?.map(|link| link.target))
}

/// A header that is no list of links.
#[derive(Debug, PartialEq)]
struct Unreadable;

fn link_in(mut text: &str, relation: &str) -> Result<Option<Link>, Unreadable> {
    loop {
        text = text.trim_start_matches(|c: char| c == ',' || c.is_whitespace());
        if text.is_empty() {
            return Ok(None);
        }
        let (target, rest) = text.strip_prefix('<').and_then(|text| text.split_once('>')).ok_or(Unreadable)?;
        let (attributes, rest) = parameters(rest)?;
        let link = Link { target: target.trim().to_owned(), attributes };
        if link.relates(relation) {
            return Ok(Some(link));
        }
        text = rest;
    }
}

/// The names and values of a link's parameters.
type Attributes = Vec<(String, String)>;

/// The parameters of a link, and the text after them.
fn parameters(mut text: &str) -> Result<(Attributes, &str), Unreadable> {
    let mut all = Vec::new();
    loop {
        text = text.trim_start();
        if text.is_empty() || text.starts_with(',') {
            return Ok((all, text));
        }
        let rest = text.strip_prefix(';').ok_or(Unreadable)?.trim_start();
        let end = rest.find(['=', ';', ',']).unwrap_or(rest.len());
        let (name, rest) = rest.split_at(end);
        let (value, rest) = match rest.strip_prefix('=') {
            Some(rest) => value(rest.trim_start())?,
            None => (String::new(), rest),
        };
        // `rel: next`
        if name.contains([':', '<', '"']) {
            return Err(Unreadable);
        }
        // An empty one is allowed: `<…>;, <…>`.
        if !name.trim().is_empty() {
            all.push((name.trim().to_owned(), value));
        }
        text = rest;
    }
}

/// A token or a quoted string, and the text after it. Some servers quote by other signs.
fn value(text: &str) -> Result<(String, &str), Unreadable> {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find([';', ',']).unwrap_or(text.len());
        let (token, rest) = text.split_at(end);
        let token = token.trim().trim_matches('\'');
        let token = token.strip_prefix("%E2%80%9C").and_then(|token| token.strip_suffix("%E2%80%9D")).unwrap_or(token);
        return Ok((token.to_owned(), rest));
    };
    let mut value = String::new();
    let mut chars = quoted.char_indices();
    while let Some((index, c)) = chars.next() {
        match c {
            '"' => return Ok((value, quoted.get(index + 1..).unwrap_or_default())),
            '\\' => value.extend(chars.next().map(|(_, escaped)| escaped)),
            _ => value.push(c),
        }
    }
    Err(Unreadable)
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
            ("</a>;\trel=\t\"next\"", Some("/a")),
            ("</a>; rel='next'", Some("/a")),
            ("</a>; rel=%E2%80%9Cnext%E2%80%9D", Some("/a")),
            ("</a>;, </b>; rel=next, garbage", Some("/b")),
            ("", None),
            (" , ", None),
            ("</a>", None),
            ("</a>; rel", None),
            (r#"</a>; rel="nextish""#, None),
        ] {
            let found = link_in(header, "next").map(|link| link.map(|link| link.target));
            assert_eq!(found, Ok(expected.map(str::to_owned)), "{header}");
        }
    }

    #[test]
    fn a_header_that_is_no_list_of_links_is_not_taken_for_an_absent_one() {
        for header in [
            "<",
            "</a; rel=next",
            "/a; rel=next",
            "</a> rel=next",
            "</a>; rel: next",
            "rel=next; </a>",
            "garbage, garbage; rel=next",
            r#"</a>; rel="unclosed next"#,
            r#"</a>; title="unclosed; rel=prev, </b>; rel=next"#,
        ] {
            assert_eq!(link_in(header, "next").map(|link| link.map(|link| link.target)), Err(Unreadable), "{header}");
        }
        let headers = HeaderMap::from_iter([(LINK, reqwest::header::HeaderValue::from_static("/a; rel=next"))]);
        let error = target(&headers, "next").map(drop).expect_err("no link");
        assert_eq!(error.to_string(), "the response header `Link` cannot be read: \"/a; rel=next\"");
    }

    #[test]
    fn a_link_has_its_own_attributes() {
        let header = r#"</a>; rel="prev"; results="false", </b>; rel=next; Results="true"; x"#;
        let link = link_in(header, "next").ok().flatten().expect("a link");
        assert!(link.has("results", "true") && link.has("x", "") && !link.has("results", "false"));
        assert!(!link.has("results", "TRUE"), "values are compared as they are");
    }

    #[test]
    fn several_headers_are_one_list() {
        let mut headers = HeaderMap::new();
        // One that cannot be read hides no other.
        for value in ["/a; rel=next", r#"</a>; rel="prev""#, r#"</b>; rel="next""#] {
            headers.append(LINK, value.parse().unwrap_or_else(|_| unreachable!()));
        }
        assert_eq!(target(&headers, "next").ok().flatten().as_deref(), Some("/b"));
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
            assert_eq!(target(&headers, "next").ok().flatten().as_deref(), Some(expected));
        }
    }
}
