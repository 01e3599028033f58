//! A walk whose first request says no page, interrupted: no row is lost, whichever page came last.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

use declarest_tests::{Database, Reply, Request, Server};
use serde_json::json;

#[declarest::source(
    base_url = "http://127.0.0.1:9",
    retry(max_retries = 0),
    concurrency = 1,
    resource_defaults(write_disposition = append),
)]
mod api {
    #[resource(name = numbered, path = "/numbered", paginator = page_number(send_first = false))]
    pub struct Numbered {
        pub id: u64,
    }

    #[resource(name = skipped, path = "/skipped", paginator = offset(send_first = false, limit = 2))]
    pub struct Skipped {
        pub id: u64,
    }
}

/// Eight rows in pages of two, of which the page of this number fails.
fn eight(request: &Request, broken: u64) -> Reply {
    let number = |name: &str| request.param(name).and_then(|text| text.parse::<u64>().ok());
    let page = number("page").unwrap_or_else(|| number("offset").unwrap_or(0) / 2 + 1);
    if page == broken {
        return Reply::status(500);
    }
    let rows: Vec<_> = ((page - 1) * 2..8.min(page * 2)).map(|id| json!({ "id": id })).collect();
    Reply::json(serde_json::to_string(&rows).expect("rows"))
}

async fn interrupted(resource: &str, broken: u64, expected: &[&str]) {
    let failing = Arc::new(AtomicU64::new(broken));
    let fails = Arc::clone(&failing);
    let server = Server::start(move |request| eight(request, fails.load(SeqCst)));
    let client = api::Client::builder().base_url(server.base_url()).build().expect("a client");
    let database = Database::new();
    client.sync(&mut database.open()).only([resource]).await.expect_err("a page fails");
    let before = server.requests().len();
    failing.store(0, SeqCst);
    client.sync(&mut database.open()).only([resource]).await.expect("a sync");
    let requests = server.requests();
    let places: Vec<_> = requests[before..]
        .iter()
        .map(|request| request.param("page").or(request.param("offset")).unwrap_or("").to_owned())
        .collect();
    assert_eq!(places, expected, "{resource}, {broken}");
    let ids = database.query(&format!("SELECT id FROM {resource} ORDER BY id")).concat();
    assert_eq!(ids, (0..8).map(|id| id.to_string()).collect::<Vec<_>>(), "{resource}, {broken}");
}

#[tokio::test]
async fn nothing_is_lost_after_the_first_page_or_a_later_one() {
    interrupted("numbered", 2, &["", "2", "3", "4", "5"]).await;
    interrupted("numbered", 3, &["2", "3", "4", "5"]).await;
    interrupted("skipped", 2, &["", "2", "4", "6", "8"]).await;
    interrupted("skipped", 3, &["2", "4", "6", "8"]).await;
}
