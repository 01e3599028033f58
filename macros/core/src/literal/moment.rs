//! Points in time as text: `2024-01-31`, `2024-01-31T12:00:00`, `2024-01-31T12:00:00Z`.

/// The precision of a point in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    Date,
    DateTime,
    Timestamp,
}

/// Parses a text as a point in time.
pub(crate) fn moment(text: &str) -> Option<Moment> {
    let (date, rest) = (text.get(..10)?, text.get(10..)?);
    is_date(date)?;
    if rest.is_empty() {
        return Some(Moment::Date);
    }
    let time = rest.strip_prefix(['T', 't', ' '])?;
    let end = time.find(['Z', 'z', '+', '-']).unwrap_or(time.len());
    let (time, offset) = time.split_at(end);
    is_time(time)?;
    match offset.strip_prefix(['+', '-']) {
        Some(offset) => is_offset(offset).map(|()| Moment::Timestamp),
        None if offset.is_empty() => Some(Moment::DateTime),
        None => offset.eq_ignore_ascii_case("z").then_some(Moment::Timestamp),
    }
}

/// Whether a text is a time of day: `12:00`, `12:00:00.5`.
pub(crate) fn is_time_of_day(text: &str) -> bool {
    is_time(text).is_some()
}

/// The seconds of a point in time since 1970. Without an offset, it is read as UTC.
pub(crate) fn seconds(text: &str) -> Option<i64> {
    let precision = moment(text)?;
    let part = |from: usize, to: usize| text.get(from..to).map_or(Some(0), |digits| digits.parse::<i64>().ok());
    let day = days(part(0, 4)?, part(5, 7)?, part(8, 10)?);
    if precision == Moment::Date {
        return Some(day * 86_400);
    }
    let second = if text.get(16..17) == Some(":") { part(17, 19)? } else { 0 };
    let time = part(11, 13)? * 3600 + part(14, 16)? * 60 + second;
    let offset = text.get(16..).and_then(|rest| rest.get(rest.find(['+', '-'])?..)).map_or(Some(0), |offset| {
        let digits: String = offset.chars().filter(char::is_ascii_digit).collect();
        let hours = digits.get(..2)?.parse::<i64>().ok()?;
        let minutes = digits.get(2..4).map_or(Some(0), |minutes| minutes.parse::<i64>().ok())?;
        let offset_seconds = hours * 3600 + minutes * 60;
        Some(if offset.starts_with('-') { -offset_seconds } else { offset_seconds })
    })?;
    Some(day * 86_400 + time - offset)
}

/// The days from 1970 to a date of the Gregorian calendar. A year begins in March, so that its last day is the odd one.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month > 2 { year } else { year - 1 };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + day_of_year - 719_468
}

fn is_date(text: &str) -> Option<()> {
    let mut parts = text.split('-');
    let (year, month, day) = (number(parts.next()?, 4)?, number(parts.next()?, 2)?, number(parts.next()?, 2)?);
    let days = match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    (parts.next().is_none() && (1..=days).contains(&day)).then_some(())
}

fn is_time(text: &str) -> Option<()> {
    let (clock, seconds) = (text.get(..5)?, text.get(5..)?);
    is_clock(clock)?;
    let Some(seconds) = seconds.strip_prefix(':') else { return seconds.is_empty().then_some(()) };
    let (seconds, fraction) = seconds.split_once('.').unwrap_or((seconds, "0"));
    let is_fraction = (1..=9).contains(&fraction.len()) && fraction.bytes().all(|byte| byte.is_ascii_digit());
    (is_fraction && number(seconds, 2)? < 60).then_some(())
}

/// Hours and minutes.
fn is_clock(text: &str) -> Option<()> {
    let (hours, minutes) = text.split_once(':')?;
    (number(hours, 2)? < 24 && number(minutes, 2)? < 60).then_some(())
}

/// `02`, `0200` or `02:00`.
fn is_offset(text: &str) -> Option<()> {
    match text.len() {
        2 => is_clock(&format!("{text}:00")),
        4 => is_clock(&format!("{}:{}", text.get(..2)?, text.get(2..)?)),
        _ => is_clock(text),
    }
}

fn number(text: &str, digits: usize) -> Option<u32> {
    (text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants() {
        for (text, expected) in [
            ("1970-01-01", 0),
            ("2024-02-29", 1_709_164_800),
            ("2024-03-01T00:00", 1_709_251_200),
            ("2024-01-31T12:00:59.5Z", 1_706_702_459),
            ("2024-01-31T12:00:00+02:00", 1_706_695_200),
            ("2024-01-31T12:00-1130", 1_706_743_800),
            ("1969-12-31T23:59:59+00", -1),
        ] {
            assert_eq!(seconds(text), Some(expected), "{text}");
        }
        assert_eq!(seconds("soon"), None);
    }

    #[test]
    fn moments() {
        for (text, expected) in [
            ("2024-02-29", Moment::Date),
            ("2024-01-31T12:00", Moment::DateTime),
            ("2024-01-31 12:00:59.5", Moment::DateTime),
            ("2024-01-31T12:00:00Z", Moment::Timestamp),
            ("2024-01-31T12:00:00.123+02:00", Moment::Timestamp),
            ("2024-01-31T12:00-11:30", Moment::Timestamp),
            ("2024-01-31T12:00:00+0200", Moment::Timestamp),
            ("2024-01-31T12:00:00+02", Moment::Timestamp),
        ] {
            assert_eq!(moment(text), Some(expected), "{text}");
        }
        for text in [
            "",
            "2024",
            "2023-02-29",
            "2024-13-01",
            "2024-00-01",
            "2024-1-1",
            "31.01.2024",
            "2024-01-31T",
            "2024-01-31T25:00",
            "2024-01-31T12",
            "2024-01-31T12:00:60",
            "2024-01-31T12:00:00.Z",
            "2024-01-31T12:00:00+2",
            "2024-01-31T12:00:00+0é0",
            "2024-01-31TZ",
            "2024-01-3é",
            "2024-01-31T12:00:00Z+",
            "+024-01-31",
        ] {
            assert_eq!(moment(text), None, "{text}");
        }
    }
}
