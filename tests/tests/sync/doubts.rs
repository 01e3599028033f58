//! Signs that rows have moved while they were read: no failure, and said.

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use declarest::{ErrorKind, ResourceReport, SyncReport};
use declarest_tests::{Database, LevelFilter, Logged, Reply, Request, Server, Step, until};
use serde_json::{Value, json};

/// Each in its own way.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = none,
    retry(max_retries = 0),
    concurrency = 1,
    resource_defaults(data_selector = "items", primary_key = id, write_disposition = merge),
)]
mod api {
    #[resource(name = counted, path = "/counted", paginator = page_number(total_path = "total"))]
    pub struct Counted {
        pub id: u64,
    }

    #[resource(name = chained, path = "/chained", paginator = cursor(cursor_path = "next"), filter = is_wanted)]
    pub struct Chained {
        pub id: u64,
    }

    #[resource(name = added, path = "/added", paginator = page_number, write_disposition = append)]
    pub struct Added {
        pub id: u64,
    }

    #[resource(name = added_counted, path = "/added_counted", paginator = page_number(total_path = "total"), write_disposition = append)]
    pub struct AddedCounted {
        pub id: u64,
    }

    #[resource(name = replaced, path = "/replaced", paginator = page_number, write_disposition = replace)]
    pub struct Replaced {
        pub id: u64,
    }

    #[resource(name = last, path = "/last", paginator = single_page)]
    pub struct Last {
        pub id: u64,
    }

    fn is_wanted(row: &Chained) -> bool {
        row.id > 1
    }
}

/// A server of pages by number, all three lists being the same, and a client of it.
fn serve(answer: impl Fn(&Request, u64) -> Value + Send + Sync + 'static) -> (Server, api::Client) {
    let server = Server::start(move |request| {
        let page = request.number("page").or(request.number("cursor")).unwrap_or(1);
        Reply::json(answer(request, page))
    });
    let client = api::Client::builder().base_url(server.base_url()).build().expect("nothing is missing");
    (server, client)
}

fn rows(ids: impl IntoIterator<Item = u64>) -> Value {
    ids.into_iter().map(|id| json!({ "id": id })).collect()
}

async fn synced(client: &api::Client, resource: &str) -> (ResourceReport, SyncReport) {
    let database = Database::new();
    let report = client.sync(&mut database.open()).only([resource]).await.expect("a report");
    (report.resource(resource).expect("it was read").clone(), report)
}

/// Seven rows, then six, then five: what was behind the page that had been read has come to stand on it.
fn shrinking(_: &Request, page: u64) -> Value {
    json!({ "total": 8 - page, "items": rows([3 * page - 2, 3 * page - 1].into_iter().take_while(|id| *id < 8)) })
}

#[tokio::test]
async fn a_total_that_changes_while_it_is_walked() {
    let (_server, client) = serve(shrinking);
    let (counted, report) = synced(&client, "counted").await;
    assert_eq!((counted.total_changes, counted.expected, counted.rows), (2, Some(5), 5), "{report}");
    let told = "counted: the API's total changed 2 times while the pages were read; rows may be missing or duplicated; run it again";
    assert!(report.to_string().contains(told), "{report}");
}

#[test]
fn a_total_that_changes_is_logged_once_for_a_fetch() {
    let (logged, _listens) = Logged::on_this_thread(LevelFilter::WARN);
    let (_server, client) = serve(shrinking);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let rows = runtime.block_on(async { client.counted().await }).expect("rows");
    assert_eq!(rows.len(), 5);
    let text = logged.text();
    assert!(text.contains("the API's total changed") && text.contains("resource=\"counted\""), "{text}");
    assert_eq!(text.matches("the API's total changed").count(), 1, "{text}");

    runtime.block_on(synced(&client, "counted"));
    assert_eq!(logged.text().matches("the API's total changed").count(), 1, "a sync has its report for it: {text}");
}

#[tokio::test]
async fn keys_that_come_again_and_pages_without_rows() {
    let (_server, client) = serve(|_, page| {
        let ids = match page {
            1 => vec![1, 2, 3],
            2 => vec![3, 4],
            4 => vec![2, 5],
            // The last one has others behind it no more.
            _ => vec![],
        };
        json!({ "next": (page < 5).then_some(page + 1), "items": rows(ids) })
    });
    let (chained, report) = synced(&client, "chained").await;
    let counts = (chained.rows, chained.filtered, chained.distinct_keys, chained.repeated, chained.empty_pages);
    assert_eq!(counts, (7, 1, 4, 2, 1), "{report}");
    let text = report.to_string();
    assert!(
        text.contains("chained: 2 rows repeat the key of an earlier row; the last row of each key was kept; others may be missing: have the API sort by something unique"),
        "{text}"
    );
    assert!(text.contains("chained: 1 empty page before the last"), "{text}");
}

/// Four rows on two pages; one has moved to the second page while they were read, and one to the first.
fn moved(_: &Request, page: u64) -> Value {
    let ids = match page {
        1 => vec![1, 2],
        2 => vec![2, 4],
        _ => vec![],
    };
    json!({ "total": 4, "items": rows(ids) })
}

#[tokio::test]
async fn keys_that_come_again_are_reported_where_rows_are_not_merged() {
    let (_server, client) = serve(moved);
    for resource in ["added", "replaced"] {
        let (read, report) = synced(&client, resource).await;
        assert_eq!((read.rows, read.distinct_keys, read.repeated, read.inserted), (4, 3, 1, 4), "{report}");
        let line = "1 row repeats the key of an earlier row; all of them are in the table; others may be missing: have the API sort by something unique";
        assert!(report.to_string().contains(&format!("{resource}: {line}")), "{report}");
    }
}

#[tokio::test]
async fn a_total_that_only_doubles_reach_is_not_reached() {
    let (_server, client) = serve(moved);
    for (resource, left) in [("counted", 3), ("added_counted", 0)] {
        let database = Database::new();
        let error = client.sync(&mut database.open()).only([resource]).await.expect_err("one row is missing");
        assert_eq!(error.kind(), ErrorKind::Incomplete);
        assert!(error.to_string().contains("promised 4 rows, 4 came, with only 3 distinct keys"), "{error}");
        // Rows that are merged may stay; those that are appended would be doubled by the next run.
        assert_eq!(database.count(resource), left);
        let report = error.report().and_then(|report| report.resource(resource)).expect("it was read");
        assert_eq!((report.rows, report.distinct_keys, report.repeated), (4, 3, 1));
    }
}

/// What had come again before a load was interrupted is counted with what comes after.
#[tokio::test]
async fn a_resumed_load_counts_what_came_again_before() {
    static MENDED: AtomicBool = AtomicBool::new(false);
    MENDED.store(false, SeqCst);
    let server = Server::start(|request| match request.number("page") {
        Some(3) if !MENDED.load(SeqCst) => Reply::status(500),
        Some(3) => Reply::json(json!({ "total": 6, "items": rows([5, 6]) })),
        page => Reply::json(json!({ "total": 6, "items": moved(request, page.unwrap_or(1))["items"] })),
    });
    let client = api::Client::builder().base_url(server.base_url()).build().expect("nothing is missing");
    let database = Database::new();
    let sync = || async { client.sync(&mut database.open()).only(["added_counted"]).await };
    assert_eq!(sync().await.expect_err("the third page is not there").kind(), ErrorKind::Status);
    MENDED.store(true, SeqCst);
    let error = sync().await.expect_err("one row is missing");
    assert_eq!(error.kind(), ErrorKind::Incomplete, "{error:?}");
    assert!(error.to_string().contains("promised 6 rows, 6 came, with only 5 distinct keys"), "{error}");
    assert_eq!(database.count("added_counted"), 0);
}

#[tokio::test]
async fn a_walk_in_good_order_leaves_no_doubt() {
    let (_server, client) = serve(
        |_, page| json!({ "total": 4, "next": (page < 2).then_some(2), "items": rows([2 * page, 2 * page + 1]) }),
    );
    for resource in ["counted", "chained"] {
        let (read, report) = synced(&client, resource).await;
        assert_eq!((read.rows, read.repeated, read.total_changes, read.empty_pages), (4, 0, 0, 0), "{report}");
        assert_eq!(report.to_string().lines().count(), 3, "{report}");
    }
}

#[tokio::test]
async fn a_sync_that_goes_on_says_of_what_was_finished_what_the_interrupted_one_saw() {
    static MENDED: AtomicBool = AtomicBool::new(false);
    let server = Server::start(|request| match request.path.as_str() {
        "/last" if !MENDED.load(SeqCst) => Reply::script([Step::Stall]),
        "/last" => Reply::json(json!({ "items": [{ "id": 1 }] })),
        _ => Reply::json(json!({ "next": null, "items": rows([1, 2, 3, 3]) })),
    });
    let client = api::Client::builder().base_url(server.base_url()).build().expect("nothing is missing");
    let (database, both) = (Database::new(), ["chained", "last"]);
    {
        let mut sqlite = database.open();
        tokio::select! {
            _ = client.sync(&mut sqlite).only(both).into_future() => panic!("the second resource cannot have come"),
            () = until("the second resource is asked for", || server.count() == 2) => {}
        }
    }
    MENDED.store(true, SeqCst);
    let report = client.sync(&mut database.open()).only(both).await.expect("a report");
    let chained = report.resource("chained").expect("it was named");
    assert_eq!((chained.requests, chained.rows, chained.resumed), (0, 4, 4), "{report}");
    // One is left out by the filter, one has the key of another.
    assert_eq!((chained.filtered, chained.distinct_keys, chained.repeated), (1, 2, 1), "{report}");
    let text = report.to_string();
    assert!(text.contains("chained: 1 row was filtered out"), "{text}");
    assert!(
        text.contains("chained: 1 row repeats the key of an earlier row; the last row of each key was kept; others may be missing: have the API sort by something unique"),
        "{text}"
    );
}
