//! `Parquet` passes the suite of destinations: where each commit of a sync is a file, and where a load is one file.

use std::time::Duration;

use declarest_tests::suite;

use crate::store::Store;

async fn passes(disposition: &str, commit_every: Duration, is_wanted: impl Fn(&str) -> bool + Send + Sync) {
    let is_wanted = |name: &str| suite::is_chosen(name) && is_wanted(name);
    suite::passes(|| Store::committing(commit_every), disposition, is_wanted).await;
}

async fn by_commit(disposition: &str, is_wanted: impl Fn(&str) -> bool + Send + Sync) {
    passes(disposition, Duration::ZERO, is_wanted).await;
}

async fn by_load(disposition: &str, is_wanted: impl Fn(&str) -> bool + Send + Sync) {
    passes(disposition, Duration::from_hours(1), is_wanted).await;
}

declarest_tests::suite! {
    super::by_commit:
    append_by_commit = "append";
    replace_by_commit = "replace";
}

declarest_tests::suite! {
    super::by_load:
    append_by_load = "append";
    replace_by_load = "replace";
}

#[tokio::test]
async fn merge_is_refused_before_a_request() {
    by_commit("merge", |_| true).await;
}
