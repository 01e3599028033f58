//! What is sent and read with the options of the language, over the wire.

use declarest_tests::{Reply, Server};

/// A search by POST, and resources with keys.
#[declarest::source(base_url = "http://127.0.0.1:9", auth = http_basic(username = "me", password = secret(password)))]
mod api {
    #[resource(
        path = "/{index}/search", data_selector = "hits", method = POST,
        params(index: String, query: String, state: Option<String>, size = 7, trace = true),
        json = { "q": query, "filter": { "state": state, "size": size }, "page": 0 },
        paginator = page_number(page_body_path = "page", total_path = "total"),
        missing_rows = empty, response_actions(404 = ignore),
        filter = is_odd, map = tenfold,
    )]
    pub struct Hit {
        pub id: u64,
    }

    fn is_odd(hit: &Hit) -> bool {
        hit.id % 2 == 1
    }

    fn tenfold(mut hit: Hit) -> Hit {
        hit.id *= 10;
        hit
    }

    #[resource(path = "/charges", auth = api_key(name = "key", api_key = secret(token), location = query), paginator = auto)]
    pub struct Charge {
        pub id: u64,
    }
}

fn client(server: &Server) -> api::Client {
    let builder = api::Client::builder().base_url(server.base_url());
    builder.password("p").token("t").build().expect("nothing is missing")
}

#[tokio::test]
async fn a_search_sends_its_params_and_pages_in_the_body() {
    let server = Server::start(|request| {
        let page = if request.body.contains("\"page\":1") { "[{\"id\":1},{\"id\":2}]" } else { "[{\"id\":3}]" };
        Reply::json(format!("{{\"total\":3,\"hits\":{page}}}"))
    });
    let hits = client(&server).hit("notes", "rust").state("open").concurrency(1).await.expect("an answer");
    assert_eq!(hits.iter().map(|hit| hit.id).collect::<Vec<_>>(), [10, 30]);
    let requests = server.requests();
    let bodies: Vec<&str> = requests.iter().map(|request| request.body.as_str()).collect();
    assert_eq!(
        bodies,
        [
            r#"{"q":"rust","filter":{"state":"open","size":7},"page":1}"#,
            r#"{"q":"rust","filter":{"state":"open","size":7},"page":2}"#,
        ]
    );
    assert_eq!((requests[0].method.as_str(), requests[0].path.as_str()), ("POST", "/notes/search"));
    assert_eq!(requests[0].query, [("trace".to_owned(), "true".to_owned())]);
    assert_eq!(requests[0].header("authorization"), Some("Basic bWU6cA=="));
}

#[tokio::test]
async fn what_is_not_set_and_not_there_is_left_out() {
    let server = Server::start(|_| Reply::status(404));
    let hits = client(&server).hit("notes", "rust").await.expect("an ignored answer");
    assert!(hits.is_empty());
    assert_eq!(server.requests()[0].body, r#"{"q":"rust","filter":{"size":7},"page":1}"#);
}

#[tokio::test]
async fn a_key_goes_where_it_is_declared() {
    let server = Server::start(|request| {
        Reply::json(if request.param("after").is_none() { "[{\"id\":1}]" } else { "[{\"id\":2}]" })
            .header("Link", if request.param("after").is_none() { "</charges?after=1>; rel=\"next\"" } else { "" })
    });
    let charges = client(&server).charge().await.expect("an answer");
    assert_eq!(charges.iter().map(|charge| charge.id).collect::<Vec<_>>(), [1, 2]);
    assert!(server.requests().iter().all(|request| request.param("key") == Some("t")));
}
