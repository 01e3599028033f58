//! The source that most syncs here are of, in the versions of its declaration, and what to look at behind them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use declarest::{Error, SyncReport};
use declarest_tests::{Database, Listing, Reply, Request, Server};

/// Lists of rows, merged and appended.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = none,
    retry(max_retries = 0),
    concurrency = 2,
    resource_defaults(
        primary_key = key,
        write_disposition = merge,
        data_selector = "items",
        paginator = page_number(page_param = "p", limit_param = "ps", limit = 10, total_path = "paging.total"),
    ),
)]
pub(crate) mod api {
    #[resource(name = items, path = "/items")]
    pub struct Item {
        pub key: String,
        pub name: String,
        pub line: Option<u32>,
    }

    #[resource(name = others, path = "/others")]
    pub struct Other {
        pub key: String,
        pub name: String,
    }

    #[resource(name = events, path = "/events", write_disposition = append)]
    pub struct Event {
        pub key: String,
        pub line: u64,
    }

    #[resource(name = unselected, path = "/unselected", selected = false)]
    pub struct Unselected {
        pub key: String,
    }

    #[resource(name = numbered, path = "/numbered", primary_key = id, selected = false)]
    pub struct Numbered {
        pub id: u64,
        pub labels: std::collections::HashMap<String, u32>,
    }

    #[resource(name = asked, path = "/asked/{project}", params(project: String))]
    pub struct Asked {
        pub key: String,
    }
}

/// `items` as a later version declares it: with a column more.
pub(crate) mod wider {
    #[declarest::source(
        base_url = "http://127.0.0.1:9",
        auth = none,
        retry(max_retries = 0),
        resource_defaults(
            primary_key = key,
            write_disposition = merge,
            data_selector = "items",
            paginator = page_number(page_param = "p", limit_param = "ps", limit = 10, total_path = "paging.total"),
        ),
    )]
    pub mod api {
        #[resource(name = items, path = "/items")]
        pub struct Item {
            pub key: String,
            pub name: String,
            pub line: Option<u32>,
            #[column(name = "Size")]
            pub size: Option<f64>,
        }
    }
}

/// `items` with another type and another key, `others` as it was.
pub(crate) mod other_types {
    #[declarest::source(
        base_url = "http://127.0.0.1:9",
        auth = none,
        retry(max_retries = 0),
        resource_defaults(
            primary_key = key,
            write_disposition = merge,
            data_selector = "items",
            paginator = page_number(page_param = "p", limit_param = "ps", limit = 10, total_path = "paging.total"),
        ),
    )]
    pub mod api {
        #[resource(name = items, path = "/items", primary_key = (name, key))]
        pub struct Item {
            pub key: String,
            pub name: String,
            pub line: Option<declarest::Json>,
        }

        #[resource(name = others, path = "/others")]
        pub struct Other {
            pub key: String,
            pub name: String,
        }
    }
}

pub(crate) fn client(server: &Server) -> api::Client {
    api::Client::builder().base_url(server.base_url()).build().expect("nothing is missing")
}

/// Every path has this many rows.
pub(crate) fn listing(rows: u64) -> Server {
    Server::start(move |request| Listing::of(rows).reply(request))
}

/// A server whose answers depend on a stage that the test sets.
pub(crate) fn staged(answer: impl Fn(usize, &Request) -> Reply + Send + Sync + 'static) -> (Server, Arc<AtomicUsize>) {
    let stage = Arc::new(AtomicUsize::new(1));
    let now = Arc::clone(&stage);
    (Server::start(move |request| answer(now.load(SeqCst), request)), stage)
}

/// Syncs these resources into the database.
pub(crate) async fn sync(server: &Server, database: &Database, only: &[&str]) -> Result<SyncReport, Error> {
    client(server).sync(&mut database.open()).only(only.iter().copied()).await
}

/// The pages that a path was asked for behind the first `from` requests, in ascending order.
pub(crate) fn pages_since(server: &Server, from: usize, path: &str) -> Vec<u64> {
    let requests = server.requests();
    let mut pages: Vec<_> = requests[from..]
        .iter()
        .filter(|request| request.path == path)
        .filter_map(|request| request.number("p"))
        .collect();
    pages.sort_unstable();
    pages
}

/// The numbers of `items` or `events` as they should be after a load of `rows` rows.
pub(crate) fn assert_rows(database: &Database, table: &str, rows: u64) {
    let lines: Vec<u64> = database
        .query(&format!("SELECT line FROM {table} ORDER BY line"))
        .into_iter()
        .map(|row| row[0].parse().expect("a number"))
        .collect();
    assert_eq!(lines, (1..=rows).collect::<Vec<_>>(), "{table}");
}

/// Nothing is left that only an unfinished sync has.
pub(crate) fn assert_no_state(database: &Database) {
    assert_eq!(database.state(), Vec::<Vec<String>>::new());
}

/// Status, rows, pages and expected of the loads of a resource, the oldest first.
pub(crate) fn loads(database: &Database, resource: &str) -> Vec<Vec<String>> {
    database.query(&format!(
        "SELECT status, rows, pages, expected FROM _declarest_loads WHERE resource = '{resource}' ORDER BY started_at"
    ))
}

pub(crate) fn strings(rows: &[&[&str]]) -> Vec<Vec<String>> {
    rows.iter().map(|row| row.iter().map(|value| (*value).to_owned()).collect()).collect()
}
