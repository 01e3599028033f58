//! Rows that are the members of an object: each is read as if its key were its first field.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::Value;

/// A row before it is read, with its key in a field of this name.
pub(super) struct KeyedRow<D> {
    pub(super) row: D,
    pub(super) field: &'static str,
    pub(super) key: String,
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for KeyedRow<D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        let Self { row, field, key } = self;
        row.deserialize_map(KeyedVisitor { visitor, field, key })
    }

    /// A row that is not looked at.
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.row.deserialize_ignored_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier
    }
}

struct KeyedVisitor<V> {
    visitor: V,
    field: &'static str,
    key: String,
}

impl<'de, V: Visitor<'de>> Visitor<'de> for KeyedVisitor<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.visitor.expecting(f)
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<V::Value, A::Error> {
        let Self { visitor, field, key } = self;
        visitor.visit_map(KeyedMembers { first: Some(field), key: Some(key), members })
    }
}

/// The key, then the members of the row.
struct KeyedMembers<A> {
    /// The field of the key, until it is read.
    first: Option<&'static str>,
    /// The key, until it is read.
    key: Option<String>,
    members: A,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for KeyedMembers<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        match self.first.take() {
            Some(field) => seed.deserialize(field.into_deserializer()).map(Some),
            None => self.members.next_key_seed(seed),
        }
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, A::Error> {
        match self.key.take() {
            Some(key) => seed.deserialize(key.into_deserializer()),
            None => self.members.next_value_seed(seed),
        }
    }
}

/// The text of a row with its key as its first field; of what is no object, the text alone.
pub(crate) fn with_key<'t>(text: &'t str, field: &str, key: &str) -> Cow<'t, str> {
    let Some(members) = text.strip_prefix('{') else { return Cow::Borrowed(text) };
    let comma = if members.trim_start().starts_with('}') { "" } else { "," };
    Cow::Owned(format!("{{{}:{}{comma}{members}", Value::from(field), Value::from(key)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_the_first_field() {
        assert_eq!(with_key(r#"{"a":1}"#, "k", "x\"y"), r#"{"k":"x\"y","a":1}"#);
        assert_eq!((with_key("{ }", "k", ""), with_key("[1]", "k", "x")), (r#"{"k":"" }"#.into(), "[1]".into()));
    }
}
