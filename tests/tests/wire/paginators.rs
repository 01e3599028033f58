//! Every way of cutting a resource into pages but page numbers, over real HTTP.

use declarest::{Error, ErrorKind};
use declarest_tests::{Reply, Request, Server};
use serde_json::{Value, json};

/// One resource for each style.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = none,
    retry(max_retries = 0),
    resource_defaults(data_selector = "items"),
)]
mod api {
    #[resource(name = offsets, path = "/items", paginator = offset(limit = 10, total_path = "total"))]
    pub struct ByOffset {
        pub id: u64,
    }

    #[resource(name = open_offsets, path = "/items", paginator = offset(limit = 10, offset_param = "skip", limit_param = "take"))]
    pub struct ByOpenOffset {
        pub id: u64,
    }

    #[resource(
        name = bounded_offsets, path = "/items",
        paginator = offset(limit = 10, offset = 5, maximum_offset = 25, total_header = "X-Total"),
    )]
    pub struct ByBoundedOffset {
        pub id: u64,
    }

    #[resource(name = from_one, path = "/items", paginator = offset(limit = 10, offset = 1, total_path = "total"))]
    pub struct ByOffsetFromOne {
        pub id: u64,
    }

    #[resource(
        name = cursors, path = "/items", params(state: Option<String>),
        paginator = cursor(cursor_path = "meta.next", cursor_param = "after", limit_param = "size", limit = 2),
    )]
    pub struct ByCursor {
        pub id: u64,
    }

    #[resource(
        name = stripe, path = "/items",
        paginator = cursor(cursor_path = "last", cursor_param = "starting_after", has_more_path = "has_more"),
    )]
    pub struct ByCursorAndMore {
        pub id: u64,
    }

    #[resource(
        name = open_rows, path = "/items", data_selector = "$.items[?@.open == true]",
        paginator = offset(limit = 10, total_path = "total"),
    )]
    pub struct OpenByOffset {
        pub id: u64,
    }

    #[resource(
        name = open_pages, path = "/items", data_selector = "$.items[?@.open == true]",
        paginator = page_number(page_param = "p"),
    )]
    pub struct OpenByPage {
        pub id: u64,
    }

    #[resource(
        name = grouped, path = "/items", data_selector = "groups[*].items", paginator = page_number(page_param = "p"),
    )]
    pub struct Grouped {
        pub id: u64,
    }

    #[resource(name = header_cursors, path = "/items", paginator = header_cursor(cursor_key = "X-Next", cursor_param = "page"))]
    pub struct ByHeaderCursor {
        pub id: u64,
    }

    #[resource(name = header_links, path = "/items", paginator = header_link(limit_param = "per_page", limit = 50))]
    pub struct ByHeaderLink {
        pub id: u64,
    }

    #[resource(name = older_links, path = "/items", paginator = header_link(links_next_key = "older"))]
    pub struct ByOlderLink {
        pub id: u64,
    }

    #[resource(
        name = resent, path = "/items", params(state = "all", since: Option<String>),
        paginator = json_link(limit_param = "n", limit = 2, resend_params = true),
    )]
    pub struct Resent {
        pub id: u64,
    }

    #[resource(
        name = resent_header, path = "/items", params(state = "all"),
        paginator = header_link(limit_param = "n", limit = 2, resend_params = true),
    )]
    pub struct ResentHeader {
        pub id: u64,
    }

    #[resource(
        name = json_links, path = "/items", params(state = "all"),
        paginator = json_link(next_url_path = "data[\"@links\"].next[0].uri"),
    )]
    pub struct ByJsonLink {
        pub id: u64,
    }

    #[resource(name = found, path = "/items")]
    pub struct Found {
        pub id: u64,
    }

    #[resource(
        name = searched, path = "/search", method = POST, json = { "q": query, "sort": ["id", true], "page": 1 },
        params(query: String), paginator = page_number(page_body_path = "page", total_path = "total"),
    )]
    pub struct Searched {
        pub id: u64,
    }

    #[resource(
        name = searched_on, path = "/search", method = POST, json = { "filter": { "state": state } }, params(state: Option<String>),
        paginator = cursor(cursor_path = "next", cursor_body_path = "page.after"),
    )]
    pub struct SearchedOn {
        pub id: u64,
    }
}

fn client(server: &Server) -> api::Client {
    api::Client::builder().base_url(server.base_url()).build().expect("nothing is missing")
}

fn items(ids: impl IntoIterator<Item = u64>) -> Vec<Value> {
    ids.into_iter().map(|id| json!({ "id": id })).collect()
}

/// Rows `0..rows` by an offset and a limit of at most `cap`.
fn slice(request: &Request, [offset, limit]: [&str; 2], rows: u64, cap: u64) -> Vec<Value> {
    let first = request.number(offset).unwrap_or(0);
    let count = request.number(limit).unwrap_or(cap).min(cap);
    items(first..(first + count).min(rows).max(first))
}

macro_rules! ids {
    ($request:expr) => {
        $request.await.map(|rows| rows.into_iter().map(|row| row.id).collect::<Vec<_>>())
    };
}

fn kind<T>(result: Result<T, Error>) -> ErrorKind {
    result.map(drop).expect_err("an error").kind()
}

fn offsets(server: &Server, param: &str) -> Vec<u64> {
    server.pages(param)
}

// Offsets.

/// As an API does it whose links are a place in the list, and no more.
#[tokio::test]
async fn params_that_a_link_lacks_are_sent_with_it_where_that_is_declared() {
    let server = Server::start(|request| {
        let next = match request.number("after") {
            None => "/items?after=1&x=%7E",
            Some(1) => "?after=2&state=open&n=7",
            _ => "",
        };
        let id = request.number("after").unwrap_or(0);
        let reply = Reply::json(json!({ "items": [{ "id": id }], "next": next }));
        if next.is_empty() { reply } else { reply.header("Link", format!("<{next}>; rel=next")) }
    });
    let client = client(&server);
    assert_eq!(ids!(client.resent().since("May 1")).expect("rows"), [0, 1, 2]);
    let targets = |server: &Server| server.requests().into_iter().map(|request| request.target).collect::<Vec<_>>();
    let sent = [
        "/items?state=all&since=May+1&n=2",
        "/items?after=1&x=%7E&state=all&since=May+1&n=2",
        "/items?after=2&state=open&n=7&since=May+1",
    ];
    assert_eq!(targets(&server), sent);
    assert_eq!(ids!(client.resent_header()).expect("rows"), [0, 1, 2]);
    let sent = ["/items?state=all&n=2", "/items?after=1&x=%7E&state=all&n=2", "/items?after=2&state=open&n=7"];
    assert_eq!(targets(&server)[3..], sent);
}

#[tokio::test]
async fn offsets_go_on_until_the_total() {
    let server = Server::start(|request| {
        Reply::json(json!({ "total": 25, "items": slice(request, ["offset", "limit"], 25, 100) }))
    });
    assert_eq!(ids!(client(&server).offsets()).expect("rows"), (0..25).collect::<Vec<_>>());
    assert_eq!(offsets(&server, "offset"), [0, 10, 20], "a page that the total rules out is not asked for");
}

#[tokio::test]
async fn offsets_never_go_past_rows_that_the_server_withheld() {
    for cap in [1, 3, 4, 7] {
        let server = Server::start(move |request| {
            Reply::json(json!({ "total": 55, "items": slice(request, ["offset", "limit"], 55, cap) }))
        });
        let rows = ids!(client(&server).offsets().page_size(50).concurrency(4)).expect("rows");
        assert_eq!(rows, (0..55).collect::<Vec<_>>(), "{cap} rows a page, whatever is asked for");
        assert_eq!(server.count() as u64, 55_u64.div_ceil(cap), "no page twice");
    }
}

#[tokio::test]
async fn offsets_follow_pages_of_uneven_lengths() {
    // The second page is short although it is not the last.
    let server = Server::start(|request| {
        let cap = if request.number("offset") == Some(10) { 6 } else { 10 };
        Reply::json(json!({ "total": 40, "items": slice(request, ["offset", "limit"], 40, cap) }))
    });
    assert_eq!(ids!(client(&server).offsets().concurrency(3)).expect("rows"), (0..40).collect::<Vec<_>>());
}

#[tokio::test]
async fn offsets_without_a_total_end_at_an_empty_page() {
    let server = Server::start(|request| Reply::json(json!({ "items": slice(request, ["skip", "take"], 20, 100) })));
    assert_eq!(ids!(client(&server).open_offsets()).expect("rows").len(), 20);
    assert_eq!(offsets(&server, "skip"), [0, 10, 20]);
}

#[tokio::test]
async fn offsets_begin_and_end_where_they_are_told() {
    let server = Server::start(|request| {
        Reply::json(json!({ "items": slice(request, ["offset", "limit"], 100, 100) })).header("X-Total", 100)
    });
    assert_eq!(ids!(client(&server).bounded_offsets()).expect("rows"), (5..25).collect::<Vec<_>>());
    assert_eq!(offsets(&server, "offset"), [5, 15]);
}

/// Of an API that counts its rows from 1, and of one that counts from 0, where the first is left out.
#[tokio::test]
async fn an_offset_of_one_may_be_that_of_the_first_row() {
    for base in [1, 0] {
        for rows in [50, 51, 52] {
            let server = Server::start(move |request| {
                let from = request.number("offset").expect("a number") - base;
                Reply::json(json!({ "total": rows, "items": items(from..(from + 10).min(rows)) }))
            });
            let expected = ((1 - base)..rows).collect::<Vec<_>>();
            assert_eq!(ids!(client(&server).from_one()).expect("rows"), expected, "from {base}, {rows} rows");
        }
    }
}

/// What a query leaves out has come nevertheless: pages are counted, and end, by what the API sends.
#[tokio::test]
async fn rows_that_a_query_leaves_out_count_for_the_pages() {
    // Of forty rows, those on the third page of ten are all closed.
    let open = |id: u64| !(20..30).contains(&id) && id.is_multiple_of(2);
    let server = Server::start(move |request| {
        let from = request.number("offset").unwrap_or_else(|| (request.number("p").expect("a page") - 1) * 10);
        let rows: Vec<_> = (from..(from + 10).min(40)).map(|id| json!({ "id": id, "open": open(id) })).collect();
        Reply::json(json!({ "total": 40, "items": rows }))
    });
    let expected = (0..40).filter(|id| open(*id)).collect::<Vec<_>>();
    assert_eq!(ids!(client(&server).open_rows()).expect("rows"), expected);
    assert_eq!(offsets(&server, "offset"), [0, 10, 20, 30]);
    assert_eq!(ids!(client(&server).open_pages()).expect("rows"), expected);
}

#[tokio::test]
async fn a_list_without_groups_has_no_rows() {
    let server = Server::start(|request| match request.number("p") {
        Some(1) => Reply::json(json!({ "groups": [{ "items": items([1]) }, { "items": items([2, 3]) }] })),
        _ => Reply::json(json!({ "groups": [] })),
    });
    assert_eq!(ids!(client(&server).grouped()).expect("rows"), [1, 2, 3]);
    // Groups without the list are another thing.
    let other = Server::start(|_| Reply::json(json!({ "groups": [{ "rows": [] }] })));
    let error = ids!(client(&other).grouped()).expect_err("no rows");
    assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
}

// Cursors.

/// A server that answers a cursor with rows and the next cursor; `null` stands for the first page.
fn chain(pages: Vec<(Value, Value)>) -> Server {
    Server::start(move |request| {
        let asked = request.param("after");
        let page = pages.iter().position(|(cursor, _)| match cursor {
            Value::Null => asked.is_none(),
            Value::String(text) => asked == Some(text),
            other => asked == Some(&other.to_string()),
        });
        match page {
            Some(page) => Reply::json(json!({ "meta": { "next": pages[page].1 }, "items": items([page as u64]) })),
            None => Reply::status(418),
        }
    })
}

#[tokio::test]
async fn more_pages_without_a_cursor_are_not_the_end() {
    let server = Server::start(|_| Reply::json(json!({ "items": items([1]), "has_more": true, "cursor": "x" })));
    let error = ids!(client(&server).stripe()).expect_err("more, and no way there");
    assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
    assert!(error.to_string().contains("`cursor_path`: the body has nothing at `last`"), "{error}");
}

#[tokio::test]
async fn cursors_are_sent_back_until_there_is_none() {
    for end in [Value::Null, json!(""), json!(false)] {
        let server =
            chain(vec![(Value::Null, json!("a/b+c=?&ü")), (json!("a/b+c=?&ü"), json!("x%2Fy")), (json!("x%2Fy"), end)]);
        assert_eq!(ids!(client(&server).cursors().state("open")).expect("rows"), [0, 1, 2]);
        assert_eq!(server.asked("size"), vec![Some("2".to_owned()); 3]);
        assert_eq!(server.asked("state"), vec![Some("open".to_owned()); 3]);
    }
}

#[tokio::test]
async fn zero_is_a_cursor_and_large_numbers_keep_their_digits() {
    let large = 18_446_744_073_709_551_615_u64;
    let server = chain(vec![
        (Value::Null, json!(0)),
        (json!(0), json!(large)),
        (json!(large), json!(-5)),
        (json!(-5), Value::Null),
    ]);
    assert_eq!(ids!(client(&server).cursors()).expect("rows"), [0, 1, 2, 3]);
}

#[tokio::test]
async fn a_cursor_that_comes_again_is_a_loop() {
    let one = chain(vec![(Value::Null, json!("a")), (json!("a"), json!("a"))]);
    let two = chain(vec![(Value::Null, json!("a")), (json!("a"), json!("b")), (json!("b"), json!("a"))]);
    let three = chain(vec![
        (Value::Null, json!("a")),
        (json!("a"), json!("b")),
        (json!("b"), json!("c")),
        (json!("c"), json!("a")),
    ]);
    for server in [one, two, three] {
        assert_eq!(kind(client(&server).cursors().await), ErrorKind::PaginationLoop);
        assert!(server.count() <= 5, "{} requests", server.count());
    }
}

#[tokio::test]
async fn an_empty_page_with_a_cursor_is_not_the_end() {
    let server = Server::start(|request| match request.param("after") {
        None => Reply::json(json!({ "meta": { "next": "a" }, "items": items([1]) })),
        Some("a") => Reply::json(json!({ "meta": { "next": "b" }, "items": [] })),
        _ => Reply::json(json!({ "meta": {}, "items": items([2]) })),
    });
    assert_eq!(ids!(client(&server).cursors()).expect("rows"), [1, 2]);
}

#[tokio::test]
async fn a_cursor_that_is_no_value_is_an_error() {
    for cursor in [json!(true)] {
        let server = chain(vec![(Value::Null, cursor)]);
        let error = client(&server).cursors().await.map(drop).expect_err("an error");
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert!(error.to_string().contains("`meta.next`"), "{error}");
    }
}

#[tokio::test]
async fn has_more_ends_a_walk_that_still_has_a_cursor() {
    let server = Server::start(|request| match request.param("starting_after") {
        None => Reply::json(json!({ "items": items([1, 2]), "last": 2, "has_more": true })),
        Some("2") => Reply::json(json!({ "items": items([3]), "last": 3, "has_more": false })),
        _ => Reply::status(418),
    });
    assert_eq!(ids!(client(&server).stripe()).expect("rows"), [1, 2, 3]);
}

#[tokio::test]
async fn cursors_in_headers_are_sent_back_until_there_is_none() {
    let server = Server::start(|request| match request.param("page") {
        None => Reply::json(json!({ "items": items([1]) })).header("x-next", "two"),
        Some("two") => Reply::json(json!({ "items": items([2]) })).header("X-NEXT", ""),
        _ => Reply::status(418),
    });
    assert_eq!(ids!(client(&server).header_cursors()).expect("rows"), [1, 2]);
}

// Links.

#[tokio::test]
async fn links_in_headers_are_followed() {
    let server = Server::start(|request| match request.param("page") {
        None => Reply::json(json!({ "items": items([1]) }))
            .header("Link", "</items?page=2>; REL=\"Next\", </items?page=9>; rel=\"last\""),
        Some("2") => Reply::json(json!({ "items": items([2]) }))
            .header("Link", "</items>; rel=\"prev\"")
            .header("Link", "<?page=3>; title=\"a, b\"; rel=\"next last\""),
        Some("3") => Reply::json(json!({ "items": items([3]) })).header("Link", ""),
        _ => Reply::status(418),
    });
    assert_eq!(ids!(client(&server).header_links()).expect("rows"), [1, 2, 3]);
    assert_eq!(server.asked("per_page"), [Some("50".to_owned()), None, None], "links hold all that they need");
}

#[tokio::test]
async fn links_of_the_declared_relation_are_followed_and_no_others() {
    let server = Server::start(|request| match request.number("page") {
        None => Reply::json(json!({ "items": items([1]) }))
            .header("Link", "</items?page=9>; rel=\"next\", </items?page=2>; rel=\"older\""),
        Some(2) => Reply::json(json!({ "items": items([2]) })).header("Link", "</items?page=9>; rel=\"next\""),
        _ => Reply::status(418),
    });
    assert_eq!(ids!(client(&server).older_links()).expect("rows"), [1, 2]);
}

#[tokio::test]
async fn links_in_bodies_are_followed_as_they_are() {
    for end in [
        json!({ "items": items([3]) }),
        json!({ "items": items([3]), "data": { "@links": { "next": [{ "uri": null }] } } }),
        json!({ "items": items([3]), "data": { "@links": { "next": [{ "uri": "" }] } } }),
    ] {
        let server = Server::start(move |request| {
            let next = |uri: &str, id| {
                Reply::json(json!({ "data": { "@links": { "next": [{ "uri": uri }] } }, "items": items([id]) }))
            };
            match (request.path.as_str(), request.param("q")) {
                ("/items", None) => next("?q=%E3%81%82", 1),
                ("/items", Some("あ")) => next("/more/a%2Fb", 2),
                ("/more/a%2Fb", None) => Reply::json(&end),
                _ => Reply::status(418),
            }
        });
        assert_eq!(ids!(client(&server).json_links()).expect("rows"), [1, 2, 3]);
        assert_eq!(server.asked("state"), [Some("all".to_owned()), None, None]);
    }
}

#[tokio::test]
async fn a_link_that_leads_back_is_a_loop() {
    let itself =
        Server::start(|_| Reply::json(json!({ "items": items([1]) })).header("Link", "</items?per_page=50>; rel=next"));
    assert_eq!(kind(client(&itself).header_links().await), ErrorKind::PaginationLoop);
    let circle = Server::start(|request| {
        let page = request.number("page").unwrap_or(0);
        Reply::json(json!({ "items": items([page]) }))
            .header("Link", format!("</items?page={}>; rel=next", (page + 1) % 3))
    });
    assert_eq!(kind(client(&circle).header_links().await), ErrorKind::PaginationLoop);
}

#[tokio::test]
async fn a_link_out_of_http_is_not_followed() {
    for target in ["file:///etc/passwd", "ftp://127.0.0.1/", "http://", "http://[", "javascript:alert(1)"] {
        let server = Server::start(move |_| {
            Reply::json(json!({ "items": items([1]) })).header("Link", format!("<{target}>; rel=next"))
        });
        let error = client(&server).header_links().await.map(drop).expect_err("an error");
        assert_eq!((error.kind(), server.count()), (ErrorKind::Transport, 1), "{target}: {error}");
    }
}

#[tokio::test]
async fn auto_finds_a_link_or_reads_one_page() {
    let header = Server::start(|request| match request.param("page") {
        None => Reply::json(json!({ "items": items([1]) })).header("Link", "</items?page=2>; rel=next"),
        _ => Reply::json(json!({ "items": items([2]) })),
    });
    assert_eq!(ids!(client(&header).found()).expect("rows"), [1, 2]);
    let body = Server::start(|request| match request.param("page") {
        None => Reply::json(json!({ "items": items([1]), "links": { "next": { "href": "/items?page=2" } } })),
        _ => Reply::json(json!({ "items": items([2]), "links": { "next": null } })),
    });
    assert_eq!(ids!(client(&body).found()).expect("rows"), [1, 2]);
    // Where one path continues into another one, too.
    for place in ["links", "paging"] {
        let text = Server::start(move |request| match request.param("page") {
            None => Reply::json(json!({ "items": items([1]), place: { "next": "/items?page=2" } })),
            _ => Reply::json(json!({ "items": items([2]), place: { "next": null } })),
        });
        assert_eq!(ids!(client(&text).found()).expect("rows"), [1, 2], "{place}");
    }
    // A text that is no URL is a cursor, and nothing says how to send it.
    let neither = Server::start(|_| Reply::json(json!({ "items": items([1]), "next": "abc", "next_page": 2 })));
    assert_eq!(kind(client(&neither).found().await), ErrorKind::Incomplete);
}

#[tokio::test]
async fn auto_follows_the_link_with_the_relation_next() {
    for (place, [rel, href]) in [("links", ["rel", "href"]), ("_links", ["rel", "href"]), ("link", ["relation", "url"])]
    {
        let server = Server::start(move |request| {
            let link = |relation: &str, target: &str| json!({ rel: relation, href: target, "method": "GET" });
            let first = request.param("page").is_none();
            let mut links = vec![json!("odd"), link("self", "/items"), link("last", "/items?page=9")];
            links.extend(first.then(|| link("next", "/items?page=2")));
            Reply::json(json!({ "items": items([if first { 1 } else { 2 }]), place: links }))
        });
        assert_eq!(ids!(client(&server).found()).expect("rows"), [1, 2], "{place}");
    }
    let server = Server::start(|_| {
        Reply::json(json!({ "items": items([1]), "links": [{ "rel": "next", "href": "abc" }, { "rel": "next" }] }))
    });
    assert_eq!(ids!(client(&server).found()).expect("rows"), [1], "no link, one page");
}

// Queries in bodies.

#[tokio::test]
async fn the_page_goes_into_the_body() {
    let server = Server::start(|request| {
        let body: Value = serde_json::from_str(&request.body).expect("JSON");
        let page = body["page"].as_u64().expect("a page");
        Reply::json(json!({ "total": 5, "items": items((page * 2 - 2)..(page * 2).min(5)) }))
    });
    assert_eq!(ids!(client(&server).searched("a \"b\"")).expect("rows"), [0, 1, 2, 3, 4]);
    let mut bodies: Vec<Value> =
        server.requests().iter().map(|request| serde_json::from_str(&request.body).expect("JSON")).collect();
    bodies.sort_by_key(|body| body["page"].as_u64());
    let expected = |page: u64| json!({ "q": "a \"b\"", "sort": ["id", true], "page": page });
    assert_eq!(bodies, [expected(1), expected(2), expected(3)]);
    for request in server.requests() {
        assert_eq!((request.method.as_str(), request.query.len()), ("POST", 0));
        assert_eq!(request.header("content-type"), Some("application/json"));
    }
}

#[tokio::test]
async fn the_cursor_goes_into_the_body_and_what_is_not_set_stays_out() {
    let server = Server::start(|request| {
        let body: Value = serde_json::from_str(&request.body).expect("JSON");
        match body.pointer("/page/after") {
            None => Reply::json(json!({ "items": items([1]), "next": 7 })),
            Some(cursor) if *cursor == json!(7) => Reply::json(json!({ "items": items([2]) })),
            Some(_) => Reply::status(418),
        }
    });
    assert_eq!(ids!(client(&server).searched_on()).expect("rows"), [1, 2]);
    assert_eq!(ids!(client(&server).searched_on().state("open")).expect("rows"), [1, 2]);
    let bodies: Vec<String> = server.requests().into_iter().map(|request| request.body).collect();
    assert_eq!(bodies[0], r#"{"filter":{}}"#);
    assert_eq!(bodies[2], r#"{"filter":{"state":"open"}}"#);
}
