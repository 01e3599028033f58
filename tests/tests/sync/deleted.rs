//! Rows that are gone at the source: what a load knows of them, and what it does not.

use std::sync::{Arc, Mutex};

use declarest_tests::{Database, Reply, Server};
use serde_json::{Value, json};

#[declarest::source(
    base_url = "http://127.0.0.1:9", auth = none, retry(max_retries = 0), concurrency = 1,
    params(team: Option<String>),
    resource_defaults(paginator = single_page, primary_key = id),
)]
mod api {
    #[resource(name = marked, path = "/rows", deleted = mark)]
    pub struct Marked {
        pub id: u64,
        pub name: Option<String>,
    }

    #[resource(name = removed, path = "/rows", deleted = remove, on_bad_row = quarantine, headers("X-Team" = "{team}"), response_actions(404 = ignore))]
    pub struct Removed {
        pub id: u64,
    }

    #[resource(name = notes, path = "/rows/{resources.removed.id}/notes", deleted = remove, response_actions(404 = ignore))]
    pub struct Note {
        pub id: u64,
    }
}

/// A server of rows, each with a note of ten times its number, and a database.
struct Shelf {
    server: Server,
    rows: Arc<Mutex<Value>>,
    database: Database,
}

impl Shelf {
    fn new(rows: Value) -> Self {
        let rows = Arc::new(Mutex::new(rows));
        let shown = Arc::clone(&rows);
        let server = Server::start(move |request| {
            let rows = shown.lock().expect("rows").clone();
            match request.path.split('/').nth(2).and_then(|id| id.parse::<u64>().ok()) {
                None if rows.is_null() => Reply::status(404),
                None => Reply::json(rows),
                Some(6) => Reply::status(404),
                Some(id) => Reply::json(json!([{ "id": id * 10 }])),
            }
        });
        Self { server, rows, database: Database::new() }
    }

    async fn sync(&self, only: &[&str], team: &str) -> String {
        let client = api::Client::builder().base_url(self.server.base_url()).team(team).build().expect("a client");
        client.sync(&mut self.database.open()).only(only.iter().copied()).await.expect("a report").to_string()
    }

    fn show(&self, rows: Value) {
        *self.rows.lock().expect("rows") = rows;
    }

    fn ids(&self, table: &str) -> Vec<String> {
        self.database.query(&format!("SELECT id FROM {table} ORDER BY id")).concat()
    }
}

fn rows(ids: &[u64]) -> Value {
    ids.iter().map(|id| json!({ "id": id })).collect()
}

#[tokio::test]
async fn rows_that_are_gone_are_marked_and_unmarked() {
    let shelf = Shelf::new(rows(&[1, 2, 3]));
    shelf.sync(&["marked"], "a").await;
    shelf.show(rows(&[2]));
    let report = shelf.sync(&["marked"], "a").await;
    assert!(report.contains("marked: 2 rows did not come any more"), "{report}");
    let marked = "SELECT id FROM marked WHERE _deleted_at IS NOT NULL ORDER BY id";
    assert_eq!(shelf.database.query(marked).concat(), ["1", "3"]);
    let time = "SELECT count(*) FROM marked WHERE _deleted_at > '2020' AND _deleted_at LIKE '%Z'";
    assert_eq!(shelf.database.one(time), "2");
    let loads = "SELECT count(DISTINCT _load_id) FROM marked";
    assert_eq!(shelf.database.one(loads), "2", "the load that marked a row was the last to write it");
    // It comes again with the same values.
    shelf.show(rows(&[1, 2]));
    let report = shelf.sync(&["marked"], "a").await;
    assert_eq!(shelf.database.query(marked).concat(), ["3"], "{report}");
}

#[tokio::test]
async fn rows_that_are_gone_are_removed_with_the_rows_of_their_children() {
    let shelf = Shelf::new(rows(&[1, 2, 3]));
    shelf.sync(&["removed", "notes"], "a").await;
    assert_eq!(shelf.ids("notes"), ["10", "20", "30"]);
    shelf.show(rows(&[2, 4]));
    shelf.sync(&["removed", "notes"], "a").await;
    assert_eq!(
        (shelf.ids("removed"), shelf.ids("notes")),
        (vec!["2".into(), "4".into()], vec!["20".into(), "40".into()])
    );
}

#[tokio::test]
async fn rows_stay_where_not_all_are_known_to_have_come() {
    let all = ["1", "2", "3"];
    for (shown, why) in [
        (json!([{ "id": 2 }, { "id": "x" }]), "rows could not be read"),
        (Value::Null, "a response was ignored"),
        (json!([]), "no rows came at all"),
        (json!([{ "id": 2 }, { "id": 2 }]), "rows moved while they were read"),
    ] {
        let shelf = Shelf::new(rows(&[1, 2, 3]));
        shelf.sync(&["removed"], "a").await;
        shelf.show(shown);
        let report = shelf.sync(&["removed"], "a").await;
        assert_eq!(shelf.ids("removed"), all, "{report}");
        assert!(report.contains("rows that did not come were left alone") && report.contains(why), "{report}");
    }
    // Of a child: one response was ignored, so that nothing is known of its rows.
    let shelf = Shelf::new(rows(&[1, 2]));
    shelf.sync(&["removed", "notes"], "a").await;
    shelf.show(rows(&[2, 6]));
    let report = shelf.sync(&["removed", "notes"], "a").await;
    assert_eq!(
        (shelf.ids("removed"), shelf.ids("notes")),
        (vec!["2".into(), "6".into()], vec!["10".into(), "20".into()]),
        "{report}"
    );
}

#[tokio::test]
async fn rows_of_other_params_are_not_gone() {
    let shelf = Shelf::new(rows(&[1, 2]));
    shelf.sync(&["removed"], "a").await;
    shelf.show(rows(&[7]));
    for _ in 0..2 {
        let report = shelf.sync(&["removed"], "b").await;
        assert!(report.contains("other params of the client"), "{report}");
    }
    shelf.sync(&["removed"], "a").await;
    assert_eq!(shelf.ids("removed"), ["1", "2", "7"]);
}

#[declarest::source(
    base_url = "http://127.0.0.1:9", auth = none, retry(max_retries = 0), concurrency = 1,
    resource_defaults(primary_key = id, data_selector = "items", deleted = remove, selected = false),
)]
mod paged {
    #[resource(name = counted, path = "/counted", paginator = page_number(total_path = "total"))]
    pub struct Counted {
        pub id: u64,
    }

    #[resource(name = numbered, path = "/numbered", paginator = page_number)]
    pub struct Numbered {
        pub id: u64,
    }

    #[resource(name = chained, path = "/chained", paginator = cursor(cursor_path = "next"))]
    pub struct Chained {
        pub id: u64,
    }

    #[resource(name = stopped, path = "/stopped", paginator = cursor(cursor_path = "next", stop_after_empty_page = true))]
    pub struct Stopped {
        pub id: u64,
    }

    #[resource(name = lost, path = "/lost", paginator = single_page, missing_rows = empty)]
    pub struct Lost {
        pub id: u64,
    }

    #[resource(name = queried, path = "/queried", paginator = single_page, data_selector = "$.items[?@.id > 0]", missing_rows = empty)]
    pub struct Queried {
        pub id: u64,
    }

    #[resource(name = parts, path = "/parts/{resources.counted.id}", paginator = cursor(cursor_path = "next"), missing_rows = empty)]
    pub struct Part {
        pub id: u64,
    }
}

/// The pages of each path.
type Pages = Vec<(&'static str, Vec<Value>)>;

/// Syncs these pages first, then those, and returns the rows and the report.
async fn after(resource: &str, [first, then]: [Pages; 2]) -> (Vec<String>, String) {
    let shown = Arc::new(Mutex::new(first));
    let pages = Arc::clone(&shown);
    let server = Server::start(move |request| {
        // A cursor is `p2`, or looks like the number of a page.
        let cursor = request.param("cursor").and_then(|cursor| cursor.trim_start_matches('p').parse().ok());
        let number = request.number("page").or(cursor).unwrap_or(1);
        let pages = pages.lock().expect("pages");
        let pages = pages.iter().find(|(path, _)| *path == request.path).map_or(&[][..], |(_, pages)| pages);
        let page = pages.get(usize::try_from(number - 1).expect("small")).cloned();
        Reply::json(page.unwrap_or_else(|| json!({ "items": [] })))
    });
    let database = Database::new();
    let client = paged::Client::builder().base_url(server.base_url()).build().expect("a client");
    let sync = async || client.sync(&mut database.open()).only(["counted", resource]).await.expect("a report");
    sync().await;
    *shown.lock().expect("pages") = then;
    let report = sync().await.to_string();
    (database.query(&format!("SELECT id FROM {resource} ORDER BY id")).concat(), report)
}

#[tokio::test]
async fn only_a_walk_that_is_sure_to_be_whole_says_what_is_gone() {
    let hidden = "the API gives no total: rows may have moved unseen";
    let absent = "a response had no list of rows";
    for (resource, path, then, why) in [
        (
            "counted",
            "/counted",
            json!([{ "items": [{ "id": 1 }], "total": 2 }, { "items": [{ "id": 2 }], "total": 2 }]),
            None,
        ),
        ("counted", "/counted", json!([{ "items": [], "total": 0 }]), None),
        ("numbered", "/numbered", json!([{ "items": [{ "id": 1 }] }, { "items": [{ "id": 2 }] }]), Some(hidden)),
        ("chained", "/chained", json!([{ "items": [{ "id": 1 }], "next": "p2" }, { "items": [{ "id": 2 }] }]), None),
        (
            "chained",
            "/chained",
            json!([{ "items": [{ "id": 1 }], "next": 2 }, { "items": [{ "id": 2 }] }]),
            Some(hidden),
        ),
        ("chained", "/chained", json!([{ "items": [] }]), Some("no rows came at all")),
        (
            "stopped",
            "/stopped",
            json!([{ "items": [{ "id": 1 }], "next": "p2" }, { "items": [], "next": "p3" }, { "items": [{ "id": 2 }] }]),
            Some("the walk ended before the API said so"),
        ),
        ("lost", "/lost", json!([{ "items": [{ "id": 1 }] }]), None),
        ("lost", "/lost", json!([{ "error": "try later" }]), Some(absent)),
        ("queried", "/queried", json!([{ "error": "try later" }]), Some(absent)),
    ] {
        let first = vec![(path, vec![json!({ "items": rows(&[1, 2, 3]), "total": 3 })])];
        let pages = then.as_array().expect("pages").clone();
        let came: usize = pages.iter().map(|page| page["items"].as_array().map_or(0, Vec::len)).sum();
        let (ids, report) = after(resource, [first, vec![(path, pages)]]).await;
        assert_eq!(ids.len(), if why.is_some() { 3 } else { came }, "{resource}: {report}");
        assert!(why.is_none_or(|why| report.contains(why)), "{report}");
    }
}

#[tokio::test]
async fn each_walk_of_a_child_has_to_be_whole() {
    let parents = || ("/counted", vec![json!({ "items": rows(&[1, 2]), "total": 2 })]);
    let parts = |path, ids: &[u64]| (path, vec![json!({ "items": rows(ids) })]);
    for (then, why, left) in [
        (parts("/parts/2", &[20]), None, &["10", "11", "20"][..]),
        (
            ("/parts/2", vec![json!({ "error": "try later" })]),
            Some("a response had no list"),
            &["10", "11", "20", "21"],
        ),
        (
            ("/parts/2", vec![json!({ "items": rows(&[20]), "next": 2 }), json!({ "items": rows(&[20, 22]) })]),
            Some("rows moved while they were read"),
            &["10", "11", "20", "21", "22"],
        ),
    ] {
        let first = vec![parents(), parts("/parts/1", &[10, 11]), parts("/parts/2", &[20, 21])];
        let (ids, report) = after("parts", [first, vec![parents(), parts("/parts/1", &[10, 11]), then]]).await;
        assert_eq!(ids, left, "{report}");
        assert!(why.is_none_or(|why| report.contains(why)), "{report}");
    }
}
