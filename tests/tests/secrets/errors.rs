//! An error of each kind, of a bearer's token.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use declarest::{Error, ErrorKind, Progress};
use declarest_tests::{Database, Listing, Nobody, Reply, Server, Step};
use serde_json::json;

use crate::marker::{MARKER, Traced, assert_clean, assert_clean_files, everything};

/// A list behind a bearer.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = bearer(token = secret(marker_token)),
    retry(max_retries = 1, backoff_factor = 0.001, statuses = [429, 500]),
    max_page_bytes = "4KiB",
    resource_defaults(data_selector = "items"),
)]
mod api {
    #[resource(
        name = items, path = "/items", primary_key = key, write_disposition = merge,
        paginator = page_number(page_param = "p", limit_param = "ps", limit = 10, total_path = "paging.total"),
    )]
    #[derive(Debug)]
    pub struct Item {
        pub key: String,
        pub line: Option<u32>,
    }

    #[resource(name = hurried, path = "/items", paginator = single_page, timeout = "1s")]
    #[derive(Debug)]
    pub struct Hurried {
        pub key: String,
    }

    #[resource(name = searched, path = "/searched", paginator = single_page, params(access_token: String, q: Option<String>), allow(secret_param))]
    #[derive(Debug)]
    pub struct Searched {
        pub key: String,
    }
}

/// A list behind tokens that the client gets for itself.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = oauth2_client_credentials(
        access_token_url = "/token", client_id = secret(marker_id), client_secret = secret(marker_secret),
    ),
    retry(max_retries = 0),
)]
mod tokens {
    #[resource(name = items, path = "/items", data_selector = "items", paginator = json_link(next_url_path = "next"))]
    #[derive(Debug)]
    pub struct Item {
        pub key: String,
    }
}

fn client_of(base_url: &str) -> api::Client {
    api::Client::builder().base_url(base_url).marker_token(MARKER).build().expect("nothing is missing")
}

/// Syncs from this server; every way that the outcome can be seen, and the database's bytes, are clean.
async fn sync(name: &str, base_url: &str, database: &Database) -> Error {
    sync_resource("items", name, base_url, database).await
}

async fn sync_resource(resource: &str, name: &str, base_url: &str, database: &Database) -> Error {
    let told = Arc::new(Mutex::new(String::new()));
    let tell = Arc::clone(&told);
    let progress = move |progress: &Progress| writeln!(tell.lock().expect("no panic"), "{progress:?}").expect("memory");
    let client = client_of(base_url);
    let mut sqlite = database.open();
    assert_clean(name, &format!("{client:?} {sqlite:?} {:?}", client.items()));
    let error = client.sync(&mut sqlite).only([resource]).progress(progress).await.expect_err(name);
    drop(sqlite);
    assert_clean(name, &everything(&error));
    assert_clean(name, &told.lock().expect("no panic"));
    assert_clean_files(name, database);
    error
}

type Answer = Box<dyn Fn() -> Reply + Send + Sync>;

#[tokio::test]
async fn an_error_of_each_kind_shows_no_secret_nor_does_what_is_traced() {
    let (_alone, traced) = Traced::start().await;
    let page = |number: u64| json!({ "paging": { "total": 100 }, "items": [{ "key": format!("k{number}") }] });
    let said = |body: String| move || Reply::status(200).body(body.clone());
    let told = |status: u16, body: String| move || Reply::status(status).body(body.clone());
    let far = "x".repeat(190);
    let near = "x".repeat(70);
    let nobody = Nobody::new();
    let nowhere = nobody.base_url();
    let cases: Vec<(&str, ErrorKind, Answer)> = vec![
        ("refused", ErrorKind::Unauthorized, Box::new(told(401, format!("the token {MARKER} has expired")))),
        ("forbidden", ErrorKind::Unauthorized, Box::new(told(403, format!("{far}{MARKER}")))),
        (
            "failed",
            ErrorKind::Status,
            Box::new(told(500, format!(r#"{{"headers":{{"authorization":"Bearer {MARKER}"}}}}"#))),
        ),
        ("too many", ErrorKind::RateLimited, Box::new(told(429, format!("{MARKER}{MARKER}")))),
        ("reset", ErrorKind::Transport, Box::new(|| Reply::script([Step::Reset]))),
        ("not HTTP", ErrorKind::Transport, Box::new(|| Reply::script([Step::text(format!("{MARKER}\r\n\r\n"))]))),
        ("cut", ErrorKind::Transport, Box::new(|| Reply::cut(1000, [Step::text(MARKER)]))),
        ("redirect", ErrorKind::Transport, Box::new(|| Reply::status(302).header("Location", "/items"))),
        (
            "redirect to nowhere",
            ErrorKind::Transport,
            Box::new(move || Reply::status(302).header("Location", &nowhere)),
        ),
        ("too large", ErrorKind::BodyTooLarge, Box::new(said(MARKER.repeat(1000)))),
        ("echo", ErrorKind::Decode, Box::new(said(format!("you sent {MARKER}")))),
        ("echo that is cut", ErrorKind::Decode, Box::new(said(format!("<html>{near}{MARKER}")))),
        (
            "echo behind an offset",
            ErrorKind::Decode,
            Box::new(said(format!(r#"{{"items":[{{"key":"{near}{MARKER}","line":x{near}{MARKER}"#))),
        ),
        (
            "echo in keys",
            ErrorKind::Decode,
            Box::new(said(json!({ MARKER: [], format!("{near}{MARKER}"): [] }).to_string())),
        ),
        (
            "echo in a total",
            ErrorKind::Decode,
            Box::new(said(
                json!({ "items": [{ "key": "k" }], "paging": { "total": format!("{near}{MARKER}") } }).to_string(),
            )),
        ),
        (
            "echo in a row",
            ErrorKind::Decode,
            Box::new(said(json!({ "items": [{ "key": "k", "line": format!("{near}{MARKER}") }] }).to_string())),
        ),
        ("the same page", ErrorKind::PaginationLoop, Box::new(move || Reply::json(page(1)))),
        ("too few", ErrorKind::Incomplete, Box::new(|| Reply::json(json!({ "paging": { "total": 3 }, "items": [] })))),
    ];
    for (name, kind, answer) in cases {
        let server = Server::start(move |_| answer());
        let database = Database::new();
        let error = sync(name, &server.base_url(), &database).await;
        assert_eq!(error.kind(), kind, "{name}: {error}");
        assert!(
            server.requests().iter().any(|request| request.header("authorization").is_some()),
            "{name}: it was sent"
        );
    }

    let server = Server::start(|_| Reply::script([Step::Stall]));
    let error = sync_resource("hurried", "silence", &server.base_url(), &Database::new()).await;
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    assert!(server.requests().iter().all(|request| request.header("authorization").is_some()), "it was sent");

    let database = Database::new();
    assert_eq!(sync("nobody listens", &nobody.base_url(), &database).await.kind(), ErrorKind::Transport);
    let server = Server::start(|request| Listing::of(5).reply(request));
    database.run("DROP TABLE items; CREATE TABLE items (key BLOB)");
    assert_eq!(sync("another table", &server.base_url(), &database).await.kind(), ErrorKind::Schema);
    database.run("DROP TABLE items");
    let kept = client_of(&server.base_url()).sync(&mut database.open()).only(["items"]).await.expect("a report");
    assert_clean("a report", &format!("{kept} {kept:?}"));
    database.run("CREATE TRIGGER refuse BEFORE UPDATE ON items BEGIN SELECT RAISE(ABORT, 'refused'); END");
    let changed =
        Server::start(|_| Reply::json(json!({ "paging": { "total": 1 }, "items": [{ "key": "k1", "line": 9 }] })));
    assert_eq!(sync("refused by the database", &changed.base_url(), &database).await.kind(), ErrorKind::Destination);

    let error = api::Client::builder().build().expect_err("none is set");
    assert_eq!(error.kind(), ErrorKind::MissingSecret);
    let builder = api::Client::builder().marker_token(format!("{MARKER}\u{7f}\n"));
    assert_clean("a builder", &format!("{builder:?} {builder:#?}"));
    let error = match builder.base_url(server.base_url()).build() {
        Ok(client) => client.items().await.map(drop).expect_err("no header"),
        Err(error) => error,
    };
    assert_eq!(error.kind(), ErrorKind::Config);
    assert_clean("no header", &everything(&error));

    let traced = traced.text();
    for part in ["declarest", "hyper", "retrying", "TRACE", "/items?p=1"] {
        assert!(traced.contains(part), "nothing of {part} is traced: this would show nothing");
    }
    assert_clean("what is traced", &traced);
}

#[tokio::test]
async fn a_secret_in_a_parameter_is_struck_out_of_urls() {
    let (_alone, traced) = Traced::start().await;
    let server = Server::start(|_| Reply::status(400));
    let client =
        api::Client::builder().base_url(server.base_url()).marker_token("another").build().expect("nothing is missing");
    let error = client.searched(MARKER).q("shown").await.expect_err("400");
    assert_eq!(server.requests()[0].param("access_token"), Some(MARKER));
    assert!(error.url().is_some_and(|url| url.contains("access_token=***") && url.contains("q=shown")), "{error}");
    assert_clean("a URL", &everything(&error));
    let traced = traced.text();
    assert!(traced.contains("q=shown"));
    assert_clean("what is traced", &traced);
}

#[tokio::test]
async fn a_token_is_as_secret_as_what_it_was_got_with() {
    let (_alone, traced) = Traced::start().await;
    // Said again by whoever was sent it: the API the token, the token endpoint the client's secret.
    for (secret, token) in [("another", MARKER), (MARKER, "")] {
        let server = Server::start(move |request| match request.path.as_str() {
            "/token" if token.is_empty() => Reply::status(400).body(&*request.body),
            "/token" => Reply::json(json!({ "access_token": token, "expires_in": 0 })),
            _ if request.param("session").is_none() => {
                let session: String = url::form_urlencoded::byte_serialize(token.as_bytes()).collect();
                Reply::json(json!({ "items": [{ "key": "k" }], "next": format!("/items?session={session}") }))
            }
            _ => Reply::status(401).body(format!("{:?} {:?}", request.query, request.headers)),
        });
        let builder = tokens::Client::builder().base_url(server.base_url()).marker_id("id").marker_secret(secret);
        let client = builder.build().expect("nothing is missing");
        let database = Database::new();
        let error = client.sync(&mut database.open()).await.map(drop).expect_err("refused");
        let sent = server.requests();
        assert!(sent.iter().any(|request| format!("{request:?}").contains("squ_m4rk3r")), "it was sent");
        assert_clean("a token", &everything(&error));
        assert_clean("a database", &String::from_utf8_lossy(&std::fs::read(database.path()).expect("its bytes")));
    }
    let traced = traced.text();
    assert!(traced.contains("/token"));
    assert_clean("what is traced", &traced);
}
