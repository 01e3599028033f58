//! Bodies of requests: as declared, with the values of params, and the paginator's at their paths.

use std::borrow::Cow;

use bytes::Bytes;
use serde::Serialize;
use serde_json::{Map, Value};
use url::form_urlencoded;

use super::template::Values;
use crate::json::path::BodyPath;

/// A JSON body as the macro writes it down.
#[derive(Debug, Clone, Copy, Serialize)]
pub enum JsonDef {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// An integer.
    Integer(i64),
    /// Any other number.
    Float(f64),
    /// A string.
    Text(&'static str),
    /// An array.
    Array(&'static [JsonDef]),
    /// An object.
    Object(&'static [(&'static str, JsonDef)]),
    /// The value of a param; without one, the key is left out.
    Param(&'static str),
}

/// A body that is not JSON.
#[derive(Debug, Clone, Copy, Serialize)]
pub enum DataDef {
    /// This text, with fields of parents filled in.
    Raw(&'static str),
    /// An HTML form: `a=1&b=2`.
    Form(&'static [(&'static str, JsonDef)]),
}

/// The body of a request.
#[derive(Debug, Clone)]
pub(crate) struct Payload {
    pub(crate) bytes: Bytes,
    pub(crate) content_type: Option<&'static str>,
}

impl Payload {
    pub(crate) fn new(
        (json_def, data): (Option<JsonDef>, Option<DataDef>),
        params: &[(&'static str, Value)],
        values: &Values,
        at_paths: Vec<(BodyPath, Value)>,
    ) -> Self {
        match data {
            None => Self { bytes: json(json_def, params, values, at_paths), content_type: Some("application/json") },
            Some(DataDef::Raw(text)) => Self { bytes: unquoted(&values.json(text)).into(), content_type: None },
            Some(DataDef::Form(fields)) => Self {
                bytes: form(fields, params, values).into(),
                content_type: Some("application/x-www-form-urlencoded"),
            },
        }
    }
}

/// A form; a list becomes one field for each value, and a field without a value is left out.
fn form(fields: &[(&'static str, JsonDef)], params: &[(&'static str, Value)], values: &Values) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    for (name, def) in fields {
        match value(*def, params, values) {
            None => {}
            Some(Value::Array(items)) => {
                form.extend_pairs(items.iter().map(|item| (name, unquoted(item))));
            }
            Some(value) => {
                form.append_pair(name, &unquoted(&value));
            }
        }
    }
    form.finish()
}

/// A value as text, strings without quotes.
fn unquoted(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn json(
    def: Option<JsonDef>,
    params: &[(&'static str, Value)],
    values: &Values,
    at_paths: Vec<(BodyPath, Value)>,
) -> Bytes {
    let mut body = def.and_then(|def| value(def, params, values)).unwrap_or_else(|| Value::Object(Map::new()));
    for (path, value) in at_paths {
        set(&mut body, &path, value);
    }
    body.to_string().into()
}

fn value(def: JsonDef, params: &[(&'static str, Value)], values: &Values) -> Option<Value> {
    Some(match def {
        JsonDef::Null => Value::Null,
        JsonDef::Bool(flag) => flag.into(),
        JsonDef::Integer(number) => number.into(),
        JsonDef::Float(number) => number.into(),
        JsonDef::Text(text) => values.json(text),
        JsonDef::Array(items) => items.iter().filter_map(|item| value(*item, params, values)).collect(),
        JsonDef::Object(members) => {
            let members =
                members.iter().filter_map(|(key, def)| Some(((*key).to_owned(), value(*def, params, values)?)));
            Value::Object(members.collect())
        }
        JsonDef::Param(name) => params.iter().find(|(set, _)| *set == name).map(|(_, value)| value.clone())?,
    })
}

/// Puts a value at a path; missing objects on the way are created.
fn set(body: &mut Value, path: &[Cow<'static, str>], value: Value) {
    let Some((key, rest)) = path.split_first() else {
        *body = value;
        return;
    };
    if !body.is_object() {
        *body = Value::Object(Map::new());
    }
    if let Value::Object(members) = body {
        set(members.entry(&**key).or_insert(Value::Null), rest, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_put_at_their_paths() {
        const DEF: JsonDef = JsonDef::Object(&[
            ("q", JsonDef::Param("query")),
            ("page", JsonDef::Integer(1)),
            (
                "filter",
                JsonDef::Object(&[
                    ("state", JsonDef::Param("state")),
                    ("deep", JsonDef::Array(&[JsonDef::Bool(true)])),
                ]),
            ),
        ]);
        let at_paths = vec![(vec!["page".into()], 2.into()), (vec!["paging".into(), "cursor".into()], "c".into())];
        let body = json(Some(DEF), &[("query", "a\"b".into())], &Values::default(), at_paths);
        assert_eq!(body, r#"{"filter":{"deep":[true]},"page":2,"paging":{"cursor":"c"},"q":"a\"b"}"#);
        assert_eq!(json(None, &[], &Values::default(), Vec::new()), "{}");
    }

    #[test]
    fn forms_have_a_field_for_each_value() {
        const FIELDS: &[(&str, JsonDef)] = &[
            ("q", JsonDef::Param("query")),
            ("ids", JsonDef::Param("ids")),
            ("unset", JsonDef::Param("unset")),
            ("n", JsonDef::Integer(5)),
            ("none", JsonDef::Null),
        ];
        let params = [("query", Value::from("a b&c=\"ü\"")), ("ids", vec![1, 2].into())];
        let form = form(FIELDS, &params, &Values::default());
        assert_eq!(form, "q=a+b%26c%3D%22%C3%BC%22&ids=1&ids=2&n=5&none=");
    }
}
