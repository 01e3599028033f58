//! What is known of the values of a sample: what they are.

use super::query;
use crate::evidence::facts::{DataNode, ListItems, NodeFacts, NodeKind, ObjectFacts};
use crate::json::JsonValue;

impl<'v> DataNode<'v> for &'v JsonValue {
    fn facts(self) -> NodeFacts<'v, Self> {
        let kind = match self {
            JsonValue::Null => NodeKind::Null,
            JsonValue::Bool(_) => NodeKind::Bool,
            JsonValue::Integer(_) => NodeKind::Integer,
            JsonValue::Float(_) => NodeKind::Number,
            JsonValue::Text(_) => NodeKind::Text,
            JsonValue::Array(items) => NodeKind::List(ListItems::Each(items.iter().collect())),
            JsonValue::Object(members) => NodeKind::Object(ObjectFacts {
                properties: members.iter().map(|(key, value)| (key.as_str(), value)).collect(),
                required: Vec::new(),
                rest: None,
                open: false,
            }),
        };
        NodeFacts { kind, null: *self == JsonValue::Null, value: Some(self), ..NodeFacts::default() }
    }

    fn json(self) -> &'v JsonValue {
        self
    }

    fn select(self, query: &str) -> Option<Vec<Self>> {
        Some(query::rows(self, query))
    }

    fn has_numbers_only(self) -> bool {
        false
    }
}
