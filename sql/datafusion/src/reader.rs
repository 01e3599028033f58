//! A partition's rows: the parts of the work one after the other, each of them page after page.

use std::collections::VecDeque;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::SchemaRef;
use datafusion::common::{Result, ScalarValue};
use datafusion::execution::SendableRecordBatchStream;
use datafusion::physical_plan::metrics::Count;
use declarest::{BatchStream, Extent, FetchStats, Scan};
use declarest_arrow::{ArrowTable, Unsigned};
use futures_util::StreamExt as _;

use crate::error::{external, needs};
use crate::joined::Joined;
use crate::opening::Opening;
use crate::reading::Reading;
use crate::work::{self, WorkItem};

/// How many rows without a column are in a batch, at most.
const COUNTED: u64 = 8192;

/// Reads a partition.
pub(crate) struct Reader {
    pub(crate) reading: Arc<Reading>,
    pub(crate) schema: SchemaRef,
    pub(crate) opening: Arc<Opening>,
    /// Where the values come from that the query does not give.
    pub(crate) joined: Option<Joined>,
    /// Pages at a time, where that is not a part of what the client allows.
    pub(crate) at_a_time: Option<usize>,
    pub(crate) list: SendableRecordBatchStream,
    pub(crate) items: VecDeque<WorkItem>,
    /// What is left of the item that is read.
    pub(crate) pieces: VecDeque<Piece>,
    /// The values of its params.
    pub(crate) given: Vec<ScalarValue>,
    /// How many partitions read at a time.
    pub(crate) partitions: usize,
    /// How many more rows are wanted.
    pub(crate) wanted: Option<usize>,
    /// The requests so far.
    pub(crate) requests: Count,
}

/// A piece of an item.
pub(crate) enum Piece {
    /// Pages to the end, and what they have taken so far.
    Pages(Box<BatchStream>, u64),
    /// The first page alone.
    First(Box<BatchStream>),
    /// So many rows of which nothing is wanted.
    Rows(u64),
}

impl Reader {
    /// The next rows; none after the last.
    pub(crate) async fn next(&mut self) -> Result<Option<RecordBatch>> {
        while self.wanted != Some(0) {
            if let Some(piece) = self.pieces.pop_front() {
                if let Some(batch) = self.read(piece).await? {
                    return Ok(Some(self.cut(&batch)));
                }
            } else if let Some(item) = self.items.pop_front() {
                self.pieces = self.open(item).await?.into();
            } else if let Some(batch) = self.list.next().await {
                self.items = known(&self.reading, self.joined.as_ref(), work::items(&batch?)?).await?;
            } else {
                return Ok(None);
            }
        }
        Ok(None)
    }

    /// The pieces of an item.
    async fn open(&mut self, item: WorkItem) -> Result<Vec<Piece>> {
        let scan = self.reading.scan(&item.given).map_err(external)?;
        let scan = self.at_a_time.into_iter().fold(scan, Scan::concurrency);
        self.given.clone_from(&item.given);
        if let Some(rows) = self.wanted {
            return Ok(vec![pages(Reading::limited(scan, rows).map_err(external)?)]);
        }
        let concurrency = match self.at_a_time {
            Some(pages) => pages,
            None => scan.paging().map_err(external)?.concurrency / self.partitions.max(1),
        };
        let scan = scan.concurrency(concurrency.max(1)).slow_start();
        if item.parts == 1 && !self.reading.is_count() {
            return Ok(vec![pages(scan)]);
        }
        let own = Opening::default();
        let opening = if item.parts == 1 { &own } else { &*self.opening };
        let opened = opening.get(scan.clone()).await.map_err(external)?;
        let Extent { total, is_exact, pages: count, rows, .. } = opened.extent;
        let batches = if item.part == 0 { opened.take() } else { None };
        self.requests.add(usize::from(item.part == 0 && opened.is_here));
        let batches = batches.map(Box::new);
        if let Some(total) = total.filter(|_| is_exact && self.reading.is_count()) {
            return Ok(if item.part == 0 { vec![Piece::Rows(total)] } else { Vec::new() });
        }
        let Some(count) = count.filter(|_| item.parts > 1) else {
            // One walk reads them all.
            if item.part == 0 && !opened.is_here {
                return Ok(vec![pages(scan)]);
            }
            return Ok(batches.map(|batches| Piece::Pages(batches, 1)).into_iter().collect());
        };
        let first = batches.filter(|_| rows > 0).map(Piece::First);
        let range = work::pages(&item, u64::from(opened.is_here), count);
        let rest = (!range.is_empty()).then(|| pages(scan.page_range(range)));
        Ok(first.into_iter().chain(rest).collect())
    }

    /// The next rows of a piece, which stays the next one while it has more.
    async fn read(&mut self, piece: Piece) -> Result<Option<RecordBatch>> {
        let (mut batches, taken, is_first) = match piece {
            Piece::Pages(batches, taken) => (batches, taken, false),
            Piece::First(batches) => (batches, 1, true),
            Piece::Rows(0) => return Ok(None),
            Piece::Rows(rows) => {
                let now = rows.min(COUNTED);
                self.pieces.push_front(Piece::Rows(rows - now));
                return self.with_constants(&[], usize::try_from(now).unwrap_or_default()).map(Some);
            }
        };
        let next = batches.next().await;
        let FetchStats { requests, .. } = batches.stats();
        self.requests.add(usize::try_from(requests.saturating_sub(taken)).unwrap_or_default());
        let Some(batch) = next else { return Ok(None) };
        let batch = batch.map_err(external)?;
        let mut table = ArrowTable::new(batch.schema(), Unsigned::default());
        table.append(&batch).map_err(external)?;
        let rows = table.finish().map_err(external)?;
        if !is_first {
            self.pieces.push_front(Piece::Pages(batches, requests.max(taken)));
        }
        self.with_constants(rows.columns(), rows.num_rows()).map(Some)
    }

    /// Rows in the columns of the plan.
    fn with_constants(&self, own: &[ArrayRef], rows: usize) -> Result<RecordBatch> {
        let columns = &self.reading.resource.columns;
        let mut own = own.iter();
        let mut arrays = Vec::with_capacity(self.reading.projection.len());
        for column in &self.reading.projection {
            let given = columns.constant(*column).and_then(|index| self.given.get(index));
            match given {
                Some(value) => arrays.push(value.to_array_of_size(rows)?),
                None => arrays.extend(own.next().cloned()),
            }
        }
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        Ok(RecordBatch::try_new_with_options(Arc::clone(&self.schema), arrays, &options)?)
    }

    /// No more rows than are wanted.
    fn cut(&mut self, batch: &RecordBatch) -> RecordBatch {
        let Some(wanted) = &mut self.wanted else { return batch.clone() };
        let rows = batch.num_rows().min(*wanted);
        *wanted -= rows;
        batch.slice(0, rows)
    }
}

/// The items with the values that a join brings.
async fn known(reading: &Reading, joined: Option<&Joined>, items: Vec<WorkItem>) -> Result<VecDeque<WorkItem>> {
    let columns = &reading.resource.columns;
    let mut known = VecDeque::new();
    for item in items {
        let is_null = |index: &usize| item.given.get(*index).is_none_or(ScalarValue::is_null);
        let missing: Vec<usize> = (0..columns.given.len()).filter(is_null).collect();
        match (&missing[..], joined) {
            ([], _) => known.push_back(item),
            ([index], Some(joined)) if joined.param == *index => {
                // The parts share the values: each value is a read of its own.
                let [part, parts] = [item.part, item.parts.max(1)].map(|number| usize::try_from(number).unwrap_or(1));
                for value in joined.values(reading).await?.into_iter().skip(part).step_by(parts) {
                    let mut item = WorkItem { part: 0, parts: 1, given: item.given.clone() };
                    item.given.splice(*index..=*index, [value]);
                    known.push_back(item);
                }
            }
            _ => {
                let given = missing.iter().filter_map(|index| columns.given.get(*index));
                let names: Vec<_> = given.map(|given| given.param.name.to_owned()).collect();
                return Err(needs(reading.resource.name, &names));
            }
        }
    }
    Ok(known)
}

fn pages(scan: Scan) -> Piece {
    Piece::Pages(Box::new(scan.batches()), 0)
}
