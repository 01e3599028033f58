//! What was asked for, kept for those who want to know afterwards.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Request as HttpRequest, State};
use axum::http::header::USER_AGENT;
use axum::middleware::Next;
use axum::response::Response;

/// A request that the server has seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// `GET`, mostly.
    pub method: String,
    /// Its path, as sent.
    pub path: String,
    /// What follows the `?`, as sent; empty where there is none.
    pub query: String,
    /// The header `User-Agent`, by which clients are distinguished; empty where there is none.
    pub agent: String,
    /// The status of the answer; none while it is being made, or when the client went away before it was.
    pub status: Option<u16>,
}

/// All requests, in the order in which they came.
#[derive(Debug)]
pub(super) struct Log {
    count: AtomicU64,
    requests: Option<Mutex<Vec<Request>>>,
}

impl Log {
    /// One that counts, and remembers if it is to `keep` what it saw.
    pub(super) fn new(keep: bool) -> Self {
        Self { count: AtomicU64::new(0), requests: keep.then(Mutex::default) }
    }

    pub(super) fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }

    pub(super) fn requests(&self) -> Vec<Request> {
        self.with(|requests| requests.clone()).unwrap_or_default()
    }

    fn with<T>(&self, act: impl FnOnce(&mut Vec<Request>) -> T) -> Option<T> {
        let requests = self.requests.as_ref()?;
        Some(act(&mut requests.lock().unwrap_or_else(PoisonError::into_inner)))
    }
}

fn agent(request: &HttpRequest) -> String {
    let agent = request.headers().get(USER_AGENT).and_then(|agent| agent.to_str().ok());
    agent.unwrap_or_default().to_owned()
}

/// The outermost layer: a request is noted when it comes, its status when it is answered.
pub(super) async fn note(State(log): State<Arc<Log>>, request: HttpRequest, next: Next) -> Response {
    log.count.fetch_add(1, Ordering::Relaxed);
    let place = log.with(|requests| {
        requests.push(Request {
            method: request.method().to_string(),
            path: request.uri().path().to_owned(),
            query: request.uri().query().unwrap_or_default().to_owned(),
            agent: agent(&request),
            status: None,
        });
        requests.len() - 1
    });
    let response = next.run(request).await;
    if let Some(place) = place {
        log.with(|requests| requests[place].status = Some(response.status().as_u16()));
    }
    response
}
