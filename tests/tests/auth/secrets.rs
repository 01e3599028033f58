//! Secrets: where they come from, that they are sent, and what is said when they are missing or refused.

use std::process::{Command, Output};

use declarest::ErrorKind;
use declarest_tests::{Database, LevelFilter, Logged, Reply, Server};

/// Two secrets, under names that no environment has.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = bearer(token = secret(declarest_test_first)),
    retry(max_retries = 0),
    resource_defaults(paginator = single_page),
)]
mod api {
    #[resource(name = items, path = "/items")]
    pub struct Item {
        pub key: String,
    }

    #[resource(name = other_items, path = "/other_items", auth = bearer(token = secret(declarest_test_second)))]
    pub struct OtherItem {
        pub key: String,
    }

    #[resource(name = open_items, path = "/open_items", auth = none)]
    pub struct OpenItem {
        pub key: String,
    }
}

fn client(server: &Server) -> api::Client {
    let builder = api::Client::builder().base_url(server.base_url());
    builder
        .declarest_test_first("first-value")
        .declarest_test_second("second-value")
        .build()
        .expect("nothing is missing")
}

#[test]
fn a_missing_secret_is_named_with_both_variables_before_anything_is_sent() {
    let error = api::Client::builder().declarest_test_first("x").build().expect_err("one is missing");
    let text = format!("{error:#}");
    assert_eq!(error.kind(), ErrorKind::MissingSecret);
    for part in
        ["`declarest_test_second`", ".declarest_test_second(", "DECLAREST_TEST_SECOND", "DECLAREST_TEST_SECOND_FILE"]
    {
        assert!(text.contains(part), "{part} in: {text}");
    }
    assert!(!text.contains("first"), "{text}");
}

#[test]
fn all_missing_secrets_are_named_at_once() {
    let error = api::Client::builder().build().expect_err("two are missing");
    let text = format!("{error:#}");
    assert_eq!(error.kind(), ErrorKind::MissingSecret);
    for part in
        ["`declarest_test_first`", "DECLAREST_TEST_FIRST", "`declarest_test_second`", "DECLAREST_TEST_SECOND_FILE"]
    {
        assert!(text.contains(part), "{part} in: {text}");
    }
}

#[tokio::test]
async fn each_resource_is_sent_its_own_secret() {
    let server = Server::start(|_| Reply::json("[]"));
    let client = client(&server);
    client.items().await.expect("an answer");
    client.other_items().await.expect("an answer");
    client.open_items().await.expect("an answer");
    let sent: Vec<_> =
        server.requests().iter().map(|request| request.header("authorization").map(str::to_owned)).collect();
    assert_eq!(sent, [Some("Bearer first-value".to_owned()), Some("Bearer second-value".to_owned()), None]);
}

#[tokio::test]
async fn a_refusal_says_which_secret_was_sent_never_its_value() {
    for status in [401, 403] {
        let server = Server::start(move |_| Reply::status(status).body("bad token: second-value"));
        let error = client(&server).other_items().await.map(drop).expect_err("refused");
        let text = format!("{error}\n{error:?}");
        assert_eq!((error.kind(), error.status(), server.count()), (ErrorKind::Unauthorized, Some(status), 1));
        assert!(text.contains("`declarest_test_second`") && text.contains("DECLAREST_TEST_SECOND"), "{text}");
        assert!(!text.contains("second-value"), "{text}");
    }
}

#[tokio::test]
async fn a_refusal_of_no_credentials_says_so() {
    let server = Server::start(|_| Reply::status(401));
    let error = client(&server).open_items().await.map(drop).expect_err("refused");
    assert_eq!(error.kind(), ErrorKind::Unauthorized);
    assert!(error.help().is_some_and(|help| help.contains("no credentials")), "{error}");
}

#[tokio::test]
async fn a_secret_that_no_header_can_carry_is_refused_without_its_value() {
    let server = Server::start(|_| Reply::json("[]"));
    let builder = api::Client::builder().base_url(server.base_url());
    let result = builder.declarest_test_first("line\r\nX-Evil: yes").declarest_test_second("x").build();
    let error = match result {
        Ok(client) => client.items().await.map(drop).expect_err("two lines"),
        Err(error) => error,
    };
    let text = format!("{error}\n{error:?}");
    assert_eq!((error.kind(), server.count()), (ErrorKind::Config, 0));
    assert!(text.contains("`declarest_test_first`") && !text.contains("X-Evil"), "{text}");
}

#[test]
fn nothing_prints_a_secret() {
    let builder = api::Client::builder().declarest_test_first("first-value").declarest_test_second("second-value");
    let text = format!("{builder:?}\n{:#?}", builder.clone().build().expect("nothing is missing"));
    assert!(text.contains("Client") && !text.contains("-value"), "{text}");
}

#[tokio::test]
async fn a_line_break_after_a_secret_is_no_part_of_it() {
    let server = Server::start(|_| Reply::json("[]"));
    let builder = api::Client::builder().base_url(server.base_url());
    let client = builder.declarest_test_first("first-value\r\n").declarest_test_second("x\n").build();
    client.expect("nothing is missing").items().await.expect("an answer");
    assert_eq!(server.requests()[0].header("authorization"), Some("Bearer first-value"));
}

#[tokio::test]
async fn only_what_comes_from_outside_is_redacted() {
    for (secret, body, shown) in [
        ("s", "so says the server", "so says the server"),
        ("password", "wrong password", "wrong ***"),
        ("server", "no server", "no ***"),
    ] {
        let server = Server::start(move |_| Reply::status(400).body(body));
        let builder = api::Client::builder().base_url(server.base_url());
        let client = builder.declarest_test_first(secret).declarest_test_second("x").build().expect("a client");
        let error = client.items().await.map(drop).expect_err("refused");
        assert_eq!(error.message(), format!("the server responded with 400 Bad Request: {shown}"), "{secret}");
        assert!(!error.help().unwrap_or_default().contains("***"), "{error:#}");
    }
    let server = Server::start(|_| Reply::json(r#"{"password":1}"#));
    let builder = api::Client::builder().base_url(server.base_url());
    let client = builder.declarest_test_first("password").declarest_test_second("x").build().expect("a client");
    let error = client.items().await.map(drop).expect_err("no rows");
    assert!(error.message().contains("expected an array") && !error.message().contains("password"), "{error:#}");
}

#[test]
fn a_secret_that_is_too_short_to_be_redacted_is_said_to_be() {
    let (logged, _guard) = Logged::on_this_thread(LevelFilter::WARN);
    let builder = || api::Client::builder().declarest_test_second("long enough");
    builder().declarest_test_first("abcd").build().expect("a client");
    assert_eq!(logged.take(), "");
    builder().declarest_test_first("abc").build().expect("a client");
    let text = logged.take();
    assert!(text.contains("declarest_test_first") && text.contains("fewer than 4 bytes"), "{text}");
    assert!(!text.contains("abc"), "{text}");
}

// The environment, which belongs to a process: these run in one of their own.

/// Fetches in another process, which knows no secret but what this environment has.
fn fetch(server: &Server, environment: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fetch"));
    command.arg(server.base_url()).env_remove("USER_TOKEN").env_remove("USER_TOKEN_FILE");
    command.envs(environment.iter().copied()).output().expect("the program runs")
}

/// The bearer that arrives.
fn sent(environment: &[(&str, &str)]) -> Option<String> {
    let server = Server::start(|_| Reply::json("[]"));
    let output = fetch(&server, environment);
    assert!(output.status.success(), "{output:?}");
    server.requests()[0].header("authorization").map(str::to_owned)
}

/// What is said when the client cannot be made; nothing may have been sent.
fn refused(environment: &[(&str, &str)]) -> String {
    let server = Server::start(|_| Reply::json("[]"));
    let output = fetch(&server, environment);
    assert_eq!((output.status.code(), server.count()), (Some(1), 0), "{output:?}");
    String::from_utf8(output.stderr).expect("text")
}

#[test]
fn a_secret_comes_from_its_variable() {
    assert_eq!(sent(&[("USER_TOKEN", "from-variable")]).as_deref(), Some("Bearer from-variable"));
}

#[test]
fn a_secret_comes_from_the_file_that_its_variable_names() {
    let place = Database::new();
    let file = place.directory().join("token");
    let path = file.to_str().expect("a path of text");
    for text in ["from-file", "from-file\n", "from-file\r\n", "\u{feff}from-file\n"] {
        std::fs::write(&file, text).expect("written");
        assert_eq!(sent(&[("USER_TOKEN_FILE", path)]).as_deref(), Some("Bearer from-file"));
    }
    assert_eq!(
        sent(&[("USER_TOKEN", ""), ("USER_TOKEN_FILE", path)]).as_deref(),
        Some("Bearer from-file"),
        "empty is not set"
    );
    for first in ["first", "first\n"] {
        assert_eq!(sent(&[("USER_TOKEN", first), ("USER_TOKEN_FILE", path)]).as_deref(), Some("Bearer first"));
    }
}

#[test]
fn no_environment_is_a_missing_secret() {
    for environment in [&[][..], &[("USER_TOKEN", ""), ("USER_TOKEN_FILE", "")]] {
        let said = refused(environment);
        for part in ["MissingSecret", "`user_token`", "USER_TOKEN", "USER_TOKEN_FILE"] {
            assert!(said.contains(part), "{part} in: {said}");
        }
    }
}

#[test]
fn a_secrets_file_that_cannot_be_read_is_named() {
    let said = refused(&[("USER_TOKEN_FILE", "/nowhere/token")]);
    for part in ["MissingSecret", "`user_token`", "/nowhere/token", "USER_TOKEN_FILE"] {
        assert!(said.contains(part), "{part} in: {said}");
    }
}

#[test]
fn a_secrets_file_that_is_empty_is_named() {
    let place = Database::new();
    let file = place.directory().join("empty");
    for text in ["", "\n"] {
        std::fs::write(&file, text).expect("written");
        let said = refused(&[("USER_TOKEN_FILE", file.to_str().expect("a path of text"))]);
        assert!(said.contains("MissingSecret") && said.contains("empty"), "{said}");
    }
}
