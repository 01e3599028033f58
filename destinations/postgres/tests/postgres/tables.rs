//! What users have built on tables stays; what did not change is not written.

use declarest::conformance::Harness as _;
use declarest_tests::serve;
use serde_json::{Value, json};

use crate::server::shared;
use crate::source::sync;
use crate::store::Store;

#[tokio::test]
async fn replacing_keeps_grants_indexes_and_views() {
    let Some(server) = shared() else { return };
    let store = Store::new(server);
    let first = serve(&[json!({ "id": 1, "text": "old" }), json!({ "id": 2, "text": "old" })]);
    sync(&first, "replaced", &mut store.open().await.expect("it opens")).await.expect("a sync");
    let build = "CREATE VIEW seen AS SELECT id, text FROM replaced; CREATE INDEX by_text ON replaced (text);
        GRANT SELECT ON replaced TO PUBLIC; ALTER TABLE replaced ADD COLUMN note text DEFAULT 'mine'";
    store.query(build).await.expect("built");
    let second = serve(&[json!({ "id": 3, "text": "new" })]);
    sync(&second, "replaced", &mut store.open().await.expect("it opens")).await.expect("a sync");
    assert_eq!(store.one("SELECT string_agg(id || text, ',') FROM seen").await, "3new");
    assert_eq!(store.one("SELECT note FROM replaced").await, "mine");
    assert_eq!(store.one("SELECT has_table_privilege('public', 'replaced', 'SELECT')").await, "t");
    assert_eq!(
        store
            .one("SELECT count(*) FROM pg_indexes WHERE indexname = 'by_text' AND schemaname = current_schema()")
            .await,
        "1"
    );
    assert_eq!(store.one("SELECT count(*) FROM pg_class WHERE relname LIKE '\\_declarest\\_new%' AND relnamespace = current_schema()::regnamespace").await, "0");
}

#[tokio::test]
async fn a_second_sync_of_the_same_rows_writes_its_state_alone() {
    let Some(server) = shared() else { return };
    let store = Store::new(server);
    let rows: Vec<Value> = (0..20_000)
        .map(|id| json!({ "id": id, "text": format!("text of {id}").repeat(5), "tags": ["a", "b"] }))
        .collect();
    let source = serve(&rows);
    let report = sync(&source, "everything", &mut store.open().await.expect("it opens")).await.expect("a sync");
    assert_eq!((report.resources[0].inserted, report.resources[0].distinct_keys), (20_000, 20_000));
    store.query("CHECKPOINT").await.expect("a checkpoint");
    let before = store.one("SELECT pg_current_wal_lsn()").await;
    let report = sync(&source, "everything", &mut store.open().await.expect("it opens")).await.expect("a sync");
    assert_eq!(
        (report.resources[0].inserted, report.resources[0].updated, report.resources[0].distinct_keys),
        (0, 0, 20_000)
    );
    let written: u64 = store
        .one(&format!("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '{before}')::bigint"))
        .await
        .parse()
        .expect("a number");
    println!("WAL of a second sync of 20 000 rows, and of what other tests wrote meanwhile: {written} bytes");
    let is_alone = server.private.is_some() && std::env::var_os("DECLAREST_ALONE").is_some();
    assert!(!is_alone || written < 1 << 20, "{written} bytes of WAL");
}
