//! The builder of a sync: what callers choose, and what is refused before anything is read.

use std::fmt;
use std::future::IntoFuture;
use std::pin::Pin;
use std::sync::Arc;

use jiff::Timestamp;
use tracing::Instrument as _;

use super::plan::{self, PlannedLoad};
use super::progress::Progress;
use super::report::{LeftOut, SyncReport};
use super::run::{Callback, SyncRun};
use crate::client::Client;
use crate::client::resource_entry::ResourceEntry;
use crate::destination::{Capabilities, Destination, LoadId};
use crate::error::{Error, ErrorKind, Result};
use crate::incremental::run_start::RunStart;
use crate::schema::table::WriteDisposition;

/// A transaction holds at most this many pages.
const PAGES_PER_COMMIT: u64 = 10;

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
/// - where the API gives a total of rows, it must be the same: where rows move without changing it, as in a list that is sorted by
///   the time of the last change, let the API sort by what does not change, such as an id;
/// - otherwise page numbers, offsets, links and custom paginators read the last committed page again: it must end with the same rows
///   (by their key, else by their columns), and the API must promise as many pages as before.
///
/// Both need the same declaration, base URL and client-wide params as before, and a last commit within the last hour.
/// Otherwise the resource begins again at its first page, and the [report](crate::ResourceReport::restarted) says why. Where rows are
/// appended, those that the interrupted run had committed are [taken back](crate::ResourceReport::taken_back); merged rows stay.
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
    destination: Box<dyn Destination + 'd>,
    only: Option<Vec<String>>,
    full_refresh: bool,
    concurrency: Option<usize>,
    pages_per_commit: u64,
    progress: Option<Box<Callback>>,
}

impl Client {
    /// Reads the selected resources into a destination.
    pub fn sync<'d, D: Destination + ?Sized>(&self, destination: &'d mut D) -> SyncBuilder<'d> {
        SyncBuilder {
            client: self.clone(),
            destination: Box::new(destination),
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
        let left_out = self.left_out();
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
            families: Vec::new(),
        };
        run.run(&loads, left_out).await
    }

    /// The resources that this sync would read if it had values for their params.
    fn left_out(&self) -> Vec<LeftOut> {
        let all = self.client.def().resources;
        let selected = all.iter().filter(|entry| self.only.is_none() && entry.def.selected);
        selected.filter_map(|entry| LeftOut::of(*entry, all)).collect()
    }

    /// The resources to read, in the order of their declaration.
    fn selected(&self) -> Result<Vec<ResourceEntry>> {
        let all = self.client.def().resources;
        let Some(only) = &self.only else {
            // Where a sync has no values for a resource, it has no rows to read the children for, either.
            let by_default = |entry: &&ResourceEntry| entry.def.selected && LeftOut::of(**entry, all).is_none();
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
