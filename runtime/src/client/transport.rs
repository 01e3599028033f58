//! One page over the wire: the request with its credentials, again where that is worth it, within bounds.

use std::time::{Duration, Instant, SystemTime};

use bytes::{Bytes, BytesMut};
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{StatusCode, Url};
use serde_json::Value;
use tracing::Instrument as _;

use super::source::SourceDef;
use crate::auth::Auth;
use crate::auth::credentials::Credentials;
use crate::auth::options::AuthOptions;
use crate::auth::request_parts::RequestParts;
use crate::auth::secrets::Secrets;
use crate::declare::resource::{Action, On, ResponseAction};
use crate::error::{Error, ErrorKind, Result};
use crate::http::attempt_error::{AttemptError, excerpt};
use crate::http::quota;
use crate::http::quota::Quota;
use crate::http::redirect::{Hop, location};
use crate::http::retry::{Attempts, Retry};
use crate::http::stats::Stats;
use crate::http::throttle::{InFlight, Throttle};
use crate::json::lookup;
use crate::json::path::{Path, Step};
use crate::params::body::Payload;
use crate::params::template::Values;
use crate::text::url;
use crate::text::url::display_url;
use ::url::Origin;

/// Redirects followed for one request.
const MAX_REDIRECTS: usize = 10;
/// How much of an error's body is looked at for its message.
const MAX_ERROR_BYTES: usize = 16 << 10;

/// The HTTP side of a client.
#[derive(Debug)]
pub(crate) struct Transport {
    http: reqwest::Client,
    credentials: Credentials,
    throttle: Throttle,
    /// The origins that credentials are sent to.
    trusted: Vec<Origin>,
    max_page_bytes: usize,
}

/// A request for one page.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) resource: &'static str,
    pub(crate) url: Url,
    /// A query that is posted.
    pub(crate) body: Option<Payload>,
    pub(crate) headers: HeaderMap,
    pub(crate) actions: &'static [ResponseAction],
    pub(crate) auth: Auth,
    pub(crate) retry: Retry,
    pub(crate) timeout: Duration,
}

/// The answer to it.
#[derive(Debug, Clone)]
pub(crate) struct Response {
    /// Where it came from in the end, without credentials.
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// Whether the declaration says that it holds no rows.
    pub(crate) ignored: bool,
}

impl Call {
    /// What the declaration says of an answer, and what in the body it says it by. The first action that fits holds.
    fn action(&self, status: StatusCode, body: &[u8]) -> Option<(Action, Option<String>)> {
        let code = status.as_u16();
        self.actions.iter().find_map(|ResponseAction { on, action }| {
            let fits = match *on {
                On::Status(declared) => declared == code,
                On::Text(text) => String::from_utf8_lossy(body).contains(text),
                On::StatusText(declared, text) => declared == code && String::from_utf8_lossy(body).contains(text),
                On::Body(path, expected) => {
                    let said = value_matching(body, path, expected)?;
                    return Some((*action, Some(format!("`{}` is {said}", Path(path)))));
                }
            };
            fits.then_some((*action, None))
        })
    }
}

/// The value at a path, where it is the expected one, or any that says something.
fn value_matching(body: &[u8], path: &[Step], expected: Option<&str>) -> Option<String> {
    let text = lookup::value_at(body, path)?.get();
    let value: Value = serde_json::from_str(text).ok()?;
    let fits = match (expected, &value) {
        (Some(expected), Value::String(value)) => value == expected,
        (Some(expected), _) => text == expected,
        (None, Value::Null | Value::Bool(false)) => false,
        (None, Value::String(value)) => !value.is_empty(),
        (None, Value::Array(items)) => !items.is_empty(),
        (None, Value::Object(members)) => !members.is_empty(),
        (None, _) => true,
    };
    fits.then(|| text.to_owned())
}

impl Transport {
    pub(crate) fn new(
        source: &SourceDef,
        base: &Url,
        access_token_url: Option<&str>,
        secrets: Secrets,
    ) -> Result<Self> {
        let declared = source.trust.iter().map(|origin| url::base_url(origin).map(|url| url.origin()));
        let trusted = declared.chain([Ok(base.origin())]).collect::<Result<_>>()?;
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        let http = reqwest::Client::builder()
            .user_agent(concat!("declarest/", env!("CARGO_PKG_VERSION")))
            .default_headers(headers)
            .connect_timeout(source.connect_timeout)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| Error::new(ErrorKind::Config, "the HTTP client cannot be set up").with_source(error))?;
        let own = source.resources.iter().filter_map(|entry| entry.def.auth);
        let options = AuthOptions {
            schemes: [source.auth].into_iter().chain(own).collect(),
            base,
            access_token_url,
            retry: source.retry,
            timeout: source.timeout,
            http: &http,
        };
        let keyring = Credentials::new(&options, secrets)?;
        let own = source.resources.iter().filter_map(|entry| Some((entry.def.name, entry.def.rate_limit?)));
        let throttle = Throttle::new(source.rate_limit, own);
        Ok(Self { http, credentials: keyring, throttle, trusted, max_page_bytes: source.max_page_bytes })
    }

    /// Takes credentials out of a URL that a server has given.
    pub(crate) fn strip_credentials(&self, auth: Auth, url: &mut Url) {
        self.credentials.strip_credentials(auth, url);
    }

    /// Strikes secrets out of a text that came from the server: some say again what they were sent.
    pub(crate) fn redact(&self, text: &str) -> String {
        self.credentials.redact(text)
    }

    /// Sends the request until it succeeds, is refused for good, or has been retried as often as declared.
    pub(crate) async fn send(&self, call: &Call, stats: &Stats) -> Result<Response> {
        let mut attempts = Attempts::new(call.retry, stats);
        let (mut refused, mut attempt) = (None, 0_u64);
        loop {
            attempt += 1;
            let span = tracing::debug_span!("attempt", attempt);
            match self.attempt(call, refused, stats).instrument(span).await {
                Ok(response) => return Ok(response),
                // Once for each request: credentials that can be renewed may only have ended.
                Err(failure) if refused.is_none() && failure.refused.is_some() => {
                    tracing::debug!("the credentials were refused: they are renewed");
                    stats.retry(Duration::ZERO);
                    refused = failure.refused;
                }
                Err(failure) => {
                    let limited = failure.limited;
                    let wait = attempts.next_wait(failure)?;
                    if limited {
                        self.throttle.pause(wait);
                    }
                    tokio::time::sleep(wait).await;
                }
            }
        }
    }

    async fn attempt(&self, call: &Call, refused: Option<u64>, stats: &Stats) -> Result<Response, AttemptError> {
        stats.request();
        let mut deadline = Instant::now() + call.timeout;
        let mut hop = Hop { url: call.url.clone(), body: call.body.clone() };
        for _ in 0..=MAX_REDIRECTS {
            let HopResponse { response, credentials, flight } =
                self.send_hop(&hop, call, refused, &mut deadline, stats).await?;
            let (code, headers) = (response.status(), response.headers().clone());
            let quota = Quota::read(&headers, SystemTime::now());
            if let Some(wait) = quota.pause() {
                self.throttle.pause(wait.min(call.retry.max_wait));
            }
            if let Some(target) = location(&response) {
                hop = hop.redirected(code, target).map_err(AttemptError::fatal)?;
                continue;
            }
            let limited = code == StatusCode::TOO_MANY_REQUESTS || (code == StatusCode::FORBIDDEN && quota.spent);
            if limited {
                flight.refused();
            } else {
                flight.accepted();
            }
            let failed = !code.is_success();
            let body = if failed { error_body(response).await } else { self.body(response, call).await? };
            stats.received(body.len());
            tracing::debug!(status = code.as_u16(), bytes = body.len(), "response");
            let refusal = |said| self.rejected(&RejectedResponse { code, body: &body, said, quota, limited }, call);
            if code == StatusCode::UNAUTHORIZED
                && refused.is_none()
                && call.auth.is_renewable()
                && credentials.is_some()
            {
                return Err(AttemptError { refused: credentials, ..refusal(None) });
            }
            let ignored = match call.action(code, &body) {
                Some((Action::Ignore, _)) => true,
                Some((Action::Retry, said)) => return Err(AttemptError { retry: true, ..refusal(said) }),
                Some((Action::Fail, said)) => return Err(AttemptError { retry: false, ..refusal(said) }),
                None if failed => return Err(refusal(None)),
                None => false,
            };
            return Ok(Response { url: hop.url, headers, body, ignored });
        }
        let message = format!("the redirect was not followed: there were {MAX_REDIRECTS} before it");
        Err(AttemptError::fatal(Error::new(ErrorKind::Transport, message).with_help("check the base URL and the path")))
    }

    /// One request, when it may be sent. Credentials go to the declared origins alone.
    async fn send_hop(
        &self,
        hop: &Hop,
        call: &Call,
        refused: Option<u64>,
        deadline: &mut Instant,
        stats: &Stats,
    ) -> Result<HopResponse<'_>, AttemptError> {
        let begun = Instant::now();
        let pass = self.throttle.acquire(call.resource, stats).await;
        let mut url = hop.url.clone();
        let mut headers = call.headers.clone();
        self.credentials.strip_credentials(call.auth, &mut url);
        let mut credentials = None;
        if self.trusted.contains(&url.origin()) {
            let body = hop.body.as_ref().map(|body| &body.bytes);
            let draft = RequestParts { url: &mut url, headers: &mut headers, body, refused, timeout: call.timeout };
            credentials = Some(self.credentials.authorize(call.auth, draft, stats).await.map_err(AttemptError::fatal)?);
        }
        tracing::debug!(url = self.redact(&display_url(&hop.url)), "request");
        let request = match &hop.body {
            None => self.http.get(url),
            Some(Payload { bytes, content_type }) => {
                if let Some(content_type) = content_type {
                    headers.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static(content_type));
                }
                self.http.post(url).body(bytes.clone())
            }
        };
        // Waiting for its turn and for a token takes no time from the page.
        *deadline += begun.elapsed();
        let timeout = deadline.saturating_duration_since(Instant::now());
        let flight = pass.send();
        let response = request.headers(headers).timeout(timeout).send().await;
        Ok(HopResponse { response: response.map_err(|error| self.attempt_error(error, call))?, credentials, flight })
    }

    /// The body, decompressed, as far as the bound.
    async fn body(&self, mut response: reqwest::Response, call: &Call) -> Result<Bytes, AttemptError> {
        let announced = response.content_length().and_then(|length| usize::try_from(length).ok()).unwrap_or(0);
        if announced > self.max_page_bytes {
            return Err(self.too_large());
        }
        let mut body = BytesMut::with_capacity(announced);
        while let Some(chunk) = response.chunk().await.map_err(|error| self.attempt_error(error, call))? {
            if body.len() + chunk.len() > self.max_page_bytes {
                return Err(self.too_large());
            }
            body.extend_from_slice(&chunk);
        }
        let body = body.freeze();
        // A byte order mark says nothing in UTF-8, and a parser may pass over it (RFC 8259, section 8.1).
        Ok(if body.starts_with(b"\xEF\xBB\xBF") { body.slice(3..) } else { body })
    }

    fn attempt_error(&self, error: reqwest::Error, call: &Call) -> AttemptError {
        AttemptError::from_reqwest(error, call.timeout, |text| self.redact(text))
    }

    fn too_large(&self) -> AttemptError {
        let message =
            format!("the page is larger than `max_page_bytes`, {} bytes after decompression", self.max_page_bytes);
        AttemptError::fatal(
            Error::new(ErrorKind::BodyTooLarge, message)
                .with_help("ask for fewer rows per page, or raise `max_page_bytes` in the declaration"),
        )
    }

    /// An answer that is not a success, or is declared not to be one.
    fn rejected(&self, refusal: &RejectedResponse<'_>, call: &Call) -> AttemptError {
        let RejectedResponse { code: status, body, ref said, quota, limited } = *refusal;
        let because = said.as_ref().map(|said| format!(", and {}", excerpt(&self.redact(said)))).unwrap_or_default();
        let said = excerpt(&self.redact(&String::from_utf8_lossy(body)));
        let said = if said.is_empty() { because } else { format!("{because}: {said}") };
        let kind = if limited { ErrorKind::RateLimited } else { status_kind(status) };
        let error = Error::new(kind, format!("the server answered {status}{said}")).with_status(status.as_u16());
        let error = match kind {
            ErrorKind::Unauthorized => error.with_help(self.credentials.describe(call.auth)),
            ErrorKind::RateLimited => error.with_help(
                "declare `rate_limit`, lower `concurrency`, or raise `max_retries` and `backoff_factor` in the declaration",
            ),
            _ if status == StatusCode::NOT_FOUND => {
                error.with_help("check `path` in the declaration, and the base URL")
            }
            _ if status.is_server_error() => error.with_help("the fault is the server's: try again later"),
            _ if status.is_client_error() => {
                error.with_help("check the path, the params and the paginator's options in the declaration")
            }
            _ if status.is_success() => {
                error.with_help("`response_actions` in the declaration takes such an answer for an error")
            }
            _ => error.with_help("check the base URL and the path"),
        };
        let told = quota.pause().max(quota::retry_after_in_body(body));
        if let Some(wait) = told {
            self.throttle.pause(wait.min(call.retry.max_wait));
        }
        let listed = |status: StatusCode| call.retry.statuses.contains(&status.as_u16());
        let retry = listed(status) || (limited && listed(StatusCode::TOO_MANY_REQUESTS));
        AttemptError { retry, retry_after: told, limited, ..AttemptError::fatal(error) }
    }
}

/// The beginning of an answer.
struct HopResponse<'a> {
    response: reqwest::Response,
    /// The number of the credentials that were sent.
    credentials: Option<u64>,
    flight: InFlight<'a>,
}

/// An answer that is not a success.
struct RejectedResponse<'a> {
    code: StatusCode,
    body: &'a [u8],
    /// What in the body the declaration knows it by.
    said: Option<String>,
    quota: Quota,
    /// Whether the server had too many requests.
    limited: bool,
}

fn status_kind(status: StatusCode) -> ErrorKind {
    match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => ErrorKind::Unauthorized,
        StatusCode::TOO_MANY_REQUESTS => ErrorKind::RateLimited,
        _ => ErrorKind::Status,
    }
}

/// The beginning of an error's body. What cannot be read of it is not worth a second error.
async fn error_body(mut response: reqwest::Response) -> Bytes {
    let mut body = BytesMut::new();
    while body.len() <= MAX_ERROR_BYTES
        && let Ok(Some(chunk)) = response.chunk().await
    {
        body.extend_from_slice(&chunk);
    }
    body.freeze()
}

/// Headers as declared, with their placeholders filled in; one whose placeholder has no value is left out.
pub(crate) fn header_map(headers: &[(&'static str, &'static str)], values: &Values) -> Result<HeaderMap> {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let Some(value) = values.fill(value) else { continue };
        match (HeaderName::try_from(*name), HeaderValue::try_from(&value)) {
            (Ok(name), Ok(value)) => drop(map.insert(name, value)),
            // The macro has checked what is declared, so that only a value of a param's is none.
            _ => {
                return Err(Error::new(
                    ErrorKind::Config,
                    format!("the header `{name}` has a value that cannot be sent"),
                )
                .with_help("a header holds no line breaks and no other control characters"));
            }
        }
    }
    Ok(map)
}
