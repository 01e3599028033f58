//! The load of one resource: from where an interrupted one has come, page by page, to its end.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::SyncBuilder;
use super::children::{ChildPage, ChildReader};
use super::plan::PlannedLoad;
use super::progress::Stage;
use super::reading::{LoadReader, LoadSource};
use super::report::ResourceReport;
use crate::declare::resource::WriteDisposition;
use crate::decode::unknown_fields::undeclared_fields;
use crate::destination::{
    Checkpoint, LoadBegin, LoadMode, LoadOutcome, LoadSpec, LoadStart, PageBatch, Quarantined, WriteStats,
};
use crate::error::{Error, ErrorKind, Result};
use crate::fetch::page_source::PageSource;
use crate::fetch::query::FetchQuery;
use crate::fetch::walk::UntypedPage;
use crate::http::stats::Stats;
use crate::incremental::range;
use crate::incremental::range::Range;
use crate::incremental::watermark::{IncrementalFilter, IncrementalState, PreviousRows, Watermark};
use crate::paginate::EndReason;

/// A transaction holds at most this many pages,
const PAGES_PER_COMMIT: u64 = 10;
/// and is open for at most this long.
const TIME_PER_COMMIT: Duration = Duration::from_secs(1);

/// Whether the load began at its first page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StartMode {
    Fresh,
    Resumed,
}

/// A load that has begun.
struct Loading<'p> {
    part: &'p PlannedLoad,
    stats: Arc<Stats>,
    /// What is new.
    filter: IncrementalFilter,
    /// How far the rows have come.
    watermark: Watermark,
}

impl SyncBuilder<'_> {
    /// Loads one resource. The mode is `Restart` where the rows of its parent have been read anew.
    pub(super) async fn load(
        &mut self,
        part: &PlannedLoad,
        (load_id, mode): (&str, LoadMode),
        stats: &Arc<Stats>,
        report: &mut ResourceReport,
    ) -> Result<StartMode> {
        let mut load = self.load_spec(part, load_id, mode);
        self.loading = true;
        let LoadBegin { start: begun, state, parents_without_value: unasked } =
            self.destination.begin(load.clone()).await?;
        report.parents_without_value = unasked;
        let checkpoint = match begun {
            LoadStart::Fresh => None,
            LoadStart::Resume(checkpoint) => Some(checkpoint),
            LoadStart::AlreadyDone(finished) => {
                self.loading = false;
                (report.rows, report.resumed, report.expected) = (finished.rows, finished.rows, finished.expected);
                (report.filtered, report.quarantined) = (finished.filtered, finished.quarantined);
                report.count_keys(finished.distinct_keys);
                return Ok(StartMode::Resumed);
            }
        };
        self.notify(report, part.entry.def.name, Stage::Reading);
        let mut started = if checkpoint.is_some() { StartMode::Resumed } else { StartMode::Fresh };
        let left = state.filter(|_| mode != LoadMode::Refresh);
        let (mut loading, mut reading) = match Loading::new(part, stats, left.as_deref()) {
            Ok(loading) => {
                let reading = self.read(&loading, checkpoint.as_ref());
                (loading, reading)
            }
            Err(error) => (Loading::empty(part, stats), Err(error)),
        };
        if let Some(saved) = &checkpoint {
            let goes_on = match &mut reading {
                Ok(reading) => reading.can_resume(saved, &mut *self.destination).await,
                Err(_) => false,
            };
            if goes_on {
                (report.rows, report.resumed, report.filtered) = (saved.rows, saved.rows, saved.filtered);
                (report.quarantined, report.expected) = (saved.quarantined, saved.total);
                if let Some(IncrementalState { watermark: newest, .. }) = &saved.state {
                    loading.watermark = newest.clone();
                }
            } else {
                load.mode = LoadMode::Restart;
                started = StartMode::Fresh;
                self.destination.begin(load.clone()).await?;
                reading = self.read(&loading, None);
            }
        }
        let mut result = self.read_all(&mut reading, &mut loading, report).await;
        if reading.as_ref().is_ok_and(LoadReader::has_moved) {
            load.mode = LoadMode::Restart;
            started = StartMode::Fresh;
            self.destination.begin(load).await?;
            (loading, *report) = (Loading::new(part, stats, left.as_deref())?, ResourceReport::new(&report.name));
            report.parents_without_value = unasked;
            reading = self.read(&loading, None);
            result = self.read_all(&mut reading, &mut loading, report).await;
        }
        let (end, skipped, misled) = reading
            .as_ref()
            .map_or((None, 0, 0), |reading| (reading.end(), reading.skipped(), reading.invalid_path_values()));
        report.end = end.filter(|_| result.is_ok());
        report.parents_without_value += misled;
        // Pages that nobody will read are not asked for while the load ends.
        drop(reading);
        self.finish(&loading, result, (end, skipped), report).await.map(|()| started)
    }

    fn load_spec(&self, part: &PlannedLoad, load_id: &str, mode: LoadMode) -> LoadSpec {
        LoadSpec {
            id: load_id.to_owned(),
            source: self.client.def().name,
            resource: part.entry.def.name,
            table: part.table.clone(),
            is_child: part.entry.def.parent.is_some(),
            links: part.links.clone(),
            incremental: is_open(part),
            fingerprint: self.fingerprint(part),
            mode,
        }
    }

    /// Ends the load in the destination, and says whether it is complete.
    async fn finish(
        &mut self,
        loading: &Loading<'_>,
        result: Result<()>,
        (end, skipped): (Option<EndReason>, u64),
        report: &mut ResourceReport,
    ) -> Result<()> {
        let def = loading.part.entry.def;
        // What is known to be short, or to have been led astray, can only be read again from the start.
        let anew = [ErrorKind::Incomplete, ErrorKind::PaginationLoop];
        let interrupted = matches!(&result, Err(error) if !anew.contains(&error.kind()));
        // The rows of several parents may be the same ones.
        let counted = def.write_disposition == WriteDisposition::Merge && def.parent.is_none();
        let counted = counted && loading.part.table.is_some() && end != Some(EndReason::Maximum);
        let left_out = skipped + report.filtered + report.quarantined;
        let required = report.expected.filter(|_| counted).map(|expected| expected.saturating_sub(left_out));
        let outcome = LoadOutcome {
            rows: report.rows,
            filtered: report.filtered,
            quarantined: report.quarantined,
            pages: report.pages,
            expected: report.expected,
            required,
            interrupted,
            error: result.as_ref().err().map(|error| format!("{error:#}")),
            state: loading.state(),
        };
        let written = self.destination.finish(outcome).await;
        self.loading = false;
        if let Ok(WriteStats { inserted, updated, distinct_keys }) = &written {
            (report.inserted, report.updated) = (*inserted, *updated);
            report.distinct_keys = *distinct_keys;
        }
        // The reason for reading no further comes before that for not writing the end.
        let written = result.and(written)?;
        report.count_keys(written.distinct_keys);
        match required {
            Some(required) if written.distinct_keys < required => Err(keys_missing(report, required)),
            _ => Ok(()),
        }
    }

    fn read(&self, loading: &Loading<'_>, from: Option<&Checkpoint>) -> Result<LoadReader> {
        let (entry, stats) = (loading.part.entry, Arc::clone(&loading.stats));
        let since = loading.filter.clone();
        let query =
            FetchQuery { filter: since, for_storage: true, concurrency: self.concurrency, ..FetchQuery::default() };
        let position = from.map(|checkpoint| (checkpoint.position.as_str(), checkpoint.rows));
        let source = if entry.def.parent.is_some() {
            let position = position.map(|(position, _)| position);
            let query = (query, loading.part.parent_fields.clone());
            LoadSource::Family(Box::new(ChildReader::new(&self.client, entry, query, position, stats)?))
        } else {
            LoadSource::One(PageSource::new(&self.client, entry, query, position, stats)?)
        };
        Ok(LoadReader::new(entry.def.name, source))
    }

    /// All pages, if they can be read at all.
    async fn read_all(
        &mut self,
        reading: &mut Result<LoadReader>,
        loading: &mut Loading<'_>,
        report: &mut ResourceReport,
    ) -> Result<()> {
        match reading {
            Ok(reading) => self.write_pages(reading, loading, report).await,
            Err(error) => Err(error.clone()),
        }
    }

    /// Reads and writes until the last page, or the first failure.
    async fn write_pages(
        &mut self,
        reading: &mut LoadReader,
        loading: &mut Loading<'_>,
        report: &mut ResourceReport,
    ) -> Result<()> {
        let mut uncommitted = 0;
        let mut deadline = None;
        loop {
            let next = match deadline {
                None => Ok(reading.next(&mut *self.destination).await),
                Some(deadline) => timeout_at(deadline, reading.next(&mut *self.destination)).await,
            };
            if let Ok(next) = next {
                let Some(ChildPage { page, link }) = next? else {
                    return Ok(());
                };
                let UntypedPage {
                    number,
                    rows,
                    row_count: received,
                    positions: news,
                    total,
                    total_changed,
                    is_empty_inner: is_gap,
                    raw,
                    bad_rows: bad,
                    url,
                    position,
                } = page;
                loading.watermark.add(news.watermark);
                if report.pages == 0 {
                    report.drift = undeclared_fields(loading.part.entry.def, &raw);
                }
                report.pages += 1;
                report.rows += received;
                report.total_changes += u64::from(total_changed);
                report.empty_pages += u64::from(is_gap);
                report.quarantined += bad.len() as u64;
                report.filtered += received.saturating_sub((rows.len() + bad.len()) as u64);
                // One that has not said it of its rows makes the sum of a family unknown.
                report.expected = if reading.is_of_children() { total } else { total.or(report.expected) };
                let behind = position.map(|position| Checkpoint {
                    position,
                    rows: report.rows,
                    filtered: report.filtered,
                    quarantined: report.quarantined,
                    total,
                    state: loading.state(),
                });
                let included = &loading.part.included_fields;
                let included = included.iter().map(|at| link.values.get(*at).cloned().unwrap_or_default()).collect();
                let aside = url.map(|url| Quarantined { rows: bad, page: number, url });
                self.destination
                    .write(PageBatch { rows, included, inherited: link.values, quarantined: aside, checkpoint: behind })
                    .await?;
                self.notify(report, loading.part.entry.def.name, Stage::Reading);
                uncommitted += 1;
                deadline = deadline.or_else(|| Some(Instant::now() + TIME_PER_COMMIT));
            }
            let due = uncommitted >= PAGES_PER_COMMIT || deadline.is_some_and(|deadline| deadline <= Instant::now());
            if due {
                self.destination.commit().await?;
                (uncommitted, deadline) = (0, None);
            }
        }
    }
}

impl<'p> Loading<'p> {
    /// From where the last complete load has left off.
    fn new(part: &'p PlannedLoad, stats: &Arc<Stats>, left: Option<&str>) -> Result<Self> {
        let mut loading = Self::empty(part, stats);
        let def = part.entry.def;
        let Some(incremental) = &def.incremental else { return Ok(loading) };
        // A range with an end is always the same one.
        if let Some(left) = left.filter(|_| incremental.end_value.is_none()) {
            let before = match serde_json::from_str::<IncrementalState>(left) {
                Ok(left) if (left.cursor.as_str(), left.kind) == (incremental.cursor, incremental.kind) => {
                    match PreviousRows::new(&left, def.identity()) {
                        Ok(known) => {
                            (loading.watermark, loading.filter.previous) = (left.watermark, Arc::new(known));
                            None
                        }
                        Err(column) => {
                            Some(format!("the newest rows are known by the column `{column}`, which there is no more"))
                        }
                    }
                }
                Ok(IncrementalState { cursor, .. }) => {
                    Some(format!("the cursor of the runs before was `{cursor}`, now it is `{}`", incremental.cursor))
                }
                Err(_) => Some("where the runs before have come to cannot be read".to_owned()),
            };
            // Rows that are merged may well be read again.
            if let Some(before) = before.filter(|_| def.write_disposition != WriteDisposition::Merge) {
                let message = format!("{before}: rows would be loaded twice");
                return Err(Error::new(ErrorKind::Schema, message)
                    .with_help("sync with `.full_refresh()`, which drops the table and loads it again"));
            }
        }
        let start = loading.watermark.position.clone().map(|newest| range::minus_lag(newest, incremental.lag));
        loading.filter.range = Range::declared(incremental, start)?;
        Ok(loading)
    }

    fn empty(part: &'p PlannedLoad, stats: &Arc<Stats>) -> Self {
        Self { part, stats: Arc::clone(stats), filter: IncrementalFilter::default(), watermark: Watermark::default() }
    }

    /// What the load leaves for the next one.
    fn state(&self) -> Option<IncrementalState> {
        let def = self.part.entry.def;
        let incremental = def.incremental.as_ref().filter(|_| leaves_state(self.part))?;
        let columns = self.filter.previous.columns(&self.watermark, def.identity());
        let (cursor, newest) = (incremental.cursor.to_owned(), self.watermark.clone());
        Some(IncrementalState { cursor, kind: incremental.kind, watermark: newest, columns })
    }
}

/// Whether it is read as far as there are rows: then the next load goes on where this one has come to.
fn is_open(part: &PlannedLoad) -> bool {
    part.entry.def.incremental.is_some_and(|incremental| incremental.end_value.is_none())
}

/// Whether the next load reads only what is new.
fn leaves_state(part: &PlannedLoad) -> bool {
    part.table.is_some() && is_open(part)
}

fn keys_missing(report: &ResourceReport, required: u64) -> Error {
    let message = format!(
        "the API promised {required} rows, {} came, but with only {} different keys",
        report.rows, report.distinct_keys
    );
    Error::new(ErrorKind::Incomplete, message)
        .with_help("run it again: rows may have moved from page to page while they were read; if it stays so, `primary_key` does not identify a row")
}
