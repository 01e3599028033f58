//! The orders in which an API can list rows, as they are declared.

use serde::Serialize;

use crate::schema::column::ColumnType;
use crate::schema::reader::ColumnReader;

/// An order in which the API can list the rows: `sorts(line desc = "sort=line&order=desc")`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct SortDef {
    /// The column that the rows are ordered by, by its name in the resource's own table. Every row has a value of it.
    pub column: &'static str,
    /// Whether the greatest values come first.
    pub descending: bool,
    /// The query parameters that ask for this order.
    pub params: &'static [(&'static str, &'static str)],
}

impl SortDef {
    /// For generated code.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(column: &'static str, descending: bool, params: &'static [(&'static str, &'static str)]) -> Self {
        Self { column, descending, params }
    }

    /// What follows the column where the order is written.
    pub(crate) fn desc(&self) -> &'static str {
        if self.descending { " desc" } else { "" }
    }
}

/// Compiles where the values of a column have an order, and every row has one.
///
/// # Panics
/// Elsewhere: an error of the compiler, since only constants call it.
#[track_caller]
pub const fn sort_fits((column, reader): (ColumnType, ColumnReader), unordered: &'static str, absent: &'static str) {
    assert!(!matches!(column, ColumnType::Boolean | ColumnType::Json), "{}", unordered);
    assert!(!reader.is_optional(), "{}", absent);
}
