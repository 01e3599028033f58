//! A list of rows in pages, as [`Listing`](crate::Listing) has them, in each disposition; and rows of one page.

use serde_json::{Value, json};

use crate::{Reply, Server};

/// The same list, merged, appended, and put in place of the last one.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = none,
    retry(max_retries = 20, backoff_factor = 0.001, max_wait = "50ms"),
    resource_defaults(
        primary_key = key, data_selector = "items",
        paginator = page_number(page_param = "p", limit_param = "ps", limit = 50, total_path = "paging.total"),
    ),
)]
pub mod list {
    /// Rows that are merged.
    #[resource(name = merged, path = "/merged", write_disposition = merge)]
    pub struct Merged {
        /// Its key.
        pub key: String,
        /// Its name.
        pub name: String,
        /// Its number.
        pub line: u64,
    }

    /// Rows that are added.
    #[resource(name = appended, path = "/appended", write_disposition = append)]
    pub struct Appended {
        /// Its key.
        pub key: String,
        /// Its name.
        pub name: String,
        /// Its number.
        pub line: u64,
    }

    /// Rows that replace those before.
    #[resource(name = replaced, path = "/replaced", write_disposition = replace)]
    pub struct Replaced {
        /// Its key.
        pub key: String,
        /// Its name.
        pub name: String,
        /// Its number.
        pub line: u64,
    }
}

/// A server of these rows, at `items`.
pub fn serve(rows: &[Value]) -> Server {
    let body = json!({ "items": rows }).to_string();
    Server::start(move |_| Reply::json(&body))
}
