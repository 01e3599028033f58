//! What stands in braces: the name of a param, `{project}`, or a field of a parent, `{resources.posts.id}`.

use std::fmt;

use crate::naming::snake;

/// A value that is filled in when a request is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Placeholder {
    /// The name of a param.
    Param(String),
    Parent(ParentField),
}

/// A field of the row that a resource is read for. Shown as what stands in the braces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ParentField {
    pub(crate) resource: String,
    pub(crate) field: String,
}

impl fmt::Display for ParentField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "resources.{}.{}", self.resource, self.field)
    }
}

const PARENT: &str = "resources.";
const EXAMPLE: &str = "help: name a param, as in `{project}`, and declare it with `params(project: String)`";

impl Placeholder {
    /// Reads what stands between the braces.
    pub(crate) fn parse(name: &str) -> Result<Self, String> {
        if name.is_empty() {
            return Err(format!("`{{}}` names no param\n{EXAMPLE}"));
        }
        if name.starts_with(PARENT) {
            return parent_field(name).map(Self::Parent).ok_or_else(|| {
                format!("`{{{name}}}` is no field of a parent\nhelp: write `{{resources.posts.id}}`, with the parent's name and one of its fields")
            });
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
            return Ok(Self::Param(name.to_owned()));
        }
        let letters: String = name.chars().map(|letter| if letter.is_alphanumeric() { letter } else { '_' }).collect();
        let better = snake(&letters);
        Err(format!("`{{{name}}}` is not a name\nhelp: write `{{{better}}}`, and `params({better}: String)`"))
    }
}

/// The fields of parents in a text whose other braces mean nothing, each as often as it stands there.
pub(crate) fn parent_fields(text: &str) -> Vec<ParentField> {
    let mut fields = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('{') {
        rest = after;
        if let Some((name, tail)) = after.split_once('}')
            && let Some(field) = parent_field(name)
        {
            fields.push(field);
            rest = tail;
        }
    }
    fields
}

fn parent_field(name: &str) -> Option<ParentField> {
    let (resource, field) = name.strip_prefix(PARENT)?.split_once('.')?;
    (is_name(resource) && is_name(field))
        .then(|| ParentField { resource: resource.to_owned(), field: field.to_owned() })
}

fn is_name(text: &str) -> bool {
    text.starts_with(|letter: char| letter.is_alphabetic() || letter == '_')
        && text.chars().all(|letter| letter.is_alphanumeric() || letter == '_')
        && text != "_"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(resource: &str, field: &str) -> ParentField {
        ParentField { resource: resource.to_owned(), field: field.to_owned() }
    }

    #[test]
    fn placeholders() {
        assert_eq!(Placeholder::parse("project"), Ok(Placeholder::Param("project".to_owned())));
        assert_eq!(Placeholder::parse("resources.posts.id"), Ok(Placeholder::Parent(field("posts", "id"))));
        for text in ["", "0", "a:?", "self", "a b", "a-b", "_", "resources.", "resources.a", "resources.a.b.c"] {
            assert!(Placeholder::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn parents_in_texts() {
        assert_eq!(
            parent_fields("query { post(id: {resources.posts.id}) { {resources.a.b} } }"),
            [field("posts", "id"), field("a", "b")]
        );
        assert_eq!(parent_fields("{{resources.posts.id}"), [field("posts", "id")]);
        assert_eq!(parent_fields("{resources.posts} {é"), []);
    }
}
