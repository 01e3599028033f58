//! `offset`.

use crate::case::{Case, reads};

/// One resource for each case, a page at a time, as dlt reads.
#[declarest::source(base_url = "http://127.0.0.1:9", concurrency = 1, resource_defaults(data_selector = "data"))]
mod api {
    #[resource(name = of_01, path = "/items", paginator = offset(limit = 5, total_path = "total_records"))]
    pub struct Of01 {
        pub id: i64,
    }

    #[resource(name = of_03, path = "/items", paginator = offset(limit = 10, offset = 12, total_path = "total_records"))]
    pub struct Of03 {
        pub id: i64,
    }

    #[resource(name = of_05, path = "/items", paginator = offset(limit = 5))]
    pub struct Of05 {
        pub id: i64,
    }

    #[resource(
        name = of_07, path = "/items",
        paginator = offset(limit = 2, offset_param = "skip", limit_param = "top", total_path = "total"),
    )]
    pub struct Of07 {
        pub id: i64,
    }
}

fn client(case: &Case) -> api::Client {
    api::Client::builder().base_url(case.base_url()).build().expect("nothing is missing")
}

reads! {
    "of-01" as of_01,
    "of-03" as of_03,
    "of-05" as of_05,
    "of-07" as of_07,
}
