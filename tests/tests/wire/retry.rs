//! What is retried, how often, after which wait; and where a redirect may go.

use std::time::{Duration, SystemTime};

use declarest::{Error, ErrorKind};
use declarest_tests::{Database, LevelFilter, Listing, Logged, Nobody, Reply, Request, Server, Step, until};

/// Waits that are short, so that what makes one longer can be seen.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = bearer(token = secret(retry_token)),
    retry(max_retries = 3, backoff_factor = 0.02, statuses = [429, 500, 503]),
    resource_defaults(data_selector = "items"),
)]
mod api {
    #[resource(name = items, path = "/items", paginator = page_number(page_param = "p", limit_param = "ps", limit = 10, total_path = "paging.total"))]
    pub struct Item {
        pub key: String,
    }

    #[resource(name = capped, path = "/capped", paginator = single_page, retry(max_retries = 1, backoff_factor = 0.02, max_wait = "1s"))]
    pub struct Capped {
        pub key: String,
    }

    #[resource(name = doubling, path = "/doubling", paginator = single_page, retry(max_retries = 3, backoff_factor = 0.1))]
    pub struct Doubling {
        pub key: String,
    }

    #[resource(name = never_again, path = "/never_again", paginator = single_page, retry(max_retries = 0))]
    pub struct NeverAgain {
        pub key: String,
    }

    #[resource(name = patient, path = "/patient", paginator = single_page, retry(max_retries = 10, backoff_factor = 0.1, max_wait = "1s"))]
    pub struct Patient {
        pub key: String,
    }

    #[resource(name = hurried, path = "/hurried", paginator = single_page, timeout = "1s", retry(max_retries = 1, backoff_factor = 0.02))]
    pub struct Hurried {
        pub key: String,
    }
}

fn client(server: &Server) -> api::Client {
    client_of(&server.base_url())
}

fn client_of(base_url: &str) -> api::Client {
    api::Client::builder().base_url(base_url).retry_token("marker").build().expect("nothing is missing")
}

fn page(rows: &str) -> Reply {
    Reply::json(format!(r#"{{"paging":{{"total":1}},"items":{rows}}}"#))
}

fn good() -> Reply {
    page(r#"[{"key":"k1"}]"#)
}

/// The times between the requests.
fn gaps(server: &Server) -> Vec<Duration> {
    server.requests().windows(2).map(|pair| pair[1].at - pair[0].at).collect()
}

/// What a failure of `items` must say, whatever it is.
fn check(error: &Error, kind: ErrorKind, says: &[&str]) {
    let text = format!("{error:#}");
    assert_eq!((error.kind(), error.resource(), error.page()), (kind, Some("items"), Some(1)), "{text}");
    assert!(error.url().is_some_and(|url| url.contains("/items?p=1")), "{text}");
    assert!(error.help().is_some(), "{text}");
    for part in says {
        assert!(text.contains(part), "{part:?} in: {text}");
    }
}

// Statuses.

#[tokio::test]
async fn five_hundred_four_times_is_given_up_and_said() {
    let server = Server::script((0..5).map(|_| Reply::status(500).body("out of\nmemory")));
    let error = client(&server).items().await.map(drop).expect_err("500");
    check(&error, ErrorKind::Status, &["500", "out of memory", "gave up after 3 retries"]);
    assert_eq!((server.count(), error.status()), (4, Some(500)));
}

#[tokio::test]
async fn a_server_that_recovers_is_no_failure() {
    let server = Server::script([Reply::status(503), Reply::status(500), good()]);
    assert_eq!(client(&server).items().await.expect("rows").len(), 1);
    assert_eq!(server.count(), 3);
}

#[tokio::test]
async fn each_page_has_its_own_retries() {
    let server = Server::start(|request| {
        let again = request.nth % 3 == 0;
        if again { Listing::of(45).reply(request) } else { Reply::status(503) }
    });
    let rows = client(&server).items().concurrency(1).await.expect("rows");
    assert_eq!((rows.len(), server.pages("p").len()), (45, 15));
}

#[tokio::test]
async fn waits_double() {
    let server = Server::script([Reply::status(503), Reply::status(503), Reply::status(503), good()]);
    client(&server).doubling().await.expect("rows");
    let least = [100, 200, 400].map(Duration::from_millis);
    assert!(gaps(&server).iter().zip(least).all(|(gap, least)| *gap >= least), "{:?}", gaps(&server));
}

#[tokio::test]
async fn the_report_counts_retries_and_what_they_waited() {
    let server = Server::script([Reply::status(503), Reply::status(503), good()]);
    let database = Database::new();
    let report = client(&server).sync(&mut database.open()).only(["items"]).await.expect("a report");
    let items = report.resource("items").expect("it was read");
    assert_eq!((items.rows, items.pages, items.requests, items.retries), (1, 1, 3, 2));
    // 20 and 40 milliseconds, and up to a quarter more; counted in whole ones, and on a busy machine longer.
    assert!((58..=500).contains(&items.waited.as_millis()), "{:?}", items.waited);
}

#[tokio::test]
async fn retry_after_in_seconds_is_waited_for() {
    let server = Server::script([Reply::status(429).header("Retry-After", 1), good()]);
    assert_eq!(client(&server).items().await.expect("rows").len(), 1);
    assert!(gaps(&server)[0] >= Duration::from_secs(1), "{:?}", gaps(&server));
}

#[tokio::test]
async fn retry_after_as_a_date_is_waited_for() {
    let server = Server::start(|request| {
        if request.nth > 1 {
            return good();
        }
        // The date has no fractions of a second: 3 seconds from now may be little more than 2.
        Reply::status(503).header("Retry-After", httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(3)))
    });
    assert_eq!(client(&server).items().await.expect("rows").len(), 1);
    assert!(gaps(&server)[0] >= Duration::from_millis(1500), "{:?}", gaps(&server));
}

#[tokio::test]
async fn a_retry_after_in_the_past_is_no_wait_and_one_that_is_garbage_none() {
    for value in ["Sun, 06 Nov 1994 08:49:37 GMT", "0", "soon", "-5"] {
        let server = Server::script([Reply::status(429).header("Retry-After", value), good()]);
        assert_eq!(client(&server).items().await.expect("rows").len(), 1, "{value}");
    }
}

#[tokio::test]
async fn a_retry_after_is_capped_by_max_wait() {
    let server = Server::script([Reply::status(429).header("Retry-After", 86_400), good()]);
    let rows = tokio::time::timeout(Duration::from_secs(30), client(&server).capped()).await;
    assert_eq!(rows.expect("no wait of a day").expect("rows").len(), 1);
    assert!(gaps(&server)[0] >= Duration::from_secs(1));
}

#[tokio::test]
async fn too_many_requests_for_ever_has_a_kind_of_its_own() {
    let server = Server::start(|_| Reply::status(429).header("Retry-After", 0));
    let error = client(&server).items().await.map(drop).expect_err("429");
    check(&error, ErrorKind::RateLimited, &["429", "gave up after 3 retries", "concurrency"]);
    assert_eq!((server.count(), error.status()), (4, Some(429)));
}

#[tokio::test]
async fn statuses_that_are_not_declared_are_not_tried_again() {
    for status in [400, 404, 405, 409, 410, 418, 451, 501, 502, 504, 599] {
        let server = Server::start(move |_| Reply::status(status).body(r#"{"errors":[{"msg":"it's this"}]}"#));
        let error = client(&server).items().await.map(drop).expect_err("refused");
        assert_eq!((error.kind(), error.status(), server.count()), (ErrorKind::Status, Some(status), 1));
        let text = format!("{error:#}");
        assert!(text.contains(&status.to_string()) && text.contains("it's this"), "{text}");
        assert!(!text.contains("gave up") && error.help().is_some(), "{text}");
    }
}

#[tokio::test]
async fn not_found_says_what_to_check() {
    let server = Server::start(|_| Reply::status(404).body("<html><body>nginx</body></html>"));
    let error = client(&server).items().await.map(drop).expect_err("404");
    check(&error, ErrorKind::Status, &["404", "path", "base URL"]);
    assert!(!error.to_string().contains("nginx"), "markup says nothing");
}

#[tokio::test]
async fn what_a_server_says_is_clipped_and_on_one_line() {
    let body = format!("first\r\nsecond\u{1b}[31m{}", "long ".repeat(10_000));
    let server = Server::start(move |_| Reply::status(400).body(body.clone()));
    let error = client(&server).items().await.map(drop).expect_err("400");
    assert!(error.message().contains("first  second") && error.message().ends_with('…'), "{error}");
    assert!(error.message().len() < 300 && !error.message().contains('\u{1b}'), "{error}");
}

#[tokio::test]
async fn without_retries_nothing_is_tried_again() {
    let server = Server::start(|_| Reply::status(503));
    let error = client(&server).never_again().await.map(drop).expect_err("503");
    assert_eq!((error.kind(), server.count()), (ErrorKind::Status, 1));
    assert!(!error.to_string().contains("gave up"), "{error}");
}

#[tokio::test]
async fn a_wait_that_is_given_up_sends_nothing() {
    let (logged, _listens) = Logged::on_this_thread(LevelFilter::WARN);
    let server = Server::start(|_| Reply::status(503).header("Retry-After", 1));
    let client = client(&server);
    tokio::select! {
        _ = client.items().into_future() => panic!("it waits for a second"),
        () = until("it waits", || logged.text().contains("retrying")) => {}
    }
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert_eq!(server.count(), 1);
}

// Connections.

#[tokio::test]
async fn a_refused_connection_is_tried_again_and_said() {
    let nobody = Nobody::new();
    let error = client_of(&nobody.base_url()).items().await.map(drop).expect_err("nobody listens");
    check(&error, ErrorKind::Transport, &["could not be made", "refused", "gave up after 3 retries", "base URL"]);
}

#[tokio::test]
async fn a_server_that_starts_late_is_found() {
    let nobody = Nobody::new();
    let client = client_of(&nobody.base_url());
    let rows = tokio::spawn(client.patient().into_future());
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!rows.is_finished());
    let _server = Server::start_on(nobody.port(), |_| good());
    assert_eq!(rows.await.expect("no panic").expect("rows").len(), 1);
}

/// Answers that end before their end.
fn broken() -> Vec<(&'static str, Reply)> {
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n{\"items\"\r\n";
    vec![
        ("closed before the head", Reply::script([])),
        ("closed in the head", Reply::script([Step::text("HTTP/1.1 200 O")])),
        ("reset before the head", Reply::script([Step::Reset])),
        ("closed in the body", Reply::cut(100, [Step::text(r#"{"items":[{"key":"#)])),
        ("reset in the body", Reply::cut(100, [Step::text("{"), Step::Pause(Duration::from_millis(20)), Step::Reset])),
        ("closed between chunks", Reply::script([Step::text(chunked)])),
        ("closed in a chunk", Reply::script([Step::text(format!("{chunked}ff\r\n:["))])),
        ("a chunk of no size", Reply::script([Step::text(format!("{chunked}xyz\r\n"))])),
        ("not HTTP", Reply::script([Step::text("220 mail.example ESMTP\r\n")])),
    ]
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_asked_for_again() {
    for (name, reply) in broken() {
        let server = Server::script([reply, good()]);
        let rows = client(&server).items().await.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!((rows.len(), rows[0].key.as_str(), server.count()), (1, "k1", 2), "{name}");
    }
}

#[tokio::test]
async fn an_answer_that_breaks_off_every_time_is_given_up() {
    for index in 0..broken().len() {
        let server = Server::start(move |_| broken().swap_remove(index).1);
        let error = client(&server).items().await.map(drop).expect_err("no answer");
        check(&error, ErrorKind::Transport, &["gave up after 3 retries"]);
        assert_eq!(server.count(), 4, "{}", broken()[index].0);
    }
}

// Time.

#[tokio::test]
async fn an_answer_that_does_not_come_in_time_is_tried_again_and_given_up() {
    for silent in [
        || Reply::script([Step::Stall]),
        || Reply::cut(100, [Step::text("{"), Step::Stall]),
        // Never silent for long, but never at its end either.
        || Reply::cut(100_000, (0..1000).flat_map(|_| [Step::text(" "), Step::Pause(Duration::from_millis(50))])),
    ] {
        let server = Server::start(move |_| silent());
        let error = client(&server).hurried().await.map(drop).expect_err("silence");
        let text = format!("{error:#}");
        assert_eq!((error.kind(), server.count()), (ErrorKind::Timeout, 2), "{text}");
        assert!(
            text.contains("within 1s") && text.contains("gave up after 1 retry") && text.contains("`timeout`"),
            "{text}"
        );
    }
}

#[tokio::test]
async fn an_answer_that_comes_at_the_second_attempt_is_taken() {
    let server = Server::script([Reply::script([Step::Stall]), good()]);
    assert_eq!(client(&server).hurried().await.expect("rows").len(), 1);
}

// Redirects.

fn redirect(status: u16, to: impl std::fmt::Display) -> Reply {
    Reply::status(status).header("Location", to)
}

const BEARER: Option<&str> = Some("Bearer marker");

#[tokio::test]
async fn a_redirect_within_the_origin_is_followed_with_credentials() {
    for status in [301, 302, 303, 307, 308] {
        let server = Server::start(move |request: &Request| match request.path.as_str() {
            "/items" => redirect(status, "/moved?p=1"),
            _ => good(),
        });
        assert_eq!(client(&server).items().await.expect("rows").len(), 1, "{status}");
        let requests = server.requests();
        assert_eq!((requests.len(), requests[1].path.as_str()), (2, "/moved"));
        assert_eq!(requests[1].header("authorization"), BEARER);
    }
}

#[tokio::test]
async fn a_redirect_to_another_origin_is_followed_without_credentials() {
    let elsewhere = Server::start(|_| good());
    let to = format!("{}/items", elsewhere.base_url());
    let server = Server::start(move |_| redirect(302, &to));
    assert_eq!(client(&server).items().await.expect("rows").len(), 1);
    assert_eq!(server.requests()[0].header("authorization"), BEARER);
    assert_eq!(elsewhere.requests()[0].header("authorization"), None, "another port is another origin");
}

#[tokio::test]
async fn a_redirect_to_itself_ends() {
    let server = Server::start(|_| redirect(302, "/items"));
    let error = client(&server).items().await.map(drop).expect_err("a loop");
    check(&error, ErrorKind::Transport, &["redirect"]);
    assert!((2..=12).contains(&server.count()), "{} requests", server.count());
}

#[tokio::test]
async fn a_redirect_to_nowhere_is_an_error() {
    let server = Server::start(|_| Reply::status(302));
    let error = client(&server).items().await.map(drop).expect_err("no place");
    assert_eq!((error.kind(), error.status(), server.count()), (ErrorKind::Status, Some(302), 1));
}
