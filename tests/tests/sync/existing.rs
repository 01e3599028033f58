//! Tables that are there already.

use std::sync::atomic::Ordering::SeqCst;

use declarest::ErrorKind;
use declarest_tests::{Database, Listing, Reply};
use serde_json::json;

use crate::source::{assert_rows, listing, other_types, pages_since, staged, sync, wider};

#[tokio::test]
async fn a_new_field_adds_a_column() {
    let (server, stage) = staged(|stage, request| {
        let mut rows = Listing::of(12).rows(request);
        if stage == 2 {
            for row in &mut rows {
                row["size"] = json!(0.5);
            }
            rows[0]["size"] = json!(null);
        }
        Reply::json(json!({ "paging": { "total": 12 }, "items": rows }))
    });
    let database = Database::new();
    sync(&server, &database, &["items"]).await.expect("a report");
    stage.store(2, SeqCst);
    let client = wider::api::Client::builder().base_url(server.base_url()).build().expect("nothing is missing");
    for (updated, sizes) in [(10, "10"), (0, "10")] {
        let report = client.sync(&mut database.open()).await.expect("a report");
        assert_eq!(report.resource("items").map(|items| (items.inserted, items.updated)), Some((0, updated)));
        assert_eq!(database.one("SELECT count(\"Size\") FROM items WHERE Size IS NULL OR Size = 0.5"), sizes);
    }
    // And the version before, which does not know the column, still works.
    stage.store(1, SeqCst);
    sync(&server, &database, &["items"]).await.expect("a report");
    assert_rows(&database, "items", 12);
}

#[tokio::test]
async fn a_changed_type_or_key_is_refused_before_anything_is_sent_or_written() {
    let (server, database) = (listing(12), Database::new());
    sync(&server, &database, &["items"]).await.expect("a report");
    let before =
        (database.query("SELECT * FROM items"), database.query("SELECT sql FROM sqlite_schema WHERE name = 'items'"));
    let from = server.count();
    let client = other_types::api::Client::builder().base_url(server.base_url()).build().expect("nothing is missing");
    let error = client.sync(&mut database.open()).await.expect_err("another type");
    assert_eq!((error.kind(), error.resource()), (ErrorKind::Schema, Some("items")));
    let text = format!("{error:#}");
    for part in [
        "`items`",
        "`line` is INTEGER, declared is JSON_TEXT",
        "primary key is (key), declared is (name, key)",
        "full_refresh",
    ] {
        assert!(text.contains(part), "{part} in: {text}");
    }
    assert_eq!(pages_since(&server, from, "/items"), Vec::<u64>::new());
    let after =
        (database.query("SELECT * FROM items"), database.query("SELECT sql FROM sqlite_schema WHERE name = 'items'"));
    assert_eq!(after, before);
    assert_eq!(database.count("others"), 12, "the other resource is loaded");

    client.sync(&mut database.open()).only(["items"]).full_refresh().await.expect("a report");
    assert_eq!(database.one("SELECT type FROM pragma_table_info('items') WHERE name = 'line'"), "JSON_TEXT");
    assert_eq!(database.count("items"), 12);
}

#[tokio::test]
async fn a_table_of_someone_elses_is_refused() {
    let (server, database) = (listing(12), Database::new());
    let table = "CREATE TABLE items (key TEXT, name TEXT, line INTEGER); INSERT INTO items VALUES ('mine', 'x', 1)";
    let view = "CREATE VIEW items AS SELECT 1 AS key, 2 AS name, 3 AS line";
    for (create, drop) in [(table, "DROP TABLE items"), (view, "DROP VIEW items")] {
        database.run(create);
        let error = sync(&server, &database, &["items"]).await.expect_err(create);
        assert_eq!(error.kind(), ErrorKind::Schema, "{error}");
        assert!(error.to_string().contains("`items`") && error.help().is_some(), "{error}");
        assert_eq!((database.count("items"), server.count()), (1, 0));
        database.run(drop);
    }
    sync(&server, &database, &["items"]).await.expect("a report");
}
