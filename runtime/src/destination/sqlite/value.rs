//! Values as SQLite takes them.

use rusqlite::ToSql;
use rusqlite::types::{ToSqlOutput, ValueRef};

use crate::destination::LoadId;
use crate::schema::value::ColumnValue;

impl ToSql for ColumnValue<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            ColumnValue::Null => ValueRef::Null,
            ColumnValue::Bool(value) => ValueRef::Integer((*value).into()),
            ColumnValue::Integer(value) => ValueRef::Integer(*value),
            ColumnValue::Unsigned(value) => {
                if let Ok(value) = i64::try_from(*value) {
                    return Ok(ToSqlOutput::Borrowed(ValueRef::Integer(value)));
                }
                let message = format!(
                    "the integer {value} is larger than SQLite's largest ({}): declare the field as `declarest::Json`",
                    i64::MAX
                );
                return Err(rusqlite::Error::ToSqlConversionFailure(message.into()));
            }
            ColumnValue::Real(value) => ValueRef::Real(*value),
            ColumnValue::Text(text) => ValueRef::Text(text.as_bytes()),
            ColumnValue::Timestamp(time) => return Ok(time.to_string().into()),
            ColumnValue::Date(date) => return Ok(date.to_string().into()),
            ColumnValue::Time(time) => return Ok(time.to_string().into()),
            ColumnValue::DateTime(time) => return Ok(time.to_string().into()),
        }))
    }
}

impl ToSql for LoadId {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        self.as_str().to_sql()
    }
}
