//! A sync: each resource's pages into the destination, a few per transaction, with a checkpoint.

mod begin;
mod children;
mod deleted;
mod fingerprint;
mod load;
mod load_reader;
mod loading;
mod notes;
mod parent_values;
mod plan;
pub(crate) mod progress;
pub(crate) mod report;
mod saved;

use std::fmt;
use std::future::IntoFuture;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use jiff::Timestamp;
use tokio::time::Instant;
use tracing::Instrument as _;

use self::begin::{Abandoned, ActiveLoad, LoadMode};
use self::load::StartMode;
use self::plan::PlannedLoad;
use self::progress::{Progress, Stage};
use self::report::{ResourceReport, SyncReport};
use self::saved::FINISHED;
use crate::client::Client;
use crate::client::resource_entry::ResourceEntry;
use crate::destination::{Capabilities, Destination, LoadId};
use crate::error::{Error, ErrorKind, Result};
use crate::http::stats::Stats;
use crate::incremental::run_start::RunStart;
use crate::schema::table::WriteDisposition;

/// A transaction holds at most this many pages.
const PAGES_PER_COMMIT: u64 = 10;

type Callback = dyn Fn(&Progress) + Send + Sync;

/// A sync of a source into a destination. Nothing is done until it is awaited.
///
/// Each resource is loaded by itself: one that fails does not stop the others. When any has failed, the sync returns an
/// error of the kind of the first failure, with the report of all in [`Error::report`].
///
/// Rows and checkpoint are committed together, up to ten pages or one second of them at a time.
///
/// Interrupted at any moment and run again, a sync resumes after the last commit. Resources that the interrupted run had
/// finished are not read again. The unfinished one resumes after its last committed page, where the rows before that are
/// still those that were read:
///
/// - a cursor is resumed as it is;
/// - where the API gives a total of rows, it must be the same;
/// - otherwise page numbers, offsets, links and custom paginators read the last committed page again: it must end with the same rows
///   (by their key, else by their columns), and the API must promise as many pages as before.
///
/// Both need the same declaration, base URL and client-wide params as before, and a last commit within the last hour.
/// Otherwise the resource begins again at its first page, and the [report](ResourceReport::restarted) says why. Where rows are
/// appended, those that the interrupted run had committed are [taken back](ResourceReport::taken_back); merged rows stay.
///
/// A saved place that the API answers with 400, 404 or another 4xx, with a page that cannot be read, or with no rows at all, is
/// given up at once. One that it refuses with 401, 403 or 5xx fails the resource with an error that names the place, and is given
/// up when the next run is refused there, too, but not at the first page.
///
/// Where a resource fails that is read for the rows of a parent, all that is committed stays. The next run reads neither the
/// parent nor the children that came to their end, only the others, within an hour; after that, it reads the whole family again.
///
/// Where no connection to the server can be made, through all retries, the other resources fail at once: it is waited for once.
///
/// A sync that is dropped commits the pages that have come. Of two syncs of the same resource at once, or of the same parent,
/// the later one takes over what the earlier one has committed, and the earlier one ends with an error that says so.
#[must_use = "a sync does nothing until it is awaited"]
pub struct SyncBuilder<'d> {
    client: Client,
    destination: &'d mut dyn Destination,
    only: Option<Vec<String>>,
    full_refresh: bool,
    concurrency: Option<usize>,
    pages_per_commit: u64,
    progress: Option<Box<Callback>>,
}

impl Client {
    /// Reads the selected resources into a destination.
    pub fn sync<'d>(&self, destination: &'d mut dyn Destination) -> SyncBuilder<'d> {
        SyncBuilder {
            client: self.clone(),
            destination,
            only: None,
            full_refresh: false,
            concurrency: None,
            pages_per_commit: PAGES_PER_COMMIT,
            progress: None,
        }
    }
}

impl SyncBuilder<'_> {
    /// Reads only these resources, by name (`"issues"`, or `analytics::Resources::ISSUES`), including those declared with
    /// `selected = false`. Their parents are read too, but not stored unless they are named themselves.
    pub fn only<S: Into<String>>(mut self, resources: impl IntoIterator<Item = S>) -> Self {
        self.only = Some(resources.into_iter().map(Into::into).collect());
        self
    }

    /// Drops the tables of the resources that are read, with their state, and loads them again.
    pub fn full_refresh(mut self) -> Self {
        self.full_refresh = true;
        self
    }

    /// Reads this many pages at a time (at least one) where the paginator allows it, instead of the declared number; for a
    /// child resource, this many rows of the parent at a time. Resources are read one after another.
    pub fn concurrency(mut self, pages: usize) -> Self {
        self.concurrency = Some(pages);
        self
    }

    /// Commits after this many pages at most.
    #[cfg(feature = "conformance")]
    pub(crate) fn pages_per_commit(mut self, pages: u64) -> Self {
        self.pages_per_commit = pages;
        self
    }

    /// Calls back when a resource begins, after each page and at its end.
    pub fn progress(mut self, callback: impl Fn(&Progress) + Send + Sync + 'static) -> Self {
        self.progress = Some(Box::new(callback));
        self
    }

    async fn run(self) -> Result<SyncReport> {
        let selected = self.selected()?;
        if selected.is_empty() {
            return Err(Error::new(ErrorKind::Config, "no resource is part of this sync").with_help(
                "name a resource in `.only([…])`; a resource with required params can only be fetched by its method",
            ));
        }
        let loads = plan::plan(self.client.def().resources, &selected)?;
        check_dispositions(&loads, self.destination.capabilities())?;
        let Self { client, destination, full_refresh, concurrency, pages_per_commit, progress, .. } = self;
        let load_id = LoadId::generate();
        let run = SyncRun {
            client,
            destination,
            full_refresh,
            concurrency,
            pages_per_commit,
            progress,
            load_id,
            active: None,
            run_start: Arc::new(RunStart::new(Timestamp::now())),
            only_new: Vec::new(),
            abandoned: Vec::new(),
            unreachable: None,
            whole: Vec::new(),
        };
        run.run(&loads).await
    }

    /// The resources to read, in the order of their declaration.
    fn selected(&self) -> Result<Vec<ResourceEntry>> {
        let all = self.client.def().resources;
        let Some(only) = &self.only else {
            // Where a sync has no values for a resource, it has no rows to read the children for, either.
            let can_be_read = |entry: &ResourceEntry| entry.lineage(all).all(|entry| entry.def.required().is_empty());
            let by_default = |entry: &&ResourceEntry| entry.def.selected && can_be_read(entry);
            return Ok(all.iter().filter(by_default).copied().collect());
        };
        for name in only {
            let entry = self.client.def().resource_named(name)?;
            if !entry.def.required().is_empty() {
                let params = entry.def.required().join(", ");
                let message = format!("`only`: a sync has no value for the params of `{name}`: {params}");
                return Err(Error::new(ErrorKind::Config, message)
                    .with_help("give them values in the declaration, or fetch the resource by its method"));
            }
        }
        Ok(all.iter().filter(|entry| only.iter().any(|name| name == entry.def.name)).copied().collect())
    }
}

/// Refuses resources whose tables the destination cannot write.
fn check_dispositions(loads: &[PlannedLoad], capabilities: Capabilities) -> Result<()> {
    let mut tables = loads.iter().filter_map(|planned| planned.table.as_deref());
    if let Some(table) = tables.clone().find(|table| !capabilities.can_treat(table.deleted)) {
        let (name, deleted) = (&table.name, table.deleted);
        let message = format!("`{name}` is declared with `deleted = {deleted}`, which the destination cannot do");
        return Err(Error::new(ErrorKind::Config, message).with_help(
            "leave `deleted` out, sync the other resources with `.only`, or sync into another destination",
        ));
    }
    let Some(table) = tables.find(|table| !capabilities.can(table.disposition)) else { return Ok(()) };
    let possible = [WriteDisposition::Append, WriteDisposition::Merge, WriteDisposition::Replace];
    let possible: Vec<_> =
        possible.iter().filter(|one| capabilities.can(**one)).map(|one| format!("`{one}`")).collect();
    let (name, disposition) = (&table.name, table.disposition);
    let message =
        format!("`{name}` is declared with `write_disposition = {disposition}`, which the destination cannot do");
    Err(Error::new(ErrorKind::Config, message).with_help(format!(
        "declare one that it can do ({}), sync the other resources with `.only`, or sync into another destination",
        possible.join(", ")
    )))
}

/// A sync that runs.
struct SyncRun<'d> {
    client: Client,
    destination: &'d mut dyn Destination,
    full_refresh: bool,
    concurrency: Option<usize>,
    pages_per_commit: u64,
    progress: Option<Box<Callback>>,
    load_id: LoadId,
    /// When it began.
    run_start: Arc<RunStart>,
    /// The load that has begun and not ended.
    active: Option<ActiveLoad>,
    /// The resources whose rows do not all come again.
    only_new: Vec<&'static str>,
    /// The children that an interrupted sync had begun, and whose parents are read again.
    abandoned: Vec<(&'static str, Abandoned)>,
    /// The resource for which the server could not be reached, whatever was requested, and the error: it is waited for once.
    unreachable: Option<(&'static str, Error)>,
    /// The resources of which this run has read all rows that there are.
    whole: Vec<&'static str>,
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
    async fn run(mut self, loads: &[PlannedLoad]) -> Result<SyncReport> {
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
        let report = SyncReport { load_id: self.load_id.to_string(), elapsed: started.elapsed(), resources };
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

    fn notify(&self, report: &ResourceReport, resource: &'static str, stage: Stage) {
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

impl<'d> IntoFuture for SyncBuilder<'d> {
    type Output = Result<SyncReport>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'd>>;

    fn into_future(self) -> Self::IntoFuture {
        let span = self.client.def().span();
        Box::pin(self.run().instrument(span))
    }
}

impl fmt::Debug for SyncBuilder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SyncBuilder")
            .field("client", &self.client)
            .field("only", &self.only)
            .field("full_refresh", &self.full_refresh)
            .field("concurrency", &self.concurrency)
            .finish_non_exhaustive()
    }
}
