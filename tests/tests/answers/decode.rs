//! Bodies: those that fit, and those that do not, with where and why.

use std::io::Write as _;

use declarest::{Error, ErrorKind};
use declarest_tests::{Reply, Server};
use serde_json::json;

/// Rows in all kinds of places.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = none,
    retry(max_retries = 0),
    max_page_bytes = "64KiB",
    resource_defaults(paginator = single_page, rename_all = "camelCase"),
)]
mod api {
    #[resource(name = items, path = "/items", data_selector = "items")]
    #[derive(Debug, Clone, PartialEq)]
    pub struct Item {
        pub key: String,
        pub line: u32,
        pub resolution: Option<String>,
        pub text_range: Option<TextRange>,
        pub tags: Option<Vec<String>>,
        pub severity: Option<Severity>,
        #[column(name = "kind")]
        pub r#type: Option<String>,
    }

    #[nested]
    #[derive(Debug, Clone, PartialEq)]
    pub struct TextRange {
        pub start_line: u32,
        pub end_line: u32,
    }

    #[nested(rename_all = "SCREAMING_SNAKE_CASE")]
    #[derive(Debug, Clone, PartialEq)]
    pub enum Severity {
        Minor,
        Major,
    }

    #[resource(name = bare, path = "/bare")]
    #[derive(Debug)]
    pub struct Bare {
        pub key: String,
    }

    #[resource(name = deep, path = "/deep", data_selector = "a.b.items")]
    #[derive(Debug)]
    pub struct Deep {
        pub key: String,
    }

    #[resource(name = starred, path = "/starred", data_selector = "items[*]")]
    #[derive(Debug)]
    pub struct Starred {
        pub key: String,
    }

    #[resource(name = grouped, path = "/grouped", data_selector = "groups[*].items[*]")]
    #[derive(Debug)]
    pub struct Grouped {
        pub key: String,
    }

    #[resource(name = quoted, path = "/quoted", data_selector = "[\"odd key.s\"]")]
    #[derive(Debug)]
    pub struct Quoted {
        pub key: String,
    }

    #[resource(name = numbers, path = "/numbers")]
    #[derive(Debug)]
    pub struct Number {
        pub id: i64,
        pub unsigned: u64,
        pub small: i8,
        pub real: f64,
        pub half: Option<f32>,
        pub halves: Option<Vec<f32>>,
        pub pairs: Option<Vec<Vec<f32>>>,
        pub named: Option<std::collections::BTreeMap<String, Option<f32>>>,
        pub raw: declarest::Json,
    }

    #[resource(name = counted, path = "/counted", data_selector = "items", paginator = page_number(page_param = "p", limit_param = "ps", limit = 1, total_path = "paging.total"))]
    #[derive(Debug)]
    pub struct Counted {
        pub key: String,
    }
}

/// A client of a server that gives this answer once.
fn answering(reply: Reply) -> (Server, api::Client) {
    let server = Server::script([reply]);
    let client = api::Client::builder().base_url(server.base_url()).build().expect("nothing is missing");
    (server, client)
}

/// What the rows of `items` are in this body.
async fn items(body: impl Into<Vec<u8>>) -> Result<Vec<api::Item>, Error> {
    let (server, client) = answering(Reply::status(200).body(body));
    let result = client.items().await;
    assert_eq!(server.count(), 1, "what was read is not asked for again");
    result
}

/// The error that this body gives. Its kind, its place and that it has advice are checked.
async fn refused(body: impl Into<Vec<u8>>) -> Error {
    let error = items(body).await.expect_err("a bad body");
    let text = format!("{error:#}");
    assert_eq!((error.kind(), error.resource(), error.page()), (ErrorKind::Decode, Some("items"), Some(1)), "{text}");
    assert!(text.starts_with("items, page 1: ") && text.contains("/items)"), "{text}");
    assert!(error.help().is_some() && text.lines().count() == 2, "a message, and a line of advice: {text}");
    error
}

/// A body of these rows.
fn rows(rows: &serde_json::Value) -> String {
    json!({ "items": rows }).to_string()
}

async fn row_error(row: serde_json::Value) -> String {
    let body = rows(&json!([{ "key": "a", "line": 1 }, row, { "key": "c", "line": "also wrong" }]));
    format!("{:#}", refused(body).await)
}

fn contains_all(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part:?} in: {text}");
    }
}

// What fits.

#[tokio::test]
async fn fields_are_read_whatever_their_order_and_others_are_ignored() {
    let body = r#" { "more" : {"items": [1]}, "items" : [
        {"unknown": {"deep": [1, {"key": 2}]}, "textRange": {"endLine": 2, "x": 0, "startLine": 1}, "line": 7, "tags": ["a", "b"], "type": "BUG", "severity": "MAJOR", "key": "k\u00fc\n"},
        {"key": "absent", "line": 0},
        {"key": "null", "line": 1, "resolution": null, "textRange": null, "tags": null, "severity": null, "type": null}
    ], "facets": [] } "#;
    let items = items(body).await.expect("rows");
    let first = api::Item {
        key: "kü\n".to_owned(),
        line: 7,
        resolution: None,
        text_range: Some(api::TextRange { start_line: 1, end_line: 2 }),
        tags: Some(vec!["a".to_owned(), "b".to_owned()]),
        severity: Some(api::Severity::Major),
        r#type: Some("BUG".to_owned()),
    };
    assert_eq!(items[0], first);
    for (item, key, line) in [(&items[1], "absent", 0), (&items[2], "null", 1)] {
        let expected = api::Item {
            key: key.to_owned(),
            line,
            resolution: None,
            text_range: None,
            tags: None,
            severity: None,
            r#type: None,
        };
        assert_eq!(*item, expected);
    }
}

#[tokio::test]
async fn the_last_of_two_equal_keys_holds() {
    let read = items(r#"{"items":[{"key":"first","line":1,"key":"last"}]}"#).await.expect("rows");
    assert_eq!(read[0].key, "last");
    let read = items(r#"{"items":[{"key":"first","line":1}],"items":[{"key":"last","line":1}]}"#).await.expect("rows");
    assert_eq!(read.iter().map(|row| row.key.as_str()).collect::<Vec<_>>(), ["last"]);
}

#[tokio::test]
async fn keys_may_be_written_with_escapes() {
    let read = items(r#"{"\u0069tems":[{"k\u0065y":"a","line":1}]}"#).await.expect("rows");
    assert_eq!(read[0].key, "a");
}

#[tokio::test]
async fn a_byte_order_mark_is_passed_over() {
    let read = items([b"\xEF\xBB\xBF".as_slice(), br#"{"items":[{"key":"a","line":1}]}"#].concat()).await;
    assert_eq!(read.expect("rows").len(), 1);
}

#[tokio::test]
async fn no_rows_are_no_failure() {
    assert!(items(r#"{"items":[]}"#).await.expect("rows").is_empty());
}

#[tokio::test]
async fn rows_are_found_where_the_selector_says() {
    let (_server, client) = answering(Reply::json(r#"[{"key":"a"},{"key":"b"}]"#));
    assert_eq!(client.bare().await.expect("rows").len(), 2);
    let (_server, client) =
        answering(Reply::json(r#"{"a":{"items":[],"b":{"x":1,"items":[{"key":"a"}]}},"items":[{}]}"#));
    assert_eq!(client.deep().await.expect("rows")[0].key, "a");
    let (_server, client) = answering(Reply::json(r#"{"items":[{"key":"a"}]}"#));
    assert_eq!(client.starred().await.expect("rows").len(), 1);
    let (_server, client) = answering(Reply::json(r#"{"items":[{"key":"no"}],"odd key.s":[{"key":"a"}]}"#));
    assert_eq!(client.quoted().await.expect("rows")[0].key, "a");
    let groups = r#"{"groups":[{"name":"x","items":[{"key":"a"},{"key":"b"}]},{"items":[]},{"items":[{"key":"c"}]}]}"#;
    let (_server, client) = answering(Reply::json(groups));
    let grouped = client.grouped().await.expect("rows");
    assert_eq!(grouped.iter().map(|row| row.key.as_str()).collect::<Vec<_>>(), ["a", "b", "c"]);
}

#[tokio::test]
async fn numbers_keep_their_value() {
    let body = r#"[{"id":-9223372036854775808,"unsigned":18446744073709551615,"small":-128,"real":1e-7,"raw":{"n":123456789012345678901234567890.10}},
        {"id":9007199254740993,"unsigned":0,"small":127,"real":3,"raw":[ 1, 2 ]}]"#;
    let (_server, client) = answering(Reply::json(body));
    let numbers = client.numbers().await.expect("rows");
    assert_eq!((numbers[0].id, numbers[0].unsigned, numbers[0].small), (i64::MIN, u64::MAX, -128));
    assert_eq!(numbers[0].raw.get(), r#"{"n":123456789012345678901234567890.10}"#);
    assert_eq!((numbers[1].id, numbers[1].small, numbers[1].raw.get()), (9_007_199_254_740_993, 127, "[ 1, 2 ]"));
    assert!((numbers[0].real - 1e-7).abs() < f64::EPSILON && (numbers[1].real - 3.0).abs() < f64::EPSILON);
}

#[tokio::test]
async fn a_total_may_stand_before_or_after_the_rows() {
    for body in [
        r#"{"paging":{"total":1},"items":[{"key":"a"}]}"#,
        r#"{"items":[{"key":"a"}],"paging":{"pageIndex":1,"total":1}}"#,
        r#"{"items":[{"key":"a","paging":{"total":9}}],"paging":{"total":1},"x":{"paging":{"total":9}}}"#,
    ] {
        let (server, client) = answering(Reply::json(body));
        assert_eq!(client.counted().await.expect("rows").len(), 1, "{body}");
        assert_eq!(server.count(), 1);
    }
}

// Encodings.

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

fn brotli(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    brotli::BrotliCompress(&mut &*bytes, &mut out, &brotli::enc::BrotliEncoderParams::default()).expect("memory");
    out
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).expect("memory")
}

type Encoder = fn(&[u8]) -> Vec<u8>;
const ENCODINGS: [(&str, Encoder); 3] = [("gzip", gzip), ("br", brotli), ("zstd", zstd)];

#[tokio::test]
async fn encoded_bodies_are_decoded() {
    let list: Vec<_> = (0..500).map(|line| json!({ "key": format!("k{line}"), "line": line })).collect();
    for (name, encode) in ENCODINGS {
        let body = encode(rows(&json!(list)).as_bytes());
        let (_server, client) = answering(Reply::status(200).header("Content-Encoding", name).body(body));
        let read = client.items().await.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!((read.len(), read[499].key.as_str()), (500, "k499"), "{name}");
    }
}

#[tokio::test]
async fn an_encoded_body_that_is_broken_is_an_error() {
    for (name, encode) in ENCODINGS {
        let mut body = encode(rows(&json!([{ "key": "a".repeat(1000), "line": 1 }])).as_bytes());
        body.truncate(body.len() / 2);
        let (_server, client) = answering(Reply::status(200).header("Content-Encoding", name).body(body));
        let error = client.items().await.expect_err(name);
        assert_eq!(error.kind(), ErrorKind::Transport, "{name}: {error}");
    }
}

#[tokio::test]
async fn encodings_are_read_as_servers_name_them() {
    let twice: Encoder = |bytes| gzip(&gzip(bytes));
    let mixed: Encoder = |bytes| brotli(&gzip(bytes));
    let body = rows(&json!([{ "key": "a".repeat(1000), "line": 1 }]));
    for (name, encode) in [
        ("GZIP", gzip as Encoder),
        ("x-gzip", gzip),
        ("X-GZip", gzip),
        ("gzip, gzip", twice),
        ("gzip, identity", gzip),
        ("Br", brotli),
        ("ZSTD", zstd),
        ("gzip, br", mixed),
    ] {
        let encoded = encode(body.as_bytes());
        let with = |status, body: &[u8]| Reply::status(status).header("Content-Encoding", name).body(body);
        let (_server, client) = answering(with(200, &encoded));
        let read = client.items().await.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(read[0].key.len(), 1000, "{name}");
        let (_server, client) = answering(with(200, encoded.get(..encoded.len() / 2).expect("a half")));
        assert_eq!(client.items().await.expect_err(name).kind(), ErrorKind::Transport, "{name}");
        let (_server, client) = answering(with(400, &encode(b"no such page")));
        contains_all(&client.items().await.expect_err(name).to_string(), &["no such page"]);
    }
    let bomb = gzip(&vec![b' '; 10 << 20]);
    let (server, client) = answering(Reply::status(200).header("Content-Encoding", "x-gzip").body(bomb));
    assert_eq!((client.items().await.expect_err("a bomb").kind(), server.count()), (ErrorKind::BodyTooLarge, 1));
    // It is said to be encoded, and is not.
    let (_server, client) = answering(Reply::status(200).header("Content-Encoding", "GZIP").body(body));
    assert_eq!(client.items().await.expect("rows").len(), 1);
}

#[tokio::test]
async fn an_encoding_that_is_not_read_is_named() {
    let coded = |coding, body: &[u8]| answering(Reply::status(200).header("Content-Encoding", coding).body(body));
    let (_server, client) = coded("compress", &[0x1f, 0x9d, 0x90, 0x7b]);
    let error = client.items().await.expect_err("nobody reads it");
    assert_eq!(error.kind(), ErrorKind::Decode);
    contains_all(&format!("{error:#}"), &["it is encoded as \"compress\"", "the request did not accept this one"]);

    // A charset in the wrong header; and the error of a readable body is that of its content.
    let (_server, client) = coded("utf-8", br#"[{"key":"a"}]"#);
    assert_eq!(client.bare().await.expect("rows").len(), 1);
    let (_server, client) = coded("utf-8", br#"[{"key":1}]"#);
    contains_all(&client.bare().await.expect_err("a number").to_string(), &["`[0].key`"]);
}

#[tokio::test]
async fn a_page_over_the_bound_is_refused() {
    let large = rows(&json!([{ "key": "a".repeat(64 << 10), "line": 1 }])).into_bytes();
    let (server, client) = answering(Reply::status(200).body(large.clone()));
    let error = client.items().await.expect_err("too large");
    assert_eq!((error.kind(), error.page(), server.count()), (ErrorKind::BodyTooLarge, Some(1), 1));
    contains_all(&format!("{error:#}"), &["max_page_bytes", "65536", "a smaller page size"]);

    // No length is announced: the bound is met on the way.
    let head = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n";
    let bytes = [head.as_bytes(), &large].concat();
    let (_server, client) = answering(Reply::script([declarest_tests::Step::Send(bytes)]));
    assert_eq!(client.items().await.expect_err("too large").kind(), ErrorKind::BodyTooLarge);
}

#[tokio::test]
async fn a_page_that_is_small_before_decompression_is_refused_too() {
    // A hundred megabytes of nothing: a bomb.
    let bomb = [br#"{"items":["#.to_vec(), vec![b' '; 100 << 20], b"]}".to_vec()].concat();
    for (name, encode) in [("gzip", gzip as Encoder), ("zstd", zstd)] {
        let body = encode(&bomb);
        assert!(body.len() < 200 << 10, "{name}: {}", body.len());
        let (server, client) = answering(Reply::status(200).header("Content-Encoding", name).body(body));
        let error = client.items().await.expect_err(name);
        assert_eq!((error.kind(), server.count()), (ErrorKind::BodyTooLarge, 1), "{name}: {error}");
    }
}

#[tokio::test]
async fn a_page_of_exactly_the_bound_is_read() {
    let mut body = rows(&json!([{ "key": "a", "line": 1 }]));
    body.push_str(&" ".repeat((64 << 10) - body.len()));
    assert_eq!(items(body.clone()).await.expect("rows").len(), 1);
    body.push(' ');
    assert_eq!(items(body).await.expect_err("one too many").kind(), ErrorKind::BodyTooLarge);
}

// What is not JSON.

#[tokio::test]
async fn html_with_status_200_is_named_as_such() {
    let error = refused("\n<!DOCTYPE html><html><body>Sign in</body></html>").await;
    contains_all(&format!("{error:#}"), &["not JSON", "<!DOCTYPE", "HTML", "login page or proxy"]);
}

#[tokio::test]
async fn invalid_json_is_located() {
    for (body, offset, near) in [
        (r#"{"items":[{"key":"a","line":1},}]}"#, 31, "near \"}]}\""),
        ("{\"items\":\n[{\"key\":\"a\",\n\"line\":1]}", 31, "near \"]}\""),
        ("nothing here", 1, "near \"othing"),
    ] {
        let text = format!("{:#}", refused(body).await);
        assert!(text.contains("not JSON") && text.contains(near), "{text}");
        assert!(text.contains(&format!("at byte {offset},")), "{text}");
    }
}

#[tokio::test]
async fn a_body_that_ends_too_early_is_an_error() {
    // Not cut by the connection, but by its author.
    let error = refused(r#"{"items":[{"key":"a","#).await;
    contains_all(&format!("{error:#}"), &["not JSON", "EOF", "at byte 21"]);
}

#[tokio::test]
async fn something_behind_the_json_is_an_error() {
    let error = refused(r#"{"items":[]} {"items":[]}"#).await;
    contains_all(&format!("{error:#}"), &["trailing characters", "at byte 13"]);
}

#[tokio::test]
async fn an_empty_body_is_named_as_such() {
    for body in ["", " \r\n"] {
        contains_all(&format!("{:#}", refused(body).await), &["the body is empty"]);
    }
    let (_server, client) = answering(Reply::status(204));
    assert_eq!(client.items().await.expect_err("no content").kind(), ErrorKind::Decode);
}

#[tokio::test]
async fn a_body_that_is_not_utf8_is_an_error() {
    let body = [br#"{"items":[{"key":""#.as_slice(), b"\xff\xfe", br#"","line":1}]}"#].concat();
    contains_all(&format!("{:#}", refused(body).await), &["UTF-8"]);
}

#[tokio::test]
async fn depth_without_end_is_an_error_and_no_crash() {
    for open in ["[", "{\"a\":", "{\"items\":[", "{\"items\":"] {
        let body = open.repeat(6_000);
        let error = items(body).await.expect_err("no end");
        assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
    }
}

// Selectors.

#[tokio::test]
async fn an_absent_selector_lists_the_keys_there_are() {
    let error = refused(r#"{"issues":[],"paging":{"total":1,"list":[]},"total":1}"#).await;
    contains_all(
        &format!("{error:#}"),
        &["no rows at `items`", "`issues`, `paging`, `total`", "data_selector", "arrays at `issues`, `paging.list`"],
    );
}

#[tokio::test]
async fn an_error_with_status_200_is_not_taken_for_no_rows() {
    let error = refused(r#"{"errors":"quota exceeded"}"#).await;
    contains_all(&format!("{error:#}"), &["no rows at `items`", "`errors`", "reports an error with status 200"]);
    for body in ["{}", "null", "1", "\"text\"", "true"] {
        assert_eq!(refused(body).await.kind(), ErrorKind::Decode, "{body}");
    }
}

#[tokio::test]
async fn a_selector_that_breaks_off_says_where() {
    let (_server, client) = answering(Reply::json(r#"{"a":{"c":[]}}"#));
    let text = format!("{:#}", client.deep().await.expect_err("no b"));
    contains_all(&text, &["no rows at `a.b.items`", "`a` is an object with the keys `c`", "arrays at `a.c`"]);
}

#[tokio::test]
async fn a_selector_at_something_else_says_what() {
    for (body, found) in [
        (r#"{"items":{"list":[]}}"#, "an object"),
        (r#"{"items":null}"#, "null"),
        (r#"{"items":"none"}"#, "a string"),
        (r#"{"items":3}"#, "a number"),
        (r#"{"items":false}"#, "a boolean"),
    ] {
        let text = format!("{:#}", refused(body).await);
        assert!(text.contains(&format!("`items`: expected an array of rows, found {found}")), "{text}");
    }
    contains_all(&format!("{:#}", refused(r#"{"items":{"list":[]}}"#).await), &["arrays at `items.list`"]);
}

#[tokio::test]
async fn an_object_without_a_selector_lists_its_arrays() {
    let (_server, client) = answering(Reply::json(r#"{"paging":{},"issues":[],"data":{"rows":[]}}"#));
    let error = client.bare().await.expect_err("an object");
    assert_eq!(error.kind(), ErrorKind::Decode);
    contains_all(
        &format!("{error:#}"),
        &["expected an array of rows, found an object", "data_selector", "`data.rows`, `issues`"],
    );
}

#[tokio::test]
async fn an_array_with_a_selector_says_to_leave_it_out() {
    contains_all(
        &format!("{:#}", refused(r#"[{"key":"a","line":1}]"#).await),
        &["no rows at `items`", "an array", "leave `data_selector` out"],
    );
}

// Rows.

#[tokio::test]
async fn a_row_of_a_wrong_type_is_located() {
    let text = row_error(json!({ "key": "b", "line": "seven" })).await;
    contains_all(&text, &["row 2", "`items[1].line`", "expected u32", "found string \"seven\""]);
    let text = row_error(json!({ "key": 5, "line": 1 })).await;
    contains_all(&text, &["row 2", "`items[1].key`", "expected a string", "found integer `5`"]);
    let text = row_error(json!({ "key": "b", "line": -1 })).await;
    contains_all(&text, &["`items[1].line`", "expected u32", "found integer `-1`"]);
    let text = row_error(json!({ "key": "b", "line": 1.5 })).await;
    contains_all(&text, &["`items[1].line`", "expected u32", "1.5"]);
    let text = row_error(json!("not an object")).await;
    contains_all(&text, &["row 2", "`items[1]`", "not an object"]);
}

#[tokio::test]
async fn a_wrong_type_deep_in_a_row_is_located() {
    let text = row_error(json!({ "key": "b", "line": 1, "textRange": { "startLine": 1, "endLine": {} } })).await;
    contains_all(&text, &["`items[1].textRange.endLine`", "expected u32", "found map"]);
    let text = row_error(json!({ "key": "b", "line": 1, "tags": ["a", null] })).await;
    contains_all(&text, &["`items[1].tags[1]`", "expected a string", "found null"]);
    let text = row_error(json!({ "key": "b", "line": 1, "textRange": { "startLine": 1 } })).await;
    contains_all(&text, &["`items[1].textRange`: expected the field `endLine`, found the keys `startLine` "]);
}

#[tokio::test]
async fn null_for_a_required_field_says_how_to_allow_it() {
    let text = row_error(json!({ "key": null, "line": 1 })).await;
    contains_all(&text, &["row 2", "`items[1].key`", "expected a string", "found null", "Option<"]);
}

#[tokio::test]
async fn a_missing_field_lists_the_keys_there_are() {
    let text = row_error(json!({ "Key": "b", "line": 1 })).await;
    contains_all(&text, &["row 2", "`items[1]`", "expected the field `key`", "`Key`, `line`", "Option<"]);
}

#[tokio::test]
async fn a_missing_field_of_an_object_in_a_row_lists_the_keys_of_that() {
    let text = row_error(json!({ "key": "b", "line": 1, "textRange": { "endLine": 2 } })).await;
    contains_all(&text, &["`items[1].textRange`: expected the field `startLine`, found the keys `endLine`"]);
    let text = row_error(json!({ "key": "b", "line": 1, "textRange": {} })).await;
    contains_all(&text, &["`items[1].textRange`: expected the field `startLine`, found an object without keys"]);
}

#[tokio::test]
async fn a_name_that_an_enum_does_not_list_is_located() {
    let text = row_error(json!({ "key": "b", "line": 1, "severity": "BLOCKER" })).await;
    contains_all(&text, &["`items[1].severity`", "`BLOCKER`", "`MINOR`", "`MAJOR`", "#[other] Other(String)"]);
}

#[tokio::test]
async fn a_number_that_a_field_cannot_hold_is_an_error_not_another_number() {
    for (field, value) in
        [("id", "9223372036854775808"), ("unsigned", "-1"), ("small", "128"), ("id", "1.5"), ("id", "1e16")]
    {
        let mut row = json!({ "id": 1, "unsigned": 1, "small": 1, "real": 1, "raw": 1 });
        row[field] = serde_json::from_str(value).expect("a number");
        // Written by hand: a value out of range would be changed on its way through a `Value`.
        let body = format!(
            "[{}]",
            row.to_string().replace(&format!("\"{field}\":{}", row[field]), &format!("\"{field}\":{value}"))
        );
        let (_server, client) = answering(Reply::json(&body));
        let error = client.numbers().await.expect_err(&body);
        contains_all(&format!("{error:#}"), &[&format!("`[0].{field}`")]);
    }
}

/// Serde would make it infinite.
#[tokio::test]
async fn a_number_that_a_float_cannot_hold_is_an_error_and_not_infinite() {
    for (field, value, says) in [
        ("half", "1e39", "expected f32, found floating point `1e+39`"),
        ("half", "-3.5e38", "expected f32, found floating point `-3.5e+38`"),
        ("halves", "[1, 1e39]", "a number is out of the range of `f32`"),
        ("pairs", "[[1], [1e39]]", "a number is out of the range of `f32`"),
        ("named", r#"{"a": null, "b": -1e39}"#, "a number is out of the range of `f32`"),
        ("real", "1e999", "number out of range"),
    ] {
        let body = format!(r#"[{{"id": 1, "unsigned": 1, "small": 1, "raw": 1, "real": 1, "{field}": {value}}}]"#);
        let (_server, client) = answering(Reply::status(200).body(body));
        let text = format!("{:#}", client.numbers().await.expect_err(value));
        assert!(text.contains(says), "{text}");
        if field != "real" {
            contains_all(&text, &[&format!("`[0].{field}`")]);
        }
    }
    let body = r#"[{"id": 1, "unsigned": 1, "small": 1, "raw": 1, "real": 1, "half": 3.4e38, "halves": [3.4e38, 1]}]"#;
    let (_server, client) = answering(Reply::status(200).body(body));
    let numbers = client.numbers().await.expect("it fits");
    assert_eq!((numbers[0].half, numbers[0].halves.as_deref()), (Some(3.4e38), Some(&[3.4e38, 1.0][..])));
}

#[tokio::test]
async fn the_page_of_a_row_is_named() {
    let (_server, client) = answering(Reply::json(r#"{"paging":{"total":2},"items":[{"key":"a"}]}"#));
    // The second page is not scripted.
    assert_eq!(client.counted().await.expect_err("418").page(), Some(2));

    let server = Server::start(|request| match request.number("p") {
        Some(2) => Reply::json(r#"{"paging":{"total":2},"items":[{"key":2}]}"#),
        _ => Reply::json(r#"{"paging":{"total":2},"items":[{"key":"a"}]}"#),
    });
    let client = api::Client::builder().base_url(server.base_url()).build().expect("nothing is missing");
    let text = client.counted().await.expect_err("a number").to_string();
    contains_all(&text, &["counted, page 2: row 1, `items[0].key`", "/counted?p=2&ps=1"]);
}

#[tokio::test]
async fn what_a_server_sends_is_made_safe_to_print() {
    let long = format!("\u{1b}]0;title\u{7}{}", "x".repeat(10_000));
    let text = row_error(json!({ "key": "b", "line": long.clone() })).await;
    assert!(text.len() < 600 && !text.chars().any(|c| c.is_control() && c != '\n'), "{text}");
    let text = format!("{:#}", refused(json!({ long: [] }).to_string()).await);
    assert!(text.len() < 600 && !text.chars().any(|c| c.is_control() && c != '\n'), "{text}");
}
