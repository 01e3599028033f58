//! A walk over the pages of a resource: requests them as far ahead as they are known, and returns them in order.
//!
//! Pages that are known ahead (numbers, offsets) are requested by the walk, `concurrency` at a time. In a chain, where
//! each response names the next page, the task of a page requests its successor, so that the chain advances while the
//! caller is busy; the walk only starts it, or restarts it after a page whose rows had to be read first.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use super::fetcher::Fetcher;
use super::page::{ResponseHead, UntypedPage};
use super::page_sequence::{PageSequence, PageVerdict, lock};
use super::page_source::{PageFuture, PageSource};
use super::page_task::PageTask;
use super::planned_request::PlannedRequest;
use super::query::FetchQuery;
use super::saved_place::{self, SavedPlace};
use super::seen_rows::SeenRows;
use crate::client::Client;
use crate::client::call::PageResponse;
use crate::client::resource_entry::ResourceEntry;
use crate::error::{Error, ErrorKind, Result};
use crate::http::stats::Stats;
use crate::paginate::resume_token::ResumeToken;
use crate::paginate::{EndReason, PagerOptions, Prefetched};
use crate::text::url::display_url;

/// Where a walk starts.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct WalkStart<'a> {
    /// Where it resumes.
    pub(super) resume: Option<&'a ResumeToken>,
    /// How many rows came before.
    pub(super) rows: u64,
    /// How many pages to skip.
    pub(super) skip: u64,
    /// The first page that is not wanted, if only those before it are: they are known to exist.
    pub(super) end: Option<u64>,
}

/// The pages of a resource, one after the other.
pub(super) struct Walk {
    fetcher: Arc<Fetcher>,
    sequence: Arc<Mutex<PageSequence>>,
    /// The rows of the pages that were returned.
    seen: SeenRows,
    /// The page to return next, and those after it.
    in_flight: VecDeque<PageTask>,
    concurrency: usize,
    /// Rows per page, if the declaration or the query says how many.
    page_size: Option<u32>,
    /// Whether changes of the total are counted by a report, and need not be logged.
    reported: bool,
    /// How often the API's total has changed from one page to the next.
    total_changes: u64,
    /// Where it resumes, until the first page from there has come.
    saved: Option<SavedPlace>,
    /// Whether the newest rows come first.
    is_newest_first: bool,
    /// How many pages may be in flight so far, where the walk starts slowly.
    ramp: Option<u64>,
    state: WalkState,
}

/// How many pages may be in flight.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Prefetch {
    /// As many as the concurrency says; a chain advances by itself.
    Free,
    /// No more than these.
    UpTo(u64),
}

#[derive(PartialEq)]
enum WalkState {
    Walking,
    /// The last page has been returned.
    Ended,
    Failed,
}

impl Walk {
    /// Sends nothing yet.
    pub(super) fn new(
        client: &Client,
        entry: ResourceEntry,
        query: FetchQuery,
        start: WalkStart<'_>,
        stats: Arc<Stats>,
    ) -> Result<Self> {
        let WalkStart { resume, rows, skip, end } = start;
        let saved = resume.map(SavedPlace::new).transpose()?;
        let position = saved.as_ref().and_then(SavedPlace::position);
        let rows = rows.saturating_sub(saved.as_ref().map_or(0, SavedPlace::rows));
        let limit = client.page_size(entry.def).map_err(|error| error.in_resource(entry.def.name))?;
        let window = entry.def.result_window;
        let options = PagerOptions { page_size: query.page_size, limit, position, window, skip, end };
        let pager = entry.def.paginator.pager(options).map_err(|error| error.in_resource(entry.def.name))?;
        let size = query.page_size.or(limit).map(u64::from);
        let mut sequence = PageSequence::new(pager, entry.def, client.auth(entry.def), rows, position);
        if let Some((size, end)) = size.zip(end) {
            sequence.narrow(skip * size, end * size);
        }
        let ramp = query.slow_start.then_some(1);
        let concurrency = query.concurrency.unwrap_or(client.concurrency());
        let is_newest_first = entry.def.is_newest_first();
        let reported = query.reported;
        let page_size = query.page_size.or(limit);
        let fetcher = Fetcher::new(client, entry, query, stats)?;
        let mut walk = Self {
            seen: SeenRows::new(fetcher.identifying()),
            fetcher: Arc::new(fetcher),
            sequence: Arc::new(Mutex::new(sequence)),
            in_flight: VecDeque::new(),
            concurrency: 1,
            page_size,
            reported,
            total_changes: 0,
            saved,
            is_newest_first,
            ramp,
            state: WalkState::Walking,
        };
        walk.set_concurrency(concurrency);
        Ok(walk)
    }

    /// Requests the pages that are known, without waiting for them.
    pub(super) fn request_known(&mut self) {
        if self.state == WalkState::Walking {
            self.request_ahead(Prefetch::Free);
        }
    }

    /// The first page, and no request beyond it until the walk continues.
    pub(super) async fn first_page(&mut self) -> Result<Option<UntypedPage>> {
        let page = self.advance(Prefetch::UpTo(1)).await;
        match &page {
            Ok(Some(_)) => {}
            Ok(None) => self.state = WalkState::Ended,
            Err(_) => self.fail(),
        }
        page
    }

    /// The next page. Where only some more rows are wanted, no page is requested that these rule out.
    pub(super) async fn next_page(&mut self, wanted: Option<u64>) -> Result<Option<UntypedPage>> {
        if self.state != WalkState::Walking {
            return Ok(None);
        }
        match self.advance(self.prefetch(wanted)).await {
            Ok(Some(page)) => {
                let received = page.content.rows.len() as u64;
                // The next pages are in flight while the caller is busy with this one; but for the first of a slow start,
                // which may be enough.
                if self.ramp != Some(1) {
                    self.request_ahead(self.prefetch(wanted.map(|wanted| wanted.saturating_sub(received))));
                }
                self.ramp = self.ramp.map(|pages| pages * 2).filter(|pages| *pages < self.concurrency as u64);
                Ok(Some(page))
            }
            Ok(None) => self.complete().map(|()| None),
            Err(error) => {
                self.fail();
                Err(error)
            }
        }
    }

    /// Ends the walk after its last page: with an error if rows are missing.
    pub(super) fn complete(&mut self) -> Result<()> {
        self.state = WalkState::Ended;
        if !self.reported {
            self.warn();
        }
        let complete = lock(&self.sequence).complete(self.seen.repeated());
        complete.map_err(|error| self.fetcher.redact_error(error).in_resource(self.fetcher.resource()))
    }

    /// Logs the signs that rows may be missing.
    fn warn(&self) {
        let resource = self.fetcher.resource();
        if self.total_changes > 0 {
            tracing::warn!(
                resource,
                times = self.total_changes,
                "the API's total changed while the pages were read: rows may be missing or duplicated; run it again"
            );
        }
        if self.seen.repeated() > 0 {
            tracing::warn!(
                resource,
                rows = self.seen.repeated(),
                "rows repeat the key of an earlier one: they have moved while the pages were read, and others may be missing; have the API sort by something unique"
            );
        }
    }

    /// As many pages as hold the wanted rows, if they are full: at least one more, where pages are of unknown size. In a slow
    /// start, no more than it allows.
    fn prefetch(&self, wanted: Option<u64>) -> Prefetch {
        let pages = |rows: u64| self.page_size.map_or(rows.min(1), |size| rows.div_ceil(size.max(1).into()));
        let wanted = wanted.map(pages);
        match wanted.into_iter().chain(self.ramp).min() {
            None => Prefetch::Free,
            Some(pages) => Prefetch::UpTo(pages),
        }
    }

    fn fail(&mut self) {
        self.state = WalkState::Failed;
        self.in_flight.clear();
    }

    async fn advance(&mut self, prefetch: Prefetch) -> Result<Option<UntypedPage>> {
        let page = self.page_after_saved(prefetch).await;
        page.map_err(|error| self.fetcher.redact_error(error).in_resource(self.fetcher.resource()))
    }

    /// The next page. Of a walk that resumes, the first one is compared with what was there before.
    async fn page_after_saved(&mut self, prefetch: Prefetch) -> Result<Option<UntypedPage>> {
        let page = self.page(prefetch).await?;
        let (Some(saved), Some(found)) = (self.saved.take(), &page) else { return Ok(page) };
        if let Some(why) = saved.moved(found, lock(&self.sequence).total_pages()) {
            return Err(Error::new(ErrorKind::Incomplete, why));
        }
        if saved.is_read_again() { self.page(prefetch).await } else { Ok(page) }
    }

    async fn page(&mut self, prefetch: Prefetch) -> Result<Option<UntypedPage>> {
        self.request_ahead(prefetch);
        let Some(task) = self.in_flight.front_mut() else { return Ok(None) };
        let successor = task.successor().await;
        self.in_flight.extend(successor);
        let Some(task) = self.in_flight.front_mut() else { return Ok(None) };
        let page = task.join().await;
        self.in_flight.pop_front();
        let mut sequence = lock(&self.sequence);
        // A fault of the rows is reported before one of the pagination.
        let (response, content, verdict) = page.map_err(|error| sequence.refused(error))?;
        let verdict =
            verdict.unwrap_or_else(|| sequence.observe(&response, &content.facts, self.fetcher.credentials()));
        let PageVerdict { mut meta, prefetched } = verdict?;
        sequence.page_consumed();
        let repeated = self.seen.add(&content.identities, content.facts.row_count, sequence.is_bounded());
        meta.repeated = repeated.map_err(|error| error.on_page(meta.number, display_url(&response.url)))?;
        // All that follow are older still. Behind rows at the position itself, new ones at it may follow.
        if self.is_newest_first && content.positions.older > 0 && content.positions.behind == content.facts.row_count {
            sequence.stop(EndReason::Known);
            self.in_flight.clear();
            meta.resume = None;
        }
        self.total_changes += u64::from(meta.total_changed);
        if prefetched == Prefetched::Discard {
            self.in_flight.clear();
        }
        if let Some(page) = meta.resume.as_mut().and_then(ResumeToken::last_page) {
            page.last = saved_place::last_rows(&content);
            // With nothing to compare, nothing shows that the place is the same.
            meta.resume = meta.resume.filter(|_| !content.identities.is_empty());
        }
        meta.url = (!content.bad_rows.is_empty()).then(|| self.fetcher.redact(&display_url(&response.url)));
        let PageResponse { status, url, headers, .. } = response;
        let head = ResponseHead { status, url, headers };
        Ok(Some(UntypedPage { meta, head, content, parent_values: Vec::new() }))
    }

    fn request_ahead(&mut self, prefetch: Prefetch) {
        let mut sequence = lock(&self.sequence);
        let is_chained = sequence.is_chained();
        let most = match prefetch {
            // The pager of a chain knows one page at a time.
            Prefetch::Free if is_chained => usize::MAX,
            Prefetch::Free => self.concurrency,
            Prefetch::UpTo(pages) => {
                usize::try_from(pages).map_or(self.concurrency, |pages| pages.min(self.concurrency))
            }
        };
        while self.in_flight.len() < most {
            let Some(request) = sequence.next() else { return };
            self.in_flight.push_back(if is_chained && prefetch == Prefetch::Free {
                PageTask::chained(&self.fetcher, request, &self.sequence)
            } else {
                PageTask::single(&self.fetcher, request)
            });
        }
    }
}

impl PageSource for Walk {
    fn planned(&mut self) -> Result<Option<PlannedRequest>> {
        let request = lock(&self.sequence).next();
        let planned = request.map(|request| self.fetcher.planned(request)).transpose();
        planned.map_err(|error| self.fetcher.redact_error(error).in_resource(self.fetcher.resource()))
    }

    fn start(&mut self) -> Result<()> {
        self.request_known();
        Ok(())
    }

    fn first(&mut self) -> PageFuture<'_> {
        Box::pin(self.first_page())
    }

    fn next(&mut self) -> PageFuture<'_> {
        Box::pin(self.next_page(None))
    }

    fn next_up_to(&mut self, rows: u64) -> PageFuture<'_> {
        Box::pin(self.next_page(Some(rows)))
    }

    fn end(&self) -> Option<EndReason> {
        if self.in_flight.is_empty() { lock(&self.sequence).end() } else { None }
    }

    fn set_concurrency(&mut self, pages: usize) {
        // Rows that come meanwhile move the others to later pages: asked in order, none is missed.
        self.concurrency = if self.is_newest_first { 1 } else { pages.max(1) };
    }
}
