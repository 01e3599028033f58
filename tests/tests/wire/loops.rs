//! Walks that bring nothing new: each ends, and says so. Rows that come twice are counted.

use declarest::paginate::{CustomPage, CustomPaginator, NextPage};
use declarest::{BoxError, Error, ErrorKind};
use declarest_tests::{LevelFilter, Logged, Reply, Request, Server};
use serde_json::{Value, json};

/// Rows by their key, behind each paginator.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = none,
    retry(max_retries = 0),
    resource_defaults(data_selector = "items", primary_key = id),
)]
mod keyed {
    #[resource(path = "/page_number", paginator = page_number)]
    #[derive(Debug, PartialEq)]
    pub struct Numbered {
        pub id: u64,
    }

    #[resource(path = "/offset", paginator = offset(limit = 1))]
    pub struct Offset {
        pub id: u64,
    }

    #[resource(path = "/cursor", paginator = cursor(cursor_path = "next"))]
    pub struct Cursor {
        pub id: u64,
    }

    #[resource(path = "/header_cursor", paginator = header_cursor(cursor_key = "X-Next"))]
    pub struct HeaderCursor {
        pub id: u64,
    }

    #[resource(path = "/header_link", paginator = header_link)]
    pub struct HeaderLink {
        pub id: u64,
    }

    #[resource(path = "/json_link", paginator = json_link(next_url_path = "link"))]
    pub struct JsonLink {
        pub id: u64,
    }

    #[resource(path = "/custom", paginator = custom(super::Onward))]
    pub struct Custom {
        pub id: u64,
    }

    #[resource(path = "/counted", paginator = page_number(limit_param = "ps", limit = 10, total_path = "total"))]
    pub struct Counted {
        pub id: u64,
    }
}

/// Rows that no key identifies.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = none,
    retry(max_retries = 0),
    resource_defaults(data_selector = "items", paginator = page_number),
)]
mod unkeyed {
    /// By its only field.
    #[resource(path = "/row")]
    pub struct Row {
        pub id: u64,
    }

    /// What no field names may differ each time.
    #[resource(path = "/open")]
    pub struct Open {
        pub id: u64,
        #[serde(flatten)]
        pub extra: declarest::Extra,
    }

    /// One of a few for many rows.
    #[resource(path = "/state")]
    pub struct State {
        pub state: String,
    }

    /// Another value in each answer.
    #[resource(path = "/changing")]
    pub struct Changing {
        pub id: u64,
        pub seen: u64,
    }

    #[resource(path = "/counted_state", paginator = page_number(total_path = "total"))]
    pub struct CountedState {
        pub state: String,
    }
}

/// Always one page more.
#[derive(Default)]
pub struct Onward(u64);

impl CustomPaginator for Onward {
    fn next(&mut self, _: &CustomPage<'_>) -> Result<Option<NextPage>, BoxError> {
        self.0 += 1;
        Ok(Some(NextPage::new().param("n", self.0)))
    }
}

/// A server of pages, counted from 0, that always names a next one. Each row has another value that no field names.
fn pages(items: impl Fn(&Request) -> Vec<Value> + Send + Sync + 'static) -> Server {
    Server::start(move |request| {
        let nth = request.nth;
        let mut items = items(request);
        for (index, item) in items.iter_mut().enumerate() {
            item["seen"] = json!(1000 * nth + index);
        }
        let link = format!("/{}?page={nth}", request.path.trim_start_matches('/'));
        Reply::json(json!({ "items": items, "next": nth + 1, "link": link, "total": 1_000_000 }))
            .header("X-Next", nth + 1)
            .header("Link", format!("<{link}>; rel=\"next\""))
    })
}

fn keyed(server: &Server) -> keyed::Client {
    keyed::Client::builder().base_url(server.base_url()).build().expect("nothing is missing")
}

fn unkeyed(server: &Server) -> unkeyed::Client {
    unkeyed::Client::builder().base_url(server.base_url()).build().expect("nothing is missing")
}

fn assert_loop(error: &Error, server: &Server, requests: usize) {
    assert_eq!(error.kind(), ErrorKind::PaginationLoop, "{error}");
    assert!(server.count() <= requests, "{} requests: {error}", server.count());
}

#[tokio::test]
async fn the_same_row_again_and_again_ends_every_walk() {
    macro_rules! looped {
        ($($resource:ident),+) => {$(
            let server = pages(|_| vec![json!({ "id": 1 })]);
            let error = keyed(&server).$resource().await.err().expect("it has no end");
            // Where each page names the next one, two are read ahead.
            assert_loop(&error, &server, 6);
            let text = format!("{error:#}");
            assert!(text.contains("3 pages in a row brought no new row: each of their rows has the `primary_key` of an earlier one"), "{text}");
            assert!(text.contains(", page 4:"), "{text}");
            assert!(error.help().is_some_and(|help| help.contains("does not identify a row")), "{text}");
        )+};
    }
    looped!(numbered, offset, cursor, header_cursor, header_link, json_link, custom);
}

#[tokio::test]
async fn rows_without_a_key_are_told_apart_by_their_fields() {
    let server = pages(|_| vec![json!({ "id": 1 }), json!({ "id": 2 })]);
    let error = unkeyed(&server).row().await.err().expect("it has no end");
    assert_loop(&error, &server, 4);
    let text = error.to_string();
    assert!(text.contains("each of their rows is equal to an earlier one in all declared fields"), "{text}");
    let server = pages(|_| vec![json!({ "id": 1 })]);
    assert_loop(&unkeyed(&server).open().await.err().expect("it has no end"), &server, 4);
}

/// Orders of three states: that equal rows stand on one page shows that nothing identifies them.
#[tokio::test]
async fn equal_rows_on_one_page_are_no_loop() {
    let states = |request: &Request| {
        let page = request.number("page").unwrap_or(1);
        let rows = if page > 20 { 0 } else { 30 };
        let state = |row: usize| ["open", "closed", "late"][row % 3];
        (0..rows).map(|row| json!({ "state": state(row) })).collect::<Vec<_>>()
    };
    let server = pages(states);
    assert_eq!(unkeyed(&server).state().await.expect("rows").len(), 600);
}

#[tokio::test]
async fn rows_that_nothing_identifies_end_at_last() {
    let server = pages(|_| vec![json!({ "state": "open" }), json!({ "state": "open" })]);
    let error = unkeyed(&server).state().await.err().expect("it has no end");
    assert_loop(&error, &server, 1001);
    assert!(error.help().is_some_and(|help| help.contains("`primary_key`")), "{error:#}");
    // Where a total bounds the walk, that is enough.
    let server = Server::start(|request| {
        let row = json!({ "state": "open", "seen": request.nth });
        Reply::json(json!({ "items": [row, row], "total": 60 }))
    });
    assert_eq!(unkeyed(&server).counted_state().await.expect("rows").len(), 60);
}

#[tokio::test]
async fn rows_that_are_other_ones_in_each_answer_end_at_last() {
    let server = pages(|_| vec![json!({ "id": 1 })]);
    let error = unkeyed(&server).changing().await.err().expect("it has no end");
    assert_loop(&error, &server, 10_001);
    assert!(error.to_string().contains("10000 pages"), "{error}");
    let help = error.help().unwrap_or_default();
    assert!(help.contains("`primary_key`") && help.contains("`maximum_page`"), "{help}");
}

#[tokio::test]
async fn a_total_does_not_excuse_pages_without_new_rows() {
    let server = pages(|_| (0..10).map(|id| json!({ "id": id })).collect());
    let error = keyed(&server).counted().await.err().expect("it has no end");
    assert_loop(&error, &server, 4 + 4);
}

/// The rows of a page in another order each time: no page is like the one before.
#[tokio::test]
async fn rows_in_another_order_are_no_new_ones() {
    let server = pages(|request| (0..10).map(|row| json!({ "id": (row * 3 + request.nth) % 10 })).collect());
    assert_loop(&keyed(&server).numbered().await.expect_err("it has no end"), &server, 4);
    let server = pages(|request| (0..10).map(|row| json!({ "id": (row * 3 + request.nth) % 10 })).collect());
    assert_loop(&unkeyed(&server).row().await.err().expect("it has no end"), &server, 4);
}

/// Each page begins with rows of the page before, and some bring nothing else.
#[tokio::test]
async fn pages_that_overlap_bring_new_rows() {
    let server = Server::start(|request| {
        let page = request.number("page").unwrap_or(1);
        let last = page - page.saturating_sub(1) % 3;
        let ids = (last.saturating_sub(3).max(1)..=last).filter(|_| page < 30);
        Reply::json(json!({ "items": ids.map(|id| json!({ "id": id, "page": page })).collect::<Vec<_>>() }))
    });
    let (rows, stats) = keyed(&server).numbered().with_stats().await.expect("rows");
    let mut ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!((ids.len(), stats.rows, stats.repeated), (28, rows.len() as u64, rows.len() as u64 - 28));
}

/// A server of 40 rows, of which one has moved to the next page while they were read.
fn moved(total: u64) -> Server {
    Server::start(move |request| {
        let page = request.number("page").unwrap_or(1);
        let ids = (10 * page - 9..=10 * page).filter(|id| *id <= 40).map(|id| if id == 11 { 10 } else { id });
        Reply::json(json!({ "items": ids.map(|id| json!({ "id": id })).collect::<Vec<_>>(), "total": total }))
    })
}

#[test]
fn keys_that_come_again_are_counted_and_logged_once() {
    let (logged, _listens) = Logged::on_this_thread(LevelFilter::WARN);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let server = moved(40);
        let (rows, stats) = keyed(&server).numbered().with_stats().await.expect("rows");
        assert_eq!((rows.len(), stats.repeated, stats.total_changes, stats.empty_pages), (40, 1, 0, 0));
        let mut pages = keyed(&server).numbered().pages();
        let mut repeated = Vec::new();
        while let Some(page) = pages.next().await {
            page.expect("a page");
            repeated.push(pages.stats().repeated);
        }
        assert_eq!(repeated, [0, 1, 1, 1, 1]);
    });
    let text = logged.text();
    assert_eq!(text.matches("rows repeat the key of an earlier one").count(), 2, "{text}");
    assert!(text.contains("resource=\"numbered\"") && text.contains("rows=1"), "{text}");
}

#[tokio::test]
async fn a_total_that_only_doubles_reach_is_not_reached() {
    let server = moved(40);
    let error = keyed(&server).counted().await.err().expect("one row is missing");
    assert_eq!(error.kind(), ErrorKind::Incomplete);
    let text = error.to_string();
    assert!(text.contains("promised 40 rows, 40 came, with only 39 distinct keys"), "{text}");
    assert!(error.help().is_some_and(|help| help.contains("sort by something unique")), "{error:#}");
    // Where the total is of the different ones, all have come.
    let server = moved(39);
    assert_eq!(keyed(&server).counted().await.expect("rows").len(), 40);
}

#[tokio::test]
async fn a_scan_sees_loops_and_doubles() {
    let server = pages(|_| vec![json!({ "id": 1 })]);
    let mut batches = keyed(&server).scan("numbered").expect("a resource").batches();
    let error = loop {
        if let Err(error) = batches.next().await.expect("an error before the end") {
            break error;
        }
    };
    assert_loop(&error, &server, 4);
    let server = moved(40);
    let mut batches = keyed(&server).scan("numbered").expect("a resource").batches();
    while let Some(batch) = batches.next().await {
        batch.expect("a batch");
    }
    assert_eq!((batches.stats().rows, batches.stats().repeated), (40, 1));
}
