//! Each kind of credentials, with each fault and with servers that say again what they were sent.

use std::fmt::Write as _;
use std::panic;
use std::sync::{Arc, Mutex};

use declarest::auth::{AuthFuture, AuthRequest, CustomAuth};
use declarest::{Error, Progress};
use declarest_tests::faults::{Ask, Family, GROUPS};
use declarest_tests::{Database, Reply, Request, Server};
use serde_json::json;

use crate::marker::{MARKER, Traced, assert_clean, assert_clean_files, everything};

/// Credentials wherever a type of the user's can put them.
#[derive(Default)]
pub struct Everywhere;

impl CustomAuth for Everywhere {
    fn authorize<'a>(&'a self, request: &'a mut AuthRequest<'_>) -> AuthFuture<'a> {
        Box::pin(async move {
            let key = request.secret("marker")?.to_owned();
            request.header("X-Signature", &key)?;
            request.param("sig", &key)?;
            request.cookie("session", &key)?;
            Ok(())
        })
    }
}

/// The panic of a user's own code, in the middle of a page.
fn panics<T>(_: T) -> T {
    panic!("a row that this program did not think of")
}

/// A source behind these credentials, and a sync of one of its resources.
macro_rules! kind {
    ($module:ident, $($auth:tt)*) => {
        #[declarest::source(
            base_url = "http://127.0.0.1:9",
            auth = $($auth)*,
            retry(max_retries = 1, backoff_factor = 0.001, max_wait = "10ms"),
            max_page_bytes = "64KiB",
            resource_defaults(data_selector = "rows", primary_key = id, write_disposition = merge),
        )]
        mod $module {
            use declarest::{Error, Progress, Sqlite};

            #[resource(
                name = page_number, path = "/page_number", on_bad_row = quarantine,
                paginator = page_number(page_param = "p", limit_param = "ps", limit = 10, total_path = "total"),
            )]
            #[derive(Debug)]
            pub struct PageNumber {
                pub id: u64,
                pub name: String,
                pub note: Option<String>,
            }

            #[resource(
                name = hurried, path = "/page_number", on_bad_row = quarantine, timeout = "600ms",
                paginator = page_number(page_param = "p", limit_param = "ps", limit = 10, total_path = "total"),
            )]
            #[derive(Debug)]
            pub struct Hurried {
                pub id: u64,
                pub name: String,
                pub note: Option<String>,
            }

            #[resource(name = json_link, path = "/json_link", paginator = json_link(next_url_path = "next"))]
            #[derive(Debug)]
            pub struct JsonLink {
                pub id: u64,
                pub name: String,
                pub note: Option<String>,
            }

            #[resource(name = panicking, path = "/json_link", paginator = single_page, map = super::panics)]
            #[derive(Debug)]
            pub struct Panicking {
                pub id: u64,
            }

            /// What it says of itself, and how it ended.
            pub(super) async fn sync(
                base_url: &str,
                database: &mut Sqlite,
                resource: &str,
                progress: impl Fn(&Progress) + Send + Sync + 'static,
            ) -> (String, Result<String, Error>) {
                let builder = Client::builder().base_url(base_url).marker(super::MARKER);
                let mut said = format!("{builder:?} {builder:#?}");
                let client = builder.build().expect("nothing is missing");
                said += &format!("{client:?} {client:#?} {:?}", client.page_number());
                let report = client.sync(database).only([resource]).progress(progress).await;
                (said, report.map(|report| format!("{report} {report:?}")))
            }
        }
    };
}

kind!(bearer, bearer(token = secret(marker)));
kind!(http_basic, http_basic(username = "user", password = secret(marker)));
kind!(header_key, api_key(name = "X-Api-Key", api_key = secret(marker), location = header));
kind!(query_key, api_key(name = "k", api_key = secret(marker), location = query));
kind!(cookie_key, api_key(name = "session", api_key = secret(marker), location = cookie));
kind!(oauth2, oauth2_client_credentials(access_token_url = "/token", client_id = "id", client_secret = secret(marker)));
kind!(
    session_header,
    session_token(path = "/token", json = { "p": secret(marker) }, token_path = "access_token", header = "X-Session")
);
kind!(
    session_param,
    session_token(path = "/token", data = { "p": secret(marker) }, token_path = "access_token", param = "session")
);
kind!(refresh, oauth2_refresh_token(access_token_url = "/token", client_id = "id", refresh_token = secret(marker)));
kind!(custom, custom(super::Everywhere, secret(marker)));

/// The kinds, in the order of `sync`.
const KINDS: [&str; 10] = [
    "bearer",
    "http_basic",
    "header_key",
    "query_key",
    "cookie_key",
    "oauth2",
    "session_header",
    "session_param",
    "refresh",
    "custom",
];

/// Syncs a resource behind these credentials: all that is to be seen of it is clean.
async fn sync(kind: &str, server: &Server, resource: &str, what: &str) -> Option<Error> {
    let (database, url) = (Database::new(), server.base_url());
    let told = Arc::new(Mutex::new(String::new()));
    let tell = Arc::clone(&told);
    let progress = move |progress: &Progress| writeln!(tell.lock().expect("no panic"), "{progress:?}").expect("memory");
    let mut sqlite = database.open();
    let (said, outcome) = match kind {
        "bearer" => bearer::sync(&url, &mut sqlite, resource, progress).await,
        "http_basic" => http_basic::sync(&url, &mut sqlite, resource, progress).await,
        "header_key" => header_key::sync(&url, &mut sqlite, resource, progress).await,
        "query_key" => query_key::sync(&url, &mut sqlite, resource, progress).await,
        "cookie_key" => cookie_key::sync(&url, &mut sqlite, resource, progress).await,
        "oauth2" => oauth2::sync(&url, &mut sqlite, resource, progress).await,
        "session_header" => session_header::sync(&url, &mut sqlite, resource, progress).await,
        "session_param" => session_param::sync(&url, &mut sqlite, resource, progress).await,
        "refresh" => refresh::sync(&url, &mut sqlite, resource, progress).await,
        _ => custom::sync(&url, &mut sqlite, resource, progress).await,
    };
    let what = format!("{kind}, {what}");
    assert_clean(&what, &format!("{said} {sqlite:?}"));
    drop(sqlite);
    assert_clean(&what, &told.lock().expect("no panic"));
    assert_clean_files(&what, &database);
    match outcome {
        Ok(report) => {
            assert_clean(&what, &report);
            None
        }
        Err(error) => {
            assert_clean(&what, &everything(&error));
            Some(error)
        }
    }
}

/// A server that gives out a token, and otherwise answers like this.
fn server(answer: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Server {
    Server::start(move |request| match request.path.as_str() {
        "/token" => Reply::json(json!({ "access_token": MARKER, "token_type": "bearer", "expires_in": 3600 })),
        _ => answer(request),
    })
}

/// All that a request says, as servers that are being mended say it again.
fn echo(request: &Request) -> String {
    format!("you sent {} with {:?} and {:?}", request.target, request.headers, request.query)
}

#[tokio::test]
async fn no_kind_of_credentials_is_shown_whatever_goes_wrong() {
    let (_alone, traced) = Traced::start().await;
    for kind in KINDS {
        for fault in GROUPS.iter().flat_map(|group| group.faults).copied() {
            let site = server(move |request| {
                let ask = Ask::new(request, Family::PageNumber);
                fault.spoils(&ask).unwrap_or_else(|| ask.sound().reply())
            });
            sync(kind, &site, if fault.waits { "hurried" } else { "page_number" }, fault.name).await;
        }
        let traced = traced.take();
        assert!(traced.contains("hyper") && traced.contains("TRACE"), "{kind}: this would show nothing");
        assert_clean(kind, &traced);
    }
}

#[tokio::test]
async fn what_a_server_says_again_is_struck_out() {
    let (_alone, traced) = Traced::start().await;
    for kind in KINDS {
        for status in [200, 400, 401, 403, 404, 429, 500, 503] {
            let site = server(move |request| Reply::status(status).body(echo(request)));
            let error = sync(kind, &site, "page_number", &format!("{status} that says again what it was sent")).await;
            assert!(error.is_some(), "{kind}: {status}");
            let sent = site.requests().iter().any(carries);
            assert!(sent, "{kind}: {:?}", site.requests().first().map(echo));
        }
        // In a row that does not fit, and is put aside; in a total; in the link to the next page, which is where a load goes on.
        let row = server(|request| Reply::json(json!({ "total": 1, "rows": [{ "id": echo(request), "name": 1 }] })));
        assert!(sync(kind, &row, "page_number", "a row that says it again").await.is_none(), "it is put aside");
        let total =
            server(|request| Reply::json(json!({ "total": echo(request), "rows": [{ "id": 1, "name": "x" }] })));
        assert!(sync(kind, &total, "page_number", "a total that says it again").await.is_some());
        let link = server(|request| match request.number("page") {
            Some(3..) => Reply::status(500).body(echo(request)),
            page => {
                let page = page.unwrap_or(1);
                let next =
                    format!("/json_link?page={}&{}", page + 1, request.target.split_once('?').unwrap_or_default().1);
                let rows: Vec<_> = (page * 10..page * 10 + 10).map(|id| json!({ "id": id, "name": "x" })).collect();
                Reply::json(json!({ "rows": rows, "next": next }))
            }
        });
        assert!(sync(kind, &link, "json_link", "a link that says it again").await.is_some());
    }
    assert_clean("what is traced", &traced.text());
}

/// Whether a request has the marker on it, in one way or another.
fn carries(request: &Request) -> bool {
    let all = format!("{:?} {:?} {}", request.headers, request.query, request.body);
    [MARKER, "dXNlcjpzcXVfbTRyazNy"].iter().any(|marker| all.contains(marker))
}

#[tokio::test]
async fn a_panic_shows_no_credentials() {
    let (_alone, traced) = Traced::start().await;
    let said = Arc::new(Mutex::new(String::new()));
    let hears = Arc::clone(&said);
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        let trace = std::backtrace::Backtrace::force_capture();
        let _ = writeln!(hears.lock().unwrap_or_else(std::sync::PoisonError::into_inner), "{panic}\n{trace}");
    }));
    let site = Arc::new(server(|request| Ask::new(request, Family::JsonLink).sound().reply()));
    let mut panicked = 0;
    for kind in KINDS {
        let site = Arc::clone(&site);
        let sync = tokio::spawn(async move { sync(kind, &site, "panicking", "a panic").await.is_some() });
        panicked += usize::from(sync.await.is_err_and(|error| error.is_panic()));
    }
    panic::set_hook(before);
    assert_eq!(panicked, KINDS.len());
    let said = said.lock().expect("no panic");
    assert!(said.contains("did not think of"), "{said}");
    assert_clean("a panic", &said);
    assert_clean("what is traced", &traced.text());
}
