//! What every HTTP client needs: retries, rate limits, redirects, errors of attempts, counters.

pub(crate) mod attempt_error;
pub(crate) mod redirect;
pub(crate) mod retry;
pub(crate) mod server_limits;
pub(crate) mod stats;
pub(crate) mod throttle;
