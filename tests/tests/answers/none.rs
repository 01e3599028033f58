//! `option = none` on a resource: the default of `resource_defaults` is not taken.

use declarest_tests::{Reply, Server};
use serde_json::json;

#[declarest::source(
    base_url = "http://127.0.0.1:9", auth = none, retry(max_retries = 0),
    resource_defaults(
        paginator = page_number(total_pages_path = "pages"), data_selector = "items", primary_key = id,
        params(status = "open"), headers("X-Status" = "open"), rename_all = "UPPERCASE",
    ),
)]
mod shop {
    #[resource(name = orders, path = "/orders")]
    pub struct Order {
        pub id: u64,
    }

    #[resource(
        name = events, path = "/events", paginator = none, data_selector = none, primary_key = none, params = none,
        headers = none, rename_all = none,
    )]
    pub struct Event {
        pub id: u64,
    }
}

#[tokio::test]
async fn a_default_is_unset() {
    let server = Server::start(|request| {
        let is_narrowed = (request.param("status"), request.header("x-status"));
        match (request.path.as_str(), is_narrowed) {
            ("/orders", (Some("open"), Some("open"))) => Reply::json(json!({"pages": 1, "items": [{"ID": 1}]})),
            ("/events", (None, None)) => Reply::json(json!([{"id": 2}])),
            _ => Reply::status(400),
        }
    });
    let client = shop::Client::builder().base_url(server.base_url()).build().expect("a client");
    let orders: Vec<_> = client.orders().await.expect("orders").iter().map(|order| order.id).collect();
    let events: Vec<_> = client.events().await.expect("events").iter().map(|event| event.id).collect();
    assert_eq!((orders, events), (vec![1], vec![2]));
}
