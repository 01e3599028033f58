//! Bodies with one JSON value per line: each is a row, whatever the lines end with, and errors name the line.

use declarest::{Error, ErrorKind};
use declarest_tests::{Database, Reply, Request, Server};

#[declarest::source(
    base_url = "http://127.0.0.1:9",
    retry(max_retries = 1, backoff_factor = 0.01),
    resource_defaults(format = json_lines, paginator = single_page, primary_key = id)
)]
mod api {
    #[resource(name = events, path = "/events", paginator = page_number(total_header = "X-Total", limit_param = "n", limit = 2))]
    #[derive(Debug, PartialEq)]
    pub struct Event {
        pub id: u64,
        pub name: Option<String>,
    }

    #[resource(name = chained, path = "/chained", paginator = cursor(cursor_path = "[-1].id", cursor_param = "after"))]
    #[derive(Debug, PartialEq)]
    pub struct Chained {
        pub id: u64,
    }

    #[resource(name = loose, path = "/loose", on_bad_row = quarantine)]
    #[derive(Debug, PartialEq)]
    pub struct Loose {
        pub id: u64,
        pub name: Option<String>,
    }

    #[resource(name = tags, path = "/tags", primary_key = value, headers("Accept" = "text/plain"))]
    #[derive(Debug, PartialEq)]
    pub struct Tag(#[column(name = "tag")] pub String);
}

fn client(server: &Server) -> api::Client {
    api::Client::builder().base_url(server.base_url()).build().expect("a client")
}

fn lines(body: impl Into<Vec<u8>>) -> Server {
    let body = body.into();
    Server::start(move |_| Reply::status(200).header("Content-Type", "application/x-ndjson").body(body.clone()))
}

fn says(error: &Error, parts: &[&str]) {
    let text = format!("{error:#}");
    assert_eq!(error.kind(), ErrorKind::Decode, "{text}");
    for part in parts {
        assert!(text.contains(part), "{part:?} in: {text}");
    }
}

/// Two pages, and the whole number in a header.
fn paged(request: &Request) -> Reply {
    let body = match request.param("page") {
        Some("1") => "{\"id\":1,\"name\":\"a\\nb\"}\r\n\r\n{\"id\":2, \"size\": 7}\r\n",
        Some("2") => "\u{feff}\n {\"id\": 3}",
        _ => "",
    };
    Reply::status(200).header("X-Total", 3).body(body)
}

#[tokio::test]
async fn each_line_is_a_row() {
    let server = Server::start(paged);
    let rows = client(&server).events().await.expect("rows");
    assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(rows[0].name.as_deref(), Some("a\nb"));
    assert_eq!(server.requests()[0].header("accept"), Some("application/x-ndjson, */*;q=0.9"));
    let mut batches = client(&server).scan("events").expect("a scan").batches();
    let mut scanned = 0;
    while let Some(batch) = batches.next().await {
        scanned += batch.expect("a batch").len();
    }
    assert_eq!(scanned, 3);
    let database = Database::new();
    let report = client(&server).sync(&mut database.open()).only(["events"]).await.expect("a sync");
    let events = report.resource("events").expect("its report");
    assert_eq!((events.rows, events.expected, events.drift.get("size")), (3, Some(3), Some(&1)));
    assert_eq!(database.one("SELECT name FROM events WHERE id = 1"), "a\nb");
    let report = client(&server).verify().only(["events"]).await.expect("a report");
    assert_eq!(
        report.resource("events").map(|events| (events.rows, events.differences.len())),
        Some((2, 1)),
        "{report}"
    );
    let server = lines("\"x\"\n\"y\\u0000\"");
    assert_eq!(client(&server).tags().await.expect("rows"), [api::Tag("x".to_owned()), api::Tag("y\0".to_owned())]);
    assert_eq!(server.requests()[0].header("accept"), Some("text/plain"));
    for empty in ["", "\n", " \r\n\r\n"] {
        assert_eq!(client(&lines(empty)).tags().await.expect("no rows").len(), 0, "{empty:?}");
    }
}

#[tokio::test]
async fn the_last_row_may_be_the_cursor() {
    let server = Server::start(|request| {
        let body = match request.param("after") {
            None => "{\"id\":1}\n{\"id\":2}\n",
            Some("2") => "{\"id\":5}",
            _ => "",
        };
        Reply::status(200).body(body)
    });
    let rows = client(&server).chained().await.expect("rows");
    assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), [1, 2, 5]);
    assert_eq!(server.asked("after"), [None, Some("2".to_owned()), Some("5".to_owned())]);
}

#[tokio::test]
async fn errors_name_the_line() {
    for (body, parts) in [
        ("{\"id\":1}\n\n{\"id\":\"x\"}\n", &["line 3, `id`: expected u64, found string \"x\""][..]),
        ("{\"id\":1}\n{\"error\":\"quota\"}\n", &["line 2, `$`: expected the field `id`, found the keys `error`"]),
        ("{\"id\":1}\n{\"id\":2}{\"id\":3}\n", &["line 2: not JSON: trailing characters"]),
        ("{\"id\":1}\n{\"id\":2},{\"id\":3}\n", &["line 2: not JSON: trailing characters"]),
        ("{\"id\":1}\n{\"id\":NaN}\n", &["line 2: not JSON: expected value"]),
        ("{\"id\":1}\n{\"id\":2,\"na", &["line 2: the body ends within a value", "the response is cut off"]),
        ("<html>\n</html>\n", &["line 1: not JSON", "HTML or XML"]),
        ("{\n\"items\": []\n}\n", &["line 1: not JSON", "leave `format` out"]),
        ("[{\"id\":1}]\n", &["line 1, `$`: expected a row of `loose`, an object, found sequence"]),
        ("null\n", &["line 1, `$`: expected a row of `loose`, an object, found null"]),
    ] {
        let strict = client(&Server::start(move |_| Reply::status(200).body(body))).events().await;
        let parts: Vec<String> = parts.iter().map(|part| part.replace("`loose`", "`events`")).collect();
        says(&strict.expect_err(body), &parts.iter().map(String::as_str).collect::<Vec<_>>());
    }
    let error = client(&lines(b"{\"id\":1}\n{\"name\":\"\xE9\"}\n")).events().await.expect_err("Latin 1");
    says(&error, &["line 2: not JSON: not UTF-8 at byte 9"]);
    let error = client(&lines(b"\xFF\xFE{\0")).events().await.expect_err("UTF-16");
    says(&error, &["the body is in UTF-16", "only UTF-8 is read"]);
}

#[tokio::test]
async fn bad_lines_are_quarantined_and_cut_ones_never() {
    let body = "{\"id\":1}\n{\"id\":\"x\"}\noops\n{\"id\":2}\n{\"error\":\"quota\"}\n";
    let server = lines(body);
    assert_eq!(client(&server).loose().await.expect("rows").len(), 2);
    let database = Database::new();
    let report = client(&server).sync(&mut database.open()).only(["loose"]).await.expect("a sync");
    let loose = report.resource("loose").expect("its report");
    assert_eq!((loose.rows, loose.quarantined), (5, 3));
    let aside = database.query("SELECT row, error FROM _declarest_quarantine ORDER BY error");
    let texts: Vec<&str> = aside.iter().map(|row| row[0].as_str()).collect();
    assert_eq!(texts, ["{\"id\":\"x\"}", "oops", "{\"error\":\"quota\"}"]);
    assert!(aside[1][1].starts_with("line 3: not JSON: expected value"), "{aside:?}");
    // What is cut may have lost more than its last line, and what has no good line is no list of rows.
    for body in ["{\"id\":1}\n{\"id\":2,\"na", "{\"id\":1}\n{\"id\":2", "<html>\n</html>\n", "{\"id\":1"] {
        client(&lines(body)).loose().await.expect_err(body);
    }
}

#[tokio::test]
async fn a_cut_body_is_asked_for_again() {
    let whole = "{\"id\":1}\n{\"id\":2}\n";
    let server = Server::start(move |request| match request.nth {
        1 => Reply::cut(whole.len(), [declarest_tests::Step::Send(b"{\"id\":1}\n".to_vec())]),
        _ => Reply::status(200).body(whole),
    });
    assert_eq!(client(&server).loose().await.expect("rows").len(), 2);
    assert_eq!(server.count(), 2);
}
