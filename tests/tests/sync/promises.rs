//! What the API has promised, and whether it has come.

use std::sync::atomic::Ordering::SeqCst;

use declarest::{Error, ErrorKind};
use declarest_tests::{Database, Listing, Reply, Server};
use serde_json::json;

use crate::source::{assert_no_state, assert_rows, loads, pages_since, staged, sync};

#[tokio::test]
async fn fewer_rows_than_promised_is_incomplete_and_read_anew() {
    let (server, stage) =
        staged(|stage, request| Listing::of(if stage == 1 { 35 } else { 50 }).reply_with(request, 50));
    let database = Database::new();
    let error = sync(&server, &database, &["items", "events"]).await.expect_err("15 are missing");
    assert_eq!((error.kind(), error.resource()), (ErrorKind::Incomplete, Some("items")));
    let text = format!("{error:#}");
    assert!(
        text.contains("promised 50 rows") && text.contains("35 came") && text.contains("also failed: events"),
        "{text}"
    );
    let report = error.report().expect("a report");
    let events = report.resource("events").expect("it was read");
    assert_eq!(events.error.as_ref().map(Error::kind), Some(ErrorKind::Incomplete));
    assert_eq!(database.count("events"), 0, "half of what cannot be merged is not kept");
    assert_eq!((events.rows, events.inserted, events.taken_back), (35, 0, 35), "{report}");
    assert!(
        report.to_string().contains("events: 35 rows were taken back: a load that is not complete leaves none"),
        "{report}"
    );
    let items = report.resource("items").expect("it was read");
    assert_eq!((items.inserted, items.taken_back), (35, 0), "merged rows stay");
    // What a `main` prints that returns the error: what happened, what to do, and the table, once.
    let printed = format!("{error:?}");
    assert!(printed.starts_with("items: the API promised 50 rows") && printed.contains("\nhelp: "), "{printed}");
    assert_eq!(printed.matches("resource  expected").count(), 1, "{printed}");
    assert!(!printed.contains("Error {") && !printed.ends_with('\n'), "{printed}");
    assert_no_state(&database);

    stage.store(2, SeqCst);
    let from = server.count();
    sync(&server, &database, &["items", "events"]).await.expect("a report");
    assert_eq!(pages_since(&server, from, "/items"), [1, 2, 3, 4, 5]);
    assert_rows(&database, "items", 50);
    assert_rows(&database, "events", 50);
}

#[tokio::test]
async fn fewer_keys_than_promised_is_incomplete() {
    let (server, stage) = staged(|stage, request| {
        let mut rows = Listing::of(25).rows(request);
        if stage == 1 {
            // As when a row has moved to the next page while the pages were read: one comes twice, one never.
            for row in rows.iter_mut().filter(|row| row["line"] == 11) {
                row["key"] = json!("k10");
            }
        }
        Reply::json(json!({ "paging": { "total": 25 }, "items": rows }))
    });
    let database = Database::new();
    let error = sync(&server, &database, &["items"]).await.expect_err("one key is missing");
    assert_eq!(error.kind(), ErrorKind::Incomplete);
    assert!(error.to_string().contains("25 rows") && error.to_string().contains("24 distinct keys"), "{error}");
    assert_eq!(loads(&database, "items")[0][0], "incomplete");
    stage.store(2, SeqCst);
    sync(&server, &database, &["items"]).await.expect("a report");
    assert_rows(&database, "items", 25);
}

#[tokio::test]
async fn a_total_that_shrinks_is_followed() {
    let server = Server::start(|request| {
        Listing::of(50).reply_with(request, if request.number("p") == Some(1) { 50 } else { 20 })
    });
    let database = Database::new();
    let report = sync(&server, &database, &["items"]).await.expect("a report");
    assert_eq!(report.resource("items").map(|items| (items.expected, items.rows)), Some((Some(20), 20)));
}
