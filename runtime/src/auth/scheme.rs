//! The declared authentication schemes, and the credentials that each adds to a request.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use reqwest::Url;
use reqwest::header::{AUTHORIZATION, COOKIE, HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;

use super::credential::Credential;
use super::custom::CustomAuthDef;
use super::oauth2::{Grant, OAuth2};
use super::request_parts::sensitive;
use super::secrets::{Secrets, variable};
use super::session::SessionToken;
use super::token_place::TokenPlace;
use crate::error::{Error, ErrorKind, Result};
use crate::params::secret_text::SecretText;
use crate::text::url::remove_query_param;

/// `auth = …`: secrets are given by name.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub enum Auth {
    /// No credentials.
    None,
    /// `Authorization: Bearer …` (RFC 6750, section 2.1).
    Bearer {
        /// The secret that is the token.
        token: SecretText,
    },
    /// `Authorization: Basic …` (RFC 7617).
    HttpBasic {
        /// The user; a token for some APIs.
        username: Credential,
        /// The password; empty for some APIs.
        password: Credential,
    },
    /// A key under a name that the API chooses.
    ApiKey {
        /// The name of the header, parameter or cookie.
        name: &'static str,
        /// The secret that is the key.
        api_key: SecretText,
        /// Where it goes.
        location: ApiKeyLocation,
    },
    /// An access token that the client requests (RFC 6749).
    OAuth2(&'static OAuth2),
    /// A token that a login gives.
    SessionToken(&'static SessionToken),
    /// The first of these whose secrets are all set.
    OneOf(&'static [Auth]),
    /// A type of the user's.
    Custom(CustomAuthDef),
}

/// Where an API key goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum ApiKeyLocation {
    /// A header of its own.
    Header,
    /// A query parameter.
    Query,
    /// A cookie.
    Cookie,
}

impl Auth {
    /// As it is written.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Bearer { .. } => "bearer",
            Self::HttpBasic { .. } => "http_basic",
            Self::ApiKey { .. } => "api_key",
            Self::OAuth2(OAuth2 { grant: Grant::ClientCredentials, .. }) => "oauth2_client_credentials",
            Self::OAuth2(OAuth2 { grant: Grant::RefreshToken(_), .. }) => "oauth2_refresh_token",
            Self::OAuth2(OAuth2 { grant: Grant::Password { .. }, .. }) => "oauth2_password",
            Self::OAuth2(OAuth2 { grant: Grant::JwtBearer(_), .. }) => "oauth2_jwt_bearer",
            Self::SessionToken(_) => "session_token",
            Self::OneOf(_) => "one_of",
            Self::Custom(_) => "custom",
        }
    }

    /// The names of the secrets that it cannot do without.
    pub(super) fn secrets(self) -> Vec<&'static str> {
        match self {
            Self::None | Self::OneOf(_) => Vec::new(),
            Self::Bearer { token: secret } | Self::ApiKey { api_key: secret, .. } => vec![secret.name],
            Self::HttpBasic { username, password } => {
                [username, password].into_iter().filter_map(Credential::secret).collect()
            }
            Self::OAuth2(def) => def.secrets(),
            Self::SessionToken(def) => def.secrets(),
            Self::Custom(def) => def.secrets.to_vec(),
        }
    }

    /// The names of the client-wide params that it is filled in with.
    pub(crate) fn placeholders(self) -> Vec<String> {
        match self {
            Self::HttpBasic { username, password } => [username.placeholders(), password.placeholders()].concat(),
            Self::OAuth2(def) => def.placeholders(),
            Self::SessionToken(def) => def.placeholders(),
            Self::OneOf(choices) => choices.iter().flat_map(|choice| choice.placeholders()).collect(),
            Self::None | Self::Bearer { .. } | Self::ApiKey { .. } | Self::Custom(_) => Vec::new(),
        }
    }

    /// Checks the values of client-wide params that it is filled in with.
    ///
    /// # Errors
    /// `Config` where one cannot stand in a name.
    pub(super) fn check(self, secrets: &Secrets) -> Result<()> {
        match self {
            // RFC 7617, section 2: the first colon is where the password starts.
            Self::HttpBasic { username, .. } => username.check("username", Some(':'), secrets),
            Self::OAuth2(def) => def.check(secrets),
            Self::SessionToken(def) => def.auth.check(secrets),
            Self::None | Self::Bearer { .. } | Self::ApiKey { .. } | Self::OneOf(_) | Self::Custom(_) => Ok(()),
        }
    }

    /// What is used of several: the first whose secrets are all set.
    pub(crate) fn chosen(self, secrets: &Secrets) -> Self {
        let Self::OneOf(choices) = self else { return self };
        // One was found when the client was built.
        choices.iter().copied().find(|choice| secrets.has(&choice.secrets())).unwrap_or(Self::None)
    }

    /// Adds the credentials to a request. Headers with one are marked as sensitive, so that they are not printed.
    pub(crate) fn authorize(self, url: &mut Url, headers: &mut HeaderMap, secrets: &Secrets) -> Result<()> {
        match self {
            // `Credentials` adds these: they need more than secrets.
            Self::None | Self::OAuth2(_) | Self::SessionToken(_) | Self::OneOf(_) | Self::Custom(_) => {}
            Self::Bearer { token } => {
                let value = format!("Bearer {}", secrets.text(token)?);
                headers.insert(AUTHORIZATION, header_value(&value, &[token.name])?);
            }
            Self::HttpBasic { username, password } => {
                let pair = format!("{}:{}", username.reveal(secrets)?, password.reveal(secrets)?);
                let pair = BASE64_STANDARD.encode(pair);
                secrets.register(&pair);
                let value = format!("Basic {pair}");
                let names: Vec<_> = [username, password].into_iter().filter_map(Credential::secret).collect();
                headers.insert(AUTHORIZATION, header_value(&value, &names)?);
            }
            Self::ApiKey { name, api_key, location } => {
                let key = secrets.text(api_key)?;
                match location {
                    ApiKeyLocation::Header => {
                        let name = HeaderName::try_from(name).map_err(|_| {
                            Error::new(ErrorKind::Config, format!("`{name}` is not a valid header name"))
                        })?;
                        headers.insert(name, header_value(&key, &[api_key.name])?);
                    }
                    ApiKeyLocation::Query => {
                        url.query_pairs_mut().append_pair(name, &key);
                    }
                    ApiKeyLocation::Cookie => {
                        headers.insert(COOKIE, header_value(&format!("{name}={key}"), &[api_key.name])?);
                    }
                }
            }
        }
        Ok(())
    }

    /// Removes a key from a URL: links to the next page often repeat that of the last request.
    pub(crate) fn strip_credentials(self, url: &mut Url) {
        if let Self::ApiKey { name, location: ApiKeyLocation::Query, .. }
        | Self::SessionToken(&SessionToken { place: TokenPlace::Param { name, .. }, .. }) = self
        {
            remove_query_param(url, name);
        }
    }

    /// The header that a key goes into, where the API has chosen its name.
    pub(crate) fn header(self) -> Option<&'static str> {
        match self {
            Self::ApiKey { name, location: ApiKeyLocation::Header, .. }
            | Self::SessionToken(&SessionToken { place: TokenPlace::Header { name, .. }, .. }) => Some(name),
            _ => None,
        }
    }

    /// Whether the client can renew them when they are refused.
    pub(crate) fn is_renewable(self) -> bool {
        matches!(self, Self::OAuth2(_) | Self::SessionToken(_) | Self::Custom(_))
    }

    /// The credentials that were sent, for the message about a refusal: the secret's name, never its value.
    pub(crate) fn describe(self) -> String {
        let renew = |secret: &str| format!("check or renew it (`.{secret}(…)` or {})", variable(secret));
        match self {
            Self::None => {
                "`auth = none` is declared: no credentials were sent but what the request itself holds; check that, or declare `auth = …`"
                    .to_owned()
            }
            Self::Bearer { token: SecretText { name, .. } } => {
                format!("the secret `{name}` was sent as bearer token; {}", renew(name))
            }
            Self::HttpBasic { username, password } => {
                let names: Vec<_> = [username, password].into_iter().filter_map(Credential::secret).collect();
                let list = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and ");
                let renewals = names.iter().map(|name| renew(name)).collect::<Vec<_>>().join("; ");
                let were = if names.len() == 1 { "was" } else { "were" };
                format!("{list} {were} sent as basic authentication; {renewals}")
            }
            Self::ApiKey { name, api_key, location } => {
                let place = match location {
                    ApiKeyLocation::Header => "header",
                    ApiKeyLocation::Query => "query parameter",
                    ApiKeyLocation::Cookie => "cookie",
                };
                let key = api_key.name;
                format!("the secret `{key}` was sent as {place} `{name}`; {}", renew(key))
            }
            // `TokenCache` says more: where the token came from.
            Self::OAuth2(_) | Self::SessionToken(_) | Self::OneOf(_) => "a token was sent".to_owned(),
            Self::Custom(def) => {
                let ways = def.secrets.iter().map(|name| format!("`{name}` (`.{name}(…)` or {})", variable(name)));
                let ways = ways.collect::<Vec<_>>().join(", ");
                let check = if ways.is_empty() { String::new() } else { format!("; check or renew {ways}") };
                format!("the credentials were added by `{}`{check}", def.name)
            }
        }
    }
}

pub(super) fn header_value(value: &str, names: &[&str]) -> Result<HeaderValue> {
    sensitive(value.as_bytes()).ok_or_else(|| {
        let message = format!("the secret `{}` holds characters that no header can carry", names.join("`, `"));
        Error::new(ErrorKind::Config, message).with_help("set it again without line breaks or other control characters")
    })
}
