//! A user's name and password for an access token (RFC 6749, section 4.3), over real HTTP.

use declarest::ErrorKind;
use declarest_tests::{Reply, Server};
use serde_json::json;

#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = oauth2_password(
        access_token_url = "/token", client_id = "app", client_secret = secret(app_secret),
        username = "me@example.com", password = secret(user_password, suffix = "/s3cur1ty"),
        access_token_request_data("tenant" = "x"),
    ),
    retry(max_retries = 0),
    resource_defaults(paginator = single_page),
)]
mod api {
    #[resource(name = items, path = "/items")]
    #[derive(Debug)]
    pub struct Item {
        pub id: u64,
    }

    #[resource(
        name = bare, path = "/items",
        auth = oauth2_password(
            access_token_url = "/token", username = secret(user_name), password = secret(user_password),
        ),
    )]
    #[derive(Debug)]
    pub struct Bare {
        pub id: u64,
    }
}

fn client(server: &Server) -> api::Client {
    let builder = api::Client::builder().base_url(server.base_url()).app_secret("app-s3cr3t");
    builder.user_name("n4m3").user_password("p4ssw0rd").build().expect("all is set")
}

#[tokio::test]
async fn a_name_and_a_password_are_exchanged_for_a_token() {
    let server = Server::start(|request| match request.path.as_str() {
        "/token" => Reply::json(json!({ "access_token": "acc3ss" })),
        _ => Reply::json(json!([{ "id": 1 }])),
    });
    assert_eq!(client(&server).items().await.expect("rows").len(), 1);
    assert_eq!(client(&server).bare().await.expect("rows").len(), 1);
    let requests = server.requests();
    assert_eq!(
        requests[0].body,
        "grant_type=password&username=me%40example.com&password=p4ssw0rd%2Fs3cur1ty&client_id=app&client_secret=app-s3cr3t&tenant=x"
    );
    assert_eq!(requests[1].header("authorization"), Some("Bearer acc3ss"));
    assert_eq!(requests[2].body, "grant_type=password&username=n4m3&password=p4ssw0rd");
}

#[tokio::test]
async fn a_refused_password_is_named_and_not_shown() {
    let server = Server::start(|request| {
        let said = json!({ "error": "invalid_grant", "error_description": format!("no such user: {}", request.body) });
        Reply::status(400).body(said.to_string())
    });
    let error = client(&server).items().await.expect_err("it is refused");
    assert_eq!(error.kind(), ErrorKind::Unauthorized);
    let text = format!("{error:#} {error:?}");
    assert!(text.contains("`user_password`") && text.contains("`app_secret`"), "{text}");
    assert!(!text.contains("p4ssw0rd") && !text.contains("app-s3cr3t"), "{text}");
}
