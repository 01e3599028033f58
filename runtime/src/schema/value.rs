//! One value of one column.

use std::borrow::Cow;
use std::fmt::Display;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use serde::Serialize;
use serde_json::Value;

use super::column::ColumnType;
use crate::error::{Error, ErrorKind, Result};

/// One value of one column. Serialized as JSON, a time is its ISO 8601 text.
///
/// ```
/// use declarest::ColumnValue;
///
/// assert_eq!(ColumnValue::from("BLOCKER"), ColumnValue::Text("BLOCKER".into()));
/// assert_eq!(ColumnValue::from(None::<i64>), ColumnValue::Null);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum ColumnValue<'a> {
    /// No value.
    Null,
    /// A boolean.
    Bool(bool),
    /// A signed integer.
    Integer(i64),
    /// An integer of a column that holds none below 0.
    Unsigned(u64),
    /// A floating-point number.
    Real(f64),
    /// Text; JSON text in a column of that type.
    Text(Cow<'a, str>),
    /// An instant.
    Timestamp(Timestamp),
    /// A civil date.
    Date(Date),
    /// A civil time of day.
    Time(Time),
    /// A civil date and time without an offset.
    DateTime(DateTime),
}

macro_rules! from {
    ($($variant:ident: $($type:ty),+;)*) => {$($(
        impl<'a> From<$type> for ColumnValue<'a> {
            fn from(value: $type) -> Self {
                Self::$variant(value.into())
            }
        }
    )+)*};
}

from! {
    Bool: bool;
    Integer: i8, i16, i32, i64, u8, u16, u32;
    Unsigned: u64;
    Real: f32, f64;
    Text: &'a str, String, Cow<'a, str>;
    Timestamp: Timestamp;
    Date: Date;
    Time: Time;
    DateTime: DateTime;
}

impl<'a, T: Into<ColumnValue<'a>>> From<Option<T>> for ColumnValue<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl ColumnValue<'_> {
    /// The same value, with a text of its own.
    #[must_use]
    pub fn into_owned(self) -> ColumnValue<'static> {
        match self {
            Self::Null => ColumnValue::Null,
            Self::Bool(value) => ColumnValue::Bool(value),
            Self::Integer(value) => ColumnValue::Integer(value),
            Self::Unsigned(value) => ColumnValue::Unsigned(value),
            Self::Real(value) => ColumnValue::Real(value),
            Self::Text(text) => ColumnValue::Text(Cow::Owned(text.into_owned())),
            Self::Timestamp(value) => ColumnValue::Timestamp(value),
            Self::Date(value) => ColumnValue::Date(value),
            Self::Time(value) => ColumnValue::Time(value),
            Self::DateTime(value) => ColumnValue::DateTime(value),
        }
    }

    /// The type of a column that holds it; `None` for null, which every type of column may hold.
    #[must_use]
    pub fn kind(&self) -> Option<ColumnType> {
        Some(match self {
            Self::Null => return None,
            Self::Bool(_) => ColumnType::Boolean,
            Self::Integer(_) => ColumnType::Integer,
            Self::Unsigned(_) => ColumnType::Unsigned,
            Self::Real(_) => ColumnType::Real,
            Self::Text(_) => ColumnType::Text,
            Self::Timestamp(_) => ColumnType::Timestamp,
            Self::Date(_) => ColumnType::Date,
            Self::Time(_) => ColumnType::Time,
            Self::DateTime(_) => ColumnType::DateTime,
        })
    }

    /// The same value as one of this type of column. An integer may become one of the other type, or a floating-point
    /// number, where that is exact; null remains null.
    ///
    /// # Errors
    /// The value, where it is of another type.
    pub(crate) fn fit(self, kind: ColumnType) -> std::result::Result<Self, Self> {
        /// The largest integer up to which floating-point numbers hold each.
        const EXACT: u64 = 1 << f64::MANTISSA_DIGITS;
        let fits = match (&self, kind) {
            (Self::Integer(value), ColumnType::Unsigned) => u64::try_from(*value).ok().map(Self::Unsigned),
            (Self::Unsigned(value), ColumnType::Integer) => i64::try_from(*value).ok().map(Self::Integer),
            #[expect(clippy::cast_precision_loss, reason = "the value is in range")]
            (Self::Integer(value), ColumnType::Real) if value.unsigned_abs() <= EXACT => {
                Some(Self::Real(*value as f64))
            }
            #[expect(clippy::cast_precision_loss, reason = "the value is in range")]
            (Self::Unsigned(value), ColumnType::Real) if *value <= EXACT => Some(Self::Real(*value as f64)),
            (Self::Text(_), ColumnType::Json) => return Ok(self),
            _ => None,
        };
        match fits {
            Some(value) => Ok(value),
            None if self.kind().is_none_or(|own| own == kind) => Ok(self),
            None => Err(self),
        }
    }

    /// The value in JSON.
    pub(crate) fn to_json(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}

impl<'a> ColumnValue<'a> {
    /// The value of a column of this type that [`to_json`](Self::to_json) has made JSON of. `null` is a value of every
    /// column.
    ///
    /// # Errors
    /// [`Schema`](ErrorKind::Schema) when it does not fit the type.
    pub(crate) fn from_json(kind: ColumnType, json: &'a Value) -> Result<Self> {
        fn time<T: FromStr<Err: Display>>(json: &Value) -> Option<T> {
            json.as_str()?.parse().ok()
        }
        let value = match kind {
            _ if json.is_null() => Some(Self::Null),
            ColumnType::Boolean => json.as_bool().map(Self::Bool),
            ColumnType::Integer => json.as_i64().map(Self::Integer),
            ColumnType::Unsigned => json.as_u64().map(Self::Unsigned),
            ColumnType::Real => json.as_f64().map(Self::Real),
            ColumnType::Text | ColumnType::Json => json.as_str().map(|text| Self::Text(text.into())),
            ColumnType::Timestamp => time(json).map(Self::Timestamp),
            ColumnType::Date => time(json).map(Self::Date),
            ColumnType::Time => time(json).map(Self::Time),
            ColumnType::DateTime => time(json).map(Self::DateTime),
        };
        value.ok_or_else(|| Error::new(ErrorKind::Schema, format!("{json} does not fit a column of type {kind}")))
    }
}
