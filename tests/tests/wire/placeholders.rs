//! What stands in braces, and params of several values, over the wire.

use declarest_tests::{Reply, Server};

/// Params of the client's and of a resource's, in every place.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    params(organization: String, region: Option<u32>),
    headers("X-Organization" = "{organization}", "X-Region" = "eu-{region}"),
    resource_defaults(paginator = single_page),
)]
mod api {
    #[resource(
        path = "/orgs/{organization}/{project}/{kind}",
        params(
            project: String,
            kind = "a b",
            team = "team-{organization} {{x}}",
            since: Option<u32>,
            tags: Vec<String>,
            ids: Option<Vec<u64>> (style = csv),
            langs: Option<Vec<String>>,
        ),
        headers("X-Since" = "{{{since}}} of {project}", "Accept-Language" = "{langs}", "X-Kind" = "{kind}"),
    )]
    pub struct Issue {
        pub id: u64,
    }

    #[resource(path = "/{ids}/search", method = POST, params(ids: Vec<u64>, names: Vec<String>), json = { "names": names })]
    pub struct Hit {
        pub id: u64,
    }
}

fn server() -> Server {
    Server::start(|_| Reply::json("[{\"id\":1}]"))
}

fn client(server: &Server) -> api::ClientBuilder {
    api::Client::builder().base_url(server.base_url()).organization("a/c")
}

#[tokio::test]
async fn values_come_into_their_places() {
    let server = server();
    let client = client(&server).region(5).build().expect("nothing is missing");
    let issues = client.issue("p q", ["x", "y,z"]).since(7).ids([1, 2]).langs(["de", "en"]);
    assert_eq!(issues.await.expect("an answer").len(), 1);
    let request = &server.requests()[0];
    assert_eq!(request.path, "/orgs/a%2Fc/p%20q/a%20b");
    assert_eq!(request.params("tags"), ["x", "y,z"]);
    assert_eq!(request.params("ids"), ["1,2"]);
    assert_eq!(request.param("team"), Some("team-a/c {x}"));
    assert_eq!(request.query.len(), 4, "{:?}", request.query);
    assert_eq!(request.header("x-organization"), Some("a/c"));
    assert_eq!(request.header("x-region"), Some("eu-5"));
    assert_eq!(request.header("x-since"), Some("{7} of p q"));
    assert_eq!(request.header("accept-language"), Some("de,en"));
    assert_eq!(request.header("x-kind"), Some("a b"));
}

#[tokio::test]
async fn what_is_not_set_is_left_out() {
    let server = server();
    let client = client(&server).build().expect("nothing is missing");
    assert_eq!(client.issue("p", Vec::<String>::new()).ids([]).await.expect("an answer").len(), 1);
    let request = &server.requests()[0];
    assert_eq!(request.query.len(), 1, "{:?}", request.query);
    for header in ["x-region", "x-since", "accept-language"] {
        assert_ne!(request.header(header).map(|value| value.contains('{')), Some(true), "{header}");
    }
    assert_eq!((request.header("x-region"), request.header("x-since")), (None, None));
}

#[tokio::test]
async fn lists_are_arrays_in_json_and_one_segment_in_a_path() {
    let server = server();
    let client = client(&server).build().expect("nothing is missing");
    assert_eq!(client.hit([1, 2], ["a", "b"]).await.expect("an answer").len(), 1);
    let request = &server.requests()[0];
    assert_eq!((request.path.as_str(), request.body.as_str()), ("/1%2C2/search", r#"{"names":["a","b"]}"#));
}

#[test]
fn a_client_wide_param_without_a_value_is_named() {
    let error = api::Client::builder().build().expect_err("a param is missing");
    assert!(error.to_string().contains("organization"), "{error}");
}
