//! Params of a scan: each at its place, encoded as a typed request does it, and refused where they do not fit.

use declarest::jiff::Timestamp;
use declarest::{ColumnType, ColumnValue, ParamPlace};
use serde_json::{Value, json};

use crate::source::{api, assert_says, client, one_row, refusal, rows, server};

#[tokio::test]
async fn values_are_sent_as_a_typed_request_sends_them() {
    let server = one_row();
    let client = client(&server);
    let since: Timestamp = "2024-01-31T12:00:00Z".parse().expect("a time");
    let texts = ["a,b", "ü &=+"];
    let typed =
        client.items().q("x y&z=1").severities(texts).ids([1, u64::MAX]).since(since).ratio(0.1).small(-5).open(true);
    typed.await.expect("rows");
    let scan = client.scan("items").expect("a scan");
    let scan = scan.param("q", "other").and_then(|scan| scan.param("q", "x y&z=1")).expect("a param");
    let scan =
        scan.param_list("severities", texts).and_then(|scan| scan.param_list("ids", [1, u64::MAX])).expect("lists");
    let scan = scan.param("since", since).and_then(|scan| scan.param("ratio", 0.1)).expect("params");
    let scan = scan.param("small", -5_i8).and_then(|scan| scan.param("open", true)).expect("params");
    rows(scan).await;
    let requests = server.requests();
    assert_eq!((requests.len(), &requests[0].target), (2, &requests[1].target));
    assert_eq!(requests[1].params("id"), ["1", "18446744073709551615"]);
    assert_eq!(requests[1].param("severities"), Some("a,b,ü &=+"));
    assert_eq!(requests[1].param("since"), Some("2024-01-31T12:00:00Z"));
}

#[tokio::test]
async fn params_go_where_the_declaration_has_them() {
    let server = one_row();
    let client = client(&server);
    let meta: declarest::Json = r#"{"a": [1, 2]}"#.parse().expect("JSON");
    client.places(api::Kind::City, [1, 2]).lang("de").meta(meta.clone()).await.expect("rows");
    let scan = client.scan("places").expect("a scan");
    let places: Vec<_> = scan.params().iter().map(|param| (param.name, param.place, param.kind, param.list)).collect();
    assert_eq!(
        places,
        [
            ("kind", ParamPlace::Path, ColumnType::Text, false),
            ("lang", ParamPlace::Header, ColumnType::Text, false),
            ("meta", ParamPlace::Body, ColumnType::Json, false),
            ("sizes", ParamPlace::Body, ColumnType::Integer, true),
        ]
    );
    let scan = scan.param("kind", "City").and_then(|scan| scan.param("lang", "de")).expect("params");
    let scan =
        scan.param("meta", meta.get().to_owned()).and_then(|scan| scan.param_list("sizes", [1, 2])).expect("params");
    rows(scan.clone()).await;
    let requests = server.requests();
    let body: Value = serde_json::from_str(&requests[1].body).expect("JSON");
    assert_eq!(body, json!({ "meta": { "a": [1, 2] }, "sizes": [1, 2] }));
    let sent = |index: usize| {
        let request = &requests[index];
        (
            request.method.clone(),
            request.target.clone(),
            request.header("x-lang").map(str::to_owned),
            request.body.clone(),
        )
    };
    assert_eq!(sent(0), sent(1));
    assert_eq!((requests[1].path.as_str(), requests[1].header("x-lang")), ("/acme/City/places", Some("de")));
    // One value for a list is the only one.
    rows(scan.param("sizes", 3).expect("one value")).await;
    assert!(server.requests()[2].body.contains("\"sizes\":[3]"), "{}", server.requests()[2].body);
}

#[tokio::test]
async fn what_stands_in_a_path_stays_in_its_segment() {
    let server = one_row();
    let comments = client(&server).scan("comments").and_then(|scan| scan.param("posts_id", 1)).expect("a scan");
    for state in ["..", ".", ""] {
        let scan = comments.clone().param("state", state).expect("text");
        let error = refusal(&server, scan).await;
        assert!(error.to_string().contains("leads to another path"), "{error}");
    }
    rows(comments.param("state", "a/../b?c#d ü").expect("text")).await;
    assert_eq!(server.requests()[0].path, "/posts/1/a%2F..%2Fb%3Fc%23d%20%C3%BC/comments");
}

#[tokio::test]
async fn all_that_is_missing_is_named_at_once() {
    let server = server(1);
    let client = client(&server);
    let error = refusal(&server, client.scan("comments").expect("a scan")).await;
    assert_says(
        &error,
        &["comments", "`posts_id` (unsigned integer, the column `id` of a row of `posts`)", "`state` (text)"],
    );
    let error =
        refusal(&server, client.scan("places").and_then(|scan| scan.param("kind", "City")).expect("a scan")).await;
    assert_says(&error, &["`sizes` (several of integer)"]);
    assert!(!error.to_string().contains("kind") && !error.to_string().contains("lang"), "{error}");
    // Also where nothing would be sent.
    refusal(&server, client.scan("comments").expect("a scan").limit(0)).await;
}

#[test]
fn unknown_params_are_refused_with_those_there_are() {
    let server = server(1);
    let client = client(&server);
    let scan = client.scan("items").expect("a scan");
    let error = scan.clone().param("severity", "BLOCKER").expect_err("no such param");
    assert_says(&error, &["items", "no param `severity`", "did you mean `severities`?", "`q`, `severities`, `ids`"]);
    let error = scan.param_list("id", [1]).expect_err("the name on the wire");
    assert_says(&error, &["no param `id`", "`ids`"]);
    let error = client.scan("posts").and_then(|scan| scan.param("x", 1)).expect_err("none at all");
    assert_says(&error, &["no param `x`", "there are no params"]);
}

#[test]
fn values_of_another_type_are_refused() {
    let server = server(1);
    let scan = client(&server).scan("items").expect("a scan");
    let refused = |name: &str, value: ColumnValue<'static>, parts: &[&str]| {
        let error = scan.clone().param(name, value).expect_err(name);
        assert_says(&error, &["items", &format!("`{name}`")]);
        assert_says(&error, parts);
    };
    refused("since", "yesterday".into(), &["type timestamp", "not text \"yesterday\""]);
    refused("q", 5.into(), &["type text", "not integer 5"]);
    refused("open", "true".into(), &["type boolean", "not text \"true\""]);
    refused("small", 0.5.into(), &["type integer", "not floating-point number 0.5"]);
    refused("small", u64::MAX.into(), &["type integer", "18446744073709551615"]);
    refused("ids", (-1).into(), &["type unsigned integer", "not integer -1"]);
    refused("ratio", i64::MAX.into(), &["floating-point number", "not integer 9223372036854775807"]);
    refused("q", None::<bool>.into(), &["null", "leave an optional param out"]);
    let error = scan.clone().param_list("ids", [Some(1), None]).expect_err("null in a list");
    assert_says(&error, &["`ids`", "null"]);
    let error = scan.clone().param_list("q", ["a", "b"]).expect_err("a list");
    assert_says(&error, &["`q` takes one value, not a list"]);
    let places = client(&server).scan("places").expect("a scan");
    let error = places.param("meta", "{").expect_err("no JSON");
    assert_says(&error, &["`meta`", "not JSON text"]);
    // Integers fit where they are in range.
    for (name, value) in [("small", ColumnValue::from(5_u64)), ("ratio", 2.into()), ("ids", 3.into())] {
        let _ = scan.clone().param(name, value).expect(name);
    }
}
