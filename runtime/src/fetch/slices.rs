//! A resource that is read in slices: the range of its cursor is cut in steps, and where a query holds more rows than the API
//! serves, until each slice fits.
//!
//! With a result window, the first page of each slice is requested. If its total is below the window, the rest of the slice is
//! read; if not, one more page, the last that the API serves, shows where to cut. Slices are read from the oldest to the
//! newest, and none is read twice.

use std::sync::Arc;

use super::page::UntypedPage;
use super::page_source::{PageFuture, PageSource};
use super::planned_request::PlannedRequest;
use super::query::FetchQuery;
use super::walk::{Walk, WalkStart};
use crate::client::Client;
use crate::client::resource_entry::ResourceEntry;
use crate::error::{Error, ErrorKind, Result};
use crate::http::stats::Stats;
use crate::incremental::cursor::Position;
use crate::incremental::range::{CursorUnit, Range};
use crate::incremental::watermark::Watermark;
use crate::incremental::written_bounds::format_bounds;
use crate::incremental::zone::ZonedRange;
use crate::paginate::EndReason;
use crate::paginate::resume_token::{ResumeToken, SavedSlice, SlicesPosition};

/// The slices of a range, one after the other.
pub(super) struct Slices {
    client: Client,
    entry: ResourceEntry,
    query: FetchQuery,
    stats: Arc<Stats>,
    incremental: ZonedRange,
    /// How many rows the API returns for one query; `None` where there is no limit.
    window: Option<u64>,
    progress: SlicesPosition,
    current: Option<Slice>,
    /// The saved total of the interrupted slice, until its next page has come.
    resumed: Option<u64>,
    /// Whether that page had another total.
    moved: bool,
    end: Option<EndReason>,
    /// What is wrong with the slice that the last page has ended.
    incomplete: Option<Error>,
}

/// The slice that is being read.
struct Slice {
    range: Range,
    walk: Walk,
    rows: u64,
    total: u64,
    state: SliceState,
}

enum SliceState {
    /// Not known yet whether it fits.
    Measuring,
    /// It does not fit; its last page shows where to cut it. The positions are those of its first page.
    Sampling(Box<Walk>, Vec<i128>),
    Reading,
}

impl Slices {
    /// Sends nothing yet. With a token, resumes after it.
    pub(super) fn new(
        client: &Client,
        entry: ResourceEntry,
        query: FetchQuery,
        incremental: ZonedRange,
        resume: Option<&ResumeToken>,
        stats: Arc<Stats>,
    ) -> Result<Self> {
        let progress = match resume {
            None => SlicesPosition { pending: [query.filter.range.clone()].into(), ..SlicesPosition::default() },
            Some(resume) => resume.slices()?.clone(),
        };
        let mut slices = Self {
            client: client.clone(),
            entry,
            query,
            stats,
            incremental,
            window: entry.def.result_window,
            progress,
            current: None,
            resumed: None,
            moved: false,
            end: None,
            incomplete: None,
        };
        if let Some(SavedSlice { range, resume, rows, total }) = slices.progress.current.take() {
            let walk = slices.walk(&range, WalkStart { resume: Some(&resume), rows, ..WalkStart::default() })?;
            slices.current = Some(Slice { range, walk, rows, total, state: SliceState::Reading });
            slices.resumed = Some(total);
        }
        Ok(slices)
    }

    async fn advance(&mut self, wanted: Option<u64>) -> Result<Option<UntypedPage>> {
        if let Some(error) = self.incomplete.take() {
            return Err(error);
        }
        loop {
            let Some(slice) = &mut self.current else {
                if self.begin()? {
                    continue;
                }
                return self.complete().map(|()| None);
            };
            match &mut slice.state {
                SliceState::Reading => match slice.walk.next_page(wanted).await? {
                    Some(page) => return Ok(Some(self.count(page))),
                    None => self.finish(),
                },
                SliceState::Measuring => match slice.walk.first_page().await? {
                    None => self.finish(),
                    Some(page) => {
                        // Rows that are enough need no slices; in an order, those before the window are the first of all.
                        let served = if self.query.sorted { self.window } else { None };
                        let served = served.unwrap_or(page.content.rows.len() as u64);
                        let is_enough = wanted.is_some_and(|wanted| served >= wanted);
                        if let Some(total) = page.meta.total.filter(|_| !is_enough)
                            && let Some(window) = self.window.filter(|window| total >= *window)
                        {
                            self.split(&page, total, window)?;
                        } else {
                            slice.state = SliceState::Reading;
                            if wanted.is_none() {
                                slice.walk.request_known();
                            }
                            return Ok(Some(self.count(page)));
                        }
                    }
                },
                SliceState::Sampling(last, first) => {
                    let page = last.first_page().await?;
                    let first = std::mem::take(first);
                    let last = page.map(|page| self.steps(&page.content.positions.positions)).unwrap_or_default();
                    self.cut(&first, &last)?;
                }
            }
        }
    }

    /// The next page. Nothing is left after an error.
    async fn next_slice_page(&mut self, wanted: Option<u64>) -> Result<Option<UntypedPage>> {
        let next = self.advance(wanted).await;
        if next.is_err() {
            self.current = None;
            self.progress.pending.clear();
            self.progress.promised = None;
        }
        next
    }

    /// Begins the oldest slice that has not begun; false if there is none.
    fn begin(&mut self) -> Result<bool> {
        let Some(mut range) = self.progress.pending.pop_front() else { return Ok(false) };
        if let Some(step) = self.incremental.step
            && let Some((first, rest)) = step.cut(&self.incremental, &range)
        {
            range = first;
            self.progress.pending.push_front(rest);
        }
        if self.progress.promised_to.as_ref().is_some_and(|end| range.start.as_ref().is_some_and(|start| start >= end))
        {
            self.complete()?;
            (self.progress.promised, self.progress.promised_to) = (None, None);
        }
        let walk = self.walk(&range, WalkStart::default())?;
        let state = if self.window.is_some() { SliceState::Measuring } else { SliceState::Reading };
        self.current = Some(Slice { range, walk, rows: 0, total: 0, state });
        Ok(true)
    }

    fn walk(&self, range: &Range, start: WalkStart<'_>) -> Result<Walk> {
        let mut query = self.query.clone();
        query.filter.range = range.clone();
        Walk::new(&self.client, self.entry, query, start, Arc::clone(&self.stats))
    }

    /// Counts the page, and gives it the total and the position of the whole range.
    fn count(&mut self, mut page: UntypedPage) -> UntypedPage {
        let Some(slice) = &mut self.current else { return page };
        let meta = &mut page.meta;
        slice.rows += page.content.facts.row_count;
        slice.total = meta.total.unwrap_or(slice.rows);
        self.moved |= self.resumed.take().is_some_and(|saved| saved != slice.total);
        meta.total = meta.total.map(|total| (self.progress.total + total).max(self.progress.promised.unwrap_or(0)));
        meta.resume = meta.resume.take().map(|resume| {
            let current = SavedSlice { range: slice.range.clone(), resume, rows: slice.rows, total: slice.total };
            ResumeToken::Slices(Box::new(SlicesPosition { current: Some(current), ..self.progress.clone() }))
        });
        if self.incremental.step.is_some() {
            self.end_step(&mut page);
        }
        page
    }

    /// What a page says of steps: those before its own are finished, and so is its own with its last page, whatever the
    /// paginator can resume after.
    fn end_step(&mut self, page: &mut UntypedPage) {
        let Some(slice) = &mut self.current else { return };
        let is_reached = |start: &Position| self.query.filter.has_reached(start);
        if let Some(start) = slice.range.start.as_ref().filter(|start| is_reached(start)) {
            page.content.positions.watermark.add(Watermark::at(start.clone()));
        }
        if self.progress.pending.is_empty() || slice.walk.end().is_none() {
            return;
        }
        match slice.walk.complete() {
            Ok(()) => {
                self.finish();
                page.meta.resume = Some(ResumeToken::Slices(Box::new(self.progress.clone())));
            }
            Err(error) => {
                page.meta.resume = None;
                self.incomplete = Some(error);
            }
        }
    }

    /// Adds the slice, which has been read to its end, to the finished ones.
    fn finish(&mut self) {
        self.resumed = None;
        if let Some(slice) = self.current.take() {
            self.progress.rows += slice.rows;
            self.progress.total += slice.total;
            self.end = slice.walk.end();
        }
    }

    /// Samples or cuts the slice, which holds more rows than the API serves of it.
    fn split(&mut self, page: &UntypedPage, total: u64, window: u64) -> Result<()> {
        let unit = CursorUnit::new(&self.incremental);
        let Some(slice) = &mut self.current else { return Ok(()) };
        slice.total = total;
        if self.query.sorted {
            return Err(self.window_exceeded(total, "rows of several slices are in no order"));
        }
        let is_first = self.incremental.step.is_some() || self.progress.rows == 0;
        if self.progress.promised.is_none() && is_first && total > window {
            self.progress.promised = Some(self.progress.rows + total);
            self.progress.promised_to.clone_from(&slice.range.end);
        }
        if let (Some(start), Some(end)) = (&slice.range.start, &slice.range.end)
            && unit.steps_up(end) - unit.steps(start) <= 1
        {
            return Err(self.window_exceeded(total, SMALLEST));
        }
        let range = slice.range.clone();
        let first = self.steps(&page.content.positions.positions);
        match self.query.page_size.or(self.client.page_size(self.entry.def)?).map(u64::from) {
            Some(limit) if window / limit.max(1) > 1 => {
                let skip = window / limit.max(1) - 1;
                let last = self.walk(&range, WalkStart { skip, ..WalkStart::default() })?;
                if let Some(slice) = &mut self.current {
                    slice.state = SliceState::Sampling(Box::new(last), first);
                }
                Ok(())
            }
            _ => self.cut(&first, &[]),
        }
    }

    fn steps(&self, positions: &[Position]) -> Vec<i128> {
        let unit = CursorUnit::new(&self.incremental);
        positions.iter().map(|position| unit.steps(position)).collect()
    }

    /// Cuts the slice in two, by the rows of its first page and of the last that the API serves.
    fn cut(&mut self, first: &[i128], last: &[i128]) -> Result<()> {
        let Some(slice) = &self.current else { return Ok(()) };
        let unit = CursorUnit::new(&self.incremental);
        let Some(cut) = best_cut(first, last) else {
            return Err(self.window_exceeded(slice.total, "none of the rows in the response is in the requested range"));
        };
        let after = slice.range.start.as_ref().map(|start| unit.steps(start) + 1);
        let before = slice.range.end.as_ref().map(|end| unit.steps_up(end) - 1);
        let cut = unit.at(before.map_or(cut, |before| cut.min(before)).max(after.unwrap_or(i128::MIN)));
        if slice.range.start.as_ref() == Some(&cut) {
            return Err(self.window_exceeded(slice.total, SMALLEST));
        }
        tracing::debug!(%cut, "a slice holds more rows than the result window");
        let Range { start, end } = slice.range.clone();
        self.current = None;
        self.progress.pending.push_front(Range { start: Some(cut.clone()), end });
        self.progress.pending.push_front(Range { start, end: Some(cut) });
        Ok(())
    }

    fn window_exceeded(&self, total: u64, why: &str) -> Error {
        let range = self.current.as_ref().map(|slice| &slice.range);
        let (start, end) = range.and_then(|range| format_bounds(&self.incremental, range).ok()).unwrap_or_default();
        let [start, end] = [start, end].map(|bound| bound.unwrap_or_else(|| "…".to_owned()));
        let (cursor, window) = (self.incremental.cursor, self.window.unwrap_or_default());
        let message = format!(
            "the slice of `{cursor}` from {start} to {end} holds {total} rows, the `result_window` is {window}; {why}"
        );
        Error::new(ErrorKind::WindowExceeded, message)
            .with_help(
                "narrow the query with params, or check `start_param`, `end_param` and `format` of `incremental`",
            )
            .in_resource(self.entry.def.name)
    }

    /// Checks that the slices hold as many rows as the total of the whole range.
    fn complete(&self) -> Result<()> {
        match self.progress.promised {
            Some(promised) if self.progress.rows < promised => {
                let rows = self.progress.rows;
                let message = format!("the API promised {promised} rows, the slices of the range hold {rows}");
                Err(Error::new(ErrorKind::Incomplete, message)
                    .with_help("run it again: rows may have been deleted during the run; if the error remains, rows without a cursor, or at the bounds of slices, are missing: check `end_inclusive` and `format`")
                    .in_resource(self.entry.def.name))
            }
            _ => Ok(()),
        }
    }
}

impl PageSource for Slices {
    fn planned(&mut self) -> Result<Option<PlannedRequest>> {
        self.begin()?;
        self.current.as_mut().map_or(Ok(None), |slice| slice.walk.planned())
    }

    fn start(&mut self) -> Result<()> {
        if self.current.is_none() {
            self.begin()?;
        }
        if let Some(slice) = &mut self.current {
            slice.walk.request_known();
        }
        Ok(())
    }

    fn first(&mut self) -> PageFuture<'_> {
        Box::pin(async {
            self.begin()?;
            let Some(slice) = &mut self.current else { return Ok(None) };
            let Some(page) = slice.walk.first_page().await? else { return Ok(None) };
            let window = self.window.unwrap_or(u64::MAX);
            if page.meta.total.is_none_or(|total| total < window) {
                slice.state = SliceState::Reading;
                return Ok(Some(self.count(page)));
            }
            Ok(Some(page))
        })
    }

    fn next(&mut self) -> PageFuture<'_> {
        Box::pin(self.next_slice_page(None))
    }

    fn next_up_to(&mut self, rows: u64) -> PageFuture<'_> {
        Box::pin(self.next_slice_page(Some(rows)))
    }

    fn end(&self) -> Option<EndReason> {
        match &self.current {
            _ if !self.progress.pending.is_empty() => None,
            Some(Slice { walk, state: SliceState::Reading, .. }) => walk.end(),
            Some(_) => None,
            None => self.end,
        }
    }

    fn set_concurrency(&mut self, pages: usize) {
        self.query.concurrency = Some(pages);
        if let Some(slice) = &mut self.current {
            slice.walk.set_concurrency(pages);
        }
    }

    /// The total of the interrupted slice is compared as its next page comes.
    fn has_moved(&self, _: Option<u64>, _: Option<u64>) -> bool {
        self.moved
    }
}

/// Why a slice is not cut.
const SMALLEST: &str = "it cannot be made smaller";

/// Where to cut, by a sample of the positions: just before the last page if the API sorts by them, else in the middle.
fn best_cut(first: &[i128], last: &[i128]) -> Option<i128> {
    let lowest = |steps: &[i128]| steps.iter().min().copied();
    let highest = |steps: &[i128]| steps.iter().max().copied();
    if let (Some(first_least), Some(first_most), Some(last_least), Some(last_most)) =
        (lowest(first), highest(first), lowest(last), highest(last))
    {
        if first_most < last_least {
            return Some(last_least);
        }
        if first_least > last_most {
            return Some(last_most + 1);
        }
    }
    let mut all: Vec<_> = first.iter().chain(last).copied().collect();
    all.sort_unstable();
    all.get(all.len() / 2).copied()
}
