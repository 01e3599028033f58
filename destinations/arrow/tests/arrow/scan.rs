//! The record batches of a scan, from a server on loopback.

use std::future::poll_fn;
use std::pin::pin;

use arrow_array::cast::AsArray as _;
use arrow_array::types::Int64Type;
use declarest::{ErrorKind, Stream as _};
use declarest_arrow::RecordBatches as _;
use declarest_tests::{Listing, Reply, Server};
use serde_json::json;

use crate::source::{api, list};

#[tokio::test]
async fn each_page_is_a_batch_of_the_selected_columns() {
    let server = Server::start(|request| Listing::of(120).reply(request));
    let client = list::Client::builder().base_url(server.base_url()).build().expect("a client");
    let scan = client.scan("appended").expect("a scan").project(["line", "key"]).expect("columns").limit(110);
    let mut batches = pin!(scan.record_batches());
    assert_eq!(server.count(), 0, "nothing is sent before it is polled");
    let names: Vec<_> = batches.schema().fields().iter().map(|field| field.name().clone()).collect();
    assert_eq!(names, ["line", "key"]);
    let (mut sizes, mut lines) = (Vec::new(), Vec::new());
    while let Some(batch) = poll_fn(|cx| batches.as_mut().poll_next(cx)).await {
        let batch = batch.expect("a batch");
        assert_eq!(batch.schema(), *batches.schema());
        sizes.push(batch.num_rows());
        lines.extend(batch.column(0).as_primitive::<arrow_array::types::UInt64Type>().values().iter().copied());
    }
    assert_eq!((sizes, lines), (vec![50, 50, 10], (1..=110).collect()));
    assert_eq!((batches.stats().pages, server.count()), (3, 3));
}

#[tokio::test]
async fn no_column_at_all_is_a_selection() {
    let server = Server::start(|request| Listing::of(60).reply(request));
    let client = list::Client::builder().base_url(server.base_url()).build().expect("a client");
    let mut batches = client.scan("appended").expect("a scan").project([""; 0]).expect("none").record_batches();
    let mut rows = 0;
    while let Some(batch) = batches.next().await {
        rows += batch.expect("a batch").num_rows();
    }
    assert_eq!(rows, 60);
}

#[tokio::test]
async fn nanoseconds_end_the_stream_or_are_cut() {
    let rows = json!({ "items": [{ "id": 7, "at": "2024-01-01T00:00:00.0000001Z" }] }).to_string();
    let server = Server::start(move |_| Reply::json(&rows));
    let client = api::Client::builder().base_url(server.base_url()).build().expect("a client");
    let scan = client.scan("everything").expect("a scan").project(["id", "at"]).expect("columns");
    let mut batches = scan.clone().record_batches();
    let error = batches.next().await.expect("an item").expect_err("nanoseconds");
    assert_eq!(error.kind(), ErrorKind::Destination);
    assert!(error.message().contains("column `at`"), "{error:#}");
    assert!(batches.next().await.is_none());
    let batch = scan.record_batches().truncate_times().next().await.expect("an item").expect("a batch");
    assert_eq!(batch.column(0).as_primitive::<Int64Type>().value(0), 7);
}
