//! Quotas: how many more requests the server takes, and when, as responses say it.

use std::time::{Duration, SystemTime};

use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};
use serde_json::{Map, Value};

/// The quota in the headers of a response.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Quota {
    /// How long to wait before another request.
    pub(crate) retry_after: Option<Duration>,
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
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let now = text(DATE.as_str()).and_then(|date| httpdate::parse_http_date(date).ok()).unwrap_or(now);
        let mut quota = Self { retry_after: retry_after(headers, now), ..Self::default() };
        for prefix in PREFIXES {
            let remaining = text(&format!("{prefix}-remaining")).and_then(leading);
            if remaining.is_some_and(|remaining| remaining <= 0.0) {
                quota.spent(text(&format!("{prefix}-reset")).and_then(|reset| until(reset, now)));
            }
        }
        for field in headers.get_all("ratelimit").iter().filter_map(|field| field.to_str().ok()) {
            quota.combined(field);
        }
        quota
    }

    /// How long to send nothing.
    pub(crate) fn pause(self) -> Option<Duration> {
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

/// `Retry-After` (RFC 9110, section 10.2.3): seconds, or a date.
pub(crate) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

/// How long the body of an error asks to wait, in one of the usual fields, at the top or one level down.
pub(crate) fn retry_after_in_body(body: &[u8]) -> Option<Duration> {
    let body: Value = serde_json::from_slice(body).ok()?;
    let top = body.as_object()?;
    let below = top.values().flat_map(|value| match value {
        Value::Object(object) => vec![object],
        Value::Array(items) => items.iter().filter_map(Value::as_object).collect(),
        _ => Vec::new(),
    });
    [top].into_iter().chain(below).filter_map(in_object).max()
}

fn in_object(object: &Map<String, Value>) -> Option<Duration> {
    let waits = object.iter().filter_map(|(name, value)| {
        let number = match value {
            Value::Number(number) => number.as_f64()?,
            Value::String(text) => text.trim().parse().ok()?,
            _ => return None,
        };
        let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        match name.to_ascii_lowercase().as_str() {
            "retryafterms" | "retryafterinms" | "retryaftermillis" | "retryaftermilliseconds" => {
                seconds(number / 1000.0)
            }
            // Without a unit, a large number is milliseconds: a wait of a quarter of an hour is no retry.
            "retryafter" if number >= 1000.0 => seconds(number / 1000.0),
            "retryafter" | "retryafterseconds" | "retryafterinseconds" | "retryaftersecs" => seconds(number),
            _ => None,
        }
    });
    waits.max()
}

/// How long until a quota is renewed: given in seconds, or as a time in seconds or milliseconds since 1970, or a date.
fn until(text: &str, now: SystemTime) -> Option<Duration> {
    /// As a span, this would be thirty years.
    const A_TIME: f64 = 1e9;
    const IN_MILLISECONDS: f64 = 1e12;
    let text = text.trim();
    let time = match leading(text).filter(|_| !text.contains(['-', ':'])) {
        Some(number) if number < A_TIME => return seconds(number),
        Some(number) if number < IN_MILLISECONDS => SystemTime::UNIX_EPOCH.checked_add(seconds(number)?)?,
        Some(number) => SystemTime::UNIX_EPOCH.checked_add(seconds(number / 1000.0)?)?,
        None => {
            let date = httpdate::parse_http_date(text).ok();
            date.or_else(|| text.parse::<jiff::Timestamp>().ok().map(SystemTime::from))?
        }
    };
    Some(time.duration_since(now).unwrap_or_default())
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
    use reqwest::header::HeaderName;

    use super::*;

    /// 1 January 2026.
    fn now() -> SystemTime {
        httpdate::parse_http_date("Thu, 01 Jan 2026 00:00:00 GMT").unwrap_or(SystemTime::UNIX_EPOCH)
    }

    fn quota(pairs: &[(&str, &str)]) -> Quota {
        let pairs =
            pairs.iter().filter_map(|(name, value)| Some((name.parse::<HeaderName>().ok()?, value.parse().ok()?)));
        Quota::read(&pairs.collect::<HeaderMap>(), now())
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let parsed = |value| quota(&[("retry-after", value)]).pause();
        assert_eq!(parsed("120"), Some(Duration::from_mins(2)));
        assert_eq!(parsed("Thu, 01 Jan 2026 00:00:30 GMT"), Some(Duration::from_secs(30)));
        assert_eq!(parsed("Sun, 06 Nov 1994 08:00:00 GMT"), Some(Duration::ZERO), "a date that has passed");
        for garbage in ["", "-1", "1.5", "soon", "99999999999999999999"] {
            assert_eq!(parsed(garbage), None, "{garbage:?}");
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
            (r#"{"retry_after": 1500}"#, Some(1500)),
            (r#"{"retryAfterSeconds": 1500}"#, Some(1_500_000)),
            (r#"{"ok": false, "parameters": {"retry_after": "35"}}"#, Some(35_000)),
            (r#"{"errors": [{"retry-after": 1}, {"retry-after": 2}]}"#, Some(2000)),
            (r#"{"a": {"b": {"retry_after": 1}}}"#, None),
            (r#"{"retry_after": -1}"#, None),
            (r#"{"retry_after": "soon"}"#, None),
            (r#"[{"retry_after": 1}]"#, None),
            ("retry_after: 1", None),
        ] {
            assert_eq!(retry_after_in_body(body.as_bytes()), expected.map(Duration::from_millis), "{body}");
        }
    }
}
