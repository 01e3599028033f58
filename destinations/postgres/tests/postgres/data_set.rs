//! The bundled data set, field by field: what Postgres holds is what SQLite holds.

use std::collections::BTreeMap;

use declarest::conformance::Harness as _;
use declarest::jiff::Timestamp;
use declarest::{ColumnValue, Sqlite};
use declarest_examples::analytics::analytics;
use declarest_examples::demo_api::{DemoApi, Options};
use declarest_tests::Database;
use serde_json::Value;

use crate::server::shared;
use crate::store::Store;

/// The same text for the same value, in both.
fn plain(text: &str) -> String {
    if let Ok(time) = text.parse::<Timestamp>() {
        return time.to_string();
    }
    match (text, text.parse::<Value>()) {
        ("t", _) => "1".to_owned(),
        ("f", _) => "0".to_owned(),
        (_, Ok(value @ (Value::Array(_) | Value::Object(_)))) => value.to_string(),
        _ => text.to_owned(),
    }
}

type Line = BTreeMap<String, String>;

fn sorted(mut rows: Vec<Line>) -> Vec<Line> {
    for row in &mut rows {
        row.retain(|column, value| column != "_load_id" && column != "_row_id" && value != "NULL");
    }
    rows.sort_unstable_by(|left, right| left["key"].cmp(&right["key"]));
    rows
}

#[tokio::test(flavor = "multi_thread")]
async fn the_data_set_is_the_same_as_in_sqlite() {
    let Some(server) = shared() else { return };
    let demo = DemoApi::new(Options { log: false, ..Options::default() }).start(None).expect("it starts");
    let client = analytics::Client::builder().base_url(demo.base_url()).user_token(Options::TOKEN).build();
    let client = client.expect("a client");
    let (store, database) = (Store::new(server), Database::new());
    let report = client.sync(&mut store.open().await.expect("it opens")).await.expect("a sync");
    client.sync(&mut Sqlite::open(database.path()).expect("it opens")).await.expect("a sync");
    for resource in &report.resources {
        let found = store.rows(&resource.name).await.expect("rows").into_iter().map(|row| {
            let text = |value: &ColumnValue<'_>| match value {
                ColumnValue::Text(text) => plain(text),
                _ => "NULL".to_owned(),
            };
            row.iter().map(|(column, value)| (column.clone(), text(value))).collect()
        });
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
