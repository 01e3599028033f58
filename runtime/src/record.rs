//! What the decoding that the macro writes is made of: keys to indices, fields, enums of names.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};

use crate::column::Column;
use crate::extra::Extra;

/// Reads the keys of an object as indices into the names of a struct's fields.
///
/// APIs send the fields of every row in the same order, so the search starts where the last one ended.
#[derive(Debug)]
pub struct Keys {
    names: &'static [&'static str],
    expected: usize,
}

impl Keys {
    /// For an object with these keys.
    #[must_use]
    pub const fn new(names: &'static [&'static str]) -> Self {
        Self { names, expected: 0 }
    }

    /// The index of the next key, `names.len()` for one that is not among the names, `None` at the end.
    ///
    /// # Errors
    /// What the reader says.
    pub fn next<'de, A: MapAccess<'de>>(&mut self, map: &mut A) -> Result<Option<usize>, A::Error> {
        map.next_key_seed(self)
    }

    /// The index of the next key among the names, `None` at the end. What is under other keys goes into `extra`.
    ///
    /// # Errors
    /// What the reader says.
    pub fn next_into<'de, A: MapAccess<'de>>(
        &mut self,
        map: &mut A,
        extra: &mut Extra,
    ) -> Result<Option<usize>, A::Error> {
        while let Some(key) = map.next_key_seed(Named(self))? {
            match key {
                Ok(index) => return Ok(Some(index)),
                Err(name) => extra.insert(name, map.next_value()?),
            }
        }
        Ok(None)
    }

    fn index(&mut self, key: &str) -> usize {
        let (before, after) = self.names.split_at(self.expected.min(self.names.len()));
        let found = match after.iter().position(|name| *name == key) {
            Some(index) => index + before.len(),
            None => match before.iter().position(|name| *name == key) {
                Some(index) => index,
                None => return self.names.len(),
            },
        };
        self.expected = found + 1;
        found
    }
}

impl<'de> DeserializeSeed<'de> for &mut Keys {
    type Value = usize;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<usize, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for &mut Keys {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<usize, E> {
        Ok(self.index(key))
    }
}

/// Reads a key as an index, or as what it is, if it is not among the names.
struct Named<'k>(&'k mut Keys);

impl<'de> DeserializeSeed<'de> for Named<'_> {
    type Value = Result<usize, String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Named<'_> {
    type Value = Result<usize, String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
        let index = self.0.index(key);
        Ok(if index < self.0.names.len() { Ok(index) } else { Err(key.to_owned()) })
    }
}

/// A struct that is read from an object. Its `Deserialize` is [`object`].
pub trait Object: Sized {
    /// What is read, for messages.
    const EXPECTED: &'static str;
    /// The keys of the fields.
    const KEYS: &'static [&'static str];

    /// Reads the members of the object.
    ///
    /// # Errors
    /// When one does not fit, or is not there.
    fn members<'de, A: MapAccess<'de>>(keys: &mut Keys, map: &mut A) -> Result<Self, A::Error>;
}

/// Reads an object into a struct.
///
/// # Errors
/// When it is none, or its members do not fit.
pub fn object<'de, T: Object, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    struct Members<T>(PhantomData<T>);

    impl<'de, T: Object> Visitor<'de> for Members<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(T::EXPECTED)
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
            T::members(&mut Keys::new(T::KEYS), &mut map)
        }
    }

    deserializer.deserialize_map(Members(PhantomData))
}

/// Reads the value of a field.
///
/// # Errors
/// When it does not fit the type.
pub fn field<'de, T: Column, A: MapAccess<'de>>(map: &mut A, slot: &mut Option<T>) -> Result<(), A::Error> {
    *slot = Some(map.next_value()?);
    Ok(())
}

/// The same for a field whose type is no column.
///
/// # Errors
/// When it does not fit the type.
pub fn field_json<'de, T: Deserialize<'de>, A: MapAccess<'de>>(
    map: &mut A,
    slot: &mut Option<T>,
) -> Result<(), A::Error> {
    *slot = Some(map.next_value()?);
    Ok(())
}

/// Passes over the value of a key that the struct does not name.
///
/// # Errors
/// What the reader says.
pub fn skip<'de, A: MapAccess<'de>>(map: &mut A) -> Result<(), A::Error> {
    map.next_value::<IgnoredAny>().map(drop)
}

/// The field, or what stands for an absent one.
///
/// # Errors
/// When the row has no such field and the type is not an `Option`.
pub fn required<'de, T: Column, A: MapAccess<'de>>(_: &A, value: Option<T>, name: &'static str) -> Result<T, A::Error> {
    value.or_else(T::absent).ok_or_else(|| A::Error::missing_field(name))
}

/// The same for a field whose type is no column: absent is what its `Deserialize` makes of it.
///
/// # Errors
/// When the row has no such field and the type does not say what an absent one is.
pub fn required_json<'de, T: Deserialize<'de>, A: MapAccess<'de>>(
    _: &A,
    value: Option<T>,
    name: &'static str,
) -> Result<T, A::Error> {
    match value {
        Some(value) => Ok(value),
        None => T::deserialize(Absent { name, error: PhantomData }),
    }
}

/// Reads as an absent field: an `Option` becomes `None`, everything else an error.
struct Absent<E> {
    name: &'static str,
    error: PhantomData<E>,
}

impl<'de, E: Error> Deserializer<'de> for Absent<E> {
    type Error = E;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, E> {
        Err(E::missing_field(self.name))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        visitor.visit_none()
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// An enum of names: `#[nested]` on an enum of unit variants.
pub trait TextEnum: Sized {
    /// The names, as the API sends them, in the order of the variants.
    const NAMES: &'static [&'static str];

    /// The variant of a name.
    fn from_name(name: &str) -> Option<Self>;

    /// The name of the variant.
    fn name(&self) -> &str;
}

/// Reads an enum of names.
///
/// # Errors
/// When the value is no string, or a name that the enum does not list.
pub fn text_enum<'de, T: TextEnum, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    struct Name<T>(PhantomData<T>);

    impl<T: TextEnum> Visitor<'_> for Name<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "one of `{}`", T::NAMES.join("`, `"))
        }

        fn visit_str<E: Error>(self, name: &str) -> Result<T, E> {
            T::from_name(name).ok_or_else(|| E::unknown_variant(name, T::NAMES))
        }
    }

    deserializer.deserialize_str(Name(PhantomData))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Rest(Vec<usize>, Extra);

    impl<'de> Deserialize<'de> for Rest {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct Fields;

            impl<'de> Visitor<'de> for Fields {
                type Value = Rest;

                fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str("an object")
                }

                fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Rest, A::Error> {
                    let (mut keys, mut found, mut extra) = (Keys::new(&["a", "b"]), Vec::new(), Extra::default());
                    while let Some(key) = keys.next_into(&mut map, &mut extra)? {
                        found.push(key);
                        skip(&mut map)?;
                    }
                    Ok(Rest(found, extra))
                }
            }

            deserializer.deserialize_map(Fields)
        }
    }

    #[test]
    fn what_no_field_names_is_kept() {
        let text = r#"{"x": 1.50, "a": 1, "y\n": {"z": []}, "b": 2, "x": 18446744073709551616}"#;
        let Rest(found, extra) = serde_json::from_str(text).expect("an object");
        assert_eq!(found, [0, 1]);
        let kept: Vec<_> = extra.iter().map(|(name, value)| (name, value.get())).collect();
        assert_eq!(kept, [("x", "18446744073709551616"), ("y\n", r#"{"z": []}"#)]);
    }
}
