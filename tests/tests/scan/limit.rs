//! Limits: no page is requested that they rule out.

use std::time::Duration;

use declarest::{Batch, Scan};
use declarest_tests::{Reply, Server, until};
use serde_json::json;
use tokio::time::sleep;

use crate::source::{batches, client, server};

/// How many rows each batch has, and how many requests there were.
async fn read(server: &Server, scan: Scan) -> (Vec<usize>, usize) {
    let before = server.count();
    let lengths = batches(scan).await.iter().map(Batch::len).collect();
    // What should not have been requested might still be on its way.
    sleep(Duration::from_millis(30)).await;
    (lengths, server.count() - before)
}

fn scan(server: &Server, resource: &str) -> Scan {
    client(server).scan(resource).expect("a scan").concurrency(4)
}

#[tokio::test]
async fn pages_that_a_limit_rules_out_are_not_requested() {
    let server = server(95);
    let items = || scan(&server, "items");
    for (limit, lengths) in
        [(0, vec![]), (1, vec![1]), (10, vec![10]), (11, vec![10, 1]), (25, vec![10, 10, 5]), (70, vec![10; 7])]
    {
        let requests = lengths.len();
        assert_eq!(read(&server, items().limit(limit)).await, (lengths, requests), "limit {limit}");
    }
    let (lengths, requests) = read(&server, items().limit(1_000)).await;
    assert_eq!((lengths.iter().sum::<usize>(), requests), (95, 10));
    assert_eq!(read(&server, items().page_size(50).limit(60)).await, (vec![50, 10], 2));
    assert_eq!(read(&server, items().limit(25).limit(5)).await, (vec![5], 1));
}

#[tokio::test]
async fn several_pages_of_a_limit_are_in_flight_at_a_time() {
    let server = Server::start(|request| {
        let reply = declarest_tests::Listing::of(95).reply(request);
        // The second page waits for the third and the fourth.
        if request.number("p") == Some(2) { reply.when(|log| log.count() == 4) } else { reply }
    });
    assert_eq!(read(&server, scan(&server, "items").limit(40)).await, (vec![10; 4], 4));
    assert_eq!(server.most_in_flight(), 3);
}

#[tokio::test]
async fn a_chain_ends_at_the_limit() {
    let server = server(95);
    for (limit, lengths) in [(5, vec![5]), (10, vec![10]), (25, vec![10, 10, 5])] {
        let requests = lengths.len();
        assert_eq!(read(&server, scan(&server, "chained").limit(limit)).await, (lengths, requests), "limit {limit}");
    }
    let (lengths, requests) = read(&server, scan(&server, "chained").limit(95)).await;
    assert_eq!((lengths.iter().sum::<usize>(), requests), (95, 10));
}

#[tokio::test]
async fn rows_that_are_dropped_do_not_count() {
    let server = server(95);
    assert_eq!(read(&server, scan(&server, "odd").limit(12)).await, (vec![5, 5, 2], 3));
}

#[tokio::test]
async fn a_limit_within_the_first_page_needs_no_slices() {
    let server = server(500);
    assert_eq!(read(&server, scan(&server, "windowed").limit(10)).await, (vec![10], 1));
}

#[tokio::test]
async fn a_page_size_of_zero_is_refused_before_anything_is_sent() {
    let server = server(5);
    crate::source::refusal(&server, scan(&server, "items").page_size(0)).await;
}

#[tokio::test]
async fn a_stream_that_is_dropped_requests_nothing_more() {
    let server = server(500);
    let mut stream = scan(&server, "items").concurrency(2).batches();
    stream.next().await.expect("a batch").expect("no error");
    until("two pages are in flight", || server.count() >= 3).await;
    drop(stream);
    sleep(Duration::from_millis(100)).await;
    assert_eq!(server.count(), 3);
    // One that is not polled requests nothing at all.
    drop(scan(&server, "items").batches());
    sleep(Duration::from_millis(30)).await;
    assert_eq!(server.count(), 3);
}

#[tokio::test]
async fn pages_without_rows_are_left_out() {
    let server = Server::start(|request| {
        let items = if request.number("p") == Some(2) { json!([{ "key": "a", "line": 1 }]) } else { json!([]) };
        Reply::json(json!({ "items": items, "paging": { "total": 1 } }))
    });
    let mut stream = scan(&server, "odd").batches();
    let mut rows = 0;
    while let Some(batch) = stream.next().await {
        rows += batch.map_or(0, |batch| batch.len());
    }
    assert!(rows <= 1 && stream.stats().pages <= 1);
}

#[tokio::test]
async fn a_stream_counts_what_it_has_taken() {
    let server = server(25);
    let mut stream = scan(&server, "items").limit(15).batches();
    while let Some(batch) = stream.next().await {
        batch.expect("a batch");
    }
    let stats = stream.stats();
    assert_eq!((stats.requests, stats.pages, stats.rows), (2, 2, 15));
    let _: Box<dyn Send> = Box::new(stream);
}
