//! A directory of its own, read as any client of Delta tables reads it.

use std::path::Path;
use std::sync::Arc;

use declarest::conformance::{Harness, Row};
use declarest::jiff::civil::{Date, DateTime, date};
use declarest::jiff::{SignedDuration, Timestamp};
use declarest::{ColumnValue, Error, ErrorKind, Result};
use declarest_delta::Delta;
use deltalake::arrow::array::{Array, ArrayRef, AsArray as _};
use deltalake::arrow::compute::cast;
use deltalake::arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Float64Type, Int64Type, TimeUnit, TimestampMicrosecondType,
};
use deltalake::datafusion::prelude::SessionContext;
use deltalake::delta_datafusion::create_session;
use deltalake::{DeltaTable, ensure_table_uri};
use tempfile::TempDir;

/// A directory.
pub(crate) struct Store(TempDir);

impl Store {
    pub(crate) fn new() -> Self {
        Self(TempDir::new().expect("a directory"))
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn delta(&self) -> Delta {
        Delta::open(self.path().to_str().expect("a name")).expect("it opens")
    }

    /// The latest version of a table.
    pub(crate) async fn table(&self, name: &str) -> Option<DeltaTable> {
        table(self.path(), name).await
    }

    /// The rows of a query over a table.
    pub(crate) async fn query(&self, table: &str, sql: &str) -> Result<Vec<Row>> {
        let Some(found) = self.table(table).await else { return Ok(Vec::new()) };
        rows(&found, table, sql).await
    }

    /// The only value of a query over a table, as text.
    pub(crate) async fn one(&self, table: &str, sql: &str) -> String {
        let rows = self.query(table, sql).await.expect("a query");
        match rows.into_iter().next().and_then(|row| row.into_values().next()) {
            Some(ColumnValue::Text(text)) => text.into_owned(),
            Some(ColumnValue::Integer(number)) => number.to_string(),
            other => format!("{other:?}"),
        }
    }
}

/// The latest version of a table in a directory.
pub(crate) async fn table(directory: &Path, name: &str) -> Option<DeltaTable> {
    let path = directory.join(name);
    if !path.join("_delta_log").exists() {
        return None;
    }
    let url = ensure_table_uri(path.to_str().expect("a name")).expect("a URL");
    Some(deltalake::open_table(url).await.expect("a table"))
}

pub(crate) async fn rows(table: &DeltaTable, name: &str, sql: &str) -> Result<Vec<Row>> {
    let failed = |error: &dyn std::fmt::Display| Error::new(ErrorKind::Destination, error.to_string());
    let session: SessionContext = create_session().into_inner();
    let provider = table.table_provider().await.map_err(|error| failed(&error))?;
    session.register_table(name, provider).map_err(|error| failed(&error))?;
    let batches =
        session.sql(sql).await.map_err(|error| failed(&error))?.collect().await.map_err(|error| failed(&error))?;
    let mut found = Vec::new();
    for batch in batches {
        let (schema, arrays) = (batch.schema(), batch.columns().iter().map(plain).collect::<Vec<_>>());
        for row in 0..batch.num_rows() {
            let columns = schema.fields().iter().zip(&arrays);
            found.push(columns.map(|(field, array)| (field.name().clone(), value(array, row))).collect());
        }
    }
    Ok(found)
}

/// Texts of all kinds as one.
fn plain(array: &ArrayRef) -> ArrayRef {
    match array.data_type() {
        DataType::Boolean
        | DataType::Int64
        | DataType::Float64
        | DataType::Decimal128(..)
        | DataType::Date32
        | DataType::Timestamp(..) => Arc::clone(array),
        _ => cast(array, &DataType::Utf8).expect("texts"),
    }
}

fn value(array: &dyn Array, row: usize) -> ColumnValue<'static> {
    if array.is_null(row) {
        return ColumnValue::Null;
    }
    match array.data_type() {
        DataType::Boolean => ColumnValue::Bool(array.as_boolean().value(row)),
        DataType::Int64 => ColumnValue::Integer(array.as_primitive::<Int64Type>().value(row)),
        DataType::Float64 => ColumnValue::Real(array.as_primitive::<Float64Type>().value(row)),
        DataType::Decimal128(20, 0) => {
            ColumnValue::Text(array.as_primitive::<Decimal128Type>().value(row).to_string().into())
        }
        DataType::Date32 => {
            let days = i64::from(array.as_primitive::<Date32Type>().value(row));
            ColumnValue::Date(date(1970, 1, 1).checked_add(SignedDuration::from_hours(24 * days)).unwrap_or(Date::ZERO))
        }
        DataType::Timestamp(TimeUnit::Microsecond, zone) => {
            let micros = array.as_primitive::<TimestampMicrosecondType>().value(row);
            if zone.is_some() {
                return ColumnValue::Timestamp(Timestamp::from_microsecond(micros).unwrap_or(Timestamp::UNIX_EPOCH));
            }
            let there = date(1970, 1, 1).at(0, 0, 0, 0).checked_add(SignedDuration::from_micros(micros));
            ColumnValue::DateTime(there.unwrap_or(DateTime::ZERO))
        }
        _ => ColumnValue::Text(array.as_string::<i32>().value(row).to_owned().into()),
    }
}

impl Harness for Store {
    type Destination = Delta;

    async fn open(&self) -> Result<Delta> {
        Ok(self.delta())
    }

    async fn rows(&self, table: &str) -> Result<Vec<Row>> {
        self.query(table, &format!("SELECT * FROM \"{table}\"")).await
    }

    async fn quarantined(&self, resource: &str) -> Result<Option<Vec<String>>> {
        let table = "_declarest_quarantine";
        let sql = format!("SELECT row FROM {table} WHERE resource = '{resource}'");
        let rows = self.query(table, &sql).await?;
        let text = |value| match value {
            ColumnValue::Text(text) => Some(text.into_owned()),
            _ => None,
        };
        Ok(Some(rows.into_iter().flat_map(Row::into_values).filter_map(text).collect()))
    }
}
