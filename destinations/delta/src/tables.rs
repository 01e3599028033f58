//! The Delta tables of a place, as their latest versions have them.

use std::collections::HashMap;

use declarest::Result;
use deltalake::arrow::array::RecordBatch;
use deltalake::arrow::datatypes::SchemaRef;
use deltalake::kernel::Add;
use deltalake::parquet::basic::{Compression, ZstdLevel};
use deltalake::parquet::file::properties::WriterProperties;
use deltalake::table::state::DeltaTableState;
use deltalake::writer::{DeltaWriter as _, RecordBatchWriter};
use deltalake::{DeltaTable, DeltaTableError};

use crate::error::failing;
use crate::place::Place;

/// How much a data file holds before the next one is begun.
pub(crate) const FILE_SIZE: u64 = 128 << 20;

/// The tables that were opened.
#[derive(Debug)]
pub(crate) struct Tables {
    place: Place,
    open: HashMap<Vec<String>, DeltaTable>,
}

impl Tables {
    pub(crate) fn new(place: Place) -> Self {
        Self { place, open: HashMap::new() }
    }

    /// The latest version of a table; `None` where there is none.
    pub(crate) async fn get(&mut self, path: &[String]) -> Result<Option<DeltaTable>> {
        let failing = |error| failing(format!("the table `{}` cannot be read", path.join("/")))(error);
        if let Some(table) = self.open.get_mut(path) {
            if table.update_state().await.is_ok() {
                return Ok(Some(table.clone()));
            }
            // It may have been dropped, and made again.
            self.open.remove(path);
        }
        let mut table = self.unloaded(path)?;
        if !table.verify_deltatable_existence().await.map_err(failing)? {
            return Ok(None);
        }
        table.load().await.map_err(failing)?;
        self.open.insert(path.to_vec(), table.clone());
        Ok(Some(table))
    }

    /// A table has had a commit, and is this with it: to find that out again takes longer the more files it has.
    pub(crate) fn advance(&mut self, path: &[String], state: DeltaTableState) {
        if let Some(table) = self.open.get_mut(path).filter(|table| table.version() < Some(state.version())) {
            table.state = Some(state);
        }
    }

    /// A table that is to be made.
    pub(crate) fn unloaded(&self, path: &[String]) -> Result<DeltaTable> {
        let path: Vec<_> = path.iter().map(String::as_str).collect();
        self.place.table(&path)
    }
}

/// The columns of a table as Arrow has them.
pub(crate) fn arrow_schema(table: &DeltaTable) -> Result<SchemaRef, DeltaTableError> {
    Ok(RecordBatchWriter::for_table(table)?.arrow_schema())
}

/// Writes data files for a table. They are part of it once they are committed.
pub(crate) struct FileWriter(RecordBatchWriter);

impl FileWriter {
    pub(crate) fn of(table: &DeltaTable) -> Result<Self, DeltaTableError> {
        Ok(Self(RecordBatchWriter::for_table(table)?.with_target_file_size(FILE_SIZE)).compressed())
    }

    /// For files that are in no table, in this directory.
    pub(crate) fn staging(directory: &DeltaTable, schema: SchemaRef) -> Result<Self, DeltaTableError> {
        let options = directory.log_store().config().options().raw.clone();
        let url = directory.table_url().to_string();
        Ok(Self(RecordBatchWriter::try_new(url, schema, None, Some(options))?).compressed())
    }

    fn compressed(self) -> Self {
        let level = ZstdLevel::try_new(3).unwrap_or_default();
        let properties = WriterProperties::builder().set_compression(Compression::ZSTD(level));
        Self(self.0.with_writer_properties(properties.build()))
    }

    /// The columns that rows must have.
    pub(crate) fn schema(&self) -> SchemaRef {
        self.0.arrow_schema()
    }

    pub(crate) async fn write(&mut self, rows: RecordBatch) -> Result<(), DeltaTableError> {
        if rows.num_rows() == 0 { Ok(()) } else { self.0.write(rows).await }
    }

    /// Ends the files.
    pub(crate) async fn finish(mut self) -> Result<Vec<Add>, DeltaTableError> {
        self.0.flush().await
    }
}
