//! A typed row on its way into the columns of a batch.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use serde::Serialize;

use super::column_data::{ColumnData, Misfit};
use super::texts::TextBuffers;
use super::value::ColumnValue;

/// Takes the values of a row, one for each column, in the order of the columns.
pub struct Row<'a> {
    sink: &'a mut dyn ValueSink,
    /// The column of the next value.
    column: usize,
    failed: Option<RowError>,
}

/// Where the values of a row go.
pub(crate) trait ValueSink {
    /// Takes the value of the column of this index.
    fn put(&mut self, column: usize, value: &ColumnValue<'_>) -> Result<(), Misfit>;
}

/// Why a row does not become values.
#[derive(Debug)]
pub(crate) struct RowError {
    /// The index of the column.
    pub(crate) column: usize,
    pub(crate) reason: RowFault,
}

#[derive(Debug)]
pub(crate) enum RowFault {
    /// The value has no JSON form: for instance a map whose keys are not strings.
    Json(serde_json::Error),
    /// The value is not of the column's type.
    Misfit,
}

impl<'a> Row<'a> {
    pub(crate) fn new(sink: &'a mut dyn ValueSink) -> Self {
        Self { sink, column: 0, failed: None }
    }

    /// Whether all values were taken.
    pub(crate) fn finish(self) -> Result<(), RowError> {
        self.failed.map_or(Ok(()), Err)
    }

    fn put(&mut self, value: &ColumnValue<'_>) {
        if self.sink.put(self.column, value).is_err() {
            self.failed.get_or_insert(RowError { column: self.column, reason: RowFault::Misfit });
        }
        self.column += 1;
    }

    /// Adds a null.
    pub fn null(&mut self) {
        self.put(&ColumnValue::Null);
    }

    /// Adds a boolean.
    pub fn bool(&mut self, value: bool) {
        self.put(&ColumnValue::Bool(value));
    }

    /// Adds a signed integer.
    pub fn integer(&mut self, value: i64) {
        self.put(&ColumnValue::Integer(value));
    }

    /// Adds an unsigned integer.
    pub fn unsigned(&mut self, value: u64) {
        self.put(&ColumnValue::Unsigned(value));
    }

    /// Adds a floating-point number.
    pub fn real(&mut self, value: f64) {
        self.put(&ColumnValue::Real(value));
    }

    /// Adds a text.
    pub fn text(&mut self, value: &str) {
        self.put(&ColumnValue::Text(value.into()));
    }

    /// Adds an instant.
    pub fn timestamp(&mut self, value: Timestamp) {
        self.put(&ColumnValue::Timestamp(value));
    }

    /// Adds a civil date.
    pub fn date(&mut self, value: Date) {
        self.put(&ColumnValue::Date(value));
    }

    /// Adds a civil time of day.
    pub fn time(&mut self, value: Time) {
        self.put(&ColumnValue::Time(value));
    }

    /// Adds a civil date and time.
    pub fn datetime(&mut self, value: DateTime) {
        self.put(&ColumnValue::DateTime(value));
    }

    /// Adds a value as JSON text.
    pub fn json(&mut self, value: &(impl Serialize + ?Sized)) {
        match serde_json::to_string(value) {
            Ok(text) => self.text(&text),
            Err(error) => {
                self.failed.get_or_insert(RowError { column: self.column, reason: RowFault::Json(error) });
                self.null();
            }
        }
    }
}

/// Columns that take all values of a row.
pub(crate) struct AllColumns<'b> {
    pub(crate) columns: &'b mut [ColumnData],
    pub(crate) texts: &'b mut TextBuffers,
}

impl ValueSink for AllColumns<'_> {
    fn put(&mut self, column: usize, value: &ColumnValue<'_>) -> Result<(), Misfit> {
        self.columns.get_mut(column).ok_or(Misfit)?.push(value, self.texts)
    }
}
