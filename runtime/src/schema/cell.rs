//! Values read straight from the text of a page, as their columns store them, without the rows that they belong to.
//!
//! A sync needs no typed rows where nothing looks at them: texts stay where they are in the page. What a value has to be to fit
//! its field is the same on both ways, and so is what is stored; whatever does not fit here is left to the typed way, which
//! says what is wrong.

use std::fmt;
use std::ops::Range;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, Unexpected, Visitor};
use serde_json::value::RawValue;

use super::column::Column;
use super::row::Row;
use super::text_enum::TextEnum;
use super::value::Value;
use super::verbatim::{Text, Written};

/// A value of a row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    /// The row has no such field.
    Absent,
    /// No value.
    Null,
    /// A truth value.
    Bool(bool),
    /// A signed integer.
    Integer(i64),
    /// An integer above the range of `i64`.
    Unsigned(u64),
    /// A floating-point number.
    Real(f64),
    /// Text that stands in the page from here to there.
    Text(Range<usize>),
    /// Text made for the purpose.
    Owned(String),
}

impl Cell {
    /// The value; `None` where the page has no such text.
    pub(crate) fn value<'a>(&'a self, page: &'a str) -> Option<Value<'a>> {
        Some(match self {
            Self::Absent | Self::Null => Value::Null,
            Self::Bool(flag) => Value::Bool(*flag),
            Self::Integer(number) => Value::Integer(*number),
            Self::Unsigned(number) => Value::Unsigned(*number),
            Self::Real(number) => Value::Real(*number),
            Self::Text(span) => Value::Text(page.get(span.clone())?),
            Self::Owned(text) => Value::Text(text),
        })
    }

    /// A part of the page.
    fn part(page: &str, part: &str) -> Self {
        let start = (part.as_ptr() as usize).wrapping_sub(page.as_ptr() as usize);
        Self::Text(start..start.saturating_add(part.len()))
    }
}

/// How a column's value is read from a page.
#[derive(Debug, Clone, Copy)]
pub struct Read {
    how: How,
    /// Whether `null` and an absent field are no value, as in an `Option`.
    optional: bool,
}

#[derive(Debug, Clone, Copy)]
enum How {
    Not,
    Bool,
    /// An integer of this range.
    Integer(i64, u64),
    Real,
    Text,
    /// A text that is one of several names.
    Name(fn(&str) -> bool),
    /// Anything, kept as it is.
    Raw,
    /// By way of its type.
    Typed {
        read: fn(&str) -> Result<Cell, serde_json::Error>,
        /// Whether its text in the page is what is stored.
        written: Option<Written>,
    },
}

impl Read {
    /// Only with the row that it is in.
    pub(crate) const NOT: Self = Self::new(How::Not);
    pub(crate) const BOOL: Self = Self::new(How::Bool);
    pub(crate) const REAL: Self = Self::new(How::Real);
    pub(crate) const TEXT: Self = Self::new(How::Text);
    pub(crate) const RAW: Self = Self::new(How::Raw);

    const fn new(how: How) -> Self {
        Self { how, optional: false }
    }

    pub(crate) const fn integer(least: i64, most: u64) -> Self {
        Self::new(How::Integer(least, most))
    }

    /// The names of an enum: they are stored as they are sent.
    #[must_use]
    pub const fn name<T: TextEnum>() -> Self {
        Self::new(How::Name(|name| T::from_name(name).is_some()))
    }

    /// By way of the column's type, whatever that is.
    pub(crate) const fn typed<T: Column>() -> Self {
        Self::new(How::Typed { read: typed::<T>, written: None })
    }

    /// With a look at the text first, where the type is one that is stored as JSON.
    #[must_use]
    pub const fn or_as_written(self, written: Written) -> Self {
        match self.how {
            How::Typed { read, .. } => Self { how: How::Typed { read, written: Some(written) }, ..self },
            _ => self,
        }
    }

    pub(crate) const fn optional(self) -> Self {
        Self { optional: true, ..self }
    }

    pub(crate) fn is_possible(&self) -> bool {
        !matches!(self.how, How::Not)
    }

    /// What stands for an absent field, if it may be absent.
    pub(crate) fn absent(&self) -> Option<Cell> {
        self.optional.then_some(Cell::Null)
    }

    /// Reads a value in this page.
    pub(crate) fn at<'p>(&'p self, page: &'p str) -> Place<'p> {
        Place { read: self, page, optional: self.optional }
    }
}

/// The value as its type stores it.
fn typed<T: Column>(text: &str) -> Result<Cell, serde_json::Error> {
    let value: T = serde_json::from_str(text)?;
    let mut row = Row::default();
    value.put(&mut row);
    let mut values = row.into_values()?.into_iter();
    let cell = match values.next() {
        Some(Value::Null) => Cell::Null,
        Some(Value::Bool(flag)) => Cell::Bool(flag),
        Some(Value::Integer(number)) => Cell::Integer(number),
        Some(Value::Unsigned(number)) => Cell::Unsigned(number),
        Some(Value::Real(number)) => Cell::Real(number),
        Some(Value::Text(text)) => Cell::Owned(text.into()),
        Some(Value::Owned(text)) => Cell::Owned(text),
        None => return Err(Error::custom("a column without a value")),
    };
    if values.next().is_some() {
        return Err(Error::custom("a column with several values"));
    }
    Ok(cell)
}

/// A value to be read, and the page that it is in.
pub(crate) struct Place<'p> {
    read: &'p Read,
    page: &'p str,
    optional: bool,
}

impl<'de> DeserializeSeed<'de> for Place<'_> {
    type Value = Cell;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Cell, D::Error> {
        if self.optional {
            return deserializer.deserialize_option(self);
        }
        match self.read.how {
            How::Not => Err(Error::custom("a column that is not read by itself")),
            How::Bool => deserializer.deserialize_bool(self),
            How::Integer(0, _) => deserializer.deserialize_u64(self),
            How::Integer(..) => deserializer.deserialize_i64(self),
            How::Real => deserializer.deserialize_f64(self),
            How::Text | How::Name(_) => deserializer.deserialize_str(self),
            How::Raw => <&RawValue>::deserialize(deserializer).map(|text| Cell::part(self.page, text.get())),
            How::Typed { read, written } => {
                let text = <&RawValue>::deserialize(deserializer)?.get();
                if written.is_some_and(|written| Text::is(text, written)) {
                    return Ok(Cell::part(self.page, text));
                }
                read(text).map_err(Error::custom)
            }
        }
    }
}

impl<'de> Visitor<'de> for Place<'_> {
    type Value = Cell;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of the column")
    }

    fn visit_none<E>(self) -> Result<Cell, E> {
        Ok(Cell::Null)
    }

    fn visit_unit<E: Error>(self) -> Result<Cell, E> {
        if self.optional { Ok(Cell::Null) } else { Err(E::invalid_type(Unexpected::Unit, &self)) }
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Cell, D::Error> {
        Place { optional: false, ..self }.deserialize(deserializer)
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Cell, E> {
        match self.read.how {
            How::Bool => Ok(Cell::Bool(flag)),
            _ => Err(E::invalid_type(Unexpected::Bool(flag), &self)),
        }
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Cell, E> {
        match self.read.how {
            How::Integer(least, most) if number >= least && i128::from(number) <= i128::from(most) => {
                Ok(Cell::Integer(number))
            }
            #[expect(clippy::cast_precision_loss, reason = "as serde reads an integer into a float")]
            How::Real => Ok(Cell::Real(number as f64)),
            _ => Err(E::invalid_value(Unexpected::Signed(number), &self)),
        }
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Cell, E> {
        match self.read.how {
            How::Integer(least, most) if number <= most && i128::from(number) >= i128::from(least) => {
                Ok(i64::try_from(number).map_or(Cell::Unsigned(number), Cell::Integer))
            }
            #[expect(clippy::cast_precision_loss, reason = "as serde reads an integer into a float")]
            How::Real => Ok(Cell::Real(number as f64)),
            _ => Err(E::invalid_value(Unexpected::Unsigned(number), &self)),
        }
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Cell, E> {
        match self.read.how {
            How::Real => Ok(Cell::Real(number)),
            _ => Err(E::invalid_type(Unexpected::Float(number), &self)),
        }
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Cell, E> {
        match self.read.how {
            How::Text => Ok(Cell::part(self.page, text)),
            How::Name(is_known) if is_known(text) => Ok(Cell::part(self.page, text)),
            _ => Err(E::invalid_value(Unexpected::Str(text), &self)),
        }
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Cell, E> {
        match self.read.how {
            How::Text => Ok(Cell::Owned(text.into())),
            How::Name(is_known) if is_known(text) => Ok(Cell::Owned(text.into())),
            _ => Err(E::invalid_value(Unexpected::Str(text), &self)),
        }
    }
}
