//! The range of a resource's cursor, as a program may limit it.

use super::cursor::{CursorKind, IncrementalDef, MissingCursor, Position};
use super::range::{CursorUnit, Range};

/// The cursor of an incremental resource, for a read that is limited to a part of its range.
///
/// Rows outside of the range are dropped, whatever the API returns: the rows are exactly those of the range.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct CursorRange {
    /// The cursor's column, by its name in the resource's table.
    pub column: &'static str,
    /// The kind of its values.
    pub kind: CursorKind,
    /// Whether requests say where the range starts. If not, the rows before it are read and dropped.
    pub sends_start: bool,
    /// Whether requests say where the range ends. If not, the rows after it are read and dropped.
    pub sends_end: bool,
    /// Whether rows without a cursor are returned, too, whatever the range is (`missing_cursor = keep`).
    pub keeps_missing: bool,
    def: &'static IncrementalDef,
}

impl CursorRange {
    /// Of a declaration, and whether its texts write the start and the end. None of a string, whose order is not that of its
    /// characters.
    pub(crate) fn new(
        column: &'static str,
        def: &'static IncrementalDef,
        (start_in_text, end_in_text): (bool, bool),
    ) -> Option<Self> {
        let keeps_missing = def.missing_cursor == MissingCursor::Keep;
        let sends_start = start_in_text || def.sends_start();
        let sends_end = end_in_text || def.sends_end();
        let range = Self { column, kind: def.kind, sends_start, sends_end, keeps_missing, def };
        (def.kind != CursorKind::Text).then_some(range)
    }

    /// Whether requests ask for exactly the rows from a start, which is included, to an end, which is not: then the API's
    /// total is their number. If not, the API may count rows that are dropped here.
    #[must_use]
    pub fn is_sent_exactly(&self, start: Option<&Position>, end: Option<&Position>) -> bool {
        let is_counted = self.def.kind == CursorKind::Integer || self.def.kind == CursorKind::Date;
        let unit = CursorUnit::new(self.def);
        let is_written = |position: &Position| unit.at(unit.steps(position)) == *position;
        // Between two instants that a request can write, there are others; and a time of a zone may be two instants.
        let is_sent = |position: Option<&Position>, sends: bool, shifted: bool| {
            position.is_none_or(|position| {
                let is_exact = is_counted || (!shifted && self.def.timezone.is_none());
                position.kind() == self.kind && sends && is_exact && is_written(position)
            })
        };
        // A text may write it by a pattern of its own.
        is_sent(start, self.def.sends_start(), self.def.start_exclusive)
            && is_sent(end, self.def.sends_end(), self.def.end_inclusive)
    }
}

impl Range {
    /// The part of it that is in another range, too.
    pub(crate) fn within(self, other: &Self) -> Self {
        let start = self.start.max(other.start.clone());
        let ends = [self.end, other.end.clone()];
        let end = ends.into_iter().flatten().min();
        // Two ranges may have nothing in common.
        let start = if end.is_some() && start > end { end.clone() } else { start };
        Self { start, end }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::incremental::cursor::Format;

    const BOTH: IncrementalDef =
        IncrementalDef { start_param: Some("from"), end_param: Some("to"), ..IncrementalDef::DEFAULT };
    const DAYS: IncrementalDef = IncrementalDef { kind: CursorKind::Date, end_inclusive: true, ..BOTH };
    const TIMES: IncrementalDef = IncrementalDef { kind: CursorKind::Timestamp, ..BOTH };
    const INCLUSIVE: IncrementalDef = IncrementalDef { end_inclusive: true, ..TIMES };
    const MILLIS: IncrementalDef = IncrementalDef { format: Some(Format::EpochMillis), ..TIMES };
    const START: IncrementalDef = IncrementalDef { end_param: None, ..TIMES };

    fn is_exact(def: &'static IncrementalDef, start: Option<&Position>, end: Option<&Position>) -> bool {
        CursorRange::new("at", def, (true, true)).is_some_and(|range| range.is_sent_exactly(start, end))
    }

    #[test]
    fn only_what_a_request_can_write_is_sent_exactly() {
        let time = |text: &str| Some(Position::Timestamp(text.parse().expect("a time")));
        let (second, half) = (time("2024-01-31T00:00:01Z"), time("2024-01-31T00:00:00.5Z"));
        let (second, half) = (second.as_ref(), half.as_ref());
        assert!(is_exact(&TIMES, second, second) && !is_exact(&TIMES, half, None) && !is_exact(&TIMES, None, half));
        assert!(is_exact(&MILLIS, half, half));
        // The end itself is requested, and dropped.
        assert!(is_exact(&INCLUSIVE, second, None) && !is_exact(&INCLUSIVE, None, second));
        assert!(is_exact(&START, second, None) && !is_exact(&START, None, second));
        let day = Some(Position::Date("2024-01-31".parse().expect("a day")));
        assert!(is_exact(&DAYS, day.as_ref(), day.as_ref()) && !is_exact(&DAYS, second, None));
        assert!(CursorRange::new("at", &BOTH, (true, true)).is_none(), "texts are ordered by what they mean");
    }

    #[test]
    fn a_part_of_a_range_is_never_more_than_that() {
        let range = |start: Option<i64>, end: Option<i64>| Range {
            start: start.map(Position::Integer),
            end: end.map(Position::Integer),
        };
        for (one, other, expected) in [
            (range(None, None), range(Some(1), Some(2)), range(Some(1), Some(2))),
            (range(Some(1), Some(9)), range(Some(3), None), range(Some(3), Some(9))),
            (range(Some(5), None), range(Some(3), Some(7)), range(Some(5), Some(7))),
            (range(Some(5), None), range(None, Some(3)), range(Some(3), Some(3))),
        ] {
            assert_eq!(one.clone().within(&other), expected);
            assert_eq!(other.within(&one), expected);
        }
    }
}
