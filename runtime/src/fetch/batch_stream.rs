//! The batches of a scan, as a stream.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use futures_util::stream::try_unfold;
use tracing::{Instrument as _, Span};

use super::page::PageMeta;
use super::page_source::PageSource;
use super::row_checks::RowChecks;
use super::scan::Scan;
use super::stats::{FetchStats, PageCounts};
use super::typed_page::log_bad_rows;
use crate::decode::PageRows;
use crate::error::{Error, ErrorKind, Result};
use crate::http::stats::Stats;
use crate::incremental::range::Range;
use crate::schema::batch::Batch;

/// A read before its first request, and after.
enum State {
    New(Box<Scan>, Arc<Stats>),
    Reading(Box<BatchReader>),
}

/// Batches with what has been counted up to each.
type CountedBatches = dyn Stream<Item = Result<(Batch, PageCounts)>> + Send;

/// The batches of a [`Scan`](crate::Scan), one for each page that has rows, in order. After an error there are no more.
/// Dropped, it requests nothing more.
#[must_use = "streams do nothing unless polled"]
pub struct BatchStream {
    batches: Pin<Box<CountedBatches>>,
    stats: Arc<Stats>,
    /// What was handed over.
    counts: PageCounts,
}

impl BatchStream {
    pub(super) fn new(scan: Scan) -> Self {
        let stats = Arc::<Stats>::default();
        Self::of(State::New(Box::new(scan), Arc::clone(&stats)), stats)
    }

    /// The batches of a read that has begun.
    pub(super) fn reading(reader: BatchReader, stats: Arc<Stats>) -> Self {
        Self::of(State::Reading(Box::new(reader)), stats)
    }

    fn of(begin: State, stats: Arc<Stats>) -> Self {
        let batches = try_unfold(begin, async |state| {
            let mut reader = match state {
                State::New(scan, counted) => Box::new(scan.begin(counted)?),
                State::Reading(reader) => reader,
            };
            Ok(reader.next().await?.map(|batch| ((batch, reader.counts), State::Reading(reader))))
        });
        Self { batches: Box::pin(batches), stats, counts: PageCounts::default() }
    }

    /// The next batch; `None` after the last.
    pub async fn next(&mut self) -> Option<Result<Batch>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }

    /// What the read has taken so far; all of it after the last batch, and after an error. Pages without rows are not
    /// counted.
    #[must_use]
    pub fn stats(&self) -> FetchStats {
        FetchStats::new(&self.stats, self.counts)
    }
}

/// The batches of the pages of a scan.
pub(super) struct BatchReader {
    pub(super) resource: &'static str,
    pub(super) pages: Box<dyn PageSource>,
    /// The range of the cursor that is read.
    pub(super) range: Range,
    /// The rows of the first page, where that has been read ahead of the others.
    pub(super) first: Option<Batch>,
    /// The span that pages are read in.
    pub(super) span: Span,
    /// How many more rows are wanted, where there is a limit.
    pub(super) wanted: Option<u64>,
    /// What was handed over.
    pub(super) counts: PageCounts,
    pub(super) checks: RowChecks,
}

impl BatchReader {
    /// Reads the first page: what pagination knows of it, and how many rows the API sent in it.
    pub(super) async fn read_first(&mut self) -> Result<Option<(PageMeta, u64)>> {
        let Some(page) = self.pages.first().instrument(self.span.clone()).await? else { return Ok(None) };
        let (meta, row_count) = (page.meta, page.content.facts.row_count);
        self.span.in_scope(|| log_bad_rows(self.resource, meta.number, &page.content.bad_rows));
        self.counts.add(&meta);
        self.first = Some(self.batch(page.content.rows, meta.number)?);
        Ok(Some((meta, row_count)))
    }

    /// The rows that are wanted.
    fn batch(&mut self, rows: PageRows, page: u64) -> Result<Batch> {
        let PageRows::Batch(batch) = rows else {
            let error = Error::internal(ErrorKind::Decode, "the rows of a scan are no batch");
            return Err(error.in_resource(self.resource));
        };
        let checked = self.checks.check(batch, page);
        let mut batch = checked.map_err(|error| error.in_resource(self.resource))?;
        if let Some(wanted) = &mut self.wanted {
            batch.truncate(usize::try_from(*wanted).unwrap_or(usize::MAX));
            *wanted = wanted.saturating_sub(batch.len() as u64);
        }
        Ok(batch)
    }

    /// The next batch that has rows, no more of them than are wanted.
    async fn next(&mut self) -> Result<Option<Batch>> {
        if let Some(batch) = self.first.take().filter(|batch| !batch.is_empty()) {
            self.counts.hand_over(batch.len());
            return Ok(Some(batch));
        }
        while self.wanted != Some(0) {
            let page = match self.wanted {
                None => self.pages.next(),
                Some(rows) => self.pages.next_up_to(rows),
            };
            let Some(page) = page.instrument(self.span.clone()).await? else { break };
            self.span.in_scope(|| log_bad_rows(self.resource, page.meta.number, &page.content.bad_rows));
            self.counts.add(&page.meta);
            let batch = self.batch(page.content.rows, page.meta.number)?;
            if !batch.is_empty() {
                self.counts.hand_over(batch.len());
                return Ok(Some(batch));
            }
        }
        Ok(None)
    }
}

impl Stream for BatchStream {
    type Item = Result<Batch>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = ready!(self.batches.as_mut().poll_next(cx));
        Poll::Ready(next.map(|next| {
            next.map(|(batch, counts)| {
                self.counts = counts;
                batch
            })
        }))
    }
}

impl fmt::Debug for BatchStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BatchStream").field("stats", &self.stats()).finish_non_exhaustive()
    }
}
