//! Pages by number: every option, every reason to stop, and what is in flight meanwhile.

use std::time::Duration;

use declarest::{Error, ErrorKind};
use declarest_tests::{Listing, Reply, Server, until};
use serde_json::{Value, json};

/// One list for each option of `page_number`.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = none,
    retry(max_retries = 0),
    concurrency = 4,
    resource_defaults(data_selector = "items"),
)]
mod api {
    /// As SonarQube has it.
    #[resource(name = items, path = "/items", paginator = page_number(page_param = "p", limit_param = "ps", limit = 10, total_path = "paging.total"))]
    #[derive(Debug, Clone, PartialEq)]
    pub struct Item {
        pub key: String,
        pub name: String,
        pub line: i64,
    }

    #[resource(name = defaults, path = "/defaults", paginator = page_number)]
    pub struct Default {
        pub key: String,
    }

    #[resource(name = from_zero, path = "/from_zero", paginator = page_number(base_page = 0, maximum_page = 3))]
    pub struct FromZero {
        pub key: String,
    }

    #[resource(name = counted_pages, path = "/counted_pages", paginator = page_number(page_param = "p", total_pages_path = "pages"))]
    pub struct CountedPages {
        pub key: String,
    }

    #[resource(name = counted_twice, path = "/counted_twice", paginator = page_number(page_param = "p", total_path = "total", total_pages_path = "pages"))]
    pub struct CountedTwice {
        pub key: String,
    }

    #[resource(name = counted_in_header, path = "/counted_in_header", paginator = page_number(page_param = "p", total_header = "X-Total-Count"))]
    pub struct CountedInHeader {
        pub key: String,
    }

    #[resource(name = flagged, path = "/flagged", paginator = page_number(page_param = "p", has_more_path = "page.more"))]
    pub struct Flagged {
        pub key: String,
    }

    #[resource(name = with_gaps, path = "/with_gaps", paginator = page_number(page_param = "p", has_more_path = "page.more", stop_after_empty_page = false))]
    pub struct WithGaps {
        pub key: String,
    }

    #[resource(name = bounded, path = "/bounded", paginator = page_number(page_param = "p", limit_param = "ps", limit = 10, total_path = "paging.total", maximum_page = 3))]
    pub struct Bounded {
        pub key: String,
    }

    #[resource(name = grouped, path = "/grouped", data_selector = "groups[*].rows", paginator = page_number)]
    pub struct Grouped {
        pub key: String,
    }

    #[resource(name = all_at_once, path = "/all_at_once", paginator = single_page)]
    pub struct AllAtOnce {
        pub key: String,
    }
}

fn client(server: &Server) -> api::Client {
    api::Client::builder().base_url(server.base_url()).build().expect("nothing is missing")
}

/// For all resources, also those whose own request has no `page_size`.
fn request<T>(request: impl Into<declarest::Request<T>>) -> declarest::Request<T> {
    request.into()
}

/// The keys of rows that came.
macro_rules! keys {
    ($rows:expr) => {
        $rows.iter().map(|row| row.key.as_str()).collect::<Vec<_>>()
    };
}

/// The keys of rows 1 to `last`.
fn keys_to(last: u64) -> Vec<String> {
    (1..=last).map(|number| format!("k{number}")).collect()
}

/// One row of this key, under `items`, with these members beside it.
fn one(key: &str, beside: &[(&str, Value)]) -> Reply {
    let mut body = json!({ "items": [{ "key": key }] });
    for (name, value) in beside {
        body[name] = value.clone();
    }
    Reply::json(body)
}

/// Enough time for a request that must not be sent to show itself. A slow machine makes the test less sharp, never red.
async fn settle() {
    tokio::time::sleep(Duration::from_millis(50)).await;
}

/// Waits until the server has seen this many requests.
async fn requests(server: &Server, count: usize) {
    until(&format!("{count} requests"), || server.count() >= count).await;
}

async fn items(server: &Server) -> Result<Vec<api::Item>, Error> {
    client(server).items().await
}

// What is asked for.

#[tokio::test]
async fn every_row_of_every_page_comes_in_order() {
    let server = Server::start(|request| Listing::of(35).reply(request));
    let rows = items(&server).await.expect("rows");
    assert_eq!(keys!(rows), keys_to(35));
    assert_eq!(rows[34], api::Item { key: "k35".to_owned(), name: "row 35".to_owned(), line: 35 });
    assert_eq!(server.pages("p"), [1, 2, 3, 4]);
    assert!(server.asked("ps").iter().all(|size| size.as_deref() == Some("10")));
    assert!(server.requests().iter().all(|request| request.method == "GET" && request.path == "/items"));
}

#[tokio::test]
async fn a_page_that_the_total_rules_out_is_never_asked_for() {
    for (rows, pages) in [(0, 1), (1, 1), (10, 1), (11, 2), (40, 4), (41, 5)] {
        let server = Server::start(move |request| Listing::of(rows).reply(request));
        assert_eq!(keys!(items(&server).await.expect("rows")), keys_to(rows), "{rows} rows");
        settle().await;
        assert_eq!(server.pages("p"), (1..=pages).collect::<Vec<_>>(), "{rows} rows");
    }
}

#[tokio::test]
async fn a_servers_own_cap_on_the_page_size_hides_no_row() {
    let server = Server::start(|request| Listing::of(250).cap(100).reply(request));
    let rows = client(&server).items().page_size(500).await.expect("rows");
    assert_eq!(keys!(rows), keys_to(250));
    assert_eq!(server.pages("p"), [1, 2, 3]);
    assert_eq!(server.asked("ps"), vec![Some("500".to_owned()); 3]);
}

#[tokio::test]
async fn page_size_is_sent_instead_of_the_declared_limit() {
    let server = Server::start(|request| Listing::of(20).reply(request));
    assert_eq!(keys!(client(&server).items().page_size(7).await.expect("rows")), keys_to(20));
    assert_eq!(server.asked("ps"), vec![Some("7".to_owned()); 3]);
}

#[tokio::test]
async fn a_page_size_that_cannot_be_sent_is_refused_without_a_request() {
    let server = Server::script([]);
    let client = client(&server);
    for (error, says) in [
        (client.items().page_size(0).await.expect_err("no rows"), "at least one row"),
        (
            request::<api::Default>(client.defaults()).page_size(5).await.map(drop).expect_err("no limit_param"),
            "limit_param",
        ),
        (
            request::<api::AllAtOnce>(client.all_at_once()).page_size(5).await.map(drop).expect_err("one page"),
            "single page",
        ),
    ] {
        assert_eq!(error.kind(), ErrorKind::Config, "{error}");
        assert!(error.to_string().contains(says), "{error}");
        assert!(error.resource().is_some(), "{error}");
    }
    assert_eq!(server.count(), 0);
}

// The ends of a request.

#[tokio::test]
async fn no_request_is_sent_before_the_first_poll() {
    let server = Server::start(|request| Listing::of(5).reply(request));
    let client = client(&server);
    let (future, rows, pages) = (client.items().into_future(), client.items().stream(), client.items().pages());
    let first = client.items().first_page();
    settle().await;
    assert_eq!(server.count(), 0);
    assert_eq!(future.await.expect("rows").len(), 5);
    assert_eq!(server.count(), 1);
    drop((rows, pages, first));
}

#[tokio::test]
async fn the_first_page_is_one_request() {
    let server = Server::start(|request| Listing::of(35).reply(request));
    let page = client(&server).items().concurrency(8).first_page().await.expect("a page");
    assert_eq!((keys!(page.rows).len(), page.number, page.total), (10, 1, Some(35)));
    settle().await;
    assert_eq!(server.pages("p"), [1]);
}

#[tokio::test]
async fn pages_have_numbers_and_the_total() {
    let server = Server::start(|request| Listing::of(25).reply(request));
    let mut pages = client(&server).items().pages();
    let mut seen = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.expect("a page");
        seen.push((page.number, page.rows.len(), page.total));
    }
    assert_eq!(seen, [(1, 10, Some(25)), (2, 10, Some(25)), (3, 5, Some(25))]);
    assert!(pages.next().await.is_none(), "it stays at its end");
}

#[tokio::test]
async fn a_stream_gives_the_rows_before_the_failure_then_the_failure_then_nothing() {
    let server = Server::start(|request| match request.number("p") {
        Some(3) => Reply::status(400),
        _ => Listing::of(35).reply(request),
    });
    let mut rows = client(&server).items().stream();
    let mut keys = Vec::new();
    let error = loop {
        match rows.next().await.expect("not the end yet") {
            Ok(row) => keys.push(row.key),
            Err(error) => break error,
        }
    };
    assert_eq!(keys, keys_to(20));
    assert_eq!((error.kind(), error.status(), error.page()), (ErrorKind::Status, Some(400), Some(3)));
    assert!(rows.next().await.is_none());
    settle().await;
    let count = server.count();
    settle().await;
    assert_eq!(server.count(), count, "nothing is asked for after a failure");
}

// Pages in flight.

/// Holds every page but the first until `together` are in flight.
fn together(request: &declarest_tests::Request, together: usize, pages: usize) -> Reply {
    let reply = Listing::of(10 * pages as u64).reply(request);
    match request.number("p") {
        Some(1) => reply,
        // The earlier page comes later, so that an order by arrival would show.
        Some(number) => {
            reply.after(Duration::from_millis(5 * (number % 2))).when(move |log| log.most_in_flight() >= together)
        }
        None => Reply::status(400),
    }
}

#[tokio::test]
async fn pages_are_in_flight_together_once_the_total_is_known_and_stay_in_order() {
    let server = Server::start(|request| together(request, 3, 12));
    let rows = client(&server).items().concurrency(3).await.expect("rows");
    assert_eq!(keys!(rows), keys_to(120));
    assert_eq!(server.most_in_flight(), 3);
    assert_eq!(server.requests()[0].number("p"), Some(1));
    assert_eq!(server.pages("p"), (1..=12).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_declared_concurrency_holds_where_the_request_says_nothing() {
    let server = Server::start(|request| together(request, 4, 9));
    assert_eq!(items(&server).await.expect("rows").len(), 90);
    assert_eq!(server.most_in_flight(), 4);
}

#[tokio::test]
async fn a_concurrency_of_zero_is_one() {
    let server = Server::start(|request| Listing::of(35).reply(request));
    assert_eq!(client(&server).items().concurrency(0).await.expect("rows").len(), 35);
    assert_eq!(server.most_in_flight(), 1);
}

#[tokio::test]
async fn without_a_total_one_page_is_fetched_ahead() {
    let server = Server::start(|request| {
        let number = request.number("p").unwrap_or(0);
        one(&format!("k{number}"), &[("page", json!({ "more": number < 9 }))])
    });
    let mut rows = client(&server).flagged().concurrency(5).stream();
    assert_eq!(rows.next().await.expect("a row").expect("a row").key, "k1");
    requests(&server, 2).await;
    settle().await;
    assert_eq!(server.pages("p"), [1, 2], "one ahead, not more: nobody knows whether there are any");
    assert_eq!(rows.next().await.expect("a row").expect("a row").key, "k2");
    requests(&server, 3).await;
    assert_eq!(server.most_in_flight(), 1);
}

#[tokio::test]
async fn a_dropped_stream_asks_for_nothing_more() {
    let server = Server::start(|request| {
        let reply = Listing::of(1000).reply(request);
        // Those in flight when the stream is dropped are still unanswered.
        if request.number("p") == Some(1) { reply } else { reply.after(Duration::from_millis(20)) }
    });
    let mut rows = client(&server).items().concurrency(3).stream();
    assert_eq!(rows.next().await.expect("a row").expect("a row").key, "k1");
    requests(&server, 4).await;
    drop(rows);
    settle().await;
    assert_eq!(server.pages("p"), [1, 2, 3, 4]);
}

// Totals.

#[tokio::test]
async fn a_total_may_be_text() {
    let server = Server::start(|request| Listing::of(25).reply_with(request, "25"));
    assert_eq!(keys!(items(&server).await.expect("rows")), keys_to(25));
    assert_eq!(server.pages("p"), [1, 2, 3]);
}

#[tokio::test]
async fn a_total_may_be_written_as_a_fraction() {
    for total in ["25.0", "2.5e1"] {
        let server = Server::start(move |request| {
            let rows = json!(Listing::of(25).rows(request));
            Reply::json(format!(r#"{{"paging":{{"total":{total}}},"items":{rows}}}"#))
        });
        assert_eq!(keys!(items(&server).await.expect(total)), keys_to(25));
        assert_eq!(server.pages("p"), [1, 2, 3]);
    }
}

#[tokio::test]
async fn a_negative_total_is_none() {
    for total in [json!(-1), json!(-1.0), json!("-1")] {
        let server = Server::start(move |request| Listing::of(25).reply_with(request, total.clone()));
        let page = client(&server).items().first_page().await.expect("a page");
        assert_eq!(page.total, None);
        assert_eq!(keys!(items(&server).await.expect("rows")), keys_to(25));
        // The walk ends at the empty page 4.
        assert_eq!(server.pages("p"), [1, 1, 2, 3, 4]);
    }
}

#[tokio::test]
async fn a_total_that_is_none_is_an_error_that_says_where_and_what() {
    for (body, found) in [
        (json!({ "items": [{ "key": "k", "name": "n", "line": 1 }] }), "nothing at `paging.total`"),
        (json!({ "items": [{ "key": "k", "name": "n", "line": 1 }], "paging": {} }), "nothing at `paging.total`"),
        (json!({ "items": [{ "key": "k", "name": "n", "line": 1 }], "paging": 7 }), "nothing at `paging.total`"),
        (json!({ "items": [{ "key": "k", "name": "n", "line": 1 }], "paging": { "total": null } }), "found null"),
        (
            json!({ "items": [{ "key": "k", "name": "n", "line": 1 }], "paging": { "total": "many" } }),
            "found the string \"many\"",
        ),
        (json!({ "items": [{ "key": "k", "name": "n", "line": 1 }], "paging": { "total": 1.5 } }), "found 1.5"),
        (json!({ "items": [{ "key": "k", "name": "n", "line": 1 }], "paging": { "total": true } }), "found true"),
        (
            json!({ "items": [{ "key": "k", "name": "n", "line": 1 }], "paging": { "total": { "value": 1 } } }),
            "found an object",
        ),
    ] {
        let server = Server::start(move |_| Reply::json(&body));
        let error = items(&server).await.expect_err("no total");
        assert_eq!(
            (error.kind(), error.resource(), error.page()),
            (ErrorKind::Decode, Some("items"), Some(1)),
            "{error}"
        );
        let text = format!("{error:#}");
        assert!(text.contains("total_path") && text.contains(found) && text.contains("expected a number"), "{text}");
        assert!(error.help().is_some_and(|help| help.contains("total_path")), "{text}");
        assert_eq!(server.count(), 1);
    }
}

#[tokio::test]
async fn an_empty_answer_needs_no_total() {
    let server = Server::script([Reply::json(r#"{"items":[]}"#)]);
    assert!(items(&server).await.expect("no rows").is_empty());
}

#[tokio::test]
async fn a_total_that_grows_is_followed() {
    let server = Server::start(|request| {
        let total = if request.number("p") == Some(1) { 15 } else { 35 };
        Listing::of(35).reply_with(request, total)
    });
    assert_eq!(keys!(items(&server).await.expect("rows")), keys_to(35));
    assert_eq!(server.pages("p"), [1, 2, 3, 4]);
}

#[tokio::test]
async fn a_total_that_shrinks_ends_the_walk_there() {
    let server = Server::start(|request| match request.number("p") {
        Some(1) => Listing::of(50).reply(request),
        Some(2) => Listing::of(50).reply_with(request, 20),
        // Already in flight; what they say is not waited for.
        _ => Reply::status(500).when(|_| false),
    });
    let rows = tokio::time::timeout(Duration::from_secs(9), items(&server)).await.expect("no wait for page 3");
    assert_eq!(keys!(rows.expect("rows")), keys_to(20));
}

#[tokio::test]
async fn a_total_that_promises_too_much_is_an_error() {
    let server = Server::start(|request| Listing::of(35).reply_with(request, 50));
    let error = items(&server).await.expect_err("15 rows are missing");
    assert_eq!(error.kind(), ErrorKind::Incomplete);
    let text = format!("{error:#}");
    assert!(text.contains("promised 50 rows") && text.contains("35 came"), "{text}");
    assert_eq!(server.pages("p"), [1, 2, 3, 4, 5]);
}

#[tokio::test]
async fn a_total_that_promises_rows_and_gives_none_is_an_error() {
    let server = Server::start(|_| Reply::json(json!({ "paging": { "total": 3 }, "items": [] })));
    let error = items(&server).await.expect_err("3 rows are missing");
    assert_eq!(error.kind(), ErrorKind::Incomplete, "{error}");
}

#[tokio::test]
async fn a_total_that_its_own_page_refutes_ends_no_walk() {
    // The second page has rows 11 to 20 of 15.
    let server = Server::start(|request| Listing::of(35).reply_with(request, 15));
    assert_eq!(keys!(items(&server).await.expect("rows")), keys_to(35));
}

#[tokio::test]
async fn short_pages_in_the_middle_are_no_end() {
    // As from a server that leaves out, after it has cut its pages, what the user may not see.
    let server = Server::start(|request| {
        let mut rows = Listing::of(40).rows(request);
        rows.truncate(if request.number("p") == Some(2) { 4 } else { 10 });
        Reply::json(json!({ "paging": { "total": 34 }, "items": rows }))
    });
    let rows = items(&server).await.expect("rows");
    assert_eq!(rows.len(), 34);
    assert_eq!(keys!(rows)[14], "k21");
}

// The other options.

#[tokio::test]
async fn without_options_pages_count_from_one_until_one_is_empty() {
    let server = Server::start(|request| match request.number("page") {
        Some(number @ 1..=3) => one(&format!("k{number}"), &[]),
        _ => Reply::json(r#"{"items":[]}"#),
    });
    assert_eq!(keys!(client(&server).defaults().await.expect("rows")), keys_to(3));
    assert_eq!(server.pages("page"), [1, 2, 3, 4]);
    assert!(server.requests().iter().all(|request| request.query.len() == 1), "no size is sent unless declared");
}

#[tokio::test]
async fn pages_can_count_from_zero_and_end_before_a_maximum() {
    let server = Server::start(|request| one(&format!("k{}", request.number("page").unwrap_or(99)), &[]));
    assert_eq!(keys!(client(&server).from_zero().await.expect("rows")), ["k0", "k1", "k2"]);
    settle().await;
    assert_eq!(server.pages("page"), [0, 1, 2]);
}

#[tokio::test]
async fn a_maximum_below_the_total_is_no_failure() {
    let server = Server::start(|request| Listing::of(100).reply(request));
    assert_eq!(keys!(client(&server).bounded().await.expect("rows")), keys_to(20));
    settle().await;
    assert_eq!(server.pages("p"), [1, 2]);
}

#[tokio::test]
async fn a_total_of_pages_is_read_ahead_and_ends_the_walk() {
    let server = Server::start(|request| {
        let number = request.number("p").unwrap_or(0);
        let reply = one(&format!("k{number}"), &[("pages", json!("5"))]);
        if number == 1 { reply } else { reply.when(|log| log.most_in_flight() >= 4) }
    });
    assert_eq!(keys!(client(&server).counted_pages().await.expect("rows")), keys_to(5));
    assert_eq!((server.pages("p"), server.most_in_flight()), (vec![1, 2, 3, 4, 5], 4));
}

#[tokio::test]
async fn a_total_of_pages_that_is_none_is_an_error() {
    let server = Server::script([one("k1", &[("pages", json!([]))])]);
    let error = client(&server).counted_pages().await.map(drop).expect_err("no total");
    let text = format!("{error:#}");
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(text.contains("total_pages_path") && text.contains("found an array"), "{text}");
}

#[tokio::test]
async fn of_two_totals_the_one_that_promises_more_decides() {
    for (total, pages, expected) in [(3, 9, 9), (9, 3, 9)] {
        let server = Server::start(move |request| {
            one(&format!("k{}", request.number("p").unwrap_or(0)), &[("total", json!(total)), ("pages", json!(pages))])
        });
        assert_eq!(keys!(client(&server).counted_twice().await.expect("rows")), keys_to(expected));
    }
}

#[tokio::test]
async fn a_total_in_a_header_is_read() {
    let server =
        Server::start(|request| one(&format!("k{}", request.number("p").unwrap_or(0)), &[]).header("x-total-count", 3));
    assert_eq!(keys!(client(&server).counted_in_header().await.expect("rows")), keys_to(3));
    assert_eq!(server.pages("p"), [1, 2, 3]);
}

#[tokio::test]
async fn a_total_in_a_header_that_is_none_is_an_error() {
    for (reply, says) in
        [(one("k1", &[]), "no header `X-Total-Count`"), (one("k1", &[]).header("X-Total-Count", "lots"), "\"lots\"")]
    {
        let server = Server::script([reply]);
        let error = client(&server).counted_in_header().await.map(drop).expect_err("no total");
        assert_eq!((error.kind(), error.page()), (ErrorKind::Decode, Some(1)));
        assert!(error.to_string().contains(says) && error.to_string().contains("total_header"), "{error}");
    }
}

#[tokio::test]
async fn a_negative_total_in_a_header_is_none() {
    let server = Server::start(|request| match request.number("p") {
        Some(number @ 1..=2) => one(&format!("k{number}"), &[]).header("X-Total-Count", -1),
        _ => Reply::json(r#"{"items":[]}"#),
    });
    assert_eq!(keys!(client(&server).counted_in_header().await.expect("rows")), keys_to(2));
    assert_eq!(server.pages("p"), [1, 2, 3]);
}

#[tokio::test]
async fn has_more_is_a_truth_value_or_its_text() {
    for (yes, no) in [(json!(true), json!(false)), (json!("true"), json!("false")), (json!(1), json!(0))] {
        let server = Server::start(move |request| {
            let number = request.number("p").unwrap_or(0);
            let more = if number < 3 { &yes } else { &no };
            one(&format!("k{number}"), &[("page", json!({ "more": more }))])
        });
        assert_eq!(keys!(client(&server).flagged().await.expect("rows")), keys_to(3));
        settle().await;
        assert_eq!(server.pages("p"), [1, 2, 3]);
    }
}

#[tokio::test]
async fn has_more_that_is_neither_is_an_error() {
    for (page, found) in [
        (json!({}), "nothing at `page.more`"),
        (json!({ "more": 2 }), "found 2"),
        (json!({ "more": "soon" }), "\"soon\""),
    ] {
        let server = Server::script([one("k1", &[("page", page)])]);
        let error = client(&server).flagged().await.map(drop).expect_err("no flag");
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert!(error.to_string().contains("has_more_path") && error.to_string().contains(found), "{error}");
    }
}

#[tokio::test]
async fn an_empty_page_is_not_the_last_where_a_flag_says_that_more_follow() {
    let page = |request: &declarest_tests::Request| {
        let number = request.number("p").unwrap_or(0);
        let rows = if number == 2 { json!([]) } else { json!([{ "key": format!("k{number}") }]) };
        Reply::json(json!({ "items": rows, "page": { "more": number < 4 } }))
    };
    let server = Server::start(page);
    assert_eq!(keys!(client(&server).flagged().await.expect("rows")), ["k1", "k3", "k4"]);
    assert_eq!(server.pages("p"), [1, 2, 3, 4]);
    let server = Server::start(page);
    assert_eq!(keys!(client(&server).with_gaps().await.expect("rows")), ["k1", "k3", "k4"]);
    assert_eq!(server.pages("p"), [1, 2, 3, 4]);
}

#[tokio::test]
async fn a_single_page_is_one_request_without_parameters() {
    let server = Server::start(|_| one("k1", &[("next", json!("/more"))]));
    assert_eq!(keys!(client(&server).all_at_once().await.expect("rows")), ["k1"]);
    settle().await;
    assert_eq!(server.count(), 1);
    assert!(server.requests()[0].query.is_empty());
}

// A server that never ends.

#[tokio::test]
async fn the_same_page_for_ever_is_an_error() {
    // Without a total, with one, and with an envelope that differs from page to page.
    for total in [json!(-1), json!(1000)] {
        let server = Server::start(move |request| {
            let rows = [declarest_tests::row(1), declarest_tests::row(2)];
            Reply::json(json!({ "at": request.nth, "items": rows, "paging": { "total": total } }))
        });
        let error = items(&server).await.expect_err("an endless walk");
        assert_eq!(
            (error.kind(), error.resource(), error.page()),
            (ErrorKind::PaginationLoop, Some("items"), Some(2)),
            "{error}"
        );
        assert!(error.help().is_some_and(|help| help.contains("paginator")), "{error}");
        settle().await;
        assert!(server.count() <= 6, "{} requests", server.count());
    }
}

#[tokio::test]
async fn the_same_page_for_ever_is_an_error_where_the_body_is_the_list_of_pages_with_has_more() {
    let server = Server::start(|_| one("k1", &[("page", json!({ "more": true }))]));
    let error = client(&server).flagged().await.map(drop).expect_err("an endless walk");
    assert_eq!((error.kind(), server.pages("p")), (ErrorKind::PaginationLoop, vec![1, 2]));
}

#[tokio::test]
async fn empty_pages_for_ever_are_an_error() {
    let server = Server::start(|_| Reply::json(json!({ "items": [], "page": { "more": true } })));
    let walk = tokio::time::timeout(Duration::from_mins(1), client(&server).with_gaps());
    let error = walk.await.expect("an end").map(drop).expect_err("an endless walk");
    assert_eq!((error.kind(), error.resource()), (ErrorKind::PaginationLoop, Some("with_gaps")), "{error}");
    assert!(error.to_string().contains("without rows") && error.help().is_some(), "{error}");
}

#[tokio::test]
async fn the_same_lists_for_ever_are_an_error_also_when_the_server_says_the_page_again() {
    let server = Server::start(|request| {
        let groups = [json!({ "rows": [{ "key": "a" }] }), json!({ "rows": [{ "key": "b" }] })];
        Reply::json(json!({ "request": request.nth, "groups": groups, "page": request.number("page") }))
    });
    let error = client(&server).grouped().await.map(drop).expect_err("a loop");
    assert_eq!((error.kind(), server.count()), (ErrorKind::PaginationLoop, 2));
}
