//! A server that asks clients for a certificate.

use declarest::ErrorKind;
use declarest_tests::{Listing, Reply, Server};
use serde_json::json;

use crate::api::{at, rows, tokens};
use crate::secure::{AUTHORITY, Certificates, IDENTITY, Secure};

#[tokio::test]
async fn a_client_with_a_certificate_is_let_in() {
    let secure = Secure::with(rows(25), Certificates::Required);
    let client = at(secure.base_url()).root_certificate(AUTHORITY).identity(IDENTITY).build().expect("all is given");
    assert_eq!(client.items().await.expect("let in").len(), 25);
    assert!(secure.identified() > 0);
}

#[tokio::test]
async fn a_client_without_one_hears_what_is_missing_and_tries_once() {
    let secure = Secure::with(rows(25), Certificates::Required);
    let client = at(secure.base_url()).root_certificate(AUTHORITY).build().expect("nothing is missing here");
    let error = client.items().await.map(drop).expect_err("not let in");
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Unauthorized, false), "{error:#}");
    let text = format!("{error:#}");
    assert!(text.contains("the server requires a client certificate") && text.contains("`.identity(…)`"), "{text}");
    assert_eq!((secure.connections(), secure.server().count()), (1, 0));
}

#[tokio::test]
async fn a_certificate_of_an_authority_that_the_server_does_not_know_is_refused() {
    let secure = Secure::with(rows(25), Certificates::Required);
    let stranger = [&include_bytes!("../../tls/cert.pem")[..], include_bytes!("../../tls/key.pem")].concat();
    let client = at(secure.base_url()).root_certificate(AUTHORITY).identity(stranger).build().expect("all is given");
    let error = client.items().await.map(drop).expect_err("not let in");
    assert_eq!(error.kind(), ErrorKind::Unauthorized, "{error:#}");
    assert!(error.message().contains("refused the client certificate"), "{error:#}");
    assert_eq!(secure.connections(), 1);
}

/// A certificate is a credential: who it is shown to learns who the client is.
#[tokio::test]
async fn the_certificate_is_not_shown_to_other_origins() {
    let other = Secure::with(rows(3), Certificates::Asked);
    let target = format!("{}/items", other.base_url());
    let secure =
        Secure::with(Server::start(move |_| Reply::status(302).header("Location", &target)), Certificates::Asked);
    let client = at(secure.base_url()).root_certificate(AUTHORITY).identity(IDENTITY).build().expect("all is given");
    assert_eq!(client.own().await.expect("followed").len(), 3);
    assert_eq!((secure.identified(), secure.connections()), (1, 1));
    assert_eq!((other.identified(), other.connections()), (0, 1));
}

#[tokio::test]
async fn access_tokens_are_requested_with_it_and_through_the_same_authority() {
    let token = |_: &_| Reply::json(json!({ "access_token": "a-token", "token_type": "Bearer" }));
    let issuer = Secure::with(Server::start(token), Certificates::Required);
    let secure = Secure::with(Server::start(|request| Listing::of(5).reply(request)), Certificates::Required);
    let client = tokens::Client::builder()
        .base_url(secure.base_url())
        .access_token_url(format!("{}/token", issuer.base_url()))
        .settings_secret("a secret")
        .root_certificate(AUTHORITY)
        .identity(IDENTITY)
        .build()
        .expect("all is given");
    assert_eq!(client.items().await.expect("let in").len(), 5);
    assert_eq!((issuer.identified(), secure.identified()), (1, 1));
}
