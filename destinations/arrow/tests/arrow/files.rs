//! Files of tables: their rows, their number, who sees which.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use arrow_array::RecordBatch;
use declarest::conformance::{Harness as _, Row};
use declarest::{ColumnValue, Destination, ErrorKind, Sqlite};
use declarest_arrow::Parquet;
use declarest_tests::{Database, Listing, Server, serve};
use object_store::memory::InMemory;
use serde_json::{Value, json};

use crate::commits::Commits;
use crate::source::{list, merging, sync};
use crate::store::{Store, read};

const HOUR: Duration = Duration::from_hours(1);

fn everything() -> Vec<Value> {
    let full = json!({
        "id": 1, "flag": true, "small": -7, "unsigned": i64::MAX, "real": 0.1, "text": "ü '\"\\\t😀",
        "at": "1969-12-31T23:59:59.999999Z", "day": "0001-01-01", "clock": "23:59:59.5", "civil": "1999-12-31T23:59:59",
        "json": { "b": [1, null], "a": "x" }, "numbers": [1, 2], "tags": ["p", "q"],
    });
    vec![json!({ "id": 0 }), full, json!({ "id": 2, "unsigned": 10_000, "real": -1e300, "tags": [] })]
}

/// The text that SQLite has for a value.
fn plain(value: &ColumnValue<'_>) -> String {
    match value {
        ColumnValue::Null => "NULL".to_owned(),
        ColumnValue::Bool(flag) => u8::from(*flag).to_string(),
        ColumnValue::Integer(number) => number.to_string(),
        ColumnValue::Unsigned(number) => number.to_string(),
        ColumnValue::Real(number) => format!("{number:?}"),
        ColumnValue::Text(text) => text.to_string(),
        ColumnValue::Timestamp(time) => time.to_string(),
        ColumnValue::Date(date) => date.to_string(),
        ColumnValue::Time(time) => time.to_string(),
        ColumnValue::DateTime(time) => time.to_string(),
        other => panic!("{other:?}"),
    }
}

/// Rows as lines, without the load.
fn lines(rows: impl IntoIterator<Item = Vec<(String, String)>>) -> Vec<String> {
    let line = |row: Vec<(String, String)>| -> Vec<String> {
        let own = row.into_iter().filter(|(column, _)| column != "_load_id");
        own.map(|(column, text)| format!("{column}={}", text.parse::<f64>().map_or(text, |n| format!("{n:e}"))))
            .collect()
    };
    let mut lines: Vec<_> = rows.into_iter().map(|row| line(row).join(" ")).collect();
    lines.sort_unstable();
    lines
}

async fn lines_of(store: &Store, table: &str) -> Vec<String> {
    let rows = store.rows(table).await.expect("rows");
    lines(rows.iter().map(|row| row.iter().map(|(column, value)| (column.clone(), plain(value))).collect()))
}

#[tokio::test]
async fn each_type_and_each_list_is_as_in_sqlite() {
    let source = serve(&everything());
    let (store, database) = (Store::new(), Database::new());
    sync(&source, "everything", &mut store.parquet()).await.expect("a sync");
    sync(&source, "everything", &mut Sqlite::open(database.path()).expect("it opens")).await.expect("a sync");
    for table in ["everything", "everything__tags"] {
        let expected = lines(database.rows(table).into_iter().map(|row| row.into_iter().collect()));
        assert_eq!(lines_of(&store, table).await, expected, "{table}");
        assert!(!expected.is_empty());
    }
}

#[tokio::test]
async fn the_largest_integer_is_exact_and_nanoseconds_are_refused_or_cut() {
    let unsigned = async |store: &Store| store.rows("everything").await.expect("rows")[0]["unsigned"].clone();
    let store = Store::new();
    sync(&serve(&[json!({ "id": 1, "unsigned": u64::MAX })]), "everything", &mut store.parquet())
        .await
        .expect("a sync");
    assert_eq!(unsigned(&store).await, ColumnValue::Unsigned(u64::MAX));
    let (source, store) = (serve(&[json!({ "id": 1, "clock": "00:00:00.0000019" })]), Store::new());
    let error = sync(&source, "everything", &mut store.parquet()).await.expect_err("nanoseconds");
    assert_eq!(error.kind(), ErrorKind::Destination);
    assert!(error.message().contains("column `clock` of `everything`"), "{error:#}");
    assert!(store.globbed("everything").is_empty());
    sync(&source, "everything", &mut store.parquet().truncate_times()).await.expect("cut");
    assert_eq!(plain(&store.rows("everything").await.expect("rows")[0]["clock"]), "00:00:00.000001");
}

#[tokio::test]
async fn a_table_without_rows_is_a_file_with_its_columns() {
    for resource in ["everything", "replaced"] {
        let store = Store::committing(HOUR);
        for loads in 1..=2 {
            sync(&serve(&[]), resource, &mut store.parquet()).await.expect("a sync");
            let files = store.parquet().files(resource).await.expect("files");
            assert_eq!(files.iter().map(|file| file.rows).collect::<Vec<_>>(), [0], "after load {loads}");
            let reader = std::fs::File::open(&files[0].location).expect("a file");
            let reader = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(reader);
            assert!(reader.expect("a Parquet file").schema().field_with_name("id").is_ok());
        }
        sync(&serve(&[json!({ "id": 7 })]), resource, &mut store.parquet()).await.expect("a sync");
        assert_eq!(store.rows(resource).await.expect("rows").len(), 1);
        sync(&serve(&[]), resource, &mut store.parquet()).await.expect("a sync");
        assert_eq!(store.rows(resource).await.expect("rows").len(), usize::from(resource == "everything"));
    }
    assert!(Store::new().parquet().files("unknown").await.expect("no files").is_empty());
}

fn client(source: &Server) -> list::Client {
    list::Client::builder().base_url(source.base_url()).build().expect("a client")
}

async fn rows(lake: &mut Parquet, table: &str) -> u64 {
    lake.files(table).await.expect("files").iter().map(|file| file.rows).sum()
}

#[tokio::test]
async fn files_end_by_size_by_time_and_at_the_end() {
    let source = Server::start(|request| Listing::of(3000).reply(request));
    let load = async |lake: Parquet| {
        let mut lake = lake;
        client(&source).sync(&mut lake).only(["appended"]).await.expect("a sync");
        assert_eq!(rows(&mut lake, "appended").await, 3000);
        lake.files("appended").await.expect("files").len()
    };
    assert_eq!(load(Store::committing(HOUR).parquet()).await, 1, "one load, one file");
    let by_commit = load(Store::new().parquet()).await;
    assert!(by_commit >= 6, "60 pages are {by_commit} commits");
    let by_size = load(Store::committing(HOUR).parquet().file_size(10_000)).await;
    assert!(1 < by_size && by_size <= by_commit, "{by_size} files");
}

#[tokio::test]
async fn the_old_rows_stay_readable_until_the_next_load_and_what_is_left_over_goes() {
    let source = Server::start(|request| Listing::of(60).reply(request));
    let store = Store::committing(HOUR);
    let load = async || drop(client(&source).sync(&mut store.parquet()).only(["replaced"]).await.expect("a sync"));
    load().await;
    let first = store.globbed("replaced");
    load().await;
    let both = store.globbed("replaced");
    assert_eq!((first.len(), both.len()), (1, 2));
    assert_eq!(read(&first[0]).iter().map(RecordBatch::num_rows).sum::<usize>(), 60);
    let files = store.parquet().files("replaced").await.expect("files");
    assert!(files.len() == 1 && Path::new(&files[0].location) != first[0]);
    // What a killed sync leaves.
    let folder = store.path().join("replaced");
    let left = "20200101T000000.000000Z-1a2b-0001.parquet";
    for name in [left, &format!("{left}#1"), "mine.parquet"] {
        std::fs::write(folder.join(name), "half a file").expect("a file");
    }
    load().await;
    let mut third = store.globbed("replaced");
    assert_eq!(third.pop(), Some(folder.join("mine.parquet")), "other files are not touched");
    assert_eq!((third.len(), third[0] == both[1]), (2, true), "{third:?}");
}

/// Where the destination's type is known, it does not compile: see the docs of `Parquet`.
#[tokio::test]
async fn a_merge_is_refused_before_the_first_request() {
    let source = Server::start(|request| Listing::of(60).reply(request));
    let store = Store::new();
    let client = merging::Client::builder().base_url(source.base_url()).build().expect("a client");
    let lake: &mut dyn Destination = &mut store.parquet();
    let error = client.sync(lake).await.expect_err("it merges");
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.message().contains("`merged` is declared with `write_disposition = merge`"), "{error:#}");
    assert!(source.count() == 0 && Commits::read(store.path()).count == 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn syncs_of_other_resources_share_a_folder() {
    let source = Server::start(|request| Listing::of(8000).reply(request));
    let store = Store::new();
    let (client, [mut one, mut other]) = (client(&source), [store.parquet(), store.parquet()]);
    let (appended, replaced) =
        tokio::join!(client.sync(&mut one).only(["appended"]), client.sync(&mut other).only(["replaced"]));
    assert_eq!((appended.expect("a sync").resources.len(), replaced.expect("a sync").resources.len()), (1, 1));
    let commits = Commits::read(store.path());
    for table in ["appended", "replaced"] {
        assert_eq!(rows(&mut store.parquet(), table).await, 8000);
        assert_eq!(commits.rows(table, false), 8000, "as read without the crate");
    }
    assert!(commits.count > 32, "there is a snapshot");
    let snapshot = std::fs::read(store.path().join("_declarest/snapshot.json")).expect("a snapshot");
    let snapshot: Value = serde_json::from_slice(&snapshot).expect("whole");
    assert_eq!(snapshot["seq"].as_u64().map(|number| number % 32), Some(0));
}

/// The numbers of the commits that are there, in their order; and makes these look as if they were three days old.
fn commits(store: &Store, are_old: bool) -> Vec<u64> {
    let found = std::fs::read_dir(store.path().join("_declarest/commits")).into_iter().flatten();
    let number = |entry: std::io::Result<std::fs::DirEntry>| {
        let path = entry.expect("a commit").path();
        if are_old {
            let file = std::fs::File::options().write(true).open(&path).expect("a commit");
            file.set_modified(SystemTime::now() - 72 * HOUR).expect("it is ours");
        }
        path.file_stem().and_then(|name| name.to_str()?.parse().ok())
    };
    let mut numbers: Vec<_> = found.filter_map(number).collect();
    numbers.sort_unstable();
    numbers
}

#[tokio::test]
async fn old_commits_go_and_no_reader_misses_them() {
    let source = Server::start(|request| Listing::of(3000).reply(request));
    let (store, mut loads) = (Store::new(), 0);
    let mut idle = store.parquet();
    let mut load_until = async |least: u64| {
        while commits(&store, false).last().is_none_or(|last| *last < least) {
            client(&source).sync(&mut store.parquet()).only(["appended"]).await.expect("a sync");
            loads += 1;
        }
        loads * 3000
    };
    let before = load_until(40).await;
    assert_eq!(rows(&mut idle, "appended").await, before);
    load_until(70).await;
    let old = commits(&store, true);
    assert_eq!(old.first(), Some(&1), "the snapshots before have deleted nothing that is young");
    let after = load_until(100).await;
    let left = commits(&store, false);
    assert_eq!(left.first(), Some(&65), "those before the snapshot of 64 are gone");
    for lake in [&mut idle, &mut store.parquet()] {
        assert_eq!(rows(lake, "appended").await, after);
    }
    client(&source).sync(&mut idle).only(["appended"]).await.expect("a sync of the one that was idle");
    assert_eq!(rows(&mut store.parquet(), "appended").await, after + 3000);
}

#[tokio::test]
async fn any_object_store_will_do() {
    let source = Server::start(|request| Listing::of(120).reply(request));
    let store = Arc::new(InMemory::new());
    let mut lake = Parquet::in_store(store.clone(), "a/b", "memory:/").expect("it opens");
    client(&source).sync(&mut lake).only(["replaced"]).await.expect("a sync");
    let mut again = Parquet::in_store(store, "a/b", "memory:/").expect("it opens");
    let files = again.files("replaced").await.expect("files");
    assert_eq!(files.iter().map(|file| file.rows).sum::<u64>(), 120);
    assert!(files[0].location.starts_with("memory://a/b/replaced/") && files[0].bytes > 0, "{files:?}");
}

#[test]
fn urls_are_read_and_nothing_of_a_bad_one_is_shown() {
    let urls = [
        "s3://s3cr3t:s3cr3t@bucket/folder",
        "s3://bucket/folder?sig=s3cr3t",
        "s3cr3t://bucket/folder",
        "s3://[s3cr3t",
        "file://s3cr3t/folder",
    ];
    for url in urls {
        let error = Parquet::open(url).expect_err(url);
        assert_eq!(error.kind(), ErrorKind::Config, "{url}");
        assert!(!format!("{error:?} {error:#}").contains("s3cr3t"), "{error:#}");
    }
    let store = Store::new();
    let lake = Parquet::open(format!("file://{}", store.path().display())).expect("it opens");
    assert!(format!("{lake:?}").contains(&*store.path().to_string_lossy()));
}

#[cfg(not(feature = "aws"))]
#[test]
fn a_store_needs_its_feature() {
    let error = Parquet::open("s3://bucket/folder").expect_err("no feature");
    assert!(error.message().contains("without the feature `aws`"), "{error:#}");
}

#[tokio::test]
async fn each_row_and_each_file_names_its_load() {
    let source = Server::start(|request| Listing::of(60).reply(request));
    let store = Store::new();
    let report = client(&source).sync(&mut store.parquet()).only(["appended"]).await.expect("a sync");
    let rows: Vec<Row> = store.rows("appended").await.expect("rows");
    assert!(rows.iter().all(|row| row["_load_id"] == ColumnValue::from(report.load_id.clone())));
    let files = store.parquet().files("appended").await.expect("files");
    assert!(files.iter().all(|file| file.load.as_str() == report.load_id));
}
