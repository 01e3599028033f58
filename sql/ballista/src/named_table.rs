//! A table whose errors name the node that plans with it.

use std::pin::Pin;
use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::{Session, TableProvider};
use datafusion::error::Result;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_plan::ExecutionPlan;
use declarest_datafusion::ResourceTable;
use futures_util::TryFutureExt as _;

use crate::node_error::NodeError;

/// A table as the scheduler plans with it: all that it does is the table's, and its errors name the node.
#[derive(Debug)]
pub(crate) struct NamedTable {
    node: Arc<str>,
    pub(crate) table: ResourceTable,
}

impl NamedTable {
    pub(crate) fn new(node: &Arc<str>, table: ResourceTable) -> Self {
        Self { node: Arc::clone(node), table }
    }
}

impl TableProvider for NamedTable {
    fn schema(&self) -> SchemaRef {
        self.table.schema()
    }

    fn table_type(&self) -> TableType {
        self.table.table_type()
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        self.table.supports_filters_pushdown(filters)
    }

    fn scan<'a, 'b, 'c, 'd, 'async_trait>(
        &'a self,
        state: &'b dyn Session,
        projection: Option<&'c Vec<usize>>,
        filters: &'d [Expr],
        limit: Option<usize>,
    ) -> Pin<Box<dyn Future<Output = Result<Arc<dyn ExecutionPlan>>> + Send + 'async_trait>>
    where
        'a: 'async_trait,
        'b: 'async_trait,
        'c: 'async_trait,
        'd: 'async_trait,
        Self: 'async_trait,
    {
        let plan = self.table.scan(state, projection, filters, limit);
        Box::pin(plan.map_err(|error| NodeError::named(&self.node, error)))
    }
}
