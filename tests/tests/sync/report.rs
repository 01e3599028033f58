//! What people read: the report of a sync, and the messages of errors.

use declarest::{Error, SyncReport};
use declarest_tests::{Database, LevelFilter, Listing, Logged, Nobody, Reply, Request, Server, Step};
use serde_json::json;

/// Three lists: one that is well, one that goes on, one that fails.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = bearer(token = secret(report_token)),
    retry(max_retries = 2, backoff_factor = 0.001, statuses = [429, 503]),
    max_page_bytes = "16KiB",
    resource_defaults(
        primary_key = key,
        write_disposition = merge,
        data_selector = "items",
        paginator = page_number(page_param = "p", limit_param = "ps", limit = 100, total_path = "paging.total"),
    ),
)]
mod api {
    #[resource(name = components, path = "/components")]
    #[derive(Debug)]
    pub struct Component {
        pub key: String,
        pub name: String,
    }

    #[resource(name = issues, path = "/issues")]
    #[derive(Debug)]
    pub struct Issue {
        pub key: String,
        pub line: u32,
    }

    #[resource(name = log, path = "/log", write_disposition = append, paginator = single_page)]
    #[derive(Debug)]
    pub struct Entry {
        pub key: String,
    }
}

/// For what never answers.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = none,
    retry(max_retries = 2, backoff_factor = 0.001),
    timeout = "2s",
    resource_defaults(data_selector = "items", paginator = page_number(page_param = "p", limit_param = "ps", limit = 100)),
)]
mod hurried {
    #[resource(name = issues, path = "/issues")]
    #[derive(Debug)]
    pub struct Issue {
        pub key: String,
    }
}

fn client(base_url: &str) -> api::Client {
    api::Client::builder().base_url(base_url).report_token("marker").build().expect("nothing is missing")
}

/// The report as people read it, without what differs from run to run: the load's id, times, the server's port.
fn text(mut report: SyncReport, server: &Server) -> String {
    "20260131T120000.000000Z-abcd".clone_into(&mut report.load_id);
    report.elapsed = std::time::Duration::from_millis(1234);
    for resource in &mut report.resources {
        resource.elapsed = std::time::Duration::from_millis(567);
        resource.waited = std::time::Duration::from_millis(89);
    }
    report.to_string().replace(&server.base_url(), "http://SERVER")
}

#[tokio::test]
async fn a_report_of_success() {
    let server = Server::start(|request| match (request.path.as_str(), request.nth) {
        // Tried again.
        (_, 2) => Reply::status(503),
        ("/components", _) => Listing::of(1270).reply(request),
        ("/issues", _) => Listing::of(73).reply(request),
        _ => Reply::json(json!({ "items": [{ "key": "started" }] })),
    });
    let database = Database::new();
    let report = client(&server.base_url()).sync(&mut database.open()).await.expect("a report");
    insta::assert_snapshot!(text(report, &server));
}

#[tokio::test]
async fn a_report_of_failures() {
    let database = Database::new();
    let broken = |request: &Request| match (request.path.as_str(), request.number("p")) {
        ("/components", Some(13..)) => Reply::status(500).body("java.lang.OutOfMemoryError"),
        ("/components", _) => Listing::of(2000).reply(request),
        ("/issues", _) => Reply::json(json!({ "paging": { "total": 1 }, "items": [{ "key": "k", "line": null }] })),
        _ => Reply::json(json!({ "items": [{ "key": "a" }, { "key": "b" }] })),
    };
    // The second run goes on where the first one was, at the same place.
    let port = Nobody::new();
    let server = Server::start_on(port.port(), broken);
    // One page at a time: how many of those ahead have been sent when one fails is chance.
    let result = client(&server.base_url()).sync(&mut database.open()).concurrency(1).await;
    let error = result.expect_err("two fail");
    let report = error.report().expect("a report").clone();
    insta::assert_snapshot!("a_report_of_failures", text(report, &server));

    drop(server);
    let server = Server::start_on(port.port(), |request| match request.path.as_str() {
        "/components" => Listing::of(2000).reply(request),
        _ => Reply::json(
            json!({ "paging": { "total": 2 }, "items": [{ "key": "a", "line": 1 }, { "key": "b", "line": 2 }] }),
        ),
    });
    let report = client(&server.base_url()).sync(&mut database.open()).await.expect("a report");
    insta::assert_snapshot!("a_report_that_goes_on", text(report, &server));
}

/// The error of a request for `issues`, to which the server answers this.
async fn error(answer: impl Fn() -> Reply + Send + Sync + 'static) -> String {
    let server = Server::start(move |_| answer());
    let error = client(&server.base_url()).issues().concurrency(1).await.expect_err("an error");
    told(&error, &server.base_url(), "http://SERVER")
}

/// The error's kind and message, with something else for what differs from run to run.
fn told(error: &Error, varies: &str, instead: &str) -> String {
    format!("{:?}\n{}", error.kind(), format!("{error:#}").replace(varies, instead))
}

fn page(rows: &serde_json::Value) -> Reply {
    Reply::json(json!({ "paging": { "total": 1 }, "items": rows }))
}

#[tokio::test]
async fn messages_say_what_where_and_what_to_do() {
    let mut messages = String::new();
    let mut add = |name: &str, told: &str| {
        for part in ["# ", name, ": ", told, "\n\n"] {
            messages.push_str(part);
        }
    };
    add("missing secret", &told(&api::Client::builder().build().expect_err("no token"), "none", ""));
    let builder = api::Client::builder().report_token("x").base_url("localhost:9000");
    add("bad base URL", &told(&builder.build().expect_err("no URL"), "none", ""));
    add("401", &error(|| Reply::status(401).body(r#"{"errors":[]}"#)).await);
    add("403", &error(|| Reply::status(403)).await);
    add("404", &error(|| Reply::status(404)).await);
    add(
        "400",
        &error(|| Reply::status(400).body(r#"{"errors":[{"msg":"Can return only the first 10000 results."}]}"#)).await,
    );
    add("503 for ever", &error(|| Reply::status(503)).await);
    add("429 for ever", &error(|| Reply::status(429)).await);
    let nobody = Nobody::new();
    let url = nobody.base_url();
    let refused = client(&url).issues().await.expect_err("nobody listens");
    add("connection refused", &told(&refused, &url, "http://SERVER"));
    add("body cut short", &error(|| Reply::cut(100, [Step::text("{")])).await);
    let silent = Server::start(|_| Reply::script([Step::Stall]));
    let builder = hurried::Client::builder().base_url(silent.base_url());
    let unanswered = builder.build().expect("a client").issues().await.expect_err("silence");
    add("silence", &told(&unanswered, &silent.base_url(), "http://SERVER"));
    add("HTML", &error(|| Reply::status(200).body("<!DOCTYPE html>\n<html>")).await);
    add("invalid JSON", &error(|| Reply::json(r#"{"items":[{"key":"a",}]}"#)).await);
    add("cut JSON", &error(|| Reply::json(r#"{"items":[{"key":"a","#)).await);
    add("empty body", &error(|| Reply::json("")).await);
    add("absent selector", &error(|| Reply::json(r#"{"issues":[],"paging":{"total":0}}"#)).await);
    add("selector at an object", &error(|| Reply::json(r#"{"items":{"list":[]}}"#)).await);
    add("wrong type", &error(|| page(&json!([{ "key": "a", "line": 1 }, { "key": "b", "line": "two" }]))).await);
    add("null", &error(|| page(&json!([{ "key": null, "line": 1 }]))).await);
    add("missing field", &error(|| page(&json!([{ "Key": "a", "line": 1 }]))).await);
    add("no total", &error(|| Reply::json(json!({ "items": [{ "key": "a", "line": 1 }] }))).await);
    add(
        "wrong total",
        &error(|| Reply::json(json!({ "items": [{ "key": "a", "line": 1 }], "paging": { "total": "many" } }))).await,
    );
    add("too few rows", &error(|| Reply::json(json!({ "items": [], "paging": { "total": 9 } }))).await);
    add(
        "the same page",
        &error(|| Reply::json(json!({ "items": [{ "key": "a", "line": 1 }], "paging": { "total": 9 } }))).await,
    );
    add("too large", &error(|| Reply::json(" ".repeat(20_000))).await);
    add("a redirect to itself", &error(|| Reply::status(302).header("Location", "/issues")).await);
    let empty = client(&url).issues().page_size(0).await.expect_err("no rows");
    add("no rows per page", &told(&empty, "none", ""));

    let database = Database::new();
    let directory = database.directory().to_str().expect("a path of text").to_owned();
    let server = Server::start(|request| Listing::of(3).reply(request));
    let mut sqlite = database.open();
    let client = client(&server.base_url());
    let unknown = client.sync(&mut sqlite).only(["isues"]).await.expect_err("a typo");
    add("unknown resource", &told(&unknown, "none", ""));
    database.run("CREATE TABLE issues (key TEXT, line TEXT)");
    let refused = client.sync(&mut sqlite).only(["issues"]).await.expect_err("another table");
    add("another table", &told(&refused, "none", ""));
    let nowhere = declarest::Sqlite::open(database.directory().join("a/test.db")).expect_err("no directory");
    add("no directory", &told(&nowhere, &directory, "DIRECTORY"));
    let diary = database.directory().join("diary");
    std::fs::write(&diary, "Dear diary, ".repeat(100)).expect("written");
    add("no database", &told(&declarest::Sqlite::open(diary).expect_err("a diary"), &directory, "DIRECTORY"));
    database.run("DROP TABLE issues");
    let lock = database.connect();
    lock.execute_batch("BEGIN EXCLUSIVE").expect("a lock");
    let locked = client.sync(&mut sqlite).only(["issues"]).await.expect_err("locked");
    add("locked", &told(&locked, &directory, "DIRECTORY"));
    insta::assert_snapshot!(messages);
}

/// Whatever reads the pages, what is told of them says where it belongs.
#[test]
fn what_is_traced_says_of_which_source_resource_page_and_attempt_it_is() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    for by in ["fetch", "sync", "verify"] {
        let (logged, _listens) = Logged::on_this_thread(LevelFilter::DEBUG);
        let server = Server::start(|request| match request.nth {
            1 => Reply::status(503),
            _ => Reply::json(json!({ "items": [{ "key": "a" }] })),
        });
        let (client, database) = (client(&server.base_url()), Database::new());
        runtime.block_on(async {
            match by {
                "fetch" => drop(client.log().await.expect("rows")),
                "sync" => drop(client.sync(&mut database.open()).only(["log"]).await.expect("a report")),
                _ => drop(client.verify().only(["log"]).await.expect("a report")),
            }
        });
        let text = logged.text();
        let page = if by == "verify" { "" } else { ":page{page=1}" };
        for attempt in [1, 2] {
            let within =
                format!(r#"source{{source="api"}}:resource{{resource="log"}}{page}:attempt{{attempt={attempt}}}: "#);
            assert!(text.contains(&within), "{by}: {within} in {text}");
        }
    }
}
