//! Requests through a forward proxy.

use std::process::Command;

use declarest::{Error, ErrorKind};
use declarest_tests::{ForwardProxy, LevelFilter, Listing, Logged, Nobody, Reply, Server};
use serde_json::json;

use crate::api::{TOKEN, at, rows, tokens};
use crate::secure::{AUTHORITY, Secure};

const PASSWORD: &str = "p@ss/w0rd:%";

fn proxy_url(proxy: &ForwardProxy, user: &str, password: &str) -> String {
    let encode = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    format!("http://{}:{}@{}", encode(user), encode(password), proxy.address())
}

fn assert_silent(error: &Error) {
    let text = format!("{error:#} {error:?}");
    for secret in [PASSWORD, "p%40ss", "cEBzcy93MHJkO", TOKEN] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

/// The proxy looks the host up, so a name that means nothing here is one that it knows.
#[tokio::test]
async fn requests_go_through_the_proxy_which_is_sent_name_and_password() {
    let proxy = ForwardProxy::with_credentials("ann", PASSWORD);
    let server = rows(25);
    let base_url = format!("http://api.example.test:{}", server.port());
    let client = at(&base_url).proxy(proxy_url(&proxy, "ann", PASSWORD)).build().expect("a proxy");
    assert_eq!(client.items().await.expect("passed on").len(), 25);
    assert!(proxy.requests().iter().all(|request| request.target.starts_with(&format!("{base_url}/items?"))));
    let sent = server.requests();
    assert_eq!(sent.len(), 3);
    assert!(sent.iter().all(|request| request.header("proxy-authorization").is_none()));
    assert!(sent.iter().all(|request| request.header("authorization") == Some(&format!("Bearer {TOKEN}"))));
}

#[tokio::test]
async fn tls_goes_through_a_tunnel_in_which_the_proxy_sees_nothing() {
    let proxy = ForwardProxy::with_credentials("ann", PASSWORD);
    let secure = Secure::before(rows(25));
    let client = at(format!("https://api.example.test:{}", secure.port()))
        .proxy(proxy_url(&proxy, "ann", PASSWORD))
        .root_certificate(AUTHORITY)
        .build()
        .expect("a proxy");
    assert_eq!(client.items().await.expect("passed on").len(), 25);
    let tunnels = proxy.requests();
    assert!(!tunnels.is_empty());
    for tunnel in tunnels {
        assert_eq!((tunnel.method.as_str(), tunnel.target), ("CONNECT", format!("api.example.test:{}", secure.port())));
        assert!(tunnel.headers.iter().all(|(_, value)| !value.contains(TOKEN)));
    }
    assert!(secure.server().requests().iter().all(|request| request.header("proxy-authorization").is_none()));
}

#[tokio::test]
async fn wrong_credentials_are_an_error_that_names_the_proxy_but_not_them() {
    let secure = Secure::before(rows(25));
    let plain = rows(25);
    for (base_url, password) in
        [(plain.base_url(), PASSWORD), (secure.base_url(), PASSWORD), (plain.base_url(), ""), (secure.base_url(), "")]
    {
        let proxy = ForwardProxy::with_credentials("bob", "another");
        let client = at(base_url).root_certificate(AUTHORITY).proxy(proxy_url(&proxy, "ann", password));
        let client = client.build().expect("a proxy");
        let error = client.items().await.map(drop).expect_err("not let through");
        assert_eq!((error.kind(), error.status()), (ErrorKind::Unauthorized, Some(407)), "{error:#}");
        let text = format!("{error:#}");
        assert!(text.contains(&format!("the proxy http://{} responded with 407", proxy.address())), "{text}");
        assert!(text.contains("check user name and password in `.proxy("), "{text}");
        assert_silent(&error);
        assert_eq!(proxy.requests().len(), 1, "it was tried once");
    }
    assert_eq!((plain.count(), secure.server().count()), (0, 0));
}

#[tokio::test]
async fn a_proxy_that_refuses_connections_is_named_without_its_password() {
    let (nobody, plain) = (Nobody::new(), rows(5));
    let secure = Secure::before(rows(5));
    for base_url in [plain.base_url(), secure.base_url()] {
        let url = format!("http://ann:p%40ss%2Fw0rd%3A%25@127.0.0.1:{}", nobody.port());
        let client = at(base_url).proxy(url).build().expect("a proxy");
        let error = client.items().await.map(drop).expect_err("no proxy");
        assert_eq!(error.kind(), ErrorKind::Transport, "{error:#}");
        let text = format!("{error:#}");
        assert!(text.contains(&format!("through the proxy http://127.0.0.1:{}", nobody.port())), "{text}");
        assert!(
            text.contains("refused") && text.contains("gave up after 1 retry") && text.contains("that the proxy runs"),
            "{text}"
        );
        assert_silent(&error);
    }
    assert_eq!((plain.count(), secure.connections()), (0, 0), "no way around it");
}

#[tokio::test]
async fn access_tokens_are_requested_through_it_too() {
    let proxy = ForwardProxy::open();
    let server = Server::start(|request| match request.path.as_str() {
        "/token" => Reply::json(json!({ "access_token": "a-token" })),
        _ => Listing::of(5).reply(request),
    });
    let base_url = format!("http://api.example.test:{}", server.port());
    let builder = || tokens::Client::builder().base_url(&base_url).settings_secret("a secret");
    let client = builder().proxy(format!("http://{}", proxy.address())).build().expect("a proxy");
    assert_eq!(client.items().await.expect("passed on").len(), 5);
    let asked: Vec<_> = proxy.requests().into_iter().map(|request| request.target).collect();
    assert_eq!(asked, [format!("{base_url}/token"), format!("{base_url}/items")]);

    let proxy = ForwardProxy::with_credentials("bob", "another");
    let client = builder().proxy(proxy_url(&proxy, "ann", PASSWORD)).build().expect("a proxy");
    let error = client.items().await.map(drop).expect_err("not let through");
    assert_eq!((error.kind(), error.status()), (ErrorKind::Unauthorized, Some(407)), "{error:#}");
    assert!(error.message().contains(&proxy.address()), "{error:#}");
    assert_silent(&error);
}

/// A request to this machine is not encrypted, and through a proxy it leaves this machine.
#[test]
fn credentials_that_a_proxy_can_read_are_warned_of() {
    let (logged, _guard) = Logged::on_this_thread(LevelFilter::WARN);
    at("http://127.0.0.1:9").build().expect("nothing is missing");
    at("https://a.example").proxy("http://127.0.0.1:9").build().expect("a proxy");
    assert_eq!(logged.text(), "");
    at("http://127.0.0.1:9").proxy("http://127.0.0.1:9").build().expect("a proxy");
    assert!(logged.take().contains("without encryption"));
}

/// Where the builder has none, the environment's is used: in a process of its own, which has this environment.
#[test]
fn the_environment_names_a_proxy_and_what_does_not_need_one() {
    let proxy = ForwardProxy::with_credentials("ann", "pass");
    let server = Server::start(|_| Reply::json(r#"[{"key":"a"}]"#));
    let fetch = |variables: &[(&str, &str)]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fetch"));
        command.arg(server.base_url()).env("USER_TOKEN", TOKEN);
        for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"] {
            command.env_remove(name);
        }
        let output = command.envs(variables.iter().copied()).output().expect("it runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        proxy.requests().len()
    };
    let url = format!("http://ann:pass@{}", proxy.address());
    assert_eq!(fetch(&[("HTTP_PROXY", &url)]), 1);
    assert_eq!(fetch(&[("HTTP_PROXY", &url), ("NO_PROXY", "127.0.0.1")]), 1);
    assert_eq!(server.count(), 2);
}
