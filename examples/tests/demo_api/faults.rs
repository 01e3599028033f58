//! What goes wrong, and that it goes wrong the same way again.

use std::time::{Duration, Instant};

use declarest_examples::demo_api::{Faults, Options, Rate, Server};

use crate::{fetch, get, message, start};

fn faulty(faults: Faults) -> Server {
    start(Options { faults, ..Options::default() })
}

/// What became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Status(u16),
    Reset,
    Truncated,
}

async fn outcomes(server: &Server, count: usize) -> Vec<Outcome> {
    let mut outcomes = Vec::new();
    for _ in 0..count {
        outcomes.push(match get(server, "/v1/metrics/search?ps=20").await {
            Err(_) => Outcome::Reset,
            Ok(response) => {
                let status = response.status().as_u16();
                assert!(response.content_length().is_some_and(|length| length > 0), "a length is promised");
                response.bytes().await.map_or(Outcome::Truncated, |_| Outcome::Status(status))
            }
        });
    }
    outcomes
}

#[tokio::test]
async fn chance_repeats_with_its_seed() {
    let faults = Faults { fail_rate: 0.2, drop_rate: 0.3, seed: 7, ..Faults::default() };
    let first = outcomes(&faulty(faults.clone()), 60).await;
    assert_eq!(first, outcomes(&faulty(faults.clone()), 60).await);
    assert_ne!(first, outcomes(&faulty(Faults { seed: 8, ..faults }), 60).await);
    for kind in [Outcome::Status(200), Outcome::Status(500), Outcome::Status(503), Outcome::Reset, Outcome::Truncated] {
        assert!(first.contains(&kind), "{kind:?} in {first:?}");
    }
}

#[tokio::test]
async fn shares_of_all_and_of_nothing() {
    let none = outcomes(&faulty(Faults::default()), 20).await;
    assert!(none.iter().all(|outcome| *outcome == Outcome::Status(200)));

    let server = faulty(Faults { fail_rate: 1.0, ..Faults::default() });
    let (status, body) = fetch(&server, "/v1/metrics/search").await;
    assert!(matches!(status, 500 | 503));
    assert!(message(&body).starts_with("Injected fault: "), "{body}");
}

#[tokio::test]
async fn too_many_requests() {
    // Slow enough that no token comes back while the test runs.
    let rate = Rate { requests: 3, per: Duration::from_mins(3) };
    let server = faulty(Faults { rate_limit: Some(rate), ..Faults::default() });
    for _ in 0..3 {
        assert_eq!(fetch(&server, "/v1/metrics/search").await.0, 200);
    }
    let refused = get(&server, "/v1/metrics/search").await.expect("an answer");
    assert_eq!(refused.status(), 429);
    let wait: u64 = refused.headers()["retry-after"].to_str().unwrap_or_default().parse().expect("whole seconds");
    assert!((1..=60).contains(&wait), "{wait}");
}

#[tokio::test]
async fn too_many_requests_without_a_word_of_when() {
    let rate = Rate { requests: 1, per: Duration::from_mins(3) };
    let server = faulty(Faults { rate_limit: Some(rate), no_retry_after: true, ..Faults::default() });
    assert_eq!(fetch(&server, "/v1/metrics/search").await.0, 200);
    let refused = get(&server, "/v1/metrics/search").await.expect("an answer");
    assert_eq!((refused.status().as_u16(), refused.headers().get("retry-after")), (429, None));
}

#[tokio::test]
async fn a_page_for_people_comes_with_200() {
    let server = faulty(Faults { html_rate: 1.0, ..Faults::default() });
    let answer = get(&server, "/v1/metrics/search").await.expect("an answer");
    assert_eq!(answer.status(), 200);
    assert!(answer.text().await.expect("whole").starts_with("<!DOCTYPE html>"));
}

#[tokio::test]
async fn half_an_answer_and_then_nothing() {
    let server = faulty(Faults { stall_rate: 1.0, ..Faults::default() });
    let answer = get(&server, "/v1/metrics/search").await.expect("the headers");
    assert!(tokio::time::timeout(Duration::from_millis(300), answer.bytes()).await.is_err());
}

#[tokio::test]
async fn slow_answers_are_whole() {
    let plain = fetch(&faulty(Faults::default()), "/v1/metrics/search").await;
    let latency = Duration::from_millis(100);
    let slow = Some(Duration::from_millis(10));
    for faults in [Faults { latency, ..Faults::default() }, Faults { slow, ..Faults::default() }] {
        let server = faulty(faults);
        let start = Instant::now();
        assert_eq!(fetch(&server, "/v1/metrics/search").await, plain);
        assert!(start.elapsed() >= latency, "{:?}", start.elapsed());
    }
}
