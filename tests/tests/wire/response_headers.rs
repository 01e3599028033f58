//! Response headers as servers send them: with bytes beyond ASCII, with fractions of seconds, more than once.

use std::time::Duration;

use declarest::paginate::{CustomPage, CustomPaginator, NextPage};
use declarest::{BoxError, Error, ErrorKind};
use declarest_tests::{LevelFilter, Logged, Reply, Request, Server, Step};

#[declarest::source(base_url = "http://127.0.0.1:9", retry(max_retries = 1, backoff_factor = 0.02), concurrency = 1)]
mod api {
    #[resource(name = linked, path = "/linked", paginator = header_link)]
    #[derive(Debug)]
    pub struct Linked {
        pub id: u64,
    }

    #[resource(name = auto, path = "/linked", paginator = auto)]
    #[derive(Debug)]
    pub struct ByItself {
        pub id: u64,
    }

    #[resource(name = cursored, path = "/cursored", paginator = header_cursor(cursor_key = "X-Next"))]
    #[derive(Debug)]
    pub struct Cursored {
        pub id: u64,
    }

    #[resource(name = counted, path = "/counted", paginator = page_number(total_header = "X-Total"))]
    #[derive(Debug)]
    pub struct Counted {
        pub id: u64,
    }

    #[resource(name = custom, path = "/custom", paginator = custom(super::ByHeader))]
    #[derive(Debug)]
    pub struct Custom {
        pub id: u64,
    }

    #[resource(
        name = forgiven, path = "/forgiven", paginator = page_number(total_header = "X-Total", limit_param = "n", limit = 1),
        response_actions(403 = ignore, 404 = ignore),
    )]
    #[derive(Debug)]
    pub struct Forgiven {
        pub id: u64,
    }
}

/// Reads a header, and nothing else.
#[derive(Default)]
pub struct ByHeader;

impl CustomPaginator for ByHeader {
    fn next(&mut self, page: &CustomPage<'_>) -> Result<Option<NextPage>, BoxError> {
        Ok(page.header("X-Next")?.map(|next| NextPage::new().param("after", next)))
    }
}

fn client(server: &Server) -> api::Client {
    api::Client::builder().base_url(server.base_url()).build().expect("a client")
}

/// A page of one row, with a header as these bytes.
fn page(id: u64, header: &[u8]) -> Reply {
    let body = format!(r#"[{{"id":{id}}}]"#);
    let end = format!("\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len());
    let head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
    Reply::script([Step::Send([head, header, end.as_bytes()].concat())])
}

/// Three pages, of which each names the next by a header that is made of its number.
fn three(header: impl Fn(u64) -> Vec<u8> + Send + Sync + 'static) -> Server {
    Server::start(move |request| {
        let id = u64::try_from(request.nth).unwrap_or_default();
        page(id, &if id < 3 { header(id + 1) } else { b"X-End: true".to_vec() })
    })
}

fn targets(server: &Server) -> Vec<String> {
    server.requests().into_iter().map(|request: Request| request.target).collect()
}

#[tokio::test]
async fn links_beyond_ascii_are_followed() {
    for (city, encoded) in [("zürich".as_bytes(), "z%C3%BCrich"), (b"z\xFCrich", "z%FCrich")] {
        let link = move |next: u64| {
            let head = format!("Link: </linked?p={next}&q=").into_bytes();
            [&head[..], city, b">; rel=\"next\"; title=\"n\xE4chste\""].concat()
        };
        let server = three(link);
        assert_eq!(client(&server).linked().await.expect("rows").len(), 3);
        let expected: Vec<_> = [2, 3].map(|next| format!("/linked?p={next}&q={encoded}")).into();
        assert_eq!(targets(&server)[1..], expected);
        let server = three(link);
        assert_eq!(client(&server).auto().await.expect("rows").len(), 3);
    }
}

#[tokio::test]
async fn a_link_that_cannot_be_read_is_not_taken_for_absent() {
    let server = Server::start(|_| page(1, b"Link: /linked?p=2; rel=next"));
    for error in [client(&server).linked().await.expect_err("linked"), client(&server).auto().await.expect_err("auto")]
    {
        assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
        assert!(error.to_string().contains("`Link` cannot be read: \"/linked?p=2; rel=next\""), "{error}");
    }
    // A tab is white space there, and some servers quote in their own way.
    let server = three(|n| format!("Link: </linked?p={n}>;\trel='next'").into_bytes());
    assert_eq!(client(&server).linked().await.map(|rows| rows.len()).expect("rows"), 3);
}

#[tokio::test]
async fn cursors_beyond_ascii_are_sent_back_or_refused_by_name() {
    let server = three(|next| format!("X-Next: zürich{next}").into_bytes());
    assert_eq!(client(&server).cursored().await.expect("rows").len(), 3);
    assert_eq!(targets(&server)[1], "/cursored?cursor=z%C3%BCrich2");
    let check = |error: &Error| {
        let text = format!("{error:#}");
        assert_eq!((error.kind(), error.page()), (ErrorKind::Decode, Some(1)), "{text}");
        assert!(text.contains("the response header `X-Next` cannot be read: it is not UTF-8"), "{text}");
    };
    let server = three(|_| b"X-Next: z\xFCrich".to_vec());
    check(&client(&server).cursored().await.expect_err("no UTF-8"));
    check(&client(&server).custom().await.expect_err("no UTF-8"));
    let server = three(|next| format!("X-Next: ü{next}").into_bytes());
    assert_eq!(client(&server).custom().await.expect("rows").len(), 3);
    assert_eq!(targets(&server)[2], "/custom?after=%C3%BC3");
}

#[tokio::test]
async fn a_total_that_cannot_be_read_is_named() {
    let server = three(|_| b"X-Total: 3\xA0".to_vec());
    let error = client(&server).counted().await.expect_err("no number");
    assert!(error.message().contains("`X-Total` (total_header) is not a number"), "{error}");
}

#[tokio::test]
async fn redirects_beyond_ascii_are_followed() {
    for (target, encoded) in [("/ü".as_bytes(), "/%C3%BC"), (b"/\xFC", "/%FC")] {
        let server = Server::start(move |request| match request.nth {
            1 => {
                let head = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nConnection: close\r\nLocation: ";
                Reply::script([Step::Send([head, target, b"\r\n\r\n"].concat())])
            }
            _ => page(1, b"X: y"),
        });
        let mut pages = client(&server).linked().pages();
        assert_eq!(pages.next().await.expect("a page").expect("rows").len(), 1);
        assert_eq!(targets(&server)[1], encoded);
        assert_eq!(pages.stats().requests, 2, "each that is sent counts");
    }
}

#[tokio::test]
async fn a_page_has_headers_that_are_not_utf8_too() {
    let server = three(|_| b"X-City: z\xFCrich".to_vec());
    let page = client(&server).linked().first_page().await.expect("a page");
    assert_eq!(page.header("x-city"), Some("z\u{fffd}rich"));
}

// Where a URL came from.

#[tokio::test]
async fn a_link_or_a_location_that_leads_nowhere_is_said_to_be_the_servers() {
    let server = Server::start(|request| match request.nth {
        1 => page(1, b"Link: </gone?p=2>; rel=next"),
        _ => Reply::status(404),
    });
    let error = client(&server).linked().await.expect_err("404");
    assert_eq!((error.status(), error.page()), (Some(404), Some(2)));
    assert!(error.message().contains("the URL is the link of the page before"), "{error:#}");
    assert!(!format!("{error:#}").contains("check `path`"), "{error:#}");

    let server = Server::start(|request| match request.nth {
        1 => Reply::status(302).header("Location", "/moved"),
        _ => Reply::status(404),
    });
    let error = client(&server).linked().await.expect_err("404");
    let moved = format!("it had redirected the request to {}/moved", server.base_url());
    assert!(error.message().contains(&moved), "{error:#}");
    assert!(error.help().is_some_and(|help| help.contains("`Location`")), "{error:#}");
}

// Waits.

async fn waited(refusal: Reply) -> Duration {
    let server = Server::script([refusal, page(1, b"X: y")]);
    assert_eq!(client(&server).linked().await.expect("rows").len(), 1);
    let requests = server.requests();
    requests[1].at - requests[0].at
}

#[tokio::test]
async fn retry_after_may_have_a_fraction_and_come_twice() {
    let second = Duration::from_secs(1)..Duration::from_secs(5);
    let refusal = || Reply::status(429);
    for (header, reply) in [
        ("a fraction", refusal().header("Retry-After", "1.2")),
        ("a list", refusal().header("Retry-After", "1, 1")),
        ("two headers", refusal().header("Retry-After", "1").header("Retry-After", "1")),
        ("in the body", refusal().body(r#"{"retry_after_ms": 1100}"#)),
    ] {
        let waited = waited(reply).await;
        assert!(second.contains(&waited), "{header}: {waited:?}");
    }
}

#[tokio::test]
async fn a_retry_after_that_says_no_time_is_named() {
    let server = Server::start(|_| Reply::status(429).header("Retry-After", "later"));
    let error = client(&server).linked().await.expect_err("429");
    assert!(error.message().contains("its `Retry-After` is not a time: \"later\""), "{error:#}");
}

#[tokio::test]
async fn a_403_may_be_a_rate_limit() {
    let secondary = r#"{"message":"You have exceeded a secondary rate limit. Please wait a few minutes."}"#;
    let forbidden = || Reply::status(403);
    for (name, refusal, least) in [
        ("a time", forbidden().header("Retry-After", "1").header("X-RateLimit-Remaining", "14"), 1000),
        ("a text", forbidden().body(secondary), 20),
        ("an empty quota", forbidden().header("X-RateLimit-Remaining", "0"), 20),
    ] {
        let waited = waited(refusal).await;
        assert!(waited >= Duration::from_millis(least), "{name}: {waited:?}");
    }
    let server = Server::start(move |_| Reply::status(403).body(secondary));
    let error = client(&server).linked().await.expect_err("a limit");
    assert_eq!((error.kind(), error.status(), server.count()), (ErrorKind::RateLimited, Some(403), 2));
    assert!(!format!("{error:#}").contains("credentials"), "{error:#}");
    // `403 = ignore` means that the resource is refused: a limit of requests is none of that.
    let server = Server::script([
        Reply::json(r#"[{"id":1}]"#).header("X-Total", 2),
        Reply::status(403).body(secondary),
        Reply::json(r#"[{"id":2}]"#).header("X-Total", 2),
    ]);
    assert_eq!(client(&server).forgiven().await.expect("rows").len(), 2);
    assert_eq!(server.count(), 3);
}

#[tokio::test]
async fn ignored_responses_are_counted() {
    let server = Server::script([Reply::status(404)]);
    let (rows, stats) = client(&server).forgiven().with_stats().await.expect("nothing there");
    assert_eq!((rows.len(), stats.ignored, stats.requests), (0, 1, 1));
    let server = Server::script([Reply::status(403)]);
    let database = declarest_tests::Database::new();
    let report = client(&server).sync(&mut database.open()).only(["forgiven"]).await.expect("a report");
    assert_eq!(report.resource("forgiven").map(|resource| resource.ignored), Some(1));
    assert!(report.to_string().contains("forgiven: 1 response was ignored by `response_actions`"), "{report}");
}

#[tokio::test]
async fn the_first_retry_is_logged() {
    let server = Server::start(|request| match request.nth {
        1 => Reply::status(503),
        _ => Reply::json("[]"),
    });
    let (logged, _guard) = Logged::on_this_thread(LevelFilter::WARN);
    client(&server).linked().await.expect("rows");
    let text = logged.text();
    assert!(text.contains("retrying") && text.contains("retry=1") && text.contains("503"), "{text}");
}
