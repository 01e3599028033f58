//! Ranges of time in steps, partitions with a login, and bodies of other formats.

use declarest::jiff::civil::date;
use declarest::jiff::{Timestamp, ToSpan};
use declarest_tests::{Database, Reply, Server};
use serde_json::json;

use crate::styles::{exports::exports, logins::logins, newest::newest, slices::slices};
use crate::{body, lines, received, rows};

#[tokio::test]
async fn days_one_by_one_as_lines_and_a_table() {
    let server = Server::start(|request| {
        if request.header("authorization") != Some("Basic YWNtZTprZXktb2YtZXhwb3J0cw==") {
            return Reply::status(401);
        }
        match (request.path.as_str(), request.param("from"), request.param("to")) {
            ("/v1/events", Some("2026-03-01"), Some("2026-03-01")) => Reply::json(
                "{\"id\": 1, \"day\": \"2026-03-01\", \"kind\": \"a\"}\n{\"id\": 2, \"day\": \"2026-03-01\"}\n",
            ),
            ("/v1/events", Some("2026-03-02"), Some("2026-03-02")) => {
                Reply::json("{\"id\": 3, \"day\": \"2026-03-02\"}\n")
            }
            // The last day is in the range.
            ("/v1/events", Some("2026-03-03"), Some("2026-03-03")) => {
                Reply::json("{\"id\": 4, \"day\": \"2026-03-03\"}\n")
            }
            ("/v1/devices.csv", None, None) => Reply::json("serial;model;seats\r\nx-1;\"a;b\";4\r\nx-2;;\r\n"),
            _ => Reply::status(400),
        }
    });
    let client = exports::Client::builder()
        .account("acme")
        .key("key-of-exports")
        .start_date(date(2026, 3, 1))
        .end_date(date(2026, 3, 3))
        .base_url(format!("{}/v1", server.base_url()));
    let (client, database) = (client.build().expect("a client"), Database::new());
    let counts = received(client.sync(&mut database.open())).await;
    assert_eq!(counts, rows([("events", 4), ("devices", 2)]));
    assert_eq!(
        database.query("select serial, coalesce(model, '-'), coalesce(seats, '-') from devices"),
        [["x-1", "a;b", "4"], ["x-2", "-", "-"]]
    );
}

#[tokio::test]
async fn ranges_of_seconds_for_each_channel() {
    let server = Server::start(|request| {
        if request.path == "/channels" {
            return Reply::json(json!({"channels": [{"id": "general"}, {"id": "random"}]}));
        }
        let message = |id: u64, at: u64| json!({"id": id, "sent_at": at, "text": "hi"});
        let from = request.number("oldest").unwrap_or(0);
        let last = request.path.starts_with("/channels/random");
        match (from, request.param("cursor")) {
            (1_767_225_600, None) if last => Reply::json(json!({"messages": [message(9, from)]})),
            (1_767_225_600, None) => {
                Reply::json(json!({"messages": [message(1, from), message(2, from + 1)], "meta": {"next": "n"}}))
            }
            (1_767_225_600, Some("n")) => Reply::json(json!({"messages": [message(3, from + 2)], "meta": {}})),
            (1_768_089_600, None) if !last => {
                Reply::json(json!({"messages": [message(4, from)], "meta": {"next": null}}))
            }
            _ => Reply::json(json!({"messages": []})),
        }
    });
    let client = slices::Client::builder()
        .token("token-of-channels")
        .start_date("2026-01-01T00:00:00Z".parse::<Timestamp>().expect("a time"))
        .end_date("2026-01-20T00:00:00Z".parse::<Timestamp>().expect("a time"))
        .base_url(server.base_url());
    let (client, database) = (client.build().expect("a client"), Database::new());
    let counts = received(client.sync(&mut database.open())).await;
    assert_eq!(counts, rows([("channels", 2), ("messages", 5)]));
    let mut ranges = lines(&server.requests(), |request| {
        let param = |name: &str| request.param(name).unwrap_or("-").to_owned();
        format!("{} {} {} {} {}", request.path, param("oldest"), param("latest"), param("limit"), param("cursor"))
    });
    ranges.sort();
    // Airbyte ends a range one second before the next begins; rows have parts of seconds, so nothing lies in between here.
    assert_eq!(
        ranges,
        [
            "/channels - - - -",
            "/channels/general/messages 1767225600 1768089600 2 -",
            "/channels/general/messages 1767225600 1768089600 2 n",
            "/channels/general/messages 1768089600 1768867200 2 -",
            "/channels/random/messages 1767225600 1768089600 2 -",
            "/channels/random/messages 1768089600 1768867200 2 -",
        ]
    );
}

#[tokio::test]
async fn a_range_up_to_now_and_one_inside_of_a_body() {
    let server = Server::start(|request| match request.path.as_str() {
        "/token" => Reply::json(json!({"access_token": "short", "refresh_token": "second", "expires_in": 3600})),
        "/v1/calls" if request.header("authorization") == Some("Bearer short") => {
            let at = request.param("updated_since").unwrap_or_default().to_owned();
            Reply::json(json!({"result": {"calls": [{"id": at.len() + server_row(&at), "updated_at": at}]}}))
        }
        "/v1/stats" => Reply::json(
            json!({"rows": [{"day": body(request)["range"].as_str().map(|range| &range[..10]), "calls": 3}]}),
        ),
        _ => Reply::status(401),
    });
    let start = (Timestamp::now() - 960.hours()).to_string().parse::<Timestamp>().expect("a time");
    let database = Database::new();
    let client = newest::Client::builder()
        .client_id("id")
        .client_secret("secret-of-newest")
        .refresh_token("first")
        .token_store(declarest::auth::FileTokenStore::new(database.directory().join("tokens")))
        .access_token_url(format!("{}/token", server.base_url()))
        .start_date(start)
        .accounts(["one", "two"])
        .base_url(server.base_url());
    let client = client.build().expect("a client");
    let counts = received(client.sync(&mut database.open())).await;
    assert_eq!(counts, rows([("calls", 2), ("daily_stats", 1)]));
    let calls: Vec<_> = server.requests().into_iter().filter(|request| request.path == "/v1/calls").collect();
    assert_eq!(calls.len(), 2, "40 days in steps of 30");
    assert!(
        calls
            .iter()
            .all(|request| request.param("sort") == Some("updated_at") && request.param("updated_until").is_some())
    );
    let stats = server.requests().into_iter().find(|request| request.path == "/v1/stats").expect("one");
    assert_eq!((body(&stats)["accounts"].clone(), body(&stats)["limit"].clone()), (json!(["one", "two"]), json!(100)));
    assert_eq!(stats.header("authorization"), None);
}

/// A key for a time: its day.
fn server_row(at: &str) -> usize {
    at.get(8..10).and_then(|day| day.parse().ok()).unwrap_or(0)
}

#[tokio::test]
async fn each_zone_and_unit_after_a_login() {
    let server = Server::start(|request| match request.path.as_str() {
        "/v1/login" if body(request) == json!({"user": "ann", "password": "open sesame"}) => {
            Reply::json(json!({"session": {"id": "s-1"}}))
        }
        _ if request.header("x-session") != Some("s-1") || request.header("x-client") != Some("key") => {
            Reply::status(401)
        }
        "/v1/zones/DE/prices" | "/v1/zones/FR/prices" => {
            Reply::json(json!({"prices": [{"hour": 1, "price": 2.5}, {"hour": 2}]}))
        }
        _ => Reply::status(400),
    });
    let client = logins::Client::builder().units(["eur"]).user("ann").password("open sesame").client_key("key");
    let client = client.base_url(format!("{}/v1", server.base_url())).build().expect("a client");
    let database = Database::new();
    let counts = received(client.sync(&mut database.open())).await;
    assert_eq!(counts, rows([("prices", 4)]));
    assert_eq!(database.one("select count(distinct _zone || hour) from prices"), "4");
    assert!(
        server
            .requests()
            .iter()
            .filter(|request| request.path != "/v1/login")
            .all(|request| request.param("unit") == Some("eur"))
    );
}
