//! Secrets in a client's settings: the value of a header, the password of a proxy, the key of a certificate.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use declarest::{Error, ErrorKind};
use declarest_tests::{Database, ForwardProxy, Nobody, Reply, Server};

use crate::marker::{MARKER, Traced, assert_clean, assert_clean_files, everything};

/// A list without credentials of its own.
#[declarest::source(base_url = "http://127.0.0.1:9", retry(max_retries = 1, backoff_factor = 0.001))]
mod open {
    #[resource(name = items, path = "/items", primary_key = key, data_selector = "items", paginator = single_page, on_bad_row = quarantine)]
    #[derive(Debug)]
    pub struct Item {
        pub key: String,
        pub line: u32,
    }
}

/// What is shown of the builder, the client and the error of a sync.
async fn sync(what: &str, builder: open::ClientBuilder) -> Option<Error> {
    assert_clean(what, &format!("{builder:?} {builder:#?}"));
    let client = builder.build().expect(what);
    assert_clean(what, &format!("{client:?} {:?}", client.items()));
    let database = Database::new();
    let mut sqlite = database.open();
    let outcome = client.sync(&mut sqlite).await;
    drop(sqlite);
    assert_clean_files(what, &database);
    match outcome {
        Ok(report) => {
            assert_clean(what, &format!("{report} {report:?}"));
            None
        }
        Err(error) => {
            assert_clean(what, &everything(&error));
            Some(error)
        }
    }
}

#[tokio::test]
async fn the_value_of_a_header_is_not_shown_whatever_the_server_quotes() {
    let (_alone, traced) = Traced::start().await;
    for (name, value) in [("X-Gateway-Key", MARKER.to_owned()), ("Authorization", format!("Bearer {MARKER}"))] {
        let bodies = [
            (401, format!("your key is {MARKER}")),
            (500, format!(r#"{{"sent":"{value}"}}"#)),
            (200, format!("you sent {value}")),
            (200, format!(r#"{{"items":[{{"key":"a","line":"{MARKER}"}}]}}"#)),
        ];
        for (status, body) in bodies {
            let quoted = body.clone();
            let server = Server::start(move |_| Reply::status(status).body(quoted.clone()));
            let builder = open::Client::builder().base_url(server.base_url()).header(name, value.as_str());
            let error = sync(&body, builder).await;
            assert!(status == 200 || error.is_some(), "{body}");
            assert_eq!(server.requests()[0].header(&name.to_lowercase()), Some(value.as_str()), "it was sent");
        }
    }
    assert!(traced.text().contains("source"), "something was traced");
    assert_clean("traced", &traced.take());
}

#[tokio::test]
async fn the_password_of_a_proxy_is_not_shown() {
    let (_alone, traced) = Traced::start().await;
    let (server, nobody) = (Server::start(|_| Reply::json(r#"{"items":[]}"#)), Nobody::new());
    let encoded: String = url::form_urlencoded::byte_serialize(MARKER.as_bytes()).collect();
    let sent = BASE64_STANDARD.encode(format!("ann:{MARKER}"));
    let (right, wrong) = (ForwardProxy::with_credentials("ann", MARKER), ForwardProxy::with_credentials("bob", "b"));
    let base_urls = [server.base_url(), server.base_url().replace("http", "https")];
    for (proxy, outcome) in [
        (right.address(), None),
        // It quotes what it was sent.
        (wrong.address(), Some(ErrorKind::Unauthorized)),
        (format!("127.0.0.1:{}", nobody.port()), Some(ErrorKind::Transport)),
    ] {
        for base_url in &base_urls {
            let url = format!("http://ann:{encoded}@{proxy}");
            let error = sync(&proxy, open::Client::builder().base_url(base_url).proxy(url)).await;
            let plain = !base_url.starts_with("https");
            assert!(!plain || error.as_ref().map(Error::kind) == outcome, "{error:?}");
            assert!(error.is_none_or(|error| !everything(&error).contains(&sent)));
        }
    }
    assert!(
        wrong.requests().iter().any(|request| request.header("proxy-authorization") == Some(&format!("Basic {sent}")))
    );
    let traced = traced.take();
    assert!(!traced.contains(&sent), "what is sent for it is traced");
    assert_clean("traced", &traced);
}

/// As its user name, as tokens are, and in a URL that is none.
#[test]
fn a_proxys_url_is_not_shown_whatever_is_wrong_with_it() {
    let encoded: String = url::form_urlencoded::byte_serialize(MARKER.as_bytes()).collect();
    for url in [
        format!("http://{encoded}@127.0.0.1:9"),
        format!("{encoded}:x@127.0.0.1:9"),
        format!("http://x:{encoded}@127.0.0.1:99999"),
        format!("socks5://x:{encoded}@127.0.0.1:9"),
        format!("http://127.0.0.1:9/{encoded}"),
        MARKER.to_owned(),
    ] {
        let builder = open::Client::builder().proxy(&url);
        assert_clean(&url, &format!("{builder:?}"));
        match builder.build() {
            Ok(client) => assert_clean(&url, &format!("{client:?}")),
            Err(error) => assert_clean(&url, &everything(&error)),
        }
    }
}

#[test]
fn the_key_of_a_certificate_is_not_shown() {
    let identity = include_str!("../../tls/client.pem");
    let key: Vec<_> = identity.lines().skip_while(|line| !line.contains("PRIVATE KEY")).skip(1).collect();
    let lines = &key[..key.len() - 1];
    assert_eq!(lines.len(), 3);
    let clean = |text: &str| assert!(lines.iter().all(|line| !text.contains(line)), "{text}");
    let broken = [
        identity.to_owned(),
        identity.replace("BEGIN CERT", "BEGIN A CERT"),
        identity.replace("-----END PRIVATE KEY-----", ""),
        identity.replace("BEGIN PRIVATE", "BEGIN ENCRYPTED PRIVATE"),
        lines.join("\n"),
    ];
    for pem in &broken {
        for builder in [open::Client::builder().identity(pem), open::Client::builder().root_certificate(pem)] {
            clean(&format!("{builder:?}"));
            match builder.build() {
                Ok(client) => clean(&format!("{client:?}")),
                Err(error) => clean(&everything(&error)),
            }
        }
    }
}
