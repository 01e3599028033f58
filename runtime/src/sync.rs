//! A sync: each resource's pages into the destination, a few per transaction, with the place to go on from.

use std::fmt;
use std::future::IntoFuture;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::{Instant, timeout_at};
use tracing::Instrument as _;

use crate::client::Client;
use crate::destination::{Begun, Checkpoint, Destination, Load, Mode, Outcome};
use crate::error::{Error, ErrorKind, Result};
use crate::paginate::End;
use crate::progress::{Progress, Stage};
use crate::report::{ResourceReport, SyncReport};
use crate::resource::{ResourceDef, ResourceEntry, WriteDisposition};
use crate::stats::Stats;
use crate::walk::{Page, Query, Walk};

/// A transaction holds at most this many pages,
const PAGES_PER_COMMIT: u64 = 10;
/// and is open for at most this long.
const TIME_PER_COMMIT: Duration = Duration::from_secs(1);

type Callback = dyn Fn(&Progress) + Send + Sync;

/// A sync of a source into a destination. Nothing is done until it is awaited.
///
/// Each resource is loaded by itself: one that fails does not stop the others. When any has failed, the whole is
/// an error, of the kind of the first failure, with the report of all in [`Error::report`].
///
/// Rows and the place to go on from are committed together, up to ten pages or one second of them at a time. Interrupted at
/// any moment and run again, a sync goes on behind the last commit: resources that were finished are not read again by this run,
/// the one that was not goes on behind its last page, as long as its declaration is the same and the API still promises as
/// many rows; otherwise it starts again at its first page.
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
            self.destination.abandon();
        }
    }
}

impl<'d> SyncBuilder<'d> {
    pub(crate) fn new(client: Client, destination: &'d mut dyn Destination) -> Self {
        Self { client, destination, only: None, full_refresh: false, concurrency: None, progress: None, loading: false }
    }

    /// Reads these resources alone, by name, also those declared with `selected = false`.
    pub fn only<S: Into<String>>(mut self, resources: impl IntoIterator<Item = S>) -> Self {
        self.only = Some(resources.into_iter().map(Into::into).collect());
        self
    }

    /// Drops the tables of the resources that are read, with their state, and loads them anew.
    pub fn full_refresh(mut self) -> Self {
        self.full_refresh = true;
        self
    }

    /// Reads this many pages at a time (at least one) where the paginator allows it, instead of the declared number.
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
        let mut resources = Vec::with_capacity(entries.len());
        for entry in entries {
            let span = tracing::info_span!("sync", source = self.client.def().name, resource = entry.def.name);
            resources.push(self.resource(entry, &load_id).instrument(span).await);
        }
        // Before this, a sync that is run again takes what was finished for done.
        let ended = self.destination.end().await;
        let report = SyncReport { load_id, elapsed: started.elapsed(), resources };
        let failed: Vec<_> = report.resources.iter().filter_map(|resource| resource.error.as_ref()).collect();
        match failed.split_first() {
            None => match ended {
                Ok(()) => Ok(report),
                Err(error) => Err(error.with_report(report)),
            },
            Some((first, [])) => Err((*first).clone().with_report(report)),
            Some((first, others)) => {
                let names: Vec<_> = others.iter().filter_map(|error| error.resource()).collect();
                let error = (*first).clone().after(&format!("also failed: {}", names.join(", ")));
                Err(error.with_report(report))
            }
        }
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
            match all.iter().find(|entry| entry.def.name == name) {
                None => {
                    let names: Vec<_> = all.iter().map(|entry| format!("`{}`", entry.def.name)).collect();
                    return Err(Error::new(ErrorKind::Config, format!("`only`: the source has no resource `{name}`"))
                        .with_help(format!("its resources are {}", names.join(", "))));
                }
                Some(entry) if !entry.def.required.is_empty() => {
                    let message = format!(
                        "`only`: a sync has no value for the parameters of `{name}`: {}",
                        entry.def.required.join(", ")
                    );
                    return Err(Error::new(ErrorKind::Config, message)
                        .with_help("give them values in the declaration, or fetch the resource by its method"));
                }
                Some(_) => {}
            }
        }
        Ok(all.iter().filter(|entry| only.iter().any(|name| name == entry.def.name)).copied().collect())
    }

    async fn resource(&mut self, entry: ResourceEntry, load_id: &str) -> ResourceReport {
        let started = Instant::now();
        let stats = Arc::new(Stats::default());
        let mut report = ResourceReport::new(entry.def.name);
        let result = self.load(entry, load_id, &stats, &mut report).await;
        report.requests = stats.requests();
        report.retries = stats.retries();
        report.waited = stats.waited();
        report.bytes = stats.bytes();
        report.elapsed = started.elapsed();
        report.error = result.err().map(|error| error.in_resource(entry.def.name));
        match &report.error {
            None => {
                tracing::info!(rows = report.rows, inserted = report.inserted, updated = report.updated, "complete");
            }
            Some(error) => tracing::error!(%error, "failed"),
        }
        self.tell(&report, entry.def.name, if report.error.is_some() { Stage::Failed } else { Stage::Complete });
        report
    }

    async fn load(
        &mut self,
        entry: ResourceEntry,
        load_id: &str,
        stats: &Arc<Stats>,
        report: &mut ResourceReport,
    ) -> Result<()> {
        let def = entry.def;
        let mut load = Load {
            id: load_id.to_owned(),
            source: self.client.def().name,
            def,
            fingerprint: self.fingerprint(def),
            mode: if self.full_refresh { Mode::Refresh } else { Mode::Resume },
        };
        self.loading = true;
        let checkpoint = match self.destination.begin(load.clone()).await? {
            Begun::New => None,
            Begun::GoesOn(checkpoint) => Some(checkpoint),
            Begun::Finished(finished) => {
                self.loading = false;
                (report.rows, report.resumed, report.expected) = (finished.rows, finished.rows, finished.expected);
                report.distinct_keys = finished.distinct_keys;
                return Ok(());
            }
        };
        self.tell(report, def.name, Stage::Reading);
        let mut reading = self.read(entry, stats, checkpoint.as_ref());
        if let Some(saved) = &checkpoint {
            let goes_on = match &mut reading {
                Ok(reading) => reading.goes_on(saved).await,
                Err(_) => false,
            };
            if goes_on {
                (report.rows, report.resumed, report.filtered) = (saved.rows, saved.rows, saved.filtered);
                report.expected = saved.total;
            } else {
                load.mode = Mode::Restart;
                self.destination.begin(load).await?;
                reading = self.read(entry, stats, None);
            }
        }
        let (mut end, mut skipped) = (None, 0);
        let result = match reading {
            Ok(mut reading) => {
                let result = self.pages(&mut reading, report).await;
                (end, skipped) = (reading.walk.end(), reading.walk.skipped());
                result
            }
            Err(error) => Err(error),
        };
        report.end = end.filter(|_| result.is_ok());
        // What is known to be short can only be read again from the start.
        let interrupted = matches!(&result, Err(error) if error.kind() != ErrorKind::Incomplete);
        let merged = end != Some(End::Maximum) && def.write_disposition == WriteDisposition::Merge;
        let left_out = skipped + report.filtered;
        let required = report.expected.filter(|_| merged).map(|expected| expected.saturating_sub(left_out));
        let outcome = Outcome {
            rows: report.rows,
            pages: report.pages,
            expected: report.expected,
            required,
            interrupted,
            error: result.as_ref().err().map(ToString::to_string),
        };
        let written = self.destination.finish(outcome).await;
        self.loading = false;
        if let Ok(written) = &written {
            report.inserted = written.inserted;
            report.updated = written.updated;
            report.distinct_keys = written.distinct_keys;
        }
        // The reason for reading no further comes before that for not writing the end.
        let written = result.and(written)?;
        match required {
            Some(required) if written.distinct_keys < required => Err(keys_missing(report, required)),
            _ => Ok(()),
        }
    }

    fn read(&self, entry: ResourceEntry, stats: &Arc<Stats>, from: Option<&Checkpoint>) -> Result<Reading> {
        let query = Query { concurrency: self.concurrency, ..Query::default() };
        let position = from.map(|checkpoint| (checkpoint.position.as_str(), checkpoint.rows));
        let walk = Walk::new(&self.client, entry, query, position, Arc::clone(stats))?;
        Ok(Reading { walk, first: None })
    }

    /// Reads and writes until the last page, or the first failure.
    async fn pages(&mut self, reading: &mut Reading, report: &mut ResourceReport) -> Result<()> {
        let mut uncommitted = 0;
        let mut deadline = None;
        loop {
            let next = match deadline {
                None => Ok(reading.next().await),
                Some(deadline) => timeout_at(deadline, reading.next()).await,
            };
            if let Ok(next) = next {
                let Some(Page { rows, received, total, position, .. }) = next? else {
                    return Ok(());
                };
                report.pages += 1;
                report.rows += received;
                report.filtered += received.saturating_sub(rows.len() as u64);
                report.expected = total.or(report.expected);
                let behind = position.map(|position| Checkpoint {
                    position,
                    rows: report.rows,
                    filtered: report.filtered,
                    total,
                });
                self.destination.write(rows, behind).await?;
                self.tell(report, reading.walk.resource(), Stage::Reading);
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

    fn tell(&self, report: &ResourceReport, resource: &'static str, stage: Stage) {
        if let Some(callback) = &self.progress {
            callback(&Progress { resource, rows: report.rows, expected: report.expected, pages: report.pages, stage });
        }
    }

    /// Everything that makes a saved position mean the same in this run.
    fn fingerprint(&self, def: &ResourceDef) -> String {
        let mut hasher = DefaultHasher::new();
        let source = (self.client.base().as_str(), self.client.def().headers);
        let request = (def.path, def.method, def.json, def.headers, def.params);
        let page = (def.selector, def.missing_rows, def.response_actions, def.paginator);
        let table = (def.primary_key, def.write_disposition, def.columns);
        format!("{source:?} {request:?} {page:?} {table:?}").hash(&mut hasher);
        format!("{:016x}", hasher.finish())
    }
}

/// A walk, and the page that has been read to see whether it can go on where another ended.
struct Reading {
    walk: Walk,
    first: Option<Result<Option<Page>>>,
}

impl Reading {
    async fn next(&mut self) -> Result<Option<Page>> {
        match self.first.take() {
            Some(first) => first,
            None => self.walk.next().await,
        }
    }

    /// Whether the API still promises what it did: rows that have come or gone meanwhile may have moved others over
    /// the border of a page.
    async fn goes_on(&mut self, saved: &Checkpoint) -> bool {
        match self.first.insert(self.walk.next().await) {
            Ok(Some(page)) => page.total == saved.total,
            Ok(None) => true,
            // A place that the API knows no more is nowhere to go on from; any other failure passes.
            Err(error) => match error.kind() {
                ErrorKind::Status => error.status().is_none_or(|status| status >= 500),
                ErrorKind::Decode | ErrorKind::PaginationLoop | ErrorKind::Incomplete => false,
                _ => true,
            },
        }
    }
}

fn keys_missing(report: &ResourceReport, required: u64) -> Error {
    let message = format!(
        "the API promised {required} rows, {} came, but with only {} different keys",
        report.rows, report.distinct_keys
    );
    Error::new(ErrorKind::Incomplete, message)
        .with_help("run it again: rows may have moved from page to page while they were read; if it stays so, `primary_key` does not identify a row")
}

/// Sorts by time; the random end keeps two syncs of the same moment apart.
fn load_id() -> String {
    format!("{}-{:04x}", Timestamp::now().strftime("%Y%m%dT%H%M%S%.6fZ"), fastrand::u16(..))
}

impl<'d> IntoFuture for SyncBuilder<'d> {
    type Output = Result<SyncReport>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'd>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
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
