//! The bundled data set, field by field: what the tables hold is what SQLite holds.

use std::collections::BTreeMap;

use declarest::conformance::Harness as _;
use declarest::jiff::Timestamp;
use declarest::{ColumnValue, Sqlite, SyncReport};
use declarest_examples::analytics::analytics;
use declarest_examples::demo_api::{DemoApi, Options};
use declarest_tests::Database;
use serde_json::Value;

use crate::store::Store;

/// The same text for the same value, in both.
fn plain(text: &str) -> String {
    if let Ok(time) = text.parse::<Timestamp>() {
        return time.to_string();
    }
    match text.parse::<Value>() {
        Ok(value @ (Value::Array(_) | Value::Object(_))) => value.to_string(),
        _ => text.to_owned(),
    }
}

/// A value as SQLite has it.
fn text(value: &ColumnValue<'_>) -> String {
    match value {
        ColumnValue::Null => "NULL".to_owned(),
        ColumnValue::Bool(value) => u8::from(*value).to_string(),
        ColumnValue::Integer(value) => value.to_string(),
        ColumnValue::Real(value) => value.to_string(),
        ColumnValue::Text(text) => plain(text),
        ColumnValue::Timestamp(time) => time.to_string(),
        other => format!("{other:?}"),
    }
}

type Line = BTreeMap<String, String>;

fn sorted(mut rows: Vec<Line>) -> Vec<Line> {
    for row in &mut rows {
        row.retain(|column, value| column != "_load_id" && value != "NULL");
    }
    rows.sort_unstable_by(|left, right| left["key"].cmp(&right["key"]));
    rows
}

/// Syncs the data set into both.
pub(crate) async fn synced(store: &Store, database: &Database) -> SyncReport {
    let demo = DemoApi::new(Options { log: false, ..Options::default() }).start(None).expect("it starts");
    let client = analytics::Client::builder().base_url(demo.base_url()).user_token(Options::TOKEN).build();
    let client = client.expect("a client");
    let report = client.sync(&mut store.delta()).await.expect("a sync");
    client.sync(&mut Sqlite::open(database.path()).expect("it opens")).await.expect("a sync");
    let again = client.sync(&mut store.delta()).await.expect("a sync");
    for resource in &again.resources {
        assert_eq!((resource.inserted, resource.updated), (0, 0), "{}", resource.name);
    }
    report
}

#[tokio::test(flavor = "multi_thread")]
async fn the_data_set_is_the_same_as_in_sqlite() {
    let (store, database) = (Store::new(), Database::new());
    let report = synced(&store, &database).await;
    println!("{report}");
    for resource in &report.resources {
        let found = store.rows(&resource.name).await.expect("rows").into_iter();
        let found = found.map(|row| row.iter().map(|(column, value)| (column.clone(), text(value))).collect());
        let expected = database.rows(&resource.name).into_iter();
        let expected = expected.map(|row| row.into_iter().map(|(column, text)| (column, plain(&text))).collect());
        let (found, expected) = (sorted(found.collect()), sorted(expected.collect()));
        assert_eq!(found.len() as u64, resource.rows, "{}", resource.name);
        for (found, expected) in found.iter().zip(&expected) {
            assert_eq!(found, expected, "{}", resource.name);
        }
        assert_eq!(found.len(), expected.len());
    }
}
