//! Texts with placeholders: one grammar for paths, the values of headers and static params, and the texts of bodies.
//! `{project}` stands for the value of a param, `{resources.posts.id}` for a field of the parent's row,
//! `{incremental.start_value}` for the beginning of the range, `{now-7d:%F}` for a time in a pattern; a brace itself is
//! written twice. The runtime fills in what it is given by the same rules (`runtime/src/params/template.rs`).

use std::fmt;

use super::braces::with_braces_help;
use super::written_time::{WrittenTime, written_time};
use crate::diagnostic::clipped;
use crate::naming::snake;

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
    Bound(RangeBound),
    Time(WrittenTime),
    /// A param or a field whose value keeps its slashes, in a path: `{+file}` (RFC 6570, section 3.2.3).
    Slashed(Box<TemplatePart>),
}

impl TemplatePart {
    /// What it names, however the value is written.
    pub(crate) fn named(&self) -> &Self {
        match self {
            Self::Slashed(part) => part,
            part => part,
        }
    }
}

/// A field of the row that a resource is read for, or one inside of it. Shown as the name between the braces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ParentField {
    pub(crate) resource: String,
    /// The field of the row.
    pub(crate) field: String,
    /// The fields inside of that, from the outside.
    pub(crate) inner: Vec<String>,
}

impl ParentField {
    fn read(resource: &str, path: &str) -> Option<Self> {
        let is_field = |name: &str| is_name(name) && !is_path_word(name);
        let mut names = path.split('.').map(|name| is_field(name).then(|| name.to_owned()));
        let field = names.next()??;
        Some(Self { resource: resource.to_owned(), field, inner: names.collect::<Option<_>>()? })
    }

    /// The names of the fields, joined.
    pub(crate) fn joined(&self, between: &str) -> String {
        std::iter::once(&*self.field).chain(self.inner.iter().map(String::as_str)).collect::<Vec<_>>().join(between)
    }
}

/// An end of the range that an incremental resource is read in. Shown as the name between the braces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RangeBound {
    Start,
    End,
}

impl Template {
    /// Reads a text. An error says how its braces are written where they are its own.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        Self::read(text).map_err(|message| with_braces_help(message, text))
    }

    /// The same for a text whose errors need no such help.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let template = Self::read_path(text)?;
        match template.parts.iter().find(|part| matches!(part, TemplatePart::Slashed(_))) {
            Some(part) => Err(format!(
                "`{part}` keeps the slashes of a value in a path, and this is none\nhelp: write `{}`",
                part.named()
            )),
            None => Ok(template),
        }
    }

    /// The same for a path, where a value may keep its slashes.
    pub(super) fn read_path(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some((before, at)) = rest.find(['{', '}']).map(|at| rest.split_at(at)) {
            plain.push_str(before);
            let (brace, after) = at.split_at(1);
            rest = if let Some(after) = after.strip_prefix(brace) {
                plain.push_str(brace);
                after
            } else {
                let (part, after) = placeholder(brace, after)?;
                parts.extend(text_part(std::mem::take(&mut plain)));
                parts.push(part);
                after
            };
        }
        plain.push_str(rest);
        parts.extend(text_part(plain));
        Ok(Self { parts })
    }

    /// A text in which no brace means anything.
    pub(crate) fn literal(text: &str) -> Self {
        Self { parts: text_part(text.to_owned()).into_iter().collect() }
    }

    /// The params that it names, those of times in a pattern among them.
    pub(crate) fn params(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part.named() {
            TemplatePart::Param(name) => Some(name.as_str()),
            TemplatePart::Time(time) => time.param(),
            _ => None,
        })
    }

    /// The fields of parents that it names, each as often as it names it.
    pub(crate) fn parents(&self) -> impl Iterator<Item = &ParentField> {
        self.parts.iter().filter_map(|part| match part.named() {
            TemplatePart::Parent(field) => Some(field),
            _ => None,
        })
    }

    /// The ends of the range that it names, those in a pattern of their own among them.
    pub(crate) fn bounds(&self) -> impl Iterator<Item = RangeBound> {
        self.parts.iter().filter_map(|part| match part.named() {
            TemplatePart::Bound(bound) => Some(*bound),
            TemplatePart::Time(time) => time.bound(),
            _ => None,
        })
    }

    /// The times that it writes by a pattern.
    pub(crate) fn times(&self) -> impl Iterator<Item = &WrittenTime> {
        self.parts.iter().filter_map(|part| match part.named() {
            TemplatePart::Time(time) => Some(time),
            _ => None,
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
            _ => part.to_string(),
        });
        parts.collect()
    }

    /// The text itself, with what is still to be filled in in braces. Where that is something, the result can be read
    /// as a template only if no brace is one of the text's.
    pub(crate) fn plain(&self) -> String {
        self.render(str::to_owned, |_| None)
    }

    /// The template as it is written.
    pub(crate) fn written(&self) -> String {
        self.render(doubled, |_| None)
    }

    /// The template with those of params in the places of their names.
    pub(crate) fn filled<'t>(&self, template: impl Fn(&str) -> Option<&'t Self>) -> Self {
        let mut parts: Vec<TemplatePart> = Vec::new();
        for part in &self.parts {
            match part {
                TemplatePart::Param(name) => match template(name) {
                    Some(template) => parts.extend(template.parts.iter().cloned()),
                    None => parts.push(part.clone()),
                },
                _ => parts.push(part.clone()),
            }
        }
        Self { parts }
    }
}

impl fmt::Display for TemplatePart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Param(name) => write!(f, "{{{name}}}"),
            Self::Parent(field) => write!(f, "{{{field}}}"),
            Self::Bound(bound) => write!(f, "{{{bound}}}"),
            Self::Time(time) => write!(f, "{{{time}}}"),
            Self::Slashed(part) => write!(f, "{{+{}", part.to_string().trim_start_matches('{')),
        }
    }
}

impl fmt::Display for ParentField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "resources.{}.{}", self.resource, self.joined("."))
    }
}

impl fmt::Display for RangeBound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Start => "incremental.start_value",
            Self::End => "incremental.end_value",
        })
    }
}

/// A text with each of its braces written twice.
pub(super) fn doubled(text: &str) -> String {
    text.replace('{', "{{").replace('}', "}}")
}

fn text_part(text: String) -> Option<TemplatePart> {
    (!text.is_empty()).then_some(TemplatePart::Text(text))
}

/// Reads what follows a brace, up to the one that closes it.
fn placeholder<'t>(brace: &str, after: &'t str) -> Result<(TemplatePart, &'t str), String> {
    if brace == "}" {
        return Err("this `}` has no `{` before it".to_owned());
    }
    let (name, rest) = after.split_once('}').ok_or("a `{` is not closed")?;
    let part = match name.strip_prefix('+') {
        None => part(name)?,
        Some(name) => match part(name)? {
            part @ (TemplatePart::Bound(_) | TemplatePart::Time(_)) => {
                return Err(format!("`{part}` has no slashes to keep\nhelp: write it without `+`"));
            }
            part => TemplatePart::Slashed(Box::new(part)),
        },
    };
    Ok((part, rest))
}

const PARENT: &str = "resources.";
const RANGE: &str = "incremental.";
const EXAMPLE: &str = "help: name a param, as in `{project}`, and declare it with `params(project: String)`";

/// Reads what stands between the braces.
pub(super) fn part(name: &str) -> Result<TemplatePart, String> {
    if name.is_empty() {
        return Err(format!("`{{}}` names no param\n{EXAMPLE}"));
    }
    if name != name.trim() && part(name.trim()).is_ok() {
        return Err(format!(
            "`{{{name}}}` has spaces in it\nhelp: write `{{{0}}}`, or for the braces themselves `{{{{{name}}}}}`",
            name.trim()
        ));
    }
    if let Some(time) = written_time(name) {
        return time.map(TemplatePart::Time);
    }
    if let Some(field) = name.strip_prefix(PARENT) {
        let read = field.split_once('.').filter(|(resource, _)| is_name(resource));
        return read.and_then(|(resource, path)| ParentField::read(resource, path)).map(TemplatePart::Parent).ok_or_else(|| {
            format!(
                "`{{{name}}}` is not a field of a parent\nhelp: write `{{resources.posts.id}}`, with the parent's name and one of its fields"
            )
        });
    }
    if let Some(bound) = name.strip_prefix(RANGE) {
        return match bound {
            "start_value" => Ok(TemplatePart::Bound(RangeBound::Start)),
            "end_value" => Ok(TemplatePart::Bound(RangeBound::End)),
            _ => Err(format!(
                "`{{{name}}}` is not a value of the range\nhelp: write `{{{}}}` or `{{{}}}`",
                RangeBound::Start,
                RangeBound::End
            )),
        };
    }
    if name.starts_with(|letter: char| letter.is_ascii_digit()) {
        return Err(format!("`{{{name}}}` is a position, and params have names\n{EXAMPLE}"));
    }
    if is_path_word(name) {
        return Err(format!("`{{{name}}}` cannot name a param\n{EXAMPLE}"));
    }
    if is_name(name) {
        return Ok(TemplatePart::Param(name.to_owned()));
    }
    // `{posts.id}`, `{resource.posts.id}`, `{parent.posts.id}`
    let mut names = name.rsplit('.');
    if let (Some(field), Some(resource)) = (names.next(), names.next())
        && name.split('.').all(is_name)
    {
        return Err(format!(
            "`{{{name}}}` is not a name\nhelp: for a field of a parent's row write `{{resources.{resource}.{field}}}`"
        ));
    }
    let letters: String = name.chars().map(|letter| if letter.is_alphanumeric() { letter } else { '_' }).collect();
    let better = snake(&letters);
    if name.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '-' | ' ' | '.'))
        && is_name(&better)
    {
        return Err(format!("`{{{name}}}` is not a name\nhelp: write `{{{better}}}`, and `params({better}: String)`"));
    }
    Err(format!("`{{{}}}` names no param", shortened(name)))
}

/// The beginning of a long text.
fn shortened(text: &str) -> String {
    const LONGEST: usize = 24;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    clipped(&line, LONGEST).map_or(line.clone(), |start| format!("{start}…"))
}

/// Whether a word is one that no field can have as its name.
fn is_path_word(name: &str) -> bool {
    matches!(name, "self" | "Self" | "super" | "crate")
}

pub(super) fn is_name(text: &str) -> bool {
    text.starts_with(|letter: char| letter.is_alphabetic() || letter == '_')
        && text.chars().all(|letter| letter.is_alphanumeric() || letter == '_')
        && text != "_"
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

    fn field(resource: &str, path: &str) -> TemplatePart {
        TemplatePart::Parent(ParentField::read(resource, path).expect("names"))
    }

    #[test]
    fn values() {
        let parts = |text| Template::parse(text).map(|template| template.parts);
        assert_eq!(parts(""), Ok(vec![]));
        assert_eq!(parts("a{{b}}c"), Ok(vec![text("a{b}c")]));
        assert_eq!(parts("{a}-{resources.b.c}"), Ok(vec![param("a"), text("-"), field("b", "c")]));
        assert_eq!(parts("{resources.b.c.d.e}"), Ok(vec![field("b", "c.d.e")]));
        assert_eq!(field("b", "c.d.e").to_string(), "{resources.b.c.d.e}");
        for text in [
            "{",
            "}",
            "{}",
            "{a b}",
            "{0}",
            "{a:?}",
            "{self}",
            "{resources.a}",
            "{resources.a.b.}",
            "{resources.a..b}",
            "{resources.a.b[0]}",
            "{\"a\": 1}",
            "é{",
        ] {
            assert!(parts(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_filled_in_keeps_its_braces() {
        let parse = |text| Template::parse(text).expect("a template");
        let (outer, inner) = (parse("{{x}} {a} {b}"), parse("{{y}} {c}"));
        assert_eq!(outer.filled(|name| (name == "a").then_some(&inner)).written(), "{{x}} {{y}} {c} {b}");
        assert_eq!(outer.plain(), "{x} {a} {b}");
    }
}
