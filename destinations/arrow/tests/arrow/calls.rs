//! The calls of a sync, one by one.

use std::sync::Arc;
use std::time::Duration;

use declarest::destination::{Lease, LoadEnd, LoadId, LoadOutcome, LoadSpec, StateChange, StateKey, StateStore as _};
use declarest::{Batch, ColumnSchema, ColumnType, Destination as _, TableSchema};
use declarest_arrow::Parquet;

use crate::store::Store;

const HOUR: Duration = Duration::from_hours(1);

/// A row of so many bytes.
fn page(table: &Arc<TableSchema>, bytes: usize) -> Batch {
    Batch::from_rows(Arc::clone(table), [["x".repeat(bytes).into()]]).expect("a page")
}

fn place(page: u64) -> (StateKey, Vec<StateChange>) {
    let key = StateKey::new("source", "notes", "checkpoint");
    (key.clone(), vec![StateChange { key, value: Some(page.to_string()) }])
}

/// Begins a load, writes pages of so many bytes, commits after those of these numbers, and is interrupted. How many rows the
/// table has then, and the place to resume at.
async fn interrupted(pages: &[usize], commits: &[usize]) -> (u64, Option<String>) {
    let store = Store::committing(HOUR);
    let mut lake = store.parquet();
    let table = Arc::new(TableSchema::new("notes", [ColumnSchema::new("text", ColumnType::Text)]));
    let lease = Lease::new("source", "notes", &LoadId::generate());
    let taken = StateChange { key: lease.key.clone(), value: Some(lease.load.to_string()) };
    lake.write_state(&[], &[taken]).await.expect("it is taken");
    let mut spec = LoadSpec::new("source", "notes", lease);
    spec.table = Some(Arc::clone(&table));
    lake.begin(spec, Vec::new()).await.expect("it begins");
    for (number, bytes) in pages.iter().enumerate() {
        lake.write(page(&table, *bytes)).await.expect("it is written");
        if commits.contains(&number) {
            let (key, changes) = place(number as u64);
            lake.commit(changes).await.expect("it is committed");
            assert_eq!(lake.read_state(&key).await.expect("a text"), Some(number.to_string()));
        }
    }
    let outcome = LoadOutcome::new(LoadEnd::Interrupted, pages.len() as u64, pages.len() as u64, None, None);
    let stats = lake.finish(outcome, Vec::new()).await.expect("it ends");
    let files = store.parquet().files("notes").await.expect("files");
    let rows = files.iter().map(|file| file.rows).sum();
    assert_eq!(stats.inserted, Some(rows), "it counts what it has committed");
    assert_eq!(store.globbed("notes").len(), files.len());
    (rows, store.parquet().read_state(&place(0).0).await.expect("a text"))
}

#[tokio::test]
async fn a_load_that_is_interrupted_shows_what_its_sync_has_committed() {
    let small = 1000;
    // More than what waits in memory.
    let large = 17 << 20;
    assert_eq!(interrupted(&[small, small], &[]).await, (0, None));
    assert_eq!(interrupted(&[small, small, small], &[1]).await, (2, Some("1".to_owned())));
    assert_eq!(interrupted(&[large, small], &[]).await, (0, None));
    assert_eq!(interrupted(&[large, small, small], &[1]).await, (2, Some("1".to_owned())));
    // Rows that are not committed are in the file of those that are: these are read again, too.
    assert_eq!(interrupted(&[small, small, large], &[1]).await, (0, None));
}

#[tokio::test]
async fn a_commit_of_an_earlier_load_fails_once_another_has_taken_over() {
    let store = Store::new();
    let table = Arc::new(TableSchema::new("notes", [ColumnSchema::new("text", ColumnType::Text)]));
    let begin = async |lake: &mut Parquet| {
        let lease = Lease::new("source", "notes", &LoadId::generate());
        let taken = StateChange { key: lease.key.clone(), value: Some(lease.load.to_string()) };
        lake.write_state(&[], &[taken]).await.expect("it is taken");
        let mut spec = LoadSpec::new("source", "notes", lease);
        spec.table = Some(Arc::clone(&table));
        lake.begin(spec, Vec::new()).await.expect("it begins");
        lake.write(page(&table, 10)).await.expect("it is written");
    };
    let [mut first, mut second] = [store.parquet(), store.parquet()];
    begin(&mut first).await;
    begin(&mut second).await;
    let error = first.commit(place(1).1).await.expect_err("it is taken over");
    assert!(error.is_lease_lost(), "{error}");
    second.commit(place(2).1).await.expect("it is committed");
    let files = first.files("notes").await.expect("files");
    assert_eq!(files.iter().map(|file| file.rows).sum::<u64>(), 1);
    assert_eq!(first.read_state(&place(0).0).await.expect("a text"), Some("2".to_owned()));
}
