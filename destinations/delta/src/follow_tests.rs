//! Tables that are behind the log follow it: what a kill leaves between the two.

use std::slice;
use std::sync::Arc;
use std::time::Duration;

use declarest::destination::{Lease, LoadEnd, LoadId, LoadOutcome, LoadSpec, LoadStart, StateChange, StateKey};
use declarest::{Batch, ColumnSchema, ColumnType, TableSchema, WriteDisposition};
use deltalake::arrow::array::AsArray as _;
use deltalake::arrow::compute::cast;
use deltalake::arrow::datatypes::DataType;
use tempfile::TempDir;

use crate::engine::Engine;
use crate::entry::{Entry, StageChange};
use crate::place::Place;
use crate::stage::{register_table, session};

fn table(disposition: WriteDisposition) -> Arc<TableSchema> {
    let columns = [ColumnSchema::new("id", ColumnType::Integer), ColumnSchema::new("text", ColumnType::Text)];
    Arc::new(TableSchema::new("notes", columns).with_key(["id"]).with_disposition(disposition))
}

fn open(place: &Place) -> Engine {
    Engine::new(place, Duration::from_mins(1)).expect("it opens")
}

fn outcome() -> LoadOutcome {
    LoadOutcome::new(LoadEnd::Complete, 2, 1, None, None)
}

fn done() -> StateChange {
    StateChange { key: StateKey::new("s", "notes", "done"), value: Some("yes".to_owned()) }
}

/// Begins a load, and takes rows.
async fn begin(engine: &mut Engine, load: &str, table: &Arc<TableSchema>, rows: [(i64, &'static str); 2]) {
    begin_after(engine, LoadStart::Fresh, &[], load, table, rows).await;
}

/// The same after loads that have not ended.
async fn begin_after(
    engine: &mut Engine,
    start: LoadStart,
    unfinished: &[&str],
    load: &str,
    table: &Arc<TableSchema>,
    rows: [(i64, &'static str); 2],
) {
    let lease = Lease::new("s", "notes", &LoadId::from(load.to_owned()));
    let held = StateChange { key: lease.key.clone(), value: Some(load.to_owned()) };
    engine.write_state(&[], vec![held]).await.expect("the lease");
    let mut spec = LoadSpec::new("s", "notes", lease);
    (spec.table, spec.start) = (Some(Arc::clone(table)), start);
    spec.unfinished = unfinished.iter().map(|load| LoadId::from((*load).to_owned())).collect();
    engine.begin(spec, Vec::new(), false).await.expect("a load");
    let rows = rows.map(|(id, text)| [id.into(), text.into()]);
    engine.write(&Batch::from_rows(Arc::clone(table), rows).expect("a page")).expect("it fits");
}

async fn rows(engine: &mut Engine) -> String {
    let there = engine.tables.get(slice::from_ref(&"notes".to_owned())).await.expect("it opens").expect("a table");
    let session = session();
    register_table(&session, "notes", &there, None, None).await.expect("it is known");
    let sql = "SELECT string_agg(concat(id, text), ',' ORDER BY id, text) FROM notes";
    let batches = session.sql(sql).await.expect("a query").collect().await.expect("rows");
    cast(batches[0].column(0), &DataType::Utf8).expect("text").as_string::<i32>().value(0).to_owned()
}

/// Ends the load in the log alone, as a kill after that would leave it.
async fn end_in_log(mut engine: Engine, table: &TableSchema) {
    let mut load = engine.load.take().expect("a load");
    let mut entry = Entry::new(Some(&load.spec), vec![done()]);
    if table.disposition == WriteDisposition::Merge {
        engine.add_merge(&mut load, table, &outcome(), &mut entry).await.expect("a merge");
    } else {
        engine.add_rows(&mut load, &mut entry).await.expect("rows");
        engine.show(table, StageChange::Drop, &mut entry);
    }
    assert!(engine.ledger.put(entry).await.expect("an entry"));
}

#[tokio::test]
async fn a_merge_is_prepared_again_where_another_program_has_written() {
    let directory = TempDir::new().expect("a directory");
    let place = Place::new(directory.path().to_str().expect("a name")).expect("a place");
    let table = table(WriteDisposition::Merge);
    let mut engine = open(&place);
    begin(&mut engine, "load-1", &table, [(1, "a"), (2, "b")]).await;
    engine.finish(&outcome(), Vec::new()).await.expect("a merge");
    assert_eq!(rows(&mut engine).await, "1a,2b");

    begin(&mut engine, "load-2", &table, [(2, "c"), (3, "d")]).await;
    end_in_log(engine, &table).await;
    let mut engine = open(&place);
    assert_eq!(rows(&mut engine).await, "1a,2b", "the table is behind");
    let there = engine.tables.get(slice::from_ref(&"notes".to_owned())).await.expect("it opens").expect("a table");
    there.update().with_predicate("id = 1").with_update("text", "'z'").await.expect("an update");

    assert_eq!(engine.read_state(&done().key).await.expect("a text").as_deref(), Some("yes"));
    assert_eq!(rows(&mut engine).await, "1z,2c,3d", "it has followed, and kept what others have written");
    let mut other = open(&place);
    other.read_state(&done().key).await.expect("a text");
    assert_eq!(rows(&mut other).await, "1z,2c,3d", "once");
}

#[tokio::test]
async fn appended_rows_are_seen_once() {
    let directory = TempDir::new().expect("a directory");
    let place = Place::new(directory.path().to_str().expect("a name")).expect("a place");
    let table = table(WriteDisposition::Append);
    let mut engine = open(&place);
    begin(&mut engine, "load-1", &table, [(1, "a"), (2, "b")]).await;
    end_in_log(engine, &table).await;
    let [mut one, mut other] = [(); 2].map(|()| open(&place));
    let key = done().key;
    let (first, second) = futures_util::future::join(one.read_state(&key), other.read_state(&key)).await;
    assert_eq!((first.expect("a text"), second.expect("a text")), (Some("yes".to_owned()), Some("yes".to_owned())));
    assert_eq!(rows(&mut one).await, "1a,2b");
}

#[tokio::test]
async fn appended_rows_that_are_committed_wait_for_their_table() {
    let directory = TempDir::new().expect("a directory");
    let place = Place::new(directory.path().to_str().expect("a name")).expect("a place");
    let table = table(WriteDisposition::Append);
    let mut engine = open(&place);
    begin(&mut engine, "load-1", &table, [(1, "a"), (2, "b")]).await;
    engine.commit(vec![done()]).await.expect("a commit");
    let mut engine = open(&place);
    assert_eq!(engine.read_state(&done().key).await.expect("a text").as_deref(), Some("yes"));
    assert_eq!(rows(&mut engine).await, "", "no minute has passed");

    begin_after(&mut engine, LoadStart::Resume, &["load-1"], "load-2", &table, [(3, "c"), (4, "d")]).await;
    assert_eq!(rows(&mut engine).await, "1a,2b", "a load that goes on shows what was left");
    engine.commit(Vec::new()).await.expect("a commit");
    assert_eq!(rows(&mut engine).await, "1a,2b");
    let interrupted = LoadOutcome::new(LoadEnd::Interrupted, 2, 1, None, None);
    engine.finish(&interrupted, Vec::new()).await.expect("an end");
    assert_eq!(rows(&mut engine).await, "1a,2b,3c,4d", "one that is interrupted shows what is committed");

    begin_after(&mut engine, LoadStart::Fresh, &[], "load-3", &table, [(5, "e"), (6, "f")]).await;
    engine.commit(Vec::new()).await.expect("a commit");
    let mut engine = open(&place);
    let status = engine.inspect(&table, &[LoadId::from("load-3".to_owned())]).await.expect("a status");
    assert_eq!((status.has_rows, status.resumable, status.last_load), (true, true, Some("load-3".to_owned().into())));
    begin_after(&mut engine, LoadStart::Fresh, &["load-3"], "load-4", &table, [(7, "g"), (8, "h")]).await;
    engine.finish(&outcome(), Vec::new()).await.expect("an end");
    assert_eq!(rows(&mut engine).await, "1a,2b,3c,4d,7g,8h", "one that starts again drops what was left");
}

#[tokio::test]
async fn appended_rows_are_in_their_table_when_it_is_time() {
    let directory = TempDir::new().expect("a directory");
    let place = Place::new(directory.path().to_str().expect("a name")).expect("a place");
    let table = table(WriteDisposition::Append);
    let mut engine = Engine::new(&place, Duration::from_millis(300)).expect("it opens");
    begin(&mut engine, "load-1", &table, [(1, "a"), (2, "b")]).await;
    engine.commit(Vec::new()).await.expect("a commit");
    std::thread::sleep(Duration::from_millis(300));
    engine.commit(vec![done()]).await.expect("a commit");
    assert_eq!(rows(&mut engine).await, "1a,2b");
    engine.finish(&outcome(), Vec::new()).await.expect("an end");
    assert_eq!(rows(&mut engine).await, "1a,2b", "once");
}
