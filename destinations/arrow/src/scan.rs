//! The pages of a scan as record batches.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use declarest::{BatchStream, FetchStats, Result, Scan, Stream};

use crate::table::ArrowTable;
use crate::types::Unsigned;

/// Adds [`record_batches`](Self::record_batches) to [`Scan`].
pub trait RecordBatches {
    /// The rows as record batches, one for each page that has rows. Only the columns that the scan
    /// [selects](Scan::project) are built. Nothing is sent before the stream is polled.
    ///
    /// Lists that are tables of their own (`#[column(child_table)]`) are not in them: for these, read
    /// [`batches`](Scan::batches), and make an [`ArrowTable`] for each.
    ///
    /// ```no_run
    /// # #[declarest::source(base_url = "https://api.example.com", auth = none)]
    /// # pub mod analytics {
    /// #     #[resource(name = issues, path = "/issues")]
    /// #     pub struct Issue { pub key: String, pub line: Option<u32>, pub message: String }
    /// # }
    /// use declarest_arrow::RecordBatches as _;
    ///
    /// # async fn read() -> declarest::Result<()> {
    /// let client = analytics::Client::builder().build()?;
    /// let mut batches = client.scan("issues")?.project(["key", "line"])?.limit(10_000).record_batches();
    /// println!("{}", batches.schema());
    /// while let Some(batch) = batches.next().await {
    ///     println!("{} rows", batch?.num_rows());
    /// }
    /// # Ok(()) }
    /// ```
    fn record_batches(self) -> RecordBatchStream;
}

impl RecordBatches for Scan {
    fn record_batches(self) -> RecordBatchStream {
        let table = ArrowTable::new(self.schema(), Unsigned::default());
        RecordBatchStream { table, batches: self.batches(), has_failed: false }
    }
}

/// The record batches of a [`Scan`], in the order of its pages. After an error there are no more. Dropped, it requests nothing
/// more.
///
/// # Errors
/// Those of [`Scan::batches`], and of [`ArrowTable::append`].
#[must_use = "streams do nothing unless polled"]
pub struct RecordBatchStream {
    table: ArrowTable,
    batches: BatchStream,
    /// Whether a page was no record batch.
    has_failed: bool,
}

impl RecordBatchStream {
    /// Cuts times to microseconds. Default: a time with nanoseconds is an error.
    pub fn truncate_times(self) -> Self {
        Self { table: self.table.truncate_times(), ..self }
    }

    /// The schema of all batches.
    #[must_use]
    pub fn schema(&self) -> &SchemaRef {
        self.table.schema()
    }

    /// The next batch; `None` after the last.
    pub async fn next(&mut self) -> Option<Result<RecordBatch>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }

    /// What the read has taken so far.
    #[must_use]
    pub fn stats(&self) -> FetchStats {
        self.batches.stats()
    }
}

impl Stream for RecordBatchStream {
    type Item = Result<RecordBatch>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.has_failed {
            return Poll::Ready(None);
        }
        let page = ready!(Pin::new(&mut self.batches).poll_next(cx));
        Poll::Ready(page.map(|page| {
            let batch = page.and_then(|page| {
                self.table.append(&page)?;
                self.table.finish()
            });
            self.has_failed = batch.is_err();
            batch
        }))
    }
}

impl fmt::Debug for RecordBatchStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordBatchStream")
            .field("table", &self.table)
            .field("stats", &self.stats())
            .finish_non_exhaustive()
    }
}
