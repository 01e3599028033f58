//! Filters that requests do not say exactly, checked once more.
//!
//! The planner asks for each filter whether it is exact, and may write it in another form before the scan gets it. What the scan
//! then does not know to be exact, it checks itself.

use std::sync::Arc;

use datafusion::catalog::Session;
use datafusion::common::{DFSchema, Result};
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::utils::conjunction;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::filter::FilterExecBuilder;
use declarest::Scan;

use crate::columns::Columns;
use crate::query;

/// A check of rows.
pub(crate) struct Check {
    predicate: Arc<dyn PhysicalExpr>,
    /// How many of the columns are wanted: the first ones.
    wanted: usize,
}

impl Check {
    /// The check of those of the filters that are not exact, if there are any; the columns that it needs are added to those
    /// that are read.
    pub(crate) fn new(
        session: &dyn Session,
        scan: &Scan,
        columns: &Columns,
        filters: &[Expr],
        projection: &mut Vec<usize>,
    ) -> Result<Option<Self>> {
        let is_exact = |filter: &&Expr| query::pushed(scan, columns, filter).is_some_and(|(_, is_exact)| is_exact);
        let doubtful: Vec<Expr> = filters.iter().filter(|filter| !is_exact(filter)).cloned().collect();
        let Some(filter) = conjunction(doubtful) else { return Ok(None) };
        let wanted = projection.len();
        for column in filter.column_refs() {
            let index = columns.schema.index_of(&column.name)?;
            if !projection.contains(&index) {
                projection.push(index);
            }
        }
        let schema = DFSchema::try_from(columns.schema.project(projection)?)?;
        Ok(Some(Self { predicate: session.create_physical_expr(filter, &schema)?, wanted }))
    }

    /// The wanted columns of the rows that pass.
    pub(crate) fn of(self, plan: Arc<dyn ExecutionPlan>) -> Result<Arc<dyn ExecutionPlan>> {
        let filter = FilterExecBuilder::new(self.predicate, plan);
        Ok(Arc::new(filter.apply_projection(Some((0..self.wanted).collect()))?.build()?))
    }
}
