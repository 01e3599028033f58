//! What the credentials of a client are made from.

use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;
use reqwest::header::HeaderMap;
use url::Origin;

use super::scheme::Auth;
use super::token_store::TokenStore;
use crate::http::connection::Connection;
use crate::http::retry_policy::RetryPolicy;
use crate::params::template::Values;

/// What the credentials of a client are made from.
pub(crate) struct AuthOptions<'a> {
    /// The source's name.
    pub(crate) source: &'static str,
    /// The source's, then those that resources declare for themselves.
    pub(crate) schemes: Vec<Auth>,
    pub(crate) base: &'a Url,
    /// What the builder says in place of the declared one.
    pub(crate) access_token_url: Option<&'a str>,
    /// For requests of tokens.
    pub(crate) retry: RetryPolicy,
    pub(crate) timeout: Duration,
    pub(crate) connection: &'a Connection,
    /// The builder's headers, and the origins that they are sent to.
    pub(crate) headers: &'a HeaderMap,
    pub(crate) trusted: &'a [Origin],
    /// The client-wide params.
    pub(crate) values: &'a Values,
    pub(crate) token_store: Option<&'a Arc<dyn TokenStore>>,
}
