//! Counters of requests, retries, waits and bytes.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// Counters that the requests of one walk share.
#[derive(Debug, Default)]
pub(crate) struct Stats {
    pub(crate) requests: AtomicU64,
    pub(crate) retries: AtomicU64,
    waited_ms: AtomicU64,
    pub(crate) bytes: AtomicU64,
}

impl Stats {
    pub(crate) fn request(&self) {
        self.requests.fetch_add(1, Relaxed);
    }

    pub(crate) fn retry(&self, wait: Duration) {
        self.retries.fetch_add(1, Relaxed);
        self.waited_for(wait);
    }

    pub(crate) fn waited_for(&self, wait: Duration) {
        self.waited_ms.fetch_add(u64::try_from(wait.as_millis()).unwrap_or(u64::MAX), Relaxed);
    }

    pub(crate) fn received(&self, bytes: usize) {
        self.bytes.fetch_add(bytes as u64, Relaxed);
    }

    pub(crate) fn waited(&self) -> Duration {
        Duration::from_millis(self.waited_ms.load(Relaxed))
    }
}
