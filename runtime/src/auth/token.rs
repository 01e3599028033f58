//! Tokens that a client gets for itself: requested once for all requests, renewed before they expire.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use reqwest::Url;
use reqwest::header::HeaderMap;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::rotation::Rotation;
use super::scheme::Auth;
use super::secrets::Secrets;
use super::session_request::LoginRequest;
use super::token_answer::{Answer, TokenPaths};
use super::token_endpoint::{TokenCall, TokenEndpoint};
use super::token_place::{PlacedToken, TokenPlace};
use super::token_request::TokenRequest;
use crate::error::{ErrorKind, Result};
use crate::http::retry::Attempts;
use crate::http::stats::Stats;

/// A token is renewed this long before it expires, or a tenth of its lifetime before, if that is less.
const MARGIN: Duration = Duration::from_secs(30);

/// The tokens of one declaration.
pub(super) struct TokenCache {
    pub(super) auth: Auth,
    request: Request,
    place: TokenPlace,
    /// Of refresh tokens.
    rotation: Option<Rotation>,
    /// How many tokens have been requested.
    requested: AtomicU64,
    /// Locked while one is requested, so that requests share it.
    latest: Mutex<Option<Result<AccessToken>>>,
}

/// How a token is requested.
enum Request {
    OAuth2(Box<TokenRequest>),
    Login(Box<LoginRequest>),
}

/// A token that is sent.
#[derive(Clone)]
pub(super) struct AccessToken {
    pub(super) number: u64,
    token: SecretString,
    placed: PlacedToken,
    /// When to request another.
    until: Instant,
}

impl AccessToken {
    /// Adds it to a request.
    pub(super) fn add(&self, url: &mut Url, headers: &mut HeaderMap) {
        self.placed.add(url, headers);
    }
}

impl Request {
    fn endpoint(&self) -> &TokenEndpoint {
        match self {
            Self::OAuth2(request) => &request.endpoint,
            Self::Login(request) => &request.endpoint,
        }
    }

    fn paths(&self) -> &TokenPaths {
        match self {
            Self::OAuth2(request) => &request.paths,
            Self::Login(request) => &request.paths,
        }
    }

    fn call(&self, refresh_token: Option<&SecretString>, secrets: &Secrets) -> Result<TokenCall> {
        match self {
            Self::OAuth2(request) => request.call(refresh_token, secrets),
            Self::Login(request) => request.call(secrets),
        }
    }
}

impl TokenCache {
    /// The tokens of an access token's declaration. Sends nothing.
    pub(super) fn oauth2(request: TokenRequest, rotation: Option<Rotation>) -> Self {
        let auth = Auth::OAuth2(request.def);
        Self::new(auth, Request::OAuth2(Box::new(request)), TokenPlace::BEARER, rotation)
    }

    /// The tokens of a login. Sends nothing.
    pub(super) fn login(request: LoginRequest) -> Self {
        let (auth, place) = (Auth::SessionToken(request.def), request.def.place);
        Self::new(auth, Request::Login(Box::new(request)), place, None)
    }

    fn new(auth: Auth, request: Request, place: TokenPlace, rotation: Option<Rotation>) -> Self {
        Self { auth, request, place, rotation, requested: AtomicU64::new(0), latest: Mutex::new(None) }
    }

    /// The credentials that were sent, for the message about a refusal.
    pub(super) fn describe(&self, renewed: bool) -> String {
        self.request.endpoint().describe(renewed)
    }

    /// A valid token, and not the one that was refused.
    pub(super) async fn current(&self, refused: Option<u64>, secrets: &Secrets, stats: &Stats) -> Result<AccessToken> {
        let requested = self.requested.load(Relaxed);
        let mut latest = self.latest.lock().await;
        match &*latest {
            Some(Ok(token)) if token.until > Instant::now() && Some(token.number) != refused => {
                // Again, as later secrets may have displaced it.
                secrets.register(token.token.expose_secret());
                return Ok(token.clone());
            }
            // Requested while this call waited: its error holds for both.
            Some(Err(error)) if self.requested.load(Relaxed) > requested => return Err(error.clone()),
            _ => {}
        }
        let number = self.requested.load(Relaxed) + 1;
        let outcome = self.renew(number, secrets, stats).await;
        self.requested.store(number, Relaxed);
        *latest = Some(outcome.clone());
        outcome
    }

    /// Requests a token. The refresh token that comes with it is stored before the token is used.
    async fn renew(&self, number: u64, secrets: &Secrets, stats: &Stats) -> Result<AccessToken> {
        let Some(rotation) = &self.rotation else {
            return self.request(number, None, secrets, stats).await.map(|(token, _)| token);
        };
        let turn = rotation.begin(secrets).await?;
        let (token, next) = self.request(number, Some(turn.token()), secrets, stats).await?;
        turn.end(next, secrets).await?;
        Ok(token)
    }

    async fn request(
        &self,
        number: u64,
        refresh_token: Option<&SecretString>,
        secrets: &Secrets,
        stats: &Stats,
    ) -> Result<(AccessToken, Option<SecretString>)> {
        let endpoint = self.request.endpoint();
        let mut attempts = Attempts::new(&endpoint.retry, stats);
        loop {
            let started = Instant::now();
            let call = self.request.call(refresh_token, secrets)?;
            match endpoint.send(call, self.request.paths(), secrets, stats).await {
                Ok(answer) => return self.accept(number, started, answer, secrets),
                Err(failure) => attempts.wait(failure).await?,
            }
        }
    }

    fn accept(
        &self,
        number: u64,
        started: Instant,
        answer: Answer,
        secrets: &Secrets,
    ) -> Result<(AccessToken, Option<SecretString>)> {
        let Answer { token, lifetime, refresh_token } = answer;
        secrets.register(token.expose_secret());
        let Some(placed) = PlacedToken::new(self.place, token.expose_secret()) else {
            let why = "the token holds characters that no header can carry";
            return Err(self.request.endpoint().error(ErrorKind::Decode, why, secrets));
        };
        let until = started + lifetime.saturating_sub(MARGIN.min(lifetime / 10));
        Ok((AccessToken { number, token, placed, until }, refresh_token))
    }
}
