//! A login that gives a token: the declaration.

use std::time::Duration;

use serde::Serialize;

use super::scheme::Auth;
use super::token_place::TokenPlace;
use crate::json::path::Step;
use crate::params::body::{DataDef, JsonDef};
use crate::params::template::placeholders;

/// `auth = session_token(…)`: the options and their defaults.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct SessionToken {
    /// Where to log in: a URL, or a path below the base URL; a template.
    pub url: &'static str,
    /// Whether a GET logs in, in place of a POST.
    pub get: bool,
    /// The credentials of the login.
    pub auth: &'static Auth,
    /// Its headers: texts, and secrets.
    pub headers: &'static [(&'static str, JsonDef)],
    /// Its body.
    pub json: Option<JsonDef>,
    /// Its body, where it is not JSON.
    pub data: Option<DataDef>,
    /// The names of the secrets in headers and body.
    pub secrets: &'static [&'static str],
    /// Where in the response the token is.
    pub token_path: &'static [Step],
    /// Where the token goes in requests.
    pub place: TokenPlace,
    /// Where its lifetime is, in seconds; `None`: at `expires_in` beside the token.
    pub expires_in_path: Option<&'static [Step]>,
    /// The lifetime of a token that does not state one; `None`: until it is refused.
    pub expires_in: Option<Duration>,
}

impl SessionToken {
    /// The defaults.
    pub const DEFAULT: Self = Self {
        url: "",
        get: false,
        auth: &Auth::None,
        headers: &[],
        json: None,
        data: None,
        secrets: &[],
        token_path: &[Step::Key("token")],
        place: TokenPlace::BEARER,
        expires_in_path: None,
        expires_in: None,
    };

    /// The names of the client-wide params that it is filled in with.
    pub(super) fn placeholders(&self) -> Vec<String> {
        let headers = self.headers.iter().flat_map(|(_, value)| value.placeholders());
        let json = self.json.iter().flat_map(JsonDef::placeholders);
        let body = json.chain(self.data.iter().flat_map(DataDef::placeholders));
        placeholders(self.url).into_iter().chain(self.auth.placeholders()).chain(headers).chain(body).collect()
    }

    /// The names of the secrets that it logs in with.
    pub(super) fn secrets(&self) -> Vec<&'static str> {
        [self.auth.secrets(), self.secrets.to_vec()].concat()
    }
}
