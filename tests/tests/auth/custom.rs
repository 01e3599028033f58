//! Credentials and paginators by types of the user's, over real HTTP.

use std::collections::BTreeMap;
use std::error::Error as _;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};

use declarest::auth::{AuthFuture, AuthRequest, CustomAuth};
use declarest::paginate::{CustomPage, CustomPaginator, NextPage};
use declarest::{BoxError, Error, ErrorKind, Json};
use declarest_tests::{Reply, Request, Server};
use serde_json::{Value, json};
use tokio::sync::Mutex;

const KEY: &str = "k3y/m4rk3r";
const PASSWORD: &str = "p4ssw0rd-m4rk3r";

/// Everything that can be added, and all that there is to be seen.
#[derive(Default)]
pub struct Signed;

impl CustomAuth for Signed {
    fn authorize<'a>(&'a self, request: &'a mut AuthRequest<'_>) -> AuthFuture<'a> {
        Box::pin(async move {
            let key = request.secret("signing_key")?;
            let seen =
                format!("{} {} {} {}", request.method(), request.path(), request.url().len(), request.body().len());
            request.header("X-Signature", &format!("{key}|{seen}"))?;
            request.param("sig", &format!("sig-{key}"))?;
            request.cookie("a", &format!("cookie-{key}"))?;
            request.cookie("b", "2")?;
            Ok(())
        })
    }
}

/// A session that is logged in to once, and again when it is refused.
#[derive(Default)]
pub struct Login {
    session: Mutex<Option<String>>,
    logins: AtomicUsize,
}

impl CustomAuth for Login {
    fn authorize<'a>(&'a self, request: &'a mut AuthRequest<'_>) -> AuthFuture<'a> {
        Box::pin(async move {
            let mut session = self.session.lock().await;
            if session.is_none() || request.refused() {
                let login = self.logins.fetch_add(1, Ordering::Relaxed) + 1;
                *session = Some(format!("s3ss10n-{}-{login}", request.secret("login_password")?));
            }
            request.header("X-Session", session.as_deref().unwrap_or_default())?;
            Ok(())
        })
    }
}

/// Fails in the ways in which code can.
#[derive(Default)]
pub struct Failing;

impl CustomAuth for Failing {
    fn authorize<'a>(&'a self, request: &'a mut AuthRequest<'_>) -> AuthFuture<'a> {
        Box::pin(async move {
            match request.query() {
                Some("how=secret") => drop(request.secret("login_password")?),
                Some("how=header") => request.header("X-Key", "a\nb")?,
                Some("how=hang") => std::future::pending().await,
                _ => return Err(io::Error::other(format!("no device for {}", request.secret("signing_key")?)).into()),
            }
            Ok(())
        })
    }
}

/// Credentials by types.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = custom(super::Signed, secret(signing_key)),
    retry(max_retries = 0),
    resource_defaults(data_selector = "items"),
)]
mod api {
    #[resource(name = items, path = "/items", paginator = json_link(next_url_path = "next"))]
    #[derive(Debug)]
    pub struct Item {
        pub id: u64,
    }

    #[resource(name = searched, path = "/search", method = POST, json = { "q": 1 }, paginator = single_page)]
    #[derive(Debug)]
    pub struct Searched {
        pub id: u64,
    }

    #[resource(
        name = sessions, path = "/items", paginator = single_page,
        auth = custom(super::Login, secret(login_password)),
    )]
    #[derive(Debug)]
    pub struct BySession {
        pub id: u64,
    }

    #[resource(
        name = many, path = "/many", paginator = page_number(total_path = "total", limit = 1, limit_param = "size"),
        auth = custom(super::Login, secret(login_password)), retry(max_retries = 1, backoff_factor = 0.001),
    )]
    #[derive(Debug)]
    pub struct Many {
        pub id: u64,
    }

    #[resource(
        name = failing, path = "/items", paginator = single_page, params(how: String), timeout = "2s",
        auth = custom(super::Failing, secret(signing_key)),
    )]
    #[derive(Debug)]
    pub struct ByFailing {
        pub id: u64,
    }
}

fn client(server: &Server) -> api::Client {
    let builder = api::Client::builder().base_url(server.base_url()).signing_key(KEY).login_password(PASSWORD);
    builder.build().expect("nothing is missing")
}

/// Another one each time: the same rows again would be a loop.
fn id() -> usize {
    static ROWS: AtomicUsize = AtomicUsize::new(0);
    ROWS.fetch_add(1, Ordering::Relaxed)
}

fn page(next: Option<&str>) -> Reply {
    Reply::json(json!({ "items": [{ "id": id() }], "next": next }))
}

fn check_clean(error: &Error) {
    let mut text = format!("{error} {error:?} {:?}", error.url());
    let mut source = error.source();
    while let Some(error) = source {
        text = format!("{text} {error} {error:?}");
        source = error.source();
    }
    for part in ["m4rk3r", "k3y", "s3ss10n"] {
        assert!(!text.contains(part), "{part} in: {text}");
    }
}

fn is_marked(request: &Request) -> bool {
    format!("{request:?}").contains("m4rk3r")
}

#[tokio::test]
async fn a_type_sees_the_request_and_adds_to_it() {
    let server = Server::start(|_| page(None));
    client(&server).items().await.expect("one page");
    client(&server).searched().await.expect("one page");
    let requests = server.requests();
    let url = format!("{}/items", server.base_url());
    assert_eq!(requests[0].header("x-signature"), Some(format!("{KEY}|GET /items {} 0", url.len()).as_str()));
    assert_eq!(requests[0].param("sig"), Some(format!("sig-{KEY}").as_str()));
    assert_eq!(requests[0].header("cookie"), Some(format!("a=cookie-{KEY}; b=2").as_str()));
    assert_eq!(requests[1].header("x-signature"), Some(format!("{KEY}|POST /search {} 7", url.len() + 1).as_str()));
}

#[tokio::test]
async fn what_a_type_adds_goes_to_no_other_origin() {
    let elsewhere = Server::start(|request| match request.path.as_str() {
        "/items" => page(None),
        _ => Reply::status(404),
    });
    let target = format!("{}/items?sig=sig-k3y%2Fm4rk3r&page=2", elsewhere.base_url());
    let server = Server::start(move |request| match request.path.as_str() {
        "/items" => page(Some(&target)),
        _ => Reply::status(307).header("Location", &target),
    });
    assert_eq!(client(&server).items().await.expect("two pages").len(), 2);
    assert_eq!(client(&server).searched().await.expect("one page").len(), 1);
    assert_eq!(elsewhere.count(), 2);
    for request in elsewhere.requests() {
        assert!(!is_marked(&request), "{request:?}");
    }
    assert!(server.requests().iter().all(is_marked));
}

#[tokio::test]
async fn a_link_within_the_origin_has_a_parameter_once() {
    let server = Server::start(|request| match request.param("page") {
        None => page(Some("/items?sig=sig-of-before&page=2")),
        Some(_) => page(None),
    });
    assert_eq!(client(&server).items().await.expect("two pages").len(), 2);
    assert_eq!(server.requests()[1].params("sig"), [format!("sig-{KEY}")]);
}

#[tokio::test]
async fn a_session_is_renewed_after_a_refusal() {
    let server = Server::start(|request| match request.header("x-session") {
        Some(session) if session.ends_with("-2") => page(None),
        _ => Reply::status(401),
    });
    let client = client(&server);
    assert_eq!(client.sessions().await.expect("the second session").len(), 1);
    assert_eq!(client.clone().sessions().await.expect("the same session").len(), 1);
    assert_eq!(server.count(), 3);
}

/// Each login ends the session before it, and the first one ends by itself.
#[tokio::test]
async fn requests_that_are_refused_together_log_in_once() {
    let (latest, busy) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let server = Server::start(move |request| {
        let session = request.header("x-session").and_then(|text| text.rsplit_once('-')).expect("a session").1;
        let session: usize = session.parse().expect("a number");
        let latest = latest.fetch_max(session, Ordering::SeqCst).max(session);
        let page = request.number("page").expect("a page");
        match (page, session) {
            (2.., 1) => Reply::status(401).when(|log| log.count() >= 5),
            // Another attempt at a page that was refused is no reason to log in again.
            (3, 2) if busy.fetch_add(1, Ordering::SeqCst) == 0 => Reply::status(503),
            _ if session == latest => Reply::json(json!({ "total": 9, "items": [{ "id": page }] })),
            _ => Reply::status(401),
        }
    });
    let rows = client(&server).many().concurrency(4).await.expect("all pages");
    assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), (1..=9).collect::<Vec<_>>());
    for request in server.requests() {
        let session = request.header("x-session").expect("a session");
        assert!(session.ends_with("-1") || session.ends_with("-2"), "{session}");
    }
}

#[tokio::test]
async fn a_refusal_shows_nothing_of_what_was_added() {
    let server = Server::start(|request| Reply::status(401).body(format!("{:?} {:?}", request.query, request.headers)));
    let client = client(&server);
    for error in [client.items().await.map(drop), client.sessions().await.map(drop)] {
        let error = error.expect_err("refused");
        assert_eq!((error.kind(), error.status()), (ErrorKind::Unauthorized, Some(401)));
        check_clean(&error);
        let text = format!("{error:#}");
        assert!(text.contains("***") && text.contains("added by `super::"), "{text}");
    }
    // Each was tried twice.
    assert_eq!(server.count(), 4);
}

#[tokio::test]
async fn a_type_that_fails_is_named() {
    let server = Server::start(|_| page(None));
    for (how, kind, says) in [
        ("io", ErrorKind::Unauthorized, "the authentication by `super::Failing` failed: no device for ***"),
        ("secret", ErrorKind::MissingSecret, "`super::Failing` uses the secret `login_password`"),
        ("header", ErrorKind::Config, "the header `X-Key` has a value"),
        ("hang", ErrorKind::Timeout, "took longer than 2s"),
    ] {
        let error = client(&server).failing(how).await.map(drop).expect_err(how);
        assert_eq!((error.kind(), error.resource()), (kind, Some("failing")), "{error}");
        assert!(error.to_string().contains(says), "{error}");
        check_clean(&error);
    }
    assert_eq!(server.count(), 0);
}

// Paginators.

/// The wikis' way: the next page's parameters are in the body, by whatever names.
#[derive(Default)]
pub struct Continue;

impl CustomPaginator for Continue {
    fn next(&mut self, page: &CustomPage<'_>) -> Result<Option<NextPage>, BoxError> {
        let body: BTreeMap<String, Json> = page.json()?;
        let Some(next) = body.get("continue") else { return Ok(None) };
        let params: BTreeMap<String, Json> = next.decode()?;
        Ok(Some(params.iter().fold(NextPage::new(), |next, (name, value)| next.param(name, value))))
    }
}

/// Does what the header `X-Do` says.
#[derive(Default)]
pub struct Told {
    pages: u64,
}

impl CustomPaginator for Told {
    fn next(&mut self, page: &CustomPage<'_>) -> Result<Option<NextPage>, BoxError> {
        self.pages += 1;
        assert_eq!((self.pages, page.rows()), (page.number(), 1));
        assert!(page.url().contains("/items") && page.body().starts_with(b"{"), "{page:?}");
        match page.header("X-Do")?.unwrap_or_default().split_once(' ') {
            Some(("url", link)) => Ok(Some(NextPage::url(link).param("n", page.number()))),
            Some(("json", value)) => Ok(Some(NextPage::new().json("paging.after", value).json("n", 2))),
            Some(("header", value)) => Ok(Some(NextPage::new().header("X-Place", value.replace("\\n", "\n")))),
            Some(("numbers", _)) => Ok(page.json::<BTreeMap<String, u64>>().map(|_| None)?),
            Some((_, why)) => Err(why.into()),
            None => Ok(None),
        }
    }
}

/// Pages by types.
#[declarest::source(base_url = "http://127.0.0.1:9", auth = bearer(token = secret(custom_token)), retry(max_retries = 0))]
mod pages {
    #[resource(
        name = articles, path = "/items", data_selector = "items", paginator = custom(super::Continue),
        params(list = "all", from = "first"),
    )]
    #[derive(Debug)]
    pub struct Article {
        pub id: u64,
    }

    #[resource(name = told, path = "/items", data_selector = "items", paginator = custom(super::Told))]
    #[derive(Debug)]
    pub struct ByTold {
        pub id: u64,
    }

    #[resource(
        name = posted, path = "/items", method = POST, json = { "paging": { "size": 5 } },
        data_selector = "items", paginator = custom(super::Told),
    )]
    #[derive(Debug)]
    pub struct Posted {
        pub id: u64,
    }
}

fn reader(server: &Server) -> pages::Client {
    pages::Client::builder()
        .base_url(server.base_url())
        .custom_token("t0k3n-m4rk3r")
        .build()
        .expect("nothing is missing")
}

fn told(does: &str) -> Reply {
    page(None).header("X-Do", does)
}

#[tokio::test]
async fn a_continue_object_leads_to_the_end() {
    let server = Server::start(|request| {
        let page = |id: u64, next: Value| Reply::json(json!({ "items": [{ "id": id }], "continue": next }));
        match (request.param("apcontinue"), request.param("offset")) {
            (None, None) => page(1, json!({ "apcontinue": "b &c", "continue": "-||" })),
            (Some("b &c"), None) => page(2, json!({ "offset": 20, "from": "second" })),
            _ => Reply::json(json!({ "items": [{ "id": 3 }] })),
        }
    });
    let rows = reader(&server).articles().await.expect("three pages");
    assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), [1, 2, 3]);
    let requests = server.requests();
    assert_eq!((requests[1].param("list"), requests[1].param("continue")), (Some("all"), Some("-||")));
    assert_eq!((requests[2].params("from"), requests[2].param("offset")), (vec!["second"], Some("20")));
}

#[tokio::test]
async fn a_link_is_relative_to_its_page() {
    let server = Server::script([told("url ?n=0&page=2"), told("url /items/3"), told("")]);
    assert_eq!(reader(&server).told().await.expect("three pages").len(), 3);
    let asked: Vec<_> = server.requests().iter().map(|request| (request.path.clone(), request.query.clone())).collect();
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(asked[1], ("/items".to_owned(), vec![pair("page", "2"), pair("n", "1")]));
    assert_eq!(asked[2], ("/items/3".to_owned(), vec![pair("n", "2")]));
}

#[tokio::test]
async fn values_go_into_the_body_of_a_post() {
    let server = Server::script([told("json abc"), told("")]);
    assert_eq!(reader(&server).posted().await.expect("two pages").len(), 2);
    let body: Value = serde_json::from_str(&server.requests()[1].body).expect("JSON");
    assert_eq!(body, json!({ "n": 2, "paging": { "after": "abc", "size": 5 } }));
}

#[tokio::test]
async fn what_does_not_lead_on_is_an_error() {
    for (replies, kind, says, page) in [
        (vec!["url ftp://a.example/"], ErrorKind::Transport, "its scheme is `ftp`", 1),
        (vec!["url http://"], ErrorKind::Transport, "it is not a URL", 1),
        (vec!["fail t0k3n-m4rk3r is bad"], ErrorKind::Decode, "Told` failed: *** is bad", 1),
        (vec!["json a", "json a", "json a"], ErrorKind::PaginationLoop, "already seen in this run", 2),
    ] {
        let server = Server::script(replies.iter().map(|does| told(does)));
        let error = reader(&server).posted().await.map(drop).expect_err(says);
        assert_eq!((error.kind(), error.resource()), (kind, Some("posted")), "{error}");
        assert!(error.to_string().contains(says), "{error}");
        check_clean(&error);
        // A page may have been asked for ahead.
        assert_eq!(error.page(), Some(page));
    }
}

/// Also one that is a word, which is redacted in nothing but what comes from outside.
#[tokio::test]
async fn a_secret_that_the_api_sends_back_is_not_shown() {
    let builder = pages::Client::builder().custom_token("password");
    for (does, body, says) in [
        ("header is password\\n", r#"{"items":[{"id":1}]}"#, "with a value that cannot be sent: \"is ***"),
        ("numbers all", r#"{"at":"password","items":[{"id":1}]}"#, "invalid type: string \"***\""),
    ] {
        let server = Server::start(move |_| Reply::json(body).header("X-Do", does));
        let reader = builder.clone().base_url(server.base_url()).build().expect("nothing is missing");
        let error = reader.told().await.map(drop).expect_err(says);
        assert!(error.message().contains(says) && !error.message().contains("password"), "{error}");
    }
}

#[tokio::test]
async fn a_body_that_the_type_cannot_read_is_an_error() {
    let server = Server::script([Reply::json(json!({ "items": [{ "id": 1 }], "continue": [1] }))]);
    let error = reader(&server).articles().await.map(drop).expect_err("a list is no object");
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(error.source().is_some() && error.to_string().contains("Continue` failed"), "{error}");
}

#[tokio::test]
async fn a_page_size_has_nowhere_to_go() {
    let server = Server::script([]);
    let request: declarest::Request<_> = reader(&server).told().into();
    let error = request.page_size(5).await.map(drop).expect_err("no parameter");
    assert_eq!((error.kind(), server.count()), (ErrorKind::Config, 0));
}
