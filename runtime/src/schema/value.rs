//! One value of one column.

use serde::Serialize;

/// One value of one column.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum ColumnValue<'a> {
    /// No value.
    Null,
    /// A boolean.
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
impl<'a> ColumnValue<'a> {
    /// A scalar as it is; arrays and objects as JSON text.
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

impl ColumnValue<'_> {
    /// The value in JSON.
    pub(crate) fn to_json(&self) -> serde_json::Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}
