//! Texts with placeholders, the values of headers and of static params: `Bearer of {organization}`. `{{` and `}}` are braces.

use super::placeholder::{ParentField, Placeholder};

/// A part of such a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PatternPart {
    Text(String),
    /// The name of a param.
    Param(String),
    Parent(ParentField),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pattern {
    pub(crate) parts: Vec<PatternPart>,
}

impl Pattern {
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some((before, at)) = rest.find(['{', '}']).map(|at| rest.split_at(at)) {
            plain.push_str(before);
            if let Some(after) = at.strip_prefix("{{") {
                plain.push('{');
                rest = after;
            } else if let Some(after) = at.strip_prefix("}}") {
                plain.push('}');
                rest = after;
            } else if let Some(after) = at.strip_prefix('{') {
                let Some((name, after)) = after.split_once('}') else {
                    return Err("a `{` is not closed\nhelp: a brace itself is written twice: `{{`".to_owned());
                };
                if !plain.is_empty() {
                    parts.push(PatternPart::Text(std::mem::take(&mut plain)));
                }
                parts.push(placeholder(name)?);
                rest = after;
            } else {
                return Err("this `}` has no `{` before it\nhelp: a brace itself is written twice: `}}`".to_owned());
            }
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            parts.push(PatternPart::Text(plain));
        }
        Ok(Self { parts })
    }

    /// The params that it names.
    pub(crate) fn params(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            PatternPart::Param(name) => Some(name.as_str()),
            PatternPart::Text(_) | PatternPart::Parent(_) => None,
        })
    }

    /// The fields of parents that it names.
    pub(crate) fn parents(&self) -> impl Iterator<Item = &ParentField> {
        self.parts.iter().filter_map(|part| match part {
            PatternPart::Parent(field) => Some(field),
            PatternPart::Text(_) | PatternPart::Param(_) => None,
        })
    }

    /// Whether something is still to be filled in.
    pub(crate) fn is_open(&self) -> bool {
        self.parts.iter().any(|part| !matches!(part, PatternPart::Text(_)))
    }

    /// The text itself, with what is still to be filled in in braces. Where that is something, the result can be taken for a
    /// pattern only if no brace stands for itself.
    pub(crate) fn plain(&self) -> String {
        let parts = self.parts.iter().map(|part| match part {
            PatternPart::Text(text) => text.clone(),
            PatternPart::Param(name) => format!("{{{name}}}"),
            PatternPart::Parent(field) => format!("{{{field}}}"),
        });
        parts.collect()
    }

    /// The pattern as it is written, with those of params in the places of their names.
    pub(crate) fn filled<'p>(&self, pattern: impl Fn(&str) -> Option<&'p Self>) -> String {
        let parts = self.parts.iter().map(|part| match part {
            PatternPart::Param(name) => pattern(name).map_or_else(|| part.written(), Self::written),
            PatternPart::Text(_) | PatternPart::Parent(_) => part.written(),
        });
        parts.collect()
    }

    fn written(&self) -> String {
        self.parts.iter().map(PatternPart::written).collect()
    }
}

impl PatternPart {
    fn written(&self) -> String {
        match self {
            Self::Text(text) => text.replace('{', "{{").replace('}', "}}"),
            Self::Param(name) => format!("{{{name}}}"),
            Self::Parent(field) => format!("{{{field}}}"),
        }
    }
}

fn placeholder(name: &str) -> Result<PatternPart, String> {
    match Placeholder::parse(name) {
        Ok(Placeholder::Param(name)) => Ok(PatternPart::Param(name)),
        Ok(Placeholder::Parent(field)) => Ok(PatternPart::Parent(field)),
        Err(message) if name.starts_with("resources.") => Err(message),
        Err(_) => Err(format!(
            "`{{{name}}}` names no param\nhelp: write the name of one in the braces; a brace itself is written twice: `{{{{`"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        let parts = |text| Pattern::parse(text).map(|pattern| pattern.parts);
        let text = |text: &str| PatternPart::Text(text.to_owned());
        assert_eq!(parts(""), Ok(vec![]));
        assert_eq!(parts("a{{b}}c"), Ok(vec![text("a{b}c")]));
        assert_eq!(
            parts("{a}-{resources.b.c}"),
            Ok(vec![
                PatternPart::Param("a".to_owned()),
                text("-"),
                PatternPart::Parent(ParentField { resource: "b".to_owned(), field: "c".to_owned() }),
            ])
        );
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
        let parse = |text| Pattern::parse(text).expect("a pattern");
        let (outer, inner) = (parse("{{x}} {a} {b}"), parse("{{y}} {c}"));
        assert_eq!(outer.filled(|name| (name == "a").then_some(&inner)), "{{x}} {{y}} {c} {b}");
        assert_eq!(outer.plain(), "{x} {a} {b}");
    }
}
