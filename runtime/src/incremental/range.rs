//! Ranges of positions: how a request writes them, and how they are cut into slices.

use std::time::Duration;

use jiff::civil::{Date, DateTime, Time};
use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, Timestamp, ToSpan as _};
use serde::{Deserialize, Serialize};

use super::cursor::{CursorKind, Format, IncrementalDef, Lag, Position};
use super::zone::repeated_hour;
use crate::error::{Error, ErrorKind, Result};

/// From the start, which is included, to the end, which is not; open where there is none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Range {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) start: Option<Position>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) end: Option<Position>,
}

impl Range {
    /// The declared range of a run that began at a moment, from `start` where the last run got further.
    pub(crate) fn declared(def: &IncrementalDef, start: Option<Position>, begun: Timestamp) -> Result<Self> {
        let parse = |bound, text: Option<&str>| text.map(|text| parse(def, bound, text)).transpose();
        let initial = parse(Bound::Start, def.initial_value)?;
        let end = if def.ends_now { Some(moment(def, begun)?) } else { parse(Bound::End, def.end_value)? };
        Ok(Self { start: start.max(initial), end })
    }

    pub(crate) fn contains(&self, position: &Position) -> bool {
        self.start.as_ref().is_none_or(|start| start <= position) && self.end.as_ref().is_none_or(|end| position < end)
    }
}

/// The smallest step between two positions that a request can distinguish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CursorUnit {
    kind: CursorKind,
    nanoseconds: i128,
}

/// The origin of civil times.
const EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);
/// More than there are on either side of it.
const CIVIL_SECONDS: i64 = 1_000_000_000_000;
const SECOND: i128 = 1_000_000_000;
const DAY: i128 = 24 * 60 * 60 * SECOND;

impl CursorUnit {
    pub(crate) fn new(def: &IncrementalDef) -> Self {
        let nanoseconds = match (def.format, def.kind) {
            (_, CursorKind::Date) => DAY,
            (Some(Format::Pattern(pattern)), _) => granularity(pattern),
            (Some(Format::EpochMillis), _) => 1_000_000,
            (Some(Format::EpochMicros), _) => 1_000,
            (Some(Format::EpochSeconds) | None, _) => SECOND,
        };
        Self { kind: def.kind, nanoseconds }
    }

    /// How many steps a position is from the origin of its kind, rounded down. A string has no steps.
    pub(crate) fn steps(self, position: &Position) -> i128 {
        match position {
            Position::Integer(number) => (*number).into(),
            time => nanoseconds(time).map_or(0, |time| time.div_euclid(self.nanoseconds)),
        }
    }

    /// The number of the first step at or after a position.
    pub(crate) fn steps_up(self, position: &Position) -> i128 {
        let steps = self.steps(position);
        if self.at(steps) < *position { steps + 1 } else { steps }
    }

    /// The position at the start of a step, clamped to the calendar.
    pub(crate) fn at(self, steps: i128) -> Position {
        let time = || {
            let nanoseconds = steps.saturating_mul(self.nanoseconds);
            let nanoseconds = nanoseconds.clamp(Timestamp::MIN.as_nanosecond(), Timestamp::MAX.as_nanosecond());
            Timestamp::from_nanosecond(nanoseconds).unwrap_or(Timestamp::MAX)
        };
        let datetime = || {
            let nanoseconds = steps.saturating_mul(self.nanoseconds);
            let second =
                i64::try_from(nanoseconds.div_euclid(SECOND)).unwrap_or(if steps < 0 { i64::MIN } else { i64::MAX });
            let rest = i32::try_from(nanoseconds.rem_euclid(SECOND)).unwrap_or_default();
            EPOCH.saturating_add(SignedDuration::new(second.clamp(-CIVIL_SECONDS, CIVIL_SECONDS), rest))
        };
        match self.kind {
            CursorKind::Integer => {
                let clamped = steps.clamp(i64::MIN.into(), i64::MAX.into());
                Position::Integer(i64::try_from(clamped).unwrap_or(i64::MAX))
            }
            CursorKind::Text => Position::Text(String::new()),
            CursorKind::Timestamp => Position::Timestamp(time()),
            CursorKind::DateTime => Position::DateTime(datetime()),
            CursorKind::Date => Position::Date(datetime().date()),
        }
    }
}

/// The moment at which a run begins, as the end of its range: of days, the day after.
fn moment(def: &IncrementalDef, begun: Timestamp) -> Result<Position> {
    let civil = def.timezone.map_or(Ok(TimeZone::UTC), |zone| zone.zone())?.to_datetime(begun);
    match def.kind {
        CursorKind::Timestamp => Ok(Position::Timestamp(begun)),
        CursorKind::DateTime => Ok(Position::DateTime(civil)),
        CursorKind::Date => Ok(Position::Date(civil.date().saturating_add(1.day()))),
        CursorKind::Integer | CursorKind::Text => {
            let message = "the range ends at the moment at which a run begins, which is not a value of its cursor";
            Err(Error::new(ErrorKind::Config, message).with_help("declare where each run ends: `end_value = …`"))
        }
    }
}

/// The finest field of a pattern.
fn granularity(pattern: &str) -> i128 {
    let has = |fields: &[&str]| fields.iter().any(|field| pattern.contains(field));
    if has(&["%f", "%.f", "%N", "%.N", "%3f", "%6f", "%9f", "%.3f", "%.6f", "%.9f"]) {
        1_000_000
    } else if has(&["%S", "%T", "%s", "%r", "%X", "%c", "%-S"]) {
        SECOND
    } else if has(&["%M", "%R", "%-M"]) {
        60 * SECOND
    } else if has(&["%H", "%I", "%k", "%l", "%-H", "%-I"]) {
        60 * 60 * SECOND
    } else {
        DAY
    }
}

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

/// Nanoseconds since the origin of its kind. Not all civil times are instants in UTC.
fn nanoseconds(position: &Position) -> Option<i128> {
    let civil = |time: DateTime| time.duration_since(EPOCH).as_nanos();
    match position {
        Position::Integer(_) | Position::Text(_) => None,
        Position::Timestamp(time) => Some(time.as_nanosecond()),
        Position::DateTime(time) => Some(civil(*time)),
        Position::Date(date) => Some(civil(date.to_datetime(Time::midnight()))),
    }
}

/// How many steps before the end of the range the requested end is, where the API includes it. A day or a minute is
/// requested as a whole. An instant is not: rows may lie between it and the next one that can be written, so the end
/// itself is requested, and rows at it are filtered out afterwards.
fn inclusive_end(def: &IncrementalDef, unit: CursorUnit) -> i128 {
    let is_instant = matches!(def.kind, CursorKind::Timestamp | CursorKind::DateTime) && unit.nanoseconds <= SECOND;
    i128::from(def.end_inclusive && !is_instant)
}

/// The ends of a range as a request writes them.
pub(crate) fn format_bounds(def: &IncrementalDef, range: &Range) -> Result<(Option<String>, Option<String>)> {
    let unit = CursorUnit::new(def);
    let write = |position: Position| format_position(def, &position);
    if def.kind == CursorKind::Text {
        return Ok((range.start.clone().map(write).transpose()?, range.end.clone().map(write).transpose()?));
    }
    if let Some(zone) = &def.timezone {
        return ZonedBounds { def, unit, zone: &zone.zone()? }.write(range);
    }
    let start = range.start.as_ref().map(|start| unit.at(unit.steps(start) - i128::from(def.start_exclusive)));
    let end = range.end.as_ref().map(|end| unit.at(unit.steps_up(end) - inclusive_end(def, unit)));
    Ok((start.map(write).transpose()?, end.map(write).transpose()?))
}

/// Writes the ends of a range as times of a zone. Where a time without an offset could mean two instants, more is requested:
/// rows outside of the range are filtered out afterwards.
struct ZonedBounds<'d> {
    def: &'d IncrementalDef,
    unit: CursorUnit,
    zone: &'d TimeZone,
}

/// The start of a range, or its end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Bound {
    Start,
    End,
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
            Bound::End => unit.at(unit.steps_up(position) - inclusive_end(def, unit)),
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
        match (def.format, def.kind) {
            (Some(Format::Pattern(pattern)), _) => {
                BrokenDownTime::from(civil).to_string(pattern).map_err(|error| self.unwritten(civil, error))
            }
            (_, CursorKind::Date) => Ok(civil.date().to_string()),
            _ => {
                BrokenDownTime::from(civil).to_string("%Y-%m-%dT%H:%M:%S").map_err(|error| self.unwritten(civil, error))
            }
        }
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

/// Where a run begins that goes on at a civil time: at the beginning of the hour that comes twice, since rows of the second
/// one may have times before it.
pub(crate) fn before_repeated_hour(def: &IncrementalDef, start: Position) -> Result<Position> {
    let (Some(zone), Position::DateTime(time)) = (&def.timezone, &start) else { return Ok(start) };
    Ok(repeated_hour(&zone.zone()?, *time).map_or(start, |(begin, _)| Position::DateTime(begin)))
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

/// An end of the declared range.
fn parse(def: &IncrementalDef, bound: Bound, text: &str) -> Result<Position> {
    let zone = def.timezone.map_or(Ok(TimeZone::UTC), |zone| zone.zone())?;
    let civil = |time: DateTime| {
        let times = zone.to_ambiguous_timestamp(time);
        let time = if bound == Bound::Start { times.earlier() } else { times.later() };
        time.unwrap_or(Timestamp::MAX)
    };
    let day = || text.parse::<Date>().map(|date| date.to_datetime(Time::midnight()));
    let civil_time = || text.parse::<DateTime>().or_else(|_| day());
    // Without an offset, the text is of the zone.
    let instant = || text.parse().or_else(|_| civil_time().map(civil));
    let (expected, parsed) = match def.kind {
        CursorKind::Integer => ("an integer", text.parse().ok().map(Position::Integer)),
        CursorKind::Text => ("a string", Some(Position::Text(text.to_owned()))),
        CursorKind::Timestamp => ("a time such as `2024-01-31T00:00:00Z`", instant().ok().map(Position::Timestamp)),
        CursorKind::DateTime => ("a time such as `2024-01-31T00:00:00`", civil_time().ok().map(Position::DateTime)),
        CursorKind::Date => ("a date such as `2024-01-31`", text.parse().ok().map(Position::Date)),
    };
    parsed.ok_or_else(|| {
        let option = if bound == Bound::Start { "initial_value" } else { "end_value" };
        Error::new(ErrorKind::Config, format!("`{option}` is {text:?}, expected {expected}"))
            .with_help("write it as the type of the cursor's field")
    })
}

/// The position that much earlier.
pub(crate) fn minus_lag(position: Position, lag: Option<Lag>) -> Position {
    let Some(lag) = lag else { return position };
    let span = |lag: Lag| match lag {
        Lag::Count(_) => SignedDuration::ZERO,
        Lag::Time(time) => SignedDuration::try_from(time).unwrap_or(SignedDuration::MAX),
    };
    match (position, lag) {
        (Position::Integer(number), Lag::Count(count)) => Position::Integer(number.saturating_sub(count)),
        (Position::Timestamp(time), lag) => {
            Position::Timestamp(time.saturating_sub(span(lag)).unwrap_or(Timestamp::MIN))
        }
        (Position::DateTime(time), lag) => Position::DateTime(time.saturating_sub(span(lag))),
        (Position::Date(date), Lag::Time(time)) => Position::Date(date.saturating_sub(days(time))),
        (Position::Date(date), Lag::Count(count)) => {
            Position::Date(date.saturating_sub(Span::new().try_days(count).unwrap_or_default()))
        }
        (position, _) => position,
    }
}

/// Whole days, rounded up.
fn days(time: Duration) -> Span {
    let days = time.as_secs().div_ceil(24 * 60 * 60);
    i64::try_from(days).ok().and_then(|days| Span::new().try_days(days).ok()).unwrap_or_else(|| 0.days())
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, datetime};

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
            ("%F", &Position::Date(Date::MIN), "-009999-01-01"),
        ] {
            assert_eq!(by_pattern(pattern, position).ok().as_deref(), Some(expected), "{pattern} {position}");
        }
        assert!(by_pattern("%FT%T%z", &Position::DateTime(DateTime::MAX)).is_err());
    }
}
