//! One column of a batch.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};

use super::column::ColumnType;
use super::column_data::{ColumnData, TypedValues};
use super::table::ColumnSchema;
use super::texts::{TextBuffers, Texts};
use super::value::ColumnValue;

/// A column of a [`Batch`](crate::Batch): its values, row by row or as a slice of their type.
#[derive(Clone, Copy)]
pub struct ColumnRef<'b> {
    pub(super) schema: &'b ColumnSchema,
    pub(super) data: &'b ColumnData,
    pub(super) texts: &'b TextBuffers,
}

/// The values of a column by their type, one for each row. The place of a null holds a value without meaning: ask
/// [`ColumnRef::is_null`] or [`ColumnRef::nulls`] first.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum ColumnValues<'b> {
    /// Booleans.
    Boolean(&'b [bool]),
    /// Signed integers.
    Integer(&'b [i64]),
    /// Unsigned integers.
    Unsigned(&'b [u64]),
    /// Floating-point numbers.
    Real(&'b [f64]),
    /// Instants.
    Timestamp(&'b [Timestamp]),
    /// Civil dates.
    Date(&'b [Date]),
    /// Civil times of day.
    Time(&'b [Time]),
    /// Civil dates and times without an offset.
    DateTime(&'b [DateTime]),
    /// Texts.
    Text(Texts<'b>),
    /// JSON texts.
    Json(Texts<'b>),
}

impl<'b> ColumnRef<'b> {
    /// Its name, type and nullability.
    #[must_use]
    pub fn schema(&self) -> &'b ColumnSchema {
        self.schema
    }

    /// How many values it has, nulls included: as many as the batch has rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.data.len()
    }

    /// Whether it has no values.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether the value of a row, counted from 0, is null.
    #[must_use]
    pub fn is_null(&self, row: usize) -> bool {
        self.data.is_null(row)
    }

    /// For each row whether its value is null; `None` where none is.
    #[must_use]
    pub fn nulls(&self) -> Option<&'b [bool]> {
        self.data.nulls()
    }

    /// The value of a row, counted from 0; [`Null`](ColumnValue::Null) also where there is no such row.
    #[must_use]
    pub fn get(&self, row: usize) -> ColumnValue<'b> {
        self.data.get(row, self.texts)
    }

    /// All values as a slice of their type.
    #[must_use]
    pub fn values(&self) -> ColumnValues<'b> {
        match &self.data.values {
            TypedValues::Boolean(list) => ColumnValues::Boolean(list),
            TypedValues::Integer(list) => ColumnValues::Integer(list),
            TypedValues::Unsigned(list) => ColumnValues::Unsigned(list),
            TypedValues::Real(list) => ColumnValues::Real(list),
            TypedValues::Timestamp(list) => ColumnValues::Timestamp(list),
            TypedValues::Date(list) => ColumnValues::Date(list),
            TypedValues::Time(list) => ColumnValues::Time(list),
            TypedValues::DateTime(list) => ColumnValues::DateTime(list),
            TypedValues::Text(spans) if self.schema.kind == ColumnType::Json => {
                ColumnValues::Json(Texts::new(spans, self.texts))
            }
            TypedValues::Text(spans) => ColumnValues::Text(Texts::new(spans, self.texts)),
        }
    }
}

impl fmt::Debug for ColumnRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let values = (0..self.len()).map(|row| self.get(row));
        f.debug_struct("ColumnRef").field("schema", self.schema).field("values", &values.collect::<Vec<_>>()).finish()
    }
}
