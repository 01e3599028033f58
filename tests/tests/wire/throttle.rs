//! How many requests are sent, and when: declared limits, and what servers say, over real HTTP.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::{Duration, Instant, SystemTime};

use declarest::ErrorKind;
use declarest_tests::{Database, LevelFilter, Listing, Logged, Reply, Request, Server, until};
use tokio::task::JoinSet;

const SECOND: Duration = Duration::from_secs(1);
/// A second, as far as a busy server can measure: a request may be noticed late, and the next one at once.
const ABOUT_A_SECOND: Duration = Duration::from_millis(600);

/// Limits of the source, and of a resource.
#[declarest::source(base_url = "http://127.0.0.1:9", rate_limit = "5/s", retry(max_retries = 0))]
mod limited {
    #[resource(name = items, path = "/items", data_selector = "items", paginator = single_page)]
    #[derive(Debug)]
    pub struct Item {
        pub key: String,
    }

    #[resource(name = rare, path = "/rare", data_selector = "items", paginator = single_page, rate_limit = "1/s")]
    #[derive(Debug)]
    pub struct Rare {
        pub key: String,
    }
}

/// No limits but what the server says.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    retry(max_retries = 3, backoff_factor = 0.05, max_wait = "3s"),
    resource_defaults(data_selector = "items")
)]
mod server_limited {
    #[resource(name = items, path = "/items", primary_key = key, paginator = page_number(page_param = "p", limit_param = "ps", limit = 10, total_path = "paging.total"))]
    #[derive(Debug)]
    pub struct Item {
        pub key: String,
    }

    #[resource(name = one, path = "/one", paginator = single_page, selected = false)]
    #[derive(Debug)]
    pub struct One {
        pub key: String,
    }

    #[resource(name = slow, path = "/slow", paginator = single_page, selected = false, retry(max_retries = 1, backoff_factor = 1))]
    #[derive(Debug)]
    pub struct Slow {
        pub key: String,
    }

    #[resource(name = brief, path = "/brief", paginator = single_page, selected = false, retry(max_retries = 1, max_wait = "500ms"))]
    #[derive(Debug)]
    pub struct Brief {
        pub key: String,
    }
}

fn limited(server: &Server) -> limited::Client {
    limited::Client::builder().base_url(server.base_url()).build().expect("nothing is missing")
}

fn server_limited(server: &Server) -> server_limited::Client {
    server_limited::Client::builder().base_url(server.base_url()).build().expect("nothing is missing")
}

fn good() -> Reply {
    Reply::json(r#"{"items":[{"key":"k1"}],"paging":{"total":1}}"#)
}

/// The times between a request and the one that comes so many after it.
fn gaps(requests: &[Request], distance: usize) -> Vec<Duration> {
    let later = requests.iter().skip(distance);
    requests.iter().zip(later).map(|(first, last)| last.at - first.at).collect()
}

/// When the requests came, from the first on.
fn times(server: &Server) -> Vec<Duration> {
    let requests = server.requests();
    requests.iter().map(|request| request.at - requests[0].at).collect()
}

#[tokio::test]
async fn twenty_requests_at_once_keep_five_in_a_second() {
    let server = Server::start(|_| good());
    let client = limited(&server);
    let mut tasks = JoinSet::new();
    for _ in 0..20 {
        // Clones share the limit.
        let client = client.clone();
        tasks.spawn(async move { client.items().await.map(|rows| rows.len()) });
    }
    for rows in tasks.join_all().await {
        assert_eq!(rows.expect("none is refused"), 1);
    }
    assert!(gaps(&server.requests(), 5).iter().all(|gap| *gap > ABOUT_A_SECOND), "{:?}", times(&server));
    assert!(times(&server)[19] < 8 * SECOND, "no slower than it may be: {:?}", times(&server));
}

#[tokio::test]
async fn a_resource_keeps_its_own_limit_and_the_sources() {
    let server = Server::start(|_| good());
    let client = limited(&server);
    let mut tasks = JoinSet::new();
    for number in 0..12 {
        let client = client.clone();
        tasks.spawn(async move {
            match number % 4 {
                0 => client.rare().await.map(drop),
                _ => client.items().await.map(drop),
            }
        });
    }
    for outcome in tasks.join_all().await {
        outcome.expect("none is refused");
    }
    let requests = server.requests();
    let rare: Vec<_> = requests.iter().filter(|request| request.path == "/rare").cloned().collect();
    assert!(gaps(&rare, 1).iter().all(|gap| *gap > ABOUT_A_SECOND), "{:?}", times(&server));
    assert!(gaps(&requests, 5).iter().all(|gap| *gap > ABOUT_A_SECOND), "{:?}", times(&server));
    assert!(times(&server)[11] < 8 * SECOND, "the rare ones keep nobody waiting: {:?}", times(&server));
}

#[tokio::test]
async fn the_longer_of_header_and_body_is_waited() {
    for (header, body, least) in
        [("1", r#"{"retry_after_ms":2000}"#, 2 * SECOND), ("1", r#"{"retry_after_ms":5}"#, SECOND)]
    {
        let server = Server::script([Reply::status(429).header("Retry-After", header).body(body), good()]);
        assert_eq!(server_limited(&server).one().await.expect("the second time").len(), 1);
        let waited = times(&server)[1];
        assert!((least..least + 2 * SECOND).contains(&waited), "{body}: {waited:?}");
    }
}

#[tokio::test]
async fn no_wait_is_longer_than_declared() {
    let refusal = || Reply::status(429).header("Retry-After", "3600").body(r#"{"retry_after_ms":5000}"#);
    let server = Server::script([refusal(), good()]);
    assert_eq!(server_limited(&server).brief().await.expect("the second time").len(), 1);
    assert!((SECOND / 2..3 * SECOND).contains(&times(&server)[1]), "{:?}", times(&server));
}

/// One request is refused with this answer, which is a pause of a second; then another resource is synced.
async fn pauses_all(refusal: impl Fn() -> Reply + Send + Sync + 'static) {
    let (logged, _listens) = Logged::on_this_thread(LevelFilter::WARN);
    let server = Server::start(move |request| match request.path.as_str() {
        "/slow" if request.nth == 1 => refusal(),
        _ => Listing::of(50).reply(request),
    });
    let client = server_limited(&server);
    let first = tokio::spawn(client.slow().into_future());
    until("the refusal has come", || logged.text().contains("retrying")).await;
    let database = Database::new();
    let report = client.sync(&mut database.open()).only(["items"]).concurrency(4).await.expect("after the pause");
    let items = report.resource("items").expect("it was named");
    assert_eq!((items.rows, items.retries), (50, 0));
    assert!(items.waited > Duration::ZERO, "{report}");
    first.await.expect("no panic").expect("after the pause");
    // No busy machine makes this shorter: the pause begins when the refused request has come.
    assert!(times(&server)[1..].iter().all(|time| *time >= SECOND), "{:?}", times(&server));
}

#[tokio::test]
async fn a_refusal_of_one_is_a_pause_of_all() {
    pauses_all(|| Reply::status(429).header("Retry-After", "1")).await;
}

#[tokio::test]
async fn a_refusal_without_a_time_is_a_pause_too() {
    pauses_all(|| Reply::status(429)).await;

    // Of several at once, which are all that there are.
    let server =
        Server::start(
            |request| if (2..=5).contains(&request.nth) { Reply::status(429) } else { Listing::of(50).reply(request) },
        );
    let database = Database::new();
    let report = server_limited(&server).sync(&mut database.open()).concurrency(4).await.expect("in the end");
    let items = report.resource("items").expect("it is declared");
    assert_eq!((items.rows, items.retries), (50, 4));
    assert!(items.waited >= Duration::from_millis(50), "{report}");
}

#[tokio::test]
async fn a_spent_quota_is_not_overdrawn() {
    let reset =
        |seconds: u64| SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("now").as_secs() + seconds;
    for headers in [
        // The first, since it names a time of the clock, which goes on while the others wait.
        vec![("X-RateLimit-Remaining", "0".to_owned()), ("X-RateLimit-Reset", reset(3).to_string())],
        vec![("RateLimit-Remaining", "0".to_owned()), ("RateLimit-Reset", "1".to_owned())],
        vec![("RateLimit", r#""default";r=0;t=1"#.to_owned())],
    ] {
        let shown = format!("{headers:?}");
        let server = Server::start(move |request| {
            let reply = Listing::of(30).reply(request);
            if request.nth > 1 {
                return reply;
            }
            headers.iter().fold(reply, |reply, (name, value)| reply.header(name, value))
        });
        let began = Instant::now();
        assert_eq!(server_limited(&server).items().await.expect("three pages").len(), 30);
        assert_eq!(server.count(), 3, "nothing is asked twice");
        assert!(times(&server)[1] > ABOUT_A_SECOND, "{shown}: {:?}", times(&server));
        assert!(began.elapsed() < 8 * SECOND, "{shown}");
    }
}

#[tokio::test]
async fn a_403_without_any_left_is_a_limit() {
    let spent = || {
        let reply = Reply::status(403).header("X-RateLimit-Remaining", "0").header("X-RateLimit-Reset", "1");
        reply.body(r#"{"message":"API rate limit exceeded"}"#)
    };
    let server = Server::script([spent(), good()]);
    assert_eq!(server_limited(&server).one().await.expect("the second time").len(), 1);
    assert!(times(&server)[1] > ABOUT_A_SECOND, "{:?}", times(&server));

    let server = Server::start(move |_| spent());
    let error = server_limited(&server).brief().await.map(drop).expect_err("never");
    assert_eq!((error.kind(), error.status(), server.count()), (ErrorKind::RateLimited, Some(403), 2));
    assert!(error.to_string().contains("gave up after 1 retry"), "{error}");

    let server = Server::script([Reply::status(403).header("X-RateLimit-Remaining", "5")]);
    let error = server_limited(&server).one().await.map(drop).expect_err("refused");
    assert_eq!((error.kind(), server.count()), (ErrorKind::Unauthorized, 1));
}

#[tokio::test]
async fn after_a_refusal_fewer_are_in_flight() {
    // Eight at once are too many, four are not.
    let most = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&most);
    let server = Server::start(move |request| {
        let reply = Listing::of(400).reply(request);
        let seen = Arc::clone(&seen);
        match request.nth {
            1 => reply,
            2..=9 => Reply::status(429).header("Retry-After", "0").when(|log| log.count() >= 9),
            // The second round has its first four together; a fifth would come while these are held back.
            _ => reply.after(Duration::from_millis(20)).when(move |log| {
                // When four have been answered well, there may be one more.
                if log.count() - log.in_flight() < 9 + 4 {
                    seen.fetch_max(log.in_flight(), SeqCst);
                }
                log.count() >= 9 + 4
            }),
        }
    });
    let rows = server_limited(&server).items().concurrency(8).await.expect("in the end");
    assert_eq!(rows.len(), 400);
    assert_eq!((most.load(SeqCst), server.most_in_flight()), (4, 8));
}

#[tokio::test]
async fn what_was_waited_is_reported() {
    let server = Server::start(|request| {
        let reply = Listing::of(20).reply(request);
        if request.nth == 1 { reply.header("Retry-After", "1") } else { reply }
    });
    let database = Database::new();
    let report = server_limited(&server).sync(&mut database.open()).await.expect("two pages");
    let items = report.resource("items").expect("it is declared");
    assert_eq!((items.rows, items.retries), (20, 0));
    assert!(items.waited >= ABOUT_A_SECOND, "{:?}", items.waited);
}
