//! Columns as Arrow has them.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_schema::extension::{EXTENSION_TYPE_METADATA_KEY, EXTENSION_TYPE_NAME_KEY};
use arrow_schema::{DataType, Field, Schema, TimeUnit};
use declarest::{ColumnSchema, ColumnType, TableSchema};

/// The name by which Arrow knows JSON in a column of texts.
const JSON: &str = "arrow.json";

/// The time zone of instants.
pub(crate) const UTC: &str = "UTC";

/// The Arrow type of `u64`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Unsigned {
    /// `UInt64`.
    #[default]
    UInt64,
    /// `Decimal128(20, 0)`, for what knows signed integers only, such as Delta tables.
    Decimal20,
}

/// The Arrow schema of a table's own columns, in their order. Those of its lists are tables of their own.
///
/// ```
/// use declarest::{ColumnSchema, ColumnType, TableSchema};
/// use declarest_arrow::{Unsigned, arrow_schema};
///
/// let line = ColumnSchema::new("line", ColumnType::Integer).nullable();
/// let issues = TableSchema::new("issues", [ColumnSchema::new("key", ColumnType::Text), line]);
/// let schema = arrow_schema(&issues, Unsigned::default());
/// assert_eq!(schema.field(0).data_type().to_string(), "Utf8");
/// assert!(schema.field(1).is_nullable());
/// ```
#[must_use]
pub fn arrow_schema(table: &TableSchema, unsigned: Unsigned) -> Schema {
    Schema::new(table.columns.iter().map(|column| arrow_field(column, unsigned)).collect::<Vec<_>>())
}

/// The Arrow field of a column: its name, its type (see the [crate](crate#types)) and whether it may be null.
#[must_use]
pub fn arrow_field(column: &ColumnSchema, unsigned: Unsigned) -> Field {
    let data_type = match column.kind {
        ColumnType::Boolean => DataType::Boolean,
        ColumnType::Integer => DataType::Int64,
        ColumnType::Unsigned if unsigned == Unsigned::Decimal20 => DataType::Decimal128(20, 0),
        ColumnType::Unsigned => DataType::UInt64,
        ColumnType::Real => DataType::Float64,
        ColumnType::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, Some(Arc::from(UTC))),
        ColumnType::Date => DataType::Date32,
        ColumnType::Time => DataType::Time64(TimeUnit::Microsecond),
        ColumnType::DateTime => DataType::Timestamp(TimeUnit::Microsecond, None),
        // What is to come is text until it has a type here.
        _ => DataType::Utf8,
    };
    let field = Field::new(&column.name, data_type, column.nullable);
    if column.kind != ColumnType::Json {
        return field;
    }
    let extension = [(EXTENSION_TYPE_NAME_KEY, JSON), (EXTENSION_TYPE_METADATA_KEY, "")];
    field.with_metadata(HashMap::from(extension.map(|(key, value)| (key.to_owned(), value.to_owned()))))
}
