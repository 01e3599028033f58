//! Values that are read more carefully, or more leniently, than their types read themselves: whole numbers, civil times,
//! instants, and numbers that are times.

use std::fmt;
use std::marker::PhantomData;

use jiff::Timestamp;
use jiff::fmt::temporal::Pieces;
use serde::de::value::StrDeserializer;
use serde::de::{DeserializeSeed, Deserializer, Error, IntoDeserializer, Unexpected, Visitor};
use serde::{Deserialize, Serialize};

use super::column::Column;

/// Reads a value as its column does.
pub(super) struct ReadSeed<T>(pub(super) PhantomData<T>);

impl<'de, T: Column> DeserializeSeed<'de> for ReadSeed<T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        T::read(deserializer)
    }
}

/// Reads an `Option`.
pub(super) struct OptionVisitor<T>(pub(super) PhantomData<T>);

impl<'de, T: Column> Visitor<'de> for OptionVisitor<T> {
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
        T::read(deserializer).map(Some)
    }
}

/// The integer that a floating-point number is, where it is one: `1.0`, `1e3`. From 2^53 on, a float may be another
/// number than the one that was sent.
pub(crate) fn whole(number: f64) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    #[expect(clippy::cast_possible_truncation, reason = "a whole number in the range")]
    (number.fract() == 0.0 && number.abs() < EXACT).then_some(number as i64)
}

/// Reads an integer, also where it is written as `1.0`.
pub(super) struct WholeNumber<T> {
    pub(super) name: &'static str,
    pub(super) of: PhantomData<T>,
}

impl<T: TryFrom<i64> + TryFrom<u64>> Visitor<'_> for WholeNumber<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<T, E> {
        T::try_from(number).map_err(|_| E::invalid_value(Unexpected::Signed(number), &self))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<T, E> {
        T::try_from(number).map_err(|_| E::invalid_value(Unexpected::Unsigned(number), &self))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<T, E> {
        match whole(number) {
            Some(number) => self.visit_i64(number),
            None => Err(E::invalid_type(Unexpected::Float(number), &self)),
        }
    }
}

/// Reads a number that an `f32` holds: its own reader makes a larger one infinite.
pub(super) struct FiniteF32;

#[expect(clippy::cast_precision_loss, reason = "as serde reads an integer into a float")]
impl Visitor<'_> for FiniteF32 {
    type Value = f32;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("f32")
    }

    fn visit_i64<E>(self, number: i64) -> Result<f32, E> {
        Ok(number as f32)
    }

    fn visit_u64<E>(self, number: u64) -> Result<f32, E> {
        Ok(number as f32)
    }

    #[expect(clippy::cast_possible_truncation, reason = "what that makes infinite is an error")]
    fn visit_f64<E: Error>(self, number: f64) -> Result<f32, E> {
        let narrow = number as f32;
        if narrow.is_finite() { Ok(narrow) } else { Err(E::invalid_value(Unexpected::Float(number), &self)) }
    }
}

/// What the message about a civil time with an offset says.
pub(crate) const HAS_OFFSET: &str = "is an instant, with an offset that a civil type would drop";

/// What the message about an instant without an offset says.
pub(crate) const NO_OFFSET: &str = "is no instant: it has no offset";

/// What the message about an instant that is too late or too early says.
pub(crate) const OUT_OF_RANGE: &str = "is out of range: instants end at 9999-12-30T22:00:00.999999999Z";

/// Whether the text of a date or a time has an offset or a time zone.
pub(crate) fn has_offset(text: &str) -> bool {
    let time = match text.find(['T', 't', ' ']) {
        Some(at) => text.get(at + 1..).unwrap_or_default(),
        // A date has dashes of its own.
        None if text.contains(':') => text,
        None => "",
    };
    time.contains(['+', '-', 'Z', 'z']) || text.contains('[')
}

/// Reads a civil date or time; one with an offset is refused.
pub(crate) struct CivilVisitor<T> {
    pub(crate) name: &'static str,
    pub(crate) of: PhantomData<T>,
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for CivilVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        if has_offset(text) {
            return Err(E::custom(format_args!("`{text}` {HAS_OFFSET}")));
        }
        let text: StrDeserializer<'_, E> = text.into_deserializer();
        T::deserialize(text)
    }
}

/// Reads an instant.
pub(crate) struct InstantVisitor<T>(pub(crate) PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for InstantVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a timestamp string")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        let value: StrDeserializer<'_, E> = text.into_deserializer();
        T::deserialize(value).and_then(|time| if is_late(text) { Err(out_of_range(text)) } else { Ok(time) }).map_err(
            |error| match Pieces::parse(text) {
                Ok(pieces) if pieces.time().is_none() || pieces.offset().is_none() => {
                    E::custom(format_args!("`{text}` {NO_OFFSET}"))
                }
                // Its parts are those of a time.
                Ok(_) => out_of_range(text),
                Err(_) => error,
            },
        )
    }
}

fn out_of_range<E: Error>(text: &str) -> E {
    E::custom(format_args!("`{text}` {OUT_OF_RANGE}"))
}

/// Whether an instant is one that chrono holds, and a destination does not.
fn is_late(text: &str) -> bool {
    text.parse::<Timestamp>().is_err() && Pieces::parse(text).is_ok_and(|pieces| pieces.date().year() >= 9999)
}

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
    pub(crate) fn time(self, number: i64) -> Option<Timestamp> {
        Timestamp::from_nanosecond(i128::from(number) * i128::from(self.nanoseconds())).ok()
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
}

impl EpochTime for Timestamp {
    fn from_instant(time: Timestamp) -> Self {
        time
    }
}

/// Reads a number as a time.
pub(super) struct EpochVisitor<T> {
    pub(super) unit: EpochUnit,
    pub(super) of: PhantomData<T>,
}

impl<T: EpochTime> EpochVisitor<T> {
    fn time<E: Error>(&self, time: Option<Timestamp>, found: Unexpected<'_>) -> Result<T, E> {
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
        self.time(self.unit.time(number), Unexpected::Signed(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<T, E> {
        self.time(i64::try_from(number).ok().and_then(|number| self.unit.time(number)), Unexpected::Unsigned(number))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<T, E> {
        self.time(self.unit.time_of(number), Unexpected::Float(number))
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
    fn whole_numbers_are_exact() {
        for (number, expected) in [(1.0, Some(1)), (1e3, Some(1000)), (-0.0, Some(0)), (-7.0, Some(-7))] {
            assert_eq!(whole(number), expected, "{number}");
        }
        for number in [1.5, 9_007_199_254_740_992.0, 1e300, f64::NAN, f64::INFINITY] {
            assert_eq!(whole(number), None, "{number}");
        }
    }

    #[test]
    fn offsets_are_seen() {
        for text in ["2024-03-01T10:00:00+05:00", "2024-03-01T10:00:00-05", "2024-03-01 10:00Z", "10:00:00+01:00"] {
            assert!(has_offset(text), "{text}");
        }
        assert!(has_offset("2024-03-01T10:00[Europe/Berlin]"));
        for text in ["2024-03-01", "2024-03-01T10:00:00.5", "10:00", "-002024-03-01", "20240301"] {
            assert!(!has_offset(text), "{text}");
        }
    }

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
