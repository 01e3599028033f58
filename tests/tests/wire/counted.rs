//! Walks whose pages are counted: what a total, a number of pages and a flag say together, and what they say anew.

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
    #[resource(name = paged, path = "/items", paginator = page_number(total_pages_path = "pages"))]
    pub struct Paged {
        pub id: u64,
    }

    #[resource(name = later, path = "/items", paginator = page_number(base_page = 3, total_pages_path = "pages"))]
    pub struct Later {
        pub id: u64,
    }

    #[resource(name = flagged, path = "/items", paginator = page_number(total_pages_path = "pages", has_more_path = "more"))]
    pub struct Flagged {
        pub id: u64,
    }

    #[resource(
        name = short, path = "/items",
        paginator = page_number(limit_param = "n", limit = 2, total_pages_path = "pages", stop_after_short_page = true),
    )]
    pub struct Short {
        pub id: u64,
    }

    #[resource(
        name = counted_short, path = "/items",
        paginator = offset(limit = 2, total_path = "total", stop_after_short_page = true),
    )]
    pub struct CountedShort {
        pub id: u64,
    }

    #[resource(
        name = until_empty, path = "/items",
        paginator = page_number(total_pages_path = "pages", stop_after_empty_page = true),
    )]
    pub struct UntilEmpty {
        pub id: u64,
    }

    #[resource(name = ignored, path = "/items", response_actions(404 = ignore), paginator = page_number(total_pages_path = "pages"))]
    pub struct Ignored {
        pub id: u64,
    }

    #[resource(name = numbers, path = "/items", paginator = page_number(total_path = "total", has_more_path = "more"))]
    pub struct Number {
        pub id: u64,
    }

    #[resource(name = offsets, path = "/items", paginator = offset(limit = 2, total_path = "total", has_more_path = "more"))]
    pub struct Offset {
        pub id: u64,
    }

    #[resource(name = both, path = "/items", paginator = page_number(total_path = "total", total_pages_path = "pages"))]
    pub struct Both {
        pub id: u64,
    }

    #[resource(name = lengths, path = "/items", paginator = offset(limit = 10, total_path = "total"))]
    pub struct Length {
        pub id: u64,
    }

    #[resource(
        name = merged, path = "/items", primary_key = id, write_disposition = merge,
        paginator = page_number(total_pages_path = "pages"),
        incremental(cursor = at, start_param = "since", initial_value = 0),
    )]
    pub struct Merged {
        pub id: u64,
        pub at: u64,
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
    ids.into_iter().map(|id| json!({ "id": id, "at": id })).collect()
}

/// These pages, each with what it says of the whole.
fn pages(pages: impl IntoIterator<Item = (Vec<u64>, Value)>) -> Server {
    let pages: Vec<_> = pages.into_iter().collect();
    Server::start(move |request| {
        let number = request.number("page").or(request.number("offset").map(|offset| offset / 2 + 1)).expect("a place");
        let index = usize::try_from(number).expect("few pages") - 1;
        let Some((ids, says)) = pages.get(index) else { return Reply::status(404) };
        let mut body = says.clone();
        body["items"] = json!(items(ids.iter().copied()));
        Reply::json(body)
    })
}

fn incomplete(result: Result<Vec<u64>, Error>) -> (String, String) {
    let error = result.expect_err("pages are missing");
    assert_eq!(error.kind(), ErrorKind::Incomplete, "{error}");
    (error.to_string(), error.help().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn a_page_without_rows_is_not_the_last_where_more_pages_are_counted() -> Result<(), Error> {
    let four = json!({ "pages": 4 });
    let server = pages([vec![1], vec![], vec![3], vec![4]].map(|ids| (ids, four.clone())));
    assert_eq!(ids!(client(&server).paged())?, [1, 3, 4]);
    // A flag that it lacks says nothing else.
    let more = |more: bool| json!({ "pages": 4, "more": more });
    let server = pages([(vec![1], more(true)), (vec![], four), (vec![3], more(true)), (vec![4], more(false))]);
    assert_eq!(ids!(client(&server).flagged())?, [1, 3, 4]);
    Ok(())
}

#[tokio::test]
async fn a_short_page_is_not_the_last_where_more_are_counted() -> Result<(), Error> {
    let server = pages([vec![1, 2], vec![3], vec![5, 6]].map(|ids| (ids, json!({ "pages": 3 }))));
    assert_eq!(ids!(client(&server).short())?, [1, 2, 3, 5, 6]);
    let server = Server::start(|request| {
        let first = request.number("offset").expect("an offset");
        let behind = if first == 2 { 3 } else { (first + 2).min(6) };
        Reply::json(json!({ "items": items(first..behind), "total": 6 }))
    });
    assert_eq!(ids!(client(&server).counted_short())?, [0, 1, 2, 3, 4, 5]);
    Ok(())
}

#[tokio::test]
async fn a_walk_that_ends_before_the_last_counted_page_is_incomplete() {
    let more = |more: bool| json!({ "pages": 4, "more": more });
    let server = || pages([(vec![1], more(true)), (vec![2], more(false)), (vec![], more(false))]);
    let (error, help) = incomplete(ids!(client(&server()).flagged()));
    assert!(error.contains("promised 4 pages, 2 came (pagination ended: no more pages)"), "{error}");
    assert!(help.contains("`total_pages_path`"), "{help}");
    let (error, _) = incomplete(ids!(client(&server()).until_empty()));
    assert!(error.contains("promised 4 pages, 3 came (pagination ended: empty page)"), "{error}");
    let (error, _) = incomplete(ids!(client(&server()).ignored()));
    assert!(error.contains("promised 4 pages, 3 came (pagination ended: response ignored)"), "{error}");
}

#[tokio::test]
async fn a_reached_total_is_no_end_where_the_page_says_that_there_is_more() -> Result<(), Error> {
    // Some APIs count no further than to a limit.
    let says = |more: bool| json!({ "total": 4, "more": more });
    let server = || {
        pages([(vec![1, 2], says(true)), (vec![3, 4], says(true)), (vec![5, 6], says(true)), (vec![7], says(false))])
    };
    for pages in [1, 4] {
        assert_eq!(ids!(client(&server()).numbers().concurrency(pages))?, [1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(ids!(client(&server()).offsets().concurrency(pages))?, [1, 2, 3, 4, 5, 6, 7]);
    }
    let server = pages([vec![1, 2], vec![3, 4], vec![5]].map(|ids| (ids, json!({ "total": 4, "pages": 3 }))));
    assert_eq!(ids!(client(&server).both())?, [1, 2, 3, 4, 5]);
    // A flag that says nothing else leaves it the end: no page is asked for behind it.
    let server = pages([(vec![1, 2], says(true)), (vec![3, 4], says(false))]);
    assert_eq!(ids!(client(&server).numbers())?, [1, 2, 3, 4]);
    assert_eq!(server.pages("page"), [1, 2]);
    Ok(())
}

#[tokio::test]
async fn a_flag_that_never_changes_ends_in_an_error() {
    let server = Server::start(|request| {
        let page = request.number("page").expect("a page");
        Reply::json(json!({ "items": items(2 * page..(2 * page + 2).min(6).max(2 * page)), "total": 4, "more": true }))
    });
    let error = ids!(client(&server).numbers()).expect_err("no end");
    assert_eq!(error.kind(), ErrorKind::PaginationLoop, "{error}");
    assert!(server.count() < 1010, "{} requests", server.count());
}

#[tokio::test]
async fn the_latest_number_of_pages_holds_and_its_changes_are_counted() -> Result<(), Error> {
    for (counts, expected, changes) in
        [([2, 4, 4, 4], vec![1, 2, 3, 4], 1), ([4, 4, 3, 3], vec![1, 2, 3], 1), ([4; 4], vec![1, 2, 3, 4], 0)]
    {
        let server = pages((1..).zip(counts).map(|(page, count)| (vec![page], json!({ "pages": count }))));
        let (rows, stats) = client(&server).paged().concurrency(1).with_stats().await?;
        assert_eq!((rows.iter().map(|row| row.id).collect::<Vec<_>>(), stats.total_changes), (expected, changes));
    }
    Ok(())
}

/// A row went, and moved another one to a page that had been read.
#[tokio::test]
async fn the_position_stays_where_the_number_of_pages_sinks() {
    let read = async |counts: [u64; 3]| {
        let server = pages((1..).zip(counts).map(|(page, count)| (vec![page], json!({ "pages": count }))));
        let database = Database::new();
        let report = client(&server).sync(&mut database.open()).only(["merged"]).await.expect("a report");
        report.resource("merged").map(|merged| (merged.rows, merged.total_changes, merged.position_kept))
    };
    assert_eq!(read([3, 3, 3]).await, Some((3, 0, false)));
    assert_eq!(read([4, 3, 3]).await, Some((3, 1, true)));
    assert_eq!(read([2, 3, 3]).await, Some((3, 1, false)), "rows came");
}

#[tokio::test]
async fn a_number_below_that_of_a_page_with_rows_counts_nothing() -> Result<(), Error> {
    // As where the number is of the last page, and the first is 0.
    let server =
        pages([(vec![1], json!({ "pages": 0 })), (vec![2], json!({ "pages": 0 })), (vec![], json!({ "pages": 0 }))]);
    assert_eq!(ids!(client(&server).paged())?, [1, 2]);
    // Pages are counted from the first that there is, not from the first that is read.
    let server = pages((1..=4).map(|page| (vec![page], json!({ "pages": 4 }))));
    assert_eq!(ids!(client(&server).later())?, [3, 4]);
    assert_eq!(server.pages("page"), [3, 4]);
    Ok(())
}

/// A server whose pages are as long as it likes, and how many there are.
fn uneven(rows: u64, length: fn(u64) -> u64) -> (Server, usize) {
    let server = Server::start(move |request| {
        let first = request.number("offset").expect("an offset");
        let behind = (first + length(first)).min(rows).max(first);
        Reply::json(json!({ "items": items(first..behind), "total": rows }))
    });
    let pages = std::iter::successors(Some(0), |first| Some(first + length(*first))).take_while(|first| *first < rows);
    (server, pages.count())
}

#[tokio::test]
async fn pages_of_changing_length_are_not_asked_for_again_and_again() -> Result<(), Error> {
    let lengths: [fn(u64) -> u64; 3] =
        [|first| 4 + first % 2, |first| 3 + first * 7 % 8, |first| if first % 50 == 0 { 10 } else { 8 }];
    for length in lengths {
        let (server, needed) = uneven(300, length);
        assert_eq!(ids!(client(&server).lengths().concurrency(8))?, (0..300).collect::<Vec<_>>());
        assert!(server.count() <= 2 * needed, "{} requests for {needed} pages", server.count());
    }
    // A cap that is always the same costs nothing.
    let (server, needed) = uneven(300, |_| 5);
    assert_eq!(ids!(client(&server).lengths().concurrency(8))?.len(), 300);
    assert_eq!((server.count(), needed), (60, 60));
    Ok(())
}
