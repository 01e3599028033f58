//! What is known of JSON at one place: of a value in a sample, or of all values that a schema allows. Both are
//! described in the same words, so there is one comparison with the declaration, and one inference, for samples and
//! OpenAPI files.

use std::slice;

use crate::json::JsonValue;
use crate::literal::Step;
use crate::literal::moment::{Moment, moment};

/// A place in JSON: a value of a sample, or a schema.
pub(crate) trait DataNode<'v>: Copy {
    fn facts(self) -> NodeFacts<'v, Self>;

    /// The value or the schema itself, by whose address a place is known again.
    fn json(self) -> &'v JsonValue;

    /// The nodes that an RFC 9535 query selects. None where that is not known.
    fn select(self, query: &str) -> Option<Vec<Self>>;

    /// Whether all numbers are just numbers, whole or not.
    fn has_numbers_only(self) -> bool;
}

/// What is known of a node.
#[derive(Clone)]
pub(crate) struct NodeFacts<'v, N> {
    pub(crate) kind: NodeKind<'v, N>,
    /// Whether it is null, or may be.
    pub(crate) null: bool,
    /// The value itself, if it is one of a sample.
    pub(crate) value: Option<&'v JsonValue>,
    /// Whether it has a default, so that every response has it.
    pub(crate) default: bool,
    /// The values that it can have, if they are listed.
    pub(crate) values: Option<Vec<&'v JsonValue>>,
    pub(crate) format: Option<&'v str>,
    pub(crate) minimum: Option<&'v JsonValue>,
    pub(crate) maximum: Option<&'v JsonValue>,
    pub(crate) description: Option<&'v str>,
    pub(crate) example: Option<&'v JsonValue>,
}

#[derive(Clone, Default)]
pub(crate) enum NodeKind<'v, N> {
    /// Nothing is known, and nothing judged.
    #[default]
    Unknown,
    /// Nothing but null.
    Null,
    Bool,
    Integer,
    Number,
    Text,
    List(ListItems<N>),
    Object(ObjectFacts<'v, N>),
    /// Different things: not judged, either.
    Mixed,
}

/// The elements of a list.
#[derive(Clone)]
pub(crate) enum ListItems<N> {
    Each(Vec<N>),
    /// One stands for all.
    Every(N),
    Unknown,
}

#[derive(Clone)]
pub(crate) struct ObjectFacts<'v, N> {
    pub(crate) properties: Vec<(&'v str, N)>,
    pub(crate) required: Vec<&'v str>,
    /// What all properties are that are not listed.
    pub(crate) rest: Option<N>,
    /// Whether there may be properties that are not listed.
    pub(crate) open: bool,
}

impl<N> Default for NodeFacts<'_, N> {
    fn default() -> Self {
        Self {
            kind: NodeKind::Unknown,
            null: false,
            value: None,
            default: false,
            values: None,
            format: None,
            minimum: None,
            maximum: None,
            description: None,
            example: None,
        }
    }
}

impl<'v, N> NodeFacts<'v, N> {
    /// What it is, with its article.
    pub(crate) fn what(&self) -> String {
        if let Some(value) = self.value {
            return value.kind().to_owned();
        }
        let what = match (&self.kind, self.format) {
            (NodeKind::Text, Some("date-time")) => "a time",
            (NodeKind::Text, Some("date")) => "a date",
            (NodeKind::Text, Some(format)) => return format!("a string of the format `{format}`"),
            (NodeKind::Text, None) if self.values.is_some() => "one of a few strings",
            (NodeKind::Text, None) => "a string",
            (NodeKind::Unknown | NodeKind::Mixed, _) => "a value",
            (NodeKind::Null, _) => "null",
            (NodeKind::Bool, _) => "a boolean",
            (NodeKind::Integer, _) => "an integer",
            (NodeKind::Number, _) => "a number",
            (NodeKind::List(_), _) => "an array",
            (NodeKind::Object(_), _) => "an object",
        };
        what.to_owned()
    }

    /// The string that it is, if it is a value.
    pub(crate) fn text(&self) -> Option<&'v str> {
        match self.value {
            Some(JsonValue::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The strings that it can be, if it is one of a few.
    pub(crate) fn names(&self) -> Option<Vec<&'v str>> {
        if let Some(text) = self.text() {
            return Some(vec![text]);
        }
        let names = self.values.as_ref()?.iter().map(|value| match value {
            JsonValue::Text(name) => Some(name.as_str()),
            _ => None,
        });
        names.collect()
    }

    /// Whether nothing is judged.
    pub(crate) fn is_anything(&self) -> bool {
        matches!(self.kind, NodeKind::Unknown | NodeKind::Mixed)
    }

    /// An integer that it is, or may be, and that a type does not hold. Bounds of a schema from 32 bits on describe
    /// what some language holds, not what is sent.
    pub(crate) fn beyond(&self, least: i128, most: i128) -> Option<i128> {
        let bound = |bound: Option<&JsonValue>| match (self.value.or(bound), self.value) {
            (Some(JsonValue::Integer(bound)), value) => {
                Some(*bound).filter(|bound| value.is_some() || bound.abs() < i32::MAX.into())
            }
            _ => None,
        };
        let below = bound(self.minimum).filter(|minimum| *minimum < least);
        below.or_else(|| bound(self.maximum).filter(|maximum| *maximum > most))
    }

    /// Whether it can be read as a time. Rarer forms of times, and formats that OpenAPI does not know, are not judged.
    pub(crate) fn may_be(&self, kind: Moment) -> bool {
        const OTHERS: [&str; 12] = [
            "time",
            "duration",
            "uuid",
            "email",
            "idn-email",
            "uri",
            "uri-reference",
            "hostname",
            "ipv4",
            "ipv6",
            "byte",
            "binary",
        ];
        match (self.text(), self.format) {
            (Some(text), _) => text_may_be(kind, text),
            (None, Some("date")) => kind != Moment::Timestamp,
            // With an offset, which only an instant keeps.
            (None, Some("date-time")) => kind == Moment::Timestamp,
            (None, Some(format)) => !OTHERS.contains(&format),
            (None, None) => self.values.is_none(),
        }
    }

    /// Whether it is an instant.
    pub(crate) fn is_time(&self) -> bool {
        match self.text() {
            Some(text) => moment(text) == Some(Moment::Timestamp),
            None => self.format == Some("date-time"),
        }
    }
}

/// Whether a format is one of integers, as of a number or of a string of digits.
pub(crate) fn is_integer(format: Option<&str>) -> bool {
    format.is_some_and(|format| format.starts_with("int") || format.starts_with("uint"))
}

fn text_may_be(kind: Moment, text: &str) -> bool {
    if let Some(found) = moment(text) {
        // An offset would be lost.
        return (kind == Moment::Timestamp) == (found == Moment::Timestamp);
    }
    let digits = text.trim_start_matches(['+', '-', '−']);
    digits.len() >= 8 && digits.chars().take(4).all(|letter| letter.is_ascii_digit())
}

impl<N> ListItems<N> {
    pub(crate) fn nodes(&self) -> &[N] {
        match self {
            Self::Each(items) => items,
            Self::Every(item) => slice::from_ref(item),
            Self::Unknown => &[],
        }
    }
}

impl<'v, N: DataNode<'v>> ObjectFacts<'v, N> {
    /// What is under a key. The last counts if a key is there twice.
    pub(crate) fn get(&self, key: &str) -> Option<N> {
        self.properties.iter().rfind(|(name, _)| *name == key).map(|(_, node)| *node)
    }

    /// Whether a property may be absent: it is not required, where that says something. Where an API fills in null or a
    /// default, `required` is about requests, or was left to a generator.
    pub(crate) fn may_lack(&self, key: &str) -> bool {
        !self.required.is_empty()
            && !self.required.contains(&key)
            && !self.properties.iter().any(|(name, node)| {
                let facts = node.facts();
                facts.null || facts.default && !self.required.contains(name)
            })
    }
}

/// The nodes at a path. None where they are not known.
pub(crate) fn at<'v, N: DataNode<'v>>(root: N, steps: &[Step]) -> Option<Vec<N>> {
    let mut found = vec![root];
    for step in steps {
        let mut next = Vec::new();
        for node in found {
            next.extend(children(node.facts().kind, step)?);
        }
        found = next;
    }
    Some(found)
}

fn children<'v, N: DataNode<'v>>(kind: NodeKind<'v, N>, step: &Step) -> Option<Vec<N>> {
    let found = match (kind, step) {
        (NodeKind::Unknown | NodeKind::Mixed, _)
        | (NodeKind::List(ListItems::Unknown), Step::Index(_) | Step::Last | Step::All) => return None,
        (NodeKind::Object(object), Step::Key(key)) => match object.get(key).or(object.rest) {
            None if object.open => return None,
            found => found,
        },
        (NodeKind::List(ListItems::Every(item)), Step::Index(_) | Step::Last | Step::All) => Some(item),
        (NodeKind::List(ListItems::Each(items)), Step::All) => return Some(items),
        (NodeKind::List(ListItems::Each(items)), Step::Index(index)) => items.get(*index).copied(),
        (NodeKind::List(ListItems::Each(items)), Step::Last) => items.last().copied(),
        _ => None,
    };
    Some(found.into_iter().collect())
}

/// Whether values under this name are not to be shown.
pub(crate) fn is_secret(name: &str) -> bool {
    let name = name.to_lowercase();
    ["token", "secret", "password", "passwd", "credential", "authorization", "api_key", "apikey"]
        .iter()
        .any(|word| name.contains(word))
}
