//! Requests that a type of the user's signs, and a server that verifies each signature.

use std::time::{Duration, SystemTime};

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use declarest::ErrorKind;
use declarest::auth::{AuthFuture, AuthRequest, CustomAuth};
use declarest_tests::{Reply, Request, Server};
use serde_json::json;

const KEY: &str = "s1gn1ng-k3y";

/// Signs all that is known of a request.
#[derive(Default)]
pub struct Signed;

fn text(method: &str, date: &str, target: &str, accept: &str, tenant: &str, kind: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("{method}\n{date}\n{target}\n{accept}\n{tenant}\n{kind}\n");
    [head.as_bytes(), body].concat()
}

impl CustomAuth for Signed {
    fn authorize<'a>(&'a self, request: &'a mut AuthRequest<'_>) -> AuthFuture<'a> {
        Box::pin(async move {
            let date = httpdate::fmt_http_date(SystemTime::now());
            request.param("key_id", "k-1")?;
            let target = format!("{}?{}", request.path(), request.query().unwrap_or_default());
            let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or("");
            let (accept, tenant, kind) = (header("accept"), header("x-tenant"), header("content-type"));
            let text = text(request.method(), &date, &target, accept, tenant, kind, request.body());
            let key = hmac::Key::new(hmac::HMAC_SHA256, request.secret("signing_key")?.as_bytes());
            let signature = BASE64_STANDARD.encode(hmac::sign(&key, &text));
            request.header("Date", &date)?;
            request.header("Authorization", &format!("HMAC {signature}"))?;
            Ok(())
        })
    }
}

#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = custom(super::Signed, secret(signing_key)),
    headers("X-Tenant" = "acme"),
    retry(max_retries = 1, backoff_factor = 0.001),
    resource_defaults(data_selector = "items"),
)]
mod api {
    #[resource(
        name = items, path = "/items", params(q = "a b&c"),
        paginator = page_number(total_path = "total", limit = 1, limit_param = "size"),
    )]
    #[derive(Debug)]
    pub struct Item {
        pub id: u64,
    }

    #[resource(
        name = found, path = "/search", method = POST, json = { "q": "x" },
        paginator = offset(limit = 1, offset_body_path = "from", limit_body_path = "size", total_path = "total"),
    )]
    #[derive(Debug)]
    pub struct Found {
        pub id: u64,
    }
}

/// Whether a request is what was signed, not long ago.
fn is_signed(request: &Request) -> bool {
    let header = |name: &str| request.header(name).unwrap_or_default();
    let date = header("date");
    let is_recent = httpdate::parse_http_date(date)
        .is_ok_and(|date| SystemTime::now().duration_since(date).is_ok_and(|age| age < Duration::from_mins(1)));
    let signature = header("authorization").strip_prefix("HMAC ").and_then(|text| BASE64_STANDARD.decode(text).ok());
    let (accept, tenant, kind) = (header("accept"), header("x-tenant"), header("content-type"));
    let text = text(&request.method, date, &request.target, accept, tenant, kind, request.body.as_bytes());
    let key = hmac::Key::new(hmac::HMAC_SHA256, KEY.as_bytes());
    is_recent && signature.is_some_and(|signature| hmac::verify(&key, &text, &signature).is_ok())
}

fn client(server: &Server, key: &str) -> api::Client {
    api::Client::builder().base_url(server.base_url()).signing_key(key).build().expect("all is set")
}

fn server() -> Server {
    Server::start(|request| match (is_signed(request), request.nth) {
        (false, _) => Reply::status(401).body(format!("not signed by {:?}", request.headers)),
        // The next attempt is signed again.
        (true, 1) => Reply::status(503),
        (true, nth) => Reply::json(json!({ "total": 3, "items": [{ "id": nth }] })),
    })
}

#[tokio::test]
async fn every_page_and_every_attempt_is_signed_as_it_is_sent() {
    let server = server();
    assert_eq!(client(&server, KEY).items().await.expect("three pages").len(), 3);
    assert_eq!(client(&server, KEY).found().await.expect("three pages").len(), 3);
    let requests = server.requests();
    assert_eq!(requests.len(), 7);
    let kinds: Vec<_> = requests.iter().map(|request| request.header("content-type")).collect();
    assert_eq!(
        kinds,
        [None, None, None, None, Some("application/json"), Some("application/json"), Some("application/json")]
    );
    assert!(requests.iter().all(|request| request.param("key_id") == Some("k-1")));
}

#[tokio::test]
async fn another_key_is_refused_and_neither_key_nor_signature_is_shown() {
    let server = server();
    let error = client(&server, "an0th3r-k3y").items().await.expect_err("another key");
    assert_eq!(error.kind(), ErrorKind::Unauthorized);
    let text = format!("{error:#} {error:?}");
    let sent = server.requests().pop().expect("a request");
    let signature = sent.header("authorization").expect("a signature").trim_start_matches("HMAC ");
    assert!(text.contains("`signing_key`"), "{text}");
    assert!(!text.contains("an0th3r") && !text.contains(signature), "{text}");
}
