//! Path templates: `/v1/projects/{project}/branches`.
//!
//! Whether a placeholder names a param is left to `format!`, which gets the very literal that the user wrote and points into
//! it. Here is refused what `format!` would accept and a path does not.

use super::placeholder::{ParentField, Placeholder};
use crate::syntax::Literal;

#[derive(Clone)]
pub(crate) struct Template {
    pub(crate) pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    Text(String),
    /// The name of a param.
    Placeholder(String),
    Parent(ParentField),
}

impl Template {
    pub(crate) fn placeholders(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Placeholder(name) => Some(name.as_str()),
            Piece::Text(_) | Piece::Parent(_) => None,
        })
    }

    /// The fields of parents.
    pub(crate) fn parents(&self) -> impl Iterator<Item = &ParentField> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Parent(field) => Some(field),
            Piece::Text(_) | Piece::Placeholder(_) => None,
        })
    }
}

impl Literal for Template {
    const EXAMPLE: &'static str = "\"/v1/things\"";

    fn parse(text: &str) -> Result<Self, String> {
        if text.contains("://") {
            return Err("a path is relative to `base_url`\nhelp: write it from the `/` after the host".to_owned());
        }
        if !text.starts_with('/') {
            return Err(format!("a path starts with `/`\nhelp: write `\"/{text}\"`"));
        }
        if text.starts_with("//") {
            return Err("a path that starts with `//` would lead to another host".to_owned());
        }
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            let (literal, tail) = rest.split_at(at);
            if !literal.is_empty() {
                pieces.push(Piece::Text(plain(literal)?));
            }
            if tail.starts_with('}') {
                return Err(if tail.starts_with("}}") {
                    "`}}` is no part of a path\nhelp: a brace in a path is written `%7D`".to_owned()
                } else {
                    "this `}` has no `{` before it".to_owned()
                });
            }
            let tail = tail.get(1..).unwrap_or_default();
            if tail.starts_with('{') {
                return Err("`{{` is no part of a path\nhelp: a brace in a path is written `%7B`".to_owned());
            }
            let Some((name, tail)) = tail.split_once('}') else {
                return Err("a `{` is not closed".to_owned());
            };
            pieces.push(match Placeholder::parse(name)? {
                Placeholder::Param(name) => Piece::Placeholder(name),
                Placeholder::Parent(field) => Piece::Parent(field),
            });
            rest = tail;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(plain(rest)?));
        }
        if text.split('/').any(|segment| segment == "." || segment == "..") {
            return Err("a path has no `.` or `..` segments: they would lead to another path".to_owned());
        }
        Ok(Self { pieces })
    }
}

fn plain(text: &str) -> Result<String, String> {
    match text
        .chars()
        .find(|letter| matches!(letter, '?' | '#' | '\\') || letter.is_whitespace() || letter.is_control())
    {
        None => Ok(text.to_owned()),
        Some('?') => Err("a query is no part of a path\nhelp: declare it with `params(name = \"value\")`".to_owned()),
        Some('#') => Err("a fragment is never sent\nhelp: a `#` in a path is written `%23`".to_owned()),
        Some('\\') => Err("a path is written with `/`, not with `\\`".to_owned()),
        Some(_) => {
            Err("a path has no white space or control characters\nhelp: a space in a path is written `%20`".to_owned())
        }
    }
}

/// A value as a part of a path, encoded as the runtime does it.
pub(crate) fn encode(value: &str) -> String {
    let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let encoded =
        value.bytes().map(|byte| if unreserved(byte) { char::from(byte).into() } else { format!("%{byte:02X}") });
    encoded.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates() {
        let names = |text| {
            Template::parse(text)
                .map(|template: Template| template.placeholders().map(str::to_owned).collect::<Vec<_>>())
        };
        assert_eq!(names("/"), Ok(vec![]));
        assert_eq!(names("/v1/x/{a}/y/{b_2}"), Ok(vec!["a".to_owned(), "b_2".to_owned()]));
        assert_eq!(names("/v1/{a}.{b}"), Ok(vec!["a".to_owned(), "b".to_owned()]));
        assert_eq!(names("/v1/{resources.x.id}/{b}"), Ok(vec!["b".to_owned()]));
    }

    #[test]
    fn what_is_no_template() {
        for text in [
            "",
            "v1/x",
            "//x",
            "https://x/y",
            "/a?b=c",
            "/a#b",
            "/a b",
            "/a\\b",
            "/{",
            "/}",
            "/{}",
            "/{0}",
            "/{a:?}",
            "/{{a}}",
            "/a}}",
            "/{a b}",
            "/{a-b}",
            "/{ a }",
            "/{resources.parent}",
            "/{self}",
            "/a/../b",
            "/a/.",
            "/{_}",
            "/{a{b}}",
            "/{é",
            "/\u{0}",
        ] {
            assert!(Template::parse(text).is_err(), "{text}");
        }
    }
}
