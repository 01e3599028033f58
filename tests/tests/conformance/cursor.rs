//! `cursor` and `header_cursor`.

use crate::case::{Case, reads};

/// One resource for each case.
#[declarest::source(base_url = "http://127.0.0.1:9", resource_defaults(data_selector = "data"))]
mod api {
    #[resource(name = cu_01, path = "/posts", paginator = cursor(cursor_path = "next_cursor"))]
    pub struct Cu01 {
        pub id: i64,
    }

    #[resource(name = cu_03, path = "/posts", paginator = cursor(cursor_path = "next_cursor"))]
    pub struct Cu03 {
        pub id: i64,
    }

    #[resource(name = cu_05, path = "/e", paginator = cursor(cursor_path = "c", stop_after_empty_page = true))]
    pub struct Cu05 {
        pub id: i64,
    }

    #[resource(
        name = hc_01, path = "/p", data_selector = "$",
        paginator = header_cursor(cursor_key = "cursor", cursor_param = "page"),
    )]
    pub struct Hc01 {
        pub id: i64,
    }
}

fn client(case: &Case) -> api::Client {
    api::Client::builder().base_url(case.base_url()).build().expect("nothing is missing")
}

reads! {
    "cu-01" as cu_01,
    "cu-03" as cu_03,
    "cu-05" as cu_05,
    "hc-01" as hc_01,
}
