//! Families of which a part fails: what stays, what is read again, and what the report says.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use declarest::{ErrorKind, SyncReport};
use declarest_tests::{Database, Reply, Server};
use serde_json::json;

#[declarest::source(
    base_url = "http://127.0.0.1:9", auth = none, retry(max_retries = 0), concurrency = 1,
    resource_defaults(data_selector = "items", write_disposition = append),
)]
mod api {
    #[resource(name = boards, path = "/boards", paginator = single_page)]
    pub struct Board {
        pub id: String,
    }

    #[resource(
        name = cards, path = "/boards/{resources.boards.id}/cards", response_actions(404 = ignore),
        paginator = page_number(total_path = "total"),
    )]
    pub struct Card {
        pub id: u64,
    }

    #[resource(
        name = notes, path = "/boards/{resources.boards.id}/notes", response_actions(404 = ignore), paginator = page_number,
        selected = false,
    )]
    pub struct Note {
        pub id: u64,
    }
}

fn client(server: &Server) -> api::Client {
    api::Client::builder().base_url(server.base_url()).build().expect("nothing is missing")
}

/// Boards of these ids.
fn boards(ids: &[&str]) -> Reply {
    Reply::json(json!({ "items": ids.iter().map(|id| json!({ "id": id })).collect::<Vec<_>>() }))
}

#[tokio::test]
async fn rows_stay_while_another_child_fails_and_only_that_one_is_asked_again() {
    let stage = Arc::new(AtomicUsize::new(1));
    let now = Arc::clone(&stage);
    let server = Server::start(move |request| match request.path.as_str() {
        "/boards" => boards(&["a", "b"]),
        "/boards/b/cards" if now.load(SeqCst) < 4 => Reply::status(422),
        "/boards/a/cards" => Reply::json(json!({ "total": 1, "items": [{ "id": 0 }] })),
        _ => Reply::json(json!({ "total": 1, "items": [{ "id": 9 }] })),
    });
    let (client, database) = (client(&server), Database::new());
    let mut asked = Vec::new();
    for run in 1..=3 {
        stage.store(run, SeqCst);
        let before = server.count();
        let error = client.sync(&mut database.open()).await.expect_err("a child fails");
        assert_eq!((error.kind(), error.status(), error.resource()), (ErrorKind::Status, Some(422), Some("cards")));
        assert_eq!(database.query("SELECT id FROM cards"), [["0"]], "run {run}: what is committed stays");
        asked.push(server.requests()[before..].iter().map(|request| request.path.clone()).collect::<Vec<_>>());
    }
    assert_eq!(asked[0], ["/boards", "/boards/a/cards", "/boards/b/cards"]);
    assert_eq!(asked[1..], [["/boards/b/cards"], ["/boards/b/cards"]]);
    stage.store(4, SeqCst);
    let report = client.sync(&mut database.open()).await.expect("a report");
    assert_eq!(database.query("SELECT id FROM cards ORDER BY id"), [["0"], ["9"]]);
    let cards = report.resource("cards").expect("it was read");
    assert_eq!((cards.rows, cards.resumed, cards.expected, cards.taken_back), (2, 1, Some(2), 0));
}

#[tokio::test]
async fn children_of_a_parent_that_is_read_again_are_taken_back_and_the_report_says_so() {
    let broken = Arc::new(AtomicUsize::new(1));
    let now = Arc::clone(&broken);
    let server = Server::start(move |request| match request.path.as_str() {
        "/boards" => boards(&["a", "b"]),
        "/boards/b/cards" if now.load(SeqCst) > 0 => Reply::status(500),
        _ => Reply::json(json!({ "total": 1, "items": [{ "id": 1 }] })),
    });
    let (client, database) = (client(&server), Database::new());
    client.sync(&mut database.open()).await.map(drop).expect_err("a child fails");
    // The parent was finished more than an hour ago.
    database.run(
        "UPDATE _declarest_state SET value = json_set(value, '$.at', '2020-01-01T00:00:00Z') WHERE name = 'finished'",
    );
    broken.store(0, SeqCst);
    let report = client.sync(&mut database.open()).await.expect("a report");
    let cards = report.resource("cards").expect("it was read");
    assert_eq!(cards.restarted.as_deref(), Some("the rows of its parent `boards` are read again"));
    assert_eq!((cards.rows, cards.resumed, cards.taken_back), (2, 0, 1));
    assert_eq!(database.count("cards"), 2);
    assert!(report.to_string().contains("cards: 1 row was taken back: "), "{report}");
}

/// The boards and the answers of their notes or cards, in each order: what the API promises is the same.
async fn expected(resource: &str, ids: &[&str]) -> Option<u64> {
    let ids: Vec<String> = ids.iter().map(|id| (*id).to_owned()).collect();
    let server = Server::start(move |request| match request.path.as_str() {
        "/boards" => boards(&ids.iter().map(String::as_str).collect::<Vec<_>>()),
        path if path.contains("/gone") => Reply::status(404),
        path if path.contains("/empty") => Reply::json(json!({ "total": 0, "items": [] })),
        _ if request.number("page") > Some(1) => Reply::json(json!({ "items": [] })),
        _ => Reply::json(json!({ "total": 1, "items": [{ "id": 1 }] })),
    });
    let (client, database) = (client(&server), Database::new());
    let report: SyncReport = client.sync(&mut database.open()).only([resource]).concurrency(3).await.expect("a report");
    report.resource(resource).expect("it was read").expected
}

#[tokio::test]
async fn what_is_expected_of_children_does_not_depend_on_which_comes_last() {
    let orders =
        [["gone", "empty", "full"], ["empty", "full", "gone"], ["full", "gone", "empty"], ["full", "empty", "gone"]];
    for order in orders {
        for _ in 0..3 {
            assert_eq!(expected("cards", &order).await, Some(1), "{order:?}");
            // Without a total, a child that has rows, or may have had some, promises nothing.
            assert_eq!(expected("notes", &order).await, None, "{order:?}");
        }
    }
    assert_eq!(expected("cards", &["gone", "gone"]).await, Some(0));
}

#[tokio::test]
async fn a_parents_value_that_would_change_the_path_is_said_as_what_it_is() {
    let server = Server::start(|request| match request.path.as_str() {
        "/boards" => boards(&["a", "..", ""]),
        _ => Reply::json(json!({ "total": 1, "items": [{ "id": 1 }] })),
    });
    let (client, database) = (client(&server), Database::new());
    let report = client.sync(&mut database.open()).await.expect("a report");
    let cards = report.resource("cards").expect("it was read");
    assert_eq!((cards.parents_without_value, cards.parents_with_bad_value), (2, 1), "{report}");
    let text = report.to_string();
    assert!(
        text.contains("cards: skipped 1 parent row without a value for the request\n")
            && text.contains("cards: skipped 1 parent row with the value `.` or `..`, which would change the path"),
        "{text}"
    );
}
