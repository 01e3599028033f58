//! How APIs say that a page is the last: flags of all spellings, markers, reserved and repeated cursors, short pages.

use declarest::{EndReason, Error, ErrorKind};
use declarest_tests::{Database, Reply, Request, Server};
use serde_json::{Value, json};

#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = none,
    retry(max_retries = 0),
    resource_defaults(data_selector = "items"),
)]
mod api {
    #[resource(name = marked, path = "/items", paginator = header_link(end_attribute("results" = "false")))]
    pub struct Marked {
        pub id: u64,
    }

    #[resource(name = unmarked, path = "/items", paginator = header_link)]
    pub struct Unmarked {
        pub id: u64,
    }

    #[resource(name = until_empty_link, path = "/items", paginator = header_link(stop_after_empty_page = true))]
    pub struct UntilEmptyLink {
        pub id: u64,
    }

    #[resource(name = repeated_link, path = "/items", paginator = json_link(next_url_path = "next", repeated = end))]
    pub struct RepeatedLink {
        pub id: u64,
    }

    #[resource(name = last_links, path = "/items", paginator = json_link(next_url_path = "next", is_last_path = "isLast"))]
    pub struct LastLink {
        pub id: u64,
    }

    #[resource(name = reserved, path = "/items", paginator = cursor(cursor_path = "next", end_cursor = "-1"))]
    pub struct Reserved {
        pub id: u64,
    }

    #[resource(name = zero, path = "/items", paginator = cursor(cursor_path = "next", end_cursor = 0))]
    pub struct Zero {
        pub id: u64,
    }

    #[resource(name = marks, path = "/items", paginator = cursor(cursor_path = "next", initial_cursor = "*", repeated = end))]
    pub struct Mark {
        pub id: u64,
    }

    #[resource(name = until_empty, path = "/items", paginator = cursor(cursor_path = "next", stop_after_empty_page = true))]
    pub struct UntilEmpty {
        pub id: u64,
    }

    #[resource(name = header_done, path = "/items", paginator = header_cursor(cursor_key = "X-Next", is_last_path = "done"))]
    pub struct HeaderDone {
        pub id: u64,
    }

    #[resource(name = flagged, path = "/items", paginator = page_number(has_more_path = "more"))]
    pub struct Flagged {
        pub id: u64,
    }

    #[resource(name = flagged_offsets, path = "/items", paginator = offset(limit = 2, has_more_path = "more"))]
    pub struct FlaggedOffset {
        pub id: u64,
    }

    #[resource(
        name = flagged_until_empty, path = "/items",
        paginator = page_number(has_more_path = "more", stop_after_empty_page = true),
    )]
    pub struct FlaggedUntilEmpty {
        pub id: u64,
    }

    #[resource(name = more_or_end, path = "/items", paginator = page_number(has_more_path = "more", missing_flag = end))]
    pub struct MoreOrEnd {
        pub id: u64,
    }

    #[resource(
        name = more_or_null, path = "/items",
        paginator = cursor(cursor_path = "items[-1].id", has_more_path = "links.next", missing_flag = null),
    )]
    pub struct MoreOrNull {
        pub id: u64,
    }

    #[resource(
        name = last_or_not, path = "/items",
        paginator = cursor(cursor_path = "next", is_last_path = "isLast", missing_flag = ignore),
    )]
    pub struct LastOrNot {
        pub id: u64,
    }

    #[resource(name = last_or_end, path = "/items", paginator = cursor(cursor_path = "next", is_last_path = "isLast", missing_flag = end))]
    pub struct LastOrEnd {
        pub id: u64,
    }

    #[resource(name = lasts, path = "/items", paginator = offset(limit = 2, is_last_path = "isLast"))]
    pub struct Last {
        pub id: u64,
    }

    #[resource(name = short, path = "/items", paginator = page_number(limit_param = "n", limit = 3, stop_after_short_page = true))]
    pub struct Short {
        pub id: u64,
    }

    #[resource(name = short_offsets, path = "/items", paginator = offset(limit = 3, stop_after_short_page = true))]
    pub struct ShortOffset {
        pub id: u64,
    }

    #[resource(name = short_cursors, path = "/items", paginator = cursor(cursor_path = "next", limit_param = "n", limit = 3, stop_after_short_page = true))]
    pub struct ShortCursor {
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

/// A link to the next page on each page, as an API sends it that has no last one: rows on the first three.
fn endless(request: &Request) -> Reply {
    let page = request.number("c").unwrap_or(1);
    let rows = if page <= 3 { items([page]) } else { Vec::new() };
    let results = page < 3;
    Reply::json(json!({ "items": rows }))
        .header("Link", format!("</items?c={}>; rel=\"next\"; results=\"{results}\"", page + 1))
}

#[tokio::test]
async fn a_marker_beside_the_link_says_that_no_page_follows() {
    let server = Server::start(endless);
    assert_eq!(ids!(client(&server).marked()).expect("rows"), [1, 2, 3]);
    assert_eq!(server.count(), 3);
}

#[tokio::test]
async fn a_page_without_rows_ends_links_where_that_is_declared() {
    let server = Server::start(endless);
    assert_eq!(ids!(client(&server).until_empty_link()).expect("rows"), [1, 2, 3]);
    assert_eq!(server.count(), 4);
}

#[tokio::test]
async fn the_help_of_endless_pages_names_what_this_paginator_has() {
    let server = Server::start(endless);
    let error = client(&server).unmarked().await.map(drop).expect_err("no end");
    let help = error.help().unwrap_or_default().to_owned();
    assert_eq!(error.kind(), ErrorKind::PaginationLoop, "{error}");
    assert!(help.contains("`end_attribute`") && help.contains("`stop_after_empty_page`"), "{help}");
    assert!(!help.contains("total_path") && !help.contains("end_cursor"), "{help}");
}

#[tokio::test]
async fn the_same_link_again_is_the_end_where_that_is_declared() {
    let server = Server::start(|request| {
        let page = request.number("c").unwrap_or(1);
        let next = format!("/items?c={}", (page + 1).min(3));
        Reply::json(json!({ "items": items([page]), "next": next }))
    });
    assert_eq!(ids!(client(&server).repeated_link()).expect("rows"), [1, 2, 3]);
    assert_eq!(server.count(), 3);
}

#[tokio::test]
async fn a_last_page_may_still_have_a_link() {
    let server = Server::start(|request| {
        let page = request.number("c").unwrap_or(1);
        Reply::json(json!({ "items": items([page]), "next": format!("?c={}", page + 1), "isLast": page == 2 }))
    });
    assert_eq!(ids!(client(&server).last_links()).expect("rows"), [1, 2]);
    assert_eq!(server.count(), 2);
}

#[tokio::test]
async fn a_page_that_is_not_the_last_and_has_no_link_is_an_error() {
    let server = Server::start(|_| Reply::json(json!({ "items": items([1]), "isLast": false })));
    let error = ids!(client(&server).last_links()).expect_err("more, and no way to request it");
    assert!(error.to_string().contains("`next_url_path`: the body has nothing at `next`"), "{error}");
}

#[tokio::test]
async fn a_reserved_cursor_is_the_end() {
    for end in [json!("-1"), json!(-1)] {
        let server = Server::start(move |request| match request.param("cursor") {
            None => Reply::json(json!({ "items": items([1]), "next": 0 })),
            Some("0") => Reply::json(json!({ "items": items([2]), "next": end })),
            Some(_) => Reply::status(418),
        });
        assert_eq!(ids!(client(&server).reserved()).expect("rows"), [1, 2]);
    }
    let server = Server::start(|request| match request.param("cursor") {
        None => Reply::json(json!({ "items": items([1]), "next": "a" })),
        Some("a") => Reply::json(json!({ "items": items([2]), "next": "0" })),
        Some(_) => Reply::status(418),
    });
    assert_eq!(ids!(client(&server).zero()).expect("rows"), [1, 2]);
}

/// As Solr does it: a walk starts at `*`, and ends where a page names itself.
#[tokio::test]
async fn a_walk_starts_at_its_first_cursor_and_ends_where_a_page_names_itself() {
    let server = Server::start(|request| match request.param("cursor") {
        None => Reply::json(json!({ "items": items([1]), "next": null })),
        Some("*") => Reply::json(json!({ "items": items([1, 2]), "next": "a" })),
        Some("a") => Reply::json(json!({ "items": items([3]), "next": "b" })),
        Some("b") => Reply::json(json!({ "items": [], "next": "b" })),
        Some(_) => Reply::status(418),
    });
    assert_eq!(ids!(client(&server).marks()).expect("rows"), [1, 2, 3]);
    assert_eq!(server.asked("cursor"), ["*", "a", "b"].map(|cursor| Some(cursor.to_owned())));
    let none = Server::start(|request| match request.param("cursor") {
        Some("*") => Reply::json(json!({ "items": [], "next": "*" })),
        _ => Reply::status(418),
    });
    assert_eq!(ids!(client(&none).marks()).expect("rows"), [0_u64; 0]);
    assert_eq!(none.count(), 1);
}

#[tokio::test]
async fn a_page_without_rows_ends_cursors_where_that_is_declared() {
    let server = Server::start(|request| {
        let page = request.number("cursor").unwrap_or(1);
        let rows = if page < 3 { items([page]) } else { Vec::new() };
        Reply::json(json!({ "items": rows, "next": page + 1 }))
    });
    assert_eq!(ids!(client(&server).until_empty()).expect("rows"), [1, 2]);
    assert_eq!(server.count(), 3);
}

#[tokio::test]
async fn a_flag_in_the_body_ends_cursors_in_headers() {
    let server = Server::start(|request| {
        let page = request.number("cursor").unwrap_or(1);
        Reply::json(json!({ "items": items([page]), "done": if page == 2 { "Y" } else { "N" } }))
            .header("X-Next", page + 1)
    });
    assert_eq!(ids!(client(&server).header_done()).expect("rows"), [1, 2]);
}

#[tokio::test]
async fn a_flag_is_a_boolean_a_number_or_text() {
    for (yes, no) in [
        (json!(true), json!(false)),
        (json!("True"), json!("FALSE")),
        (json!(1), json!(0)),
        (json!("1"), json!("0")),
        (json!(1.0), json!(0.0)),
        (json!("Y"), json!("N")),
        (json!("yes"), json!("no")),
    ] {
        let server = Server::start(move |request| {
            let page = request.number("page").unwrap_or(0);
            Reply::json(json!({ "items": items([page]), "more": if page < 3 { &yes } else { &no } }))
        });
        assert_eq!(ids!(client(&server).flagged()).expect("rows"), [1, 2, 3]);
        assert_eq!(server.pages("page"), [1, 2, 3]);
    }
    for (flag, found) in [(json!(2), "found 2"), (json!("maybe"), "\"maybe\""), (json!([]), "an array")] {
        let server = Server::start(move |_| Reply::json(json!({ "items": items([1]), "more": flag })));
        let error = ids!(client(&server).flagged()).expect_err("no flag");
        let text = error.to_string();
        assert!(text.contains("has_more_path") && text.contains(found) && text.contains("1 or 0"), "{text}");
    }
}

#[tokio::test]
async fn a_flag_that_is_null_says_nothing() -> Result<(), Error> {
    let server = Server::start(|request| {
        let page = request.number("page").or(request.number("c")).unwrap_or(1);
        let (rows, next) =
            (items((page..=page).filter(|page| *page < 3)), (page < 2).then(|| format!("?c={}", page + 1)));
        Reply::json(json!({ "items": rows, "more": null, "isLast": null, "next": next }))
    });
    assert_eq!(ids!(client(&server).flagged())?, [1, 2]);
    assert_eq!(server.pages("page"), [1, 2, 3]);
    assert_eq!(ids!(client(&server).last_links())?, [1, 2]);
    assert_eq!(server.count(), 5);
    Ok(())
}

/// As an API does it that leaves out what is false.
#[tokio::test]
async fn a_flag_that_a_page_lacks_ends_the_pages_where_that_is_declared() {
    for missing in [json!({}), json!({ "more": null })] {
        let server = Server::start(move |request| {
            let page = request.number("page").unwrap_or(0);
            let mut body = if page < 3 { json!({ "more": true }) } else { missing.clone() };
            body["items"] = json!(items([page]));
            Reply::json(body)
        });
        assert_eq!(ids!(client(&server).more_or_end()).expect("rows"), [1, 2, 3]);
        assert_eq!(server.pages("page"), [1, 2, 3]);
    }
    let server = Server::start(|request| {
        let page = request.number("page").unwrap_or(0);
        Reply::json(json!({ "items": items([page]), "more": (page < 3).then_some("/items?after=x") }))
    });
    assert_eq!(ids!(client(&server).more_or_end()).expect("a link is as good as a flag"), [1, 2, 3]);
    let server = Server::start(|_| Reply::json(json!({ "items": items([1]), "more": "perhaps" })));
    let error = ids!(client(&server).more_or_end()).expect_err("another flag is no missing one");
    assert!(error.to_string().contains("found the string \"perhaps\""), "{error}");
    let server = Server::start(|_| Reply::json(json!({ "items": items([1]) })));
    let report = client(&server).verify().only(["more_or_end"]).await.expect("a report").to_string();
    assert!(
        report.contains("`has_more_path`: nothing at `more` names a next page; right if these are all rows"),
        "{report}"
    );
    let error = ids!(client(&server).flagged()).expect_err("not declared");
    let help = error.help().unwrap_or_default();
    assert!(error.to_string().contains("`has_more_path`: the body has nothing at `more`"), "{error}");
    assert!(help.contains("if the last page lacks it, write `missing_flag = end`"), "{help}");
    let server = Server::start(|_| Reply::json(json!({ "items": items([1]) })));
    let help = ids!(client(&server).lasts()).expect_err("not declared").help().unwrap_or_default().to_owned();
    assert!(help.contains("if only the last page has it, write `missing_flag = ignore`"), "{help}");
}

#[tokio::test]
async fn a_flag_that_is_null_ends_the_pages_where_that_is_declared() {
    let server = Server::start(|request| {
        let id = request.number("cursor").unwrap_or(0) + 1;
        Reply::json(json!({ "items": items([id]), "links": { "next": (id < 3).then_some("/items?cursor=9") } }))
    });
    assert_eq!(ids!(client(&server).more_or_null()).expect("rows"), [1, 2, 3]);
    let server = Server::start(|_| Reply::json(json!({ "items": items([1]), "links": {} })));
    let error = ids!(client(&server).more_or_null()).expect_err("absence is another thing");
    assert!(error.to_string().contains("`has_more_path`: the body has nothing at `links.next`"), "{error}");
}

#[tokio::test]
async fn a_flag_that_a_page_lacks_says_nothing_where_that_is_declared() {
    let server = Server::start(|request| {
        let page = request.number("cursor").unwrap_or(1);
        let rows = if page == 2 { Vec::new() } else { items([page]) };
        let mut body = json!({ "items": rows, "next": page + 1 });
        if page == 3 {
            body["isLast"] = json!(true);
        }
        Reply::json(body)
    });
    assert_eq!(ids!(client(&server).last_or_not()).expect("rows"), [1, 3], "a page without rows names another");
    assert_eq!(ids!(client(&server).last_or_end()).expect("rows"), [1]);
    assert_eq!(server.count(), 4);
}

/// As a page is whose rows are all filtered out.
#[tokio::test]
async fn a_page_without_rows_is_not_the_last_where_a_flag_says_that_more_follow() -> Result<(), Error> {
    let server = || {
        Server::start(|request| {
            let page = request.number("page").or(request.number("offset").map(|offset| offset / 2 + 1));
            Reply::json(match page {
                Some(1) => json!({ "items": items([1, 2]), "more": true }),
                Some(2) => json!({ "items": [], "more": true }),
                Some(3) => json!({ "items": items([3]), "more": false }),
                _ => json!({ "items": [] }),
            })
        })
    };
    assert_eq!(ids!(client(&server()).flagged())?, [1, 2, 3]);
    assert_eq!(ids!(client(&server()).flagged_offsets())?, [1, 2, 3]);
    assert_eq!(ids!(client(&server()).flagged_until_empty())?, [1, 2], "where that is declared, it is the last");
    Ok(())
}

#[tokio::test]
async fn an_inverse_flag_ends_offsets() {
    let server = Server::start(|request| {
        let offset = request.number("offset").unwrap_or(0);
        Reply::json(json!({ "items": items(offset..offset + 2), "isLast": offset == 4 }))
    });
    assert_eq!(ids!(client(&server).lasts()).expect("rows"), [0, 1, 2, 3, 4, 5]);
    assert_eq!(server.count(), 3);
}

/// Rows by number or offset, three to a page.
fn listed(rows: u64) -> Server {
    Server::start(move |request| {
        let size = request.number("n").or(request.number("limit")).expect("a size").min(3);
        let first = match (request.number("page"), request.number("offset"), request.number("cursor")) {
            (Some(page), _, _) => (page - 1) * size,
            (_, Some(offset), _) => offset,
            (_, _, cursor) => cursor.unwrap_or(0),
        };
        let last = (first + size).min(rows);
        Reply::json(json!({ "items": items(first..last), "next": last }))
    })
}

#[tokio::test]
async fn a_short_page_is_the_last_where_that_is_declared() -> Result<(), Error> {
    for (rows, requests) in [(0, 1), (2, 1), (3, 2), (4, 2)] {
        let expected: Vec<_> = (0..rows).collect();
        let server = listed(rows);
        assert_eq!((ids!(client(&server).short())?, server.count()), (expected.clone(), requests));
        let server = listed(rows);
        assert_eq!((ids!(client(&server).short_offsets())?, server.count()), (expected.clone(), requests));
    }
    let server = listed(4);
    assert_eq!((ids!(client(&server).short_cursors())?, server.count()), (vec![0, 1, 2, 3], 2));
    // The server's cap on a larger size is no short page.
    let server = listed(7);
    assert_eq!((ids!(client(&server).short().page_size(5))?, server.count()), ((0..7).collect(), 3));
    Ok(())
}

#[tokio::test]
async fn the_report_has_the_reason() {
    let database = Database::new();
    let server = listed(4);
    let report = client(&server).sync(&mut database.open()).only(["short"]).await.expect("a report");
    let end = report.resource("short").and_then(|short| short.end);
    assert_eq!(end, Some(EndReason::ShortPage));
    assert_eq!(EndReason::ShortPage.to_string(), "short page");
    assert_eq!(EndReason::Repeated.to_string(), "next page repeated");
}
