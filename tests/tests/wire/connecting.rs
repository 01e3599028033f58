//! How long a connection may take.

use std::time::{Duration, Instant};

use declarest::ErrorKind;
use declarest_tests::Full;

/// Connections that are given up soon.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = none,
    connect_timeout = "200ms",
    retry(max_retries = 1, backoff_factor = 0.02),
)]
mod api {
    #[resource(name = items, path = "/items", paginator = single_page)]
    pub struct Item {
        pub key: String,
    }
}

#[tokio::test]
async fn a_connection_that_is_not_made_in_time_is_tried_again_and_given_up() {
    let full = Full::new().await;
    let client = api::Client::builder().base_url(full.base_url()).build().expect("nothing is missing");
    let begun = Instant::now();
    let error = client.items().await.map(drop).expect_err("no room");
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    let text = format!("{error:#}");
    assert!(text.contains("no connection; gave up after 1 retry") && text.contains("`connect_timeout`"), "{text}");
    // By default it would be twenty.
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
}
