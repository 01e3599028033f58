//! Headers of every request.

use declarest_tests::{Listing, Reply, Server};
use serde_json::json;

use crate::api::{at, rows, tokens};

#[tokio::test]
async fn the_builders_headers_override_the_declared_ones() {
    let server = rows(5);
    let client = at(server.base_url())
        .header("x-both", "first")
        .header("X-More", "s3cr3t")
        .header("X-Both", "the builder's")
        .build();
    let client = client.expect("headers");
    client.items().await.expect("rows");
    client.own().await.expect("rows");
    for request in server.requests() {
        assert_eq!(request.header("x-declared"), Some("declared"));
        assert_eq!((request.header("x-both"), request.header("x-more")), (Some("the builder's"), Some("s3cr3t")));
        assert_eq!(request.headers.iter().filter(|(name, _)| name == "x-both").count(), 1);
        assert_eq!(request.header("user-agent"), Some("declared/1"));
        assert_eq!(request.header("accept"), Some("application/json"));
    }
}

#[tokio::test]
async fn the_builders_user_agent_is_sent_instead_of_the_declared_one() {
    let server = rows(5);
    let client = at(server.base_url()).user_agent("the-program/2 (ann@example.com)").build().expect("a user agent");
    client.items().await.expect("rows");
    let sent = server.requests();
    assert_eq!(sent[0].header("user-agent"), Some("the-program/2 (ann@example.com)"));
    assert_eq!(sent[0].headers.iter().filter(|(name, _)| name == "user-agent").count(), 1);
}

/// By a link and by a redirect: a header may hold a key.
#[tokio::test]
async fn headers_of_the_builder_are_not_sent_to_other_origins() {
    let other = Server::start(|request| match request.path.as_str() {
        "/linked" => Reply::json(json!({ "items": [{ "key": "b" }] })),
        _ => Listing::of(5).reply(request),
    });
    let (link, target) = (format!("{}/linked", other.base_url()), format!("{}/items", other.base_url()));
    let server = Server::start(move |request| match request.path.as_str() {
        "/linked" => Reply::json(json!({ "items": [{ "key": "a" }], "next": link })),
        _ => Reply::status(307).header("Location", &target),
    });
    let client = at(server.base_url()).header("X-Gateway-Key", "s3cr3t").user_agent("the-program/2").build();
    let client = client.expect("a header");
    assert_eq!(client.linked().await.expect("both").len(), 2);
    assert_eq!(client.items().await.expect("followed").len(), 5);
    assert!(server.requests().iter().all(|request| request.header("x-gateway-key") == Some("s3cr3t")));
    assert_eq!(other.count(), 2);
    for request in other.requests() {
        assert_eq!((request.header("x-gateway-key"), request.header("authorization")), (None, None), "{request:?}");
        assert_eq!(request.header("user-agent"), Some("the-program/2"));
    }
}

/// A gateway before the API is before its tokens, too; an issuer elsewhere is another origin.
#[tokio::test]
async fn requests_of_tokens_carry_them_to_the_apis_origin_alone() {
    let answer = |request: &declarest_tests::Request| match request.path.as_str() {
        "/token" => Reply::json(json!({ "access_token": "a-token" })),
        _ => Listing::of(5).reply(request),
    };
    let (server, issuer) = (Server::start(answer), Server::start(answer));
    let builder = || {
        let builder = tokens::Client::builder().base_url(server.base_url()).settings_secret("a secret");
        builder.header("X-Gateway-Key", "s3cr3t").header("Authorization", "Basic never").user_agent("the-program/2")
    };
    builder().build().expect("a header").items().await.expect("rows");
    let elsewhere = builder().access_token_url(format!("{}/token", issuer.base_url()));
    elsewhere.build().expect("a header").items().await.expect("rows");
    let (sent, elsewhere) = (server.requests(), issuer.requests());
    let paths: Vec<_> = sent.iter().map(|request| request.path.as_str()).collect();
    assert_eq!((paths, elsewhere.len()), (vec!["/token", "/items", "/items"], 1));
    assert!(sent.iter().all(|request| request.header("x-gateway-key") == Some("s3cr3t")));
    assert_eq!(elsewhere[0].header("x-gateway-key"), None);
    assert!(sent.iter().chain(&elsewhere).all(|request| request.header("user-agent") == Some("the-program/2")));
    // What `auth` adds is not replaced.
    assert!(
        sent.iter()
            .filter(|request| request.path == "/items")
            .all(|request| request.header("authorization") == Some("Bearer a-token"))
    );
}
