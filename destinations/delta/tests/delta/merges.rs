//! What a merge writes, and what it leaves as it is.

use declarest::conformance::Harness as _;
use declarest_tests::serve;
use deltalake::kernel::Version;
use serde_json::{Value, json};

use crate::source::sync;
use crate::store::{Store, table};

async fn version(store: &Store, table: &str) -> Version {
    store.table(table).await.and_then(|table| table.version()).expect("a table")
}

/// The data files of a table.
async fn files(store: &Store, name: &str) -> Vec<String> {
    let table = store.table(name).await.expect("a table");
    let mut files: Vec<_> = table.get_file_uris().expect("files").collect();
    files.sort_unstable();
    files
}

#[tokio::test]
async fn a_second_sync_of_the_same_rows_changes_no_file() {
    let store = Store::new();
    let rows: Vec<Value> =
        (0..5_000).map(|id| json!({ "id": id, "text": format!("text of {id}"), "tags": ["a", "b"] })).collect();
    let source = serve(&rows);
    let report = sync(&source, "everything", &mut store.delta()).await.expect("a sync");
    assert_eq!((report.resources[0].inserted, report.resources[0].distinct_keys), (5_000, 5_000));
    let before = (files(&store, "everything").await, files(&store, "everything__tags").await);
    let at = version(&store, "everything").await;
    let report = sync(&source, "everything", &mut store.delta()).await.expect("a sync");
    let resource = &report.resources[0];
    assert_eq!((resource.inserted, resource.updated, resource.distinct_keys), (0, 0, 5_000));
    assert_eq!((files(&store, "everything").await, files(&store, "everything__tags").await), before);
    // The commit says that the load is done, with no file.
    assert_eq!(version(&store, "everything").await, at + 1);
}

#[tokio::test]
async fn a_key_that_comes_twice_is_one_row_the_last_one() {
    let store = Store::new();
    let source = serve(&[
        json!({ "id": 1, "text": "first", "tags": ["x", "y", "z"] }),
        json!({ "id": 2, "text": "other" }),
        json!({ "id": 1, "text": "last", "tags": ["w"] }),
    ]);
    let report = sync(&source, "everything", &mut store.delta()).await.expect("a sync");
    assert_eq!((report.resources[0].inserted, report.resources[0].distinct_keys), (2, 2));
    let text = store.one("everything", "SELECT string_agg(concat(id, text), ',' ORDER BY id) FROM everything").await;
    assert_eq!(text, "1last,2other");
    let tags = store.one("everything__tags", "SELECT string_agg(value, ',') FROM everything__tags").await;
    assert_eq!(tags, "w");
}

#[tokio::test]
async fn only_files_with_rows_that_change_are_written_again() {
    let store = Store::new();
    for first in [0, 100, 200] {
        let rows: Vec<Value> = (first..first + 100).map(|id| json!({ "id": id, "text": "old" })).collect();
        sync(&serve(&rows), "notes", &mut store.delta()).await.expect("a sync");
    }
    let before = files(&store, "notes").await;
    assert_eq!(before.len(), 3);
    let source = serve(&[json!({ "id": 150, "text": "new" }), json!({ "id": 7, "text": "old" })]);
    let report = sync(&source, "notes", &mut store.delta()).await.expect("a sync");
    assert_eq!((report.resources[0].inserted, report.resources[0].updated), (0, 1));
    let after = files(&store, "notes").await;
    assert_eq!((after.len(), after.iter().filter(|file| before.contains(file)).count()), (3, 2));
    assert_eq!(store.one("notes", "SELECT count(*) FROM notes WHERE text = 'old'").await, "299");
    let loads = "SELECT count(*) FROM notes WHERE _load_id = (SELECT max(_load_id) FROM notes)";
    assert_eq!(store.one("notes", loads).await, "1", "rows that stay keep their load");
}

#[tokio::test]
async fn lists_that_change_alone_are_counted() {
    let store = Store::new();
    let first = serve(&[json!({ "id": 1, "tags": ["a", "b"] }), json!({ "id": 2, "tags": ["c"] }), json!({ "id": 3 })]);
    sync(&first, "everything", &mut store.delta()).await.expect("a sync");
    let second = serve(&[
        json!({ "id": 1, "tags": ["a"] }),
        json!({ "id": 2, "text": "new", "tags": ["d", "e"] }),
        json!({ "id": 3 }),
    ]);
    let report = sync(&second, "everything", &mut store.delta()).await.expect("a sync");
    let resource = &report.resources[0];
    assert_eq!((resource.inserted, resource.updated, resource.lists_updated), (0, 2, 1));
    let tags = "SELECT string_agg(concat(_everything_id, value), ',' ORDER BY _everything_id, _position) FROM everything__tags";
    assert_eq!(store.one("everything__tags", tags).await, "1a,2d,2e");
}

#[tokio::test]
async fn columns_and_rows_of_others_stay() {
    let store = Store::new();
    let first = serve(&[json!({ "id": 1, "text": "a" }), json!({ "id": 2, "text": "b" })]);
    sync(&first, "notes", &mut store.delta()).await.expect("a sync");
    let mine = deltalake::kernel::StructField::nullable("mine", deltalake::kernel::DataType::STRING);
    let notes = store.table("notes").await.expect("a table");
    let notes = notes.add_columns().with_fields([mine]).await.expect("a column");
    notes.update().with_update("mine", "'note'").await.expect("an update");
    let second = serve(&[json!({ "id": 1, "text": "c" }), json!({ "id": 3, "text": "d" })]);
    sync(&second, "notes", &mut store.delta()).await.expect("a sync");
    let all = "SELECT string_agg(concat(id, text, coalesce(mine, '-')), ',' ORDER BY id) FROM notes";
    assert_eq!(store.one("notes", all).await, "1cnote,2bnote,3d-");
}

#[tokio::test]
async fn rows_and_state_are_in_one_commit_of_the_table() {
    let store = Store::new();
    let source = serve(&[json!({ "id": 1, "text": "a" })]);
    let report = sync(&source, "notes", &mut store.delta()).await.expect("a sync");
    let notes = table(store.path(), "notes").await.expect("a table");
    let state = notes.snapshot().expect("a state");
    let log_store = notes.log_store();
    let version = state.transaction_version(log_store.as_ref(), "declarest/api/notes").await.expect("a version");
    let newest = std::fs::read_to_string(store.path().join("notes/_delta_log/00000000000000000001.json"));
    let newest = newest.expect("the commit of the merge");
    let info = newest.lines().find(|line| line.contains("commitInfo")).expect("commit info");
    let info: Value = serde_json::from_str(info).expect("JSON");
    let about = &info["commitInfo"]["declarest"];
    assert_eq!(about["load"]["load"], report.load_id.as_str());
    assert_eq!(about["entry"].as_i64(), version);
    let texts = info["commitInfo"]["declarest.state"].as_array().expect("changes of the state");
    assert!(texts.iter().any(|text| text["key"]["name"] == "finished"), "{texts:?}");
    assert!(newest.contains("\"add\""), "the rows are in it, too");
    assert_eq!(store.rows("notes").await.expect("rows").len(), 1);
}

#[tokio::test]
async fn small_files_of_many_commits_become_one() {
    let store = Store::new();
    let source = declarest_tests::Server::start(|request| declarest_tests::Listing::of(40).reply(request));
    let client = declarest_tests::list::Client::builder().base_url(source.base_url()).build().expect("a client");
    for sync in 1..=16 {
        client.sync(&mut store.delta()).only(["appended"]).await.expect("a sync");
        let expected = if sync < 16 { sync } else { 1 };
        assert_eq!(files(&store, "appended").await.len(), expected, "after {sync} syncs");
    }
    let counts = "SELECT concat(count(*), ' ', count(DISTINCT line), ' ', count(DISTINCT _load_id)) FROM appended";
    assert_eq!(store.one("appended", counts).await, "640 40 16");
}
