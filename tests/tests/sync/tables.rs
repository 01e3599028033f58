//! Tables that are replaced as a whole, and tables for the lists in rows.

use std::sync::{Arc, Mutex};

use declarest::ErrorKind;
use declarest_tests::{Database, Reply, Server};
use serde_json::{Value, json};

/// A list that replaces its table, and one whose rows have lists.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = none,
    retry(max_retries = 0),
    resource_defaults(data_selector = "items", paginator = page_number(page_param = "p", limit_param = "ps", limit = 2, total_path = "total")),
)]
mod api {
    #[resource(name = replaced, path = "/items", write_disposition = replace, primary_key = id)]
    pub struct Replaced {
        pub id: u32,
        #[column(child_table)]
        pub tags: Vec<String>,
    }

    #[resource(name = issues, path = "/issues", write_disposition = merge, primary_key = (project, id))]
    pub struct Issue {
        pub project: String,
        pub id: u32,
        #[column(child_table)]
        pub flows: Vec<Flow>,
        #[column(child_table, name = "labels")]
        pub tags: Option<Vec<String>>,
    }

    #[nested(rename_all = "camelCase")]
    pub struct Flow {
        pub start_line: u32,
        pub message: Option<String>,
        pub places: Vec<u32>,
    }

    #[resource(name = events, path = "/items", write_disposition = append, primary_key = id)]
    pub struct Event {
        pub id: u32,
        #[column(child_table)]
        pub tags: Vec<String>,
    }
}

#[derive(Clone, Default)]
struct Rows(Arc<Mutex<Vec<Value>>>);

impl Rows {
    fn set(&self, rows: Value) {
        *self.0.lock().expect("whole") = serde_json::from_value(rows).expect("an array");
    }

    fn start(&self) -> Server {
        let rows = self.clone();
        Server::start(move |request| {
            let rows = rows.0.lock().expect("whole");
            let page = request.number("p").unwrap_or(1);
            let from = usize::try_from((page - 1) * 2).expect("small");
            let rows_of: Vec<_> = rows.iter().skip(from).take(2).collect();
            if rows_of.iter().any(|row| row.get("fail").is_some()) {
                return Reply::status(500);
            }
            Reply::json(json!({ "total": rows.len(), "items": rows_of }))
        })
    }
}

fn client(server: &Server) -> api::Client {
    api::Client::builder().base_url(server.base_url()).build().expect("a client")
}

fn column(database: &Database, sql: &str) -> Vec<String> {
    database.query(sql).into_iter().flatten().collect()
}

const REPLACED: &str = "SELECT id FROM replaced ORDER BY id";
const TAGS: &str = "SELECT _replaced_id || ':' || _position || ':' || value FROM replaced__tags ORDER BY 1";

#[tokio::test]
async fn the_old_table_is_there_until_the_new_one_is_whole() {
    let (rows, database) = (Rows::default(), Database::new());
    let server = rows.start();
    let client = client(&server);
    rows.set(json!([{ "id": 1, "tags": ["a", "b"] }, { "id": 2, "tags": [] }, { "id": 3, "tags": ["c"] }]));
    client.sync(&mut database.open()).only(["replaced"]).await.expect("a report");
    assert_eq!(column(&database, REPLACED), ["1", "2", "3"]);
    assert_eq!(column(&database, TAGS), ["1:0:a", "1:1:b", "3:0:c"]);
    database.run("CREATE INDEX by_id ON replaced (id)");

    // It fails on the second page: readers see what was there.
    rows.set(json!([{ "id": 7, "tags": ["x"] }, { "id": 8, "tags": [] }, { "fail": true }]));
    let error = client.sync(&mut database.open()).only(["replaced"]).concurrency(1).await.expect_err("it fails");
    assert_eq!(error.kind(), ErrorKind::Status);
    assert_eq!(
        (column(&database, REPLACED), column(&database, TAGS).len()),
        (vec!["1".to_owned(), "2".to_owned(), "3".to_owned()], 3)
    );

    // It goes on behind the first.
    rows.set(json!([{ "id": 7, "tags": ["x"] }, { "id": 8, "tags": [] }, { "id": 9, "tags": ["y"] }]));
    let report = client.sync(&mut database.open()).only(["replaced"]).await.expect("a report");
    assert_eq!(report.resource("replaced").map(|report| report.resumed), Some(2));
    assert_eq!(
        (column(&database, REPLACED), column(&database, TAGS)),
        (vec!["7".to_owned(), "8".to_owned(), "9".to_owned()], vec!["7:0:x".to_owned(), "9:0:y".to_owned()])
    );
    assert_eq!(
        column(&database, "SELECT name FROM sqlite_schema WHERE name LIKE '%new%' OR name = 'by_id'"),
        ["by_id"]
    );

    // Nothing there is a whole table too.
    rows.set(json!([]));
    client.sync(&mut database.open()).only(["replaced"]).await.expect("a report");
    assert_eq!((database.count("replaced"), database.count("replaced__tags")), (0, 0));
}

#[tokio::test]
async fn a_list_is_replaced_with_its_row() {
    let (rows, database) = (Rows::default(), Database::new());
    let server = rows.start();
    let client = client(&server);
    let flow = |line: u32, message: Option<&str>| json!({ "startLine": line, "message": message, "places": [line] });
    rows.set(json!([
        { "project": "p", "id": 1, "flows": [flow(1, Some("one")), flow(2, None)], "tags": ["t"] },
        { "project": "q", "id": 1, "flows": [flow(3, None)], "tags": null },
    ]));
    client.sync(&mut database.open()).only(["issues"]).await.expect("a report");
    let flows = || {
        column(
            &database,
            "SELECT _issues_project || _issues_id || _position || ':' || start_line || coalesce(message, '-') || places FROM issues__flows ORDER BY 1",
        )
    };
    assert_eq!(flows(), ["p10:1one[1]", "p11:2-[2]", "q10:3-[3]"]);
    assert_eq!(column(&database, "SELECT value FROM issues__labels"), ["t"]);
    assert_eq!(column(&database, "SELECT name FROM pragma_table_info('issues')"), ["project", "id", "_load_id"]);
    let load = database.one("SELECT _load_id FROM issues__flows WHERE _issues_project = 'q'");

    rows.set(json!([
        { "project": "p", "id": 1, "flows": [flow(2, None)], "tags": ["t", "u"] },
        { "project": "q", "id": 1, "flows": [flow(3, None)], "tags": [] },
    ]));
    client.sync(&mut database.open()).only(["issues"]).await.expect("a report");
    assert_eq!(flows(), ["p10:2-[2]", "q10:3-[3]"]);
    assert_eq!(column(&database, "SELECT _position || value FROM issues__labels ORDER BY 1"), ["0t", "1u"]);
    let same = database.one("SELECT _load_id FROM issues__flows WHERE _issues_project = 'q'");
    assert_eq!(load, same, "what has not changed is not touched");

    client.sync(&mut database.open()).only(["issues"]).full_refresh().await.expect("a report");
    assert_eq!(flows(), ["p10:2-[2]", "q10:3-[3]"]);
}

#[tokio::test]
async fn appended_lists_go_with_the_rows_of_a_load_that_is_made_again() {
    let (rows, database) = (Rows::default(), Database::new());
    let server = rows.start();
    let client = client(&server);
    rows.set(json!([{ "id": 1, "tags": ["a"] }, { "id": 2, "tags": ["b"] }, { "fail": true }]));
    client.sync(&mut database.open()).only(["events"]).concurrency(1).await.expect_err("it fails");
    assert_eq!(database.count("events__tags"), 2);
    // The total has changed, so that it starts again.
    rows.set(json!([{ "id": 1, "tags": ["a"] }]));
    client.sync(&mut database.open()).only(["events"]).await.expect("a report");
    assert_eq!((database.count("events"), database.count("events__tags")), (1, 1));
}

/// A row of whose values none has changed, but for elements of its lists.
#[tokio::test]
async fn a_row_of_which_only_lists_changed_is_a_changed_row() {
    let (rows, database) = (Rows::default(), Database::new());
    let server = rows.start();
    let issue = |id: u32, tags: &[&str]| json!({ "project": "p", "id": id, "flows": [], "tags": tags });
    let sync = async || client(&server).sync(&mut database.open()).only(["issues"]).await.expect("a report");
    rows.set(json!([issue(1, &["a"]), issue(2, &["b"]), issue(3, &[])]));
    let first = sync().await;
    assert_eq!(first.resource("issues").map(|issues| (issues.inserted, issues.lists_updated)), Some((3, 0)));
    // One list changes, one goes.
    rows.set(json!([issue(1, &["a", "c"]), issue(2, &[]), issue(3, &[])]));
    let second = sync().await;
    let issues = second.resource("issues").expect("it was read");
    assert_eq!((issues.inserted, issues.updated, issues.lists_updated), (0, 2, 2), "{second}");
    assert!(second.to_string().contains("issues: 2 changed rows differ only in the elements of lists"), "{second}");
    let loads = column(&database, "SELECT _load_id FROM issues ORDER BY id");
    assert_eq!(loads, [&second.load_id, &second.load_id, &first.load_id].map(String::as_str));
    let last = sync().await;
    assert_eq!(last.resource("issues").map(|issues| (issues.updated, issues.lists_updated)), Some((0, 0)));
}
