//! What the rows of a parent leave for the resources that are read for each of them.

use serde::Serialize;
use serde_json::Value;

#[cfg(feature = "sqlite")]
use crate::schema::batch::RowRef;

/// What is taken from each row of a parent for one of its children.
#[doc(hidden)]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LinkPlan {
    /// The child.
    pub child: &'static str,
    /// How many of the values a request needs: one request is made for all rows with the same ones, none where one is missing.
    pub bound: usize,
    /// Where the values come from.
    pub values: Vec<LinkSource>,
    /// Stands for what the values are: links of another shape cannot be used.
    pub shape: String,
}

/// Where a value comes from.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum LinkSource {
    /// The column of the parent's row at this index.
    Column(usize),
    /// The value at this index of the parent's own link.
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

/// A link as it is stored.
#[cfg(feature = "sqlite")]
pub(crate) struct StoredLink {
    /// The values that a request needs, as JSON; none where one of them is missing.
    pub(crate) key: Option<String>,
    /// All values, as JSON.
    pub(crate) values: String,
}

#[cfg(feature = "sqlite")]
impl LinkPlan {
    /// The link that a row leaves; `None` where the plan and the row do not belong together.
    pub(crate) fn link(&self, row: RowRef<'_>, inherited: &[Value]) -> Option<StoredLink> {
        let value = |source: &LinkSource| match source {
            LinkSource::Column(index) => Some(row.get(*index).to_json()),
            LinkSource::Inherited(index) => inherited.get(*index).cloned(),
        };
        let values: Vec<Value> = self.values.iter().map(value).collect::<Option<_>>()?;
        let bound = values.get(..self.bound)?;
        let is_missing = |value: &Value| value.is_null() || value.as_str() == Some("");
        let key = (!bound.iter().any(is_missing)).then(|| Value::from(bound.to_vec()).to_string());
        Some(StoredLink { key, values: Value::from(values).to_string() })
    }
}
