//! A walk over the pages of a resource: asks for them as far ahead as is known, and hands them over in order.

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Bytes;
use serde_json::Value;

use crate::client::Client;
use crate::decode::{BadRow, Outline};
use crate::error::{Error, ErrorKind, Result};
use crate::fetch::{Answer, Fetch, Fetched, Task};
use crate::newest::{News, Since};
use crate::paginate::{End, Flow, Pager, Seen, Start};
use crate::resource::ResourceEntry;
use crate::row::Rows;
use crate::stats::Stats;
use crate::template::Values;
use crate::transport::Response;
use crate::url::shown;

/// What is asked of a resource, page after page.
#[derive(Debug, Clone, Default)]
pub(crate) struct Query {
    /// The path with its placeholders filled in, where that is done already.
    pub(crate) path: Option<String>,
    /// Query parameters, besides the declared ones.
    pub(crate) params: Vec<(&'static str, String)>,
    /// Values of params in a JSON body.
    pub(crate) json: Vec<(&'static str, Value)>,
    /// Values of placeholders.
    pub(crate) values: Values,
    /// Which rows are new.
    pub(crate) since: Since,
    /// Whether the rows are only to be stored.
    pub(crate) stored: bool,
    /// Rows per page, instead of the declared number.
    pub(crate) page_size: Option<u32>,
    /// Pages in flight, instead of the declared number.
    pub(crate) concurrency: Option<usize>,
}

/// Where a walk starts.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Place<'a> {
    /// A position to go on from,
    pub(crate) position: Option<&'a str>,
    /// and how many rows came before it.
    pub(crate) rows: u64,
    /// How many pages to pass over.
    pub(crate) skip: u64,
}

/// A page of rows whose type is not known.
pub(crate) struct Page {
    pub(crate) number: u64,
    pub(crate) rows: Box<dyn Rows>,
    /// How many rows came, before any was filtered out.
    pub(crate) received: u64,
    /// How new they are.
    pub(crate) news: News,
    pub(crate) total: Option<u64>,
    /// The lists of rows, as the server sent them.
    pub(crate) raw: Vec<Bytes>,
    /// Rows that do not fit and were put aside.
    pub(crate) bad: Vec<BadRow>,
    /// Where they came from, without credentials.
    pub(crate) url: Option<String>,
    /// From where to go on behind this page.
    pub(crate) position: Option<String>,
}

/// The pages of a resource, one after the other.
pub(crate) struct Walk {
    fetch: Arc<Fetch>,
    pager: Box<dyn Pager>,
    /// The page whose turn it is,
    front: Option<Task>,
    /// what the pager has made of it, where that is known before its rows,
    sight: Option<Result<Sight>>,
    /// and those behind it.
    in_flight: VecDeque<Task>,
    concurrency: usize,
    /// The rows of the page before, as the server sent them.
    previous: Vec<Bytes>,
    /// Pages without rows since the last one that had some.
    empty: u32,
    rows: u64,
    /// Why the walk ended before the pager had seen a last page.
    ended: Option<End>,
    state: State,
}

/// What a pager has made of a page.
struct Sight {
    total: Option<u64>,
    /// From where to go on behind it.
    position: Option<String>,
}

/// What lies behind the page whose turn it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Behind {
    /// It is asked for as soon as it is known.
    Wanted,
    /// It is not asked for.
    Unwanted,
}

/// More pages than this without rows, one after the other, are no gap: they never end.
const MOST_EMPTY: u32 = 1000;

#[derive(PartialEq)]
enum State {
    Walking,
    /// The last page has been handed over.
    Ended,
    Failed,
}

impl Walk {
    /// Sends nothing yet.
    pub(crate) fn new(
        client: &Client,
        entry: ResourceEntry,
        query: Query,
        place: Place<'_>,
        stats: Arc<Stats>,
    ) -> Result<Self> {
        let Place { position, rows, skip } = place;
        let start = Start { page_size: query.page_size, position, window: entry.def.result_window, skip };
        let pager = entry.def.paginator.pager(start).map_err(|error| error.in_resource(entry.def.name))?;
        let concurrency = query.concurrency.unwrap_or(client.concurrency()).max(1);
        let fetch = Fetch::new(client, entry, query, stats)?;
        Ok(Self {
            fetch: Arc::new(fetch),
            pager,
            front: None,
            sight: None,
            in_flight: VecDeque::new(),
            concurrency,
            previous: Vec::new(),
            empty: 0,
            rows,
            ended: None,
            state: State::Walking,
        })
    }

    pub(crate) fn resource(&self) -> &'static str {
        self.fetch.resource()
    }

    /// How many of the promised rows the declaration leaves out at the start.
    pub(crate) fn skipped(&self) -> u64 {
        self.pager.skipped()
    }

    /// Why the walk ended; `None` before its last page has been handed over.
    pub(crate) fn end(&self) -> Option<End> {
        if self.front.is_some() { None } else { self.ended.or(self.pager.end()) }
    }

    /// How many pages may be on their way at a time.
    pub(crate) fn set_concurrency(&mut self, pages: usize) {
        self.concurrency = pages.max(1);
    }

    /// Asks for the pages that are known, without waiting for them.
    pub(crate) fn start(&mut self) {
        if self.state == State::Walking {
            self.ask_ahead();
        }
    }

    /// The next page, and no request beyond it until the walk is started again.
    pub(crate) async fn probe(&mut self) -> Result<Option<Page>> {
        let page = self.step(Behind::Unwanted).await;
        match &page {
            Ok(Some(_)) => {}
            Ok(None) => self.state = State::Ended,
            Err(_) => self.fail(),
        }
        page
    }

    /// The next page, `None` behind the last. Dropping the future loses nothing.
    pub(crate) async fn next(&mut self) -> Result<Option<Page>> {
        if self.state != State::Walking {
            return Ok(None);
        }
        match self.step(Behind::Wanted).await {
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
                self.fail();
                Err(error)
            }
        }
    }

    fn fail(&mut self) {
        self.state = State::Failed;
        self.front = None;
        self.in_flight.clear();
    }

    /// The first page, and no request beyond it.
    pub(crate) async fn first(mut self) -> Result<Option<Page>> {
        self.concurrency = 1;
        self.step(Behind::Unwanted).await
    }

    async fn step(&mut self, behind: Behind) -> Result<Option<Page>> {
        let page = self.page(behind).await;
        page.map_err(|error| error.struck(|text| self.fetch.strike(text)).in_resource(self.resource()))
    }

    async fn page(&mut self, behind: Behind) -> Result<Option<Page>> {
        self.ask_ahead();
        if self.front.is_none() {
            self.front = self.in_flight.pop_front();
        }
        let Some(task) = &mut self.front else { return Ok(None) };
        let outline = if behind == Behind::Wanted { task.outline().await } else { None };
        if let Some((answer, outline)) = outline {
            let sight = self.see(&answer, &outline);
            let goes_on = sight.is_ok();
            self.sight = Some(sight);
            if goes_on {
                // While the rows of this page are read, the next one is on its way.
                self.ask_ahead();
            }
        }
        let Some(task) = &mut self.front else { return Ok(None) };
        let fetched = task.join().await;
        let sight = self.sight.take();
        self.front = None;
        // What is wrong with the rows comes before what is wrong with the rest.
        let Fetched { answer, outline, rows, news, bad } = fetched?;
        let Sight { total, position } = sight.unwrap_or_else(|| self.see(&answer, &outline))?;
        let Answer { number, response: Response { url, .. }, .. } = answer;
        let url = (!bad.is_empty()).then(|| self.fetch.strike(&shown(&url)));
        let Outline { received, raw, .. } = outline;
        Ok(Some(Page { number, rows, received, news, total, raw, bad, url, position }))
    }

    fn ask_ahead(&mut self) {
        // One that has been seen has come.
        let waits = |walk: &Self| walk.in_flight.len() + usize::from(walk.front.is_some() && walk.sight.is_none());
        while self.ended.is_none() && waits(self) < self.concurrency {
            let Some(ask) = self.pager.next() else { return };
            self.in_flight.push_back(self.fetch.spawn(ask, self.pager.is_chained()));
        }
    }

    fn see(&mut self, answer: &Answer, outline: &Outline) -> Result<Sight> {
        let Answer { number, response: Response { url, headers, body, ignored }, .. } = answer;
        let Outline { received, found, raw } = outline;
        let (number, received) = (*number, *received);
        if *ignored {
            self.ended = Some(End::Ignored);
            self.in_flight.clear();
            return Ok(Sight { total: self.pager.total(), position: None });
        }
        if received > 0 && *raw == self.previous {
            return Err(Error::new(ErrorKind::PaginationLoop, "the server sent the same rows as on the page before")
                .with_help("check the paginator's parameters: a server that does not know them answers each request with the same page")
                .on_page(number, shown(url)));
        }
        self.empty = if received == 0 { self.empty + 1 } else { 0 };
        if self.empty > MOST_EMPTY {
            let message = format!("the server sent more than {MOST_EMPTY} pages without rows, one after the other");
            return Err(Error::new(ErrorKind::PaginationLoop, message)
                .with_help("check the paginator's options, or set a maximum to end the walk at")
                .on_page(number, shown(url)));
        }
        self.previous.clone_from(raw);
        self.rows += received;
        let seen = Seen { rows: received, found, headers, url, body };
        let flow = self.pager.seen(&seen).map_err(|error| error.on_page(number, shown(url)))?;
        if flow == Flow::Rewind || self.pager.end().is_some() {
            // What the latest page rules out is not waited for.
            self.in_flight.clear();
        }
        // One that holds a credential is not written down.
        let position = self.pager.position().filter(|position| self.fetch.strike(position) == *position);
        Ok(Sight { total: self.pager.total(), position })
    }

    /// A walk that ends short of what was promised has lost rows.
    fn complete(&self) -> Result<()> {
        if self.end().is_none() {
            let message = format!(
                "the API gives out no more than its result window, {} rows have come, and did not say that these are all",
                self.rows
            );
            return Err(Error::new(ErrorKind::WindowExceeded, message)
                .with_help(
                    "check the paginator's `total_path`; where rows have come while they were read, run it again",
                )
                .in_resource(self.resource()));
        }
        let allowed = self.end() == Some(End::Maximum);
        match self.pager.total() {
            Some(total) if total > self.rows + self.pager.skipped() && !allowed => {
                let end = self.end().map_or("end".to_owned(), |end| end.to_string());
                let message = format!("the API promised {total} rows, {} came (the walk ended: {end})", self.rows);
                Err(Error::new(ErrorKind::Incomplete, message)
                    .with_help("run it again: rows may have moved while they were read; if it stays so, check the paginator's options")
                    .in_resource(self.resource()))
            }
            _ => Ok(()),
        }
    }
}
