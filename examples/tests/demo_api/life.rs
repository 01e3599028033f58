//! The server's life, and what it remembers of it.

use std::time::Duration;

use declarest_examples::demo_api::{DemoApi, Faults, Options, Request};

use crate::{client, fetch, get, start};

#[tokio::test]
async fn requests_are_counted_and_logged() {
    let server = start(Options::default());
    fetch(&server, "/v1/metrics/search?p=1&ps=10").await;
    fetch(&server, "/nowhere").await;
    let request = |path: &str, query: &str, status| Request {
        method: "GET".to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        status: Some(status),
    };
    assert_eq!(server.request_count(), 2);
    assert_eq!(server.requests(), [request("/v1/metrics/search", "p=1&ps=10", 200), request("/nowhere", "", 404)]);

    let forgetful = start(Options { log: false, ..Options::default() });
    fetch(&forgetful, "/nowhere").await;
    assert_eq!((forgetful.request_count(), forgetful.requests().len()), (1, 0));
}

#[tokio::test]
async fn a_stopped_server_is_gone_and_its_port_free() {
    let faults = Faults { latency: Duration::from_mins(1), ..Faults::default() };
    let server = start(Options { faults, ..Options::default() });
    let url = format!("{}/v1/metrics/search", server.base_url());
    let port: u16 = server.base_url().rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port");

    let waiting = tokio::spawn(client().get(url).bearer_auth(Options::TOKEN).send());
    while server.request_count() == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(server.requests()[0].status, None, "not answered yet");
    server.stop();
    assert!(waiting.await.expect("the task ends").is_err(), "cut off in the middle");

    let again = DemoApi::default().start(Some(port)).expect("the port is free again");
    assert_eq!(get(&again, "/v1/metrics/search").await.expect("an answer").status(), 200);
    assert!(DemoApi::default().start(Some(port)).is_err(), "a taken port is an error");
}
