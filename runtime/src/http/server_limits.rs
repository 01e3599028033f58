//! Quotas: how many more requests the server takes, and when, as responses say it.

use std::time::{Duration, SystemTime};

use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};
use serde_json::{Map, Value};

use super::header_text::lossy_text;
use crate::printable::clip;
use crate::text::plain;

/// The quota in the headers of a response.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Quota {
    /// How long to wait before another request.
    pub(crate) retry_after: Option<Duration>,
    /// A `Retry-After` that says no time.
    pub(crate) unreadable: Option<String>,
    /// Whether no request is left.
    pub(crate) spent: bool,
    /// How long until there are more.
    reset: Option<Duration>,
}

/// The prefixes of `-Remaining` and `-Reset`.
const PREFIXES: [&str; 3] = ["ratelimit", "x-ratelimit", "x-rate-limit"];

impl Quota {
    /// Reads the headers. Times are compared with the server's own clock, if it sends it.
    pub(crate) fn read(headers: &HeaderMap, now: SystemTime) -> Self {
        let text = |name: &str| headers.get(name).map(lossy_text);
        let now = text(DATE.as_str()).and_then(|date| httpdate::parse_http_date(&date).ok()).unwrap_or(now);
        let mut quota = match retry_after(headers, now) {
            Ok(retry_after) => Self { retry_after, ..Self::default() },
            Err(value) => Self { unreadable: Some(value), ..Self::default() },
        };
        for prefix in PREFIXES {
            let remaining = text(&format!("{prefix}-remaining")).and_then(|remaining| leading(&remaining));
            if remaining.is_some_and(|remaining| remaining <= 0.0) {
                quota.spent(text(&format!("{prefix}-reset")).and_then(|reset| until(&reset, now)));
            }
        }
        for field in headers.get_all("ratelimit") {
            quota.combined(&lossy_text(field));
        }
        quota
    }

    /// How long to send nothing.
    pub(crate) fn pause(&self) -> Option<Duration> {
        self.retry_after.max(self.reset)
    }

    fn spent(&mut self, reset: Option<Duration>) {
        self.spent = true;
        self.reset = self.reset.max(reset);
    }

    /// The field `RateLimit`: `"default";r=0;t=30`, or `limit=100, remaining=0, reset=30` in earlier drafts.
    fn combined(&mut self, field: &str) {
        let pairs = |text: &str| -> Vec<(String, f64)> {
            let pairs = text.split([',', ';']).filter_map(|pair| pair.split_once('='));
            pairs.filter_map(|(name, value)| Some((name.trim().to_ascii_lowercase(), leading(value)?))).collect()
        };
        // In the later form each member of the list is a quota, in the earlier one all together are one.
        let quotas = if field.contains(';') { field.split(',').map(pairs).collect() } else { vec![pairs(field)] };
        for quota in quotas {
            let value = |names: [&str; 2]| {
                quota.iter().find(|(name, _)| names.contains(&name.as_str())).map(|(_, value)| *value)
            };
            if value(["r", "remaining"]).is_some_and(|remaining| remaining <= 0.0) {
                self.spent(value(["t", "reset"]).and_then(seconds));
            }
        }
    }
}

/// `Retry-After` (RFC 9110, section 10.2.3): seconds, or a date. Servers also send fractions of seconds, times in seconds or
/// milliseconds since 1970, and the value more than once: of several, the longest wait counts.
///
/// # Errors
/// The value, if a part of it is none of these.
fn retry_after(headers: &HeaderMap, now: SystemTime) -> Result<Option<Duration>, String> {
    let mut longest = None;
    for value in headers.get_all(RETRY_AFTER) {
        let text = lossy_text(value);
        // A date holds a comma, and ends where a list of dates is divided.
        let separator = if text.contains("GMT") { "GMT" } else { "," };
        for part in text.split(separator).map(|part| part.trim().trim_matches(',').trim()) {
            let wait = match separator {
                "GMT" if part.is_empty() => continue,
                "GMT" => httpdate::parse_http_date(&format!("{part} GMT")).ok().map(|date| from(date, now)),
                _ => whole_number(part).map_or_else(|| written_time(part, now), |number| wait(number, now)),
            };
            longest = longest.max(Some(wait.ok_or_else(|| clip(&text, 80))?));
        }
    }
    Ok(longest)
}

/// A number without a sign and without anything after it.
fn whole_number(text: &str) -> Option<f64> {
    text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.').then(|| text.parse().ok())?
}

/// Whether the text of a 403 is that of a rate limit: GitHub's secondary limit, for instance, or Google's
/// `userRateLimitExceeded`.
pub(crate) fn is_about_rate(body: &[u8]) -> bool {
    const PHRASES: [&str; 4] = ["ratelimitexceeded", "secondaryratelimit", "exceededaratelimit", "toomanyrequests"];
    let text = plain(&String::from_utf8_lossy(body));
    PHRASES.iter().any(|phrase| text.contains(phrase))
}

/// How long the body of an error asks to wait, in one of the usual fields, at the top or one level down: in seconds, unless
/// the field's name says another unit.
pub(crate) fn retry_after_in_body(body: &[u8], now: SystemTime) -> Option<Duration> {
    let body: Value = serde_json::from_slice(body).ok()?;
    let top = body.as_object()?;
    let below = top.values().flat_map(|value| match value {
        Value::Object(object) => vec![object],
        Value::Array(items) => items.iter().filter_map(Value::as_object).collect(),
        _ => Vec::new(),
    });
    [top].into_iter().chain(below).filter_map(|object| in_object(object, now)).max()
}

fn in_object(object: &Map<String, Value>, now: SystemTime) -> Option<Duration> {
    let waits = object.iter().filter_map(|(name, value)| {
        let number = match value {
            Value::Number(number) => number.as_f64()?,
            Value::String(text) => text.trim().parse().ok()?,
            _ => return None,
        };
        match plain(name).as_str() {
            "retryafterms" | "retryafterinms" | "retryaftermillis" | "retryaftermilliseconds" => {
                seconds(number / 1000.0)
            }
            "retryafter" | "retryafterseconds" | "retryafterinseconds" | "retryaftersecs" => wait(number, now),
            _ => None,
        }
    });
    waits.max()
}

/// How long until a quota is renewed: given in seconds, or as a time in seconds or milliseconds since 1970, or a date.
fn until(text: &str, now: SystemTime) -> Option<Duration> {
    let text = text.trim();
    match leading(text).filter(|_| !text.contains(['-', ':'])) {
        Some(number) => wait(number, now),
        None => written_time(text, now),
    }
}

/// A wait in seconds, or until a time in seconds or milliseconds since 1970.
fn wait(number: f64, now: SystemTime) -> Option<Duration> {
    /// As a span, this would be thirty years.
    const A_TIME: f64 = 1e9;
    const IN_MILLISECONDS: f64 = 1e12;
    let since_1970 = match number {
        number if number < A_TIME => return seconds(number),
        number if number < IN_MILLISECONDS => seconds(number)?,
        number => seconds(number / 1000.0)?,
    };
    Some(from(SystemTime::UNIX_EPOCH.checked_add(since_1970)?, now))
}

/// How long until an HTTP date, or a time in the form of RFC 3339.
fn written_time(text: &str, now: SystemTime) -> Option<Duration> {
    let date = httpdate::parse_http_date(text).ok();
    let time = date.or_else(|| text.parse::<jiff::Timestamp>().ok().map(SystemTime::from))?;
    Some(from(time, now))
}

/// Nothing, if the time has passed.
fn from(time: SystemTime, now: SystemTime) -> Duration {
    time.duration_since(now).unwrap_or_default()
}

/// The number at the start: some APIs send `0;w=60`.
fn leading(text: &str) -> Option<f64> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    text.get(..end)?.parse().ok()
}

fn seconds(number: f64) -> Option<Duration> {
    Duration::try_from_secs_f64(number).ok()
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderName, HeaderValue};

    use super::*;

    /// 1 January 2026.
    fn now() -> SystemTime {
        httpdate::parse_http_date("Thu, 01 Jan 2026 00:00:00 GMT").unwrap_or(SystemTime::UNIX_EPOCH)
    }

    fn quota(pairs: &[(&str, &str)]) -> Quota {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            let (name, value) = (name.parse::<HeaderName>(), value.parse::<HeaderValue>());
            let (Ok(name), Ok(value)) = (name, value) else { unreachable!() };
            headers.append(name, value);
        }
        Quota::read(&headers, now())
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let parsed = |value| quota(&[("retry-after", value)]).pause();
        assert_eq!(parsed("120"), Some(Duration::from_mins(2)));
        assert_eq!(parsed("Thu, 01 Jan 2026 00:00:30 GMT"), Some(Duration::from_secs(30)));
        assert_eq!(parsed("Sun, 06 Nov 1994 08:00:00 GMT"), Some(Duration::ZERO), "a date that has passed");
        for garbage in ["", "-1", "soon", "1 week", "1e3", "1, soon", "1.2.3", "Thu, 01 Jan"] {
            let quota = quota(&[("retry-after", garbage)]);
            assert_eq!((quota.pause(), quota.unreadable.as_deref()), (None, Some(garbage)));
        }
    }

    #[test]
    fn retry_after_is_read_as_servers_write_it() {
        let parsed = |values: &[&str]| {
            let values: Vec<_> = values.iter().map(|value| ("retry-after", *value)).collect();
            quota(&values).pause()
        };
        let date = "Thu, 01 Jan 2026 00:00:30 GMT";
        for (values, seconds) in [
            (&["2.5"][..], 2.5),
            (&["5, 5"], 5.0),
            (&["5", "5"], 5.0),
            (&["2", "7"], 7.0),
            (&["1767225630"], 30.0),
            (&["1767225630000"], 30.0),
            (&["2026-01-01T00:00:30Z"], 30.0),
            (&[&format!("{date}, {date}")], 30.0),
        ] {
            assert_eq!(parsed(values), Some(Duration::from_secs_f64(seconds)), "{values:?}");
        }
        let value = HeaderValue::from_bytes(b"2\xFC").unwrap_or_else(|_| unreachable!());
        let read = Quota::read(&HeaderMap::from_iter([(RETRY_AFTER, value)]), now());
        assert_eq!(read.unreadable.as_deref(), Some("2\u{fffd}"));
    }

    #[test]
    fn the_text_of_a_403_may_be_that_of_a_rate_limit() {
        for (body, expected) in [
            (r#"{"message":"You have exceeded a secondary rate limit. Please wait a few minutes."}"#, true),
            (r#"{"error":{"errors":[{"reason":"userRateLimitExceeded"}]}}"#, true),
            ("API rate limit exceeded for user 1", true),
            (r#"{"message":"Must have admin rights"}"#, false),
            (r#"{"message":"rate limits are for admins"}"#, false),
            ("", false),
        ] {
            assert_eq!(is_about_rate(body.as_bytes()), expected, "{body}");
        }
    }

    #[test]
    fn a_spent_quota_says_when_there_is_more() {
        for (prefix, reset) in [
            ("ratelimit", "30"),
            ("x-ratelimit", "1767225630"),
            ("x-ratelimit", "1767225630.0"),
            ("x-rate-limit", "1767225630000"),
            ("x-rate-limit", "2026-01-01T00:00:30Z"),
            ("ratelimit", "Thu, 01 Jan 2026 00:00:30 GMT"),
        ] {
            let names = [format!("{prefix}-remaining"), format!("{prefix}-reset")];
            let quota = quota(&[(&names[0], "0"), (&names[1], reset)]);
            assert_eq!((quota.spent, quota.pause()), (true, Some(Duration::from_secs(30))), "{prefix}: {reset}");
        }
        assert_eq!(quota(&[("ratelimit-remaining", "1"), ("ratelimit-reset", "30")]), Quota::default());
        assert_eq!(quota(&[("ratelimit-reset", "30")]), Quota::default());
        assert_eq!(quota(&[("ratelimit-remaining", "0;w=60")]).pause(), None);
        assert_eq!(quota(&[("ratelimit-remaining", "none"), ("ratelimit-reset", "x")]), Quota::default());
    }

    #[test]
    fn the_combined_field_is_read_in_both_forms() {
        for (field, expected) in [
            (r#""default";r=0;t=30"#, Some(30)),
            (r#""burst";r=5;t=1, "day";r=0;t=3600"#, Some(3600)),
            ("limit=100, remaining=0, reset=7", Some(7)),
            (r#""default";r=50;t=30"#, None),
            ("limit=100, remaining=3, reset=7", None),
            ("garbage;;;=,r=", None),
        ] {
            assert_eq!(quota(&[("ratelimit", field)]).pause(), expected.map(Duration::from_secs), "{field}");
        }
    }

    #[test]
    fn times_are_those_of_the_servers_clock() {
        let quota = quota(&[
            ("date", "Thu, 01 Jan 2026 01:00:00 GMT"),
            ("x-ratelimit-remaining", "0"),
            ("x-ratelimit-reset", "1767229260"),
        ]);
        assert_eq!(quota.pause(), Some(Duration::from_mins(1)));
    }

    #[test]
    fn bodies_say_it_in_many_ways() {
        for (body, expected) in [
            (r#"{"retry_after_ms": 5000}"#, Some(5000)),
            (r#"{"retryAfter": 2}"#, Some(2000)),
            (r#"{"retry_after": 0.65, "global": false}"#, Some(650)),
            (r#"{"retry_after": 1500}"#, Some(1_500_000)),
            (r#"{"retry_after": 1767225630}"#, Some(30_000)),
            (r#"{"retryAfterSeconds": 1500}"#, Some(1_500_000)),
            (r#"{"ok": false, "parameters": {"retry_after": "35"}}"#, Some(35_000)),
            (r#"{"errors": [{"retry-after": 1}, {"retry-after": 2}]}"#, Some(2000)),
            (r#"{"a": {"b": {"retry_after": 1}}}"#, None),
            (r#"{"retry_after": -1}"#, None),
            (r#"{"retry_after": "soon"}"#, None),
            (r#"[{"retry_after": 1}]"#, None),
            ("retry_after: 1", None),
        ] {
            assert_eq!(retry_after_in_body(body.as_bytes(), now()), expected.map(Duration::from_millis), "{body}");
        }
    }
}
