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
    /// The columns whose values are wanted from here on, in ascending order; `None`: all.
    wanted: Option<&'a [usize]>,
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
        Self { sink, column: 0, wanted: None, failed: None }
    }

    /// Only the values of these columns, in ascending order: no other is looked at.
    pub(crate) fn only(sink: &'a mut dyn ValueSink, columns: &'a [usize]) -> Self {
        Self { wanted: Some(columns), ..Self::new(sink) }
    }

    /// Whether all values were taken.
    pub(crate) fn finish(self) -> Result<(), RowError> {
        self.failed.map_or(Ok(()), Err)
    }

    /// Whether the value of the next column is wanted; if not, it is passed over.
    #[inline]
    fn is_wanted(&mut self) -> bool {
        match self.wanted {
            None => true,
            Some([next, rest @ ..]) if *next == self.column => {
                self.wanted = Some(rest);
                true
            }
            Some(_) => {
                self.column += 1;
                false
            }
        }
    }

    fn put(&mut self, value: &ColumnValue<'_>) {
        if self.sink.put(self.column, value).is_err() {
            self.failed.get_or_insert(RowError { column: self.column, reason: RowFault::Misfit });
        }
        self.column += 1;
    }

    /// Refuses the row: its value has no form that can be stored.
    #[cfg(feature = "chrono")]
    pub(crate) fn misfit(&mut self) {
        self.failed.get_or_insert(RowError { column: self.column, reason: RowFault::Misfit });
        self.null();
    }

    /// Adds a null.
    #[inline]
    pub fn null(&mut self) {
        if self.is_wanted() {
            self.put(&ColumnValue::Null);
        }
    }

    /// Adds a boolean.
    #[inline]
    pub fn bool(&mut self, value: bool) {
        if self.is_wanted() {
            self.put(&ColumnValue::Bool(value));
        }
    }

    /// Adds a signed integer.
    #[inline]
    pub fn integer(&mut self, value: i64) {
        if self.is_wanted() {
            self.put(&ColumnValue::Integer(value));
        }
    }

    /// Adds an unsigned integer.
    #[inline]
    pub fn unsigned(&mut self, value: u64) {
        if self.is_wanted() {
            self.put(&ColumnValue::Unsigned(value));
        }
    }

    /// Adds a floating-point number.
    #[inline]
    pub fn real(&mut self, value: f64) {
        if self.is_wanted() {
            self.put(&ColumnValue::Real(value));
        }
    }

    /// Adds a text.
    #[inline]
    pub fn text(&mut self, value: &str) {
        if self.is_wanted() {
            self.put(&ColumnValue::Text(value.into()));
        }
    }

    /// Adds an instant.
    #[inline]
    pub fn timestamp(&mut self, value: Timestamp) {
        if self.is_wanted() {
            self.put(&ColumnValue::Timestamp(value));
        }
    }

    /// Adds a civil date.
    #[inline]
    pub fn date(&mut self, value: Date) {
        if self.is_wanted() {
            self.put(&ColumnValue::Date(value));
        }
    }

    /// Adds a civil time of day.
    #[inline]
    pub fn time(&mut self, value: Time) {
        if self.is_wanted() {
            self.put(&ColumnValue::Time(value));
        }
    }

    /// Adds a civil date and time.
    #[inline]
    pub fn datetime(&mut self, value: DateTime) {
        if self.is_wanted() {
            self.put(&ColumnValue::DateTime(value));
        }
    }

    /// Adds a value as JSON text.
    pub fn json(&mut self, value: &(impl Serialize + ?Sized)) {
        if !self.is_wanted() {
            return;
        }
        match serde_json::to_string(value) {
            Ok(text) => self.put(&ColumnValue::Text(text.into())),
            Err(error) => {
                self.failed.get_or_insert(RowError { column: self.column, reason: RowFault::Json(error) });
                self.put(&ColumnValue::Null);
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
