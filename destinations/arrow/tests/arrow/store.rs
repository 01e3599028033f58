//! A folder of its own, read as any reader of Parquet reads it.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use arrow_array::cast::AsArray as _;
use arrow_array::types::{
    Date32Type, Float64Type, Int64Type, Time64MicrosecondType, TimestampMicrosecondType, UInt64Type,
};
use arrow_array::{Array, RecordBatch};
use arrow_schema::{DataType, TimeUnit};
use declarest::conformance::{Harness, Row};
use declarest::jiff::civil::{Time, date};
use declarest::jiff::{Timestamp, ToSpan as _, tz::TimeZone};
use declarest::{ColumnValue, Result};
use declarest_arrow::Parquet;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use tempfile::TempDir;

/// A folder that is gone after the test.
pub(crate) struct Store {
    folder: TempDir,
    commit_every: Duration,
}

impl Store {
    /// One of whose loads each commit is a file.
    pub(crate) fn new() -> Self {
        Self::committing(Duration::ZERO)
    }

    pub(crate) fn committing(commit_every: Duration) -> Self {
        Self { folder: tempfile::tempdir().expect("a folder"), commit_every }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn parquet(&self) -> Parquet {
        let folder = self.path().to_str().expect("UTF-8");
        Parquet::open(folder).expect("it opens").commit_every(self.commit_every)
    }

    /// The Parquet files that are there, whatever the commits say.
    pub(crate) fn globbed(&self, table: &str) -> Vec<PathBuf> {
        let Ok(found) = std::fs::read_dir(self.path().join(table)) else { return Vec::new() };
        let mut found: Vec<_> = found.map(|entry| entry.expect("an entry").path()).collect();
        found.sort();
        found
    }
}

/// The batches of a file.
pub(crate) fn read(path: &Path) -> Vec<RecordBatch> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(path).expect("a file")).expect("a Parquet file");
    let reader = reader.build().expect("a reader");
    reader.map(|batch| batch.expect("a batch")).collect()
}

/// The rows of a batch.
pub(crate) fn rows(batch: &RecordBatch) -> Vec<Row> {
    let schema = batch.schema();
    let columns = || schema.fields().iter().zip(batch.columns());
    let row = |at| columns().map(|(field, array)| (field.name().clone(), value(array, at))).collect();
    (0..batch.num_rows()).map(row).collect()
}

fn value(array: &dyn Array, row: usize) -> ColumnValue<'static> {
    if array.is_null(row) {
        return ColumnValue::Null;
    }
    let micros = || {
        let micros = array.as_primitive::<TimestampMicrosecondType>().value(row);
        Timestamp::from_microsecond(micros).expect("a time")
    };
    match array.data_type() {
        DataType::Boolean => array.as_boolean().value(row).into(),
        DataType::Int64 => array.as_primitive::<Int64Type>().value(row).into(),
        DataType::UInt64 => array.as_primitive::<UInt64Type>().value(row).into(),
        DataType::Float64 => array.as_primitive::<Float64Type>().value(row).into(),
        DataType::Utf8 => array.as_string::<i32>().value(row).to_owned().into(),
        DataType::Timestamp(TimeUnit::Microsecond, Some(_)) => micros().into(),
        DataType::Timestamp(TimeUnit::Microsecond, None) => micros().to_zoned(TimeZone::UTC).datetime().into(),
        DataType::Date32 => {
            let days = array.as_primitive::<Date32Type>().value(row);
            date(1970, 1, 1).checked_add(days.days()).expect("a day").into()
        }
        DataType::Time64(TimeUnit::Microsecond) => {
            let micros = array.as_primitive::<Time64MicrosecondType>().value(row);
            Time::midnight().checked_add(micros.microseconds()).expect("a time").into()
        }
        other => panic!("no column has the type {other}"),
    }
}

impl Harness for Store {
    type Destination = Parquet;

    async fn open(&self) -> Result<Parquet> {
        Ok(self.parquet())
    }

    async fn rows(&self, table: &str) -> Result<Vec<Row>> {
        let files = self.parquet().files(table).await?;
        let batches = files.iter().flat_map(|file| {
            let batches = read(Path::new(&file.location));
            assert_eq!(batches.iter().map(RecordBatch::num_rows).sum::<usize>() as u64, file.rows);
            batches
        });
        Ok(batches.flat_map(|batch| rows(&batch)).collect())
    }

    async fn quarantined(&self, resource: &str) -> Result<Option<Vec<String>>> {
        let rows = self.rows("_declarest_quarantine").await?;
        let text = |row: &Row, column: &str| match row.get(column) {
            Some(ColumnValue::Text(text)) => text.to_string(),
            _ => String::new(),
        };
        let of_resource = rows.iter().filter(|row| text(row, "resource") == resource);
        Ok(Some(of_resource.map(|row| text(row, "row")).collect()))
    }
}
