//! A server that behaves as a case says: its routes, of which the first that matches answers.

mod generate;
mod route;

use std::sync::atomic::{AtomicU64, Ordering};

use declarest_tests::{Reply, Server};
use serde_json::Value;

/// A server with these routes, started.
pub(crate) fn start(routes: &Value) -> Server {
    let routes: Vec<_> = list(routes).iter().map(|route| (route.clone(), AtomicU64::new(0))).collect();
    Server::start(move |request| {
        let fits = |(route, served): &&(Value, AtomicU64)| {
            route::fits(route, request)
                && route["times"].as_u64().is_none_or(|times| served.load(Ordering::Relaxed) < times)
        };
        let Some((route, served)) = routes.iter().find(fits) else { return Reply::status(404) };
        served.fetch_add(1, Ordering::Relaxed);
        if route["gen"].is_null() { route::answer(route, request) } else { generate::answer(route, request) }
    })
}

/// The elements of an array; of anything else, none.
pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
