//! The columns of Delta tables: their types, and whether a table that is there has them.

use std::sync::Arc;

use declarest::destination::{DELETED_AT, LOAD_ID};
use declarest::{ColumnType, Deleted, Result, TableSchema};
use deltalake::DeltaTableError;
use deltalake::arrow::array::{ArrayRef, RecordBatch, new_null_array};
use deltalake::arrow::compute::cast;
use deltalake::arrow::datatypes::{DataType as ArrowType, FieldRef, Schema, SchemaRef};
use deltalake::arrow::error::ArrowError;
use deltalake::kernel::engine::arrow_conversion::TryIntoArrow as _;
use deltalake::kernel::{DataType, StructField, StructType};

use crate::entry::Columns;
use crate::error::misfit;

/// The property of a table that holds its primary key.
pub(crate) const KEY_PROPERTY: &str = "declarest.primaryKey";

/// The columns of a table to be made. All may be null: a column that a later declaration lacks is.
pub(crate) fn columns(table: &TableSchema) -> Columns {
    let mut fields = own_fields(table);
    fields.push(StructField::nullable(LOAD_ID, DataType::STRING));
    if table.deleted == Deleted::Mark {
        fields.push(StructField::nullable(DELETED_AT, DataType::TIMESTAMP));
    }
    Columns { fields, key: table.merge_key().to_vec() }
}

/// Those that are declared.
pub(crate) fn own_fields(table: &TableSchema) -> Vec<StructField> {
    table.columns.iter().map(|column| StructField::nullable(&column.name, data_type(column.kind))).collect()
}

/// The same as Arrow has them.
pub(crate) fn arrow_fields(fields: &[StructField]) -> Result<Vec<FieldRef>, DeltaTableError> {
    let schema: Schema = (&StructType::try_new(fields.iter().cloned())?).try_into_arrow()?;
    Ok(schema.fields().iter().cloned().collect())
}

/// The type of a column.
fn data_type(kind: ColumnType) -> DataType {
    match kind {
        ColumnType::Boolean => DataType::BOOLEAN,
        ColumnType::Integer => DataType::LONG,
        // Twenty digits hold each `u64`; the precision is below the limit of 38.
        ColumnType::Unsigned => DataType::decimal(20, 0).unwrap_or(DataType::STRING),
        ColumnType::Real => DataType::DOUBLE,
        ColumnType::Timestamp => DataType::TIMESTAMP,
        ColumnType::Date => DataType::DATE,
        ColumnType::DateTime => DataType::TIMESTAMP_NTZ,
        // Delta has no times of day, and no JSON.
        _ => DataType::STRING,
    }
}

/// Refuses a table whose columns have other types, or whose rows have another key.
pub(crate) fn check(table: &TableSchema, there: &StructType, key: Option<&str>) -> Result<()> {
    let declared = columns(table);
    let mut problems = Vec::new();
    for field in &declared.fields {
        let Some(found) = there.field(field.name()) else { continue };
        if found.data_type() != field.data_type() {
            let (name, found, declared) = (field.name(), found.data_type(), field.data_type());
            problems.push(format!("column `{name}` is {found}, declared is {declared}"));
        }
    }
    let known = key.and_then(|key| serde_json::from_str::<Vec<String>>(key).ok());
    if let Some(known) = known.filter(|known| !declared.key.is_empty() && *known != declared.key) {
        problems.push(format!("the primary key is ({}), declared is ({})", known.join(", "), declared.key.join(", ")));
    }
    if problems.is_empty() { Ok(()) } else { Err(misfit(&table.name, &problems)) }
}

/// The columns that a table lacks.
pub(crate) fn missing(columns: &Columns, there: &StructType) -> Vec<StructField> {
    columns.fields.iter().filter(|field| there.field(field.name()).is_none()).cloned().collect()
}

/// The rows in the columns of a schema, by name: with those that they lack as nulls, without others.
pub(crate) fn conform(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, ArrowError> {
    let column = |name: &str, data_type: &ArrowType| -> Result<ArrayRef, ArrowError> {
        match batch.column_by_name(name) {
            Some(array) if array.data_type() == data_type => Ok(Arc::clone(array)),
            Some(array) => cast(array, data_type),
            None => Ok(new_null_array(data_type, batch.num_rows())),
        }
    };
    let arrays = schema.fields().iter().map(|field| column(field.name(), field.data_type()));
    RecordBatch::try_new(Arc::clone(schema), arrays.collect::<Result<_, _>>()?)
}
