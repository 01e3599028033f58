//! Responses that mean that an access token is no longer valid; token endpoints of their own kinds.

use std::sync::atomic::{AtomicUsize, Ordering};

use declarest::{Error, ErrorKind};
use declarest_tests::{Reply, Server};
use serde_json::{Value, json};

#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = oauth2_client_credentials(
        access_token_url = "/oauth/token", client_id = "an id", client_secret = secret(renewal_secret),
    ),
    retry(max_retries = 0),
    resource_defaults(paginator = single_page),
)]
mod api {
    #[resource(name = plain, path = "/items")]
    #[derive(Debug)]
    pub struct Plain {
        pub id: u64,
    }

    #[resource(
        name = renewing, path = "/items",
        response_actions(403 = renew, 400 = renew, "ACCESS_TOKEN_EXPIRED" = renew),
    )]
    #[derive(Debug)]
    pub struct Renewing {
        pub id: u64,
    }
}

/// Token endpoints that want JSON, and nest the token.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = oauth2_client_credentials(
        access_token_url = "/oauth/token", client_id = "an id", client_secret = secret(renewal_secret),
        scopes = ["a", "b"], access_token_request_data("audience" = "x"),
        request_format = json, token_path = "data.tokens[0].value",
    ),
    retry(max_retries = 0),
    resource_defaults(paginator = single_page),
)]
mod nested {
    #[resource(name = items, path = "/items")]
    #[derive(Debug)]
    pub struct Item {
        pub id: u64,
    }

    #[resource(
        name = elsewhere, path = "/items",
        auth = oauth2_client_credentials(
            access_token_url = "/oauth/token", client_id = "an id", client_secret = secret(renewal_secret),
            token_path = "data.token", expires_in_path = "meta.ttl",
        ),
    )]
    #[derive(Debug)]
    pub struct Elsewhere {
        pub id: u64,
    }
}

const SECRET: &str = "cl13nt-s3cr3t";

fn client(server: &Server) -> api::Client {
    let builder = api::Client::builder().base_url(server.base_url()).renewal_secret(SECRET);
    builder.build().expect("nothing is missing")
}

fn nested(server: &Server) -> nested::Client {
    let builder = nested::Client::builder().base_url(server.base_url()).renewal_secret(SECRET);
    builder.build().expect("nothing is missing")
}

/// Gives out the tokens `t0k3n-1`, `t0k3n-2`, …; refuses the first ones in this way.
fn server(dead: usize, refusal: impl Fn() -> Reply + Send + Sync + 'static) -> Server {
    let given = AtomicUsize::new(0);
    Server::start(move |request| match request.path.as_str() {
        "/oauth/token" => {
            let number = given.fetch_add(1, Ordering::Relaxed) + 1;
            Reply::json(json!({ "access_token": format!("t0k3n-{number}") }))
        }
        _ => match request.header("authorization").and_then(|value| value.strip_prefix("Bearer t0k3n-")) {
            Some(number) if number.parse().is_ok_and(|number: usize| number > dead) => Reply::json(r#"[{"id":1}]"#),
            _ => refusal(),
        },
    })
}

fn tokens(server: &Server) -> usize {
    server.requests().iter().filter(|request| request.path == "/oauth/token").count()
}

fn refused(error: &Error, status: u16, says: &str, not: &str) {
    let text = format!("{error:#}");
    assert_eq!((error.kind(), error.status()), (ErrorKind::Unauthorized, Some(status)), "{text}");
    assert!(text.contains(says) && !text.contains(not), "{text}");
}

#[tokio::test]
async fn declared_answers_renew_the_token_once() {
    let expired = r#"{"error":"ACCESS_TOKEN_EXPIRED"}"#;
    for (status, body) in [(403, ""), (400, ""), (403, expired), (200, expired), (500, expired)] {
        let server = server(1, move || Reply::status(status).body(body));
        assert_eq!(client(&server).renewing().await.expect("a new token").len(), 1, "{status} {body}");
        assert_eq!((tokens(&server), server.count()), (2, 4), "{status} {body}");
    }
}

#[tokio::test]
async fn help_says_whether_a_new_token_was_sent() {
    let dead = server(9, || Reply::status(403));
    let error = client(&dead).plain().await.expect_err("refused");
    refused(&error, 403, "an access token from", "a new access token");
    assert!(format!("{error:#}").contains("`response_actions(403 = renew)`"), "{error:#}");
    assert_eq!(tokens(&dead), 1);

    let dead = server(9, || Reply::status(400));
    let error = client(&dead).renewing().await.expect_err("refused");
    refused(&error, 400, "a new access token from", "403 = renew");
    assert_eq!((tokens(&dead), dead.count()), (2, 4), "once");

    let dead = server(9, || Reply::status(401));
    let error = client(&dead).plain().await.expect_err("refused");
    refused(&error, 401, "a new access token from", "403 = renew");
}

#[tokio::test]
async fn requests_that_were_never_sent_are_not_counted() {
    let server = Server::start(|_| Reply::status(401));
    let mut pages = client(&server).plain().pages();
    let error = pages.next().await.expect("a result").expect_err("no token");
    assert_eq!((error.kind(), pages.stats().requests, server.count()), (ErrorKind::Unauthorized, 1, 1));
}

/// A token endpoint that answers so, and rows for the token `t0k3n-1`.
fn giving(answer: Value) -> Server {
    Server::start(move |request| match request.path.as_str() {
        "/oauth/token" => Reply::json(&answer),
        _ if request.header("authorization") == Some("Bearer t0k3n-1") => Reply::json(r#"[{"id":1}]"#),
        _ => Reply::status(401),
    })
}

#[tokio::test]
async fn a_token_endpoint_may_want_json_and_nest_the_token() {
    let server = giving(json!({ "data": { "tokens": [{ "value": "t0k3n-1", "expires_in": 3600 }] } }));
    assert_eq!(nested(&server).items().await.expect("admitted").len(), 1);
    let asked = &server.requests()[0];
    assert_eq!(asked.header("content-type"), Some("application/json"));
    let body: Value = serde_json::from_str(&asked.body).expect("JSON");
    let expected = json!({
        "grant_type": "client_credentials", "client_id": "an id", "client_secret": SECRET,
        "scope": "a b", "audience": "x",
    });
    assert_eq!(body, expected);
    let server = giving(json!({ "data": { "token": "t0k3n-1" }, "meta": { "ttl": "0" } }));
    let client = nested(&server);
    for _ in 0..2 {
        assert_eq!(client.elsewhere().await.expect("admitted").len(), 1);
    }
    assert_eq!(tokens(&server), 2, "it had expired");
}

#[tokio::test]
async fn what_a_token_endpoint_does_not_take_or_have_is_said() {
    let server = Server::start(|_| Reply::status(415).body(r#"{"error":"unsupported_media_type"}"#));
    let error = client(&server).plain().await.expect_err("no form");
    assert_eq!((error.kind(), error.status()), (ErrorKind::Status, Some(415)));
    let text = format!("{error:#}");
    assert!(text.contains("`request_format = json`") && !text.contains("check or renew"), "{text}");
    let error = nested(&server).items().await.expect_err("no JSON");
    assert!(format!("{error:#}").contains("leave `request_format = json` out"), "{error:#}");

    let server = giving(json!({ "data": { "tokens": [{ "token": "t0k3n-1" }] } }));
    let error = nested(&server).items().await.expect_err("elsewhere");
    let text = format!("{error:#}");
    let says = ["without `data.tokens[0].value`", "`data.tokens[0]` has the keys `token`", "`token_path`"];
    assert!(says.iter().all(|part| text.contains(part)) && !text.contains("t0k3n"), "{text}");
}
