//! OAuth 2.0 client credentials (RFC 6749, section 4.4): tokens that a client gets for itself.

use std::time::Duration;

use super::credential::Credential;

/// `auth = oauth2_client_credentials(…)`: the options and their defaults.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OAuth2 {
    /// Where tokens are asked for: a URL, or a path below the base URL.
    pub access_token_url: &'static str,
    /// Who asks.
    pub client_id: Credential,
    /// The secret that proves it.
    pub client_secret: &'static str,
    /// What the token shall be good for.
    pub scopes: &'static [&'static str],
    /// Further fields of the request for a token.
    pub request_data: &'static [(&'static str, &'static str)],
    /// Where id and secret go.
    pub client_auth: ClientAuth,
    /// How long a token is good for that does not say so.
    pub default_token_expiration: Duration,
}

impl OAuth2 {
    /// What holds where the declaration says nothing.
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

/// Where a client says who it is when it asks for a token (RFC 6749, section 2.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientAuth {
    /// In the form: `client_id` and `client_secret`.
    Body,
    /// In the header `Authorization`, as basic authentication.
    Header,
}
