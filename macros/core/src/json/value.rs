//! JSON as it was recorded: keys in their order, integers to the last digit.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::diagnostic::clipped;

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum JsonValue {
    Null,
    Bool(bool),
    Integer(i128),
    Float(f64),
    Text(String),
    Array(Vec<JsonValue>),
    Object(Vec<(String, JsonValue)>),
}

impl JsonValue {
    /// What is under a key. The last counts if a key is there twice.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members.iter().rfind(|(name, _)| name == key).map(|(_, value)| value),
            _ => None,
        }
    }

    /// Its type, with an article.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Integer(_) | Self::Float(_) => "a number",
            Self::Text(_) => "a string",
            Self::Array(_) => "an array",
            Self::Object(_) => "an object",
        }
    }
}

/// As messages show it: scalars as they are, others by their type.
impl fmt::Display for JsonValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const LONGEST: usize = 60;
        match self {
            Self::Bool(flag) => write!(f, "`{flag}`"),
            Self::Integer(number) => write!(f, "`{number}`"),
            Self::Float(number) => write!(f, "`{number:?}`"),
            Self::Text(text) => match clipped(text, LONGEST) {
                Some(start) => write!(f, "`{start:?}…`"),
                None => write!(f, "`{text:?}`"),
            },
            Self::Null | Self::Array(_) | Self::Object(_) => f.write_str(self.kind()),
        }
    }
}

impl<'de> Deserialize<'de> for JsonValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;

        impl<'de> Visitor<'de> for Any {
            type Value = JsonValue;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }

            fn visit_unit<E>(self) -> Result<JsonValue, E> {
                Ok(JsonValue::Null)
            }

            fn visit_bool<E>(self, flag: bool) -> Result<JsonValue, E> {
                Ok(JsonValue::Bool(flag))
            }

            fn visit_i64<E>(self, number: i64) -> Result<JsonValue, E> {
                Ok(JsonValue::Integer(number.into()))
            }

            fn visit_u64<E>(self, number: u64) -> Result<JsonValue, E> {
                Ok(JsonValue::Integer(number.into()))
            }

            fn visit_f64<E>(self, number: f64) -> Result<JsonValue, E> {
                Ok(JsonValue::Float(number))
            }

            fn visit_str<E>(self, text: &str) -> Result<JsonValue, E> {
                Ok(JsonValue::Text(text.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<JsonValue, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = seq.next_element()? {
                    items.push(item);
                }
                Ok(JsonValue::Array(items))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<JsonValue, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(JsonValue::Object(members))
            }
        }

        deserializer.deserialize_any(Any)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_digits_and_doubled_keys() {
        let value: JsonValue =
            serde_json::from_str(r#"{"b": 18446744073709551615, "a": [1.0, -1], "b": null}"#).expect("JSON");
        let JsonValue::Object(members) = &value else { panic!("an object") };
        let keys: Vec<&str> = members.iter().map(|(key, _)| key.as_str()).collect();
        assert_eq!(keys, ["b", "a", "b"]);
        assert_eq!(members.first().map(|(_, value)| value), Some(&JsonValue::Integer(u64::MAX.into())));
        assert_eq!(value.get("b"), Some(&JsonValue::Null));
        assert_eq!(value.get("a"), Some(&JsonValue::Array(vec![JsonValue::Float(1.0), JsonValue::Integer(-1)])));
    }

    #[test]
    fn as_messages_show_it() {
        let shown = |text: &str| serde_json::from_str::<JsonValue>(text).expect("JSON").to_string();
        assert_eq!(shown("1.0"), "`1.0`");
        assert_eq!(shown(r#""a\n""#), r#"`"a\n"`"#);
        assert_eq!(shown(&format!("\"{}\"", "é".repeat(61))), format!("`\"{}\"…`", "é".repeat(60)));
        assert_eq!(shown("[1]"), "an array");
        assert_eq!(
            shown(&format!("\"{}\"", "eleven more ".repeat(6))),
            "`\"eleven more eleven more eleven more eleven more eleven\"…`"
        );
    }
}
