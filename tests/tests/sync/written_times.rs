//! Times that requests write by patterns: in every place, in steps, and in a run that resumes another.

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::Duration;

use declarest::jiff::civil::date;
use declarest::jiff::tz::TimeZone;
use declarest::jiff::{Timestamp, ToSpan as _, Zoned};
use declarest_tests::{Database, Reply, Request, Server};
use serde_json::{Value, json};

#[declarest::source(
    base_url = "http://127.0.0.1:9",
    retry(max_retries = 0),
    concurrency = 1,
    params(start_date: Date, since: Option<Timestamp>, mirror: String = "http://127.0.0.1:9"),
    headers("X-Day" = "day {now:%F}", "X-Now" = "{now:%FT%T%.3f%:z}"),
    resource_defaults(primary_key = id, paginator = single_page),
)]
mod api {
    use declarest::jiff::Timestamp;
    use declarest::jiff::civil::Date;

    #[resource(
        name = placed, path = "/in/{now:%Y}/{now-7d:%m}/{start_date:%-d}", method = POST, selected = false,
        headers("X-Day" = "own {start_date:%d.%m.%Y}", "X-Since" = "{since:%s}"),
        params(on = "from {now-7d:%Y%m%d} to {now+1h:%H:%M}", since = "{since:%s}", days = ["{now:%j}", "{now:%A}"]),
        json = { "at": "{now:%FT%T}", "since": "{since:%FT%TZ}", "query": "{{ of(day: \"{start_date:%F}\") }}" },
    )]
    pub struct Placed {
        pub id: u32,
    }

    #[resource(
        name = formed, path = "/form", method = POST, data = { "day": "{now:%F}", "since": "{since:%F}" },
        selected = false,
    )]
    pub struct Formed {
        pub id: u32,
    }

    #[resource(
        name = raw, path = "/raw", method = POST, data = "<day>{now:%F}</day>{{{start_date:%y}}}", selected = false,
    )]
    pub struct Raw {
        pub id: u32,
    }

    #[resource(name = mirrored, path = "{mirror}/mirror/{now:%Y-%m}", params(day: Option<Date>, on = "{day:%d.%m.}"), selected = false)]
    pub struct Mirrored {
        pub id: u32,
    }

    #[resource(
        name = zoned, path = "/zoned", params(at = "{now:%F %T}", yesterday = "{now-1d:%F}", since = "{since:%F %T}"),
        incremental(cursor = at, start_param = "from", initial_value = start_date, timezone = "Pacific/Kiritimati"),
    )]
    pub struct Zoned {
        pub id: u32,
        pub at: Timestamp,
    }

    #[resource(
        name = rates, path = "/rates/{incremental.start_value:%Y}/{incremental.start_value:%-j}",
        params(to = "{incremental.end_value:%d.%m.%Y}", plain = "{incremental.start_value}", now = "{now:%s%6f}"),
        headers("X-From" = "{incremental.start_value:%s}"),
        incremental(
            cursor = at, initial_value = "2024-02-20", end_value = "2024-03-15", step = "10d", format = "%FT%H",
        ),
    )]
    pub struct Rate {
        pub id: u32,
        pub at: Timestamp,
    }

    #[resource(
        name = items, path = "/items", data_selector = "items", write_disposition = merge,
        paginator = cursor(cursor_path = "next", cursor_param = "after"), params(now = "{now:%s%6f}"),
        incremental(cursor = at, end_param = "to", end_value = now, format = "%FT%T.%6fZ"),
    )]
    pub struct Item {
        pub id: u32,
        pub at: Timestamp,
    }

    #[resource(name = groups, path = "/groups")]
    pub struct Group {
        pub id: u32,
        pub name: String,
    }

    #[resource(
        name = members, path = "/groups/{resources.groups.name}/{now:%Y}", include_from_parent(groups.id),
        primary_key = (_groups_id, id),
    )]
    pub struct Member {
        pub id: u32,
    }
}

fn client(server: &Server) -> api::Client {
    let builder = api::Client::builder().base_url(server.base_url()).mirror(server.base_url());
    builder.start_date(date(2024, 1, 5)).build().expect("a client")
}

fn row(_: &Request) -> Reply {
    Reply::json(json!([{ "id": 1, "at": "2024-03-01T10:00:00Z" }]))
}

/// The moment of the run, as a request says it.
fn begun(request: &Request) -> Zoned {
    let text = request.header("x-now").expect("a moment");
    text.parse::<Timestamp>().expect("a time").to_zoned(TimeZone::UTC)
}

#[tokio::test]
async fn every_place_has_times_of_one_moment() {
    let server = Server::start(row);
    let client = client(&server);
    client.placed().await.expect("a row");
    client.formed().await.expect("a row");
    client.raw().await.expect("a row");
    let [placed, formed, raw] = server.requests().try_into().expect("three requests");

    let now = begun(&placed);
    let age = now.duration_until(&Zoned::now());
    assert!((Duration::ZERO..Duration::from_mins(1)).contains(&Duration::try_from(age).expect("a time in the past")));
    let week = &now - 7.days();
    assert_eq!(placed.path, format!("/in/{}/{}/5", now.strftime("%Y"), week.strftime("%m")));
    let hour = &now + 1.hour();
    assert_eq!(
        placed.param("on"),
        Some(&*format!("from {} to {}", week.strftime("%Y%m%d"), hour.strftime("%H:%M"))),
        "seven days before is a day of the calendar",
    );
    assert_eq!(placed.params("days"), [now.strftime("%j").to_string(), now.strftime("%A").to_string()]);
    assert_eq!((placed.param("since"), placed.header("x-since")), (None, None), "what is unset is left out");
    assert_eq!(placed.header("x-day"), Some("own 05.01.2024"), "the resource's own header");
    let body: Value = serde_json::from_str(&placed.body).expect("JSON");
    assert_eq!(body, json!({ "at": now.strftime("%FT%T").to_string(), "query": "{ of(day: \"2024-01-05\") }" }),);

    let day = begun(&formed).date();
    assert_eq!(formed.body, format!("day={day}"));
    assert_eq!(formed.header("x-day"), Some(&*format!("day {day}")), "that of the source");
    assert_eq!(raw.body, format!("<day>{}</day>{{24}}", begun(&raw).date()));
}

#[tokio::test]
async fn a_param_that_is_a_time_is_written_where_it_is_set() {
    let server = Server::start(row);
    let builder = api::Client::builder().base_url(server.base_url()).mirror(server.base_url());
    let since: Timestamp = "2024-02-29T23:30:00Z".parse().expect("a time");
    let client = builder.start_date(date(2024, 1, 5)).since(since).build().expect("a client");
    client.placed().await.expect("a row");
    client.mirrored().day(date(2024, 12, 31)).await.expect("a row");
    client.mirrored().await.expect("a row");
    client.zoned().await.expect("a row");
    let [placed, mirrored, undated, zoned] = server.requests().try_into().expect("four requests");
    assert_eq!((placed.param("since"), placed.header("x-since")), (Some("1709249400"), Some("1709249400")));
    assert!(placed.body.contains(r#""since":"2024-02-29T23:30:00Z""#), "{}", placed.body);
    assert_eq!(mirrored.path, format!("/mirror/{}", begun(&mirrored).strftime("%Y-%m")), "a URL as the path");
    assert_eq!((mirrored.param("on"), undated.param("on")), (Some("31.12."), None), "a param of the request");

    // 14 hours ahead of UTC.
    assert_eq!(zoned.param("since"), Some("2024-03-01 13:30:00"));
    let text = zoned.header("x-now").expect("a moment");
    assert!(text.ends_with("+14:00"), "{text}");
    let at = text.parse::<Timestamp>().expect("a time") + 14.hours();
    assert_eq!(zoned.param("at"), Some(&*at.strftime("%F %T").to_string()));
    assert_eq!(zoned.param("yesterday"), Some(&*(at - 24.hours()).strftime("%F").to_string()));
}

#[tokio::test]
async fn a_scan_and_a_verification_write_them_too() {
    let server = Server::start(row);
    let client = client(&server);
    let mut batches = client.scan("placed").expect("a scan").batches();
    assert!(batches.next().await.is_some_and(|batch| batch.is_ok()));
    client.verify().only(["placed"]).await.expect("a report");
    for request in server.requests() {
        assert!(request.path.starts_with(&format!("/in/{}/", begun(&request).strftime("%Y"))), "{}", request.target);
    }
}

#[tokio::test]
async fn each_step_writes_its_own_ends_and_the_moment_of_the_run() {
    let server = Server::start(|_| Reply::json("[]"));
    let database = Database::new();
    client(&server).sync(&mut database.open()).only(["rates"]).await.expect("a report");
    let asked: Vec<_> = server
        .requests()
        .iter()
        .map(|request| {
            (request.path.clone(), request.param("to").map(str::to_owned), request.param("plain").map(str::to_owned))
        })
        .collect();
    let step = |path: &str, to: &str, plain: &str| (path.to_owned(), Some(to.to_owned()), Some(plain.to_owned()));
    assert_eq!(
        asked,
        [
            step("/rates/2024/51", "01.03.2024", "2024-02-20T00"),
            step("/rates/2024/61", "11.03.2024", "2024-03-01T00"),
            step("/rates/2024/71", "15.03.2024", "2024-03-11T00"),
        ]
    );
    let moments = server.asked("now");
    assert!(moments[0].is_some() && moments.iter().all(|now| *now == moments[0]), "{moments:?}");
    let starts: Vec<_> = server.requests().iter().map(|request| request.header("x-from").map(str::to_owned)).collect();
    assert_eq!(starts[0].as_deref(), Some("1708387200"));
}

#[tokio::test]
async fn a_run_that_resumes_sends_the_moment_of_the_one_before() {
    static BROKEN: AtomicBool = AtomicBool::new(true);
    let server = Server::start(|request| {
        let page = request.param("after").map_or(1, |page| page.parse().expect("a number"));
        if page == 3 && BROKEN.swap(false, SeqCst) {
            return Reply::status(400);
        }
        let next = if page < 4 { Value::from((page + 1).to_string()) } else { Value::Null };
        Reply::json(json!({ "items": [{ "id": page, "at": "2024-03-01T10:00:00Z" }], "next": next }))
    });
    let (client, database) = (client(&server), Database::new());
    client.sync(&mut database.open()).only(["items"]).await.expect_err("page 3 is broken");
    tokio::time::sleep(Duration::from_millis(20)).await;
    client.sync(&mut database.open()).only(["items"]).await.expect("a report");
    assert_eq!(database.count("items"), 4);
    let moments: Vec<_> = server.asked("now").into_iter().zip(server.asked("to")).collect();
    assert_eq!(server.asked("after").iter().flatten().filter(|page| *page == "3").count(), 2, "it was resumed");
    assert_eq!(server.asked("after").iter().filter(|page| page.is_none()).count(), 1, "not from the first page");
    assert!(moments.iter().all(|moment| *moment == moments[0]), "{moments:?}");

    // The next run has a moment of its own.
    client.sync(&mut database.open()).only(["items"]).await.expect("a report");
    assert!(server.asked("now").last() > server.asked("now").first());
}

#[tokio::test]
async fn a_parent_without_a_usable_value_is_left_out() {
    let server = Server::start(|request| {
        if request.path == "/groups" {
            return Reply::json(json!([{ "id": 1, "name": "a" }, { "id": 2, "name": ".." }]));
        }
        Reply::json(json!([{ "id": 7 }]))
    });
    let database = Database::new();
    let report = client(&server).sync(&mut database.open()).only(["groups", "members"]).await.expect("a report");
    assert_eq!(report.resource("members").map(|members| members.parents_with_bad_value), Some(1));
    let request = server.requests().pop().expect("a request");
    assert_eq!(request.path, format!("/groups/a/{}", begun(&request).strftime("%Y")));
}
