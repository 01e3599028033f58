//! Counters of requests, retries and bytes, and how long requests have waited.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Counters that the requests of one walk share.
#[derive(Debug, Default)]
pub(crate) struct Stats {
    pub(crate) requests: AtomicU64,
    pub(crate) retries: AtomicU64,
    pub(crate) bytes: AtomicU64,
    /// Responses that `response_actions` ignores.
    pub(crate) ignored: AtomicU64,
    clocks: Mutex<Clocks>,
}

/// Why a request waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WaitReason {
    /// For the declared `rate_limit`.
    RateLimit,
    /// The server has said that no request is left for now.
    Quota,
    /// The server has asked for a pause, or had too many requests at a time.
    Server,
    /// Before a retry.
    Retry,
}

/// How long requests have waited, and for what: the time in which at least one of them did. Where they wait for several reasons at
/// once, each of these counts the time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Waits {
    /// For the declared `rate_limit`.
    pub rate_limit: Duration,
    /// For a quota of the server's that is used up, as the headers of its responses say.
    pub quota: Duration,
    /// Because the server asked to: by `Retry-After`, or by a 429, after which fewer requests are sent at a time.
    pub server: Duration,
    /// Before retries, where the server named no time.
    pub retries: Duration,
}

#[derive(Debug, Default)]
struct Clocks {
    all: Clock,
    rate_limit: Clock,
    quota: Clock,
    server: Clock,
    retries: Clock,
}

/// Runs while anything waits.
#[derive(Debug, Default)]
struct Clock {
    waiting: usize,
    since: Option<Instant>,
    total: Duration,
}

impl Clock {
    fn start(&mut self, now: Instant) {
        self.waiting += 1;
        self.since.get_or_insert(now);
    }

    fn stop(&mut self, now: Instant) {
        self.waiting = self.waiting.saturating_sub(1);
        if self.waiting == 0 {
            self.total += self.since.take().map_or(Duration::ZERO, |since| now.saturating_duration_since(since));
        }
    }

    fn read(&self, now: Instant) -> Duration {
        self.total + self.since.map_or(Duration::ZERO, |since| now.saturating_duration_since(since))
    }
}

impl Clocks {
    fn of(&mut self, reason: WaitReason) -> &mut Clock {
        match reason {
            WaitReason::RateLimit => &mut self.rate_limit,
            WaitReason::Quota => &mut self.quota,
            WaitReason::Server => &mut self.server,
            WaitReason::Retry => &mut self.retries,
        }
    }
}

/// A request that waits, until this is dropped.
pub(crate) struct Waiting<'s> {
    stats: &'s Stats,
    reason: WaitReason,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let (now, mut clocks) = (Instant::now(), self.stats.clocks());
        clocks.all.stop(now);
        clocks.of(self.reason).stop(now);
    }
}

impl Stats {
    pub(crate) fn request(&self) {
        self.requests.fetch_add(1, Relaxed);
    }

    pub(crate) fn retry(&self) {
        self.retries.fetch_add(1, Relaxed);
    }

    /// A request waits for as long as the value is kept.
    pub(crate) fn wait(&self, reason: WaitReason) -> Waiting<'_> {
        let (now, mut clocks) = (Instant::now(), self.clocks());
        clocks.all.start(now);
        clocks.of(reason).start(now);
        Waiting { stats: self, reason }
    }

    pub(crate) fn ignore(&self) {
        self.ignored.fetch_add(1, Relaxed);
    }

    pub(crate) fn received(&self, bytes: usize) {
        self.bytes.fetch_add(bytes as u64, Relaxed);
    }

    /// The time in which at least one request has waited.
    pub(crate) fn waited(&self) -> Duration {
        self.clocks().all.read(Instant::now())
    }

    /// The same for each reason.
    pub(crate) fn waits(&self) -> Waits {
        let (now, clocks) = (Instant::now(), self.clocks());
        Waits {
            rate_limit: clocks.rate_limit.read(now),
            quota: clocks.quota.read(now),
            server: clocks.server.read(now),
            retries: clocks.retries.read(now),
        }
    }

    fn clocks(&self) -> MutexGuard<'_, Clocks> {
        self.clocks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_waits_at_the_same_time_is_counted_once() {
        let stats = Stats::default();
        let second = Duration::from_secs(1);
        let first = stats.wait(WaitReason::Quota);
        advance(second).await;
        let others = [stats.wait(WaitReason::Quota), stats.wait(WaitReason::Retry)];
        advance(second).await;
        drop(first);
        assert_eq!(stats.waited(), 2 * second, "also of those that still wait");
        advance(second).await;
        drop(others);
        advance(second).await;
        assert_eq!(stats.waited(), 3 * second);
        let waits = Waits { quota: 3 * second, retries: 2 * second, ..Waits::default() };
        assert_eq!(stats.waits(), waits);
    }
}
