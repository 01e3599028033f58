//! Custom paginators whose sync is interrupted: which pages the next one asks for.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use declarest::paginate::{CustomPage, CustomPaginator, NextPage};
use declarest::{BoxError, ErrorKind};
use declarest_tests::{Database, Reply, Request, Server};
use serde_json::{Value, json};

/// Pages of each list.
const PAGES: u64 = 6;
/// The page that fails at first.
const BROKEN: u64 = 4;
/// The client's secret.
const TOKEN: &str = "t0k3n-m4rk3r";

/// Paginators that go to the page that the response names, and save this text.
macro_rules! stateless {
    ($($(#[$docs:meta])* $name:ident: $next:expr, $saved:expr;)*) => {$(
        $(#[$docs])*
        #[derive(Default)]
        pub struct $name;

        impl CustomPaginator for $name {
            fn next(&mut self, page: &CustomPage<'_>) -> Result<Option<NextPage>, BoxError> {
                let next: fn(&str) -> NextPage = $next;
                Ok(page.header("X-Next")?.map(next))
            }

            fn save(&self) -> Option<String> {
                let saved: Option<&str> = $saved;
                saved.map(str::to_owned)
            }
        }
    )*};
}

stateless! {
    ByHeader: |next| NextPage::new().header("X-Page", next), Some("");
    ByParam: |next| NextPage::new().param("page", next), Some("");
    ByBody: |next| NextPage::new().json("paging.page", next.parse::<u64>().unwrap_or_default()), Some("");
    ByLink: |next| NextPage::url(format!("?page={next}&api_key={TOKEN}")), Some("");
    /// As it is without `save`.
    Unsaved: |next| NextPage::new().param("page", next), None;
    /// Has no `resume` for this text.
    Unread: |next| NextPage::new().param("page", next), Some("state");
    /// Its request holds a credential.
    Secretive: |next| NextPage::new().param("page", next).header("X-Session", format!("of {TOKEN}")), Some("");
    /// So does its text.
    Talkative: |next| NextPage::new().param("page", next), Some(TOKEN);
    /// And its link, one of somebody else's.
    Signed: |next| NextPage::url(format!("?page={next}&access_token=x")), Some("");
}

/// Counts its pages: the response does not say which one is next.
#[derive(Default)]
pub struct ByState(u64);

impl CustomPaginator for ByState {
    fn next(&mut self, page: &CustomPage<'_>) -> Result<Option<NextPage>, BoxError> {
        self.0 += 1;
        assert_eq!(self.0, page.number());
        Ok((self.0 < PAGES).then(|| NextPage::new().param("page", self.0 + 1)))
    }

    fn save(&self) -> Option<String> {
        Some(self.0.to_string())
    }

    fn resume(saved: &str) -> Result<Self, BoxError> {
        Ok(Self(saved.parse()?))
    }
}

/// Refuses what it has saved.
#[derive(Default)]
pub struct Refusing(ByState);

impl CustomPaginator for Refusing {
    fn next(&mut self, page: &CustomPage<'_>) -> Result<Option<NextPage>, BoxError> {
        self.0.next(page)
    }

    fn save(&self) -> Option<String> {
        self.0.save().map(|saved| format!("version 1: {saved}"))
    }

    fn resume(saved: &str) -> Result<Self, BoxError> {
        ByState::resume(saved).map(Self)
    }
}

#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = bearer(token = secret(custom_token)),
    retry(max_retries = 0),
    resource_defaults(data_selector = "items"),
)]
mod api {
    #[resource(name = by_header, path = "/by_header", headers("X-Page" = "1"), paginator = custom(super::ByHeader))]
    pub struct ByHeader {
        pub id: u64,
    }

    #[resource(name = by_param, path = "/by_param", paginator = custom(super::ByParam))]
    pub struct ByParam {
        pub id: u64,
    }

    #[resource(name = by_body, path = "/by_body", method = POST, json = { "paging": { "size": 5 } }, paginator = custom(super::ByBody))]
    pub struct ByBody {
        pub id: u64,
    }

    #[resource(
        name = by_link, path = "/by_link", paginator = custom(super::ByLink),
        auth = api_key(name = "api_key", api_key = secret(custom_token), location = query),
    )]
    pub struct ByLink {
        pub id: u64,
    }

    #[resource(name = by_state, path = "/by_state", paginator = custom(super::ByState))]
    pub struct ByState {
        pub id: u64,
    }

    #[resource(name = unsaved, path = "/unsaved", paginator = custom(super::Unsaved))]
    pub struct Unsaved {
        pub id: u64,
    }

    #[resource(name = unread, path = "/unread", paginator = custom(super::Unread))]
    pub struct Unread {
        pub id: u64,
    }

    #[resource(name = refusing, path = "/refusing", paginator = custom(super::Refusing))]
    pub struct Refusing {
        pub id: u64,
    }

    #[resource(name = secretive, path = "/secretive", paginator = custom(super::Secretive))]
    pub struct Secretive {
        pub id: u64,
    }

    #[resource(name = talkative, path = "/talkative", paginator = custom(super::Talkative))]
    pub struct Talkative {
        pub id: u64,
    }

    #[resource(name = signed, path = "/signed", paginator = custom(super::Signed))]
    pub struct Signed {
        pub id: u64,
    }

    #[resource(name = groups, path = "/groups", selected = false, paginator = single_page)]
    pub struct Group {
        pub id: u64,
    }

    #[resource(name = members, path = "/groups/{resources.groups.id}/members", paginator = custom(super::ByState))]
    pub struct Member {
        pub id: u64,
    }
}

/// The page that is asked for: by the header, the body or the parameter.
fn page(request: &Request) -> u64 {
    let body: Option<Value> = serde_json::from_str(&request.body).ok();
    let in_body = body.as_ref().and_then(|body| body["paging"]["page"].as_u64());
    let in_header = request.header("x-page").map(|text| text.parse().expect("a number"));
    in_header.or(in_body).or(request.number("page")).unwrap_or(1)
}

/// Five rows, and which page is next.
fn reply(request: &Request) -> Reply {
    let page = page(request);
    let rows: Vec<_> = ((page - 1) * 5..page * 5).map(|id| json!({ "id": id })).collect();
    let reply = Reply::json(json!({ "items": rows }));
    if page < PAGES { reply.header("X-Next", page + 1) } else { reply }
}

fn client(server: &Server) -> api::Client {
    api::Client::builder().base_url(server.base_url()).custom_token(TOKEN).build().expect("a client")
}

/// A server of which one page is broken until it is repaired: then it answers as `repaired` says.
fn server(repaired: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> (Server, Arc<AtomicBool>) {
    let broken = Arc::new(AtomicBool::new(true));
    let now = Arc::clone(&broken);
    let server = Server::start(move |request| match page(request) {
        BROKEN if now.load(SeqCst) => Reply::status(500),
        _ if now.load(SeqCst) => reply(request),
        _ => repaired(request),
    });
    (server, broken)
}

/// Syncs up to the broken page, then the rest: the pages that the second sync has asked for, and how many rows it found
/// there already.
async fn interrupted(resource: &str, repaired: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> (Vec<u64>, u64) {
    let (server, broken) = server(repaired);
    let (client, database) = (client(&server), Database::new());
    let error = client.sync(&mut database.open()).only([resource]).await.expect_err(resource);
    assert_eq!((error.kind(), error.page()), (ErrorKind::Status, Some(BROKEN)), "{resource}: {error}");
    for row in database.query("SELECT value FROM _declarest_state") {
        assert!(!row[0].contains(TOKEN) && !row[0].contains("access_token"), "{resource}: {row:?}");
    }
    let before = server.count();
    broken.store(false, SeqCst);
    let report = client.sync(&mut database.open()).only([resource]).await.unwrap_or_else(|error| panic!("{error:?}"));
    let rows = database.query(&format!("SELECT id FROM {resource} ORDER BY id")).concat();
    let expected: Vec<_> = (0..PAGES * 5).map(|id| id.to_string()).collect();
    assert_eq!(rows, expected, "{resource}");
    let asked = server.requests()[before..].iter().map(page).collect();
    (asked, report.resource(resource).expect("its report").resumed)
}

#[tokio::test]
async fn a_paginator_that_saves_resumes_after_the_last_page_which_is_compared() {
    for resource in ["by_header", "by_param", "by_body", "by_link", "by_state"] {
        assert_eq!(interrupted(resource, reply).await, (vec![3, 4, 5, 6], 15), "{resource}");
    }
}

#[tokio::test]
async fn it_starts_at_the_first_page_where_the_last_one_has_other_rows() {
    let repaired = |request: &Request| {
        // The rows of page 3 come in another order.
        if page(request) == 3 {
            let rows: Vec<_> = (10..15).rev().map(|id| json!({ "id": id })).collect();
            return Reply::json(json!({ "items": rows })).header("X-Next", 4);
        }
        reply(request)
    };
    for resource in ["by_header", "by_state"] {
        let (asked, resumed) = interrupted(resource, repaired).await;
        // Page 4 is on its way by the time that page 3 is compared.
        assert!(asked.starts_with(&[3]) && asked.ends_with(&[1, 2, 3, 4, 5, 6]), "{resource}: {asked:?}");
        assert_eq!(resumed, 0, "{resource}");
    }
}

#[tokio::test]
async fn one_that_does_not_save_starts_at_the_first_page() {
    for resource in ["unsaved", "secretive", "talkative", "signed"] {
        assert_eq!(interrupted(resource, reply).await, ((1..=PAGES).collect(), 0), "{resource}");
    }
}

#[tokio::test]
async fn what_it_refuses_to_resume_starts_at_the_first_page() {
    for resource in ["unread", "refusing"] {
        assert_eq!(interrupted(resource, reply).await, ((1..=PAGES).collect(), 0), "{resource}");
    }
}

#[tokio::test]
async fn a_request_that_the_api_has_forgotten_starts_at_the_first_page() {
    let forgotten = Arc::new(AtomicBool::new(true));
    let repaired = move |request: &Request| {
        if forgotten.swap(false, SeqCst) { Reply::status(410) } else { reply(request) }
    };
    assert_eq!(interrupted("by_header", repaired).await, (vec![3, 1, 2, 3, 4, 5, 6], 0));
}

#[tokio::test]
async fn the_children_of_each_row_resume_where_they_were() {
    let broken = Arc::new(AtomicBool::new(true));
    let now = Arc::clone(&broken);
    let server = Server::start(move |request| match (request.path.as_str(), page(request)) {
        ("/groups", _) => Reply::json(json!({ "items": [{ "id": 1 }, { "id": 2 }] })),
        ("/groups/2/members", BROKEN) if now.load(SeqCst) => Reply::status(500),
        _ => reply(request),
    });
    let (client, database) = (client(&server), Database::new());
    let sync = async || client.sync(&mut database.open()).only(["members"]).concurrency(1).await;
    sync().await.map(drop).expect_err("it breaks");
    broken.store(false, SeqCst);
    let before = server.count();
    let report = sync().await.expect("a report");
    let asked: Vec<_> =
        server.requests()[before..].iter().filter(|request| request.path != "/groups").cloned().collect();
    let asked: Vec<_> = asked.iter().map(|request| (request.path.as_str(), page(request))).collect();
    assert_eq!(asked, [3, 4, 5, 6].map(|page| ("/groups/2/members", page)));
    assert_eq!(database.count("members"), 2 * PAGES * 5);
    assert_eq!(report.resource("members").map(|members| members.resumed), Some(45));
}
