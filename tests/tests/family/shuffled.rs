//! Children whose rows move from page to page while they are read.

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use declarest_tests::{Database, Reply, Server};
use serde_json::{Value, json};

#[declarest::source(base_url = "http://127.0.0.1:9", auth = none, retry(max_retries = 0), resource_defaults(primary_key = id))]
mod tree {
    #[resource(name = roots, path = "/roots", paginator = single_page)]
    pub struct Root {
        pub id: u64,
    }

    #[resource(
        name = leaves, path = "/roots/{resources.roots.id}/leaves", write_disposition = merge, paginator = page_number,
        incremental(cursor = id, start_param = "since"),
    )]
    pub struct Leaf {
        pub id: u64,
    }
}

#[tokio::test]
async fn an_incremental_child_goes_no_further_than_is_sure() {
    let moves = AtomicBool::new(true);
    let server = Server::start(move |request| {
        let ids = match (request.path.as_str(), request.number("page").unwrap_or(1)) {
            ("/roots", _) => vec![1, 2],
            ("/roots/1/leaves", 1) => vec![11, 12],
            // While it was read, 13 has moved to the first page.
            ("/roots/1/leaves", 2) if moves.swap(false, SeqCst) => vec![12, 14],
            ("/roots/1/leaves", 2) => vec![13, 14],
            // The rows of another parent may be the same ones.
            ("/roots/2/leaves", 1) => vec![12],
            _ => vec![],
        };
        Reply::json(ids.into_iter().map(|id| json!({ "id": id })).collect::<Value>())
    });
    let database = Database::new();
    let client = tree::Client::builder().base_url(server.base_url()).build().expect("a client");
    let report = client.sync(&mut database.open()).await.expect("a report");
    let leaves = report.resource("leaves").expect("it was read");
    assert!(leaves.position_kept && report.to_string().contains("the next run starts where this one did"), "{report}");
    let report = client.sync(&mut database.open()).await.expect("a report");
    assert_eq!(database.count("leaves"), 4, "{report}");
    assert!(report.resource("leaves").is_some_and(|leaves| !leaves.position_kept), "{report}");
    assert!(server.asked("since").iter().all(Option::is_none));
    client.sync(&mut database.open()).await.expect("a report");
    assert_eq!(server.asked("since").pop().flatten().as_deref(), Some("14"));
}
