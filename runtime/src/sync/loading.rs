//! What a load knows while it reads: which rows are new, and what its pages and its end leave in the destination.

use std::sync::Arc;

use jiff::Timestamp;

use super::begin::ActiveLoad;
use super::parent_values::PageLinks;
use super::plan::PlannedLoad;
use super::range_start::RangeStart;
use super::report::ResourceReport;
use super::saved::{
    CHECKPOINT, Checkpoint, FINISHED, FinishedLoad, INCREMENTAL, LINK_SHAPE, PreviousState, REFUSED, SavedIncremental,
    UNFINISHED,
};
use crate::client::Client;
use crate::decode::unknown_fields::undeclared_fields;
use crate::decode::{DecodedPage, PageRows};
use crate::destination::{LoadEnd, Quarantined, StateChange, WriteStats};
use crate::error::{Error, ErrorKind, Result};
use crate::fetch::page::UntypedPage;
use crate::http::stats::Stats;
use crate::incremental::cursor::{IncrementalDef, Positions};
use crate::incremental::run_start::RunStart;
use crate::incremental::watermark::{IncrementalFilter, IncrementalState, Watermark};
use crate::paginate::EndReason;
use crate::schema::batch::Batch;
use crate::schema::table::{TableSchema, WriteDisposition};

/// A load that has begun.
pub(super) struct Loading<'p> {
    pub(super) planned: &'p PlannedLoad,
    pub(super) stats: Arc<Stats>,
    /// What the last complete load has left.
    pub(super) previous: Option<PreviousState>,
    /// Which rows are new.
    pub(super) filter: IncrementalFilter,
    /// How new the rows are so far.
    pub(super) watermark: Watermark,
    /// Whether each link has a position of its own from this load on, and begins with one that all have shared.
    pub(super) shared_until_now: bool,
    /// When this run began.
    this_run: Arc<RunStart>,
    /// When the run began whose requests are sent: this one, or the one that it resumes. What has come to earlier pages since
    /// then is left to the next run.
    pub(super) run_start: Arc<RunStart>,
}

impl<'p> Loading<'p> {
    pub(super) fn new(
        planned: &'p PlannedLoad,
        stats: &Arc<Stats>,
        previous: Option<PreviousState>,
        run_start: &Arc<RunStart>,
    ) -> Self {
        let (filter, watermark) = (IncrementalFilter::default(), Watermark::default());
        let (stats, this_run) = (Arc::clone(stats), Arc::clone(run_start));
        let run_start = Arc::clone(&this_run);
        Self { planned, stats, previous, filter, watermark, shared_until_now: false, this_run, run_start }
    }

    /// The moment at which the run began whose requests are sent.
    pub(super) fn begun(&self) -> Timestamp {
        self.run_start.at()
    }

    /// Starts where the last complete load has ended. With a checkpoint, the requests of its run go on.
    pub(super) fn start(&mut self, client: &Client, checkpoint: Option<&Checkpoint>) -> Result<()> {
        (self.filter, self.watermark) = (IncrementalFilter::default(), Watermark::default());
        self.run_start = match checkpoint.and_then(|saved| saved.begun) {
            Some(begun) => Arc::new(RunStart::new(begun)),
            None => Arc::clone(&self.this_run),
        };
        let def = self.planned.entry.def;
        let Some(incremental) = &def.incremental else { return Ok(()) };
        if let Some(zone) = client.zoned(incremental)?.own_zone() {
            self.run_start = Arc::new(self.run_start.in_zone(zone));
        }
        let begun = RangeStart::after(self.planned, client, &self.run_start, self.previous.as_ref())?;
        (self.filter, self.watermark) = (begun.filter, begun.watermark);
        Ok(())
    }

    /// Whether rows may be missing although the walk has come to its end: keys came again, so that others may have moved to
    /// pages that had been read, and there is no total to compare with. A row that changed during the run comes again, too: where
    /// cursors lead from page to page, it moves no others. Where the newest rows come first, those that came meanwhile make others
    /// come again, and none is missed.
    /// A total of rows or pages that sinks means that rows went, and moved others to pages that had been read.
    pub(super) fn may_have_missed(&self, report: &ResourceReport) -> bool {
        let def = self.planned.entry.def;
        if !leaves_state(self.planned) || def.is_newest_first() {
            return false;
        }
        if report.merged && report.sunken_totals > 0 {
            return true;
        }
        if report.expected.is_some() {
            return false;
        }
        let changed = if report.merged && def.paginator.is_cursor() { report.beyond_start } else { 0 };
        report.repeated_in_walks > changed
    }

    /// What the load leaves for the next one.
    fn state(&self) -> Option<IncrementalState> {
        let def = self.planned.entry.def;
        let incremental = def.incremental.as_ref().filter(|_| leaves_state(self.planned))?;
        let columns = self.filter.previous.columns(&self.watermark, def.identity());
        let (cursor, watermark) = (incremental.cursor.to_owned(), self.watermark.clone());
        Some(IncrementalState { cursor, kind: incremental.kind, watermark, columns })
    }

    /// How many different keys there must be for the load to be complete.
    pub(super) fn required(&self, end: Option<EndReason>, report: &ResourceReport) -> Option<u64> {
        let def = self.planned.entry.def;
        // The rows of several parents or partitions may be the same ones.
        let has_unique_keys = !def.primary_key.is_empty() && !def.has_several_walks();
        let is_partial = end.is_some_and(EndReason::is_early) || def.paginator.may_hide_rows();
        // Each slice has its own total, with the rows that are skipped there.
        let is_sliced = def.sliced().is_some();
        let is_known = !is_sliced || def.paginator.skipped() == 0;
        let is_counted = has_unique_keys && self.planned.table.is_some() && !is_partial && is_known;
        let skipped = if is_sliced { 0 } else { def.paginator.skipped() };
        // The keys of merged rows are counted where these are written, others where they come.
        let unwritten = if report.merged { report.filtered + report.quarantined } else { 0 };
        let left_out = skipped + unwritten;
        report.expected.filter(|_| is_counted).map(|expected| expected.saturating_sub(left_out))
    }

    /// What the end of the load leaves for the next one.
    pub(super) fn end_changes(
        &self,
        active: &mut ActiveLoad,
        end: LoadEnd,
        written: WriteStats,
        report: &ResourceReport,
    ) -> Result<Vec<StateChange>> {
        let state = active.state;
        let mut changes = match end {
            LoadEnd::Interrupted => return Ok(Vec::new()),
            LoadEnd::Incomplete | LoadEnd::Complete => vec![state.remove(CHECKPOINT), state.remove(REFUSED)],
        };
        if let Some(positions) = &mut active.positions {
            let is_kept = end == LoadEnd::Incomplete || report.position_kept;
            changes.extend(if is_kept { positions.forgotten()? } else { positions.completed()? });
        }
        if active.has_table {
            changes.push(state.remove(UNFINISHED));
        }
        if end == LoadEnd::Incomplete {
            changes.push(state.remove(FINISHED));
            return Ok(changes);
        }
        for values in &mut active.parent_values {
            changes.extend(values.changes()?);
            if is_open(self.planned) {
                changes.push(state.of(values.plan.child).put(LINK_SHAPE, values.plan.shape.clone()));
            }
        }
        if let Some(incremental) = self.state().filter(|_| !report.position_kept) {
            let before = self.previous.as_ref().and_then(PreviousState::load);
            let load = active.unfinished.last().max(before).cloned();
            changes.push(state.put_record(INCREMENTAL, &SavedIncremental { state: incremental, load })?);
        }
        if leaves_state(self.planned) {
            // Rows that came in this load do not come again, and have left nothing for these.
            changes.extend(self.planned.unlinked.iter().map(|child| state.of(child).remove(LINK_SHAPE)));
        }
        if let Some(clients) = &mut active.clients
            && clients.complete(disposition(self.planned) == Some(WriteDisposition::Replace))
        {
            changes.push(state.put_clients(clients)?);
        }
        let (fingerprint, counts) = (active.fingerprint.clone(), report.counts());
        let distinct_keys = written.distinct_keys;
        changes.push(
            state.put_record(FINISHED, &FinishedLoad { fingerprint, at: Timestamp::now(), counts, distinct_keys })?,
        );
        Ok(changes)
    }

    /// What is written of a page, which the report then includes.
    pub(super) fn page(&mut self, page: UntypedPage, report: &mut ResourceReport) -> Result<WrittenPage> {
        let UntypedPage { meta, content, parent_values, .. } = page;
        let DecodedPage { rows, bad_rows, positions, facts, .. } = content;
        let def = self.planned.entry.def;
        self.watermark.add(positions.watermark);
        report.without_cursor += positions.missing;
        report.beyond_start += positions.beyond_start;
        if report.pages == 0 {
            report.drift = undeclared_fields(def, &facts.raw);
        }
        report.pages += 1;
        report.rows += facts.row_count;
        report.total_changes += u64::from(meta.total_changed);
        report.sunken_totals += u64::from(meta.total_sank);
        report.repeated += meta.repeated;
        report.repeated_in_walks += meta.repeated;
        report.doubt = report.doubt.or(meta.doubt);
        report.empty_pages += u64::from(meta.is_empty_inner);
        report.quarantined += bad_rows.len() as u64;
        report.filtered += facts.row_count.saturating_sub((rows.len() + bad_rows.len()) as u64);
        // A child without a total makes the sum of all children unknown.
        report.expected = if def.has_several_walks() { meta.total } else { meta.total.or(report.expected) };
        let (counts, total) = (report.counts(), meta.total);
        let checkpoint = meta.resume.map(|resume| {
            let (state, begun) = (self.state(), Some(self.begun()));
            Checkpoint { resume, counts, total, state, begun }
        });
        let PageRows::Batch(batch) = rows else {
            return Err(Error::internal(ErrorKind::Decode, "the rows of a sync are not columns"));
        };
        let links = self.planned.links.iter().map(|plan| plan.links(&batch, &parent_values)).collect::<Result<_>>()?;
        let quarantined = meta.url.map(|url| Quarantined::new(bad_rows, meta.number, url));
        Ok(WrittenPage { batch, links, quarantined, checkpoint })
    }
}

/// What is written of a page.
pub(super) struct WrittenPage {
    pub(super) batch: Batch,
    /// What it leaves for each child.
    pub(super) links: Vec<PageLinks>,
    pub(super) quarantined: Option<Quarantined>,
    /// Where to resume after it, if a load can resume there.
    pub(super) checkpoint: Option<Checkpoint>,
}

/// Whether its range has no end: then the next load starts where this one has ended.
fn is_open(planned: &PlannedLoad) -> bool {
    planned.entry.def.incremental.is_some_and(|incremental| incremental.is_open())
}

/// What happens to the rows that its table has, if there is one.
pub(super) fn disposition(planned: &PlannedLoad) -> Option<WriteDisposition> {
    planned.table.as_ref().map(|table| table.disposition)
}

/// Whether the next load reads only what is new.
pub(super) fn leaves_state(planned: &PlannedLoad) -> bool {
    planned.table.is_some() && is_open(planned)
}

/// The range of a resource, where each row of a parent and each partition has a position of its own in it.
pub(super) fn each_position(planned: &PlannedLoad) -> Option<&'static IncrementalDef> {
    let def = planned.entry.def;
    let each = def.incremental.as_ref().filter(|incremental| incremental.positions == Positions::Each);
    each.filter(|_| leaves_state(planned) && def.has_several_walks())
}

/// The table, where rows are added to what it holds and no key keeps them from being doubled: those of a load that is given
/// up are removed.
pub(super) fn appended(planned: &PlannedLoad) -> Option<&TableSchema> {
    planned.table.as_deref().filter(|table| table.disposition == WriteDisposition::Append)
}
