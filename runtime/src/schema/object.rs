//! Building blocks of generated decoders: keys as indices, fields.

use std::fmt;
use std::marker::PhantomData;
use std::sync::atomic::{AtomicU8, Ordering::Relaxed};

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};

use crate::json::extra::Extra;

/// The names of a struct's fields, and the order in which the API sends them. Rows share it, so the search for a key
/// starts with the successor of the last one.
#[derive(Debug)]
pub struct FieldNames {
    names: &'static [&'static str],
    /// The successor of each name, and the first name: indices from 1; 0 where unknown.
    successors: [AtomicU8; Self::REMEMBERED],
}

impl FieldNames {
    /// Names after this many are searched linearly.
    const REMEMBERED: usize = 64;
    /// How many fields a row may omit before the search is linear.
    const GAP: usize = 4;

    /// For objects with these keys.
    #[must_use]
    pub const fn new(names: &'static [&'static str]) -> Self {
        Self { names, successors: [const { AtomicU8::new(0) }; Self::REMEMBERED] }
    }

    /// The keys of one object.
    pub const fn keys(&self) -> FieldKeys<'_> {
        FieldKeys { names: self, last: 0 }
    }
}

/// Reads the keys of an object as indices into the names of a struct's fields.
#[derive(Debug)]
pub struct FieldKeys<'n> {
    names: &'n FieldNames,
    /// The last name: its index from 1.
    last: usize,
}

impl FieldKeys<'_> {
    /// The index of the next key, the number of names for any other key, `None` at the end.
    ///
    /// # Errors
    /// What the reader says.
    pub fn next<'de, A: MapAccess<'de>>(&mut self, map: &mut A) -> Result<Option<usize>, A::Error> {
        map.next_key_seed(KeySeed { keys: self, unknown: None })
    }

    /// The index of the next key among the names, `None` at the end. Values of other keys go into `extra`.
    ///
    /// # Errors
    /// What the reader says.
    pub fn next_into<'de, A: MapAccess<'de>>(
        &mut self,
        map: &mut A,
        extra: &mut Extra,
    ) -> Result<Option<usize>, A::Error> {
        let mut name = String::new();
        while let Some(index) = map.next_key_seed(KeySeed { keys: self, unknown: Some(&mut name) })? {
            if index < self.names.names.len() {
                return Ok(Some(index));
            }
            extra.insert(std::mem::take(&mut name), map.next_value()?);
        }
        Ok(None)
    }

    fn index(&mut self, key: &str) -> usize {
        let FieldNames { names, successors } = self.names;
        let mut at = self.last;
        for _ in 0..FieldNames::GAP {
            let next = successors.get(at).map_or(0, |next| usize::from(next.load(Relaxed)));
            if names.get(next.wrapping_sub(1)).is_some_and(|name| *name == key) {
                self.last = next;
                return next - 1;
            }
            if next == 0 {
                break;
            }
            at = next;
        }
        let Some(found) = names.iter().position(|name| *name == key) else { return names.len() };
        if let Some(next) = successors.get(self.last)
            && next.load(Relaxed) == 0
        {
            // Once: rows that omit fields would change it back and forth.
            next.store(u8::try_from(found + 1).unwrap_or(0), Relaxed);
        }
        self.last = found + 1;
        found
    }
}

/// Reads a key as an index. One that is not among the names is put into `unknown`.
struct KeySeed<'k, 'n> {
    keys: &'k mut FieldKeys<'n>,
    unknown: Option<&'k mut String>,
}

impl<'de> DeserializeSeed<'de> for KeySeed<'_, '_> {
    type Value = usize;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<usize, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for KeySeed<'_, '_> {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<usize, E> {
        let index = self.keys.index(key);
        if let Some(unknown) = self.unknown
            && index == self.keys.names.names.len()
        {
            key.clone_into(unknown);
        }
        Ok(index)
    }
}

/// A struct that is read from an object. Its `Deserialize` is [`object`].
pub trait Object: Sized {
    /// What is expected, for messages.
    const EXPECTED: &'static str;
    /// The keys of the fields.
    const KEYS: &'static [&'static str];

    /// The keys, and their order in responses.
    fn names() -> &'static FieldNames;

    /// Reads the members of the object.
    ///
    /// # Errors
    /// When one does not fit, or is missing.
    fn members<'de, A: MapAccess<'de>>(keys: &mut FieldKeys<'_>, map: &mut A) -> Result<Self, A::Error>;
}

/// Reads an object into a struct.
///
/// # Errors
/// When the value is no object, or its members do not fit.
pub fn object<'de, T: Object, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    struct ObjectVisitor<T>(PhantomData<T>);

    impl<'de, T: Object> Visitor<'de> for ObjectVisitor<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(T::EXPECTED)
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
            T::members(&mut T::names().keys(), &mut map)
        }
    }

    deserializer.deserialize_map(ObjectVisitor(PhantomData))
}

/// Reads the value of a field whose type is no column.
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

/// Skips the value of a key that the struct does not name.
///
/// # Errors
/// What the reader says.
pub fn skip<'de, A: MapAccess<'de>>(map: &mut A) -> Result<(), A::Error> {
    map.next_value::<IgnoredAny>().map(drop)
}

/// The field, or what its `Deserialize` makes of an absent one.
///
/// # Errors
/// When the row has no such field and the type has no value for an absent one.
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
                    static NAMES: FieldNames = FieldNames::new(&["a", "b"]);
                    let (mut keys, mut found, mut extra) = (NAMES.keys(), Vec::new(), Extra::default());
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
    fn keys_are_found_in_any_order() {
        let names = FieldNames::new(&["a", "b", "c", "d", "e", "f", "g", "h"]);
        let found = |keys: &str| {
            let mut read = names.keys();
            keys.split(' ').map(|key| read.index(key)).collect::<Vec<_>>()
        };
        // The first row gives the order; keys in any other order are found, too.
        assert_eq!(found("h b a x c d e f g"), [7, 1, 0, 8, 2, 3, 4, 5, 6]);
        for row in ["h b a x c d e f g", "a b c d e f g h", "h g", "h h b b y z", "g f e d c b a h", "x", "b x a"] {
            let expected = row.split(' ').map(|key| "abcdefgh".find(key).unwrap_or(8)).collect::<Vec<_>>();
            assert_eq!(found(row), expected, "{row}");
        }
    }

    #[test]
    fn more_names_than_are_remembered_are_found() {
        const NAMES: [&str; 300] = {
            let mut names = ["-"; 300];
            names[63] = "a";
            names[64] = "b";
            names[299] = "c";
            names
        };
        let names = FieldNames::new(&NAMES);
        for _ in 0..2 {
            let mut keys = names.keys();
            assert_eq!(["a", "b", "c", "-", "a"].map(|key| keys.index(key)), [63, 64, 299, 0, 63]);
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
