//! Values come out as they went in, as from SQLite; texts that Postgres cannot hold are treated as is set.

use declarest::conformance::{Harness as _, Row};
use declarest::{ColumnValue, ErrorKind, Sqlite};
use declarest_postgres::{InvalidText, JsonType};
use declarest_tests::{Database, serve};
use serde_json::{Value, json};

use crate::server::shared;
use crate::source::sync;
use crate::store::Store;

fn rows() -> Vec<Value> {
    let full = json!({
        "id": 1, "flag": true, "small": -7, "unsigned": u64::MAX - 1, "real": 0.1, "text": "ü '\"\\\t😀",
        "at": "1969-12-31T23:59:59.999999Z", "day": "0001-01-01", "clock": "23:59:59.5", "civil": "1999-12-31T23:59:59",
        "json": { "b": [1, null], "a": "x" }, "numbers": [1, 2], "tags": ["p", "q"],
    });
    vec![json!({ "id": 0 }), full, json!({ "id": 2, "unsigned": 10_000, "real": -1e300, "tags": [] })]
}

/// The same text for the same value, whatever the store.
fn plain(column: &str, value: &ColumnValue<'_>) -> String {
    let text = match value {
        ColumnValue::Text(text) => text.to_string(),
        ColumnValue::Integer(number) => number.to_string(),
        ColumnValue::Real(number) => number.to_string(),
        other => format!("{other:?}"),
    };
    match column {
        "flag" => text.replace('t', "1").replace('f', "0"),
        "real" => text.parse::<f64>().map_or(text, |number| format!("{number:e}")),
        "at" => text.parse::<declarest::jiff::Timestamp>().map_or(text, |time| time.to_string()),
        "civil" => text.parse::<declarest::jiff::civil::DateTime>().map_or(text, |time| time.to_string()),
        "clock" => text.parse::<declarest::jiff::civil::Time>().map_or(text, |time| time.to_string()),
        "json" | "numbers" => text.parse::<Value>().map_or(text, |value| value.to_string()),
        _ => text,
    }
}

fn lines(rows: &[Row], columns: &[&str]) -> Vec<String> {
    let value = |row: &Row, column: &str| {
        let value = row.get(column).filter(|value| **value != ColumnValue::Null);
        value.map_or("NULL".to_owned(), |value| plain(column, value))
    };
    let line = |row: &Row| columns.iter().map(|column| [*column, "=", &value(row, column), " "].concat()).collect();
    let mut lines: Vec<String> = rows.iter().map(line).collect();
    lines.sort_unstable();
    lines
}

#[tokio::test]
async fn each_type_comes_out_as_from_sqlite() {
    let Some(server) = shared() else { return };
    let mut rows = rows();
    // SQLite has no integers as large.
    rows[1]["unsigned"] = json!(i64::MAX);
    let source = serve(&rows);
    let (store, database) = (Store::new(server), Database::new());
    sync(&source, "everything", &mut store.open().await.expect("it opens")).await.expect("a sync");
    sync(&source, "everything", &mut Sqlite::open(database.path()).expect("it opens")).await.expect("a sync");
    for (table, columns) in [
        (
            "everything",
            &["id", "flag", "small", "unsigned", "real", "text", "at", "day", "clock", "civil", "json", "numbers"][..],
        ),
        ("everything__tags", &["_everything_id", "_position", "value"]),
    ] {
        let there: Vec<Row> = database
            .rows(table)
            .into_iter()
            .map(|row| {
                let value =
                    |text: String| if text == "NULL" { ColumnValue::Null } else { ColumnValue::Text(text.into()) };
                row.into_iter().map(|(column, text)| (column, value(text))).collect()
            })
            .collect();
        let found = store.rows(table).await.expect("rows");
        assert_eq!(lines(&found, columns), lines(&there, columns), "{table}");
        assert!(!found.is_empty());
    }
    let types = store.one("SELECT string_agg(format_type(atttypid, atttypmod), ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'everything'::regclass AND attnum > 0").await;
    assert_eq!(
        types,
        "bigint, boolean, bigint, numeric(20,0), double precision, text, timestamp with time zone, date, time without time zone, timestamp without time zone, jsonb, jsonb, text, bigint"
    );
}

#[tokio::test]
async fn the_largest_integer_and_a_table_of_ones_own_types() {
    let Some(server) = shared() else { return };
    let store = Store::new(server);
    let source = serve(&rows());
    let sql = format!(
        "CREATE SCHEMA \"{}\"; CREATE TABLE \"{0}\".everything (id integer UNIQUE, small smallint NOT NULL, text varchar(20), json json, extra text DEFAULT 'x')",
        store.schema
    );
    server.client().await.batch_execute(&sql).await.expect("a table");
    let refused = sync(&source, "everything", &mut store.open().await.expect("it opens")).await;
    assert!(refused.is_ok(), "{refused:?}");
    let row = store
        .one("SELECT concat_ws(' ', id, small, \"unsigned\", json::text, extra) FROM everything WHERE id = 1")
        .await;
    assert_eq!(row, r#"1 -7 18446744073709551614 {"a":"x","b":[1,null]} x"#);
    let report = sync(&source, "everything", &mut store.open().await.expect("it opens")).await.expect("a second sync");
    assert_eq!((report.resources[0].inserted, report.resources[0].updated), (0, 0));
    let source = serve(&[json!({ "id": 4_000_000_000_u64 })]);
    let error = sync(&source, "everything", &mut store.open().await.expect("it opens")).await.expect_err("no integer");
    assert_eq!(error.kind(), ErrorKind::Destination);
    assert!(error.message().contains("4000000000 is out of the range"), "{error:#}");
}

#[tokio::test]
async fn texts_that_postgres_cannot_hold_are_refused_replaced_or_quarantined() {
    let Some(server) = shared() else { return };
    let good = json!({ "id": 1, "text": "good" });
    for bad in [
        json!({ "id": 2, "text": "a\0b" }),
        json!({ "id": 2, "json": { "k\0": "x" } }),
        json!({ "id": 2, "tags": ["\0"] }),
    ] {
        let source = serve(&[good.clone(), bad.clone()]);
        let store = Store::new(server);
        let error = sync(&source, "everything", &mut store.open().await.expect("it opens")).await.expect_err("refused");
        assert_eq!(error.kind(), ErrorKind::Destination);
        assert!(error.message().contains("row 2 of a page, column `"), "{error:#}");
        assert_eq!(store.one("SELECT count(*) FROM everything").await, "0");

        let db = store.open().await.expect("it opens").invalid_text(InvalidText::Replace);
        sync(&source, "everything", &mut { db }).await.expect("replaced");
        let all = "SELECT concat(max(text), max(json::text), (SELECT max(value) FROM everything__tags)) FROM everything WHERE id = 2";
        assert!(store.one(all).await.contains('\u{fffd}'), "{bad}");

        let store = Store::new(server);
        let db = store.open().await.expect("it opens").invalid_text(InvalidText::Quarantine);
        let report = sync(&source, "everything", &mut { db }).await.expect("quarantined");
        assert_eq!(store.one("SELECT count(*) FROM everything").await, "1");
        assert_eq!(store.one("SELECT count(*) FROM everything__tags").await, "0");
        assert!(store.one("SELECT row FROM _declarest_quarantine").await.contains("\"id\":2"));
        assert_eq!(report.resources[0].quarantined, 1, "{report}");

        let text = store.open().await.expect("it opens").json(JsonType::Json);
        assert!(format!("{text:?}").contains("Json"));
    }
}

#[tokio::test]
async fn a_name_that_postgres_would_cut_is_refused_before_a_request() {
    let Some(server) = shared() else { return };
    let (store, source) = (Store::new(server), serve(&rows()));
    let name = "a_table_whose_name_has_more_bytes_than_postgres_keeps_of_any_identifier";
    let error = sync(&source, name, &mut store.open().await.expect("it opens")).await.expect_err("too long");
    assert_eq!(error.kind(), ErrorKind::Schema);
    assert!(error.message().contains("Postgres keeps 63"), "{error:#}");
    assert_eq!(source.count(), 0);
}
