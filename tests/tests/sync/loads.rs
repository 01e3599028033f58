//! What a load leaves behind.

use std::sync::atomic::Ordering::SeqCst;

use declarest_tests::{Database, Listing, Reply, Server};
use serde_json::json;

use crate::source::{assert_no_state, assert_rows, client, listing, staged, strings, sync};

#[tokio::test]
async fn a_load_makes_tables_and_fills_them() {
    let (server, database) = (listing(25), Database::new());
    let report = client(&server).sync(&mut database.open()).await.expect("a report");
    assert_eq!(
        report.resources.iter().map(|resource| resource.name.as_str()).collect::<Vec<_>>(),
        ["items", "others", "events"]
    );
    for resource in &report.resources {
        assert_eq!((resource.expected, resource.rows, resource.distinct_keys), (Some(25), 25, 25));
        assert_eq!((resource.inserted, resource.updated, resource.resumed), (25, 0, 0));
        assert_eq!((resource.pages, resource.requests, resource.retries), (3, 3, 0));
        assert!(resource.bytes > 0 && resource.error.is_none());
        assert_eq!(resource.end, Some(declarest::EndReason::Total));
    }
    assert_rows(&database, "items", 25);
    assert_rows(&database, "events", 25);
    assert_eq!(database.count("others"), 25);
    assert_eq!(database.query("SELECT key, name, line FROM items WHERE key = 'k7'"), strings(&[&["k7", "row 7", "7"]]));
    let load_id = report.load_id.as_str();
    assert_eq!(database.query("SELECT DISTINCT _load_id FROM items"), strings(&[&[load_id]]));
    let loads = database.query("SELECT load_id, source, resource, status, rows, pages, expected, error FROM _declarest_loads ORDER BY started_at");
    let load = |resource| [load_id, "api", resource, "complete", "25", "3", "25", "NULL"];
    assert_eq!(loads, strings(&[&load("items"), &load("others"), &load("events")]));
    assert_eq!(database.one("SELECT count(*) FROM _declarest_loads WHERE started_at <= finished_at"), "3");
    assert_no_state(&database);
    assert_eq!(database.one("PRAGMA journal_mode"), "wal");
    assert!(!database.has_table("unselected") && !database.has_table("asked"));
}

/// A row with a column of each type.
#[declarest::source(base_url = "http://127.0.0.1:9", auth = none, resource_defaults(paginator = single_page, rename_all = "camelCase"))]
mod types {
    use declarest::jiff::Timestamp;
    use declarest::jiff::civil::{Date, DateTime, Time};

    #[resource(name = order, path = "/order", primary_key = (select, number), write_disposition = merge)]
    pub struct Row {
        pub flag: bool,
        pub number: i64,
        pub real: f64,
        pub select: String,
        pub at: Timestamp,
        pub date: Date,
        pub time: Time,
        pub local: DateTime,
        pub raw: declarest::Json,
        pub list: Vec<String>,
        pub nested: Nested,
        pub kind: Kind,
        #[column(json)]
        pub pair: (u8, Option<bool>),
        pub maybe: Option<Nested>,
        pub r#type: Option<String>,
        #[column(name = "odd name")]
        pub renamed: u64,
        #[column(skip)]
        #[expect(dead_code, reason = "read, and not stored")]
        pub skipped: String,
    }

    #[nested]
    pub struct Nested {
        pub start_line: u32,
    }

    #[nested(rename_all = "SCREAMING_SNAKE_CASE")]
    pub enum Kind {
        CodeSmell,
        #[other]
        Other(String),
    }
}

#[tokio::test]
async fn columns_have_types_and_values_keep_theirs() {
    let body = r#"[{
        "flag": true, "number": 9007199254740993, "real": 2, "select": "0012", "at": "2026-01-31T12:00:00.5+02:00", "date": "2026-01-31",
        "time": "12:00:00", "local": "2026-01-31T12:00:00", "raw": 12345678901234567890123, "list": ["a", "\"b\""], "nested": {"startLine": 7, "x": 1},
        "kind": "CODE_SMELL", "pair": [1, null], "renamed": 9223372036854775807, "skipped": "x"
    }, {
        "flag": false, "number": -9223372036854775808, "real": 1e300, "select": "ü'\u0000", "at": "1969-12-31T23:59:59Z", "date": "0001-01-01",
        "time": "23:59:59.999", "local": "2026-01-31T00:00", "raw": {"b": 1, "a": [ ]}, "list": [], "nested": {"startLine": 0},
        "kind": "NEW_KIND", "pair": [255, true], "maybe": {"startLine": 1}, "type": "", "renamed": 0, "skipped": ""
    }]"#;
    let server = Server::start(move |_| Reply::json(body));
    let client = types::Client::builder().base_url(server.base_url()).build().expect("nothing is missing");
    let database = Database::new();
    client.sync(&mut database.open()).await.expect("a report");

    let expected = [
        ("flag", "BOOLEAN", "0", "0"),
        ("number", "INTEGER", "1", "2"),
        ("real", "REAL", "0", "0"),
        ("select", "TEXT", "1", "1"),
        ("at", "TIMESTAMP", "0", "0"),
        ("date", "DATE", "0", "0"),
        ("time", "TIME", "0", "0"),
        ("local", "DATETIME", "0", "0"),
        ("raw", "JSON_TEXT", "0", "0"),
        ("list", "JSON_TEXT", "0", "0"),
        ("nested", "JSON_TEXT", "0", "0"),
        ("kind", "TEXT", "0", "0"),
        ("pair", "JSON_TEXT", "0", "0"),
        ("maybe", "JSON_TEXT", "0", "0"),
        ("type", "TEXT", "0", "0"),
        ("odd name", "INTEGER", "0", "0"),
        ("_load_id", "TEXT", "1", "0"),
    ];
    let columns = database.query("SELECT name, type, \"notnull\", pk FROM pragma_table_info('order')");
    assert_eq!(columns, expected.map(|(name, kind, not_null, key)| strings(&[&[name, kind, not_null, key]]).remove(0)));

    let names =
        expected[..16].iter().map(|(name, ..)| format!("\"{}\"", name.replace('"', "\"\""))).collect::<Vec<_>>();
    let rows = database.query(&format!("SELECT {} FROM \"order\" ORDER BY number DESC", names.join(", ")));
    let expected = [
        [
            "1",
            "9007199254740993",
            "2.0",
            "0012",
            "2026-01-31T10:00:00.5Z",
            "2026-01-31",
            "12:00:00",
            "2026-01-31T12:00:00",
            "12345678901234567890123",
            r#"["a","\"b\""]"#,
            r#"{"startLine":7}"#,
            "CODE_SMELL",
            "[1,null]",
            "NULL",
            "NULL",
            "9223372036854775807",
        ],
        [
            "0",
            "-9223372036854775808",
            "1e300",
            "ü'\0",
            "1969-12-31T23:59:59Z",
            "0001-01-01",
            "23:59:59.999",
            "2026-01-31T00:00:00",
            r#"{"b": 1, "a": [ ]}"#,
            "[]",
            r#"{"startLine":0}"#,
            "NEW_KIND",
            "[255,true]",
            r#"{"startLine":1}"#,
            "",
            "0",
        ],
    ];
    assert_eq!(rows, strings(&[&expected[0], &expected[1]]));
    let stored = database.query(&format!(
        "SELECT {} FROM \"order\" WHERE number > 0",
        names.iter().map(|name| format!("typeof({name})")).collect::<Vec<_>>().join(", ")
    ));
    let (text, integer) = ("text", "integer");
    assert_eq!(
        stored,
        strings(&[&[
            integer, integer, "real", text, text, text, text, text, text, text, text, text, text, "null", "null",
            integer
        ]])
    );
}

/// Columns under names that SQLite has for its own number of a row.
#[declarest::source(base_url = "http://127.0.0.1:9", auth = none, resource_defaults(paginator = single_page))]
mod row_ids {
    #[resource(name = rows, path = "/rows", primary_key = key, write_disposition = merge)]
    pub struct Row {
        pub key: String,
        pub rowid: i64,
        #[column(name = "OID")]
        pub oid: String,
    }
}

#[tokio::test]
async fn columns_may_be_named_as_sqlite_names_its_own() {
    let server = Server::start(|_| Reply::json(r#"[{"key":"a","rowid":7,"oid":"x"},{"key":"b","rowid":7,"oid":"x"}]"#));
    let client = row_ids::Client::builder().base_url(server.base_url()).build().expect("nothing is missing");
    let database = Database::new();
    for inserted in [2, 0] {
        let report = client.sync(&mut database.open()).await.expect("a report");
        let rows = report.resource("rows").expect("it was read");
        assert_eq!((rows.distinct_keys, rows.inserted, rows.updated), (2, inserted, 0));
    }
    assert_eq!(database.query("SELECT key, \"rowid\", OID FROM rows"), strings(&[&["a", "7", "x"], &["b", "7", "x"]]));
}

#[tokio::test]
async fn a_second_load_says_what_is_new_and_what_has_changed() {
    let (server, stage) = staged(|stage, request| {
        let mut rows = Listing::of(20 + 5 * stage as u64).rows(request);
        if stage == 2 {
            // k3 changes, k4 loses a value, k5 gains one that is the same.
            for row in rows.iter_mut().filter(|row| row["line"] == 3) {
                row["name"] = json!("changed");
            }
            for row in rows.iter_mut().filter(|row| row["line"] == 4) {
                row["line"] = json!(null);
            }
        }
        Reply::json(json!({ "paging": { "total": 20 + 5 * stage }, "items": rows }))
    });
    let database = Database::new();
    let first = sync(&server, &database, &["items"]).await.expect("a report");
    stage.store(2, SeqCst);
    let second = sync(&server, &database, &["items"]).await.expect("a report");
    let items = second.resource("items").expect("it was read");
    assert_eq!((items.rows, items.inserted, items.updated, items.distinct_keys), (30, 5, 2, 30));
    assert_eq!(
        database.query("SELECT name, line FROM items WHERE key IN ('k3', 'k4') ORDER BY key"),
        strings(&[&["changed", "3"], &["row 4", "NULL"]])
    );
    let by_load = database.query("SELECT _load_id, count(*) FROM items GROUP BY 1 ORDER BY 1");
    assert_eq!(
        by_load,
        strings(&[&[&first.load_id, "23"], &[&second.load_id, "7"]]),
        "rows that have not changed keep their load"
    );

    let third = sync(&server, &database, &["items"]).await.expect("a report");
    let items = third.resource("items").expect("it was read");
    assert_eq!((items.rows, items.inserted, items.updated, items.distinct_keys), (30, 0, 0, 30));
}

#[tokio::test]
async fn within_a_load_the_last_row_of_a_key_stays() {
    let body = json!({ "paging": { "total": -1 }, "items": [
        { "key": "a", "name": "first" }, { "key": "b", "name": "only" }, { "key": "a", "name": "second" }, { "key": "a", "name": "last" },
    ] });
    let server = Server::start(move |request| {
        if request.number("p") == Some(1) { Reply::json(&body) } else { Reply::json(json!({ "items": [] })) }
    });
    let database = Database::new();
    let report = sync(&server, &database, &["items"]).await.expect("a report");
    let items = report.resource("items").expect("it was read");
    assert_eq!((items.rows, items.distinct_keys, items.inserted), (4, 2, 2));
    assert_eq!(database.query("SELECT key, name FROM items ORDER BY key"), strings(&[&["a", "last"], &["b", "only"]]));
    assert!(report.to_string().contains("items: 2 rows repeat the key of an earlier row"), "{report}");
}

#[tokio::test]
async fn appended_rows_are_added_in_every_load() {
    let (server, database) = (listing(25), Database::new());
    for times in 1..=3 {
        let report = sync(&server, &database, &["events"]).await.expect("a report");
        let events = report.resource("events").expect("it was read");
        assert_eq!((events.rows, events.inserted, events.updated), (25, 25, 0));
        assert_eq!(database.count("events"), 25 * times);
        assert_eq!(database.one(&format!("SELECT count(*) FROM events WHERE _load_id = '{}'", report.load_id)), "25");
    }
}

#[tokio::test]
async fn no_rows_make_an_empty_table() {
    let (server, database) = (listing(0), Database::new());
    let report = client(&server).sync(&mut database.open()).await.expect("a report");
    assert!(
        report.resources.iter().all(|resource| (resource.rows, resource.expected, resource.pages) == (0, Some(0), 1))
    );
    assert_eq!((database.count("items"), database.count("events")), (0, 0));
}
