//! Every setting of a builder, in a crate with strict lints.
#![deny(warnings, missing_docs, unreachable_pub, clippy::pedantic)]

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use declarest::RetryPolicy;

/// Issues of a tracker.
#[declarest::source(
    base_url = "https://api.example.com",
    auth = bearer(token = secret(user_token)),
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    /// An issue.
    #[resource(name = issues, path = "/v1/issues")]
    pub struct Issue {
        /// Its key.
        pub key: String,
    }
}

fn main() {
    let builder = || demo::Client::builder().user_token("secret");
    let policy = RetryPolicy::new().max_retries(2).backoff_factor(0.5).statuses([429]).max_wait(Duration::MAX);
    let client = builder()
        .timeout(Duration::from_secs(5))
        .connect_timeout(Duration::from_secs(1))
        .user_agent("program/1")
        .header("X-Tenant", "acme")
        .proxy(String::from("http://user:password@127.0.0.1:3128"))
        .resolve("api.example.com", SocketAddr::from((Ipv4Addr::LOCALHOST, 443)))
        .retry(policy)
        .rate_limit(10, Duration::from_secs(1))
        .concurrency(2)
        .build();
    let issues = client.map(|client| drop(client.issues()));
    assert!(issues.is_ok(), "{issues:?}");
    assert!(builder().root_certificate("no PEM").build().is_err());
    assert!(builder().identity(b"no PEM").retry(RetryPolicy::none()).build().is_err());
    let client = declarest::reqwest::Client::builder().redirect(declarest::reqwest::redirect::Policy::none()).build();
    assert!(client.is_ok_and(|client| builder().http_client(client).build().is_ok()));
    let _ = |issue: demo::Issue| issue.key;
}
