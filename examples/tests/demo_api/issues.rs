//! What issues can be narrowed by.

use std::collections::HashSet;

use declarest::jiff::Timestamp;
use declarest_examples::analytics::analytics;
use declarest_examples::demo_api::{Options, Resource, Server};
use serde_json::Value;

use crate::{page, start};

/// How many issues a query selects.
async fn total(server: &Server, query: &str) -> u64 {
    let body = page(server, &format!("/v1/issues/search?ps=1&{query}")).await;
    body["paging"]["total"].as_u64().expect("a total")
}

/// How many of the bundled issues have this text in them.
fn bundled(text: &str) -> u64 {
    Resource::Issues.rows().iter().filter(|row| row.contains(text)).count() as u64
}

#[tokio::test]
async fn from_a_moment_on_and_until_before_one() {
    let server = start(Options::default());
    // The oldest second, shared by many: the first bound includes it, the second does not.
    let oldest = bundled("2022-12-09T21:06:07+0100");
    assert!(oldest > 1);
    for second in ["2022-12-09T21:06:07%2B0100", "2022-12-09T21:06:07%2B01:00", "2022-12-09T20:06:07Z"] {
        assert_eq!(total(&server, &format!("createdAfter={second}")).await, 17_366);
        assert_eq!(total(&server, &format!("createdBefore={second}")).await, 0);
    }
    assert_eq!(total(&server, "createdBefore=2022-12-09T21:06:08%2B0100").await, oldest);
    assert_eq!(total(&server, "createdAfter=2022-12-09T21:06:08%2B0100").await, 17_366 - oldest);
}

#[tokio::test]
async fn a_plain_end_date_includes_its_day() {
    let server = start(Options::default());
    let day = total(&server, "createdAfter=2022-12-09&createdBefore=2022-12-09").await;
    let hours = "createdAfter=2022-12-09T00:00:00Z&createdBefore=2022-12-10T00:00:00Z";
    assert_eq!(day, total(&server, hours).await);
    assert!(day > 0);
}

#[tokio::test]
async fn adjoining_slices_hold_every_issue_once() {
    let server = start(Options::default());
    let bounds =
        ["", "2023-06-01", "2024-01-01", "2024-07-15T12:30:00Z", "2025-03-31T02:30:00%2B0200", "2025-12-01", ""];
    let mut keys = HashSet::new();
    let mut count = 0;
    for pair in bounds.windows(2) {
        // A plain date as an end would include that day: the beginning of the day does not.
        let end = if pair[1].len() == 10 { format!("{}T00:00:00Z", pair[1]) } else { pair[1].to_owned() };
        for number in 1.. {
            let target = format!("/v1/issues/search?ps=500&p={number}&createdAfter={}&createdBefore={end}", pair[0]);
            let body = page(&server, &target).await;
            let issues = body["issues"].as_array().expect("a list");
            keys.extend(issues.iter().filter_map(|issue| issue["key"].as_str().map(str::to_owned)));
            count += issues.len();
            if issues.len() < 500 {
                break;
            }
        }
    }
    assert_eq!((count, keys.len()), (17_366, 17_366));
}

#[tokio::test]
async fn by_severity_type_and_status() {
    let server = start(Options::default());
    let (critical, info) = (bundled(r#""severity":"CRITICAL""#), bundled(r#""severity":"INFO""#));
    assert_eq!(total(&server, "severities=CRITICAL").await, critical);
    assert_eq!(total(&server, "severities=CRITICAL,INFO").await, critical + info);
    assert_eq!(total(&server, "severities=BLOCKER").await, 0);
    assert_eq!(total(&server, "severities=").await, 17_366);
    assert_eq!(total(&server, "types=BUG").await, bundled(r#""type":"BUG""#));
    assert_eq!(total(&server, "statuses=OPEN").await, bundled(r#""status":"OPEN""#));

    let both = page(&server, "/v1/issues/search?ps=500&severities=CRITICAL&statuses=CLOSED").await;
    let issues = both["issues"].as_array().expect("a list");
    assert!(!issues.is_empty());
    assert!(issues.iter().all(|issue| issue["severity"] == "CRITICAL" && issue["status"] == "CLOSED"));
}

#[tokio::test]
async fn sorted_by_date() {
    let server = start(Options::default());
    for (query, field, ascending) in [
        ("s=CREATION_DATE", "creationDate", true),
        ("s=CREATION_DATE&asc=false&severities=CRITICAL", "creationDate", false),
        ("s=UPDATE_DATE&asc=no", "updateDate", false),
    ] {
        let mut seconds: Vec<i64> = Vec::new();
        for number in [1, 2] {
            let body = page(&server, &format!("/v1/issues/search?ps=500&p={number}&{query}")).await;
            let issues = body["issues"].as_array().expect("a list");
            let second = |issue: &Value| issue[field].as_str()?.parse::<Timestamp>().ok();
            seconds.extend(issues.iter().map(|issue| second(issue).expect("a time").as_second()));
        }
        assert!(seconds.len() > 500 && seconds.first() != seconds.last(), "{query}");
        assert!(if ascending { seconds.is_sorted() } else { seconds.iter().rev().is_sorted() }, "{query}");
    }
}

/// The declaration's filters and orders are those of this API: a scan ends with an error where they are not.
#[tokio::test]
async fn the_declared_filters_and_orders_are_right() {
    let server = start(Options::default());
    let client = analytics::Client::builder().base_url(server.base_url()).user_token(Options::TOKEN).build();
    let issues = client.and_then(|client| client.scan("issues")).expect("a scan");
    assert_eq!(issues.sorts().len(), 4);
    for sort in issues.sorts() {
        let scan = issues.clone().sort(sort.column, sort.descending).expect("an order").limit(1_000);
        let scan = scan.param_list("severities", ["CRITICAL", "MAJOR"]).expect("a param");
        let scan =
            scan.param_list("types", ["BUG", "VULNERABILITY"]).and_then(|scan| scan.param_list("statuses", ["CLOSED"]));
        let (mut batches, mut rows) = (scan.expect("params").batches(), 0);
        while let Some(batch) = batches.next().await {
            rows += batch.expect("a page as it is declared").len();
        }
        assert!(rows > 100, "{rows}");
    }
}

#[tokio::test]
async fn more_issues_than_there_are() {
    let server = start(Options { issues: Some(20_000), ..Options::default() });
    assert_eq!(total(&server, "").await, 20_000);
    let seam = page(&server, "/v1/issues/search?ps=100&p=174").await;
    let key = |issue: &Value| issue["key"].as_str().expect("a key").to_owned();
    let issues = seam["issues"].as_array().expect("a list");
    let first: Value = serde_json::from_str(Resource::Issues.rows()[0]).expect("JSON");
    // Row 17 366, counted from 0, is the first one again.
    assert_eq!(key(&issues[66]), format!("{}-1", key(&first)));
    assert_eq!(issues[66]["hash"], first["hash"]);

    let fewer = start(Options { issues: Some(250), ..Options::default() });
    let last = page(&fewer, "/v1/issues/search?p=3").await;
    assert_eq!(last["issues"].as_array().map(Vec::len), Some(50));
}
