//! What a run leaves for the next one, and what must not be left.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use declarest_tests::{Database, Reply, Server};
use serde_json::json;

/// Lists of which only what is new is read, and rows with lists.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = none,
    retry(max_retries = 0),
    concurrency = 1,
    resource_defaults(data_selector = "items", primary_key = id, paginator = page_number(page_param = "p", limit_param = "ps", limit = 5, total_path = "total")),
)]
mod api {
    #[resource(name = numbers, path = "/items", incremental(cursor = at, start_param = "since"))]
    pub struct Number {
        pub id: u32,
        pub at: i64,
    }

    #[resource(name = tagged, path = "/items", write_disposition = merge)]
    pub struct Tagged {
        pub id: u32,
        #[column(child_table)]
        pub tags: Vec<String>,
    }

    #[resource(
        name = times, path = "/items", write_disposition = merge,
        incremental(cursor = time, start_param = "from", end_param = "to", end_inclusive = true), result_window = 10,
    )]
    pub struct Time {
        pub id: u32,
        pub time: declarest::jiff::Timestamp,
    }
}

fn client(server: &Server) -> api::Client {
    api::Client::builder().base_url(server.base_url()).build().expect("a client")
}

#[tokio::test]
async fn a_full_refresh_that_was_interrupted_is_gone_on_with_from_the_beginning() {
    for by in ["a refresh", "a table that is gone"] {
        let broken = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&broken);
        let server = Server::start(move |request| {
            let (since, page) = (request.number("since").unwrap_or(0), request.number("p").unwrap_or(1));
            if flag.load(SeqCst) && page == 2 {
                return Reply::status(500);
            }
            let rows: Vec<_> = (since..12).map(|id| json!({ "id": id, "at": id })).collect();
            let from = usize::try_from((page - 1) * 5).expect("small");
            Reply::json(json!({ "total": rows.len(), "items": rows.iter().skip(from).take(5).collect::<Vec<_>>() }))
        });
        let (database, client) = (Database::new(), client(&server));
        client.sync(&mut database.open()).only(["numbers"]).await.expect("a report");
        assert_eq!(database.count("numbers"), 12);
        broken.store(true, SeqCst);
        if by == "a refresh" {
            client.sync(&mut database.open()).only(["numbers"]).full_refresh().await.expect_err("it fails");
        } else {
            database.run("DROP TABLE numbers");
            client.sync(&mut database.open()).only(["numbers"]).await.expect_err("it fails");
        }
        broken.store(false, SeqCst);
        client.sync(&mut database.open()).only(["numbers"]).await.expect("a report");
        let ids = database.one("SELECT count(*) || ' ' || count(DISTINCT id) FROM numbers");
        assert_eq!(ids, "12 12", "{by}");
    }
}

#[tokio::test]
async fn the_elements_of_a_row_are_found_by_an_index() {
    let server = Server::start(|_| Reply::json(json!({ "total": 1, "items": [{ "id": 1, "tags": ["a"] }] })));
    let database = Database::new();
    client(&server).sync(&mut database.open()).only(["tagged"]).await.expect("a report");
    let plan = database.query("EXPLAIN QUERY PLAN SELECT value FROM tagged__tags WHERE _tagged_id = 1");
    assert!(plan.concat().iter().any(|step| step.contains("INDEX")), "{plan:?}");
}

#[tokio::test]
async fn rows_between_two_seconds_are_in_a_slice() {
    for clamp in [false, true] {
        // Each row half a second behind a full one.
        let server = Server::start(move |request| {
            let at = |name: &str| {
                let time = request.param(name)?.parse::<declarest::jiff::Timestamp>().expect("a time");
                Some(time.as_millisecond())
            };
            let (from, to) = (at("from").unwrap_or(i64::MIN), at("to").unwrap_or(i64::MAX));
            let rows = (0..35_i64).map(|id| (id, 1_700_000_000_500 + id * 1000));
            let rows: Vec<_> = rows
                .filter(|(_, at)| (from..=to).contains(at))
                .map(|(id, at)| {
                    let time = declarest::jiff::Timestamp::from_millisecond(at).expect("a time");
                    json!({ "id": id, "time": time.to_string() })
                })
                .collect();
            let skip = usize::try_from((request.number("p").unwrap_or(1) - 1) * 5).expect("small");
            let total = if clamp { rows.len().min(10) } else { rows.len() };
            Reply::json(json!({ "total": total, "items": rows.iter().skip(skip).take(5).collect::<Vec<_>>() }))
        });
        let rows = client(&server).times().await.expect("rows");
        assert_eq!(rows.len(), 35, "clamped: {clamp}");
    }
}
