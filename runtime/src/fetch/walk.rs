//! A walk over the pages of a resource: asks for them as far ahead as is known, and hands them over in order.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use bytes::Bytes;

use super::fetcher::{Answer, Fetch, Fetched};
use super::page_sequence::{Lead, Sight, lock};
use super::page_task::Task;
use super::query::Query;
use crate::client::Client;
use crate::client::resource_entry::ResourceEntry;
use crate::client::transport::Response;
use crate::decode::{BadRow, Outline};
use crate::error::Result;
use crate::http::stats::Stats;
use crate::incremental::watermark::News;
use crate::paginate::{End, Start};
use crate::schema::row::Rows;
use crate::text::url::shown;

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
    /// Whether that is another one than on the page before.
    pub(crate) total_changed: bool,
    /// Whether it has no rows, and another page comes behind it.
    pub(crate) is_gap: bool,
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
    lead: Arc<Mutex<Lead>>,
    /// The page whose turn it is, and those behind it.
    in_flight: VecDeque<Task>,
    concurrency: usize,
    /// Whether the report of a sync says what a fetch can only log.
    reported: bool,
    /// How often the API's total has changed from one page to the next.
    total_changes: u64,
    state: State,
}

/// What lies behind the page whose turn it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Behind {
    /// It is asked for as soon as it is known.
    Wanted,
    /// It is not asked for.
    Unwanted,
}

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
        let reported = query.stored;
        let fetch = Fetch::new(client, entry, query, stats)?;
        Ok(Self {
            fetch: Arc::new(fetch),
            lead: Arc::new(Mutex::new(Lead::new(pager, rows))),
            in_flight: VecDeque::new(),
            concurrency,
            reported,
            total_changes: 0,
            state: State::Walking,
        })
    }

    pub(crate) fn resource(&self) -> &'static str {
        self.fetch.resource()
    }

    /// How many of the promised rows the declaration leaves out at the start.
    pub(crate) fn skipped(&self) -> u64 {
        lock(&self.lead).skipped()
    }

    /// Why the walk ended; `None` before its last page has been handed over.
    pub(crate) fn end(&self) -> Option<End> {
        if self.in_flight.is_empty() { lock(&self.lead).end() } else { None }
    }

    /// How many pages may be on their way at a time.
    pub(crate) fn set_concurrency(&mut self, pages: usize) {
        self.concurrency = pages.max(1);
    }

    /// Asks for the pages that are known, without waiting for them.
    pub(crate) fn start(&mut self) {
        if self.state == State::Walking {
            self.ask_ahead(Behind::Wanted);
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
                self.ask_ahead(Behind::Wanted);
                Ok(Some(page))
            }
            Ok(None) => {
                self.state = State::Ended;
                if self.total_changes > 0 && !self.reported {
                    tracing::warn!(
                        resource = self.resource(),
                        times = self.total_changes,
                        "the API's total changed while the pages were read: rows may be missing, or doubled"
                    );
                }
                lock(&self.lead).complete().map(|()| None).map_err(|error| error.in_resource(self.resource()))
            }
            Err(error) => {
                self.fail();
                Err(error)
            }
        }
    }

    fn fail(&mut self) {
        self.state = State::Failed;
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
        self.ask_ahead(behind);
        let Some(task) = self.in_flight.front_mut() else { return Ok(None) };
        let next = task.next().await;
        self.in_flight.extend(next);
        let Some(task) = self.in_flight.front_mut() else { return Ok(None) };
        let fetched = task.join().await;
        self.in_flight.pop_front();
        // What is wrong with the rows comes before what is wrong with the rest.
        let (Fetched { answer, outline, rows, news, bad }, sight) = fetched?;
        let mut lead = lock(&self.lead);
        let Sight { total, position, gives_up_ahead, total_changed, is_gap } =
            sight.unwrap_or_else(|| lead.see(&answer, &outline, &self.fetch))?;
        lead.handed_over();
        self.total_changes += u64::from(total_changed);
        if gives_up_ahead {
            self.in_flight.clear();
        }
        let Answer { number, response: Response { url, .. }, .. } = answer;
        let url = (!bad.is_empty()).then(|| self.fetch.strike(&shown(&url)));
        let Outline { received, raw, .. } = outline;
        Ok(Some(Page { number, rows, received, news, total, total_changed, is_gap, raw, bad, url, position }))
    }

    fn ask_ahead(&mut self, behind: Behind) {
        let mut lead = lock(&self.lead);
        let is_chained = lead.is_chained();
        // Of a chain, one page is on its way at a time: only when it has been seen, the pager knows another one.
        while is_chained || self.in_flight.len() < self.concurrency {
            let Some(ask) = lead.next() else { return };
            self.in_flight.push_back(if is_chained && behind == Behind::Wanted {
                Task::chained(&self.fetch, ask, &self.lead)
            } else {
                Task::new(&self.fetch, ask)
            });
        }
    }
}
