//! Pages of which each names the next: it is on its way while the rows of the one before are still being read.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::thread::sleep;
use std::time::{Duration, Instant};

use declarest::ErrorKind;
use declarest_tests::{Database, LevelFilter, Logged, Reply, Server};
use serde_json::json;

/// Items whose rows take until the next page has been asked for.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = none,
    retry(max_retries = 0),
    resource_defaults(data_selector = "items", paginator = cursor(cursor_path = "next")),
)]
mod items {
    use super::{ASKED, Duration, SeqCst, sleep, soon};

    #[resource(name = items, path = "/items", filter = is_read_late)]
    pub struct Item {
        pub id: u64,
    }

    /// The row of page `id` is there when the page after it has been requested.
    fn is_read_late(item: &Item) -> bool {
        let is_asked = item.id == 3 || soon(|| ASKED.load(SeqCst) > item.id);
        if item.id == 1 {
            // Meanwhile, the second page comes, and waits for its turn.
            sleep(Duration::from_millis(100));
        }
        is_asked
    }
}

/// Groups and their members; those of the second are read for as long as it is said.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = none,
    retry(max_retries = 0),
    concurrency = 2,
    resource_defaults(data_selector = "items", write_disposition = append, paginator = cursor(cursor_path = "next")),
)]
mod groups {
    use super::{BEGUN, RELEASED, SeqCst, soon};

    #[resource(name = groups, path = "/groups", selected = false)]
    pub struct Group {
        pub id: u32,
    }

    #[resource(name = members, path = "/groups/{resources.groups.id}/members", write_disposition = append, filter = is_kept)]
    pub struct Member {
        pub name: String,
    }

    fn is_kept(member: &Member) -> bool {
        if member.name.starts_with("second") {
            BEGUN.store(true, SeqCst);
            soon(|| RELEASED.load(SeqCst));
        }
        true
    }
}

/// Requests for items.
static ASKED: AtomicU64 = AtomicU64::new(0);
/// Whether the rows of the second group are being read,
static BEGUN: AtomicBool = AtomicBool::new(false);
/// and whether they may have been.
static RELEASED: AtomicBool = AtomicBool::new(false);

/// Waits, at most ten seconds.
fn soon(holds: impl Fn() -> bool) -> bool {
    let latest = Instant::now() + Duration::from_secs(10);
    while !holds() && Instant::now() < latest {
        sleep(Duration::from_millis(1));
    }
    holds()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_next_page_is_asked_for_before_the_rows_are_read() {
    let server = Server::start(|request| {
        ASKED.fetch_add(1, SeqCst);
        let page = request.number("cursor").unwrap_or(1);
        let next = (page < 3).then_some(page + 1);
        Reply::json(json!({ "next": next, "items": [{ "id": page }] }))
    });
    let client = items::Client::builder().base_url(server.base_url()).build().expect("a client");
    let rows = client.items().await.expect("rows");
    assert_eq!(rows.iter().map(|item| item.id).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(server.count(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_last_page_that_is_being_read_has_not_been_written() {
    let server = Server::start(|request| {
        let page = request.number("cursor").unwrap_or(1);
        match request.path.as_str() {
            "/groups" => Reply::json(json!({ "next": null, "items": [{ "id": 1 }, { "id": 2 }] })),
            "/groups/2/members" => Reply::json(json!({ "next": null, "items": [{ "name": "second" }] })),
            _ if page == 1 => Reply::json(json!({ "next": 2, "items": [{ "name": "first" }] })),
            // Behind the last page of the second group, which has come and is not read.
            _ if page == 2 => Reply::json(json!({ "next": 3, "items": [{ "name": "first too" }] }))
                .when(|_| BEGUN.load(SeqCst))
                .after(Duration::from_millis(100)),
            _ if RELEASED.load(SeqCst) => Reply::json(json!({ "next": null, "items": [{ "name": "first as well" }] })),
            _ => Reply::status(500),
        }
    });
    let database = Database::new();
    let client = groups::Client::builder().base_url(server.base_url()).build().expect("a client");
    let error = client.sync(&mut database.open()).await.expect_err("it breaks");
    assert_eq!((error.kind(), database.count("members")), (ErrorKind::Status, 2));
    RELEASED.store(true, SeqCst);
    let report = client.sync(&mut database.open()).await.expect("a report");
    assert_eq!(report.resource("members").map(|members| members.resumed), Some(2));
    assert_eq!(database.count("members"), 4, "the second group's row is not lost");
}

#[test]
fn a_page_is_no_part_of_the_page_that_named_it() {
    let (logged, _listens) = Logged::on_this_thread(LevelFilter::DEBUG);
    let server = Server::start(|request| {
        let page = request.number("cursor").unwrap_or(1);
        Reply::json(json!({ "next": (page < 3).then_some(page + 1), "items": [{ "id": page }] }))
    });
    let client = groups::Client::builder().base_url(server.base_url()).build().expect("a client");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let rows = runtime.block_on(async { client.groups().await }).expect("rows");
    assert_eq!(rows.len(), 3);
    let text = logged.text();
    let depths: Vec<_> = text.lines().map(|line| line.matches("page{").count()).filter(|depth| *depth > 0).collect();
    assert!(depths.len() >= 6 && depths.iter().all(|depth| *depth == 1), "{text}");
}
