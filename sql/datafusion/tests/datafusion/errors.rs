//! Queries that fail, and queries that are given up.

use std::time::Duration;

use datafusion::prelude::SessionConfig;
use declarest::ErrorKind;
use declarest_examples::demo_api::{Faults, Options};
use futures_util::StreamExt as _;

use crate::given::source_error;
use crate::source::Demo;

#[tokio::test(flavor = "multi_thread")]
async fn an_error_of_the_api_keeps_its_kind() {
    let demo = Demo::with(Options { forbid: true, ..Options::default() }, SessionConfig::new());
    let error = demo.query("select count(*) from issues").await.expect_err("an error");
    let error = source_error(&error);
    assert_eq!((error.kind(), error.status()), (ErrorKind::Unauthorized, Some(403)), "{error}");
    assert!(error.to_string().contains("issues"), "{error}");
    // The partitions share the first page, and its error.
    assert_eq!(demo.server.requests().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_column_is_named() {
    let demo = Demo::new(10);
    let error = demo.query("select key from issues where severty = 'MAJOR'").await.expect_err("an error").to_string();
    assert!(error.contains("severty") && error.contains("severity"), "{error}");
    assert!(demo.server.requests().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_query_requests_nothing_more() {
    let options =
        Options { faults: Faults { latency: Duration::from_millis(20), ..Faults::default() }, ..Options::default() };
    let demo = Demo::with(options, SessionConfig::new());
    let query = demo.ctx.sql("select key, author from issues").await.expect("a query");
    let mut batches = query.execute_stream().await.expect("a stream");
    batches.next().await.expect("a batch").expect("rows");
    drop(batches);
    tokio::time::sleep(Duration::from_millis(100)).await;
    let sent = demo.server.requests().len();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(demo.server.requests().len(), sent);
    assert!(sent < 30, "{sent}");
}
