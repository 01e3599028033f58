//! OAuth 2.0 client credentials (RFC 6749, section 4.4): the declaration.

use std::time::Duration;

use serde::Serialize;

use super::credential::Credential;
use crate::json::path::Step;

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
    /// How the fields of the request are written.
    pub request_format: RequestFormat,
    /// How id and secret are sent.
    pub client_auth: ClientAuth,
    /// Where in the response the token is.
    pub token_path: &'static [Step],
    /// Where its lifetime is, in seconds; `None`: at `expires_in` beside the token.
    pub expires_in_path: Option<&'static [Step]>,
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
        request_format: RequestFormat::Form,
        client_auth: ClientAuth::Body,
        token_path: &[Step::Key("access_token")],
        expires_in_path: None,
        default_token_expiration: Duration::from_hours(1),
    };
}

/// How the fields of a request for a token are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum RequestFormat {
    /// As a form (RFC 6749, section 4.4.2).
    Form,
    /// As a JSON object of strings, which some APIs want.
    Json,
}

/// How a client authenticates when it requests a token (RFC 6749, section 2.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum ClientAuth {
    /// Among the fields: `client_id` and `client_secret`.
    Body,
    /// In the header `Authorization`, as basic authentication.
    Header,
}
