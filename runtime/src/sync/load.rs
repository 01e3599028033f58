//! The load of one resource: from its checkpoint or its first page, page by page, to its end.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::SyncRun;
use super::begin::{LoadBegin, LoadMode};
use super::children::ChildReader;
use super::deleted::{Walked, treats_deleted};
use super::load_reader::{self, KnownTotal, LoadReader, LoadSource, ResumeFault};
use super::loading::{Loading, WrittenPage, appended, disposition};
use super::parent_values::ParentValuesReader;
use super::plan::PlannedLoad;
use super::progress::Stage;
use super::report::ResourceReport;
use super::request_values::RequestValues;
use super::resume::Abandoned;
use super::saved::{Checkpoint, REFUSED};
use crate::destination::{LoadEnd, LoadOutcome, WriteStats};
use crate::error::{Error, ErrorKind, Result};
use crate::fetch::combinations::Combinations;
use crate::fetch::page_source;
use crate::fetch::query::FetchQuery;
use crate::http::stats::Stats;
use crate::schema::table::WriteDisposition;

/// A transaction is open for at most this long.
const TIME_PER_COMMIT: Duration = Duration::from_secs(1);

/// Whether the load began at its first page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StartMode {
    Fresh,
    Resumed,
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
        let (checkpoint, refused, previous) = match self.begin(planned, mode).await? {
            LoadBegin::Reading { checkpoint, refused, previous, abandoned, other_clients } => {
                report.other_clients = other_clients;
                if let Some(Abandoned { why, counts }) = abandoned {
                    report.abandon(why, counts, appended(planned).is_some());
                }
                (checkpoint, refused, previous)
            }
            LoadBegin::AlreadyDone(finished) => {
                let values = self.parent_values(planned).await?;
                report.parents_without_value = values.without_value();
                report.resume(finished.counts);
                report.count_keys(finished.distinct_keys);
                return Ok(StartMode::Resumed);
            }
        };
        self.notify(report, planned.entry.def.name, Stage::Reading);
        let mut loading = Loading::new(planned, stats, previous, &self.run_start);
        if let Some(error) = self.unreachable() {
            if let Some(saved) = &checkpoint {
                report.resume(saved.counts);
            }
            let walked = Walked { end: None, is_fresh: false, is_cut: true };
            return self.finish(&loading, Err(error), &walked, report).await.map(|()| StartMode::Fresh);
        }
        let mut reader = self.open(&mut loading, checkpoint.as_ref()).await;
        let mut started = StartMode::Fresh;
        if let Some(saved) = &checkpoint {
            started = StartMode::Resumed;
            report.resume(saved.counts);
            if let Some(state) = &saved.state {
                loading.watermark = state.watermark.clone();
            }
        }
        let mut result = self.write_pages(&mut reader, &mut loading, report).await;
        let mut is_refused = false;
        if let Some(saved) = &checkpoint {
            let fault = match &reader {
                Ok(reader) => reader.fault().cloned(),
                Err(error) => Some(ResumeFault::Gone(error.message().to_owned())),
            };
            let gone = match fault {
                None => None,
                Some(ResumeFault::Gone(why)) => Some(why),
                // Where the first page is refused as well, it is not about the place.
                Some(ResumeFault::Refused) if refused && !self.is_first_refused(&mut loading).await => {
                    let why = result.as_ref().err().map_or("", Error::message);
                    Some(format!("the API has refused its saved place in two runs: {why}"))
                }
                Some(ResumeFault::Refused) => {
                    is_refused = true;
                    result = result.map_err(|error| refused_place(error, saved));
                    None
                }
            };
            if let Some(why) = gone {
                started = StartMode::Fresh;
                let other_clients = report.other_clients;
                *report = ResourceReport { other_clients, ..ResourceReport::new(planned.entry.def) };
                report.abandon(why, saved.counts, appended(planned).is_some());
                reader = self.restart(&mut loading).await?;
                result = self.write_pages(&mut reader, &mut loading, report).await;
            }
        }
        report.shared_until_now = loading.shared_until_now;
        let end = reader.as_ref().ok().and_then(LoadReader::end);
        report.end = end.filter(|_| result.is_ok());
        if let Ok(reader) = &reader {
            let (without, bad) = reader.skipped_parents();
            (report.parents_without_value, report.parents_with_bad_value) = (without + bad, bad);
            if result.is_ok() {
                report.expected = reader.promised(report.expected);
            }
        }
        let is_cut = reader.as_ref().is_ok_and(LoadReader::is_cut);
        let walked = Walked { end, is_fresh: started == StartMode::Fresh, is_cut };
        // Prefetched pages are dropped before the load ends.
        drop(reader);
        let result = self.finish(&loading, result, &walked, report).await;
        if result.is_err() && is_refused != (refused && started == StartMode::Resumed) {
            let noted = self.note_refused(planned, is_refused).await;
            return result.and(noted).map(|()| started);
        }
        result.map(|()| started)
    }

    /// The error of a resource that is read after the server could not be reached for another one.
    fn unreachable(&self) -> Option<Error> {
        let (resource, error) = self.unreachable.as_ref()?;
        let message = format!("not read: the server could not be reached for `{resource}`: {}", error.message());
        let same = Error::new(error.kind(), message).retryable(error.is_retryable());
        Some(same.with_help("run it again when the server can be reached"))
    }

    /// Whether the API refuses the first page.
    async fn is_first_refused(&mut self, loading: &mut Loading<'_>) -> bool {
        let first = match self.open(loading, None).await {
            Ok(mut reader) => reader.next(&mut *self.destination).await.map(drop),
            Err(error) => Err(error),
        };
        first.is_err_and(|error| matches!(load_reader::fault(&error), Some(ResumeFault::Refused)))
    }

    /// Keeps for the next run whether the API has refused the place where the load resumes.
    async fn note_refused(&mut self, planned: &PlannedLoad, is_refused: bool) -> Result<()> {
        let (state, lease) = (self.state(planned.entry.def.name), self.lease(planned.entry.def.name));
        let change = if is_refused { state.put(REFUSED, "true".to_owned()) } else { state.remove(REFUSED) };
        self.destination.write_state(&[lease], &[change]).await
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
        walked: &Walked,
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
        report.quarantined += stats.quarantined.unwrap_or(0);
        report.count_keys(stats.distinct_keys);
        if result.is_ok()
            && let Some(required) = loading.required(walked.end, report)
            && report.distinct_keys < required
        {
            ended = LoadEnd::Incomplete;
            result = Err(keys_missing(report, required));
        }
        if result.is_ok() && loading.may_have_missed(report) {
            // What is read again is merged; appended, it would be doubled.
            if report.merged {
                report.position_kept = true;
            } else {
                ended = LoadEnd::Incomplete;
                result = Err(keys_repeated(report));
            }
        }
        let is_whole = ended == LoadEnd::Complete && self.is_whole(loading.planned, walked, report);
        let Some(mut active) = self.active.take() else { return result };
        let changes = loading.end_changes(&mut active, ended, stats, report);
        let error = result.as_ref().err().map(|error| format!("{error:#}"));
        let outcome = LoadOutcome::new(ended, report.rows, report.pages, report.expected, error);
        let outcome = outcome.with_whole(is_whole);
        let written = match changes {
            Ok(changes) => self.destination.finish(outcome, changes).await,
            Err(error) => Err(error),
        };
        if let Ok(stats) = &written {
            (report.inserted, report.updated) = (stats.inserted.unwrap_or(0), stats.updated.unwrap_or(0));
            report.lists_updated = stats.lists_updated.unwrap_or(0);
            report.deleted = stats.deleted.unwrap_or(0);
            report.count_keys(stats.distinct_keys);
            match disposition(loading.planned) {
                Some(WriteDisposition::Append) if ended == LoadEnd::Incomplete => {
                    report.inserted = 0;
                    report.taken_back += report.counts().written();
                }
                // They are in no table that anybody reads.
                Some(WriteDisposition::Replace) if ended != LoadEnd::Complete => report.inserted = 0,
                _ => {}
            }
        }
        // An error of reading precedes one of writing the end.
        result.and(written).map(drop)
    }

    /// Whether all rows came, so that others are gone, where that matters: for its own table, or for the children of its rows.
    fn is_whole(&mut self, planned: &PlannedLoad, walked: &Walked, report: &mut ResourceReport) -> bool {
        let mut reason = self.why_not_whole(planned, walked, report);
        if reason.is_none() {
            self.whole.push(planned.entry.def.name);
        }
        if !treats_deleted(planned) {
            return false;
        }
        if reason.is_none() && report.other_clients.is_some() {
            reason = Some("the table has rows that were read with other params of the client");
        }
        report.not_deleted = reason;
        reason.is_none()
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
        loading.start(&self.client, checkpoint)?;
        let (planned, stats) = (loading.planned, Arc::clone(&loading.stats));
        let (entry, filter) = (planned.entry, loading.filter.clone());
        let mut query = FetchQuery {
            filter,
            concurrency: self.concurrency,
            reported: true,
            begun: Some(loading.begun()),
            ..FetchQuery::default()
        };
        let source = if entry.def.has_several_walks() {
            let combinations = Combinations::new(&self.client, entry.def, &query);
            let combinations = combinations.map_err(|error| error.in_resource(entry.def.name))?;
            let parents = match entry.def.parent {
                Some(_) => Some(self.parent_values(planned).await?),
                None => None,
            };
            let values = RequestValues::new(parents, combinations);
            let resume = checkpoint.map(|saved| &saved.resume);
            let positions = self.link_starts(loading).await?;
            loading.shared_until_now = positions.as_ref().is_some_and(|positions| positions.shared_until_now);
            let reader = ChildReader::new(&self.client, planned, query, values, resume, stats)?;
            LoadSource::Children(Box::new(reader.with_starts(positions)))
        } else {
            query.batch = Some(planned.batch_plan(&[], Vec::new())?);
            let resume = checkpoint.map(|saved| (&saved.resume, saved.counts.rows));
            LoadSource::One(page_source::open(&self.client, entry, query, resume, stats)?)
        };
        Ok(LoadReader::new(source, checkpoint.map(|saved| KnownTotal(saved.total))))
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
                let (next, ended) = (next?, reader.ended_links());
                let Some(page) = next else {
                    self.links_ended(ended);
                    return Ok(());
                };
                let page = loading.page(page, report)?;
                self.write(page).await?;
                self.links_ended(ended);
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

/// The API refuses the place where the load resumes.
fn refused_place(error: Error, saved: &Checkpoint) -> Error {
    let rows = saved.counts.rows;
    let place = saved.resume.place().map(|place| format!(" {place}")).unwrap_or_default();
    let help = error.help().map(|help| format!("{help}; ")).unwrap_or_default();
    let message =
        format!("this is the saved place{place}, where a load that was interrupted after {rows} rows resumes");
    error.appending(&message).with_help(format!(
        "{help}run it again: if the API refuses the saved place once more, but not the first page, the load starts there"
    ))
}

fn keys_repeated(report: &ResourceReport) -> Error {
    let (rows, repeated) = (report.rows, report.repeated);
    let message = format!(
        "{repeated} of the {rows} rows have the key and the cursor of an earlier one, and the API gave no total: others may be missing"
    );
    Error::new(ErrorKind::Incomplete, message).with_help(
        "have the API sort by something unique; where it sends rows twice by habit, declare `write_disposition = merge`",
    )
}

fn keys_missing(report: &ResourceReport, required: u64) -> Error {
    let message = format!(
        "the API promised {required} rows, {} came, with only {} distinct keys",
        report.rows, report.distinct_keys
    );
    Error::new(ErrorKind::Incomplete, message)
        .with_help("run it again: rows may have moved from page to page while they were read; if the error remains, `primary_key` does not identify a row")
}
