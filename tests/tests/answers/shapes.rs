//! Answers of other shapes than a list of rows: queries, objects, last elements, rows that do not fit, errors that look like pages.

use declarest::{ErrorKind, Json};
use declarest_tests::{Database, Reply, Server};
use serde_json::{Value, json};

/// Rows in all sorts of places.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = bearer(token = secret(shapes_token)),
    retry(max_retries = 1, backoff_factor = 0.001),
)]
mod api {
    #[resource(name = detail, path = "/x", data_selector = "data")]
    #[derive(Debug)]
    pub struct Detail {
        pub id: u64,
        pub more: Option<declarest::Json>,
    }

    #[resource(name = whole, path = "/x", data_selector = "$")]
    #[derive(Debug)]
    pub struct Whole {
        pub id: u64,
        pub size: declarest::Json,
    }

    #[resource(name = plain, path = "/x")]
    #[derive(Debug)]
    pub struct Plain {
        pub id: u64,
    }

    #[resource(name = elements, path = "/x", data_selector = "data[*]")]
    #[derive(Debug)]
    pub struct Element {
        pub id: u64,
    }

    #[resource(
        name = charges, path = "/x", data_selector = "data",
        paginator = cursor(cursor_path = "data[-1].id", cursor_param = "starting_after", has_more_path = "has_more"),
    )]
    #[derive(Debug)]
    pub struct Charge {
        pub id: u64,
    }

    #[resource(name = logs, path = "/x", data_selector = "rows", paginator = cursor(cursor_path = "marks[-1]", cursor_param = "mark"))]
    #[derive(Debug)]
    pub struct Log {
        pub id: u64,
    }

    #[resource(
        name = open, path = "/x", data_selector = "$.items[?@.state == 'open']",
        paginator = page_number(page_param = "p", total_pages_path = "pages", stop_after_empty_page = false),
    )]
    #[derive(Debug)]
    pub struct Open {
        pub id: declarest::Json,
        pub line: Option<u32>,
    }

    #[resource(name = deep, path = "/x", data_selector = "$..hits")]
    #[derive(Debug)]
    pub struct Deep {
        pub id: u64,
    }

    #[resource(name = lenient, path = "/x", data_selector = "$.items[?@.id]", missing_rows = empty, on_bad_row = quarantine)]
    #[derive(Debug)]
    pub struct Lenient {
        pub id: u64,
    }

    #[resource(
        name = tolerant, path = "/x", data_selector = "items", on_bad_row = quarantine,
        paginator = offset(limit = 3, total_path = "total"),
    )]
    #[derive(Debug)]
    pub struct Tolerant {
        pub id: u64,
    }

    #[resource(
        name = judged, path = "/x", data_selector = "items",
        response_actions(
            body("error.code") = fail, body("ok" = false) = retry, body("state" = "gone") = ignore, (404, "none yet") = ignore,
        ),
    )]
    #[derive(Debug)]
    pub struct Judged {
        pub id: u64,
    }
}

fn client(server: &Server) -> api::Client {
    api::Client::builder().base_url(server.base_url()).shapes_token("t0k3n-m4rk3r").build().expect("nothing is missing")
}

/// A server that gives this answer to everything.
fn always(body: impl std::fmt::Display) -> Server {
    let body = body.to_string();
    Server::start(move |_| Reply::json(&body))
}

// Objects.

#[tokio::test]
async fn an_object_at_a_selector_is_a_row() {
    let server = always(json!({ "data": { "id": 7, "more": [1.0, { "a": 12_345_678_901_u64 }] } }));
    let rows = client(&server).detail().await.expect("one row");
    assert_eq!((rows.len(), rows[0].id), (1, 7));
    assert_eq!(rows[0].more.as_ref().map(Json::get), Some(r#"[1.0,{"a":12345678901}]"#));

    let server = always(r#"{"id": 7, "size": 1234567890123456789012}"#);
    let rows = client(&server).whole().await.expect("one row");
    assert_eq!((rows.len(), rows[0].id), (1, 7));
    assert_eq!(rows[0].size.get(), "1234567890123456789012");
    assert_eq!(client(&always("[]")).whole().await.expect("a list").len(), 0);
}

#[tokio::test]
async fn an_object_that_does_not_fit_says_where() {
    for (body, says) in [
        (json!({ "data": { "id": "x" } }), "found an object; as a row, `data.id`: expected u64, found string \"x\""),
        (json!({ "data": { "di": 1 } }), "expected the field `id`, found the keys `di`"),
        (json!({ "data": 5 }), "`data`: expected an array of rows, found a number"),
    ] {
        let error = client(&always(&body)).detail().await.map(drop).expect_err("no row");
        assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
        assert!(error.to_string().contains(says), "{error}");
    }
    let error = client(&always(json!({ "di": 1 }))).whole().await.map(drop).expect_err("no row");
    assert!(error.to_string().contains("as a row, `$`: expected the field"), "{error}");
}

#[tokio::test]
async fn an_object_where_elements_are_declared_is_an_error() {
    let server = always(json!({ "data": { "id": 7 } }));
    for error in [client(&server).plain().await.map(drop), client(&server).elements().await.map(drop)] {
        let error = error.expect_err("an object");
        assert!(error.to_string().contains("expected an array of rows, found an object"), "{error}");
    }
}

// Last elements.

#[tokio::test]
async fn the_last_row_names_the_next_page() {
    let server = Server::start(|request| match request.param("starting_after") {
        None => Reply::json(json!({ "has_more": true, "data": [{ "id": 1 }, { "id": 2 }] })),
        Some("2") => Reply::json(json!({ "data": [{ "id": 3 }], "has_more": false })),
        other => panic!("{other:?}"),
    });
    assert_eq!(client(&server).charges().await.expect("two pages").len(), 3);
    assert_eq!(server.count(), 2);
    assert_eq!(client(&always(json!({ "data": [], "has_more": false }))).charges().await.expect("none").len(), 0);
}

#[tokio::test]
async fn a_last_element_may_stand_beside_the_rows() {
    let server = Server::start(|request| match request.param("mark") {
        None => Reply::json(json!({ "marks": ["a", "b"], "rows": [{ "id": 1 }] })),
        Some("b") => Reply::json(json!({ "rows": [{ "id": 2 }], "marks": [] })),
        other => panic!("{other:?}"),
    });
    assert_eq!(client(&server).logs().await.expect("two pages").len(), 2);
}

// Queries.

#[tokio::test]
async fn a_query_picks_rows_out_and_keeps_their_text() {
    let server = Server::start(|request| {
        let page: u64 = request.number("p").expect("a number");
        let items = match page {
            1 => {
                r#"[{"id":1.10,"state":"open"},{"id":2,"state":"closed"},{"state":"open","id":12345678901234567890123}]"#
            }
            2 => r#"[{"id":4,"state":"closed"}]"#,
            _ => r#"[{"id":"five","state":"open","line":3}]"#,
        };
        Reply::json(format!(r#"{{"pages":3,"items":{items}}}"#))
    });
    let rows = client(&server).open().concurrency(2).await.expect("three pages");
    let ids: Vec<_> = rows.iter().map(|row| row.id.get()).collect();
    assert_eq!(ids, ["1.10", "12345678901234567890123", "\"five\""]);
    assert_eq!((rows[2].line, server.count()), (Some(3), 3));
}

#[tokio::test]
async fn a_query_may_select_the_list_itself_or_several() {
    assert_eq!(
        client(&always(json!({ "a": { "hits": [{ "id": 1 }, { "id": 2 }] } }))).deep().await.expect("a list").len(),
        2
    );
    let server = always(json!({ "a": { "hits": { "id": 1 } }, "b": [{ "hits": { "id": 2 } }] }));
    assert_eq!(client(&server).deep().await.expect("two").len(), 2);
    assert_eq!(client(&always(json!({ "hits": [] }))).deep().await.expect("an empty list").len(), 0);
}

#[tokio::test]
async fn a_query_tells_what_is_wrong() {
    for (body, says) in [
        (
            json!({ "pages": 1, "errors": [] }).to_string(),
            "the body has no `items`, the beginning of the query `$.items[?",
        ),
        (
            r#"{"pages":1,"items":[{"id":1,"state":"open","line":"x"}]}"#.to_owned(),
            "row 1, `$['items'][0].line`: expected u32",
        ),
        ("<html>".to_owned(), "the body is not JSON"),
        (String::new(), "the body is empty"),
    ] {
        let error = client(&always(&body)).open().await.map(drop).expect_err("no rows");
        assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
        assert!(error.to_string().contains(says), "{error}");
    }
    let server = always(json!({ "items": [{ "id": 1 }, { "id": "x" }, { "di": 1 }, { "id": 2 }] }));
    assert_eq!(client(&server).lenient().await.expect("two fit").len(), 2);
    assert_eq!(client(&always(json!({ "errors": [] }))).lenient().await.expect("declared empty").len(), 0);
}

// Rows that do not fit.

#[tokio::test]
async fn rows_that_do_not_fit_are_left_out_and_still_count() {
    let server = Server::start(|request| {
        let offset = request.number("offset").expect("a number");
        let rows: Vec<Value> = (offset..(offset + 3).min(7))
            .map(|id| if id % 3 == 1 { json!({ "id": format!("t0k3n-m4rk3r {id}") }) } else { json!({ "id": id }) })
            .collect();
        Reply::json(json!({ "total": 7, "items": rows }))
    });
    let rows = client(&server).tolerant().await.expect("five fit");
    assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), [0, 2, 3, 5, 6]);
    assert_eq!(server.count(), 3);
}

#[tokio::test]
async fn a_row_that_is_put_aside_holds_no_secret() {
    for row in [json!({ "id": "t0k3n-m4rk3r" }), json!({ "id": format!("{}t0k3n-m4rk3r", "x".repeat(75)) })] {
        let server = always(json!({ "total": 2, "items": [{ "id": 1 }, row] }));
        let database = Database::new();
        let report = client(&server).sync(&mut database.open()).only(["tolerant"]).await.expect("one fits");
        assert_eq!(report.resource("tolerant").map(|report| (report.rows, report.quarantined)), Some((2, 1)));
        let text = format!("{:?}", database.query("SELECT * FROM _declarest_quarantine"));
        assert!(text.contains("***") && text.contains("items[1].id"), "{text}");
        assert!(!text.contains("m4rk3r") && !text.contains("xt0k"), "{text}");
    }
}

#[tokio::test]
async fn a_page_that_does_not_fit_is_an_error_all_the_same() {
    for (body, says) in [
        (r#"{"total":1,"items":[{"id":1}"#, "the body is not JSON"),
        (r#"{"total":1,"items":5}"#, "expected an array of rows, found a number"),
        (r#"{"total":1,"rows":[]}"#, "the body has no rows at `items`"),
        (r#"{"total":"many","items":[{"id":"x"}]}"#, "`total_path`"),
    ] {
        let error = client(&always(body)).tolerant().await.map(drop).expect_err(body);
        assert!(error.to_string().contains(says), "{error}");
    }
}

#[tokio::test]
async fn an_object_in_place_of_rows_that_does_not_fit_is_put_aside_as_one() {
    let server = always(r#"{"total":1,"items":{"di":1}}"#);
    assert!(client(&server).tolerant().await.expect("it does not count").is_empty());
    let database = Database::new();
    let report = client(&server).sync(&mut database.open()).only(["tolerant"]).await.expect("a report");
    assert_eq!(report.resource("tolerant").map(|report| (report.rows, report.quarantined)), Some((1, 1)));
    assert_eq!(
        (database.count("tolerant"), database.one("SELECT row FROM _declarest_quarantine")),
        (0, r#"{"di":1}"#.to_owned())
    );
}

// Errors that look like pages.

#[tokio::test]
async fn an_error_with_status_200_is_told_by_its_body() {
    let server = always(json!({ "error": { "code": 17, "message": "quota exceeded" }, "items": [] }));
    let error = client(&server).judged().await.map(drop).expect_err("an error");
    assert_eq!((error.kind(), error.status(), server.count()), (ErrorKind::Status, Some(200), 1));
    let text = format!("{error:#}");
    assert!(
        text.contains("responded with 200 OK, and `error.code` is 17") && text.contains("quota exceeded"),
        "{text}"
    );
}

#[tokio::test]
async fn a_body_may_ask_for_another_attempt() {
    let bad = || Reply::json(json!({ "ok": false, "error": "busy, t0k3n-m4rk3r" }));
    let server = Server::script([bad(), Reply::json(json!({ "ok": true, "items": [{ "id": 1 }] }))]);
    assert_eq!(client(&server).judged().await.expect("the second time").len(), 1);

    let server = Server::script([bad(), bad()]);
    let error = client(&server).judged().await.map(drop).expect_err("busy");
    let text = format!("{error} {error:?}");
    assert!(
        text.contains("`ok` is false") && text.contains("gave up after 1 retry") && text.contains("busy, ***"),
        "{text}"
    );
    assert!(!text.contains("m4rk3r"), "{text}");
}

#[tokio::test]
async fn values_that_say_nothing_are_no_reason() {
    for body in [
        json!({ "error": null, "items": [{ "id": 1 }] }),
        json!({ "error": { "code": "" }, "ok": "no", "state": "here", "items": [{ "id": 1 }] }),
        json!({ "error": { "code": {} }, "items": [{ "id": 1 }] }),
        json!({ "error": "text", "items": [{ "id": 1 }] }),
    ] {
        assert_eq!(
            client(&always(&body)).judged().await.map_err(|error| format!("{body}: {error}")).map(|rows| rows.len()),
            Ok(1)
        );
    }
    assert_eq!(client(&always(json!({ "state": "gone" }))).judged().await.expect("ignored").len(), 0);
}

#[tokio::test]
async fn a_body_is_looked_at_whatever_the_status() {
    let server = Server::start(|_| Reply::status(410).body(r#"{"state":"gone"}"#));
    assert_eq!(client(&server).judged().await.expect("ignored").len(), 0);
    let server = Server::start(|_| Reply::status(404).body("none yet"));
    assert_eq!(client(&server).judged().await.expect("ignored").len(), 0);
    let server = Server::start(|_| Reply::status(404).body("none"));
    assert_eq!(client(&server).judged().await.map(drop).expect_err("not ignored").status(), Some(404));
}
