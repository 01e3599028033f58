//! Custom paginators that send their continuation in a header.

use declarest::paginate::{CustomPage, CustomPaginator, NextPage};
use declarest::{BoxError, ErrorKind};
use declarest_tests::{Reply, Server};
use serde_json::json;

/// Sends the header that the response's `X-Do` says: its name, and behind a space its value.
#[derive(Default)]
pub struct Obedient;

impl CustomPaginator for Obedient {
    fn next(&mut self, page: &CustomPage<'_>) -> Result<Option<NextPage>, BoxError> {
        let Some(does) = page.header("X-Do")? else { return Ok(None) };
        let next = page.header("X-Link")?.map_or_else(NextPage::new, NextPage::url);
        let (name, value) = does.split_once(' ').unwrap_or((does, ""));
        Ok(Some(next.header(name, value.replace("\\n", "\n"))))
    }
}

#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = bearer(token = secret(continuing_token)),
    retry(max_retries = 0),
    headers("X-Page" = "first", "X-Tenant" = "acme"),
    resource_defaults(data_selector = "items", paginator = custom(super::Obedient)),
)]
mod api {
    #[resource(name = items, path = "/items")]
    #[derive(Debug)]
    pub struct Item {
        pub id: u64,
    }

    #[resource(name = keyed, path = "/items", auth = api_key(name = "X-Key", api_key = secret(continuing_key), location = header))]
    #[derive(Debug)]
    pub struct Keyed {
        pub id: u64,
    }
}

fn client(server: &Server) -> api::Client {
    api::Client::builder()
        .base_url(server.base_url())
        .continuing_token("t0k3n-m4rk3r")
        .continuing_key("k3y-m4rk3r")
        .build()
        .expect("a client")
}

/// A page, and the header that the next request is to have.
fn page(id: u64, does: Option<&str>) -> Reply {
    let reply = Reply::json(json!({ "items": [{ "id": id }] }));
    does.into_iter().fold(reply, |reply, does| reply.header("X-Do", does))
}

#[tokio::test]
async fn a_continuation_replaces_the_declared_header_for_one_request() {
    let server = Server::script([
        page(1, Some("x-page b &c")),
        page(2, Some("X-Page ü")),
        page(3, Some("X-Other 1")),
        page(4, None),
    ]);
    let rows = client(&server).items().await.expect("four pages");
    assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), [1, 2, 3, 4]);
    let requests = server.requests();
    let pages: Vec<Vec<_>> = requests
        .iter()
        .map(|request| {
            request.headers.iter().filter(|(name, _)| name == "x-page").map(|(_, value)| value.as_str()).collect()
        })
        .collect();
    assert_eq!(pages, [vec!["first"], vec!["b &c"], vec!["ü"], vec!["first"]]);
    let others: Vec<_> = requests.iter().map(|request| request.header("x-other")).collect();
    assert_eq!(others, [None, None, None, Some("1")]);
    for request in &requests {
        assert_eq!(request.header("x-tenant"), Some("acme"));
        assert_eq!(request.header("authorization"), Some("Bearer t0k3n-m4rk3r"));
    }
}

#[tokio::test]
async fn it_follows_links_and_redirects_to_other_origins_and_credentials_do_not() {
    let other = Server::start(|_| page(2, None));
    let elsewhere = format!("{}/moved", other.base_url());
    let server = {
        let elsewhere = elsewhere.clone();
        Server::start(move |request| match (request.path.as_str(), request.header("x-page")) {
            ("/items", Some("first")) => page(1, Some("X-Page second")).header("X-Link", "/redirected"),
            ("/redirected", _) => Reply::status(302).header("Location", &elsewhere),
            _ => Reply::status(404),
        })
    };
    assert_eq!(client(&server).items().await.expect("two pages").len(), 2);
    let linked = Server::start(move |_| page(1, Some("X-Page second")).header("X-Link", &elsewhere));
    assert_eq!(client(&linked).items().await.expect("two pages").len(), 2);
    let requests = other.requests();
    assert_eq!(requests.len(), 2);
    for request in requests {
        assert_eq!((request.header("x-page"), request.header("authorization")), (Some("second"), None));
    }
}

#[tokio::test]
async fn what_no_header_can_be_is_refused_before_it_is_sent() {
    for (does, kind, says) in [
        ("X-Page a\\nb", ErrorKind::Decode, "needs the header `X-Page` with a value that cannot be sent: \"a\\nb\""),
        (
            "X(Page) 1",
            ErrorKind::Config,
            "the header `X(Page)` of the next page cannot be sent: this is not a valid name",
        ),
        ("", ErrorKind::Config, "the header `` of the next page cannot be sent"),
        ("AUTHORIZATION Bearer mine", ErrorKind::Config, "it holds credentials"),
        ("Cookie session=1", ErrorKind::Config, "it holds credentials"),
        ("Proxy-Authorization Basic x", ErrorKind::Config, "it holds credentials"),
        ("Host a.example", ErrorKind::Config, "the client sets it itself"),
        ("Content-Length 5", ErrorKind::Config, "the client sets it itself"),
    ] {
        let server = Server::script([page(1, Some(does))]);
        let error = client(&server).items().await.map(drop).expect_err(says);
        assert_eq!((error.kind(), error.resource(), error.page()), (kind, Some("items"), Some(1)), "{error}");
        assert!(error.to_string().contains(says) && error.help().is_some(), "{error:?}");
        assert_eq!(server.count(), 1);
    }
}

#[tokio::test]
async fn the_header_of_the_credentials_is_refused_where_it_has_a_name_of_its_own() {
    let server = Server::start(|_| page(1, Some("x-key mine")));
    let error = client(&server).keyed().await.map(drop).expect_err("it is the key's");
    assert_eq!((error.kind(), error.resource(), server.count()), (ErrorKind::Config, Some("keyed"), 1));
    assert!(error.to_string().contains("the header `X-Key` of the next page cannot be sent"), "{error}");
    let server = Server::script([page(1, Some("x-key mine")), page(2, None)]);
    assert_eq!(client(&server).items().await.expect("there it is a header like others").len(), 2);
    assert_eq!(server.requests()[1].header("x-key"), Some("mine"));
}
