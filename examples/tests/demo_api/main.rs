//! The demo API over real HTTP: that it serves the data set as `SonarQube` would, and fails on demand.
#![forbid(unsafe_code)]

mod faults;
mod issues;
mod life;
mod pages;
mod refusals;

use declarest_examples::demo_api::{DemoApi, Options, Server};
use serde_json::Value;

/// A server that behaves like this, on a free port.
fn start(options: Options) -> Server {
    DemoApi::new(options).start(None).expect("loopback has a free port")
}

/// A client that shows what was sent, as it was sent.
fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().no_gzip().build().expect("a plain client")
}

/// Asks with the right token; `target` is a path and query.
async fn get(server: &Server, target: &str) -> reqwest::Result<reqwest::Response> {
    client().get(format!("{}{target}", server.base_url())).bearer_auth(Options::TOKEN).send().await
}

/// The status and body of an answer.
async fn fetch(server: &Server, target: &str) -> (u16, String) {
    let response = get(server, target).await.expect(target);
    (response.status().as_u16(), response.text().await.expect(target))
}

/// The body of a page that is there.
async fn page(server: &Server, target: &str) -> Value {
    let (status, body) = fetch(server, target).await;
    assert_eq!(status, 200, "{target}: {body}");
    serde_json::from_str(&body).expect(target)
}

/// The only message of a refusal, which must have this status.
async fn refusal(server: &Server, target: &str, status: u16) -> String {
    let (got, body) = fetch(server, target).await;
    assert_eq!(got, status, "{target}: {body}");
    message(&body)
}

fn message(body: &str) -> String {
    let body: Value = serde_json::from_str(body).expect("errors are JSON");
    assert_eq!(body["errors"].as_array().map(Vec::len), Some(1), "{body}");
    body["errors"][0]["msg"].as_str().expect("errors have a msg").to_owned()
}
