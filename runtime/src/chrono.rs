//! chrono's times as fields, keys, cursors and params: stored and sent as jiff's are, so that a declaration can change
//! from one to the other.

use std::marker::PhantomData;

use chrono::{
    DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat, TimeZone, Timelike, Utc,
};
use jiff::Timestamp;
use jiff::civil;
use serde::Deserializer;
use serde::de::IntoDeserializer;
use serde::de::value::{Error as ValueError, StrDeserializer};

use crate::incremental::cursor::{CursorKind, CursorValue, Position, SliceableCursor};
use crate::params::param::{Param, TypedParam};
use crate::params::read_param::{MomentParam, ReadParam, TextParam};
use crate::params::written_time::WrittenTimeParam;
use crate::schema::column::{Column, ColumnType, Key};
use crate::schema::epoch::EpochTime;
use crate::schema::offsets::{CivilTime, CivilVisitor, InstantVisitor};
use crate::schema::row::Row;

/// What jiff has for a time; none where its calendar does not have it. A leap second becomes the end of the second before.
trait Jiff: Copy {
    type Time: ToString;

    fn in_range(self) -> Option<Self::Time>;

    /// The text where there is none: that of its own, in ISO 8601.
    fn beyond(self) -> String;

    /// The nearest that there is.
    fn clamped(self) -> Self::Time;
}

impl<Z: TimeZone<Offset: Copy>> Jiff for DateTime<Z> {
    type Time = Timestamp;

    fn in_range(self) -> Option<Timestamp> {
        let nanosecond = self.timestamp_subsec_nanos().min(999_999_999).try_into().ok()?;
        Timestamp::new(self.timestamp(), nanosecond).ok()
    }

    fn beyond(self) -> String {
        self.to_utc().to_rfc3339_opts(SecondsFormat::AutoSi, true)
    }

    fn clamped(self) -> Timestamp {
        let limit = if self.timestamp() < 0 { Timestamp::MIN } else { Timestamp::MAX };
        self.in_range().unwrap_or(limit)
    }
}

impl Jiff for NaiveDateTime {
    type Time = civil::DateTime;

    fn in_range(self) -> Option<civil::DateTime> {
        Some(self.date().in_range()?.to_datetime(self.time().clamped()))
    }

    fn beyond(self) -> String {
        format!("{self:?}")
    }

    fn clamped(self) -> civil::DateTime {
        let limit = if self.year() < 0 { civil::DateTime::MIN } else { civil::DateTime::MAX };
        self.in_range().unwrap_or(limit)
    }
}

impl Jiff for NaiveDate {
    type Time = civil::Date;

    fn in_range(self) -> Option<civil::Date> {
        let (year, month, day) =
            (self.year().try_into().ok()?, self.month().try_into().ok()?, self.day().try_into().ok()?);
        civil::Date::new(year, month, day).ok()
    }

    fn beyond(self) -> String {
        format!("{self:?}")
    }

    fn clamped(self) -> civil::Date {
        self.in_range().unwrap_or(if self.year() < 0 { civil::Date::MIN } else { civil::Date::MAX })
    }
}

impl Jiff for NaiveTime {
    type Time = civil::Time;

    fn in_range(self) -> Option<civil::Time> {
        Some(self.clamped())
    }

    fn beyond(self) -> String {
        format!("{self:?}")
    }

    fn clamped(self) -> civil::Time {
        let part = |part: u32| i8::try_from(part).unwrap_or_default();
        let nanosecond = i32::try_from(self.nanosecond().min(999_999_999)).unwrap_or_default();
        civil::Time::new(part(self.hour()), part(self.minute()), part(self.second()), nanosecond)
            .unwrap_or(civil::Time::MAX)
    }
}

impl CivilTime for NaiveDateTime {
    fn is_storable(&self) -> bool {
        self.in_range().is_some()
    }
}

impl CivilTime for NaiveDate {
    fn is_storable(&self) -> bool {
        self.in_range().is_some()
    }
}

impl CivilTime for NaiveTime {}

macro_rules! times {
    ($($type:ty => $kind:ident, $visitor:expr, $put:ident $(, cursor $cursor:ident)?;)*) => {$(
        impl Column for $type {
            const TYPE: ColumnType = ColumnType::$kind;

            fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str($visitor)
            }

            fn put<'a>(&'a self, row: &mut Row<'a>) {
                match self.in_range() {
                    Some(time) => row.$put(time),
                    None => row.misfit(),
                }
            }
        }

        impl Key for $type {}

        impl Param for $type {
            fn to_text(&self) -> String {
                self.in_range().map_or_else(|| self.beyond(), |time| time.to_string())
            }
        }

        impl TypedParam for $type {
            const KIND: ColumnType = ColumnType::$kind;
        }

        impl ReadParam for $type {
            fn read(text: &str) -> Option<Self> {
                let text = <<Self as Jiff>::Time as ReadParam>::read(text)?.to_text();
                let text: StrDeserializer<'_, ValueError> = text.as_str().into_deserializer();
                <Self as Column>::read(text).ok()
            }
        }

        impl TextParam for $type {}

        $(
            impl CursorValue for $type {
                const KIND: CursorKind = CursorKind::$cursor;

                fn position(&self) -> Position {
                    Position::$cursor(self.clamped())
                }
            }

            impl SliceableCursor for $type {}

            impl MomentParam for $type {}
            impl WrittenTimeParam for $type {}
        )?
    )*};
}

times! {
    DateTime<Utc> => Timestamp, InstantVisitor(PhantomData), timestamp, cursor Timestamp;
    DateTime<FixedOffset> => Timestamp, InstantVisitor(PhantomData), timestamp, cursor Timestamp;
    NaiveDateTime => DateTime, CivilVisitor { name: "a datetime string", of: PhantomData }, datetime, cursor DateTime;
    NaiveDate => Date, CivilVisitor { name: "a date string", of: PhantomData }, date, cursor Date;
    NaiveTime => Time, CivilVisitor { name: "a time string", of: PhantomData }, time;
}

impl EpochTime for DateTime<Utc> {
    fn from_instant(time: Timestamp) -> Self {
        let limit = if time.as_second() < 0 { Self::MIN_UTC } else { Self::MAX_UTC };
        let nanosecond = u32::try_from(time.as_nanosecond().rem_euclid(1_000_000_000)).unwrap_or_default();
        let second = i64::try_from(time.as_nanosecond().div_euclid(1_000_000_000)).unwrap_or_default();
        Self::from_timestamp(second, nanosecond).unwrap_or(limit)
    }

    fn to_instant(&self) -> Option<Timestamp> {
        self.in_range()
    }
}

impl EpochTime for DateTime<FixedOffset> {
    fn from_instant(time: Timestamp) -> Self {
        DateTime::<Utc>::from_instant(time).into()
    }

    fn to_instant(&self) -> Option<Timestamp> {
        self.in_range()
    }
}
