//! The access tokens of OAuth 2.0 client credentials: requested once for all requests, renewed before they expire.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use reqwest::header::HeaderValue;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::oauth2::OAuth2;
use super::options::AuthOptions;
use super::secrets::Secrets;
use super::token_request::{BEARER, GrantedToken, TokenRequest};
use crate::error::Result;
use crate::http::attempt_error::AttemptError;
use crate::http::retry::Attempts;
use crate::http::stats::Stats;

/// A token is renewed this long before it expires, or a tenth of its lifetime before, if that is less.
const MARGIN: Duration = Duration::from_secs(30);

/// The tokens of one declaration.
pub(super) struct TokenCache {
    pub(super) request: TokenRequest,
    /// How many tokens have been requested.
    requested: AtomicU64,
    /// Locked while one is requested, so that requests share it.
    latest: Mutex<Option<Result<AccessToken>>>,
}

/// A token that is sent.
#[derive(Clone)]
pub(super) struct AccessToken {
    pub(super) header: HeaderValue,
    pub(super) number: u64,
    /// When to request another.
    until: Instant,
}

impl AccessToken {
    /// Registers it as a secret again, as later ones may have displaced it.
    fn register(&self, secrets: &Secrets) {
        if let Some(token) = str::from_utf8(self.header.as_bytes()).ok().and_then(|value| value.strip_prefix(BEARER)) {
            secrets.register(token);
        }
    }
}

impl TokenCache {
    /// Sends nothing.
    pub(super) fn new(def: OAuth2, url: &str, options: &AuthOptions<'_>) -> Result<Self> {
        let request = TokenRequest::new(def, url, options)?;
        Ok(Self { request, requested: AtomicU64::new(0), latest: Mutex::new(None) })
    }

    /// A valid token, and not the one that was refused.
    pub(super) async fn current(&self, refused: Option<u64>, secrets: &Secrets, stats: &Stats) -> Result<AccessToken> {
        let requested = self.requested.load(Relaxed);
        let mut latest = self.latest.lock().await;
        match &*latest {
            Some(Ok(token)) if token.until > Instant::now() && Some(token.number) != refused => {
                token.register(secrets);
                return Ok(token.clone());
            }
            // Requested while this call waited: its error holds for both.
            Some(Err(error)) if self.requested.load(Relaxed) > requested => return Err(error.clone()),
            _ => {}
        }
        let number = self.requested.load(Relaxed) + 1;
        let outcome = self.request_with_retries(number, secrets, stats).await;
        self.requested.store(number, Relaxed);
        *latest = Some(outcome.clone());
        outcome
    }

    async fn request_with_retries(&self, number: u64, secrets: &Secrets, stats: &Stats) -> Result<AccessToken> {
        let mut attempts = Attempts::new(&self.request.retry, stats);
        loop {
            match self.request_token(number, secrets, stats).await {
                Ok(token) => return Ok(token),
                Err(failure) => attempts.wait(failure).await?,
            }
        }
    }

    async fn request_token(&self, number: u64, secrets: &Secrets, stats: &Stats) -> Result<AccessToken, AttemptError> {
        let started = Instant::now();
        let GrantedToken { header, lifetime } = self.request.send(secrets, stats).await?;
        let until = started + lifetime.saturating_sub(MARGIN.min(lifetime / 10));
        Ok(AccessToken { header, number, until })
    }
}
