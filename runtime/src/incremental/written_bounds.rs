//! The ends of a range as a request writes them: in a format, and as times of a zone.

use jiff::civil::{DateTime, Time};
use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::cursor::{CursorKind, Format, IncrementalDef, Position, RangeEnd};
use super::range::{Bound, CursorUnit, Range, SECOND};
use super::zone::{ZonedRange, repeated_hour};
use crate::error::{Error, ErrorKind, Result};

fn civil(time: DateTime) -> Timestamp {
    TimeZone::UTC.to_timestamp(time).unwrap_or(Timestamp::MAX)
}

/// The instant of a time, in UTC where it has no offset.
fn instant(position: &Position) -> Option<Timestamp> {
    match position {
        Position::Integer(_) | Position::Text(_) => None,
        Position::Timestamp(time) => Some(*time),
        Position::DateTime(time) => Some(civil(*time)),
        Position::Date(date) => Some(civil(date.to_datetime(Time::midnight()))),
    }
}

/// The step that is requested as the end of the range. Where the API includes it, it is the last one before the end: a day or
/// a minute is requested as a whole. An instant is not: rows may lie between it and the next one that can be written, so the
/// end itself is requested, and rows at it are filtered out afterwards, unless the range includes it.
fn end_steps(def: &IncrementalDef, unit: CursorUnit, end: &Position) -> i128 {
    let is_instant = matches!(def.kind, CursorKind::Timestamp | CursorKind::DateTime) && unit.nanoseconds <= SECOND;
    if !(def.end_inclusive && is_instant) {
        return unit.steps_up(end) - i128::from(def.end_inclusive);
    }
    match def.range_end {
        RangeEnd::Open => unit.steps_up(end),
        RangeEnd::Closed => {
            let finest = CursorUnit { nanoseconds: 1, ..unit };
            unit.steps_up(&finest.at(finest.steps(end) - 1))
        }
    }
}

/// The ends of a range as positions, as precise as a request writes them: the start, which is included, and the end as it is sent.
pub(crate) fn sent_bounds(def: &IncrementalDef, range: &Range) -> (Option<Position>, Option<Position>) {
    if def.kind == CursorKind::Text {
        return (range.start.clone(), range.end.clone());
    }
    let unit = CursorUnit::new(def);
    let start = range.start.as_ref().map(|start| unit.at(unit.steps(start)));
    let end = range.end.as_ref().map(|end| unit.at(end_steps(def, unit, end)));
    (start, end)
}

/// The ends of a range as a request writes them.
pub(crate) fn format_bounds(def: &ZonedRange, range: &Range) -> Result<(Option<String>, Option<String>)> {
    let unit = CursorUnit::new(def);
    let write = |position: Position| format_position(def, &position);
    if def.kind == CursorKind::Text {
        return Ok((range.start.clone().map(write).transpose()?, range.end.clone().map(write).transpose()?));
    }
    if let Some(zone) = def.own_zone() {
        return ZonedBounds { def, unit, zone }.write(range);
    }
    let start = range.start.as_ref().map(|start| unit.at(unit.steps(start) - i128::from(def.start_exclusive)));
    let end = range.end.as_ref().map(|end| unit.at(end_steps(def, unit, end)));
    Ok((start.map(write).transpose()?, end.map(write).transpose()?))
}

/// Writes the ends of a range as times of a zone. Where a time without an offset could mean two instants, more is requested:
/// rows outside of the range are filtered out afterwards.
struct ZonedBounds<'d> {
    def: &'d IncrementalDef,
    unit: CursorUnit,
    zone: &'d TimeZone,
}

impl ZonedBounds<'_> {
    fn write(&self, range: &Range) -> Result<(Option<String>, Option<String>)> {
        let write = |position: &Option<Position>, bound| position.as_ref().map(|at| self.bound(at, bound)).transpose();
        Ok((write(&range.start, Bound::Start)?, write(&range.end, Bound::End)?))
    }

    fn bound(&self, position: &Position, bound: Bound) -> Result<String> {
        let Self { def, unit, zone } = *self;
        let steps = |unit: CursorUnit, position: &Position| match bound {
            Bound::Start => unit.at(unit.steps(position) - i128::from(def.start_exclusive)),
            Bound::End | Bound::Last => unit.at(end_steps(def, unit, position)),
        };
        if let Position::Timestamp(_) = position
            && self.writes_instants()
            && unit.nanoseconds <= SECOND
        {
            let Position::Timestamp(time) = steps(unit, position) else { return Ok(position.to_string()) };
            return self.instant(time);
        }
        let civil = match position {
            Position::Integer(_) | Position::Text(_) => return Ok(position.to_string()),
            Position::Timestamp(time) => self.civil(zone.to_datetime(*time), bound),
            Position::DateTime(time) => *time,
            Position::Date(date) => date.to_datetime(Time::midnight()),
        };
        let unit = CursorUnit { kind: CursorKind::DateTime, ..unit };
        let Position::DateTime(civil) = steps(unit, &Position::DateTime(civil)) else { return Ok(civil.to_string()) };
        if self.writes_instants() {
            let times = zone.to_ambiguous_timestamp(civil);
            let time = if bound == Bound::Start { times.earlier() } else { times.later() };
            return self.instant(time.map_err(|error| self.unwritten(civil, error))?);
        }
        let pattern = match (def.format, def.kind) {
            (Some(Format::Pattern(pattern)), _) => pattern,
            (_, CursorKind::Date) => return Ok(civil.date().to_string()),
            _ => "%Y-%m-%dT%H:%M:%S",
        };
        BrokenDownTime::from(civil).to_string(pattern).map_err(|error| self.unwritten(civil, error))
    }

    /// The civil time of an instant; in the hour that comes twice, the one before it or after it.
    fn civil(&self, time: DateTime, bound: Bound) -> DateTime {
        match repeated_hour(self.zone, time).filter(|_| !self.writes_instants()) {
            None => time,
            Some((begin, _)) if bound == Bound::Start => begin.saturating_sub(SignedDuration::from_nanos(1)),
            Some((_, end)) => end,
        }
    }

    /// Whether a written time is one instant.
    fn writes_instants(&self) -> bool {
        match self.def.format {
            None => false,
            Some(Format::Pattern(pattern)) => names_instant(pattern),
            Some(_) => true,
        }
    }

    fn instant(&self, time: Timestamp) -> Result<String> {
        match self.def.format {
            Some(Format::Pattern(pattern)) => BrokenDownTime::from(&time.to_zoned(self.zone.clone()))
                .to_string(pattern)
                .map_err(|error| self.unwritten(time, error)),
            _ => format_position(self.def, &Position::Timestamp(time)),
        }
    }

    fn unwritten(&self, time: impl std::fmt::Display, error: jiff::Error) -> Error {
        let message = format!("`format` cannot write `{time}`: {:?}", self.def.format);
        Error::new(ErrorKind::Config, message).with_source(error)
    }
}

/// Whether a pattern has a conversion that only an instant has.
fn names_instant(pattern: &str) -> bool {
    let mut rest = pattern;
    while let Some((_, after)) = rest.split_once('%') {
        let name = after.trim_start_matches(|letter: char| "-_0^#.:".contains(letter) || letter.is_ascii_digit());
        if name.starts_with(['Q', 's', 'z', 'Z']) {
            return true;
        }
        rest = name.strip_prefix('%').unwrap_or(name);
    }
    false
}

fn format_position(def: &IncrementalDef, position: &Position) -> Result<String> {
    let epoch = |steps: i128| Some(instant(position)?.as_nanosecond().div_euclid(steps).to_string());
    let text = match (def.format, position) {
        (Some(Format::EpochSeconds), _) => epoch(SECOND),
        (Some(Format::EpochMillis), _) => epoch(1_000_000),
        (Some(Format::EpochMicros), _) => epoch(1_000),
        (Some(Format::Pattern(pattern)), _) => return by_pattern(pattern, position),
        (None, Position::Timestamp(_)) => return by_pattern("%Y-%m-%dT%H:%M:%SZ", position),
        (None, Position::DateTime(_)) => return by_pattern("%Y-%m-%dT%H:%M:%S", position),
        (None, _) => None,
    };
    Ok(text.unwrap_or_else(|| position.to_string()))
}

fn by_pattern(pattern: &str, position: &Position) -> Result<String> {
    let civil = match position {
        Position::Integer(_) | Position::Text(_) => return Ok(position.to_string()),
        Position::Timestamp(time) => TimeZone::UTC.to_datetime(*time),
        Position::DateTime(time) => *time,
        Position::Date(date) => date.to_datetime(Time::midnight()),
    };
    // With an offset, since a pattern may contain one; the first and the last civil times are no instants.
    let time = match TimeZone::UTC.to_zoned(civil) {
        Ok(instant) => BrokenDownTime::from(&instant),
        Err(_) => BrokenDownTime::from(civil),
    };
    time.to_string(pattern).map_err(|error| {
        Error::new(ErrorKind::Config, format!("`format` cannot write `{position}`: {pattern:?}")).with_source(error)
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::{Date, date, datetime};

    use super::*;

    #[test]
    fn a_civil_time_is_written_as_the_instant_in_utc() {
        let day = Position::Date(date(2024, 1, 31));
        let time = Position::DateTime(datetime(2024, 1, 31, 10, 20, 30, 0));
        for (pattern, position, expected) in [
            ("%F %R", &day, "2024-01-31 00:00"),
            ("%FT%T%z", &day, "2024-01-31T00:00:00+0000"),
            ("%FT%T%z", &time, "2024-01-31T10:20:30+0000"),
            ("%s", &time, "1706696430"),
            // No instants.
            ("%FT%T", &Position::DateTime(DateTime::MAX), "9999-12-31T23:59:59"),
            ("%F", &Position::Date(Date::MIN), "-9999-01-01"),
        ] {
            assert_eq!(by_pattern(pattern, position).ok().as_deref(), Some(expected), "{pattern} {position}");
        }
        assert!(by_pattern("%FT%T%z", &Position::DateTime(DateTime::MAX)).is_err());
    }
}
