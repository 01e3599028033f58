//! The builder overrides what is declared: retries, limits, concurrency.

use std::time::Duration;

use declarest::{ErrorKind, RetryPolicy};
use declarest_tests::{Listing, Reply, Server, until};

use crate::api::{at, rows};

#[tokio::test]
async fn no_request_is_repeated_where_the_builder_says_so() {
    let server = Server::start(|_| Reply::status(503));
    let client = at(server.base_url()).retry(RetryPolicy::none()).build().expect("a policy");
    for error in [client.items().await.map(drop), client.own().await.map(drop)] {
        let error = error.expect_err("unavailable");
        assert_eq!((error.kind(), error.status()), (ErrorKind::Status, Some(503)), "{error:#}");
        assert!(!error.message().contains("gave up"), "{error:#}");
    }
    assert_eq!(server.count(), 2);
}

#[tokio::test]
async fn the_builders_statuses_and_number_of_retries_hold() {
    let server = Server::start(|request| match request.nth {
        1..=4 => Reply::status(404),
        5 => Reply::status(503),
        _ => Listing::of(5).reply(request),
    });
    let policy = RetryPolicy::new().max_retries(4).backoff_factor(0.001).statuses([404]);
    let client = at(server.base_url()).retry(policy).build().expect("a policy");
    let error = client.items().await.map(drop).expect_err("503 is not one of them");
    assert_eq!((error.status(), error.is_retryable(), server.count()), (Some(503), false, 5), "{error:#}");
    assert_eq!(client.items().await.expect("rows").len(), 5);
}

#[tokio::test]
async fn the_builders_longest_wait_bounds_what_servers_ask_for() {
    let server = Server::start(|request| match request.nth {
        1 => Reply::status(503).header("Retry-After", 3600),
        _ => Listing::of(5).reply(request),
    });
    let policy = RetryPolicy::new().max_wait(Duration::from_millis(10));
    let client = at(server.base_url()).retry(policy).build().expect("a policy");
    let rows = tokio::time::timeout(Duration::from_secs(10), client.items().into_future()).await;
    assert_eq!(rows.expect("not an hour").expect("rows").len(), 5);
}

#[tokio::test]
async fn the_builders_rate_limit_holds() {
    let period = Duration::from_millis(400);
    let server = rows(50);
    let client = at(server.base_url()).rate_limit(2, period).build().expect("a limit");
    assert_eq!(client.items().await.expect("rows").len(), 50);
    let times: Vec<_> = server.requests().iter().map(|request| request.at).collect();
    assert_eq!(times.len(), 5);
    for window in times.windows(3) {
        // A request may be noticed late, and the next one at once.
        assert!(window[2] - window[0] > period / 2, "{times:?}");
    }
}

#[tokio::test]
async fn the_builders_concurrency_holds_where_a_request_has_none() {
    for (at_a_time, of_the_request) in [(6, None), (1, None), (6, Some(3))] {
        let expected = of_the_request.unwrap_or(at_a_time);
        let server = Server::start(move |request| {
            let reply = Listing::of(130).reply(request);
            // The first page is alone, since it has the total.
            if request.nth == 1 { reply } else { reply.when(move |log| log.in_flight() == expected || log.count() > 7) }
        });
        let client = at(server.base_url()).concurrency(at_a_time).build().expect("a number");
        let request = client.items();
        let request = match of_the_request {
            Some(pages) => request.concurrency(pages),
            None => request,
        };
        assert_eq!(request.await.expect("rows").len(), 130);
        until("all pages", || server.count() == 13).await;
        assert_eq!(server.most_in_flight(), expected);
    }
}
