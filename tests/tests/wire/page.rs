//! What a page says besides its rows, and what a fetch has taken.

use std::time::Duration;

use declarest::{ErrorKind, Page};
use declarest_tests::{Listing, Reply, Server};
use serde_json::json;

#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = api_key(name = "api_key", api_key = secret(page_key), location = query),
    retry(max_retries = 1, backoff_factor = 0.05, statuses = [503]),
    concurrency = 1,
    resource_defaults(data_selector = "items"),
)]
mod api {
    #[resource(
        name = items, path = "/items", response_actions(404 = ignore), filter = is_kept, params(q: Option<String>),
        paginator = page_number(page_param = "p", limit_param = "ps", limit = 10, total_path = "paging.total"),
    )]
    #[derive(Debug, Clone)]
    pub struct Item {
        pub line: u64,
    }

    fn is_kept(item: &Item) -> bool {
        item.line != 7
    }
}

const KEY: &str = "k3y-m4rk3r";

fn client(server: &Server) -> api::Client {
    api::Client::builder().base_url(server.base_url()).page_key(KEY).build().expect("a client")
}

#[tokio::test]
async fn a_page_has_the_status_the_url_and_the_headers_of_its_response() {
    let server = Server::start(|request| match request.path.as_str() {
        "/items" => Reply::status(302)
            .header("Location", format!("/moved?{}", request.target.split_once('?').unwrap_or_default().1)),
        _ => Listing::of(25)
            .reply(request)
            .header("ETag", "\"v1\"")
            .header("Set-Cookie", "session=s3ss10n")
            .header("Set-Cookie", "theme=dark")
            .header("X-Echo", format!("you sent {KEY}"))
            .header("X-Name", "Zürich"),
    });
    let mut pages = client(&server).items().pages();
    let page = pages.next().await.expect("a page").expect("no error");
    assert_eq!((page.len(), page.number, page.total, page.status()), (9, 1, Some(25), Some(200)));
    assert_eq!(page.url(), Some(format!("{}/moved?p=1&ps=10&api_key=***", server.base_url()).as_str()));
    assert_eq!(
        (page.header("etag"), page.header("X-NAME"), page.header("x-none")),
        (Some("\"v1\""), Some("Zürich"), None)
    );
    let cookies: Vec<_> = page.headers().filter(|(name, _)| *name == "set-cookie").map(|(_, value)| value).collect();
    assert_eq!(cookies, ["session=s3ss10n", "theme=dark"]);
    assert_eq!(page.header("x-echo"), Some("you sent k3y-m4rk3r"));

    let shown = format!("{page:?} {page:#?}");
    assert!(shown.contains("etag") && shown.contains("x-echo") && shown.contains("Zürich"), "{shown}");
    for secret in [KEY, "s3ss10n", "dark"] {
        assert!(!shown.contains(secret), "{shown}");
    }
    let numbers: Page<u64> = page.map(|row| row.line);
    assert_eq!((numbers.header("etag"), numbers.total), (Some("\"v1\""), Some(25)));
    assert_eq!(numbers.into_iter().collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6, 8, 9, 10]);
}

#[tokio::test]
async fn a_page_that_is_ignored_says_so() {
    let server = Server::start(|_| Reply::status(404).header("X-Why", "gone"));
    let page = client(&server).items().first_page().await.expect("an empty page");
    assert_eq!((page.is_empty(), page.status(), page.header("x-why")), (true, Some(404), Some("gone")));
}

/// Of 25 rows; the second page comes at the second request for it.
fn unsteady() -> Server {
    Server::start(|request| {
        let refused = request.nth == 2;
        if refused { Reply::status(503).body("busy") } else { Listing::of(25).reply(request) }
    })
}

#[tokio::test]
async fn a_fetch_counts_while_and_after_it_runs() {
    let server = unsteady();
    let mut pages = client(&server).items().pages();
    assert_eq!(pages.stats(), declarest::FetchStats::default());
    let mut seen = Vec::new();
    while let Some(page) = pages.next().await {
        page.expect("a page");
        let stats = pages.stats();
        seen.push((stats.pages, stats.rows));
    }
    assert_eq!(seen, [(1, 9), (2, 19), (3, 24)]);
    let stats = pages.stats();
    assert_eq!((stats.requests, stats.retries, stats.pages, stats.rows), (4, 1, 3, 24));
    assert!(stats.waited >= Duration::from_millis(10) && stats.waited < Duration::from_secs(5), "{stats:?}");
    let bodies: usize = (1..=3).map(|page| body(page).len()).sum();
    assert_eq!(stats.bytes, (bodies + "busy".len()) as u64);
}

/// The body of a page, as the server sends it.
fn body(page: u64) -> String {
    let rows: Vec<_> = ((page - 1) * 10 + 1..=(page * 10).min(25)).map(declarest_tests::row).collect();
    json!({ "paging": { "total": 25 }, "items": rows }).to_string()
}

#[tokio::test]
async fn a_stream_counts_the_rows_handed_over() {
    let server = unsteady();
    let mut rows = client(&server).items().stream();
    for handed_over in 1..=24 {
        rows.next().await.expect("a row").expect("no error");
        let stats = rows.stats();
        assert_eq!(stats.rows, handed_over);
        assert_eq!(
            stats.pages,
            if handed_over <= 9 {
                1
            } else if handed_over <= 19 {
                2
            } else {
                3
            }
        );
    }
    assert!(rows.next().await.is_none());
    assert_eq!((rows.stats().rows, rows.stats().requests), (24, 4));
}

#[tokio::test]
async fn all_rows_come_with_what_they_took() {
    let server = unsteady();
    let (rows, stats) = client(&server).items().q("x").with_stats().await.expect("rows");
    assert_eq!((rows.len(), stats.rows, stats.pages, stats.requests, stats.retries), (24, 24, 3, 4, 1));
}

#[tokio::test]
async fn what_failed_is_counted_too() {
    let server = Server::start(|request| match request.number("p") {
        Some(2) => Reply::status(503),
        _ => Listing::of(25).reply(request),
    });
    let mut pages = client(&server).items().pages();
    assert!(pages.next().await.is_some_and(|page| page.is_ok()));
    let error = pages.next().await.expect("an end").expect_err("refused twice");
    assert_eq!(error.kind(), ErrorKind::Status);
    assert!(pages.next().await.is_none());
    let stats = pages.stats();
    assert_eq!((stats.requests, stats.retries, stats.pages, stats.rows), (3, 1, 1, 9));
    assert!(client(&server).items().with_stats().await.is_err());
}
