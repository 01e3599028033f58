use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::ErrorKind::NotFound;
use std::path::PathBuf;
use std::{iter, mem, slice};

use declarest::destination::{
    Append, Capabilities, DestinationFuture, Lease, LoadEnd, LoadId, LoadOutcome, LoadSpec, LoadStart, Quarantined,
    Replace, StateChange, StateKey, StateStore, TableStatus, WriteStats,
};
use declarest::{Batch, ChildBatch, Destination, Error, ErrorKind, Result, TableSchema, WriteDisposition};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A directory of files of JSON lines, and `manifest.json`, which says which of them are the rows of which table.
pub struct JsonLines {
    directory: PathBuf,
    load: Option<LoadSpec>,
    /// Rows that are not committed, by table.
    rows: BTreeMap<String, Vec<Value>>,
}

#[derive(Default, Serialize, Deserialize)]
struct Manifest {
    state: Vec<(StateKey, String)>,
    /// The types of the columns of each table.
    tables: BTreeMap<String, BTreeMap<String, String>>,
    files: Vec<LinesFile>,
}

#[derive(Serialize, Deserialize)]
struct LinesFile {
    name: String,
    table: String,
    load: LoadId,
}

impl JsonLines {
    /// Opens the directory, or makes it.
    pub fn open(directory: impl Into<PathBuf>) -> Result<Self> {
        let directory = directory.into();
        fs::create_dir_all(&directory).map_err(failed)?;
        Ok(Self { directory, load: None, rows: BTreeMap::new() })
    }

    fn manifest(&self) -> Result<Manifest> {
        match fs::read(self.directory.join("manifest.json")) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(failed),
            Err(error) if error.kind() == NotFound => Ok(Manifest::default()),
            Err(error) => Err(failed(error)),
        }
    }

    /// Changes the manifest, while the leases are held. The rename is the commit; the lock keeps other syncs out meanwhile.
    fn change(&self, leases: &[Lease], change: impl FnOnce(&mut Manifest)) -> Result<()> {
        let lock = File::create(self.directory.join("lock")).map_err(failed)?;
        lock.lock().map_err(failed)?;
        let mut manifest = self.manifest()?;
        leases.iter().try_for_each(|lease| lease.check(manifest.text(&lease.key)))?;
        change(&mut manifest);
        let (new, path) = (self.directory.join("manifest.new"), self.directory.join("manifest.json"));
        fs::write(&new, serde_json::to_vec(&manifest).map_err(failed)?).map_err(failed)?;
        fs::rename(new, path).map_err(failed)
    }

    /// Commits the rows of the load, and what else changes with them.
    fn commit_rows(&mut self, change: impl FnOnce(&mut Manifest, &LoadSpec)) -> Result<()> {
        let Some(spec) = &self.load else { return Ok(()) };
        let mut files = Vec::new();
        for (table, rows) in mem::take(&mut self.rows) {
            let name = format!("{table}.{}.jsonl", LoadId::generate());
            let lines: String = rows.iter().flat_map(|row| [row.to_string(), "\n".to_owned()]).collect();
            fs::write(self.directory.join(&name), lines).map_err(failed)?;
            files.push(LinesFile { name, table, load: spec.lease.load.clone() });
        }
        self.change(slice::from_ref(&spec.lease), |manifest| {
            manifest.files.extend(files);
            change(manifest, spec);
        })
    }
}

impl Manifest {
    fn text(&self, key: &StateKey) -> Option<&str> {
        self.state.iter().find(|(known, _)| known == key).map(|(_, text)| text.as_str())
    }

    fn change_state(&mut self, changes: Vec<StateChange>) {
        self.state.retain(|(key, _)| changes.iter().all(|change| change.key != *key));
        self.state.extend(changes.into_iter().filter_map(|change| Some((change.key, change.value?))));
    }

    /// Drops the rows of loads that are not complete.
    fn drop_unfinished(&mut self, table: &TableSchema, unfinished: &[LoadId]) {
        let written = written(table);
        self.files.retain(|file| file.table != written || !is_replaced(table) && !unfinished.contains(&file.load));
    }
}

impl StateStore for JsonLines {
    fn read_state<'a>(&'a mut self, key: &'a StateKey) -> DestinationFuture<'a, Option<String>> {
        Box::pin(async { Ok(self.manifest()?.text(key).map(str::to_owned)) })
    }

    fn write_state<'a>(&'a mut self, leases: &'a [Lease], changes: &'a [StateChange]) -> DestinationFuture<'a, ()> {
        Box::pin(async { self.change(leases, |manifest| manifest.change_state(changes.to_vec())) })
    }
}

// What it writes, for any rows: a source that merges does not compile with it.
impl<Row: ?Sized> Append<Row> for JsonLines {}
impl<Row: ?Sized> Replace<Row> for JsonLines {}

impl Destination for JsonLines {
    fn capabilities(&self) -> Capabilities {
        Capabilities::new().append().replace()
    }

    fn inspect<'a>(&'a mut self, of: &'a TableSchema, unfinished: &'a [LoadId]) -> DestinationFuture<'a, TableStatus> {
        Box::pin(async {
            let Manifest { tables, files, .. } = self.manifest()?;
            for table in of.with_children() {
                let Some(known) = tables.get(&table.name) else { continue };
                let is_other = |(name, kind): &(String, String)| known.get(name).is_some_and(|known| known != kind);
                if let Some((name, kind)) = columns(table).find(is_other) {
                    let message = format!("the column `{name}` of `{}` is not of the type {kind}", table.name);
                    return Err(Error::new(ErrorKind::Schema, message));
                }
            }
            let mut status = TableStatus::default();
            status.exists = tables.contains_key(&of.name);
            status.has_rows = files.iter().any(|file| file.table == of.name && !unfinished.contains(&file.load));
            status.resumable = files.iter().any(|file| file.table == written(of) && unfinished.contains(&file.load));
            status.last_load = files.iter().rfind(|file| file.table == of.name).map(|file| file.load.clone());
            Ok(status)
        })
    }

    fn begin(&mut self, load: LoadSpec, changes: Vec<StateChange>) -> DestinationFuture<'_, ()> {
        Box::pin(async {
            self.change(slice::from_ref(&load.lease), |manifest| {
                for table in load.table.iter().flat_map(|table| table.with_children()) {
                    if load.start == LoadStart::Refresh {
                        manifest.files.retain(|file| file.table != table.name);
                        manifest.tables.remove(&table.name);
                    }
                    if load.start != LoadStart::Resume {
                        manifest.drop_unfinished(table, &load.unfinished);
                    }
                    manifest.tables.entry(table.name.clone()).or_default().extend(columns(table));
                }
                manifest.change_state(changes);
            })?;
            self.rows.clear();
            self.load = Some(load);
            Ok(())
        })
    }

    fn write(&mut self, batch: Batch) -> DestinationFuture<'_, ()> {
        Box::pin(async move {
            for batch in iter::once(&batch).chain(batch.children().iter().map(ChildBatch::batch)) {
                let names = batch.schema().columns.iter().map(|column| column.name.clone());
                for row in batch.rows() {
                    let row = names.clone().zip(row.values().map(|value| json!(value))).collect();
                    self.rows.entry(written(batch.schema())).or_default().push(row);
                }
            }
            Ok(())
        })
    }

    fn quarantine(&mut self, rows: Quarantined) -> DestinationFuture<'_, ()> {
        Box::pin(async move {
            let lines = rows.rows.iter().map(|row| json!({ "url": rows.url, "text": row.text, "error": row.error }));
            self.rows.entry("_quarantine".to_owned()).or_default().extend(lines);
            Ok(())
        })
    }

    fn commit(&mut self, changes: Vec<StateChange>) -> DestinationFuture<'_, ()> {
        Box::pin(async { self.commit_rows(|manifest, _| manifest.change_state(changes)) })
    }

    fn flush(&mut self) -> DestinationFuture<'_, WriteStats> {
        Box::pin(async { Ok(WriteStats::default()) })
    }

    fn finish(&mut self, outcome: LoadOutcome, changes: Vec<StateChange>) -> DestinationFuture<'_, WriteStats> {
        Box::pin(async move {
            if outcome.end != LoadEnd::Complete {
                self.rows.clear();
            }
            self.commit_rows(|manifest, load| {
                for table in load.table.iter().flat_map(|table| table.with_children()) {
                    if outcome.end == LoadEnd::Incomplete {
                        manifest.drop_unfinished(table, &load.unfinished);
                    } else if outcome.end == LoadEnd::Complete && is_replaced(table) {
                        manifest.files.retain(|file| file.table != table.name);
                        let staged = manifest.files.iter_mut().filter(|file| file.table == written(table));
                        staged.for_each(|file| file.table.clone_from(&table.name));
                    }
                }
                manifest.change_state(changes);
            })?;
            Ok(WriteStats::default())
        })
    }

    fn cancel(&mut self, _changes: Option<Vec<StateChange>>) {
        self.rows.clear();
    }
}

fn is_replaced(table: &TableSchema) -> bool {
    table.disposition == WriteDisposition::Replace
}

/// Where the rows of a load are written: a table that is replaced stays as it is until they are complete.
fn written(table: &TableSchema) -> String {
    if is_replaced(table) { format!("new-{}", table.name) } else { table.name.clone() }
}

fn columns(table: &TableSchema) -> impl Iterator<Item = (String, String)> {
    table.columns.iter().map(|column| (column.name.clone(), column.kind.to_string()))
}

fn failed(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::new(ErrorKind::Destination, error.to_string()).with_source(error)
}
