// A directory as a destination: files of JSON lines, and a manifest that each commit replaces as a whole.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::ErrorKind::NotFound;
use std::path::PathBuf;

use declarest::destination::{
    Capabilities, DestinationFuture, Lease, LoadEnd, LoadId, LoadOutcome, LoadSpec, LoadStart, Quarantined,
    StateChange, StateKey, StateStore, TableStatus, WriteStats,
};
use declarest::{Batch, Destination, Error, ErrorKind, Result, TableSchema, WriteDisposition};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// A directory of files of JSON lines, and `manifest.json`, which says which of them are the rows of which table.
pub struct JsonLines {
    directory: PathBuf,
    load: Option<LoadSpec>,
    /// Lines that are not committed, by table.
    lines: BTreeMap<String, String>,
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
    /// Whether its rows wait for the end of the load, to replace the table.
    staged: bool,
}

impl JsonLines {
    /// Opens the directory, or makes it.
    pub fn open(directory: impl Into<PathBuf>) -> Result<Self> {
        let directory = directory.into();
        fs::create_dir_all(&directory).map_err(failed)?;
        Ok(Self { directory, load: None, lines: BTreeMap::new() })
    }

    /// The committed rows of a table.
    pub fn rows(&self, table: &str) -> Result<Vec<Map<String, Value>>> {
        let mut rows = Vec::new();
        for file in self.manifest()?.files.iter().filter(|file| file.table == table && !file.staged) {
            let text = fs::read_to_string(self.directory.join(&file.name)).map_err(failed)?;
            rows.extend(text.lines().map(serde_json::from_str).collect::<Result<Vec<_>, _>>().map_err(failed)?);
        }
        Ok(rows)
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
        for lease in leases {
            lease.check(manifest.text(&lease.key))?;
        }
        change(&mut manifest);
        let (new, path) = (self.directory.join("manifest.new"), self.directory.join("manifest.json"));
        fs::write(&new, serde_json::to_vec(&manifest).map_err(failed)?).map_err(failed)?;
        fs::rename(new, path).map_err(failed)
    }

    /// Commits the lines of the load, and what else changes with them.
    fn commit_lines(&mut self, change: impl FnOnce(&mut Manifest, &LoadSpec)) -> Result<()> {
        let Some(spec) = &self.load else { return Ok(()) };
        let mut files = Vec::new();
        for (table, lines) in std::mem::take(&mut self.lines) {
            let load = spec.lease.load.clone();
            let name = format!("{table}.{}.jsonl", LoadId::generate());
            fs::write(self.directory.join(&name), lines).map_err(failed)?;
            let staged = table != QUARANTINE && spec.table.as_ref().is_some_and(|table| is_replaced(table));
            files.push(LinesFile { name, table, load, staged });
        }
        self.change(std::slice::from_ref(&spec.lease), |manifest| {
            manifest.files.extend(files);
            change(manifest, spec);
        })
    }

    fn add_line(&mut self, table: &str, values: impl Iterator<Item = (String, Value)>) {
        let line = Value::from(values.collect::<Map<_, _>>()).to_string();
        self.lines.entry(table.to_owned()).or_default().extend([line.as_str(), "\n"]);
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

    /// Drops the rows of loads that are not complete, which are staged where the table is replaced.
    fn drop_unfinished(&mut self, table: &TableSchema, unfinished: &[LoadId]) {
        let is_left = |file: &LinesFile| file.staged || !is_replaced(table) && unfinished.contains(&file.load);
        self.files.retain(|file| file.table != table.name || !is_left(file));
    }
}

impl StateStore for JsonLines {
    fn read_state<'a>(&'a mut self, key: &'a StateKey) -> DestinationFuture<'a, Option<String>> {
        Box::pin(async { Ok(self.manifest()?.text(key).map(str::to_owned)) })
    }

    fn write_state<'a>(&'a mut self, leases: &'a [Lease], changes: &'a [StateChange]) -> DestinationFuture<'a, ()> {
        Box::pin(async move { self.change(leases, |manifest| manifest.change_state(changes.to_vec())) })
    }
}

impl Destination for JsonLines {
    fn capabilities(&self) -> Capabilities {
        Capabilities::new().append().replace()
    }

    fn inspect<'a>(
        &'a mut self,
        table: &'a TableSchema,
        unfinished: &'a [LoadId],
    ) -> DestinationFuture<'a, TableStatus> {
        Box::pin(async {
            let manifest = self.manifest()?;
            for table in table.with_children() {
                let Some(known) = manifest.tables.get(&table.name) else { continue };
                let is_other = |kind: &String, declared: &str| kind != declared;
                for column in &table.columns {
                    let declared = column.kind.to_string();
                    if let Some(kind) = known.get(&column.name).filter(|kind| is_other(kind, &declared)) {
                        let message = format!("`{}.{}` is {kind}, declared is {declared}", table.name, column.name);
                        return Err(Error::new(ErrorKind::Schema, message));
                    }
                }
            }
            let mut status =
                TableStatus { exists: manifest.tables.contains_key(&table.name), ..TableStatus::default() };
            for file in manifest.files.iter().filter(|file| file.table == table.name) {
                let is_unfinished = unfinished.contains(&file.load);
                status.has_rows |= !file.staged && !is_unfinished;
                status.resumable |= file.staged == is_replaced(table) && is_unfinished;
            }
            Ok(status)
        })
    }

    fn begin(&mut self, load: LoadSpec, changes: Vec<StateChange>) -> DestinationFuture<'_, ()> {
        Box::pin(async move {
            self.change(std::slice::from_ref(&load.lease), |manifest| {
                for table in load.table.iter().flat_map(|table| table.with_children()) {
                    match load.start {
                        LoadStart::Refresh => {
                            manifest.files.retain(|file| file.table != table.name);
                            manifest.tables.remove(&table.name);
                        }
                        LoadStart::Fresh => manifest.drop_unfinished(table, &load.unfinished),
                        _ => {}
                    }
                    let columns = table.columns.iter().map(|column| (column.name.clone(), column.kind.to_string()));
                    manifest.tables.entry(table.name.clone()).or_default().extend(columns);
                }
                manifest.change_state(changes);
            })?;
            self.lines.clear();
            self.load = Some(load);
            Ok(())
        })
    }

    fn write(&mut self, batch: Batch) -> DestinationFuture<'_, ()> {
        Box::pin(async move {
            for batch in std::iter::once(&batch).chain(batch.children().iter().map(|list| list.batch())) {
                let names = batch.schema().columns.iter().map(|column| column.name.clone());
                for row in batch.rows() {
                    self.add_line(&batch.schema().name, names.clone().zip(row.values().map(|value| json!(value))));
                }
            }
            Ok(())
        })
    }

    fn quarantine(&mut self, rows: Quarantined) -> DestinationFuture<'_, ()> {
        Box::pin(async move {
            for row in rows.rows {
                let values = [("url", json!(rows.url)), ("text", json!(row.text)), ("error", json!(row.error))];
                self.add_line(QUARANTINE, values.into_iter().map(|(name, value)| (name.to_owned(), value)));
            }
            Ok(())
        })
    }

    fn commit(&mut self, changes: Vec<StateChange>) -> DestinationFuture<'_, ()> {
        Box::pin(async { self.commit_lines(|manifest, _| manifest.change_state(changes)) })
    }

    fn flush(&mut self) -> DestinationFuture<'_, WriteStats> {
        Box::pin(async { Ok(WriteStats::default()) })
    }

    fn finish(&mut self, outcome: LoadOutcome, changes: Vec<StateChange>) -> DestinationFuture<'_, WriteStats> {
        Box::pin(async move {
            if outcome.end != LoadEnd::Complete {
                self.lines.clear();
            }
            self.commit_lines(|manifest, load| {
                for table in load.table.iter().flat_map(|table| table.with_children()) {
                    if outcome.end == LoadEnd::Complete && is_replaced(table) {
                        manifest.files.retain(|file| file.table != table.name || file.staged);
                        manifest
                            .files
                            .iter_mut()
                            .filter(|file| file.table == table.name)
                            .for_each(|file| file.staged = false);
                    } else if outcome.end == LoadEnd::Incomplete {
                        manifest.drop_unfinished(table, &[&load.unfinished[..], &[load.lease.load.clone()]].concat());
                    }
                }
                manifest.change_state(changes);
            })?;
            self.load = None;
            Ok(WriteStats::default())
        })
    }

    fn cancel(&mut self, _changes: Option<Vec<StateChange>>) {
        self.load = None;
    }
}

/// The table of the rows that could not be read.
const QUARANTINE: &str = "_quarantine";

fn is_replaced(table: &TableSchema) -> bool {
    table.disposition == WriteDisposition::Replace
}

fn failed(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::new(ErrorKind::Destination, error.to_string()).with_source(error)
}
