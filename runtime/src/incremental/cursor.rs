//! The cursor: the field that says how new a row is, and how a request is limited to newer rows.

use std::cmp::Ordering;
use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};

use super::setting::{Point, Setting};
use super::text_order;
use super::zone::ZoneDef;
use crate::json::path::Step;
use crate::schema::column::{Column, ColumnType};
use crate::schema::value::ColumnValue;

/// A type that can say how new a row is: an integer, a string, or a time.
#[diagnostic::on_unimplemented(
    message = "a field of type `{Self}` cannot be the cursor of `incremental`",
    label = "not a type that says how new a row is",
    note = "a cursor is an integer, a `String`, or a `jiff` `Timestamp`, `civil::DateTime` or `civil::Date`, or with `missing_cursor = …` an `Option` of one of these"
)]
pub trait CursorValue: Column {
    /// What kind of cursor it is.
    const KIND: CursorKind;

    /// The position of the row.
    fn position(&self) -> Position;
}

/// A cursor whose range can be cut into slices of a smallest size: any but a string.
#[diagnostic::on_unimplemented(
    message = "a range of `{Self}` cannot be cut, as `result_window` and `step` do",
    label = "has no middle between two values",
    note = "declare the field as an integer, or as a `jiff` `Timestamp`, `civil::DateTime` or `civil::Date`"
)]
pub trait SliceableCursor: CursorValue {}

/// What kind of cursor a field is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum CursorKind {
    /// A growing number.
    Integer,
    /// A string that sorts from old to new: times as of RFC 3339 by the moment, whole numbers by their value, all others by
    /// their characters.
    Text,
    /// An instant.
    Timestamp,
    /// A civil date and time.
    DateTime,
    /// A civil date.
    Date,
}

/// How new a row is. All positions of a resource are of one kind.
///
/// Texts that mean the same moment or number are equal.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Position {
    /// A number.
    Integer(i64),
    /// A string.
    Text(String),
    /// An instant.
    Timestamp(Timestamp),
    /// A civil date and time.
    DateTime(DateTime),
    /// A civil date.
    Date(Date),
}

impl CursorKind {
    /// The type of a column of such cursors.
    pub(crate) fn column(self) -> ColumnType {
        match self {
            Self::Integer => ColumnType::Integer,
            Self::Text => ColumnType::Text,
            Self::Timestamp => ColumnType::Timestamp,
            Self::DateTime => ColumnType::DateTime,
            Self::Date => ColumnType::Date,
        }
    }
}

impl From<Position> for ColumnValue<'static> {
    fn from(position: Position) -> Self {
        match position {
            Position::Integer(number) => number.into(),
            Position::Text(text) => text.into(),
            Position::Timestamp(time) => time.into(),
            Position::DateTime(time) => time.into(),
            Position::Date(date) => date.into(),
        }
    }
}

impl Position {
    /// What kind of cursor it is of.
    pub(crate) fn kind(&self) -> CursorKind {
        match self {
            Self::Integer(_) => CursorKind::Integer,
            Self::Text(_) => CursorKind::Text,
            Self::Timestamp(_) => CursorKind::Timestamp,
            Self::DateTime(_) => CursorKind::DateTime,
            Self::Date(_) => CursorKind::Date,
        }
    }

    /// Becomes another position. A text is copied into the same buffer.
    pub(crate) fn set(&mut self, other: &Self) {
        match (self, other) {
            (Self::Text(text), Self::Text(other)) => text.clone_from(other),
            (position, other) => *position = other.clone(),
        }
    }
}

impl Ord for Position {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Integer(number), Self::Integer(other)) => number.cmp(other),
            (Self::Text(text), Self::Text(other)) => text_order::compare(text, other),
            (Self::Timestamp(time), Self::Timestamp(other)) => time.cmp(other),
            (Self::DateTime(time), Self::DateTime(other)) => time.cmp(other),
            (Self::Date(date), Self::Date(other)) => date.cmp(other),
            _ => self.kind().cmp(&other.kind()),
        }
    }
}

impl PartialOrd for Position {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Eq for Position {}

impl PartialEq for Position {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
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
#[derive(Debug, Clone, Copy, Serialize)]
pub struct IncrementalDef {
    /// The field.
    pub cursor: &'static str,
    /// What kind it is.
    pub kind: CursorKind,
    /// The query parameter for the start of the range, which is included.
    pub start_param: Option<&'static str>,
    /// The path of the start in a JSON body, instead of the query.
    pub start_body_path: Option<&'static [Step]>,
    /// The query parameter for the end of the range, which is not included.
    pub end_param: Option<&'static str>,
    /// The path of the end in a JSON body, instead of the query.
    pub end_body_path: Option<&'static [Step]>,
    /// The start of the first run.
    pub initial_value: Option<Setting<Point>>,
    /// The end of every run.
    pub end_value: Option<Setting<Point>>,
    /// Whether every run ends at the moment at which it begins.
    pub ends_now: bool,
    /// How far before the newest row of the last run a run starts.
    pub lag: Option<Lag>,
    /// The format of a position in a request.
    pub format: Option<Format>,
    /// Whether the API includes the end in the range.
    pub end_inclusive: bool,
    /// Whether the range includes the end of every run.
    #[serde(skip_serializing_if = "RangeEnd::is_open")]
    pub range_end: RangeEnd,
    /// What happens to rows without a cursor.
    pub missing_cursor: MissingCursor,
    /// The zone in which times are written and civil cursors are read; UTC where there is none.
    pub timezone: Option<Setting<ZoneDef>>,
    /// Whether the API leaves the start out of the range.
    pub start_exclusive: bool,
    /// The order of the API's list, where the declaration says it.
    pub order: Option<Order>,
    /// The length of the steps in which the range is read; none where it is read as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<RangeStep>,
    /// Whose the position is, where the resource is read for the rows of a parent or for partitions. Earlier versions knew a
    /// shared one alone, which is no part of what they have saved.
    #[serde(rename = "position", skip_serializing_if = "Positions::is_shared")]
    pub positions: Positions,
}

/// Whose a position is, of a resource that is read for the rows of a parent or for partitions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Positions {
    /// One for all of them.
    Shared,
    /// Each has its own.
    Each,
}

impl Positions {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes it so")]
    fn is_shared(&self) -> bool {
        *self == Self::Shared
    }
}

/// Whether a range includes the end that is declared for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum RangeEnd {
    /// The end is the first value that is not read.
    Open,
    /// The end is the last value that is read: of a day, the whole day.
    Closed,
}

impl RangeEnd {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes it so")]
    fn is_open(&self) -> bool {
        *self == Self::Open
    }
}

/// The order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Order {
    /// The newest rows come first: rows that come meanwhile move the others to later pages.
    Descending,
}

impl IncrementalDef {
    /// The defaults.
    pub const DEFAULT: Self = Self {
        cursor: "",
        kind: CursorKind::Text,
        start_param: None,
        start_body_path: None,
        end_param: None,
        end_body_path: None,
        initial_value: None,
        end_value: None,
        ends_now: false,
        lag: None,
        format: None,
        end_inclusive: false,
        range_end: RangeEnd::Open,
        missing_cursor: MissingCursor::Error,
        timezone: None,
        start_exclusive: false,
        order: None,
        step: None,
        positions: Positions::Shared,
    };

    /// Whether a param of its own has the start of the range.
    pub(crate) fn sends_start(&self) -> bool {
        self.start_param.is_some() || self.start_body_path.is_some()
    }

    /// Whether a param of its own has the end of the range.
    pub(crate) fn sends_end(&self) -> bool {
        self.end_param.is_some() || self.end_body_path.is_some()
    }

    /// Whether the next run begins where this one ends: a range with a fixed end is the same in every run.
    pub(crate) fn is_open(&self) -> bool {
        !matches!(self.end_value, Some(Setting::Value(Point::Text(_))))
    }
}

/// What happens to rows without a cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum MissingCursor {
    /// They are an error.
    Error,
    /// They are kept, in every run.
    Keep,
    /// They are dropped.
    Drop,
}

/// The distance to go back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Lag {
    /// In numbers.
    Count(i64),
    /// In time.
    Time(Duration),
    /// The value of the client-wide param of this name; none where it is unset.
    Param(&'static str),
}

/// `step = …`: how long each part of a range is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum RangeStep {
    /// In numbers.
    Count(i64),
    /// In seconds of the clock.
    Seconds(i64),
    /// In days of the calendar.
    Days(i64),
    /// In months of the calendar.
    Months(i64),
}

/// `include_range(…)`: which ends of the requested range are columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct RangeColumns {
    /// `_start`: its beginning.
    pub start: bool,
    /// `_end`: its end, as it is sent.
    pub end: bool,
}

/// The format of a time in a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
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

macro_rules! cursors {
    ($($($type:ty)|+ => $kind:ident, |$value:ident| $position:expr;)*) => {$($(
        impl CursorValue for $type {
            const KIND: CursorKind = CursorKind::$kind;

            fn position(&self) -> Position {
                let $value = self;
                Position::$kind($position)
            }
        }
    )+)*};
}

cursors! {
    i8 | i16 | i32 | u8 | u16 | u32 => Integer, |value| (*value).into();
    i64 => Integer, |value| *value;
    // No API has reached the largest values.
    u64 => Integer, |value| i64::try_from(*value).unwrap_or(i64::MAX);
    String => Text, |value| value.clone();
    Timestamp => Timestamp, |value| *value;
    DateTime => DateTime, |value| *value;
    Date => Date, |value| *value;
}

macro_rules! sliceable {
    ($($type:ty),*) => {$(impl SliceableCursor for $type {})*};
}

sliceable!(i8, i16, i32, i64, u8, u16, u32, u64, Timestamp, DateTime, Date);
