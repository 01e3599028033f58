//! A walk over the pages of a resource: asks for them as far ahead as is known, and hands them over in order.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use bytes::Bytes;

use super::fetcher::{FetchedPage, Fetcher, PageResponse};
use super::page_sequence::{PageSequence, PageVerdict, lock};
use super::page_task::PageTask;
use super::query::FetchQuery;
use crate::client::Client;
use crate::client::resource_entry::ResourceEntry;
use crate::client::transport::Response;
use crate::decode::{BadRow, PageFacts};
use crate::error::Result;
use crate::http::stats::Stats;
use crate::incremental::watermark::PagePositions;
use crate::paginate::resume::ResumeToken;
use crate::paginate::{EndReason, PagerOptions};
use crate::schema::row::Rows;
use crate::text::url::display_url;

/// Where a walk starts.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct WalkStart<'a> {
    /// Where it resumes.
    pub(crate) resume: Option<&'a ResumeToken>,
    /// How many rows came before.
    pub(crate) rows: u64,
    /// How many pages to pass over.
    pub(crate) skip: u64,
}

/// A page of rows whose type is not known.
pub(crate) struct UntypedPage {
    pub(crate) number: u64,
    pub(crate) rows: Box<dyn Rows>,
    /// How many rows came, before any was filtered out.
    pub(crate) row_count: u64,
    /// How new they are.
    pub(crate) positions: PagePositions,
    pub(crate) total: Option<u64>,
    /// Whether that is another one than on the page before.
    pub(crate) total_changed: bool,
    /// Whether it has no rows, and another page comes behind it.
    pub(crate) is_empty_inner: bool,
    /// The lists of rows, as the server sent them.
    pub(crate) raw: Vec<Bytes>,
    /// Rows that do not fit and were put aside.
    pub(crate) bad_rows: Vec<BadRow>,
    /// Where they came from, without credentials.
    pub(crate) url: Option<String>,
    /// Where a load resumes after this page.
    pub(crate) resume: Option<ResumeToken>,
}

/// The pages of a resource, one after the other.
pub(crate) struct Walk {
    fetcher: Arc<Fetcher>,
    sequence: Arc<Mutex<PageSequence>>,
    /// The page whose turn it is, and those behind it.
    in_flight: VecDeque<PageTask>,
    concurrency: usize,
    /// Whether the report of a sync says what a fetch can only log.
    reported: bool,
    /// How often the API's total has changed from one page to the next.
    total_changes: u64,
    state: WalkState,
}

/// What lies behind the page whose turn it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Prefetch {
    /// It is asked for as soon as it is known.
    Yes,
    /// It is not asked for.
    No,
}

#[derive(PartialEq)]
enum WalkState {
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
        query: FetchQuery,
        place: WalkStart<'_>,
        stats: Arc<Stats>,
    ) -> Result<Self> {
        let WalkStart { resume, rows, skip } = place;
        let position = resume.map(ResumeToken::pager).transpose()?;
        let start = PagerOptions { page_size: query.page_size, position, window: entry.def.result_window, skip };
        let pager = entry.def.paginator.pager(start).map_err(|error| error.in_resource(entry.def.name))?;
        let concurrency = query.concurrency.unwrap_or(client.concurrency()).max(1);
        let reported = query.for_storage;
        let fetch = Fetcher::new(client, entry, query, stats)?;
        Ok(Self {
            fetcher: Arc::new(fetch),
            sequence: Arc::new(Mutex::new(PageSequence::new(pager, rows))),
            in_flight: VecDeque::new(),
            concurrency,
            reported,
            total_changes: 0,
            state: WalkState::Walking,
        })
    }

    pub(crate) fn resource(&self) -> &'static str {
        self.fetcher.resource()
    }

    /// How many of the promised rows the declaration leaves out at the start.
    pub(crate) fn skipped(&self) -> u64 {
        lock(&self.sequence).skipped()
    }

    /// Why the walk ended; `None` before its last page has been handed over.
    pub(crate) fn end(&self) -> Option<EndReason> {
        if self.in_flight.is_empty() { lock(&self.sequence).end() } else { None }
    }

    /// How many pages may be on their way at a time.
    pub(crate) fn set_concurrency(&mut self, pages: usize) {
        self.concurrency = pages.max(1);
    }

    /// Asks for the pages that are known, without waiting for them.
    pub(crate) fn start(&mut self) {
        if self.state == WalkState::Walking {
            self.ask_ahead(Prefetch::Yes);
        }
    }

    /// The next page, and no request beyond it until the walk is started again.
    pub(crate) async fn probe(&mut self) -> Result<Option<UntypedPage>> {
        let page = self.step(Prefetch::No).await;
        match &page {
            Ok(Some(_)) => {}
            Ok(None) => self.state = WalkState::Ended,
            Err(_) => self.fail(),
        }
        page
    }

    /// The next page, `None` behind the last. Dropping the future loses nothing.
    pub(crate) async fn next(&mut self) -> Result<Option<UntypedPage>> {
        if self.state != WalkState::Walking {
            return Ok(None);
        }
        match self.step(Prefetch::Yes).await {
            Ok(Some(page)) => {
                // Before the page is handed over: while the caller is busy with it, the next ones are on their way.
                self.ask_ahead(Prefetch::Yes);
                Ok(Some(page))
            }
            Ok(None) => {
                self.state = WalkState::Ended;
                if self.total_changes > 0 && !self.reported {
                    tracing::warn!(
                        resource = self.resource(),
                        times = self.total_changes,
                        "the API's total changed while the pages were read: rows may be missing, or doubled"
                    );
                }
                lock(&self.sequence).complete().map(|()| None).map_err(|error| error.in_resource(self.resource()))
            }
            Err(error) => {
                self.fail();
                Err(error)
            }
        }
    }

    fn fail(&mut self) {
        self.state = WalkState::Failed;
        self.in_flight.clear();
    }

    /// The first page, and no request beyond it.
    pub(crate) async fn first(mut self) -> Result<Option<UntypedPage>> {
        self.concurrency = 1;
        self.step(Prefetch::No).await
    }

    async fn step(&mut self, behind: Prefetch) -> Result<Option<UntypedPage>> {
        let page = self.page(behind).await;
        page.map_err(|error| error.redacted(|text| self.fetcher.redact(text)).in_resource(self.resource()))
    }

    async fn page(&mut self, behind: Prefetch) -> Result<Option<UntypedPage>> {
        self.ask_ahead(behind);
        let Some(task) = self.in_flight.front_mut() else { return Ok(None) };
        let next = task.next().await;
        self.in_flight.extend(next);
        let Some(task) = self.in_flight.front_mut() else { return Ok(None) };
        let fetched = task.join().await;
        self.in_flight.pop_front();
        // What is wrong with the rows comes before what is wrong with the rest.
        let (FetchedPage { response: answer, facts: outline, rows, positions: news, bad_rows: bad }, sight) = fetched?;
        let mut lead = lock(&self.sequence);
        let PageVerdict { total, position, discards_prefetched: gives_up_ahead, total_changed, is_empty_inner: is_gap } =
            sight.unwrap_or_else(|| lead.observe(&answer, &outline, &self.fetcher))?;
        lead.page_consumed();
        self.total_changes += u64::from(total_changed);
        if gives_up_ahead {
            self.in_flight.clear();
        }
        let PageResponse { number, response: Response { url, .. }, .. } = answer;
        let url = (!bad.is_empty()).then(|| self.fetcher.redact(&display_url(&url)));
        let PageFacts { row_count: received, raw, .. } = outline;
        Ok(Some(UntypedPage {
            number,
            rows,
            row_count: received,
            positions: news,
            total,
            total_changed,
            is_empty_inner: is_gap,
            raw,
            bad_rows: bad,
            url,
            resume: position.map(ResumeToken::Pager),
        }))
    }

    fn ask_ahead(&mut self, behind: Prefetch) {
        let mut lead = lock(&self.sequence);
        let is_chained = lead.is_chained();
        // Of a chain, one page is on its way at a time: only when it has been seen, the pager knows another one.
        while is_chained || self.in_flight.len() < self.concurrency {
            let Some(ask) = lead.next() else { return };
            self.in_flight.push_back(if is_chained && behind == Prefetch::Yes {
                PageTask::chained(&self.fetcher, ask, &self.sequence)
            } else {
                PageTask::new(&self.fetcher, ask)
            });
        }
    }
}
