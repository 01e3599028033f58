//! The moment at which a run began: the place of a resource never passes it.
//!
//! A row that claims to be newer is either new since then, and rows beside it may have come to pages that had been read, or its
//! date is wrong: with the place there, nothing would be new any more.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::cursor::Position;

/// No clock is further ahead of UTC.
const FURTHEST_AHEAD: SignedDuration = SignedDuration::from_hours(14);
/// Nor further behind: a text of a day before cannot be of a later moment.
const A_DAY: SignedDuration = SignedDuration::from_hours(24);

/// The moment at which a run began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RunStart {
    at: Timestamp,
    /// The same on the clock that is furthest ahead: of a time without a zone, only a later one is sure to be in the future.
    civil: DateTime,
    /// Only texts after this one can be dates of a later moment.
    text: String,
}

impl RunStart {
    pub(crate) fn new(at: Timestamp) -> Self {
        let ahead = at.checked_add(FURTHEST_AHEAD).unwrap_or(Timestamp::MAX);
        let before = at.checked_sub(A_DAY).unwrap_or(Timestamp::MIN);
        let text = TimeZone::UTC.to_datetime(before).date().to_string();
        Self { at, civil: TimeZone::UTC.to_datetime(ahead), text }
    }

    /// For rows whose times without a zone are all of this one.
    pub(crate) fn in_zone(&self, zone: &TimeZone) -> Self {
        Self { civil: zone.to_datetime(self.at), ..self.clone() }
    }

    pub(crate) fn at(&self) -> Timestamp {
        self.at
    }

    /// Whether a row at this position is newer. A number and a text that is no date are never.
    pub(crate) fn is_before(&self, position: &Position) -> bool {
        match position {
            Position::Integer(_) => false,
            Position::Timestamp(time) => *time > self.at,
            Position::DateTime(time) => *time > self.civil,
            Position::Date(date) => *date > self.civil.date(),
            Position::Text(text) => text.as_str() > self.text.as_str() && self.is_before_text(text),
        }
    }

    /// Whether a position is more than a day later: no clock is wrong by that much.
    pub(crate) fn is_long_before(&self, position: &Position) -> bool {
        let at = self.at.checked_add(A_DAY).unwrap_or(Timestamp::MAX);
        let later = Self { at, civil: self.civil.saturating_add(A_DAY), text: self.text.clone() };
        later.is_before(position)
    }

    fn is_before_text(&self, text: &str) -> bool {
        // A year. One with a sign sorts before the text of any start.
        if !text.starts_with(|first: char| first.is_ascii_digit()) {
            return false;
        }
        if let Ok(time) = text.parse::<Timestamp>() {
            return time > self.at;
        }
        match (text.parse::<DateTime>(), text.parse::<Date>()) {
            (_, Ok(date)) if date.to_string() == text => date > self.civil.date(),
            (Ok(time), _) => time > self.civil,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, datetime};

    use super::*;

    #[test]
    fn only_what_is_surely_later_is_beyond_the_start() {
        let start = RunStart::new("2024-05-06T12:00:00Z".parse().expect("a time"));
        let is_beyond = |position: Position| start.is_before(&position);
        let time = |text: &str| Position::Timestamp(text.parse().expect("a time"));
        assert!(is_beyond(time("2024-05-06T12:00:00.1Z")) && !is_beyond(time("2024-05-06T12:00:00Z")));
        // It may be so late where the row was written.
        assert!(!is_beyond(Position::DateTime(datetime(2024, 5, 7, 2, 0, 0, 0))));
        assert!(is_beyond(Position::DateTime(datetime(2024, 5, 7, 2, 0, 1, 0))));
        assert!(!is_beyond(Position::Date(date(2024, 5, 7))) && is_beyond(Position::Date(date(2024, 5, 8))));
        for (text, expected) in [
            ("2024-05-06T14:00:00+02:00", false),
            ("2024-05-06T14:00:01+02:00", true),
            ("2024-05-05T23:59:00-12:00", false),
            ("2206-01-01T00:00:00Z", true),
            ("2024-05-07 03:00:00", true),
            ("2024-05-07", false),
            ("2024-05-08", true),
            ("2024-05-0", false),
            ("zzz", false),
            ("9999", false),
            ("", false),
        ] {
            assert_eq!(is_beyond(Position::Text(text.to_owned())), expected, "{text}");
        }
        let zone = TimeZone::get("America/New_York").expect("a zone");
        let there = start.in_zone(&zone);
        let noon = |hour| Position::DateTime(datetime(2024, 5, 6, hour, 0, 0, 0));
        assert!(there.is_before(&noon(9)) && !there.is_before(&noon(8)), "it is 8 o'clock there");
        assert!(there.is_before(&Position::Date(date(2024, 5, 7))) && !there.is_long_before(&noon(20)));
        assert!(!is_beyond(Position::Integer(i64::MAX)));
        assert!(
            !start.is_long_before(&time("2024-05-07T11:00:00Z")) && start.is_long_before(&time("2024-05-07T13:00:00Z"))
        );
    }
}
