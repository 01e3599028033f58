//! Logins that give a token, over real HTTP.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use declarest::{Error, ErrorKind};
use declarest_tests::{LevelFilter, Logged, Reply, Request, Server};
use serde_json::json;
use tokio::task::JoinSet;

const PASSWORD: &str = "p4ssw0rd\"&";

/// Each way to log in, and each place for the token.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    params(user: String, tenant: Option<String>, number: u64),
    auth = session_token(
        path = "/login",
        json = {
            "user": "{user}@example.com", "number": number, "tenant": "{tenant}",
            "by": { "password": secret(password), "pin": secret(password, prefix = "<", suffix = ">") },
        },
        headers("X-User" = "{user}", "X-Key" = secret(login_key, prefix = "key "), "X-Tenant" = "{tenant}"),
        token_path = "data.session.token", header = "X-Session", prefix = "Token ", expires_in_path = "data.ttl",
    ),
    retry(max_retries = 0),
    resource_defaults(paginator = single_page),
)]
mod api {
    #[resource(name = items, path = "/items")]
    #[derive(Debug)]
    pub struct Item {
        pub id: u64,
    }

    #[resource(name = linked, path = "/linked", paginator = json_link(next_url_path = "next"), data_selector = "rows",
        auth = session_token(
            path = "/login", data = { "user": user, "password": secret(password), "mode": "api" }, token_path = "token",
            param = "session", expires_in = "10m",
        ),
    )]
    #[derive(Debug)]
    pub struct Linked {
        pub id: u64,
    }

    #[resource(name = simple, path = "/simple",
        auth = session_token(
            path = "/login?scope=all", method = GET, token_path = "token",
            auth = http_basic(username = "me", password = secret(password)),
        ),
    )]
    #[derive(Debug)]
    pub struct Simple {
        pub id: u64,
    }
}

fn client(server: &Server) -> api::Client {
    let builder = api::Client::builder().base_url(server.base_url()).user("me").number(7).login_key("l0g1nk3y");
    builder.password(PASSWORD).build().expect("all is set")
}

/// A server that gives out `s3ss10n-1`, `s3ss10n-2`, …, and rows to whom `admits`.
fn server(admits: impl Fn(&Request) -> bool + Send + Sync + 'static) -> Server {
    let given = AtomicUsize::new(0);
    Server::start(move |request| match request.path.as_str() {
        "/login" => {
            let token = format!("s3ss10n-{}", given.fetch_add(1, Ordering::Relaxed) + 1);
            Reply::json(json!({ "token": token, "data": { "session": { "token": token }, "ttl": 600 } }))
        }
        _ if !admits(request) => Reply::status(401),
        "/linked" if request.param("page").is_none() => {
            Reply::json(json!({ "rows": [{ "id": 1 }], "next": "/linked?page=2&session=s3ss10n-1" }))
        }
        "/linked" => Reply::json(json!({ "rows": [{ "id": 2 }], "next": null })),
        _ => Reply::json(json!([{ "id": 1 }])),
    })
}

fn logins(server: &Server) -> Vec<Request> {
    server.requests().into_iter().filter(|request| request.path == "/login").collect()
}

fn check_clean(error: &Error) {
    let text = format!("{error} {error:#} {error:?}");
    for part in ["s3ss10n", "p4ssw0rd", "l0g1nk3y"] {
        assert!(!text.contains(part), "{part} in: {text}");
    }
}

#[tokio::test]
async fn a_login_in_json_gives_a_token_for_a_header() {
    let server = server(|_| true);
    let client = client(&server);
    for _ in 0..2 {
        assert_eq!(client.items().await.expect("rows").len(), 1);
    }
    let [login, first, second] = &server.requests()[..] else { panic!("{:?}", server.requests()) };
    let body: serde_json::Value = serde_json::from_str(&login.body).expect("JSON");
    let by = json!({ "password": PASSWORD, "pin": format!("<{PASSWORD}>") });
    // Where a param has no value, the key and the header are left out.
    assert_eq!(body, json!({ "user": "me@example.com", "number": 7, "by": by }));
    assert_eq!((login.method.as_str(), login.header("content-type")), ("POST", Some("application/json")));
    assert_eq!((login.header("x-user"), login.header("x-key")), (Some("me"), Some("key l0g1nk3y")));
    assert_eq!(login.header("x-tenant"), None);
    for request in [first, second] {
        assert_eq!(request.header("x-session"), Some("Token s3ss10n-1"));
        assert_eq!(request.header("authorization"), None);
    }
}

#[tokio::test]
async fn a_login_by_a_form_gives_a_token_for_the_query_which_no_link_repeats() {
    let server = server(|request| request.params("session") == ["s3ss10n-1"]);
    let rows = client(&server).linked().await.expect("both pages");
    assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(logins(&server)[0].body, "user=me&password=p4ssw0rd%22%26&mode=api");
}

#[tokio::test]
async fn a_login_may_be_a_get_with_credentials_of_its_own() {
    let server = server(|request| request.header("authorization") == Some("Bearer s3ss10n-1"));
    assert_eq!(client(&server).simple().await.expect("rows").len(), 1);
    let login = &logins(&server)[0];
    assert_eq!((login.method.as_str(), login.param("scope"), login.body.as_str()), ("GET", Some("all"), ""));
    assert!(login.header("authorization").is_some_and(|value| value.starts_with("Basic ")));
}

#[tokio::test]
async fn a_refused_token_is_renewed_once_for_all_requests() {
    let server = server(|request| request.header("x-session") == Some("Token s3ss10n-2"));
    let client = client(&server);
    let mut tasks = JoinSet::new();
    for _ in 0..6 {
        let client = client.clone();
        tasks.spawn(async move { client.items().await });
    }
    for outcome in tasks.join_all().await {
        assert_eq!(outcome.expect("rows").len(), 1);
    }
    assert_eq!(logins(&server).len(), 2);
}

/// Lets time pass at once.
async fn pass(time: Duration) {
    tokio::time::pause();
    tokio::time::advance(time).await;
    tokio::time::resume();
}

#[tokio::test]
async fn a_token_is_renewed_before_it_expires_and_otherwise_kept() {
    let server = server(|_| true);
    let client = client(&server);
    client.items().await.expect("rows");
    pass(Duration::from_secs(569)).await;
    client.items().await.expect("rows");
    assert_eq!(logins(&server).len(), 1);
    pass(Duration::from_secs(2)).await;
    client.items().await.expect("rows");
    assert_eq!(logins(&server).len(), 2, "30 seconds before its end");

    client.simple().await.expect("rows");
    pass(Duration::from_hours(10_000)).await;
    client.simple().await.expect("rows");
    assert_eq!(logins(&server).len(), 3, "until it is refused");
}

#[tokio::test]
async fn an_answer_without_a_token_says_what_it_has() {
    let server = Server::start(|_| Reply::json(json!({ "data": { "sessionToken": "s3ss10n-1", "ttl": 5 } })));
    let error = client(&server).items().await.expect_err("there is no token");
    assert_eq!(error.kind(), ErrorKind::Decode);
    let text = format!("{error:#}");
    for part in
        ["no session token", "`data.session.token`", "`data` has the keys `sessionToken`, `ttl`", "`token_path`"]
    {
        assert!(text.contains(part), "{part} in: {text}");
    }
    check_clean(&error);
}

#[tokio::test]
async fn a_refused_login_names_its_secrets_and_shows_none() {
    let (logged, _guard) = Logged::on_this_thread(LevelFilter::TRACE);
    let server =
        Server::start(|request| Reply::status(403).body(format!("no: {} {:?}", request.body, request.headers)));
    let error = client(&server).items().await.expect_err("it is refused");
    assert_eq!(error.kind(), ErrorKind::Unauthorized);
    let text = format!("{error:#}");
    for part in ["no session token", "403", "`password`", "`login_key`", "LOGIN_KEY"] {
        assert!(text.contains(part), "{part} in: {text}");
    }
    check_clean(&error);
    let told = logged.text();
    assert!(!told.contains("p4ssw0rd") && !told.contains("l0g1nk3y"), "{told}");
}

#[tokio::test]
async fn a_token_that_stays_refused_is_not_shown() {
    let server = server(|_| false);
    let error = client(&server).linked().await.expect_err("it is refused");
    assert_eq!(error.kind(), ErrorKind::Unauthorized);
    let text = format!("{error:#}");
    assert!(text.contains("a new session token from") && text.contains("`password`"), "{text}");
    check_clean(&error);
    assert_eq!(logins(&server).len(), 2);
}
