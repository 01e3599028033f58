//! Which columns a fetch reads its pages into.

use std::sync::Arc;

use crate::schema::table::TableSchema;
use crate::schema::value::ColumnValue;

/// Which columns a fetch reads its pages into. Its columns are those of the resource, then the included ones.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct BatchPlan {
    /// The table of the batches: that of the projection, if there is one.
    pub(crate) schema: Arc<TableSchema>,
    /// The values of the columns after the resource's own, the same in all rows: those of a parent's row.
    pub(crate) included: Vec<ColumnValue<'static>>,
    /// Which of all columns are built, by index; `None`: all.
    pub(crate) projection: Option<Vec<usize>>,
}

impl BatchPlan {
    /// All columns of a table.
    pub(crate) fn new(schema: Arc<TableSchema>, included: Vec<ColumnValue<'static>>) -> Self {
        Self { schema, included, projection: None }
    }

    /// With other values of the last columns. A plan that has no such columns is as before.
    pub(crate) fn with_last(&self, values: Vec<ColumnValue<'static>>) -> Self {
        let mut plan = self.clone();
        if let Some(before) = plan.included.len().checked_sub(values.len()) {
            plan.included.truncate(before);
            plan.included.extend(values);
        }
        plan
    }

    /// Some columns of a table, in any order, each once. Its lists are left out.
    ///
    /// # Errors
    /// [`Config`](crate::ErrorKind::Config) when there is no such column, or one is named twice.
    #[cfg(test)]
    pub(crate) fn project(self, columns: Vec<usize>) -> crate::error::Result<Self> {
        let schema = Arc::new(self.schema.project(&columns)?);
        Ok(Self { schema, projection: Some(columns), ..self })
    }

    /// Where the values of a column of the table come from: the index among all columns.
    pub(super) fn source(&self, column: usize) -> usize {
        self.projection.as_ref().and_then(|columns| columns.get(column).copied()).unwrap_or(column)
    }
}
