//! Times that are numbers: `#[column(format = epoch_seconds)]`.

use std::fmt;
use std::marker::PhantomData;

use jiff::Timestamp;
use serde::Serialize;
use serde::de::{DeserializeSeed, Deserializer, Error, Unexpected, Visitor};

use super::column::Column;
use super::whole_number::whole;

/// The unit of times that are numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum EpochUnit {
    /// Seconds since 1970-01-01T00:00:00Z.
    Seconds,
    /// Milliseconds.
    Millis,
    /// Microseconds.
    Micros,
}

impl EpochUnit {
    fn nanoseconds(self) -> i64 {
        match self {
            Self::Seconds => 1_000_000_000,
            Self::Millis => 1_000_000,
            Self::Micros => 1_000,
        }
    }

    /// The time of a whole number.
    pub(crate) fn time(self, number: impl Into<i128>) -> Option<Timestamp> {
        Timestamp::from_nanosecond(number.into() * i128::from(self.nanoseconds())).ok()
    }

    /// The time of a number with a fraction, to the microsecond.
    fn time_of(self, number: f64) -> Option<Timestamp> {
        if let Some(number) = whole(number) {
            return self.time(number);
        }
        #[expect(clippy::cast_precision_loss, reason = "a power of ten")]
        let microseconds = (number * (self.nanoseconds() / 1_000) as f64).round();
        Timestamp::from_microsecond(whole(microseconds)?).ok()
    }
}

/// A time that can be read from a number: `#[column(format = epoch_seconds)]`.
#[diagnostic::on_unimplemented(
    message = "`format` reads numbers as times, and `{Self}` is not an instant",
    label = "not an instant",
    note = "declare the field as a `jiff` `Timestamp` (or `chrono`'s `DateTime<Utc>`, with that feature), or an `Option` of one"
)]
pub trait EpochTime: Column {
    /// From an instant.
    #[doc(hidden)]
    fn from_instant(time: Timestamp) -> Self;

    /// As an instant, as it is stored. None if it is too late or too early for that.
    #[doc(hidden)]
    fn to_instant(&self) -> Option<Timestamp>;
}

impl EpochTime for Timestamp {
    fn from_instant(time: Timestamp) -> Self {
        time
    }

    fn to_instant(&self) -> Option<Timestamp> {
        Some(*self)
    }
}

/// Reads a number as a time.
pub(super) struct EpochVisitor<T> {
    pub(super) unit: EpochUnit,
    pub(super) of: PhantomData<T>,
}

impl<T: EpochTime> EpochVisitor<T> {
    fn read<E: Error>(time: Option<Timestamp>, found: Unexpected<'_>) -> Result<T, E> {
        time.map(T::from_instant).ok_or_else(|| E::invalid_value(found, &"a number that is a time"))
    }
}

impl<T: EpochTime> Visitor<'_> for EpochVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.unit {
            EpochUnit::Seconds => "a number of seconds since 1970",
            EpochUnit::Millis => "a number of milliseconds since 1970",
            EpochUnit::Micros => "a number of microseconds since 1970",
        })
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<T, E> {
        Self::read(self.unit.time(number), Unexpected::Signed(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<T, E> {
        Self::read(self.unit.time(number), Unexpected::Unsigned(number))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<T, E> {
        Self::read(self.unit.time_of(number), Unexpected::Float(number))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        let time = match text.parse::<i64>() {
            Ok(number) => self.unit.time(number),
            Err(_) => text.parse::<f64>().ok().and_then(|number| self.unit.time_of(number)),
        };
        match time {
            Some(time) => Ok(T::from_instant(time)),
            None => Err(E::invalid_value(Unexpected::Str(text), &self)),
        }
    }
}

/// A time, or an `Option` of one, that is read from a number.
#[diagnostic::on_unimplemented(
    message = "`format` reads numbers as times, and `{Self}` is not an instant",
    label = "not an instant",
    note = "declare the field as a `jiff` `Timestamp` (or `chrono`'s `DateTime<Utc>`, with that feature), or an `Option` of one"
)]
pub trait EpochField: Column {
    /// Reads the number.
    ///
    /// # Errors
    /// When it is no time.
    #[doc(hidden)]
    fn read_epoch<'de, D: Deserializer<'de>>(deserializer: D, unit: EpochUnit) -> Result<Self, D::Error>;
}

impl<T: EpochTime> EpochField for T {
    fn read_epoch<'de, D: Deserializer<'de>>(deserializer: D, unit: EpochUnit) -> Result<Self, D::Error> {
        deserializer.deserialize_any(EpochVisitor { unit, of: PhantomData })
    }
}

impl<T: EpochTime> EpochField for Option<T> {
    fn read_epoch<'de, D: Deserializer<'de>>(deserializer: D, unit: EpochUnit) -> Result<Self, D::Error> {
        deserializer.deserialize_option(OptionalEpoch { unit, of: PhantomData })
    }
}

struct OptionalEpoch<T> {
    unit: EpochUnit,
    of: PhantomData<T>,
}

impl<'de, T: EpochTime> Visitor<'de> for OptionalEpoch<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("option")
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        T::read_epoch(deserializer, self.unit).map(Some)
    }
}

/// Reads the value of a field that is a number and a time.
///
/// # Errors
/// When it is no time.
pub fn field_epoch<'de, T: EpochField, A: serde::de::MapAccess<'de>>(
    map: &mut A,
    slot: &mut Option<T>,
    unit: EpochUnit,
) -> Result<(), A::Error> {
    struct Seed<T>(EpochUnit, PhantomData<T>);

    impl<'de, T: EpochField> DeserializeSeed<'de> for Seed<T> {
        type Value = T;

        fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
            T::read_epoch(deserializer, self.0)
        }
    }

    *slot = Some(map.next_value_seed(Seed(unit, PhantomData))?);
    Ok(())
}

macro_rules! by_serde {
    ($($name:ident $unit:ident;)*) => {$(
        /// Reads a number as a time, for serde's derive.
        ///
        /// # Errors
        /// When it is no time.
        pub fn $name<'de, T: EpochField, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
            T::read_epoch(deserializer, EpochUnit::$unit)
        }
    )*};
}

by_serde! {
    epoch_seconds Seconds;
    epoch_millis Millis;
    epoch_micros Micros;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_times() {
        let time = |unit: EpochUnit, number: f64| unit.time_of(number).map(|time| time.to_string());
        assert_eq!(time(EpochUnit::Seconds, 1_700_000_000.123_456).as_deref(), Some("2023-11-14T22:13:20.123456Z"));
        assert_eq!(time(EpochUnit::Millis, 1_700_000_000_123.5).as_deref(), Some("2023-11-14T22:13:20.1235Z"));
        assert_eq!(
            EpochUnit::Micros.time(1).map(|time| time.to_string()).as_deref(),
            Some("1970-01-01T00:00:00.000001Z")
        );
        assert_eq!((time(EpochUnit::Seconds, 1e300), EpochUnit::Seconds.time(i64::MAX)), (None, None));
    }
}
