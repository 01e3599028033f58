//! Cursors that are no plain text: sent back as they came, in the query, a header or the body.

use declarest::ErrorKind;
use declarest_tests::{Database, Reply, Request, Server};
use serde_json::{Value, json};

#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = none,
    retry(max_retries = 0),
    resource_defaults(data_selector = "items"),
)]
mod api {
    #[resource(name = in_query, path = "/items", paginator = cursor(cursor_path = "next", cursor_param = "after"))]
    pub struct InQuery {
        pub id: u64,
    }

    #[resource(name = in_header, path = "/items", paginator = cursor(cursor_path = "next", cursor_header = "X-After"))]
    pub struct InHeader {
        pub id: u64,
    }

    #[resource(
        name = continued, path = "/items",
        paginator = header_cursor(cursor_key = "x-ms-continuation", cursor_header = "x-ms-continuation"),
    )]
    pub struct Continued {
        pub id: u64,
    }

    #[resource(
        name = in_body, path = "/items", method = POST, json = { "q": "x" },
        paginator = cursor(
            cursor_path = "items[-1].sort", cursor_body_path = "search_after", initial_cursor = 0,
            limit_body_path = "page.size", limit = 2,
        ),
    )]
    pub struct InBody {
        pub id: u64,
    }

    #[resource(
        name = numbered, path = "/items", method = POST,
        paginator = page_number(page_body_path = "page", limit_body_path = "size", limit = 2),
    )]
    pub struct Numbered {
        pub id: u64,
    }

    #[resource(
        name = linked, path = "/items", method = POST,
        paginator = json_link(next_url_path = "next", limit_body_path = "size", limit = 2),
    )]
    pub struct Linked {
        pub id: u64,
    }
}

fn client(server: &Server) -> api::Client {
    api::Client::builder().base_url(server.base_url()).build().expect("nothing is missing")
}

macro_rules! ids {
    ($request:expr) => {
        $request.await.map(|rows| rows.into_iter().map(|row| row.id).collect::<Vec<_>>())
    };
}

/// Two pages: the first names the second by this JSON, the second has none.
fn two_pages(cursor: &str, is_first: impl Fn(&Request) -> bool + Send + Sync + 'static) -> Server {
    let first = format!(r#"{{"items": [{{"id": 1}}], "next": {cursor}}}"#);
    Server::start(move |request| {
        if is_first(request) {
            Reply::json(first.clone())
        } else {
            Reply::json(r#"{"items": [{"id": 2}], "next": null}"#)
        }
    })
}

#[tokio::test]
async fn every_cursor_is_sent_back_as_it_came() {
    for (json, sent) in [
        (r#"["a b", 1]"#, r#"["a b",1]"#),
        (r#"{ "id": { "S": "x" },  "n": 1.50 }"#, r#"{"id":{"S":"x"},"n":1.50}"#),
        ("1712345678.123456789", "1712345678.123456789"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
        ("1.0", "1.0"),
        ("-7", "-7"),
        ("18446744073709551615", "18446744073709551615"),
    ] {
        let server = two_pages(json, |request| request.param("after").is_none());
        assert_eq!(ids!(client(&server).in_query()).expect(json), [1, 2]);
        assert_eq!(server.asked("after"), [None, Some(sent.to_owned())]);
        let server = two_pages(json, |request| request.header("x-after").is_none());
        assert_eq!(ids!(client(&server).in_header()).expect(json), [1, 2]);
        let requests = server.requests();
        assert_eq!(requests[1].header("x-after"), Some(sent));
        assert!(requests[1].query.is_empty(), "nowhere else");
    }
}

#[tokio::test]
async fn an_empty_array_or_object_is_no_cursor() {
    for json in ["[]", "{ }"] {
        let server = two_pages(json, |request| request.param("after").is_none());
        assert_eq!(ids!(client(&server).in_query()).expect(json), [1]);
    }
}

#[tokio::test]
async fn a_cursor_that_no_header_can_carry_is_an_error() {
    let server = two_pages("\"a\\nb\"", |_| true);
    let error = ids!(client(&server).in_header()).expect_err("a line break");
    assert_eq!((error.kind(), server.count()), (ErrorKind::Decode, 1), "{error}");
    assert!(error.to_string().contains("x-after") || error.to_string().contains("X-After"), "{error}");
}

#[tokio::test]
async fn a_cursor_goes_from_header_to_header() {
    let server = Server::start(|request| match request.header("x-ms-continuation") {
        None => Reply::json(json!({ "items": [{ "id": 1 }] })).header("x-ms-continuation", "{\"a\":1}"),
        Some("{\"a\":1}") => Reply::json(json!({ "items": [{ "id": 2 }] })),
        Some(_) => Reply::status(418),
    });
    assert_eq!(ids!(client(&server).continued()).expect("rows"), [1, 2]);
}

fn body(request: &Request) -> Value {
    serde_json::from_str(&request.body).expect("JSON")
}

/// As Elasticsearch does it: the values that a row was sorted by name the page after it.
#[tokio::test]
async fn an_array_stays_one_in_the_body() {
    let server = Server::start(|request| {
        let after = body(request)["search_after"].clone();
        let row = |id: u64| json!({ "id": id, "sort": [id, "k"] });
        let rows = if after == json!(0) {
            vec![row(1), row(2)]
        } else if after == json!([2, "k"]) {
            vec![row(3)]
        } else {
            Vec::new()
        };
        Reply::json(json!({ "items": rows }))
    });
    assert_eq!(ids!(client(&server).in_body()).expect("rows"), [1, 2, 3]);
    let bodies: Vec<_> = server.requests().iter().map(body).collect();
    assert_eq!(bodies[0], json!({ "q": "x", "search_after": 0, "page": { "size": 2 } }));
    assert_eq!(bodies[1], json!({ "q": "x", "search_after": [2, "k"], "page": { "size": 2 } }));
}

#[tokio::test]
async fn a_number_that_a_body_cannot_keep_is_an_error() {
    let server = Server::start(|_| Reply::json(r#"{"items": [{"id": 1, "sort": 123456789012345678901}]}"#));
    let error = ids!(client(&server).in_body()).expect_err("digits are lost");
    let text = format!("{error:#}");
    assert!(text.contains("123456789012345678901") && text.contains("cursor_param"), "{text}");
}

#[tokio::test]
async fn the_size_of_a_page_goes_into_the_body() {
    let server = Server::start(|request| {
        let body = body(request);
        let (page, size) = (body["page"].as_u64().expect("a page"), body["size"].as_u64().expect("a size"));
        let rows: Vec<_> = ((page - 1) * size..(page * size).min(5)).map(|id| json!({ "id": id })).collect();
        Reply::json(json!({ "items": rows }))
    });
    assert_eq!(ids!(client(&server).numbered()).expect("rows"), [0, 1, 2, 3, 4]);
    assert_eq!(ids!(client(&server).numbered().page_size(4)).expect("rows"), [0, 1, 2, 3, 4]);
    // A link holds the query of the next page, not its body.
    let server = Server::start(|request| match (body(request)["size"].as_u64(), request.param("c")) {
        (Some(2), None) => Reply::json(json!({ "items": [{ "id": 1 }], "next": "?c=2" })),
        (Some(2), Some("2")) => Reply::json(json!({ "items": [{ "id": 2 }] })),
        _ => Reply::status(418),
    });
    assert_eq!(ids!(client(&server).linked()).expect("rows"), [1, 2]);
}

/// A saved cursor is the one that came, whatever its type.
#[tokio::test]
async fn a_sync_resumes_at_such_a_cursor() {
    let database = Database::new();
    let fails = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(true));
    let failing = std::sync::Arc::clone(&fails);
    let server = Server::start(move |request| {
        let next = |id: u64| format!(r#"{{"items": [{{"id": {id}}}], "next": ["p", {id}.5]}}"#);
        match request.param("after") {
            None => Reply::json(next(1)),
            Some("[\"p\",1.5]") => Reply::json(next(2)),
            Some("[\"p\",2.5]") if failing.load(std::sync::atomic::Ordering::SeqCst) => Reply::status(418),
            Some("[\"p\",2.5]") => Reply::json(r#"{"items": [{"id": 3}]}"#),
            Some(_) => Reply::status(418),
        }
    });
    let client = client(&server);
    client.sync(&mut database.open()).only(["in_query"]).await.expect_err("it breaks");
    fails.store(false, std::sync::atomic::Ordering::SeqCst);
    client.sync(&mut database.open()).only(["in_query"]).await.expect("a report");
    assert_eq!(database.count("in_query"), 3);
    assert_eq!(server.asked("after").last().cloned().flatten().as_deref(), Some("[\"p\",2.5]"));
}
