//! The load of one resource: from its checkpoint or its first page, page by page, to its end.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::{Instant, timeout_at};

use super::SyncRun;
use super::begin::{ActiveLoad, LoadBegin, LoadMode};
use super::children::ChildReader;
use super::load_reader::{LoadReader, LoadSource};
use super::parent_values::{PageLinks, ParentValuesReader};
use super::plan::PlannedLoad;
use super::progress::Stage;
use super::report::ResourceReport;
use super::saved::{
    CHECKPOINT, Checkpoint, FINISHED, FinishedLoad, INCREMENTAL, LINK_SHAPE, PreviousState, ResourceState,
    SavedIncremental, UNFINISHED,
};
use crate::decode::unknown_fields::undeclared_fields;
use crate::decode::{DecodedPage, PageRows};
use crate::destination::{LoadEnd, LoadOutcome, Quarantined, StateChange, WriteStats};
use crate::error::{Error, ErrorKind, Result};
use crate::fetch::page::UntypedPage;
use crate::fetch::page_source;
use crate::fetch::query::FetchQuery;
use crate::http::stats::Stats;
use crate::incremental::range::{self, Range};
use crate::incremental::watermark::{IncrementalFilter, IncrementalState, PreviousRows, Watermark};
use crate::paginate::EndReason;
use crate::schema::batch::Batch;
use crate::schema::table::WriteDisposition;

/// A transaction is open for at most this long.
const TIME_PER_COMMIT: Duration = Duration::from_secs(1);

/// Whether the load began at its first page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StartMode {
    Fresh,
    Resumed,
}

/// A load that has begun.
struct Loading<'p> {
    planned: &'p PlannedLoad,
    stats: Arc<Stats>,
    /// What the last complete load has left.
    previous: Option<PreviousState>,
    /// Which rows are new.
    filter: IncrementalFilter,
    /// How new the rows are so far.
    watermark: Watermark,
}

impl SyncRun<'_> {
    /// Loads one resource. The mode is `Restart` where the rows of its parent have been read again.
    pub(super) async fn load(
        &mut self,
        planned: &PlannedLoad,
        mode: LoadMode,
        stats: &Arc<Stats>,
        report: &mut ResourceReport,
    ) -> Result<StartMode> {
        let (checkpoint, previous) = match self.begin(planned, mode).await? {
            LoadBegin::Reading { checkpoint, previous } => (checkpoint, previous),
            LoadBegin::AlreadyDone(finished) => {
                let values = self.parent_values(planned).await?;
                report.parents_without_value = values.without_value();
                report.resume(finished.counts);
                report.count_keys(finished.distinct_keys);
                return Ok(StartMode::Resumed);
            }
        };
        self.notify(report, planned.entry.def.name, Stage::Reading);
        let mut loading = Loading::new(planned, stats, previous);
        let mut reader = self.open(&mut loading, checkpoint.as_ref()).await;
        let mut started = StartMode::Fresh;
        if let Some(saved) = &checkpoint {
            let can_resume = match &mut reader {
                Ok(reader) => reader.can_resume(saved, &mut *self.destination).await,
                Err(_) => false,
            };
            if can_resume {
                started = StartMode::Resumed;
                report.resume(saved.counts);
                if let Some(state) = &saved.state {
                    loading.watermark = state.watermark.clone();
                }
            } else {
                reader = self.restart(&mut loading).await?;
            }
        }
        let mut result = self.write_pages(&mut reader, &mut loading, report).await;
        if reader.as_ref().is_ok_and(LoadReader::has_moved) {
            started = StartMode::Fresh;
            *report = ResourceReport::new(&report.name);
            reader = self.restart(&mut loading).await?;
            result = self.write_pages(&mut reader, &mut loading, report).await;
        }
        let end = reader.as_ref().ok().and_then(LoadReader::end);
        report.end = end.filter(|_| result.is_ok());
        report.parents_without_value = reader.as_ref().map_or(0, LoadReader::parents_without_value);
        // Prefetched pages are dropped before the load ends.
        drop(reader);
        self.finish(&loading, result, end, report).await.map(|()| started)
    }

    /// Begins the load again, at its first page. The inner result is that of the reader, with which the load goes on to its end.
    async fn restart(&mut self, loading: &mut Loading<'_>) -> Result<Result<LoadReader>> {
        if let LoadBegin::Reading { previous, .. } = self.begin(loading.planned, LoadMode::Restart).await? {
            loading.previous = previous;
        }
        Ok(self.open(loading, None).await)
    }

    /// Ends the load in the destination, and checks that it is complete.
    async fn finish(
        &mut self,
        loading: &Loading<'_>,
        mut result: Result<()>,
        end: Option<EndReason>,
        report: &mut ResourceReport,
    ) -> Result<()> {
        // Where rows are missing, or pages repeat, the load can only start again.
        let restarts = [ErrorKind::Incomplete, ErrorKind::PaginationLoop];
        let mut ended = match &result {
            Ok(()) => LoadEnd::Complete,
            Err(error) if restarts.contains(&error.kind()) => LoadEnd::Incomplete,
            Err(_) => LoadEnd::Interrupted,
        };
        // Pages that were written before a failure are committed. After a page that could not be written, there is no
        // checkpoint.
        if ended == LoadEnd::Interrupted {
            let committed = self.commit().await;
            result = result.and(committed);
        }
        let mut stats = WriteStats::default();
        if ended != LoadEnd::Interrupted {
            match self.destination.flush().await {
                Ok(flushed) => stats = flushed,
                Err(error) => (result, ended) = (result.and(Err(error)), LoadEnd::Interrupted),
            }
        }
        if let (Ok(()), Some(distinct), Some(required)) = (&result, stats.distinct_keys, loading.required(end, report))
            && distinct < required
        {
            ended = LoadEnd::Incomplete;
            report.count_keys(distinct);
            result = Err(keys_missing(report, required));
        }
        let Some(mut active) = self.active.take() else { return result };
        let changes = loading.end_changes(&mut active, ended, stats, report);
        let error = result.as_ref().err().map(|error| format!("{error:#}"));
        let outcome = LoadOutcome::new(ended, report.rows, report.pages, report.expected, error);
        let written = match changes {
            Ok(changes) => self.destination.finish(outcome, changes).await,
            Err(error) => Err(error),
        };
        if let Ok(stats) = &written {
            (report.inserted, report.updated) = (stats.inserted.unwrap_or(0), stats.updated.unwrap_or(0));
            report.count_keys(stats.distinct_keys.unwrap_or(report.rows));
        }
        // An error of reading precedes one of writing the end.
        result.and(written).map(drop)
    }

    /// Commits what was written, if a load can resume after it.
    async fn commit(&mut self) -> Result<()> {
        let Some(active) = &mut self.active else { return Ok(()) };
        match active.checkpoint_changes()? {
            Some(changes) => self.destination.commit(changes).await,
            None => Ok(()),
        }
    }

    /// Writes a page.
    async fn write(&mut self, page: WrittenPage) -> Result<()> {
        let WrittenPage { batch, links, quarantined, checkpoint } = page;
        let Some(active) = &mut self.active else {
            return Err(Error::internal(ErrorKind::Destination, "a page came before the load had begun"));
        };
        // Where the sync is dropped meanwhile, nobody can say whether the page is written: no checkpoint is for that.
        active.checkpoint = None;
        if active.has_table {
            self.destination.write(batch).await?;
        }
        if let Some(quarantined) = quarantined {
            self.destination.quarantine(quarantined).await?;
        }
        for (writer, links) in active.parent_values.iter_mut().zip(links) {
            writer.add(links)?;
        }
        active.checkpoint = checkpoint;
        Ok(())
    }

    /// What the rows of its parent have left for a resource.
    async fn parent_values(&mut self, planned: &PlannedLoad) -> Result<ParentValuesReader> {
        let (saved, lease) = (self.state(planned.entry.def.name), self.lease(planned.entry.def.name));
        ParentValuesReader::open(&mut *self.destination, saved, lease).await
    }

    /// Starts to read: after the checkpoint, or at the first page.
    async fn open(&mut self, loading: &mut Loading<'_>, checkpoint: Option<&Checkpoint>) -> Result<LoadReader> {
        loading.start()?;
        let (planned, stats) = (loading.planned, Arc::clone(&loading.stats));
        let (entry, filter) = (planned.entry, loading.filter.clone());
        let mut query = FetchQuery { filter, concurrency: self.concurrency, reported: true, ..FetchQuery::default() };
        let source = if entry.def.parent.is_some() {
            let values = self.parent_values(planned).await?;
            let resume = checkpoint.map(|saved| &saved.resume);
            LoadSource::Children(Box::new(ChildReader::new(&self.client, planned, query, values, resume, stats)?))
        } else {
            query.batch = Some(planned.batch_plan(&[])?);
            let resume = checkpoint.map(|saved| (&saved.resume, saved.counts.rows));
            LoadSource::One(page_source::open(&self.client, entry, query, resume, stats)?)
        };
        Ok(LoadReader::new(source))
    }

    /// Reads and writes until the last page, or the first failure.
    async fn write_pages(
        &mut self,
        reader: &mut Result<LoadReader>,
        loading: &mut Loading<'_>,
        report: &mut ResourceReport,
    ) -> Result<()> {
        let reader = reader.as_mut().map_err(|error| error.clone())?;
        let mut uncommitted = 0;
        let mut deadline = None;
        loop {
            let next = match deadline {
                None => Ok(reader.next(&mut *self.destination).await),
                Some(deadline) => timeout_at(deadline, reader.next(&mut *self.destination)).await,
            };
            if let Ok(next) = next {
                let Some(page) = next? else {
                    return Ok(());
                };
                let page = loading.page(page, report)?;
                self.write(page).await?;
                self.notify(report, loading.planned.entry.def.name, Stage::Reading);
                uncommitted += 1;
                deadline = deadline.or_else(|| Some(Instant::now() + TIME_PER_COMMIT));
            }
            let is_late = deadline.is_some_and(|deadline| deadline <= Instant::now());
            if is_late || uncommitted >= self.pages_per_commit {
                self.commit().await?;
                (uncommitted, deadline) = (0, None);
            }
        }
    }
}

impl<'p> Loading<'p> {
    fn new(planned: &'p PlannedLoad, stats: &Arc<Stats>, previous: Option<PreviousState>) -> Self {
        let (filter, watermark) = (IncrementalFilter::default(), Watermark::default());
        Self { planned, stats: Arc::clone(stats), previous, filter, watermark }
    }

    /// Starts where the last complete load has ended.
    fn start(&mut self) -> Result<()> {
        (self.filter, self.watermark) = (IncrementalFilter::default(), Watermark::default());
        let def = self.planned.entry.def;
        let Some(incremental) = &def.incremental else { return Ok(()) };
        // A range with an end is always the same one.
        if let Some(previous) = self.previous.as_ref().filter(|_| incremental.end_value.is_none()) {
            let problem = match previous {
                PreviousState::Incremental { state, .. }
                    if (state.cursor.as_str(), state.kind) == (incremental.cursor, incremental.kind) =>
                {
                    match PreviousRows::new(state, def.identity()) {
                        Ok(rows) => {
                            (self.watermark, self.filter.previous) = (state.watermark.clone(), Arc::new(rows));
                            None
                        }
                        Err(column) => {
                            Some(format!("the saved state identifies rows by `{column}`, which no longer exists"))
                        }
                    }
                }
                PreviousState::Incremental { state: IncrementalState { cursor, .. }, .. } => {
                    Some(format!("the cursor of earlier runs was `{cursor}`, now it is `{}`", incremental.cursor))
                }
                PreviousState::Unreadable => Some("the saved incremental state cannot be read".to_owned()),
            };
            // Rows that are merged can be read again.
            if let Some(problem) = problem.filter(|_| def.write_disposition != WriteDisposition::Merge) {
                let message = format!("{problem}: rows would be loaded twice");
                return Err(Error::new(ErrorKind::Schema, message)
                    .with_help("sync with `.full_refresh()`, which drops the table and loads it again"));
            }
        }
        let start = self.watermark.position.clone().map(|newest| range::minus_lag(newest, incremental.lag));
        self.filter.range = Range::declared(incremental, start)?;
        Ok(())
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
    fn required(&self, end: Option<EndReason>, report: &ResourceReport) -> Option<u64> {
        let def = self.planned.entry.def;
        // The rows of several parents may be the same ones.
        let has_unique_keys = def.write_disposition == WriteDisposition::Merge && def.parent.is_none();
        let is_counted = has_unique_keys && self.planned.table.is_some() && end != Some(EndReason::Maximum);
        // Each slice of a windowed resource has its own total.
        let skipped = if def.windowed().is_some() { 0 } else { def.paginator.skipped() };
        let left_out = skipped + report.filtered + report.quarantined;
        report.expected.filter(|_| is_counted).map(|expected| expected.saturating_sub(left_out))
    }

    /// What the end of the load leaves for the next one.
    fn end_changes(
        &self,
        active: &mut ActiveLoad,
        end: LoadEnd,
        written: WriteStats,
        report: &ResourceReport,
    ) -> Result<Vec<StateChange>> {
        let state = active.state;
        let mut changes = match end {
            LoadEnd::Interrupted => return Ok(Vec::new()),
            LoadEnd::Incomplete | LoadEnd::Complete => vec![state.remove(CHECKPOINT)],
        };
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
                let child = ResourceState { resource: values.plan.child, ..state };
                changes.push(child.put(LINK_SHAPE, values.plan.shape.clone()));
            }
        }
        if let Some(incremental) = self.state() {
            let before = self.previous.as_ref().and_then(PreviousState::load);
            let load = active.unfinished.last().max(before).cloned();
            changes.push(state.put_record(INCREMENTAL, &SavedIncremental { state: incremental, load })?);
        }
        if leaves_state(self.planned) {
            // Rows that came in this load do not come again, and have left nothing for these.
            let unlinked = self.planned.unlinked.iter().map(|child| ResourceState { resource: child, ..state });
            changes.extend(unlinked.map(|child| child.remove(LINK_SHAPE)));
        }
        let (fingerprint, counts) = (active.fingerprint.clone(), report.counts());
        let distinct_keys = written.distinct_keys.unwrap_or(report.rows);
        changes.push(
            state.put_record(FINISHED, &FinishedLoad { fingerprint, at: Timestamp::now(), counts, distinct_keys })?,
        );
        Ok(changes)
    }

    /// What is written of a page, which the report then includes.
    fn page(&mut self, page: UntypedPage, report: &mut ResourceReport) -> Result<WrittenPage> {
        let UntypedPage { meta, content, parent_values, .. } = page;
        let DecodedPage { rows, bad_rows, positions, facts } = content;
        let def = self.planned.entry.def;
        self.watermark.add(positions.watermark);
        if report.pages == 0 {
            report.drift = undeclared_fields(def, &facts.raw);
        }
        report.pages += 1;
        report.rows += facts.row_count;
        report.total_changes += u64::from(meta.total_changed);
        report.empty_pages += u64::from(meta.is_empty_inner);
        report.quarantined += bad_rows.len() as u64;
        report.filtered += facts.row_count.saturating_sub((rows.len() + bad_rows.len()) as u64);
        // A child without a total makes the sum of all children unknown.
        report.expected = if def.parent.is_some() { meta.total } else { meta.total.or(report.expected) };
        let (counts, total) = (report.counts(), meta.total);
        let checkpoint = meta.resume.map(|resume| Checkpoint { resume, counts, total, state: self.state() });
        let PageRows::Batch(batch) = rows else {
            return Err(Error::internal(ErrorKind::Decode, "the rows of a sync are not columns"));
        };
        let links = self.planned.links.iter().map(|plan| plan.links(&batch, &parent_values)).collect::<Result<_>>()?;
        let quarantined = meta.url.map(|url| Quarantined::new(bad_rows, meta.number, url));
        Ok(WrittenPage { batch, links, quarantined, checkpoint })
    }
}

/// What is written of a page.
struct WrittenPage {
    batch: Batch,
    /// What it leaves for each child.
    links: Vec<PageLinks>,
    quarantined: Option<Quarantined>,
    /// Where to resume after it, if a load can resume there.
    checkpoint: Option<Checkpoint>,
}

/// Whether its range has no end: then the next load starts where this one has ended.
fn is_open(planned: &PlannedLoad) -> bool {
    planned.entry.def.incremental.is_some_and(|incremental| incremental.end_value.is_none())
}

/// Whether the next load reads only what is new.
pub(super) fn leaves_state(planned: &PlannedLoad) -> bool {
    planned.table.is_some() && is_open(planned)
}

fn keys_missing(report: &ResourceReport, required: u64) -> Error {
    let message = format!(
        "the API promised {required} rows, {} came, with only {} distinct keys",
        report.rows, report.distinct_keys
    );
    Error::new(ErrorKind::Incomplete, message)
        .with_help("run it again: rows may have moved from page to page while they were read; if the error remains, `primary_key` does not identify a row")
}
