//! The server's life, and what it remembers of it.

use std::time::Duration;

use declarest_examples::demo_api::{DemoApi, Faults, Options, Request};
use tokio::net::TcpSocket;
use tokio::time::{sleep, timeout};

use crate::{client, fetch, get, start};

/// A port that nothing else on this machine is given, as long as this lives; a server may be started on it.
fn held_port() -> TcpSocket {
    let socket = TcpSocket::new_v4().expect("a socket");
    // Whoever names the port may have it; to who asks for any it is not given.
    socket.set_reuseaddr(true).expect("an option of sockets");
    socket.bind(([127, 0, 0, 1], 0).into()).expect("a free port");
    socket
}

#[tokio::test]
async fn requests_are_counted_and_logged() {
    let server = start(Options::default());
    fetch(&server, "/v1/metrics/search?p=1&ps=10").await;
    fetch(&server, "/nowhere").await;
    let request = |path: &str, query: &str, status| Request {
        method: "GET".to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        agent: String::new(),
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
    let held = held_port();
    let port = held.local_addr().expect("it is bound").port();
    let server = DemoApi::new(Options { faults, ..Options::default() }).start(Some(port)).expect("the port is free");
    let url = format!("{}/v1/metrics/search", server.base_url());

    let waiting = tokio::spawn(client().get(url).bearer_auth(Options::TOKEN).send());
    let asked = async {
        while server.request_count() == 0 {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(Duration::from_secs(20), asked).await.expect("it is asked");
    assert_eq!(server.requests()[0].status, None, "not answered yet");
    server.stop();
    assert!(waiting.await.expect("the task ends").is_err(), "cut off in the middle");

    let again = DemoApi::default().start(Some(port)).expect("the port is free again");
    assert_eq!(get(&again, "/v1/metrics/search").await.expect("an answer").status(), 200);
    assert!(DemoApi::default().start(Some(port)).is_err(), "a taken port is an error");
}
