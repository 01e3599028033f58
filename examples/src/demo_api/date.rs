//! The dates of a query, as `SonarQube` reads them: a day, or a date and time to the second with an offset.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

/// Seconds since 1970 of a first moment; a plain date is its beginning (in UTC, which the server lives in).
pub(super) fn start(text: &str) -> Option<i64> {
    second(text).or_else(|| midnight(day(text)?))
}

/// Seconds since 1970 of the moment after the last; a plain date is its end, so that the day itself is included.
pub(super) fn end(text: &str) -> Option<i64> {
    second(text).or_else(|| midnight(day(text)?.checked_add(1.day()).ok()?))
}

fn second(text: &str) -> Option<i64> {
    // A fraction is refused, as SonarQube does: it would promise a precision that the answer does not have.
    let whole = !text.contains(['.', ',']);
    whole.then(|| text.parse::<Timestamp>().ok())?.map(Timestamp::as_second)
}

fn day(text: &str) -> Option<Date> {
    Date::strptime("%Y-%m-%d", text).ok()
}

fn midnight(date: Date) -> Option<i64> {
    Some(date.to_zoned(TimeZone::UTC).ok()?.timestamp().as_second())
}

#[cfg(test)]
mod tests {
    use super::{end, start};

    const NOON: i64 = 1_777_380_681;

    #[test]
    fn offsets_in_every_spelling() {
        for text in ["2026-04-28T14:51:21+0200", "2026-04-28T14:51:21+02:00", "2026-04-28T12:51:21Z"] {
            assert_eq!((start(text), end(text)), (Some(NOON), Some(NOON)), "{text}");
        }
    }

    #[test]
    fn a_day_begins_and_ends() {
        assert_eq!(start("1970-01-02"), Some(86_400));
        assert_eq!(end("1970-01-02"), Some(2 * 86_400));
        assert_eq!(start("1969-12-31"), Some(-86_400));
        assert_eq!(end("9999-12-31"), None);
    }

    #[test]
    fn the_rest_is_refused() {
        for text in
            ["", "wat", "2026-13-01", "2026-04-28T14:51:21", "2026-04-28T14:51:21.5Z", "2026-04-28T14:51:21 0200"]
        {
            assert_eq!((start(text), end(text)), (None, None), "{text}");
        }
    }
}
