//! A walk over the pages of a resource: asks for them as far ahead as is known, and hands them over in order.

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Bytes;
use reqwest::header::HeaderMap;
use tokio::task::JoinHandle;
use tracing::Instrument as _;

use crate::client::Client;
use crate::decode::{Found, Plan};
use crate::error::{Error, ErrorKind, Result};
use crate::paginate::{Ask, End, Pager, Seen, Start};
use crate::resource::ResourceEntry;
use crate::row::Rows;
use crate::stats::Stats;
use crate::transport::{Call, header_map};
use crate::url;

/// What is asked of a resource, page after page.
#[derive(Debug, Clone)]
pub(crate) struct Query {
    /// The path, its placeholders filled in.
    pub(crate) path: String,
    /// Query parameters, besides the declared ones.
    pub(crate) params: Vec<(&'static str, String)>,
    /// Rows per page, instead of the declared number.
    pub(crate) page_size: Option<u32>,
    /// Pages in flight, instead of the declared number.
    pub(crate) concurrency: Option<usize>,
}

impl Query {
    /// The resource as it is declared.
    pub(crate) fn declared(path: &str) -> Self {
        Self { path: path.to_owned(), params: Vec::new(), page_size: None, concurrency: None }
    }
}

/// A page of rows whose type is not known.
pub(crate) struct Page {
    pub(crate) number: u64,
    pub(crate) rows: Box<dyn Rows>,
    pub(crate) total: Option<u64>,
    /// From where to go on behind this page.
    pub(crate) position: Option<String>,
}

/// The pages of a resource, one after the other.
pub(crate) struct Walk {
    fetch: Arc<Fetch>,
    pager: Box<dyn Pager>,
    in_flight: VecDeque<Task>,
    concurrency: usize,
    /// The rows of the page before, as the server sent them.
    previous: Bytes,
    rows: u64,
    state: State,
}

#[derive(PartialEq)]
enum State {
    Walking,
    /// The last page has been handed over.
    Ended,
    Failed,
}

impl Walk {
    /// Sends nothing yet. With a `position`, goes on behind the `rows` that came before it.
    pub(crate) fn new(
        client: &Client,
        entry: ResourceEntry,
        query: Query,
        position: Option<(&str, u64)>,
        stats: Arc<Stats>,
    ) -> Result<Self> {
        let def = entry.def;
        let start = Start { page_size: query.page_size, position: position.map(|(position, _)| position) };
        let pager = def.paginator.pager(start).map_err(|error| error.in_resource(def.name))?;
        let mut headers = client.headers().clone();
        headers.extend(header_map(def.headers)?);
        let params = def.params.iter().map(|(name, value)| (*name, (*value).to_owned()));
        let fetch = Fetch {
            plan: Plan::new(def.selector, def.paginator.probes()),
            params: params.chain(query.params).collect(),
            path: query.path,
            client: client.clone(),
            entry,
            headers,
            stats,
        };
        Ok(Self {
            fetch: Arc::new(fetch),
            pager,
            in_flight: VecDeque::new(),
            concurrency: query.concurrency.unwrap_or(client.concurrency()).max(1),
            previous: Bytes::new(),
            rows: position.map_or(0, |(_, rows)| rows),
            state: State::Walking,
        })
    }

    pub(crate) fn resource(&self) -> &'static str {
        self.fetch.entry.def.name
    }

    /// Why the walk ended; `None` before it has.
    pub(crate) fn end(&self) -> Option<End> {
        self.pager.end()
    }

    /// The next page, `None` behind the last. Dropping the future loses nothing.
    pub(crate) async fn next(&mut self) -> Result<Option<Page>> {
        if self.state != State::Walking {
            return Ok(None);
        }
        match self.step().await {
            Ok(Some(page)) => {
                // Before the page is handed over: while the caller is busy with it, the next ones are on their way.
                self.ask_ahead();
                Ok(Some(page))
            }
            Ok(None) => {
                self.state = State::Ended;
                self.complete().map(|()| None)
            }
            Err(error) => {
                self.state = State::Failed;
                self.in_flight.clear();
                Err(error)
            }
        }
    }

    /// The first page, and no request beyond it.
    pub(crate) async fn first(mut self) -> Result<Option<Page>> {
        self.concurrency = 1;
        self.step().await
    }

    async fn step(&mut self) -> Result<Option<Page>> {
        let page = self.page().await;
        page.map_err(|error| error.struck(|text| self.fetch.strike(text)).in_resource(self.resource()))
    }

    async fn page(&mut self) -> Result<Option<Page>> {
        self.ask_ahead();
        let Some(task) = self.in_flight.front_mut() else {
            return Ok(None);
        };
        let fetched = task.join().await;
        self.in_flight.pop_front();
        let fetched = fetched?;
        self.see(fetched).map(Some)
    }

    fn ask_ahead(&mut self) {
        while self.in_flight.len() < self.concurrency {
            let Some(ask) = self.pager.next() else { return };
            // A task for each page, so that pages are decoded on as many threads as there are.
            self.in_flight.push_back(Task(tokio::spawn(Arc::clone(&self.fetch).page(ask))));
        }
    }

    fn see(&mut self, fetched: Fetched) -> Result<Page> {
        let Fetched { number, url, rows, found, raw, headers } = fetched;
        let count = rows.len() as u64;
        if count > 0 && raw == self.previous {
            return Err(Error::new(ErrorKind::PaginationLoop, "the server sent the same rows as on the page before")
                .with_help("check the paginator's parameters: a server that does not know them answers each request with the same page")
                .on_page(number, url));
        }
        self.previous = raw;
        self.rows += count;
        let seen = Seen { rows: count, found: &found, headers: &headers };
        self.pager.seen(&seen).map_err(|error| error.on_page(number, url))?;
        if self.pager.end().is_some() {
            // What the latest page rules out is not waited for.
            self.in_flight.clear();
        }
        Ok(Page { number, rows, total: self.pager.total(), position: self.pager.position() })
    }

    /// A walk that ends short of what was promised has lost rows.
    fn complete(&self) -> Result<()> {
        let allowed = self.pager.end() == Some(End::Maximum);
        match self.pager.total() {
            Some(total) if total > self.rows && !allowed => {
                let end = self.pager.end().map_or("end".to_owned(), |end| end.to_string());
                let message = format!("the API promised {total} rows, {} came (the walk ended: {end})", self.rows);
                Err(Error::new(ErrorKind::Incomplete, message)
                    .with_help("run it again: rows may have moved while they were read; if it stays so, check the paginator's options")
                    .in_resource(self.resource()))
            }
            _ => Ok(()),
        }
    }
}

/// What every page of a walk needs.
struct Fetch {
    client: Client,
    entry: ResourceEntry,
    plan: Plan,
    path: String,
    params: Vec<(&'static str, String)>,
    headers: HeaderMap,
    stats: Arc<Stats>,
}

struct Fetched {
    number: u64,
    url: String,
    rows: Box<dyn Rows>,
    found: Vec<Option<Found>>,
    raw: Bytes,
    headers: HeaderMap,
}

impl Fetch {
    fn strike(&self, text: &str) -> String {
        self.client.transport().strike(text)
    }

    async fn page(self: Arc<Self>, ask: Ask) -> Result<Fetched> {
        let span = tracing::debug_span!("page", resource = self.entry.def.name, page = ask.number);
        self.fetch(ask).instrument(span).await
    }

    async fn fetch(&self, Ask { number, query }: Ask) -> Result<Fetched> {
        let ResourceEntry { def, decode } = self.entry;
        let source = self.client.def();
        // What the paginator says goes before what params say.
        let params = self.params.iter().filter(|(name, _)| query.iter().all(|(taken, _)| taken != name));
        let pairs: Vec<_> = params.chain(&query).map(|(name, value)| (*name, value.as_str())).collect();
        let url = url::page(self.client.base(), &self.path, &pairs)?;
        let shown = url::shown(&url);
        let call = Call {
            url,
            headers: self.headers.clone(),
            auth: def.auth.unwrap_or(source.auth),
            retry: def.retry.unwrap_or(source.retry),
            timeout: def.timeout.unwrap_or(source.timeout),
        };
        let response =
            self.client.transport().send(&call, &self.stats).await.map_err(|error| error.on_page(number, &shown))?;
        let mut decoded = decode(&response.body, &self.plan).map_err(|error| {
            // What is wrong is said with parts of the body, and a part of a secret would not be known as one.
            let text = String::from_utf8_lossy(&response.body);
            let struck = self.strike(&text);
            let error = if struck == text { error } else { decode(&struck.into(), &self.plan).err().unwrap_or(error) };
            error.on_page(number, &shown)
        })?;
        for found in &mut decoded.found {
            if let Some(Found::Text(text)) = found {
                *text = self.strike(text);
            }
        }
        Ok(Fetched {
            number,
            url: shown,
            rows: decoded.rows,
            found: decoded.found,
            raw: decoded.raw,
            headers: response.headers,
        })
    }
}

/// A page on its way; dropped, it is given up.
struct Task(JoinHandle<Result<Fetched>>);

impl Task {
    async fn join(&mut self) -> Result<Fetched> {
        match (&mut self.0).await {
            Ok(fetched) => fetched,
            Err(error) => match error.try_into_panic() {
                // A panic in a user's `Deserialize` is the user's to see.
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(error) => Err(Error::new(ErrorKind::Transport, "the runtime is shutting down").with_source(error)),
            },
        }
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}
