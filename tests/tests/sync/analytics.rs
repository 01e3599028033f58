//! The analytics source from end to end: the demo API's whole data set, twice.

use declarest::EndReason;
use declarest_examples::analytics::analytics::Client;
use declarest_examples::demo_api::{DemoApi, Options};
use declarest_tests::Database;

#[tokio::test]
async fn the_whole_data_set_arrives_and_a_second_run_changes_nothing() {
    let server = DemoApi::new(Options { gzip: true, ..Options::default() }).start(None).expect("a free port");
    let client = Client::builder().base_url(server.base_url()).user_token(Options::TOKEN).build().expect("a client");
    let database = Database::new();
    for first in [true, false] {
        let report = client.sync(&mut database.open()).await.expect("a report");
        for (name, rows, pages) in [("components", 1270, 13), ("issues", 17_366, 174), ("metrics", 129, 2)] {
            let resource = report.resource(name).expect(name);
            assert_eq!((resource.expected, resource.rows, resource.distinct_keys), (Some(rows), rows, rows), "{name}");
            assert_eq!((resource.inserted, resource.updated), (if first { rows } else { 0 }, 0), "{name}");
            assert_eq!(
                (resource.pages, resource.requests, resource.end),
                (pages, pages, Some(EndReason::Total)),
                "{name}"
            );
            assert_eq!(database.count(name), rows);
        }
    }
    assert_eq!(server.request_count(), 2 * (13 + 174 + 2));
    assert_eq!(database.one("SELECT count(DISTINCT _load_id) FROM issues"), "1", "what has not changed is not touched");
}

#[tokio::test]
async fn rows_are_fetched_as_they_are_declared() {
    let server = DemoApi::new(Options::default()).start(None).expect("a free port");
    let client = Client::builder().base_url(server.base_url()).user_token(Options::TOKEN).build().expect("a client");
    let issues = client.issues().page_size(500).concurrency(8).await.expect("issues");
    assert_eq!((issues.len(), server.request_count()), (17_366, 35));
    let sources = declarest_examples::demo_api::Resource::Issues.rows();
    for (issue, source) in issues.iter().zip(sources) {
        let source: serde_json::Value = serde_json::from_str(source).expect("a row");
        assert_eq!(
            (source["key"].as_str(), source["type"].as_str()),
            (Some(issue.key.as_str()), Some(issue.r#type.as_str()))
        );
        assert_eq!(
            source["textRange"]["startLine"].as_u64(),
            issue.text_range.as_ref().map(|range| range.start_line.into())
        );
        assert_eq!(source["tags"].as_array().map(Vec::len), Some(issue.tags.len()));
    }
}
