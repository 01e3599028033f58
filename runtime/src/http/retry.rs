//! Retries: whether a request is repeated, and how long to wait before.

use std::time::Duration;

use serde::Serialize;

use super::attempt_error::AttemptError;
use super::stats::Stats;
use crate::error::Result;

/// `retry(…)`: the options and their defaults.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Retry {
    /// How many times a request is repeated.
    pub max_retries: u32,
    /// Seconds before the first retry; each further wait is twice as long.
    pub backoff_factor: f64,
    /// The statuses that are retried.
    pub statuses: &'static [u16],
    /// The longest wait, for backoff and the server's wishes alike.
    pub max_wait: Duration,
}

impl Retry {
    /// The defaults.
    pub const DEFAULT: Self = Self {
        max_retries: 5,
        backoff_factor: 1.0,
        statuses: &[429, 500, 502, 503, 504],
        max_wait: Duration::from_mins(5),
    };

    /// How long to wait before retry number `retry` (from 1): what the server asks for, else `backoff_factor` ×
    /// 2^(retry−1) seconds and up to a quarter more, so that clients that failed together do not retry together.
    pub(crate) fn wait(&self, retry: u32, retry_after: Option<Duration>) -> Duration {
        if let Some(wait) = retry_after {
            return wait.min(self.max_wait);
        }
        let exponent = i32::try_from(retry.saturating_sub(1)).unwrap_or(i32::MAX);
        let seconds = self.backoff_factor * 2_f64.powi(exponent) * (1.0 + fastrand::f64() / 4.0);
        Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX).min(self.max_wait)
    }
}

/// The attempts at one request.
pub(crate) struct Attempts<'a> {
    retry: Retry,
    stats: &'a Stats,
    retries: u32,
}

impl<'a> Attempts<'a> {
    pub(crate) fn new(retry: Retry, stats: &'a Stats) -> Self {
        Self { retry, stats, retries: 0 }
    }

    /// How long to wait before the next attempt; the error if there is none.
    pub(crate) fn next_wait(&mut self, failure: AttemptError) -> Result<Duration> {
        if !failure.retry {
            return Err(failure.error);
        }
        if self.retries == self.retry.max_retries {
            let error = failure.error.retryable(true);
            return Err(match self.retries {
                0 => error,
                1 => error.appending("gave up after 1 retry"),
                retries => error.appending(&format!("gave up after {retries} retries")),
            });
        }
        self.retries += 1;
        let wait = self.retry.wait(self.retries, failure.retry_after);
        let reason = failure.error.message();
        tracing::warn!(retry = self.retries, wait_ms = wait.as_millis(), reason, "retrying");
        self.stats.retry(wait);
        Ok(wait)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_and_are_capped() {
        let retry = Retry { backoff_factor: 2.0, max_wait: Duration::from_secs(10), ..Retry::DEFAULT };
        for (number, least, most) in
            [(1, 2.0, 2.5), (2, 4.0, 5.0), (3, 8.0, 10.0), (4, 10.0, 10.0), (u32::MAX, 10.0, 10.0)]
        {
            let wait = retry.wait(number, None).as_secs_f64();
            assert!((least..=most).contains(&wait), "retry {number} waits {wait} s");
        }
        assert_eq!(retry.wait(1, Some(Duration::from_secs(7))), Duration::from_secs(7));
        assert_eq!(retry.wait(1, Some(Duration::from_hours(1))), Duration::from_secs(10));
    }
}
