//! Rows that could not be read, as a Delta table of their own.

use std::sync::Arc;

use declarest::destination::{BadRow, LOAD_ID, LoadSpec, Quarantined};
use declarest::jiff::Timestamp;
use deltalake::DeltaTableError;
use deltalake::arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use deltalake::arrow::datatypes::Schema;
use deltalake::kernel::{DataType, StructField};

use crate::entry::Columns;
use crate::types::arrow_fields;

/// The name of the table.
pub(crate) const TABLE: &str = "_declarest_quarantine";

pub(crate) fn columns_of_table() -> Columns {
    let text = |name| StructField::nullable(name, DataType::STRING);
    let fields = vec![
        text("resource"),
        text("row"),
        text("path"),
        text("error"),
        StructField::nullable("page", DataType::LONG),
        text("url"),
        text(LOAD_ID),
        StructField::nullable("quarantined_at", DataType::TIMESTAMP),
    ];
    Columns { fields, key: Vec::new() }
}

/// The rows of the table for these pages.
pub(crate) fn rows(spec: &LoadSpec, pages: &[Quarantined]) -> Result<RecordBatch, DeltaTableError> {
    let all: Vec<_> = pages.iter().flat_map(|page| page.rows.iter().map(move |row| (page, row))).collect();
    let text = |of: &dyn Fn(&(&Quarantined, &BadRow)) -> String| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(all.iter().map(of)))
    };
    let page = |(page, _): &(&Quarantined, &BadRow)| i64::try_from(page.page).unwrap_or(i64::MAX);
    let times = TimestampMicrosecondArray::from(vec![Timestamp::now().as_microsecond(); all.len()]);
    let columns: Vec<ArrayRef> = vec![
        text(&|_| spec.resource.clone()),
        text(&|(_, row)| row.text.clone()),
        text(&|(_, row)| row.path.clone()),
        text(&|(_, row)| row.error.clone()),
        Arc::new(Int64Array::from_iter_values(all.iter().map(page))),
        text(&|(page, _)| page.url.clone()),
        text(&|_| spec.lease.load.to_string()),
        Arc::new(times.with_timezone("UTC")),
    ];
    let schema = Schema::new(arrow_fields(&columns_of_table().fields)?);
    Ok(RecordBatch::try_new(Arc::new(schema), columns)?)
}
