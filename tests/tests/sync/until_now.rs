//! A range that ends at the moment at which a run begins: each run goes on where the last one has ended.

use std::sync::Mutex;

use declarest::jiff::{SignedDuration, Timestamp};
use declarest_tests::{Database, Reply, Server};
use serde_json::json;

/// Both ends in one text, and a row that is appended.
#[declarest::source(base_url = "http://127.0.0.1:9", retry(max_retries = 0))]
mod api {
    #[resource(
        name = changes, path = "/changes", paginator = single_page,
        params(q = "at:{incremental.start_value}..{incremental.end_value}"),
        incremental(cursor = at, initial_value = "2024-01-01T00:00:00Z"), write_disposition = append,
    )]
    pub struct Change {
        pub id: u32,
        pub at: declarest::jiff::Timestamp,
    }
}

static ROWS: Mutex<Vec<(u32, Timestamp)>> = Mutex::new(Vec::new());

#[tokio::test]
async fn rows_come_once_and_those_of_the_future_wait() {
    let server = Server::start(|_| {
        let rows = ROWS.lock().expect("rows");
        Reply::json(json!(rows.iter().map(|(id, at)| json!({ "id": id, "at": at })).collect::<Vec<_>>()))
    });
    let (now, hour) = (Timestamp::now(), SignedDuration::from_hours(1));
    *ROWS.lock().expect("rows") = vec![(1, now - hour), (2, now + hour)];
    let (client, database) =
        (api::Client::builder().base_url(server.base_url()).build().expect("a client"), Database::new());
    client.sync(&mut database.open()).await.expect("a report");
    assert_eq!(database.query("SELECT id FROM changes"), [["1"]]);

    // What was in the future has passed.
    *ROWS.lock().expect("rows") = vec![(1, now - hour), (2, now - SignedDuration::from_secs(1))];
    client.sync(&mut database.open()).await.expect("a report");
    assert_eq!(database.query("SELECT id FROM changes ORDER BY id"), [["1"], ["2"]], "each row once");

    let written = |time: Timestamp| time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let asked: Vec<String> = server.asked("q").into_iter().flatten().collect();
    assert!(asked[0].starts_with("at:2024-01-01T00:00:00Z.."), "{asked:?}");
    assert!(asked[1].starts_with(&format!("at:{}..", written(now - hour))), "{asked:?}");
    assert!(asked.iter().all(|q| q.rsplit("..").next().is_some_and(|end| end >= &*written(now))), "{asked:?}");
}
