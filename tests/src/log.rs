//! What a server has seen so far.

use std::sync::{Mutex, PoisonError};

use crate::Request;

/// The requests of a server, in the order in which they came.
#[derive(Debug, Default)]
pub struct Log(Mutex<Seen>);

#[derive(Debug, Default)]
struct Seen {
    requests: Vec<Request>,
    in_flight: usize,
    most_in_flight: usize,
}

impl Log {
    /// How many requests have come.
    pub fn count(&self) -> usize {
        self.with(|seen| seen.requests.len())
    }

    /// How many have come and are not answered.
    pub fn in_flight(&self) -> usize {
        self.with(|seen| seen.in_flight)
    }

    /// How many were in flight at a time, at most.
    pub fn most_in_flight(&self) -> usize {
        self.with(|seen| seen.most_in_flight)
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.with(|seen| seen.requests.clone())
    }

    /// Notes a request, and gives it its number.
    pub(crate) fn came(&self, mut request: Request) -> Request {
        self.with(|seen| {
            request.nth = seen.requests.len() + 1;
            seen.requests.push(request.clone());
            seen.in_flight += 1;
            seen.most_in_flight = seen.most_in_flight.max(seen.in_flight);
            request
        })
    }

    /// One of them is about to be answered.
    pub(crate) fn answered(&self) {
        self.with(|seen| seen.in_flight -= 1);
    }

    fn with<T>(&self, act: impl FnOnce(&mut Seen) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
