//! Schemas: what an OpenAPI file says of a value.

use super::spec::Spec;
use crate::json::JsonValue;

/// What is said of a value.
#[derive(Debug, Clone, Default)]
pub(super) struct Schema<'s> {
    pub(super) kind: SchemaKind<'s>,
    /// Whether it may be null.
    pub(super) null: bool,
    /// Whether it has a default, with which it is there in every answer.
    pub(super) default: bool,
    /// The values that it can have, if they are listed.
    pub(super) values: Option<Vec<&'s JsonValue>>,
    pub(super) format: Option<&'s str>,
    pub(super) minimum: Option<&'s JsonValue>,
    pub(super) maximum: Option<&'s JsonValue>,
    pub(super) description: Option<&'s str>,
    pub(super) example: Option<&'s JsonValue>,
}

#[derive(Debug, Clone, Default)]
pub(super) enum SchemaKind<'s> {
    /// Nothing is said, and nothing judged.
    #[default]
    Unknown,
    /// Nothing but null.
    Null,
    Bool,
    Integer,
    Number,
    Text,
    /// With the schema of the elements.
    List(Option<&'s JsonValue>),
    Object(ObjectSchema<'s>),
    /// Different things: not judged, either.
    Mixed,
}

#[derive(Debug, Clone, Default)]
pub(super) struct ObjectSchema<'s> {
    pub(super) properties: Vec<(&'s str, &'s JsonValue)>,
    pub(super) required: Vec<&'s str>,
    /// The schema of what is not listed.
    pub(super) rest: Option<&'s JsonValue>,
    /// Whether there is more than what is listed.
    pub(super) open: bool,
}

impl Spec {
    /// Whether a property may be absent: it is not required, where that says something. Where an API fills in what is missing,
    /// with null or a default, `required` is about what is sent to it, or has been left to a generator.
    pub(super) fn may_lack(&self, object: &ObjectSchema<'_>, key: &str) -> bool {
        !object.required.is_empty()
            && !object.required.contains(&key)
            && !object.properties.iter().any(|(name, value)| {
                let schema = self.schema(value);
                schema.null || schema.default && !object.required.contains(name)
            })
    }
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

impl<'s> Schema<'s> {
    /// What a schema says itself.
    pub(super) fn own(value: &'s JsonValue) -> Self {
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
        let constant = value.get("const").map(std::slice::from_ref);
        let values = constant.or(Some(list(value, "enum")).filter(|values| !values.is_empty()));
        let format = text(value, "format");
        let kinds = types.iter().filter(|name| **name != "null").map(|name| SchemaKind::of(name, value, format));
        let kind = match kinds.reduce(SchemaKind::or) {
            Some(kind) => kind,
            None if types.contains(&"null") => SchemaKind::Null,
            None if value.get("properties").is_some() => SchemaKind::of("object", value, format),
            None if value.get("items").is_some() => SchemaKind::of("array", value, format),
            None => {
                values.into_iter().flatten().filter_map(SchemaKind::of_value).reduce(SchemaKind::or).unwrap_or_default()
            }
        };
        let listed_null = values.is_some_and(|values| values.contains(&JsonValue::Null));
        Self {
            kind,
            null: flag(value, "nullable") == Some(true) || types.contains(&"null") || listed_null,
            default: value.get("default").is_some(),
            values: values.map(|values| values.iter().filter(|value| **value != JsonValue::Null).collect()),
            format,
            minimum: value.get("minimum"),
            maximum: value.get("maximum"),
            description: text(value, "description"),
            example: value.get("example").or_else(|| list(value, "examples").first()),
        }
    }

    /// What two schemas say of one value.
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            kind: self.kind.and(other.kind),
            null: self.null || other.null,
            default: self.default || other.default,
            values: self.values.or(other.values),
            format: self.format.or(other.format),
            minimum: self.minimum.or(other.minimum),
            maximum: self.maximum.or(other.maximum),
            description: self.description.or(other.description),
            example: self.example.or(other.example),
        }
    }

    /// What it is, with its article.
    pub(super) fn what(&self) -> String {
        match (&self.kind, self.format) {
            (SchemaKind::Text, Some("date-time")) => "a time".to_owned(),
            (SchemaKind::Text, Some("date")) => "a date".to_owned(),
            (SchemaKind::Text, Some(format)) => format!("a text of the format `{format}`"),
            (SchemaKind::Text, None) if self.values.is_some() => "one of a few texts".to_owned(),
            (SchemaKind::Text, None) => "a text".to_owned(),
            (SchemaKind::Unknown | SchemaKind::Mixed, _) => "a value".to_owned(),
            (SchemaKind::Null, _) => "null".to_owned(),
            (SchemaKind::Bool, _) => "a truth value".to_owned(),
            (SchemaKind::Integer, _) => "an integer".to_owned(),
            (SchemaKind::Number, _) => "a number".to_owned(),
            (SchemaKind::List(_), _) => "an array".to_owned(),
            (SchemaKind::Object(_), _) => "an object".to_owned(),
        }
    }

    /// The texts that it can be, if it is one of a few.
    pub(super) fn names(&self) -> Option<Vec<&'s str>> {
        let names = self.values.as_ref()?.iter().map(|value| match value {
            JsonValue::Text(name) => Some(name.as_str()),
            _ => None,
        });
        names.collect()
    }

    /// Whether nothing is judged.
    pub(super) fn is_anything(&self) -> bool {
        matches!(self.kind, SchemaKind::Unknown | SchemaKind::Mixed)
    }
}

impl<'s> SchemaKind<'s> {
    fn of(name: &str, value: &'s JsonValue, format: Option<&str>) -> Self {
        match name {
            "boolean" => Self::Bool,
            "integer" => Self::Integer,
            "number" if format.is_some_and(|format| format.starts_with("int") || format.starts_with("uint")) => {
                Self::Integer
            }
            "number" => Self::Number,
            "string" => Self::Text,
            "array" => Self::List(value.get("items").filter(|_| value.get("prefixItems").is_none())),
            "object" => Self::Object(ObjectSchema::of(value)),
            _ => Self::Unknown,
        }
    }

    fn of_value(value: &JsonValue) -> Option<Self> {
        Some(match value {
            JsonValue::Null => return None,
            JsonValue::Bool(_) => Self::Bool,
            JsonValue::Integer(_) => Self::Integer,
            JsonValue::Float(_) => Self::Number,
            JsonValue::Text(_) => Self::Text,
            JsonValue::Array(_) => Self::List(None),
            JsonValue::Object(_) => Self::Unknown,
        })
    }

    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Object(one), Self::Object(other)) => Self::Object(one.and(other)),
            // What holds whichever of several things it is, and what does not.
            (Self::Object(object), Self::Mixed) | (Self::Mixed, Self::Object(object)) => {
                Self::Object(ObjectSchema { open: true, ..object })
            }
            (Self::Unknown | Self::Mixed, kind) | (kind, Self::Unknown | Self::Mixed) => kind,
            (Self::Integer, Self::Number) | (Self::Number, Self::Integer) => Self::Integer,
            (Self::List(one), Self::List(other)) => Self::List(one.or(other)),
            (one, other) => one.or(other),
        }
    }

    pub(super) fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Null, Self::Null) => Self::Null,
            (Self::Bool, Self::Bool) => Self::Bool,
            (Self::Text, Self::Text) => Self::Text,
            (Self::Integer, Self::Integer) => Self::Integer,
            (Self::Integer | Self::Number, Self::Integer | Self::Number) => Self::Number,
            (Self::List(_), Self::List(_)) => Self::List(None),
            _ => Self::Mixed,
        }
    }
}

impl<'s> ObjectSchema<'s> {
    fn of(value: &'s JsonValue) -> Self {
        let mut properties: Vec<(&str, &JsonValue)> = Vec::new();
        if let Some(JsonValue::Object(members)) = value.get("properties") {
            for (key, value) in members {
                // Of a key that stands twice, the last counts.
                match properties.iter_mut().find(|(own, _)| own == key) {
                    Some((_, last)) => *last = value,
                    None => properties.push((key, value)),
                }
            }
        }
        let required = list(value, "required").iter().filter_map(|key| match key {
            JsonValue::Text(key) => Some(key.as_str()),
            _ => None,
        });
        let rest = value.get("additionalProperties");
        let patterned = value.get("patternProperties").is_some();
        Self {
            open: properties.is_empty() || patterned || rest.is_some_and(|rest| *rest != JsonValue::Bool(false)),
            required: required.collect(),
            rest: rest.filter(|rest| matches!(rest, JsonValue::Object(_))),
            properties,
        }
    }

    fn and(mut self, other: Self) -> Self {
        let listed = !(self.properties.is_empty() && other.properties.is_empty());
        // A part without properties of its own says nothing of what else there is.
        let open = |part: &Self| part.open && !(listed && part.properties.is_empty() && part.rest.is_none());
        self.open = open(&self) || open(&other);
        for (key, value) in other.properties {
            if !self.properties.iter().any(|(own, _)| *own == key) {
                self.properties.push((key, value));
            }
        }
        self.required.extend(other.required);
        self.rest = self.rest.or(other.rest);
        self
    }

    pub(super) fn get(&self, key: &str) -> Option<&'s JsonValue> {
        self.properties.iter().find(|(name, _)| *name == key).map(|(_, value)| *value)
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

    fn with<T>(schema: &str, check: impl FnOnce(&Spec, Schema<'_>) -> T) -> T {
        let parsed = |text: &str| serde_json::from_str::<JsonValue>(text).expect("JSON");
        let token = syn::LitStr::new("x.json", proc_macro2::Span::call_site());
        let errors = Sink::root();
        let spec = Spec::new(parsed(SPEC), token, errors.child());
        let schema = parsed(schema);
        let checked = check(&spec, spec.schema(&schema));
        errors.finish();
        checked
    }

    fn what(schema: &str) -> (String, bool) {
        with(schema, |_, schema| (schema.what(), schema.null))
    }

    #[test]
    fn what_schemas_say() {
        for (schema, expected, null) in [
            (r#"{"type": "string", "nullable": true}"#, "a text", true),
            (r#"{"type": ["null", "integer"]}"#, "an integer", true),
            (r#"{"anyOf": [{"type": "number"}, {"type": "null"}]}"#, "a number", true),
            (r#"{"oneOf": [{"type": "integer"}, {"type": "number"}]}"#, "a number", false),
            (r#"{"oneOf": [{"type": "string", "format": "date"}]}"#, "a date", false),
            (r#"{"oneOf": [{"type": "string"}, {"type": "object"}]}"#, "a value", false),
            (r#"{"enum": ["a", null]}"#, "one of a few texts", true),
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
        with(schema, |_, schema| {
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
                with(schema, |_, schema| matches!(schema.kind, SchemaKind::Object(ObjectSchema { open: true, .. })));
            assert_eq!(is_open, open, "{schema}");
        }
    }

    #[test]
    fn what_may_be_absent() {
        let lacks = |schema: &str| {
            with(
                schema,
                |spec, schema| matches!(&schema.kind, SchemaKind::Object(object) if spec.may_lack(object, "b")),
            )
        };
        assert!(lacks(r#"{"required": ["a"], "properties": {"a": {}, "b": {}}}"#));
        assert!(!lacks(r#"{"required": ["b"], "properties": {"a": {}, "b": {}}}"#));
        // Nothing is required, something may be null, something has a default: of what is absent that says nothing.
        assert!(!lacks(r#"{"properties": {"a": {}, "b": {}}}"#));
        assert!(!lacks(r#"{"required": ["a"], "properties": {"a": {"type": ["null", "string"]}, "b": {}}}"#));
        assert!(!lacks(r#"{"required": ["a"], "properties": {"a": {}, "b": {}, "c": {"default": 1}}}"#));
        assert!(!lacks(r#"{"required": ["a"], "properties": {"a": {}, "b": {"default": 1}}}"#));
    }
}
