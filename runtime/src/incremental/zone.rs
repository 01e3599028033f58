//! Time zones: civil times as instants and back, with the hour that comes twice and the one that does not exist.

use std::fmt;
use std::ops::Deref;

use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};
use serde::{Serialize, Serializer};

use super::cursor::{Format, IncrementalDef};
use super::setting::Setting;
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

/// The range of a resource as a client has it: as it is declared, and the zone of its times.
#[derive(Debug, Clone)]
pub(crate) struct ZonedRange {
    def: IncrementalDef,
    /// None where none is declared, or the param is unset.
    zone: Option<TimeZone>,
}

impl Deref for ZonedRange {
    type Target = IncrementalDef;

    fn deref(&self) -> &IncrementalDef {
        &self.def
    }
}

impl ZonedRange {
    /// With the zone that a param of this value names, where a param does.
    pub(crate) fn new(def: &IncrementalDef, param: impl FnOnce(&'static str) -> Option<String>) -> Result<Self> {
        let zone = match def.timezone {
            None => None,
            Some(Setting::Value(zone)) => Some(zone.zone()?),
            Some(Setting::Param(name)) => param(name).map(|zone| named(name, &zone)).transpose()?,
        };
        Ok(Self { def: *def, zone })
    }

    /// Written by a pattern.
    pub(crate) fn with_pattern(&self, pattern: &'static str) -> Self {
        Self { def: IncrementalDef { format: Some(Format::Pattern(pattern)), ..self.def }, zone: self.zone.clone() }
    }

    /// The zone of the range's times, where it has one.
    pub(crate) fn own_zone(&self) -> Option<&TimeZone> {
        self.zone.as_ref()
    }

    /// The zone of civil times.
    pub(crate) fn zone(&self) -> TimeZone {
        self.zone.clone().unwrap_or(TimeZone::UTC)
    }
}

/// The zone of that name, which a param is.
fn named(param: &str, zone: &str) -> Result<TimeZone> {
    TimeZone::get(zone).map_err(|error| {
        Error::new(ErrorKind::Config, format!("`{param}` is {zone:?}, and this system knows no such time zone"))
            .with_help("set it to a name in the IANA database, such as `America/New_York`")
            .with_source(error)
    })
}

/// The hour that comes twice which a time is in: its beginning and its end.
pub(crate) fn repeated_hour(zone: &TimeZone, time: DateTime) -> Option<(DateTime, DateTime)> {
    let AmbiguousOffset::Fold { before, after } = zone.to_ambiguous_timestamp(time).offset() else { return None };
    let first = before.to_timestamp(time).ok()?;
    let change = zone.following(first).next()?.timestamp();
    Some((after.to_datetime(change), before.to_datetime(change)))
}
