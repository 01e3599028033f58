//! Failures on the way: what is kept, and from where the next run goes on.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};

use declarest::{ErrorKind, Progress};
use declarest_tests::{Database, Listing, Reply, Server, Step, until};
use serde_json::json;

use crate::source::{assert_no_state, assert_rows, client, listing, loads, pages_since, staged, strings, sync, wider};

#[tokio::test]
async fn a_resource_that_fails_leaves_the_others_alone() {
    let server = Server::start(|request| match request.path.as_str() {
        "/others" => Reply::json(r#"{"errors":[]}"#),
        _ => Listing::of(15).reply(request),
    });
    let database = Database::new();
    let error = client(&server).sync(&mut database.open()).await.expect_err("one fails");
    assert_eq!((error.kind(), error.resource(), error.page()), (ErrorKind::Decode, Some("others"), Some(1)));
    assert!(!error.to_string().contains("also failed"), "{error}");
    let report = error.report().expect("a report");
    assert_eq!(
        report.resources.iter().map(|resource| resource.error.is_some()).collect::<Vec<_>>(),
        [false, true, false]
    );
    assert_rows(&database, "items", 15);
    assert_rows(&database, "events", 15);
    assert_eq!(database.count("others"), 0);
    assert_eq!(loads(&database, "others"), strings(&[&["failed", "0", "0", "NULL"]]));
    assert!(
        database.one("SELECT error FROM _declarest_loads WHERE resource = 'others'").contains("no rows at `items`")
    );
    assert!(report.to_string().contains("FAILED others, page 1: "), "{report}");
}

/// Fails at page 25 of 40 in stage 1, and has `rows` rows in stage 2.
fn breaking(rows: u64) -> (Server, Arc<AtomicUsize>) {
    staged(move |stage, request| match (stage, request.number("p")) {
        (1, Some(25..)) => Reply::status(500),
        (1, _) => Listing::of(400).reply(request),
        (_, _) => Listing::of(rows).reply(request),
    })
}

#[tokio::test]
async fn a_load_goes_on_where_it_was_interrupted() {
    for table in ["items", "events"] {
        let (server, stage) = breaking(400);
        let database = Database::new();
        let error = sync(&server, &database, &[table]).await.expect_err("500");
        assert_eq!((error.kind(), error.page()), (ErrorKind::Status, Some(25)));
        assert_rows(&database, table, 240);
        assert!(database.count("_declarest_state") > 0);
        let again = server.count();
        sync(&server, &database, &[table]).await.expect_err("500 again");
        assert!(pages_since(&server, again, &format!("/{table}")).iter().all(|page| *page >= 25));
        assert_rows(&database, table, 240);

        stage.store(2, SeqCst);
        let from = server.count();
        let report = sync(&server, &database, &[table]).await.expect("a report");
        assert_eq!(
            pages_since(&server, from, &format!("/{table}")),
            (25..=40).collect::<Vec<_>>(),
            "only what is not committed"
        );
        assert_rows(&database, table, 400);
        assert_no_state(&database);
        let resource = report.resource(table).expect("it was read");
        assert_eq!((resource.rows, resource.resumed, resource.inserted, resource.distinct_keys), (400, 240, 160, 400));
        assert_eq!((resource.pages, resource.expected), (16, Some(400)));
        let statuses: Vec<_> = loads(&database, table).into_iter().map(|mut load| load.swap_remove(0)).collect();
        assert_eq!(statuses, ["failed", "failed", "complete"]);
        assert!(report.to_string().contains("resumed after 240 rows of an interrupted run"), "{report}");
    }
}

#[tokio::test]
async fn a_load_starts_again_when_the_total_has_changed() {
    for table in ["items", "events"] {
        let (server, stage) = breaking(399);
        let database = Database::new();
        sync(&server, &database, &[table]).await.expect_err("500");
        stage.store(2, SeqCst);
        let from = server.count();
        let report = sync(&server, &database, &[table]).await.expect("a report");
        let pages = pages_since(&server, from, &format!("/{table}"));
        assert!((1..=40).all(|page| pages.contains(&page)), "{pages:?}");
        assert_rows(&database, table, 399);
        assert_eq!(report.resource(table).map(|resource| (resource.rows, resource.resumed)), Some((399, 0)));
        assert_no_state(&database);
    }
}

#[tokio::test]
async fn a_load_starts_again_when_the_declaration_has_changed() {
    let (server, stage) = breaking(400);
    let database = Database::new();
    sync(&server, &database, &["items"]).await.expect_err("500");
    stage.store(2, SeqCst);
    let from = server.count();
    let client = wider::api::Client::builder().base_url(server.base_url()).build().expect("nothing is missing");
    let report = client.sync(&mut database.open()).await.expect("a report");
    assert_eq!(pages_since(&server, from, "/items"), (1..=40).collect::<Vec<_>>());
    assert_eq!(report.resource("items").map(|items| (items.resumed, items.inserted)), Some((0, 160)));
    assert_rows(&database, "items", 400);
}

#[tokio::test]
async fn a_load_starts_again_when_its_state_cannot_be_read() {
    let (server, stage) = breaking(400);
    let database = Database::new();
    sync(&server, &database, &["items"]).await.expect_err("500");
    database.run("UPDATE _declarest_state SET value = '{\"position\":' WHERE name = 'checkpoint'");
    stage.store(2, SeqCst);
    let from = server.count();
    sync(&server, &database, &["items"]).await.expect("a report");
    assert_eq!(pages_since(&server, from, "/items"), (1..=40).collect::<Vec<_>>());
    assert_rows(&database, "items", 400);

    let (server, stage) = breaking(400);
    sync(&server, &database, &["items"]).await.expect_err("500");
    database.run("UPDATE _declarest_state SET value = 'x' WHERE name NOT IN ('checkpoint', 'client')");
    stage.store(2, SeqCst);
    let report = sync(&server, &database, &["items"]).await.expect("a report");
    assert_eq!(report.resource("items").map(|items| (items.resumed, items.distinct_keys)), Some((0, 400)));
    // Where it cannot be known whose state there is, none is used and none is written over.
    database.run("UPDATE _declarest_state SET value = 'x' WHERE name = 'client'");
    let error = sync(&server, &database, &["items"]).await.expect_err("it is damaged");
    assert!(error.message().contains("the saved `client` of `items`"), "{error}");
    let client = client(&server);
    client.sync(&mut database.open()).only(["items"]).full_refresh().await.expect("a report");
    assert_rows(&database, "items", 400);
}

#[tokio::test]
async fn a_key_that_comes_again_behind_an_interruption_is_counted_once() {
    // Between the runs a row has come at the front and the last one has gone: no total shows that one is missed.
    let (server, stage) = staged(|stage, request| match (stage, request.number("p")) {
        (1, Some(25..)) => Reply::status(500),
        (2, Some(number)) => {
            let rows: Vec<_> = (number * 10 - 10..number * 10).map(declarest_tests::row).collect();
            Reply::json(json!({ "paging": { "total": 400 }, "items": rows }))
        }
        _ => Listing::of(400).reply(request),
    });
    let database = Database::new();
    sync(&server, &database, &["items"]).await.expect_err("500");
    stage.store(2, SeqCst);
    let error = sync(&server, &database, &["items"]).await.expect_err("one is missing");
    assert_eq!(error.kind(), ErrorKind::Incomplete);
    assert!(error.to_string().contains("399 distinct keys"), "{error}");
    let report = sync(&server, &database, &["items"]).await.expect("a report");
    assert_eq!(report.resource("items").map(|items| (items.resumed, items.distinct_keys)), Some((0, 400)));
    assert_eq!(database.one("SELECT count(*) FROM items WHERE key = 'k0'"), "1");
}

#[tokio::test]
async fn a_load_whose_table_is_gone_starts_again() {
    for table in ["items", "events"] {
        let (server, stage) = breaking(400);
        let database = Database::new();
        sync(&server, &database, &[table]).await.expect_err("500");
        database.run(&format!("DROP TABLE {table}"));
        stage.store(2, SeqCst);
        let report = sync(&server, &database, &[table]).await.expect("a report");
        assert_eq!(report.resource(table).map(|resource| (resource.rows, resource.resumed)), Some((400, 0)));
        assert_rows(&database, table, 400);
    }
}

#[tokio::test]
async fn a_full_refresh_does_not_go_on() {
    let (server, stage) = breaking(400);
    let database = Database::new();
    sync(&server, &database, &["events"]).await.expect_err("500");
    stage.store(2, SeqCst);
    let report = client(&server).sync(&mut database.open()).only(["events"]).full_refresh().await.expect("a report");
    assert_eq!(report.resource("events").map(|events| (events.rows, events.resumed)), Some((400, 0)));
    assert_rows(&database, "events", 400);
}

#[tokio::test]
async fn a_sync_that_is_dropped_half_way_is_gone_on_with() {
    for table in ["items", "events"] {
        let (server, stage) = staged(|stage, request| match (stage, request.number("p")) {
            // Never comes in the first stage.
            (1, Some(25..)) => Reply::script([Step::Stall]),
            _ => Listing::of(400).reply(request),
        });
        let database = Database::new();
        let mut sqlite = database.open();
        let rows = Arc::new(AtomicUsize::new(0));
        {
            let (client, count) = (client(&server), Arc::clone(&rows));
            let progress = move |progress: &Progress| {
                count.store(usize::try_from(progress.rows).expect("few rows"), SeqCst);
            };
            let sync = client.sync(&mut sqlite).only([table]).progress(progress).into_future();
            // Both pages in flight have been asked for: neither is counted below.
            let in_flight = || server.pages("p").contains(&26);
            tokio::select! {
                _ = sync => panic!("page 25 cannot have come"),
                () = until("24 pages have come", || rows.load(SeqCst) == 240 && in_flight()) => {}
            }
        }
        stage.store(2, SeqCst);
        let from = server.count();
        let report = client(&server).sync(&mut sqlite).only([table]).await.expect("a report");
        assert_eq!(pages_since(&server, from, &format!("/{table}")), (25..=40).collect::<Vec<_>>());
        assert_eq!(report.resource(table).map(|resource| (resource.rows, resource.resumed)), Some((400, 240)));
        assert_rows(&database, table, 400);
        assert_no_state(&database);
    }
}

#[tokio::test]
async fn a_sync_that_is_gone_on_with_reads_only_what_was_not_finished() {
    let (server, stage) = staged(|stage, request| match (stage, request.path.as_str(), request.number("p")) {
        // Never comes in the first stage.
        (1, "/others", Some(3..)) => Reply::script([Step::Stall]),
        _ => Listing::of(40).reply(request),
    });
    let database = Database::new();
    let mut sqlite = database.open();
    let both = ["items", "others"];
    {
        let client = client(&server);
        let in_flight = || pages_since(&server, 0, "/others").contains(&4);
        tokio::select! {
            _ = client.sync(&mut sqlite).only(both).into_future() => panic!("page 3 of the second resource cannot have come"),
            () = until("the pages behind the second of the second resource are asked for", in_flight) => {}
        }
    }
    stage.store(2, SeqCst);

    let from = server.count();
    let report = client(&server).sync(&mut sqlite).only(both).await.expect("a report");
    assert!(pages_since(&server, from, "/items").is_empty(), "all of it was committed");
    assert!(!pages_since(&server, from, "/others").contains(&1), "what was committed is not asked for again");
    let items = report.resource("items").expect("it was named");
    assert_eq!((items.rows, items.resumed, items.expected, items.distinct_keys), (40, 40, Some(40), 40));
    assert!(report.to_string().contains("items: an interrupted run had read all of it"), "{report}");
    assert_rows(&database, "items", 40);
    assert_no_state(&database);

    let from = server.count();
    client(&server).sync(&mut sqlite).only(both).await.expect("a report");
    assert_eq!(pages_since(&server, from, "/items"), [1, 2, 3, 4], "the next sync is a new one");
}

#[tokio::test]
async fn a_sync_that_ends_with_a_failure_has_ended() {
    let (server, stage) = staged(|stage, request| match (stage, request.path.as_str()) {
        (1, "/others") => Reply::status(404),
        _ => Listing::of(20).reply(request),
    });
    let database = Database::new();
    sync(&server, &database, &["items", "others"]).await.expect_err("a resource is not there");
    stage.store(2, SeqCst);
    let from = server.count();
    sync(&server, &database, &["items", "others"]).await.expect("a report");
    assert_eq!(pages_since(&server, from, "/items"), [1, 2]);
    assert_no_state(&database);
}

#[tokio::test]
async fn a_page_that_leaves_the_total_out_takes_no_promise_back() {
    let server = Server::start(|request| match request.number("p") {
        Some(1 | 2) => Listing::of(100).reply(request),
        _ => Reply::json(json!({ "items": [] })),
    });
    let database = Database::new();
    for table in ["items", "events"] {
        let error = sync(&server, &database, &[table]).await.expect_err("80 rows are missing");
        assert_eq!(error.kind(), ErrorKind::Incomplete, "{error}");
    }
    assert_rows(&database, "events", 0);
}

#[tokio::test]
async fn a_place_that_the_api_knows_no_more_is_nowhere_to_go_on_from() {
    let (server, stage) = staged(|stage, request| match (stage, request.number("p")) {
        (1, Some(21..)) => Reply::status(500),
        // Meanwhile there are fewer rows, and no pages behind the last.
        (2, Some(6..)) => Reply::status(404),
        (2, _) => Listing::of(50).reply(request),
        _ => Listing::of(400).reply(request),
    });
    for table in ["items", "events"] {
        stage.store(1, SeqCst);
        let database = Database::new();
        sync(&server, &database, &[table]).await.expect_err("page 21 fails");
        stage.store(2, SeqCst);
        let report = sync(&server, &database, &[table]).await.expect("a report");
        assert_eq!(report.resource(table).map(|resource| (resource.rows, resource.resumed)), Some((50, 0)));
    }
}

#[tokio::test]
async fn a_sync_that_another_takes_over_writes_no_more() {
    // The first one waits for page 25 until the second one is through.
    let through = Arc::new(AtomicBool::new(false));
    let is_through = Arc::clone(&through);
    let (server, stage) = staged(move |stage, request| match (stage, request.number("p")) {
        (1, Some(25..)) => {
            let is_through = Arc::clone(&is_through);
            Listing::of(400).reply(request).when(move |_| is_through.load(SeqCst))
        }
        _ => Listing::of(400).reply(request),
    });
    let database = Database::new();
    let (mut first, mut second) = (database.open(), database.open());
    let client = client(&server);
    let slow = client.clone();
    let slow = tokio::spawn(async move { slow.sync(&mut first).only(["events"]).await });
    // What it has, it commits within a second.
    let committed = "SELECT 1 FROM _declarest_state WHERE name = 'checkpoint' AND json_extract(value, '$.rows') = 240";
    until("24 pages are committed", || database.has_table("_declarest_state") && !database.query(committed).is_empty())
        .await;
    until("the pages behind them are asked for", || server.pages("p").contains(&26)).await;
    stage.store(2, SeqCst);
    client.sync(&mut second).only(["events"]).await.expect("a report");
    through.store(true, SeqCst);
    let error = slow.await.expect("no panic").expect_err("it was taken over");
    assert_eq!(error.kind(), ErrorKind::Destination);
    assert!(error.to_string().contains("another sync"), "{error}");
    assert_rows(&database, "events", 400);
}

#[tokio::test]
async fn what_was_finished_counts_only_for_the_sync_that_goes_on() {
    let (server, stage) = staged(|stage, request| match (stage, request.path.as_str()) {
        (1, "/others") => Reply::script([Step::Stall]),
        _ => Listing::of(20).reply(request),
    });
    let database = Database::new();
    let mut sqlite = database.open();
    {
        let client = client(&server);
        let is_asked = || server.requests().iter().any(|request| request.path == "/others");
        tokio::select! {
            _ = client.sync(&mut sqlite).only(["items", "others"]).into_future() => panic!("the second resource cannot have come"),
            () = until("the second resource is asked for", is_asked) => {}
        }
    }
    stage.store(2, SeqCst);
    client(&server).sync(&mut sqlite).only(["others"]).await.expect("a report");
    let from = server.count();
    client(&server).sync(&mut sqlite).only(["items"]).await.expect("a report");
    assert_eq!(pages_since(&server, from, "/items"), [1, 2], "a sync has ended in between");
}

#[tokio::test]
async fn a_sync_of_nothing_says_so() {
    let server = listing(1);
    let database = Database::new();
    let error = sync(&server, &database, &[]).await.expect_err("nothing");
    assert_eq!((error.kind(), server.count()), (ErrorKind::Config, 0), "{error}");
}

#[tokio::test]
async fn keys_far_apart_cost_no_more_than_keys_in_a_row() {
    const ROWS: u64 = 20_000;
    // Each key once, in no order.
    let server = Server::start(|request| {
        let first = (request.number("p").unwrap_or(1) - 1) * 10;
        let labels = json!({ "a": 1, "b": 2, "c": 3, "d": 4, "e": 5, "f": 6 });
        let rows: Vec<_> = (first..(first + 10).min(ROWS))
            .map(|row| json!({ "id": (row * 7_919 % ROWS) * 1_000_003, "labels": labels }))
            .collect();
        Reply::json(json!({ "paging": { "total": ROWS }, "items": rows }))
    });
    let database = Database::new();
    let mut sqlite = database.open();
    let sync = client(&server).sync(&mut sqlite).only(["numbered"]).await;
    assert_eq!(sync.expect("a report").resource("numbered").map(|numbered| numbered.distinct_keys), Some(ROWS));
    let report = client(&server).sync(&mut sqlite).only(["numbered"]).await.expect("a report");
    let numbered = report.resource("numbered").expect("it was named");
    assert_eq!((numbered.inserted, numbered.updated), (0, 0), "a map is written in an order that stays");
    let numbers = database.query("SELECT min(rowid), max(rowid) FROM numbered");
    assert_eq!(numbers, strings(&[&["1", "20000"]]), "rows are numbered as they come, whatever their keys");
}
