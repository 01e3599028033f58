//! The API: rows in pages of 50, and what has been asked of it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use declarest_tests::{Reply, Request, Server};
use serde_json::{Value, json};

/// The declaration that all nodes have.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = bearer(token = secret(shop_token)),
    retry(max_retries = 3, backoff_factor = 0.01),
    concurrency = 4,
    resource_defaults(
        primary_key = key, data_selector = "items",
        paginator = page_number(page_param = "p", limit_param = "ps", limit = 50, total_path = "paging.total"),
    ),
)]
pub(crate) mod shop {
    /// An order.
    #[resource(name = orders, path = "/orders", write_disposition = merge)]
    pub(crate) struct Order {
        pub(crate) key: String,
        pub(crate) severity: String,
        pub(crate) line: i64,
    }

    /// A note about something.
    #[resource(name = notes, path = "/notes", params(about: String))]
    pub(crate) struct Note {
        pub(crate) key: String,
        pub(crate) line: i64,
    }
}

/// The same source in another version.
pub(crate) mod newer {
    #[declarest::source(
        base_url = "http://127.0.0.1:9",
        auth = bearer(token = secret(shop_token)),
        retry(max_retries = 3, backoff_factor = 0.01),
        concurrency = 4,
        resource_defaults(
            primary_key = key, data_selector = "items",
            paginator = page_number(page_param = "p", limit_param = "ps", limit = 50, total_path = "paging.total"),
        ),
    )]
    pub(crate) mod shop {
        /// An order.
        #[resource(name = orders, path = "/v2/orders", write_disposition = merge)]
        pub(crate) struct Order {
            pub(crate) key: String,
            pub(crate) severity: String,
            pub(crate) line: i64,
        }
    }
}

/// Rows per page.
pub(crate) const SIZE: u64 = 50;

/// The token that the API takes.
pub(crate) const TOKEN: &str = "t0ken-0f-the-shop";

/// How severe row `number` is, from 1: of ten rows seven, two and one.
pub(crate) fn severity(number: u64) -> &'static str {
    match number % 10 {
        0..7 => "MAJOR",
        7 | 8 => "MINOR",
        _ => "CRITICAL",
    }
}

/// A running API.
pub(crate) struct Api {
    pub(crate) server: Server,
    pub(crate) rows: u64,
    delay: Arc<Mutex<Duration>>,
}

impl Api {
    pub(crate) fn of(rows: u64) -> Self {
        let delay = Arc::new(Mutex::new(Duration::ZERO));
        let set = Arc::clone(&delay);
        let server = Server::start(move |request| {
            let delay = *set.lock().unwrap_or_else(PoisonError::into_inner);
            if request.header("authorization") == Some(&format!("Bearer {TOKEN}")) {
                page(request, rows).after(delay)
            } else {
                Reply::status(401)
            }
        });
        Self { server, rows, delay }
    }

    /// How long each page takes from now on.
    pub(crate) fn takes(&self, delay: Duration) {
        *self.delay.lock().unwrap_or_else(PoisonError::into_inner) = delay;
    }

    pub(crate) fn pages(&self) -> u64 {
        self.rows.div_ceil(SIZE)
    }

    /// The pages that each node has asked for since this many requests, by its name.
    pub(crate) fn asked_since(&self, count: usize) -> BTreeMap<String, Vec<u64>> {
        let mut asked = BTreeMap::<_, Vec<_>>::new();
        for request in &self.server.requests()[count..] {
            let node = request.header("user-agent").unwrap_or_default().to_owned();
            asked.entry(node).or_default().extend(request.number("p"));
        }
        asked
    }
}

fn page(request: &Request, rows: u64) -> Reply {
    let [number, size] = [("p", 1), ("ps", SIZE)].map(|(name, default)| request.number(name).unwrap_or(default));
    let first = (number - 1) * size + 1;
    let items: Vec<_> = (first..first + size).take_while(|number| *number <= rows).map(row).collect();
    Reply::json(json!({ "paging": { "total": rows }, "items": items }))
}

fn row(number: u64) -> Value {
    json!({ "key": format!("k{number}"), "severity": severity(number), "line": number })
}
