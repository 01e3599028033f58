//! A choice of credentials: the first whose secrets are all there.

use std::process::Command;

use declarest::{ErrorKind, Result};
use declarest_tests::{Reply, Server};
use serde_json::json;

#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = one_of(
        oauth2_client_credentials(
            access_token_url = "/token", client_id = secret(one_of_id), client_secret = secret(one_of_secret),
        ),
        bearer(token = secret(one_of_token, prefix = "p-")),
        api_key(name = "X-Api-Key", api_key = secret(one_of_key)),
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
}

/// Credentials that need not be there at all.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = one_of(api_key(name = "key", api_key = secret(one_of_key), location = query), none),
    retry(max_retries = 0),
    resource_defaults(paginator = single_page),
)]
mod open {
    #[resource(name = items, path = "/items")]
    #[derive(Debug)]
    pub struct Item {
        pub id: u64,
    }

    #[resource(name = guarded, path = "/items", auth = bearer(token = secret(one_of_guard)))]
    #[derive(Debug)]
    pub struct Guarded {
        pub id: u64,
    }
}

/// What is no secret, in kinds of which one is used: `signer` and `realm` in one alone, `tenant` in a header too, `site` in
/// all kinds.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    params(signer: String, realm: String, login: String (env = "ONE_OF_LOGIN"), tenant: String, site: String),
    headers("X-Tenant" = "{tenant}"),
    auth = one_of(
        oauth2_jwt_bearer(
            access_token_url = "/{site}/{realm}/token", issuer = signer, subject = tenant,
            private_key = secret(one_of_signed), algorithm = HS256,
        ),
        oauth2_password(
            access_token_url = "/{site}/token", client_id = "app", username = login, password = secret(one_of_password),
        ),
        bearer(token = secret(one_of_token)),
    ),
    retry(max_retries = 0),
    resource_defaults(paginator = single_page),
)]
mod named {
    #[resource(name = items, path = "/items")]
    #[derive(Debug)]
    pub struct Item {
        pub id: u64,
    }

    #[resource(name = guarded, path = "/items", auth = one_of(
        http_basic(username = realm, password = secret(one_of_guard)), none,
    ))]
    #[derive(Debug)]
    pub struct Guarded {
        pub id: u64,
    }
}

fn server() -> Server {
    Server::start(|request| match request.path.as_str() {
        "/token" => Reply::json(json!({ "access_token": "acc3ss" })),
        _ => Reply::json(json!([{ "id": 1 }])),
    })
}

/// What is sent as `Authorization` and `X-Api-Key`.
async fn sent(builder: api::ClientBuilder) -> Result<(Option<String>, Option<String>)> {
    let server = server();
    builder.base_url(server.base_url()).build()?.items().await?;
    let last = server.requests().pop().expect("a request");
    Ok((last.header("authorization").map(str::to_owned), last.header("x-api-key").map(str::to_owned)))
}

#[tokio::test]
async fn the_first_whose_secrets_are_all_there_is_used() {
    let builder = api::Client::builder;
    let key = sent(builder().one_of_key("k3y")).await.expect("a key");
    assert_eq!(key, (None, Some("k3y".to_owned())));
    let token = sent(builder().one_of_key("k3y").one_of_token("t0k3n")).await.expect("a token");
    assert_eq!(token, (Some("Bearer p-t0k3n".to_owned()), None));
    // One of two secrets is not enough.
    let half = sent(builder().one_of_id("id").one_of_token("t0k3n")).await.expect("a token");
    assert_eq!(half, token);
    let both = sent(builder().one_of_id("id").one_of_secret("s3cr3t").one_of_token("t0k3n")).await.expect("both");
    assert_eq!(both, (Some("Bearer acc3ss".to_owned()), None));
}

#[tokio::test]
async fn without_any_the_error_names_all() {
    let error = api::Client::builder().one_of_id("1d-s3cr3t").build().expect_err("none is complete");
    assert_eq!(error.kind(), ErrorKind::MissingSecret);
    let text = format!("{error:#}");
    for part in [
        "`oauth2_client_credentials` needs `one_of_id` and `one_of_secret`",
        "`bearer` needs `one_of_token`",
        "`api_key` needs `one_of_key`",
        ".one_of_token(",
        "ONE_OF_KEY_FILE",
    ] {
        assert!(text.contains(part), "{part} in: {text}");
    }
    assert!(!text.contains("s3cr3t"), "{text}");
}

#[tokio::test]
async fn credentials_may_be_left_out_where_none_is_a_choice() {
    let server = server();
    let builder = || open::Client::builder().base_url(server.base_url()).one_of_guard("gu4rd");
    builder().build().expect("nothing is needed").items().await.expect("rows");
    builder().one_of_key("k3y").build().expect("all is set").items().await.expect("rows");
    builder().build().expect("nothing is needed").guarded().await.expect("rows");
    assert_eq!(server.asked("key"), [None, Some("k3y".to_owned()), None]);
    assert_eq!(server.requests()[2].header("authorization"), Some("Bearer gu4rd"));
    // What stands outside is still needed.
    let error = open::Client::builder().build().expect_err("one is missing");
    let text = format!("{error:#}");
    assert!(text.contains("`one_of_guard` is not set") && !text.contains("one_of_key"), "{text}");
}

#[tokio::test]
async fn what_only_other_kinds_contain_need_not_be_set() {
    let server = Server::start(|request| match request.path.as_str() {
        "/s1/r1/token" | "/s1/token" => Reply::json(json!({ "access_token": "acc3ss" })),
        _ => Reply::json(json!([{ "id": 1 }])),
    });
    let builder = || named::Client::builder().base_url(server.base_url()).tenant("t1");
    let paths = || server.requests().iter().map(|request| request.path.clone()).collect::<Vec<_>>();
    builder().one_of_token("t0k3n").build().expect("a token needs none").items().await.expect("rows");
    assert_eq!(paths(), ["/items"]);
    let login = builder().one_of_password("p4ssw0rd").login("me").site("s1").build().expect("all of the login's");
    login.items().await.expect("rows");
    assert_eq!(paths(), ["/items", "/s1/token", "/items"]);
    let signed = builder().one_of_signed("s1gned-by-th1s").signer("me").realm("r1").site("s1").build();
    signed.expect("all of the signer's").items().await.expect("rows");
    assert_eq!(paths()[3..], ["/s1/r1/token", "/items"]);
    let guarded = builder().one_of_token("t0k3n").one_of_guard("gu4rd").realm("r1").build().expect("all is set");
    guarded.guarded().await.expect("rows");
    assert_eq!(server.requests()[5].header("authorization"), Some("Basic cjE6Z3U0cmQ="));
}

#[test]
fn what_the_chosen_kind_contains_is_named_where_it_is_not_set() {
    let builder = named::Client::builder;
    let error = |builder: named::ClientBuilder| {
        let error = builder.build().map(drop).expect_err("it is not set");
        assert_eq!(error.kind(), ErrorKind::Config);
        format!("{error:#}")
    };
    let signed = error(builder().tenant("t1").realm("r1").one_of_signed("s1gned-by-th1s"));
    assert!(
        signed.contains("`signer`, `site` are not set, and `oauth2_jwt_bearer` of `one_of` needs them"),
        "{signed}"
    );
    assert!(signed.contains(".signer(…)") && !signed.contains("login") && !signed.contains("s1gned"), "{signed}");
    let login = error(builder().tenant("t1").site("s1").one_of_password("p4ssw0rd"));
    assert!(login.contains("`login` is not set, and `oauth2_password` of `one_of` needs it"), "{login}");
    assert!(login.contains("`.login(…)` or the variable ONE_OF_LOGIN"), "{login}");
    // What stands elsewhere too is always needed, and told with the rest.
    let all = error(builder().one_of_token("t0k3n").one_of_guard("gu4rd"));
    assert!(all.contains("the source's `tenant` is not set"), "{all}");
    assert!(all.contains("`realm` is not set, and `http_basic` of `one_of` needs it"), "{all}");
    assert!(!all.contains("signer") && !all.contains("site"), "{all}");
    // Without secrets, nothing is chosen.
    let none = builder().tenant("t1").build().map(drop).expect_err("no secret is set");
    assert_eq!(none.kind(), ErrorKind::MissingSecret);
    assert!(!format!("{none:#}").contains("signer"), "{none:#}");
}

#[tokio::test]
async fn a_refusal_is_about_the_chosen_ones() {
    let server = Server::start(|_| Reply::status(401));
    let client = api::Client::builder().base_url(server.base_url()).one_of_key("k3y-s3cr3t").build().expect("a key");
    let error = client.items().await.expect_err("it is refused");
    let text = format!("{error:#} {error:?}");
    assert!(text.contains("the secret `one_of_key` was sent as header `X-Api-Key`"), "{text}");
    assert!(!text.contains("one_of_token") && !text.contains("s3cr3t"), "{text}");
}

/// Run by the test below, with a variable of its own.
#[tokio::test]
#[ignore = "run by another test, in a process with the variable"]
async fn from_the_environment() {
    let sent = sent(api::Client::builder()).await.expect("a token");
    assert_eq!(sent, (Some("Bearer p-from-env".to_owned()), None));
}

#[test]
fn variables_choose_too() {
    let mut again = Command::new(std::env::current_exe().expect("this program"));
    again.args(["--exact", "one_of::from_the_environment", "--ignored"]).env("ONE_OF_TOKEN", "from-env");
    let output = again.output().expect("it runs");
    assert!(output.status.success(), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"), "{output:?}");
}
