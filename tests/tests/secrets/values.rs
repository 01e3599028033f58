//! Secrets as values of headers, params and bodies: sent to the API's own origin, and shown nowhere.

use declarest::ErrorKind;
use declarest_tests::{Database, Reply, Server};

use crate::marker::{MARKER, Traced, assert_clean, assert_clean_files, everything};

#[declarest::source(
    base_url = "http://127.0.0.1:9",
    retry(max_retries = 0),
    headers("X-App" = secret(app_key), "X-Of-All" = secret(app_key)),
    resource_defaults(
        primary_key = id, data_selector = "items", paginator = json_link(next_url_path = "next"),
        headers("X-User" = secret(user_key, prefix = "Token ", suffix = "/x")),
    ),
)]
mod api {
    #[resource(name = items, path = "/items", params(api_key = secret(user_key), kind = "a"), headers("x-of-all" = "plain"))]
    #[derive(Debug)]
    pub struct Item {
        pub id: u32,
    }

    #[resource(
        name = queried, path = "/queried", method = POST, params(key = secret(user_key)),
        json = { "auth": { "key": secret(app_key, prefix = "Key ") }, "keys": [secret(user_key)], "own": key, "q": 1 },
    )]
    #[derive(Debug)]
    pub struct Queried {
        pub id: u32,
    }

    #[resource(name = posted, path = "/posted", method = POST, data = { "key": secret(user_key), "q": "a" }, selected = false)]
    #[derive(Debug)]
    pub struct Posted {
        pub id: u32,
    }
}

const APP: &str = "app-s3cret-0123456789";

fn client(server: &Server) -> api::Client {
    let builder = api::Client::builder().base_url(server.base_url()).app_key(APP).user_key(MARKER);
    assert_clean("a builder", &format!("{builder:?} {builder:#?}"));
    let client = builder.build().expect("a client");
    assert_clean("a client", &format!("{client:?} {:?} {:?}", client.items(), client.posted()));
    client
}

#[tokio::test]
async fn secrets_are_sent_where_they_stand() {
    let server = Server::start(|_| Reply::json(r#"{"items":[{"id":1}]}"#));
    let client = client(&server);
    client.items().await.expect("a row");
    client.queried().await.expect("a row");
    client.posted().await.expect("a row");
    let [items, queried, posted] = server.requests().try_into().expect("three requests");
    let user = format!("Token {MARKER}/x");
    for request in [&items, &queried, &posted] {
        assert_eq!((request.header("x-app"), request.header("x-user")), (Some(APP), Some(&*user)));
    }
    assert_eq!((items.header("x-of-all"), posted.header("x-of-all")), (Some("plain"), Some(APP)));
    assert_eq!((items.params("api_key"), items.param("kind")), (vec![MARKER], Some("a")));
    // What stands in the body is not in the query.
    assert_eq!(queried.params("key"), Vec::<&str>::new());
    assert_eq!(queried.body, format!(r#"{{"auth":{{"key":"Key {APP}"}},"keys":["{MARKER}"],"own":"{MARKER}","q":1}}"#));
    let form: String = url::form_urlencoded::byte_serialize(MARKER.as_bytes()).collect();
    assert_eq!(posted.body, format!("key={form}&q=a"));
}

#[tokio::test]
async fn secrets_are_not_shown_whatever_the_server_quotes() {
    let (_alone, traced) = Traced::start().await;
    let encoded: String = url::form_urlencoded::byte_serialize(MARKER.as_bytes()).collect();
    for (status, body) in [
        (401, format!("your key is {MARKER}")),
        (500, format!("Token {MARKER}/x at ?api_key={encoded}")),
        (200, format!(r#"{{"items":[{{"id":"{MARKER}"}}]}}"#)),
        // Links repeat what was sent; the second page fails.
        (200, format!(r#"{{"items":[{{"id":1}}],"next":"/items?api_key={encoded}&kind=a&page=2"}}"#)),
    ] {
        let server = Server::start(move |request| match request.param("page") {
            None => Reply::status(status).body(body.clone()),
            Some(_) => Reply::status(500).body(format!("no page: {}", request.params("api_key").join(" and "))),
        });
        let client = client(&server);
        let database = Database::new();
        let error = client.sync(&mut database.open()).await.expect_err("an error");
        assert_clean("an error", &everything(&error));
        assert_clean_files("a database", &database);
        for request in server.requests().iter().filter(|request| request.path == "/items") {
            assert_eq!(request.params("api_key"), [MARKER], "once");
        }
    }
    assert_clean("traced", &traced.take());
}

#[tokio::test]
async fn secrets_stay_with_the_origin() {
    let (_alone, traced) = Traced::start().await;
    let other = Server::start(|_| Reply::json(r#"{"items":[{"id":2}]}"#));
    let encoded: String = url::form_urlencoded::byte_serialize(MARKER.as_bytes()).collect();
    let link = format!("{}/items?api_key={encoded}&kind=a", other.base_url());
    let answers = [
        Reply::status(302).header("Location", &link),
        Reply::json(format!(r#"{{"items":[{{"id":1}}],"next":"{link}"}}"#)),
    ];
    for answer in answers {
        let server = Server::script([answer]);
        client(&server).items().await.expect("rows");
    }
    assert_eq!(other.count(), 2);
    for request in other.requests() {
        assert_eq!((request.header("x-app"), request.header("x-user")), (None, None));
        assert_eq!((request.params("api_key"), request.param("kind")), (vec![], Some("a")));
    }

    // A body is sent as it is, or not at all.
    let server = Server::script([Reply::status(307).header("Location", format!("{}/posted", other.base_url()))]);
    let error = client(&server).posted().await.expect_err("an error");
    assert_eq!((error.kind(), other.count()), (ErrorKind::Config, 2), "{error}");
    assert!(error.message().contains("its body holds secrets"), "{error}");
    assert_clean("an error", &everything(&error));
    assert_clean("traced", &traced.take());
}

#[test]
fn all_that_are_missing_are_named() {
    let error = api::Client::builder().build().expect_err("nothing is set");
    assert_eq!(error.kind(), ErrorKind::MissingSecret);
    assert!(error.message().contains("`app_key`, `user_key`"), "{error}");
}
