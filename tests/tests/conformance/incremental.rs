//! Only what is new. The param that takes dlt's `{incremental.start_value}` is named by `start_param`.

use crate::case::{Case, reads};

/// One resource for each case.
#[declarest::source(base_url = "http://127.0.0.1:9", resource_defaults(data_selector = "data", paginator = single_page))]
mod api {
    #[resource(name = in_01, path = "/posts", incremental(cursor = id, start_param = "since", initial_value = 6))]
    pub struct In01 {
        pub id: i64,
    }

    #[resource(
        name = in_03, path = "/posts", primary_key = id, write_disposition = append,
        incremental(cursor = id, start_param = "since", initial_value = 1),
    )]
    pub struct In03 {
        pub id: i64,
    }
}

fn client(case: &Case) -> api::Client {
    api::Client::builder().base_url(case.base_url()).build().expect("nothing is missing")
}

reads!("in-01" as in_01);

#[tokio::test]
pub(crate) async fn in_03() {
    let case = Case::serve("in-03");
    let (client, mut database) = (client(&case), case.open());
    let first = client.sync(&mut database).only(["in_03"]).await;
    let second = client.sync(&mut database).only(["in_03"]).await;
    case.synced([first, second], &["in_03"]);
}
