//! `client.verify()`: every difference between the declaration and the API, and none where there is none.

use declarest::{Difference, ErrorKind, VerifyReport};
use declarest_examples::analytics::analytics;
use declarest_examples::demo_api::{DemoApi, Options};
use declarest_tests::{Reply, Request, Server};
use serde_json::{Value, json};

/// One resource of each kind.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = bearer(token = secret(token)),
    retry(max_retries = 0),
    resource_defaults(paginator = single_page),
)]
mod api {
    /// Fields of many types, by a paginator with totals.
    #[resource(
        name = items, path = "/items", data_selector = "items", primary_key = id, write_disposition = merge,
        paginator = page_number(
            page_param = "p", limit_param = "ps", limit = 3,
            total_path = "total", total_pages_path = "pages", has_more_path = "more",
        ),
    )]
    pub struct Item {
        pub id: u32,
        pub name: String,
        pub line: u32,
        pub created: declarest::jiff::Timestamp,
        pub severity: Severity,
        pub author: Author,
        pub flows: Vec<Flow>,
        pub note: Option<String>,
        pub raw: declarest::Json,
    }

    /// Names in another case than the API's.
    #[resource(name = cased, path = "/cased", data_selector = "items", rename_all = "camelCase", primary_key = id)]
    #[derive(Debug)]
    pub struct Cased {
        pub id: u32,
        pub created_at: Option<String>,
        pub due_date: Option<String>,
        pub full_name: String,
        pub state: State,
        pub states: Vec<Option<State>>,
    }

    #[nested(rename_all = "PascalCase")]
    #[derive(Debug)]
    pub enum State {
        Open,
        InWork,
        #[other]
        Other(String),
    }

    #[nested(rename_all = "UPPERCASE")]
    pub enum Severity {
        Low,
        High,
    }

    #[nested]
    pub struct Author {
        pub name: String,
        pub address: Option<Address>,
    }

    #[nested]
    pub struct Address {
        pub city: String,
        pub zip: u32,
    }

    #[nested]
    pub struct Flow {
        pub line: u32,
    }

    /// What serde derives is looked into as well.
    #[resource(name = derived, path = "/derived", selected = false)]
    pub struct Derived {
        pub id: u32,
        #[serde(default)]
        pub size: u64,
        #[serde(alias = "label")]
        pub title: String,
        pub owner: String,
    }

    #[resource(name = kept, path = "/kept", data_selector = "$")]
    pub struct Kept {
        pub id: u32,
        #[serde(flatten)]
        pub extra: declarest::Extra,
    }

    /// One object is the only row.
    #[resource(name = single, path = "/single", data_selector = "data.item", primary_key = id)]
    pub struct Single {
        pub id: u32,
        pub state: State,
        pub author: Author,
        pub title: Option<String>,
    }

    #[resource(name = tags, path = "/tags", data_selector = "tags")]
    pub struct Tag(pub String);

    #[resource(name = by_header, path = "/by_header", paginator = offset(limit = 2, total_header = "X-Total"))]
    pub struct ByHeader {
        pub id: u32,
    }

    #[resource(
        name = by_cursor, path = "/by_cursor", data_selector = "items",
        paginator = cursor(cursor_path = "meta.next", cursor_param = "c", limit_param = "n", limit = 2),
    )]
    pub struct ByCursor {
        pub id: u32,
    }

    #[resource(name = by_link, path = "/by_link", data_selector = "items", paginator = json_link(next_url_path = "next"))]
    pub struct ByLink {
        pub id: u32,
    }

    #[resource(name = by_header_link, path = "/by_header_link", paginator = header_link(limit_param = "n", limit = 1))]
    pub struct ByHeaderLink {
        pub id: u32,
    }

    /// Picked out by a query, with a type that no plain value fits.
    #[resource(name = odd, path = "/odd", data_selector = "$.list[?@.id]")]
    pub struct Odd {
        pub id: u32,
        #[column(json)]
        pub code: (String, u32),
        pub name: String,
        #[column(json)]
        pub point: [f64; 2],
    }

    /// Read from a start on, and in slices.
    #[resource(
        name = windowed, path = "/windowed", data_selector = "items", primary_key = id, result_window = 100,
        paginator = page_number(page_param = "p", limit_param = "ps", limit = 10, total_path = "total"),
        incremental(cursor = at, start_param = "from", end_param = "to", initial_value = "2024-01-01T00:00:00Z"),
    )]
    pub struct Windowed {
        pub id: u32,
        pub at: declarest::jiff::Timestamp,
    }

    #[resource(name = asked, path = "/asked", params(since: String))]
    pub struct Asked {
        pub id: u32,
    }

    /// Read for each item, and again for each of its rows.
    #[resource(name = comments, path = "/items/{resources.items.id}/comments")]
    pub struct Comment {
        pub number: u32,
    }

    #[resource(name = votes, path = "/items/{resources.items.id}/comments/{resources.comments.number}/votes")]
    pub struct Vote {
        pub up: bool,
    }
}

const TOKEN: &str = "s3cr3t-t0k3n";

fn item(id: u32) -> Value {
    json!({
        "id": id, "name": "one", "line": 1, "created": "2024-05-01T10:00:00+02:00", "severity": "LOW", "raw": [1],
        "author": { "name": "Ada", "address": { "city": "London", "zip": 1 } }, "flows": [{ "line": 1 }, { "line": 2 }],
    })
}

/// An API that is as it is declared.
fn right(request: &Request) -> Reply {
    Reply::json(match request.path.as_str() {
        "/items" => json!({ "items": [item(1), item(2)], "total": 2, "pages": 1, "more": false }),
        "/cased" => json!({ "items": [{ "id": 1, "createdAt": "x", "fullName": "x", "state": "Open", "states": [] }] }),
        "/derived" => json!([{ "id": 1, "label": "x", "owner": "y" }]),
        "/kept" => json!({ "id": 1, "other": 2 }),
        "/single" => json!({ "data": { "item": { "id": 1, "state": "Open", "author": item(1)["author"] } } }),
        "/tags" => json!({ "tags": ["a", "b"] }),
        "/by_header" => return Reply::json(json!([{ "id": 1 }])).header("X-Total", 1),
        "/by_cursor" => json!({ "items": [{ "id": 1 }, { "id": 2 }], "meta": { "next": null } }),
        "/by_link" => json!({ "items": [{ "id": 1 }], "next": "/by_link?page=2" }),
        "/by_header_link" => {
            return Reply::json(json!([{ "id": 1 }])).header("Link", "</by_header_link?page=2>; rel=\"next\"");
        }
        "/odd" => json!({ "list": [{ "id": 1, "code": ["C", 1], "name": "x", "point": [1, 2] }, { "other": 1 }] }),
        "/windowed" => json!({ "items": [{ "id": 1, "at": "2024-02-01T00:00:00Z" }], "total": 500 }),
        "/items/1/comments" => json!([]),
        "/items/2/comments" => json!([{ "number": 7 }]),
        "/items/2/comments/7/votes" => json!([{ "up": true }]),
        _ => return Reply::status(404),
    })
}

/// One that is right but for this path.
fn but(path: &'static str, reply: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Server {
    Server::start(move |request| if request.path == path { reply(request) } else { right(request) })
}

fn client(server: &Server) -> api::Client {
    api::Client::builder().base_url(server.base_url()).token(TOKEN).build().expect("a client")
}

async fn verify(server: &Server, only: &str) -> VerifyReport {
    client(server).verify().only([only]).await.expect("a report")
}

/// The differences reported of a resource when its path responds with this.
async fn reported(name: &'static str, path: &'static str, body: Value) -> Vec<String> {
    let server = but(path, move |_| Reply::json(&body));
    let report = verify(&server, name).await;
    let differences = &report.resource(name).expect(name).differences;
    differences.iter().map(|difference| difference.to_string().replace(&server.base_url(), "…")).collect()
}

#[tokio::test]
async fn an_api_that_is_as_declared_has_no_differences() {
    let server = Server::start(right);
    let verification = client(&server).verify().concurrency(2);
    assert_eq!(server.count(), 0, "nothing is sent before it is awaited");
    let report = verification.await.expect("a report");
    assert!(report.is_ok(), "{report}");
    assert!(report.resources.iter().all(|resource| resource.differences.is_empty()), "{report}");
    let rows = |name: &str| report.resource(name).map(|resource| resource.rows);
    assert_eq!((rows("items"), rows("derived"), rows("tags")), (Some(2), Some(1), Some(2)));
    assert_eq!((rows("comments"), rows("votes")), (Some(1), Some(1)), "of the second item: the first has none");
    assert!(server.most_in_flight() <= 2);
    assert!(server.requests().iter().all(|request| request.param("p") != Some("2") && request.param("page").is_none()));
    insta::assert_snapshot!(report);
    report.into_result().expect("it is ok");
}

#[tokio::test]
async fn the_demo_api_is_as_declared() {
    let server = DemoApi::new(Options::default()).start(None).expect("a free port");
    let client = analytics::Client::builder().base_url(server.base_url()).user_token(Options::TOKEN).build();
    let report = client.expect("a client").verify().await.expect("a report");
    assert!(report.is_ok(), "{report}");
    assert_eq!((report.resources.len(), server.request_count()), (3, 3));
}

#[tokio::test]
async fn all_differences_of_a_page_are_told_at_once() {
    let server = but("/items", |_| {
        let mut rows = [item(1), item(1), item(3)];
        for row in &mut rows {
            row["new"] = json!(1);
            row["author"]["address"]["zip"] = json!("NW1");
        }
        rows[1].as_object_mut().expect("an object").remove("name");
        rows[1]["line"] = json!(null);
        rows[1]["created"] = json!("yesterday");
        rows[1]["severity"] = json!("FATAL");
        rows[2]["severity"] = json!("TRIVIAL");
        rows[2]["author"].as_object_mut().expect("an object").remove("name");
        rows[2]["flows"] = json!([{ "line": -1 }, {}, { "line": "x" }]);
        rows[2].as_object_mut().expect("an object").remove("raw");
        rows[2]["note"] = json!(5);
        rows[0]["severity"] = json!(2);
        Reply::json(json!({ "items": rows, "total": "many", "more": true }))
    });
    let report = verify(&server, "items").await;
    assert_eq!(server.count(), 1);
    let items = report.resource("items").expect("read");
    assert_eq!((items.rows, items.cut_short), (3, 0));
    assert!(!report.is_ok());
    insta::assert_snapshot!(report);

    let of = |field: &str| items.differences.iter().filter(|difference| difference.field() == Some(field)).collect();
    let null: Vec<_> = of("line");
    let [Difference::Null { expected, at, .. }] = null.as_slice() else { panic!("{null:?}") };
    assert_eq!((expected.as_str(), at.rows, at.of, at.row, at.path.as_str()), ("u32", 1, 3, 2, "items[1].line"));
    let names: Vec<_> = of("severity");
    let [Difference::Type { .. }, Difference::Name { names, known, at, .. }] = names.as_slice() else {
        panic!("{names:?}")
    };
    assert_eq!((names.join(" "), known.join(" "), at.rows), ("FATAL TRIVIAL".into(), "LOW HIGH".into(), 2));
    let zip: Vec<_> = of("author.address.zip");
    assert!(matches!(zip.as_slice(), [Difference::Type { at, .. }] if at.rows == 3), "{zip:?}");
    let new: Vec<_> = of("new");
    assert!(matches!(new.as_slice(), [Difference::New { rows: 3, of: 3, .. }]), "{new:?}");

    let error = report.into_result().expect_err("it is not ok");
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(error.to_string(), "the API is not as declared: `items`");
    assert!(format!("{error:?}").contains("`author.address.zip`: expected u32"), "{error:?}");
}

#[tokio::test]
async fn what_serde_derives_and_what_are_plain_values_is_told_too() {
    let body = json!([{ "size": "big" }, { "id": 1, "title": 2, "owner": null, "extra": 1 }]);
    insta::assert_snapshot!(reported("derived", "/derived", body).await.join("\n"));
    insta::assert_snapshot!(reported("tags", "/tags", json!({ "tags": ["a", 1, null] })).await.join("\n"));
}

#[tokio::test]
async fn values_that_nothing_can_stand_in_for_are_told_as_far_as_can_be() {
    let rows = json!({ "list": [
        { "id": 1, "code": ["D"], "name": 5, "point": [1] },
        { "id": 2, "code": ["C", 1], "name": null, "point": 7 },
    ] });
    let server = but("/odd", move |_| Reply::json(&rows));
    insta::assert_snapshot!(verify(&server, "odd").await);
}

#[tokio::test]
async fn rows_that_the_query_leaves_out_are_none_that_were_looked_at() {
    let server = but("/odd", |_| Reply::json(r#"{ "list": [{ "other": 1 }] }"#));
    let report = verify(&server, "odd").await;
    assert!(report.is_ok());
    insta::assert_snapshot!(report, @"
    odd: nothing to verify (0 rows)
      - note: the page has no rows: no field could be checked
        help: verify against an API that has rows
    ");
}

#[tokio::test]
async fn new_fields_alone_are_no_failure() {
    let mut row = item(1);
    row["new"] = json!(1);
    let page = json!({ "items": [row], "total": 1, "pages": 1, "more": false });
    let server = but("/items", move |_| Reply::json(&page));
    let report = verify(&server, "items").await;
    assert!(report.is_ok());
    insta::assert_snapshot!(report, @"
    items: as declared (1 row)
      - note: `new` is sent in 1 of 1 rows, and not declared
    ");
}

#[tokio::test]
async fn many_new_fields_are_one_line() {
    let mut rows = [item(1), item(2)];
    for field in ["a", "b", "c"] {
        rows[0][field] = json!(1);
    }
    rows[1]["c"] = json!(1);
    let page = json!({ "items": rows, "total": 2, "pages": 1, "more": false });
    let server = but("/items", move |_| Reply::json(&page));
    let report = verify(&server, "items").await;
    assert!(report.is_ok());
    insta::assert_snapshot!(report, @"
    items: as declared (2 rows)
      - note: 3 fields are sent, and not declared: `a` (in 1), `b` (in 1), `c`
    ");
}

#[tokio::test]
async fn names_in_another_case_are_differences() {
    let row = |id: u32| json!({ "id": id, "created_at": "x", "dueDates": "x", "full_name": "x", "state": "in_work", "states": ["Open", "Odd", "open", null] });
    let page = json!({ "items": [row(1), row(2)] });
    let server = but("/cased", move |_| Reply::json(&page));
    let rows = client(&server).cased().await.expect_err("a field that must be there");
    assert_eq!(rows.kind(), ErrorKind::Decode);
    insta::assert_snapshot!(verify(&server, "cased").await);
}

/// The same names are read, where nothing is verified.
#[tokio::test]
async fn unknown_names_of_an_enum_are_read() {
    let row = json!({ "id": 1, "fullName": "x", "state": "in_work", "states": ["Open", "Odd"] });
    let page = json!({ "items": [row] });
    let server = but("/cased", move |_| Reply::json(&page));
    let rows = client(&server).cased().await.expect("rows");
    assert!(matches!(&rows[0].state, api::State::Other(name) if name == "in_work"));
    assert!(
        matches!(rows[0].states.as_slice(), [Some(api::State::Open), Some(api::State::Other(odd))] if odd == "Odd")
    );
    // A name that is like no other may be right.
    let page = json!({ "items": [{ "id": 1, "fullName": "x", "state": "Closed", "states": [] }] });
    let server = but("/cased", move |_| Reply::json(&page));
    let report = verify(&server, "cased").await;
    assert!(report.is_ok(), "{report}");
}

#[tokio::test]
async fn differences_of_an_object_that_is_the_only_row() {
    let mut author = item(1)["author"].clone();
    author["address"]["zip"] = json!("NW1");
    let body = json!({ "data": { "item": { "id": null, "state": "open", "author": author, "Title": "x" } } });
    let server = but("/single", move |_| Reply::json(&body));
    insta::assert_snapshot!(verify(&server, "single").await);
    let server = but("/single", |_| Reply::json(json!({ "data": { "items": [] } })));
    insta::assert_snapshot!(verify(&server, "single").await.to_string().replace(&server.base_url(), "…"));
}

#[tokio::test]
async fn keys_that_are_not_unique() {
    let page = json!({ "items": [item(1), item(2), item(1)], "total": 3, "pages": 1, "more": false });
    assert_eq!(reported("items", "/items", page).await, ["1 of 3 rows have the primary key (id) of an earlier row"]);
    let mut row = item(1);
    row["id"] = Value::Null;
    let page = json!({ "items": [row], "total": 1, "pages": 1, "more": false });
    assert_eq!(
        reported("items", "/items", page).await,
        ["`id`: expected u32, found null in the only row, `items[0].id`"]
    );
}

#[tokio::test]
async fn rows_that_are_not_where_they_should_be() {
    let pages = [
        json!({ "data": [item(1)], "count": 1 }),
        json!({ "items": 5, "total": 5, "pages": 1, "more": false }),
        json!([item(1)]),
    ];
    let mut all = Vec::new();
    for page in pages {
        all.push(reported("items", "/items", page).await.join("\n"));
    }
    let server = but("/items", |_| Reply::status(200).body("<html>Log in</html>"));
    all.push(verify(&server, "items").await.to_string().replace(&server.base_url(), "…"));
    insta::assert_snapshot!(all.join("\n---\n"));
}

#[tokio::test]
async fn an_empty_page_verifies_nothing_and_is_no_failure() {
    let server = but("/items", |_| Reply::json(json!({ "items": [], "total": 0, "pages": 0, "more": false })));
    let report = client(&server).verify().only(["votes"]).await.expect("a report");
    assert!(report.is_ok());
    assert!(matches!(report.resource("items").expect("read").differences.as_slice(), [Difference::Empty]));
    insta::assert_snapshot!(report, @"
    items: nothing to verify (0 rows)
      - note: the page has no rows: no field could be checked
        help: verify against an API that has rows
    comments: not verified: it is read for each row of `items`, and none could be read
    votes: not verified: it is read for each row of `comments`, and none could be read
    ");
}

#[tokio::test]
async fn totals_cursors_and_links() {
    let mut all = Vec::new();
    let page =
        |total: Value, more: Value| json!({ "items": [item(1), item(2)], "total": total, "pages": [], "more": more });
    all.extend(reported("items", "/items", page(json!(null), json!("maybe"))).await);
    all.extend(reported("items", "/items", page(json!(1), json!(true))).await);
    all.extend(reported("by_header", "/by_header", json!([{ "id": 1 }])).await);
    let server = but("/by_header", |_| Reply::json(json!([{ "id": 1 }, { "id": 2 }])).header("X-Total", "1"));
    all.push(verify(&server, "by_header").await.to_string());
    let rows = |count: u32| (1..=count).map(|id| json!({ "id": id })).collect::<Vec<_>>();
    all.extend(reported("by_cursor", "/by_cursor", json!({ "items": rows(2), "next": "x" })).await);
    all.extend(reported("by_cursor", "/by_cursor", json!({ "items": rows(2), "meta": { "next": {} } })).await);
    all.extend(reported("by_link", "/by_link", json!({ "items": rows(2), "next": 7 })).await);
    all.extend(reported("by_link", "/by_link", json!({ "items": rows(2), "next": "ftp://127.0.0.1/" })).await);
    all.extend(reported("by_header_link", "/by_header_link", json!(rows(1))).await);
    insta::assert_snapshot!(all.join("\n"));
    // Fewer rows than were asked for: it may be the only page.
    let server = but("/by_cursor", |_| Reply::json(json!({ "items": [{ "id": 1 }] })));
    let report = verify(&server, "by_cursor").await;
    assert!(report.is_ok());
    insta::assert_snapshot!(report, @"
    by_cursor: as declared (1 row)
      - note: `cursor_path`: nothing at `meta.next` names a next page; right if these are all rows
        help: if there are more rows, correct `cursor_path` to where the API names the next page
    ");
}

#[tokio::test]
async fn refusals_are_told_with_their_error() {
    let server = but("/items", |_| Reply::status(401).body(json!({ "error": format!("{TOKEN} expired") }).to_string()));
    let report = client(&server).verify().await.expect("a report");
    let [Difference::Refused { error }] = report.resource("items").expect("read").differences.as_slice() else {
        panic!("{report}")
    };
    assert_eq!((error.kind(), error.status()), (ErrorKind::Unauthorized, Some(401)));
    assert!(report.resource("kept").expect("read").is_ok(), "the others are read");
    let reason = report.resource("comments").expect("reported").unverified.as_deref();
    assert_eq!(reason, Some("it is read for each row of `items`, and none could be read"));
    assert!(!format!("{report} {report:?}").contains(TOKEN), "{report}");
    let error = report.into_result().expect_err("it is not ok");
    assert_eq!(error.kind(), ErrorKind::Unauthorized);
}

#[tokio::test]
async fn secrets_are_in_no_report() {
    let page = json!({
        "items": [{ "id": TOKEN, TOKEN: 1, "severity": TOKEN, "author": { TOKEN: 1 } }], "total": TOKEN, "more": TOKEN,
    });
    let server = but("/items", move |_| Reply::json(&page));
    let report = verify(&server, "items").await;
    let text = format!("{report} {report:?}");
    assert!(!text.contains(TOKEN) && text.contains("***"), "{text}");
}

#[tokio::test]
async fn a_resource_that_is_none_is_an_error() {
    let server = Server::start(right);
    let error = client(&server).verify().only(["itmes"]).await.expect_err("no resource");
    assert_eq!((error.kind(), server.count()), (ErrorKind::Config, 0));
    assert!(error.to_string().contains("has no resource `itmes`"), "{error}");
}
