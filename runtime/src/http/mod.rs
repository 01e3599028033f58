//! What every HTTP client needs: connections, retries, rate limits, redirects, errors of attempts, counters.

pub(crate) mod attempt_error;
pub(crate) mod connection;
pub(crate) mod content_coding;
pub(crate) mod header_text;
pub(crate) mod pem;
pub(crate) mod proxy;
pub(crate) mod redirect;
pub(crate) mod retry;
pub(crate) mod retry_policy;
pub(crate) mod server_limits;
pub(crate) mod stats;
pub(crate) mod throttle;
