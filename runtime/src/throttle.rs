//! How many requests a client may send, and when.

use std::time::Duration;

/// `rate_limit = "10/s"`: at most so many requests in any such time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RateLimit {
    /// How many requests.
    pub requests: u32,
    /// In which time.
    pub per: Duration,
}
