//! Values that are read more carefully, or more leniently, than their types read themselves: offsets in civil times, numbers that
//! are times, whole numbers that are written as `1.0`.

use declarest::ErrorKind;
use declarest_tests::{Database, Reply, Server};
use serde_json::{Value, json};

#[declarest::source(
    base_url = "http://127.0.0.1:9", auth = none, retry(max_retries = 0), resource_defaults(paginator = single_page),
)]
mod api {
    use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
    use declarest::jiff::{Timestamp, civil};

    #[resource(path = "/")]
    pub struct Civil {
        pub at: Option<civil::DateTime>,
        pub day: Option<civil::Date>,
        pub hour: Option<civil::Time>,
        pub naive: Option<NaiveDateTime>,
        pub naive_day: Option<NaiveDate>,
        pub part: Option<Part>,
    }

    #[nested]
    pub struct Part {
        pub at: Option<civil::DateTime>,
        pub count: Option<u8>,
    }

    #[resource(path = "/")]
    pub struct Instant {
        pub at: Option<Timestamp>,
        pub chrono: Option<DateTime<Utc>>,
    }

    #[resource(path = "/", primary_key = id)]
    pub struct Whole {
        pub id: i64,
        pub small: Option<u8>,
    }

    #[resource(path = "/", incremental(cursor = at, start_param = "since", format = epoch_seconds))]
    pub struct Epoch {
        #[column(format = epoch_seconds)]
        pub at: Timestamp,
        #[column(format = epoch_millis)]
        pub millis: Option<DateTime<Utc>>,
        pub part: Option<EpochPart>,
    }

    #[nested]
    pub struct EpochPart {
        #[column(format = epoch_micros)]
        pub at: Timestamp,
    }

    #[resource(path = "/")]
    pub struct Renamed {
        #[serde(rename = "created")]
        #[column(format = epoch_seconds)]
        pub at: Timestamp,
        #[column(format = epoch_seconds)]
        pub gone: Option<Timestamp>,
    }
}

fn serve(body: Value) -> (Server, api::Client) {
    let server = Server::start(move |_| Reply::json(body.clone()));
    let client = api::Client::builder().base_url(server.base_url()).build().expect("a client");
    (server, client)
}

/// The error of a sync and of a fetch, which say the same.
macro_rules! error {
    ($resource:ident, $row:expr) => {{
        let (_server, client) = serve(json!([$row]));
        let fetched = client.$resource().await.map(drop).expect_err("a row that does not fit");
        let store = Database::new();
        let mut database = store.open();
        let synced =
            client.sync(&mut database).only([stringify!($resource)]).await.expect_err("a row that does not fit");
        assert_eq!((fetched.kind(), synced.kind()), (ErrorKind::Decode, ErrorKind::Decode), "{synced:#}");
        let (fetched, synced) = (format!("{fetched:#}"), format!("{synced:#}"));
        assert_eq!(fetched, synced);
        fetched
    }};
}

#[tokio::test]
async fn a_civil_time_with_an_offset_is_refused() {
    let time = "2024-03-01T10:00:00+05:00";
    for (field, value) in [
        ("at", time),
        ("day", time),
        ("hour", time),
        ("hour", "10:00:00-01:00"),
        ("naive", time),
        ("naive_day", time),
        ("at", "2024-03-01T10:00:00Z"),
        ("naive", "2024-03-01T10:00:00Z"),
        ("day", "2024-03-01T10:00[Europe/Berlin]"),
    ] {
        let text = error!(civil, json!({ field: value }));
        let message = format!("`{value}` is an instant, with an offset that a civil type would drop");
        assert!(text.contains(&message) && text.contains("`Timestamp`"), "{field}: {text}");
    }
    let text = error!(civil, json!({ "part": { "at": time } }));
    assert!(text.contains("part.at") && text.contains("`Timestamp`"), "{text}");

    let row = json!({ "at": "2024-03-01T10:00:00.5", "day": "2024-03-01", "hour": "10:00", "naive_day": "9999-12-31" });
    let (_server, client) = serve(json!([row]));
    let database = Database::new();
    client.sync(&mut database.open()).only(["civil"]).await.expect("a report");
    let stored = database.query("SELECT at, day, hour, naive_day FROM civil").concat();
    assert_eq!(stored, ["2024-03-01T10:00:00.5", "2024-03-01", "10:00:00", "9999-12-31"]);
}

#[tokio::test]
async fn a_time_that_is_no_instant_is_shown_with_the_reason() {
    for field in ["at", "chrono"] {
        let text = error!(instant, json!({ field: "9999-12-31T23:59:59Z" }));
        let message = "`9999-12-31T23:59:59Z` is out of range: instants end at 9999-12-30T22:00:00.999999999Z";
        assert!(text.contains(message) && text.contains("`String`"), "{field}: {text}");
        let text = error!(instant, json!({ field: "2024-03-01T10:00:00" }));
        let message = "`2024-03-01T10:00:00` is no instant: it has no offset";
        assert!(text.contains(message) && text.contains("`civil::DateTime`"), "{field}: {text}");
    }
    // A year that chrono has, and `jiff` and a destination have not.
    let text = error!(instant, json!({ "chrono": "+10000-01-01T00:00:00Z" }));
    assert!(text.contains("`+10000-01-01T00:00:00Z` is out of range: instants end at"), "{text}");
}

#[tokio::test]
async fn whole_numbers_may_be_written_with_a_fraction() {
    let rows = r#"[{ "id": 1.0, "small": 2e2 }, { "id": -7.0, "small": null }, { "id": 3e3, "small": 4 }]"#;
    let server = Server::start(move |_| Reply::json(rows));
    let client = api::Client::builder().base_url(server.base_url()).build().expect("a client");
    let database = Database::new();
    client.sync(&mut database.open()).only(["whole"]).await.expect("a report");
    let stored = database.query("SELECT id, small FROM whole ORDER BY id");
    assert_eq!(stored, [["-7", "NULL"], ["1", "200"], ["3000", "4"]]);
    let rows = client.whole().await.expect("rows");
    assert_eq!(
        rows.iter().map(|row| (row.id, row.small)).collect::<Vec<_>>(),
        [(1, Some(200)), (-7, None), (3000, Some(4))]
    );
    for (row, found) in [
        (json!({ "id": 1.5 }), "1.5"),
        (json!({ "id": 1, "small": 256.0 }), "256"),
        (json!({ "id": 9_007_199_254_740_992.0_f64 }), "9007199254740992"),
    ] {
        let text = error!(whole, row);
        assert!(text.contains(found), "{text}");
    }
    let text = error!(civil, json!({ "part": { "count": 1.5 } }));
    assert!(text.contains("part.count"), "{text}");
}

#[tokio::test]
async fn numbers_are_times_where_the_declaration_says_so() {
    let second = 1_700_000_000_i32;
    let part = json!({ "at": i64::from(second) * 1_000_000 });
    let (server, client) = serve(json!([
        { "at": second, "millis": i64::from(second) * 1000 + 5, "part": part },
        { "at": second.to_string(), "millis": null },
        { "at": f64::from(second) + 0.25 },
    ]));
    let database = Database::new();
    for _ in 0..2 {
        client.sync(&mut database.open()).only(["epoch"]).await.expect("a report");
    }
    assert_eq!(server.requests().last().map(|request| request.target.clone()).as_deref(), Some("/?since=1700000000"));
    let time = "2023-11-14T22:13:20";
    assert_eq!(
        database.query("SELECT at, millis, part FROM epoch ORDER BY rowid"),
        [
            [format!("{time}Z"), format!("{time}.005Z"), format!(r#"{{"at":"{time}Z"}}"#)],
            [format!("{time}Z"), "NULL".to_owned(), "NULL".to_owned()],
            [format!("{time}.25Z"), "NULL".to_owned(), "NULL".to_owned()],
        ]
    );
    let text = error!(epoch, json!({ "at": "soon" }));
    assert!(text.contains("expected a number of seconds since 1970") && text.contains("soon"), "{text}");
    let text = error!(epoch, json!({ "at": i64::MAX }));
    assert!(text.contains(&i64::MAX.to_string()), "{text}");
}

#[tokio::test]
async fn serde_derives_read_numbers_as_times() {
    let (_server, client) = serve(json!([{ "created": 0 }, { "created": 1, "gone": 2 }]));
    let rows = client.renamed().await.expect("rows");
    let seconds: Vec<_> =
        rows.iter().map(|row| (row.at.as_second(), row.gone.map(declarest::jiff::Timestamp::as_second))).collect();
    assert_eq!(seconds, [(0, None), (1, Some(2))]);
}

#[tokio::test]
async fn a_row_that_is_null_is_no_missing_option() {
    let text = error!(whole, Value::Null);
    assert!(
        text.contains("the row itself is null") && text.contains("on_bad_row") && !text.contains("Option"),
        "{text}"
    );
}
