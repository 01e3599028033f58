//! Declarations made from samples, over the wire.

use declarest_examples::demo_api::{DemoApi, Options};
use declarest_tests::Database;

/// Made from the first page of issues and a few components of the bundled data set.
#[declarest::source(
    base_url = "https://api.example.com",
    auth = bearer(token = secret(user_token)),
    resource_defaults(
        primary_key = key,
        write_disposition = merge,
        rename_all = "camelCase",
        paginator = page_number(page_param = "p", limit_param = "ps", limit = 100, total_path = "paging.total"),
    ),
)]
mod sampled {
    /// A project, directory or file.
    #[resource(name = components, path = "/v1/components/search", data_selector = "components", sample = "samples/components.ndjson")]
    pub struct Component;

    /// A finding in a file.
    #[resource(name = issues, path = "/v1/issues/search", data_selector = "issues", sample = "samples/issues.json.gz")]
    #[derive(PartialEq)]
    pub struct Issue;
}

#[tokio::test]
async fn a_declaration_made_of_a_page_syncs_the_whole_data_set() {
    let server = DemoApi::new(Options { gzip: true, ..Options::default() }).start(None).expect("a free port");
    let client =
        sampled::Client::builder().base_url(server.base_url()).user_token(Options::TOKEN).build().expect("a client");
    let database = Database::new();
    let report = client.sync(&mut database.open()).await.expect("a report");
    for (name, rows) in [("components", 1270), ("issues", 17_366)] {
        let resource = report.resource(name).expect(name);
        assert_eq!((resource.expected, resource.rows, resource.distinct_keys), (Some(rows), rows, rows), "{name}");
        assert_eq!(database.count(name), rows);
    }
}

#[tokio::test]
async fn rows_have_the_fields_that_the_sample_has() {
    let server = DemoApi::new(Options::default()).start(None).expect("a free port");
    let client =
        sampled::Client::builder().base_url(server.base_url()).user_token(Options::TOKEN).build().expect("a client");
    let page = client.issues().first_page().await.expect("a page");
    let issue = page.rows.first().expect("an issue").clone();
    assert_eq!(issue.r#type, "BUG");
    assert_eq!(issue.text_range.as_ref().map(|range| range.start_line), Some(60));
    let place: &sampled::IssueFlowLocation = &issue.flows[0].locations[0];
    assert_eq!(place.component, issue.component);
    assert_eq!(issue.creation_date.to_string(), "2022-12-09T20:06:07Z");
    assert_eq!(issue, issue.clone());
}
