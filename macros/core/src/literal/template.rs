//! Texts with placeholders: one grammar for paths, for the values of headers and static params, and for the texts of
//! bodies. `{project}` stands for the value of a param, `{resources.posts.id}` for a field of the parent's row; what
//! other braces are depends on the place, see [`Braces`]. The runtime fills in what it is given by the same rules
//! (`runtime/src/params/template.rs`).
//!
//! Whether a placeholder of a path names a param is left to `format!`, which gets the very literal that the user wrote
//! and points into it. Here is refused what `format!` would accept and a path does not.

use std::fmt;

use crate::naming::snake;
use crate::syntax::Literal;

/// A text with placeholders, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Template {
    pub(crate) parts: Vec<TemplatePart>,
}

/// Shown as it is written, except that braces in texts are not doubled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TemplatePart {
    Text(String),
    /// The name of a param.
    Param(String),
    Parent(ParentField),
}

/// A field of the row that a resource is read for. Shown as the name between the braces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ParentField {
    pub(crate) resource: String,
    pub(crate) field: String,
}

/// The meaning of braces that belong to no placeholder.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Braces {
    /// Mistakes: in a path they are written `%7B` and `%7D`.
    Encoded,
    /// Written twice, in the values of headers and static params.
    Doubled,
    /// Text, and so are those around the names of params: in a body, braces mean much in queries.
    Plain,
}

impl Template {
    pub(crate) fn parse(text: &str, braces: Braces) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some((before, at)) = rest.find(['{', '}']).map(|at| rest.split_at(at)) {
            plain.push_str(before);
            let (brace, after) = at.split_at(1);
            rest = match after.strip_prefix(brace).filter(|_| braces == Braces::Doubled) {
                Some(after) => {
                    plain.push_str(brace);
                    after
                }
                None => match placeholder(brace, after, braces) {
                    Ok((part, after)) => {
                        parts.extend(text_part(std::mem::take(&mut plain)));
                        parts.push(part);
                        after
                    }
                    Err(_) if braces == Braces::Plain => {
                        plain.push_str(brace);
                        after
                    }
                    Err(message) => return Err(message),
                },
            };
        }
        plain.push_str(rest);
        parts.extend(text_part(plain));
        Ok(Self { parts })
    }

    /// The params that it names.
    pub(crate) fn params(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            TemplatePart::Param(name) => Some(name.as_str()),
            TemplatePart::Text(_) | TemplatePart::Parent(_) => None,
        })
    }

    /// The fields of parents that it names, each as often as it names it.
    pub(crate) fn parents(&self) -> impl Iterator<Item = &ParentField> {
        self.parts.iter().filter_map(|part| match part {
            TemplatePart::Parent(field) => Some(field),
            TemplatePart::Text(_) | TemplatePart::Param(_) => None,
        })
    }

    /// Whether something is still to be filled in.
    pub(crate) fn is_open(&self) -> bool {
        self.parts.iter().any(|part| !matches!(part, TemplatePart::Text(_)))
    }

    /// The template with its texts changed, and with the values of params that have one.
    pub(crate) fn render(&self, text: impl Fn(&str) -> String, value: impl Fn(&str) -> Option<String>) -> String {
        let parts = self.parts.iter().map(|part| match part {
            TemplatePart::Text(plain) => text(plain),
            TemplatePart::Param(name) => value(name).unwrap_or_else(|| part.to_string()),
            TemplatePart::Parent(_) => part.to_string(),
        });
        parts.collect()
    }

    /// The text itself, with what is still to be filled in in braces. Where that is something, the result can be read
    /// as a template only if no brace is one of the text's.
    pub(crate) fn plain(&self) -> String {
        self.render(str::to_owned, |_| None)
    }

    /// The template as it is written, with those of params in the places of their names.
    pub(crate) fn filled<'t>(&self, template: impl Fn(&str) -> Option<&'t Self>) -> String {
        let doubled = |text: &str| text.replace('{', "{{").replace('}', "}}");
        self.render(doubled, |name| template(name).map(|template| template.render(doubled, |_| None)))
    }
}

impl fmt::Display for TemplatePart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Param(name) => write!(f, "{{{name}}}"),
            Self::Parent(field) => write!(f, "{{{field}}}"),
        }
    }
}

impl fmt::Display for ParentField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "resources.{}.{}", self.resource, self.field)
    }
}

/// The fields of parents in a text of a body, each as often as it stands there.
pub(crate) fn parent_fields(text: &str) -> Vec<ParentField> {
    Template::parse(text, Braces::Plain).map_or_else(|_| Vec::new(), |template| template.parents().cloned().collect())
}

fn text_part(text: String) -> Option<TemplatePart> {
    (!text.is_empty()).then_some(TemplatePart::Text(text))
}

/// Reads what follows a brace, up to the one that closes it.
fn placeholder<'t>(brace: &str, after: &'t str, braces: Braces) -> Result<(TemplatePart, &'t str), String> {
    let help = match braces {
        Braces::Encoded if after.starts_with(brace) => {
            let code = if brace == "{" { "%7B" } else { "%7D" };
            return Err(format!("`{brace}{brace}` is not part of a path\nhelp: a brace in a path is written `{code}`"));
        }
        Braces::Doubled => format!("\nhelp: a brace itself is written twice: `{brace}{brace}`"),
        Braces::Encoded | Braces::Plain => String::new(),
    };
    if brace == "}" {
        return Err(format!("this `}}` has no `{{` before it{help}"));
    }
    let (name, rest) = after.split_once('}').ok_or_else(|| format!("a `{{` is not closed{help}"))?;
    match (part(name), braces) {
        (Ok(TemplatePart::Param(_)), Braces::Plain) => Err(String::new()),
        (Err(_), Braces::Doubled) if !name.starts_with(PARENT) => Err(format!(
            "`{{{name}}}` names no param\nhelp: write the name of one in the braces; a brace itself is written twice: `{{{{`"
        )),
        (part, _) => part.map(|part| (part, rest)),
    }
}

const PARENT: &str = "resources.";
const EXAMPLE: &str = "help: name a param, as in `{project}`, and declare it with `params(project: String)`";

/// Reads what stands between the braces.
fn part(name: &str) -> Result<TemplatePart, String> {
    if name.is_empty() {
        return Err(format!("`{{}}` names no param\n{EXAMPLE}"));
    }
    if let Some(field) = name.strip_prefix(PARENT) {
        return match field.split_once('.') {
            Some((resource, field)) if is_name(resource) && is_name(field) => {
                Ok(TemplatePart::Parent(ParentField { resource: resource.to_owned(), field: field.to_owned() }))
            }
            _ => Err(format!(
                "`{{{name}}}` is not a field of a parent\nhelp: write `{{resources.posts.id}}`, with the parent's name and one of its fields"
            )),
        };
    }
    if name.starts_with(|letter: char| letter.is_ascii_digit()) {
        return Err(format!("`{{{name}}}` is a position, and params have names\n{EXAMPLE}"));
    }
    if let Some((name, _)) = name.split_once(':') {
        return Err(format!("a placeholder has no format\nhelp: write `{{{name}}}`"));
    }
    if matches!(name, "self" | "Self" | "super" | "crate") {
        return Err(format!("`{{{name}}}` cannot name a param\n{EXAMPLE}"));
    }
    if is_name(name) {
        return Ok(TemplatePart::Param(name.to_owned()));
    }
    let letters: String = name.chars().map(|letter| if letter.is_alphanumeric() { letter } else { '_' }).collect();
    let better = snake(&letters);
    Err(format!("`{{{name}}}` is not a name\nhelp: write `{{{better}}}`, and `params({better}: String)`"))
}

fn is_name(text: &str) -> bool {
    text.starts_with(|letter: char| letter.is_alphabetic() || letter == '_')
        && text.chars().all(|letter| letter.is_alphanumeric() || letter == '_')
        && text != "_"
}

/// A path: `/v1/projects/{project}/branches`.
#[derive(Clone)]
pub(crate) struct PathTemplate(pub(crate) Template);

impl Literal for PathTemplate {
    const EXAMPLE: &'static str = "\"/v1/things\"";

    fn parse(text: &str) -> Result<Self, String> {
        if text.contains("://") {
            return Err("a path is relative to `base_url`\nhelp: write it from the `/` after the host".to_owned());
        }
        if !text.starts_with('/') {
            return Err(format!("a path starts with `/`\nhelp: write `\"/{text}\"`"));
        }
        if text.starts_with("//") {
            return Err("a path that starts with `//` would name another host".to_owned());
        }
        let template = Template::parse(text, Braces::Encoded)?;
        let odd = |letter: &char| matches!(letter, '?' | '#' | '\\') || letter.is_whitespace() || letter.is_control();
        if let Some(odd) = text.chars().find(odd) {
            return Err(match odd {
                '?' => "a query is not part of a path\nhelp: declare it with `params(name = \"value\")`",
                '#' => "a fragment is never sent\nhelp: a `#` in a path is written `%23`",
                '\\' => "a path is written with `/`, not with `\\`",
                _ => "a path has no white space or control characters\nhelp: a space in a path is written `%20`",
            }
            .to_owned());
        }
        if text.split('/').any(|segment| segment == "." || segment == "..") {
            return Err("a path has no `.` or `..` segments: they would change the path".to_owned());
        }
        Ok(Self(template))
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

    fn param(name: &str) -> TemplatePart {
        TemplatePart::Param(name.to_owned())
    }

    fn text(text: &str) -> TemplatePart {
        TemplatePart::Text(text.to_owned())
    }

    fn field(resource: &str, field: &str) -> ParentField {
        ParentField { resource: resource.to_owned(), field: field.to_owned() }
    }

    #[test]
    fn paths() {
        let parts = |text| PathTemplate::parse(text).map(|path| path.0.parts);
        assert_eq!(parts("/"), Ok(vec![text("/")]));
        assert_eq!(parts("/x/{a}/y/{b_2}"), Ok(vec![text("/x/"), param("a"), text("/y/"), param("b_2")]));
        assert_eq!(parts("/{a}.{b}"), Ok(vec![text("/"), param("a"), text("."), param("b")]));
        let parent = TemplatePart::Parent(field("x", "id"));
        assert_eq!(parts("/{resources.x.id}/{b}"), Ok(vec![text("/"), parent, text("/"), param("b")]));
    }

    #[test]
    fn what_is_no_path() {
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
            "/{resources.}",
            "/{resources.a.b.c}",
            "/{self}",
            "/a/../b",
            "/a/.",
            "/{_}",
            "/{a{b}}",
            "/{é",
            "/\u{0}",
        ] {
            assert!(PathTemplate::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn values() {
        let parts = |text| Template::parse(text, Braces::Doubled).map(|template| template.parts);
        assert_eq!(parts(""), Ok(vec![]));
        assert_eq!(parts("a{{b}}c"), Ok(vec![text("a{b}c")]));
        let parent = TemplatePart::Parent(field("b", "c"));
        assert_eq!(parts("{a}-{resources.b.c}"), Ok(vec![param("a"), text("-"), parent]));
        for text in [
            "{",
            "}",
            "{}",
            "{a b}",
            "{0}",
            "{a:?}",
            "{self}",
            "{resources.a}",
            "{resources.a.b.c}",
            "{\"a\": 1}",
            "é{",
        ] {
            assert!(parts(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_filled_in_keeps_its_braces() {
        let parse = |text| Template::parse(text, Braces::Doubled).expect("a template");
        let (outer, inner) = (parse("{{x}} {a} {b}"), parse("{{y}} {c}"));
        assert_eq!(outer.filled(|name| (name == "a").then_some(&inner)), "{{x}} {{y}} {c} {b}");
        assert_eq!(outer.plain(), "{x} {a} {b}");
    }

    #[test]
    fn parents_in_texts() {
        assert_eq!(
            parent_fields("query { post(id: {resources.posts.id}) { {resources.a.b} } }"),
            [field("posts", "id"), field("a", "b")]
        );
        assert_eq!(parent_fields("{{resources.posts.id}"), [field("posts", "id")]);
        assert_eq!(parent_fields("{resources.posts} {a} {é"), []);
    }
}
