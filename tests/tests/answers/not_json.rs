//! Single values that JSON does not have, in rows and beside them: one such value costs one row, and is named.

use std::io::Write as _;

use declarest::{Error, ErrorKind};
use declarest_tests::{Database, LevelFilter, Logged, Reply, Server};

#[declarest::source(
    base_url = "http://127.0.0.1:9",
    retry(max_retries = 1, backoff_factor = 0.01),
    resource_defaults(data_selector = "items", paginator = single_page, primary_key = id),
)]
mod api {
    #[resource(name = strict, path = "/")]
    #[derive(Debug)]
    pub struct Strict {
        pub id: u64,
        pub value: Option<f64>,
    }

    #[resource(name = lenient, path = "/", on_bad_row = quarantine)]
    #[derive(Debug)]
    pub struct Lenient {
        pub id: u64,
        pub value: Option<f64>,
    }

    #[resource(name = queried, path = "/", on_bad_row = quarantine, data_selector = "$.items[?@.id > 0]")]
    #[derive(Debug)]
    pub struct Queried {
        pub id: u64,
    }

    #[resource(name = linked, path = "/", on_bad_row = quarantine, paginator = json_link(next_url_path = "next"))]
    #[derive(Debug)]
    pub struct Linked {
        pub id: u64,
    }
}

fn serving(body: impl Into<Vec<u8>>) -> (Server, api::Client) {
    let body = body.into();
    let server = Server::start(move |_| Reply::status(200).body(body.clone()));
    let client = api::Client::builder().base_url(server.base_url()).build().expect("a client");
    (server, client)
}

/// Ten rows, of which the third has this text for its value.
fn rows(third: &[u8]) -> Vec<u8> {
    let mut body = b"{\"items\":[".to_vec();
    for id in 1..=10 {
        let value: &[u8] = if id == 3 { third } else { b"\"value\":1.5" };
        write!(body, "{}{{\"id\":{id},", if id > 1 { "," } else { "" }).expect("memory");
        body.extend([value, b"}"].concat());
    }
    body.extend(b"],\"total\":10}");
    body
}

fn says(error: &Error, parts: &[&str]) {
    let text = format!("{error:#}");
    assert_eq!(error.kind(), ErrorKind::Decode, "{text}");
    for part in parts {
        assert!(text.contains(part), "{part:?} in: {text}");
    }
}

/// Values that are none, where the fault is, and how it is named.
const FAULTS: [(&[u8], &str, &str); 8] = [
    (b"\"value\":NaN", "items[2].value", "found NaN, which JSON does not have"),
    (b"\"value\":-Infinity", "items[2].value", "found -Infinity, which JSON does not have"),
    (b"\"unnamed\":{\"a\":[0,NaN]}", "items[2].unnamed.a[1]", "found NaN, which JSON does not have"),
    (b"\"value\":undefined", "items[2].value", "found undefined, which JSON does not have"),
    (b"\"value\":007", "items[2].value", "found 007, which JSON does not have"),
    (b"\"unnamed\":\"two\nlines\"", "items[2].unnamed", "found the character U+000A without an escape"),
    (b"\"unnamed\":\"\\x41\"", "items[2].unnamed", "found an escape that JSON does not have"),
    (b"\"unnamed\":\"Z\xFCrich\"", "items[2].unnamed", "found bytes that are not UTF-8"),
];

#[tokio::test]
async fn the_error_names_the_value_the_row_and_the_path() {
    for (value, path, what) in FAULTS {
        let (_server, client) = serving(rows(value));
        let error = client.strict().await.expect_err("no JSON");
        says(&error, &[&format!("row 3, `{path}`: {what}"), "`on_bad_row = quarantine`"]);
        assert!(!format!("{error:#}").contains("base URL"), "{error:#}");
    }
}

#[tokio::test]
async fn the_other_rows_are_read_and_stored() {
    for (value, path, what) in FAULTS {
        let (_server, client) = serving(rows(value));
        let (logged, guard) = Logged::on_this_thread(LevelFilter::WARN);
        let ids: Vec<_> = client.lenient().await.expect("rows").into_iter().map(|row| row.id).collect();
        drop(guard);
        assert_eq!(ids, [1, 2, 4, 5, 6, 7, 8, 9, 10], "{what}");
        assert!(logged.text().contains(path), "{}", logged.text());
        assert_eq!(client.queried().await.expect("rows").len(), 9, "{what}");
        assert_eq!(client.linked().await.expect("rows").len(), 9, "{what}");
    }
    let (_server, client) = serving(rows(FAULTS[0].0));
    let database = Database::new();
    let report = client.sync(&mut database.open()).only(["lenient"]).await.expect("a report");
    let lenient = report.resource("lenient").expect("it was read");
    assert_eq!((lenient.rows, lenient.quarantined), (10, 1));
    let kept = database.query("SELECT row, path, error FROM _declarest_quarantine");
    assert_eq!((kept.len(), &kept[0][0][..], &kept[0][1][..]), (1, r#"{"id":3,"value":NaN}"#, "items[2].value"));
    assert!(kept[0][2].contains("found NaN"), "{kept:?}");
}

#[tokio::test]
async fn a_fault_beside_the_rows_is_named_and_is_an_error() {
    let (_server, client) = serving(r#"{"meta":{"mean":NaN},"items":[{"id":1}]}"#);
    for error in [client.lenient().await.map(drop), client.strict().await.map(drop), client.queried().await.map(drop)] {
        says(&error.expect_err("no JSON"), &["the body is not JSON: `meta.mean`: found NaN"]);
    }
}

#[tokio::test]
async fn what_is_no_json_at_all_is_refused_as_before() {
    for body in [
        "{\"items\":[{\"id\":1},]}",
        "{\"items\":[{\"id\":1 \"x\":NaN}]}",
        "{\"items\":[{\"id\":1}",
        "<html>NaN</html>",
    ] {
        let (_server, client) = serving(body);
        let error = client.lenient().await.expect_err("no JSON");
        says(&error, &["the body is not JSON", "at byte"]);
    }
}

#[tokio::test]
async fn verification_names_it() {
    let (_server, client) = serving(rows(b"\"value\":NaN"));
    let text = client.verify().await.expect("a report").to_string();
    assert!(text.contains("found NaN, which JSON does not have"), "{text}");
}
