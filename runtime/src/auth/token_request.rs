//! The request for an access token (OAuth 2.0 client credentials), what its response says, and the error where that is no
//! token.

use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION};
use reqwest::{Response, StatusCode, Url};
use secrecy::ExposeSecret;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use url::form_urlencoded::{Serializer, byte_serialize};

use super::credential::Credential;
use super::oauth2::{ClientAuth, OAuth2, RequestFormat};
use super::options::AuthOptions;
use super::request_parts::sensitive;
use super::secrets::{Secrets, variable};
use crate::error::{Error, ErrorKind, Result};
use crate::http::attempt_error::{AttemptError, PROXY_HELP, excerpt};
use crate::http::connection::Connection;
use crate::http::header_text::url_text;
use crate::http::retry_policy::RetryPolicy;
use crate::http::server_limits::Quota;
use crate::http::stats::Stats;
use crate::json::lookup::{RawObject, descend, value_at};
use crate::json::path::{Path, Step};
use crate::text::url::{self as urls, display_url};

/// The longest response. A token has to fit into a header.
const MAX_BYTES: usize = 256 << 10;

/// The prefix of a token (RFC 6750, section 2.1).
pub(super) const BEARER: &str = "Bearer ";

/// How tokens of one declaration are requested.
pub(super) struct TokenRequest {
    pub(super) def: OAuth2,
    url: Url,
    pub(super) retry: RetryPolicy,
    timeout: Duration,
    connection: Connection,
    /// The builder's headers, if the tokens come from an origin that these are sent to.
    headers: HeaderMap,
}

/// A token that the server has given out.
pub(super) struct GrantedToken {
    pub(super) header: HeaderValue,
    pub(super) lifetime: Duration,
}

impl TokenRequest {
    /// Sends nothing.
    pub(super) fn new(def: OAuth2, url: &str, options: &AuthOptions<'_>) -> Result<Self> {
        let url = endpoint(options.base, url)?;
        if !urls::is_confidential(&url) {
            tracing::warn!(origin = %url.origin().ascii_serialization(), "credentials will be sent without encryption");
        }
        let is_trusted = options.trusted.contains(&url.origin());
        Ok(Self {
            def,
            url,
            retry: options.retry.clone(),
            timeout: options.timeout,
            connection: options.connection.clone(),
            headers: if is_trusted { options.headers.clone() } else { HeaderMap::new() },
        })
    }

    /// Sends it once.
    pub(super) async fn send(&self, secrets: &Secrets, stats: &Stats) -> Result<GrantedToken, AttemptError> {
        let request = self.request(secrets).map_err(AttemptError::fatal)?.timeout(self.timeout);
        stats.request();
        let attempt_error = |error| {
            let proxy = self.connection.proxy.as_deref();
            let failure = AttemptError::from_reqwest(error, self.timeout, proxy, |text| secrets.redact(text));
            let (kind, message) = (failure.error.kind(), failure.error.message());
            let message = format!("no access token from {}: {message}", self.place(secrets));
            let help = match failure.error.help() {
                // It is not the place that is wrong.
                Some(help) if kind == ErrorKind::Unauthorized || proxy.is_some() => help.to_owned(),
                _ => "check that the server runs and that `access_token_url` is right".to_owned(),
            };
            AttemptError { error: Error::new(kind, message).with_help(help).with_source(failure.error), ..failure }
        };
        let mut response = request.send().await.map_err(attempt_error)?;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(attempt_error)? {
            body.extend_from_slice(&chunk);
            if body.len() > MAX_BYTES {
                let why = format!("the response is larger than {MAX_BYTES} bytes");
                return Err(AttemptError::fatal(self.error(ErrorKind::BodyTooLarge, &why, secrets)));
            }
        }
        stats.received(body.len());
        let (token, lifetime) = self.read(&response, &body, secrets)?;
        secrets.register(token.expose_secret());
        let header = sensitive(format!("{BEARER}{}", token.expose_secret()).as_bytes()).ok_or_else(|| {
            let why = "the access token holds characters that no header can carry";
            AttemptError::fatal(self.error(ErrorKind::Decode, why, secrets))
        })?;
        tracing::debug!(url = self.place(secrets), seconds = lifetime.as_secs(), "access token");
        Ok(GrantedToken { header, lifetime })
    }

    /// The request for a token (RFC 6749, sections 2.3.1 and 4.4.2).
    fn request(&self, secrets: &Secrets) -> Result<reqwest::RequestBuilder> {
        let (id, key) = (self.def.client_id.reveal(secrets)?, secrets.expose(self.def.client_secret)?);
        let scopes = self.def.scopes.join(" ");
        let mut fields = vec![("grant_type", "client_credentials")];
        let mut headers = self.headers.clone();
        headers.entry(ACCEPT).or_insert(HeaderValue::from_static("application/json"));
        match self.def.client_auth {
            ClientAuth::Body => fields.extend([("client_id", id), ("client_secret", key)]),
            ClientAuth::Header => {
                let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
                let pair = BASE64_STANDARD.encode(format!("{}:{}", encoded(id), encoded(key)));
                secrets.register(&pair);
                // Base64 is always valid in a header.
                headers.extend(sensitive(format!("Basic {pair}").as_bytes()).map(|value| (AUTHORIZATION, value)));
            }
        }
        if !scopes.is_empty() {
            fields.push(("scope", &scopes));
        }
        fields.extend(self.def.request_data);
        let (media_type, body) = match self.def.request_format {
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
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        // The client's certificate is for this place, too: its secret goes there.
        let http = self.connection.client(true);
        Ok(http.post(self.url.clone()).headers(headers).body(body))
    }

    /// The token in a response, and its lifetime. Nothing of a response with a token is shown.
    fn read(
        &self,
        response: &Response,
        body: &[u8],
        secrets: &Secrets,
    ) -> Result<(secrecy::SecretString, Duration), AttemptError> {
        let status = response.status();
        let parsed: Option<Map<String, Value>> = serde_json::from_slice(body).ok();
        let text =
            |key: &str| parsed.as_ref().and_then(|members| members.get(key)?.as_str()).filter(|text| !text.is_empty());
        if !status.is_success() || text("error").is_some() {
            let said = match (text("error"), text("error_description")) {
                (Some(code), Some(description)) => {
                    format!(": {}", excerpt(&secrets.redact(&format!("{code}: {description}"))))
                }
                (Some(code), None) => format!(": {}", excerpt(&secrets.redact(code))),
                (None, _) => String::new(),
            };
            return Err(self.refused(response, &said, text("error").is_some(), secrets));
        }
        if parsed.is_none() {
            let why = format!("the server responded with {status} without a JSON object");
            return Err(AttemptError::fatal(self.error(ErrorKind::Decode, &why, secrets)));
        }
        let path = self.def.token_path;
        let token = value_at(body, path).and_then(|token| serde_json::from_str::<String>(token.get()).ok());
        let Some(token) = token.filter(|token| !token.is_empty()) else {
            let keys = excerpt(&secrets.redact(&keys_towards(body, path)));
            let why = format!("the server responded with {status} without `{}`; {keys}", Path(path));
            return Err(AttemptError::fatal(self.error(ErrorKind::Decode, &why, secrets)));
        };
        let beside: Vec<Step>;
        let lifetime = if let Some(path) = self.def.expires_in_path {
            path
        } else {
            let above = path.split_last().map_or(&[][..], |(_, above)| above);
            beside = [above, &[Step::Key("expires_in")]].concat();
            &beside
        };
        let lifetime = value_at(body, lifetime).and_then(|value| serde_json::from_str(value.get()).ok());
        let lifetime = lifetime.as_ref().and_then(seconds).unwrap_or(self.def.default_token_expiration);
        Ok((token.into(), lifetime))
    }

    /// The error of a response that is not a success, or reports an error.
    fn refused(&self, response: &Response, said: &str, is_explained: bool, secrets: &Secrets) -> AttemptError {
        let status = response.status();
        let redirect = response.headers().get(LOCATION).filter(|_| status.is_redirection()).map(url_text);
        let redirect = redirect.and_then(|target| self.url.join(&target).ok());
        let said = match redirect {
            Some(target) => {
                let target = secrets.redact(&display_url(&target));
                format!(" and redirects to {target}, where the credentials are not sent")
            }
            None => said.to_owned(),
        };
        let kind = match status {
            StatusCode::TOO_MANY_REQUESTS => ErrorKind::RateLimited,
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::PROXY_AUTHENTICATION_REQUIRED => {
                ErrorKind::Unauthorized
            }
            StatusCode::UNSUPPORTED_MEDIA_TYPE => ErrorKind::Status,
            _ if is_explained && !status.is_server_error() => ErrorKind::Unauthorized,
            _ => ErrorKind::Status,
        };
        let error = match self.connection.proxy.as_deref() {
            Some(proxy) if status == StatusCode::PROXY_AUTHENTICATION_REQUIRED => {
                self.error(kind, &format!("the proxy {proxy} responded with {status}"), secrets).with_help(PROXY_HELP)
            }
            _ => self.error(kind, &format!("the server responded with {status}{said}"), secrets),
        };
        let error = match (status, self.def.request_format) {
            (StatusCode::UNSUPPORTED_MEDIA_TYPE, RequestFormat::Form) => {
                error.with_help("it does not take a form: declare `request_format = json` beside `access_token_url`")
            }
            (StatusCode::UNSUPPORTED_MEDIA_TYPE, RequestFormat::Json) => {
                error.with_help("it does not take JSON: leave `request_format = json` out")
            }
            _ => error,
        };
        let retry = self.retry.statuses.contains(&status.as_u16());
        let retry_after = Quota::read(response.headers(), std::time::SystemTime::now()).pause();
        AttemptError { retry, retry_after, ..AttemptError::fatal(error.with_status(status.as_u16())) }
    }

    fn error(&self, kind: ErrorKind, why: &str, secrets: &Secrets) -> Error {
        let help = match kind {
            ErrorKind::Unauthorized => self.credentials(),
            ErrorKind::Decode => "check that `access_token_url` is where the API gives out tokens, and where its response has them: `token_path`".to_owned(),
            _ => "check that `access_token_url` is where the API gives out tokens".to_owned(),
        };
        Error::new(kind, format!("no access token from {}: {why}", self.place(secrets))).with_help(help)
    }

    /// The token endpoint, for messages.
    fn place(&self, secrets: &Secrets) -> String {
        secrets.redact(&display_url(&self.url))
    }

    /// The secrets that tokens are requested with, and what to do about them.
    pub(super) fn credentials(&self) -> String {
        let id = match self.def.client_id {
            Credential::Secret(name) => Some(name),
            Credential::Literal(_) => None,
        };
        let names: Vec<_> = id.into_iter().chain([self.def.client_secret]).collect();
        let list = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and ");
        let ways = names.iter().map(|name| format!("`.{name}(…)` or {}", variable(name)));
        let (secrets, were, them) =
            if names.len() == 1 { ("secret", "was", "it") } else { ("secrets", "were", "them") };
        format!(
            "the {secrets} {list} {were} sent for a token; check or renew {them} ({}), and `scopes`",
            ways.collect::<Vec<_>>().join("; ")
        )
    }

    /// The credentials that were sent with a request, for the message about a refusal: a token that was requested for it, or
    /// one that had been in use.
    pub(super) fn describe(&self, renewed: bool) -> String {
        let (url, credentials) = (display_url(&self.url), self.credentials());
        if renewed {
            format!("a new access token from {url} was sent, too; {credentials}")
        } else {
            format!(
                "an access token from {url} was sent; {credentials}; if the API says by this response that the token is no longer valid, declare that: `response_actions(403 = renew)`"
            )
        }
    }
}

/// The keys of the last object on the way to the token.
fn keys_towards(body: &[u8], path: &[Step]) -> String {
    let Ok(root) = serde_json::from_slice::<&RawValue>(body) else { return "it is no JSON".to_owned() };
    let (depth, value) = descend(root, path);
    let depth = depth.min(path.len().saturating_sub(1));
    let object: RawObject<'_> = serde_json::from_str(value.get()).unwrap_or_default();
    let keys = object.keys().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
    let keys = if keys.is_empty() { "no keys".to_owned() } else { format!("the keys {keys}") };
    match path.get(..depth) {
        Some(above) if !above.is_empty() => format!("`{}` has {keys}", Path(above)),
        _ => format!("its response has {keys}"),
    }
}

/// The token endpoint: a URL, or a path below the base URL.
fn endpoint(base: &Url, text: &str) -> Result<Url> {
    let url = if text.contains("://") {
        Url::parse(text).map_err(|error| error.to_string())
    } else {
        urls::page_url(base, text, &[]).map_err(|error| error.message().to_owned())
    };
    let refuse = |why: &str| {
        Error::new(ErrorKind::Config, format!("`access_token_url` is not usable: {why}"))
            .with_help("write it as `https://host/path`, or as a path below the base URL")
    };
    let url = url.map_err(|why| refuse(&why))?;
    match url.scheme() {
        "http" | "https" => Ok(url),
        other => Err(refuse(&format!("the scheme is `{other}`, expected http or https"))),
    }
}

/// `expires_in`: a number of seconds, also as a string. A negative number has expired.
fn seconds(value: &Value) -> Option<Duration> {
    let seconds = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    if seconds.is_nan() {
        return None;
    }
    // Clamped to three centuries.
    Some(Duration::from_secs_f64(seconds.clamp(0.0, 1e10)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lifetimes_are_numbers_or_strings() {
        for (json, expected) in [
            ("3600", Some(3600.0)),
            ("\" 60 \"", Some(60.0)),
            ("1.5", Some(1.5)),
            ("-5", Some(0.0)),
            ("0", Some(0.0)),
            ("1e300", Some(1e10)),
            ("\"NaN\"", None),
            ("null", None),
            ("\"soon\"", None),
            ("[1]", None),
        ] {
            let value = serde_json::from_str(json).unwrap_or_default();
            assert_eq!(seconds(&value).map(|lifetime| lifetime.as_secs_f64()), expected, "{json}");
        }
    }

    #[test]
    fn endpoints_are_urls_or_paths_below_the_base() {
        let base = Url::parse("https://api.example.com/v1").unwrap_or_else(|_| unreachable!());
        for (text, expected) in [
            ("/oauth/token", Some("https://api.example.com/v1/oauth/token")),
            ("https://login.example.com/token?tenant=a", Some("https://login.example.com/token?tenant=a")),
            ("ftp://login.example.com", None),
            ("https://", None),
        ] {
            assert_eq!(endpoint(&base, text).ok().map(String::from).as_deref(), expected, "{text}");
        }
    }
}
