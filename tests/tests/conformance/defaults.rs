//! What resources have in common.

use crate::case::{Case, reads};

/// Params that a resource takes over, and one that it replaces.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    resource_defaults(data_selector = "data", paginator = single_page, params(per_page = 30, d = 1)),
)]
mod api {
    #[resource(name = rq_05, path = "/x", params(per_page = 50, s = "u"))]
    pub struct Rq05 {
        pub id: i64,
    }
}

fn client(case: &Case) -> api::Client {
    api::Client::builder().base_url(case.base_url()).build().expect("nothing is missing")
}

reads!("rq-05" as rq_05);
