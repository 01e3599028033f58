//! A resource with a result window, read in slices: the range of its cursor is cut where a query holds more rows than
//! the API gives out, until each slice fits.
//!
//! Each slice is asked for its first page. If its total is below the window, the slice is read on; otherwise one more page, the
//! last that the API gives out, tells where to cut. Slices are read from the oldest to the newest, and none is read twice.

use std::sync::Arc;

use super::query::FetchQuery;
use super::walk::{UntypedPage, Walk, WalkStart};
use crate::client::Client;
use crate::client::resource_entry::ResourceEntry;
use crate::error::{Error, ErrorKind, Result};
use crate::http::stats::Stats;
use crate::incremental::cursor::{IncrementalDef, Position};
use crate::incremental::range;
use crate::incremental::range::{CursorUnit, Range};
use crate::paginate::EndReason;
use crate::paginate::resume::{ResumeToken, SavedSlice, SlicesPosition};

/// The slices of a range, one after the other.
pub(crate) struct Slices {
    client: Client,
    entry: ResourceEntry,
    query: FetchQuery,
    stats: Arc<Stats>,
    incremental: IncrementalDef,
    window: u64,
    progress: SlicesPosition,
    current: Option<Slice>,
    /// What the slice that was interrupted said to hold, until its next page has come.
    resumed: Option<u64>,
    /// Whether it holds another number of rows since.
    moved: bool,
    end: Option<EndReason>,
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
    /// Whether it fits is not known yet.
    Probing,
    /// It does not; its last page tells where to cut it. The positions are those of its first page.
    Sampling(Box<Walk>, Vec<i128>),
    Reading,
}

impl Slices {
    /// Sends nothing yet. With a token, resumes after what came before it.
    pub(crate) fn new(
        client: &Client,
        entry: ResourceEntry,
        query: FetchQuery,
        (incremental, window): (IncrementalDef, u64),
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
            window,
            progress,
            current: None,
            resumed: None,
            moved: false,
            end: None,
        };
        if let Some(SavedSlice { range, resume, rows, total }) = slices.progress.current.take() {
            let walk = slices.walk(&range, WalkStart { resume: Some(&resume), rows, skip: 0 })?;
            slices.current = Some(Slice { range, walk, rows, total, state: SliceState::Reading });
            slices.resumed = Some(total);
        }
        Ok(slices)
    }

    /// Why the last of the slices ended; `None` before it has.
    pub(crate) fn end(&self) -> Option<EndReason> {
        match &self.current {
            _ if !self.progress.pending.is_empty() => None,
            Some(Slice { walk, state: SliceState::Reading, .. }) => walk.end(),
            Some(_) => None,
            None => self.end,
        }
    }

    /// Whether the slice that was interrupted holds other rows than it did: they may have moved over the border of a page.
    pub(crate) fn has_moved(&self) -> bool {
        self.moved
    }

    pub(crate) fn set_concurrency(&mut self, pages: usize) {
        self.query.concurrency = Some(pages);
        if let Some(slice) = &mut self.current {
            slice.walk.set_concurrency(pages);
        }
    }

    /// Asks for the first page.
    pub(crate) fn start(&mut self) -> Result<()> {
        if self.current.is_none() {
            self.begin()?;
        }
        if let Some(slice) = &mut self.current {
            slice.walk.start();
        }
        Ok(())
    }

    pub(crate) async fn first(mut self) -> Result<Option<UntypedPage>> {
        self.begin()?;
        match self.current {
            Some(slice) => slice.walk.first().await,
            None => Ok(None),
        }
    }

    /// The next page, `None` behind the last. Dropping the future loses nothing.
    pub(crate) async fn next(&mut self) -> Result<Option<UntypedPage>> {
        let next = self.advance().await;
        if next.is_err() {
            self.current = None;
            self.progress.pending.clear();
            self.progress.promised = None;
        }
        next
    }

    async fn advance(&mut self) -> Result<Option<UntypedPage>> {
        loop {
            let Some(slice) = &mut self.current else {
                if self.begin()? {
                    continue;
                }
                return self.complete().map(|()| None);
            };
            match &mut slice.state {
                SliceState::Reading => match slice.walk.next().await? {
                    Some(page) => return Ok(Some(self.count(page))),
                    None => self.finish(),
                },
                SliceState::Probing => match slice.walk.probe().await? {
                    None => self.finish(),
                    Some(page) => {
                        if let Some(total) = page.total.filter(|total| *total >= self.window) {
                            self.split(&page, total)?;
                        } else {
                            slice.state = SliceState::Reading;
                            slice.walk.start();
                            return Ok(Some(self.count(page)));
                        }
                    }
                },
                SliceState::Sampling(last, first) => {
                    let page = last.probe().await?;
                    let first = std::mem::take(first);
                    let last = page.map(|page| self.steps(&page.positions.positions)).unwrap_or_default();
                    self.cut(&first, &last)?;
                }
            }
        }
    }

    /// Begins the oldest slice that was not begun; false if there is none.
    fn begin(&mut self) -> Result<bool> {
        let Some(range) = self.progress.pending.pop_front() else { return Ok(false) };
        let walk = self.walk(&range, WalkStart::default())?;
        self.current = Some(Slice { range, walk, rows: 0, total: 0, state: SliceState::Probing });
        Ok(true)
    }

    fn walk(&self, range: &Range, place: WalkStart<'_>) -> Result<Walk> {
        let mut query = self.query.clone();
        query.filter.range = range.clone();
        Walk::new(&self.client, self.entry, query, place, Arc::clone(&self.stats))
    }

    /// A page of the whole, rather than of its slice.
    fn count(&mut self, mut page: UntypedPage) -> UntypedPage {
        let Some(slice) = &mut self.current else { return page };
        slice.rows += page.row_count;
        slice.total = page.total.unwrap_or(slice.rows);
        self.moved |= self.resumed.take().is_some_and(|before| before != slice.total);
        page.total = page.total.map(|total| (self.progress.total + total).max(self.progress.promised.unwrap_or(0)));
        page.resume = page.resume.map(|resume| {
            let current = SavedSlice { range: slice.range.clone(), resume, rows: slice.rows, total: slice.total };
            ResumeToken::Slices(Box::new(SlicesPosition { current: Some(current), ..self.progress.clone() }))
        });
        page
    }

    /// The slice has been read to its end.
    fn finish(&mut self) {
        self.resumed = None;
        if let Some(slice) = self.current.take() {
            self.progress.rows += slice.rows;
            self.progress.total += slice.total;
            self.end = slice.walk.end();
        }
    }

    /// The slice holds more rows than the API gives out of it.
    fn split(&mut self, page: &UntypedPage, total: u64) -> Result<()> {
        if self.progress.promised.is_none() && self.progress.rows == 0 && total > self.window {
            self.progress.promised = Some(total);
        }
        let unit = CursorUnit::new(&self.incremental);
        let Some(slice) = &mut self.current else { return Ok(()) };
        slice.total = total;
        if let (Some(start), Some(end)) = (&slice.range.start, &slice.range.end)
            && unit.steps_up(end) - unit.steps(start) <= 1
        {
            return Err(self.window_exceeded(total, SMALLEST));
        }
        let range = slice.range.clone();
        let first = self.steps(&page.positions.positions);
        match self.query.page_size.or(self.entry.def.paginator.limit()).map(u64::from) {
            Some(limit) if self.window / limit.max(1) > 1 => {
                let skip = self.window / limit.max(1) - 1;
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

    /// Cuts the slice in two, by the rows of its first page and of the last that the API gives out.
    fn cut(&mut self, first: &[i128], last: &[i128]) -> Result<()> {
        let Some(slice) = &self.current else { return Ok(()) };
        let unit = CursorUnit::new(&self.incremental);
        let Some(cut) = best_cut(first, last) else {
            return Err(self
                .window_exceeded(slice.total, "and none of those that were sent is in the range that was asked for"));
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
        let (start, end) =
            range.and_then(|range| range::format_bounds(&self.incremental, range).ok()).unwrap_or_default();
        let side = |end: Option<String>| end.unwrap_or_else(|| "…".to_owned());
        let message = format!(
            "the slice of `{}` from {} to {} holds {total} rows, the `result_window` is {}; {why}",
            self.incremental.cursor,
            side(start),
            side(end),
            self.window
        );
        Error::new(ErrorKind::WindowExceeded, message)
            .with_help(
                "narrow the query with params, or check `start_param`, `end_param` and `format` of `incremental`",
            )
            .in_resource(self.entry.def.name)
    }

    /// Slices that hold less than the whole was said to have lost rows.
    fn complete(&self) -> Result<()> {
        match self.progress.promised {
            Some(promised) if self.progress.rows < promised => {
                let rows = self.progress.rows;
                let message = format!("the API promised {promised} rows, the slices of the range hold {rows}");
                Err(Error::new(ErrorKind::Incomplete, message)
                    .with_help("run it again: rows may have gone while they were read; if it stays so, rows without a cursor, or at the borders of slices, are left out: check `end_inclusive` and `format`")
                    .in_resource(self.entry.def.name))
            }
            _ => Ok(()),
        }
    }
}

/// Why a slice is not cut.
const SMALLEST: &str = "it cannot be made smaller";

/// Where to cut, by a sample of the positions: where the API sorts by them, just before the last page; else in the middle.
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
