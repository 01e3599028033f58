//! Ranges of positions, as they are declared, and the steps by which they are cut into slices.

use std::time::Duration;

use jiff::civil::{Date, DateTime, Time};
use jiff::{SignedDuration, Span, Timestamp, ToSpan as _, Zoned};
use serde::{Deserialize, Serialize};

use super::cursor::{CursorKind, Format, IncrementalDef, Lag, Position, RangeEnd};
use super::setting::{Point, RunValues, Setting};
use super::zone::{ZonedRange, repeated_hour};
use crate::error::{Error, ErrorKind, Result};
use crate::text::duration;

/// From the start, which is included, to the end, which is not; open where there is none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Range {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) start: Option<Position>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) end: Option<Position>,
}

impl Range {
    /// The declared range of a run, from `start` where the last run got further.
    pub(crate) fn declared(def: &ZonedRange, start: Option<Position>, run: RunValues<'_>) -> Result<Self> {
        let point = |bound, point: Setting<Point>| match point {
            Setting::Value(Point::Text(text)) => declared(def, bound, text).map(Some),
            Setting::Value(Point::Now(moment)) => {
                self::moment(def, bound, &moment.of(run.begun, &def.zone())).map(Some)
            }
            Setting::Param(name) => (run.params)(name).map(|text| declared(def, bound, &text)).transpose(),
        };
        let initial = def.initial_value.map(|at| point(Bound::Start, at)).transpose()?.flatten();
        let end = if def.ends_now {
            Some(moment(def, Bound::End, &run.begun.to_zoned(def.zone()))?)
        } else {
            def.end_value.map(|at| point(Bound::End, at)).transpose()?.flatten()
        };
        let end = match end {
            // The last step has an end.
            None if def.step.is_some() => Some(moment(def, Bound::End, &run.begun.to_zoned(def.zone()))?),
            end => end,
        };
        let start = start.max(initial);
        // A param may end a range before the place that an earlier run has come to: then it is empty.
        let start = if end.is_some() && start > end { end.clone() } else { start };
        Ok(Self { start, end })
    }

    pub(crate) fn contains(&self, position: &Position) -> bool {
        self.start.as_ref().is_none_or(|start| start <= position) && self.end.as_ref().is_none_or(|end| position < end)
    }
}

/// The smallest step between two positions that a request can distinguish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CursorUnit {
    pub(super) kind: CursorKind,
    pub(super) nanoseconds: i128,
}

/// The origin of civil times.
const EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);
/// More than there are on either side of it.
const CIVIL_SECONDS: i64 = 1_000_000_000_000;
pub(super) const SECOND: i128 = 1_000_000_000;
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

/// A moment of a run as a bound of its range: of days, the end is the day after.
fn moment(def: &IncrementalDef, bound: Bound, moment: &Zoned) -> Result<Position> {
    match (def.kind, bound) {
        (CursorKind::Timestamp, _) => Ok(Position::Timestamp(moment.timestamp())),
        (CursorKind::DateTime, _) => Ok(Position::DateTime(moment.datetime())),
        (CursorKind::Date, Bound::Start) => Ok(Position::Date(moment.date())),
        (CursorKind::Date, Bound::End | Bound::Last) => Ok(Position::Date(moment.date().saturating_add(1.day()))),
        (CursorKind::Integer | CursorKind::Text, _) => {
            let message = format!("`{}` is a moment of the run, which is not a value of its cursor", bound.option());
            Err(Error::new(ErrorKind::Config, message)
                .with_help(format!("declare a value of the cursor: `{} = …`", bound.option())))
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

/// The start of a range, or its end.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bound {
    Start,
    End,
    /// An end that is in the range.
    Last,
}

impl Bound {
    /// The option that says where it is.
    fn option(self) -> &'static str {
        match self {
            Self::Start => "initial_value",
            Self::End | Self::Last => "end_value",
        }
    }
}

/// Where a run begins that goes on at a civil time: at the beginning of the hour that comes twice, since rows of the second
/// one may have times before it.
pub(crate) fn before_repeated_hour(def: &ZonedRange, start: Position) -> Position {
    let (Some(zone), Position::DateTime(time)) = (def.own_zone(), &start) else { return start };
    repeated_hour(zone, *time).map_or(start, |(begin, _)| Position::DateTime(begin))
}

/// An end of the declared range, or what follows one that is in it.
fn declared(def: &ZonedRange, bound: Bound, text: &str) -> Result<Position> {
    match (bound, def.range_end) {
        (Bound::End, RangeEnd::Closed) => Ok(after(def, parse(def, Bound::Last, text)?)),
        _ => parse(def, bound, text),
    }
}

/// The first position after one that is in the range: where a request writes days, hours or minutes, after the whole unit. A
/// string has none.
fn after(def: &ZonedRange, last: Position) -> Position {
    let unit = CursorUnit::new(def);
    let after = |unit: CursorUnit, last: &Position| unit.at(unit.steps(last).saturating_add(1));
    match &last {
        Position::Text(_) => last,
        Position::Timestamp(_) | Position::DateTime(_) if unit.nanoseconds <= SECOND => {
            after(CursorUnit { nanoseconds: 1, ..unit }, &last)
        }
        Position::Integer(_) | Position::Date(_) | Position::DateTime(_) => after(unit, &last),
        Position::Timestamp(time) => {
            let zone = def.zone();
            let civil = Position::DateTime(zone.to_datetime(*time));
            match after(CursorUnit { kind: CursorKind::DateTime, ..unit }, &civil) {
                Position::DateTime(end) => {
                    let end = zone.to_ambiguous_timestamp(end).later();
                    Position::Timestamp(end.unwrap_or(Timestamp::MAX))
                }
                _ => last,
            }
        }
    }
}

/// An end of the declared range.
pub(crate) fn parse(def: &ZonedRange, bound: Bound, text: &str) -> Result<Position> {
    let zone = def.zone();
    let civil = |time: DateTime| {
        let times = zone.to_ambiguous_timestamp(time);
        let time = if bound == Bound::Start { times.earlier() } else { times.later() };
        time.unwrap_or(Timestamp::MAX)
    };
    let day = || text.parse::<Date>().map(|date| date.to_datetime(Time::midnight()));
    let civil_time = || text.parse::<DateTime>().or_else(|_| day());
    // Of an instant, its time in the zone.
    let in_zone = || civil_time().or_else(|_| text.parse::<Timestamp>().map(|time| zone.to_datetime(time)));
    let date = |time: DateTime| {
        let ends_within = bound == Bound::End && time.time() != Time::midnight();
        time.date().saturating_add(i64::from(ends_within).days())
    };
    // Without an offset, the text is of the zone.
    let instant = || text.parse().or_else(|_| civil_time().map(civil));
    let (expected, parsed) = match def.kind {
        CursorKind::Integer => ("an integer", text.parse().ok().map(Position::Integer)),
        CursorKind::Text => ("a string", Some(Position::Text(text.to_owned()))),
        CursorKind::Timestamp => ("a time such as `2024-01-31T00:00:00Z`", instant().ok().map(Position::Timestamp)),
        CursorKind::DateTime => ("a time such as `2024-01-31T00:00:00`", in_zone().ok().map(Position::DateTime)),
        CursorKind::Date => ("a date such as `2024-01-31`", in_zone().ok().map(date).map(Position::Date)),
    };
    parsed.ok_or_else(|| {
        Error::new(ErrorKind::Config, format!("`{}` is {text:?}, expected {expected}", bound.option()))
            .with_help("write it as the type of the cursor's field")
    })
}

/// How far a run goes back, where a client-wide param says it.
pub(crate) fn read_lag(kind: CursorKind, name: &str, text: &str) -> Result<Lag> {
    let lag = if kind == CursorKind::Integer {
        text.parse().ok().filter(|count| *count >= 0).map(Lag::Count)
    } else {
        duration::unsigned(text).map(Lag::Time)
    };
    lag.ok_or_else(|| {
        let message = format!("the lag `{name}` is {text}, which is before nothing");
        Error::new(ErrorKind::Config, message)
            .with_help("a run goes back by zero or more: set a value that is not negative")
    })
}

/// The position that much earlier.
pub(crate) fn minus_lag(position: Position, lag: Option<Lag>) -> Position {
    let Some(lag) = lag else { return position };
    let span = |lag: Lag| match lag {
        Lag::Count(_) | Lag::Param(_) => SignedDuration::ZERO,
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
