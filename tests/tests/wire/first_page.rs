//! Walks whose first request says no page: the API answers with its first one.

use declarest_tests::{Reply, Request, Server};
use serde_json::json;

#[declarest::source(base_url = "http://127.0.0.1:9", retry(max_retries = 0), resource_defaults(data_selector = "rows"))]
mod api {
    #[resource(
        name = numbered, path = "/numbered",
        paginator = page_number(send_first = false, limit_param = "size", limit = 2, total_path = "total"),
    )]
    #[derive(Debug)]
    pub struct Numbered {
        pub id: u64,
    }

    /// From 0, with pages of a size that is not sent.
    #[resource(
        name = from_zero, path = "/from_zero",
        paginator = page_number(base_page = 0, send_first = false, limit_param = none, limit = 2, stop_after_short_page = true),
    )]
    #[derive(Debug)]
    pub struct FromZero {
        pub id: u64,
    }

    #[resource(name = skipped, path = "/skipped", paginator = offset(send_first = false, limit = 2))]
    #[derive(Debug)]
    pub struct Skipped {
        pub id: u64,
    }

    /// The body's own page stays in the first request.
    #[resource(
        name = posted, path = "/posted", method = POST, json = { "q": "all" },
        paginator = page_number(page_body_path = "page", send_first = false),
    )]
    #[derive(Debug)]
    pub struct Posted {
        pub id: u64,
    }
}

/// Serves five rows in pages of two.
fn five(request: &Request) -> Reply {
    let number = |name: &str| request.param(name).and_then(|text| text.parse::<usize>().ok());
    let base = usize::from(request.path != "/from_zero");
    let in_body = request.body.split_once("\"page\":").and_then(|(_, page)| page.trim_end_matches('}').parse().ok());
    let page = number("page").or(in_body).unwrap_or(base) - base;
    let first = number("offset").unwrap_or(page * 2);
    let rows: Vec<_> = (first.min(5)..5.min(first + 2)).map(|id| json!({ "id": id })).collect();
    Reply::json(json!({ "rows": rows, "total": 5 }).to_string())
}

fn client(server: &Server) -> api::Client {
    api::Client::builder().base_url(server.base_url()).concurrency(1).build().expect("a client")
}

fn queries(server: &Server) -> Vec<String> {
    let query = |request: &Request| {
        let params = ["page", "offset", "size", "limit"].iter();
        let params = params.filter_map(|name| Some(format!("{name}={}", request.param(name)?)));
        params.collect::<Vec<_>>().join("&")
    };
    server.requests().iter().map(query).collect()
}

#[tokio::test]
async fn the_first_page_is_requested_without_its_number() {
    let server = Server::start(five);
    assert_eq!(client(&server).numbered().await.expect("rows").len(), 5);
    assert_eq!(queries(&server), ["size=2", "page=2&size=2", "page=3&size=2"]);
}

#[tokio::test]
async fn a_page_of_a_known_size_that_is_not_sent_may_be_short() {
    let server = Server::start(five);
    let ids: Vec<_> = client(&server).from_zero().await.expect("rows").iter().map(|row| row.id).collect();
    assert_eq!(ids, [0, 1, 2, 3, 4]);
    assert_eq!(queries(&server), ["", "page=1", "page=2"]);
}

#[tokio::test]
async fn the_first_page_is_requested_without_its_offset() {
    let server = Server::start(five);
    assert_eq!(client(&server).skipped().await.expect("rows").len(), 5);
    assert_eq!(queries(&server), ["limit=2", "offset=2&limit=2", "offset=4&limit=2", "offset=5&limit=2"]);
}

#[tokio::test]
async fn a_body_has_no_number_of_the_first_page() {
    let server = Server::start(five);
    assert_eq!(client(&server).posted().await.expect("rows").len(), 5);
    let requests = server.requests();
    let bodies: Vec<_> = requests.iter().map(|request| request.body.as_str()).take(2).collect();
    assert_eq!(bodies, [r#"{"q":"all"}"#, r#"{"q":"all","page":2}"#]);
}
