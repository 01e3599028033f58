//! Faults: a layer around a server that otherwise works.

use std::future::pending;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::body::{self, Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use futures_util::stream::{self, StreamExt as _};
use tokio::time::sleep;

use super::error::ApiError;
use super::rate::{Bucket, Rate};

/// Faults, and how often they happen. The default is none.
///
/// The n-th request has the same fault in every run with the same seed.
#[derive(Debug, Clone, Default)]
pub struct Faults {
    /// Delay before each response.
    pub latency: Duration,
    /// The share of requests, from 0 to 1, that get a 500 or a 503.
    pub fail_rate: f64,
    /// The share of requests, from 0 to 1, whose connection is closed: before the headers or in mid-body.
    pub drop_rate: f64,
    /// The share of requests, from 0 to 1, that get a sign-in page with 200, as from a proxy.
    pub html_rate: f64,
    /// The share of requests, from 0 to 1, that get half of the response and then nothing.
    pub stall_rate: f64,
    /// Respond with 429 and `Retry-After` above this rate.
    pub rate_limit: Option<Rate>,
    /// Omit `Retry-After`.
    pub no_retry_after: bool,
    /// Send bodies in ten pieces, this long apart.
    pub slow: Option<Duration>,
    /// Seed for random faults.
    pub seed: u64,
}

/// The fault of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Served,
    Failed(StatusCode),
    /// Closed before the headers.
    Reset,
    /// Closed in mid-body, after headers that promised all of it.
    Truncated,
    /// Silent in mid-body.
    Stalled,
    /// A page for people.
    Html,
}

/// The layer's state.
#[derive(Debug)]
pub(super) struct Injector {
    faults: Faults,
    chance: Mutex<fastrand::Rng>,
    bucket: Option<Mutex<Bucket>>,
}

impl Injector {
    pub(super) fn new(faults: Faults) -> Self {
        Self {
            chance: Mutex::new(fastrand::Rng::with_seed(faults.seed)),
            bucket: faults.rate_limit.map(|rate| Mutex::new(Bucket::new(rate, Instant::now()))),
            faults,
        }
    }

    fn fate(&self) -> Fate {
        let mut chance = self.chance.lock().unwrap_or_else(PoisonError::into_inner);
        // Always five draws, so that one share does not shift what the others hit.
        let (fail, drop, coin, html, stall) = (chance.f64(), chance.f64(), chance.bool(), chance.f64(), chance.f64());
        if fail < self.faults.fail_rate {
            Fate::Failed(if coin { StatusCode::INTERNAL_SERVER_ERROR } else { StatusCode::SERVICE_UNAVAILABLE })
        } else if drop < self.faults.drop_rate {
            if coin { Fate::Reset } else { Fate::Truncated }
        } else if html < self.faults.html_rate {
            Fate::Html
        } else if stall < self.faults.stall_rate {
            Fate::Stalled
        } else {
            Fate::Served
        }
    }

    /// How long the client is to wait before it asks again, if it has asked too often.
    fn wait(&self) -> Option<Duration> {
        let mut bucket = self.bucket.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner);
        bucket.take(Instant::now()).err()
    }
}

/// The layer.
pub(super) async fn inject(State(injector): State<Arc<Injector>>, request: Request, next: Next) -> Response {
    if let Some(wait) = injector.wait() {
        let mut response = ApiError::Injected(StatusCode::TOO_MANY_REQUESTS).into_response();
        // Whole seconds, rounded up: a client that waits that long is not refused again.
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        if !injector.faults.no_retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        return response;
    }
    let fate = injector.fate();
    let Faults { latency, slow, .. } = injector.faults;
    if !latency.is_zero() {
        sleep(latency).await;
    }
    match fate {
        Fate::Failed(status) => ApiError::Injected(status).into_response(),
        Fate::Reset => Response::new(Body::from_stream(stream::once(async { cut() }))),
        Fate::Html => (
            [(header::CONTENT_TYPE, "text/html")],
            "<!DOCTYPE html><title>Sign in</title><form method=\"post\"></form>",
        )
            .into_response(),
        Fate::Truncated | Fate::Stalled => {
            restream(next.run(request).await, |all| {
                let half = all.slice(..all.len() / 2);
                let end = async move {
                    if fate == Fate::Stalled {
                        pending::<()>().await;
                    }
                    // Time for the half to leave: what is cut at once is never sent.
                    sleep(Duration::from_millis(5)).await;
                    cut()
                };
                Body::from_stream(stream::iter([Ok(half)]).chain(stream::once(end)))
            })
            .await
        }
        Fate::Served => {
            let response = next.run(request).await;
            let Some(pause) = slow else { return response };
            restream(response, |all| {
                let piece = all.len().div_ceil(10).max(1);
                let pieces = (0..all.len()).step_by(piece);
                Body::from_stream(stream::iter(pieces).then(move |start| {
                    let part = all.slice(start..all.len().min(start + piece));
                    async move {
                        sleep(pause).await;
                        io::Result::Ok(part)
                    }
                }))
            })
            .await
        }
    }
}

/// The end of a body that is not its end; the server closes the connection on it.
fn cut() -> io::Result<Bytes> {
    Err(io::Error::other("injected fault: cut"))
}

/// Sends the body another way, under headers that still promise the whole.
async fn restream(response: Response, send: impl FnOnce(Bytes) -> Body) -> Response {
    let (mut head, body) = response.into_parts();
    // The bodies here are whole in memory: reading one neither waits nor fails.
    let all = body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    head.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(all.len()));
    Response::from_parts(head, send(all))
}
