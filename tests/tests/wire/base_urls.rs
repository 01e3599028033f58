//! Placeholders in base URLs and trusted origins: what a client is built with, and where its requests go.

use std::net::SocketAddr;

use declarest::ErrorKind;
use declarest_tests::{Reply, Server};

/// The source of these tests, at some URL.
macro_rules! source {
    ($url:literal, $($option:tt)*) => {
        #[declarest::source(
            base_url = $url,
            $($option)*,
            resource_defaults(data_selector = "items", paginator = json_link(next_url_path = "next")),
        )]
        mod api {
            #[resource(name = things, path = "/things")]
            pub struct Thing {
                pub id: u64,
            }
        }
    };
}

fn server() -> Server {
    Server::start(|_| Reply::json(r#"{"items":[{"id":7}],"next":null}"#))
}

fn port(server: &Server) -> u16 {
    server.base_url().rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port")
}

#[tokio::test]
async fn a_label_a_port_and_a_segment_are_filled_in() {
    source!(
        "http://{subdomain}.api-{region}.localhost:{port}/api/{version}",
        auth = bearer(token = secret(base_urls_token)),
        params(subdomain: String, region: String = "eu", port: u16, version: String = "v 2")
    );
    let server = server();
    let builder = api::Client::builder().base_urls_token("t0k3n").port(port(&server)).subdomain("acme");
    let here = SocketAddr::from(([127, 0, 0, 1], port(&server)));
    let client = builder.clone().resolve("acme.api-eu.localhost", here).build().expect("nothing is missing");
    client.things().await.expect("a row");
    let request = &server.requests()[0];
    assert_eq!(request.path, "/api/v%202/things");
    assert_eq!(request.header("host"), Some(&*format!("acme.api-eu.localhost:{}", port(&server))));
    assert_eq!(request.header("authorization"), Some("Bearer t0k3n"));

    for subdomain in ["", "evil.example/", "a.b", "u@evil", "a:1", "a#", "b\\c"] {
        let error = builder.clone().subdomain(subdomain).build().expect_err(subdomain);
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.message().contains(&format!("`subdomain` cannot be {subdomain:?}")), "{error}");
    }
    let error = builder.clone().port(0).build().expect_err("no port");
    assert!(error.to_string().contains("not a port"), "{error}");
}

#[tokio::test]
async fn the_whole_url_and_the_whole_host_may_be_values() {
    let server = server();
    {
        source!("{instance_url}/v2", auth = bearer(token = secret(base_urls_token)), params(instance_url: String (env = "DECLAREST_IS_NEVER_SET")));
        let builder = api::Client::builder().base_urls_token("t0k3n");
        let error = builder.clone().build().expect_err("there is no URL");
        assert!(error.help().is_some_and(|help| help.contains("`.instance_url(…)`")), "{error}");
        let client = builder.clone().instance_url(format!("{}/root/", server.base_url())).build().expect("a URL");
        client.things().await.expect("a row");
        let error = builder.instance_url("ftp://example.com").build().expect_err("not HTTP");
        assert!(error.to_string().contains("ftp"), "{error}");
    }
    {
        // With a secret, this would have to be `https`.
        source!("http://{host}", params(host: String));
        let client = api::Client::builder().host(format!("127.0.0.1:{}", port(&server))).build().expect("a host");
        client.things().await.expect("a row");
    }
    let paths: Vec<String> = server.requests().into_iter().map(|request| request.path).collect();
    assert_eq!(paths, ["/root/v2/things", "/things"]);
}

#[tokio::test]
async fn the_builder_overrides_the_template_and_credentials_stay_with_the_origin() {
    source!(
        "https://{subdomain}.example.com",
        auth = bearer(token = secret(base_urls_token)),
        params(subdomain: String, cdn: String),
        trust = ["https://{cdn}.example.net"]
    );
    let other = server();
    let next = format!("{}/things", other.base_url());
    let first = Server::start(move |_| Reply::json(format!(r#"{{"items":[{{"id":1}}],"next":"{next}"}}"#)));
    let builder = api::Client::builder().base_urls_token("t0k3n").subdomain("not a label").cdn("c");
    let client = builder.clone().base_url(first.base_url()).build().expect("the URL is set");
    assert_eq!(client.things().await.expect("two rows").len(), 2);
    assert_eq!(first.requests()[0].header("authorization"), Some("Bearer t0k3n"));
    assert_eq!(other.requests()[0].header("authorization"), None);

    let error = builder.base_url(first.base_url()).cdn("evil.org#").build().expect_err("no label");
    assert!(error.to_string().contains("`cdn`"), "{error}");
}
