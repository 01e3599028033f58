//! What is sent: paths, headers, bodies.

use crate::case::{Case, reads};

/// Headers are templates: braces that dlt would send as they are stand here twice.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    headers("A" = "client", "B" = "{{{{x}}}}", "C" = "{{resources.p.id}}"),
    resource_defaults(data_selector = "data", paginator = single_page),
)]
mod api {
    #[resource(name = rq_01, path = "/e", headers("A" = "endpoint"))]
    pub struct Rq01 {
        pub id: i64,
    }

    #[resource(name = raw, path = "/a", method = POST, data = "raw string data")]
    pub struct Raw {
        pub id: i64,
    }

    #[resource(name = form, path = "/b", method = POST, data = { "key1": "value1", "key2": "value2" })]
    pub struct Form {
        pub id: i64,
    }

    #[resource(name = rq_07, path = "/{org}/{repo}/issues", params(org = "o", repo = "dlt", q = 1))]
    pub struct Rq07 {
        pub id: i64,
    }
}

fn client(case: &Case) -> api::Client {
    api::Client::builder().base_url(case.base_url()).build().expect("nothing is missing")
}

reads! {
    "rq-01" as rq_01,
    "rq-07" as rq_07,
}

#[tokio::test]
pub(crate) async fn rq_03() {
    let case = Case::serve("rq-03");
    let report = client(&case).sync(&mut case.open()).only(["raw", "form"]).await;
    case.synced([report], &["raw", "form"]);
}
