//! What a scan reads: its schema, some of its columns, and rows as a typed request has them.

use declarest::{Batch, ColumnType, ColumnValue, ErrorKind, TableSchema, WriteDisposition};
use declarest_tests::{LevelFilter, Logged, Reply, Server};
use serde_json::json;

use crate::source::{assert_says, batches, client, one_row, rows, server};

fn names(schema: &TableSchema) -> Vec<&str> {
    schema.columns.iter().map(|column| column.name.as_str()).collect()
}

#[tokio::test]
async fn a_scan_has_the_schema_of_its_batches_before_anything_is_sent() {
    let server = server(25);
    let scan = client(&server).scan("items").expect("a scan");
    let schema = scan.schema().clone();
    let columns: Vec<_> = schema.columns.iter().map(|column| (&*column.name, column.kind, column.nullable)).collect();
    assert_eq!(
        columns,
        [("key", ColumnType::Text, false), ("name", ColumnType::Text, true), ("line", ColumnType::Unsigned, false)]
    );
    assert_eq!(
        (&*schema.name, &*schema.key, schema.disposition),
        ("items", &["key".to_owned()][..], WriteDisposition::Merge)
    );
    assert_eq!(server.count(), 0);
    let batches = batches(scan).await;
    assert_eq!(batches.iter().map(Batch::len).collect::<Vec<_>>(), [10, 10, 5]);
    assert!(batches.iter().all(|batch| *batch.schema() == schema));
    let last = batches[2].row(4).map(|row| row.values().collect::<Vec<_>>());
    let text = |text: &'static str| ColumnValue::Text(text.into());
    assert_eq!(last, Some(vec![text("k25"), text("row 25"), ColumnValue::Unsigned(25)]));
    assert_eq!(server.requests()[0].header("x-organization"), Some("acme"));
}

#[tokio::test]
async fn selected_columns_come_in_the_order_that_is_asked_for() {
    let server = server(2);
    let scan = client(&server).scan("items").expect("a scan").project(["line", "key"]).expect("columns");
    assert_eq!((names(scan.schema()), scan.schema().key.len()), (vec!["line", "key"], 1));
    assert_eq!(rows(scan).await, [["Unsigned(1)", "k1"], ["Unsigned(2)", "k2"]]);
    // The last selection holds, and without its key a table has none.
    let scan = client(&server).scan("items").expect("a scan").project(["line", "key"]).expect("columns");
    let scan = scan.project([String::from("name")]).expect("a column");
    assert_eq!((names(scan.schema()), scan.schema().key.len()), (vec!["name"], 0));
    assert_eq!(rows(scan).await, [["row 1"], ["row 2"]]);
    // Rows can be counted without any.
    let scan = client(&server).scan("items").expect("a scan").project([""; 0]).expect("no columns");
    let batches = batches(scan).await;
    assert_eq!((batches.len(), batches[0].len(), batches[0].columns().len()), (1, 2, 0));
}

#[test]
fn columns_that_do_not_exist_or_are_named_twice_are_refused() {
    let server = server(1);
    let scan = client(&server).scan("items").expect("a scan");
    let error = scan.clone().project(["key", "nmae"]).expect_err("no such column");
    assert_says(&error, &["items", "no column `nmae`", "did you mean `name`?", "`key`, `name`, `line`"]);
    let error = scan.clone().project(["Key"]).expect_err("another case");
    assert_says(&error, &["no column `Key`", "did you mean `key`?"]);
    let error = scan.project(["key", "line", "key"]).expect_err("twice");
    assert_says(&error, &["`key` is selected twice"]);
}

#[tokio::test]
async fn a_bad_value_in_a_column_that_is_not_selected_does_not_matter() {
    let items = json!([{ "key": "a", "name": 7, "line": -1 }]);
    let server = Server::start(move |_| Reply::json(json!({ "items": items, "paging": { "total": 1 } })));
    let scan = || client(&server).scan("items").expect("a scan");
    assert_eq!(rows(scan().project(["key"]).expect("a column")).await, [["a"]]);
    for column in ["name", "line"] {
        let mut batches = scan().project(["key", column]).expect("columns").batches();
        let error = batches.next().await.expect("an item").expect_err("a bad value");
        assert_eq!((error.kind(), error.page()), (ErrorKind::Decode, Some(1)), "{error}");
        assert!(batches.next().await.is_none(), "after an error there are no more");
    }
}

#[tokio::test]
async fn rows_are_those_of_a_typed_request() {
    let server = server(25);
    let client = client(&server);
    let typed: Vec<_> = client
        .odd()
        .await
        .expect("rows")
        .into_iter()
        .map(|row| vec![row.key, format!("Unsigned({})", row.line)])
        .collect();
    assert_eq!(rows(client.scan("odd").expect("a scan")).await, typed);
    assert_eq!(typed.len(), 13);
    // By columns that the filter does not look at, too.
    let keys: Vec<_> = typed.into_iter().map(|row| vec![row[0].clone()]).collect();
    assert_eq!(rows(client.scan("odd").expect("a scan").project(["key"]).expect("a column")).await, keys);
}

#[tokio::test]
async fn bad_rows_are_skipped_where_that_is_declared() {
    let (logged, _guard) = Logged::on_this_thread(LevelFilter::WARN);
    let server = Server::start(|_| {
        let items = json!([{ "key": "a", "line": 1 }, { "key": "b", "line": "x" }, { "key": "c", "line": 3 }]);
        Reply::json(json!({ "items": items, "paging": { "total": 3 } }))
    });
    assert_eq!(
        rows(client(&server).scan("skipping").expect("a scan")).await,
        [["a", "Unsigned(1)"], ["c", "Unsigned(3)"]]
    );
    assert!(logged.text().contains("a bad row is skipped") && logged.text().contains("skipping"), "{}", logged.text());
}

#[tokio::test]
async fn a_child_has_its_lists_and_the_values_of_its_parent() {
    let server = one_row();
    let scan = client(&server).scan("comments").expect("a scan");
    assert_eq!(names(scan.schema()), ["key", "_posts_id"]);
    assert_eq!(scan.schema().key, ["_posts_id", "key"]);
    let scan = scan.param("posts_id", 7).expect("a param").param("state", "new").expect("a param");
    let batches = batches(scan.clone()).await;
    assert_eq!(server.requests()[0].path, "/posts/7/new/comments");
    let row = batches[0].row(0).map(|row| row.values().collect::<Vec<_>>());
    assert_eq!(row, Some(vec![ColumnValue::Text("a".into()), ColumnValue::Unsigned(7)]));
    let votes = batches[0].children()[0].batch();
    assert_eq!(names(votes.schema()), ["_comments_key", "_comments__posts_id", "_position", "value"]);
    assert_eq!((votes.len(), votes.row(1).map(|row| row.get(3))), (2, Some(ColumnValue::Integer(-2))));
    assert_eq!(rows(scan.project(["_posts_id"]).expect("a column")).await, [["Unsigned(7)"]]);
}

#[tokio::test]
async fn a_list_is_found_where_another_is_not_there() {
    let server = one_row();
    let batches = batches(client(&server).scan("conditional").expect("a scan")).await;
    let [votes] = batches[0].children() else { panic!("one list") };
    let values: Vec<_> = votes.batch().rows().map(|row| row.get(2)).collect();
    assert_eq!(values, [ColumnValue::Integer(1), ColumnValue::Integer(-2)]);
}

#[tokio::test]
async fn parents_columns_that_are_no_params_are_left_out() {
    let server = one_row();
    let scan = client(&server).scan("notes").expect("a scan");
    assert_eq!(names(scan.schema()), ["key", "_posts_id"]);
    let error = scan.clone().project(["_posts_title"]).expect_err("not known");
    assert_says(&error, &["no column `_posts_title`", "`key`, `_posts_id`"]);
    assert_eq!(rows(scan.param("posts_id", 7_u64).expect("a param")).await, [["a", "Unsigned(7)"]]);
}
