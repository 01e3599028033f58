//! What a param narrows the rows to, as it is declared.

use serde::Serialize;

use crate::schema::column::ColumnType;

/// What a param narrows the rows to: `filters severity`, `filters >= line`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct ParamFilter {
    /// The column whose values are compared with the param, by its name in the resource's own table.
    pub column: &'static str,
    /// How they are compared: `column operator param`.
    pub operator: FilterOperator,
    /// Whether the API returns exactly the rows that match. If not (`inexact`), it returns all of these, and maybe others.
    /// A row without a value never matches.
    pub exact: bool,
}

/// How the values of a column are compared with a param.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub enum FilterOperator {
    /// Rows with the param's value; where it takes several, with one of them.
    Equal,
    /// Rows with a smaller value.
    Less,
    /// Rows with the param's value or a smaller one.
    LessOrEqual,
    /// Rows with a greater value.
    Greater,
    /// Rows with the param's value or a greater one.
    GreaterOrEqual,
}

impl ParamFilter {
    /// For generated code: an exact filter.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(column: &'static str, operator: FilterOperator) -> Self {
        Self { column, operator, exact: true }
    }

    /// The same where the API only narrows.
    #[doc(hidden)]
    #[must_use]
    pub const fn inexact(self) -> Self {
        Self { exact: false, ..self }
    }
}

/// Compiles where the values of a param can be compared with those of a column: by an order, if it is a bound.
///
/// # Panics
/// Elsewhere: an error of the compiler, since only constants call it.
#[track_caller]
pub const fn filter_fits(
    column: ColumnType,
    param: ColumnType,
    is_bound: bool,
    differ: &'static str,
    unordered: &'static str,
    stored: &'static str,
) {
    use ColumnType as T;
    assert!(!matches!(column, T::Json), "{}", stored);
    let is_same = matches!(
        (column, param),
        (T::Boolean, T::Boolean)
            | (T::Integer | T::Unsigned, T::Integer | T::Unsigned)
            | (T::Real, T::Real)
            | (T::Text, T::Text)
            | (T::Timestamp, T::Timestamp)
            | (T::Date, T::Date)
            | (T::Time, T::Time)
            | (T::DateTime, T::DateTime)
    );
    assert!(is_same, "{}", differ);
    assert!(!(is_bound && matches!(column, T::Boolean | T::Text)), "{}", unordered);
}
