//! The request for an access token of OAuth 2.0, for each grant.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use reqwest::header::{AUTHORIZATION, HeaderValue};
use reqwest::{Method, Url};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Map, Value};
use url::form_urlencoded::{Serializer, byte_serialize};

use super::jwt;
use super::oauth2::{ClientAuth, Grant, OAuth2, RequestFormat};
use super::options::AuthOptions;
use super::request_parts::sensitive;
use super::secrets::{Secrets, variable};
use super::token_answer::TokenPaths;
use super::token_endpoint::{TokenCall, TokenEndpoint, Wording};
use crate::error::Result;
use crate::params::template::{Values, only_placeholder};

/// How tokens of one declaration are requested.
pub(super) struct TokenRequest {
    pub(super) def: &'static OAuth2,
    pub(super) endpoint: TokenEndpoint,
    pub(super) paths: TokenPaths,
}

impl TokenRequest {
    /// Sends nothing.
    pub(super) fn new(def: &'static OAuth2, url: Url, options: &AuthOptions<'_>) -> Self {
        let media_type = match def.request_format {
            RequestFormat::Form => "it does not take a form: declare `request_format = json` beside `access_token_url`",
            RequestFormat::Json => "it does not take JSON: leave `request_format = json` out",
        };
        let words = Wording { token: "access token", option: "access_token_url", media_type: Some(media_type) };
        let refresh_token = match def.grant {
            Grant::RefreshToken(refresh) => refresh.refresh_token_path,
            _ => None,
        };
        let paths = TokenPaths {
            token: def.token_path,
            expires_in: def.expires_in_path,
            lifetime: def.default_token_expiration,
            refresh_token,
        };
        let endpoint = TokenEndpoint::new(url, words, credentials(def), options);
        Self { def, endpoint, paths }
    }

    /// The request for a token (RFC 6749, sections 2.3.1, 4.3.2, 4.4.2 and 6; RFC 7523, section 2.1). `refresh_token` is the
    /// one to send.
    pub(super) fn call(&self, refresh_token: Option<&SecretString>, secrets: &Secrets) -> Result<TokenCall> {
        let def = self.def;
        let params = secrets.params();
        let scopes = scopes(def.scopes, params);
        let mut call = self.endpoint.call(Method::POST);
        let mut fields: Vec<(&str, String)> = Vec::new();
        let mut field = |name, value: String| fields.push((name, value));
        match def.grant {
            Grant::ClientCredentials => field("grant_type", "client_credentials".to_owned()),
            Grant::RefreshToken(_) => {
                field("grant_type", "refresh_token".to_owned());
                field("refresh_token", refresh_token.map(|token| token.expose_secret().to_owned()).unwrap_or_default());
            }
            Grant::Password { username, password } => {
                field("grant_type", "password".to_owned());
                field("username", username.reveal(secrets)?.into_owned());
                field("password", secrets.text(password)?);
            }
            Grant::JwtBearer(jwt) => {
                let assertion = jwt::signed(&jwt, &scopes, self.endpoint.url.as_str(), secrets)?;
                secrets.register(&assertion);
                field("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer".to_owned());
                field("assertion", assertion);
            }
        }
        let id = def.client_id.map(|id| id.reveal(secrets)).transpose()?;
        let key = def.client_secret.map(|key| secrets.text(key)).transpose()?;
        match (id, key, def.client_auth) {
            (Some(id), Some(key), ClientAuth::Header) => {
                let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
                let pair = BASE64_STANDARD.encode(format!("{}:{}", encoded(&id), encoded(&key)));
                secrets.register(&pair);
                // Base64 is always valid in a header.
                let value = sensitive(format!("Basic {pair}").as_bytes());
                call.headers.extend(value.map(|value| (AUTHORIZATION, value)));
            }
            (id, key, _) => {
                if let Some(id) = id {
                    field("client_id", id.into_owned());
                }
                if let Some(key) = key {
                    field("client_secret", key);
                }
            }
        }
        if !scopes.is_empty() {
            field("scope", scopes);
        }
        for (name, value) in def.request_data {
            // A field whose param has no value is left out.
            if let Some(text) = params.fill(value) {
                field(name, text);
            }
        }
        let (media_type, body) = match def.request_format {
            RequestFormat::Form => {
                let form = Serializer::new(String::new()).extend_pairs(fields).finish();
                ("application/x-www-form-urlencoded", form)
            }
            RequestFormat::Json => {
                let object: Map<_, Value> =
                    fields.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
                ("application/json", Value::Object(object).to_string())
            }
        };
        call.body = Some((body.into(), HeaderValue::from_static(media_type)));
        Ok(call)
    }
}

/// The scopes as they are sent. One that is nothing but a param is each value of a list; one without a value is left out.
fn scopes(declared: &[&str], params: &Values) -> String {
    let each = |scope: &&str| match only_placeholder(scope) {
        Some(name) => params.fill_each(&format!("{{{name}*}}")),
        None => params.fill(scope).into_iter().collect(),
    };
    declared.iter().flat_map(each).filter(|scope| !scope.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The secrets that tokens are requested with, and what to do about them.
fn credentials(def: &OAuth2) -> String {
    let sent = sent(&def.secrets());
    let renewed = match def.grant {
        Grant::RefreshToken(refresh) => format!(
            "; a refresh token is refused where it has expired, was revoked, or was used before: then set a new one as `{}`",
            refresh.refresh_token
        ),
        _ => String::new(),
    };
    format!("{sent}, and `scopes`{renewed}")
}

/// The secrets that were sent for a token, and where to set them.
pub(super) fn sent(names: &[&str]) -> String {
    let list = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and ");
    let ways = names.iter().map(|name| format!("`.{name}(…)` or {}", variable(name)));
    let (secrets, were, them) = if names.len() == 1 { ("secret", "was", "it") } else { ("secrets", "were", "them") };
    let ways = ways.collect::<Vec<_>>().join("; ");
    if names.is_empty() {
        return "no secret was sent for a token".to_owned();
    }
    format!("the {secrets} {list} {were} sent for a token; check or renew {them} ({ways})")
}
