//! What a case expects, beside what came of it. An expectation of a kind that is not known here fails.

use std::collections::BTreeMap;

use declarest_tests::Request;
use serde_json::{Map, Value};
use url::form_urlencoded;

use crate::case::lines;
use crate::outcome::{Outcome, Row};
use crate::server::list;

/// Compares a case with what came of it.
pub(crate) fn compare(case: &Value, outcome: &Outcome, requests: &[Request]) {
    for (kind, expected) in members(&case["expected"]) {
        let what = format!("{}: {kind}", case["id"]);
        match kind.as_str() {
            "ids" => ids(expected, outcome, &what),
            "row_has" => row_has(expected, outcome, &what),
            "runs" => assert_eq!(*expected, outcome.loaded.len(), "{what}"),
            "loaded" => assert_eq!(list(expected), outcome.loaded, "{what}"),
            "error" => error(expected, outcome, &what),
            "n_requests" => assert_eq!(*expected, requests.len(), "{what}: {:?}", lines(requests)),
            "min_gaps_s" => gaps(expected, requests, &what),
            "headers" => headers(expected, requests, &what),
            // Each request, in its order.
            "requests" => lines_are(expected, requests, &what),
            "bodies" => each(expected, requests, &what, |request| serde_json::from_str(&request.body).ok()),
            "queries" => each(expected, requests, &what, |request| Some(query(request))),
            "raw_paths" => each(expected, requests, &what, |request| Some(request.target.as_str().into())),
            "raw_bodies" => each(expected, requests, &what, |request| Some(request.body.as_str().into())),
            "content_types" => {
                each(expected, requests, &what, |request| request.header("content-type").map(Value::from));
            }
            other => panic!("{what}: nothing here compares `{other}`"),
        }
    }
    if case["expected"]["error"].is_null() {
        assert_eq!(outcome.error, None, "{}", case["id"]);
    }
}

fn ids(expected: &Value, outcome: &Outcome, what: &str) {
    for (resource, ids) in members(expected) {
        let mut ids: Vec<_> = list(ids).iter().map(Value::to_string).collect();
        let rows = outcome.rows.get(resource).unwrap_or_else(|| panic!("{what}: `{resource}` was not read"));
        let mut came: Vec<_> = rows.iter().map(|row| row["id"].clone()).collect();
        ids.sort();
        came.sort();
        assert_eq!(came, ids, "{what} of `{resource}`");
    }
}

fn row_has(expected: &Value, outcome: &Outcome, what: &str) {
    for (resource, columns) in members(expected) {
        let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let has = |row: &Row| members(columns).all(|(name, value)| row.get(name) == Some(&plain(value)));
        let rows = &outcome.rows[resource];
        assert!(rows.iter().any(has), "{what}: no row of `{resource}` has {columns}: {rows:#?}");
    }
}

/// What is said is in other words here; what must not be said is the same.
fn error(expected: &Value, outcome: &Outcome, what: &str) {
    let error = outcome.error.as_deref().unwrap_or_else(|| panic!("{what}: there is none"));
    if let Some(secret) = expected["not_contains"].as_str() {
        assert!(!error.contains(secret), "{what}: {error}");
    }
}

fn gaps(expected: &Value, requests: &[Request], what: &str) {
    let gaps: Vec<_> = requests.windows(2).map(|pair| (pair[1].at - pair[0].at).as_secs_f64()).collect();
    let least: Vec<_> = list(expected).iter().filter_map(Value::as_f64).collect();
    assert_eq!(gaps.len(), least.len(), "{what}");
    assert!(gaps.iter().zip(&least).all(|(gap, least)| gap >= least), "{what}: {gaps:?}, expected {least:?}");
}

/// Methods, paths and queries; the order of parameters is free.
fn lines_are(expected: &Value, requests: &[Request], what: &str) {
    let expected: Vec<_> = list(expected).iter().map(|line| read(text(line))).collect();
    let came: Vec<_> = requests.iter().map(|request| of(&request.method, &request.target)).collect();
    assert_eq!(came, expected, "{what}");
}

/// Those that are named; there are others.
fn headers(expected: &Value, requests: &[Request], what: &str) {
    assert_eq!(requests.len(), list(expected).len(), "{what}");
    for (headers, request) in list(expected).iter().zip(requests) {
        for (name, value) in members(headers) {
            let sent = request.header(&name.to_ascii_lowercase());
            assert_eq!(sent, value.as_str(), "{what}: `{name}` of {}", request.target);
        }
    }
}

fn each(expected: &Value, requests: &[Request], what: &str, part: impl Fn(&Request) -> Option<Value>) {
    let came: Vec<_> = requests.iter().map(|request| part(request).unwrap_or_default()).collect();
    assert_eq!(came, list(expected), "{what}");
}

/// The query as an object; of a name that comes twice, both values.
fn query(request: &Request) -> Value {
    let mut query = Map::new();
    for (name, value) in &request.query {
        let before = query.remove(name).map(|before| format!("{}, ", text(&before))).unwrap_or_default();
        query.insert(name.clone(), format!("{before}{value}").into());
    }
    query.into()
}

/// A request as a case writes it: `GET /posts?page=1`.
fn read(line: &str) -> (String, String, BTreeMap<String, Vec<String>>) {
    let (method, target) = line.split_once(' ').expect("a method and a path");
    of(method, target)
}

/// Method, path, and the query without its order.
fn of(method: &str, target: &str) -> (String, String, BTreeMap<String, Vec<String>>) {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut params = BTreeMap::<String, Vec<String>>::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()).into_owned() {
        params.entry(name).or_default().push(value);
    }
    (method.to_owned(), path.to_owned(), params)
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

/// The referee is tried, too: each kind of expectation, once as it is and once as it is not.
#[test]
fn what_does_not_hold_is_seen() {
    use std::time::{Duration, Instant};

    use serde_json::json;

    let request = |body: &str, at| Request {
        nth: 1,
        method: "GET".to_owned(),
        target: "/a?p=1&q=x%20y".to_owned(),
        path: "/a".to_owned(),
        query: vec![("p".to_owned(), "1".to_owned()), ("q".to_owned(), "x y".to_owned())],
        headers: vec![("content-type".to_owned(), "text/plain".to_owned())],
        body: body.to_owned(),
        at,
    };
    let now = Instant::now();
    let requests = [request("1", now), request("{}", now + Duration::from_secs(2))];
    let row = |id: &str| Row::from([("id".to_owned(), id.to_owned())]);
    let rows = BTreeMap::from([("r".to_owned(), vec![row("2"), row("1"), row("1")])]);
    let outcome = Outcome { rows, loaded: vec![3], error: Some("it failed".to_owned()) };
    let holds = |expected: &Value| {
        let case = json!({ "id": "try", "expected": expected });
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| compare(&case, &outcome, &requests))).is_ok()
    };
    let line = "GET /a?q=x+y&p=1";
    for (kind, right, wrong) in [
        ("ids", json!({ "r": [1, 2, 1] }), json!({ "r": [1, 2] })),
        ("row_has", json!({ "r": { "id": 2 } }), json!({ "r": { "id": 3 } })),
        ("runs", json!(1), json!(2)),
        ("loaded", json!([3]), json!([2])),
        ("n_requests", json!(2), json!(1)),
        ("min_gaps_s", json!([1.9]), json!([2.1])),
        ("headers", json!([{ "Content-Type": "text/plain" }, {}]), json!([{ "Content-Type": "x" }, {}])),
        ("requests", json!([line, line]), json!([line])),
        ("bodies", json!([1, {}]), json!([{}, 1])),
        ("queries", json!([{ "p": "1", "q": "x y" }, { "p": "1", "q": "x y" }]), json!([{ "p": "1" }, {}])),
        ("raw_paths", json!(["/a?p=1&q=x%20y", "/a?p=1&q=x%20y"]), json!(["/a?p=1&q=x+y", "/a?p=1&q=x+y"])),
        ("raw_bodies", json!(["1", "{}"]), json!(["1", ""])),
        ("content_types", json!(["text/plain", "text/plain"]), json!(["text/plain", null])),
        ("error", json!({ "not_contains": "secret" }), json!({ "not_contains": "failed" })),
    ] {
        let with = |value: &Value| {
            let mut expected = json!({ "error": {} });
            expected[kind] = value.clone();
            expected
        };
        assert!(holds(&with(&right)), "{kind}");
        assert!(!holds(&with(&wrong)), "{kind}");
    }
    assert!(!holds(&json!({ "n_requests": 2 })), "an error that was not expected");
    assert!(!holds(&json!({ "error": {}, "unheard_of": 1 })), "an expectation that nothing compares");
}
