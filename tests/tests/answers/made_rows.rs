//! Rows that a function makes of a body: `rows = path::to::function`.

use declarest::{Error, ErrorKind};
use declarest_tests::{Database, Reply, Request, Server};

#[declarest::source(
    base_url = "http://127.0.0.1:9",
    retry(max_retries = 0),
    auth = bearer(token = secret(token)),
    resource_defaults(paginator = page_number(limit_param = "n", limit = 2), primary_key = id)
)]
mod api {
    use declarest::Json;

    #[resource(name = pairs, path = "/pairs", rows = pairs)]
    #[derive(Debug, PartialEq)]
    pub struct Pair {
        pub id: u64,
        pub name: String,
    }

    fn pairs(body: &str) -> Result<Vec<Pair>, String> {
        let pair = |line: &str| {
            let (id, name) = line.split_once('=').ok_or_else(|| format!("`{line}` is no pair"))?;
            let id = id.parse().map_err(|error| format!("`{id}`: {error}"))?;
            Ok(Pair { id, name: name.to_owned() })
        };
        body.lines().map(pair).collect()
    }

    #[resource(
        name = columns, path = "/columns", rows = super::transpose, on_bad_row = quarantine,
        paginator = page_number(total_path = "total", limit_param = "n", limit = 2),
    )]
    #[derive(Debug, PartialEq)]
    pub struct Column {
        pub id: u64,
        pub name: Option<String>,
    }

    #[resource(name = bytes, path = "/bytes", rows = bytes, paginator = single_page)]
    #[derive(Debug, PartialEq)]
    pub struct Byte {
        pub id: u64,
    }

    fn bytes(body: &[u8]) -> Vec<Byte> {
        body.iter().map(|byte| Byte { id: u64::from(*byte) }).collect()
    }

    #[resource(name = parsed, path = "/parsed", rows = parsed, paginator = single_page)]
    #[derive(Debug, PartialEq)]
    pub struct Parsed {
        pub id: u64,
    }

    #[expect(clippy::needless_pass_by_value, reason = "functions may take the body as they like")]
    fn parsed(body: Json) -> Result<Vec<Json>, serde_json::Error> {
        let ids: Vec<u64> = body.decode()?;
        ids.into_iter().map(|id| format!("{{\"id\":{id}}}").parse()).collect()
    }
}

/// Columns, which are lists, as rows.
fn transpose(body: &declarest::Json) -> Result<Vec<declarest::Json>, serde_json::Error> {
    #[derive(serde::Deserialize)]
    struct Columns {
        ids: Vec<serde_json::Value>,
        names: Vec<Option<String>>,
    }
    let Columns { ids, names } = body.decode()?;
    let rows = ids.into_iter().zip(names).map(|(id, name)| serde_json::json!({ "id": id, "name": name }).to_string());
    rows.map(|row| row.parse()).collect()
}

fn client(server: &Server) -> api::Client {
    api::Client::builder().base_url(server.base_url()).token("t0k3n").build().expect("a client")
}

fn says(error: &Error, parts: &[&str]) {
    let text = format!("{error:#}");
    assert_eq!(error.kind(), ErrorKind::Decode, "{text}");
    for part in parts {
        assert!(text.contains(part), "{part:?} in: {text}");
    }
}

fn pairs(request: &Request) -> Reply {
    Reply::status(200).body(match request.param("page") {
        Some("1") => "1=a\n2=b",
        Some("2") => "3=c",
        _ => "",
    })
}

#[tokio::test]
async fn a_function_makes_the_rows_of_a_text() {
    let server = Server::start(pairs);
    let rows = client(&server).pairs().await.expect("rows");
    assert_eq!(rows.iter().map(|row| (row.id, row.name.as_str())).collect::<Vec<_>>(), [(1, "a"), (2, "b"), (3, "c")]);
    assert_eq!(server.requests()[0].header("accept"), Some("*/*"));
    let mut batches = client(&server).scan("pairs").expect("a scan").batches();
    let mut scanned = 0;
    while let Some(batch) = batches.next().await {
        scanned += batch.expect("a batch").len();
    }
    assert_eq!(scanned, 3);
    let database = Database::new();
    let report = client(&server).sync(&mut database.open()).only(["pairs"]).await.expect("a sync");
    assert_eq!(report.resource("pairs").map(|pairs| (pairs.rows, pairs.drift.len())), Some((3, 0)));
    assert_eq!(database.query("SELECT name FROM pairs ORDER BY id"), [["a"], ["b"], ["c"]]);
    let report = client(&server).verify().only(["pairs"]).await.expect("a report");
    assert_eq!(report.resource("pairs").map(|pairs| (pairs.rows, pairs.differences.len())), Some((2, 0)), "{report}");
}

#[tokio::test]
async fn what_a_function_says_is_an_error_with_its_place_and_without_secrets() {
    let server = Server::start(|_| Reply::status(200).body("1=a\nBearer t0k3n"));
    let error = client(&server).pairs().await.expect_err("no pair");
    says(&error, &["no rows could be made of the body: `Bearer ***` is no pair", "pairs", "page 1", "/pairs?"]);
    assert!(!format!("{error:?}").contains("t0k3n"), "{error:?}");
    let server = Server::start(|_| Reply::status(200).body(b"1=\xE9".to_vec()));
    let error = client(&server).pairs().await.expect_err("Latin 1");
    says(&error, &["the body is not UTF-8 at byte 2", "`&[u8]`"]);
    let server = Server::start(|_| Reply::status(200).body("<html>"));
    says(&client(&server).parsed().await.expect_err("HTML"), &["the body is not JSON", "HTML or XML"]);
    // The same page again is a loop, whatever it is made of.
    let server = Server::start(|_| Reply::status(200).body("1=a\n2=b"));
    let error = client(&server).pairs().await.expect_err("a loop");
    assert_eq!(error.kind(), ErrorKind::PaginationLoop, "{error}");
}

#[tokio::test]
async fn rows_of_json_are_decoded_and_the_paginator_reads_the_body() {
    let server = Server::start(|request| {
        Reply::json(match request.param("page") {
            Some("1") => r#"{"total": 3, "ids": [1, "x"], "names": ["a", "b"]}"#,
            _ => r#"{"total": 3, "ids": [3], "names": [null]}"#,
        })
    });
    let rows = client(&server).columns().await.expect("rows");
    assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), [1, 3]);
    assert_eq!(server.count(), 2, "the total is known");
    let database = Database::new();
    let report = client(&server).sync(&mut database.open()).only(["columns"]).await.expect("a sync");
    let columns = report.resource("columns").expect("its report");
    assert_eq!((columns.rows, columns.quarantined, columns.expected), (3, 1, Some(3)));
    let aside = database.query("SELECT row, error FROM _declarest_quarantine");
    assert_eq!(aside[0][0], r#"{"id":"x","name":"b"}"#);
    assert!(aside[0][1].starts_with("row 2, `[1].id`: expected u64, found string"), "{aside:?}");
}

#[tokio::test]
async fn functions_take_bytes_and_json_too() {
    let server = Server::start(|_| Reply::status(200).body(vec![7, 255]));
    assert_eq!(client(&server).bytes().await.expect("rows"), [api::Byte { id: 7 }, api::Byte { id: 255 }]);
    let server = Server::start(|_| Reply::json("[4, 5]"));
    assert_eq!(client(&server).parsed().await.expect("rows"), [api::Parsed { id: 4 }, api::Parsed { id: 5 }]);
}
