//! The API that is scanned, and what the tests do with it.

use declarest::{Batch, BatchStream, ColumnValue, Error, ErrorKind, Scan};
use declarest_tests::{Listing, Reply, Request, Server};
use serde_json::json;

#[declarest::source(
    base_url = "http://127.0.0.1:9",
    retry(max_retries = 0),
    params(organization: String),
    headers("X-Organization" = "{organization}"),
    resource_defaults(
        data_selector = "items",
        primary_key = key,
        write_disposition = merge,
        paginator = page_number(page_param = "p", limit_param = "ps", limit = 10, total_path = "paging.total"),
    ),
)]
pub mod api {
    #[resource(
        name = items, path = "/items",
        params(
            q: Option<String>, severities: Option<Vec<String>> (style = csv), ids as "id": Option<Vec<u64>>,
            since: Option<declarest::jiff::Timestamp>, ratio: Option<f64>, small: Option<i8>, open: Option<bool>,
        ),
    )]
    pub struct Item {
        pub key: String,
        pub name: Option<String>,
        pub line: u64,
    }

    /// Rows by a chain of cursors.
    #[resource(name = chained, path = "/chained", paginator = cursor(cursor_path = "next"))]
    pub struct Chained {
        pub key: String,
    }

    /// Rows of which some are dropped.
    #[resource(name = odd, path = "/items", filter = is_odd)]
    pub struct Odd {
        pub key: String,
        pub line: u64,
    }

    fn is_odd(row: &Odd) -> bool {
        row.line % 2 == 1
    }

    /// Rows behind a result window.
    #[resource(
        name = windowed, path = "/items", result_window = 20,
        incremental(cursor = number, start_param = "from", end_param = "to"),
    )]
    pub struct Windowed {
        pub key: String,
        #[serde(rename = "line")]
        #[column(name = "line")]
        pub number: i64,
    }

    /// Rows that a step may change after those outside of the range are dropped.
    #[resource(name = mapped, path = "/items", incremental(cursor = line, start_param = "from"), map = same)]
    pub struct Mapped {
        pub key: String,
        pub line: i64,
    }

    fn same(row: Mapped) -> Mapped {
        row
    }

    /// Bad rows are skipped.
    #[resource(name = skipping, path = "/items", on_bad_row = quarantine)]
    pub struct Skipping {
        pub key: String,
        pub line: u64,
    }

    /// A param at each place.
    #[resource(
        name = places, path = "/{organization}/{kind}/places", method = POST, paginator = single_page,
        params(kind: Kind, lang: Option<String>, meta: Option<declarest::Json>, sizes: Vec<u32>),
        headers("X-Lang" = "{lang}"),
        json = { "meta": meta, "sizes": sizes },
    )]
    pub struct Place {
        pub key: String,
    }

    #[nested]
    pub enum Kind {
        City,
    }

    #[resource(name = posts, path = "/posts", primary_key = id, paginator = single_page)]
    pub struct Post {
        pub id: u64,
        pub title: String,
    }

    #[resource(
        name = comments, path = "/posts/{resources.posts.id}/{state}/comments", params(state: String),
        include_from_parent(id), primary_key = (_posts_id, key), paginator = single_page,
    )]
    pub struct Comment {
        pub key: String,
        #[column(child_table)]
        pub votes: Vec<i32>,
    }

    /// With a list that is not always there, before one that is.
    #[resource(name = conditional, path = "/items", paginator = single_page)]
    pub struct Conditional {
        pub key: String,
        #[cfg(any())]
        #[column(child_table)]
        pub absent: Vec<String>,
        #[column(child_table)]
        pub votes: Vec<i32>,
    }

    /// With a column of the parent that no request is made with.
    #[resource(
        name = notes, path = "/posts/{resources.posts.id}/notes", include_from_parent(title, id),
        paginator = single_page,
    )]
    pub struct Note {
        pub key: String,
    }
}

pub(crate) fn client(server: &Server) -> api::Client {
    api::Client::builder().base_url(server.base_url()).organization("acme").build().expect("a client")
}

/// A listing of this many rows, and the rows that the chain has.
pub(crate) fn server(rows: u64) -> Server {
    Server::start(
        move |request| {
            if request.path == "/chained" { chained(rows, request) } else { Listing::of(rows).reply(request) }
        },
    )
}

/// Ten rows a page, each of which names the next.
fn chained(rows: u64, request: &Request) -> Reply {
    let first = request.number("cursor").unwrap_or(1);
    let items: Vec<_> = (first..first + 10).take_while(|row| *row <= rows).map(declarest_tests::row).collect();
    let next = (first + 10 <= rows).then_some(first + 10);
    Reply::json(json!({ "items": items, "next": next }))
}

/// One row, whatever is asked for.
pub(crate) fn one_row() -> Server {
    let items = json!([{ "key": "a", "name": null, "line": 1, "votes": [1, -2] }]);
    Server::start(move |_| Reply::json(json!({ "items": items, "paging": { "total": 1 } })))
}

pub(crate) async fn batches(scan: Scan) -> Vec<Batch> {
    let mut stream: BatchStream = scan.batches();
    let mut batches = Vec::new();
    while let Some(batch) = stream.next().await {
        batches.push(batch.expect("a batch"));
    }
    batches
}

/// All rows, as text.
pub(crate) async fn rows(scan: Scan) -> Vec<Vec<String>> {
    let batches = batches(scan).await;
    batches.iter().flat_map(Batch::rows).map(|row| row.values().map(text).collect()).collect()
}

fn text(value: ColumnValue<'_>) -> String {
    match value {
        ColumnValue::Null => "null".to_owned(),
        ColumnValue::Text(text) => text.into_owned(),
        other => format!("{other:?}"),
    }
}

/// What the scan fails with, which it does before anything is sent.
pub(crate) async fn refusal(server: &Server, scan: Scan) -> Error {
    let error = scan.batches().next().await.expect("an item").expect_err("an error");
    assert_eq!((error.kind(), server.count()), (ErrorKind::Config, 0), "{error}");
    error
}

/// What an error says with its help, which must contain all of this.
#[track_caller]
pub(crate) fn assert_says(error: &Error, parts: &[&str]) {
    assert_eq!(error.kind(), ErrorKind::Config, "{error}");
    let text = format!("{error:#}");
    for part in parts {
        assert!(text.contains(part), "{part:?} in: {text}");
    }
}
