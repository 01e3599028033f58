//! Settings that are known when the client is built, or when a run begins: the value of a client-wide param, a moment
//! relative to the run's beginning.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, Timestamp, Zoned};
use serde::{Serialize, Serializer};

/// A setting as it is declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Setting<T> {
    /// This value.
    Value(T),
    /// The value of the client-wide param of this name; absent where it is unset.
    Param(#[serde(serialize_with = "named")] &'static str),
}

/// Unlike a text.
fn named<S: Serializer>(name: &&'static str, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map([("param", name)])
}

/// A beginning or an end as it is declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Point {
    /// A value of the cursor.
    Text(&'static str),
    /// A moment.
    Now(FromNow),
}

/// A moment relative to the one at which a run begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct FromNow {
    /// How many milliseconds later; negative for earlier ones.
    pub milliseconds: i64,
}

const DAY: i64 = 24 * 60 * 60 * 1000;

impl FromNow {
    /// The moment of a run that began at another. Whole days are days of the zone's calendar.
    pub(crate) fn of(self, begun: Timestamp, zone: &TimeZone) -> Zoned {
        let begun = begun.to_zoned(zone.clone());
        let moment = if self.milliseconds % DAY == 0 {
            Span::new().try_days(self.milliseconds / DAY).and_then(|days| begun.checked_add(days))
        } else {
            begun.checked_add(SignedDuration::from_millis(self.milliseconds))
        };
        let limit = if self.milliseconds < 0 { Timestamp::MIN } else { Timestamp::MAX };
        moment.unwrap_or_else(|_| limit.to_zoned(zone.clone()))
    }
}

/// What is known when a run begins.
#[derive(Clone, Copy)]
pub(crate) struct RunValues<'v> {
    /// The moment at which it began.
    pub(crate) begun: Timestamp,
    /// The values of client-wide params, as text.
    pub(crate) params: &'v dyn Fn(&str) -> Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        let begun: Timestamp = "2024-04-01T12:00:00Z".parse().expect("a time");
        let of = |milliseconds, zone: &TimeZone| FromNow { milliseconds }.of(begun, zone).timestamp().to_string();
        let berlin = TimeZone::get("Europe/Berlin").expect("a zone");
        assert_eq!(of(-DAY, &TimeZone::UTC), "2024-03-31T12:00:00Z");
        // One of the two is an hour shorter.
        assert_eq!(of(-2 * DAY, &berlin), "2024-03-30T13:00:00Z");
        assert_eq!(of(-2 * DAY + 1, &berlin), "2024-03-30T12:00:00.001Z");
        assert_eq!(of(i64::MIN, &berlin), Timestamp::MIN.to_string());
        assert_eq!(of(DAY * 365 * 9000, &berlin), Timestamp::MAX.to_string());
    }

    #[test]
    fn a_param_is_written_unlike_a_text() {
        let text = Setting::Value(Point::Text("start_date"));
        assert_eq!(serde_json::to_string(&text).ok().as_deref(), Some("\"start_date\""));
        let param: Setting<Point> = Setting::Param("start_date");
        assert_eq!(serde_json::to_string(&param).ok().as_deref(), Some("{\"param\":\"start_date\"}"));
    }
}
