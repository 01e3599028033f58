//! Incremental reading: which field says how new a row is, and how a request asks for what is newer.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};

use crate::json::path::Step;
use crate::schema::column::Column;

/// A type that can say how new a row is: an integer, a text, or a time.
#[diagnostic::on_unimplemented(
    message = "a field of type `{Self}` cannot be the cursor of `incremental`",
    label = "not a type that says how new a row is",
    note = "a cursor is an integer, a `String`, or a `jiff` `Timestamp`, `civil::DateTime` or `civil::Date`, and never an `Option`"
)]
pub trait CursorValue: Column {
    /// What kind of cursor it is.
    const KIND: CursorKind;

    /// Where the row is.
    fn position(&self) -> Position;
}

/// A cursor whose range can be cut into slices of a smallest size: any but a text.
#[diagnostic::on_unimplemented(
    message = "`result_window` cannot cut a range of `{Self}` into slices",
    label = "has no middle between two values",
    note = "declare the field as an integer, or as a `jiff` `Timestamp`, `civil::DateTime` or `civil::Date`"
)]
pub trait SliceableCursor: CursorValue {}

/// What kind of cursor a field is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum CursorKind {
    /// A number that grows.
    Integer,
    /// A text that sorts as it grows.
    Text,
    /// An instant.
    Timestamp,
    /// A civil date and time.
    DateTime,
    /// A civil date.
    Date,
}

/// Where a row is on the way from old to new. Positions of one resource are of one kind.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Position {
    /// A number.
    Integer(i64),
    /// A text.
    Text(String),
    /// An instant.
    Timestamp(Timestamp),
    /// A civil date and time.
    DateTime(DateTime),
    /// A civil date.
    Date(Date),
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(number) => write!(f, "{number}"),
            Self::Text(text) => f.write_str(text),
            Self::Timestamp(time) => write!(f, "{time}"),
            Self::DateTime(time) => write!(f, "{time}"),
            Self::Date(date) => write!(f, "{date}"),
        }
    }
}

/// `incremental(…)`: the options and their defaults.
#[derive(Debug, Clone, Copy)]
pub struct IncrementalDef {
    /// The field.
    pub cursor: &'static str,
    /// What kind it is.
    pub kind: CursorKind,
    /// The query parameter that takes the beginning of the range, which is in it.
    pub start_param: Option<&'static str>,
    /// Where in a JSON body the beginning goes, instead of the query.
    pub start_body_path: Option<&'static [Step]>,
    /// The query parameter that takes the end of the range, which is not in it.
    pub end_param: Option<&'static str>,
    /// Where in a JSON body the end goes, instead of the query.
    pub end_body_path: Option<&'static [Step]>,
    /// Where the first run begins.
    pub initial_value: Option<&'static str>,
    /// Where every run ends.
    pub end_value: Option<&'static str>,
    /// How far a run goes back behind the newest row of the run before.
    pub lag: Option<Lag>,
    /// How a position is written in a request.
    pub format: Option<Format>,
    /// Whether the API takes the end as a part of the range.
    pub end_inclusive: bool,
}

impl IncrementalDef {
    /// What holds where the declaration says nothing.
    pub const DEFAULT: Self = Self {
        cursor: "",
        kind: CursorKind::Text,
        start_param: None,
        start_body_path: None,
        end_param: None,
        end_body_path: None,
        initial_value: None,
        end_value: None,
        lag: None,
        format: None,
        end_inclusive: false,
    };
}

/// How far to go back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lag {
    /// In numbers.
    Count(i64),
    /// In time.
    Time(Duration),
}

/// How a time is written in a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// By a pattern of `strftime`.
    Pattern(&'static str),
    /// As seconds since 1970-01-01T00:00:00Z.
    EpochSeconds,
    /// As milliseconds since then.
    EpochMillis,
    /// As microseconds since then.
    EpochMicros,
}

macro_rules! integers {
    ($($type:ty),*) => {$(
        impl CursorValue for $type {
            const KIND: CursorKind = CursorKind::Integer;

            fn position(&self) -> Position {
                Position::Integer((*self).into())
            }
        }

        impl SliceableCursor for $type {}
    )*};
}

integers!(i8, i16, i32, i64, u8, u16, u32);

macro_rules! cursors {
    ($($type:ty => $kind:ident, |$value:ident| $position:expr;)*) => {$(
        impl CursorValue for $type {
            const KIND: CursorKind = CursorKind::$kind;

            fn position(&self) -> Position {
                let $value = self;
                Position::$kind($position)
            }
        }
    )*};
}

cursors! {
    // The largest are further than any API has come.
    u64 => Integer, |value| i64::try_from(*value).unwrap_or(i64::MAX);
    String => Text, |value| value.clone();
    Timestamp => Timestamp, |value| *value;
    DateTime => DateTime, |value| *value;
    Date => Date, |value| *value;
}

impl SliceableCursor for u64 {}
impl SliceableCursor for Timestamp {}
impl SliceableCursor for DateTime {}
impl SliceableCursor for Date {}
