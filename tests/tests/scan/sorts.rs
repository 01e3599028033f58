//! Filters and orders that are declared: what a scan says of them, and that its rows keep to them.

use std::cmp::Reverse;

use declarest::jiff::Timestamp;
use declarest::{ColumnValue, ErrorKind, FilterOperator, Scan};
use declarest_tests::{Reply, Request, Server};
use serde_json::{Value, json};

use crate::source::{assert_says, rows};

#[declarest::source(
    base_url = "http://127.0.0.1:9",
    resource_defaults(
        data_selector = "items",
        paginator = page_number(page_param = "p", limit_param = "ps", limit = 5, total_path = "total"),
        sorts(line = "s=line", line desc = "s=line&asc=false", name = "s=name"),
    ),
)]
pub mod api {
    use declarest::jiff::Timestamp;

    #[resource(
        name = items, path = "/items",
        params(
            names: Option<Vec<String>> (style = csv, filters name), line: Option<u64> (filters = line),
            from: Option<u64> (filters >= line), below: Option<u64> (filters < line),
            near: Option<i64> (filters other, inexact), s = "key",
        ),
    )]
    pub struct Item {
        pub key: String,
        pub name: String,
        #[column(name = "row")]
        pub line: u64,
        pub other: Option<u64>,
    }

    /// Values at the edges of their types.
    #[resource(
        name = edges, path = "/edges", sorts(line = "s=line"),
        params(line: Option<u64> (filters line), since: Option<Timestamp> (filters >= at), before: Option<Timestamp> (filters < at)),
    )]
    pub struct Edge {
        pub line: u64,
        pub at: Timestamp,
    }

    /// Rows behind a window, by slices.
    #[resource(
        name = windowed, path = "/items", result_window = 10,
        incremental(cursor = line, start_param = "from", end_param = "below"),
    )]
    pub struct Windowed {
        pub name: String,
        pub line: i64,
    }
}

/// Twenty-three rows: what is asked for of them, unless the server ignores the query parameter of this name.
fn server(ignored: &'static str) -> Server {
    Server::start(move |request| reply(request, ignored))
}

fn reply(request: &Request, ignored: &str) -> Reply {
    let number = |name: &str| request.number(name).filter(|_| name != ignored);
    let text = |name: &str| request.param(name).filter(|_| name != ignored);
    let name = |line: u64| ["a", "B", "c"][usize::try_from(line % 3).expect("small")];
    let mut lines: Vec<u64> = (1..=23).collect();
    lines.retain(|line| {
        text("names").is_none_or(|names| names.split(',').any(|known| known == name(*line)))
            && number("line").is_none_or(|only| only == *line)
            && number("from").is_none_or(|from| *line >= from)
            && number("below").is_none_or(|below| *line < below)
    });
    match (text("s"), text("asc")) {
        (Some("line"), Some("false")) => lines.sort_by_key(|line| Reverse(*line)),
        (Some("line"), _) => {}
        // As an API sorts texts for people.
        (Some("name"), _) => lines.sort_by_key(|line| name(*line).to_lowercase()),
        _ => lines.sort_by_key(ToString::to_string),
    }
    let (page, size) = (request.number("p").unwrap_or(1), request.number("ps").unwrap_or(5));
    let (skipped, size) = (usize::try_from((page - 1) * size), usize::try_from(size));
    let total = lines.len();
    let lines = lines.into_iter().skip(skipped.expect("small")).take(size.expect("small"));
    let row = |line| json!({ "key": format!("k{line}"), "name": name(line), "line": line, "other": line });
    Reply::json(json!({ "total": total, "items": lines.map(row).collect::<Vec<Value>>() }))
}

fn scan(server: &Server, resource: &str) -> Scan {
    let client = api::Client::builder().base_url(server.base_url()).build().expect("a client");
    client.scan(resource).expect("a scan")
}

async fn numbers(scan: Scan) -> Vec<u64> {
    let rows = rows(scan).await;
    rows.iter()
        .map(|row| row[0].trim_matches(|letter: char| !letter.is_ascii_digit()).parse().expect("a number"))
        .collect()
}

async fn error(scan: Scan) -> declarest::Error {
    let mut batches = scan.batches();
    loop {
        match batches.next().await.expect("an error before the end") {
            Ok(_) => {}
            Err(error) => return error,
        }
    }
}

#[test]
fn a_scan_says_what_its_params_filter_and_how_it_sorts() {
    let scan = scan(&Server::start(|_| Reply::json(json!({}))), "items");
    let filters: Vec<_> = scan.params().iter().filter_map(|param| Some((param.name, param.filter?))).collect();
    let filters: Vec<_> =
        filters.iter().map(|(name, filter)| (*name, filter.column, filter.operator, filter.exact)).collect();
    assert_eq!(
        filters,
        [
            ("names", "name", FilterOperator::Equal, true),
            ("line", "row", FilterOperator::Equal, true),
            ("from", "row", FilterOperator::GreaterOrEqual, true),
            ("below", "row", FilterOperator::Less, true),
            ("near", "other", FilterOperator::Equal, false),
        ]
    );
    let sorts: Vec<_> = scan.sorts().iter().map(|sort| (sort.column, sort.descending, sort.params)).collect();
    assert_eq!(sorts[0], ("row", false, &[("s", "line")][..]));
    assert_eq!(sorts[1], ("row", true, &[("s", "line"), ("asc", "false")][..]));
    assert_says(
        &scan.sort("name", true).expect_err("an error"),
        &["sorted by `name desc`", "`row`, `row desc`, `name`"],
    );
}

#[tokio::test]
async fn rows_come_in_the_order_that_is_asked_for() {
    let server = server("");
    let items = || scan(&server, "items").project(["row"]).expect("a column");
    let sorted = |descending| items().sort("row", descending).expect("an order");
    assert_eq!(numbers(sorted(false)).await, (1..=23).collect::<Vec<_>>());
    assert_eq!(numbers(sorted(true)).await, (1..=23).rev().collect::<Vec<_>>());
    let before = server.count();
    assert_eq!(numbers(sorted(true).limit(3)).await, [23, 22, 21]);
    // In place of the fixed value.
    let request = &server.requests()[before];
    assert_eq!((request.params("s"), request.param("asc"), server.count() - before), (vec!["line"], Some("false"), 1));
    // The column that is sorted by is read for the check, and not returned.
    let keys =
        scan(&server, "items").sort("row", true).and_then(|scan| scan.project(["key"])).expect("a scan").limit(2);
    assert_eq!(rows(keys).await, [["k23"], ["k22"]]);
}

#[tokio::test]
async fn rows_in_another_order_are_an_error() {
    let server = server("s");
    let scan = scan(&server, "items").project(["key"]).and_then(|scan| scan.sort("row", false)).expect("a scan");
    let error = error(scan).await;
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(error.to_string().contains("row 2 of page 3 is not in the declared order `row`"), "{error}");
}

#[tokio::test]
async fn an_order_of_texts_without_case_is_an_error() {
    let server = server("");
    let error = error(scan(&server, "items").sort("name", false).expect("an order")).await;
    assert!(error.to_string().contains("of page 2 is not in the declared order `name`"), "{error}");
}

#[tokio::test]
async fn rows_that_an_exact_filter_rules_out_are_an_error() {
    for (param, ignored) in [("line", "line"), ("from", "from"), ("below", "below")] {
        let good = server("");
        let scan_of = |server: &Server| scan(server, "items").param(param, 9_u64).expect("a param");
        assert!(!rows(scan_of(&good)).await.is_empty());
        let bad = server(ignored);
        let error = error(scan_of(&bad).project(["key"]).expect("a column")).await;
        assert!(
            format!("{error:#}").contains(&format!("write `inexact` after `filters` of the param `{param}`")),
            "{error:#}"
        );
    }
    let bad = server("names");
    let names = scan(&bad, "items").param_list("names", ["a", "c"]).expect("a param");
    assert!(error(names).await.to_string().contains("has a value in `name` that the param `names` rules out"));
    // This API may return others.
    let wide = server("line");
    let near = scan(&wide, "items").param("near", 4).expect("a param");
    assert_eq!(rows(near).await.len(), 23);
}

#[tokio::test]
async fn an_order_within_the_window_needs_no_slices() {
    let server = server("");
    let windowed = |descending| {
        let scan = scan(&server, "windowed").project(["line"]).and_then(|scan| scan.sort("line", descending));
        scan.expect("an order")
    };
    assert_eq!(numbers(windowed(true).limit(7)).await, (17..=23).rev().collect::<Vec<_>>());
    assert_eq!(server.count(), 2);
    // Slices are in the order of the cursor.
    assert_eq!(numbers(windowed(false)).await, (1..=23).collect::<Vec<_>>());
    let error = error(windowed(true)).await;
    assert_eq!(error.kind(), ErrorKind::WindowExceeded);
    assert!(error.to_string().contains("rows of several slices are in no order"), "{error}");
}

#[tokio::test]
async fn integers_are_compared_above_those_with_a_sign_and_times_as_instants() {
    let server = Server::start(|_| {
        let row = |line: u64, at: &str| json!({ "line": line, "at": at });
        let rows = [row(i64::MAX.unsigned_abs(), "2024-01-01T00:00:00Z"), row(u64::MAX, "2024-01-01T01:00:00+01:00")];
        Reply::json(json!({ "total": 2, "items": rows }))
    });
    let edges = || scan(&server, "edges").project(["line"]).expect("a column");
    let midnight: Timestamp = "2024-01-01T00:00:00Z".parse().expect("a time");
    let sorted = edges().sort("line", false).and_then(|scan| scan.param("since", midnight)).expect("a scan");
    assert_eq!(numbers(sorted).await, [i64::MAX.unsigned_abs(), u64::MAX]);
    let error_of = async |param, value: ColumnValue<'static>| {
        error(edges().param(param, value).expect("a param")).await.to_string()
    };
    assert!(error_of("line", u64::MAX.into()).await.contains("row 1 of page 1"));
    assert!(error_of("line", i64::MAX.into()).await.contains("row 2 of page 1"));
    assert!(error_of("before", midnight.into()).await.contains("row 1 of page 1"));
}
