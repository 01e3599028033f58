//! A destination that is chosen while the program runs.

use declarest::Destination;
use declarest::conformance::Harness as _;
use declarest_tests::{Database, Reply, Server};
use serde_json::json;

use crate::json_lines::Store;

#[declarest::source(base_url = "http://127.0.0.1:9", auth = none, resource_defaults(paginator = single_page))]
pub(crate) mod api {
    #[resource(name = items, path = "/items")]
    pub(crate) struct Item {
        pub(crate) id: u64,
    }
}

#[tokio::test]
async fn a_destination_may_be_chosen_at_run_time() {
    let server = Server::start(|_| Reply::json(json!([{ "id": 1 }, { "id": u64::MAX >> 1 }])));
    let client = api::Client::builder().base_url(server.base_url()).build().expect("nothing is missing");
    let (database, lines) = (Database::new(), Store::new(""));
    let destinations: [Box<dyn Destination>; 2] =
        [Box::new(database.open()), Box::new(lines.open().await.expect("it opens"))];
    for mut destination in destinations {
        let report = client.sync(&mut *destination).await.expect("a report");
        assert_eq!(report.resource("items").map(|items| items.rows), Some(2));
    }
    assert_eq!((database.count("items"), lines.read("items").len()), (2, 2));
}
