//! A sync that runs: one resource after the other, parents before their children, then the end of all of them.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use tokio::time::Instant;
use tracing::Instrument as _;

use super::begin::{ActiveLoad, LoadMode};
use super::clients::Family;
use super::load::StartMode;
use super::parent_values;
use super::plan::PlannedLoad;
use super::progress::{Progress, Stage};
use super::report::{LeftOut, ResourceReport, SyncReport};
use super::resume::Abandoned;
use super::saved::FINISHED;
use crate::client::Client;
use crate::client::resource_entry::ResourceEntry;
use crate::destination::{Destination, LoadId};
use crate::error::{Error, Result};
use crate::http::stats::Stats;
use crate::incremental::run_start::RunStart;

/// Called back when a resource begins, after each page and at its end.
pub(super) type Callback = dyn Fn(&Progress) + Send + Sync;

/// A sync that runs.
pub(super) struct SyncRun<'d> {
    pub(super) client: Client,
    pub(super) destination: Box<dyn Destination + 'd>,
    pub(super) full_refresh: bool,
    pub(super) concurrency: Option<usize>,
    pub(super) pages_per_commit: u64,
    pub(super) progress: Option<Box<Callback>>,
    pub(super) load_id: LoadId,
    /// When it began.
    pub(super) run_start: Arc<RunStart>,
    /// The load that has begun and not ended.
    pub(super) active: Option<ActiveLoad>,
    /// The resources whose rows do not all come again.
    pub(super) only_new: Vec<&'static str>,
    /// The children that an interrupted sync had begun, and whose parents are read again.
    pub(super) abandoned: Vec<(&'static str, Abandoned)>,
    /// The resource for which the server could not be reached, whatever was requested, and the error: it is waited for once.
    pub(super) unreachable: Option<(&'static str, Error)>,
    /// The resources of which this run has read all rows that there are.
    pub(super) whole: Vec<&'static str>,
    /// Whose state is read and written.
    pub(super) families: Vec<Family>,
}

/// A sync that is dropped during a load keeps the pages that were written.
impl Drop for SyncRun<'_> {
    fn drop(&mut self) {
        if let Some(mut active) = self.active.take() {
            self.destination.cancel(active.checkpoint_changes().ok().flatten());
        }
    }
}

impl SyncRun<'_> {
    pub(super) async fn run(mut self, loads: &[PlannedLoad], left_out: Vec<LeftOut>) -> Result<SyncReport> {
        let started = Instant::now();
        let all = self.client.def().resources;
        let mut done: Vec<LoadedResource> = Vec::new();
        for planned in loads {
            let parent = planned.entry.def.parent.map(|parent| parent.resource);
            let parent = done.iter().find(|done| Some(done.report.name.as_str()) == parent);
            let loaded = match parent {
                Some(LoadedResource { report: ResourceReport { name, error: Some(error), .. }, .. }) => {
                    parent_failed_report(planned, name, error)
                }
                parent => {
                    let parent_is_fresh = parent.is_some_and(|parent| parent.started == StartMode::Fresh);
                    let mode = match (self.full_refresh && planned.table.is_some(), parent_is_fresh) {
                        (true, _) => LoadMode::Refresh,
                        (false, true) => LoadMode::Restart,
                        (false, false) => LoadMode::Resume,
                    };
                    self.load_resource(planned, mode).instrument(planned.entry.def.span()).await
                }
            };
            done.push(loaded);
        }
        let resumable = resumable(all, &done);
        // One that is read for its children only is worth a line only if it has failed.
        let reported = done.into_iter().filter(|done| done.stored || done.report.error.is_some());
        let mut resources: Vec<_> = reported.map(|done| done.report).collect();
        // In the order of the declaration, wherever the parents are declared.
        resources.sort_by_key(|report| all.iter().position(|entry| entry.def.name == report.name));
        // Until this has happened, the next sync skips what was finished.
        let ended = self.release(&resumable).await;
        let report = SyncReport { load_id: self.load_id.to_string(), elapsed: started.elapsed(), resources, left_out };
        let failed: Vec<_> = report.resources.iter().filter_map(|resource| resource.error.as_ref()).collect();
        match failed.split_first() {
            None => match ended {
                Ok(()) => Ok(report),
                Err(error) => Err(error.with_attachment(report)),
            },
            Some((first, [])) => Err((*first).clone().with_attachment(report)),
            Some((first, others)) => {
                let names: Vec<_> = others.iter().filter_map(|error| error.resource()).collect();
                let error = (*first).clone().appending(&format!("also failed: {}", names.join(", ")));
                Err(error.with_attachment(report))
            }
        }
    }

    /// Ends the sync: the next one reads again what was finished, by this one or by one that was interrupted, except the
    /// `resumable` resources. Finished children no longer need the values of their parents' rows.
    ///
    /// One change, and the last thing that a sync does: a sync that has returned has ended, one that was killed has not.
    async fn release(&mut self, resumable: &[&str]) -> Result<()> {
        let all = self.client.def().resources;
        let mut lost = Ok(());
        // Each try finds at least one resource more that another sync has taken over, and the last one none.
        for _ in 0..=all.len() {
            let (mut held, mut changes) = (Vec::new(), Vec::new());
            for entry in all {
                self.family(*entry).await?;
                let (state, lease) = (self.state(entry.def.name), self.lease(entry.def.name));
                let destination = &mut *self.destination;
                let is_held = lease.check(destination.read_state(&lease.key).await?.as_deref()).is_ok();
                // What another sync has taken over is for that one; a resource without a parent is just read again.
                let is_forgotten = (is_held || entry.def.parent.is_none()) && !resumable.contains(&entry.def.name);
                if is_forgotten && state.text(destination, FINISHED).await?.is_some() {
                    changes.push(state.remove(FINISHED));
                    if entry.def.parent.is_some() {
                        changes.extend(parent_values::emptied(destination, state).await?);
                    }
                }
                if is_held {
                    changes.push(lease.released());
                    held.push(lease);
                }
            }
            match self.destination.write_state(&held, &changes).await {
                Err(error) if error.is_lease_lost() => lost = Err(error),
                ended => return ended,
            }
        }
        lost
    }

    async fn load_resource(&mut self, planned: &PlannedLoad, mode: LoadMode) -> LoadedResource {
        let (begin, name) = (Instant::now(), planned.entry.def.name);
        let stats = Arc::new(Stats::default());
        let mut report = ResourceReport::new(planned.entry.def);
        let result = self.load(planned, mode, &stats, &mut report).await;
        report.requests = stats.requests.load(Relaxed);
        report.retries = stats.retries.load(Relaxed);
        report.waited = stats.waited();
        report.waits = stats.waits();
        report.bytes = stats.bytes.load(Relaxed);
        report.ignored = stats.ignored.load(Relaxed);
        report.elapsed = begin.elapsed();
        let (started, error) = match result {
            Ok(started) => (started, None),
            Err(error) => (StartMode::Fresh, Some(error.in_resource(name))),
        };
        match &error {
            None => {
                tracing::info!(rows = report.rows, inserted = report.inserted, updated = report.updated, "complete");
            }
            Some(error) => {
                tracing::error!(%error, "failed");
                // A link may have led elsewhere.
                if error.is_unreachable() && error.url().is_some_and(|url| self.client.is_at_base(url)) {
                    self.unreachable.get_or_insert_with(|| (name, error.clone()));
                }
            }
        }
        report.error = error;
        self.notify(&report, name, if report.error.is_some() { Stage::Failed } else { Stage::Complete });
        LoadedResource { entry: planned.entry, started, stored: planned.table.is_some(), report }
    }

    pub(super) fn notify(&self, report: &ResourceReport, resource: &'static str, stage: Stage) {
        if let Some(callback) = &self.progress {
            callback(&Progress { resource, rows: report.rows, expected: report.expected, pages: report.pages, stage });
        }
    }
}

/// A resource that was read.
struct LoadedResource {
    entry: ResourceEntry,
    started: StartMode,
    /// Whether its rows were written.
    stored: bool,
    report: ResourceReport,
}

/// What the next sync must not read again, to resume the children of a parent that failed: all resources of the same root.
fn resumable(all: &[ResourceEntry], done: &[LoadedResource]) -> Vec<&'static str> {
    let root = |done: &LoadedResource| done.entry.lineage(all).last().map(|root| root.def.name);
    let failed: Vec<_> = done.iter().filter(|done| done.report.error.is_some()).map(root).collect();
    done.iter().filter(|done| failed.contains(&root(done))).map(|done| done.entry.def.name).collect()
}

/// A resource whose parent could not be read.
fn parent_failed_report(planned: &PlannedLoad, parent: &str, error: &Error) -> LoadedResource {
    let name = planned.entry.def.name;
    let mut report = ResourceReport::new(planned.entry.def);
    let message = format!("it is read for each row of `{parent}`, which could not be read: {}", error.message());
    let error = Error::new(error.kind(), message).retryable(error.is_retryable());
    report.error = Some(error.in_resource(name));
    LoadedResource { entry: planned.entry, started: StartMode::Fresh, stored: planned.table.is_some(), report }
}
