//! The order of cursors that are texts. By their characters alone, `00.5Z` is before `00Z`, and `1000` before `999`.

use std::borrow::Cow;
use std::cmp::Ordering;

use jiff::Timestamp;

/// A whole number has no more digits.
const MOST_DIGITS: usize = 20;

/// Compares times as of RFC 3339 by the moment, whole numbers by their value, all others by their characters.
pub(super) fn compare(text: &str, other: &str) -> Ordering {
    if text == other || (is_plain(text) && is_plain(other)) {
        return text.cmp(other);
    }
    key(text).cmp(&key(other))
}

/// Whether it looks like `2024-01-31T00:00:00Z`: such texts are in the order of their characters.
fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 20 && bytes.get(10) == Some(&b'T') && bytes.get(19) == Some(&b'Z')
}

/// A text whose characters are in this order. A text that is no time stays as it is, so that a date is before its times.
fn key(text: &str) -> Cow<'_, str> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number && text.len() <= MOST_DIGITS {
        return format!("{text:0>MOST_DIGITS$}").into();
    }
    // A time has a date, which begins with a digit.
    let is_dated = text.len() > 10 && text.starts_with(|first: char| first.is_ascii_digit());
    match is_dated.then(|| text.parse::<Timestamp>()) {
        Some(Ok(time)) => format!("{time:.9}").into(),
        _ => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_in_the_order_of_what_they_mean() {
        let in_order = [
            "",
            "7",
            "0999",
            "1000",
            "2024-01-01",
            "2024-01-01T00:00:00Z",
            "2024-01-01T00:00:00.25Z",
            "2024-01-01T00:00:00.500001Z",
            "2024-01-01T01:00:01+01:00",
            "2024-01-01T00:00:02Z",
            "2024-01-02",
            "zebra",
        ];
        for (index, text) in in_order.iter().enumerate() {
            for (other_index, other) in in_order.iter().enumerate() {
                assert_eq!(compare(text, other), index.cmp(&other_index), "{text:?} {other:?}");
            }
        }
        for (text, other) in [
            ("2024-01-01T00:00:00Z", "2024-01-01T00:00:00.000Z"),
            ("2024-01-01T00:00:00Z", "2024-01-01T02:00:00+02:00"),
            ("7", "007"),
        ] {
            assert_eq!(compare(text, other), Ordering::Equal, "{text} {other}");
        }
    }
}
