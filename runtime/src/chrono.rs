//! chrono's times as fields, keys, cursors and params: stored and sent as jiff's are, so that a declaration can change
//! from one to the other.

use std::marker::PhantomData;

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Timelike, Utc};
use jiff::Timestamp;
use jiff::civil;
use serde::Deserializer;

use crate::incremental::cursor::{CursorKind, CursorValue, Position, SliceableCursor};
use crate::params::param::{Param, TypedParam};
use crate::schema::column::{Column, ColumnType, Key};
use crate::schema::epoch::EpochTime;
use crate::schema::offsets::{CivilVisitor, InstantVisitor};
use crate::schema::row::Row;

/// An instant, clamped to jiff's calendar. An instant in a leap second becomes the end of the second before.
fn instant<Z: TimeZone<Offset: Copy>>(time: DateTime<Z>) -> Timestamp {
    let limit = if time.timestamp() < 0 { Timestamp::MIN } else { Timestamp::MAX };
    in_range(&time).unwrap_or(limit)
}

/// The same; none where jiff's calendar does not have it.
fn in_range<Z: TimeZone>(time: &DateTime<Z>) -> Option<Timestamp> {
    let nanosecond = time.timestamp_subsec_nanos().min(999_999_999).try_into().ok()?;
    Timestamp::new(time.timestamp(), nanosecond).ok()
}

fn datetime(datetime: NaiveDateTime) -> civil::DateTime {
    date(datetime.date()).to_datetime(time(datetime.time()))
}

/// A date, clamped to jiff's calendar.
fn date(date: NaiveDate) -> civil::Date {
    let limit = if date.year() < 0 { civil::Date::MIN } else { civil::Date::MAX };
    let parts = (i16::try_from(date.year()), i8::try_from(date.month()), i8::try_from(date.day()));
    let (Ok(year), Ok(month), Ok(day)) = parts else { return limit };
    civil::Date::new(year, month, day).unwrap_or(limit)
}

/// A time of day. A leap second becomes the end of the second before.
fn time(time: NaiveTime) -> civil::Time {
    let part = |part: u32| i8::try_from(part).unwrap_or_default();
    let nanosecond = i32::try_from(time.nanosecond().min(999_999_999)).unwrap_or_default();
    civil::Time::new(part(time.hour()), part(time.minute()), part(time.second()), nanosecond)
        .unwrap_or(civil::Time::MAX)
}

macro_rules! times {
    ($($type:ty => $kind:ident, $visitor:expr, $jiff:expr, $put:ident $(, cursor $cursor:ident)?;)*) => {$(
        impl Column for $type {
            const TYPE: ColumnType = ColumnType::$kind;

            fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str($visitor)
            }

            fn put<'a>(&'a self, row: &mut Row<'a>) {
                row.$put($jiff(*self));
            }
        }

        impl Key for $type {}

        impl Param for $type {
            fn to_text(&self) -> String {
                $jiff(*self).to_string()
            }
        }

        impl TypedParam for $type {
            const KIND: ColumnType = ColumnType::$kind;
        }

        $(
            impl CursorValue for $type {
                const KIND: CursorKind = CursorKind::$cursor;

                fn position(&self) -> Position {
                    Position::$cursor($jiff(*self))
                }
            }

            impl SliceableCursor for $type {}
        )?
    )*};
}

times! {
    DateTime<Utc> => Timestamp, InstantVisitor(PhantomData), instant, timestamp, cursor Timestamp;
    DateTime<FixedOffset> => Timestamp, InstantVisitor(PhantomData), instant, timestamp, cursor Timestamp;
    NaiveDateTime => DateTime, CivilVisitor { name: "a datetime string", of: PhantomData }, datetime, datetime, cursor DateTime;
    NaiveDate => Date, CivilVisitor { name: "a date string", of: PhantomData }, date, date, cursor Date;
    NaiveTime => Time, CivilVisitor { name: "a time string", of: PhantomData }, time, time;
}

impl EpochTime for DateTime<Utc> {
    fn from_instant(time: Timestamp) -> Self {
        let limit = if time.as_second() < 0 { Self::MIN_UTC } else { Self::MAX_UTC };
        let nanosecond = u32::try_from(time.as_nanosecond().rem_euclid(1_000_000_000)).unwrap_or_default();
        let second = i64::try_from(time.as_nanosecond().div_euclid(1_000_000_000)).unwrap_or_default();
        Self::from_timestamp(second, nanosecond).unwrap_or(limit)
    }

    fn to_instant(&self) -> Option<Timestamp> {
        in_range(self)
    }
}

impl EpochTime for DateTime<FixedOffset> {
    fn from_instant(time: Timestamp) -> Self {
        DateTime::<Utc>::from_instant(time).into()
    }

    fn to_instant(&self) -> Option<Timestamp> {
        in_range(self)
    }
}
