//! How far a run goes back, where a client-wide param says it.

use declarest::ErrorKind;
use declarest::jiff::SignedDuration;
use declarest_tests::{Database, Reply, Server};
use serde_json::json;

#[declarest::source(
    base_url = "http://127.0.0.1:9",
    retry(max_retries = 0),
    params(lookback: Duration = "1d", count: u32 = 5, optional: Option<SignedDuration>),
    resource_defaults(paginator = single_page, primary_key = id, write_disposition = merge),
)]
mod api {
    use std::time::Duration;

    use declarest::jiff::civil::Date;
    use declarest::jiff::{SignedDuration, Timestamp};

    #[resource(name = times, path = "/rows", incremental(cursor = at, start_param = "from", lag = lookback))]
    pub struct Time {
        pub id: u64,
        pub at: Timestamp,
    }

    #[resource(name = days, path = "/rows", incremental(cursor = day, start_param = "from", lag = lookback))]
    pub struct Day {
        pub id: u64,
        pub day: Date,
    }

    #[resource(name = numbers, path = "/rows", incremental(cursor = id, start_param = "from", lag = count))]
    pub struct Number {
        pub id: u64,
    }

    #[resource(name = maybe, path = "/rows", incremental(cursor = at, start_param = "from", lag = optional))]
    pub struct Maybe {
        pub id: u64,
        pub at: Timestamp,
    }
}

fn server() -> Server {
    let row = json!([{ "id": 100, "at": "2024-01-31T12:00:00Z", "day": "2024-01-31" }]);
    Server::start(move |_| Reply::json(&row))
}

/// Where the second run begins.
async fn second(resource: &str, set: impl Fn(api::ClientBuilder) -> api::ClientBuilder) -> String {
    let (server, database) = (server(), Database::new());
    for _ in 0..2 {
        let client = set(api::Client::builder().base_url(server.base_url())).build().expect("a client");
        client.sync(&mut database.open()).only([resource]).await.expect("a report");
    }
    server.requests()[1].param("from").expect("a beginning").to_owned()
}

#[tokio::test]
async fn a_param_is_the_lag_of_times_days_and_numbers() {
    let hour = std::time::Duration::from_hours(1);
    assert_eq!(second("times", |builder| builder).await, "2024-01-30T12:00:00Z", "the default");
    assert_eq!(second("times", |builder| builder.lookback(hour)).await, "2024-01-31T11:00:00Z");
    assert_eq!(second("days", |builder| builder.lookback(hour)).await, "2024-01-30", "whole days");
    assert_eq!(second("numbers", |builder| builder.count(7)).await, "93");
    assert_eq!(second("maybe", |builder| builder).await, "2024-01-31T12:00:00Z", "no lag");
    let day = SignedDuration::from_hours(24);
    assert_eq!(second("maybe", |builder| builder.optional(day)).await, "2024-01-30T12:00:00Z");
}

#[tokio::test]
async fn a_negative_lag_is_refused() {
    let (server, database) = (server(), Database::new());
    let client = api::Client::builder().base_url(server.base_url()).optional(SignedDuration::from_hours(-1));
    let client = client.build().expect("a client");
    let error = client.sync(&mut database.open()).only(["maybe"]).await.expect_err("no lag");
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("`optional` is -PT1H"), "{error}");
}
