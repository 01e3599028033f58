//! Ranges of positions: how a request writes them, and how they are cut into slices.

use std::time::Duration;

use jiff::civil::{Date, DateTime, Time};
use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, Timestamp, ToSpan as _};
use serde::{Deserialize, Serialize};

use super::cursor::{CursorKind, Format, IncrementalDef, Lag, Position};
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
        let parse = |option: &str, text: Option<&str>| text.map(|text| parse(def.kind, option, text)).transpose();
        let initial = parse("initial_value", def.initial_value)?;
        let end = if def.ends_now { Some(moment(def.kind, begun)?) } else { parse("end_value", def.end_value)? };
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
            time => instant(time).map_or(0, |time| time.as_nanosecond().div_euclid(self.nanoseconds)),
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
        let datetime = || TimeZone::UTC.to_datetime(time());
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
fn moment(kind: CursorKind, begun: Timestamp) -> Result<Position> {
    let civil = TimeZone::UTC.to_datetime(begun);
    match kind {
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
    let start = range.start.as_ref().map(|start| unit.at(unit.steps(start)));
    let end = range.end.as_ref().map(|end| unit.at(unit.steps_up(end) - inclusive_end(def, unit)));
    Ok((start.map(write).transpose()?, end.map(write).transpose()?))
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
    let Some(time) = instant(position) else { return Ok(position.to_string()) };
    // With an offset, since a pattern may contain one.
    BrokenDownTime::from(&time.to_zoned(TimeZone::UTC)).to_string(pattern).map_err(|error| {
        Error::new(ErrorKind::Config, format!("`format` cannot write `{position}`: {pattern:?}")).with_source(error)
    })
}

/// A position of the declaration.
pub(crate) fn parse(kind: CursorKind, option: &str, text: &str) -> Result<Position> {
    let day = || text.parse::<Date>().map(|date| date.to_datetime(Time::midnight()));
    let civil_time = || text.parse::<DateTime>().or_else(|_| day());
    // Without an offset, the text is in UTC.
    let instant = || text.parse().or_else(|_| civil_time().map(civil));
    let (expected, parsed) = match kind {
        CursorKind::Integer => ("an integer", text.parse().ok().map(Position::Integer)),
        CursorKind::Text => ("a string", Some(Position::Text(text.to_owned()))),
        CursorKind::Timestamp => ("a time such as `2024-01-31T00:00:00Z`", instant().ok().map(Position::Timestamp)),
        CursorKind::DateTime => ("a time such as `2024-01-31T00:00:00`", civil_time().ok().map(Position::DateTime)),
        CursorKind::Date => ("a date such as `2024-01-31`", text.parse().ok().map(Position::Date)),
    };
    parsed.ok_or_else(|| {
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
