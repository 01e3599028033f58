//! What is refused, and with which words.

use declarest_examples::demo_api::Options;

use crate::{client, message, page, refusal, start};

#[tokio::test]
async fn bad_parameters() {
    let server = start(Options::default());
    for (path, query, expected) in [
        ("issues", "p=x", "The 'p' parameter cannot be parsed as an integer value: x"),
        ("metrics", "ps=1.5", "The 'ps' parameter cannot be parsed as an integer value: 1.5"),
        ("issues", "p=2147483648", "The 'p' parameter cannot be parsed as an integer value: 2147483648"),
        ("components", "p=0", "Page must be greater or equal to 1 (got 0)"),
        ("components", "p=-1", "Page must be greater or equal to 1 (got -1)"),
        ("components", "ps=0", "page size must be >= 1"),
        ("components", "ps=501", "'ps' value (501) must be less than 500"),
        ("issues", "createdAfter=wat", "Date 'wat' cannot be parsed as either a date or date+time"),
        (
            "issues",
            "createdBefore=2026-04-28T14:51:21.123Z",
            "Date '2026-04-28T14:51:21.123Z' cannot be parsed as either a date or date+time",
        ),
        (
            // A plus that was not encoded is a space by the time it is read.
            "issues",
            "createdAfter=2026-04-28T14:51:21+0200",
            "Date '2026-04-28T14:51:21 0200' cannot be parsed as either a date or date+time",
        ),
        (
            "issues",
            "createdAfter=2026-04-28T12:00:00Z&createdBefore=2026-04-28T12:00:00Z",
            "Start bound cannot be larger or equal to end bound",
        ),
        (
            "issues",
            "severities=MAJOR,HUGE",
            "Value of parameter 'severities' (HUGE) must be one of: [INFO, MINOR, MAJOR, CRITICAL, BLOCKER]",
        ),
        ("issues", "s=SIZE", "Value of parameter 's' (SIZE) must be one of: [CREATION_DATE, UPDATE_DATE]"),
        ("issues", "s=UPDATE_DATE&asc=down", "Value of parameter 'asc' (down) must be one of: [true, false, yes, no]"),
    ] {
        let target = format!("/v1/{path}/search?{query}");
        assert_eq!(refusal(&server, &target, 400).await, expected);
    }
}

#[tokio::test]
async fn a_smaller_page_cap() {
    let server = start(Options { max_page_size: 50, ..Options::default() });
    page(&server, "/v1/metrics/search?ps=50").await;
    let refusal = refusal(&server, "/v1/metrics/search", 400).await;
    assert_eq!(refusal, "'ps' value (100) must be less than 50");
}

#[tokio::test]
async fn unknown_paths_and_methods() {
    let server = start(Options::default());
    for path in ["/", "/v1/issues", "/v2/issues/search"] {
        assert_eq!(refusal(&server, path, 404).await, format!("Unknown url : {path}"));
    }
    let url = format!("{}/v1/issues/search", server.base_url());
    let response = client().post(url).bearer_auth(Options::TOKEN).send().await.expect("an answer");
    assert_eq!(response.status(), 405);
    assert_eq!(message(&response.text().await.expect("a body")), "HTTP method GET is required");
}

#[tokio::test]
async fn no_token_no_rows() {
    let server = start(Options { token: "right".to_owned(), ..Options::default() });
    for (authorization, status) in [
        (None, 401),
        (Some("Bearer wrong"), 401),
        (Some("Bearer"), 401),
        (Some("right"), 401),
        (Some("Basic cmlnaHQ6"), 401),
        (Some("Bearer right"), 200),
        (Some("bearer right"), 200),
    ] {
        let mut request = client().get(format!("{}/v1/metrics/search", server.base_url()));
        if let Some(authorization) = authorization {
            request = request.header("authorization", authorization);
        }
        let response = request.send().await.expect("an answer");
        assert_eq!(response.status(), status, "{authorization:?}");
        if status == 401 {
            assert_eq!(message(&response.text().await.expect("a body")), "Authentication is required");
        }
    }
}

#[tokio::test]
async fn forbidden() {
    let server = start(Options { forbid: true, ..Options::default() });
    assert_eq!(refusal(&server, "/v1/metrics/search", 403).await, "Insufficient privileges");
}
