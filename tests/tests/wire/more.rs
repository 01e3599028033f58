//! Whether there is more: what a page shows of it, totals in other places, hidden rows, pages after the last.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

use declarest::{Error, ErrorKind};
use declarest_tests::{Database, Reply, Server};
use serde_json::{Value, json};

#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = none,
    retry(max_retries = 0),
    resource_defaults(data_selector = "items"),
)]
mod api {
    #[resource(name = found, path = "/items")]
    pub struct Found {
        pub id: u64,
    }

    #[resource(name = bare, path = "/items", data_selector = "$[*]")]
    pub struct Bare {
        pub id: u64,
    }

    #[resource(name = entity, path = "/items/1", data_selector = "$")]
    pub struct Entity {
        pub id: u64,
    }

    #[resource(name = alone, path = "/items", paginator = single_page)]
    pub struct Alone {
        pub id: u64,
    }

    #[resource(name = numbered, path = "/items", paginator = page_number)]
    pub struct Numbered {
        pub id: u64,
    }

    #[resource(name = ended, path = "/items", paginator = page_number, response_actions(404 = ignore))]
    pub struct Ended {
        pub id: u64,
    }

    #[resource(name = counted, path = "/items", paginator = page_number(total_path = "count"))]
    pub struct Counted {
        pub id: u64,
    }

    #[resource(name = ranges, path = "/items", paginator = offset(limit = 2, total_header = "Content-Range"))]
    pub struct InRange {
        pub id: u64,
    }

    #[resource(
        name = confluence, path = "/rest/items",
        paginator = json_link(next_url_path = "_links.next", base_path = "_links.base"),
    )]
    pub struct BelowBase {
        pub id: u64,
    }

    #[resource(name = hidden, path = "/items", paginator = offset(limit = 5, advance = limit))]
    pub struct Hidden {
        pub id: u64,
    }

    #[resource(name = counted_hidden, path = "/items", paginator = offset(limit = 5, advance = limit, total_path = "total"))]
    pub struct CountedHidden {
        pub id: u64,
    }

    #[resource(
        name = merged_hidden, path = "/items", primary_key = id, write_disposition = merge,
        paginator = offset(limit = 5, advance = limit, total_path = "total"),
    )]
    pub struct MergedHidden {
        pub id: u64,
    }

    #[resource(name = numbered_hidden, path = "/pages", paginator = page_number(limit_param = "limit", limit = 5, total_path = "total"))]
    pub struct NumberedHidden {
        pub id: u64,
    }

    #[resource(name = offset_hidden, path = "/items", paginator = offset(limit = 5, total_path = "total"))]
    pub struct OffsetHidden {
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

fn items(ids: impl IntoIterator<Item = u64>) -> Vec<Value> {
    ids.into_iter().map(|id| json!({ "id": id })).collect()
}

fn refused(result: Result<Vec<u64>, Error>, kind: ErrorKind) -> (String, String) {
    let error = result.expect_err("an error");
    assert_eq!(error.kind(), kind, "{error}");
    (error.to_string(), error.help().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn auto_is_no_end_where_the_page_shows_that_there_is_more() {
    for (beside, saw, write) in [
        (
            json!({ "totalItems": 2504 }),
            "`totalItems` is 2504",
            "page_number(page_param = \"…\", total_path = \"totalItems\")",
        ),
        (
            json!({ "has_more": true, "next_cursor": "abc" }),
            "`has_more` is true, `next_cursor`",
            "cursor(cursor_path = \"next_cursor\", cursor_param = \"…\", has_more_path = \"has_more\")",
        ),
        (json!({ "next_page": 2 }), "`next_page`", "cursor(cursor_path = \"next_page\""),
        (
            json!({ "meta": { "pagination": { "total_pages": 9 } } }),
            "`meta.pagination.total_pages` is 9",
            "total_pages_path = \"meta.pagination.total_pages\"",
        ),
        (json!({ "isLast": false }), "`isLast` is false", "is_last_path = \"isLast\""),
        (json!({ "is_truncated": true }), "`is_truncated` is true", "has_more_path = \"is_truncated\""),
        (json!({ "next_token": "a" }), "`next_token`", "cursor(cursor_path = \"next_token\""),
        (json!({ "paging": { "after": "a" } }), "`paging.after`", "cursor(cursor_path = \"paging.after\""),
        (json!({ "bookmark": "a" }), "`bookmark`", "cursor(cursor_path = \"bookmark\""),
        (json!({ "_scroll_id": "a" }), "`_scroll_id`", "cursor(cursor_path = \"_scroll_id\""),
        (
            json!({ "nextRecordsUrl": "/more" }),
            "`nextRecordsUrl` is a link",
            "json_link(next_url_path = \"nextRecordsUrl\")",
        ),
        (json!({ "LastEvaluatedKey": { "id": 1 } }), "`LastEvaluatedKey`", "cursor(cursor_path = \"LastEvaluatedKey\""),
        (json!({ "@odata.count": 7 }), "7", "total_path = \"[\\\"@odata.count\\\"]\""),
    ] {
        let mut body = beside.clone();
        body["items"] = json!(items([1, 2]));
        let server = Server::start(move |_| Reply::json(&body));
        let (error, help) = refused(ids!(client(&server).found()), ErrorKind::Incomplete);
        assert!(error.contains(saw) && error.contains("2 rows"), "{error}");
        assert!(help.contains(write) && help.contains("single_page"), "{help}");
        assert_eq!(client(&server).found().first_page().await.expect("one page was requested").len(), 2);
        let report = client(&server).verify().only(["found"]).await.expect("a report");
        assert!(!report.is_ok() && report.to_string().contains(saw), "{report}");
        assert_eq!(ids!(client(&server).alone()).expect("all"), [1, 2], "declared as one page");
    }
}

/// What a page shows is known again by the next run, which does not start after that page.
#[tokio::test]
async fn a_second_sync_is_no_success_where_the_first_saw_that_there_is_more() {
    let server = Server::start(|_| Reply::json(json!({ "items": items([1, 2]), "total": 50 })));
    let database = Database::new();
    for run in 1..=2 {
        let result = client(&server).sync(&mut database.open()).only(["found"]).await;
        let error = result.map(drop).expect_err("more rows");
        assert_eq!(error.kind(), ErrorKind::Incomplete, "run {run}: {error}");
    }
}

#[tokio::test]
async fn auto_reads_totals_in_headers() {
    for (name, value) in [("X-Total-Count", "50"), ("Content-Range", "items 0-1/50")] {
        let server = Server::start(move |_| Reply::json(json!(items([1, 2]))).header(name, value));
        let (error, help) = refused(ids!(client(&server).bare()), ErrorKind::Incomplete);
        assert!(error.contains("counts 50"), "{error}");
        assert!(help.contains("total_header"), "{help}");
    }
}

#[tokio::test]
async fn auto_ends_where_nothing_shows_more() {
    for beside in [
        json!({ "total": 2, "count": 2, "has_more": false, "next_cursor": null, "next": "", "page": 1, "pages": 1 }),
        json!({ "isLast": true, "nextPageToken": "", "next_page": 0, "limit": 50, "size": 100 }),
        json!({ "sum": { "total": 99 }, "amount": 1000, "total": 19.99 }),
    ] {
        let mut body = beside.clone();
        body["items"] = json!(items([1, 2]));
        let server = Server::start(move |_| Reply::json(&body).header("X-Total-Count", 2));
        assert_eq!(ids!(client(&server).found()).expect("rows"), [1, 2], "{beside}");
    }
    // All pages of a chain have come, whatever the last of them counts.
    let server = Server::start(|request| match request.param("p") {
        None => Reply::json(json!({ "items": items([1, 2]), "total": 3, "next": "?p=2" })),
        _ => Reply::json(json!({ "items": items([3]), "total": 3 })),
    });
    assert_eq!(ids!(client(&server).found()).expect("rows"), [1, 2, 3]);
}

#[tokio::test]
async fn auto_follows_the_first_of_several_links() {
    let server = Server::start(|request| match request.param("p") {
        None => Reply::json(json!({ "items": items([1]), "_links": { "next": [{ "href": "?p=2" }] } })),
        _ => Reply::json(json!({ "items": items([2]), "_links": { "self": [{ "href": "?p=2" }] } })),
    });
    assert_eq!(ids!(client(&server).found()).expect("rows"), [1, 2]);
}

#[tokio::test]
async fn an_object_that_is_the_row_is_one_page() {
    let server = Server::start(|_| Reply::json(json!({ "id": 1, "next": "/items/2", "total": 50, "has_more": true })));
    assert_eq!(ids!(client(&server).entity()).expect("the row"), [1]);
    assert_eq!(server.count(), 1);
    let report = client(&server).verify().only(["entity"]).await.expect("a report");
    assert!(report.is_ok(), "{report}");
}

#[tokio::test]
async fn a_page_after_the_last_that_is_refused_says_what_to_declare() {
    for (status, beside, says) in [
        (404, json!({ "count": 4 }), "`total_path = \"count\"` (the page before has 4 there)"),
        (400, json!({}), "`total_path`, `total_pages_path`"),
    ] {
        let server = Server::start(move |request| match request.number("page") {
            Some(page @ 1..=2) => {
                let mut body = beside.clone();
                body["items"] = json!(items([page * 2, page * 2 + 1]));
                Reply::json(&body)
            }
            _ => Reply::status(status),
        });
        let (_, help) = refused(ids!(client(&server).numbered()), ErrorKind::Status);
        assert!(help.contains(says) && help.contains(&format!("response_actions({status} = ignore)")), "{help}");
        if status == 404 {
            assert_eq!(ids!(client(&server).ended()).expect("rows"), [2, 3, 4, 5]);
            assert_eq!(ids!(client(&server).counted()).expect("rows"), [2, 3, 4, 5]);
        }
    }
    // The advice about the status itself stays.
    let server = Server::start(|request| match request.number("page") {
        Some(1) => Reply::json(json!({ "items": items([1]) })),
        _ => Reply::status(404),
    });
    let (_, help) = refused(ids!(client(&server).numbered()), ErrorKind::Status);
    assert!(help.contains("base URL") && help.contains("response_actions(404 = ignore)"), "{help}");
    // A first page that is refused is another thing.
    let server = Server::start(|_| Reply::status(404));
    let (_, help) = refused(ids!(client(&server).numbered()), ErrorKind::Status);
    assert!(help.contains("base URL") && !help.contains("total_path"), "{help}");
}

#[tokio::test]
async fn verify_notes_a_total_that_the_paginator_does_not_read() {
    let server = Server::start(|_| Reply::json(json!({ "items": items([1, 2]), "count": 120 })));
    let report = client(&server).verify().only(["numbered", "counted"]).await.expect("a report");
    assert!(report.is_ok(), "{report}");
    let text = report.to_string();
    assert_eq!(text.matches("120").count(), 1, "{text}");
    assert!(text.contains("`count`") && text.contains("total_path = \"count\""), "{text}");
}

/// As a total of pages would be: it ends no walk before its last page.
#[tokio::test]
async fn a_total_below_the_rows_of_a_page_is_never_reached() {
    let server = Server::start(|request| {
        let page = request.number("page").expect("a page");
        let rows = items(((page - 1) * 10)..(page * 10).min(45).max((page - 1) * 10));
        Reply::json(json!({ "count": 5, "items": rows }))
    });
    assert_eq!(ids!(client(&server).counted()).expect("rows"), (0..45).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_content_range_counts_the_rows() {
    let server = Server::start(|request| {
        let first = request.number("offset").expect("an offset");
        let last = (first + 2).min(5);
        Reply::json(json!({ "items": items(first..last) }))
            .header("Content-Range", format!("items {first}-{}/5", last - 1))
    });
    assert_eq!(ids!(client(&server).ranges()).expect("rows"), [0, 1, 2, 3, 4]);
    assert_eq!(server.pages("offset"), [0, 2, 4]);
    let unknown = Server::start(|request| {
        let first = request.number("offset").expect("an offset");
        let rows = items(first..(first + 2).min(4).max(first));
        Reply::json(json!({ "items": rows })).header("Content-Range", "items 0-1/*")
    });
    assert_eq!(ids!(client(&unknown).ranges()).expect("rows"), [0, 1, 2, 3]);
    let wrong =
        Server::start(|_| Reply::json(json!({ "items": items([1]) })).header("Content-Range", "items 0-1/many"));
    let (error, _) = refused(ids!(client(&wrong).ranges()), ErrorKind::Decode);
    assert!(error.contains("items 0-1/many"), "{error}");
}

/// As Confluence sends them: below the context of the application, which links leave out.
#[tokio::test]
async fn links_are_below_the_base_that_the_body_names() {
    for base in ["/wiki", "/wiki/"] {
        let server = Server::start(move |request| {
            let links = |next: Option<&str>| json!({ "base": base, "context": "/wiki", "next": next });
            match (request.path.as_str(), request.param("start")) {
                ("/rest/items", None) => {
                    Reply::json(json!({ "items": items([1]), "_links": links(Some("/rest/items?start=1")) }))
                }
                ("/wiki/rest/items", Some("1")) => {
                    Reply::json(json!({ "items": items([2]), "_links": links(Some("?start=2")) }))
                }
                ("/wiki/rest/items", Some("2")) => Reply::json(json!({ "items": items([3]), "_links": links(None) })),
                _ => Reply::status(418),
            }
        });
        assert_eq!(ids!(client(&server).confluence()).expect("rows"), [1, 2, 3]);
    }
    let without =
        Server::start(|_| Reply::json(json!({ "items": items([1]), "_links": { "next": "/rest/items?start=1" } })));
    let (error, _) = refused(ids!(client(&without).confluence()), ErrorKind::Decode);
    assert!(error.contains("`base_path`: the body has nothing at `_links.base`"), "{error}");
}

/// A server that hides rows after it has cut its pages.
fn hiding(rows: u64, hidden: &'static [u64], counted: Option<u64>) -> Server {
    Server::start(move |request| {
        let (first, limit) = (request.number("offset").expect("an offset"), request.number("limit").expect("a limit"));
        let seen = (first..(first + limit).min(rows).max(first)).filter(|id| !hidden.contains(id));
        Reply::json(json!({ "items": items(seen), "total": counted }))
    })
}

#[tokio::test]
async fn offsets_advance_by_the_limit_where_rows_are_hidden() {
    let expected = |hidden: &[u64]| (0..20).filter(|id| !hidden.contains(id)).collect::<Vec<_>>();
    let server = hiding(20, &[3, 4], None);
    assert_eq!(ids!(client(&server).hidden()).expect("rows"), expected(&[3, 4]));
    assert_eq!(server.pages("offset"), [0, 5, 10, 15, 20]);
    // With a total, also past a page that is wholly hidden; whether it counts what is hidden or not.
    for (total, last) in [(20, 20), (14, 15)] {
        let hidden = &[3, 5, 6, 7, 8, 9];
        let server = hiding(20, hidden, Some(total));
        assert_eq!(ids!(client(&server).counted_hidden().concurrency(3)).expect("rows"), expected(hidden));
        assert_eq!(server.pages("offset"), (0..=last).step_by(5).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn a_merge_needs_no_key_that_is_hidden() {
    let server = hiding(20, &[3, 4], Some(20));
    let database = Database::new();
    let report = client(&server).sync(&mut database.open()).only(["merged_hidden"]).await.expect("hiding is declared");
    let merged = report.resource("merged_hidden").expect("it was read");
    assert_eq!((merged.rows, merged.distinct_keys, merged.expected), (18, 18, Some(20)));
}

#[tokio::test]
async fn hidden_rows_that_are_not_declared_are_an_error_that_says_how() {
    let server = Server::start(|request| {
        let first = 5 * (request.number("page").expect("a page") - 1);
        let seen = (first..(first + 5).min(20).max(first)).filter(|id| *id != 3);
        Reply::json(json!({ "items": items(seen), "total": 20 }))
    });
    let (error, help) = refused(ids!(client(&server).numbered_hidden()), ErrorKind::Incomplete);
    assert!(error.contains("promised 20 rows, 19 came"), "{error}");
    assert!(help.contains("hides rows") && help.contains("leave the total of rows out"), "{help}");
    // Rows come twice, where each page starts behind the rows that came.
    let server = Server::start(|request| {
        let first = request.number("offset").expect("an offset");
        let seen = (first..(first + 5).min(20).max(first)).filter(|id| ![18, 19].contains(id));
        Reply::json(json!({ "items": items(seen), "total": 20 }))
    });
    let (error, help) = refused(ids!(client(&server).offset_hidden()), ErrorKind::Incomplete);
    assert!(error.contains("promised 20 rows, 18 came"), "{error}");
    assert!(help.contains("hides rows") && help.contains("`advance = limit`"), "{help}");
}

#[tokio::test]
async fn a_cap_below_the_limit_is_not_taken_for_hidden_rows() {
    let server = Server::start(|request| {
        let first = request.number("offset").expect("an offset");
        Reply::json(json!({ "items": items(first..(first + 3).min(20).max(first)), "total": 20 }))
    });
    let (error, help) = refused(ids!(client(&server).counted_hidden()), ErrorKind::Incomplete);
    assert!(error.contains("3 rows where 5 were requested"), "{error}");
    assert!(help.contains("limit = 3"), "{help}");
}

#[tokio::test]
async fn a_cap_below_the_limit_is_seen_in_several_runs() {
    let refused_at = Arc::new(AtomicU64::new(10));
    let refused = refused_at.clone();
    let server = Server::start(move |request| {
        let first = request.number("offset").expect("an offset");
        if first == refused.load(Relaxed) {
            return Reply::status(503);
        }
        Reply::json(json!({ "items": items(first..(first + 3).min(13).max(first)) }))
    });
    let database = Database::new();
    let run = async || client(&server).sync(&mut database.open()).only(["hidden"]).await;
    let error = run().await.map(drop).expect_err("refused");
    assert_eq!(error.status(), Some(503), "{error}");
    refused_at.store(u64::MAX, Relaxed);
    let error = run().await.map(drop).expect_err("a cap");
    assert_eq!(error.kind(), ErrorKind::Incomplete, "{error}");
    assert_eq!(server.pages("offset"), [0, 5, 5, 10, 10, 15], "resumed at the last committed page");
}
