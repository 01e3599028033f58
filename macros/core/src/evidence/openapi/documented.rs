//! Schemas as places in rows: what they say of the values there, as if these had been seen.

use super::description::first_paragraph;
use super::schema::{Schema, SchemaKind};
use super::spec::Spec;
use crate::json::JsonValue;
use crate::shape::{ObjectShape, Shape, ValueShape};

/// What becomes of a schema within itself, or below so many others: a value as it is. Objects in lists count twice.
const DEEPEST: usize = 24;

/// With more keys than that in all, what is still inside of others becomes a value as it is.
const MOST_KEYS: usize = 2_000;

pub(super) fn place(spec: &Spec, value: &JsonValue) -> ValueShape {
    let mut reader = ShapeReader { spec, above: Vec::new(), keys: 0 };
    reader.place(value)
}

struct ShapeReader<'s> {
    spec: &'s Spec,
    /// The objects and lists that this one is inside of, each by the values in it.
    above: Vec<Vec<*const JsonValue>>,
    keys: usize,
}

impl<'s> ShapeReader<'s> {
    fn place(&mut self, value: &'s JsonValue) -> ValueShape {
        let schema = self.spec.schema(value);
        let shape = self.shape(&schema);
        ValueShape { shape, null: schema.null, seen: 1, example: None, doc: doc(&schema) }
    }

    fn shape(&mut self, schema: &Schema<'s>) -> Shape {
        match &schema.kind {
            SchemaKind::Unknown | SchemaKind::Null | SchemaKind::Mixed => Shape::Mixed,
            SchemaKind::Bool => Shape::Bool,
            SchemaKind::Integer => {
                let large = matches!(schema.maximum, Some(JsonValue::Integer(most)) if *most > i64::MAX.into());
                let unsigned = large || schema.format == Some("uint64");
                let (least, most) = if unsigned { (0, u64::MAX.into()) } else { (i64::MIN.into(), i64::MAX.into()) };
                Shape::Integer { least, most }
            }
            SchemaKind::Number => Shape::Float,
            SchemaKind::Text if schema.format == Some("date-time") => Shape::Time,
            SchemaKind::Text => Shape::Text,
            SchemaKind::List(None) => Shape::List(Box::default()),
            SchemaKind::List(Some(items)) => {
                let list = self.within(vec![std::ptr::from_ref(*items)], |reader| Box::new(reader.place(items)));
                list.map_or(Shape::Mixed, Shape::List)
            }
            SchemaKind::Object(object) => {
                let own: Vec<*const JsonValue> =
                    object.properties.iter().map(|(_, value)| std::ptr::from_ref(*value)).collect();
                self.keys += own.len();
                // Free-form objects are maps, and those that may have more than is listed are what is listed.
                if own.is_empty() || self.keys > MOST_KEYS {
                    return Shape::Mixed;
                }
                let members = self.within(own, |reader| {
                    let members = object.properties.iter().map(|(key, value)| {
                        let mut place = reader.place(value);
                        place.seen = usize::from(!reader.spec.may_lack(object, key));
                        ((*key).to_owned(), place)
                    });
                    members.collect()
                });
                members.map_or(Shape::Mixed, |members| Shape::Object(ObjectShape { members, count: 1 }))
            }
        }
    }

    /// Reads what is inside of an object or a list. None where that is itself, or too deep.
    fn within<T>(&mut self, own: Vec<*const JsonValue>, read: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.above.contains(&own) || self.above.len() >= DEEPEST {
            return None;
        }
        self.above.push(own);
        let inner = read(self);
        self.above.pop();
        Some(inner)
    }
}

/// What a file says of a value, as one line of documentation.
fn doc(schema: &Schema<'_>) -> Option<String> {
    const MOST: usize = 20;
    let mut doc = schema.description.map(first_paragraph).unwrap_or_default();
    if let Some(names) = schema.names().filter(|names| !names.is_empty() && names.len() <= MOST) {
        let names: Vec<String> = names.iter().map(|name| format!("`{}`", name.replace('`', "'"))).collect();
        let values = format!("One of {}.", names.join(", "));
        doc = if doc.is_empty() { values } else { format!("{doc} {values}") };
    }
    Some(doc).filter(|doc| !doc.is_empty())
}
