//! Sizes of pages that a client-wide param says, and those that are known but not sent.

use declarest::ErrorKind;
use declarest_tests::{Reply, Request, Server};
use serde_json::json;

#[declarest::source(
    base_url = "http://127.0.0.1:9",
    retry(max_retries = 0),
    params(page_size: u32 = 2, few: u8),
    resource_defaults(primary_key = id),
)]
mod api {
    use declarest::jiff::Timestamp;

    #[resource(
        name = numbered, path = "/numbered", data_selector = "rows",
        paginator = page_number(limit_param = "size", limit = page_size, stop_after_short_page = true),
    )]
    #[derive(Debug)]
    pub struct Numbered {
        pub id: u64,
    }

    #[resource(name = skipped, path = "/skipped", data_selector = "rows", paginator = offset(limit = page_size))]
    #[derive(Debug)]
    pub struct Skipped {
        pub id: u64,
    }

    #[resource(
        name = chained, path = "/chained", method = POST, data_selector = "rows",
        paginator = cursor(cursor_path = "next", cursor_param = "after", limit_body_path = "page.size", limit = few),
    )]
    #[derive(Debug)]
    pub struct Chained {
        pub id: u64,
    }

    /// The API has pages of its own, and takes no size.
    #[resource(
        name = fixed, path = "/fixed", data_selector = "rows",
        paginator = offset(limit_param = none, limit = 2, stop_after_short_page = true),
    )]
    #[derive(Debug)]
    pub struct Fixed {
        pub id: u64,
    }

    /// Of a size that nobody knows.
    #[resource(
        name = unknown, path = "/fixed", data_selector = "rows",
        paginator = offset(limit_param = none, total_path = "total", has_more_path = "more"),
    )]
    #[derive(Debug)]
    pub struct Unknown {
        pub id: u64,
    }

    #[resource(
        name = windowed, path = "/windowed", data_selector = "rows",
        paginator = page_number(limit_param = "size", limit = page_size, total_path = "total"),
        incremental(cursor = at, start_param = "from", end_param = "to"),
        result_window = 4,
    )]
    #[derive(Debug)]
    pub struct Windowed {
        pub id: u64,
        pub at: Timestamp,
    }
}

fn builder(server: &Server) -> api::ClientBuilder {
    api::Client::builder().base_url(server.base_url()).few(3)
}

/// Serves five rows, in pages of a size that the API itself has or the request says.
fn five(request: &Request) -> Reply {
    let number = |name: &str| request.param(name).and_then(|text| text.parse::<usize>().ok());
    let size = number("size").or(number("limit")).unwrap_or(2);
    let first = number("offset").unwrap_or_else(|| (number("page").unwrap_or(1) - 1) * size);
    let rows: Vec<_> = (first..5.min(first + size)).map(|id| json!({ "id": id })).collect();
    Reply::json(json!({ "rows": rows }).to_string())
}

fn queries(server: &Server) -> Vec<String> {
    let names = ["page", "offset", "size", "limit"];
    let query = |request: &Request| {
        let params = names.iter().filter_map(|name| Some(format!("{name}={}", request.param(name)?)));
        params.collect::<Vec<_>>().join("&")
    };
    server.requests().iter().map(query).collect()
}

#[tokio::test]
async fn a_param_is_the_size_of_pages() {
    let server = Server::start(five);
    let client = builder(&server).page_size(4).build().expect("a client");
    assert_eq!(client.numbered().await.expect("rows").len(), 5);
    assert_eq!(queries(&server), ["page=1&size=4", "page=2&size=4"], "the second page is short");
    assert_eq!(client.skipped().await.expect("rows").len(), 5);
    assert_eq!(queries(&server)[2..], ["offset=0&limit=4", "offset=4&limit=4", "offset=5&limit=4"]);
}

#[tokio::test]
async fn its_default_and_the_size_of_a_request_hold_as_well() {
    let server = Server::start(five);
    let client = builder(&server).build().expect("a client");
    assert_eq!(client.numbered().await.expect("rows").len(), 5);
    assert_eq!(queries(&server), ["page=1&size=2", "page=2&size=2", "page=3&size=2"]);
    assert_eq!(client.numbered().page_size(5).await.expect("rows").len(), 5);
    assert_eq!(queries(&server)[3], "page=1&size=5");
}

#[tokio::test]
async fn a_param_is_a_size_in_the_body() {
    let server = Server::start(|_| Reply::json(r#"{"rows": [{"id": 1}], "next": null}"#));
    builder(&server).build().expect("a client").chained().await.expect("rows");
    let [request] = server.requests().try_into().expect("a request");
    assert_eq!(request.body, r#"{"page":{"size":3}}"#);
}

#[tokio::test]
async fn a_page_of_no_rows_is_refused() {
    let server = Server::start(five);
    let client = builder(&server).page_size(0).build().expect("a client");
    let error = client.numbered().await.expect_err("no size");
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("`page_size` is \"0\""), "{error}");
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_size_must_divide_the_window() {
    let server = Server::start(|_| Reply::json(r#"{"rows": [], "total": 0}"#));
    builder(&server).build().expect("a client").windowed().await.expect("rows");
    let client = builder(&server).page_size(3).build().expect("a client");
    let error = client.windowed().await.expect_err("no such size");
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("does not divide"), "{error}");
}

#[tokio::test]
async fn a_known_size_is_not_sent() {
    let server = Server::start(five);
    let client = builder(&server).build().expect("a client");
    assert_eq!(client.fixed().await.expect("rows").len(), 5);
    assert_eq!(queries(&server), ["offset=0", "offset=2", "offset=4"], "the third page is short");
    let error = client
        .scan("fixed")
        .expect("a scan")
        .page_size(5)
        .batches()
        .next()
        .await
        .expect("an item")
        .expect_err("no param");
    assert_eq!(error.kind(), ErrorKind::Config, "{error}");
}

/// The first page shows the size: then pages are requested ahead, up to the total.
#[tokio::test]
async fn an_unknown_size_is_that_of_the_first_page() {
    for total in [None, Some(5_i64)] {
        let server = Server::start(move |request| {
            let first = request.number("offset").unwrap_or(0);
            let rows: Vec<_> = (first..5.min(first + 2)).map(|id| json!({ "id": id })).collect();
            Reply::json(json!({ "rows": rows, "total": total.unwrap_or(-1), "more": null }).to_string())
        });
        let rows = builder(&server).build().expect("a client").unknown().await.expect("rows");
        assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
        let mut asked = queries(&server);
        asked.sort_unstable();
        let all = ["offset=0", "offset=2", "offset=4", "offset=5"];
        assert_eq!(asked, if total.is_some() { &all[..3] } else { &all });
    }
}

#[tokio::test]
async fn a_first_page_without_rows_shows_no_size() {
    let server = Server::start(|_| Reply::json(r#"{"rows": [], "total": 5, "more": true}"#));
    let error = builder(&server).build().expect("a client").unknown().await.expect_err("nowhere to go on");
    assert_eq!((error.kind(), server.count()), (ErrorKind::Incomplete, 1));
    assert!(format!("{error:#}").contains("declare `limit"), "{error:#}");
    let server = Server::start(|_| Reply::json(r#"{"rows": [], "total": 0}"#));
    assert!(builder(&server).build().expect("a client").unknown().await.expect("no rows").is_empty());
}
