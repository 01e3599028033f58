//! Params of several values, and bodies that are no JSON, over real HTTP.

use declarest_tests::{Reply, Server};

/// Whatever a request can hold.
#[declarest::source(base_url = "http://127.0.0.1:9", resource_defaults(data_selector = "items", paginator = single_page))]
mod api {
    #[resource(
        name = lists, path = "/x",
        params(tags: Vec<String>, ids: Option<Vec<u64>> (style = csv), kinds as "kind[]": Option<Vec<String>> (style = repeat)),
    )]
    pub struct ByList {
        pub id: u64,
    }

    #[resource(name = in_path, path = "/x/{ids}", params(ids: Vec<u64>))]
    pub struct InPath {
        pub id: u64,
    }

    #[resource(name = in_json, path = "/x", method = POST, params(ids: Vec<u64>, q: Option<String>), json = { "ids": ids, "q": q })]
    pub struct InJson {
        pub id: u64,
    }

    #[resource(
        name = body_of_get, path = "/x", method = GET, params(q: String, kind = "a"), json = { "query": { "match": q } },
        paginator = page_number(page_body_path = "page.number", stop_after_short_page = true, limit_body_path = "page.size", limit = 2),
    )]
    pub struct BodyOfGet {
        pub id: u64,
    }

    #[resource(name = form_of_get, path = "/x", method = GET, data = { "q": "a b" })]
    pub struct FormOfGet {
        pub id: u64,
    }

    #[resource(name = raw, path = "/x", method = POST, data = "fields id,name; limit 500;", headers("Content-Type" = "text/plain"))]
    pub struct Raw {
        pub id: u64,
    }

    #[resource(name = untyped, path = "/x", method = POST, data = "{{\"braces\": 1}}")]
    pub struct Untyped {
        pub id: u64,
    }

    #[resource(name = of_lists, path = "/x", method = POST, data = "<of id=\"{resources.lists.id}\">{{x}} {{resources}}</of>")]
    pub struct OfLists {
        pub id: u64,
    }

    /// All that is in its form changes from page to page, or from run to run.
    #[resource(
        name = form_of_pages, path = "/x", method = POST, data = {}, data_selector = "items",
        paginator = page_number(page_body_path = "page", limit_body_path = "[\"page.size\"]", limit = 1),
        incremental(cursor = id, start_body_path = "since", initial_value = 3), write_disposition = append,
    )]
    pub struct FormOfPages {
        pub id: i64,
    }

    #[resource(
        name = form, path = "/x", method = POST, params(q: String, ids: Option<Vec<u64>>),
        data = { "query": q, "ids": ids, "format": "json", "n": 5, "deep": true },
    )]
    pub struct Form {
        pub id: u64,
    }
}

fn server() -> (Server, api::Client) {
    let server = Server::start(|_| Reply::json(r#"{"items":[{"id":1}]}"#));
    let client = api::Client::builder().base_url(server.base_url()).build().expect("nothing is missing");
    (server, client)
}

#[tokio::test]
async fn several_values_are_sent_as_declared() {
    let (server, client) = server();
    client.lists(["a b", "c,d"]).ids([1, 2]).kinds(["x"]).await.expect("a row");
    client.lists(Vec::<String>::new()).ids([]).kinds(["y"]).kinds(["z", "z"]).await.expect("a row");
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let [first, second] = server.requests().try_into().expect("two requests");
    assert_eq!(first.query, [pair("tags", "a b"), pair("tags", "c,d"), pair("ids", "1,2"), pair("kind[]", "x")]);
    assert_eq!(second.query, [pair("kind[]", "z"), pair("kind[]", "z")]);
}

#[tokio::test]
async fn several_values_are_one_segment_and_one_array() {
    let (server, client) = server();
    client.in_path([1, 2]).await.expect("a row");
    client.in_json([1, 2]).q("x").await.expect("a row");
    let requests = server.requests();
    assert_eq!(requests[0].path, "/x/1%2C2");
    assert_eq!(requests[1].body, r#"{"ids":[1,2],"q":"x"}"#);
    assert_eq!(requests[1].header("content-type"), Some("application/json"));
}

#[tokio::test]
async fn a_text_is_sent_as_it_is() {
    let (server, client) = server();
    client.raw().await.expect("a row");
    client.untyped().await.expect("a row");
    let requests = server.requests();
    assert_eq!(
        (requests[0].body.as_str(), requests[0].header("content-type")),
        ("fields id,name; limit 500;", Some("text/plain"))
    );
    assert_eq!((requests[1].body.as_str(), requests[1].header("content-type")), (r#"{"braces": 1}"#, None));
    assert!(requests.iter().all(|request| request.method == "POST"));
}

#[tokio::test]
async fn a_get_that_is_written_out_has_a_body() {
    let (server, client) = server();
    client.body_of_get("x").await.expect("a row");
    client.form_of_get().await.expect("a row");
    let [json, form] = server.requests().try_into().expect("two requests");
    assert_eq!((json.method.as_str(), json.path.as_str()), ("GET", "/x"));
    assert_eq!(json.query, [("kind".to_owned(), "a".to_owned())]);
    assert_eq!(json.body, r#"{"query":{"match":"x"},"page":{"number":1,"size":2}}"#);
    assert_eq!(json.header("content-type"), Some("application/json"));
    assert_eq!((form.method.as_str(), form.body.as_str()), ("GET", "q=a+b"));
    assert_eq!(form.header("content-type"), Some("application/x-www-form-urlencoded"));
}

/// A GET stays one, and takes its body along unless the response is to be found elsewhere (303).
#[tokio::test]
async fn a_redirected_get_keeps_its_body() {
    for (status, kept) in [(301, "q=a+b"), (302, "q=a+b"), (303, ""), (307, "q=a+b"), (308, "q=a+b")] {
        let server = Server::start(move |request| match request.path.as_str() {
            "/x" => Reply::status(status).header("Location", "/y"),
            _ => Reply::json(r#"{"items":[{"id":1}]}"#),
        });
        let client = api::Client::builder().base_url(server.base_url()).build().expect("nothing is missing");
        client.form_of_get().await.expect("a row");
        client.form("x").await.expect("a row");
        let requests = server.requests();
        assert_eq!((requests[1].method.as_str(), requests[1].body.as_str()), ("GET", kept), "{status}");
        let posted = if status > 303 { ("POST", "query=x&format=json&n=5&deep=true") } else { ("GET", "") };
        assert_eq!((requests[3].method.as_str(), requests[3].body.as_str()), posted, "{status}");
    }
}

#[tokio::test]
async fn a_field_of_a_parent_is_filled_into_a_text() {
    let (server, client) = server();
    client.of_lists(7_u64).await.expect("a row");
    assert_eq!(server.requests()[0].body, r#"<of id="7">{x} {resources}</of>"#);
}

#[tokio::test]
async fn pages_and_ranges_are_fields_of_a_form() {
    let pages = ["[{\"id\":4}]", "[{\"id\":5}]", "[]"].map(|items| Reply::json(format!("{{\"items\":{items}}}")));
    let server = Server::script(pages);
    let client = api::Client::builder().base_url(server.base_url()).build().expect("nothing is missing");
    assert_eq!(client.form_of_pages().await.expect("two rows").len(), 2);
    let bodies: Vec<_> = server.requests().into_iter().map(|request| request.body).collect();
    assert_eq!(bodies, ["since=3&page=1&page.size=1", "since=3&page=2&page.size=1", "since=3&page=3&page.size=1"]);
}

#[tokio::test]
async fn a_form_is_encoded() {
    let (server, client) = server();
    client.form("a&b=ü c").ids([1, 2]).await.expect("a row");
    client.form("").await.expect("a row");
    let requests = server.requests();
    assert_eq!(requests[0].body, "query=a%26b%3D%C3%BC+c&ids=1&ids=2&format=json&n=5&deep=true");
    assert_eq!(requests[1].body, "query=&format=json&n=5&deep=true");
    assert_eq!(requests[0].header("content-type"), Some("application/x-www-form-urlencoded"));
    assert!(requests.iter().all(|request| request.query.is_empty()));
}
