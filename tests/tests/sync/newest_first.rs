//! Lists whose newest rows come first, and to which rows come while they are read.

use std::sync::{Arc, Mutex};

use declarest::EndReason;
use declarest_tests::{Database, Reply, Server};
use serde_json::json;

#[declarest::source(
    base_url = "http://127.0.0.1:9", auth = none, retry(max_retries = 0), concurrency = 4,
    resource_defaults(
        data_selector = "items", primary_key = id, write_disposition = merge,
        paginator = page_number(limit_param = "limit", limit = 2, total_path = "total"),
    ),
)]
mod api {
    #[resource(name = ordered, path = "/list", incremental(cursor = id, start_param = "since", order = descending))]
    pub struct Ordered {
        pub id: u64,
    }

    #[resource(
        name = uncounted, path = "/list", selected = false, paginator = page_number(limit_param = "limit", limit = 2),
        incremental(cursor = id, start_param = "since", order = descending),
    )]
    pub struct Uncounted {
        pub id: u64,
    }

    #[resource(
        name = bounded, path = "/list", selected = false,
        incremental(cursor = id, start_param = "since", end_param = "until", initial_value = 5, end_value = 15, order = descending),
    )]
    pub struct Bounded {
        pub id: u64,
    }

    #[resource(
        name = dated, path = "/dated", selected = false, write_disposition = append, paginator = page_number,
        incremental(cursor = at, start_param = "since", order = descending),
    )]
    pub struct Dated {
        pub id: u64,
        pub at: declarest::jiff::Timestamp,
    }

    #[resource(name = unsent, path = "/list", selected = false, incremental(cursor = id, order = descending))]
    pub struct Unsent {
        pub id: u64,
    }

    #[resource(name = unsent_added, path = "/list", selected = false, write_disposition = append, incremental(cursor = id))]
    pub struct UnsentAdded {
        pub id: u64,
    }

    #[resource(
        name = offsets, path = "/list", selected = false, paginator = offset(limit = 2, total_path = "total"),
        incremental(cursor = id, start_param = "since", order = descending),
    )]
    pub struct Offset {
        pub id: u64,
    }
}

/// A list that knows no range, newest first; before each answer for which this says so, a row comes.
fn serve(rows: u64, comes: impl Fn(u64) -> bool + Send + Sync + 'static) -> (Server, Arc<Mutex<Vec<u64>>>) {
    let list = Arc::new(Mutex::new((1..=rows).rev().collect::<Vec<_>>()));
    let now = Arc::clone(&list);
    let server = Server::start(move |request| {
        let mut list = now.lock().expect("whole");
        let first = request.number("offset").or(request.number("page").map(|page| (page - 1) * 2)).unwrap_or(0);
        if comes(first / 2 + 1) {
            let newest = list[0] + 1;
            list.insert(0, newest);
        }
        let first = usize::try_from(first).expect("small");
        let items: Vec<_> = list.iter().skip(first).take(2).map(|id| json!({ "id": id })).collect();
        Reply::json(json!({ "total": list.len(), "items": items }))
    });
    (server, list)
}

fn client(server: &Server) -> api::Client {
    api::Client::builder().base_url(server.base_url()).build().expect("nothing is missing")
}

#[tokio::test]
async fn the_walk_is_complete_up_to_its_start() {
    for resource in ["ordered", "offsets"] {
        let (server, _) = serve(20, |page| page > 1 && page % 3 == 0);
        let database = Database::new();
        let report = client(&server).sync(&mut database.open()).only([resource]).await.expect("a report");
        let ids = database.query(&format!("SELECT id FROM {resource} ORDER BY id")).concat();
        assert_eq!(ids, (1..=20).map(|id: u64| id.to_string()).collect::<Vec<_>>(), "{report}");
        let read = report.resource(resource).expect("it was read");
        assert_eq!((read.expected, read.distinct_keys), (Some(20), 20), "{report}");
        assert!(read.repeated > 0 && read.total_changes == 0, "{report}");
        // One page after the other, in order.
        let pages: Vec<_> =
            server.requests().iter().map(|request| request.number("page").or(request.number("offset"))).collect();
        assert!(pages.is_sorted() && server.most_in_flight() == 1, "{pages:?}");
    }
}

#[tokio::test]
async fn rows_that_come_again_are_no_reason_to_stay() {
    let (server, _) = serve(9, |page| page == 2);
    let database = Database::new();
    let report = client(&server).sync(&mut database.open()).only(["uncounted"]).await.expect("a report");
    let read = report.resource("uncounted").expect("it was read");
    assert_eq!((read.repeated, read.position_kept, read.distinct_keys), (1, false, 9), "{report}");
    client(&server).sync(&mut database.open()).only(["uncounted"]).await.expect("a report");
    assert_eq!(server.asked("since").pop().flatten().as_deref(), Some("9"));
}

#[tokio::test]
async fn the_walk_ends_with_the_first_page_of_known_rows() {
    let (server, list) = serve(20, |_| false);
    let database = Database::new();
    let sync = async || client(&server).sync(&mut database.open()).await.expect("a report");
    sync().await;
    assert_eq!(server.count(), 10);
    for id in 21..=23 {
        list.lock().expect("whole").insert(0, id);
    }
    let report = sync().await;
    // Of the second page, one row is new; those of the third are known, but for the newest of the run before.
    let read = report.resource("ordered").expect("it was read");
    assert_eq!((read.inserted, read.end), (3, Some(EndReason::Known)), "{report}");
    assert!(server.count() - 10 <= 4 && report.to_string().contains("only known rows"), "{report}");
    assert_eq!(database.count("ordered"), 23);
    let before = server.count();
    sync().await;
    assert!(server.count() - before <= 2);
}

#[tokio::test]
async fn rows_past_the_range_end_nothing() {
    let (server, _) = serve(20, |_| false);
    let database = Database::new();
    let report = client(&server).sync(&mut database.open()).only(["bounded"]).await.expect("a report");
    let ids = database.query("SELECT id FROM bounded ORDER BY id").concat();
    assert_eq!(ids, (5..15).map(|id: u64| id.to_string()).collect::<Vec<_>>(), "{report}");
    assert_eq!(report.resource("bounded").and_then(|read| read.end), Some(EndReason::Known), "{report}");
}

#[tokio::test]
async fn known_rows_that_new_ones_may_follow_end_nothing() {
    let (future, place) = ("2206-01-01T00:00:00Z", "2024-01-02T00:00:00Z");
    let first = [(1, future), (2, future), (3, place), (4, place)];
    for (then, new) in [
        // The first page has nothing but known rows of the future.
        ([(1, future), (2, future), (9, "2024-01-03T00:00:00Z"), (3, place)].as_slice(), 9),
        // The first page has nothing but known rows at the position, and equal times are in no order.
        ([(3, place), (4, place), (9, place), (0, "2024-01-01T00:00:00Z")].as_slice(), 9),
    ] {
        let shown = Arc::new(Mutex::new(first.to_vec()));
        let list = Arc::clone(&shown);
        let server = Server::start(move |request| {
            let first = usize::try_from(request.number("page").unwrap_or(1) - 1).expect("small") * 2;
            let list = list.lock().expect("whole");
            let items: Vec<_> = list.iter().skip(first).take(2).map(|(id, at)| json!({ "id": id, "at": at })).collect();
            Reply::json(json!({ "items": items }))
        });
        let database = Database::new();
        client(&server).sync(&mut database.open()).only(["dated"]).await.expect("a report");
        *shown.lock().expect("whole") = then.to_vec();
        let report = client(&server).sync(&mut database.open()).only(["dated"]).await.expect("a report");
        let ids = database.query("SELECT id FROM dated ORDER BY id").concat();
        assert_eq!(ids, ["1", "2", "3", "4", &new.to_string()], "{report}");
    }
}

#[tokio::test]
async fn where_nothing_is_sent_known_rows_are_dropped() {
    for (resource, pages) in [("unsent", 3), ("unsent_added", 6)] {
        let (server, list) = serve(9, |_| false);
        let database = Database::new();
        client(&server).sync(&mut database.open()).only([resource]).await.expect("a report");
        assert_eq!((server.count(), database.count(resource)), (5, 9));
        list.lock().expect("whole").splice(0..0, [12, 11, 10]);
        let report = client(&server).sync(&mut database.open()).only([resource]).await.expect("a report");
        let read = report.resource(resource).expect("it was read");
        assert_eq!((read.inserted, database.count(resource)), (3, 12), "{report}");
        assert!(read.pages <= pages && server.asked("since").iter().all(Option::is_none), "{report}");
    }
}
