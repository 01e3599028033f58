//! Ranges whose ends are client-wide params, or moments relative to the beginning of the run.

use declarest::jiff::civil::{Date, date};
use declarest::jiff::tz::TimeZone;
use declarest::jiff::{SignedDuration, Timestamp, ToSpan as _};
use declarest_tests::{Database, Reply, Request, Server};
use serde_json::json;

#[declarest::source(
    base_url = "http://127.0.0.1:9",
    retry(max_retries = 0),
    params(
        start_date: Date,
        since: Option<Timestamp>,
        until: Timestamp = now,
        after: u32 = 3,
        from_name: String = "b",
        week: Date = "{now-7d}",
    ),
    resource_defaults(paginator = single_page, primary_key = id, headers("X-Week" = "{week}")),
)]
mod api {
    use declarest::jiff::Timestamp;
    use declarest::jiff::civil::{Date, DateTime};

    #[resource(
        name = instants, path = "/instants",
        incremental(
            cursor = at, start_param = "from", end_param = "to", initial_value = start_date, end_value = until,
            timezone = "America/New_York", format = "%FT%T%:z",
        ),
    )]
    pub struct Instant {
        pub id: u32,
        pub at: Timestamp,
    }

    #[resource(
        name = days, path = "/days",
        incremental(cursor = day, start_param = "from", end_param = "to", initial_value = since, end_value = until),
    )]
    pub struct Day {
        pub id: u32,
        pub day: Date,
    }

    #[resource(
        name = times, path = "/times",
        incremental(cursor = time, start_param = "from", end_param = "to", initial_value = since, end_value = until),
    )]
    pub struct Time {
        pub id: u32,
        pub time: DateTime,
    }

    #[resource(name = numbers, path = "/numbers", incremental(cursor = id, start_param = "from", initial_value = after))]
    pub struct Number {
        pub id: u64,
    }

    #[resource(name = names, path = "/names", primary_key = name, incremental(cursor = name, start_param = "from", initial_value = from_name))]
    pub struct Name {
        pub name: String,
    }

    /// Of the last ninety days, but for today.
    #[resource(
        name = recent, path = "/recent",
        incremental(cursor = day, start_param = "from", end_param = "to", initial_value = "{now-90d}", end_value = "{now-1d}"),
    )]
    pub struct Recent {
        pub id: u32,
        pub day: Date,
    }
}

/// Ranges that include their ends.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    retry(max_retries = 0),
    params(until: Timestamp, last: u32 = 7),
    resource_defaults(paginator = single_page, primary_key = id, write_disposition = merge),
)]
mod closed {
    use declarest::jiff::Timestamp;
    use declarest::jiff::civil::Date;

    #[resource(
        name = days, path = "/days",
        incremental(cursor = day, end_param = "to", end_inclusive = true, end_value = until, range_end = closed),
    )]
    pub struct Day {
        pub id: u32,
        pub day: Date,
    }

    #[resource(
        name = instants, path = "/instants",
        incremental(cursor = at, end_param = "to", end_inclusive = true, end_value = until, range_end = closed),
    )]
    pub struct Instant {
        pub id: u32,
        pub at: Timestamp,
    }

    #[resource(
        name = zoned, path = "/zoned",
        incremental(
            cursor = at, end_param = "to", end_inclusive = true, end_value = until, range_end = closed, format = "%F",
            timezone = "Asia/Tokyo",
        ),
    )]
    pub struct Zoned {
        pub id: u32,
        pub at: Timestamp,
    }

    #[resource(
        name = numbers, path = "/numbers",
        incremental(cursor = id, end_param = "to", end_value = last, range_end = closed),
    )]
    pub struct Number {
        pub id: u64,
    }

    #[resource(
        name = fixed, path = "/fixed",
        incremental(cursor = day, initial_value = "2024-01-29", end_param = "to", end_inclusive = true, end_value = "2024-01-31", range_end = closed, step = "2d"),
    )]
    pub struct Fixed {
        pub id: u32,
        pub day: Date,
    }
}

fn sent(request: &Request) -> [Option<&str>; 2] {
    ["from", "to"].map(|name| request.param(name))
}

fn builder(server: &Server) -> api::ClientBuilder {
    api::Client::builder().base_url(server.base_url()).start_date(date(2024, 1, 31))
}

fn time(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

#[tokio::test]
async fn params_bound_the_range_as_values_of_the_cursor() {
    let server = Server::start(|_| Reply::json("[]"));
    let until = time("2024-03-01T12:00:00Z");
    let client = builder(&server).since(time("2024-02-01T23:00:00Z")).until(until).build().expect("a client");
    client.instants().await.expect("rows");
    client.days().await.expect("rows");
    client.times().await.expect("rows");
    client.numbers().await.expect("rows");
    client.names().await.expect("rows");
    let sent: Vec<_> =
        server.requests().iter().map(|request| sent(request).map(|text| text.map(str::to_owned))).collect();
    let expected = [
        // A day begins in the declared zone.
        [Some("2024-01-31T00:00:00-05:00"), Some("2024-03-01T07:00:00-05:00")],
        // A day of which a part is in the range is in it.
        [Some("2024-02-01"), Some("2024-03-02")],
        [Some("2024-02-01T23:00:00"), Some("2024-03-01T12:00:00")],
        [Some("3"), None],
        [Some("b"), None],
    ];
    assert_eq!(sent, expected.map(|bounds| bounds.map(|text| text.map(str::to_owned))));
}

#[tokio::test]
async fn a_param_that_is_unset_bounds_nothing_and_one_may_be_the_moment_of_the_run() {
    let server = Server::start(|_| Reply::json("[]"));
    let client = builder(&server).build().expect("a client");
    let before = Timestamp::now();
    client.times().await.expect("rows");
    let utc = |time: Timestamp| time.to_zoned(TimeZone::UTC).datetime().strftime("%FT%T").to_string();
    let [request] = server.requests().try_into().expect("a request");
    let [from, to] = sent(&request);
    assert_eq!(from, None);
    assert!(
        to.is_some_and(|to| *to >= *utc(before) && *to <= *utc(Timestamp::now() + SignedDuration::from_secs(1))),
        "{to:?}"
    );
    let week: Date = request.header("x-week").and_then(|week| week.parse().ok()).expect("a day");
    let today = before.to_zoned(TimeZone::UTC).date();
    assert!(week == today - 7.days() || week == today - 6.days(), "{week}");
}

#[tokio::test]
async fn a_moment_of_the_run_bounds_the_range() {
    let server = Server::start(|_| Reply::json("[]"));
    let before = Timestamp::now().to_zoned(TimeZone::UTC).date();
    builder(&server).build().expect("a client").recent().await.expect("rows");
    let after = Timestamp::now().to_zoned(TimeZone::UTC).date();
    let [request] = server.requests().try_into().expect("a request");
    let [from, to] = sent(&request).map(|day| day.and_then(|day| day.parse::<Date>().ok()).expect("a day"));
    // Yesterday is in the range, today is not.
    assert!((before..=after).contains(&to), "{to}");
    assert_eq!(from, to - 90.days());
}

/// Each run goes on where the last has ended, whatever its end is: rows come once.
#[tokio::test]
async fn a_later_run_goes_on_to_a_later_end() {
    let rows: Vec<_> = ["2024-02-01T00:00:00Z", "2024-02-20T00:00:00Z", "2024-03-05T00:00:00Z"]
        .iter()
        .enumerate()
        .map(|(id, at)| json!({ "id": id, "at": at }))
        .collect();
    let server = Server::start(move |_| Reply::json(json!(rows)));
    let database = Database::new();
    let mut counts = Vec::new();
    for until in ["2024-02-10T00:00:00Z", "2024-03-10T00:00:00Z", "2024-02-10T00:00:00Z"] {
        let client = builder(&server).until(time(until)).build().expect("a client");
        client.sync(&mut database.open()).only(["instants"]).await.expect("a report");
        counts.push(database.query("SELECT count(*) FROM instants")[0][0].clone());
    }
    assert_eq!(counts, ["1", "3", "3"]);
    let sent: Vec<_> =
        server.requests().iter().map(|request| sent(request).map(|text| text.unwrap_or_default().to_owned())).collect();
    assert_eq!(sent[0], ["2024-01-31T00:00:00-05:00", "2024-02-09T19:00:00-05:00"]);
    assert_eq!(sent[1], ["2024-01-31T19:00:00-05:00", "2024-03-09T19:00:00-05:00"], "from the newest row");
    assert_eq!(
        sent[2],
        ["2024-02-09T19:00:00-05:00", "2024-02-09T19:00:00-05:00"],
        "an end before that is an empty range"
    );
}

#[tokio::test]
async fn a_closed_range_has_its_end() {
    let server = Server::start(|_| {
        let row = |id: u32, day: &str, at: &str| json!({"id": id, "day": day, "at": at});
        Reply::json(json!([
            row(6, "2024-01-30", "2024-01-30T15:00:00Z"),
            row(7, "2024-01-31", "2024-01-31T00:00:00Z"),
            row(8, "2024-02-01", "2024-01-31T15:00:00Z"),
        ]))
    });
    let client = closed::Client::builder().base_url(server.base_url()).until(time("2024-01-31T00:00:00Z"));
    let database = Database::new();
    client.build().expect("a client").sync(&mut database.open()).await.expect("a sync");
    for table in ["days", "instants", "zoned", "numbers", "fixed"] {
        assert_eq!(database.query(&format!("select id from {table} order by id")), [["6"], ["7"]], "{table}");
    }
    let mut ends: Vec<_> = server
        .requests()
        .iter()
        .map(|request| format!("{} {}", request.path, request.param("to").unwrap_or("-")))
        .collect();
    ends.sort();
    let expected = [
        "/days 2024-01-31",
        "/fixed 2024-01-30",
        "/fixed 2024-01-31",
        "/instants 2024-01-31T00:00:00Z",
        // This API does not include its end.
        "/numbers 8",
        // The day in the zone, as a whole.
        "/zoned 2024-01-31",
    ];
    assert_eq!(ends, expected);
}
