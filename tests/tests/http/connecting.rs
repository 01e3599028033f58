//! Where connections go, and how long they may take.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::time::{Duration, Instant};

use declarest::ErrorKind;
use declarest_tests::{Listing, Nobody, Reply, Server};

use crate::api::{at, rows};

#[tokio::test]
async fn a_host_may_be_an_address_of_ipv6() {
    let server = Server::start_at((Ipv6Addr::LOCALHOST, 0).into(), |request| Listing::of(25).reply(request));
    let Ok(server) = server else {
        eprintln!("not tested: this machine has no IPv6");
        return;
    };
    let base_url = format!("http://[::1]:{}", server.port());
    let client = at(&base_url).build().expect("an address");
    assert_eq!(client.items().await.expect("reached").len(), 25);
    let hosts: Vec<_> =
        server.requests().iter().filter_map(|request| request.header("host").map(str::to_owned)).collect();
    assert_eq!(hosts, vec![format!("[::1]:{}", server.port()); 3]);
    // Credentials go there, since it is the declared origin.
    assert!(server.requests().iter().all(|request| request.header("authorization").is_some()));
}

#[tokio::test]
async fn a_host_can_be_told_where_it_is() {
    let server = rows(25);
    let client = at(format!("http://Api.Example.test:{}", server.port()))
        .resolve("API.example.test", (Ipv4Addr::LOCALHOST, 0).into())
        .build()
        .expect("a host");
    assert_eq!(client.items().await.expect("reached").len(), 25);
    assert_eq!(server.requests()[0].header("host"), Some(&*format!("api.example.test:{}", server.port())));
}

#[tokio::test]
async fn a_url_without_a_port_is_sent_to_that_of_the_address() {
    let server = rows(5);
    let address = (Ipv4Addr::LOCALHOST, server.port()).into();
    let client = at("http://api.example.test").resolve("api.example.test", address).build().expect("a host");
    assert_eq!(client.items().await.expect("reached").len(), 5);
}

#[tokio::test]
async fn several_addresses_are_tried_in_turn() {
    let (server, nobody) = (rows(5), Nobody::new());
    let addresses = [nobody.port(), server.port()].map(|port| (Ipv4Addr::LOCALHOST, port).into());
    let [first, second] = addresses;
    let client = at("http://api.example.test").resolve("api.example.test", first).resolve("api.example.test", second);
    let client = client.build().expect("a host");
    assert_eq!(client.items().await.expect("reached").len(), 5);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_connection_is_given_up_when_the_builder_says() {
    let full = declarest_tests::Full::new().await;
    let client = at(full.base_url()).connect_timeout(Duration::from_millis(100)).build().expect("nothing is missing");
    let begun = Instant::now();
    let error = client.items().await.map(drop).expect_err("no room");
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error:#}");
    assert!(error.message().contains("no connection"), "{error:#}");
    // By default it would be ten seconds, twice.
    assert!(begun.elapsed() < Duration::from_secs(9), "{:?}", begun.elapsed());
}

/// A resource's own `timeout` is declared; the program that runs it knows better.
#[tokio::test]
async fn an_attempt_is_given_up_when_the_builder_says() {
    let server = Server::start(|_| Reply::json("[]").after(Duration::from_secs(20)));
    let client = at(server.base_url()).timeout(Duration::from_millis(100)).build().expect("nothing is missing");
    let begun = Instant::now();
    for error in [client.items().await.map(drop), client.own().await.map(drop)] {
        let error = error.expect_err("too slow");
        assert_eq!(error.kind(), ErrorKind::Timeout, "{error:#}");
        assert!(error.message().contains("within 100ms"), "{error:#}");
    }
    assert!(begun.elapsed() < Duration::from_secs(9), "{:?}", begun.elapsed());
}

/// Who wants no limit gives the longest time there is: nothing is added to now that does not fit.
#[tokio::test]
async fn the_longest_times_are_no_overflow() {
    let server = Server::start(|request| match request.nth {
        1 => Reply::status(503).header("Retry-After", 0),
        _ => Listing::of(25).reply(request),
    });
    let client = at(server.base_url())
        .timeout(Duration::MAX)
        .connect_timeout(Duration::MAX)
        .rate_limit(1000, Duration::MAX)
        .retry(declarest::RetryPolicy::new().max_wait(Duration::MAX))
        .build()
        .expect("long times");
    assert_eq!(client.items().await.expect("in time").len(), 25);
}
