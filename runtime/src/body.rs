//! Queries in JSON bodies: as declared, with the values of params, and the paginator's in their places.

use std::borrow::Cow;

use bytes::Bytes;
use serde_json::{Map, Value};

use crate::path::Step;
use crate::template::Values;

/// A JSON body as the macro writes it down.
#[derive(Debug, Clone, Copy)]
pub enum JsonDef {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// An integer.
    Integer(i64),
    /// Any other number.
    Float(f64),
    /// A text.
    Text(&'static str),
    /// An array.
    Array(&'static [JsonDef]),
    /// An object.
    Object(&'static [(&'static str, JsonDef)]),
    /// The value of a param; one that is not set leaves its key out.
    Param(&'static str),
}

/// A body that is not JSON.
#[derive(Debug, Clone, Copy)]
pub enum DataDef {
    /// This text, as it is.
    Raw(&'static str),
    /// An HTML form: `a=1&b=2`.
    Form(&'static [(&'static str, JsonDef)]),
}

/// The body of a request.
pub(crate) fn build(
    def: Option<JsonDef>,
    params: &[(&'static str, Value)],
    values: &Values,
    places: Vec<(Cow<'static, [Step]>, Value)>,
) -> Bytes {
    let mut body = def.and_then(|def| value(def, params, values)).unwrap_or_else(|| Value::Object(Map::new()));
    for (path, value) in places {
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

/// Puts a value at a path; objects that are not there yet are made on the way.
fn set(body: &mut Value, path: &[Step], value: Value) {
    let Some((step, rest)) = path.split_first() else {
        *body = value;
        return;
    };
    match step {
        Step::Key(key) => {
            if !body.is_object() {
                *body = Value::Object(Map::new());
            }
            if let Value::Object(members) = body {
                set(members.entry(*key).or_insert(Value::Null), rest, value);
            }
        }
        // The macro takes only keys for places in a body.
        Step::Index(index) => {
            if let Some(item) = body.get_mut(*index) {
                set(item, rest, value);
            }
        }
        Step::All | Step::Last => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_into_their_places() {
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
        let places: Vec<(Cow<'static, [Step]>, Value)> = vec![
            ((&[Step::Key("page")]).into(), 2.into()),
            ((&[Step::Key("paging"), Step::Key("cursor")]).into(), "c".into()),
        ];
        let body = build(Some(DEF), &[("query", "a\"b".into())], &Values::default(), places);
        assert_eq!(body, r#"{"filter":{"deep":[true]},"page":2,"paging":{"cursor":"c"},"q":"a\"b"}"#);
        assert_eq!(build(None, &[], &Values::default(), Vec::new()), "{}");
    }
}
