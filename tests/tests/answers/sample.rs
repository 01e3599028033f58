//! Declarations made from samples, over the wire.

use declarest_examples::demo_api::{DemoApi, Options};
use declarest_tests::{Database, Reply, Server};
use serde_json::json;

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

/// Some fields are written, the rest comes from two samples.
#[declarest::source(base_url = "http://127.0.0.1:9")]
mod hotel {
    use declarest::jiff::civil;

    #[resource(
        name = visits, path = "/visits", data_selector = "data", primary_key = id, write_disposition = merge,
        sample = ["samples/visits.json", "samples/visits_last.json"], fields = rest,
        paginator = cursor(cursor_path = "next"),
    )]
    #[derive(PartialEq)]
    pub struct Visit {
        /// Text in the sample.
        pub from: civil::DateTime,
        /// Another in each answer.
        #[column(skip)]
        pub etag: _,
        /// Under another name.
        #[column(name = "room")]
        pub room_no: _,
        /// In no sample.
        pub note: Option<String>,
    }
}

#[tokio::test]
async fn a_field_of_a_sample_that_does_not_fit_says_how_to_write_it() {
    let row = json!({ "id": 1, "guest": "Ann", "from": "2024-03-01T10:00:00", "etag": "x", "roomNo": null, "paid": 3 });
    let server = Server::start(move |_| Reply::json(json!({ "data": [row] })));
    let client = hotel::Client::builder().base_url(server.base_url()).build().expect("a client");
    let error = client.visits().await.expect_err("null in a field that is no `Option`");
    assert_eq!(
        error.help(),
        Some(
            "where the API sends null, declare the field as `Option<…>`; a field that comes from `samples/visits.json` \
             is declared by writing it in the struct, with `fields = rest`"
        )
    );
}

#[tokio::test]
async fn fields_that_are_written_go_over_those_of_the_samples() {
    let server = Server::start(|request| {
        let row = |id: u32, guest: Option<&str>| json!({ "id": id, "guest": guest, "from": "2024-03-01T10:00:00", "etag": "x", "roomNo": 9, "paid": 3 });
        match request.param("cursor") {
            None => Reply::json(json!({ "data": [row(1, Some("Ann"))], "next": "c" })),
            _ => Reply::json(json!({ "data": [row(2, None)] })),
        }
    });
    let client = hotel::Client::builder().base_url(server.base_url()).build().expect("a client");
    let rows = client.visits().await.expect("rows");
    let hotel::Visit { id, guest, from, etag, room_no, paid, note } = rows[1].clone();
    let (etag, room_no): (String, i64) = (etag, room_no);
    assert_eq!((id, guest, from.to_string().as_str()), (2, None, "2024-03-01T10:00:00"));
    assert_eq!((etag.as_str(), room_no, note), ("x", 9, None));
    assert!((paid - 3.0).abs() < f64::EPSILON);

    let database = Database::new();
    client.sync(&mut database.open()).await.expect("a report");
    assert_eq!(database.count("visits"), 2);
    let columns =
        database.query("select name from pragma_table_info('visits') where substr(name, 1, 1) <> '_'").concat();
    assert_eq!(columns, ["from", "room", "note", "id", "guest", "paid"]);
}
