//! Sends the request for one page: with credentials, retries and redirects, when the rate limits allow it.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use ::url::Origin;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderValue, USER_AGENT};
use reqwest::{Response, StatusCode, Url};
use tracing::Instrument as _;

use super::body::{error_body, page_body};
use super::call::{Call, PageResponse};
use super::rejection::RejectedResponse;
use super::settings::{CheckedSettings, Overrides};
use super::source::SourceDef;
use crate::auth::credentials::Credentials;
use crate::auth::options::AuthOptions;
use crate::auth::request_parts::RequestParts;
use crate::auth::secrets::Secrets;
use crate::declare::resource::Action;
use crate::error::{Error, ErrorKind, Result};
use crate::http::attempt_error::AttemptError;
use crate::http::connection::Connection;
use crate::http::redirect::{Hop, location};
use crate::http::retry::Attempts;
use crate::http::retry_policy::RetryPolicy;
use crate::http::server_limits::{Quota, is_about_rate};
use crate::http::stats::{Stats, WaitReason};
use crate::http::throttle::{InFlight, Throttle};
use crate::params::address::address;
use crate::params::body::Payload;
use crate::params::template::Values;
use crate::text::url::display_url;

/// Redirects followed for one request.
const MAX_REDIRECTS: usize = 10;

/// The HTTP side of a client.
pub(crate) struct Transport {
    connection: Connection,
    credentials: Arc<Credentials>,
    throttle: Throttle,
    /// The origins that credentials are sent to.
    trusted: Vec<Origin>,
    /// The builder's headers, for the same origins.
    headers: HeaderMap,
    /// The builder's user agent.
    user_agent: Option<HeaderValue>,
    max_page_bytes: usize,
}

/// The response to one request, its body not read yet.
struct HopResponse<'a> {
    response: Response,
    /// The version of the credentials that were sent.
    credentials: Option<u64>,
    flight: InFlight<'a>,
}

impl Transport {
    pub(super) fn new(
        source: &SourceDef,
        base: &Url,
        access_token_url: Option<&str>,
        (secrets, values): (Secrets, &Values),
        settings: CheckedSettings,
    ) -> Result<(Self, Overrides)> {
        let CheckedSettings {
            overrides,
            rate_limit,
            headers,
            user_agent,
            connection,
            secrets: in_settings,
            token_store,
        } = settings;
        let declared = source.trust.iter().map(|origin| address(origin, values).map(|url| url.origin()));
        let trusted = declared.chain([Ok(base.origin())]).collect::<Result<Vec<_>>>()?;
        let options = AuthOptions {
            source: source.name,
            schemes: source.auths().collect(),
            base,
            access_token_url,
            retry: overrides.retry.clone().unwrap_or_else(|| RetryPolicy::declared(&source.retry)),
            timeout: overrides.timeout.unwrap_or(source.timeout),
            connection: &connection,
            headers: &headers,
            trusted: &trusted,
            values,
            token_store: token_store.as_ref(),
        };
        let credentials = Credentials::new(&options, secrets.with_settings(in_settings).with_params(values.clone()))?;
        let per_resource = source.resources.iter().filter_map(|entry| Some((entry.def.name, entry.def.rate_limit?)));
        let throttle = Throttle::new(rate_limit.or(source.rate_limit), per_resource);
        let max_page_bytes = source.max_page_bytes;
        let credentials = Arc::new(credentials);
        Ok((Self { connection, credentials, throttle, trusted, headers, user_agent, max_page_bytes }, overrides))
    }

    /// The same connections and credentials, under a share of the rate limits, and with so many requests in flight at most.
    pub(super) fn share(&self, of: u32, most: usize) -> Self {
        Self {
            connection: self.connection.clone(),
            credentials: Arc::clone(&self.credentials),
            throttle: self.throttle.share(of, most),
            trusted: self.trusted.clone(),
            headers: self.headers.clone(),
            user_agent: self.user_agent.clone(),
            max_page_bytes: self.max_page_bytes,
        }
    }

    pub(crate) fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// Sends the request until it succeeds, fails for good, or has used up its retries.
    pub(crate) async fn send(&self, call: &Call, stats: &Stats) -> Result<PageResponse> {
        let mut attempts = Attempts::new(&call.retry, stats);
        let (mut refused, mut attempt) = (None, 0_u64);
        loop {
            attempt += 1;
            let span = tracing::debug_span!("attempt", attempt);
            match self.attempt(call, refused, stats).instrument(span).await {
                Ok(response) => return Ok(response),
                // Once for each request: renewable credentials may only have expired.
                Err(failure) if refused.is_none() && failure.refused.is_some() => {
                    tracing::debug!("the credentials were refused: they are renewed");
                    stats.retry();
                    refused = failure.refused;
                }
                Err(failure) => {
                    let limited = failure.limited;
                    let (wait, reason) = attempts.next_wait(failure)?;
                    if limited {
                        self.throttle.pause(wait, reason);
                    }
                    let _waiting = stats.wait(reason);
                    tokio::time::sleep(wait).await;
                }
            }
        }
    }

    async fn attempt(&self, call: &Call, refused: Option<u64>, stats: &Stats) -> Result<PageResponse, AttemptError> {
        let mut deadline = Instant::now() + call.timeout;
        let (method, url, body) = (call.method.clone(), call.url.clone(), call.body.clone());
        let mut hop = Hop { method, url, body, is_redirected: false };
        for _ in 0..=MAX_REDIRECTS {
            let HopResponse { response, credentials, flight } =
                self.send_hop(&hop, call, refused, &mut deadline, stats).await?;
            let (code, mut headers) = (response.status(), response.headers().clone());
            let quota = Quota::read(&headers, SystemTime::now());
            self.pause(quota.pause(), if quota.spent { WaitReason::Quota } else { WaitReason::Server }, call);
            if let Some(target) = location(code, &headers) {
                hop = hop.redirected(code, &target).map_err(AttemptError::fatal)?;
                continue;
            }
            let failed = !code.is_success();
            let body = if failed {
                error_body(response, &mut headers).await
            } else {
                let broken = |error| self.broken(error, call);
                page_body(response, &mut headers, self.max_page_bytes, broken).await?
            };
            let body = call.unprefixed(body);
            let forbids_for_now = || quota.spent || quota.retry_after.is_some() || is_about_rate(&body);
            let limited = code == StatusCode::TOO_MANY_REQUESTS || (code == StatusCode::FORBIDDEN && forbids_for_now());
            if limited {
                flight.refused();
            } else {
                flight.accepted();
            }
            stats.received(body.len());
            tracing::debug!(status = code.as_u16(), bytes = body.len(), "response");
            let renewed = refused.is_some();
            let reject = |action| {
                let (body, quota, hop) = (&*body, &quota, &hop);
                let rejected = RejectedResponse { status: code, body, action, quota, limited, hop, renewed };
                let error = rejected.into_error(call, &self.credentials, self.connection.proxy.as_deref());
                self.pause(error.retry_after, WaitReason::Server, call);
                error
            };
            let action = call.action(code, &body, limited);
            let kind = action.as_ref().map(|(action, _)| *action);
            let may_be_expired = code == StatusCode::UNAUTHORIZED || kind == Some(Action::Renew);
            if may_be_expired && !renewed && call.auth.is_renewable() && credentials.is_some() {
                return Err(AttemptError { refused: credentials, ..reject(action) });
            }
            let ignored = match kind {
                Some(Action::Ignore) => true,
                Some(Action::Retry) => return Err(AttemptError { retry: true, ..reject(action) }),
                Some(Action::Fail | Action::Renew) => return Err(AttemptError { retry: false, ..reject(action) }),
                None if failed => return Err(reject(None)),
                None => false,
            };
            if ignored {
                stats.ignore();
            }
            let requested = display_url(&call.url);
            let (page, url) = (call.page, hop.url);
            return Ok(PageResponse { page, requested, url, status: code, headers, body, ignored });
        }
        let message = format!("the redirect was not followed: there were already {MAX_REDIRECTS}");
        Err(AttemptError::fatal(Error::new(ErrorKind::Transport, message).with_help("check the base URL and the path")))
    }

    fn broken(&self, error: reqwest::Error, call: &Call) -> AttemptError {
        let proxy = self.connection.proxy.as_deref();
        AttemptError::from_reqwest(error, call.timeout, proxy, |text| self.credentials.redact(text))
    }

    /// Sends no request for as long as the server says.
    fn pause(&self, wait: Option<Duration>, reason: WaitReason, call: &Call) {
        if let Some(wait) = wait {
            self.throttle.pause(wait.min(call.retry.max_wait), reason);
        }
    }

    /// Sends one request when the rate limits allow it, with credentials only to trusted origins.
    async fn send_hop(
        &self,
        hop: &Hop,
        call: &Call,
        refused: Option<u64>,
        deadline: &mut Instant,
        stats: &Stats,
    ) -> Result<HopResponse<'_>, AttemptError> {
        let begun = Instant::now();
        let permit = self.throttle.acquire(call.resource, stats).await;
        let mut url = hop.url.clone();
        let mut headers = call.headers.clone();
        self.credentials.strip_credentials(call.auth, &call.secrets, &mut url);
        let is_trusted = self.trusted.contains(&url.origin());
        if is_trusted {
            let added = self.credentials.add_secrets(&call.secrets, &mut url, &mut headers);
            added.map_err(AttemptError::fatal)?;
        } else if hop.body.is_some() && call.secrets.in_body {
            return Err(AttemptError::fatal(secret_body(&url)));
        }
        if let Some(agent) = &self.user_agent {
            headers.insert(USER_AGENT, agent.clone());
        }
        let mut credentials = None;
        if is_trusted {
            headers.extend(self.headers.clone());
        }
        headers.entry(ACCEPT).or_insert(HeaderValue::from_static(call.accept));
        if let Some(content_type) = hop.body.as_ref().and_then(|body| body.content_type) {
            headers.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static(content_type));
        }
        // The last: what is signed is what is sent.
        if is_trusted {
            let body = hop.body.as_ref().map(|body| &body.bytes);
            let (url, headers, method) = (&mut url, &mut headers, &hop.method);
            let parts = RequestParts { method, url, headers, body, refused, timeout: call.timeout };
            credentials = Some(self.credentials.authorize(call.auth, parts, stats).await.map_err(AttemptError::fatal)?);
        }
        tracing::debug!(url = self.credentials.redact(&display_url(&hop.url)), "request");
        let http = self.connection.client(is_trusted);
        let mut request = http.request(hop.method.clone(), url);
        if let Some(Payload { bytes, .. }) = &hop.body {
            request = request.body(bytes.clone());
        }
        // Waiting for a permit or a token does not count against the page's timeout.
        *deadline += begun.elapsed();
        let timeout = deadline.saturating_duration_since(Instant::now());
        let flight = permit.send();
        stats.request();
        let response = request.headers(headers).timeout(timeout).send().await;
        let response = response.map_err(|error| {
            let failure = self.broken(error, call);
            // Where a redirect has led to, others need not go.
            let is_unreachable = failure.error.is_unreachable() && hop.url.origin() == call.url.origin();
            AttemptError { error: failure.error.unreachable(is_unreachable), ..failure }
        })?;
        Ok(HopResponse { response, credentials, flight })
    }
}

/// The error about a body with secrets that would go to an origin which is not trusted with them.
fn secret_body(url: &Url) -> Error {
    let origin = url.origin().ascii_serialization();
    let message = format!("the request was not sent to {origin}: its body holds secrets");
    Error::new(ErrorKind::Config, message)
        .with_help(format!("if they may go there, declare it: `trust = [{origin:?}]`"))
}
