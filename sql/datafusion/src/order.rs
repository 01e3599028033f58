//! The order of rows, where the API can list them in one.

use std::sync::Arc;

use arrow_schema::DataType;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::{EquivalenceProperties, Partitioning, PhysicalSortExpr};
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties as _, PlanProperties};
use declarest::SortDef;

use crate::exec;
use crate::reading::Reading;

/// The declared order that is this one. The order of texts is never taken from an API: it may not be that of their bytes.
pub(crate) fn declared(reading: &Reading, order: &[PhysicalSortExpr]) -> Option<&'static SortDef> {
    let [PhysicalSortExpr { expr, options }] = order else { return None };
    let column = expr.downcast_ref::<Column>()?;
    let schema = reading.schema();
    let field = schema.field_with_name(column.name()).ok()?;
    if field.is_nullable() || *field.data_type() == DataType::Utf8 {
        return None;
    }
    let scan = reading.resource.client.scan(reading.resource.name).ok()?;
    scan.sorts().iter().find(|sort| (sort.column, sort.descending) == (column.name(), options.descending))
}

/// The properties of a read of this list of work.
pub(crate) fn properties(reading: &Reading, work: &Arc<dyn ExecutionPlan>) -> Arc<PlanProperties> {
    let mut equivalences = EquivalenceProperties::new(reading.schema());
    if let Some((sort, column)) = reading.sort.and_then(|sort| Some((sort, exec::column(reading, sort.column)?))) {
        let options = arrow_schema::SortOptions { descending: sort.descending, nulls_first: sort.descending };
        equivalences.add_ordering([PhysicalSortExpr::new(column, options)]);
    }
    let partitions = Partitioning::UnknownPartitioning(work.output_partitioning().partition_count());
    Arc::new(PlanProperties::new(equivalences, partitions, EmissionType::Incremental, Boundedness::Bounded))
}
