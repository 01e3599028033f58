//! Rows for a destination: values borrowed from typed rows, one page at a time.

use std::any::Any;

use serde::Serialize;

use super::value::ColumnValue;

/// The values of one row, in the order of the resource's columns.
#[derive(Debug, Default)]
pub struct Row<'a> {
    pub(crate) values: Vec<ColumnValue<'a>>,
    pub(crate) failed: Option<serde_json::Error>,
}

impl<'a> Row<'a> {
    /// The values, if all of them have a JSON form.
    pub(crate) fn into_values(self) -> Result<Vec<ColumnValue<'a>>, serde_json::Error> {
        self.failed.map_or(Ok(self.values), Err)
    }

    /// Adds a null.
    pub fn null(&mut self) {
        self.values.push(ColumnValue::Null);
    }

    /// Adds a boolean.
    pub fn bool(&mut self, value: bool) {
        self.values.push(ColumnValue::Bool(value));
    }

    /// Adds a signed integer.
    pub fn integer(&mut self, value: i64) {
        self.values.push(ColumnValue::Integer(value));
    }

    /// Adds an integer that may be above the range of `i64`.
    pub fn unsigned(&mut self, value: u64) {
        self.values.push(ColumnValue::unsigned(value));
    }

    /// Adds a floating-point number.
    pub fn real(&mut self, value: f64) {
        self.values.push(ColumnValue::Real(value));
    }

    /// Adds text borrowed from the row.
    pub fn text(&mut self, value: &'a str) {
        self.values.push(ColumnValue::Text(value.into()));
    }

    /// Adds text made for this value.
    pub fn owned(&mut self, value: String) {
        self.values.push(ColumnValue::Text(value.into()));
    }

    /// Adds a value as JSON text.
    pub fn json(&mut self, value: &(impl Serialize + ?Sized)) {
        match serde_json::to_string(value) {
            Ok(text) => self.owned(text),
            Err(error) => {
                self.null();
                self.failed.get_or_insert(error);
            }
        }
    }
}

/// A page of typed rows with the type erased.
pub trait Rows: Any + Send {
    /// How many rows there are.
    fn len(&self) -> usize;

    /// Calls `write` with the values of each row, until one fails.
    ///
    /// # Errors
    /// The first error of `write`, or that of a value that has no JSON form.
    fn each(&self, write: &mut dyn FnMut(&[ColumnValue<'_>]) -> Result<(), RowError>) -> Result<(), RowError>;

    /// The values of the elements that the row of this index has in a child table.
    ///
    /// # Errors
    /// That of a value that has no JSON form.
    fn child_rows(&self, index: usize, table: usize) -> Result<Vec<Vec<ColumnValue<'_>>>, RowError>;
}

/// Why a row could not be written.
#[derive(Debug)]
pub enum RowError {
    /// A value has no JSON form, for instance a map whose keys are not strings.
    Json(serde_json::Error),
    /// The page does not hold what was decoded from it: a bug of this crate.
    Internal(String),
    /// `write` refused it, and knows why.
    Refused,
}
