//! A scan as a query engine reads it: what its first page says of the others, some of its pages, and its first request without
//! sending it.

use std::ops::Range;
use std::sync::Arc;

use super::batch_stream::BatchStream;
use super::planned_request::PlannedRequest;
use super::scan::Scan;
use crate::declare::process::Processing;
use crate::declare::resource::{OnBadRow, ResourceDef};
use crate::error::Result;
use crate::incremental::cursor::{IncrementalDef, MissingCursor};
use crate::incremental::cursor_range::CursorRange;
use crate::incremental::range;
use crate::schema::batch::Batch;

/// How much there is to read, as the first page of a [`Scan`] says: what [`Scan::open`] returns.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Extent {
    /// How many rows there are in all, if the API says so.
    pub total: Option<u64>,
    /// Whether the total is the number of rows that the scan returns, with no limit.
    ///
    /// It is not where rows are dropped or made after they have come (`filter`, `yield_map`, `on_bad_row = quarantine`, a
    /// range that requests do not send exactly), where the API may count hidden rows, where the declaration has a maximum
    /// of pages or rows, where the total is not below the `result_window`, and where there are several walks
    /// (`partition_by`).
    pub is_exact: bool,
    /// How many pages there are, the first among them, where each can be read by itself: see [`Scan::page_range`]. `None` where
    /// only the API knows, and where there are more rows than it returns of one query.
    pub pages: Option<u64>,
    /// How many rows of the first page the scan returns.
    pub rows: usize,
}

/// How the pages of a [`Scan`] follow each other: what [`Scan::paging`] returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Paging {
    /// Rows per page, as requested; `None` where only the API knows.
    pub page_size: Option<u32>,
    /// The most rows that the API returns of one query, which a page size must divide: the `result_window`.
    pub window: Option<u64>,
    /// Whether a scan can request another size: see [`Scan::page_size`].
    pub is_sizable: bool,
    /// Whether pages are numbered, so that one can be requested before those before it have come.
    pub is_numbered: bool,
    /// How many pages are read at a time.
    pub concurrency: usize,
}

impl Scan {
    /// How its pages follow each other.
    ///
    /// # Errors
    /// [`Config`](crate::ErrorKind::Config) where a param of the client that is the page size has no such value.
    pub fn paging(&self) -> Result<Paging> {
        self.request.paging().map_err(|error| self.refused(error))
    }

    /// Reads only these pages, counted from 0, whatever number the API gives the first. They must exist, as the
    /// [first page](Self::open) says. With ranges that follow each other, several readers share the work, on one machine
    /// or on many.
    ///
    /// The batches end with an error where the API returns fewer rows than these pages hold by its total. The paginator must
    /// number pages or rows, and their size must be known; otherwise the batches have a [`Config`](crate::ErrorKind::Config)
    /// error, as for an empty range.
    pub fn page_range(mut self, pages: Range<u64>) -> Self {
        self.request.set_pages(pages);
        self
    }

    /// Requests the first page alone, and the next only when its rows have been taken; then two at a time, four, and so on
    /// up to the concurrency. For a reader that may have enough after a few rows.
    pub fn slow_start(mut self) -> Self {
        self.request.set_slow_start();
        self
    }

    /// Reads the first page: what it says of the others, and the batches from the first on. Nothing more is requested before
    /// they are polled.
    ///
    /// ```no_run
    /// # async fn count(client: declarest::Client) -> declarest::Result<Option<u64>> {
    /// let (extent, _batches) = client.scan("issues")?.open().await?;
    /// Ok(extent.total.filter(|_| extent.is_exact))
    /// # }
    /// ```
    ///
    /// # Errors
    /// As those of [`batches`](Self::batches).
    pub async fn open(self) -> Result<(Extent, BatchStream)> {
        let def = self.request.entry().def;
        let size = self.paging()?.page_size.map(u64::from);
        let (scan, stats) = (self.clone(), Arc::default());
        let mut reader = self.begin(Arc::clone(&stats))?;
        let Some((meta, row_count)) = reader.read_first().await? else {
            return Ok((Extent::default(), BatchStream::reading(reader, stats)));
        };
        let is_whole = |total: u64| def.result_window.is_none_or(|window| total < window);
        let total = meta.total;
        let is_regular = size.is_some_and(|size| row_count == total.unwrap_or(u64::MAX).min(size));
        let pages = meta.pages.filter(|_| is_regular && total.is_none_or(is_whole));
        let is_exact = is_regular && total.is_some_and(is_whole) && counts_rows(def, &reader.range);
        let rows = reader.first.as_ref().map_or(0, Batch::len);
        let extent = Extent { total, is_exact, pages, rows };
        if total.is_none_or(is_whole) {
            return Ok((extent, BatchStream::reading(reader, stats)));
        }
        // Its rows are read in slices, of which this page is none.
        Ok((extent, scan.batches()))
    }

    /// What its first request would be, without sending it.
    ///
    /// # Errors
    /// [`Config`](crate::ErrorKind::Config) if a required param is not set, or the settings do not go together.
    pub fn planned_request(&self) -> Result<Option<PlannedRequest>> {
        let mut reader = self.clone().begin(Arc::default())?;
        reader.pages.planned()
    }
}

/// Whether the total that the API gives for a range is the number of rows that a scan returns.
fn counts_rows(def: &'static ResourceDef, range: &range::Range) -> bool {
    let is_whole = range.start.is_none() && range.end.is_none();
    let is_sent = |cursor: CursorRange| cursor.is_sent_exactly(range.start.as_ref(), range.end.as_ref());
    let drops_missing = |incremental: &IncrementalDef| incremental.missing_cursor == MissingCursor::Drop;
    (is_whole || def.cursor_range().is_some_and(is_sent))
        && def.processing == Processing::Nothing
        && !def.incremental.as_ref().is_some_and(drops_missing)
        && def.on_bad_row == OnBadRow::Fail
        && def.partitions.is_empty()
        && !def.paginator.may_hide_rows()
        && def.paginator.reads_all()
}
