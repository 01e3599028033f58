//! Bodies of requests: as declared, with the values of params, and the paginator's at their paths. The keys of objects
//! are sent in the order in which they are declared.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;
use serde::ser::{Serialize, Serializer};
use serde_json::Value;
use url::form_urlencoded;

use super::secret_text::SecretText;
use super::template::{Values, placeholders};
use crate::error::{Error, ErrorKind, Result};
use crate::json::path::{BodyPath, BodyStep};

/// A JSON body as the macro writes it down.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
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
    /// A string with placeholders; where one of them has no value, the key is left out.
    Template(&'static str),
    /// An array.
    Array(&'static [JsonDef]),
    /// An object.
    Object(&'static [(&'static str, JsonDef)]),
    /// The value of a param; without one, the key is left out.
    Param(&'static str),
    /// A secret.
    Secret(SecretText),
}

/// A body that is not JSON.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub enum DataDef {
    /// This text, with its placeholders filled in.
    Raw(&'static str),
    /// An HTML form: `a=1&b=2`.
    Form(&'static [(&'static str, JsonDef)]),
}

impl JsonDef {
    /// Whether there is a secret in it.
    pub(crate) fn has_secret(&self) -> bool {
        match self {
            Self::Secret(_) => true,
            Self::Array(items) => items.iter().any(Self::has_secret),
            Self::Object(members) => members.iter().any(|(_, value)| value.has_secret()),
            _ => false,
        }
    }

    /// The names of what is filled in.
    pub(crate) fn placeholders(&self) -> Vec<String> {
        match self {
            Self::Null | Self::Bool(_) | Self::Integer(_) | Self::Float(_) | Self::Text(_) | Self::Secret(_) => {
                Vec::new()
            }
            Self::Template(template) => placeholders(template),
            Self::Array(elements) => elements.iter().flat_map(Self::placeholders).collect(),
            Self::Object(entries) => entries.iter().flat_map(|(_, value)| value.placeholders()).collect(),
            Self::Param(name) => vec![(*name).to_owned()],
        }
    }
}

impl DataDef {
    /// Whether there is a secret in it.
    pub(crate) fn has_secret(&self) -> bool {
        match self {
            Self::Raw(_) => false,
            Self::Form(fields) => fields.iter().any(|(_, value)| value.has_secret()),
        }
    }

    /// The names of what is filled in.
    pub(crate) fn placeholders(&self) -> Vec<String> {
        match self {
            Self::Raw(text) => placeholders(text),
            Self::Form(fields) => fields.iter().flat_map(|(_, value)| value.placeholders()).collect(),
        }
    }
}

/// The body of a request. It may hold secrets.
#[derive(Clone)]
pub(crate) struct Payload {
    pub(crate) bytes: Bytes,
    pub(crate) content_type: Option<&'static str>,
}

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Payload").field("len", &self.bytes.len()).field("content_type", &self.content_type).finish()
    }
}

/// What a body is filled in with.
pub(crate) struct Filling<'f> {
    /// The values of a resource's params by name, as they are in JSON.
    pub(crate) params: &'f [(&'static str, Value)],
    /// All other values.
    pub(crate) values: &'f Values,
    /// The text of a secret.
    pub(crate) secrets: &'f dyn Fn(SecretText) -> Option<String>,
}

impl Filling<'_> {
    /// A plain value as text; `None` where it has none.
    pub(crate) fn text(&self, def: JsonDef) -> Option<String> {
        node(def, self)?.leaf().map(unquoted)
    }
}

impl Payload {
    /// # Errors
    /// `Config` where a text that is the whole body has a placeholder without a value.
    pub(crate) fn new(
        (json_def, data): (Option<JsonDef>, Option<DataDef>),
        filling: &Filling<'_>,
        at_paths: Vec<(BodyPath, Value)>,
    ) -> Result<Self> {
        Ok(match data {
            None => Self { bytes: json(json_def, filling, at_paths), content_type: Some("application/json") },
            Some(DataDef::Raw(text)) => {
                let filled = filling.values.fill(text).ok_or_else(|| {
                    let message = format!("a placeholder in `data` has no value: {text:?}");
                    Error::new(ErrorKind::Config, message)
                })?;
                Self { bytes: filled.into(), content_type: None }
            }
            Some(DataDef::Form(fields)) => Self {
                bytes: form(fields, filling, &at_paths).into(),
                content_type: Some("application/x-www-form-urlencoded"),
            },
        })
    }
}

/// A form; a list becomes one field for each value, and a field without a value is left out. A value at a path is that of
/// a field.
fn form(fields: &[(&'static str, JsonDef)], filling: &Filling<'_>, at_paths: &[(BodyPath, Value)]) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    // The macro has refused paths of more than one key.
    let at_keys = at_paths.iter().filter_map(|(path, value)| match &path[..] {
        [BodyStep::Key(key)] => Some((key, value)),
        _ => None,
    });
    for (name, def) in fields {
        if at_keys.clone().any(|(key, _)| key == *name) {
            continue;
        }
        match node(*def, filling) {
            // The macro has refused objects, and arrays that are written down.
            None | Some(Node::Object(_)) => {}
            Some(Node::Array(items)) => {
                form.extend_pairs(items.iter().filter_map(|item| Some((name, unquoted(item.leaf()?)))));
            }
            Some(Node::Leaf(Value::Array(items))) => {
                form.extend_pairs(items.iter().map(|item| (name, unquoted(item))));
            }
            Some(Node::Leaf(value)) => {
                form.append_pair(name, &unquoted(&value));
            }
        }
    }
    form.extend_pairs(at_keys.map(|(key, value)| (key, unquoted(value))));
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

fn json(def: Option<JsonDef>, filling: &Filling<'_>, at_paths: Vec<(BodyPath, Value)>) -> Bytes {
    let mut body = def.and_then(|def| node(def, filling)).unwrap_or_else(|| Node::Object(Vec::new()));
    for (path, value) in at_paths {
        body.set(&path, value);
    }
    // Strings as keys, and numbers that JSON has: this cannot fail.
    serde_json::to_vec(&body).unwrap_or_default().into()
}

/// A value of a body, whose objects keep the order of their keys.
#[derive(Debug)]
enum Node {
    Leaf(Value),
    Array(Vec<Node>),
    Object(Vec<(Cow<'static, str>, Node)>),
}

fn node(def: JsonDef, filling: &Filling<'_>) -> Option<Node> {
    Some(Node::Leaf(match def {
        JsonDef::Null => Value::Null,
        JsonDef::Bool(flag) => flag.into(),
        JsonDef::Integer(number) => number.into(),
        JsonDef::Float(number) => number.into(),
        JsonDef::Text(text) => text.into(),
        JsonDef::Template(text) => filling.values.json(text)?,
        JsonDef::Array(items) => {
            return Some(Node::Array(items.iter().filter_map(|item| node(*item, filling)).collect()));
        }
        JsonDef::Object(members) => {
            let members = members.iter().filter_map(|(key, def)| Some(((*key).into(), node(*def, filling)?)));
            return Some(Node::Object(members.collect()));
        }
        JsonDef::Param(name) => {
            let set = filling.params.iter().find(|(set, _)| *set == name).map(|(_, value)| value);
            set.or_else(|| filling.values.json_of(name))?.clone()
        }
        JsonDef::Secret(secret) => (filling.secrets)(secret)?.into(),
    }))
}

impl Node {
    fn leaf(&self) -> Option<&Value> {
        match self {
            Self::Leaf(value) => Some(value),
            Self::Array(_) | Self::Object(_) => None,
        }
    }

    /// Puts a value at a path. Objects and arrays on the way are created; an index past the end is the next one, which
    /// the macro has made sure of.
    fn set(&mut self, path: &[BodyStep], value: Value) {
        let Some((step, rest)) = path.split_first() else {
            *self = Self::Leaf(value);
            return;
        };
        self.open(step);
        let next = match (step, self) {
            (BodyStep::Key(key), Self::Object(members)) => {
                let known = members.iter().position(|(known, _)| known == key);
                let at = known.unwrap_or(members.len());
                if known.is_none() {
                    members.push((key.clone(), Self::Leaf(Value::Null)));
                }
                members.get_mut(at).map(|(_, node)| node)
            }
            (BodyStep::Index(index), Self::Array(items)) => {
                if items.len() <= *index {
                    items.push(Self::Leaf(Value::Null));
                }
                let last = items.len().saturating_sub(1);
                items.get_mut((*index).min(last))
            }
            _ => None,
        };
        if let Some(next) = next {
            next.set(rest, value);
        }
    }

    /// Makes it what a step goes into, with what it holds if it is that already.
    fn open(&mut self, step: &BodyStep) {
        *self = match (step, std::mem::replace(self, Self::Leaf(Value::Null))) {
            (BodyStep::Key(_), Self::Object(members)) => Self::Object(members),
            (BodyStep::Key(_), Self::Leaf(Value::Object(members))) => {
                Self::Object(members.into_iter().map(|(key, value)| (key.into(), Self::Leaf(value))).collect())
            }
            (BodyStep::Key(_), _) => Self::Object(Vec::new()),
            (BodyStep::Index(_), Self::Array(items)) => Self::Array(items),
            (BodyStep::Index(_), Self::Leaf(Value::Array(items))) => {
                Self::Array(items.into_iter().map(Self::Leaf).collect())
            }
            (BodyStep::Index(_), _) => Self::Array(Vec::new()),
        };
    }
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        match self {
            Self::Leaf(value) => value.serialize(serializer),
            Self::Array(items) => serializer.collect_seq(items),
            Self::Object(members) => serializer.collect_map(members.iter().map(|(key, node)| (key, node))),
        }
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
        let path = |text: &str| -> BodyPath {
            let step =
                |step: &str| step.parse().map_or_else(|_| BodyStep::Key(step.to_owned().into()), BodyStep::Index);
            text.split('.').map(step).collect()
        };
        let at_paths = vec![
            (path("page"), 2.into()),
            (path("paging.cursor"), "c".into()),
            (path("filter.deep.0"), false.into()),
            (path("filter.deep.1.from"), 5.into()),
            (path("ranges.0.0"), 1.into()),
        ];
        let params = [("query", "a\"b".into())];
        let filling = Filling { params: &params, values: &Values::default(), secrets: &|_| None };
        let body = json(Some(DEF), &filling, at_paths);
        let expected = concat!(
            r#"{"q":"a\"b","page":2,"filter":{"deep":[false,{"from":5}]},"#,
            r#""paging":{"cursor":"c"},"ranges":[[1]]}"#,
        );
        assert_eq!(body, expected);
        assert_eq!(json(None, &filling, Vec::new()), "{}");
    }

    #[test]
    fn forms_have_a_field_for_each_value() {
        const FIELDS: &[(&str, JsonDef)] = &[
            ("q", JsonDef::Param("query")),
            ("ids", JsonDef::Param("ids")),
            ("unset", JsonDef::Param("unset")),
            ("n", JsonDef::Integer(5)),
            ("none", JsonDef::Null),
            ("page", JsonDef::Integer(1)),
            ("key", JsonDef::Secret(SecretText { name: "key", prefix: "a ", suffix: "" })),
        ];
        let params = [("query", Value::from("a b&c=\"ü\"")), ("ids", vec![1, 2].into())];
        let secrets = |secret: SecretText| Some(secret.around("s&t"));
        let filling = Filling { params: &params, values: &Values::default(), secrets: &secrets };
        let form = form(FIELDS, &filling, &[(vec![BodyStep::Key("page".into())], 2.into())]);
        assert_eq!(form, "q=a+b%26c%3D%22%C3%BC%22&ids=1&ids=2&n=5&none=&key=a+s%26t&page=2");
    }
}
