//! A request that has not been sent.

use std::fmt;

/// The first request of a read, as it would be sent: what [`Scan::planned_request`](crate::Scan::planned_request) returns.
///
/// Its `Display` is one line: the method, the URL and, if there is one, the body. What `auth` adds is not in it, and secrets
/// in it are redacted.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlannedRequest {
    /// The method: `GET` or `POST`.
    pub method: String,
    /// The URL with its query.
    pub url: String,
    /// The body of a POST.
    pub body: Option<String>,
}

impl fmt::Display for PlannedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.url)?;
        self.body.as_ref().map_or(Ok(()), |body| write!(f, " {body}"))
    }
}
