//! chrono's times as fields, keys, cursors and params: stored and sent as jiff's are, so that a declaration can change
//! from one to the other.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use jiff::Timestamp;
use jiff::civil;

use crate::incremental::cursor::{CursorKind, CursorValue, Position, SliceableCursor};
use crate::params::param::{Param, TypedParam};
use crate::schema::column::{Column, ColumnType, Key};
use crate::schema::row::Row;

/// An instant, clamped to jiff's calendar. An instant in a leap second becomes the end of the second before.
fn instant<Z: TimeZone<Offset: Copy>>(time: DateTime<Z>) -> Timestamp {
    let (second, nanosecond) = (time.timestamp(), time.timestamp_subsec_nanos().min(999_999_999));
    let limit = if second < 0 { Timestamp::MIN } else { Timestamp::MAX };
    nanosecond.try_into().ok().and_then(|nanosecond| Timestamp::new(second, nanosecond).ok()).unwrap_or(limit)
}

fn datetime(time: NaiveDateTime) -> civil::DateTime {
    jiff::tz::TimeZone::UTC.to_datetime(instant(time.and_utc()))
}

fn date(date: NaiveDate) -> civil::Date {
    datetime(date.and_time(NaiveTime::MIN)).date()
}

fn time(time: NaiveTime) -> civil::Time {
    datetime(NaiveDate::default().and_time(time)).time()
}

macro_rules! times {
    ($($type:ty => $kind:ident, $jiff:expr, $put:ident $(, cursor $cursor:ident)?;)*) => {$(
        impl Column for $type {
            const TYPE: ColumnType = ColumnType::$kind;

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
    DateTime<Utc> => Timestamp, instant, timestamp, cursor Timestamp;
    DateTime<FixedOffset> => Timestamp, instant, timestamp, cursor Timestamp;
    NaiveDateTime => DateTime, datetime, datetime, cursor DateTime;
    NaiveDate => Date, date, date, cursor Date;
    NaiveTime => Time, time, time;
}
