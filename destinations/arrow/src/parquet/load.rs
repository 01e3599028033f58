//! A load: rows that wait for a commit of the sync, files that wait for a commit of the folder.

use std::sync::Arc;
use std::time::Instant;

use declarest::destination::{LoadSpec, Quarantined, StateChange, StateKey};
use declarest::{Batch, ChildBatch, ColumnSchema, ColumnType, ColumnValue, TableSchema};
use object_store::ObjectStore;
use object_store::path::Path;

use super::catalog::{DataFile, is_replaced};
use super::error::Fault;
use super::file::FileWriter;
use super::log::OWN;
use super::settings::Settings;
use crate::table::ArrowTable;
use crate::types::Unsigned;

/// The table of rows that could not be read.
pub(crate) const QUARANTINE: &str = "_declarest_quarantine";

/// The load that is active.
pub(crate) struct Load {
    pub(crate) spec: LoadSpec,
    /// The resource's table, then those of its lists.
    tables: Vec<TableWriter>,
    quarantine: TableWriter,
    quarantined: Arc<TableSchema>,
    /// The changes of the state that go with the files.
    pub(crate) changes: Vec<StateChange>,
    /// Rows of the resource's table that are in files.
    pub(crate) written: u64,
    /// When the folder's latest commit of the load was.
    since: Instant,
    /// Whether rows could not be written: nothing more of the load is committed.
    pub(crate) has_failed: bool,
    file_size: u64,
    settings: Settings,
}

/// The rows of a table.
struct TableWriter {
    name: String,
    folder: Path,
    staged: bool,
    /// Those that the sync has not committed.
    rows: ArrowTable,
    /// Those that it has.
    file: Option<FileWriter>,
}

impl Load {
    pub(crate) fn new(spec: LoadSpec, settings: &Settings) -> Self {
        let load = spec.lease.load.as_str();
        let tables = spec.table.iter().flat_map(|table| table.with_children());
        let tables =
            tables.map(|table| TableWriter::new(table, Path::from_iter([table.name.as_str()]), load, settings));
        let quarantined = Arc::new(quarantine());
        let folder = Path::from_iter([OWN, "quarantine", spec.source.as_str(), spec.resource.as_str()]);
        Self {
            tables: tables.collect(),
            quarantine: TableWriter::new(&quarantined, folder, load, settings),
            quarantined,
            spec,
            changes: Vec::new(),
            written: 0,
            since: Instant::now(),
            has_failed: false,
            file_size: settings.file_size,
            settings: settings.clone(),
        }
    }

    /// Takes a page.
    pub(crate) fn write(&mut self, batch: &Batch) -> declarest::Result<()> {
        if self.has_failed {
            return Ok(());
        }
        let batches = std::iter::once(batch).chain(batch.children().iter().map(ChildBatch::batch));
        for (table, batch) in self.tables.iter_mut().zip(batches) {
            if let Err(error) = table.rows.append(batch) {
                self.has_failed = true;
                return Err(error);
            }
        }
        Ok(())
    }

    /// Takes rows that could not be read.
    pub(crate) fn quarantine(&mut self, rows: &Quarantined) -> declarest::Result<()> {
        let row = |bad: &declarest::destination::BadRow| -> [ColumnValue<'static>; 6] {
            [
                self.spec.resource.clone().into(),
                bad.text.clone().into(),
                bad.path.clone().into(),
                bad.error.clone().into(),
                rows.page.into(),
                rows.url.clone().into(),
            ]
        };
        let batch = Batch::from_rows(Arc::clone(&self.quarantined), rows.rows.iter().map(row))?;
        self.quarantine.rows.append(&batch)
    }

    /// Moves the rows so far into files: the sync has committed them.
    pub(crate) async fn encode(&mut self, store: &Arc<dyn ObjectStore>, names: &mut u64) -> Result<(), Fault> {
        self.written += self.waiting();
        for table in self.tables.iter_mut().chain([&mut self.quarantine]) {
            table.encode(store, self.spec.lease.load.as_str(), names).await?;
        }
        Ok(())
    }

    /// How many rows of the resource's table are not in a file.
    pub(crate) fn waiting(&self) -> u64 {
        self.tables.first().map_or(0, |table| table.rows.len() as u64)
    }

    /// Whether the files are to be committed.
    pub(crate) fn is_due(&self) -> bool {
        let size = self.tables.iter().filter_map(|table| table.file.as_ref()).map(FileWriter::size).max();
        size.is_some_and(|size| size >= self.file_size) || self.since.elapsed() >= self.settings.commit_every
    }

    /// Begins a file for each of these tables that has none in this load.
    pub(crate) fn open_empty(
        &mut self,
        store: &Arc<dyn ObjectStore>,
        names: &mut u64,
        is_empty: impl Fn(&str) -> bool,
    ) -> Result<(), Fault> {
        for table in &mut self.tables {
            if table.file.is_none() && is_empty(&table.name) {
                table.open(store, self.spec.lease.load.as_str(), names)?;
            }
        }
        Ok(())
    }

    /// Ends the files that were begun.
    pub(crate) async fn close(&mut self) -> Result<Vec<DataFile>, Fault> {
        let mut files = Vec::new();
        for TableWriter { name, staged, file, .. } in self.tables.iter_mut().chain([&mut self.quarantine]) {
            if let Some(mut file) = file.take() {
                let bytes = file.close().await?;
                let (path, load) = (file.path.to_string(), self.spec.lease.load.clone());
                files.push(DataFile { path, table: name.clone(), load, rows: file.rows, bytes, staged: *staged });
            }
        }
        Ok(files)
    }

    /// Forgets the rows that the sync has not committed.
    pub(crate) fn drop_rows(&mut self) {
        // What is taken out is gone; a batch that cannot be made of it is, too.
        self.tables.iter_mut().chain([&mut self.quarantine]).for_each(|table| drop(table.rows.finish()));
    }

    /// Forgets all rows that the folder has no commit of.
    pub(crate) fn forget(&mut self) {
        self.drop_rows();
        self.tables.iter_mut().chain([&mut self.quarantine]).for_each(|table| table.file = None);
    }

    /// Forgets all that the folder has no commit of, and takes no more.
    pub(crate) fn fail(&mut self) {
        self.has_failed = true;
        self.forget();
        self.changes.clear();
    }

    /// The folder has committed the files and the changes.
    pub(crate) fn is_committed(&mut self) {
        self.changes.clear();
        self.since = Instant::now();
    }

    /// The latest change of a text of the state that waits for the folder's commit.
    pub(crate) fn change(&self, key: &StateKey) -> Option<&StateChange> {
        self.changes.iter().rfind(|change| change.key == *key)
    }

    /// The folders in which its files are.
    pub(crate) fn folders(&self) -> Vec<Path> {
        self.tables.iter().chain([&self.quarantine]).map(|table| table.folder.clone()).collect()
    }
}

impl TableWriter {
    fn new(table: &TableSchema, folder: Path, load: &str, settings: &Settings) -> Self {
        let mut rows = ArrowTable::new(table, Unsigned::UInt64).with_text(declarest::destination::LOAD_ID, load);
        if settings.truncates_times {
            rows = rows.truncate_times();
        }
        Self { name: table.name.clone(), folder, staged: is_replaced(table), rows, file: None }
    }

    fn open(&mut self, store: &Arc<dyn ObjectStore>, load: &str, names: &mut u64) -> Result<&mut FileWriter, Fault> {
        if self.file.is_none() {
            *names += 1;
            let path = self.folder.clone().join(format!("{load}-{names:04}.parquet"));
            self.file = Some(FileWriter::new(store, path, self.rows.schema())?);
        }
        self.file.as_mut().ok_or_else(|| Fault::Internal("a file is missing".to_owned()))
    }

    async fn encode(&mut self, store: &Arc<dyn ObjectStore>, load: &str, names: &mut u64) -> Result<(), Fault> {
        if self.rows.is_empty() {
            return Ok(());
        }
        let batch = self.rows.finish()?;
        self.open(store, load, names)?.write(&batch).await
    }
}

/// The table of rows that could not be read.
fn quarantine() -> TableSchema {
    let texts = ["resource", "row", "path", "error"].map(|name| ColumnSchema::new(name, ColumnType::Text));
    let page = [ColumnSchema::new("page", ColumnType::Unsigned), ColumnSchema::new("url", ColumnType::Text)];
    TableSchema::new(QUARANTINE, texts.into_iter().chain(page))
}
