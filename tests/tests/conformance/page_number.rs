//! `page_number`. A source of dlt counts pages where it says `total_path`: that is `total_pages_path` here.

use declarest::ErrorKind;

use crate::case::{Case, reads};

/// One resource for each case, a page at a time, as dlt reads.
#[declarest::source(base_url = "http://127.0.0.1:9", concurrency = 1, resource_defaults(data_selector = "data"))]
mod api {
    #[resource(name = pn_01, path = "/posts", paginator = page_number(total_pages_path = "total_pages"))]
    pub struct Pn01 {
        pub id: i64,
    }

    #[resource(
        name = pn_03, path = "/search", method = POST, json = { "q": "x", "page": 1 },
        paginator = page_number(page_body_path = "page", total_pages_path = "total_pages"),
    )]
    pub struct Pn03 {
        pub id: i64,
    }

    #[resource(name = pn_05, path = "/posts", paginator = page_number(total_pages_path = "total"))]
    pub struct Pn05 {
        pub id: i64,
    }

    #[resource(name = pn_07, path = "/posts", paginator = page_number(total_pages_path = "total"))]
    pub struct Pn07 {
        pub id: i64,
    }

    #[resource(name = pn_09, path = "/posts", paginator = page_number(maximum_page = 3))]
    pub struct Pn09 {
        pub id: i64,
    }

    #[resource(name = pn_11, path = "/posts", paginator = page_number(has_more_path = "has_more"))]
    pub struct Pn11 {
        pub id: i64,
    }

    #[resource(
        name = pn_15, path = "/posts", params(sort = "desc", locale = ""),
        paginator = page_number(total_pages_path = "total_pages"),
    )]
    pub struct Pn15 {
        pub id: i64,
    }
}

fn client(case: &Case) -> api::Client {
    api::Client::builder().base_url(case.base_url()).build().expect("nothing is missing")
}

reads! {
    "pn-01" as pn_01,
    "pn-03" as pn_03,
    "pn-05" as pn_05,
    "pn-09" as pn_09,
    "pn-11" as pn_11,
    "pn-15" as pn_15,
}

#[tokio::test]
pub(crate) async fn pn_07() {
    let case = Case::serve("pn-07");
    let error = case.failed(client(&case).sync(&mut case.open()).only(["pn_07"]).await);
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(error.message().contains("the body has nothing at `total`"), "{error}");
}
