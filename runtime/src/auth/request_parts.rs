//! The parts of a request that credentials are added to.

use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{HeaderMap, HeaderValue};
use reqwest::{Method, Url};

/// A request before it is sent.
pub(crate) struct RequestParts<'a> {
    pub(crate) method: &'a Method,
    pub(crate) url: &'a mut Url,
    pub(crate) headers: &'a mut HeaderMap,
    pub(crate) body: Option<&'a Bytes>,
    /// The number of the credentials that the server has refused for this request.
    pub(crate) refused: Option<u64>,
    /// How long the user's own code may take.
    pub(crate) timeout: Duration,
}

/// The value of a header that holds a credential, marked so that it is not printed; `None` if no header can carry it.
pub(super) fn sensitive(value: &[u8]) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_bytes(value).ok()?;
    value.set_sensitive(true);
    Some(value)
}
