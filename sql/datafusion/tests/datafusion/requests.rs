//! How many requests a query takes.

use datafusion::prelude::SessionConfig;
use declarest_examples::demo_api;

use crate::source::{Demo, rows, table};

/// As many issues as pages of 500 rows are 40.
const ISSUES: usize = 20_000;

#[tokio::test(flavor = "multi_thread")]
async fn a_query_sends_the_fewest_requests_that_answer_it() {
    let demo = Demo::new(ISSUES);
    let half_open = "creation_date >= '2023-01-01T00:00:00Z' and creation_date < '2024-01-01T00:00:00Z'";
    for (sql, requests, found) in [
        ("select key from issues where severity = 'MAJOR' limit 10", 1, Some(10)),
        ("select key from issues where 'MAJOR' = severity limit 10", 1, Some(10)),
        ("select key from issues where severity in ('MAJOR', 'CRITICAL') limit 10", 1, Some(10)),
        ("select key from issues where severity = 'MAJOR' or severity = 'CRITICAL' limit 10", 1, Some(10)),
        (format!("select key from issues where {half_open} limit 10").as_str(), 1, Some(10)),
        (
            "select key from issues where creation_date > cast('2023-01-01T02:00:00+02:00' as timestamp) limit 10",
            1,
            Some(10),
        ),
        ("select count(*) from issues", 1, Some(1)),
        ("select count(*) from issues where severity = 'CRITICAL'", 1, Some(1)),
        (format!("select count(*) from issues where {half_open}").as_str(), 1, Some(1)),
        ("select key from issues where severity = 'MAJOR' and severity = 'MINOR'", 0, Some(0)),
        ("select count(*) from issues where severity = 'MAJOR' and severity = 'MINOR'", 0, Some(1)),
        (
            "select key from issues where creation_date >= '2024-01-01T00:00:00Z' and creation_date < '2023-01-01T00:00:00Z'",
            0,
            Some(0),
        ),
        ("select key from issues limit 0", 0, Some(0)),
        ("select key from issues limit 1200", 3, Some(1_200)),
        ("select key from issues limit 5 offset 1000", 3, Some(5)),
        ("select severity, count(*) from issues group by severity", 40, None),
        ("select count(*) from issues where severity = 'MAJOR' or type = 'BUG'", 40, Some(1)),
        ("select key, line, author from issues order by line", 40, Some(ISSUES)),
    ] {
        let (answer, sent) = demo.ask(sql).await;
        assert_eq!(sent.len(), requests, "{sql}: {sent:?}");
        assert!(found.is_none_or(|found| rows(&answer) == found), "{sql}: {}", rows(&answer));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_that_is_not_declared_starts_slowly() {
    let demo = Demo::new(ISSUES);
    for _ in 0..5 {
        let (answer, sent) = demo.ask("select key from issues where line > 5 limit 10").await;
        assert_eq!(rows(&answer), 10);
        assert!(sent.len() <= 5, "{sent:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_is_the_size_of_the_page() {
    let demo = Demo::new(ISSUES);
    let (_, sent) = demo.ask("select key from issues where severity in ('MAJOR', 'BLOCKER') limit 10").await;
    assert_eq!(sent, ["severities=MAJOR%2CBLOCKER&p=1&ps=10"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clamped_total_is_not_counted() {
    let options = demo_api::Options {
        issues: Some(3_000),
        window: Some(1_000),
        clamp_total: true,
        ..demo_api::Options::default()
    };
    let demo = Demo::with(options, SessionConfig::new());
    let (answer, sent) = demo.ask("select count(*) from windowed").await;
    assert!(table(&answer).contains(" 3000 "), "{}", table(&answer));
    assert!(sent.len() > 6, "{sent:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn explain_shows_the_request_and_sends_none() {
    let demo = Demo::new(ISSUES);
    let (plan, sent) = demo.ask("explain select key from issues where severity = 'MAJOR' limit 10").await;
    assert!(sent.is_empty(), "{sent:?}");
    let plan = table(&plan);
    assert!(plan.contains("/v1/issues/search?severities=MAJOR&p=1&ps=10"), "{plan}");
    assert!(!plan.contains(demo_api::Options::TOKEN), "{plan}");
    demo.ask("set declarest.plan_requests = true").await;
    let (plan, sent) = demo.ask("explain select key from issues where line = 5").await;
    assert_eq!(sent.len(), 1);
    assert!(table(&plan).contains("rows=20000, pages=40"), "{}", table(&plan));
    let (answer, sent) = demo.ask("select count(*) from issues").await;
    assert_eq!(sent.len(), 1);
    assert!(table(&answer).contains(" 20000 "), "{}", table(&answer));
    let (_, sent) = demo.ask("select severity, count(*) from issues group by severity").await;
    assert_eq!(sent.len(), 40);
}
