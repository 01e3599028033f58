//! A server with a certificate of an authority that the system does not trust.

use declarest::ErrorKind;

use crate::api::{at, rows};
use crate::secure::{AUTHORITY, Secure};

#[tokio::test]
async fn an_authority_of_ones_own_is_trusted_where_it_is_given() {
    let secure = Secure::before(rows(25));
    let client = at(secure.base_url()).root_certificate(AUTHORITY).build().expect("an authority");
    assert_eq!(client.items().await.expect("trusted").len(), 25);
    assert_eq!(secure.server().count(), 3);
}

#[tokio::test]
async fn without_it_nothing_is_sent_and_nothing_tried_again() {
    let secure = Secure::before(rows(25));
    let client = at(secure.base_url()).build().expect("nothing is missing");
    let error = client.items().await.map(drop).expect_err("nobody vouches for it");
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Transport, false), "{error:#}");
    let text = format!("{error:#}");
    assert!(text.contains("certificate") && text.contains("`.root_certificate(…)`"), "{text}");
    assert_eq!((secure.connections(), secure.server().count()), (1, 0));
}

#[tokio::test]
async fn an_authority_is_trusted_for_the_names_that_it_vouches_for_alone() {
    let secure = Secure::before(rows(25));
    let client = at(format!("https://other.localhost:{}", secure.port()))
        .resolve("other.localhost", ([127, 0, 0, 1], 0).into())
        .root_certificate(AUTHORITY)
        .build()
        .expect("an authority");
    let error = client.items().await.map(drop).expect_err("another host's certificate");
    assert_eq!(error.kind(), ErrorKind::Transport, "{error:#}");
    assert!(error.message().contains("certificate"), "{error:#}");
    assert_eq!(secure.server().count(), 0);
}

/// The authorities that the system trusts still are: one more does not replace them.
#[tokio::test]
async fn several_authorities_may_be_given_at_once_or_one_after_the_other() {
    let secure = Secure::before(rows(5));
    let other = include_bytes!("../../tls/cert.pem");
    let both = [&other[..], AUTHORITY].concat();
    for builder in [
        at(secure.base_url()).root_certificate(&both),
        at(secure.base_url()).root_certificate(other).root_certificate(AUTHORITY),
    ] {
        let client = builder.build().expect("two authorities");
        assert_eq!(client.items().await.expect("trusted").len(), 5);
    }
}
