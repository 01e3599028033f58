//! OAuth 2.0 client credentials (RFC 6749, section 4.4): the declaration.

use std::time::Duration;

use serde::Serialize;

use super::credential::Credential;

/// `auth = oauth2_client_credentials(…)`: the options and their defaults.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct OAuth2 {
    /// The token endpoint: a URL, or a path below the base URL.
    pub access_token_url: &'static str,
    /// The client's id.
    pub client_id: Credential,
    /// The name of the client's secret.
    pub client_secret: &'static str,
    /// The scopes of the token.
    pub scopes: &'static [&'static str],
    /// Further fields of the request for a token.
    pub request_data: &'static [(&'static str, &'static str)],
    /// How id and secret are sent.
    pub client_auth: ClientAuth,
    /// The lifetime of a token that does not state one.
    pub default_token_expiration: Duration,
}

impl OAuth2 {
    /// The defaults.
    pub const DEFAULT: Self = Self {
        access_token_url: "",
        client_id: Credential::Literal(""),
        client_secret: "",
        scopes: &[],
        request_data: &[],
        client_auth: ClientAuth::Body,
        default_token_expiration: Duration::from_hours(1),
    };
}

/// How a client authenticates when it requests a token (RFC 6749, section 2.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum ClientAuth {
    /// In the form: `client_id` and `client_secret`.
    Body,
    /// In the header `Authorization`, as basic authentication.
    Header,
}
