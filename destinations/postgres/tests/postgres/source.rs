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

    /// Rows that replace those before.
    #[resource(name = replaced, path = "/values", write_disposition = replace)]
    pub(crate) struct Replaced {
        pub(crate) id: i64,
        pub(crate) text: Option<String>,
    }

    /// A name that is too long.
    #[resource(name = a_table_whose_name_has_more_bytes_than_postgres_keeps_of_any_identifier, path = "/values")]
    pub(crate) struct Long {
        pub(crate) id: i64,
    }
}

/// Syncs a resource.
pub(crate) async fn sync(server: &Server, resource: &str, into: &mut dyn Destination) -> declarest::Result<SyncReport> {
    let client = api::Client::builder().base_url(server.base_url()).build()?;
    client.sync(into).only([resource.to_owned()]).await
}
