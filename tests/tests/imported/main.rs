//! What the importer of Airbyte's manifests writes, one module for each style, and a server of each that behaves as its
//! manifest says: every row is read, and each request is as the manifest has it.
//!
//! The manifests and modules are in `cli/tests/styles`, where the importer's own tests compare them.

mod by_cursor;
mod by_number;
mod ranges;
mod styles;

use std::future::IntoFuture;

use declarest::{SyncBuilder, SyncReport};
use declarest_tests::Request;
use serde_json::Value;

/// How many rows each resource of a sync received, in the order of the report.
async fn received(sync: SyncBuilder<'_>) -> Vec<(String, u64)> {
    let report: SyncReport = sync.into_future().await.expect("a sync");
    report.resources.into_iter().map(|resource| (resource.name, resource.rows)).collect()
}

/// What `received` is compared with.
fn rows<const N: usize>(counts: [(&str, u64); N]) -> Vec<(String, u64)> {
    counts.into_iter().map(|(name, rows)| (name.to_owned(), rows)).collect()
}

/// The body of a request, if it is JSON.
fn body(request: &Request) -> Value {
    serde_json::from_str(&request.body).unwrap_or(Value::Null)
}

/// The texts of requests: method, target, and what is looked at of the rest.
fn lines(requests: &[Request], line: impl Fn(&Request) -> String) -> Vec<String> {
    requests.iter().map(line).collect()
}
