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

/// Values that are paths.
#[declarest::source(base_url = "http://127.0.0.1:9/api", params(root: String), resource_defaults(paginator = single_page))]
mod paths {
    #[resource(name = files, path = "/{+root}/files/{+file}/raw/{kind}", params(file: String, kind: String))]
    #[derive(Debug)]
    pub struct File {
        pub id: u64,
    }

    #[resource(name = trees, path = "/trees", selected = false)]
    #[derive(Debug)]
    pub struct Tree {
        pub id: String,
    }

    #[resource(name = leaves, path = "/trees/{+resources.trees.id}/leaves", selected = false)]
    #[derive(Debug)]
    pub struct Leaf {
        pub id: u64,
    }
}

#[tokio::test]
async fn a_value_may_keep_its_slashes_in_a_path() {
    let server = server();
    let client = paths::Client::builder().base_url(server.base_url()).root("a/b c").build().expect("a client");
    client.files("src/lib.rs?x#y", "k/1").await.expect("rows");
    client.leaves("oak/1").await.expect("rows");
    let paths: Vec<_> = server.requests().iter().map(|request| request.target.clone()).collect();
    assert_eq!(paths, ["/a/b%20c/files/src/lib.rs%3Fx%23y/raw/k%2F1", "/trees/oak/1/leaves"]);
}

#[tokio::test]
async fn slashes_lead_to_no_other_path_and_no_other_host() {
    let server = server();
    let build = |root: &str| paths::Client::builder().base_url(server.base_url()).root(root).build().expect("a client");
    for file in ["", ".", "..", "/etc", "a/", "a//b", "a/../../x", "./a", "//other.example/x"] {
        let error = build("r").files(file, "k").await.expect_err(file);
        assert_eq!(error.kind(), declarest::ErrorKind::Config, "{file}");
        let error = build(file).files("f", "k").await.expect_err(file);
        assert_eq!(error.kind(), declarest::ErrorKind::Config, "{file}");
    }
    // Encoded once more, and so no way up.
    build("r").files("%2e%2e/x", "..%2f").await.expect("rows");
    build("r").files("a\\..\\b", "k").await.expect("rows");
    let paths: Vec<_> = server.requests().iter().map(|request| request.target.clone()).collect();
    assert_eq!(paths, ["/r/files/%252e%252e/x/raw/..%252f", "/r/files/a%5C..%5Cb/raw/k"]);
}
