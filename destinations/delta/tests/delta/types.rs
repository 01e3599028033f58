//! Values come out as they went in; those that Delta cannot hold are errors, or cut where that is asked for.

use declarest::conformance::Harness as _;
use declarest::{ColumnValue, ErrorKind};
use declarest_tests::serve;
use deltalake::kernel::{DataType, StructField};
use serde_json::{Value, json};

use crate::source::sync;
use crate::store::Store;

fn full() -> Value {
    json!({
        "id": 1, "flag": true, "small": -7, "unsigned": u64::MAX, "real": 0.1, "text": "ü '\"\\\t😀",
        "at": "1969-12-31T23:59:59.999999Z", "day": "0001-01-01", "clock": "23:59:59.5", "civil": "1999-12-31T23:59:59",
        "json": { "b": [1, null], "a": "x" }, "numbers": [1, 2], "tags": ["p", "q"],
    })
}

#[tokio::test]
async fn each_type_has_the_column_that_is_documented() {
    let store = Store::new();
    sync(&serve(&[full()]), "everything", &mut store.delta()).await.expect("a sync");
    let table = store.table("everything").await.expect("a table");
    let schema = table.snapshot().expect("a state").schema();
    let decimal = DataType::decimal(20, 0).expect("a type");
    for (column, expected) in [
        ("id", DataType::LONG),
        ("flag", DataType::BOOLEAN),
        ("small", DataType::LONG),
        ("unsigned", decimal),
        ("real", DataType::DOUBLE),
        ("text", DataType::STRING),
        ("at", DataType::TIMESTAMP),
        ("day", DataType::DATE),
        ("clock", DataType::STRING),
        ("civil", DataType::TIMESTAMP_NTZ),
        ("json", DataType::STRING),
        ("numbers", DataType::STRING),
        ("_load_id", DataType::STRING),
    ] {
        assert_eq!(schema.field(column).map(StructField::data_type), Some(&expected), "{column}");
    }
    let rows = store.rows("everything").await.expect("rows");
    let text = |column: &str| match &rows[0][column] {
        ColumnValue::Text(text) => text.to_string(),
        other => format!("{other:?}"),
    };
    assert_eq!(text("unsigned"), u64::MAX.to_string());
    assert_eq!(text("clock"), "23:59:59.500");
    assert_eq!(text("json"), r#"{"a":"x","b":[1,null]}"#);
}

#[tokio::test]
async fn nanoseconds_are_refused_or_cut() {
    let store = Store::new();
    let source = serve(&[json!({ "id": 1, "at": "2024-02-29T00:00:00.123456789Z" })]);
    let error = sync(&source, "everything", &mut store.delta()).await.expect_err("no room for nanoseconds");
    assert_eq!(error.kind(), ErrorKind::Destination);
    assert!(error.to_string().contains("`at`"), "{error}");
    assert!(store.rows("everything").await.expect("rows").is_empty());
    sync(&source, "everything", &mut store.delta().truncate_times()).await.expect("a sync");
    let rows = store.rows("everything").await.expect("rows");
    let time = "2024-02-29T00:00:00.123456Z".parse().expect("a time");
    assert_eq!(rows[0]["at"], ColumnValue::Timestamp(time));
}
