//! Rows on their way to a destination: values borrowed from typed rows, one page at a time.

use std::any::Any;

use serde::Serialize;

use crate::child::ChildRows;
use crate::resource::Resource;

/// One value of one column.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Value<'a> {
    /// No value.
    Null,
    /// A truth value.
    Bool(bool),
    /// A signed integer.
    Integer(i64),
    /// An integer above the range of `i64`.
    Unsigned(u64),
    /// A floating-point number.
    Real(f64),
    /// Text, borrowed from the row.
    Text(&'a str),
    /// Text made for this row: nested values as JSON, times.
    Owned(String),
}

#[cfg(feature = "sqlite")]
impl<'a> Value<'a> {
    /// A plain value of JSON's; any other as its text.
    pub(crate) fn of_json(json: &'a serde_json::Value) -> Self {
        match json {
            serde_json::Value::Null => Self::Null,
            serde_json::Value::Bool(flag) => Self::Bool(*flag),
            serde_json::Value::String(text) => Self::Text(text),
            serde_json::Value::Number(number) => match (number.as_i64(), number.as_u64(), number.as_f64()) {
                (Some(number), ..) => Self::Integer(number),
                (None, Some(number), _) => Self::Unsigned(number),
                (None, None, Some(number)) => Self::Real(number),
                (None, None, None) => Self::Owned(number.to_string()),
            },
            other => Self::Owned(other.to_string()),
        }
    }
}

impl Value<'_> {
    /// The value in JSON.
    pub(crate) fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Null => serde_json::Value::Null,
            Self::Bool(flag) => (*flag).into(),
            Self::Integer(number) => (*number).into(),
            Self::Unsigned(number) => (*number).into(),
            Self::Real(number) => (*number).into(),
            Self::Text(text) => (*text).into(),
            Self::Owned(text) => text.as_str().into(),
        }
    }
}

/// The values of one row, in the order of the resource's columns.
#[derive(Debug, Default)]
pub struct Row<'a> {
    values: Vec<Value<'a>>,
    failed: Option<serde_json::Error>,
}

impl<'a> Row<'a> {
    /// The values, in the order in which they were added.
    pub(crate) fn values(&self) -> &[Value<'a>] {
        &self.values
    }

    /// The values, if all of them have a JSON form.
    pub(crate) fn into_values(self) -> Result<Vec<Value<'a>>, serde_json::Error> {
        self.failed.map_or(Ok(self.values), Err)
    }

    /// Adds a null.
    pub fn null(&mut self) {
        self.values.push(Value::Null);
    }

    /// Adds a truth value.
    pub fn bool(&mut self, value: bool) {
        self.values.push(Value::Bool(value));
    }

    /// Adds a signed integer.
    pub fn integer(&mut self, value: i64) {
        self.values.push(Value::Integer(value));
    }

    /// Adds an integer that may be above the range of `i64`.
    pub fn unsigned(&mut self, value: u64) {
        self.values.push(i64::try_from(value).map_or(Value::Unsigned(value), Value::Integer));
    }

    /// Adds a floating-point number.
    pub fn real(&mut self, value: f64) {
        self.values.push(Value::Real(value));
    }

    /// Adds text that the row holds.
    pub fn text(&mut self, value: &'a str) {
        self.values.push(Value::Text(value));
    }

    /// Adds text made for the purpose.
    pub fn owned(&mut self, value: String) {
        self.values.push(Value::Owned(value));
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

/// A page of typed rows whose type is no longer known.
pub trait Rows: Any + Send {
    /// How many rows there are.
    fn len(&self) -> usize;

    /// Hands the values of each row to `write`, until one fails.
    ///
    /// # Errors
    /// The first error of `write`, or that of a value that has no JSON form.
    fn each(&self, write: &mut dyn FnMut(&[Value<'_>]) -> Result<(), RowError>) -> Result<(), RowError>;

    /// The values of the elements that the row of this index has in a child table.
    ///
    /// # Errors
    /// That of a value that has no JSON form.
    fn child_rows(&self, index: usize, table: usize) -> Result<Vec<Vec<Value<'_>>>, RowError>;
}

/// Why a row could not be written.
#[derive(Debug)]
pub enum RowError {
    /// A value has no JSON form, for instance a map whose keys are not strings.
    Json(serde_json::Error),
    /// The destination refused it.
    Destination(Box<dyn std::error::Error + Send + Sync>),
}

impl<T: Resource> Rows for Vec<T> {
    fn len(&self) -> usize {
        self.len()
    }

    fn each(&self, write: &mut dyn FnMut(&[Value<'_>]) -> Result<(), RowError>) -> Result<(), RowError> {
        let mut row = Row { values: Vec::with_capacity(T::DEF.columns.len()), failed: None };
        for item in self {
            row.values.clear();
            item.row(&mut row);
            if let Some(error) = row.failed.take() {
                return Err(RowError::Json(error));
            }
            write(&row.values)?;
        }
        Ok(())
    }

    fn child_rows(&self, index: usize, table: usize) -> Result<Vec<Vec<Value<'_>>>, RowError> {
        let mut children = ChildRows::default();
        if let Some(item) = self.get(index) {
            item.child_rows(table, &mut children);
        }
        children
            .rows
            .into_iter()
            .map(|row| match row.failed {
                None => Ok(row.values),
                Some(error) => Err(RowError::Json(error)),
            })
            .collect()
    }
}
