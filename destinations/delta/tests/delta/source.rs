//! What the tests sync.

use declarest::Destination;
use declarest::SyncReport;
use declarest_tests::Server;

/// Rows of all types, and a list of items.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = none,
    retry(max_retries = 20, backoff_factor = 0.001, max_wait = "50ms"),
    resource_defaults(primary_key = id, write_disposition = merge, data_selector = "items"),
    allow(unused_key),
)]
pub(crate) mod api {
    /// A value of each type.
    #[resource(name = everything, path = "/values")]
    pub(crate) struct Everything {
        pub(crate) id: i64,
        pub(crate) flag: Option<bool>,
        pub(crate) small: Option<i16>,
        pub(crate) unsigned: Option<u64>,
        pub(crate) real: Option<f64>,
        pub(crate) text: Option<String>,
        pub(crate) at: Option<declarest::jiff::Timestamp>,
        pub(crate) day: Option<declarest::jiff::civil::Date>,
        pub(crate) clock: Option<declarest::jiff::civil::Time>,
        pub(crate) civil: Option<declarest::jiff::civil::DateTime>,
        pub(crate) json: Option<declarest::Json>,
        pub(crate) numbers: Option<Vec<i64>>,
        #[column(child_table)]
        pub(crate) tags: Option<Vec<String>>,
    }

    /// Rows that are merged, without a list.
    #[resource(name = notes, path = "/values")]
    pub(crate) struct Note {
        pub(crate) id: i64,
        pub(crate) text: Option<String>,
    }
}

/// Syncs a resource.
pub(crate) async fn sync(server: &Server, resource: &str, into: &mut dyn Destination) -> declarest::Result<SyncReport> {
    let client = api::Client::builder().base_url(server.base_url()).build()?;
    client.sync(into).only([resource.to_owned()]).await
}
