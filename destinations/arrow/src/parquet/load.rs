//! A load: rows that wait for a commit of the sync, files that wait for a commit of the folder.

use std::sync::Arc;
use std::time::Instant;

use declarest::destination::{LoadId, LoadSpec, Quarantined, StateChange, StateKey};
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

/// How many bytes of rows wait in memory for a commit of the sync.
const IN_MEMORY: usize = 16 << 20;

/// The load that is active.
pub(crate) struct Load {
    pub(crate) spec: LoadSpec,
    /// The resource's table, then those of its lists.
    tables: Vec<TableWriter>,
    quarantine: TableWriter,
    quarantined: Arc<TableSchema>,
    /// The changes of the state that go with the files.
    pub(crate) changes: Vec<StateChange>,
    /// Files that are whole and wait for the folder's commit.
    done: Vec<DataFile>,
    /// Whether the files have rows that the sync has not committed.
    is_ahead: bool,
    /// Rows of the resource's table that are in files, and that are in files of the folder's commits.
    pub(crate) written: u64,
    committed: u64,
    /// When the folder's latest commit of the load was.
    since: Instant,
    /// Whether rows could not be written: nothing more of the load is committed.
    pub(crate) has_failed: bool,
    settings: Settings,
}

/// The rows of a table.
struct TableWriter {
    name: String,
    folder: Path,
    staged: bool,
    /// How many bytes of a file are sent at once.
    part_size: usize,
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
            done: Vec::new(),
            is_ahead: false,
            written: 0,
            committed: 0,
            since: Instant::now(),
            has_failed: false,
            settings: settings.clone(),
        }
    }

    /// Takes a page. Rows that are too many for the memory go to the files before the sync commits them.
    pub(crate) async fn write(
        &mut self,
        batch: &Batch,
        store: &Arc<dyn ObjectStore>,
        names: &mut u64,
    ) -> Result<(), Fault> {
        if self.has_failed {
            return Ok(());
        }
        let batches = std::iter::once(batch).chain(batch.children().iter().map(ChildBatch::batch));
        let appended = self.tables.iter_mut().zip(batches).try_for_each(|(table, batch)| table.rows.append(batch));
        if let Err(error) = appended {
            self.has_failed = true;
            return Err(error.into());
        }
        if self.tables.iter().map(|table| table.rows.size()).sum::<usize>() >= IN_MEMORY {
            self.is_ahead = true;
            self.encode(store, names).await?;
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

    /// Moves the rows so far into files. Where that fails, those that the folder has no commit of are gone.
    pub(crate) async fn encode(&mut self, store: &Arc<dyn ObjectStore>, names: &mut u64) -> Result<(), Fault> {
        self.written += self.waiting();
        let encoded = self.try_encode(store, names).await;
        if encoded.is_err() {
            self.fail();
        }
        encoded
    }

    async fn try_encode(&mut self, store: &Arc<dyn ObjectStore>, names: &mut u64) -> Result<(), Fault> {
        for table in self.tables.iter_mut().chain([&mut self.quarantine]) {
            table.encode(store, &self.spec.lease.load, names).await?;
            if table.file.as_ref().is_some_and(|file| file.size() >= self.settings.file_size) {
                self.done.extend(table.close(&self.spec.lease.load).await?);
            }
        }
        Ok(())
    }

    /// The sync has committed what is in the files.
    pub(crate) fn advance(&mut self, changes: Vec<StateChange>) {
        self.changes.extend(changes);
        self.is_ahead = false;
    }

    /// How many rows of the resource's table are not in a file.
    pub(crate) fn waiting(&self) -> u64 {
        self.tables.first().map_or(0, |table| table.rows.len() as u64)
    }

    /// Whether the folder's next commit is due.
    pub(crate) fn is_due(&self) -> bool {
        !self.done.is_empty() || self.since.elapsed() >= self.settings.commit_every
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
                table.open(store, &self.spec.lease.load, names)?;
            }
        }
        Ok(())
    }

    /// Ends the files that were begun.
    pub(crate) async fn close(&mut self) -> Result<Vec<DataFile>, Fault> {
        for table in self.tables.iter_mut().chain([&mut self.quarantine]) {
            self.done.extend(table.close(&self.spec.lease.load).await?);
        }
        Ok(self.done.clone())
    }

    /// Forgets what the sync has not committed. Where rows of it are in the files, these are forgotten as a whole.
    pub(crate) fn interrupt(&mut self) {
        self.drop_rows();
        if self.is_ahead {
            self.forget();
            self.changes.clear();
        }
    }

    /// Forgets all rows that the folder has no commit of.
    pub(crate) fn forget(&mut self) {
        self.drop_rows();
        self.done.clear();
        self.tables.iter_mut().chain([&mut self.quarantine]).for_each(|table| table.file = None);
        self.written = self.committed;
    }

    /// Forgets all that the folder has no commit of, and takes no more.
    pub(crate) fn fail(&mut self) {
        self.has_failed = true;
        self.forget();
        self.changes.clear();
    }

    fn drop_rows(&mut self) {
        // What is taken out is gone; a batch that cannot be made of it is, too.
        self.tables.iter_mut().chain([&mut self.quarantine]).for_each(|table| drop(table.rows.finish()));
    }

    /// The folder has committed the files and the changes.
    pub(crate) fn is_committed(&mut self) {
        self.changes.clear();
        self.done.clear();
        self.committed = self.written;
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
        let (name, staged, part_size) = (table.name.clone(), is_replaced(table), settings.part_size);
        Self { name, folder, staged, part_size, rows, file: None }
    }

    fn open(&mut self, store: &Arc<dyn ObjectStore>, load: &LoadId, names: &mut u64) -> Result<&mut FileWriter, Fault> {
        if self.file.is_none() {
            *names += 1;
            let path = self.folder.clone().join(format!("{load}-{names:04}.parquet"));
            self.file = Some(FileWriter::new(store, path, self.rows.schema(), self.part_size)?);
        }
        self.file.as_mut().ok_or_else(|| Fault::Internal("a file is missing".to_owned()))
    }

    async fn encode(&mut self, store: &Arc<dyn ObjectStore>, load: &LoadId, names: &mut u64) -> Result<(), Fault> {
        if self.rows.is_empty() {
            return Ok(());
        }
        let batch = self.rows.finish()?;
        self.open(store, load, names)?.write(&batch).await
    }

    /// Ends the file, if there is one.
    async fn close(&mut self, load: &LoadId) -> Result<Option<DataFile>, Fault> {
        let Some(mut file) = self.file.take() else { return Ok(None) };
        let bytes = file.close().await?;
        let (path, table, load) = (file.path.to_string(), self.name.clone(), load.clone());
        Ok(Some(DataFile { path, table, load, rows: file.rows, bytes, staged: self.staged }))
    }
}

/// The table of rows that could not be read.
fn quarantine() -> TableSchema {
    let texts = ["resource", "row", "path", "error"].map(|name| ColumnSchema::new(name, ColumnType::Text));
    let page = [ColumnSchema::new("page", ColumnType::Unsigned), ColumnSchema::new("url", ColumnType::Text)];
    TableSchema::new(QUARANTINE, texts.into_iter().chain(page))
}
