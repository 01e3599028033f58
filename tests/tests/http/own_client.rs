//! An HTTP client of the user's: whatever it is, redirects are Declarest's, and credentials stay with their origins.

use std::time::Duration;

use declarest::reqwest::redirect::{Action, Attempt, Policy};
use declarest::reqwest::{self, Certificate};
use declarest::{ErrorKind, RetryPolicy};
use declarest_tests::{Listing, Reply, Server};
use serde_json::json;

use crate::api::{TOKEN, at, rows, tokens};
use crate::secure::{AUTHORITY, IDENTITY, Secure};

fn client() -> reqwest::ClientBuilder {
    reqwest::Client::builder().redirect(Policy::none()).user_agent("own/1")
}

/// A key in a header or in the query, and a page that leads elsewhere by a redirect.
#[tokio::test]
async fn a_redirect_is_followed_without_credentials() {
    let other = Server::start(|_| Reply::json(json!({ "items": [{ "key": "a" }] })));
    let target = format!("{}/linked", other.base_url());
    let server = Server::start(move |_| Reply::status(302).header("Location", &target));
    let client =
        at(server.base_url()).header("X-Gateway-Key", "s3cr3t").http_client(client().build().expect("a client"));
    let client = client.build().expect("it leaves redirects alone");
    assert_eq!(client.linked().await.expect("followed").len(), 1);
    assert_eq!(client.keyed().await.expect("followed").len(), 1);
    assert_eq!(client.queried().await.expect("followed").len(), 1);
    let (sent, followed) = (server.requests(), other.requests());
    assert_eq!((sent.len(), followed.len()), (3, 3));
    assert_eq!(sent[0].header("authorization"), Some(&*format!("Bearer {TOKEN}")));
    assert_eq!(sent[1].header("x-api-key"), Some(TOKEN));
    assert_eq!(sent[2].param("key"), Some(TOKEN));
    assert!(sent.iter().all(|request| request.header("user-agent").is_some()));
    for request in followed {
        let text = format!("{request:?}");
        assert!(!text.contains(TOKEN) && !text.contains("s3cr3t"), "{text}");
    }
}

fn hardly(attempt: Attempt<'_>) -> Action {
    if attempt.previous().len() > 1 { attempt.stop() } else { attempt.follow() }
}

/// Such a client would send `X-Api-Key` on, and a key in the query as the `Referer`, before anyone could see it.
#[test]
fn a_client_that_follows_redirects_itself_is_refused() {
    let quoting = r#"redirect_policy: "Policy(None)""#.parse::<reqwest::header::HeaderValue>().expect("a value");
    let quoted = [(reqwest::header::ACCEPT, quoting)].into_iter().collect();
    for (what, client) in [
        ("the default", reqwest::Client::new()),
        ("the default, built", reqwest::Client::builder().build().expect("a client")),
        ("a limit", reqwest::Client::builder().redirect(Policy::limited(3)).build().expect("a client")),
        ("no hop", reqwest::Client::builder().redirect(Policy::limited(0)).build().expect("a client")),
        ("its own", reqwest::Client::builder().redirect(Policy::custom(hardly)).build().expect("a client")),
        ("a header that says so", reqwest::Client::builder().default_headers(quoted).build().expect("a client")),
    ] {
        let error = at("http://127.0.0.1:9").http_client(client).build().map(drop).expect_err(what);
        assert_eq!(error.kind(), ErrorKind::Config, "{what}: {error:#}");
        let text = format!("{error:#}");
        assert!(text.contains("`http_client` follows redirects") && text.contains("Policy::none()"), "{what}: {text}");
    }
}

#[test]
fn how_it_connects_is_set_on_it_alone() {
    let builder = || at("http://127.0.0.1:9").http_client(client().build().expect("a client"));
    let error = builder()
        .connect_timeout(Duration::from_secs(1))
        .user_agent("the-program/2")
        .proxy("http://127.0.0.1:9")
        .root_certificate(AUTHORITY)
        .identity(IDENTITY)
        .resolve("api.example.test", ([127, 0, 0, 1], 0).into())
        .build()
        .map(drop)
        .expect_err("two who say it");
    assert_eq!(error.kind(), ErrorKind::Config, "{error:#}");
    let list = "`connect_timeout`, `user_agent`, `proxy`, `root_certificate`, `identity`, `resolve`";
    assert!(error.message().starts_with(list), "{error:#}");
    let error = builder().http_client(reqwest::Client::new()).proxy("http://127.0.0.1:9").build().map(drop);
    let error = error.expect_err("both are wrong");
    assert!(error.message().contains("`proxy` cannot") && error.message().contains("follows redirects"), "{error:#}");
}

/// What it trusts is what it says, and all other settings are still the builder's.
#[tokio::test]
async fn it_sends_every_request() {
    let secure = Secure::before(Server::start(|request| match (request.path.as_str(), request.nth) {
        ("/token", _) => Reply::json(json!({ "access_token": "a-token" })),
        (_, 2) => Reply::status(404),
        _ => Listing::of(5).reply(request),
    }));
    let authority = Certificate::from_pem(AUTHORITY).expect("a certificate");
    let own = client().tls_certs_only([authority]).build().expect("a client");
    let client = tokens::Client::builder()
        .base_url(secure.base_url())
        .settings_secret("a secret")
        .http_client(own)
        .retry(RetryPolicy::new().backoff_factor(0.001).statuses([404]))
        .timeout(Duration::from_secs(20))
        .build()
        .expect("a client");
    assert_eq!(client.items().await.expect("trusted").len(), 5);
    let sent = secure.server().requests();
    let paths: Vec<_> = sent.iter().map(|request| request.path.as_str()).collect();
    assert_eq!(paths, ["/token", "/items", "/items"]);
    assert!(sent.iter().all(|request| request.header("user-agent") == Some("own/1")));
}

#[tokio::test]
async fn the_same_client_may_send_the_requests_of_several_sources() {
    let (first, second) = (rows(5), rows(7));
    let own = client().build().expect("a client");
    for (server, expected) in [(&first, 5), (&second, 7)] {
        let client = at(server.base_url()).http_client(own.clone()).build().expect("a client");
        assert_eq!(client.items().await.expect("rows").len(), expected);
    }
}
