//! The place that gives out tokens: sends it a request, and makes the error where that gets none.

use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION};
use reqwest::{Method, Response, StatusCode, Url};

use super::options::AuthOptions;
use super::secrets::Secrets;
use super::token_answer::{Answer, TokenPaths};
use crate::error::{Error, ErrorKind, Result};
use crate::http::attempt_error::{AttemptError, PROXY_HELP, excerpt};
use crate::http::connection::Connection;
use crate::http::header_text::url_text;
use crate::http::retry_policy::RetryPolicy;
use crate::http::server_limits::Quota;
use crate::http::stats::Stats;
use crate::text::url::{self as urls, display_url};

/// The longest response. A token has to fit into a header.
const MAX_BYTES: usize = 256 << 10;

/// How messages name the place and its tokens.
#[derive(Clone, Copy)]
pub(super) struct Wording {
    /// `access token`
    pub(super) token: &'static str,
    /// The option that says where it is.
    pub(super) option: &'static str,
    /// What to do where it does not take such bodies, if that can be declared.
    pub(super) media_type: Option<&'static str>,
}

/// The place that gives out tokens.
pub(super) struct TokenEndpoint {
    pub(super) url: Url,
    pub(super) retry: RetryPolicy,
    pub(super) timeout: Duration,
    connection: Connection,
    /// The builder's headers, if the tokens come from an origin that these are sent to.
    headers: HeaderMap,
    words: Wording,
    /// The secrets that are sent there, and what to do about them.
    pub(super) credentials: String,
}

/// A request for a token.
pub(super) struct TokenCall {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    /// The body and its media type.
    pub(super) body: Option<(Bytes, HeaderValue)>,
}

impl TokenEndpoint {
    /// Sends nothing.
    pub(super) fn new(url: Url, words: Wording, credentials: String, options: &AuthOptions<'_>) -> Self {
        if !urls::is_confidential(&url) {
            tracing::warn!(origin = %url.origin().ascii_serialization(), "credentials will be sent without encryption");
        }
        let is_trusted = options.trusted.contains(&url.origin());
        Self {
            url,
            retry: options.retry.clone(),
            timeout: options.timeout,
            connection: options.connection.clone(),
            headers: if is_trusted { options.headers.clone() } else { HeaderMap::new() },
            words,
            credentials,
        }
    }

    /// A request to it, with nothing of its own yet.
    pub(super) fn call(&self, method: Method) -> TokenCall {
        let mut headers = self.headers.clone();
        headers.entry(ACCEPT).or_insert(HeaderValue::from_static("application/json"));
        TokenCall { method, url: self.url.clone(), headers, body: None }
    }

    /// Sends a request once.
    pub(super) async fn send(
        &self,
        call: TokenCall,
        paths: &TokenPaths,
        secrets: &Secrets,
        stats: &Stats,
    ) -> Result<Answer, AttemptError> {
        let TokenCall { method, url, mut headers, body } = call;
        // The client's certificate is for this place, too: its secret goes there.
        let mut request = self.connection.client(true).request(method, url);
        if let Some((body, media_type)) = body {
            headers.insert(CONTENT_TYPE, media_type);
            request = request.body(body);
        }
        stats.request();
        let attempt_error = |error| {
            let proxy = self.connection.proxy.as_deref();
            let failure = AttemptError::from_reqwest(error, self.timeout, proxy, |text| secrets.redact(text));
            let (kind, message) = (failure.error.kind(), failure.error.message());
            let message = format!("no {} from {}: {message}", self.words.token, self.place(secrets));
            let help = match failure.error.help() {
                // It is not the place that is wrong.
                Some(help) if kind == ErrorKind::Unauthorized || proxy.is_some() => help.to_owned(),
                _ => format!("check that the server runs and that `{}` is right", self.words.option),
            };
            AttemptError { error: Error::new(kind, message).with_help(help).with_source(failure.error), ..failure }
        };
        let mut response = request.headers(headers).timeout(self.timeout).send().await.map_err(attempt_error)?;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(attempt_error)? {
            body.extend_from_slice(&chunk);
            if body.len() > MAX_BYTES {
                let why = format!("the response is larger than {MAX_BYTES} bytes");
                return Err(AttemptError::fatal(self.error(ErrorKind::BodyTooLarge, &why, secrets)));
            }
        }
        stats.received(body.len());
        let code = response.status();
        let said = TokenPaths::refusal(&body).map(|said| excerpt(&secrets.redact(&said)));
        if !code.is_success() || said.is_some() {
            return Err(self.refused(&response, said.as_deref(), secrets));
        }
        let answer = paths.read(&body).map_err(|why| {
            let why = format!("the server responded with {code} {}", excerpt(&secrets.redact(&why)));
            AttemptError::fatal(self.error(ErrorKind::Decode, &why, secrets))
        })?;
        tracing::debug!(url = self.place(secrets), seconds = answer.lifetime.as_secs(), "{}", self.words.token);
        Ok(answer)
    }

    /// The error of a response that is not a success, or reports an error: `said` is what it says.
    fn refused(&self, response: &Response, said: Option<&str>, secrets: &Secrets) -> AttemptError {
        let status = response.status();
        let redirect = response.headers().get(LOCATION).filter(|_| status.is_redirection()).map(url_text);
        let redirect = redirect.and_then(|target| self.url.join(&target).ok());
        let after = match (redirect, said) {
            (Some(target), _) => {
                let target = secrets.redact(&display_url(&target));
                format!(" and redirects to {target}, where the credentials are not sent")
            }
            (None, Some(said)) => format!(": {said}"),
            (None, None) => String::new(),
        };
        let kind = match status {
            StatusCode::TOO_MANY_REQUESTS => ErrorKind::RateLimited,
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::PROXY_AUTHENTICATION_REQUIRED => {
                ErrorKind::Unauthorized
            }
            StatusCode::UNSUPPORTED_MEDIA_TYPE => ErrorKind::Status,
            _ if said.is_some() && !status.is_server_error() => ErrorKind::Unauthorized,
            _ => ErrorKind::Status,
        };
        let error = match self.connection.proxy.as_deref() {
            Some(proxy) if status == StatusCode::PROXY_AUTHENTICATION_REQUIRED => {
                self.error(kind, &format!("the proxy {proxy} responded with {status}"), secrets).with_help(PROXY_HELP)
            }
            _ => self.error(kind, &format!("the server responded with {status}{after}"), secrets),
        };
        let error = match self.words.media_type {
            Some(help) if status == StatusCode::UNSUPPORTED_MEDIA_TYPE => error.with_help(help),
            _ => error,
        };
        let retry = self.retry.statuses.contains(&status.as_u16());
        let retry_after = Quota::read(response.headers(), std::time::SystemTime::now()).pause();
        AttemptError { retry, retry_after, ..AttemptError::fatal(error.with_status(status.as_u16())) }
    }

    pub(super) fn error(&self, kind: ErrorKind, why: &str, secrets: &Secrets) -> Error {
        let Wording { token, option, .. } = self.words;
        let help = match kind {
            ErrorKind::Unauthorized => self.credentials.clone(),
            ErrorKind::Decode => format!(
                "check that `{option}` is where the API gives out tokens, and where its response has them: `token_path`"
            ),
            _ => format!("check that `{option}` is where the API gives out tokens"),
        };
        Error::new(kind, format!("no {token} from {}: {why}", self.place(secrets))).with_help(help)
    }

    /// The place, for messages.
    fn place(&self, secrets: &Secrets) -> String {
        secrets.redact(&display_url(&self.url))
    }

    /// The credentials that were sent with a request, for the message about a refusal: a token that was requested for it, or
    /// one that had been in use.
    pub(super) fn describe(&self, renewed: bool) -> String {
        let (url, credentials, token) = (display_url(&self.url), &self.credentials, self.words.token);
        let article = if token.starts_with('a') { "an" } else { "a" };
        if renewed {
            format!("a new {token} from {url} was sent, too; {credentials}")
        } else {
            format!(
                "{article} {token} from {url} was sent; {credentials}; if the API says by this response that the token is no longer valid, declare that: `response_actions(403 = renew)`"
            )
        }
    }
}
