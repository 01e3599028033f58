//! Each bad answer in the middle of a sync: an error to match on, nothing half-written, and the next run completes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use declarest::ErrorKind;
use declarest_tests::{Database, Listing, Nobody, Reply, Request, Server, Step};
use serde_json::{Value, json};

/// The same rows, merged and appended.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = bearer(token = secret(recovery_token)),
    retry(max_retries = 3, backoff_factor = 0.001, statuses = [429, 500, 502, 503, 504]),
    max_page_bytes = "8KiB",
    resource_defaults(
        data_selector = "items",
        paginator = page_number(page_param = "p", limit_param = "ps", limit = 10, total_path = "paging.total"),
    ),
)]
mod api {
    #[resource(name = merged, path = "/merged", primary_key = key, write_disposition = merge)]
    pub struct Merged {
        pub key: String,
        pub name: String,
        pub line: u64,
    }

    #[resource(name = appended, path = "/appended", write_disposition = append)]
    pub struct Appended {
        pub key: String,
        pub name: String,
        pub line: u64,
    }

    // For what never answers.
    #[resource(name = hurried_merged, path = "/merged", primary_key = key, write_disposition = merge, timeout = "300ms", selected = false)]
    pub struct HurriedMerged {
        pub key: String,
        pub name: String,
        pub line: u64,
    }

    #[resource(name = hurried_appended, path = "/appended", write_disposition = append, timeout = "300ms", selected = false)]
    pub struct HurriedAppended {
        pub key: String,
        pub name: String,
        pub line: u64,
    }
}

/// How many rows there are, and how many pages.
const ROWS: u64 = 35;

/// What a server answers instead of a page.
type Bad = fn(&Request) -> Reply;

/// The page with its first row changed.
fn spoilt(request: &Request, spoil: impl FnOnce(&mut Value)) -> Reply {
    let mut rows = json!(Listing::of(ROWS).rows(request));
    spoil(&mut rows[0]);
    Reply::json(json!({ "paging": { "total": ROWS }, "items": rows }))
}

const CASES: &[(&str, ErrorKind, Bad)] = &[
    ("401", ErrorKind::Unauthorized, |_| Reply::status(401)),
    ("403", ErrorKind::Unauthorized, |_| Reply::status(403)),
    ("404", ErrorKind::Status, |_| Reply::status(404)),
    ("500", ErrorKind::Status, |_| Reply::status(500)),
    ("429 with seconds", ErrorKind::RateLimited, |_| Reply::status(429).header("Retry-After", 0)),
    ("429 with a date", ErrorKind::RateLimited, |_| {
        Reply::status(429).header("Retry-After", "Sun, 06 Nov 1994 08:49:37 GMT")
    }),
    ("reset", ErrorKind::Transport, |_| Reply::script([Step::Reset])),
    ("cut short", ErrorKind::Transport, |_| Reply::cut(1000, [Step::text(r#"{"items":[{"key":"#)])),
    ("silence", ErrorKind::Timeout, |_| Reply::script([Step::Stall])),
    ("HTML", ErrorKind::Decode, |_| Reply::status(200).body("<html>Sign in</html>")),
    ("invalid JSON", ErrorKind::Decode, |_| Reply::json(r#"{"items":[{"key":"k11","name":"row 11","line":11},]}"#)),
    ("no rows at the selector", ErrorKind::Decode, |_| Reply::json(r#"{"errors":[{"msg":"try later"}]}"#)),
    ("a wrong type", ErrorKind::Decode, |request| spoilt(request, |row| row["line"] = json!("eleven"))),
    ("null", ErrorKind::Decode, |request| spoilt(request, |row| row["name"] = json!(null))),
    ("no total", ErrorKind::Decode, |request| Reply::json(json!({ "items": Listing::of(ROWS).rows(request) }))),
    ("a wrong total", ErrorKind::Decode, |request| Listing::of(ROWS).reply_with(request, "many")),
    ("too large", ErrorKind::BodyTooLarge, |request| spoilt(request, |row| row["name"] = json!("x".repeat(9000)))),
    ("the same page", ErrorKind::PaginationLoop, |_| {
        let first: Vec<_> = (1..=10).map(declarest_tests::row).collect();
        Reply::json(json!({ "paging": { "total": ROWS }, "items": first }))
    }),
    ("an empty page", ErrorKind::Incomplete, |_| Reply::json(json!({ "paging": { "total": ROWS }, "items": [] }))),
];

/// Syncs one table through page 2 of this case, then through the pages as they should be.
async fn recover(table: &str, name: &str, kind: ErrorKind, bad: Bad) {
    let broken = Arc::new(AtomicBool::new(true));
    let now = Arc::clone(&broken);
    let server = Server::start(move |request| {
        if now.load(SeqCst) && request.number("p") == Some(2) { bad(request) } else { Listing::of(ROWS).reply(request) }
    });
    let client =
        api::Client::builder().base_url(server.base_url()).recovery_token("x").build().expect("nothing is missing");
    let database = Database::new();
    let what = format!("{table}: {name}");
    let hurried = format!("hurried_{table}");
    let table = if kind == ErrorKind::Timeout { hurried.as_str() } else { table };

    let error = client.sync(&mut database.open()).only([table]).concurrency(1).await.expect_err(&what);
    assert_eq!((error.kind(), error.resource()), (kind, Some(table)), "{what}: {error}");
    assert!(error.help().is_some(), "{what}: {error}");
    // Whole pages that had come before, or nothing.
    let kept = lines(&database, table);
    assert!(kept.len() <= 10 && kept.iter().copied().eq(1..=kept.len() as u64), "{what}: {kept:?}");
    // Whether the next load resumes, or rows are missing.
    let is_short = [ErrorKind::Incomplete, ErrorKind::PaginationLoop].contains(&kind);
    let status = if is_short { "incomplete" } else { "failed" };
    assert_eq!(database.one("SELECT status FROM _declarest_loads"), status, "{what}");

    broken.store(false, SeqCst);
    let report =
        client.sync(&mut database.open()).only([table]).await.unwrap_or_else(|error| panic!("{what}: {error}"));
    assert_eq!(lines(&database, table), (1..=ROWS).collect::<Vec<_>>(), "{what}");
    assert_eq!(
        report.resource(table).map(|resource| (resource.rows, resource.expected)),
        Some((ROWS, Some(ROWS))),
        "{what}"
    );
    assert_eq!(database.state(), Vec::<Vec<String>>::new(), "{what}");
}

fn lines(database: &Database, table: &str) -> Vec<u64> {
    let rows = database.query(&format!("SELECT line FROM {table} ORDER BY line"));
    rows.into_iter().map(|row| row[0].parse().expect("a number")).collect()
}

#[tokio::test]
async fn rows_that_are_merged_recover() {
    for (name, kind, bad) in CASES {
        recover("merged", name, *kind, *bad).await;
    }
}

#[tokio::test]
async fn rows_that_are_appended_recover() {
    for (name, kind, bad) in CASES {
        recover("appended", name, *kind, *bad).await;
    }
}

#[tokio::test]
async fn a_refused_connection_is_recovered_from() {
    let nobody = Nobody::new();
    let client =
        api::Client::builder().base_url(nobody.base_url()).recovery_token("x").build().expect("nothing is missing");
    let database = Database::new();
    let error = client.sync(&mut database.open()).await.expect_err("nobody listens");
    assert_eq!((error.kind(), error.page()), (ErrorKind::Transport, Some(1)));
    assert_eq!((database.count("merged"), database.count("appended")), (0, 0));
    let _server = Server::start_on(nobody.port(), |request| Listing::of(ROWS).reply(request));
    client.sync(&mut database.open()).await.expect("a report");
    for table in ["merged", "appended"] {
        assert_eq!(lines(&database, table), (1..=ROWS).collect::<Vec<_>>());
    }
}
