//! Client-wide params in credentials: in names, in the places of tokens, and in what is sent there, over real HTTP.

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use declarest::{Error, ErrorKind};
use declarest_tests::{Reply, Request, Server};
use serde_json::{Value, json};

/// Each place of a param, in credentials of resources and of the source.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    params(
        email: String, tenant: String, login_url: String, sign_url: String, realm: Option<String>, scopes: Vec<String>,
        audience: Option<String>,
    ),
    auth = http_basic(username = "{email}/token{{x}}", password = secret(key)),
    retry(max_retries = 0),
    resource_defaults(paginator = single_page),
)]
mod api {
    #[resource(name = by_template, path = "/items")]
    #[derive(Debug)]
    pub struct ByTemplate {
        pub id: u64,
    }

    #[resource(name = by_name, path = "/items", auth = http_basic(username = email, password = secret(key)))]
    #[derive(Debug)]
    pub struct ByName {
        pub id: u64,
    }

    #[resource(
        name = below, path = "/items",
        auth = oauth2_client_credentials(
            access_token_url = "/{tenant}/token?tenant={tenant}&x=1", client_id = "app-{tenant}", client_secret = secret(key),
            scopes = ["read", "{scopes}", "{realm}", "{tenant}:all"],
            access_token_request_data("audience" = audience, "realm" = "r-{realm}", "tenant" = "{tenant}"),
        ),
    )]
    #[derive(Debug)]
    pub struct Below {
        pub id: u64,
    }

    #[resource(
        name = elsewhere, path = "/items",
        auth = oauth2_password(
            access_token_url = "{login_url}/{tenant}/token", client_id = tenant, username = "{tenant}\\{email}",
            password = secret(key), client_auth = body,
        ),
    )]
    #[derive(Debug)]
    pub struct Elsewhere {
        pub id: u64,
    }

    #[resource(
        name = signed, path = "/items",
        auth = oauth2_jwt_bearer(
            access_token_url = "{sign_url}", issuer = email, subject = "{realm}", key_id = "key-{tenant}",
            audience = "https://{tenant}.example.com/", claims("realm" = realm, "tenant" = tenant),
            private_key = secret(key), algorithm = HS256,
        ),
    )]
    #[derive(Debug)]
    pub struct Signed {
        pub id: u64,
    }

    #[resource(
        name = logged_in, path = "/items",
        auth = session_token(
            url = "{login_url}/{tenant}/login?user={email}&x=1", headers("X-Tenant" = "{tenant}", "X-Audience" = "{audience}"),
            auth = http_basic(username = "{email}", password = secret(key)), token_path = "access_token",
        ),
    )]
    #[derive(Debug)]
    pub struct LoggedIn {
        pub id: u64,
    }
}

/// A host of each tenant's own, which no test can reach, and one choice of several.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    params(tenant: String, user: String),
    auth = one_of(
        http_basic(username = user, password = secret(password)),
        oauth2_client_credentials(
            access_token_url = "https://{tenant}.example.com/token", client_id = "{user}", client_secret = secret(key),
        ),
    ),
    retry(max_retries = 0),
    resource_defaults(paginator = single_page),
)]
mod hosted {
    #[resource(name = items, path = "/items")]
    #[derive(Debug)]
    pub struct Item {
        pub id: u64,
    }
}

const KEY: &str = "k3y-of-some-length";

fn server() -> Server {
    Server::start(|request| match request.path.as_str() {
        "/items" => Reply::json(json!([{ "id": 1 }])),
        _ => Reply::json(json!({ "access_token": "t0k3n" })),
    })
}

fn builder(server: &Server) -> api::ClientBuilder {
    let builder = api::Client::builder().base_url(server.base_url()).key(KEY).email("me@example.com");
    builder.tenant("a b/c").login_url(server.base_url()).sign_url("/sign").scopes(["write", "admin"])
}

fn form(request: &Request) -> Vec<(String, String)> {
    url::form_urlencoded::parse(request.body.as_bytes()).into_owned().collect()
}

fn basic(name: &str) -> String {
    format!("Basic {}", BASE64_STANDARD.encode(format!("{name}:{KEY}")))
}

#[tokio::test]
async fn a_user_name_is_filled_in() {
    let server = server();
    let client = builder(&server).build().expect("all is set");
    client.by_template().await.expect("rows");
    client.by_name().await.expect("rows");
    let sent = server.requests();
    let sent: Vec<_> = sent.iter().map(|request| request.header("authorization").unwrap_or_default()).collect();
    assert_eq!(sent, [basic("me@example.com/token{x}"), basic("me@example.com")]);
}

#[tokio::test]
async fn a_place_below_the_base_url_takes_values_encoded_and_leaves_out_what_is_unset() {
    let server = server();
    builder(&server).build().expect("all is set").below().await.expect("rows");
    let realm = builder(&server).realm("r").audience("https://api/").scopes(Vec::<String>::new());
    realm.build().expect("all is set").below().await.expect("rows");
    let requests = server.requests();
    assert_eq!(requests[0].target, "/a%20b%2Fc/token?tenant=a%20b%2Fc&x=1");
    let expected = |scope: &str, more: &[(&str, &str)]| {
        let first = [("grant_type", "client_credentials"), ("client_id", "app-a b/c"), ("client_secret", KEY)];
        let all = first.into_iter().chain([("scope", scope)]).chain(more.iter().copied());
        all.map(|(name, value)| (name.to_owned(), value.to_owned())).collect::<Vec<_>>()
    };
    assert_eq!(form(&requests[0]), expected("read write admin a b/c:all", &[("tenant", "a b/c")]));
    let more = [("audience", "https://api/"), ("realm", "r-r"), ("tenant", "a b/c")];
    assert_eq!(form(&requests[2]), expected("read r a b/c:all", &more));
}

#[tokio::test]
async fn a_whole_address_is_a_param() {
    let server = server();
    builder(&server).build().expect("all is set").elsewhere().await.expect("rows");
    let request = &server.requests()[0];
    assert_eq!(request.target, "/a%20b%2Fc/token");
    let sent = form(request);
    let named = |name: &str| sent.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    assert_eq!((named("username"), named("client_id")), (Some("a b/c\\me@example.com"), Some("a b/c")));
}

#[tokio::test]
async fn the_builders_address_is_no_template() {
    let server = server();
    let client = builder(&server).access_token_url("/{tenant}/own").build().expect("all is set");
    client.below().await.expect("rows");
    assert_eq!(server.requests()[0].target, "/%7Btenant%7D/own");
}

#[tokio::test]
async fn what_is_signed_is_filled_in() {
    let server = server();
    let sign = format!("{}/sign?x=1", server.base_url());
    builder(&server).sign_url(sign).build().expect("all is set").signed().await.expect("rows");
    let request = &server.requests()[0];
    assert_eq!(request.target, "/sign?x=1");
    let sent = form(request);
    let token =
        sent.iter().find(|(name, _)| name == "assertion").map(|(_, value)| value.as_str()).expect("one is sent");
    let parts: Vec<Value> = token.split('.').take(2).map(part).collect();
    let [header, claims] = &parts[..] else { panic!("{token}") };
    assert_eq!(header["kid"], "key-a b/c");
    let of = |name: &str| claims.get(name).and_then(Value::as_str);
    assert_eq!((of("iss"), of("aud")), (Some("me@example.com"), Some("https://a b/c.example.com/")));
    assert_eq!((of("sub"), of("realm"), of("tenant")), (None, None, Some("a b/c")));
}

fn part(text: &str) -> Value {
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(text).expect("base64")).expect("JSON")
}

#[tokio::test]
async fn a_login_is_filled_in() {
    let server = server();
    builder(&server).build().expect("all is set").logged_in().await.expect("rows");
    let request = &server.requests()[0];
    assert_eq!(request.target, "/a%20b%2Fc/login?user=me%40example.com&x=1");
    assert_eq!(request.header("authorization"), Some(basic("me@example.com").as_str()));
    assert_eq!((request.header("x-tenant"), request.header("x-audience")), (Some("a b/c"), None));
}

#[track_caller]
fn refused(builder: api::ClientBuilder, parts: &[&str]) {
    check(&builder.build().map(drop).expect_err("a value that cannot be there"), parts);
}

#[track_caller]
fn check(error: &Error, parts: &[&str]) {
    let text = format!("{error:#}");
    assert_eq!(error.kind(), ErrorKind::Config, "{text}");
    for part in parts {
        assert!(text.contains(part), "{part} in: {text}");
    }
    assert!(!text.contains(KEY), "{text}");
}

#[test]
fn values_that_cannot_be_where_they_stand_are_refused_when_the_client_is_built() {
    let server = server();
    let new = || builder(&server);
    refused(new().email("me:you"), &["`username`", "\"{email}/token{{x}}\"", "`email`", "':'"]);
    refused(new().email("me\nyou"), &["`username`", "`email`"]);
    refused(new().tenant(".."), &["{tenant}", "another path"]);
    refused(new().tenant(""), &["{tenant}"]);
    refused(new().tenant("a\tb"), &["`client_id`", "`tenant`"]);
    refused(new().audience("a\nb"), &["`X-Audience`"]);
    for address in ["ftp://login.example.com", "https://me:pw@login.example.com", "https://"] {
        refused(new().sign_url(address), &["`access_token_url`"]);
    }
    for address in ["login.example.com", "ftp://login.example.com", "https://me:pw@login.example.com"] {
        refused(new().login_url(address), &["`login_url`", "access_token_url", ".access_token_url(…)"]);
    }
    // What is refused is what is used: the builder's address takes the place of one of a declaration.
    assert!(new().build().is_ok());
}

#[test]
fn a_tenant_is_one_label_of_the_host() {
    let new = |tenant: &str| hosted::Client::builder().user("me").key(KEY).tenant(tenant).build().map(drop);
    assert!(new("acme").is_ok());
    for tenant in ["", "a.b", "evil.org/", "evil.org#", "u@evil", "a:1"] {
        check(&new(tenant).expect_err(tenant), &["`tenant`", "access_token_url", ".access_token_url(…)"]);
    }
    // Credentials that are not chosen are not looked at.
    let chosen = hosted::Client::builder().user("me").password("p4ssw0rd").key(KEY).tenant("a.b").build();
    assert!(chosen.is_ok());
    check(
        &hosted::Client::builder().user("").key(KEY).tenant("acme").build().map(drop).expect_err("no name"),
        &["`client_id`", "empty", "`user`"],
    );
}
