//! A scan whose errors name the executor that runs it.

use std::fmt;
use std::sync::Arc;

use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::error::Result;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::metrics::MetricsSet;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties, ReplaceChildrenOptions, replace_children_if_necessary,
};
use futures_util::TryStreamExt as _;

use crate::node_error::NodeError;

/// A scan as an executor runs it: all that it does is the scan's, and its errors name the executor.
#[derive(Debug)]
pub(crate) struct NamedScan {
    executor: Arc<str>,
    scan: Arc<dyn ExecutionPlan>,
}

impl NamedScan {
    pub(crate) fn new(executor: &Arc<str>, scan: Arc<dyn ExecutionPlan>) -> Self {
        Self { executor: Arc::clone(executor), scan }
    }

    fn with(&self, children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        let scan = replace_children_if_necessary(Arc::clone(&self.scan), children)?;
        Ok(Arc::new(Self::new(&self.executor, scan)))
    }
}

impl ExecutionPlan for NamedScan {
    fn name(&self) -> &str {
        self.scan.name()
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        self.scan.properties()
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        self.scan.children()
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        self.scan.benefits_from_input_partitioning()
    }

    fn apply_expressions(
        &self,
        visit: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        self.scan.apply_expressions(visit)
    }

    fn replace_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.with(children)
    }

    fn with_new_children(self: Arc<Self>, children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        self.with(children)
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let executor = Arc::clone(&self.executor);
        let batches = self.scan.execute(partition, context).map_err(|error| NodeError::named(&executor, error))?;
        let schema = batches.schema();
        let batches = batches.map_err(move |error| NodeError::named(&executor, error));
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, batches)))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        self.scan.metrics()
    }
}

impl DisplayAs for NamedScan {
    fn fmt_as(&self, format: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.scan.fmt_as(format, f)
    }
}
