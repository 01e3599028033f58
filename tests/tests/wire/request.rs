//! What is sent: paths, parameters, headers.

use declarest::ErrorKind;
use declarest_tests::{Reply, Server};

/// Everything that a request can carry.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = none,
    retry(max_retries = 0),
    headers("X-Source" = "source", "X-Both" = "source"),
    resource_defaults(paginator = single_page, rename_all = "camelCase"),
)]
mod api {
    #[resource(
        name = searched, path = "/searched",
        headers("X-Both" = "resource", "X-Own" = "own"),
        params(project: String, line: u32, severities: Option<String>, resolved: Option<bool>, additional_fields as "additionalFields" = "_all", since as "createdAfter": Option<declarest::jiff::civil::Date>),
    )]
    pub struct Searched {
        pub key: String,
    }

    #[resource(name = branches, path = "/projects/{project}/branches/{branch}.json", params(project: String, branch: String))]
    pub struct Branch {
        pub key: String,
    }

    #[resource(name = numbered, path = "/numbered/{id}", params(id: u64))]
    pub struct Numbered {
        pub key: String,
    }
}

fn server() -> Server {
    Server::start(|_| Reply::json("[]"))
}

fn client(server: &Server) -> api::Client {
    api::Client::builder().base_url(server.base_url()).build().expect("nothing is missing")
}

/// The query of the only request.
fn query(server: &Server) -> Vec<(String, String)> {
    let requests = server.requests();
    assert_eq!(requests.len(), 1);
    requests[0].query.clone()
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut pairs: Vec<_> = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    pairs.sort();
    pairs
}

#[tokio::test]
async fn static_and_required_parameters_are_always_sent_optional_ones_when_set() {
    let server = server();
    client(&server).searched("demo", 7).await.expect("an answer");
    let mut sent = query(&server);
    sent.sort();
    assert_eq!(sent, pairs(&[("project", "demo"), ("line", "7"), ("additionalFields", "_all")]));
}

#[tokio::test]
async fn parameters_are_encoded_renamed_and_the_last_value_holds() {
    let server = server();
    client(&server)
        .searched("a b&c=d/ü?#+%", 0)
        .severities("BLOCKER")
        .severities("MAJOR,MINOR")
        .resolved(false)
        .since(declarest::jiff::civil::date(2026, 1, 31))
        .await
        .expect("an answer");
    let mut sent = query(&server);
    sent.sort();
    let expected = [
        ("project", "a b&c=d/ü?#+%"),
        ("line", "0"),
        ("severities", "MAJOR,MINOR"),
        ("resolved", "false"),
        ("createdAfter", "2026-01-31"),
        ("additionalFields", "_all"),
    ];
    assert_eq!(sent, pairs(&expected));
}

#[tokio::test]
async fn a_value_in_a_path_stays_within_its_segment() {
    for (project, path) in [
        ("demo", "/projects/demo/branches/main.json"),
        ("a/b", "/projects/a%2Fb/branches/main.json"),
        ("a/../../b", "/projects/a%2F..%2F..%2Fb/branches/main.json"),
        ("?q=1", "/projects/%3Fq%3D1/branches/main.json"),
        ("#top", "/projects/%23top/branches/main.json"),
        ("a b", "/projects/a%20b/branches/main.json"),
        ("ü€", "/projects/%C3%BC%E2%82%AC/branches/main.json"),
        ("%2e%2e", "/projects/%252e%252e/branches/main.json"),
        ("a\\b", "/projects/a%5Cb/branches/main.json"),
        ("...", "/projects/.../branches/main.json"),
        ("a\r\nb", "/projects/a%0D%0Ab/branches/main.json"),
    ] {
        let server = server();
        client(&server).branches(project, "main").await.expect("an answer");
        let request = &server.requests()[0];
        assert_eq!(request.path, path);
        assert!(request.query.is_empty(), "what stands in the path is not sent again");
    }
    let server = server();
    client(&server).numbered(u64::MAX).await.expect("an answer");
    assert_eq!(server.requests()[0].path, "/numbered/18446744073709551615");
}

#[tokio::test]
async fn a_value_that_leads_to_another_path_is_refused_without_a_request() {
    let server = server();
    for value in ["", ".", ".."] {
        let error = client(&server).branches(value, "main").await.map(drop).expect_err(value);
        assert_eq!((error.kind(), error.resource()), (ErrorKind::Config, Some("branches")));
        assert!(error.to_string().contains("{project}"), "{error}");
    }
    // Beside other text in its segment, no value makes another path.
    client(&server).branches("demo", "").await.expect("an answer");
    assert_eq!(server.count(), 1);
    assert_eq!(server.requests()[0].path, "/projects/demo/branches/.json");
}

#[tokio::test]
async fn headers_of_the_source_are_sent_unless_the_resource_has_its_own() {
    let server = server();
    client(&server).searched("demo", 1).await.expect("an answer");
    client(&server).numbered(1_u64).await.expect("an answer");
    let requests = server.requests();
    let sent = |index: usize, name| requests[index].header(name);
    assert_eq!(
        [sent(0, "x-source"), sent(0, "x-both"), sent(0, "x-own")],
        [Some("source"), Some("resource"), Some("own")]
    );
    assert_eq!([sent(1, "x-source"), sent(1, "x-both"), sent(1, "x-own")], [Some("source"), Some("source"), None]);
    assert_eq!(sent(0, "accept"), Some("application/json"));
    assert!(sent(0, "user-agent").is_some_and(|agent| agent.starts_with("declarest/")));
    assert_eq!(sent(0, "authorization"), None);
    let encodings = sent(0, "accept-encoding").expect("encodings");
    assert!(["gzip", "br", "zstd"].iter().all(|encoding| encodings.contains(encoding)), "{encodings}");
}

#[tokio::test]
async fn paths_are_joined_below_the_base_url() {
    for (suffix, path) in
        [("", "/numbered/1"), ("/", "/numbered/1"), ("/api", "/api/numbered/1"), ("/api/", "/api/numbered/1")]
    {
        let server = server();
        let client =
            api::Client::builder().base_url(format!("{}{suffix}", server.base_url())).build().expect("a client");
        client.numbered(1_u64).await.expect("an answer");
        assert_eq!(server.requests()[0].path, path);
    }
}

#[test]
fn a_base_url_that_is_none_is_refused_when_the_client_is_built() {
    for url in [
        "",
        "localhost:9000",
        "ftp://127.0.0.1",
        "http://",
        "http://u:p@127.0.0.1",
        "http://127.0.0.1?x",
        "http://127.0.0.1#x",
    ] {
        let error = api::Client::builder().base_url(url).build().expect_err(url);
        assert_eq!(error.kind(), ErrorKind::Config, "{url}");
        assert!(error.to_string().contains("base URL") && error.help().is_some(), "{error}");
    }
}

#[tokio::test]
async fn clients_and_requests_can_be_cloned_and_shared() {
    fn shared<T: Clone + Send + Sync + std::fmt::Debug>(_: &T) {}
    let server = server();
    let client = client(&server);
    shared(&client);
    let request = client.clone().searched("demo", 1).severities("MAJOR");
    request.clone().await.expect("an answer");
    request.severities("MINOR").await.expect("an answer");
    let sent: Vec<_> = server.asked("severities").into_iter().flatten().collect();
    assert_eq!(sent, ["MAJOR", "MINOR"]);
    // What is awaited can be sent to another thread.
    tokio::spawn(client.numbered(1_u64).into_future()).await.expect("no panic").expect("an answer");
}
