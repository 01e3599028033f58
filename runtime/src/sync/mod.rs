//! A sync: each resource's pages into the destination, a few per transaction, with the place to go on from.

mod children;
mod load;
mod plan;
pub(crate) mod progress;
mod reading;
pub(crate) mod report;

use std::fmt;
use std::future::IntoFuture;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::pin::Pin;
use std::sync::Arc;

use jiff::Timestamp;
use tokio::time::Instant;
use tracing::Instrument as _;

use self::load::StartMode;
use self::plan::PlannedLoad;
use self::progress::{Progress, Stage};
use self::report::{ResourceReport, SyncReport};
use crate::client::Client;
use crate::client::resource_entry::ResourceEntry;
use crate::destination::{Destination, LoadMode};
use crate::error::{Error, ErrorKind, Result};
use crate::http::stats::Stats;

type Callback = dyn Fn(&Progress) + Send + Sync;

/// A sync of a source into a destination. Nothing is done until it is awaited.
///
/// Each resource is loaded by itself: one that fails does not stop the others. When any has failed, the whole is
/// an error, of the kind of the first failure, with the report of all in [`Error::report`].
///
/// Rows and the place to go on from are committed together, up to ten pages or one second of them at a time.
///
/// Interrupted at any moment and run again, a sync continues after the last commit. Resources that the interrupted run had finished within
/// the last hour are not read again. The unfinished one continues after its last committed page, if the API still promises as many rows.
/// Both need the same declaration, base URL and client-wide params as before; otherwise a resource starts at its first page.
///
/// A sync that is dropped commits what has come. Of two syncs of the same resource at once, or of the same parent, the later one takes over what
/// the earlier one has committed, and the earlier one ends with an error that says so.
#[must_use = "a sync does nothing until it is awaited"]
pub struct SyncBuilder<'d> {
    client: Client,
    destination: &'d mut dyn Destination,
    only: Option<Vec<String>>,
    full_refresh: bool,
    concurrency: Option<usize>,
    progress: Option<Box<Callback>>,
    /// Between the begin of a load and its end.
    loading: bool,
}

/// A sync that is dropped half-way keeps the pages that were written.
impl Drop for SyncBuilder<'_> {
    fn drop(&mut self) {
        if self.loading {
            self.destination.cancel();
        }
    }
}

impl Client {
    /// Reads the selected resources into a destination.
    pub fn sync<'d, D: Destination>(&self, destination: &'d mut D) -> SyncBuilder<'d> {
        SyncBuilder {
            client: self.clone(),
            destination,
            only: None,
            full_refresh: false,
            concurrency: None,
            progress: None,
            loading: false,
        }
    }
}

impl SyncBuilder<'_> {
    /// Reads these resources alone, by name, also those declared with `selected = false`. Parents that these are read for are
    /// read too, but not stored unless they are named themselves.
    pub fn only<S: Into<String>>(mut self, resources: impl IntoIterator<Item = S>) -> Self {
        self.only = Some(resources.into_iter().map(Into::into).collect());
        self
    }

    /// Drops the tables of the resources that are read, with their state, and loads them anew.
    pub fn full_refresh(mut self) -> Self {
        self.full_refresh = true;
        self
    }

    /// Reads this many pages at a time (at least one) where the paginator allows it, instead of the declared number; for a child resource,
    /// this many rows of the parent at a time. Resources are read one after another.
    pub fn concurrency(mut self, pages: usize) -> Self {
        self.concurrency = Some(pages);
        self
    }

    /// Calls back when a resource is begun, after each page and at its end.
    pub fn progress(mut self, callback: impl Fn(&Progress) + Send + Sync + 'static) -> Self {
        self.progress = Some(Box::new(callback));
        self
    }

    async fn run(mut self) -> Result<SyncReport> {
        let entries = self.entries()?;
        if entries.is_empty() {
            return Err(Error::new(ErrorKind::Config, "no resource is part of this sync")
                .with_help("name one in `only`; one whose params have no values can only be fetched by its method"));
        }
        let started = Instant::now();
        let load_id = load_id();
        let mut done: Vec<LoadedResource> = Vec::new();
        for part in plan::plan(self.client.def().resources, &entries)? {
            let parent = part.entry.def.parent.map(|parent| parent.resource);
            let parent = done.iter().find(|done| Some(done.report.name.as_str()) == parent);
            let part_done = match parent {
                Some(LoadedResource { report: ResourceReport { error: Some(error), .. }, .. }) => {
                    parent_failed_report(&part, error)
                }
                parent => {
                    let anew = parent.is_some_and(|parent| parent.started == StartMode::Fresh);
                    let mode = match (self.full_refresh && part.table.is_some(), anew) {
                        (true, _) => LoadMode::Refresh,
                        (false, true) => LoadMode::Restart,
                        (false, false) => LoadMode::Resume,
                    };
                    self.load_resource(&part, (&load_id, mode)).instrument(part.entry.def.span()).await
                }
            };
            done.push(part_done);
        }
        let kept = self.resumable(&done);
        // One that is read for its children alone is worth a line only if it has failed.
        let resources = done.into_iter().filter(|done| done.stored || done.report.error.is_some());
        // In the order of the declaration, wherever the parents are declared.
        let place = |report: &ResourceReport| {
            self.client.def().resources.iter().position(|entry| entry.def.name == report.name)
        };
        let mut resources: Vec<_> = resources.map(|done| done.report).collect();
        resources.sort_by_key(place);
        // Before this, a sync that is run again takes what was finished for done.
        let ended = self.destination.finish_sync(kept).await;
        let report = SyncReport { load_id, elapsed: started.elapsed(), resources };
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

    /// What the next sync need not read again to go on with a family that was interrupted: all of it. Those that are read for the same
    /// rows must not be read again without these.
    fn resumable(&self, done: &[LoadedResource]) -> Vec<&'static str> {
        let all = self.client.def().resources;
        let root = |done: &LoadedResource| done.entry.lineage(all).last().map(|root| root.def.name);
        let failed: Vec<_> = done.iter().filter(|done| done.report.error.is_some()).map(root).collect();
        done.iter().filter(|done| failed.contains(&root(done))).map(|done| done.entry.def.name).collect()
    }

    /// The resources to read, in the order of their declaration.
    fn entries(&self) -> Result<Vec<ResourceEntry>> {
        let all = self.client.def().resources;
        let Some(only) = &self.only else {
            return Ok(all
                .iter()
                .filter(|entry| entry.def.selected && entry.def.required.is_empty())
                .copied()
                .collect());
        };
        for name in only {
            let entry = self.client.def().resource_named(name)?;
            if !entry.def.required.is_empty() {
                let message = format!(
                    "`only`: a sync has no value for the parameters of `{name}`: {}",
                    entry.def.required.join(", ")
                );
                return Err(Error::new(ErrorKind::Config, message)
                    .with_help("give them values in the declaration, or fetch the resource by its method"));
            }
        }
        Ok(all.iter().filter(|entry| only.iter().any(|name| name == entry.def.name)).copied().collect())
    }

    async fn load_resource(&mut self, part: &PlannedLoad, (load_id, mode): (&str, LoadMode)) -> LoadedResource {
        let (started, name) = (Instant::now(), part.entry.def.name);
        let stats = Arc::new(Stats::default());
        let mut report = ResourceReport::new(name);
        let result = self.load(part, (load_id, mode), &stats, &mut report).await;
        report.requests = stats.requests();
        report.retries = stats.retries();
        report.waited = stats.waited();
        report.bytes = stats.bytes();
        report.elapsed = started.elapsed();
        let (started, error) = match result {
            Ok(started) => (started, None),
            Err(error) => (StartMode::Fresh, Some(error.in_resource(name))),
        };
        match &error {
            None => {
                tracing::info!(rows = report.rows, inserted = report.inserted, updated = report.updated, "complete");
            }
            Some(error) => tracing::error!(%error, "failed"),
        }
        report.error = error;
        self.notify(&report, name, if report.error.is_some() { Stage::Failed } else { Stage::Complete });
        LoadedResource { entry: part.entry, started, stored: part.table.is_some(), report }
    }

    fn notify(&self, report: &ResourceReport, resource: &'static str, stage: Stage) {
        if let Some(callback) = &self.progress {
            callback(&Progress { resource, rows: report.rows, expected: report.expected, pages: report.pages, stage });
        }
    }

    /// Everything that makes a saved position mean the same in this run.
    fn fingerprint(&self, part: &PlannedLoad) -> String {
        let def = part.entry.def;
        let mut hasher = DefaultHasher::new();
        let source = (self.client.base().as_str(), self.client.def().headers, self.client.values());
        let request = (def.path, def.method, def.json, def.data, def.headers, def.params);
        let page = (def.selector, def.jsonpath, def.missing_rows, def.on_bad_row, def.response_actions, def.paginator);
        let range = (def.incremental, def.result_window);
        let family = (def.parent, &part.parent_fields, &part.links);
        format!("{source:?} {request:?} {page:?} {range:?} {family:?} {:?}", part.table).hash(&mut hasher);
        format!("{:016x}", hasher.finish())
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

/// A resource whose parent could not be read.
fn parent_failed_report(part: &PlannedLoad, parent: &Error) -> LoadedResource {
    let mut report = ResourceReport::new(part.entry.def.name);
    let name = parent.resource().unwrap_or_default();
    let message = format!("it is read for each row of `{name}`, which could not be read: {}", parent.message());
    let error = Error::new(parent.kind(), message).retryable(parent.is_retryable());
    report.error = Some(error.in_resource(part.entry.def.name));
    LoadedResource { entry: part.entry, started: StartMode::Fresh, stored: part.table.is_some(), report }
}

/// Sorts by time; the random end keeps two syncs of the same moment apart.
fn load_id() -> String {
    format!("{}-{:04x}", Timestamp::now().strftime("%Y%m%dT%H%M%S%.6fZ"), fastrand::u16(..))
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
