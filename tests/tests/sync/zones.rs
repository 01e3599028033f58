//! Ranges in the zone of an account, and starts that the API leaves out: no row is lost in the hour that comes twice, nor in the one
//! that does not exist.

use std::sync::{Arc, Mutex};

use declarest_tests::{Database, Reply, Server};
use serde_json::{Value, json};

#[declarest::source(base_url = "http://127.0.0.1:9", auth = none, retry(max_retries = 0), resource_defaults(paginator = single_page, primary_key = id))]
mod api {
    use declarest::jiff::{Timestamp, civil};

    #[resource(name = local, path = "/", incremental(cursor = at, start_param = "since", timezone = "America/New_York"))]
    pub struct Local {
        pub id: u64,
        pub at: Timestamp,
    }

    #[resource(name = days, path = "/", incremental(cursor = at, start_param = "since", timezone = "America/New_York", format = "%Y-%m-%d"))]
    pub struct Day {
        pub id: u64,
        pub at: Timestamp,
    }

    #[resource(name = offsets, path = "/", incremental(cursor = at, start_param = "since", timezone = "America/New_York", format = "%FT%T%:z"))]
    pub struct Offset {
        pub id: u64,
        pub at: Timestamp,
    }

    #[resource(name = civils, path = "/", incremental(cursor = at, start_param = "since", timezone = "America/New_York"))]
    pub struct Civil {
        pub id: u64,
        pub at: civil::DateTime,
    }

    #[resource(name = stamps, path = "/", incremental(cursor = at, start_param = "since", timezone = "America/New_York", format = epoch_seconds))]
    pub struct Stamp {
        pub id: u64,
        pub at: civil::DateTime,
    }

    #[resource(
        name = ends, path = "/",
        incremental(cursor = at, start_param = "since", end_param = "until", timezone = "America/New_York", initial_value = "2024-07-01", end_value = "2024-11-03T05:30:00Z"),
    )]
    pub struct End {
        pub id: u64,
        pub at: Timestamp,
    }

    #[resource(name = numbers, path = "/", write_disposition = append, incremental(cursor = at, start_param = "after", start_exclusive = true))]
    pub struct Number {
        pub id: u64,
        pub at: i64,
    }

    #[resource(name = seconds, path = "/", incremental(cursor = at, start_param = "after", start_exclusive = true))]
    pub struct Second {
        pub id: u64,
        pub at: Timestamp,
    }

    #[resource(name = dates, path = "/", incremental(cursor = at, start_param = "after", end_param = "before", start_exclusive = true, end_value = "9999-12-31"))]
    pub struct LastDay {
        pub id: u64,
        pub at: civil::Date,
    }
}

/// What is asked for after a run whose newest row has this cursor, and the ids of all rows after a run that brings another.
async fn asked(resource: &str, newest: Value, later: Option<Value>) -> (String, Vec<String>) {
    let rows = Arc::new(Mutex::new(json!([{ "id": 1, "at": newest }])));
    let shown = Arc::clone(&rows);
    let server = Server::start(move |_| Reply::json(shown.lock().expect("rows").clone()));
    let database = Database::new();
    let client = api::Client::builder().base_url(server.base_url()).build().expect("a client");
    client.sync(&mut database.open()).only([resource]).await.expect("a report");
    if let Some(later) = later {
        *rows.lock().expect("rows") = json!([{ "id": 1, "at": newest }, { "id": 2, "at": later }]);
    }
    client.sync(&mut database.open()).only([resource]).await.expect("a report");
    let target = server.requests().last().map(|request| request.target.replace("%3A", ":")).unwrap_or_default();
    (target, database.query(&format!("SELECT id FROM {resource} ORDER BY id")).concat())
}

#[tokio::test]
async fn times_are_written_in_the_zone() {
    for (resource, newest, target) in [
        ("local", "2024-07-01T16:00:00Z", "/?since=2024-07-01T12:00:00"),
        ("days", "2024-07-02T02:00:00Z", "/?since=2024-07-01"),
        ("offsets", "2024-07-01T16:00:00Z", "/?since=2024-07-01T12:00:00-04:00"),
        ("stamps", "2024-07-01T12:00:00", "/?since=1719849600"),
    ] {
        assert_eq!(asked(resource, newest.into(), None).await.0, target, "{resource}");
    }
}

#[tokio::test]
async fn the_hour_that_comes_twice_and_the_one_that_does_not_exist_lose_nothing() {
    // Both are half past one: before it, whichever the API means.
    for newest in ["2024-11-03T05:30:00Z", "2024-11-03T06:30:00Z"] {
        assert_eq!(asked("local", newest.into(), None).await.0, "/?since=2024-11-03T00:59:59", "{newest}");
    }
    // With an offset, one is meant.
    assert_eq!(asked("offsets", "2024-11-03T06:30:00Z".into(), None).await.0, "/?since=2024-11-03T01:30:00-05:00");
    // A row of the second hour is earlier than one of the first, on the clock.
    let (target, ids) = asked("civils", "2024-11-03T01:59:00".into(), Some("2024-11-03T01:10:00".into())).await;
    assert_eq!((target.as_str(), ids), ("/?since=2024-11-03T01:00:00", vec!["1".to_owned(), "2".to_owned()]));
    assert_eq!(asked("civils", "2024-11-03T02:00:00".into(), None).await.0, "/?since=2024-11-03T02:00:00");
    // There is no half past two: what it may mean at the earliest.
    assert_eq!(asked("stamps", "2024-03-10T02:30:00".into(), None).await.0, "/?since=1710052200");
    // The end, at the latest; the beginning of a day is the zone's.
    assert_eq!(
        asked("ends", "2024-07-01T04:00:00Z".into(), Some("2024-11-03T05:29:59Z".into())).await,
        ("/?since=2024-07-01T00:00:00&until=2024-11-03T02:00:00".to_owned(), vec!["1".to_owned(), "2".to_owned()])
    );
    assert_eq!(
        asked("ends", "2024-07-01T03:59:59Z".into(), Some("2024-11-03T06:30:00Z".into())).await.1,
        Vec::<String>::new()
    );
}

#[tokio::test]
async fn a_start_that_the_api_leaves_out_is_one_before() {
    let (target, ids) = asked("numbers", 7.into(), Some(7.into())).await;
    assert_eq!((target.as_str(), ids), ("/?after=6", vec!["1".to_owned(), "2".to_owned()]));
    assert_eq!(asked("seconds", "2024-01-01T00:00:00.5Z".into(), None).await.0, "/?after=2023-12-31T23:59:59Z");
    // The last day of the calendar is one.
    assert_eq!(
        asked("dates", "9999-12-30".into(), None).await,
        ("/?before=9999-12-31".to_owned(), vec!["1".to_owned()])
    );
}

/// The zone is the account's.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = none,
    retry(max_retries = 0),
    params(zone: Option<String>),
    resource_defaults(paginator = single_page, primary_key = id),
)]
mod account {
    use declarest::jiff::Timestamp;

    #[resource(
        name = days, path = "/", headers("X-Day" = "{incremental.start_value:%d}"),
        incremental(cursor = at, start_param = "since", end_param = "until", initial_value = "2024-07-01", end_value = "2024-07-03", timezone = zone, step = "1d"),
    )]
    #[derive(Debug)]
    pub struct Day {
        pub id: u64,
        pub at: Timestamp,
    }
}

#[tokio::test]
async fn a_param_names_the_zone() {
    for (zone, requests, kept) in [
        (
            Some("America/New_York"),
            [
                "/?since=2024-07-01T00:00:00&until=2024-07-02T00:00:00 01",
                "/?since=2024-07-02T00:00:00&until=2024-07-03T00:00:00 02",
            ],
            vec!["2"],
        ),
        (
            None,
            [
                "/?since=2024-07-01T00:00:00Z&until=2024-07-02T00:00:00Z 01",
                "/?since=2024-07-02T00:00:00Z&until=2024-07-03T00:00:00Z 02",
            ],
            vec!["1", "2"],
        ),
    ] {
        let rows = json!([{ "id": 1, "at": "2024-07-01T03:59:59Z" }, { "id": 2, "at": "2024-07-01T04:00:00Z" }]);
        let server = Server::start(move |_| Reply::json(rows.clone()));
        let mut builder = account::Client::builder().base_url(server.base_url());
        if let Some(zone) = zone {
            builder = builder.zone(zone);
        }
        let database = Database::new();
        builder.build().expect("a client").sync(&mut database.open()).await.expect("a report");
        let asked: Vec<_> = server
            .requests()
            .iter()
            .map(|request| {
                format!("{} {}", request.target.replace("%3A", ":"), request.header("x-day").unwrap_or_default())
            })
            .collect();
        assert_eq!(asked, requests);
        assert_eq!(database.query("SELECT id FROM days ORDER BY id").concat(), kept);
    }
}

#[tokio::test]
async fn a_zone_that_does_not_exist_is_an_error_before_any_request() {
    let server = Server::start(|_| Reply::json(json!([])));
    let client = account::Client::builder().base_url(server.base_url()).zone("Mars/Olympus").build().expect("a client");
    let error = client.days().await.expect_err("no such zone");
    assert_eq!(error.kind(), declarest::ErrorKind::Config);
    assert!(error.to_string().contains("`zone` is \"Mars/Olympus\""), "{error}");
    assert!(server.requests().is_empty());
}
