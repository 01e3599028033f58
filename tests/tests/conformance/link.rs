//! `json_link`, `header_link` and `single_page`.

use crate::case::{Case, reads};

/// One resource for each case.
#[declarest::source(base_url = "http://127.0.0.1:9", resource_defaults(data_selector = "data"))]
mod api {
    #[resource(name = jl_01, path = "/posts", paginator = json_link(next_url_path = "next_page"))]
    pub struct Jl01 {
        pub id: i64,
    }

    #[resource(name = jl_03, path = "/a", params(param1 = "value1"), paginator = json_link)]
    pub struct Jl03 {
        pub id: i64,
    }

    #[resource(name = jl_05, path = "/q", paginator = json_link)]
    pub struct Jl05 {
        pub id: i64,
    }

    #[resource(name = hl_01, path = "/h", data_selector = "$", paginator = header_link)]
    pub struct Hl01 {
        pub id: i64,
    }

    #[resource(name = sp_01, path = "/posts", paginator = single_page)]
    pub struct Sp01 {
        pub id: i64,
    }
}

fn client(case: &Case) -> api::Client {
    api::Client::builder().base_url(case.base_url()).build().expect("nothing is missing")
}

reads! {
    "jl-01" as jl_01,
    "jl-03" as jl_03,
    "jl-05" as jl_05,
    "hl-01" as hl_01,
    "sp-01" as sp_01,
}
