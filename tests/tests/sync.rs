//! Syncs into real database files, looked at with SQLite itself.
#![expect(unreachable_pub, reason = "rows are declared as they are in a library")]

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

use declarest::{Error, ErrorKind, Progress, Stage, SyncReport};
use declarest_tests::{Database, Listing, Reply, Request, Server, Step, until};
use serde_json::json;

/// Lists of rows, merged and appended.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = none,
    retry(max_retries = 0),
    concurrency = 2,
    resource_defaults(
        primary_key = key,
        write_disposition = merge,
        data_selector = "items",
        paginator = page_number(page_param = "p", limit_param = "ps", limit = 10, total_path = "paging.total"),
    ),
)]
mod api {
    #[resource(name = items, path = "/items")]
    pub struct Item {
        pub key: String,
        pub name: String,
        pub line: Option<u32>,
    }

    #[resource(name = others, path = "/others")]
    pub struct Other {
        pub key: String,
        pub name: String,
    }

    #[resource(name = events, path = "/events", write_disposition = append)]
    pub struct Event {
        pub key: String,
        pub line: u64,
    }

    #[resource(name = unselected, path = "/unselected", selected = false)]
    pub struct Unselected {
        pub key: String,
    }

    #[resource(name = numbered, path = "/numbered", primary_key = id, selected = false)]
    pub struct Numbered {
        pub id: u64,
        pub labels: std::collections::HashMap<String, u32>,
    }

    #[resource(name = asked, path = "/asked/{project}", params(project: String))]
    pub struct Asked {
        pub key: String,
    }
}

/// `items` as a later version declares it: with a column more.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = none,
    retry(max_retries = 0),
    resource_defaults(
        primary_key = key,
        write_disposition = merge,
        data_selector = "items",
        paginator = page_number(page_param = "p", limit_param = "ps", limit = 10, total_path = "paging.total"),
    ),
)]
mod wider {
    #[resource(name = items, path = "/items")]
    pub struct Item {
        pub key: String,
        pub name: String,
        pub line: Option<u32>,
        #[column(name = "Size")]
        pub size: Option<f64>,
    }
}

/// `items` with another type and another key, `others` as it was.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = none,
    retry(max_retries = 0),
    resource_defaults(
        primary_key = key,
        write_disposition = merge,
        data_selector = "items",
        paginator = page_number(page_param = "p", limit_param = "ps", limit = 10, total_path = "paging.total"),
    ),
)]
mod other_types {
    #[resource(name = items, path = "/items", primary_key = (name, key))]
    pub struct Item {
        pub key: String,
        pub name: String,
        pub line: Option<declarest::Json>,
    }

    #[resource(name = others, path = "/others")]
    pub struct Other {
        pub key: String,
        pub name: String,
    }
}

fn client(server: &Server) -> api::Client {
    api::Client::builder().base_url(server.base_url()).build().expect("nothing is missing")
}

/// Every path has this many rows.
fn listing(rows: u64) -> Server {
    Server::start(move |request| Listing::of(rows).reply(request))
}

/// A server whose answers depend on a stage that the test sets.
fn staged(answer: impl Fn(usize, &Request) -> Reply + Send + Sync + 'static) -> (Server, Arc<AtomicUsize>) {
    let stage = Arc::new(AtomicUsize::new(1));
    let now = Arc::clone(&stage);
    (Server::start(move |request| answer(now.load(SeqCst), request)), stage)
}

/// Syncs these resources into the database.
async fn sync(server: &Server, database: &Database, only: &[&str]) -> Result<SyncReport, Error> {
    client(server).sync(&mut database.open()).only(only.iter().copied()).await
}

/// The pages that a path was asked for behind the first `from` requests, in ascending order.
fn pages_since(server: &Server, from: usize, path: &str) -> Vec<u64> {
    let requests = server.requests();
    let mut pages: Vec<_> = requests[from..]
        .iter()
        .filter(|request| request.path == path)
        .filter_map(|request| request.number("p"))
        .collect();
    pages.sort_unstable();
    pages
}

/// The numbers of `items` or `events` as they should be after a load of `rows` rows.
fn assert_rows(database: &Database, table: &str, rows: u64) {
    let lines: Vec<u64> = database
        .query(&format!("SELECT line FROM {table} ORDER BY line"))
        .into_iter()
        .map(|row| row[0].parse().expect("a number"))
        .collect();
    assert_eq!(lines, (1..=rows).collect::<Vec<_>>(), "{table}");
}

fn assert_no_state(database: &Database) {
    assert_eq!(database.query("SELECT * FROM _declarest_state"), Vec::<Vec<String>>::new());
}

/// Status, rows, pages and expected of the loads of a resource, the oldest first.
fn loads(database: &Database, resource: &str) -> Vec<Vec<String>> {
    database.query(&format!(
        "SELECT status, rows, pages, expected FROM _declarest_loads WHERE resource = '{resource}' ORDER BY started_at"
    ))
}

fn strings(rows: &[&[&str]]) -> Vec<Vec<String>> {
    rows.iter().map(|row| row.iter().map(|value| (*value).to_owned()).collect()).collect()
}

// What a load leaves behind.

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
        assert_eq!(resource.end, Some(declarest::End::Total));
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
    assert!(report.to_string().contains("items: 2 rows have a key that came before"), "{report}");
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

// Which resources.

#[tokio::test]
async fn only_reads_what_it_names_also_what_is_not_selected() {
    let (server, database) = (listing(5), Database::new());
    let report = sync(&server, &database, &["unselected", "items"]).await.expect("a report");
    assert_eq!(
        report.resources.iter().map(|resource| resource.name.as_str()).collect::<Vec<_>>(),
        ["items", "unselected"]
    );
    assert!(database.has_table("unselected") && !database.has_table("others"));
    assert!(report.resource("others").is_none());
}

#[tokio::test]
async fn only_refuses_what_it_does_not_know_before_anything_is_sent() {
    let (server, database) = (listing(5), Database::new());
    let error = sync(&server, &database, &["items", "itmes"]).await.expect_err("a typo");
    assert_eq!(error.kind(), ErrorKind::Config);
    let text = error.to_string();
    for part in ["`itmes`", "`items`", "`others`", "`events`", "`unselected`"] {
        assert!(text.contains(part), "{part} in: {text}");
    }
    let error = sync(&server, &database, &["asked"]).await.expect_err("no value");
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("project"), "{error}");
    assert_eq!((server.count(), database.has_table("items")), (0, false));
}

#[tokio::test]
async fn a_full_refresh_loads_anew() {
    let (server, stage) = staged(|stage, request| Listing::of(if stage == 1 { 30 } else { 12 }).reply(request));
    let database = Database::new();
    sync(&server, &database, &["items", "events"]).await.expect("a report");
    stage.store(2, SeqCst);
    sync(&server, &database, &["items"]).await.expect("a report");
    assert_eq!(database.count("items"), 30, "a merge removes nothing");
    let report = client(&server).sync(&mut database.open()).only(["items"]).full_refresh().await.expect("a report");
    assert_eq!(report.resource("items").map(|items| (items.rows, items.inserted)), Some((12, 12)));
    assert_rows(&database, "items", 12);
    assert_eq!(database.count("events"), 30, "what is not read is left alone");
}

#[tokio::test]
async fn progress_is_told_from_the_beginning_to_the_end() {
    let (server, database) = (listing(25), Database::new());
    let told = Arc::new(Mutex::new(Vec::new()));
    let tell = Arc::clone(&told);
    let progress = move |progress: &Progress| tell.lock().expect("no panic").push(*progress);
    client(&server).sync(&mut database.open()).only(["items", "others"]).progress(progress).await.expect("a report");
    let told = told.lock().expect("no panic").clone();
    let seen: Vec<_> =
        told.iter().map(|told| (told.resource, told.rows, told.expected, told.pages, told.stage)).collect();
    let of = |name| {
        [
            (name, 0, None, 0, Stage::Reading),
            (name, 10, Some(25), 1, Stage::Reading),
            (name, 20, Some(25), 2, Stage::Reading),
            (name, 25, Some(25), 3, Stage::Reading),
            (name, 25, Some(25), 3, Stage::Complete),
        ]
    };
    assert_eq!(seen, [of("items"), of("others")].concat());
}

#[tokio::test]
async fn progress_is_told_of_a_failure() {
    let server = Server::start(|_| Reply::status(404));
    let database = Database::new();
    let told = Arc::new(Mutex::new(Vec::new()));
    let tell = Arc::clone(&told);
    let progress = move |progress: &Progress| tell.lock().expect("no panic").push(progress.stage);
    let result = client(&server).sync(&mut database.open()).only(["items"]).progress(progress).await;
    assert_eq!(result.expect_err("404").kind(), ErrorKind::Status);
    assert_eq!(*told.lock().expect("no panic"), [Stage::Reading, Stage::Failed]);
}

/// What they show is looked at beside the code; here, that a sync takes them.
#[tokio::test]
async fn the_progress_bars_can_be_used() {
    let (server, database) = (listing(25), Database::new());
    let report = client(&server).sync(&mut database.open()).progress(declarest::progress_bars()).await;
    assert_eq!(report.expect("a report").resources.iter().map(|resource| resource.rows).sum::<u64>(), 75);
}

#[tokio::test]
async fn a_sync_reads_as_many_pages_together_as_it_is_told() {
    let server = Server::start(|request| {
        let reply = Listing::of(120).reply(request);
        if request.number("p") == Some(1) { reply } else { reply.when(|log| log.most_in_flight() >= 6) }
    });
    let database = Database::new();
    client(&server).sync(&mut database.open()).only(["items"]).concurrency(6).await.expect("a report");
    assert_eq!(server.most_in_flight(), 6);
    assert_rows(&database, "items", 120);
}

#[tokio::test]
async fn a_sync_does_nothing_before_it_is_awaited_and_can_go_to_another_thread() {
    let (server, database) = (listing(5), Database::new());
    let mut sqlite = database.open();
    drop(client(&server).sync(&mut sqlite));
    assert_eq!(server.count(), 0);
    let client = client(&server);
    let report = tokio::spawn(async move { client.sync(&mut sqlite).only(["items"]).await }).await.expect("no panic");
    assert_eq!(report.expect("a report").resources.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_syncs_can_write_to_one_file() {
    let (server, database) = (listing(300), Database::new());
    let (mut one, mut other) = (database.open(), database.open());
    let client = client(&server);
    let (items, events) = tokio::join!(
        client.sync(&mut one).only(["items"]).into_future(),
        client.sync(&mut other).only(["events"]).into_future()
    );
    items.expect("a report");
    events.expect("a report");
    assert_rows(&database, "items", 300);
    assert_rows(&database, "events", 300);
    assert_no_state(&database);
}

// Promises.

#[tokio::test]
async fn fewer_rows_than_promised_is_incomplete_and_read_anew() {
    let (server, stage) =
        staged(|stage, request| Listing::of(if stage == 1 { 35 } else { 50 }).reply_with(request, 50));
    let database = Database::new();
    let error = sync(&server, &database, &["items", "events"]).await.expect_err("15 are missing");
    assert_eq!((error.kind(), error.resource()), (ErrorKind::Incomplete, Some("items")));
    let text = error.to_string();
    assert!(
        text.contains("promised 50 rows") && text.contains("35 came") && text.contains("also failed: events"),
        "{text}"
    );
    let report = error.report().expect("a report");
    let events = report.resource("events").expect("it was read");
    assert_eq!(events.error.as_ref().map(Error::kind), Some(ErrorKind::Incomplete));
    assert_eq!(database.count("events"), 0, "half of what cannot be merged is not kept");
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
    assert!(error.to_string().contains("25 rows") && error.to_string().contains("24 different keys"), "{error}");
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

// Failures on the way.

#[tokio::test]
async fn a_resource_that_fails_leaves_the_others_alone() {
    let server = Server::start(|request| match request.path.as_str() {
        "/others" => Reply::json(r#"{"errors":[]}"#),
        _ => Listing::of(15).reply(request),
    });
    let database = Database::new();
    let error = client(&server).sync(&mut database.open()).await.expect_err("one fails");
    assert_eq!((error.kind(), error.resource(), error.page()), (ErrorKind::Decode, Some("others"), Some(1)));
    assert!(!error.to_string().contains("also failed"), "{error}");
    let report = error.report().expect("a report");
    assert_eq!(
        report.resources.iter().map(|resource| resource.error.is_some()).collect::<Vec<_>>(),
        [false, true, false]
    );
    assert_rows(&database, "items", 15);
    assert_rows(&database, "events", 15);
    assert_eq!(database.count("others"), 0);
    assert_eq!(loads(&database, "others"), strings(&[&["failed", "0", "0", "NULL"]]));
    assert!(
        database.one("SELECT error FROM _declarest_loads WHERE resource = 'others'").contains("no rows at `items`")
    );
    assert!(report.to_string().contains("FAILED others, page 1: "), "{report}");
}

/// Fails at page 25 of 40 in stage 1, and has `rows` rows in stage 2.
fn breaking(rows: u64) -> (Server, Arc<AtomicUsize>) {
    staged(move |stage, request| match (stage, request.number("p")) {
        (1, Some(25..)) => Reply::status(500),
        (1, _) => Listing::of(400).reply(request),
        (_, _) => Listing::of(rows).reply(request),
    })
}

#[tokio::test]
async fn a_load_goes_on_where_it_was_interrupted() {
    for table in ["items", "events"] {
        let (server, stage) = breaking(400);
        let database = Database::new();
        let error = sync(&server, &database, &[table]).await.expect_err("500");
        assert_eq!((error.kind(), error.page()), (ErrorKind::Status, Some(25)));
        assert_rows(&database, table, 240);
        assert!(database.count("_declarest_state") > 0);
        let again = server.count();
        sync(&server, &database, &[table]).await.expect_err("500 again");
        assert!(pages_since(&server, again, &format!("/{table}")).iter().all(|page| *page >= 25));
        assert_rows(&database, table, 240);

        stage.store(2, SeqCst);
        let from = server.count();
        let report = sync(&server, &database, &[table]).await.expect("a report");
        assert_eq!(
            pages_since(&server, from, &format!("/{table}")),
            (25..=40).collect::<Vec<_>>(),
            "only what is not committed"
        );
        assert_rows(&database, table, 400);
        assert_no_state(&database);
        let resource = report.resource(table).expect("it was read");
        assert_eq!((resource.rows, resource.resumed, resource.inserted, resource.distinct_keys), (400, 240, 160, 400));
        assert_eq!((resource.pages, resource.expected), (16, Some(400)));
        let statuses: Vec<_> = loads(&database, table).into_iter().map(|mut load| load.swap_remove(0)).collect();
        assert_eq!(statuses, ["failed", "failed", "complete"]);
        assert!(report.to_string().contains("went on behind 240 rows of an interrupted run"), "{report}");
    }
}

#[tokio::test]
async fn a_load_starts_again_when_the_total_has_changed() {
    for table in ["items", "events"] {
        let (server, stage) = breaking(399);
        let database = Database::new();
        sync(&server, &database, &[table]).await.expect_err("500");
        stage.store(2, SeqCst);
        let from = server.count();
        let report = sync(&server, &database, &[table]).await.expect("a report");
        let pages = pages_since(&server, from, &format!("/{table}"));
        assert!((1..=40).all(|page| pages.contains(&page)), "{pages:?}");
        assert_rows(&database, table, 399);
        assert_eq!(report.resource(table).map(|resource| (resource.rows, resource.resumed)), Some((399, 0)));
        assert_no_state(&database);
    }
}

#[tokio::test]
async fn a_load_starts_again_when_the_declaration_has_changed() {
    let (server, stage) = breaking(400);
    let database = Database::new();
    sync(&server, &database, &["items"]).await.expect_err("500");
    stage.store(2, SeqCst);
    let from = server.count();
    let client = wider::Client::builder().base_url(server.base_url()).build().expect("nothing is missing");
    let report = client.sync(&mut database.open()).await.expect("a report");
    assert_eq!(pages_since(&server, from, "/items"), (1..=40).collect::<Vec<_>>());
    assert_eq!(report.resource("items").map(|items| (items.resumed, items.inserted)), Some((0, 160)));
    assert_rows(&database, "items", 400);
}

#[tokio::test]
async fn a_load_starts_again_when_its_state_cannot_be_read() {
    let (server, stage) = breaking(400);
    let database = Database::new();
    sync(&server, &database, &["items"]).await.expect_err("500");
    database.run("UPDATE _declarest_state SET value = '{\"position\":' WHERE name = 'checkpoint'");
    stage.store(2, SeqCst);
    let from = server.count();
    sync(&server, &database, &["items"]).await.expect("a report");
    assert_eq!(pages_since(&server, from, "/items"), (1..=40).collect::<Vec<_>>());
    assert_rows(&database, "items", 400);

    let (server, stage) = breaking(400);
    sync(&server, &database, &["items"]).await.expect_err("500");
    database.run("UPDATE _declarest_state SET value = 'x' WHERE name <> 'checkpoint'");
    stage.store(2, SeqCst);
    let report = sync(&server, &database, &["items"]).await.expect("a report");
    assert_eq!(report.resource("items").map(|items| (items.resumed, items.distinct_keys)), Some((0, 400)));
}

#[tokio::test]
async fn a_key_that_comes_again_behind_an_interruption_is_counted_once() {
    // Between the runs a row has come at the front and the last one has gone: no total shows that one is missed.
    let (server, stage) = staged(|stage, request| match (stage, request.number("p")) {
        (1, Some(25..)) => Reply::status(500),
        (2, Some(number)) => {
            let rows: Vec<_> = (number * 10 - 10..number * 10).map(declarest_tests::row).collect();
            Reply::json(json!({ "paging": { "total": 400 }, "items": rows }))
        }
        _ => Listing::of(400).reply(request),
    });
    let database = Database::new();
    sync(&server, &database, &["items"]).await.expect_err("500");
    stage.store(2, SeqCst);
    let error = sync(&server, &database, &["items"]).await.expect_err("one is missing");
    assert_eq!(error.kind(), ErrorKind::Incomplete);
    assert!(error.to_string().contains("399 different keys"), "{error}");
    let report = sync(&server, &database, &["items"]).await.expect("a report");
    assert_eq!(report.resource("items").map(|items| (items.resumed, items.distinct_keys)), Some((0, 400)));
    assert_eq!(database.one("SELECT count(*) FROM items WHERE key = 'k0'"), "1");
}

#[tokio::test]
async fn a_load_whose_table_is_gone_starts_again() {
    for table in ["items", "events"] {
        let (server, stage) = breaking(400);
        let database = Database::new();
        sync(&server, &database, &[table]).await.expect_err("500");
        database.run(&format!("DROP TABLE {table}"));
        stage.store(2, SeqCst);
        let report = sync(&server, &database, &[table]).await.expect("a report");
        assert_eq!(report.resource(table).map(|resource| (resource.rows, resource.resumed)), Some((400, 0)));
        assert_rows(&database, table, 400);
    }
}

#[tokio::test]
async fn a_full_refresh_does_not_go_on() {
    let (server, stage) = breaking(400);
    let database = Database::new();
    sync(&server, &database, &["events"]).await.expect_err("500");
    stage.store(2, SeqCst);
    let report = client(&server).sync(&mut database.open()).only(["events"]).full_refresh().await.expect("a report");
    assert_eq!(report.resource("events").map(|events| (events.rows, events.resumed)), Some((400, 0)));
    assert_rows(&database, "events", 400);
}

#[tokio::test]
async fn a_sync_that_is_dropped_half_way_is_gone_on_with() {
    for table in ["items", "events"] {
        let (server, stage) = staged(|stage, request| match (stage, request.number("p")) {
            // Never comes in the first stage.
            (1, Some(25..)) => Reply::script([Step::Stall]),
            _ => Listing::of(400).reply(request),
        });
        let database = Database::new();
        let mut sqlite = database.open();
        let rows = Arc::new(AtomicUsize::new(0));
        {
            let (client, count) = (client(&server), Arc::clone(&rows));
            let progress = move |progress: &Progress| {
                count.store(usize::try_from(progress.rows).expect("few rows"), SeqCst);
            };
            let sync = client.sync(&mut sqlite).only([table]).progress(progress).into_future();
            // Both pages in flight have been asked for: neither is counted below.
            let in_flight = || server.pages("p").contains(&26);
            tokio::select! {
                _ = sync => panic!("page 25 cannot have come"),
                () = until("24 pages have come", || rows.load(SeqCst) == 240 && in_flight()) => {}
            }
        }
        stage.store(2, SeqCst);
        let from = server.count();
        let report = client(&server).sync(&mut sqlite).only([table]).await.expect("a report");
        assert_eq!(pages_since(&server, from, &format!("/{table}")), (25..=40).collect::<Vec<_>>());
        assert_eq!(report.resource(table).map(|resource| (resource.rows, resource.resumed)), Some((400, 240)));
        assert_rows(&database, table, 400);
        assert_no_state(&database);
    }
}

#[tokio::test]
async fn a_sync_that_is_gone_on_with_reads_only_what_was_not_finished() {
    let (server, stage) = staged(|stage, request| match (stage, request.path.as_str(), request.number("p")) {
        // Never comes in the first stage.
        (1, "/others", Some(3..)) => Reply::script([Step::Stall]),
        _ => Listing::of(40).reply(request),
    });
    let database = Database::new();
    let mut sqlite = database.open();
    let both = ["items", "others"];
    {
        let client = client(&server);
        let in_flight = || pages_since(&server, 0, "/others").contains(&4);
        tokio::select! {
            _ = client.sync(&mut sqlite).only(both).into_future() => panic!("page 3 of the second resource cannot have come"),
            () = until("the pages behind the second of the second resource are asked for", in_flight) => {}
        }
    }
    stage.store(2, SeqCst);

    let from = server.count();
    let report = client(&server).sync(&mut sqlite).only(both).await.expect("a report");
    assert!(pages_since(&server, from, "/items").is_empty(), "all of it was committed");
    assert!(!pages_since(&server, from, "/others").contains(&1), "what was committed is not asked for again");
    let items = report.resource("items").expect("it was named");
    assert_eq!((items.rows, items.resumed, items.expected, items.distinct_keys), (40, 40, Some(40), 40));
    assert!(report.to_string().contains("items: an interrupted run had read all of it"), "{report}");
    assert_rows(&database, "items", 40);
    assert_no_state(&database);

    let from = server.count();
    client(&server).sync(&mut sqlite).only(both).await.expect("a report");
    assert_eq!(pages_since(&server, from, "/items"), [1, 2, 3, 4], "the next sync is a new one");
}

#[tokio::test]
async fn a_sync_that_ends_with_a_failure_has_ended() {
    let (server, stage) = staged(|stage, request| match (stage, request.path.as_str()) {
        (1, "/others") => Reply::status(404),
        _ => Listing::of(20).reply(request),
    });
    let database = Database::new();
    sync(&server, &database, &["items", "others"]).await.expect_err("a resource is not there");
    stage.store(2, SeqCst);
    let from = server.count();
    sync(&server, &database, &["items", "others"]).await.expect("a report");
    assert_eq!(pages_since(&server, from, "/items"), [1, 2]);
    assert_no_state(&database);
}

#[tokio::test]
async fn a_page_that_leaves_the_total_out_takes_no_promise_back() {
    let server = Server::start(|request| match request.number("p") {
        Some(1 | 2) => Listing::of(100).reply(request),
        _ => Reply::json(json!({ "items": [] })),
    });
    let database = Database::new();
    for table in ["items", "events"] {
        let error = sync(&server, &database, &[table]).await.expect_err("80 rows are missing");
        assert_eq!(error.kind(), ErrorKind::Incomplete, "{error}");
    }
    assert_rows(&database, "events", 0);
}

#[tokio::test]
async fn a_place_that_the_api_knows_no_more_is_nowhere_to_go_on_from() {
    let (server, stage) = staged(|stage, request| match (stage, request.number("p")) {
        (1, Some(21..)) => Reply::status(500),
        // Meanwhile there are fewer rows, and no pages behind the last.
        (2, Some(6..)) => Reply::status(404),
        (2, _) => Listing::of(50).reply(request),
        _ => Listing::of(400).reply(request),
    });
    for table in ["items", "events"] {
        stage.store(1, SeqCst);
        let database = Database::new();
        sync(&server, &database, &[table]).await.expect_err("page 21 fails");
        stage.store(2, SeqCst);
        let report = sync(&server, &database, &[table]).await.expect("a report");
        assert_eq!(report.resource(table).map(|resource| (resource.rows, resource.resumed)), Some((50, 0)));
    }
}

#[tokio::test]
async fn a_sync_that_another_takes_over_writes_no_more() {
    // The first one waits for page 25 until the second one is through.
    let through = Arc::new(AtomicBool::new(false));
    let is_through = Arc::clone(&through);
    let (server, stage) = staged(move |stage, request| match (stage, request.number("p")) {
        (1, Some(25..)) => {
            let is_through = Arc::clone(&is_through);
            Listing::of(400).reply(request).when(move |_| is_through.load(SeqCst))
        }
        _ => Listing::of(400).reply(request),
    });
    let database = Database::new();
    let (mut first, mut second) = (database.open(), database.open());
    let client = client(&server);
    let slow = client.clone();
    let slow = tokio::spawn(async move { slow.sync(&mut first).only(["events"]).await });
    // What it has, it commits within a second.
    let committed = "SELECT 1 FROM _declarest_state WHERE name = 'checkpoint' AND json_extract(value, '$.rows') = 240";
    until("24 pages are committed", || database.has_table("_declarest_state") && !database.query(committed).is_empty())
        .await;
    until("the pages behind them are asked for", || server.pages("p").contains(&26)).await;
    stage.store(2, SeqCst);
    client.sync(&mut second).only(["events"]).await.expect("a report");
    through.store(true, SeqCst);
    let error = slow.await.expect("no panic").expect_err("it was taken over");
    assert_eq!(error.kind(), ErrorKind::Destination);
    assert!(error.to_string().contains("another sync"), "{error}");
    assert_rows(&database, "events", 400);
}

#[tokio::test]
async fn what_was_finished_counts_only_for_the_sync_that_goes_on() {
    let (server, stage) = staged(|stage, request| match (stage, request.path.as_str()) {
        (1, "/others") => Reply::script([Step::Stall]),
        _ => Listing::of(20).reply(request),
    });
    let database = Database::new();
    let mut sqlite = database.open();
    {
        let client = client(&server);
        let is_asked = || server.requests().iter().any(|request| request.path == "/others");
        tokio::select! {
            _ = client.sync(&mut sqlite).only(["items", "others"]).into_future() => panic!("the second resource cannot have come"),
            () = until("the second resource is asked for", is_asked) => {}
        }
    }
    stage.store(2, SeqCst);
    client(&server).sync(&mut sqlite).only(["others"]).await.expect("a report");
    let from = server.count();
    client(&server).sync(&mut sqlite).only(["items"]).await.expect("a report");
    assert_eq!(pages_since(&server, from, "/items"), [1, 2], "a sync has ended in between");
}

#[tokio::test]
async fn a_sync_of_nothing_says_so() {
    let server = listing(1);
    let database = Database::new();
    let error = sync(&server, &database, &[]).await.expect_err("nothing");
    assert_eq!((error.kind(), server.count()), (ErrorKind::Config, 0), "{error}");
}

#[tokio::test]
async fn keys_far_apart_cost_no_more_than_keys_in_a_row() {
    const ROWS: u64 = 20_000;
    // Each key once, in no order.
    let server = Server::start(|request| {
        let first = (request.number("p").unwrap_or(1) - 1) * 10;
        let labels = json!({ "a": 1, "b": 2, "c": 3, "d": 4, "e": 5, "f": 6 });
        let rows: Vec<_> = (first..(first + 10).min(ROWS))
            .map(|row| json!({ "id": (row * 7_919 % ROWS) * 1_000_003, "labels": labels }))
            .collect();
        Reply::json(json!({ "paging": { "total": ROWS }, "items": rows }))
    });
    let database = Database::new();
    let mut sqlite = database.open();
    let sync = client(&server).sync(&mut sqlite).only(["numbered"]).await;
    assert_eq!(sync.expect("a report").resource("numbered").map(|numbered| numbered.distinct_keys), Some(ROWS));
    let report = client(&server).sync(&mut sqlite).only(["numbered"]).await.expect("a report");
    let numbered = report.resource("numbered").expect("it was named");
    assert_eq!((numbered.inserted, numbered.updated), (0, 0), "a map is written in an order that stays");
    let numbers = database.query("SELECT min(rowid), max(rowid) FROM numbered");
    assert_eq!(numbers, strings(&[&["1", "20000"]]), "rows are numbered as they come, whatever their keys");
}

// Tables that are there already.

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
    let client = wider::Client::builder().base_url(server.base_url()).build().expect("nothing is missing");
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
    let client = other_types::Client::builder().base_url(server.base_url()).build().expect("nothing is missing");
    let error = client.sync(&mut database.open()).await.expect_err("another type");
    assert_eq!((error.kind(), error.resource()), (ErrorKind::Schema, Some("items")));
    let text = error.to_string();
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

// A database that cannot be written.

/// Lets no row of this line in.
fn refuse_line(database: &Database, table: &str, line: u64) {
    database.run(&format!(
        "CREATE TRIGGER refuse BEFORE INSERT ON {table} WHEN NEW.line = {line} BEGIN SELECT RAISE(ABORT, 'refused here'); END"
    ));
}

#[tokio::test]
async fn a_row_that_cannot_be_written_is_an_error_and_the_next_run_completes() {
    // On the first of few pages, on the last of few, in the middle of many.
    for (table, rows, line) in [
        ("items", 5, 5),
        ("events", 5, 5),
        ("events", 25, 1),
        ("items", 395, 250),
        ("events", 395, 250),
        ("events", 395, 395),
    ] {
        let (server, database) = (listing(rows), Database::new());
        sync(&listing(0), &database, &[table]).await.expect("an empty table");
        refuse_line(&database, table, line);
        let error = sync(&server, &database, &[table]).await.expect_err("a row is refused");
        assert_eq!((error.kind(), error.resource()), (ErrorKind::Destination, Some(table)), "{error}");
        assert!(error.to_string().contains("refused here") && error.help().is_some(), "{error}");
        // Whole pages, and none from behind the row that was refused.
        let kept = database.count(table);
        assert!(kept < line && kept.is_multiple_of(10), "{kept} rows");
        assert_eq!(loads(&database, table).last().expect("a load")[0], "failed");
        database.run("DROP TRIGGER refuse");
        let report = sync(&server, &database, &[table]).await.expect("a report");
        assert_rows(&database, table, rows);
        assert_eq!(report.resource(table).map(|resource| (resource.rows, resource.resumed)), Some((rows, kept)));
        assert_no_state(&database);
    }
}

#[tokio::test]
async fn an_integer_that_sqlite_cannot_hold_is_an_error() {
    let server =
        Server::start(|_| Reply::json(r#"{"paging":{"total":1},"items":[{"key":"a","line":9223372036854775808}]}"#));
    let database = Database::new();
    let error = sync(&server, &database, &["events"]).await.expect_err("too large");
    assert_eq!(error.kind(), ErrorKind::Destination);
    assert!(error.to_string().contains("9223372036854775808") && error.to_string().contains("String"), "{error}");
    assert_eq!(database.count("events"), 0);
}

#[tokio::test]
async fn a_database_that_is_locked_is_an_error_and_the_next_run_completes() {
    let database = Database::new();
    let server = listing(25);
    let mut sqlite = database.open();
    let lock = database.connect();
    lock.execute_batch("BEGIN EXCLUSIVE").expect("a lock");
    let error = client(&server).sync(&mut sqlite).only(["items"]).await.expect_err("locked");
    assert_eq!((error.kind(), error.resource()), (ErrorKind::Destination, Some("items")), "{error}");
    assert!(error.to_string().contains("locked by another process") && error.help().is_some(), "{error}");
    assert_eq!(server.count(), 0);
    lock.execute_batch("ROLLBACK").expect("no lock");
    client(&server).sync(&mut sqlite).only(["items"]).await.expect("a report");
    assert_rows(&database, "items", 25);
}

#[tokio::test]
async fn a_database_that_is_locked_in_the_middle_is_an_error_and_the_next_run_completes() {
    for table in ["items", "events"] {
        let database = Database::new();
        let mut sqlite = database.open();
        let lock = Arc::new(Mutex::new(None));
        let (server, stage) = {
            let (path, lock) = (database.path(), Arc::clone(&lock));
            staged(move |stage, request| {
                if stage == 1 && request.number("p") == Some(1) {
                    // The table is there, no row is.
                    let connection = rusqlite::Connection::open(&path).expect("the database opens");
                    connection.execute_batch("BEGIN IMMEDIATE").expect("a lock");
                    *lock.lock().expect("no panic") = Some(connection);
                }
                Listing::of(15).reply(request)
            })
        };
        let error = client(&server).sync(&mut sqlite).only([table]).await.expect_err("locked");
        assert_eq!(error.kind(), ErrorKind::Destination, "{error}");
        assert!(error.to_string().contains("locked by another process"), "{error}");
        stage.store(2, SeqCst);
        *lock.lock().expect("no panic") = None;
        client(&server).sync(&mut sqlite).only([table]).await.expect("a report");
        assert_rows(&database, table, 15);
    }
}

#[test]
fn a_file_that_is_no_database_is_refused_and_left_as_it_is() {
    let database = Database::new();
    let text = "Dear diary, this is no database, but it is long enough to be taken for one: ".repeat(100);
    std::fs::write(database.path(), &text).expect("written");
    let error = declarest::Sqlite::open(database.path()).expect_err("a diary");
    assert_eq!(error.kind(), ErrorKind::Destination);
    assert!(
        error.to_string().contains("is not an SQLite database") && error.to_string().contains("test.db"),
        "{error}"
    );
    assert_eq!(std::fs::read_to_string(database.path()).expect("text"), text);
}

#[test]
fn a_place_where_no_file_can_be_is_refused() {
    let database = Database::new();
    std::fs::create_dir(database.path()).expect("a directory in its place");
    for path in [database.path(), database.directory().join("nowhere").join("test.db")] {
        let error = declarest::Sqlite::open(&path).expect_err("no file");
        let text = error.to_string();
        assert_eq!(error.kind(), ErrorKind::Destination);
        assert!(text.contains("test.db") && text.contains("cannot be opened") && text.contains("directory"), "{text}");
        assert!(std::error::Error::source(&error).is_some());
    }
}

#[test]
fn a_database_that_another_program_has_locked_is_refused() {
    let database = Database::new();
    let lock = database.connect();
    // Not in WAL mode yet: changing that needs the lock.
    lock.execute_batch("CREATE TABLE mine (x); BEGIN EXCLUSIVE").expect("a lock");
    let error = declarest::Sqlite::open(database.path()).expect_err("locked");
    assert_eq!(error.kind(), ErrorKind::Destination);
    assert!(error.to_string().contains("locked by another process"), "{error}");
    lock.execute_batch("ROLLBACK").expect("no lock");
    drop(database.open());
}

#[tokio::test]
async fn a_database_that_cannot_be_written_is_an_error() {
    // Permissions do not bind whoever runs as root; SQLite's own switch does.
    let (server, database) = (listing(5), Database::new());
    sync(&server, &database, &["items"]).await.expect("a report");
    database.run("PRAGMA journal_mode = DELETE");
    let bytes = std::fs::read(database.path()).expect("the file");
    // "File format write version" (bytes 18 of the header): above 2, the file may only be read.
    let mut read_only = bytes.clone();
    read_only[18] = 3;
    std::fs::write(database.path(), &read_only).expect("written");
    let result = match declarest::Sqlite::open(database.path()) {
        Ok(mut sqlite) => client(&server).sync(&mut sqlite).only(["items"]).await.map(drop),
        Err(error) => Err(error),
    };
    let error = result.expect_err("read-only");
    assert_eq!(error.kind(), ErrorKind::Destination);
    assert!(error.to_string().contains("cannot be written") && error.to_string().contains("permissions"), "{error}");
    std::fs::write(database.path(), &bytes).expect("written");
    sync(&server, &database, &["items"]).await.expect("a report");
    assert_rows(&database, "items", 5);
}
