//! Redirects: the allowed targets, and what is sent there.

use std::borrow::Cow;

use reqwest::header::{HeaderMap, LOCATION};
use reqwest::{Method, StatusCode, Url};

use super::header_text::url_text;
use crate::error::{Error, ErrorKind, Result};
use crate::params::body::Payload;
use crate::text::url::follow;

/// A request on its way through redirects.
pub(crate) struct Hop {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) body: Option<Payload>,
    /// Whether the server named the URL.
    pub(crate) is_redirected: bool,
}

impl Hop {
    /// The redirected request (RFC 9110, section 15.4): within HTTP, never from https to http. A POST is posted again
    /// where the method must be kept, and becomes a GET without a body otherwise. A GET loses its body where the response
    /// is to be found by a GET (303).
    pub(crate) fn redirected(self, status: StatusCode, target: &str) -> Result<Self> {
        let url = follow(&self.url, target).map_err(|why| {
            Error::new(ErrorKind::Transport, format!("the redirect was not followed: {why}"))
                .quoting(&why)
                .with_help("check the base URL and the path")
        })?;
        let keeps = match status {
            StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT => true,
            StatusCode::SEE_OTHER => false,
            _ => self.method == Method::GET,
        };
        let method = if keeps { self.method } else { Method::GET };
        Ok(Self { method, url, body: self.body.filter(|_| keeps), is_redirected: true })
    }
}

/// The target, if the response is a redirect; bytes beyond ASCII are percent-encoded.
pub(crate) fn location(status: StatusCode, headers: &HeaderMap) -> Option<Cow<'_, str>> {
    let redirects = matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308);
    headers.get(LOCATION).filter(|_| redirects).map(url_text)
}
