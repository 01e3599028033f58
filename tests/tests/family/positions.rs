//! Each row of a parent, and each partition, has a position of its own.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

use declarest::{ErrorKind, ResourceReport};
use declarest_tests::{Database, Reply, Request, Server};
use serde_json::json;

mod each {
    #[declarest::source(
        base_url = "http://127.0.0.1:9",
        auth = none,
        retry(max_retries = 0),
        concurrency = 2,
        resource_defaults(data_selector = "items", paginator = single_page, selected = false),
    )]
    pub(crate) mod blog {
        #[resource(name = posts, path = "/posts", primary_key = id)]
        pub struct Post {
            pub id: u64,
        }

        #[resource(
            name = comments, path = "/posts/{resources.posts.id}/comments", primary_key = id, write_disposition = merge,
            response_actions(404 = ignore), incremental(cursor = at, start_param = "since", lag = 2),
        )]
        pub struct Comment {
            pub id: u64,
            pub at: i64,
        }

        #[resource(
            name = votes, path = "/posts/{resources.posts.id}/votes", write_disposition = append,
            paginator = page_number(page_param = "p", limit_param = "ps", limit = 2, total_path = "total"),
            incremental(cursor = at, start_param = "since"),
        )]
        pub struct Vote {
            pub id: u64,
            pub at: i64,
        }

        #[resource(
            name = edits, path = "/posts/{resources.posts.id}/edits", primary_key = id, write_disposition = merge,
            paginator = page_number(page_param = "p", limit_param = "ps", limit = 2),
            incremental(cursor = at, order = descending),
        )]
        pub struct Edit {
            pub id: u64,
            pub at: i64,
        }

        #[resource(
            name = views, path = "/posts/{resources.posts.id}/views", primary_key = id, write_disposition = merge,
            incremental(
                cursor = at, start_param = "since", end_param = "until", initial_value = "2024-01-01", end_value = "{now-1d}",
                step = "400d",
            ),
        )]
        pub struct View {
            pub id: u64,
            pub at: declarest::jiff::civil::Date,
        }

        #[resource(
            name = trades, path = "/trades", params(zone = zone), partition_by(zone in ["A", "B"]), include_partition(zone),
            primary_key = (id, _zone), write_disposition = append, incremental(cursor = at, start_param = "since"),
        )]
        pub struct Trade {
            pub id: u64,
            pub at: i64,
        }
    }
}

mod shared {
    #[declarest::source(
        base_url = "http://127.0.0.1:9",
        auth = none,
        retry(max_retries = 0),
        resource_defaults(data_selector = "items", paginator = single_page, selected = false),
    )]
    pub(crate) mod blog {
        #[resource(name = posts, path = "/posts", primary_key = id)]
        pub struct Post {
            pub id: u64,
        }

        #[resource(
            name = comments, path = "/posts/{resources.posts.id}/comments", primary_key = id, write_disposition = merge,
            incremental(cursor = at, start_param = "since", position = shared),
        )]
        pub struct Comment {
            pub id: u64,
            pub at: i64,
        }

        #[resource(
            name = votes, path = "/posts/{resources.posts.id}/votes", write_disposition = append,
            incremental(cursor = at, start_param = "since", position = shared),
        )]
        pub struct Vote {
            pub id: u64,
            pub at: i64,
        }
    }
}

/// The rows of each post, as pairs of id and position; a post without a list is not found.
type Posts = Arc<Mutex<BTreeMap<u64, Vec<(u64, i64)>>>>;

/// Serves the rows that are not older than `since`, two at a time where pages are asked for, edits from new to old.
fn serve(posts: &Posts) -> Server {
    serve_failing(posts, &Arc::default())
}

/// The same, but for a failure of the second page of the post that fails.
fn serve_failing(posts: &Posts, fails: &Arc<AtomicU64>) -> Server {
    let (posts, fails) = (Arc::clone(posts), Arc::clone(fails));
    Server::start(move |request| {
        let posts = posts.lock().expect("whole");
        let mut parts = request.path.split('/').skip(2);
        let Some(post) = parts.next().and_then(|post| post.parse::<u64>().ok()) else {
            return Reply::json(json!({ "items": posts.keys().map(|id| json!({ "id": id })).collect::<Vec<_>>() }));
        };
        let Some(rows) = posts.get(&post).filter(|rows| !rows.is_empty()) else { return Reply::status(404) };
        if post == fails.load(SeqCst) && request.number("p") == Some(2) {
            return Reply::status(500);
        }
        let since = since(request).unwrap_or(0);
        let mut rows: Vec<_> = rows.iter().filter(|(_, at)| *at >= since).collect();
        rows.sort_by_key(|(id, at)| (*at, *id));
        if parts.next() == Some("edits") {
            rows.reverse();
        }
        let total = rows.len();
        if let Some(page) = request.number("p") {
            let from = usize::try_from((page - 1) * 2).expect("small");
            rows = rows.into_iter().skip(from).take(2).collect();
        }
        let items: Vec<_> = rows.iter().map(|(id, at)| json!({ "id": id, "at": at })).collect();
        Reply::json(json!({ "items": items, "total": total }))
    })
}

fn set(posts: &Posts, rows: &[(u64, &[(u64, i64)])]) {
    *posts.lock().expect("whole") = rows.iter().map(|(post, rows)| (*post, rows.to_vec())).collect();
}

async fn sync(server: &Server, database: &Database, resource: &str) -> ResourceReport {
    let client = each::blog::Client::builder().base_url(server.base_url()).build().expect("a client");
    let report = client.sync(&mut database.open()).only([resource]).await.expect("a report");
    report.resource(resource).expect("it was read").clone()
}

async fn sync_shared(server: &Server, database: &Database, resource: &str) -> ResourceReport {
    let client = shared::blog::Client::builder().base_url(server.base_url()).build().expect("a client");
    let report = client.sync(&mut database.open()).only([resource]).await.expect("a report");
    report.resource(resource).expect("it was read").clone()
}

/// From where a request asks; a lag may go back beyond zero.
fn since(request: &Request) -> Option<i64> {
    request.param("since").map(|since| since.parse().expect("a number"))
}

/// From where each post was asked for behind the first `from` requests, the first page of each.
fn asked(server: &Server, from: usize) -> Vec<String> {
    let requests = server.requests().into_iter().skip(from);
    let requests = requests.filter(|request| request.number("p").is_none_or(|page| page == 1));
    let mut asked: Vec<_> = requests
        .filter_map(|request| {
            let post = request.path.split('/').nth(2)?.to_owned();
            Some(since(&request).map_or(post.clone(), |since| format!("{post} since {since}")))
        })
        .collect();
    asked.sort();
    asked
}

fn ids(database: &Database, table: &str) -> Vec<String> {
    database.query(&format!("SELECT id FROM {table} ORDER BY id")).concat()
}

/// How many positions the state has, and how many of them later ones replace.
fn positions(database: &Database) -> usize {
    let rows = "SELECT coalesce(sum(json_array_length(value, '$.links')), 0) FROM _declarest_state WHERE name LIKE 'positions/%'";
    database.one(rows).parse().expect("a number")
}

#[tokio::test]
async fn each_row_of_the_parent_goes_on_where_its_own_rows_ended() {
    let (posts, database) = (Posts::default(), Database::new());
    let server = serve(&posts);
    set(&posts, &[(1, &[(10, 10), (11, 20)]), (2, &[(20, 5)]), (4, &[])]);
    sync(&server, &database, "comments").await;
    assert_eq!(asked(&server, 0), ["1", "2", "4"]);
    // A new post has old comments, post 2 lags, and that of post 4 was not found.
    set(&posts, &[(1, &[(10, 10), (11, 20)]), (2, &[(20, 5), (21, 7)]), (3, &[(30, 1)]), (4, &[(40, 2)])]);
    let from = server.count();
    let report = sync(&server, &database, "comments").await;
    assert_eq!(asked(&server, from), ["1 since 18", "2 since 3", "3", "4"]);
    assert!(!report.shared_until_now);
    assert_eq!(ids(&database, "comments"), ["10", "11", "20", "21", "30", "40"]);
    // Only what has changed is written.
    assert_eq!(positions(&database), 5);
    let from = server.count();
    sync(&server, &database, "comments").await;
    assert_eq!(asked(&server, from), ["1 since 18", "2 since 5", "3 since -1", "4 since 0"]);
    assert_eq!(positions(&database), 5);
    // A post that is gone keeps its place.
    set(&posts, &[(1, &[(10, 10)]), (3, &[(30, 1)])]);
    sync(&server, &database, "comments").await;
    set(&posts, &[(2, &[(20, 5), (21, 7), (22, 9)])]);
    let from = server.count();
    sync(&server, &database, "comments").await;
    assert_eq!(asked(&server, from), ["2 since 5"]);
    // Nothing is left of it where all is dropped.
    let client = each::blog::Client::builder().base_url(server.base_url()).build().expect("a client");
    let from = server.count();
    client.sync(&mut database.open()).only(["comments"]).full_refresh().await.expect("a report");
    assert_eq!((asked(&server, from), positions(&database)), (vec!["2".to_owned()], 1));
}

#[tokio::test]
async fn appended_rows_are_not_doubled_at_the_position_of_their_own_post() {
    let (posts, database) = (Posts::default(), Database::new());
    let server = serve(&posts);
    set(&posts, &[(1, &[(10, 10), (11, 20), (12, 20)]), (2, &[(20, 5)])]);
    sync(&server, &database, "votes").await;
    set(&posts, &[(1, &[(12, 20), (11, 20), (13, 20)]), (2, &[(20, 5), (21, 5), (22, 7)]), (3, &[(30, 1), (31, 20)])]);
    let from = server.count();
    sync(&server, &database, "votes").await;
    assert_eq!(asked(&server, from), ["1 since 20", "2 since 5", "3"]);
    sync(&server, &database, "votes").await;
    assert_eq!(ids(&database, "votes"), ["10", "11", "12", "13", "20", "21", "22", "30", "31"]);
}

#[tokio::test]
async fn a_load_that_was_interrupted_goes_on_with_the_positions_that_it_had() {
    let posts = Posts::default();
    let fails = Arc::new(AtomicU64::new(0));
    let server = serve_failing(&posts, &fails);
    let database = Database::new();
    set(&posts, &[(1, &[(10, 10), (11, 20), (12, 30)]), (2, &[(20, 5), (21, 5), (22, 6)]), (3, &[(30, 1)])]);
    let client = each::blog::Client::builder().base_url(server.base_url()).build().expect("a client");
    // The second page of post 2 fails, after the posts before it.
    fails.store(2, SeqCst);
    let run = || async { client.sync(&mut database.open()).only(["votes"]).concurrency(1).await };
    run().await.expect_err("a page fails");
    assert_eq!(ids(&database, "votes"), ["10", "11", "12", "20", "21"]);
    fails.store(0, SeqCst);
    let from = server.count();
    run().await.expect("a report");
    assert_eq!(asked(&server, from), ["3"], "only what is left");
    assert_eq!(ids(&database, "votes"), ["10", "11", "12", "20", "21", "22", "30"]);
    set(&posts, &[(1, &[(12, 30), (13, 30)]), (2, &[(22, 6), (23, 7)]), (3, &[(30, 1), (31, 2)])]);
    let from = server.count();
    run().await.expect("a report");
    assert_eq!(asked(&server, from), ["1 since 30", "2 since 6", "3 since 1"]);
    assert_eq!(ids(&database, "votes"), ["10", "11", "12", "13", "20", "21", "22", "23", "30", "31"]);
    // One that is not resumed leaves no positions of rows that were taken back.
    set(&posts, &[(1, &[(14, 40)]), (2, &[(24, 8), (25, 8), (26, 9)])]);
    fails.store(2, SeqCst);
    run().await.expect_err("a page fails");
    fails.store(0, SeqCst);
    database.run("DELETE FROM _declarest_state WHERE name = 'checkpoint'");
    let from = server.count();
    run().await.expect("a report");
    assert_eq!(asked(&server, from), ["1 since 30", "2 since 7"]);
    assert_eq!(
        ids(&database, "votes"),
        ["10", "11", "12", "13", "14", "20", "21", "22", "23", "24", "25", "26", "30", "31"]
    );
}

#[tokio::test]
async fn a_list_from_new_to_old_ends_at_the_position_of_its_own_post() {
    let (posts, database) = (Posts::default(), Database::new());
    let server = serve(&posts);
    let old: Vec<_> = (1..=8).map(|at| (at, i64::try_from(at).expect("small"))).collect();
    set(&posts, &[(1, &[(101, 50), (102, 60)]), (2, &old)]);
    sync(&server, &database, "edits").await;
    let mut new = old.clone();
    new.push((9, 9));
    let late: Vec<_> = (201..=206).map(|id| (id, 1)).collect();
    set(&posts, &[(1, &[(101, 50), (102, 60)]), (2, &new), (3, &late)]);
    let from = server.count();
    sync(&server, &database, "edits").await;
    let pages = |post: &str| {
        let path = format!("/posts/{post}/edits");
        server.requests().iter().skip(from).filter(|request| request.path == path).count()
    };
    assert_eq!((pages("2"), pages("3") >= 3), (2, true), "post 2 to what is known, post 3 to its end");
    assert_eq!(database.count("edits"), 2 + 9 + 6);
}

#[tokio::test]
async fn steps_begin_at_the_position_of_their_own_post() {
    let database = Database::new();
    let has_more = Arc::new(AtomicU64::new(0));
    let flag = Arc::clone(&has_more);
    let server = Server::start(move |request| match request.path.as_str() {
        "/posts" if flag.load(SeqCst) == 1 => Reply::json(json!({ "items": [{ "id": 1 }, { "id": 2 }] })),
        "/posts" => Reply::json(json!({ "items": [{ "id": 1 }] })),
        _ => {
            let since = request.param("since").unwrap_or_default();
            let id = if request.path.contains("/1/") { 1 } else { 2 };
            let is_first = since == "2024-01-01";
            let rows = [json!({ "id": id, "at": "2024-01-02" })];
            Reply::json(json!({ "items": rows.iter().filter(|_| is_first).collect::<Vec<_>>() }))
        }
    });
    sync(&server, &database, "views").await;
    has_more.store(1, SeqCst);
    let from = server.count();
    sync(&server, &database, "views").await;
    let first = |post: &str| {
        let path = format!("/posts/{post}/views");
        let mut requests = server.requests().into_iter().skip(from);
        requests.find(|request| request.path == path).and_then(|request| request.param("since").map(str::to_owned))
    };
    assert_eq!(first("2").as_deref(), Some("2024-01-01"));
    assert!(first("1").is_some_and(|since| *since > *"2025"), "where the last step of the first run began");
    assert_eq!(ids(&database, "views"), ["1", "2"]);
}

#[tokio::test]
async fn each_partition_has_its_own() {
    let run = Arc::new(AtomicU64::new(1));
    let flag = Arc::clone(&run);
    let server = Server::start(move |request| {
        let (first, second) = if request.param("zone") == Some("A") { (9, 12) } else { (3, 4) };
        let mut items = vec![json!({ "id": 1, "at": first })];
        if flag.load(SeqCst) == 2 {
            items.push(json!({ "id": 2, "at": second }));
        }
        let since = request.number("since").unwrap_or(0);
        items.retain(|item| item["at"].as_u64() >= Some(since));
        Reply::json(json!({ "items": items }))
    });
    let database = Database::new();
    sync(&server, &database, "trades").await;
    run.store(2, SeqCst);
    let from = server.count();
    sync(&server, &database, "trades").await;
    let mut asked: Vec<_> = server.requests().iter().skip(from).map(|request| request.number("since")).collect();
    asked.sort_unstable();
    assert_eq!(asked, [Some(3), Some(9)]);
    sync(&server, &database, "trades").await;
    assert_eq!(database.count("trades"), 4);
}

#[tokio::test]
async fn a_shared_position_becomes_one_for_each_and_back() {
    for (table, lag) in [("comments", 2), ("votes", 0)] {
        let (posts, database) = (Posts::default(), Database::new());
        let server = serve(&posts);
        set(&posts, &[(1, &[(10, 10), (11, 20)]), (2, &[(20, 5)])]);
        let report = sync_shared(&server, &database, table).await;
        assert!(!report.shared_until_now);
        assert_eq!(positions(&database), 0);
        set(&posts, &[(1, &[(10, 10), (11, 20)]), (2, &[(20, 5), (21, 25)])]);
        let from = server.count();
        let report = sync(&server, &database, table).await;
        let expected = [1, 2].map(|post| format!("{post} since {}", 20 - lag));
        assert_eq!(asked(&server, from), expected, "what was shared is where each goes on");
        assert!(report.shared_until_now && report.restarted.is_none());
        assert_eq!(ids(&database, table), ["10", "11", "20", "21"]);
        // From now on each has its own.
        set(&posts, &[(1, &[(11, 20), (12, 22)]), (2, &[(21, 25)]), (3, &[(30, 1)])]);
        let from = server.count();
        let report = sync(&server, &database, table).await;
        assert_eq!(
            asked(&server, from),
            [format!("1 since {}", 20 - lag), format!("2 since {}", 25 - lag), "3".into()]
        );
        assert!(!report.shared_until_now);
        // The first run that shares one reads on for each, so that none is lost.
        set(&posts, &[(1, &[(12, 22), (13, 23)]), (2, &[(21, 25)]), (3, &[(30, 1), (31, 2)])]);
        let from = server.count();
        sync_shared(&server, &database, table).await;
        assert_eq!(asked(&server, from), ["1 since 22", "2 since 25", "3 since 1"]);
        assert_eq!(positions(&database), 0);
        let from = server.count();
        sync_shared(&server, &database, table).await;
        assert_eq!(asked(&server, from), ["1 since 25", "2 since 25", "3 since 25"]);
        assert_eq!(ids(&database, table), ["10", "11", "12", "13", "20", "21", "30", "31"]);
    }
}

#[tokio::test]
async fn positions_that_cannot_be_read_double_nothing() {
    let (posts, database) = (Posts::default(), Database::new());
    let server = serve(&posts);
    set(&posts, &[(1, &[(10, 10)]), (2, &[(20, 5)])]);
    sync(&server, &database, "votes").await;
    sync(&server, &database, "comments").await;
    database.run("UPDATE _declarest_state SET value = 'damaged' WHERE name LIKE 'positions/%'");
    let from = server.count();
    sync(&server, &database, "comments").await;
    assert_eq!(asked(&server, from), ["1", "2"], "merged rows are read again");
    let client = each::blog::Client::builder().base_url(server.base_url()).build().expect("a client");
    let error = client.sync(&mut database.open()).only(["votes"]).await.expect_err("votes would be doubled");
    assert_eq!(error.kind(), ErrorKind::Schema);
    assert!(error.to_string().contains("positions/0"), "{error}");
    assert_eq!(ids(&database, "votes"), ["10", "20"]);
}

#[tokio::test]
async fn a_commit_writes_what_is_new_and_old_positions_are_swept_away() {
    let (posts, database) = (Posts::default(), Database::new());
    let server = serve(&posts);
    let grow = |run: i64| {
        let rows = |post: u64| vec![(post * 100 + run.unsigned_abs(), run)];
        *posts.lock().expect("whole") = (1..=600).map(|post| (post, rows(post))).collect();
    };
    grow(1);
    sync(&server, &database, "comments").await;
    assert_eq!(positions(&database), 600);
    database.run(
        "CREATE TABLE writes (name, bytes); CREATE TRIGGER written AFTER UPDATE ON _declarest_state BEGIN INSERT INTO writes VALUES (NEW.name, length(NEW.value)); END; CREATE TRIGGER made AFTER INSERT ON _declarest_state BEGIN INSERT INTO writes VALUES (NEW.name, length(NEW.value)); END;",
    );
    let mut most = 0;
    for run in 2..=6 {
        grow(run);
        sync(&server, &database, "comments").await;
        most = most.max(positions(&database));
    }
    assert_eq!(database.count("comments"), 600 * 6);
    assert!(most <= 3 * 600 + 1000, "{most} positions of 600 posts");
    assert!(most > 600);
    let largest: u64 =
        database.one("SELECT max(bytes) FROM writes WHERE name LIKE 'positions%'").parse().expect("a number");
    assert!(largest < 64_000, "{largest} bytes in a chunk");
    let from = server.count();
    sync(&server, &database, "comments").await;
    assert!(asked(&server, from).iter().all(|asked| asked.ends_with(" since 4")), "{:?}", asked(&server, from));
}
