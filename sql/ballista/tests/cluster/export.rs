//! The rows of an API as Parquet files, written by the cluster.

use std::time::Duration;

use datafusion::prelude::SessionContext;

use crate::api::Api;
use crate::process::Cluster;
use crate::queries::answer;

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_writes_parquet_files() {
    let api = Api::of(2_030);
    let cluster = Cluster::start(&api);
    api.takes(Duration::from_millis(20));
    let session = cluster.session(8).await;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("orders").display().to_string();
    let copy = format!("copy (select key, severity, line from shop.orders) to '{path}/' stored as parquet");
    let copied = answer(&session, &copy).await.expect("it is copied");
    assert!(copied.contains("2030"), "{copied}");
    let asked = api.asked_since(0);
    println!("{asked:?}");
    let mut pages: Vec<_> = ["executor-1", "executor-2"].iter().flat_map(|node| asked[*node].clone()).collect();
    pages.sort_unstable();
    assert!(pages.into_iter().eq(1..=api.pages()), "each page once, by both: {asked:?}");

    let local = SessionContext::new();
    let create = format!("create external table files stored as parquet location '{path}/'");
    local.sql(&create).await.expect("a table");
    let whole = "select count(*) n, count(distinct key) k, min(line) l, max(line) m, sum(line) s from";
    let expected = answer(&session, &format!("{whole} shop.orders")).await.expect("an answer");
    assert_eq!(answer(&local, &format!("{whole} files")).await.expect("an answer"), expected);
}
