//! Paths that are whole URLs: values of a parent's rows, params of the client, and other origins.

use declarest::ErrorKind;
use declarest_tests::{Database, Reply, Server};
use serde_json::json;

#[declarest::source(
    base_url = "http://127.0.0.1:9/api",
    auth = bearer(token = secret(whole_urls_token)),
    params(friend: u16 = 9, stranger: u16 = 9, reports_url: String = "reports"),
    trust = ["http://127.0.0.1:{friend}"],
    retry(max_retries = 0),
    resource_defaults(paginator = single_page, data_selector = "items"),
)]
mod forge {
    #[resource(name = repos, path = "/repos", primary_key = id)]
    pub struct Repo {
        pub id: u32,
        pub issues_url: Option<String>,
    }

    #[resource(
        name = issues, path = "{resources.repos.issues_url}", params(state = "all"),
        paginator = page_number(page_param = "page", total_pages_path = "pages"),
    )]
    pub struct Issue {
        pub id: u32,
    }

    #[resource(
        name = labels, path = "{resources.repos.issues_url}/labels/{kind}", params(kind: String),
        paginator = json_link(next_url_path = "next"), selected = false,
    )]
    pub struct Label {
        pub id: u32,
    }

    #[resource(name = reports, path = "{reports_url}/all", selected = false)]
    pub struct Report {
        pub id: u32,
    }

    #[resource(name = mirrors, path = "http://127.0.0.1:{stranger}/mirror/{id}", params(id: String), selected = false)]
    pub struct Mirror {
        pub id: u32,
    }

    #[resource(name = partners, path = "http://127.0.0.1:{friend}/partner", selected = false)]
    pub struct Partner {
        pub id: u32,
    }
}

/// The API, an origin that it trusts, and one that it does not.
struct Servers {
    own: Server,
    friend: Server,
    stranger: Server,
}

impl Servers {
    fn start() -> Self {
        let start = || Server::start(|_| Reply::json(json!({ "items": [{ "id": 1 }], "pages": 1 })));
        Self { own: start(), friend: start(), stranger: start() }
    }

    fn builder(&self) -> forge::ClientBuilder {
        let base = format!("{}/api", self.own.base_url());
        let builder = forge::Client::builder().whole_urls_token("t0k3n").base_url(base);
        builder.friend(port(&self.friend)).stranger(port(&self.stranger))
    }

    fn client(&self) -> forge::Client {
        self.builder().build().expect("a client")
    }
}

fn port(server: &Server) -> u16 {
    server.base_url().rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port")
}

/// The requests that a server got: with `!` those with credentials.
fn requests(server: &Server) -> Vec<String> {
    let shown = |request: declarest_tests::Request| {
        let query = request.query.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&");
        let mark = if request.header("authorization") == Some("Bearer t0k3n") { "!" } else { "" };
        format!("{mark}{}?{query}", request.path)
    };
    server.requests().into_iter().map(shown).collect()
}

#[tokio::test]
async fn a_value_is_asked_as_it_is_with_credentials_only_where_they_belong() {
    let servers = Servers::start();
    let client = servers.client();
    let Servers { own, friend, stranger } = &servers;
    let url = |server: &Server, rest: &str| format!("{}{rest}", server.base_url());
    for url in [
        url(own, "/v2/issues?sort=a%20b&page=7"),
        url(friend, "/x#top"),
        url(stranger, "/y?state=open&z"),
        url(&Server::start(|_| Reply::status(404)), "/gone"),
        "/rooted".to_owned(),
        "below?q=1".to_owned(),
    ] {
        let is_gone = url.ends_with("/gone");
        match client.issues(url).await {
            Ok(rows) => assert_eq!((rows.len(), is_gone), (1, false)),
            Err(error) => {
                assert!(is_gone, "{error}");
                let text = error.to_string();
                assert!(text.contains("the URL is the value of the path `{resources.repos.issues_url}`"), "{text}");
            }
        }
    }
    assert_eq!(
        requests(own),
        ["!/v2/issues?sort=a b&state=all&page=1", "!/rooted?state=all&page=1", "!/api/below?q=1&state=all&page=1"]
    );
    assert_eq!(requests(friend), ["!/x?state=all&page=1"]);
    assert_eq!(requests(stranger), ["/y?z=&state=all&page=1"]);
    for (url, why) in [("mailto:a@b.example", "scheme is `mailto`"), ("http://[", "not a URL"), ("", "it is empty")] {
        let error = client.issues(url).await.err().expect(url);
        assert_eq!(error.kind(), ErrorKind::Config, "{error}");
        assert!(error.to_string().contains(why), "{error}");
    }
}

#[tokio::test]
async fn the_rest_of_a_path_follows_the_value() {
    let servers = Servers::start();
    let next = format!("{}/more", servers.stranger.base_url());
    let own = Server::start(move |_| Reply::json(json!({ "items": [{ "id": 5 }], "next": next })));
    let url = format!("{}/x/?a=1", own.base_url());
    let rows = servers.client().labels(url, "a/b").await.expect("rows");
    assert_eq!((rows.len(), requests(&own)), (2, vec!["/x/labels/a%2Fb?a=1".to_owned()]));
    assert_eq!(requests(&servers.stranger), ["/more?"]);
}

#[tokio::test]
async fn params_of_the_client_and_other_origins_are_urls_too() {
    let servers = Servers::start();
    servers.client().reports().await.expect("below the base");
    let elsewhere = servers.builder().reports_url(format!("{}/r", servers.stranger.base_url()));
    elsewhere.build().expect("a client").reports().await.expect("elsewhere");
    servers.client().mirrors("a b").await.expect("an origin that gets no credentials");
    servers.client().partners().await.expect("one that is trusted");
    assert_eq!(requests(&servers.own), ["!/api/reports/all?"]);
    assert_eq!(requests(&servers.stranger), ["/r/all?", "/mirror/a%20b?"]);
    assert_eq!(requests(&servers.friend), ["!/partner?"]);
    let error = servers.builder().reports_url("ftp://a.example").build().expect("a client").reports().await;
    assert_eq!(error.err().expect("no HTTP").kind(), ErrorKind::Config);
}

#[tokio::test]
async fn a_sync_skips_what_is_no_url() {
    let (friend, stranger) = (Servers::start(), Servers::start());
    let (there, away) = (friend.own.base_url(), stranger.own.base_url());
    let own = Server::start(move |request| match request.path.as_str() {
        "/repos" => Reply::json(json!({ "items": [
            { "id": 1, "issues_url": "/1/issues" },
            { "id": 2, "issues_url": format!("{there}/2") },
            { "id": 3, "issues_url": format!("{away}/3?x=y") },
            { "id": 4, "issues_url": null },
            { "id": 5, "issues_url": "mailto:a@b.example" },
            { "id": 6, "issues_url": "http://[" },
        ] })),
        _ => Reply::json(json!({ "items": [{ "id": 7 }], "pages": 1 })),
    });
    let builder = forge::Client::builder().whole_urls_token("t0k3n").base_url(own.base_url());
    let client = builder.friend(port(&friend.own)).build().expect("a client");
    let database = Database::new();
    let report = client.sync(&mut database.open()).await.expect("a report");
    let issues = report.resource("issues").expect("it was read");
    assert_eq!((issues.rows, issues.parents_without_value, issues.parents_with_bad_value), (3, 3, 2), "{report}");
    assert!(report.to_string().contains("or one that is no URL to read from"), "{report}");
    assert_eq!(requests(&own), ["!/repos?", "!/1/issues?state=all&page=1"]);
    assert_eq!(requests(&friend.own), ["!/2?state=all&page=1"]);
    assert_eq!(requests(&stranger.own), ["/3?x=y&state=all&page=1"]);
}
