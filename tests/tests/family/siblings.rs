//! Several children of one parent, and declarations that change between runs: each row is read for each of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::thread::sleep;
use std::time::Duration;

use declarest::{ErrorKind, Progress, Stage};
use declarest_tests::{Database, Reply, Request, Server};
use serde_json::{Value, json};

/// A tree: of each root leaves, with veins of their own, and twigs.
#[declarest::source(base_url = "http://127.0.0.1:9", auth = none, retry(max_retries = 0), resource_defaults(paginator = single_page))]
mod tree {
    #[resource(name = roots, path = "/roots", primary_key = id, write_disposition = merge)]
    pub struct Root {
        pub id: u64,
    }

    #[resource(name = leaves, path = "/roots/{resources.roots.id}/leaves", write_disposition = replace)]
    pub struct Leaf {
        pub id: u64,
    }

    #[resource(name = veins, path = "/leaves/{resources.leaves.id}/veins", primary_key = id, write_disposition = merge)]
    pub struct Vein {
        pub id: u64,
    }

    #[resource(name = twigs, path = "/roots/{resources.roots.id}/twigs", write_disposition = append)]
    pub struct Twig {
        pub id: u64,
    }
}

#[tokio::test]
async fn those_that_were_read_stay_while_a_sibling_fails() {
    let broken = Arc::new(AtomicBool::new(true));
    let flag = Arc::clone(&broken);
    let server = Server::start(move |request| match request.path.as_str() {
        "/roots" => Reply::json(ids(1..=3)),
        path if path.ends_with("twigs") && flag.load(SeqCst) => Reply::status(500),
        _ => Reply::json(ids([parent(request) * 10, parent(request) * 10 + 1])),
    });
    let database = Database::new();
    let client = tree::Client::builder().base_url(server.base_url()).build().expect("a client");
    for _ in 0..3 {
        let error = client.sync(&mut database.open()).await.expect_err("twigs fail");
        let report = error.report().expect("a report");
        assert_eq!(report.resource("leaves").map(|leaves| leaves.rows), Some(6));
        assert_eq!((database.count("leaves"), database.count("veins")), (6, 12));
    }
    broken.store(false, SeqCst);
    let asked = server.count();
    client.sync(&mut database.open()).await.expect("a report");
    assert_eq!(server.count() - asked, 3, "the twigs alone");
    for table in ["leaves", "twigs"] {
        let rows = numbers(&database, &format!("SELECT id FROM {table} ORDER BY id"));
        assert_eq!(rows, [10, 11, 20, 21, 30, 31], "{table}");
    }
    assert_eq!((database.count("veins"), database.state(), database.waiting_parents()), (12, vec![], 0));
    // The next one reads all of it again.
    client.sync(&mut database.open()).await.expect("a report");
    assert_eq!(server.count() - asked, 3 + 1 + 3 + 6 + 3);
    assert_eq!((database.count("leaves"), database.count("veins"), database.count("twigs")), (6, 12, 12));
}

/// Boards are appended to, and cards are read for them.
#[declarest::source(
    base_url = "http://127.0.0.1:9", auth = none, retry(max_retries = 0),
    resource_defaults(data_selector = "items", write_disposition = append, paginator = page_number(page_param = "p", limit_param = "ps", limit = 5, total_path = "total")),
)]
mod kanban {
    #[resource(name = boards, path = "/boards")]
    pub struct Board {
        pub id: u64,
    }

    #[resource(name = cards, path = "/boards/{resources.boards.id}/cards", paginator = single_page)]
    pub struct Card {
        pub id: u64,
    }
}

#[tokio::test]
async fn rows_of_an_interrupted_load_are_not_doubled_when_its_children_were_read_alone() {
    for unreadable in [false, true] {
        let broken = Arc::new(AtomicBool::new(true));
        let flag = Arc::clone(&broken);
        let server = Server::start(move |request| match (request.path.as_str(), request.number("p")) {
            ("/boards", Some(3)) if flag.load(SeqCst) => Reply::status(500),
            ("/boards", page) => {
                let first = (page.unwrap_or(1) - 1) * 5;
                Reply::json(json!({ "total": 15, "items": ids(first..first + 5) }))
            }
            _ => Reply::json(json!({ "items": ids([parent(request)]) })),
        });
        let database = Database::new();
        let client = kanban::Client::builder().base_url(server.base_url()).build().expect("a client");
        client.sync(&mut database.open()).await.expect_err("boards fail");
        assert_eq!(database.count("boards"), 10);
        broken.store(false, SeqCst);
        if unreadable {
            database.run("UPDATE _declarest_state SET value = 'of another version' WHERE name = 'checkpoint'");
        } else {
            client.sync(&mut database.open()).only(["cards"]).await.expect("a report");
        }
        client.sync(&mut database.open()).await.expect("a report");
        assert_eq!(numbers(&database, "SELECT id FROM boards ORDER BY id"), (0..15).collect::<Vec<_>>());
    }
}

/// Boards with cards on several pages.
#[declarest::source(
    base_url = "http://127.0.0.1:9", auth = none, retry(max_retries = 0), concurrency = 2,
    resource_defaults(data_selector = "items", write_disposition = append, paginator = page_number(page_param = "p", limit_param = "ps", limit = 5, total_path = "total")),
)]
mod boards {
    #[resource(name = boards, path = "/boards", selected = false)]
    pub struct Board {
        pub id: u64,
    }

    #[resource(name = cards, path = "/boards/{resources.boards.id}/cards")]
    pub struct Card {
        pub id: u64,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_child_that_ended_short_is_not_forgotten_with_an_interruption() {
    let (broken, read) = (Arc::new(AtomicBool::new(true)), Arc::new(AtomicBool::new(false)));
    let (flag, released) = (Arc::clone(&broken), Arc::clone(&read));
    let server = Server::start(move |request| {
        let page = request.number("p").unwrap_or(1);
        match request.path.as_str() {
            "/boards" => Reply::json(json!({ "total": 2, "items": ids(1..=2) })),
            // Eight of ten.
            "/boards/1/cards" => {
                let (first, last) = ((page - 1) * 5, (page * 5).min(8));
                Reply::json(json!({ "total": 10, "items": ids(first..last) }))
            }
            // Just when the last page of the other one has been written.
            _ if flag.load(SeqCst) => {
                let released = Arc::clone(&released);
                Reply::status(500).when(move |_| released.load(SeqCst))
            }
            _ => Reply::json(json!({ "total": 1, "items": ids(20..21) })),
        }
    });
    let database = Database::new();
    let client = boards::Client::builder().base_url(server.base_url()).build().expect("a client");
    // It has come before anybody asks the first board for more.
    let wait = move |progress: &Progress| {
        if progress.rows == 8 && progress.stage == Stage::Reading {
            read.store(true, SeqCst);
            sleep(Duration::from_millis(300));
        }
    };
    let error = client.sync(&mut database.open()).progress(wait).await.expect_err("the second board fails");
    assert_eq!((error.kind(), database.count("cards")), (ErrorKind::Status, 8));
    broken.store(false, SeqCst);
    let error = client.sync(&mut database.open()).await.expect_err("two cards have not come");
    assert_eq!(error.kind(), ErrorKind::Incomplete, "{error}");
}

/// The same source in the versions that its declaration has had: issues are merged, threads appended; of both only new ones are read.
macro_rules! version {
    ($name:ident, $($child:item)*) => {
        mod $name {
            #[declarest::source(base_url = "http://127.0.0.1:9", auth = none, retry(max_retries = 0), resource_defaults(paginator = single_page))]
            pub mod api {
                #[resource(
                    name = issues, path = "/issues", primary_key = id, write_disposition = merge, data_selector = "items",
                    paginator = page_number(page_param = "p", limit_param = "ps", limit = 2, total_path = "total"),
                    incremental(cursor = id, start_param = "since"),
                )]
                pub struct Issue {
                    pub id: u64,
                    pub title: String,
                }

                #[resource(name = threads, path = "/threads", incremental(cursor = id, start_param = "since"))]
                pub struct Thread {
                    pub id: u64,
                    pub title: String,
                }

                $($child)*
            }
        }
    };
}

version! {
    first,
    #[resource(name = comments, path = "/issues/{resources.issues.id}/comments", primary_key = id, write_disposition = merge)]
    pub struct Comment {
        pub id: u64,
    }
}

version! {
    second,
    #[resource(
        name = comments, path = "/issues/{resources.issues.id}/comments", primary_key = id, write_disposition = merge,
        include_from_parent(title),
    )]
    pub struct Comment {
        pub id: u64,
    }

    #[resource(name = votes, path = "/comments/{resources.comments.id}/votes", primary_key = id, write_disposition = merge)]
    pub struct Vote {
        pub id: u64,
    }
}

version! {
    third,
    #[resource(name = posts, path = "/threads/{resources.threads.id}/posts", primary_key = id, write_disposition = merge)]
    pub struct Post {
        pub id: u64,
    }
}

/// Rows 1 to `rows`, and those below each, of which those of `broken` fail; 100 is the third page of issues.
fn forum(rows: &Arc<AtomicU64>, broken: &Arc<AtomicU64>) -> Server {
    let (rows, broken) = (Arc::clone(rows), Arc::clone(broken));
    Server::start(move |request| {
        let all = (request.number("since").unwrap_or(1)..=rows.load(SeqCst))
            .map(|id| json!({ "id": id, "title": format!("t{id}") }));
        match (request.path.as_str(), request.number("p")) {
            ("/threads", _) => Reply::json(all.collect::<Value>()),
            ("/issues", Some(3)) if broken.load(SeqCst) == 100 => Reply::status(500),
            ("/issues", page) => {
                let skip = usize::try_from(page.unwrap_or(1) - 1).expect("few pages") * 2;
                Reply::json(json!({ "total": all.clone().count(), "items": all.skip(skip).take(2).collect::<Value>() }))
            }
            _ if parent(request) == broken.load(SeqCst) => Reply::status(500),
            _ => Reply::json(ids([parent(request) * 10])),
        }
    })
}

#[tokio::test]
async fn rows_that_are_read_once_come_again_for_a_child_that_is_read_in_another_way() {
    let (rows, broken) = (Arc::new(AtomicU64::new(5)), Arc::new(AtomicU64::new(3)));
    let server = forum(&rows, &broken);
    let database = Database::new();
    let before = first::api::Client::builder().base_url(server.base_url()).build().expect("a client");
    before.sync(&mut database.open()).only(["issues", "comments"]).await.expect_err("comments fail");
    let after = second::api::Client::builder().base_url(server.base_url()).build().expect("a client");
    let all = ["issues", "comments", "votes"];
    // Also where the run that reads them again is interrupted.
    broken.store(100, SeqCst);
    after.sync(&mut database.open()).only(all).await.expect_err("issues fail");
    broken.store(0, SeqCst);
    after.sync(&mut database.open()).only(all).await.expect("a report");
    let comments = database.query("SELECT id, _issues_title FROM comments ORDER BY id");
    let expected: Vec<_> = (1..=5).map(|id| vec![(id * 10).to_string(), format!("t{id}")]).collect();
    assert_eq!(comments, expected);
    assert_eq!(numbers(&database, "SELECT id FROM votes ORDER BY id"), [100, 200, 300, 400, 500]);
    // From then on, only new ones are read.
    rows.store(6, SeqCst);
    let asked = server.count();
    let report = after.sync(&mut database.open()).only(all).await.expect("a report");
    assert_eq!(report.resource("issues").map(|issues| (issues.rows, issues.inserted)), Some((2, 1)));
    assert_eq!((database.count("comments"), database.count("votes")), (6, 6));
    assert_eq!(server.count() - asked, 1 + 2 + 2, "a page of two issues, with theirs");
}

#[tokio::test]
async fn rows_that_are_appended_once_are_not_read_for_a_new_child_in_part() {
    let (rows, broken) = (Arc::new(AtomicU64::new(3)), Arc::new(AtomicU64::new(0)));
    let server = forum(&rows, &broken);
    let database = Database::new();
    let before = first::api::Client::builder().base_url(server.base_url()).build().expect("a client");
    before.sync(&mut database.open()).only(["threads"]).await.expect("a report");
    let after = third::api::Client::builder().base_url(server.base_url()).build().expect("a client");
    let both = ["threads", "posts"];
    let error = after.sync(&mut database.open()).only(both).await.expect_err("posts of new threads alone");
    assert_eq!((error.kind(), error.resource()), (ErrorKind::Schema, Some("threads")));
    assert!(error.to_string().contains("sync `posts` once with `.only`"), "{error}");
    assert_eq!(database.count("threads"), 3);
    // As it says:
    after.sync(&mut database.open()).only(["posts"]).await.expect("a report");
    assert_eq!((database.count("threads"), database.count("posts")), (3, 3));
    rows.store(5, SeqCst);
    after.sync(&mut database.open()).only(both).await.expect("a report");
    assert_eq!((database.count("threads"), database.count("posts")), (5, 5));
}

fn ids(range: impl IntoIterator<Item = u64>) -> Value {
    range.into_iter().map(|id| json!({ "id": id })).collect()
}

/// The parent's id in `/boards/7/cards`.
fn parent(request: &Request) -> u64 {
    request.path.split('/').nth(2).and_then(|id| id.parse().ok()).expect("an id")
}

fn numbers(database: &Database, sql: &str) -> Vec<u64> {
    database.query(sql).concat().iter().map(|id| id.parse().expect("a number")).collect()
}
