//! What the calls of a sync do.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::slice;
use std::sync::Arc;

use declarest::destination::{
    Lease, LoadEnd, LoadId, LoadOutcome, LoadSpec, LoadStart, Quarantined, StateChange, StateKey, TableStatus,
    WriteStats,
};
use declarest::{Batch, TableSchema, WriteDisposition};
use futures_util::TryStreamExt as _;
use object_store::{ObjectStore, ObjectStoreExt as _};

use super::catalog::{Catalog, DataFile, Entry, LoadNote, columns, is_replaced};
use super::disk::force;
use super::error::Fault;
use super::load::Load;
use super::log::{Log, OWN};
use super::settings::Settings;

/// The one writer of a folder.
pub(crate) struct Writer {
    pub(crate) store: Arc<dyn ObjectStore>,
    pub(crate) log: Log,
    pub(crate) load: Option<Load>,
    /// Where the folder is, if it is on this machine.
    local: Option<PathBuf>,
    /// How many files this writer has begun: a part of their names.
    names: u64,
}

impl Writer {
    pub(crate) fn new(store: Arc<dyn ObjectStore>, local: Option<PathBuf>) -> Self {
        Self { log: Log::new(Arc::clone(&store), local.clone()), store, load: None, local, names: 0 }
    }

    pub(crate) async fn read_state(&mut self, key: &StateKey) -> Result<Option<String>, Fault> {
        if let Some(change) = self.load.as_ref().and_then(|load| load.change(key)) {
            return Ok(change.value.clone());
        }
        Ok(self.log.refresh().await?.text(key).map(str::to_owned))
    }

    pub(crate) async fn write_state(&mut self, leases: &[Lease], changes: &[StateChange]) -> Result<(), Fault> {
        self.load = None;
        self.log.commit(leases, |_| Ok(with_state(changes))).await
    }

    pub(crate) async fn inspect(&mut self, table: &TableSchema, unfinished: &[LoadId]) -> Result<TableStatus, Fault> {
        self.load = None;
        let catalog = self.log.refresh().await?;
        check(catalog, table)?;
        let live: Vec<_> = catalog.live(&table.name).filter(|file| file.rows > 0).collect();
        let mut status = TableStatus::default();
        status.exists = catalog.tables.contains_key(&table.name);
        status.resumable = catalog.unfinished(table, unfinished).next().is_some();
        if table.disposition == WriteDisposition::Append {
            status.last_load = live.last().map(|file| file.load.clone());
        }
        status.has_rows = live.iter().any(|file| !unfinished.contains(&file.load));
        Ok(status)
    }

    pub(crate) async fn begin(
        &mut self,
        spec: LoadSpec,
        changes: &[StateChange],
        settings: &Settings,
    ) -> Result<(), Fault> {
        self.load = None;
        let LoadSpec { lease, table, start, unfinished, .. } = &spec;
        let note = LoadNote::of(&spec, "running", 0);
        let tables = || table.iter().flat_map(|table| table.with_children());
        self.log
            .commit(slice::from_ref(lease), |catalog| {
                let mut entry = with_state(changes);
                entry.load = Some(note.clone());
                for table in tables() {
                    let is_new = *start == LoadStart::Refresh;
                    if !is_new {
                        check(catalog, table)?;
                    }
                    match start {
                        LoadStart::Refresh => remove(&mut entry, catalog.files_of(&table.name)),
                        LoadStart::Resume => {}
                        _ => remove(&mut entry, catalog.unfinished(table, unfinished)),
                    }
                    let known = catalog.tables.get(&table.name).filter(|_| !is_new);
                    let mut all = known.cloned().unwrap_or_default();
                    all.extend(columns(table));
                    if Some(&all) != catalog.tables.get(&table.name) {
                        entry.tables.insert(table.name.clone(), Some(all));
                    }
                }
                Ok(entry)
            })
            .await?;
        self.load = Some(Load::new(spec, settings));
        self.sweep().await;
        Ok(())
    }

    pub(crate) async fn write(&mut self, batch: &Batch) -> Result<(), Fault> {
        match &mut self.load {
            Some(load) => load.write(batch, &self.store, &mut self.names).await,
            None => Err(Fault::LeaseLost),
        }
    }

    pub(crate) fn quarantine(&mut self, rows: &Quarantined) -> Result<(), Fault> {
        match &mut self.load {
            Some(load) => Ok(load.quarantine(rows)?),
            None => Err(Fault::LeaseLost),
        }
    }

    /// Commits what was written, with the next files that are ended.
    pub(crate) async fn commit(&mut self, changes: Vec<StateChange>) -> Result<(), Fault> {
        let Some(load) = &mut self.load else { return Err(Fault::LeaseLost) };
        if load.has_failed {
            return Ok(());
        }
        load.encode(&self.store, &mut self.names).await?;
        load.advance(changes);
        if load.is_due() { self.publish().await } else { Ok(()) }
    }

    /// Waits until what was written is in files, and counts it.
    pub(crate) fn stats(&self) -> WriteStats {
        let mut stats = WriteStats::default();
        stats.inserted = self.load.as_ref().map(|load| load.written + load.waiting());
        stats
    }

    /// Ends the load, in one commit.
    pub(crate) async fn finish(&mut self, outcome: &LoadOutcome, changes: &[StateChange]) -> Result<WriteStats, Fault> {
        let Some(load) = &mut self.load else { return Err(Fault::LeaseLost) };
        let end = if load.has_failed { LoadEnd::Interrupted } else { outcome.end };
        let finished = match end {
            LoadEnd::Complete => self.complete(outcome, changes).await,
            LoadEnd::Incomplete => self.give_up(outcome, changes).await,
            _ => {
                load.interrupt();
                self.end("failed", outcome, |_, _| ()).await
            }
        };
        let stats = self.stats();
        self.load = None;
        finished.map(|()| stats)
    }

    /// All rows came: they are what the table has, or what it has more.
    async fn complete(&mut self, outcome: &LoadOutcome, changes: &[StateChange]) -> Result<(), Fault> {
        let Some(load) = &mut self.load else { return Err(Fault::LeaseLost) };
        load.encode(&self.store, &mut self.names).await?;
        let Some(table) = load.spec.table.clone() else {
            return self.end("complete", outcome, |_, entry| entry.change_state(changes)).await;
        };
        // A table without rows is a file without rows: readers find its columns.
        let (catalog, is_replaced) = (self.log.refresh().await?, is_replaced(&table));
        let is_empty = |table: &str| !catalog.files_of(table).any(|file| file.staged == is_replaced);
        load.open_empty(&self.store, &mut self.names, is_empty)?;
        self.end("complete", outcome, |catalog, entry| {
            entry.change_state(changes);
            for table in table.with_children().filter(|_| is_replaced) {
                remove(entry, catalog.live(&table.name));
                let staged = catalog.files_of(&table.name).filter(|file| file.staged).cloned();
                entry.files.splice(0..0, staged);
                let own = entry.files.iter_mut().filter(|file| file.table == table.name);
                own.for_each(|file| file.staged = false);
            }
        })
        .await
    }

    /// Rows are missing: none of this load, and of those that it goes on with, stays.
    async fn give_up(&mut self, outcome: &LoadOutcome, changes: &[StateChange]) -> Result<(), Fault> {
        let Some(load) = &mut self.load else { return Err(Fault::LeaseLost) };
        let (table, unfinished) = (load.spec.table.clone(), load.spec.unfinished.clone());
        load.forget();
        self.end("incomplete", outcome, |catalog, entry| {
            entry.change_state(changes);
            for table in table.iter().flat_map(|table| table.with_children()) {
                remove(entry, catalog.unfinished(table, &unfinished));
            }
        })
        .await
    }

    /// Commits the files that were begun, with the changes that wait for them.
    async fn publish(&mut self) -> Result<(), Fault> {
        self.commit_files("running", None, |_, _| ()).await
    }

    async fn end(
        &mut self,
        status: &str,
        outcome: &LoadOutcome,
        change: impl Fn(&Catalog, &mut Entry),
    ) -> Result<(), Fault> {
        self.commit_files(status, Some(outcome), change).await
    }

    async fn commit_files(
        &mut self,
        status: &str,
        outcome: Option<&LoadOutcome>,
        change: impl Fn(&Catalog, &mut Entry),
    ) -> Result<(), Fault> {
        let Some(load) = &mut self.load else { return Err(Fault::LeaseLost) };
        let closed = match load.close().await {
            Ok(files) => {
                let paths = files.iter().map(|file| file.path.clone());
                force(self.local.as_deref(), paths).await.map(|()| files)
            }
            closed => closed,
        };
        let committed = match closed {
            Err(fault) => {
                // Who has taken over has deleted what was not committed.
                let held = self.log.commit(slice::from_ref(&load.spec.lease), |_| Ok(Entry::default())).await;
                Err(if matches!(held, Err(Fault::LeaseLost)) { Fault::LeaseLost } else { fault })
            }
            Ok(files) => {
                let mut note = LoadNote::of(&load.spec, status, load.written);
                if let Some(LoadOutcome { rows, pages, expected, error, .. }) = outcome {
                    (note.rows, note.pages, note.expected) = (Some(*rows), Some(*pages), *expected);
                    note.error.clone_from(error);
                }
                let (lease, changes) = (slice::from_ref(&load.spec.lease), &load.changes);
                let make = |catalog: &Catalog| {
                    let mut entry = Entry { load: Some(note.clone()), files: files.clone(), ..with_state(changes) };
                    change(catalog, &mut entry);
                    Ok(entry)
                };
                self.log.commit(lease, make).await
            }
        };
        match &committed {
            Ok(()) => load.is_committed(),
            Err(_) => load.fail(),
        }
        committed
    }

    /// Deletes what no commit names in the folders of the load's tables: only their holder writes there. What cannot be
    /// deleted stays, and is read by nobody who reads the commits.
    async fn sweep(&mut self) {
        let folders = self.load.as_ref().map(Load::folders).unwrap_or_default();
        let Ok(catalog) = self.log.refresh().await else { return };
        // By name, which no two files share: a store may spell the folder in another way, as where case does not count.
        let name = |file: &DataFile| file.path.rsplit('/').next().map(str::to_owned);
        let named: HashSet<String> = catalog.files.iter().filter_map(name).collect();
        for folder in folders {
            if let Some(local) = &self.local {
                delete_parts(&local.join(folder.as_ref()));
            }
            let Ok(found) = self.store.list(Some(&folder)).try_collect::<Vec<_>>().await else { continue };
            for object in found {
                let name = object.location.filename().unwrap_or_default();
                if is_file_of_a_load(name) && !named.contains(name) {
                    let _ = self.store.delete(&object.location).await;
                }
            }
        }
    }
}

/// Deletes what is left of files whose writer was killed: on disk, a file has a `#` and a number in its name until it is whole,
/// and is in no list of the store.
fn delete_parts(folder: &Path) {
    let Ok(found) = std::fs::read_dir(folder) else { return };
    for entry in found.flatten() {
        let name = entry.file_name();
        if name.to_string_lossy().split_once('#').is_some_and(|(name, _)| is_file_of_a_load(name)) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// Whether a file has the name of one that is written here, `20261201T120000.000000Z-1a2b-0001.parquet`: others are somebody's.
fn is_file_of_a_load(name: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let stem = name.strip_suffix(".parquet").and_then(|stem| stem.rsplit_once('-'));
    stem.is_some_and(|(load, number)| {
        is_number(number) && load.split_once('T').is_some_and(|(day, _)| day.len() == 8 && is_number(day))
    })
}

fn with_state(changes: &[StateChange]) -> Entry {
    let mut entry = Entry::default();
    entry.change_state(changes);
    entry
}

fn remove<'c>(entry: &mut Entry, files: impl Iterator<Item = &'c DataFile>) {
    entry.removed.extend(files.map(|file| file.path.clone()));
}

/// Refuses a table whose columns have other types.
fn check(catalog: &Catalog, table: &TableSchema) -> Result<(), Fault> {
    for table in table.with_children() {
        if table.name.starts_with(OWN) {
            let message = format!("the name `{}` is kept for the tables of Declarest itself", table.name);
            return Err(Fault::Schema { table: table.name.clone(), message });
        }
        if let Some((column, there)) = catalog.misfit(table) {
            let message = format!(
                "the column `{}` of `{}` is declared as {}, and the files have it as {there}",
                column.name, table.name, column.kind
            );
            return Err(Fault::Schema { table: table.name.clone(), message });
        }
    }
    Ok(())
}
