//! Civil times and instants: a civil time has no offset, an instant has one, and is in the range that can be stored.

use std::fmt;
use std::marker::PhantomData;

use jiff::fmt::temporal::Pieces;
use serde::Deserialize;
use serde::de::value::StrDeserializer;
use serde::de::{Error, IntoDeserializer, Visitor};

use super::epoch::EpochTime;

/// What the message about a civil time with an offset says.
pub(crate) const HAS_OFFSET: &str = "is an instant, with an offset that a civil type would drop";

/// What the message about an instant without an offset says.
pub(crate) const NO_OFFSET: &str = "is no instant: it has no offset";

/// What the message about a date that is too late or too early says.
pub(crate) const NO_YEAR: &str = "is out of range: dates are in the years -9999 to 9999";

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

/// A civil date or time.
pub(crate) trait CivilTime: for<'de> Deserialize<'de> {
    /// Whether it is in the calendar of what can be stored.
    fn is_storable(&self) -> bool {
        true
    }
}

impl CivilTime for jiff::civil::Date {}
impl CivilTime for jiff::civil::Time {}
impl CivilTime for jiff::civil::DateTime {}

/// Reads a civil date or time; one with an offset is refused.
pub(crate) struct CivilVisitor<T> {
    pub(crate) name: &'static str,
    pub(crate) of: PhantomData<T>,
}

impl<T: CivilTime> Visitor<'_> for CivilVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        if has_offset(text) {
            return Err(E::custom(format_args!("`{text}` {HAS_OFFSET}")));
        }
        let value: StrDeserializer<'_, E> = text.into_deserializer();
        let time = T::deserialize(value)?;
        if time.is_storable() { Ok(time) } else { Err(E::custom(format_args!("`{text}` {NO_YEAR}"))) }
    }
}

/// Reads an instant.
pub(crate) struct InstantVisitor<T>(pub(crate) PhantomData<T>);

impl<T: EpochTime> Visitor<'_> for InstantVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a timestamp string")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        let value: StrDeserializer<'_, E> = text.into_deserializer();
        let in_range = |time: T| if time.to_instant().is_some() { Ok(time) } else { Err(out_of_range(text)) };
        T::deserialize(value).and_then(in_range).map_err(|error| match Pieces::parse(text) {
            Ok(pieces) if pieces.time().is_none() || pieces.offset().is_none() => {
                E::custom(format_args!("`{text}` {NO_OFFSET}"))
            }
            // Its parts are those of a time.
            Ok(_) => out_of_range(text),
            Err(_) => error,
        })
    }
}

fn out_of_range<E: Error>(text: &str) -> E {
    E::custom(format_args!("`{text}` {OUT_OF_RANGE}"))
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
