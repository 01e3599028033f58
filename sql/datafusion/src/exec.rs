//! The operator that reads pages: one plan for one machine and for several, over the list of work.

use std::collections::VecDeque;
use std::sync::Arc;

use datafusion::common::config::ConfigOptions;
use datafusion::common::stats::Precision;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Result, ScalarValue, Statistics, internal_err};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::{PhysicalExpr, PhysicalSortExpr};
use datafusion::physical_plan::filter_pushdown::{ChildPushdownResult, FilterPushdownPhase, FilterPushdownPropagation};
use datafusion::physical_plan::metrics::{ExecutionPlanMetricsSet, MetricBuilder, MetricsSet};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    ChildrenPropertiesMode, ExecutionPlan, PlanProperties, ReplaceChildrenOptions, SortOrderPushdownResult,
    StatisticsArgs,
};
use declarest::Extent;
use futures_util::stream::try_unfold;

use crate::joined::Joined;
use crate::opening::{Opened, Openings};
use crate::order;
use crate::reader::Reader;
use crate::reading::Reading;
use crate::work::{self, WorkItem};

/// More rows than any other side of a join has, as far as is known: what only a join gives its values to is read last.
const LAST: usize = 1 << 40;

/// How many rows a resource has, where nothing says so: an estimate.
const SOME: usize = 1_000;

/// Reads pages of a resource, as the list of work below it says: each partition those of its items.
#[derive(Debug, Clone)]
pub struct FetchExec {
    pub(crate) reading: Arc<Reading>,
    /// The values of the params to give: one read each.
    pub(crate) given: Vec<Vec<ScalarValue>>,
    work: Arc<dyn ExecutionPlan>,
    openings: Arc<Openings>,
    /// How much there is to read, if a page was read while the query was planned.
    pub(crate) extent: Option<Extent>,
    pub(crate) joined: Option<Joined>,
    /// Pages at a time in each partition, where that is not a part of what the client allows.
    at_a_time: Option<usize>,
    properties: Arc<PlanProperties>,
    metrics: ExecutionPlanMetricsSet,
}

impl FetchExec {
    /// Reads for each of these values, in so many partitions at most.
    pub(crate) fn new(reading: Reading, given: Vec<Vec<ScalarValue>>, partitions: usize) -> Result<Self> {
        let is_ordered = reading.limit.is_some() || reading.sort.is_some();
        let partitions = if is_ordered { 1 } else { partitions.max(1) };
        let lists = match &given[..] {
            [given] => (0..partitions as u64)
                .map(|part| vec![WorkItem { part, parts: partitions as u64, given: given.clone() }])
                .collect(),
            many => {
                let items = many.iter().map(|given| WorkItem { part: 0, parts: 1, given: given.clone() });
                work::shared_out(items.collect(), partitions)
            }
        };
        let work = work::plan(&reading.resource.columns, &lists)?;
        Ok(Self { given, ..Self::of_work(reading, work) })
    }

    /// Reads what this list of work says.
    pub(crate) fn of_work(reading: Reading, work: Arc<dyn ExecutionPlan>) -> Self {
        Self {
            properties: order::properties(&reading, &work),
            reading: Arc::new(reading),
            given: Vec::new(),
            work,
            openings: Arc::default(),
            extent: None,
            joined: None,
            at_a_time: None,
            metrics: ExecutionPlanMetricsSet::new(),
        }
    }

    /// With so many pages at a time in each partition.
    pub(crate) fn at_a_time(self, pages: usize) -> Self {
        Self { at_a_time: Some(pages.max(1)), ..self }
    }

    /// With the first page, which has been read.
    pub(crate) fn opened(self, opened: Opened) -> Self {
        Self { extent: Some(opened.extent), openings: Arc::new(Openings::planned(opened)), ..self }
    }

    /// The same query, read otherwise.
    fn with(&self, reading: Reading, partitions: usize) -> Result<Self> {
        Ok(Self { joined: self.joined.clone(), ..Self::new(reading, self.given.clone(), partitions)? })
    }

    /// The params, by their places, that only a join can give values to.
    pub(crate) fn missing(&self) -> impl Iterator<Item = usize> {
        let given = self.given.first().into_iter().flatten();
        given.enumerate().filter(|(_, value)| value.is_null()).map(|(index, _)| index)
    }

    fn partitions(&self) -> usize {
        self.properties.partitioning.partition_count()
    }
}

impl ExecutionPlan for FetchExec {
    fn name(&self) -> &'static str {
        "FetchExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.work]
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        // What the list says is the partitions.
        vec![false]
    }

    fn replace_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let (Some(work), 0) = (children.pop(), children.len()) else {
            return internal_err!("a read of pages has one list of work");
        };
        let properties = order::properties(&self.reading, &work);
        Ok(Arc::new(Self { work, properties, ..(*self).clone() }))
    }

    fn with_new_children(self: Arc<Self>, children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        self.replace_children(children, ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute))
    }

    fn apply_expressions(
        &self,
        visit: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        self.joined.as_ref().map_or(Ok(TreeNodeRecursion::Continue), |joined| visit(&joined.filter))
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let schema = self.schema();
        let output = MetricBuilder::new(&self.metrics).output_rows(partition);
        let reader = Reader {
            reading: Arc::clone(&self.reading),
            schema: Arc::clone(&schema),
            opening: self.openings.next(partition, self.partitions()),
            joined: self.joined.clone(),
            at_a_time: self.at_a_time,
            list: self.work.execute(partition, context)?,
            items: VecDeque::new(),
            pieces: VecDeque::new(),
            given: Vec::new(),
            partitions: self.partitions(),
            wanted: self.reading.limit,
            requests: MetricBuilder::new(&self.metrics).counter("requests", partition),
        };
        let batches = try_unfold((reader, output), |(mut reader, output)| async move {
            let batch = reader.next().await?;
            Ok(batch.map(|batch| {
                output.add(batch.num_rows());
                (batch, (reader, output))
            }))
        });
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, batches)))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }

    fn statistics_from_inputs(&self, _: &[Arc<Statistics>], args: &StatisticsArgs) -> Result<Arc<Statistics>> {
        let mut statistics = Statistics::new_unknown(&self.schema());
        let total = self.extent.and_then(|extent| Some((usize::try_from(extent.total?).ok()?, extent.is_exact)));
        statistics.num_rows = match total {
            _ if self.missing().next().is_some() => Precision::Inexact(LAST),
            Some((total, true)) if args.partition().is_none() && self.reading.limit.is_none() => {
                Precision::Exact(total)
            }
            Some((total, _)) => Precision::Inexact(self.reading.limit.map_or(total, |limit| limit.min(total))),
            None => Precision::Inexact(self.reading.limit.map_or(SOME, |limit| limit.min(SOME))),
        };
        Ok(Arc::new(statistics))
    }

    fn fetch(&self) -> Option<usize> {
        self.reading.limit
    }

    fn with_fetch(&self, limit: Option<usize>) -> Option<Arc<dyn ExecutionPlan>> {
        let reading = Reading { limit, ..(*self.reading).clone() };
        self.with(reading, self.partitions()).ok().map(|plan| Arc::new(plan) as _)
    }

    fn try_pushdown_sort(&self, order: &[PhysicalSortExpr]) -> Result<SortOrderPushdownResult<Arc<dyn ExecutionPlan>>> {
        // A limit takes rows in the order that they have.
        let sort =
            order::declared(&self.reading, order).filter(|_| self.reading.limit.is_none() && self.given.len() == 1);
        let Some(sort) = sort else { return Ok(SortOrderPushdownResult::Unsupported) };
        let reading = Reading { sort: Some(sort), ..(*self.reading).clone() };
        Ok(SortOrderPushdownResult::Exact { inner: Arc::new(self.with(reading, 1)?) })
    }

    fn handle_child_pushdown_result(
        &self,
        _: FilterPushdownPhase,
        result: ChildPushdownResult,
        _: &ConfigOptions,
    ) -> Result<FilterPushdownPropagation<Arc<dyn ExecutionPlan>>> {
        let columns = &self.reading.resource.columns;
        let joined = self.missing().find_map(|param| {
            let column = columns.schema.field(columns.given.get(param)?.column).name();
            let filter = result.parent_filters.iter().map(|filter| &filter.filter);
            let filter = filter.into_iter().find(|filter| Joined::is_about(filter, column))?;
            Some(Joined { param, column: column.clone(), filter: Arc::clone(filter) })
        });
        let unchanged = FilterPushdownPropagation::all_unsupported(result);
        Ok(match joined {
            Some(joined) => unchanged.with_updated_node(Arc::new(Self { joined: Some(joined), ..self.clone() })),
            None => unchanged,
        })
    }
}

/// The column of this name in the plan's schema.
pub(crate) fn column(reading: &Reading, name: &str) -> Option<Arc<dyn PhysicalExpr>> {
    let index = reading.schema().index_of(name).ok()?;
    Some(Arc::new(Column::new(name, index)))
}
