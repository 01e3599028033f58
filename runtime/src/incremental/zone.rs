//! Time zones: civil times as instants and back, with the hour that comes twice and the one that does not exist.

use std::fmt;

use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};
use serde::{Serialize, Serializer};

use crate::error::{Error, ErrorKind, Result};

/// A time zone by its name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ZoneDef {
    /// Its name in the IANA database.
    pub name: &'static str,
    /// Its rules when the program was compiled, for systems without the database.
    pub tzif: &'static [u8],
}

impl fmt::Debug for ZoneDef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl Serialize for ZoneDef {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name)
    }
}

impl ZoneDef {
    pub(crate) fn zone(&self) -> Result<TimeZone> {
        TimeZone::get(self.name).or_else(|_| TimeZone::tzif(self.name, self.tzif)).map_err(|error| {
            Error::new(ErrorKind::Config, format!("the rules of the time zone `{}` cannot be read", self.name))
                .with_source(error)
        })
    }
}

/// The hour that comes twice which a time is in: its beginning and its end.
pub(crate) fn repeated_hour(zone: &TimeZone, time: DateTime) -> Option<(DateTime, DateTime)> {
    let AmbiguousOffset::Fold { before, after } = zone.to_ambiguous_timestamp(time).offset() else { return None };
    let first = before.to_timestamp(time).ok()?;
    let change = zone.following(first).next()?.timestamp();
    Some((after.to_datetime(change), before.to_datetime(change)))
}
