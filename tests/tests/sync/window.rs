//! Result windows: all rows come, though the API gives out no more than so many of one query.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use declarest::{ErrorKind, Resource as _};
use declarest_examples::demo_api::{DemoApi, Options, Resource, Server as Demo};
use declarest_tests::{Database, Reply, Request, Server};
use serde_json::{Value, json};

/// The demo API's issues behind SonarQube's own rule: `p * ps <= 10000`.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = bearer(token = secret(user_token)),
    retry(max_retries = 0),
    resource_defaults(
        primary_key = key,
        write_disposition = merge,
        rename_all = "camelCase",
        data_selector = "issues",
        paginator = page_number(page_param = "p", limit_param = "ps", limit = 500, total_path = "paging.total"),
    ),
)]
mod sonar {
    #[resource(
        name = issues, path = "/v1/issues/search",
        incremental(cursor = creation_date, start_param = "createdAfter", end_param = "createdBefore"),
        result_window = 10_000,
    )]
    pub struct Issue {
        pub key: String,
        pub creation_date: declarest::jiff::Timestamp,
    }
}

/// A list with a window of 20 rows, by number, second or day.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = none,
    retry(max_retries = 0),
    resource_defaults(
        primary_key = id,
        write_disposition = merge,
        data_selector = "items",
        paginator = page_number(page_param = "p", limit_param = "ps", limit = 5, total_path = "total"),
        result_window = 20,
    ),
)]
mod small {
    #[resource(path = "/items", incremental(cursor = at, start_param = "from", end_param = "to"))]
    pub struct ByNumber {
        pub id: u32,
        pub at: i64,
    }

    #[resource(
        path = "/items",
        incremental(cursor = at, start_param = "from", end_param = "to", end_inclusive = true),
        paginator = offset(offset_param = "skip", limit_param = "ps", limit = 5, total_path = "total"),
    )]
    pub struct Inclusive {
        pub id: u32,
        pub at: i64,
    }

    #[resource(
        path = "/items", write_disposition = append, incremental(cursor = at, start_param = "from", end_param = "to"),
    )]
    pub struct Version {
        pub id: u32,
        pub at: i64,
    }

    #[resource(path = "/times", incremental(cursor = at, start_param = "from", end_param = "to"))]
    pub struct ByTime {
        pub id: u32,
        pub at: declarest::jiff::Timestamp,
    }

    #[resource(
        path = "/items", write_disposition = append,
        incremental(cursor = at, start_param = "from", end_param = "to", initial_value = 10, end_value = 90),
    )]
    pub struct Bounded {
        pub id: u32,
        pub at: i64,
    }
}

fn demo(clamp_total: bool, max_page_size: u32) -> Demo {
    let options = Options { window: Some(10_000), clamp_total, max_page_size, ..Options::default() };
    DemoApi::new(options).start(None).expect("a free port")
}

fn sonar(server: &Demo) -> sonar::Client {
    sonar::Client::builder().base_url(server.base_url()).user_token(Options::TOKEN).build().expect("a client")
}

fn small(server: &Server) -> small::Client {
    small::Client::builder().base_url(server.base_url()).build().expect("a client")
}

/// Whether the server has refused anything.
fn refused(server: &Demo) -> usize {
    server.requests().iter().filter(|request| request.status != Some(200)).count()
}

#[tokio::test]
async fn all_issues_come_through_the_window_of_sonarqube() {
    for clamp_total in [false, true] {
        let server = demo(clamp_total, 500);
        let database = Database::new();
        let report = sonar(&server).sync(&mut database.open()).await.expect("a report");
        let issues = report.resource("issues").expect("read");
        assert_eq!((issues.expected, issues.rows, issues.distinct_keys), (Some(17_366), 17_366, 17_366));
        assert_eq!(database.count("issues"), 17_366);
        let needed = 17_366_u64.div_ceil(500);
        let asked = server.request_count();
        assert!(asked * 4 <= needed * 5, "{asked} requests for {needed} pages");
        assert_eq!(refused(&server), 0, "no page past the window was asked for");
    }
}

#[tokio::test]
async fn a_fetch_is_sliced_too() {
    let server = demo(true, 500);
    let issues = sonar(&server).issues().concurrency(8).await.expect("issues");
    let keys: HashSet<_> = issues.iter().map(|issue| issue.key.as_str()).collect();
    assert_eq!((issues.len(), keys.len(), refused(&server)), (17_366, 17_366, 0));
    assert_eq!(keys.len(), Resource::Issues.rows().len());
}

#[tokio::test]
async fn a_second_run_asks_only_for_what_is_new() {
    let server = demo(false, 500);
    let database = Database::new();
    let client = sonar(&server);
    client.sync(&mut database.open()).await.expect("a report");
    let before = server.request_count();
    let report = client.sync(&mut database.open()).await.expect("a report");
    let issues = report.resource("issues").expect("read");
    let asked: Vec<_> = server
        .requests()
        .into_iter()
        .skip(usize::try_from(before).expect("few"))
        .map(|request| request.query)
        .collect();
    assert_eq!(
        (issues.inserted, issues.updated, asked.len()),
        (0, 0, usize::try_from(issues.rows.div_ceil(500)).expect("few")),
        "{asked:?}"
    );
    assert_eq!(database.count("issues"), 17_366);
}

#[tokio::test]
async fn a_page_size_that_does_not_divide_the_window_is_refused() {
    let server = demo(false, 500);
    let error = sonar(&server).issues().page_size(300).await.err().expect("refused");
    assert_eq!((error.kind(), server.request_count()), (ErrorKind::Config, 0));
    assert!(error.to_string().contains("a page of 300 rows does not divide the `result_window` of 10000"), "{error}");
}

/// A list of `(id, at)` that gives out 20 rows of a query, and refuses to be asked for more.
struct Window {
    rows: Vec<(u32, i64)>,
    clamp: bool,
    /// Whether `to` is in the range.
    inclusive: bool,
    /// How a position is written in rows.
    write: fn(i64) -> Value,
    /// How one is read in a request.
    read: fn(&str) -> i64,
}

impl Window {
    fn of(rows: impl IntoIterator<Item = (u32, i64)>) -> Self {
        let read = |text: &str| text.parse().expect("a number");
        Self { rows: rows.into_iter().collect(), clamp: false, inclusive: false, write: |at| json!(at), read }
    }

    fn start(self) -> Server {
        let this = Arc::new(self);
        Server::start(move |request| this.answer(request))
    }

    fn answer(&self, request: &Request) -> Reply {
        let at = |name: &str| request.param(name).map(self.read);
        let (from, to) = (at("from"), at("to").map(|to| if self.inclusive { to + 1 } else { to }));
        let selected: Vec<_> = self
            .rows
            .iter()
            .filter(|(_, at)| from.is_none_or(|from| *at >= from) && to.is_none_or(|to| *at < to))
            .collect();
        let size = request.number("ps").unwrap_or(5);
        let skip = request.number("skip").unwrap_or_else(|| (request.number("p").unwrap_or(1) - 1) * size);
        if skip + size > 20 {
            return Reply::status(400).body("only the first 20 rows are given out");
        }
        let total = if self.clamp { selected.len().min(20) } else { selected.len() };
        let rows: Vec<_> = selected
            .iter()
            .skip(usize::try_from(skip).expect("small"))
            .take(usize::try_from(size).expect("small"))
            .map(|(id, at)| json!({ "id": id, "at": (self.write)(*at) }))
            .collect();
        Reply::json(json!({ "total": total, "items": rows }))
    }
}

#[tokio::test]
async fn sorted_or_not_clamped_or_not_no_row_is_lost_or_doubled() {
    let spread = |id: u32| i64::from(id) * 37 % 101;
    let orders: [Vec<(u32, i64)>; 4] = [
        (0..100).map(|id| (id, i64::from(id))).collect(),
        (0..100).map(|id| (id, -i64::from(id))).collect(),
        (0..100).map(|id| (id, spread(id))).collect(),
        // Most of them at the end of a long range.
        (0..100).map(|id| (id, i64::from(id).pow(4))).collect(),
    ];
    for rows in orders {
        for clamp in [false, true] {
            let server = Window { clamp, ..Window::of(rows.clone()) }.start();
            let mut ids: Vec<_> = small(&server).by_number().await.expect("rows").iter().map(|row| row.id).collect();
            ids.sort_unstable();
            assert_eq!(ids, (0..100).collect::<Vec<_>>());
        }
    }
}

#[tokio::test]
async fn rows_on_the_borders_of_slices_are_in_one_of_them() {
    // Ten rows at each of ten positions.
    let server = Window { inclusive: true, ..Window::of((0..100).map(|id| (id, i64::from(id / 10)))) }.start();
    let rows = small(&server).inclusive().await.expect("rows");
    let ids: HashSet<_> = rows.iter().map(|row| row.id).collect();
    assert_eq!((rows.len(), ids.len()), (100, 100));

    // The same API, its inclusive end not declared: rows on a border come with both slices, and are taken once.
    let server = Window { inclusive: true, ..Window::of((0..90).map(|id| (id, i64::from(id / 9)))) }.start();
    let rows = small(&server).by_number().await.expect("rows");
    let ids: HashSet<_> = rows.iter().map(|row| row.id).collect();
    assert_eq!((rows.len(), ids.len()), (90, 90));
}

#[tokio::test]
async fn a_total_that_is_the_window_cannot_be_told_from_a_clamped_one() {
    let server = Window::of((0..20).map(|id| (id, i64::from(id)))).start();
    assert_eq!(small(&server).by_number().await.expect("rows").len(), 20);
    assert!(server.requests().iter().any(|request| request.param("from").is_some()), "it was sliced");

    let server = Window::of((0..19).map(|id| (id, i64::from(id)))).start();
    assert_eq!(small(&server).by_number().await.expect("rows").len(), 19);
    assert!(server.requests().iter().all(|request| request.param("from").is_none()), "it was not");
}

#[tokio::test]
async fn a_slice_of_one_step_over_the_window_is_an_error_that_names_it() {
    let server = Window::of((0..30).map(|id| (id, 7)).chain((30..60).map(|id| (id, i64::from(id))))).start();
    let database = Database::new();
    let error = small(&server).sync(&mut database.open()).only(["by_number"]).await.expect_err("too many");
    assert_eq!(error.kind(), ErrorKind::WindowExceeded);
    assert!(
        error.to_string().contains("the slice of `at` from 7 to 8 holds 30 rows, the `result_window` is 20"),
        "{error}"
    );
    assert_eq!(database.count("by_number"), 0, "never a silent cut");

    // One second of a clock.
    let server = Window { write: clock, read: time, ..Window::of((0..25).map(|id| (id, 1_700_000_000))) }.start();
    let error = small(&server).by_time().await.err().expect("too many");
    assert_eq!(error.kind(), ErrorKind::WindowExceeded);
    assert!(error.to_string().contains("2023-11-14T22:13:20Z to 2023-11-14T22:13:21Z"), "{error}");
}

fn clock(second: i64) -> Value {
    let time = declarest::jiff::Timestamp::from_second(second).expect("a time");
    // Offsets as they come.
    match second % 3 {
        0 => json!(time.to_string()),
        1 => json!(
            time.to_zoned(declarest::jiff::tz::TimeZone::fixed(declarest::jiff::tz::offset(2)))
                .strftime("%Y-%m-%dT%H:%M:%S%z")
                .to_string()
        ),
        _ => json!(
            time.to_zoned(declarest::jiff::tz::TimeZone::fixed(declarest::jiff::tz::offset(-5)))
                .strftime("%Y-%m-%dT%H:%M:%S%:z")
                .to_string()
        ),
    }
}

fn time(text: &str) -> i64 {
    text.parse::<declarest::jiff::Timestamp>().expect("a time").as_second()
}

#[tokio::test]
async fn clocks_before_1970_and_after_2100_with_any_offset() {
    let day = 24 * 60 * 60;
    // From 1950 to 2130.
    let rows = (0..90).map(|id| (id, -20 * 365 * day + i64::from(id) * 2 * 365 * day));
    let server = Window { write: clock, read: time, clamp: true, ..Window::of(rows) }.start();
    let rows = small(&server).by_time().await.expect("rows");
    let ids: HashSet<_> = rows.iter().map(|row| row.id).collect();
    assert_eq!((rows.len(), ids.len()), (90, 90));
}

#[tokio::test]
async fn a_declared_range_is_kept_to() {
    let server = Window::of((0..100).map(|id| (id, i64::from(id)))).start();
    let database = Database::new();
    let client = small(&server);
    for run in 1..=2 {
        let report = client.sync(&mut database.open()).only(["bounded"]).await.expect("a report");
        assert_eq!(report.resource("bounded").map(|resource| resource.rows), Some(80));
        assert_eq!(database.count("bounded"), 80 * run, "the range is the same in every run");
    }
    let froms: HashSet<_> = server.asked("from").into_iter().collect();
    assert!(!froms.contains(&None), "every request has a start: {froms:?}");
}

/// The rows that a run before has loaded are known where it has come to, and not where a slice happens to begin.
#[tokio::test]
async fn versions_of_one_row_are_all_appended() {
    let (first, all) = (Window::of([(7, 0)]), Window::of((0..60).map(|at| (7, at))));
    let grown = Arc::<AtomicBool>::default();
    let now = Arc::clone(&grown);
    let server =
        Server::start(move |request| if now.load(SeqCst) { all.answer(request) } else { first.answer(request) });
    let database = Database::new();
    for (is_grown, rows) in [(false, 1), (true, 60), (true, 60)] {
        grown.store(is_grown, SeqCst);
        small(&server).sync(&mut database.open()).only(["version"]).await.expect("a report");
        assert_eq!(database.count("version"), rows);
        assert_eq!(database.one("SELECT count(DISTINCT at) FROM version"), rows.to_string());
    }
}

#[tokio::test]
async fn an_interrupted_run_goes_on_in_whichever_slice_it_was() {
    for clamp in [false, true] {
        let whole = Window { clamp, ..Window::of((0..60).map(|id| (id, i64::from(id)))) }.start();
        small(&whole).sync(&mut Database::new().open()).only(["by_number"]).concurrency(1).await.expect("a report");
        for fails in 1..=whole.count() {
            let window = Window { clamp, ..Window::of((0..60).map(|id| (id, i64::from(id)))) };
            let server = Server::start(
                move |request| {
                    if request.nth == fails { Reply::status(500) } else { window.answer(request) }
                },
            );
            let (database, client) = (Database::new(), small(&server));
            let sync = client.sync(&mut database.open()).only(["by_number"]).concurrency(1).await;
            sync.expect_err("one request fails");
            let committed = database.count("by_number");
            let report = client.sync(&mut database.open()).only(["by_number"]).concurrency(1).await.expect("a report");
            let report = report.resource("by_number").expect("read");
            assert_eq!((report.rows, report.resumed, report.expected), (60, committed, Some(60)), "request {fails}");
            assert_eq!(database.count("by_number"), 60);
        }
    }
}

#[tokio::test]
async fn a_slice_at_the_end_of_all_numbers_is_not_cut_for_ever() {
    let server = Window::of((0..30).map(|id| (id, i64::MAX))).start();
    let error = small(&server).by_number().await.err().expect("too many");
    assert_eq!(error.kind(), ErrorKind::WindowExceeded);
    assert!(error.to_string().contains("it cannot be made smaller") && server.count() < 20, "{error}");
}

#[tokio::test]
async fn an_api_that_does_not_heed_the_range_is_found_out() {
    let rows: Vec<_> = (0..50).map(|id| json!({ "id": id, "at": id })).collect();
    let server = Server::start(move |request| {
        let from = usize::try_from((request.number("p").unwrap_or(1) - 1) * 5).expect("small");
        Reply::json(json!({ "total": 50, "items": rows.iter().skip(from).take(5).collect::<Vec<_>>() }))
    });
    let error = small(&server).by_number().await.err().expect("no end otherwise");
    assert!(matches!(error.kind(), ErrorKind::WindowExceeded | ErrorKind::PaginationLoop), "{error}");
    assert!(server.count() < 40, "it is found out soon, not after {} requests", server.count());
}

#[test]
fn the_windows_are_in_the_declaration() {
    assert_eq!(sonar::Issue::DEF.result_window, Some(10_000));
}
