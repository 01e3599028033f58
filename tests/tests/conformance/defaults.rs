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

/// Resources that say nothing of what a sync does with rows that are there.
#[declarest::source(base_url = "http://127.0.0.1:9", resource_defaults(paginator = single_page))]
mod repeated {
    #[resource(name = with_key, path = "/posts", primary_key = id)]
    pub struct WithKey {
        pub id: i64,
    }

    #[resource(name = without_key, path = "/posts")]
    pub struct WithoutKey {
        pub id: i64,
    }
}

#[tokio::test]
pub(crate) async fn wd_01() {
    let case = Case::serve("wd-01");
    let client = repeated::Client::builder().base_url(case.base_url()).build().expect("nothing is missing");
    let mut database = case.open();
    for _ in 0..2 {
        let report = client.sync(&mut database).await.expect("a report");
        for resource in ["with_key", "without_key"] {
            assert_eq!(case.ids(resource), ["1", "2"], "{resource}");
            assert_eq!(report.resource(resource).map(|resource| resource.rows), Some(2));
        }
    }
}
