//! Refresh tokens, over real HTTP: those that stay, and those that the server replaces each time and then refuses.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::sync::{Arc, Mutex};

use declarest::auth::{FileTokenStore, MemoryTokenStore, StoreFuture, TokenStore};
use declarest::{Error, ErrorKind, SecretString};
use declarest_tests::{Reply, Request, Server};
use serde_json::json;
use tokio::task::JoinSet;

/// The refresh token that the user has.
const SEED: &str = "r3fr3sh-s33d";

/// Nothing is said of rotation.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = oauth2_refresh_token(
        access_token_url = "/token", client_id = "app", refresh_token = secret(refresh_token), scopes = ["read"],
    ),
    retry(max_retries = 0),
    resource_defaults(paginator = single_page),
)]
mod unsaid {
    #[resource(name = items, path = "/items")]
    #[derive(Debug)]
    pub struct Item {
        pub id: u64,
    }
}

/// Each answer holds the next one, below another name.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = oauth2_refresh_token(
        access_token_url = "/token", client_id = "app", client_secret = secret(client_secret), client_auth = header,
        refresh_token = secret(refresh_token), rotating = true, refresh_token_path = "next.token",
    ),
    retry(max_retries = 0),
    resource_defaults(paginator = single_page),
)]
mod rotating {
    #[resource(name = items, path = "/items")]
    #[derive(Debug)]
    pub struct Item {
        pub id: u64,
    }
}

/// The answers hold other ones, which need not be used.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = oauth2_refresh_token(
        access_token_url = "/token", client_id = "app", refresh_token = secret(refresh_token), rotating = false,
    ),
    retry(max_retries = 0),
    resource_defaults(paginator = single_page),
)]
mod staying {
    #[resource(name = items, path = "/items")]
    #[derive(Debug)]
    pub struct Item {
        pub id: u64,
    }
}

/// What a server knows: the one refresh token that it takes, and how many it has given out.
struct Tokens {
    valid: String,
    given: usize,
}

fn form(request: &Request) -> BTreeMap<String, String> {
    url::form_urlencoded::parse(request.body.as_bytes()).into_owned().collect()
}

/// A server that replaces its refresh token each time, and refuses the one before. Each access token is valid for one
/// request. `admits` sees the latest refresh token when rows are asked for.
fn server(admits: impl Fn(&str) -> bool + Send + Sync + 'static) -> Server {
    let tokens = Mutex::new(Tokens { valid: SEED.to_owned(), given: 0 });
    let used = Mutex::new(0);
    Server::start(move |request| {
        let mut tokens = tokens.lock().expect("no panic");
        if request.path == "/token" {
            let form = form(request);
            assert_eq!(form["grant_type"], "refresh_token");
            if form["refresh_token"] != tokens.valid {
                let why = format!("`{}` was used before", form["refresh_token"]);
                return Reply::status(400)
                    .body(json!({ "error": "invalid_grant", "error_description": why }).to_string());
            }
            tokens.given += 1;
            tokens.valid = format!("r3fr3sh-{}", tokens.given);
            return Reply::json(json!({
                "access_token": format!("acc3ss-{}", tokens.given), "expires_in": 3600,
                "refresh_token": tokens.valid, "next": { "token": tokens.valid },
            }));
        }
        let mut used = used.lock().expect("no panic");
        let latest = format!("Bearer acc3ss-{}", tokens.given);
        if request.header("authorization") != Some(&latest) || *used >= tokens.given {
            return Reply::status(401);
        }
        assert!(admits(&tokens.valid), "the refresh token was not stored before the access token was used");
        *used = tokens.given;
        Reply::json(json!([{ "id": tokens.given }]))
    })
}

fn rotating(server: &Server, store: impl TokenStore) -> rotating::Client {
    let builder = rotating::Client::builder().base_url(server.base_url()).client_secret("cl13nt").refresh_token(SEED);
    builder.token_store(store).build().expect("nothing is missing")
}

fn check_clean(error: &Error) {
    let text = format!("{error} {error:#} {error:?}");
    for part in ["r3fr3sh", "acc3ss", "cl13nt"] {
        assert!(!text.contains(part), "{part} in: {text}");
    }
}

#[tokio::test]
async fn a_refresh_token_is_exchanged_for_access_tokens() {
    let server = Server::start(|request| match request.path.as_str() {
        "/token" => Reply::json(json!({ "access_token": "acc3ss", "expires_in": 3600 })),
        _ => Reply::json(json!([{ "id": 1 }])),
    });
    let client = unsaid::Client::builder().base_url(server.base_url()).refresh_token(SEED).build().expect("all is set");
    assert_eq!(client.items().await.expect("rows").len(), 1);
    assert_eq!(client.items().await.expect("rows").len(), 1);
    let requests = server.requests();
    assert_eq!(requests.len(), 3, "one token for both");
    let sent = form(&requests[0]);
    let sent: Vec<_> = sent.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let expected = [("client_id", "app"), ("grant_type", "refresh_token"), ("refresh_token", SEED), ("scope", "read")];
    assert_eq!(sent, expected);
    assert_eq!(requests[1].header("authorization"), Some("Bearer acc3ss"));
}

#[tokio::test]
async fn the_next_refresh_token_outlives_the_client_in_a_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("tokens.json");
    let store = FileTokenStore::new(&path);
    let stored = path.clone();
    let server = server(move |valid| fs::read_to_string(&stored).is_ok_and(|text| text.contains(valid)));
    for _ in 0..2 {
        let client = rotating(&server, store.clone());
        assert_eq!(client.items().await.expect("the first token").len(), 1);
        // The access token is used up: it is refreshed for this same request.
        assert_eq!(client.items().await.expect("the second token").len(), 1);
        assert!(!format!("{client:?} {store:?}").contains("r3fr3sh"));
    }
    let text = fs::read_to_string(&path).expect("the store");
    assert!(text.contains("r3fr3sh-4") && !text.contains(SEED), "{text}");
    assert!(text.contains("\"rotating/refresh_token/"), "{text}");
    #[cfg(unix)]
    for file in fs::read_dir(folder.path()).expect("a folder").map(|entry| entry.expect("an entry")) {
        let mode = std::os::unix::fs::PermissionsExt::mode(&file.metadata().expect("a file").permissions());
        assert_eq!(mode & 0o777, 0o600, "{:?}", file.path());
    }
    let first = server.requests().into_iter().find(|request| request.path == "/token").expect("a refresh");
    assert!(first.header("authorization").is_some_and(|value| value.starts_with("Basic ")));
    assert!(!first.body.contains("client_secret"));
}

#[tokio::test]
async fn a_secret_that_is_set_anew_begins_anew() {
    let store = MemoryTokenStore::default();
    let first = server(|_| true);
    assert_eq!(rotating(&first, store.clone()).items().await.expect("rows").len(), 1);
    // Another account, or the same one after the user has logged in again.
    let second = Server::start(|request| match request.path.as_str() {
        "/token" if form(request)["refresh_token"] == "another-s33d" => Reply::json(json!({ "access_token": "a" })),
        "/token" => Reply::status(400).body(json!({ "error": "invalid_grant" }).to_string()),
        _ => Reply::json(json!([{ "id": 1 }])),
    });
    let builder =
        rotating::Client::builder().base_url(second.base_url()).client_secret("x").refresh_token("another-s33d");
    let client = builder.token_store(store.clone()).build().expect("all is set");
    assert_eq!(client.items().await.expect("rows").len(), 1);
    // What is stored for the first is still there.
    assert_eq!(rotating(&first, store).items().await.expect("rows").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_with_one_store_refresh_one_after_the_other() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("tokens.json");
    let answers = Mutex::new(Tokens { valid: SEED.to_owned(), given: 0 });
    let server = Server::start(move |request| {
        let mut tokens = answers.lock().expect("no panic");
        match request.path.as_str() {
            "/token" if form(request)["refresh_token"] == tokens.valid => {
                tokens.given += 1;
                tokens.valid = format!("r3fr3sh-{}", tokens.given);
                Reply::json(json!({ "access_token": "a", "next": { "token": tokens.valid } }))
            }
            "/token" => Reply::status(400).body(json!({ "error": "invalid_grant" }).to_string()),
            _ => Reply::json(json!([{ "id": 1 }])),
        }
    });
    let mut tasks = JoinSet::new();
    for _ in 0..8 {
        // As other processes: nothing is shared but the file.
        let client = rotating(&server, FileTokenStore::new(&path));
        for _ in 0..3 {
            let client = client.clone();
            tasks.spawn(async move { client.items().await.map(|items| items.len()) });
        }
    }
    for outcome in tasks.join_all().await {
        assert_eq!(outcome.expect("no token is refused"), 1);
    }
    let refreshed = server.requests().iter().filter(|request| request.path == "/token").count();
    assert_eq!(refreshed, 8, "once for each client");
}

#[test]
fn a_declared_rotation_needs_a_store() {
    let builder = rotating::Client::builder().client_secret("cl13nt").refresh_token(SEED);
    let error = builder.build().expect_err("there is no store");
    assert_eq!(error.kind(), ErrorKind::Config);
    let text = format!("{error:#}");
    for part in ["`refresh_token`", "rotating = true", ".token_store(FileTokenStore::new(path))"] {
        assert!(text.contains(part), "{part} in: {text}");
    }
    check_clean(&error);
}

#[tokio::test]
async fn a_rotation_that_is_not_declared_is_an_error_and_no_token_is_lost() {
    let server = server(|_| true);
    let builder = || unsaid::Client::builder().base_url(server.base_url()).refresh_token(SEED);
    let client = builder().build().expect("all is set");
    // The second refresh sends the token that the first one got.
    for _ in 0..2 {
        let error = client.items().await.expect_err("the next token would be lost");
        assert_eq!(error.kind(), ErrorKind::Config);
        let text = format!("{error:#}");
        for part in ["`refresh_token`", "`rotating = true`", "`rotating = false`", ".token_store("] {
            assert!(text.contains(part), "{part} in: {text}");
        }
        check_clean(&error);
    }
    assert!(server.requests().iter().all(|request| request.path == "/token"), "the access token is not used");
}

#[tokio::test]
async fn a_store_is_used_where_nothing_is_said_of_rotation() {
    let server = server(|_| true);
    let builder = unsaid::Client::builder().base_url(server.base_url()).refresh_token(SEED);
    let client = builder.token_store(MemoryTokenStore::default()).build().expect("all is set");
    for _ in 0..3 {
        assert_eq!(client.items().await.expect("rows").len(), 1);
    }
}

#[tokio::test]
async fn a_token_that_stays_is_sent_again() {
    let server = Server::start(|request| match request.path.as_str() {
        "/token" if form(request)["refresh_token"] == SEED => {
            Reply::json(json!({ "access_token": "a", "expires_in": 0, "refresh_token": "another" }))
        }
        "/token" => Reply::status(400),
        _ => Reply::json(json!([{ "id": 1 }])),
    });
    let builder = staying::Client::builder().base_url(server.base_url()).refresh_token(SEED);
    let client = builder.build().expect("all is set");
    for _ in 0..2 {
        assert_eq!(client.items().await.expect("rows").len(), 1);
    }
    assert_eq!(server.count(), 4);
}

#[tokio::test]
async fn a_refused_refresh_token_is_named_and_not_shown() {
    let server = server(|_| true);
    let builder = unsaid::Client::builder().base_url(server.base_url()).refresh_token("r3fr3sh-of-last-year");
    let client = builder.token_store(MemoryTokenStore::default()).build().expect("all is set");
    let error = client.items().await.expect_err("it is refused");
    assert_eq!(error.kind(), ErrorKind::Unauthorized);
    let text = format!("{error:#}");
    for part in ["invalid_grant", "`refresh_token`", "was used before", ".refresh_token(", "REFRESH_TOKEN"] {
        assert!(text.contains(part), "{part} in: {text}");
    }
    check_clean(&error);
}

#[tokio::test]
async fn a_file_that_cannot_be_written_is_an_error_before_anything_is_requested() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = server(|_| true);
    let missing = folder.path().join("missing").join("tokens.json");
    let error = rotating(&server, FileTokenStore::new(&missing)).items().await.expect_err("there is no folder");
    assert_eq!(error.kind(), ErrorKind::Config);
    let text = format!("{error:#}");
    assert!(text.contains("`refresh_token`") && text.contains("missing/tokens.json"), "{text}");

    let damaged = folder.path().join("damaged.json");
    fs::write(&damaged, "{ \"rotating\": r3fr3sh").expect("a file");
    let error = rotating(&server, FileTokenStore::new(&damaged)).items().await.expect_err("it holds no tokens");
    let text = format!("{error:#}");
    assert!(text.contains("damaged.json: it holds no tokens"), "{text}");
    check_clean(&error);
    assert_eq!(server.count(), 0);
}

/// A store that fails the first time.
#[derive(Clone, Default)]
struct Failing {
    memory: MemoryTokenStore,
    tried: Arc<Mutex<usize>>,
}

impl TokenStore for Failing {
    fn load<'a>(&'a self, key: &'a str) -> StoreFuture<'a, Option<SecretString>> {
        self.memory.load(key)
    }

    fn store<'a>(&'a self, key: &'a str, token: SecretString) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            let tried = {
                let mut tried = self.tried.lock().expect("no panic");
                *tried += 1;
                *tried
            };
            if tried == 1 {
                return Err(io::Error::other("the disk is full").into());
            }
            self.memory.store(key, token).await
        })
    }
}

#[tokio::test]
async fn a_token_that_could_not_be_stored_is_stored_before_the_next_request() {
    let (server, store) = (server(|_| true), Failing::default());
    let client = rotating(&server, store.clone());
    let error = client.items().await.expect_err("the disk is full");
    assert_eq!(error.kind(), ErrorKind::Config);
    let text = format!("{error:#}");
    assert!(text.contains("the disk is full") && text.contains("`refresh_token`"), "{text}");
    check_clean(&error);
    assert_eq!(server.count(), 1, "the access token is not used");
    assert_eq!(client.items().await.expect("the token of before was kept").len(), 1);
    assert_eq!(*store.tried.lock().expect("no panic"), 3);
}
