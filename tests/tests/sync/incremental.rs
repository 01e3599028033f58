//! Incremental loads: only what is new since the last run that was complete, and all of that.

use std::sync::{Arc, Mutex};

use declarest::{ErrorKind, SyncReport};
use declarest_tests::{Database, Reply, Server};
use serde_json::{Value, json};

/// Lists that are read from where the run before has come to.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = none,
    retry(max_retries = 0),
    resource_defaults(data_selector = "items", paginator = page_number(page_param = "p", limit_param = "ps", limit = 3, total_path = "total")),
)]
mod api {
    #[resource(name = numbers, path = "/items", incremental(cursor = at, start_param = "since"))]
    pub struct Number {
        pub id: u32,
        pub at: i64,
    }

    #[resource(name = keyed, path = "/items", primary_key = id, write_disposition = append, incremental(cursor = at, start_param = "since", initial_value = 3))]
    pub struct Keyed {
        pub id: u32,
        pub at: u32,
    }

    #[resource(
        name = merged, path = "/items", primary_key = id, write_disposition = merge,
        incremental(cursor = at, start_param = "since", lag = 2),
    )]
    pub struct Merged {
        pub id: u32,
        pub at: i64,
    }

    #[resource(name = texts, path = "/items", incremental(cursor = at, start_param = "since"))]
    pub struct Text {
        pub id: u32,
        pub at: String,
    }

    #[resource(
        name = days, path = "/items", primary_key = id, write_disposition = merge,
        incremental(cursor = at, start_param = "since", lag = "1d", initial_value = "2024-01-01"),
    )]
    pub struct Day {
        pub id: u32,
        pub at: declarest::jiff::civil::Date,
    }

    #[resource(
        name = times, path = "/items",
        incremental(cursor = at, start_param = "since", end_param = "until", initial_value = "2024-01-01T00:00:00Z", end_value = "2024-02-01T00:00:00+01:00", format = epoch_millis),
    )]
    pub struct Time {
        pub id: u32,
        pub at: declarest::jiff::Timestamp,
    }

    #[resource(name = patterns, path = "/items", incremental(cursor = at, start_param = "since", format = "%d.%m.%Y %H:%M %z"))]
    pub struct Pattern {
        pub id: u32,
        pub at: declarest::jiff::Timestamp,
    }

    #[resource(name = civil, path = "/items", incremental(cursor = at, start_param = "since"))]
    pub struct Civil {
        pub id: u32,
        pub at: declarest::jiff::civil::DateTime,
    }

    #[resource(
        name = posted, path = "/items", method = POST, json = { "q": "x" },
        paginator = single_page,
        incremental(cursor = at, start_body_path = "filter.since"),
    )]
    pub struct Posted {
        pub id: u32,
        pub at: i64,
    }

    #[resource(name = kept, path = "/items", filter = is_even, incremental(cursor = at, start_param = "since"))]
    pub struct Kept {
        pub id: u32,
        pub at: i64,
    }

    fn is_even(row: &Kept) -> bool {
        row.id.is_multiple_of(2)
    }
}

/// The same in versions of its declaration: of one source, whose name is that of the inner module.
macro_rules! version {
    ($name:ident, $($field:ident)*) => {
        mod $name {
            #[declarest::source(base_url = "http://127.0.0.1:9", auth = none, retry(max_retries = 0))]
            pub mod api {
                #[resource(
                    name = numbers, path = "/items", data_selector = "items", paginator = single_page,
                    incremental(cursor = at, start_param = "since"),
                )]
                pub struct Number {
                    pub id: u32,
                    pub at: i64,
                    $(pub $field: Option<u32>,)*
                }
            }
        }
    };
}

version!(plain,);
version!(noted, note);
version!(noted_and_sized, size note);

/// Rows that come and go while the server runs.
#[derive(Clone, Default)]
struct Rows(Arc<Mutex<Vec<Value>>>);

impl Rows {
    fn set(&self, rows: impl IntoIterator<Item = (u32, Value)>) {
        *self.0.lock().expect("whole") = rows.into_iter().map(|(id, at)| json!({ "id": id, "at": at })).collect();
    }

    /// Sends all rows, whatever `since` says: what is old is not taken anyway.
    fn start(&self) -> Server {
        let rows = self.clone();
        Server::start(move |request| {
            let rows = rows.0.lock().expect("whole");
            let from = usize::try_from((request.number("p").unwrap_or(1) - 1) * 3).expect("small");
            let count = if request.method == "POST" { rows.len() } else { 3 };
            Reply::json(json!({ "total": rows.len(), "items": rows.iter().skip(from).take(count).collect::<Vec<_>>() }))
        })
    }
}

fn client(server: &Server) -> api::Client {
    api::Client::builder().base_url(server.base_url()).build().expect("a client")
}

async fn sync(server: &Server, database: &Database, name: &str) -> SyncReport {
    client(server).sync(&mut database.open()).only([name]).await.expect("a report")
}

/// The only column of a query.
fn column(database: &Database, sql: &str) -> Vec<String> {
    database.query(sql).into_iter().flatten().collect()
}

fn numbers(range: impl IntoIterator<Item = (u32, i64)>) -> impl Iterator<Item = (u32, Value)> {
    range.into_iter().map(|(id, at)| (id, json!(at)))
}

/// The `since` of the last request.
fn since(server: &Server) -> Option<String> {
    server.asked("since").pop().expect("a request")
}

#[tokio::test]
async fn only_what_is_new_is_asked_for_and_taken() {
    let (rows, database) = (Rows::default(), Database::new());
    let server = rows.start();
    rows.set(numbers((0..7).map(|id| (id, i64::from(id)))));
    let first = sync(&server, &database, "numbers").await;
    assert_eq!((since(&server), first.resource("numbers").map(|report| report.inserted)), (None, Some(7)));

    // Row 6 comes again, and another one at the same place; without a key, only this keeps it from being doubled.
    rows.set(numbers([(5, 5), (6, 6), (60, 6), (7, 7)]));
    let second = sync(&server, &database, "numbers").await;
    assert_eq!(since(&server).as_deref(), Some("6"));
    let report = second.resource("numbers").expect("read");
    assert_eq!((report.rows, report.filtered, report.inserted), (4, 2, 2));
    assert_eq!(column(&database, "SELECT id FROM numbers ORDER BY id"), ["0", "1", "2", "3", "4", "5", "6", "7", "60"]);

    // Nothing is new: the place stays, with what is known there.
    for _ in 0..2 {
        let again = sync(&server, &database, "numbers").await;
        assert_eq!(since(&server).as_deref(), Some("7"));
        assert_eq!(again.resource("numbers").map(|report| report.inserted), Some(0));
    }
    rows.set([]);
    sync(&server, &database, "numbers").await;
    assert_eq!(since(&server).as_deref(), Some("7"), "no rows say nothing");
    assert_eq!(database.count("numbers"), 9);
}

#[tokio::test]
async fn the_first_run_begins_at_the_initial_value() {
    let (rows, database) = (Rows::default(), Database::new());
    let server = rows.start();
    rows.set(numbers((0..6).map(|id| (id, i64::from(id)))));
    sync(&server, &database, "keyed").await;
    assert_eq!(since(&server).as_deref(), Some("3"));
    assert_eq!(column(&database, "SELECT id FROM keyed ORDER BY id"), ["3", "4", "5"]);
    let again = sync(&server, &database, "keyed").await;
    assert_eq!(
        (since(&server).as_deref(), again.resource("keyed").map(|report| report.inserted)),
        (Some("5"), Some(0))
    );
    // A fetch has no run before it.
    let ids: Vec<_> = client(&server).keyed().await.expect("rows").iter().map(|row| row.id).collect();
    assert_eq!((ids, since(&server).as_deref()), (vec![3, 4, 5], Some("3")));
}

#[tokio::test]
async fn rows_that_come_late_are_within_the_lag() {
    let (rows, database) = (Rows::default(), Database::new());
    let server = rows.start();
    rows.set(numbers([(1, 10)]));
    sync(&server, &database, "merged").await;
    rows.set(numbers([(1, 10), (2, 9), (3, 7)]));
    let report = sync(&server, &database, "merged").await;
    assert_eq!(since(&server).as_deref(), Some("8"));
    assert_eq!(report.resource("merged").map(|report| (report.inserted, report.updated)), Some((1, 0)));
    assert_eq!(column(&database, "SELECT id FROM merged ORDER BY id"), ["1", "2"]);
}

#[tokio::test]
async fn rows_need_not_be_sorted() {
    let (rows, database) = (Rows::default(), Database::new());
    let server = rows.start();
    rows.set(numbers([(1, 5), (2, 9), (3, 1), (4, 8), (5, 9), (6, 2), (7, 0)]));
    sync(&server, &database, "numbers").await;
    assert_eq!(database.count("numbers"), 7);
    rows.set(numbers([(8, 12), (5, 9), (2, 9), (9, 9)]));
    sync(&server, &database, "numbers").await;
    assert_eq!((since(&server).as_deref(), database.count("numbers")), (Some("9"), 9));
}

#[tokio::test]
async fn positions_of_every_kind_are_written_as_declared() {
    for (name, at, expected) in [
        ("texts", json!("2024-05-01T00:00:00+0200"), "2024-05-01T00:00:00+0200"),
        ("days", json!("2024-05-02"), "2024-05-01"),
        ("patterns", json!("2024-05-01T23:30:10+02:00"), "01.05.2024 21:30 +0000"),
        ("civil", json!("2024-05-01T23:30:10.75"), "2024-05-01T23:30:10"),
        ("numbers", json!(-5), "-5"),
    ] {
        let (rows, database) = (Rows::default(), Database::new());
        let server = rows.start();
        rows.set([(1, at)]);
        sync(&server, &database, name).await;
        sync(&server, &database, name).await;
        assert_eq!(since(&server).as_deref(), Some(expected), "{name}");
        assert_eq!(database.count(name), 1, "{name}");
    }
}

#[tokio::test]
async fn a_range_with_an_end_is_the_same_in_every_run() {
    let (rows, database) = (Rows::default(), Database::new());
    let server = rows.start();
    rows.set([
        (1, json!("2023-12-31T23:59:59Z")),
        (2, json!("2024-01-01T00:00:00Z")),
        (3, json!("2024-01-31T22:59:59Z")),
        (4, json!("2024-01-31T23:00:00Z")),
    ]);
    sync(&server, &database, "times").await;
    assert_eq!(column(&database, "SELECT id FROM times ORDER BY id"), ["2", "3"]);
    let last = server.requests().pop().expect("a request");
    assert_eq!((last.param("since"), last.param("until")), (Some("1704067200000"), Some("1706742000000")));
    sync(&server, &database, "times").await;
    assert_eq!(since(&server).as_deref(), Some("1704067200000"));
}

#[tokio::test]
async fn a_position_can_go_into_the_body() {
    let (rows, database) = (Rows::default(), Database::new());
    let server = rows.start();
    rows.set(numbers([(1, 4)]));
    sync(&server, &database, "posted").await;
    sync(&server, &database, "posted").await;
    let bodies: Vec<_> = server.requests().into_iter().map(|request| request.body).collect();
    assert_eq!(bodies, [r#"{"q":"x"}"#, r#"{"q":"x","filter":{"since":4}}"#]);
}

#[tokio::test]
async fn what_a_filter_leaves_out_is_not_asked_for_again() {
    let (rows, database) = (Rows::default(), Database::new());
    let server = rows.start();
    rows.set(numbers([(2, 1), (3, 9)]));
    sync(&server, &database, "kept").await;
    sync(&server, &database, "kept").await;
    assert_eq!((since(&server).as_deref(), database.count("kept")), (Some("9"), 1));
}

#[tokio::test]
async fn a_run_that_fails_in_the_middle_goes_no_further_than_is_safe() {
    let database = Database::new();
    let broken = Arc::new(Mutex::new(true));
    let flag = Arc::clone(&broken);
    // The newest rows come first; the third page breaks.
    let server = Server::start(move |request| {
        let page = request.number("p").unwrap_or(1);
        if page == 3 && *flag.lock().expect("whole") {
            return Reply::status(500);
        }
        let rows: Vec<_> = (0..9_u64).rev().map(|id| json!({ "id": id, "at": id })).collect();
        let from = usize::try_from((page - 1) * 3).expect("small");
        Reply::json(json!({ "total": 9, "items": rows.iter().skip(from).take(3).collect::<Vec<_>>() }))
    });
    let client = client(&server);
    let error = client.sync(&mut database.open()).only(["numbers"]).concurrency(1).await.expect_err("it breaks");
    assert_eq!((error.kind(), database.count("numbers")), (ErrorKind::Status, 6));
    *broken.lock().expect("whole") = false;
    let report = client.sync(&mut database.open()).only(["numbers"]).concurrency(1).await.expect("a report");
    assert_eq!(report.resource("numbers").map(|report| (report.rows, report.resumed)), Some((9, 6)));
    assert!(server.asked("since").iter().all(Option::is_none), "the place moves when all is in");
    assert_eq!(database.one("SELECT count(DISTINCT id) FROM numbers"), "9");
    client.sync(&mut database.open()).only(["numbers"]).await.expect("a report");
    assert_eq!((since(&server).as_deref(), database.count("numbers")), (Some("8"), 9));
}

#[tokio::test]
async fn a_full_refresh_begins_at_the_beginning() {
    let (rows, database) = (Rows::default(), Database::new());
    let server = rows.start();
    rows.set(numbers((0..4).map(|id| (id, i64::from(id)))));
    sync(&server, &database, "numbers").await;
    client(&server).sync(&mut database.open()).only(["numbers"]).full_refresh().await.expect("a report");
    assert_eq!((since(&server), database.count("numbers")), (None, 4));
    // So does a table that is gone.
    database.run("DROP TABLE numbers");
    sync(&server, &database, "numbers").await;
    assert_eq!((since(&server), database.count("numbers")), (None, 4));
}

/// What the newest rows are known by is what was declared when they were loaded.
#[tokio::test]
async fn columns_that_come_double_no_row_and_those_that_go_are_missed() {
    let server = Server::start(|request| {
        let since = request.number("since").unwrap_or(0);
        let rows = [(1, 1), (2, 5), (3, 5)].into_iter().filter(|(_, at)| *at >= since);
        let rows: Vec<_> = rows.map(|(id, at)| json!({ "id": id, "at": at, "note": 7, "size": 9 })).collect();
        Reply::json(json!({ "items": rows }))
    });
    let database = Database::new();
    macro_rules! sync {
        ($version:ident) => {{
            let client = $version::api::Client::builder().base_url(server.base_url()).build().expect("a client");
            client.sync(&mut database.open()).await
        }};
    }
    sync!(plain).expect("a report");
    for _ in 0..2 {
        sync!(noted).expect("a report");
        sync!(noted_and_sized).expect("a report");
    }
    assert_eq!(column(&database, "SELECT id FROM numbers ORDER BY id"), ["1", "2", "3"]);
    sync!(plain).expect("they are still known by what was there first");
    database.run("DELETE FROM _declarest_state; DELETE FROM numbers");
    sync!(noted).expect("a report");
    let error = sync!(plain).expect_err("they are known by the note, too");
    assert_eq!(error.kind(), ErrorKind::Schema);
    assert!(
        error.to_string().contains("identifies rows by `note`") && format!("{error:#}").contains("full_refresh"),
        "{error}"
    );
    assert_eq!(database.count("numbers"), 3);
}
