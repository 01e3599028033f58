//! chrono's times: read from what APIs send, stored and asked for as jiff's are.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use declarest_tests::{Database, Reply, Server};
use serde_json::{Value, json};

/// The same rows with both kinds of times.
#[declarest::source(
    base_url = "http://127.0.0.1:9", auth = none, retry(max_retries = 0),
    resource_defaults(data_selector = "items", primary_key = id, write_disposition = merge, paginator = single_page),
)]
mod api {
    use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Utc};
    use declarest::jiff::{Timestamp, civil};

    #[resource(name = chronos, path = "/items", params(on: Option<NaiveDate>, since: Option<DateTime<Utc>>))]
    #[derive(Debug, Clone)]
    pub struct Chrono {
        pub id: u64,
        pub at: DateTime<Utc>,
        pub local: DateTime<FixedOffset>,
        pub civil: NaiveDateTime,
        pub day: NaiveDate,
        pub hour: Option<NaiveTime>,
    }

    #[resource(name = jiffs, path = "/items")]
    pub struct Jiff {
        pub id: u64,
        pub at: Timestamp,
        pub local: Timestamp,
        pub civil: civil::DateTime,
        pub day: civil::Date,
        pub hour: Option<civil::Time>,
    }

    #[resource(name = keyed, path = "/items", primary_key = (day, at), filter = all)]
    pub struct Keyed {
        pub day: NaiveDate,
        pub at: DateTime<Utc>,
    }

    fn all(_: &Keyed) -> bool {
        true
    }

    #[resource(name = instants, path = "/since", write_disposition = append, incremental(cursor = at, start_param = "from"))]
    pub struct Instant {
        pub id: u64,
        pub at: DateTime<FixedOffset>,
    }

    #[resource(name = days, path = "/since", incremental(cursor = day, start_param = "from", lag = "1d"), filter = every)]
    pub struct Day {
        pub id: u64,
        pub day: NaiveDate,
    }

    fn every(_: &Day) -> bool {
        true
    }

    #[resource(name = civils, path = "/since", incremental(cursor = civil, start_param = "from"))]
    pub struct Civil {
        pub id: u64,
        pub civil: NaiveDateTime,
    }

    #[resource(
        name = windowed, path = "/window", incremental(cursor = at, start_param = "from", end_param = "to"), result_window = 4,
        paginator = page_number(page_param = "p", limit_param = "ps", limit = 2, total_path = "total"),
    )]
    pub struct Windowed {
        pub id: u64,
        pub at: DateTime<Utc>,
    }
}

fn client(server: &Server) -> api::Client {
    api::Client::builder().base_url(server.base_url()).build().expect("a client")
}

fn items() -> Value {
    json!([
        { "id": 1, "at": "2026-04-28T14:51:21+0200", "local": "2026-04-28T14:51:21.500+02:00", "civil": "2026-04-28T14:51:21",
          "day": "2026-04-28", "hour": "14:51:21.250" },
        { "id": 2, "at": "1969-12-31T23:59:59.999999999Z", "local": "2000-02-29T00:00:00-11:30", "civil": "0001-01-01T00:00:00.000001",
          "day": "0001-01-01", "hour": null },
    ])
}

#[tokio::test]
async fn they_are_stored_as_jiffs_are() {
    let server = Server::start(|_| Reply::json(json!({ "items": items() })));
    let (database, client) = (Database::new(), client(&server));
    client.sync(&mut database.open()).only(["chronos", "jiffs", "keyed"]).await.expect("a report");
    let columns = "id, at, local, civil, day, hour";
    let stored = database.query(&format!("SELECT {columns} FROM chronos ORDER BY id"));
    assert_eq!(stored, database.query(&format!("SELECT {columns} FROM jiffs ORDER BY id")));
    assert_eq!(stored[0][1..3], ["2026-04-28T12:51:21Z", "2026-04-28T12:51:21.5Z"]);
    let types = |table: &str| database.query(&format!("SELECT name, type FROM pragma_table_info('{table}')"));
    assert_eq!(types("chronos"), types("jiffs"));
    assert_eq!(
        database.query("SELECT at FROM keyed ORDER BY at").concat(),
        ["1969-12-31T23:59:59.999999999Z", "2026-04-28T12:51:21Z"]
    );
    let again = client.sync(&mut database.open()).only(["chronos", "keyed"]).await.expect("a report");
    assert!(again.resources.iter().all(|report| (report.inserted, report.updated) == (0, 0)), "{again}");
}

#[tokio::test]
async fn they_are_read_and_sent() {
    let server = Server::start(|_| Reply::json(json!({ "items": items() })));
    let day = NaiveDate::from_ymd_opt(2026, 4, 28).expect("a date");
    let since: DateTime<Utc> = "2026-04-28T12:51:21.5Z".parse().expect("a time");
    let rows = client(&server).chronos().on(day).since(since).await.expect("rows");
    assert_eq!(rows[0].local.with_timezone(&Utc), since);
    assert_eq!(rows[0].at + TimeDelta::milliseconds(500), since);
    assert_eq!((rows[0].day, rows[0].civil.date(), rows[1].hour), (day, day, None));
    assert_eq!(server.asked("on"), [Some("2026-04-28".to_owned())]);
    assert_eq!(server.asked("since"), [Some("2026-04-28T12:51:21.5Z".to_owned())]);
    let wrong = Server::start(|_| Reply::json(json!({ "items": [{ "id": 1, "at": "yesterday" }] })));
    let error = client(&wrong).chronos().await.expect_err("no time");
    assert!(error.to_string().contains("`items[0].at`"), "{error}");
}

#[tokio::test]
async fn they_say_what_is_new() {
    let server = Server::start(|_| {
        Reply::json(
            json!({ "items": [{ "id": 1, "at": "2026-04-28T14:51:21+02:00", "day": "2026-04-28", "civil": "2026-04-28T14:51:21" }] }),
        )
    });
    let (database, client) = (Database::new(), client(&server));
    for (name, from) in
        [("instants", "2026-04-28T12:51:21Z"), ("civils", "2026-04-28T14:51:21"), ("days", "2026-04-27")]
    {
        for _ in 0..2 {
            client.sync(&mut database.open()).only([name]).await.expect("a report");
        }
        assert_eq!(server.asked("from").pop().flatten().as_deref(), Some(from));
        assert_eq!(database.count(name), 1, "{name}");
    }
}

#[tokio::test]
async fn they_are_cut_into_slices() {
    let server = Server::start(|request| {
        let bound = |name: &str| request.param(name).map(|text| text.parse::<DateTime<Utc>>().expect("a time"));
        let (from, to) = (bound("from"), bound("to"));
        let at = |id: u32| DateTime::<Utc>::UNIX_EPOCH + TimeDelta::hours(i64::from(id));
        let rows: Vec<_> = (0..20)
            .filter(|id| from.is_none_or(|from| at(*id) >= from) && to.is_none_or(|to| at(*id) < to))
            .map(|id| json!({ "id": id, "at": at(id).to_rfc3339() }))
            .collect();
        let skip = usize::try_from((request.number("p").unwrap_or(1) - 1) * 2).expect("small");
        Reply::json(json!({ "total": rows.len(), "items": rows.iter().skip(skip).take(2).collect::<Vec<_>>() }))
    });
    let mut ids: Vec<_> = client(&server).windowed().await.expect("rows").iter().map(|row| row.id).collect();
    ids.sort_unstable();
    assert_eq!(ids, (0..20).collect::<Vec<_>>());
}

/// Of the other calendar's ends, and in a leap second.
#[tokio::test]
async fn times_that_jiff_does_not_have_are_sent_exactly_and_are_the_nearest_positions() {
    use declarest::{CursorValue, Param as _};
    let text = |time: DateTime<Utc>| (time.to_text(), time.fixed_offset().position().to_string());
    let texts = |own: &str, nearest: &str| (own.to_owned(), nearest.to_owned());
    assert_eq!(
        text(DateTime::<Utc>::MAX_UTC),
        texts("+262142-12-31T23:59:59.999999999Z", "9999-12-30T22:00:00.999999999Z")
    );
    assert_eq!(text(DateTime::<Utc>::MIN_UTC), texts("-262143-01-01T00:00:00Z", "-009999-01-02T01:59:59Z"));
    assert_eq!(NaiveDate::MAX.to_text(), "+262142-12-31");
    assert_eq!(NaiveDateTime::MIN.to_text(), "-262143-01-01T00:00:00");
    let leap = NaiveTime::from_hms_nano_opt(23, 59, 59, 1_500_000_000).expect("a leap second");
    assert_eq!(leap.to_text(), "23:59:59.999999999");
    let leap: NaiveDateTime = NaiveDate::default().and_time(leap);
    assert_eq!(leap.to_text(), "1970-01-01T23:59:59.999999999");
    let _: DateTime<FixedOffset> = leap.and_utc().into();
}

#[tokio::test]
async fn dates_that_jiff_does_not_have_are_errors() {
    for (field, value) in [("day", "+12345-01-01"), ("civil", "+12345-01-01T00:00:00"), ("day", "-12345-01-01")] {
        let mut rows = items();
        rows[1][field] = json!(value);
        let server = Server::start(move |_| Reply::json(json!({ "items": rows })));
        let error = client(&server).chronos().await.expect_err("it cannot be stored");
        let text = format!("{error:#}");
        assert!(text.contains(&format!("`items[1].{field}`")), "{text}");
        assert!(
            text.contains(&format!("`{value}` is out of range")) && text.contains("declare the field as `String`"),
            "{text}"
        );
        let (database, client) = (Database::new(), client(&server));
        client.sync(&mut database.open()).only(["chronos"]).await.expect_err("nor is it stored as another");
        assert_eq!(database.count("chronos"), 0);
    }
}
