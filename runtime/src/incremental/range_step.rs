//! Steps: the lengths of the parts that a range is read in.

use jiff::civil::{Date, DateTime};
use jiff::{Span, Timestamp};

use super::cursor::{CursorKind, Position, RangeStep};
use super::range::{CursorUnit, Range, SECOND};
use super::zone::ZonedRange;

impl RangeStep {
    /// Cuts the first step off a range, if that is longer: the step, and what is left. Both ends of a step can be written in a
    /// request.
    pub(crate) fn cut(self, def: &ZonedRange, range: &Range) -> Option<(Range, Range)> {
        let (Some(start), Some(end)) = (&range.start, &range.end) else { return None };
        let cut = self.after(def, start);
        let is_inside = *start < cut && cut < *end;
        is_inside.then(|| {
            let first = Range { start: range.start.clone(), end: Some(cut.clone()) };
            (first, Range { start: Some(cut), end: range.end.clone() })
        })
    }

    /// The end of the step that begins at a position, at the beginning of a unit; one unit later, at least.
    fn after(self, def: &ZonedRange, start: &Position) -> Position {
        let unit = CursorUnit::new(def);
        match start {
            Position::Integer(number) => Position::Integer(number.saturating_add(self.count())),
            // It has no steps.
            Position::Text(text) => Position::Text(text.clone()),
            Position::Timestamp(time) if unit.nanoseconds <= SECOND => {
                let zoned = time.to_zoned(def.zone());
                let end = self.span().and_then(|span| zoned.checked_add(span).ok());
                let end = end.map_or(Timestamp::MAX, |end| end.timestamp());
                at_unit(unit, start, &Position::Timestamp(end))
            }
            // A day begins when it does in the zone.
            Position::Timestamp(time) => {
                let zone = def.zone();
                let unit = CursorUnit { kind: CursorKind::DateTime, ..unit };
                let civil = zone.to_datetime(*time);
                let end = Position::DateTime(self.add(civil));
                let Position::DateTime(end) = at_unit(unit, &Position::DateTime(civil), &end) else {
                    return start.clone();
                };
                Position::Timestamp(zone.to_timestamp(end).unwrap_or(Timestamp::MAX))
            }
            Position::DateTime(time) => at_unit(unit, start, &Position::DateTime(self.add(*time))),
            Position::Date(date) => {
                let end = self.span().and_then(|span| date.checked_add(span).ok());
                Position::Date(end.unwrap_or(Date::MAX))
            }
        }
    }

    fn add(self, time: DateTime) -> DateTime {
        self.span().and_then(|span| time.checked_add(span).ok()).unwrap_or(DateTime::MAX)
    }

    fn count(self) -> i64 {
        match self {
            Self::Count(number) | Self::Seconds(number) | Self::Days(number) | Self::Months(number) => number,
        }
    }

    /// None where it is longer than the calendar.
    fn span(self) -> Option<Span> {
        let span = Span::new();
        match self {
            Self::Count(_) => Some(span),
            Self::Seconds(seconds) => span.try_seconds(seconds).ok(),
            Self::Days(days) => span.try_days(days).ok(),
            Self::Months(months) => span.try_months(months).ok(),
        }
    }
}

/// The beginning of the unit that the end is in, if that is after the start; else the first one after it.
fn at_unit(unit: CursorUnit, start: &Position, end: &Position) -> Position {
    let at = unit.at(unit.steps(end));
    if at > *start { at } else { unit.at(unit.steps(start) + 1) }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{Date, date};

    use super::super::cursor::{Format, IncrementalDef};
    use super::super::setting::Setting;
    use super::super::zone::ZoneDef;
    use super::*;

    fn steps(def: &IncrementalDef, step: RangeStep, start: Position, end: Position) -> Vec<String> {
        let def = &ZonedRange::new(def, |_| None).expect("a zone");
        let mut rest = Range { start: Some(start), end: Some(end) };
        let mut starts = Vec::new();
        while let Some((first, after)) = step.cut(def, &rest) {
            assert_eq!(first.end, after.start, "no gap, nothing twice");
            starts.extend(first.start.map(|at| at.to_string()));
            rest = after;
        }
        starts.extend(rest.start.map(|at| at.to_string()));
        starts
    }

    fn time(text: &str) -> Position {
        Position::Timestamp(text.parse().expect("a time"))
    }

    #[test]
    fn steps_follow_each_other() {
        let def = IncrementalDef { kind: CursorKind::Integer, ..IncrementalDef::DEFAULT };
        let number = Position::Integer;
        assert_eq!(steps(&def, RangeStep::Count(10), number(1), number(22)), ["1", "11", "21"]);
        assert_eq!(steps(&def, RangeStep::Count(10), number(1), number(11)), ["1"]);
        assert_eq!(steps(&def, RangeStep::Count(10), number(5), number(1)), ["5"], "an empty range is one step");
        let last = steps(&def, RangeStep::Count(i64::MAX), number(1), number(i64::MAX));
        assert_eq!(last, ["1"]);

        let def = IncrementalDef { kind: CursorKind::Date, ..IncrementalDef::DEFAULT };
        let day = |year, month, day| Position::Date(date(year, month, day));
        let months = steps(&def, RangeStep::Months(1), day(2024, 1, 31), day(2024, 4, 10));
        assert_eq!(months, ["2024-01-31", "2024-02-29", "2024-03-29"]);
        let beyond = steps(&def, RangeStep::Months(i64::MAX), day(2024, 1, 31), Position::Date(Date::MAX));
        assert_eq!(beyond, ["2024-01-31"]);
    }

    #[test]
    fn a_step_ends_at_a_time_that_can_be_written() {
        let def = IncrementalDef { kind: CursorKind::Timestamp, ..IncrementalDef::DEFAULT };
        let (start, end) = (time("2024-01-01T10:00:00.5Z"), time("2024-01-01T13:00:00Z"));
        let hours = steps(&def, RangeStep::Seconds(3600), start.clone(), end.clone());
        assert_eq!(hours, ["2024-01-01T10:00:00.5Z", "2024-01-01T11:00:00Z", "2024-01-01T12:00:00Z"]);
        // Shorter than what can be written.
        let hourly = IncrementalDef { format: Some(Format::Pattern("%F %H")), ..def };
        assert_eq!(steps(&hourly, RangeStep::Seconds(60), start, end), hours);

        let zone = ZoneDef { name: "America/New_York", tzif: &[] };
        let daily = IncrementalDef { format: Some(Format::Pattern("%F")), timezone: Some(Setting::Value(zone)), ..def };
        let days = steps(&daily, RangeStep::Days(1), time("2024-03-09T12:00:00Z"), time("2024-03-12T00:00:00Z"));
        // The day on which summer time begins is an hour shorter.
        let begins = ["2024-03-09T12:00:00Z", "2024-03-10T05:00:00Z", "2024-03-11T04:00:00Z"];
        assert_eq!(days, begins);
    }
}
