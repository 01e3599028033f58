//! Credentials of every kind: sent as declared, to the declared origin, and nowhere else.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use declarest::ErrorKind;
use declarest_tests::{Database, Reply, Request, Server};
use serde_json::json;

const MARKER: &str = "s3cr3t-marker-0123456789";
/// `user:` and the marker, in base64.
const BASIC: &str = "Basic dXNlcjpzM2NyM3QtbWFya2VyLTAxMjM0NTY3ODk=";

/// One resource for each kind.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = bearer(token = secret(key)),
    retry(max_retries = 0),
    resource_defaults(data_selector = "items", paginator = json_link(next_url_path = "next")),
)]
mod api {
    #[resource(name = bearer, path = "/items")]
    pub struct ByBearer {
        pub id: u64,
    }

    #[resource(name = basic, path = "/items", auth = http_basic(username = "user", password = secret(key)))]
    pub struct ByBasic {
        pub id: u64,
    }

    #[resource(name = token_user, path = "/items", auth = http_basic(username = secret(key), password = ""))]
    pub struct ByTokenUser {
        pub id: u64,
    }

    #[resource(name = header, path = "/items", auth = api_key(name = "X-Api-Key", api_key = secret(key), location = header))]
    pub struct ByHeader {
        pub id: u64,
    }

    #[resource(name = query, path = "/items", auth = api_key(name = "k", api_key = secret(key), location = query))]
    pub struct ByQuery {
        pub id: u64,
    }

    #[resource(name = cookie, path = "/items", auth = api_key(name = "session", api_key = secret(key), location = cookie))]
    pub struct ByCookie {
        pub id: u64,
    }

    #[resource(name = open, path = "/items", auth = none)]
    pub struct Open {
        pub id: u64,
    }
}

fn client(server: &Server) -> api::Client {
    api::Client::builder().base_url(server.base_url()).key(MARKER).build().expect("nothing is missing")
}

/// How many rows each kind of credentials gets.
async fn each(client: &api::Client) -> Vec<(&'static str, Result<usize, declarest::Error>)> {
    vec![
        ("bearer", client.bearer().await.map(|rows| rows.len())),
        ("basic", client.basic().await.map(|rows| rows.len())),
        ("token_user", client.token_user().await.map(|rows| rows.len())),
        ("header", client.header().await.map(|rows| rows.len())),
        ("query", client.query().await.map(|rows| rows.len())),
        ("cookie", client.cookie().await.map(|rows| rows.len())),
        ("open", client.open().await.map(|rows| rows.len())),
    ]
}

fn page(next: Option<&str>) -> Reply {
    Reply::json(json!({ "items": [{ "id": 1 }], "next": next }))
}

/// Whether the marker is anywhere in a request, plain or in base64.
fn is_marked(request: &Request) -> bool {
    let text = format!("{} {:?} {:?}", request.path, request.query, request.headers);
    text.contains(MARKER) || text.contains("dXNlcjp") || text.contains("czNjcjN0")
}

#[tokio::test]
async fn credentials_are_sent_as_declared() {
    let server = Server::start(|_| page(None));
    for (name, rows) in each(&client(&server)).await {
        assert_eq!(rows.expect(name), 1);
    }
    let requests = server.requests();
    let header = |index: usize, name: &str| requests[index].header(name).map(str::to_owned);
    assert_eq!(header(0, "authorization"), Some(format!("Bearer {MARKER}")));
    assert_eq!(header(1, "authorization").as_deref(), Some(BASIC));
    assert!(header(2, "authorization").is_some_and(|value| value.starts_with("Basic czNjcjN0")));
    assert_eq!((header(3, "x-api-key").as_deref(), header(3, "authorization")), (Some(MARKER), None));
    assert_eq!((requests[4].param("k"), header(4, "authorization")), (Some(MARKER), None));
    assert_eq!(header(5, "cookie"), Some(format!("session={MARKER}")));
    assert!(!is_marked(&requests[6]), "{:?}", requests[6]);
}

#[tokio::test]
async fn no_link_takes_credentials_to_another_origin() {
    // The server puts the key that it was sent into the link, as some do.
    let elsewhere = Server::start(|_| Reply::json(json!({ "items": [{ "id": 2 }] })));
    let target = format!("{}/items?page=2&k={MARKER}", elsewhere.base_url());
    let server = Server::start(move |request| {
        let key = request.param("k").is_some();
        page(Some(if key { &target } else { target.split('&').next().unwrap_or_default() }))
    });
    for (name, rows) in each(&client(&server)).await {
        assert_eq!(rows.unwrap_or_else(|error| panic!("{name}: {error}")), 2);
    }
    assert_eq!(elsewhere.count(), 7);
    for request in elsewhere.requests() {
        assert!(!is_marked(&request), "{request:?}");
    }
}

#[tokio::test]
async fn no_redirect_takes_credentials_to_another_origin() {
    let elsewhere = Server::start(|_| page(None));
    let target = format!("{}/items", elsewhere.base_url());
    let server = Server::start(move |request| {
        let query = request.param("k").map(|key| format!("?k={key}")).unwrap_or_default();
        Reply::status(307).header("Location", format!("{target}{query}"))
    });
    for (name, rows) in each(&client(&server)).await {
        assert_eq!(rows.expect(name), 1);
    }
    for request in elsewhere.requests() {
        assert!(!is_marked(&request), "{request:?}");
    }
}

#[tokio::test]
async fn links_and_redirects_within_the_origin_keep_them() {
    let server = Server::start(|request| match (request.path.as_str(), request.param("page")) {
        ("/items", None) => page(Some("/items?page=2")),
        ("/items", Some("2")) => Reply::status(302).header("Location", "/moved"),
        _ => Reply::json(json!({ "items": [{ "id": 2 }] })),
    });
    for (name, rows) in each(&client(&server)).await {
        assert_eq!(rows.expect(name), 2);
    }
    let requests = server.requests();
    assert_eq!(requests.len(), 21);
    assert!(requests[..18].iter().all(is_marked), "{requests:?}");
}

#[tokio::test]
async fn a_refusal_names_the_secret_and_shows_none() {
    let server = Server::start(|request| {
        Reply::status(401).body(format!("bad credentials {:?} {:?}", request.query, request.headers))
    });
    for (name, rows) in each(&client(&server)).await {
        let error = rows.expect_err(name);
        let text = format!("{error} {error:?} {:?}", error.url());
        assert_eq!(error.kind(), ErrorKind::Unauthorized, "{name}");
        assert!(!text.contains(MARKER), "{name}: {text}");
        assert!(name == "open" || text.contains("`key` was sent"), "{name}: {text}");
    }
}

#[tokio::test]
async fn a_secret_is_struck_out_however_the_server_writes_it() {
    let secret = "a/b+c=d\"e";
    let said = [r#"{"token":"a/b+c=d\"e"}"#, r#"{"token":"a\/b+c=d\"e"}"#, "a%2Fb%2Bc%3Dd%22e", "YS9iK2M9ZCJl"];
    for text in said {
        let server = Server::start(move |_| Reply::status(401).body(text));
        let client =
            api::Client::builder().base_url(server.base_url()).key(secret).build().expect("nothing is missing");
        let error = client.query().await.map(drop).expect_err("refused");
        assert!(error.to_string().contains("***") && !error.to_string().contains("c=d"), "{error}");
        assert!(!error.to_string().contains("c%3Dd") && !error.to_string().contains("YS9i"), "{error}");
    }
}

#[tokio::test]
async fn a_link_with_a_secret_in_it_is_not_shown() {
    let server = Server::start(|request| match request.param("session") {
        None => page(Some(&format!("/items?session={MARKER}"))),
        Some(_) => Reply::status(500),
    });
    let error = client(&server).bearer().await.map(drop).expect_err("the second page fails");
    let text = format!("{error} {error:?} {:?}", error.url());
    assert!(text.contains("session=***") && !text.contains(MARKER), "{text}");
}

/// The key is a parameter that nobody would take for one, and the server writes it in its own way.
#[tokio::test]
async fn a_sync_goes_on_behind_links_that_repeat_the_key() {
    let broken = Arc::new(AtomicBool::new(true));
    let flag = Arc::clone(&broken);
    let server = Server::start(move |request| match request.param("$skiptoken") {
        None => page(Some("/items?k=a%2fb%3d%3dc&$skiptoken=2")),
        Some("2") => Reply::json(json!({ "items": [{ "id": 2 }], "next": "/items?%24skiptoken=3&k=a/b%3D=c" })),
        Some(_) if flag.load(SeqCst) => Reply::status(500),
        Some(_) => Reply::json(json!({ "items": [{ "id": 3 }] })),
    });
    let database = Database::new();
    let client = api::Client::builder().base_url(server.base_url()).key("a/b==c").build().expect("nothing is missing");
    let error = client.sync(&mut database.open()).only(["query"]).await.expect_err("the third page fails");
    let said = format!("{error} {error:?} {:?}", error.url());
    let state = database.query("SELECT value FROM _declarest_state").concat().join(" ");
    assert!(state.contains("skiptoken=2"), "the place of the last committed page is kept: {state}");
    for spelled in ["a/b", "a%2fb", "a%2Fb"] {
        assert!(!said.contains(spelled) && !state.contains(spelled), "{said} {state}");
    }
    broken.store(false, SeqCst);
    client.sync(&mut database.open()).only(["query"]).await.expect("a report");
    // The last committed page is read again.
    assert_eq!((server.count(), database.count("query")), (5, 3));
    for request in server.requests() {
        assert_eq!(request.params("k"), ["a/b==c"]);
    }
}

#[test]
fn an_empty_secret_is_none() {
    let error = api::Client::builder().base_url("http://127.0.0.1:9").key("").build().map(drop).expect_err("missing");
    assert_eq!(error.kind(), ErrorKind::MissingSecret);
}
