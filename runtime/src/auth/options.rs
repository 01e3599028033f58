//! What the credentials of a client are made from.

use std::time::Duration;

use reqwest::Url;

use super::scheme::Auth;
use crate::http::retry::Retry;

/// What the credentials of a client are made from.
pub(crate) struct AuthOptions<'a> {
    /// The source's, then those that resources declare for themselves.
    pub(crate) schemes: Vec<Auth>,
    pub(crate) base: &'a Url,
    /// What the builder says in place of the declared one.
    pub(crate) access_token_url: Option<&'a str>,
    /// For requests of tokens.
    pub(crate) retry: Retry,
    pub(crate) timeout: Duration,
    pub(crate) http: &'a reqwest::Client,
}
