//! A load: its rows in memory until they are committed, and what it has changed.

use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, Instant};

use declarest::destination::{LOAD_ID, LoadSpec, Quarantined, WriteStats};
use declarest::{Batch, Result, TableSchema, WriteDisposition};
use declarest_arrow::{ArrowTable, Unsigned};
use deltalake::arrow::array::{ArrayRef, Int64Array, RecordBatch};
use deltalake::arrow::datatypes::{DataType, Field, Schema};
use deltalake::arrow::error::ArrowError;
use deltalake::kernel::Add;

use crate::entry::Stage;
use crate::error::failing;
use crate::shape::Shape;
use crate::stage::NUMBER;

/// As soon as so many bytes of data files are staged, the tables get them.
const SHOWN_AT: u64 = 64 << 20;

/// A load that has begun.
pub(crate) struct Load {
    pub(crate) spec: LoadSpec,
    pub(crate) shape: Option<Shape>,
    /// Rows that are not committed: of the resource's table, then of those of its lists.
    buffers: Vec<RowBuffer>,
    pub(crate) quarantined: Vec<Quarantined>,
    /// Files of rows that are staged and not committed, for each table.
    pub(crate) staged: Vec<Vec<Add>>,
    /// How many rows of the resource are in those.
    pub(crate) staged_rows: i64,
    /// The number of the next row: how many have come, those of the load that it resumes included.
    pub(crate) next: i64,
    pub(crate) tally: Tally,
    /// Of rows that are merged: the numbers of those that count among so many.
    pub(crate) last: Option<(i64, Vec<i64>)>,
    /// Whether a page could not be taken: nothing is committed after that.
    pub(crate) is_broken: bool,
    /// When the tables have got the load's rows, or the load has begun.
    shown: Instant,
}

/// What a load has changed.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tally {
    pub(crate) inserted: u64,
    pub(crate) updated: u64,
    pub(crate) lists_updated: u64,
    pub(crate) deleted: Option<u64>,
    /// The different keys of rows that are merged.
    pub(crate) keys: Option<u64>,
}

/// The rows of a table.
struct RowBuffer {
    rows: ArrowTable,
    /// Of rows that are staged for a merge, their numbers.
    numbers: Option<Vec<i64>>,
}

impl Load {
    /// A load whose next row has this number.
    pub(crate) fn new(spec: LoadSpec, next: i64, truncates_times: bool) -> Self {
        let buffer = |table: &TableSchema| {
            let rows = ArrowTable::new(table, Unsigned::Decimal20);
            let rows = if truncates_times { rows.truncate_times() } else { rows };
            if table.disposition == WriteDisposition::Merge {
                RowBuffer { rows, numbers: Some(Vec::new()) }
            } else {
                RowBuffer { rows: rows.with_text(LOAD_ID, spec.lease.load.as_str()), numbers: None }
            }
        };
        let buffers = spec.table.iter().flat_map(|table| table.with_children()).map(buffer).collect();
        let shape = spec.table.as_deref().map(Shape::of);
        Self {
            spec,
            shape,
            buffers,
            quarantined: Vec::new(),
            staged: Vec::new(),
            staged_rows: 0,
            next,
            tally: Tally::default(),
            last: None,
            is_broken: false,
            shown: Instant::now(),
        }
    }

    pub(crate) fn disposition(&self) -> Option<WriteDisposition> {
        self.spec.table.as_ref().map(|table| table.disposition)
    }

    pub(crate) fn is_merged(&self) -> bool {
        self.disposition() == Some(WriteDisposition::Merge)
    }

    /// The table, where rows are appended to it.
    pub(crate) fn appended(&self) -> Option<Arc<TableSchema>> {
        appended(&self.spec)
    }

    /// Whether it is time that the tables get what is staged.
    pub(crate) fn is_due(&self, stage: Option<&Stage>, every: Duration) -> bool {
        self.shown.elapsed() >= every || stage.is_some_and(|stage| stage.size() >= SHOWN_AT)
    }

    pub(crate) fn is_shown(&mut self) {
        self.shown = Instant::now();
    }

    /// How many rows of the resource wait.
    pub(crate) fn waiting(&self) -> usize {
        self.buffers.first().map_or(0, |buffer| buffer.rows.len())
    }

    /// Takes the rows of a page.
    pub(crate) fn write(&mut self, batch: &Batch) -> Result<()> {
        let written = self.try_write(batch);
        if written.is_err() {
            self.is_broken = true;
            self.forget();
        }
        written
    }

    fn try_write(&mut self, batch: &Batch) -> Result<()> {
        let Some((own, lists)) = self.buffers.split_first_mut() else { return Ok(()) };
        own.append(batch, |row| row, self.next)?;
        for (list, buffer) in batch.children().iter().zip(lists) {
            let owners: Vec<_> =
                (0..batch.len()).flat_map(|row| std::iter::repeat_n(row, length(&list.elements(row)))).collect();
            buffer.append(list.batch(), |element| owners.get(element).copied().unwrap_or_default(), self.next)?;
        }
        self.next += i64::try_from(batch.len()).unwrap_or_default();
        Ok(())
    }

    /// Takes the rows of all tables out.
    pub(crate) fn take(&mut self) -> Result<Vec<RecordBatch>> {
        self.buffers.iter_mut().map(RowBuffer::take).collect()
    }

    /// Forgets what is not committed.
    pub(crate) fn forget(&mut self) {
        // Rows that do not fit are dropped too.
        self.buffers.iter_mut().for_each(|buffer| drop(buffer.take()));
        (self.staged, self.staged_rows) = (Vec::new(), 0);
        self.quarantined.clear();
    }

    /// What it has changed, for the sync.
    pub(crate) fn stats(&self) -> WriteStats {
        let tally = &self.tally;
        let mut stats = WriteStats::default();
        stats.inserted = Some(tally.inserted);
        stats.updated = Some(tally.updated);
        stats.lists_updated = Some(tally.lists_updated);
        stats.distinct_keys = tally.keys;
        stats.deleted = tally.deleted;
        stats
    }
}

impl RowBuffer {
    /// Appends rows. `owner` is the row of the page that a row is of, `first` the number of the page's first row.
    fn append(&mut self, batch: &Batch, owner: impl Fn(usize) -> usize, first: i64) -> Result<()> {
        self.rows.append(batch)?;
        if let Some(numbers) = &mut self.numbers {
            numbers.extend((0..batch.len()).map(|row| first + i64::try_from(owner(row)).unwrap_or_default()));
        }
        Ok(())
    }

    fn take(&mut self) -> Result<RecordBatch> {
        let rows = self.rows.finish();
        let numbers = self.numbers.as_mut().map(std::mem::take);
        let rows = rows?;
        let Some(numbers) = numbers else { return Ok(rows) };
        numbered(&rows, numbers).map_err(failing("rows cannot be numbered"))
    }
}

/// The table of a load, where rows are appended to it.
pub(crate) fn appended(spec: &LoadSpec) -> Option<Arc<TableSchema>> {
    spec.table.clone().filter(|table| table.disposition == WriteDisposition::Append)
}

/// The rows with their numbers.
fn numbered(rows: &RecordBatch, numbers: Vec<i64>) -> Result<RecordBatch, ArrowError> {
    let number = Arc::new(Field::new(NUMBER, DataType::Int64, true));
    let fields: Vec<_> = rows.schema().fields().iter().cloned().chain([number]).collect();
    let numbers: ArrayRef = Arc::new(Int64Array::from(numbers));
    let columns = rows.columns().iter().cloned().chain([numbers]).collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
}

fn length(range: &Range<usize>) -> usize {
    range.end.saturating_sub(range.start)
}
