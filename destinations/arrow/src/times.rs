//! Times as Arrow counts them: days and microseconds, from 1970 or from midnight.

use std::fmt::Display;

use declarest::jiff::Timestamp;
use declarest::jiff::civil::{Date, DateTime, Time};

const DAY_MICROS: i64 = 86_400_000_000;

/// What happens to nanoseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Nanoseconds {
    #[default]
    Refuse,
    Truncate,
}

/// Microseconds from 1970-01-01 in UTC, to the earlier one.
pub(crate) fn timestamp(time: Timestamp, nanoseconds: Nanoseconds) -> Result<i64, String> {
    let below = exact(time.subsec_nanosecond(), nanoseconds, time)?;
    Ok(time.as_microsecond() - i64::from(below < 0))
}

/// Days from 1970-01-01 in the Gregorian calendar.
pub(crate) fn date(date: Date) -> i32 {
    // Years begin in March: the leap day is their last.
    let (month, day) = (i32::from(date.month()), i32::from(date.day()));
    let year = i32::from(date.year()) - i32::from(month <= 2);
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Microseconds from midnight.
pub(crate) fn time(time: Time, nanoseconds: Nanoseconds) -> Result<i64, String> {
    exact(time.subsec_nanosecond(), nanoseconds, time)?;
    Ok(of_day(time))
}

/// Microseconds from 1970-01-01T00:00:00, wherever that is.
pub(crate) fn datetime(value: DateTime, nanoseconds: Nanoseconds) -> Result<i64, String> {
    exact(value.subsec_nanosecond(), nanoseconds, value)?;
    Ok(i64::from(date(value.date())) * DAY_MICROS + of_day(value.time()))
}

fn of_day(time: Time) -> i64 {
    let seconds = (i64::from(time.hour()) * 60 + i64::from(time.minute())) * 60 + i64::from(time.second());
    seconds * 1_000_000 + i64::from(time.subsec_nanosecond() / 1000)
}

/// The nanoseconds below the microsecond, where they may be cut off.
fn exact(nanosecond: i32, nanoseconds: Nanoseconds, time: impl Display) -> Result<i32, String> {
    match (nanosecond % 1000, nanoseconds) {
        (0, _) => Ok(0),
        (below, Nanoseconds::Truncate) => Ok(below),
        (_, Nanoseconds::Refuse) => Err(format!("{time} has nanoseconds, and its type holds microseconds")),
    }
}

#[cfg(test)]
mod tests {
    use declarest::jiff::ToSpan as _;
    use declarest::jiff::civil::{date as civil, time as clock};

    use super::*;

    #[test]
    fn days_are_counted_from_1970() {
        let mut day = civil(-9999, 1, 1);
        while let Ok(next) = day.checked_add(997.days()) {
            let expected = (day - civil(1970, 1, 1)).get_days();
            assert_eq!(date(day), expected, "{day}");
            day = next;
        }
        assert_eq!((date(civil(1969, 12, 31)), date(civil(2000, 2, 29))), (-1, 11_016));
    }

    #[test]
    fn a_time_is_exact_or_cut_to_the_earlier_microsecond_or_refused() {
        use Nanoseconds::{Refuse, Truncate};
        let at = |text: &str, rule| timestamp(text.parse().expect("a time"), rule);
        assert_eq!(at("1969-12-31T23:59:59.999999Z", Refuse), Ok(-1));
        assert_eq!(at("1969-12-31T23:59:59.9999995Z", Truncate), Ok(-1));
        assert_eq!(at("1970-01-01T00:00:00.0000019Z", Truncate), Ok(1));
        assert!(at("1970-01-01T00:00:00.0000019Z", Refuse).is_err_and(|why| why.contains("nanoseconds")));
        assert_eq!(time(clock(23, 59, 59, 999_999_999), Truncate), Ok(DAY_MICROS - 1));
        assert!(time(clock(0, 0, 0, 1), Refuse).is_err());
        let before = civil(1969, 12, 31).to_datetime(clock(23, 59, 59, 999_999_999));
        assert_eq!((datetime(before, Truncate), datetime(before, Refuse).is_err()), (Ok(-1), true));
        for time in [Timestamp::MIN, Timestamp::MAX] {
            let micros = timestamp(time, Truncate).expect("it is held");
            assert!((0..1000).contains(&(time.as_nanosecond() - i128::from(micros) * 1000)), "{time}");
        }
    }
}
