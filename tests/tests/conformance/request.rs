//! What is sent: paths, headers, bodies.

use crate::case::{Case, reads};

/// One resource for each case.
#[declarest::source(base_url = "http://127.0.0.1:9", resource_defaults(data_selector = "data", paginator = single_page))]
mod api {
    #[resource(name = rq_07, path = "/{org}/{repo}/issues", params(org = "o", repo = "dlt", q = 1))]
    pub struct Rq07 {
        pub id: i64,
    }
}

fn client(case: &Case) -> api::Client {
    api::Client::builder().base_url(case.base_url()).build().expect("nothing is missing")
}

reads!("rq-07" as rq_07);
