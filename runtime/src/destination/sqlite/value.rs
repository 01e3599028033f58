//! Values as SQLite takes them.

use rusqlite::ToSql;
use rusqlite::types::{ToSqlOutput, ValueRef};

use crate::schema::value::ColumnValue;

/// A value that SQLite cannot hold.
pub(super) fn unstorable(message: &str) -> rusqlite::Error {
    rusqlite::Error::ToSqlConversionFailure(message.into())
}

impl ToSql for ColumnValue<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            ColumnValue::Null => ValueRef::Null,
            ColumnValue::Bool(value) => ValueRef::Integer((*value).into()),
            ColumnValue::Integer(value) => ValueRef::Integer(*value),
            ColumnValue::Unsigned(value) => {
                let message = format!(
                    "the integer {value} is larger than SQLite's largest ({}): declare the field as `declarest::Json`",
                    i64::MAX
                );
                return Err(unstorable(&message));
            }
            ColumnValue::Real(value) => ValueRef::Real(*value),
            ColumnValue::Text(text) => ValueRef::Text(text.as_bytes()),
            ColumnValue::Owned(text) => ValueRef::Text(text.as_bytes()),
        }))
    }
}
