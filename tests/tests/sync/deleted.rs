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
        (Value::Null, "an answer was ignored"),
        (json!([{ "id": 2 }, { "id": 2 }]), "rows moved while they were read"),
    ] {
        let shelf = Shelf::new(rows(&[1, 2, 3]));
        shelf.sync(&["removed"], "a").await;
        shelf.show(shown);
        let report = shelf.sync(&["removed"], "a").await;
        assert_eq!(shelf.ids("removed"), all, "{report}");
        assert!(report.contains("rows that did not come were left alone") && report.contains(why), "{report}");
    }
    // Of a child: one answer was ignored, so that nothing is known of its rows.
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
