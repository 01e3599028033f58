//! Ranges that are read in steps: each is asked for by itself, in order, and a run that was interrupted goes on in the step it was
//! in.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};

use declarest::ErrorKind;
use declarest::jiff::{SignedDuration, Timestamp};
use declarest_tests::{Database, Reply, Request, Server};
use serde_json::{Value, json};

#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = none,
    retry(max_retries = 0),
    concurrency = 1,
    resource_defaults(primary_key = id, paginator = single_page),
)]
mod api {
    #[resource(
        name = reports, path = "/items", write_disposition = append,
        incremental(
            cursor = day, start_param = "from", end_param = "to", end_inclusive = true, step = "10d",
            initial_value = "2024-01-01", end_value = "2024-02-01",
        ),
    )]
    pub struct Report {
        pub id: u32,
        pub day: declarest::jiff::civil::Date,
    }

    #[resource(
        name = rates, path = "/rates/{incremental.start_value}",
        incremental(
            cursor = day, step = "1d", initial_value = "2024-02-28", end_value = "2024-03-02",
            format = "%Y%m%d",
        ),
    )]
    pub struct Rate {
        pub id: u32,
        pub day: declarest::jiff::civil::Date,
    }

    #[resource(
        name = months, path = "/items",
        incremental(
            cursor = at, start_param = "from", end_param = "to", step = "1mo", timezone = "Europe/Berlin",
            initial_value = "2024-02-01", end_value = "2024-05-15", format = "%F",
        ),
    )]
    pub struct Month {
        pub id: u32,
        pub at: declarest::jiff::Timestamp,
    }

    #[resource(
        name = events, path = "/items", write_disposition = append,
        incremental(cursor = at, start_param = "from", end_param = "to", step = "30d", initial_value = "2024-01-01"),
    )]
    pub struct Event {
        pub id: u32,
        pub at: declarest::jiff::Timestamp,
    }

    #[resource(
        name = windowed, path = "/items", data_selector = "items",
        paginator = page_number(page_param = "p", limit_param = "ps", limit = 5, total_path = "total"),
        incremental(cursor = at, start_param = "from", end_param = "to", step = 40, initial_value = 0, end_value = 100),
        result_window = 20,
    )]
    pub struct Windowed {
        pub id: u32,
        pub at: i64,
    }

    #[resource(
        name = counted, path = "/items", data_selector = "items",
        paginator = page_number(page_param = "p", limit_param = "ps", limit = 5, total_path = "total"),
        incremental(cursor = at, start_param = "from", end_param = "to", step = 10, initial_value = 0, end_value = 50),
    )]
    pub struct Counted {
        pub id: u32,
        pub at: i64,
    }

    #[resource(
        name = daily, path = "/items", primary_key = (campaign, _start), include_range(start, end),
        incremental(
            cursor = day, start_param = "from", end_param = "to", end_inclusive = true, step = "10d",
            initial_value = "2024-01-01", end_value = "2024-01-31",
        ),
    )]
    pub struct Daily {
        pub campaign: u32,
        pub day: declarest::jiff::civil::Date,
    }

    #[resource(
        name = zoned, path = "/items", primary_key = (id, _zone, _start),
        partition_by(zone in ["DE", "FR"]), params(zone = "{zone}"), include_partition(zone), include_range(start),
        incremental(cursor = at, start_param = "from", end_param = "to", step = 5, initial_value = 0, end_value = 10),
    )]
    pub struct Zoned {
        pub id: u32,
        pub at: i64,
    }

    #[resource(name = teams, path = "/teams")]
    pub struct Team {
        pub id: u32,
    }

    #[resource(
        name = tasks, path = "/teams/{resources.teams.id}/items", data_selector = "items",
        paginator = page_number(page_param = "p", limit_param = "ps", limit = 5, total_path = "total"),
        incremental(cursor = at, start_param = "from", end_param = "to", step = 10, initial_value = 0, end_value = 50),
        include_from_parent(teams.id), primary_key = (_teams_id, id), write_disposition = merge,
    )]
    pub struct Task {
        pub id: u32,
        pub at: i64,
    }
}

fn client(server: &Server) -> api::Client {
    api::Client::builder().base_url(server.base_url()).build().expect("a client")
}

/// The ranges that were asked for, without repeats of pages.
fn ranges(server: &Server) -> Vec<String> {
    ranges_after(server, 0)
}

/// The same, after so many requests.
fn ranges_after(server: &Server, count: usize) -> Vec<String> {
    let bound = |request: &Request, name| request.param(name).unwrap_or("-").to_owned();
    let mut ranges: Vec<_> = server
        .requests()
        .iter()
        .skip(count)
        .filter(|request| request.param("from").is_some())
        .map(|request| format!("{}..{}", bound(request, "from"), bound(request, "to")))
        .collect();
    ranges.dedup();
    ranges
}

/// A row for each of 100 numbers, of which a request asks for a range.
fn numbers(request: &Request) -> Reply {
    let of = |name, default| request.number(name).unwrap_or(default);
    let (from, to, size) = (of("from", 0), of("to", 100).min(100), of("ps", 5));
    let (page, rows) = (of("p", 1) - 1, (from..to).collect::<Vec<_>>());
    if (page + 1) * size > 20 {
        return Reply::status(400).body("only the first 20 rows are given out");
    }
    let skip = usize::try_from(page * size).expect("small");
    let items = rows.iter().skip(skip).take(usize::try_from(size).expect("small"));
    let items: Vec<Value> = items.map(|at| json!({ "id": at, "at": at })).collect();
    Reply::json(json!({ "total": rows.len(), "items": items }))
}

/// A row for each day of January 2024; the API includes the end.
fn january(request: &Request) -> Reply {
    let day = |name: &str| request.param(name).and_then(|text| text.rsplit('-').next()?.parse::<u32>().ok());
    let (from, to) = (day("from").expect("a start"), day("to").expect("an end"));
    let rows: Vec<Value> = (from..=to).map(|id| json!({ "id": id, "day": format!("2024-01-{id:02}") })).collect();
    Reply::json(json!(rows))
}

const JANUARY: [&str; 4] =
    ["2024-01-01..2024-01-10", "2024-01-11..2024-01-20", "2024-01-21..2024-01-30", "2024-01-31..2024-01-31"];

#[tokio::test]
async fn a_range_is_fetched_step_by_step() {
    let server = Server::start(january);
    let rows = client(&server).reports().await.expect("rows");
    assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), (1..=31).collect::<Vec<_>>());
    assert_eq!(ranges(&server), JANUARY);

    let mut batches = client(&server).scan("reports").expect("a resource").limit(12).batches();
    let mut rows = 0;
    while let Some(batch) = batches.next().await {
        rows += batch.expect("a batch").len();
    }
    assert_eq!((rows, server.count()), (12, 4 + 2), "no step that the limit rules out is asked for");
    let first = client(&server).reports().first_page().await.expect("a page");
    assert_eq!((first.rows.len(), server.count()), (10, 7));
}

#[tokio::test]
async fn each_step_may_be_a_path_of_its_own() {
    let server = Server::start(|request| {
        let day = request.path.rsplit('/').next().expect("a day");
        Reply::json(
            json!([{ "id": day.parse::<u32>().expect("a day"), "day": format!("{}-{}-{}", &day[..4], &day[4..6], &day[6..]) }]),
        )
    });
    let rows = client(&server).rates().await.expect("rows");
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    assert_eq!(ids, [20_240_228, 20_240_229, 20_240_301]);
}

#[tokio::test]
async fn months_are_those_of_the_zone() {
    let server = Server::start(|_| Reply::json(json!([])));
    client(&server).months().await.expect("rows");
    let months =
        ["2024-02-01..2024-03-01", "2024-03-01..2024-04-01", "2024-04-01..2024-05-01", "2024-05-01..2024-05-15"];
    assert_eq!(ranges(&server), months);
}

#[tokio::test]
async fn a_step_that_holds_more_than_the_window_is_cut_further() {
    let server = Server::start(numbers);
    let database = Database::new();
    let report = client(&server).sync(&mut database.open()).only(["windowed"]).await.expect("a report");
    let report = report.resource("windowed").expect("read");
    assert_eq!((report.rows, report.expected, database.count("windowed")), (100, Some(100), 100));
    let ranges = ranges(&server);
    for step in ["0..40", "40..80", "80..100"] {
        assert!(ranges.iter().any(|range| range == step), "{ranges:?}");
    }
}

#[tokio::test]
async fn a_step_whose_slices_hold_less_than_it_promised_is_incomplete() {
    // Of the second step, rows are given out only as long as all of it is asked for.
    let server = Server::start(|request| {
        let is_part = request.number("from") > Some(40) && request.number("to") < Some(100);
        if is_part { Reply::json(json!({ "total": 0, "items": [] })) } else { numbers(request) }
    });
    let error = client(&server).windowed().await.err().expect("rows are missing");
    assert_eq!(error.kind(), ErrorKind::Incomplete, "{error}");
    assert!(error.to_string().contains("the API promised 80 rows"), "{error}");
}

#[tokio::test]
async fn an_interrupted_run_goes_on_in_the_step_it_was_in() {
    for fails in 1..=4 {
        let server =
            Server::start(move |request| if request.nth == fails { Reply::status(500) } else { january(request) });
        let (client, database) = (client(&server), Database::new());
        client.sync(&mut database.open()).only(["reports"]).await.expect_err("one request fails");
        let committed = u64::from(10 * u32::try_from(fails - 1).expect("small"));
        assert_eq!(database.count("reports"), committed, "each finished step is committed");
        let report = client.sync(&mut database.open()).only(["reports"]).await.expect("a report");
        assert_eq!(report.resource("reports").map(|report| (report.rows, report.resumed)), Some((31, committed)));
        assert_eq!(database.count("reports"), 31, "appended once");
        let mut asked = JANUARY.to_vec();
        asked.truncate(fails);
        asked.extend(&JANUARY[fails - 1..]);
        asked.dedup();
        assert_eq!((ranges(&server), server.count()), (asked.iter().map(ToString::to_string).collect(), 5));
    }
}

#[tokio::test]
async fn a_sync_that_is_dropped_goes_on_in_the_step_it_was_in() {
    let server = Server::start(|request| {
        let reply = numbers(request);
        if request.nth == 6 { reply.after(std::time::Duration::from_hours(1)) } else { reply }
    });
    let (client, database) = (client(&server), Database::new());
    let mut open = database.open();
    tokio::select! {
        _ = client.sync(&mut open).only(["counted"]).into_future() => panic!("a page is missing"),
        () = declarest_tests::until("six requests", || server.count() == 6) => {}
    }
    drop(open);
    let report = client.sync(&mut database.open()).only(["counted"]).await.expect("a report");
    let report = report.resource("counted").expect("read");
    assert_eq!((report.rows, report.expected, database.count("counted")), (50, Some(50), 50));
}

#[tokio::test]
async fn a_step_that_is_incomplete_moves_nothing() {
    let short = AtomicBool::new(true);
    let server = Server::start(move |request| {
        if request.number("from") == Some(20) && short.swap(false, SeqCst) {
            return Reply::json(json!({ "total": 10, "items": [] }));
        }
        numbers(request)
    });
    let (client, database) = (client(&server), Database::new());
    let error = client.sync(&mut database.open()).only(["counted"]).await.expect_err("rows are missing");
    assert_eq!(
        error.report().and_then(|report| report.resource("counted")?.error.as_ref().map(declarest::Error::kind)),
        Some(ErrorKind::Incomplete)
    );
    client.sync(&mut database.open()).only(["counted"]).await.expect("a report");
    assert_eq!(database.count("counted"), 50);
    assert_eq!(ranges(&server).iter().filter(|range| *range == "0..10").count(), 2, "it starts again");
}

#[tokio::test]
async fn the_range_of_a_request_is_in_the_rows() {
    // One campaign, whose numbers are those of a range.
    let server = Server::start(|request| Reply::json(json!([{ "campaign": 7, "day": request.param("from") }])));
    let (client, database) = (client(&server), Database::new());
    for _ in 0..2 {
        client.sync(&mut database.open()).only(["daily"]).await.expect("a report");
        let rows = database.query("SELECT campaign, day, _start, _end FROM daily ORDER BY _start");
        let first = ["7", "2024-01-01", "2024-01-01", "2024-01-10"];
        assert_eq!((rows.len(), &rows[0][..]), (3, &first.map(str::to_owned)[..]), "as they were asked for");
        assert_eq!(rows[2], ["7", "2024-01-21", "2024-01-21", "2024-01-30"]);
    }
    let mut batches =
        client.scan("daily").expect("a resource").project(["_end", "campaign"]).expect("columns").batches();
    let batch = batches.next().await.expect("a batch").expect("no error");
    let row = batch.rows().next().expect("a row");
    assert_eq!(row.get(0), declarest::ColumnValue::from(declarest::jiff::civil::date(2024, 1, 10)));
}

#[tokio::test]
async fn the_range_stands_beside_the_partition() {
    let server = Server::start(|request| Reply::json(json!([{ "id": 1, "at": request.number("from") }])));
    let (client, database) = (client(&server), Database::new());
    client.sync(&mut database.open()).only(["zoned"]).await.expect("a report");
    let rows = database.query("SELECT _zone, _start, at FROM zoned ORDER BY 1, 2");
    assert_eq!(rows, [["DE", "0", "0"], ["DE", "5", "5"], ["FR", "0", "0"], ["FR", "5", "5"]]);
    let mut batches =
        client.scan("zoned").expect("a resource").project(["_start", "_zone"]).expect("columns").batches();
    let mut found = Vec::new();
    while let Some(batch) = batches.next().await {
        found.extend(batch.expect("a batch").rows().map(|row| format!("{:?} {:?}", row.get(0), row.get(1))));
    }
    let at = |start: i64, zone: &str| format!("Integer({start}) Text({zone:?})");
    assert_eq!(found, [at(0, "DE"), at(5, "DE"), at(0, "FR"), at(5, "FR")]);
}

static EVENTS: Mutex<Vec<(u32, Timestamp)>> = Mutex::new(Vec::new());

#[tokio::test]
async fn the_position_is_no_earlier_than_the_last_step() {
    let server = Server::start(|request| {
        let time = |name: &str| request.param(name).expect("a bound").parse::<Timestamp>().expect("a time");
        let (from, to) = (time("from"), time("to"));
        let rows = EVENTS.lock().expect("rows");
        let rows = rows.iter().filter(|(_, at)| from <= *at && *at < to);
        Reply::json(json!(rows.map(|(id, at)| json!({ "id": id, "at": at })).collect::<Vec<_>>()))
    });
    let (now, hour) = (Timestamp::now(), SignedDuration::from_hours(1));
    *EVENTS.lock().expect("rows") = vec![(1, "2024-01-15T00:00:00Z".parse().expect("a time")), (2, now + hour)];
    let (client, database) = (client(&server), Database::new());
    client.sync(&mut database.open()).only(["events"]).await.expect("a report");
    assert_eq!(database.query("SELECT id FROM events"), [["1"]], "the run ends when it began");
    let (first, count) = (ranges(&server), server.count());
    assert!(first.len() > 12, "{first:?}");
    let begins = |range: &str| range.split("..").next().unwrap_or_default().to_owned();
    assert!(first.windows(2).all(|pair| pair[0].split("..").nth(1) == Some(&*begins(&pair[1]))), "{first:?}");

    // A row of the last step that has come late.
    EVENTS.lock().expect("rows").push((3, now - SignedDuration::from_secs(1)));
    client.sync(&mut database.open()).only(["events"]).await.expect("a report");
    let second = ranges_after(&server, count);
    let last = first.last().expect("a step");
    assert!(second.len() <= 2 && begins(&second[0]) == begins(last), "{second:?} after {last}");
    assert_eq!(database.query("SELECT id FROM events ORDER BY id"), [["1"], ["3"]]);
}

#[tokio::test]
async fn each_parent_is_read_step_by_step() {
    let left = AtomicUsize::new(7);
    let server = Server::start(move |request| {
        if request.path == "/teams" {
            return Reply::json(json!([{ "id": 1 }, { "id": 2 }]));
        }
        let fails = left.fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1)) == Ok(1);
        if fails { Reply::status(500) } else { numbers(request) }
    });
    let (client, database) = (client(&server), Database::new());
    client.sync(&mut database.open()).only(["teams", "tasks"]).await.expect_err("one request fails");
    client.sync(&mut database.open()).only(["teams", "tasks"]).await.expect("a report");
    assert_eq!(database.count("tasks"), 100);
    let of = |team: &str| server.requests().iter().filter(|request| request.path.contains(team)).count();
    assert_eq!((of("/1/"), of("/2/")), (10 + 1, 10));
}
