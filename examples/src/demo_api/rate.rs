//! How many requests a client may make in a while.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, Instant};

/// So many requests in a second, a minute or an hour: `"5/s"`, `"100/m"`, `"1000/h"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many, and how many at once after a pause. At least 1.
    pub requests: u32,
    /// In how long.
    pub per: Duration,
}

impl FromStr for Rate {
    type Err = ParseRateError;

    fn from_str(text: &str) -> Result<Self, ParseRateError> {
        let (requests, unit) = text.split_once('/').ok_or(ParseRateError)?;
        let seconds = match unit {
            "s" => 1,
            "m" => 60,
            "h" => 3600,
            _ => return Err(ParseRateError),
        };
        match requests.parse() {
            Ok(requests @ 1..) => Ok(Self { requests, per: Duration::from_secs(seconds) }),
            _ => Err(ParseRateError),
        }
    }
}

/// Not a [`Rate`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParseRateError;

impl fmt::Display for ParseRateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected requests per s, m or h, such as 5/s")
    }
}

impl std::error::Error for ParseRateError {}

/// A bucket of tokens that fills up at the rate; a request takes one.
#[derive(Debug)]
pub(super) struct Bucket {
    rate: Rate,
    tokens: f64,
    filled: Instant,
}

impl Bucket {
    pub(super) fn new(rate: Rate, now: Instant) -> Self {
        Self { rate, tokens: f64::from(rate.requests), filled: now }
    }

    /// Takes a token, or says how long to wait for one.
    pub(super) fn take(&mut self, now: Instant) -> Result<(), Duration> {
        let capacity = f64::from(self.rate.requests);
        let a_token = self.rate.per.as_secs_f64() / capacity;
        let since = now.saturating_duration_since(self.filled).as_secs_f64();
        self.tokens = (self.tokens + since / a_token).min(capacity);
        self.filled = now;
        if self.tokens < 1.0 {
            return Err(Duration::from_secs_f64((1.0 - self.tokens) * a_token));
        }
        self.tokens -= 1.0;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{Bucket, Rate};

    #[test]
    fn parses() {
        assert_eq!("5/s".parse(), Ok(Rate { requests: 5, per: Duration::from_secs(1) }));
        assert_eq!("90/m".parse(), Ok(Rate { requests: 90, per: Duration::from_mins(1) }));
        for text in ["", "5", "0/s", "-1/s", "5/d", "x/s"] {
            assert!(text.parse::<Rate>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_burst_then_the_rate() {
        let start = Instant::now();
        let mut bucket = Bucket::new(Rate { requests: 4, per: Duration::from_secs(1) }, start);
        assert!((0..4).all(|_| bucket.take(start).is_ok()));
        assert_eq!(bucket.take(start), Err(Duration::from_millis(250)));
        assert_eq!(bucket.take(start + Duration::from_millis(250)), Ok(()));
        assert_eq!(bucket.take(start + Duration::from_millis(375)), Err(Duration::from_millis(125)));
    }
}
