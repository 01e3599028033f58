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
