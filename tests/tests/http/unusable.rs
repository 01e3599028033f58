//! Settings that are not usable: each is named with what to do, all at once, before anything is sent.

use std::time::Duration;

use declarest::{ErrorKind, RetryPolicy};

use crate::api::{TOKEN, at, lists};
use crate::secure::{AUTHORITY, IDENTITY};

type Builder = lists::ClientBuilder;
type Case = (&'static str, fn(Builder) -> Builder, &'static str, &'static str);

const KEY: &str = include_str!("../../tls/key.pem");
const ENCRYPTED: &str = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n";
const BROKEN: &str = "-----BEGIN CERTIFICATE-----\nno base64!\n-----END CERTIFICATE-----\n";
const NONSENSE: &str = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";

/// What is given, what the error says, and what its help does.
const CASES: &[Case] = &[
    ("timeout", |b| b.timeout(Duration::ZERO), "`timeout` is not usable: it is zero", "the longest time"),
    (
        "connect_timeout",
        |b| b.connect_timeout(Duration::ZERO),
        "`connect_timeout` is not usable: it is zero",
        "the longest time",
    ),
    ("concurrency", |b| b.concurrency(0), "`concurrency` is not usable: it is 0", "one page at a time"),
    (
        "no request",
        |b| b.rate_limit(0, Duration::from_secs(1)),
        "`rate_limit` is not usable: it allows 0 requests per 1s",
        "above zero",
    ),
    (
        "no time",
        |b| b.rate_limit(10, Duration::ZERO),
        "`rate_limit` is not usable: it allows 10 requests per 0ns",
        "above zero",
    ),
    (
        "backoff",
        |b| b.retry(RetryPolicy::new().backoff_factor(-1.0)),
        "`retry` is not usable: its backoff factor is -1",
        "0 or more",
    ),
    ("no number", |b| b.retry(RetryPolicy::new().backoff_factor(f64::NAN)), "its backoff factor is NaN", "0 or more"),
    (
        "status",
        |b| b.retry(RetryPolicy::new().statuses([503, 42])),
        "`retry` is not usable: 42 is not an HTTP status",
        "from 100 to 599",
    ),
    ("user agent", |b| b.user_agent("a\nb"), "`user_agent` is not usable: \"a\\nb\"", "without line breaks"),
    ("name", |b| b.header("X Y", "z"), "`header` is not usable: \"X Y\" is not the name of a header", "X-Tenant"),
    (
        "value",
        |b| b.header("X-Key", "marker\r\nX-Other: 1"),
        "the value of `x-key` cannot be sent",
        "without line breaks",
    ),
    ("own", |b| b.header("Content-Length", "7"), "`content-length` is set by the client itself", "leave it out"),
    (
        "host",
        |b| b.resolve("https://a.example", ([127, 0, 0, 1], 0).into()),
        "`resolve` is not usable: \"https://a.example\"",
        "without scheme",
    ),
    (
        "address",
        |b| b.resolve("127.0.0.1", ([127, 0, 0, 1], 0).into()),
        "\"127.0.0.1\" is not the name of a host",
        "without scheme",
    ),
    (
        "proxy",
        |b| b.proxy("ann:marker@proxy:3128"),
        "`proxy` is not usable: its scheme is neither http nor https",
        "`http://host:port`",
    ),
    ("socks", |b| b.proxy("socks5://ann:marker@proxy:1080"), "`proxy` is not usable: its scheme", "`http://host:port`"),
    ("no proxy", |b| b.proxy(""), "`proxy` is not usable: relative URL without a base", "`http://host:port`"),
    (
        "no PEM",
        |b| b.root_certificate("marker"),
        "`root_certificate` is not usable: it holds no certificate",
        "BEGIN CERTIFICATE",
    ),
    (
        "a key",
        |b| b.root_certificate(KEY),
        "`root_certificate` is not usable: it holds no certificate",
        "BEGIN CERTIFICATE",
    ),
    (
        "broken",
        |b| b.root_certificate(BROKEN),
        "`root_certificate` is not usable: certificate 1 is broken",
        "BEGIN CERTIFICATE",
    ),
    (
        "nonsense",
        |b| b.root_certificate([AUTHORITY, NONSENSE.as_bytes()].concat()),
        "certificate 2 cannot be read",
        "BEGIN CERTIFICATE",
    ),
    ("no certificate", |b| b.identity(KEY), "`identity` is not usable: it holds no certificate", "its private key"),
    ("no key", |b| b.identity(AUTHORITY), "`identity` is not usable: it holds no private key", "without passphrase"),
    (
        "encrypted",
        |b| b.identity([AUTHORITY, ENCRYPTED.as_bytes()].concat()),
        "`identity` is not usable: its key is encrypted",
        "without passphrase",
    ),
    (
        "another key",
        |b| b.identity([AUTHORITY, KEY.as_bytes()].concat()),
        "`identity` is not usable: ",
        "its private key",
    ),
    ("nothing", |b| b.identity(""), "`identity` is not usable: it holds no certificate", "its private key"),
    (
        "no certificate in it",
        |b| b.identity([NONSENSE.as_bytes(), KEY.as_bytes()].concat()),
        "`identity` is not usable: ",
        "its private key",
    ),
    (
        "half",
        |b| b.identity(&IDENTITY[..IDENTITY.len() - 40]),
        "`identity` is not usable: its PEM is broken",
        "without passphrase",
    ),
];

#[test]
fn each_is_named_with_what_to_do() {
    for (name, set, message, help) in CASES {
        let builder = set(at("http://127.0.0.1:9"));
        let shown = format!("{builder:?}");
        let error = builder.build().map(drop).expect_err(name);
        assert_eq!(error.kind(), ErrorKind::Config, "{name}: {error:#}");
        assert!(error.message().contains(message), "{name}: {error:#}");
        assert!(error.help().is_some_and(|text| text.contains(help)), "{name}: {error:#}");
        let text = format!("{error:?} {shown}");
        assert!(!text.contains("marker") && !text.contains(TOKEN), "{name}: {text}");
    }
}

#[test]
fn all_are_named_at_once() {
    let all = CASES.iter().filter(|(name, ..)| !matches!(*name, "another key" | "no certificate in it"));
    let builder = all.clone().fold(at("ftp://127.0.0.1:9"), |builder, (_, set, ..)| set(builder));
    let error = builder.build().map(drop).expect_err("nothing is usable");
    assert_eq!(error.kind(), ErrorKind::Config, "{error:#}");
    for setting in [
        "the base URL",
        "`timeout`",
        "`connect_timeout`",
        "`concurrency`",
        "`rate_limit`",
        "`retry`",
        "`header`",
        "`user_agent`",
        "`resolve`",
        "`proxy`",
        "`root_certificate`",
        "`identity`",
    ] {
        assert!(error.message().contains(&format!("{setting} is not usable: ")), "{setting}: {error:#}");
    }
    // What to do about each stands with it; about the first, in the help.
    assert!(error.message().contains("(give it 1 for one page at a time)"), "{error:#}");
    assert!(error.help().is_some_and(|help| help.contains("https://host/path")), "{error:#}");
}

/// Setting a thing again sets it.
#[test]
fn what_is_said_last_counts() {
    let builder = at("http://127.0.0.1:9").timeout(Duration::ZERO).concurrency(0).proxy("nowhere").identity("none");
    let builder = builder.timeout(Duration::from_secs(1)).concurrency(3).proxy("http://127.0.0.1:9").identity(IDENTITY);
    builder.build().expect("all of it is usable now");
}

#[test]
fn missing_secrets_are_part_of_the_same_error() {
    let error = lists::Client::builder().timeout(Duration::ZERO).proxy("nowhere").build().map(drop);
    let error = error.expect_err("nothing is right");
    assert_eq!(error.kind(), ErrorKind::MissingSecret, "{error:#}");
    let message = error.message();
    for part in ["`settings_token` is not set", "`timeout` is not usable", "`proxy` is not usable"] {
        assert!(message.contains(part), "{part}: {error:#}");
    }
}
