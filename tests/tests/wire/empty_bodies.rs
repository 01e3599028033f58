//! Responses without content, with null in the place of rows, not ready yet, or with a prefix before their JSON.

use declarest::{Error, ErrorKind};
use declarest_tests::{Reply, Server};

#[declarest::source(
    base_url = "http://127.0.0.1:9",
    retry(max_retries = 2, backoff_factor = 0.01),
    concurrency = 1,
    resource_defaults(data_selector = "items")
)]
mod api {
    #[resource(name = strict, path = "/", paginator = page_number(limit_param = "n", limit = 1))]
    #[derive(Debug)]
    pub struct Strict {
        pub id: u64,
    }

    #[resource(name = nullable, path = "/", missing_rows = null, paginator = page_number(limit_param = "n", limit = 1))]
    #[derive(Debug)]
    pub struct Nullable {
        pub id: u64,
    }

    #[resource(name = lenient, path = "/", missing_rows = empty, paginator = page_number(limit_param = "n", limit = 1))]
    #[derive(Debug)]
    pub struct Lenient {
        pub id: u64,
    }

    #[resource(name = linked, path = "/", missing_rows = empty, paginator = header_link)]
    #[derive(Debug)]
    pub struct Linked {
        pub id: u64,
    }

    #[resource(
        name = acted, path = "/", paginator = page_number(limit_param = "n", limit = 1),
        response_actions(204 = ignore, 202 = retry, (200, "") = ignore, 206 = fail),
    )]
    #[derive(Debug)]
    pub struct Acted {
        pub id: u64,
    }

    #[resource(
        name = prefixed, path = "/", paginator = single_page, body_prefix = ")]}'",
        response_actions(body("error") = fail),
    )]
    #[derive(Debug)]
    pub struct Prefixed {
        pub id: u64,
    }
}

fn client(server: &Server) -> api::Client {
    api::Client::builder().base_url(server.base_url()).build().expect("a client")
}

fn one() -> Reply {
    Reply::json(r#"{"items":[{"id":1}]}"#)
}

/// A page, and then this response.
fn then(last: impl Fn() -> Reply + Send + Sync + 'static) -> Server {
    Server::start(move |request| if request.nth == 1 { one() } else { last() })
}

fn decode_error(error: &Error, says: &[&str]) {
    let text = format!("{error:#}");
    assert_eq!(error.kind(), ErrorKind::Decode, "{text}");
    for part in says {
        assert!(text.contains(part), "{part:?} in: {text}");
    }
}

#[tokio::test]
async fn a_body_without_content_is_a_page_without_rows_where_missing_rows_are() {
    for (status, body) in [(204, ""), (200, ""), (202, " \r\n"), (200, "\u{feff}")] {
        let server = then(move || Reply::status(status).body(body));
        assert_eq!(client(&server).lenient().await.expect("rows").len(), 1, "{status} {body:?}");
        let server = Server::start(move |_| Reply::status(status).body(body));
        assert_eq!(client(&server).linked().await.expect("none").len(), 0, "{status} {body:?}");
        for strict in [client(&server).strict().await.map(drop), client(&server).nullable().await.map(drop)] {
            let error = strict.expect_err("no JSON");
            decode_error(&error, &["the body is empty", "`missing_rows = empty`", "`response_actions(204 = ignore)`"]);
        }
    }
}

#[tokio::test]
async fn null_may_mean_no_rows_where_absence_is_an_error() {
    let null = || Reply::json(r#"{"items":null}"#);
    let absent = || Reply::json(r#"{"error":"overloaded"}"#);
    let error = client(&then(null)).strict().await.expect_err("null");
    decode_error(&error, &["`items`: expected an array of rows, found null", "declare `missing_rows = null`"]);
    assert_eq!(client(&then(null)).nullable().await.expect("rows").len(), 1);
    assert_eq!(client(&then(null)).lenient().await.expect("rows").len(), 1);
    let error = client(&then(absent)).nullable().await.expect_err("absent");
    decode_error(&error, &["no rows at `items`", "`error`"]);
    assert_eq!(client(&then(absent)).lenient().await.expect("rows").len(), 1);
}

#[tokio::test]
async fn successful_statuses_have_actions() {
    for last in [|| Reply::status(204), || Reply::status(200).body(" \n")] {
        let (rows, stats) = client(&then(last)).acted().with_stats().await.expect("rows");
        assert_eq!((rows.len(), stats.ignored), (1, 1));
    }
    // Not ready, twice.
    let server = Server::start(|request| match request.nth {
        1 | 2 => Reply::status(202).header("Retry-After", "0"),
        3 => one(),
        _ => Reply::status(204),
    });
    let (rows, stats) = client(&server).acted().with_stats().await.expect("rows");
    assert_eq!((rows.len(), stats.retries, server.count()), (1, 2, 4));
    let server = Server::start(|_| Reply::status(202));
    let error = client(&server).acted().await.expect_err("never ready");
    assert_eq!((error.kind(), error.status(), server.count()), (ErrorKind::Status, Some(202), 3));
    assert!(format!("{error:#}").contains("was not ready in time"), "{error:#}");
    let error = client(&Server::start(|_| Reply::status(206).body("[]"))).acted().await.expect_err("a part");
    assert_eq!((error.kind(), error.status()), (ErrorKind::Status, Some(206)));
}

#[tokio::test]
async fn a_declared_prefix_is_skipped() {
    for body in [")]}'\n{\"items\":[{\"id\":1}]}", " )]}'{\"items\":[{\"id\":1}]}", "{\"items\":[{\"id\":1}]}"] {
        let server = Server::start(move |_| Reply::json(body));
        assert_eq!(client(&server).prefixed().await.expect("rows").len(), 1, "{body}");
    }
    let server = Server::start(|_| Reply::json(")]}'{\"error\":\"no\"}"));
    let error = client(&server).prefixed().await.expect_err("an error");
    assert!(error.message().contains("`error` is \"no\""), "{error}");
    let server = Server::start(|_| Reply::json(")]}'\n[]"));
    let error = client(&server).strict().await.expect_err("a prefix");
    decode_error(&error, &["the body is not JSON", "`body_prefix = "]);
}
