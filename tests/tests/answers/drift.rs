//! Drift: fields that the API sends and the struct does not name.

use std::collections::BTreeMap;

use declarest_tests::{Database, Reply, Server};
use serde_json::json;

/// A list, one object, and a list whose other fields are kept.
#[declarest::source(base_url = "http://127.0.0.1:9", auth = none, retry(max_retries = 0), resource_defaults(rename_all = "camelCase"))]
mod api {
    #[resource(
        name = items, path = "/items", data_selector = "items",
        paginator = page_number(page_param = "p", limit_param = "ps", limit = 2, total_path = "total"),
    )]
    pub struct Item {
        pub id: u32,
        pub long_name: Option<String>,
    }

    #[resource(name = one, path = "/one", data_selector = "$", paginator = single_page)]
    pub struct One {
        pub id: u32,
    }

    #[resource(name = kept, path = "/items", data_selector = "items", paginator = single_page)]
    pub struct Kept {
        pub id: u32,
        #[serde(flatten)]
        pub extra: declarest::Extra,
    }
}

#[tokio::test]
async fn fields_without_a_name_are_counted_on_the_first_page() {
    let server = Server::start(|request| match (request.path.as_str(), request.number("p")) {
        ("/one", _) => Reply::json(json!({ "id": 1, "size": 2 })),
        (_, Some(2)) => Reply::json(json!({ "total": 3, "items": [{ "id": 3, "late": 1 }] })),
        _ => Reply::json(json!({ "items": [
            { "id": 1, "longName": "x", "new": { "deep": 1 }, "tags": [] },
            { "id": 2, "long_name": "not ours", "tags": ["a"] },
        ], "total": 3, "paging": {} })),
    });
    let client = api::Client::builder().base_url(server.base_url()).build().expect("a client");
    let database = Database::new();
    let report = client.sync(&mut database.open()).await.expect("a report");
    let drift = |name: &str| report.resource(name).map(|resource| resource.drift.clone()).unwrap_or_default();
    let named = |pairs: &[(&str, u64)]| pairs.iter().map(|(name, rows)| ((*name).to_owned(), *rows)).collect();
    let expected: BTreeMap<String, u64> = named(&[("long_name", 1), ("new", 1), ("tags", 2)]);
    assert_eq!(drift("items"), expected);
    assert_eq!(drift("one"), named(&[("size", 1)]));
    assert_eq!(drift("kept"), BTreeMap::new(), "nothing is lost there");
    let text = report.to_string();
    assert!(text.contains("items: the API sends fields that are not declared: `long_name`, `new`, `tags`"), "{text}");
    assert_eq!(database.one("SELECT extra FROM kept WHERE id = 2"), r#"{"long_name":"not ours","tags":["a"]}"#);
}
