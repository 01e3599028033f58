//! A route with an answer of its own: which requests are for it, and what it says.

use declarest_tests::{Reply, Request};
use serde_json::Value;

/// Whether a request is for this route.
pub(super) fn fits(route: &Value, request: &Request) -> bool {
    route["method"] == *request.method
        && route["path"] == *request.path
        && holds(&route["match_query"], |name| request.param(name).map(Value::from))
        && holds(&route["match_headers"], |name| request.header(&name.to_ascii_lowercase()).map(Value::from))
        && holds(&route["match_json"], |name| body(request).get(name).cloned())
}

/// Whether every member is what is there; `null` is what is absent.
fn holds(members: &Value, there: impl Fn(&str) -> Option<Value>) -> bool {
    let mut members = members.as_object().into_iter().flatten();
    members.all(|(name, value)| there(name).unwrap_or_default() == *value)
}

/// The JSON of a request's body.
pub(super) fn body(request: &Request) -> Value {
    serde_json::from_str(&request.body).unwrap_or_default()
}

/// Where the server is, as the request has found it.
pub(super) fn base(request: &Request) -> String {
    format!("http://{}", request.header("host").expect("HTTP/1.1 has a host"))
}

/// What the route says.
pub(super) fn answer(route: &Value, request: &Request) -> Reply {
    let status = route["status"].as_u64().and_then(|status| u16::try_from(status).ok());
    let mut reply = Reply::status(status.unwrap_or(200));
    for (name, value) in route["headers"].as_object().into_iter().flatten() {
        reply = reply.header(name, value.as_str().expect("a header is a text"));
    }
    if let Some(text) = route["text"].as_str() {
        return reply.header("Content-Type", "text/plain").body(text);
    }
    let json = route["json"].to_string().replace("{base}", &base(request));
    reply.header("Content-Type", "application/json").body(json)
}
