//! Which Rust types a column can have, and how each is stored.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::hash::BuildHasher;
use std::marker::PhantomData;

use serde::de::{Error as _, MapAccess};
use serde::{Deserialize, Deserializer, Serialize};

use super::column_data::ColumnData;
use super::column_seed::{OptionVisitor, ReadSeed};
use super::epoch::EpochUnit;
use super::offsets::{CivilVisitor, InstantVisitor};
use super::reader::ColumnReader;
use super::row::{AllColumns, Row, RowFault};
use super::texts::TextBuffers;
use super::verbatim::VerbatimMatcher;
use super::whole_number::{FiniteF32, WholeNumber, checked, is_finite};
use crate::json::extra::Extra;
use crate::json::raw::Json;

/// A type that a field of a resource can have: it is read from JSON and stored as one column.
///
/// Implemented for `bool`, integers, floats, `String`, [`jiff`] times (`chrono`'s with that feature),
/// [`Json`](crate::Json), `Option` of these, lists and string-keyed maps (stored as JSON text) and for the module's
/// `#[nested]` types: by this crate and by the macro alone. Any other type with serde's `Deserialize` and `Serialize` can be
/// a field under `#[column(json)]`.
#[diagnostic::on_unimplemented(
    message = "a field of a resource cannot have the type `{Self}`",
    label = "not a type that a column can hold",
    note = "columns hold `String`, `bool`, integers, floats, times of `jiff` (or `chrono`, with that feature), `declarest::Json`, `Option<_>`, `Vec<_>` and `#[nested]` types of the module",
    note = "store any other type with serde's `Deserialize` and `Serialize` as JSON text: write `#[column(json)]` above the field"
)]
pub trait Column: for<'de> Deserialize<'de> {
    /// How the destination stores it.
    const TYPE: ColumnType;

    /// How it is read without a typed row: as it would be stored.
    #[doc(hidden)]
    const READER: ColumnReader = typed::<Self>();

    /// Type and reader.
    #[doc(hidden)]
    const STORED: (ColumnType, ColumnReader) = (Self::TYPE, Self::READER);

    /// Reads the value of a field.
    #[doc(hidden)]
    fn field<'de, A: MapAccess<'de>>(map: &mut A, slot: &mut Option<Self>) -> Result<(), A::Error> {
        *slot = Some(map.next_value_seed(ReadSeed(PhantomData))?);
        Ok(())
    }

    /// The value of a field, or the value for an absent one.
    #[doc(hidden)]
    fn required<'de, A: MapAccess<'de>>(_: &A, value: Option<Self>, name: &'static str) -> Result<Self, A::Error> {
        value.or_else(Self::absent).ok_or_else(|| A::Error::missing_field(name))
    }

    /// The value of a field that a row does not have; `None` makes that an error.
    #[must_use]
    fn absent() -> Option<Self> {
        None
    }

    /// Reads the value.
    #[doc(hidden)]
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::deserialize(deserializer)
    }

    /// Adds the value to the row.
    #[doc(hidden)]
    fn put<'a>(&'a self, row: &mut Row<'a>);
}

/// A type that can be (a part of) a primary key: present in every row, and equal only to itself.
#[diagnostic::on_unimplemented(
    message = "a field of type `{Self}` cannot be a primary key",
    label = "not a type that identifies a row",
    note = "a key is a `String`, an integer, a `bool`, a time of `jiff` (or `chrono`, with that feature) or a `#[nested]` enum, and never an `Option`"
)]
pub trait Key: Column {}

/// How a column is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub enum ColumnType {
    /// True or false.
    Boolean,
    /// A signed 64-bit integer.
    Integer,
    /// An unsigned 64-bit integer: `u64`. Smaller types are `Integer`.
    Unsigned,
    /// A 64-bit floating-point number.
    Real,
    /// Text.
    Text,
    /// An instant, as RFC 3339 text in UTC.
    Timestamp,
    /// A civil date, as ISO 8601 text.
    Date,
    /// A civil time of day, as ISO 8601 text.
    Time,
    /// A civil date and time without an offset, as ISO 8601 text.
    DateTime,
    /// A nested value, as JSON text.
    Json,
}

impl fmt::Display for ColumnType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Boolean => "boolean",
            Self::Integer => "integer",
            Self::Unsigned => "unsigned integer",
            Self::Real => "floating-point number",
            Self::Text => "text",
            Self::Timestamp => "timestamp",
            Self::Date => "date",
            Self::Time => "time",
            Self::DateTime => "date and time",
            Self::Json => "JSON text",
        })
    }
}

/// A column of a resource's table.
#[derive(Debug, Clone, Copy)]
pub struct ColumnDef {
    /// The column's name.
    pub name: &'static str,
    /// How it is stored.
    pub kind: ColumnType,
    /// Whether it may be null.
    pub nullable: bool,
    /// How it is read without a typed row.
    pub reader: ColumnReader,
}

impl ColumnDef {
    /// The column of a field.
    #[must_use]
    pub const fn new(name: &'static str, kind: ColumnType, reader: ColumnReader) -> Self {
        Self { name, kind, nullable: reader.is_optional(), reader }
    }

    /// The column of a field whose type is [stored](Column::STORED) so.
    #[must_use]
    pub const fn of(name: &'static str, (kind, reader): (ColumnType, ColumnReader)) -> Self {
        Self::new(name, kind, reader)
    }

    /// The same column, taken from the page where its text is the text to store.
    #[must_use]
    pub const fn verbatim_if(self, matcher: VerbatimMatcher) -> Self {
        Self { reader: self.reader.verbatim_if(matcher), ..self }
    }

    /// The same column, read from numbers of this unit.
    #[must_use]
    pub const fn epoch(self, unit: EpochUnit) -> Self {
        Self { reader: self.reader.epoch(unit), ..self }
    }

    /// The column of a field under `#[column(json)]`.
    #[must_use]
    pub const fn json(name: &'static str) -> Self {
        Self::new(name, ColumnType::Json, ColumnReader::NOT)
    }
}

/// Reads a value by its type.
const fn typed<T: Column>() -> ColumnReader {
    ColumnReader::typed(read_typed::<T>)
}

/// Reads a value as its type stores it.
fn read_typed<T: Column>(
    text: &str,
    column: &mut ColumnData,
    texts: &mut TextBuffers,
) -> Result<(), serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = T::read(&mut deserializer)?;
    deserializer.end()?;
    let mut columns = AllColumns { columns: std::slice::from_mut(column), texts };
    let mut row = Row::new(&mut columns);
    value.put(&mut row);
    row.finish().map_err(|error| match error.reason {
        RowFault::Json(error) => error,
        RowFault::Misfit => serde_json::Error::custom("a value that does not fit its column"),
    })
}

/// What both decoders accept, line by line: a type, its column's type, how it is read directly, how it is put from a row.
macro_rules! columns {
    ($($type:ty => $kind:ident, $read:expr, $(by $deserialize:ident $visitor:expr,)? |$value:ident, $row:ident| $put:expr;)*) => {$(
        impl Column for $type {
            const TYPE: ColumnType = ColumnType::$kind;
            const READER: ColumnReader = $read;

            $(
                fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    deserializer.$deserialize($visitor)
                }
            )?

            fn put<'a>(&'a self, $row: &mut Row<'a>) {
                let $value = self;
                $put
            }
        }
    )*};
}

columns! {
    bool => Boolean, ColumnReader::BOOL, |value, row| row.bool(*value);
    i8 => Integer, ColumnReader::integer(i8::MIN as i64, i8::MAX as u64), by deserialize_i8 WholeNumber { name: "i8", of: PhantomData }, |value, row| row.integer((*value).into());
    i16 => Integer, ColumnReader::integer(i16::MIN as i64, i16::MAX as u64), by deserialize_i16 WholeNumber { name: "i16", of: PhantomData }, |value, row| row.integer((*value).into());
    i32 => Integer, ColumnReader::integer(i32::MIN as i64, i32::MAX as u64), by deserialize_i32 WholeNumber { name: "i32", of: PhantomData }, |value, row| row.integer((*value).into());
    i64 => Integer, ColumnReader::integer(i64::MIN, i64::MAX as u64), by deserialize_i64 WholeNumber { name: "i64", of: PhantomData }, |value, row| row.integer(*value);
    u8 => Integer, ColumnReader::integer(0, u8::MAX as u64), by deserialize_u8 WholeNumber { name: "u8", of: PhantomData }, |value, row| row.integer((*value).into());
    u16 => Integer, ColumnReader::integer(0, u16::MAX as u64), by deserialize_u16 WholeNumber { name: "u16", of: PhantomData }, |value, row| row.integer((*value).into());
    u32 => Integer, ColumnReader::integer(0, u32::MAX as u64), by deserialize_u32 WholeNumber { name: "u32", of: PhantomData }, |value, row| row.integer((*value).into());
    u64 => Unsigned, ColumnReader::integer(0, u64::MAX), by deserialize_u64 WholeNumber { name: "u64", of: PhantomData }, |value, row| row.unsigned(*value);
    f32 => Real, typed::<Self>(), by deserialize_f32 FiniteF32, |value, row| row.real((*value).into());
    f64 => Real, ColumnReader::REAL, |value, row| row.real(*value);
    char => Text, typed::<Self>(), |value, row| row.text(value.encode_utf8(&mut [0; 4]));
    String => Text, ColumnReader::TEXT, |value, row| row.text(value);
    jiff::Timestamp => Timestamp, ColumnReader::TIME, by deserialize_str InstantVisitor(PhantomData), |value, row| row.timestamp(*value);
    jiff::civil::Date => Date, ColumnReader::TIME, by deserialize_str CivilVisitor { name: "a date string", of: PhantomData }, |value, row| row.date(*value);
    jiff::civil::Time => Time, ColumnReader::TIME, by deserialize_str CivilVisitor { name: "a time string", of: PhantomData }, |value, row| row.time(*value);
    jiff::civil::DateTime => DateTime, ColumnReader::TIME, by deserialize_str CivilVisitor { name: "a datetime string", of: PhantomData }, |value, row| row.datetime(*value);
}

macro_rules! keys {
    ($($type:ty),*) => {$(impl Key for $type {})*};
}

keys!(bool, i8, i16, i32, i64, u8, u16, u32, u64, char, String);
keys!(jiff::Timestamp, jiff::civil::Date, jiff::civil::Time, jiff::civil::DateTime);

impl<T: Column> Column for Option<T> {
    const TYPE: ColumnType = T::TYPE;
    const READER: ColumnReader = T::READER.optional();

    fn absent() -> Option<Self> {
        Some(None)
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_option(OptionVisitor(PhantomData))
    }

    fn put<'a>(&'a self, row: &mut Row<'a>) {
        match self {
            Some(value) => value.put(row),
            None => row.null(),
        }
    }
}

impl<T: Column> Column for Box<T> {
    const TYPE: ColumnType = T::TYPE;
    const READER: ColumnReader = T::READER;

    fn absent() -> Option<Self> {
        T::absent().map(Box::new)
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::read(deserializer).map(Box::new)
    }

    fn put<'a>(&'a self, row: &mut Row<'a>) {
        (**self).put(row);
    }
}

impl<T: for<'de> Deserialize<'de> + Serialize + 'static> Column for Vec<T> {
    const TYPE: ColumnType = ColumnType::Json;

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let list = Self::deserialize(deserializer)?;
        let fits = list.iter().all(is_finite);
        checked(list, fits)
    }

    fn put<'a>(&'a self, row: &mut Row<'a>) {
        row.json(self);
    }
}

impl<T: for<'de> Deserialize<'de> + Serialize + 'static> Column for BTreeMap<String, T> {
    const TYPE: ColumnType = ColumnType::Json;

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let map = Self::deserialize(deserializer)?;
        let fits = map.values().all(is_finite);
        checked(map, fits)
    }

    fn put<'a>(&'a self, row: &mut Row<'a>) {
        row.json(self);
    }
}

impl<T, S> Column for HashMap<String, T, S>
where
    T: for<'de> Deserialize<'de> + Serialize + 'static,
    S: BuildHasher + Default,
{
    const TYPE: ColumnType = ColumnType::Json;

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let map = Self::deserialize(deserializer)?;
        let fits = map.values().all(is_finite);
        checked(map, fits)
    }

    fn put<'a>(&'a self, row: &mut Row<'a>) {
        // Sorted: equal maps are equal text.
        row.json(&self.iter().collect::<BTreeMap<_, _>>());
    }
}

impl Column for Json {
    const TYPE: ColumnType = ColumnType::Json;
    const READER: ColumnReader = ColumnReader::RAW;

    fn put<'a>(&'a self, row: &mut Row<'a>) {
        row.text(self.get());
    }
}

impl Column for Extra {
    const TYPE: ColumnType = ColumnType::Json;
    const READER: ColumnReader = ColumnReader::REST;

    fn absent() -> Option<Self> {
        Some(Self::default())
    }

    fn put<'a>(&'a self, row: &mut Row<'a>) {
        row.json(self);
    }
}
