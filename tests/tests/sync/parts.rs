//! Keys and cursors that are parts of fields, and cursors that rows may lack.

use std::sync::{Arc, Mutex};

use declarest::{ErrorKind, Result, SyncReport};
use declarest_tests::{Database, Reply, Server};
use serde_json::{Value, json};

#[declarest::source(base_url = "http://127.0.0.1:9", auth = none, retry(max_retries = 0), resource_defaults(paginator = single_page))]
mod api {
    #[resource(name = runs, path = "/runs", primary_key = (info.run_id, info.place.shard, attempt))]
    pub struct Run {
        pub attempt: u8,
        pub info: Info,
        pub state: String,
        #[column(child_table)]
        pub tags: Vec<String>,
    }

    /// The part that has the key is not stored itself.
    #[resource(name = bare, path = "/runs", primary_key = info.run_id, selected = false)]
    pub struct Bare {
        #[column(skip)]
        pub info: Box<Info>,
        pub state: String,
    }

    #[nested]
    pub struct Info {
        pub run_id: u64,
        pub place: Place,
    }

    #[nested]
    pub struct Place {
        pub shard: String,
    }

    #[resource(name = issues, path = "/issues", primary_key = id, selected = false, incremental(cursor = meta.times.updated, start_param = "since"), map = same)]
    pub struct Issue {
        pub id: u64,
        pub meta: Meta,
    }

    #[nested]
    pub struct Meta {
        pub times: Times,
    }

    #[nested]
    pub struct Times {
        pub updated: declarest::jiff::Timestamp,
    }

    fn same(issue: Issue) -> Issue {
        issue
    }

    #[resource(name = kept, path = "/rows", primary_key = id, selected = false, incremental(cursor = at, start_param = "since", missing_cursor = keep))]
    pub struct Kept {
        pub id: u64,
        pub at: Option<u64>,
    }

    #[resource(name = dropped, path = "/rows", selected = false, incremental(cursor = at, start_param = "since", missing_cursor = drop))]
    pub struct Dropped {
        pub id: u64,
        pub at: Option<u64>,
    }

    #[resource(name = refused, path = "/rows", selected = false, incremental(cursor = at, start_param = "since", missing_cursor = error))]
    pub struct Refused {
        pub id: u64,
        pub at: Option<u64>,
    }

    #[resource(name = inside, path = "/inside", selected = false, incremental(cursor = part.outer.at, start_param = "since", missing_cursor = drop))]
    pub struct Inside {
        pub id: u64,
        pub part: Part,
    }

    #[nested]
    pub struct Part {
        pub outer: Option<Outer>,
    }

    #[nested]
    pub struct Outer {
        pub at: Option<i64>,
    }
}

/// A server of one body, and a database.
struct Shelf {
    server: Server,
    body: Arc<Mutex<Value>>,
    database: Database,
    client: api::Client,
}

impl Shelf {
    fn new(body: Value) -> Self {
        let body = Arc::new(Mutex::new(body));
        let shown = Arc::clone(&body);
        let server = Server::start(move |_| Reply::json(shown.lock().expect("a body").clone()));
        let client = api::Client::builder().base_url(server.base_url()).build().expect("a client");
        Self { server, body, database: Database::new(), client }
    }

    async fn sync(&self, resource: &str) -> Result<SyncReport> {
        self.client.sync(&mut self.database.open()).only([resource]).await
    }

    fn show(&self, body: Value) {
        *self.body.lock().expect("a body") = body;
    }

    fn query(&self, sql: &str) -> Vec<String> {
        self.database.query(sql).into_iter().map(|row| row.join(" ")).collect()
    }

    /// What the last request asked for.
    fn asked(&self) -> String {
        self.server.requests().last().map(|request| request.target.clone()).unwrap_or_default()
    }
}

fn run(run_id: u64, shard: &str, attempt: u8, state: &str, tags: &[&str]) -> Value {
    json!({ "attempt": attempt, "info": { "run_id": run_id, "place": { "shard": shard } }, "state": state, "tags": tags })
}

#[tokio::test]
async fn parts_of_fields_are_keys() {
    let shelf = Shelf::new(json!([run(1, "a", 1, "open", &["x"]), run(1, "b", 1, "open", &["y", "z"])]));
    shelf.sync("runs").await.expect("a report");
    shelf.show(json!([run(1, "a", 1, "done", &["x"]), run(1, "a", 2, "open", &[]), run(1, "b", 1, "open", &["y"])]));
    let report = shelf.sync("runs").await.expect("a report");
    let runs = report.resource("runs").expect("runs");
    assert_eq!((runs.distinct_keys, runs.inserted, runs.updated), (3, 1, 2));
    let columns = "SELECT info_run_id, info_place_shard, attempt, state FROM runs ORDER BY 1, 2, 3";
    assert_eq!(shelf.query(columns), ["1 a 1 done", "1 a 2 open", "1 b 1 open"]);
    assert_eq!(
        shelf.query("SELECT DISTINCT info FROM runs WHERE info_place_shard = 'b'"),
        [r#"{"run_id":1,"place":{"shard":"b"}}"#]
    );
    assert_eq!(
        shelf
            .query("SELECT _runs_info_run_id, _runs_info_place_shard, _runs_attempt, value FROM runs__tags ORDER BY 2"),
        ["1 a 1 x", "1 b 1 y"]
    );
}

#[tokio::test]
async fn a_key_inside_of_a_field_that_is_not_stored_is_stored() {
    let shelf = Shelf::new(json!([run(1, "a", 1, "open", &[]), run(2, "b", 1, "open", &[])]));
    for _ in 0..2 {
        shelf.sync("bare").await.expect("a report");
    }
    assert_eq!(shelf.query("SELECT state, info_run_id FROM bare ORDER BY 2"), ["open 1", "open 2"]);
}

#[tokio::test]
async fn parts_of_fields_are_cursors() {
    let issue = |id: u64, updated: &str| json!({ "id": id, "meta": { "times": { "updated": updated } } });
    let shelf = Shelf::new(json!([issue(1, "2024-01-01T00:00:00Z"), issue(2, "2024-03-01T00:00:00Z")]));
    shelf.sync("issues").await.expect("a report");
    assert_eq!(shelf.asked(), "/issues");
    shelf.show(json!([issue(1, "2024-01-01T00:00:00Z"), issue(3, "2024-03-02T00:00:00Z")]));
    let report = shelf.sync("issues").await.expect("a report");
    assert_eq!(shelf.asked(), "/issues?since=2024-03-01T00%3A00%3A00Z");
    assert_eq!(report.resource("issues").map(|issues| issues.filtered), Some(1));
    assert_eq!(shelf.query("SELECT id FROM issues ORDER BY id"), ["1", "2", "3"]);
}

#[tokio::test]
async fn rows_without_a_cursor_are_kept_dropped_or_refused() {
    let shelf = Shelf::new(json!([{ "id": 1, "at": 5 }, { "id": 2, "at": null }, { "id": 3 }]));
    for (resource, ids) in [("kept", ["1", "2", "3"].as_slice()), ("dropped", &["1"])] {
        for _ in 0..2 {
            let report = shelf.sync(resource).await.expect("a report");
            assert_eq!(report.resource(resource).map(|resource| resource.without_cursor), Some(2), "{resource}");
            assert!(report.to_string().contains(&format!("{resource}: 2 rows have no cursor")), "{report}");
        }
        assert_eq!(shelf.asked(), "/rows?since=5", "{resource}");
        assert_eq!(shelf.query(&format!("SELECT id FROM {resource} ORDER BY id")), ids, "{resource}");
    }
    let error = shelf.sync("refused").await.expect_err("two rows without a cursor");
    assert_eq!(error.kind(), ErrorKind::Decode);
    let text = format!("{error:#}");
    assert!(text.contains("row 2 has no value of the cursor `at`") && text.contains("missing_cursor = keep"), "{text}");
    assert_eq!(shelf.database.count("refused"), 0);
}

#[tokio::test]
async fn cursors_inside_of_fields_may_be_absent_at_any_step() {
    let part = |id: u64, part: Value| json!({ "id": id, "part": part });
    let shelf = Shelf::new(json!([
        part(1, json!({ "outer": { "at": 7 } })),
        part(2, json!({ "outer": { "at": null } })),
        part(3, json!({ "outer": null })),
        part(4, json!({})),
    ]));
    let report = shelf.sync("inside").await.expect("a report");
    assert_eq!(report.resource("inside").map(|inside| inside.without_cursor), Some(3));
    assert_eq!(shelf.query("SELECT id FROM inside"), ["1"]);
    shelf.sync("inside").await.expect("a report");
    assert_eq!(shelf.asked(), "/inside?since=7");
}
