//! What parents hand down to the resources that are read for each of their rows.

use serde_json::Value;

#[cfg(feature = "sqlite")]
use crate::schema::value::ColumnValue as CellValue;

/// What is taken from each row of a parent for one of its children.
#[doc(hidden)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkPlan {
    /// The child.
    pub child: &'static str,
    /// How many of the values make a request: it is made once for the same ones, and not at all without one.
    pub bound: usize,
    /// Where the values come from.
    pub values: Vec<LinkSource>,
    /// Stands for what they are: links that were left in another shape are of no use.
    pub shape: String,
}

/// Where a value comes from.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkSource {
    /// The column of the parent's row at this index.
    Column(usize),
    /// The parent's own link, which has it from a parent of its own.
    Inherited(usize),
}

/// The values that a child is read with.
#[doc(hidden)]
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// Its number: later links have higher ones.
    pub number: i64,
    /// The values, in the order of the plan.
    pub values: Vec<Value>,
}

#[cfg(feature = "sqlite")]
impl LinkPlan {
    /// The values for a row; no key where a value is missing that a request needs.
    pub(crate) fn take(&self, row: &[CellValue<'_>], inherited: &[Value]) -> (Option<String>, String) {
        let values: Vec<Value> = self
            .values
            .iter()
            .map(|source| match source {
                LinkSource::Column(index) => row.get(*index).map_or(Value::Null, CellValue::to_json),
                LinkSource::Inherited(index) => inherited.get(*index).cloned().unwrap_or_default(),
            })
            .collect();
        let bound = values.get(..self.bound).unwrap_or_default();
        let absent = |value: &Value| matches!(value, Value::Null) || value.as_str() == Some("");
        let key = (!bound.iter().any(absent)).then(|| Value::from(bound.to_vec()).to_string());
        (key, Value::from(values).to_string())
    }
}
