//! Schemas: what is known of a value from an OpenAPI file. References are followed, and `allOf`, `anyOf` and `oneOf`
//! put together, within bounds.

use std::slice;

use super::spec::{Spec, reference};
use crate::evidence::facts::{DataNode, ListItems, NodeFacts, NodeKind, ObjectFacts, is_integer};
use crate::json::JsonValue;

/// A schema, as it is written.
#[derive(Clone, Copy)]
pub(super) struct SchemaNode<'s> {
    pub(super) spec: &'s Spec,
    pub(super) json: &'s JsonValue,
}

pub(super) type Schema<'s> = NodeFacts<'s, SchemaNode<'s>>;
pub(super) type SchemaKind<'s> = NodeKind<'s, SchemaNode<'s>>;
type ObjectSchema<'s> = ObjectFacts<'s, SchemaNode<'s>>;

impl<'s> DataNode<'s> for SchemaNode<'s> {
    fn facts(self) -> Schema<'s> {
        let mut reader = SchemaReader { read: 0 };
        let schema = reader.read(self, 0);
        if reader.read > MOST { Schema::default() } else { schema }
    }

    fn json(self) -> &'s JsonValue {
        self.json
    }

    /// A query picks and filters: what it selects is not judged.
    fn select(self, _: &str) -> Option<Vec<Self>> {
        None
    }

    fn has_numbers_only(self) -> bool {
        fn has_integer(value: &JsonValue) -> bool {
            match value {
                JsonValue::Object(members) => members.iter().any(|(key, member)| match member {
                    JsonValue::Text(text) => key == "type" && text == "integer",
                    member => has_integer(member),
                }),
                JsonValue::Array(items) => items.iter().any(has_integer),
                _ => false,
            }
        }
        !has_integer(&self.spec.root)
    }
}

/// Deeper references between schemas, without a value in between, are a loop.
const DEEPEST: usize = 30;

/// A schema that is put together of more schemas is not judged: loops side by side multiply each other.
const MOST: usize = 10_000;

/// Reads one schema, with all that it is put together of.
struct SchemaReader {
    /// How many schemas have been read.
    read: usize,
}

impl SchemaReader {
    fn read<'s>(&mut self, node: SchemaNode<'s>, depth: usize) -> Schema<'s> {
        self.read += 1;
        if depth > DEEPEST || self.read > MOST {
            return Schema::default();
        }
        let SchemaNode { spec, json } = node;
        let of = |json| SchemaNode { spec, json };
        let mut schema = own(node);
        if let Some(reference) = reference(json) {
            let Some(target) = spec.target(reference) else { return Schema::default() };
            schema = and(schema, self.read(of(target), depth + 1));
        }
        for part in list(json, "allOf") {
            schema = and(schema, self.read(of(part), depth + 1));
        }
        for word in ["anyOf", "oneOf"] {
            let choices = list(json, word);
            if !choices.is_empty() {
                schema = and(schema, one_of(choices.iter().map(|choice| self.read(of(choice), depth + 1))));
            }
        }
        schema
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
                kind: either(first.kind, choice.kind),
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

/// The facts of a schema without those of the schemas that it refers to.
fn own(node: SchemaNode<'_>) -> Schema<'_> {
    let value = node.json;
    let types: Vec<&str> = match value.get("type") {
        Some(JsonValue::Text(one)) => vec![one],
        Some(JsonValue::Array(types)) => types
            .iter()
            .filter_map(|one| match one {
                JsonValue::Text(one) => Some(one.as_str()),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    };
    let constant = value.get("const").map(slice::from_ref);
    let values = constant.or(Some(list(value, "enum")).filter(|values| !values.is_empty()));
    let format = text(value, "format");
    let kinds = types.iter().filter(|name| **name != "null").map(|name| kind_of(name, node, format));
    let kind = match kinds.reduce(either) {
        Some(kind) => kind,
        None if types.contains(&"null") => SchemaKind::Null,
        None if value.get("properties").is_some() => kind_of("object", node, format),
        None if value.get("items").is_some() => kind_of("array", node, format),
        None => values.into_iter().flatten().filter_map(kind_of_value).reduce(either).unwrap_or_default(),
    };
    let listed_null = values.is_some_and(|values| values.contains(&JsonValue::Null));
    Schema {
        kind,
        null: flag(value, "nullable") == Some(true) || types.contains(&"null") || listed_null,
        default: value.get("default").is_some(),
        values: values.map(|values| values.iter().filter(|value| **value != JsonValue::Null).collect()),
        format,
        minimum: value.get("minimum"),
        maximum: value.get("maximum"),
        description: text(value, "description"),
        value: None,
        example: value.get("example").or_else(|| list(value, "examples").first()),
    }
}

/// The facts of a value that two schemas describe.
fn and<'s>(one: Schema<'s>, other: Schema<'s>) -> Schema<'s> {
    Schema {
        kind: both(one.kind, other.kind),
        null: one.null || other.null,
        default: one.default || other.default,
        values: one.values.or(other.values),
        format: one.format.or(other.format),
        minimum: one.minimum.or(other.minimum),
        maximum: one.maximum.or(other.maximum),
        description: one.description.or(other.description),
        value: None,
        example: one.example.or(other.example),
    }
}

fn kind_of<'s>(name: &str, node: SchemaNode<'s>, format: Option<&str>) -> SchemaKind<'s> {
    let SchemaNode { spec, json } = node;
    match name {
        "boolean" => NodeKind::Bool,
        "integer" => NodeKind::Integer,
        "number" if is_integer(format) => NodeKind::Integer,
        "number" => NodeKind::Number,
        "string" => NodeKind::Text,
        "array" => {
            let items = json.get("items").filter(|_| json.get("prefixItems").is_none());
            NodeKind::List(items.map_or(ListItems::Unknown, |json| ListItems::Every(SchemaNode { spec, json })))
        }
        "object" => NodeKind::Object(object(node)),
        _ => NodeKind::Unknown,
    }
}

fn kind_of_value<'s>(value: &JsonValue) -> Option<SchemaKind<'s>> {
    Some(match value {
        JsonValue::Null => return None,
        JsonValue::Bool(_) => NodeKind::Bool,
        JsonValue::Integer(_) => NodeKind::Integer,
        JsonValue::Float(_) => NodeKind::Number,
        JsonValue::Text(_) => NodeKind::Text,
        JsonValue::Array(_) => NodeKind::List(ListItems::Unknown),
        JsonValue::Object(_) => NodeKind::Unknown,
    })
}

/// What is both of these.
fn both<'s>(one: SchemaKind<'s>, other: SchemaKind<'s>) -> SchemaKind<'s> {
    match (one, other) {
        (NodeKind::Object(one), NodeKind::Object(other)) => NodeKind::Object(all_of(one, other)),
        // This holds for each of several things, and more may hold for one of them.
        (NodeKind::Object(object), NodeKind::Mixed) | (NodeKind::Mixed, NodeKind::Object(object)) => {
            NodeKind::Object(ObjectSchema { open: true, ..object })
        }
        (NodeKind::Unknown | NodeKind::Mixed, kind) | (kind, NodeKind::Unknown | NodeKind::Mixed) => kind,
        (NodeKind::Integer, NodeKind::Number) | (NodeKind::Number, NodeKind::Integer) => NodeKind::Integer,
        (NodeKind::List(ListItems::Unknown), list @ NodeKind::List(_))
        | (list @ NodeKind::List(_), NodeKind::List(_)) => list,
        (one, other) => either(one, other),
    }
}

/// What is one of these.
fn either<'s>(one: SchemaKind<'s>, other: SchemaKind<'s>) -> SchemaKind<'s> {
    match (one, other) {
        (NodeKind::Null, NodeKind::Null) => NodeKind::Null,
        (NodeKind::Bool, NodeKind::Bool) => NodeKind::Bool,
        (NodeKind::Text, NodeKind::Text) => NodeKind::Text,
        (NodeKind::Integer, NodeKind::Integer) => NodeKind::Integer,
        (NodeKind::Integer | NodeKind::Number, NodeKind::Integer | NodeKind::Number) => NodeKind::Number,
        (NodeKind::List(_), NodeKind::List(_)) => NodeKind::List(ListItems::Unknown),
        _ => NodeKind::Mixed,
    }
}

fn object(SchemaNode { spec, json }: SchemaNode<'_>) -> ObjectSchema<'_> {
    let mut properties: Vec<(&str, SchemaNode<'_>)> = Vec::new();
    if let Some(JsonValue::Object(members)) = json.get("properties") {
        for (key, json) in members {
            let node = SchemaNode { spec, json };
            // The last counts if a key is there twice.
            match properties.iter_mut().find(|(own, _)| own == key) {
                Some((_, last)) => *last = node,
                None => properties.push((key, node)),
            }
        }
    }
    let required = list(json, "required").iter().filter_map(|key| match key {
        JsonValue::Text(key) => Some(key.as_str()),
        _ => None,
    });
    let rest = json.get("additionalProperties");
    let patterned = json.get("patternProperties").is_some();
    ObjectSchema {
        open: properties.is_empty() || patterned || rest.is_some_and(|rest| *rest != JsonValue::Bool(false)),
        required: required.collect(),
        rest: rest.filter(|rest| matches!(rest, JsonValue::Object(_))).map(|json| SchemaNode { spec, json }),
        properties,
    }
}

/// An object that is both of these.
fn all_of<'s>(mut one: ObjectSchema<'s>, other: ObjectSchema<'s>) -> ObjectSchema<'s> {
    let listed = !(one.properties.is_empty() && other.properties.is_empty());
    // A part without properties of its own says nothing of what else there is.
    let open = |part: &ObjectSchema<'_>| part.open && !(listed && part.properties.is_empty() && part.rest.is_none());
    one.open = open(&one) || open(&other);
    for (key, node) in other.properties {
        if !one.properties.iter().any(|(own, _)| *own == key) {
            one.properties.push((key, node));
        }
    }
    one.required.extend(other.required);
    one.rest = one.rest.or(other.rest);
    one
}

pub(super) fn list<'s>(value: &'s JsonValue, key: &str) -> &'s [JsonValue] {
    match value.get(key) {
        Some(JsonValue::Array(items)) => items,
        _ => &[],
    }
}

pub(super) fn text<'s>(value: &'s JsonValue, key: &str) -> Option<&'s str> {
    match value.get(key) {
        Some(JsonValue::Text(text)) => Some(text),
        _ => None,
    }
}

pub(super) fn flag(value: &JsonValue, key: &str) -> Option<bool> {
    match value.get(key) {
        Some(JsonValue::Bool(flag)) => Some(*flag),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Sink;

    const SPEC: &str = r##"{"components": {"schemas": {
        "Entity": {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}},
        "Loop": {"allOf": [{"$ref": "#/components/schemas/Loop"}]},
        "Choices": {"oneOf": [{"type": "string"}, {"$ref": "#/components/schemas/Choices"}, {"$ref": "#/components/schemas/Choices"}]},
        "Halves": {"allOf": [{"type": "string"}, {"$ref": "#/components/schemas/Halves"}, {"$ref": "#/components/schemas/Halves"}]}
    }}}"##;

    fn with<T>(schema: &str, check: impl FnOnce(Schema<'_>) -> T) -> T {
        let parsed = |text: &str| serde_json::from_str::<JsonValue>(text).expect("JSON");
        let token = syn::LitStr::new("x.json", proc_macro2::Span::call_site());
        let errors = Sink::root();
        let spec = Spec::new(parsed(SPEC), token, errors.child());
        let schema = parsed(schema);
        let checked = check(SchemaNode { spec: &spec, json: &schema }.facts());
        errors.finish(0);
        checked
    }

    fn what(schema: &str) -> (String, bool) {
        with(schema, |schema| (schema.what(), schema.null))
    }

    #[test]
    fn what_schemas_say() {
        for (schema, expected, null) in [
            (r#"{"type": "string", "nullable": true}"#, "a string", true),
            (r#"{"type": ["null", "integer"]}"#, "an integer", true),
            (r#"{"anyOf": [{"type": "number"}, {"type": "null"}]}"#, "a number", true),
            (r#"{"oneOf": [{"type": "integer"}, {"type": "number"}]}"#, "a number", false),
            (r#"{"oneOf": [{"type": "string", "format": "date"}]}"#, "a date", false),
            (r#"{"oneOf": [{"type": "string"}, {"type": "object"}]}"#, "a value", false),
            (r#"{"enum": ["a", null]}"#, "one of a few strings", true),
            (r#"{"const": 1}"#, "an integer", false),
            (r#"{"type": "number", "format": "int64"}"#, "an integer", false),
            (r##"{"allOf": [{"$ref": "#/components/schemas/Entity"}], "nullable": true}"##, "an object", true),
            (r##"{"$ref": "#/components/schemas/Loop"}"##, "a value", false),
            // These would take a power of two to read: that they are read at all is what is tested.
            (r##"{"$ref": "#/components/schemas/Choices"}"##, "a value", false),
            (r##"{"$ref": "#/components/schemas/Halves"}"##, "a value", false),
            (r##"{"$ref": "#/components/schemas/Nothing"}"##, "a value", false),
            (r#"{"$ref": "other.json#/x"}"#, "a value", false),
            (r#"{"items": {}}"#, "an array", false),
            ("true", "a value", false),
            ("{}", "a value", false),
            (r#"{"type": "null"}"#, "null", true),
        ] {
            assert_eq!(what(schema), (expected.to_owned(), null), "{schema}");
        }
    }

    #[test]
    fn parts_of_an_object() {
        let schema = r##"{"allOf": [{"$ref": "#/components/schemas/Entity"}, {"properties": {"name": {}}, "required": ["name"]}]}"##;
        with(schema, |schema| {
            let SchemaKind::Object(object) = schema.kind else { panic!("an object") };
            let keys: Vec<&str> = object.properties.iter().map(|(key, _)| *key).collect();
            assert_eq!((keys, object.required.clone(), object.open), (vec!["id", "name"], vec!["id", "name"], false));
        });
        for (schema, open) in [
            (r#"{"properties": {"a": {}}}"#, false),
            (r#"{"properties": {"a": {}}, "additionalProperties": false}"#, false),
            (r#"{"properties": {"a": {}}, "additionalProperties": true}"#, true),
            (r#"{"type": "object"}"#, true),
            (r#"{"properties": {"a": {}}, "oneOf": [{"required": ["a"]}, {"properties": {"b": {}}}]}"#, true),
        ] {
            let is_open =
                with(schema, |schema| matches!(schema.kind, SchemaKind::Object(ObjectFacts { open: true, .. })));
            assert_eq!(is_open, open, "{schema}");
        }
    }

    #[test]
    fn what_may_be_absent() {
        let lacks = |schema: &str| {
            with(schema, |schema| matches!(&schema.kind, SchemaKind::Object(object) if object.may_lack("b")))
        };
        assert!(lacks(r#"{"required": ["a"], "properties": {"a": {}, "b": {}}}"#));
        assert!(!lacks(r#"{"required": ["b"], "properties": {"a": {}, "b": {}}}"#));
        // `required` says nothing where it is empty, or where null or a default is filled in.
        assert!(!lacks(r#"{"properties": {"a": {}, "b": {}}}"#));
        assert!(!lacks(r#"{"required": ["a"], "properties": {"a": {"type": ["null", "string"]}, "b": {}}}"#));
        assert!(!lacks(r#"{"required": ["a"], "properties": {"a": {}, "b": {}, "c": {"default": 1}}}"#));
        assert!(!lacks(r#"{"required": ["a"], "properties": {"a": {}, "b": {"default": 1}}}"#));
    }
}
