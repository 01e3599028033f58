//! Answers that are whole and say no, or lead elsewhere.

use crate::Reply;

use super::{Answer, Fault};

/// Bursts of each status are answers until there are no more.
pub(super) const FAULTS: &[Fault] = &[
    Fault::page("500", |_| Reply::status(500).body("out of order")),
    Fault::page("502, 503 and 504 in turn", |ask| Reply::status([502, 503, 504][ask.request.nth % 3])),
    Fault::page("429", |_| Reply::status(429)),
    Fault::page("429 with `Retry-After: 0`", |_| Reply::status(429).header("Retry-After", 0)),
    Fault::page("429 with `Retry-After` of an hour, above `max_wait`", |_| {
        Reply::status(429).header("Retry-After", 3600)
    }),
    Fault::page("429 with a date as `Retry-After`", |_| {
        Reply::status(429).header("Retry-After", "Sun, 06 Nov 1994 08:49:37 GMT")
    }),
    Fault::page("401", |_| Reply::status(401)),
    Fault::page("404", |_| Reply::status(404)),
    Fault::page("a redirect in a circle", |ask| Reply::status(302).header("Location", &ask.request.target)),
    // Under this name the site is another origin: what comes there comes without credentials.
    Fault::new(
        "a redirect to another origin",
        Answer::Any(|ask| {
            let host = ask.request.header("host").unwrap_or_default();
            match (host.strip_prefix("127.0.0.1:"), ask.request.header("authorization")) {
                (Some(port), Some(_)) if ask.page == 2 => {
                    let target = format!("http://localhost:{port}{}", ask.request.target);
                    Reply::status(307).header("Location", target)
                }
                (Some(_), Some(_)) | (None, None) => ask.sound().reply(),
                _ => Reply::status(418).body("credentials at the wrong place"),
            }
        }),
    ),
    Fault::page("a redirect to `file:`", |_| Reply::status(302).header("Location", "file:///etc/hostname")),
    Fault::page("a redirect to nowhere", |_| Reply::status(302).header("Location", "http://")),
    Fault::page("a redirect without a target", |_| Reply::status(302)),
    Fault::page("204 with a body", |ask| {
        let body = ask.sound().json().to_string();
        Reply::status(204).body(body)
    }),
    Fault::page("304 with a body", |ask| {
        let body = ask.sound().json().to_string();
        Reply::status(304).body(body)
    }),
];
