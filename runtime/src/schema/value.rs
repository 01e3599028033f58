//! One value of one column.

use std::borrow::Cow;

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
    /// Text: borrowed from the row, or made for it, as nested values and times are.
    Text(Cow<'a, str>),
}

#[cfg(feature = "sqlite")]
impl<'a> ColumnValue<'a> {
    /// A scalar as it is; arrays and objects as JSON text.
    pub(crate) fn of_json(json: &'a serde_json::Value) -> Self {
        match json {
            serde_json::Value::Null => Self::Null,
            serde_json::Value::Bool(flag) => Self::Bool(*flag),
            serde_json::Value::String(text) => Self::Text(text.into()),
            serde_json::Value::Number(number) => match (number.as_i64(), number.as_u64(), number.as_f64()) {
                (Some(number), ..) => Self::Integer(number),
                (None, Some(number), _) => Self::Unsigned(number),
                (None, None, Some(number)) => Self::Real(number),
                (None, None, None) => Self::Text(number.to_string().into()),
            },
            other => Self::Text(other.to_string().into()),
        }
    }
}

impl ColumnValue<'_> {
    /// An integer that may be above the range of `i64`.
    pub(crate) fn unsigned(number: u64) -> Self {
        i64::try_from(number).map_or(Self::Unsigned(number), Self::Integer)
    }

    /// The value in JSON.
    pub(crate) fn to_json(&self) -> serde_json::Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}
