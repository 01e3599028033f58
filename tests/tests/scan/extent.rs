//! How much there is to read, and reads of a part of it.

use declarest::{ErrorKind, Extent};
use declarest_tests::{Listing, Server};

use crate::source::{assert_says, client, rows, server};

/// How much a resource has to read.
async fn extent(server: &Server, resource: &str) -> Extent {
    let scan = client(server).scan(resource).expect("a scan");
    scan.open().await.expect("a first page").0
}

#[tokio::test]
async fn the_first_page_says_how_much_there_is() {
    let server = server(25);
    let scan = client(&server).scan("items").and_then(|scan| scan.project(["line"])).expect("a scan");
    let (extent, mut batches) = scan.open().await.expect("a first page");
    assert_eq!((extent.total, extent.is_exact, extent.pages, extent.rows), (Some(25), true, Some(3), 10));
    assert_eq!(server.count(), 1);
    let mut lines = 0;
    while let Some(batch) = batches.next().await {
        lines += batch.expect("a batch").len();
    }
    assert_eq!((lines, batches.stats().rows, server.pages("p")), (25, 25, vec![1, 2, 3]));
}

#[tokio::test]
async fn a_total_that_is_not_the_number_of_rows_is_not_exact() {
    let server = server(25);
    // Rows are dropped after they have come.
    let odd = extent(&server, "odd").await;
    assert_eq!((odd.total, odd.is_exact, odd.pages, odd.rows), (Some(25), false, Some(3), 5));
    // The API may have cut the total at its window.
    let windowed = extent(&server, "windowed").await;
    assert_eq!((windowed.total, windowed.is_exact, windowed.pages), (Some(25), false, None));
    let below = extent(&self::server(15), "windowed").await;
    assert_eq!((below.is_exact, below.pages), (true, Some(2)));
}

#[tokio::test]
async fn what_is_in_slices_is_read_after_its_first_page() {
    let server = Server::start(|request| {
        let (from, to) = (request.number("from").unwrap_or(1), request.number("to").unwrap_or(36));
        let wanted: Vec<_> = (from.max(1)..to.min(36)).map(declarest_tests::row).collect();
        let first = usize::try_from(request.number("p").unwrap_or(1) - 1).expect("a page") * 10;
        let page: Vec<_> = wanted.iter().skip(first).take(10).collect();
        declarest_tests::Reply::json(serde_json::json!({ "paging": { "total": wanted.len() }, "items": page }))
    });
    let scan = client(&server).scan("windowed").expect("a scan");
    let (extent, mut batches) = scan.open().await.expect("a first page");
    assert_eq!((extent.total, extent.is_exact), (Some(35), false));
    let mut lines = 0;
    while let Some(batch) = batches.next().await {
        lines += batch.expect("a batch").len();
    }
    assert_eq!(lines, 35);
}

#[tokio::test]
async fn some_pages_are_read_by_themselves() {
    let server = server(45);
    let scan = client(&server).scan("items").and_then(|scan| scan.project(["line"])).expect("a scan");
    for (pages, lines, requested) in [(1..3, 11..31, vec![2, 3]), (4..5, 41..46, vec![5]), (0..1, 1..11, vec![1])] {
        let before = server.count();
        let expected: Vec<_> = lines.map(|line| vec![format!("Unsigned({line})")]).collect();
        assert_eq!(rows(scan.clone().page_range(pages)).await, expected);
        let mut asked: Vec<_> = server.requests()[before..].iter().filter_map(|request| request.number("p")).collect();
        asked.sort_unstable();
        assert_eq!(asked, requested);
    }
}

#[tokio::test]
async fn pages_that_are_not_numbered_are_not_read_by_themselves() {
    let server = server(25);
    // The last are of more rows than can be counted.
    for (resource, pages) in
        [("chained", 0..1), ("items", 2..2), ("items", 0..u64::MAX), ("items", u64::MAX - 1..u64::MAX)]
    {
        let scan = client(&server).scan(resource).expect("a scan").page_range(pages);
        let error = scan.batches().next().await.expect("an item").expect_err("an error");
        assert_eq!(error.kind(), ErrorKind::Config);
        assert_says(&error, &["cannot be read by themselves"]);
    }
    assert_eq!(server.count(), 0);
}

#[tokio::test]
async fn a_page_with_too_few_rows_is_an_error() {
    let server = Server::start(|request| {
        let listing = if request.number("p") == Some(2) { Listing::of(14) } else { Listing::of(45) };
        listing.reply_with(request, 45)
    });
    let scan = client(&server).scan("items").expect("a scan").page_range(0..3);
    let mut batches = scan.batches();
    let error = loop {
        if let Err(error) = batches.next().await.expect("an error before the end") {
            break error;
        }
    };
    assert_eq!(error.kind(), ErrorKind::Incomplete, "{error}");
}

#[tokio::test]
async fn a_slow_start_requests_one_page_until_its_rows_are_taken() {
    let server = server(95);
    let mut batches = client(&server).scan("items").expect("a scan").concurrency(4).slow_start().batches();
    batches.next().await.expect("a batch").expect("rows");
    assert_eq!(server.count(), 1);
    let mut lines = 10;
    while let Some(batch) = batches.next().await {
        lines += batch.expect("a batch").len();
    }
    assert_eq!((lines, server.count()), (95, 10));
    assert!(server.most_in_flight() <= 4);
}

#[tokio::test]
async fn the_first_request_is_known_before_it_is_sent() {
    let server = server(25);
    let scan = client(&server).scan("items").and_then(|scan| scan.param("q", "a b")).expect("a scan");
    let request = scan.clone().page_size(5).planned_request().expect("a request").expect("one");
    assert_eq!(request.to_string(), format!("GET {}/items?q=a%20b&p=1&ps=5", server.base_url()).replace("%20", "+"));
    let paging = scan.paging().expect("paging");
    assert_eq!((paging.page_size, paging.is_sizable, paging.is_numbered), (Some(10), true, true));
    let chained = client(&server).scan("chained").and_then(|scan| scan.paging()).expect("paging");
    assert!(!chained.is_numbered && !chained.is_sizable);
    assert_eq!(server.count(), 0);
}
