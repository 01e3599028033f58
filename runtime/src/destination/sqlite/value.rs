//! Values as SQLite takes them.

use jiff::fmt::temporal::DateTimePrinter;
use rusqlite::ToSql;
use rusqlite::types::{ToSqlOutput, ValueRef};

use crate::destination::LoadId;
use crate::schema::value::ColumnValue;

/// Writes times.
const PRINTER: DateTimePrinter = DateTimePrinter::new();

/// A value as it is stored: a time as its text, which is written into `text`.
pub(super) fn stored<'v>(value: &'v ColumnValue<'_>, text: &'v mut String) -> rusqlite::Result<ValueRef<'v>> {
    text.clear();
    let written = match value {
        ColumnValue::Null => return Ok(ValueRef::Null),
        ColumnValue::Bool(value) => return Ok(ValueRef::Integer((*value).into())),
        ColumnValue::Integer(value) => return Ok(ValueRef::Integer(*value)),
        ColumnValue::Unsigned(value) => {
            return i64::try_from(*value).map(ValueRef::Integer).map_err(|_| {
                refused(format!(
                    "the integer {value} is larger than SQLite's largest ({}): declare the field as `declarest::Json`",
                    i64::MAX
                ))
            });
        }
        ColumnValue::Real(value) => return Ok(ValueRef::Real(*value)),
        ColumnValue::Text(text) => return Ok(ValueRef::Text(text.as_bytes())),
        ColumnValue::Timestamp(time) => PRINTER.print_timestamp(time, &mut *text),
        ColumnValue::Date(date) => PRINTER.print_date(date, &mut *text),
        ColumnValue::Time(time) => PRINTER.print_time(time, &mut *text),
        ColumnValue::DateTime(time) => PRINTER.print_datetime(time, &mut *text),
    };
    written.map_err(|error| refused(error.to_string()))?;
    Ok(ValueRef::Text(text.as_bytes()))
}

fn refused(message: String) -> rusqlite::Error {
    rusqlite::Error::ToSqlConversionFailure(message.into())
}

impl ToSql for LoadId {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        self.as_str().to_sql()
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jiff::civil::{date, time};

    use super::*;

    /// Databases hold these texts: they are what `Display` writes.
    #[test]
    fn times_are_stored_as_their_text() {
        let (mut text, dates) = (String::new(), [date(2024, 2, 29), date(-9999, 1, 1), date(9999, 12, 31)]);
        let mut check = |value: ColumnValue<'_>, expected: String| {
            assert_eq!(stored(&value, &mut text).ok(), Some(ValueRef::Text(expected.as_bytes())));
        };
        for time in [time(0, 0, 0, 0), time(1, 2, 3, 450_000_000), time(23, 59, 59, 999_999_999)] {
            check(time.into(), time.to_string());
            for date in dates {
                let datetime = date.to_datetime(time);
                check(date.into(), date.to_string());
                check(datetime.into(), datetime.to_string());
            }
        }
        for time in [Timestamp::MIN, Timestamp::UNIX_EPOCH, Timestamp::constant(1_706_659_200, 1_000), Timestamp::MAX] {
            check(time.into(), time.to_string());
        }
    }
}
