//! Parents and children over several runs: what was interrupted, and what has changed meanwhile.

use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

use declarest_tests::{Database, Reply, Request, Server, until};
use serde_json::{Value, json};

/// Boards and cards, all read in every run, and issues and comments, of which only new ones are.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = none,
    retry(max_retries = 0),
    concurrency = 1,
    resource_defaults(data_selector = "items", write_disposition = append, paginator = page_number(page_param = "p", limit_param = "ps", limit = 5, total_path = "total")),
)]
mod api {
    #[resource(name = boards, path = "/boards", primary_key = id, write_disposition = merge)]
    pub struct Board {
        pub id: u32,
    }

    #[resource(name = cards, path = "/boards/{resources.boards.id}/cards", response_actions(404 = ignore))]
    pub struct Card {
        pub id: u32,
    }

    #[resource(
        name = issues, path = "/issues", primary_key = id, write_disposition = merge, selected = false,
        incremental(cursor = at, start_param = "since"),
    )]
    pub struct Issue {
        pub id: u32,
        pub at: i64,
    }

    #[resource(name = comments, path = "/issues/{resources.issues.id}/comments", selected = false)]
    pub struct Comment {
        pub id: u32,
    }

    #[resource(
        name = events, path = "/boards/{resources.boards.id}/events", selected = false,
        incremental(cursor = at, start_param = "from", end_param = "to"), result_window = 20,
    )]
    pub struct Event {
        pub id: u32,
        pub at: i64,
    }

    #[resource(name = others, path = "/others", selected = false)]
    pub struct Other {
        pub id: u32,
    }
}

/// Of the threads, only what is new.
#[declarest::source(base_url = "http://127.0.0.1:9", auth = none, retry(max_retries = 0), resource_defaults(paginator = single_page))]
mod forum {
    #[resource(name = threads, path = "/threads", incremental(cursor = id, start_param = "since"))]
    pub struct Thread {
        pub id: u64,
    }

    #[resource(name = posts, path = "/threads/{resources.threads.id}/posts")]
    pub struct Post {
        pub id: u64,
    }

    #[resource(name = votes, path = "/threads/{resources.threads.id}/posts/{resources.posts.id}/votes")]
    pub struct Vote {
        pub id: u64,
    }
}

#[tokio::test]
async fn rows_that_are_read_alone_are_left_for_the_children() {
    let server = Server::start(|request| match (request.path.as_str(), request.number("since")) {
        ("/threads", since) => Reply::json(
            ids([1, 2].into_iter().filter(|id| since.is_none_or(|since| *id >= since))).into_iter().collect::<Value>(),
        ),
        (path, _) if path.ends_with("posts") => Reply::json(json!([{ "id": 10 * parent(request) }])),
        _ => Reply::json(json!([{ "id": parent(request) }])),
    });
    let database = Database::new();
    let client = forum::Client::builder().base_url(server.base_url()).build().expect("a client");
    client.sync(&mut database.open()).only(["threads"]).await.expect("a report");
    client.sync(&mut database.open()).only(["threads", "posts"]).await.expect("a report");
    assert_eq!(numbers(&database, "SELECT id FROM posts ORDER BY id"), [10, 20]);
    client.sync(&mut database.open()).full_refresh().await.expect("a report");
    assert_eq!(numbers(&database, "SELECT id FROM votes ORDER BY id"), [1, 2]);
    assert_eq!(database.waiting_parents(), 0);
}

fn client(server: &Server) -> api::Client {
    api::Client::builder().base_url(server.base_url()).build().expect("a client")
}

/// The page of five that is asked for.
fn page(request: &Request, rows: &[Value]) -> Reply {
    let from = usize::try_from((request.number("p").unwrap_or(1) - 1) * 5).expect("small");
    Reply::json(json!({ "total": rows.len(), "items": rows.iter().skip(from).take(5).collect::<Vec<_>>() }))
}

fn ids(range: impl IntoIterator<Item = u64>) -> Vec<Value> {
    range.into_iter().map(|id| json!({ "id": id })).collect()
}

/// The parent's id in `/boards/7/cards`.
fn parent(request: &Request) -> u64 {
    request.path.split('/').nth(2).and_then(|id| id.parse().ok()).expect("an id")
}

fn numbers(database: &Database, sql: &str) -> Vec<u64> {
    database.query(sql).concat().iter().map(|id| id.parse().expect("a number")).collect()
}

#[tokio::test]
async fn children_do_not_go_on_behind_links_of_another_time() {
    // What fails: 1 the cards of board 8, 2 the second page of boards, 0 nothing.
    let fails = Arc::new(AtomicU64::new(1));
    let flag = Arc::clone(&fails);
    let boards = Arc::new(Mutex::new(ids(1..=10)));
    let list = Arc::clone(&boards);
    let server = Server::start(move |request| {
        let fails = flag.load(SeqCst);
        if request.path == "/boards" {
            let second = request.number("p") == Some(2);
            return if fails == 2 && second { Reply::status(500) } else { page(request, &list.lock().expect("whole")) };
        }
        let board = parent(request);
        if fails == 1 && board == 8 { Reply::status(500) } else { page(request, &ids([board])) }
    });
    let (database, client) = (Database::new(), client(&server));
    client.sync(&mut database.open()).await.expect_err("cards fail");
    assert_eq!(database.count("cards"), 7);
    // The boards are read again, in another order, and fail half-way.
    fails.store(2, SeqCst);
    *boards.lock().expect("whole") = ids((1..=10).rev());
    client.sync(&mut database.open()).full_refresh().await.expect_err("boards fail");
    fails.store(0, SeqCst);
    client.sync(&mut database.open()).await.expect("a report");
    assert_eq!(numbers(&database, "SELECT id FROM cards ORDER BY id"), (1..=10).collect::<Vec<_>>());
}

#[tokio::test]
async fn children_of_rows_that_are_read_once_are_not_forgotten() {
    for between in ["nothing", "another sync", "a day"] {
        let broken = Arc::new(AtomicU64::new(4));
        let flag = Arc::clone(&broken);
        let count = Arc::new(AtomicU64::new(6));
        let issues = Arc::clone(&count);
        let server = Server::start(move |request| match request.path.as_str() {
            "/issues" => {
                let since = request.number("since").unwrap_or(0);
                let rows = (since.max(1)..=issues.load(SeqCst)).map(|id| json!({ "id": id, "at": id }));
                page(request, &rows.collect::<Vec<_>>())
            }
            "/others" => page(request, &ids([])),
            _ if parent(request) == flag.load(SeqCst) => Reply::status(500),
            _ => page(request, &ids([parent(request)])),
        });
        let (database, client) = (Database::new(), client(&server));
        let both = ["issues", "comments"];
        client.sync(&mut database.open()).only(both).await.expect_err("comments fail");
        match between {
            "another sync" => {
                client.sync(&mut database.open()).only(["others"]).await.expect("a report");
            }
            "a day" => database.run(
                "UPDATE _declarest_state SET value = json_set(value, '$.at', '2020-01-01T00:00:00Z') WHERE name = 'finished'",
            ),
            _ => {}
        }
        broken.store(0, SeqCst);
        for last in [8, 9] {
            count.store(last, SeqCst);
            client.sync(&mut database.open()).only(both).await.expect("a report");
        }
        assert_eq!(
            numbers(&database, "SELECT DISTINCT id FROM comments ORDER BY id"),
            (1..=9).collect::<Vec<_>>(),
            "{between}"
        );
        assert_eq!(database.waiting_parents(), 0, "{between}");
    }
}

#[tokio::test]
async fn a_child_that_is_read_in_slices_goes_on_with_those_that_are_left() {
    let broken = Arc::new(AtomicU64::new(1));
    let flag = Arc::clone(&broken);
    let server = Server::start(move |request| {
        if request.path == "/boards" {
            return page(request, &ids(1..=2));
        }
        let board = parent(request);
        let (from, to) = (request.number("from").unwrap_or(0), request.number("to").unwrap_or(u64::MAX));
        if flag.load(SeqCst) == 1 && (board == 2 && request.number("p") == Some(3) || from >= 30) {
            return Reply::status(500);
        }
        let rows: Vec<_> = (0..60)
            .filter(|at| (from..to).contains(at))
            .map(|at| json!({ "id": board * 100 + at, "at": at }))
            .collect();
        page(request, &rows)
    });
    let (database, client) = (Database::new(), client(&server));
    for concurrency in [1, 2] {
        broken.store(1, SeqCst);
        let sync = client.sync(&mut database.open()).only(["events"]).full_refresh().concurrency(concurrency).await;
        sync.expect_err("events fail");
        broken.store(0, SeqCst);
        client.sync(&mut database.open()).only(["events"]).concurrency(concurrency).await.expect("a report");
        let expected: Vec<_> = (100..160).chain(200..260).collect();
        assert_eq!(numbers(&database, "SELECT id FROM events ORDER BY id"), expected, "concurrency {concurrency}");
    }
}

#[tokio::test]
async fn a_child_that_has_changed_meanwhile_is_read_again() {
    let broken = Arc::new(AtomicU64::new(1));
    let flag = Arc::clone(&broken);
    let server = Server::start(move |request| {
        if request.path == "/boards" {
            return page(request, &ids(1..=3));
        }
        let (board, is_broken) = (parent(request), flag.load(SeqCst) == 1);
        if is_broken && board == 2 && request.number("p") == Some(3) {
            return Reply::status(500);
        }
        // A card has come in front of the others.
        let first = u64::from(is_broken || board != 2);
        page(request, &ids((first..=14).map(|card| board * 100 + card)))
    });
    let (database, client) = (Database::new(), client(&server));
    client.sync(&mut database.open()).await.expect_err("cards fail");
    broken.store(0, SeqCst);
    client.sync(&mut database.open()).await.expect("a report");
    let expected: Vec<_> = (101..=114).chain(200..=214).chain(301..=314).collect();
    assert_eq!(numbers(&database, "SELECT id FROM cards ORDER BY id"), expected);
}

#[tokio::test]
async fn what_a_child_that_is_gone_promised_is_nothing() {
    let server = Server::start(move |request| match request.path.as_str() {
        "/boards" => page(request, &ids(1..=3)),
        "/boards/2/cards" => Reply::status(404),
        _ => page(request, &ids([parent(request) * 10, parent(request) * 10 + 1])),
    });
    let database = Database::new();
    let report = client(&server).sync(&mut database.open()).await.expect("a report");
    assert_eq!(report.resource("cards").map(|cards| (cards.rows, cards.expected)), Some((4, Some(4))));
}

// Two syncs of one family at once.

/// Ten boards on two pages, three cards on each; answers wait for what is said of them.
fn two_at_once(
    waits: impl Fn(&'static str, usize) -> Option<Box<dyn Fn() -> bool + Send>> + Send + Sync + 'static,
) -> (Server, Arc<AtomicU64>) {
    let (boards, cards) = (AtomicU64::new(0), Arc::new(AtomicU64::new(0)));
    let asked = Arc::clone(&cards);
    let server = Server::start(move |request| {
        let (kind, nth, ids) = match request.path.split('/').collect::<Vec<_>>().as_slice() {
            [_, "boards"] => ("boards", boards.fetch_add(1, SeqCst), (1..=10).collect::<Vec<u64>>()),
            [_, "boards", board, "cards"] => {
                let first: u64 = board.parse::<u64>().expect("a number") * 10;
                ("cards", asked.fetch_add(1, SeqCst), (first..first + 3).collect())
            }
            other => panic!("{other:?}"),
        };
        let page = request.number("p").unwrap_or(1);
        let start = usize::try_from(page - 1).expect("few pages") * 5;
        let rows: Vec<_> = ids.into_iter().skip(start).take(5).map(|id| json!({ "id": id })).collect();
        let total = if kind == "boards" { 10 } else { 3 };
        let reply = Reply::json(json!({ "total": total, "items": rows }));
        match waits(kind, usize::try_from(nth).expect("few") + 1) {
            Some(gate) => reply.when(move |_| gate()),
            None => reply,
        }
    });
    (server, cards)
}

fn assert_all_cards(database: &Database) {
    let expected: Vec<_> = (1..=10).flat_map(|board| (0..3).map(move |card| board * 10 + card)).collect();
    let cards = database.query("SELECT id FROM cards ORDER BY id");
    assert_eq!(cards.into_iter().map(|row| row[0].parse().expect("a number")).collect::<Vec<u64>>(), expected);
    assert_eq!((database.state(), database.waiting_parents()), (vec![], 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sync_whose_family_another_has_read_writes_no_more() {
    let through = Arc::new(AtomicU64::new(0));
    let flag = Arc::clone(&through);
    let (server, cards) = two_at_once(move |kind, nth| {
        let flag = Arc::clone(&flag);
        // The first sync waits for its first cards until the second one is through.
        (kind == "cards" && nth == 1).then(|| Box::new(move || flag.load(SeqCst) == 1) as Box<_>)
    });
    let database = Database::new();
    let (mut first, mut second) = (database.open(), database.open());
    let client = api::Client::builder().base_url(server.base_url()).build().expect("nothing is missing");
    let slow = client.clone();
    let slow = tokio::spawn(async move { slow.sync(&mut first).await });
    until("the first sync asks for cards", || cards.load(SeqCst) > 0).await;
    client.sync(&mut second).await.expect("a report");
    through.store(1, SeqCst);
    let error = slow.await.expect("no panic").expect_err("it was taken over");
    assert_eq!(error.kind(), declarest::ErrorKind::Destination);
    assert!(error.to_string().contains("another sync"), "{error}");
    assert_all_cards(&database);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sync_that_ends_takes_no_links_from_another() {
    let (over, started) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let (is_over, has_started) = (Arc::clone(&over), Arc::clone(&started));
    let (server, cards) = two_at_once(move |kind, nth| {
        let (is_over, has_started) = (Arc::clone(&is_over), Arc::clone(&has_started));
        if (kind, nth) == ("boards", 3) {
            has_started.store(1, SeqCst);
        }
        match (kind, nth) {
            // The first sync reads its cards when the second one has begun,
            ("cards", 1) => Some(Box::new(move || has_started.load(SeqCst) == 1)),
            // and that one has half of the boards when the first one has ended.
            ("boards", 4) => Some(Box::new(move || is_over.load(SeqCst) == 1)),
            _ => None,
        }
    });
    let database = Database::new();
    let (mut first, mut second) = (database.open(), database.open());
    let client = api::Client::builder().base_url(server.base_url()).build().expect("nothing is missing");
    let slow = client.clone();
    let slow = tokio::spawn(async move { slow.sync(&mut first).await });
    until("the first sync asks for cards", || cards.load(SeqCst) > 0).await;
    let refresh = tokio::spawn(async move { client.sync(&mut second).full_refresh().await });
    let first = slow.await.expect("no panic");
    over.store(1, SeqCst);
    refresh.await.expect("no panic").expect("a report");
    assert_all_cards(&database);
    let error = first.expect_err("it was taken over");
    assert!(error.to_string().contains("another sync"), "{error}");
}
