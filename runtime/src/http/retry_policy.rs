//! When a request is repeated: as a program says it, or as the declaration does.

use std::borrow::Cow;
use std::time::Duration;

use super::retry::Retry;

/// When a request is repeated, and after how long: for `.retry(…)` of a client's builder, where it replaces the
/// declaration's `retry(…)`.
///
/// ```
/// use std::time::Duration;
///
/// use declarest::RetryPolicy;
///
/// let patient = RetryPolicy::new().max_retries(10).backoff_factor(0.5).max_wait(Duration::from_secs(30));
/// let once = RetryPolicy::none();
/// # let _ = (patient, once);
/// ```
#[derive(Debug, Clone, PartialEq)]
#[must_use = "a policy does nothing until a builder is given it"]
pub struct RetryPolicy {
    pub(crate) max_retries: u32,
    pub(crate) backoff_factor: f64,
    pub(crate) statuses: Cow<'static, [u16]>,
    pub(crate) max_wait: Duration,
}

impl RetryPolicy {
    /// The defaults of the declaration language: 5 retries, after 1, 2, 4, 8 and 16 seconds and up to a quarter more,
    /// of the statuses 429, 500, 502, 503 and 504.
    pub const fn new() -> Self {
        Self::declared(&Retry::DEFAULT)
    }

    /// No request is repeated.
    pub const fn none() -> Self {
        let Retry { backoff_factor, statuses, max_wait, .. } = Retry::DEFAULT;
        Self { max_retries: 0, backoff_factor, statuses: Cow::Borrowed(statuses), max_wait }
    }

    pub(crate) const fn declared(retry: &Retry) -> Self {
        let Retry { max_retries, backoff_factor, statuses, max_wait } = *retry;
        Self { max_retries, backoff_factor, statuses: Cow::Borrowed(statuses), max_wait }
    }

    /// How many times a request is repeated. Default: 5.
    pub const fn max_retries(mut self, retries: u32) -> Self {
        self.max_retries = retries;
        self
    }

    /// Seconds before the first retry; each further wait is twice as long. Not negative. Default: 1.
    pub const fn backoff_factor(mut self, seconds: f64) -> Self {
        self.backoff_factor = seconds;
        self
    }

    /// The statuses that are retried, from 100 to 599. Default: 429, 500, 502, 503, 504.
    ///
    /// Failed and broken connections, and time-outs, are retried in any case.
    pub fn statuses(mut self, statuses: impl IntoIterator<Item = u16>) -> Self {
        self.statuses = statuses.into_iter().collect();
        self
    }

    /// The longest wait, whether the server asks for it (`Retry-After`) or not. Default: 5 minutes.
    pub const fn max_wait(mut self, wait: Duration) -> Self {
        self.max_wait = wait;
        self
    }

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

impl Default for RetryPolicy {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_and_are_capped() {
        let retry = RetryPolicy::new().backoff_factor(2.0).max_wait(Duration::from_secs(10));
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
