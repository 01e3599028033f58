//! Reads a struct by serde's derive, and keeps what the struct does not name.

use std::fmt;

use serde::de::value::StrDeserializer;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};

use crate::json::extra::Extra;

/// Reads an object: a struct gets the keys that it names, and the others go into an [`Extra`] with the text of their values.
pub struct BesideExtra<'x, D> {
    inner: D,
    extra: &'x mut Extra,
}

impl<'x, D> BesideExtra<'x, D> {
    /// Reads from `inner`, and fills `extra`.
    pub const fn new(inner: D, extra: &'x mut Extra) -> Self {
        Self { inner, extra }
    }
}

impl<D> fmt::Debug for BesideExtra<'_, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BesideExtra").field("extra", &self.extra).finish_non_exhaustive()
    }
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for BesideExtra<'_, D> {
    type Error = D::Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.inner.deserialize_map(NamedKeys { source: visitor, names, extra: self.extra })
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.inner.deserialize_any(visitor)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

/// A visitor of a struct, or the members of an object, of which it sees those that the struct names.
struct NamedKeys<'x, T> {
    source: T,
    names: &'static [&'static str],
    extra: &'x mut Extra,
}

impl<'de, V: Visitor<'de>> Visitor<'de> for NamedKeys<'_, V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.source.expecting(f)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
        let Self { source, names, extra } = self;
        source.visit_map(NamedKeys { source: map, names, extra })
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for NamedKeys<'_, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        while let Some(key) = self.source.next_key_seed(Key(self.names))? {
            match key {
                Ok(name) => return seed.deserialize(StrDeserializer::new(name)).map(Some),
                Err(name) => self.extra.insert(name, self.source.next_value()?),
            }
        }
        Ok(None)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        self.source.next_value_seed(seed)
    }
}

/// Reads a key: one of these names, or as an error another.
struct Key(&'static [&'static str]);

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Result<&'static str, String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Key {
    type Value = Result<&'static str, String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
        Ok(self.0.iter().find(|name| **name == key).copied().ok_or_else(|| key.to_owned()))
    }
}
