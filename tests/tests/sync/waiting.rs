//! What a sync waits for, and that it waits no longer than it must.

use std::time::Duration;

use declarest::ErrorKind;
use declarest_tests::{Database, Nobody, Reply, Server};
use serde_json::json;

#[declarest::source(
    base_url = "http://127.0.0.1:9", auth = none, retry(max_retries = 2, backoff_factor = 0.05),
    resource_defaults(data_selector = "items", paginator = page_number(total_path = "total"), selected = false),
)]
mod api {
    #[resource(name = first, path = "/first", selected = true)]
    pub struct First {
        pub id: u64,
    }

    #[resource(name = second, path = "/second", selected = true)]
    pub struct Second {
        pub id: u64,
    }

    #[resource(name = third, path = "/third", selected = true)]
    pub struct Third {
        pub id: u64,
    }

    #[resource(name = limited, path = "/limited", rate_limit = "4/s")]
    pub struct Limited {
        pub id: u64,
    }
}

fn client(url: String) -> api::Client {
    api::Client::builder().base_url(url).build().expect("nothing is missing")
}

/// Five pages, of which these answers come first.
fn pages(first: Vec<Reply>) -> Server {
    let first = std::sync::Mutex::new(first);
    Server::start(move |request| {
        if let Some(reply) = first.lock().expect("whole").pop() {
            return reply;
        }
        Reply::json(json!({ "total": 5, "items": [{ "id": request.number("page") }] }))
    })
}

#[tokio::test]
async fn a_dead_server_is_waited_for_once() {
    let nobody = Nobody::new();
    let client = client(nobody.base_url());
    let error = client.sync(&mut Database::new().open()).await.expect_err("nobody listens");
    assert_eq!((error.kind(), error.resource()), (ErrorKind::Transport, Some("first")));
    let report = error.report().expect("a report");
    let requests: Vec<_> = report.resources.iter().map(|resource| resource.requests).collect();
    assert_eq!(requests, [3, 0, 0], "{report}");
    for name in ["second", "third"] {
        let error = report.resource(name).and_then(|resource| resource.error.as_ref()).expect("it failed");
        assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Transport, true));
        assert!(error.message().starts_with("not read: the server could not be reached for `first`: "), "{error}");
        assert!(error.help().is_some());
    }
}

/// A link that leads to a dead server says nothing of the others.
#[tokio::test]
async fn a_redirect_to_a_dead_server_is_one_resources_fault() {
    let nobody = Nobody::new();
    let elsewhere = format!("{}/x", nobody.base_url());
    let server = Server::start(move |request| match request.path.as_str() {
        "/first" => Reply::status(302).header("Location", &elsewhere),
        _ => Reply::json(json!({ "total": 1, "items": [{ "id": 1 }] })),
    });
    let error = client(server.base_url()).sync(&mut Database::new().open()).await.expect_err("one fails");
    let report = error.report().expect("a report");
    let failed: Vec<_> = report.resources.iter().map(|resource| resource.error.is_some()).collect();
    assert_eq!(failed, [true, false, false], "{report}");
}

#[tokio::test]
async fn the_report_says_what_was_waited_for() {
    let spent = || Reply::json(json!({ "total": 5, "items": [{ "id": 1 }] }));
    let cases = [
        ("limited", vec![], " s for `rate_limit`"),
        (
            "first",
            vec![spent().header("X-RateLimit-Remaining", 0).header("X-RateLimit-Reset", 1)],
            " s for the server's quota",
        ),
        ("first", vec![Reply::status(429).header("Retry-After", 1)], " s because the server asked to"),
        ("first", vec![Reply::status(503)], "first: 1 retry, waited 0."),
    ];
    for (resource, first, reason) in cases {
        let server = pages(first);
        let client = client(server.base_url());
        let report = client.sync(&mut Database::new().open()).only([resource]).concurrency(4).await.expect("a report");
        let read = report.resource(resource).expect("it was read");
        let waits = read.waits;
        let times = [waits.rate_limit, waits.quota, waits.server, waits.retries];
        assert!(read.waited > Duration::from_millis(10) && read.waited <= read.elapsed, "{reason}: {read:?}");
        assert!(times.iter().all(|time| *time <= read.waited), "{reason}: {waits:?}");
        assert!(report.to_string().contains(reason), "{reason}: {report}");
    }
}

#[tokio::test]
async fn what_waits_for_nothing_has_no_line() {
    let server = pages(vec![]);
    let report = client(server.base_url()).sync(&mut Database::new().open()).only(["first"]).await.expect("a report");
    assert!(!report.to_string().contains("waited"), "{report}");
}
