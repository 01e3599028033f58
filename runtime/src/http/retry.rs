//! Retries: the declared options, and whether a request is repeated.

use std::time::Duration;

use serde::Serialize;

use super::attempt_error::AttemptError;
use super::retry_policy::RetryPolicy;
use super::stats::{Stats, WaitReason};
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
}

/// The attempts at one request.
pub(crate) struct Attempts<'a> {
    retry: &'a RetryPolicy,
    stats: &'a Stats,
    retries: u32,
}

impl<'a> Attempts<'a> {
    pub(crate) fn new(retry: &'a RetryPolicy, stats: &'a Stats) -> Self {
        Self { retry, stats, retries: 0 }
    }

    /// Waits before the next attempt; the error if there is none.
    pub(crate) async fn wait(&mut self, failure: AttemptError) -> Result<()> {
        let (wait, reason) = self.next_wait(failure)?;
        let _waiting = self.stats.wait(reason);
        tokio::time::sleep(wait).await;
        Ok(())
    }

    /// How long to wait before the next attempt, and why; the error if there is none.
    pub(crate) fn next_wait(&mut self, failure: AttemptError) -> Result<(Duration, WaitReason)> {
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
        self.stats.retry();
        Ok((wait, if failure.retry_after.is_some() { WaitReason::Server } else { WaitReason::Retry }))
    }
}
