//! What HTTP asks of every client: retries, limits of rate, redirects, failures and counters.

pub(crate) mod attempt_error;
pub(crate) mod quota;
pub(crate) mod redirect;
pub(crate) mod retry;
pub(crate) mod stats;
pub(crate) mod throttle;
