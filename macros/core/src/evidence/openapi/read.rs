//! Reading schemas: references are followed, and `allOf`, `anyOf` and `oneOf` put together, within bounds.

use super::schema::{Schema, SchemaKind, list};
use super::spec::{Spec, reference};
use crate::json::JsonValue;

/// Schemas within schemas, without a value in between: more than that lead in a circle.
const DEEPEST: usize = 30;

/// A schema that is put together of more than that is not judged: circles side by side make powers of what one makes.
const MOST: usize = 10_000;

/// Reads one schema, with all that it is put together of.
struct SchemaReader<'s> {
    spec: &'s Spec,
    /// How many schemas have been read.
    read: usize,
}

impl<'s> SchemaReader<'s> {
    fn read(&mut self, value: &'s JsonValue, depth: usize) -> Schema<'s> {
        self.read += 1;
        if depth > DEEPEST || self.read > MOST {
            return Schema::default();
        }
        let mut schema = Schema::own(value);
        if let Some(reference) = reference(value) {
            let Some(target) = self.spec.target(reference) else { return Schema::default() };
            schema = schema.and(self.read(target, depth + 1));
        }
        for part in list(value, "allOf") {
            schema = schema.and(self.read(part, depth + 1));
        }
        for word in ["anyOf", "oneOf"] {
            let choices = list(value, word);
            if !choices.is_empty() {
                schema = schema.and(one_of(choices.iter().map(|choice| self.read(choice, depth + 1))));
            }
        }
        schema
    }
}

impl Spec {
    /// Reads a schema.
    pub(super) fn schema<'s>(&'s self, value: &'s JsonValue) -> Schema<'s> {
        let mut reader = SchemaReader { spec: self, read: 0 };
        let schema = reader.read(value, 0);
        if reader.read > MOST { Schema::default() } else { schema }
    }
}

/// A value that is one of several things.
fn one_of<'s>(choices: impl Iterator<Item = Schema<'s>>) -> Schema<'s> {
    let mut null = false;
    let mut all: Option<Schema<'s>> = None;
    for choice in choices {
        null |= choice.null;
        if matches!(choice.kind, SchemaKind::Null) {
            continue;
        }
        all = Some(match all {
            None => choice,
            Some(first) => Schema {
                kind: first.kind.or(choice.kind),
                values: first.values.zip(choice.values).map(|(mut first, second)| {
                    first.extend(second);
                    first
                }),
                format: first.format.filter(|format| choice.format == Some(format)),
                ..Schema::default()
            },
        });
    }
    match all {
        Some(schema) => Schema { null, default: false, description: None, ..schema },
        None if null => Schema { kind: SchemaKind::Null, null, ..Schema::default() },
        None => Schema::default(),
    }
}
