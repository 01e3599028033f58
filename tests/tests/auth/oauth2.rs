//! OAuth 2.0 client credentials: tokens that a client gets for itself, over real HTTP.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use declarest::{Error, ErrorKind};
use declarest_tests::{Nobody, Reply, Request, Server, Step};
use serde_json::{Value, json};
use tokio::task::JoinSet;

const SECRET: &str = "cl13nt/s3cr3t+&=";

/// Id and secret in the form, or in the header.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = oauth2_client_credentials(
        access_token_url = "/oauth/token", client_id = secret(oauth_id), client_secret = secret(oauth_secret),
        scopes = ["read:items", "read:all"],
        access_token_request_data("audience" = "https://api.example.com/"),
    ),
    retry(max_retries = 0),
    resource_defaults(data_selector = "items", paginator = json_link(next_url_path = "next")),
)]
mod api {
    #[resource(name = items, path = "/items")]
    #[derive(Debug)]
    pub struct Item {
        pub id: u64,
    }

    #[resource(
        name = by_header, path = "/items",
        auth = oauth2_client_credentials(
            access_token_url = "/oauth/token", client_id = "an id", client_secret = secret(oauth_secret),
            client_auth = header, default_token_expiration = "1ms",
        ),
    )]
    #[derive(Debug)]
    pub struct ByHeader {
        pub id: u64,
    }
}

/// Two authorities.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = oauth2_client_credentials(
        access_token_url = "/oauth/token", client_id = "first", client_secret = secret(oauth_secret),
    ),
    retry(max_retries = 0),
    resource_defaults(data_selector = "items", paginator = single_page),
)]
mod two {
    #[resource(name = items, path = "/items")]
    #[derive(Debug)]
    pub struct Item {
        pub id: u64,
    }

    #[resource(
        name = others, path = "/items",
        auth = oauth2_client_credentials(
            access_token_url = "/other/token", client_id = "second", client_secret = secret(other_secret),
        ),
    )]
    #[derive(Debug)]
    pub struct Other {
        pub id: u64,
    }
}

/// A token endpoint that is asked again.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = oauth2_client_credentials(
        access_token_url = "/oauth/token", client_id = secret(oauth_id), client_secret = secret(oauth_secret),
    ),
    retry(max_retries = 2, backoff_factor = 0.001),
)]
mod patient {
    #[resource(name = items, path = "/items", data_selector = "items")]
    #[derive(Debug)]
    pub struct Item {
        pub id: u64,
    }
}

/// A token endpoint that is not waited for.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = oauth2_client_credentials(
        access_token_url = "/oauth/token", client_id = "an id", client_secret = secret(oauth_secret),
    ),
    retry(max_retries = 0),
    timeout = "1s",
)]
mod hurried {
    #[resource(name = items, path = "/items", data_selector = "items")]
    #[derive(Debug)]
    pub struct Item {
        pub id: u64,
    }
}

fn builder(server: &Server) -> api::ClientBuilder {
    api::Client::builder().base_url(server.base_url()).oauth_id("an/id").oauth_secret(SECRET)
}

fn client(server: &Server) -> api::Client {
    builder(server).build().expect("nothing is missing")
}

fn patient(server: &Server) -> patient::Client {
    let builder = patient::Client::builder().base_url(server.base_url()).oauth_id("an/id").oauth_secret(SECRET);
    builder.build().expect("nothing is missing")
}

/// A server that gives out the tokens `t0k3n-1`, `t0k3n-2`, … with these further fields, and rows to whom `admits`.
fn server(fields: Value, admits: impl Fn(&str) -> bool + Send + Sync + 'static) -> Server {
    let given = AtomicUsize::new(0);
    Server::start(move |request| match request.path.as_str() {
        "/oauth/token" => {
            let mut answer = fields.clone();
            answer["access_token"] = format!("t0k3n-{}", given.fetch_add(1, Ordering::Relaxed) + 1).into();
            Reply::json(answer)
        }
        _ => match request.header("authorization").and_then(|value| value.strip_prefix("Bearer ")) {
            Some(token) if admits(token) => page(),
            _ => Reply::status(401).body(format!("not admitted: {:?}", request.headers)),
        },
    })
}

fn page() -> Reply {
    Reply::json(json!({ "items": [{ "id": 1 }] }))
}

/// The requests for tokens.
fn asked(server: &Server) -> Vec<Request> {
    server.requests().into_iter().filter(|request| request.path == "/oauth/token").collect()
}

fn form(request: &Request) -> Vec<(String, String)> {
    url::form_urlencoded::parse(request.body.as_bytes()).into_owned().collect()
}

/// The same request, so many times at once.
async fn at_once(client: &api::Client, count: usize) -> Vec<Result<usize, Error>> {
    let mut tasks = JoinSet::new();
    for _ in 0..count {
        let request = client.items();
        tasks.spawn(async move { request.await.map(|rows| rows.len()) });
    }
    tasks.join_all().await
}

/// No part of it may be anywhere.
fn check_clean(error: &Error) {
    let text = format!("{error} {error:?} {:?}", error.url());
    for part in [SECRET, "s3cr3t", "t0k3n", "cl13nt%2F", "YW4raWQ6Y2wxM"] {
        assert!(!text.contains(part), "{part} in: {text}");
    }
}

// What is sent.

#[tokio::test]
async fn id_and_secret_go_in_the_form() {
    let server = server(json!({ "expires_in": 3600 }), |token| token == "t0k3n-1");
    assert_eq!(client(&server).items().await.expect("admitted").len(), 1);
    let asked = asked(&server);
    let expected = [
        ("grant_type", "client_credentials"),
        ("client_id", "an/id"),
        ("client_secret", SECRET),
        ("scope", "read:items read:all"),
        ("audience", "https://api.example.com/"),
    ];
    assert_eq!(form(&asked[0]), expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    assert_eq!((asked[0].method.as_str(), asked[0].header("authorization")), ("POST", None));
    assert_eq!(asked[0].header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(asked.len(), 1);
    // Nothing of it goes to the API itself.
    let page = &server.requests()[1];
    assert!(!format!("{page:?}").contains("s3cr3t"), "{page:?}");
}

#[tokio::test]
async fn id_and_secret_go_in_the_header_encoded_as_in_a_form() {
    let server = server(json!({}), |_| true);
    assert_eq!(client(&server).by_header().await.expect("admitted").len(), 1);
    // `an+id:cl13nt%2Fs3cr3t%2B%26%3D` in base64.
    let header = asked(&server)[0].header("authorization").map(str::to_owned);
    assert_eq!(header.as_deref(), Some("Basic YW4raWQ6Y2wxM250JTJGczNjcjN0JTJCJTI2JTNE"));
    let expected = [("grant_type".to_owned(), "client_credentials".to_owned())];
    assert_eq!(form(&asked(&server)[0]), expected);
}

#[tokio::test]
async fn the_builder_says_where_tokens_are() {
    let login = server(json!({}), |_| false);
    let api = server(json!({}), |token| token == "t0k3n-1");
    let url = format!("{}/oauth/token", login.base_url());
    let client = builder(&api).access_token_url(url).build().expect("nothing is missing");
    assert_eq!(client.items().await.expect("admitted").len(), 1);
    assert_eq!((login.count(), asked(&api).len()), (1, 0));
}

#[tokio::test]
async fn another_address_for_tokens_is_not_that_of_another_authority() {
    let token = || Reply::json(json!({ "access_token": "t0k3n", "expires_in": 3600 }));
    let moved = Server::start(move |_| token());
    let server = Server::start(move |request| match request.path.as_str() {
        "/other/token" => token(),
        "/items" => Reply::json(json!({ "items": [{ "id": 1 }] })),
        _ => Reply::status(404),
    });
    let builder = two::Client::builder().base_url(server.base_url()).oauth_secret("s3cr3t-1").other_secret("s3cr3t-2");
    let client = builder.access_token_url(moved.base_url()).build().expect("nothing is missing");
    assert_eq!(client.items().await.expect("rows").len() + client.others().await.expect("rows").len(), 2);
    assert_eq!(moved.count(), 1);
    assert!(moved.requests()[0].body.contains("s3cr3t-1"), "{:?}", moved.requests());
}

#[test]
fn an_address_of_tokens_that_is_none_is_refused() {
    let server = Server::script([]);
    let error = builder(&server).access_token_url("ftp://login.example.com/").build().map(drop);
    let error = error.expect_err("not HTTP");
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("`access_token_url`") && error.to_string().contains("ftp"), "{error}");
}

// How often.

#[tokio::test]
async fn requests_at_once_share_one_token() {
    let server = server(json!({ "expires_in": "3600" }), |token| token == "t0k3n-1");
    let client = client(&server);
    for rows in at_once(&client, 20).await {
        assert_eq!(rows.expect("admitted"), 1);
    }
    assert_eq!(client.items().await.expect("admitted").len(), 1);
    assert_eq!(asked(&server).len(), 1);
}

#[tokio::test]
async fn a_token_is_renewed_before_it_ends() {
    let server = server(json!({ "expires_in": 100 }), |_| true);
    let client = client(&server);
    client.items().await.expect("admitted");
    // A tenth of its life before.
    for (seconds, tokens) in [(89, 1), (2, 2)] {
        pass(Duration::from_secs(seconds)).await;
        client.items().await.expect("admitted");
        assert_eq!(asked(&server).len(), tokens);
    }
}

/// Lets time pass for the client, at once; the server has a clock of its own.
async fn pass(time: Duration) {
    tokio::time::pause();
    tokio::time::advance(time).await;
    tokio::time::resume();
}

#[tokio::test]
async fn a_token_that_has_ended_already_is_for_one_request() {
    for life in [json!(0), json!("0"), json!(-5)] {
        let server = server(json!({ "expires_in": life }), |_| true);
        let client = client(&server);
        for _ in 0..3 {
            assert_eq!(client.items().await.expect("admitted").len(), 1);
        }
        assert_eq!(asked(&server).len(), 3);
    }
}

#[tokio::test]
async fn a_token_that_does_not_say_is_good_for_as_long_as_declared() {
    let server = server(json!({ "expires_in": null }), |_| true);
    let client = client(&server);
    for _ in 0..2 {
        client.items().await.expect("admitted");
    }
    assert_eq!(asked(&server).len(), 1);
    for _ in 0..2 {
        client.by_header().await.expect("admitted");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    assert_eq!(asked(&server).len(), 3);
}

// Refusals by the API.

#[tokio::test]
async fn a_refused_token_is_renewed_once_for_all() {
    let server = server(json!({ "expires_in": 3600 }), |token| token != "t0k3n-1");
    for rows in at_once(&client(&server), 20).await {
        assert_eq!(rows.expect("admitted with the second"), 1);
    }
    assert_eq!(asked(&server).len(), 2);
}

#[tokio::test]
async fn a_second_refusal_is_an_error() {
    let server = server(json!({}), |_| false);
    let error = client(&server).items().await.map(drop).expect_err("refused");
    assert_eq!((error.kind(), error.status(), error.resource()), (ErrorKind::Unauthorized, Some(401), Some("items")));
    let text = format!("{error:#}");
    assert!(text.contains("`oauth_id` and `oauth_secret`") && text.contains("OAUTH_SECRET"), "{text}");
    assert!(text.contains("/oauth/token") && text.contains("Bearer ***"), "{text}");
    check_clean(&error);
    assert_eq!((asked(&server).len(), server.count()), (2, 4));
}

#[tokio::test]
async fn no_link_takes_a_token_to_another_origin() {
    let elsewhere = Server::start(|_| page());
    let target = format!("{}/items", elsewhere.base_url());
    let server = Server::start(move |request| match request.path.as_str() {
        "/oauth/token" => Reply::json(json!({ "access_token": "t0k3n" })),
        _ => Reply::json(json!({ "items": [{ "id": 2 }], "next": target })),
    });
    assert_eq!(client(&server).items().await.expect("two pages").len(), 2);
    assert_eq!(elsewhere.requests()[0].header("authorization"), None);
}

// Refusals by the token endpoint.

/// The error of a request whose token endpoint answers like this.
async fn refused(reply: impl Fn() -> Reply + Send + Sync + 'static) -> Error {
    let server = Server::start(move |_| reply());
    let error = client(&server).items().await.map(drop).expect_err("no token");
    assert_eq!(asked(&server).len(), server.count(), "no page is asked for without a token");
    check(&error);
    error
}

fn check(error: &Error) {
    let text = format!("{error:#}");
    assert!(text.contains("no access token from http://127.0.0.1:") && text.contains("/oauth/token:"), "{text}");
    assert!(error.help().is_some() && error.resource() == Some("items"), "{text}");
    check_clean(error);
}

#[tokio::test]
async fn refusals_are_told_as_the_endpoint_tells_them() {
    let error = refused(|| {
        let said = json!({ "error": "invalid_client", "error_description": format!("no client has {SECRET}") });
        Reply::status(401).body(said.to_string())
    });
    let error = error.await;
    assert_eq!((error.kind(), error.status()), (ErrorKind::Unauthorized, Some(401)));
    let text = format!("{error:#}");
    assert!(text.contains("invalid_client: no client has ***") && text.contains("`oauth_secret`"), "{text}");

    for (status, kind) in [(400, ErrorKind::Unauthorized), (200, ErrorKind::Unauthorized), (500, ErrorKind::Status)] {
        let error = refused(move || Reply::status(status).body(r#"{"error":"invalid_scope"}"#)).await;
        assert_eq!(error.kind(), kind, "{status}");
        assert!(error.to_string().contains("invalid_scope"), "{error}");
    }
}

#[tokio::test]
async fn answers_without_a_token_are_told_apart() {
    for (body, says) in [
        (
            json!({ "token": "t0k3n-x", "expires_in": 5 }).to_string(),
            "without `access_token`; its response has the keys `expires_in`, `token`",
        ),
        ("{}".to_owned(), "its response has no keys"),
        (r#"{"access_token":""}"#.to_owned(), "without `access_token`"),
        (r#"{"access_token":null}"#.to_owned(), "without `access_token`"),
        (r#"["t0k3n"]"#.to_owned(), "without a JSON object"),
        ("access_token=t0k3n".to_owned(), "without a JSON object"),
        ("<html>t0k3n</html>".to_owned(), "without a JSON object"),
        (String::new(), "without a JSON object"),
        (r#"{"access_token":"t0k3n\n"}"#.to_owned(), "no header can carry"),
        (format!(r#"{{"access_token":"{}"}}"#, "t".repeat(300 << 10)), "larger than"),
    ] {
        let shown = body.chars().take(60).collect::<String>();
        let error = refused(move || Reply::status(200).body(body.clone())).await;
        assert!(error.to_string().contains(says), "{shown}: {error}");
        assert!(matches!(error.kind(), ErrorKind::Decode | ErrorKind::BodyTooLarge), "{shown}: {error:?}");
    }
}

#[tokio::test]
async fn an_endpoint_that_is_down_or_slow_is_named() {
    let nobody = Nobody::new();
    let url = format!("{}/oauth/token", nobody.base_url());
    let server = Server::start(|_| page());
    let client = builder(&server).access_token_url(url.clone()).build().expect("nothing is missing");
    let error = client.items().await.map(drop).expect_err("nobody listens");
    assert_eq!((error.kind(), server.count()), (ErrorKind::Transport, 0));
    assert!(error.to_string().contains(&format!("no access token from {url}")), "{error}");

    let server = Server::start(|_| Reply::script([Step::Stall]));
    let builder = hurried::Client::builder().base_url(server.base_url()).oauth_secret(SECRET);
    let error = builder.build().expect("nothing is missing").items().await.map(drop).expect_err("no token");
    assert_eq!(asked(&server).len(), server.count(), "no page is asked for without a token");
    check(&error);
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.to_string().contains("within 1s"), "{error}");
}

#[tokio::test]
async fn the_endpoint_is_asked_again_as_the_source_declares() {
    let server = Server::script([
        Reply::status(503),
        Reply::script([Step::Reset]),
        Reply::json(json!({ "access_token": "t0k3n" })),
        page(),
    ]);
    assert_eq!(patient(&server).items().await.expect("the third time").len(), 1);

    let server = Server::start(|_| Reply::status(503));
    let error = patient(&server).items().await.map(drop).expect_err("no token");
    check(&error);
    assert!(error.to_string().contains("gave up after 2 retries"), "{error}");
}

#[tokio::test]
async fn requests_at_once_share_one_failure() {
    let server = Server::start(|_| Reply::status(400).after(Duration::from_millis(50)));
    for rows in at_once(&client(&server), 20).await {
        assert_eq!(rows.map(drop).expect_err("no token").kind(), ErrorKind::Status);
    }
    assert!(asked(&server).len() <= 2, "{}", asked(&server).len());
}

#[tokio::test]
async fn credentials_follow_no_redirect() {
    let elsewhere = Server::start(|_| Reply::json(json!({ "access_token": "t0k3n" })));
    let target = format!("{}/token", elsewhere.base_url());
    let expected = format!("redirects to {target}");
    let error = refused(move || Reply::status(307).header("Location", &target)).await;
    assert!(error.to_string().contains(&expected), "{error}");
    assert_eq!(elsewhere.count(), 0);
}
