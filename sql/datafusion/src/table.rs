//! A resource as a table of `DataFusion`.

use std::pin::Pin;
use std::sync::Arc;

use arrow_schema::SchemaRef;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;
use declarest::{Scan, Source};

use crate::check::Check;
use crate::columns::Columns;
use crate::error::external;
use crate::exec::FetchExec;
use crate::opening::Opened;
use crate::options::Options;
use crate::query::{self, Query};
use crate::reading::{Reading, Resource};
use crate::spec::unjoined;

/// A resource of a source as a table.
///
/// [`register`](crate::register) makes one for each; made by itself, it can be registered under any name.
#[derive(Debug, Clone)]
pub struct ResourceTable(Arc<Resource>);

impl ResourceTable {
    /// The table of a resource. Sends nothing.
    ///
    /// # Errors
    /// [`Config`](declarest::ErrorKind::Config) if there is no such resource.
    pub fn new(source: &dyn Source, resource: &str) -> declarest::Result<Self> {
        let client = source.client().clone();
        let columns = Columns::new(&client.scan(resource)?);
        let name =
            client.resources().into_iter().find(|name| name.as_str() == resource).map_or("", |name| name.as_str());
        Ok(Self(Arc::new(Resource { client, name, columns })))
    }

    pub(crate) fn resource(&self) -> &Arc<Resource> {
        &self.0
    }

    /// The name of its source.
    pub(crate) fn source(&self) -> &'static str {
        self.0.client.name()
    }

    /// The plan of a query, without the request that one may be planned by.
    fn plan(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Planned> {
        let resource = &self.0;
        let scan = resource.client.scan(resource.name).map_err(external)?;
        let query = Query::new(&scan, &resource.columns, filters);
        let all = || (0..resource.columns.schema.fields().len()).collect();
        let is_empty = query.is_contradiction() || limit == Some(0);
        let mut projection = projection.cloned().unwrap_or_else(all);
        if is_empty {
            return Ok(Planned::Empty(EmptyExec::new(Arc::new(resource.columns.schema.project(&projection)?))));
        }
        let given = self.given(&query)?;
        let check = Check::new(session, &scan, &resource.columns, filters, &mut projection)?;
        // Rows that are dropped do not count.
        let limit = limit.filter(|_| check.is_none());
        let reading = Reading {
            resource: Arc::clone(resource),
            projection,
            params: query.params,
            range: (query.start, query.end),
            sort: None,
            limit,
        };
        let paging = scan.paging().map_err(external)?;
        let is_shared = paging.is_numbered && paging.page_size.is_some();
        let is_alone = given.len() == 1 && !given.iter().flatten().any(ScalarValue::is_null);
        let options = session.config_options().extensions.get::<Options>();
        let is_distributed = options.is_some_and(|options| options.distributed);
        let most = match is_shared || !is_alone {
            true if is_distributed => usize::MAX,
            true => paging.concurrency,
            false => 1,
        };
        let partitions = most.min(session.config().target_partitions());
        if is_distributed && let Some(param) = given.iter().flatten().position(ScalarValue::is_null) {
            return Err(external(unjoined(&reading, param)));
        }
        let plan = FetchExec::new(reading, given, partitions)?;
        let is_asked = is_distributed || options.is_some_and(|options| options.plan_requests);
        if is_alone && limit.is_none() && is_asked {
            let scan = plan.reading.scan(plan.given.first().map_or(&[], Vec::as_slice)).map_err(external)?;
            return Ok(Planned::Opened(Box::new(plan), Box::new(scan.slow_start()), check));
        }
        Ok(Planned::Ready(Box::new(plan), check))
    }

    /// The values of the params to give, each combination of them once; null for one that the query does not give.
    fn given(&self, query: &Query) -> Result<Vec<Vec<ScalarValue>>> {
        let mut all = vec![Vec::new()];
        for (given, values) in self.0.columns.given.iter().zip(&query.given) {
            let null = ScalarValue::try_from(self.0.columns.schema.field(given.column).data_type())?;
            let values = values.clone().unwrap_or_else(|| vec![null]);
            let with = |known: Vec<ScalarValue>| {
                values.iter().map(move |value| known.iter().chain([value]).cloned().collect()).collect::<Vec<_>>()
            };
            all = all.into_iter().flat_map(with).collect();
        }
        Ok(all)
    }
}

/// A plan, and what is to be requested before it is ready.
enum Planned {
    Empty(EmptyExec),
    Ready(Box<FetchExec>, Option<Check>),
    Opened(Box<FetchExec>, Box<Scan>, Option<Check>),
}

impl Planned {
    async fn ready(self) -> Result<Arc<dyn ExecutionPlan>> {
        let (plan, check) = match self {
            Self::Empty(plan) => return Ok(Arc::new(plan)),
            Self::Ready(plan, check) => (*plan, check),
            Self::Opened(plan, scan, check) => (plan.opened(Opened::new(*scan).await.map_err(external)?), check),
        };
        let plan: Arc<dyn ExecutionPlan> = Arc::new(plan);
        check.map_or(Ok(Arc::clone(&plan)), |check| check.of(plan))
    }
}

impl TableProvider for ResourceTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.0.columns.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        let scan = self.0.client.scan(self.0.name).map_err(external)?;
        // Each by itself: the planner asks again without those that it has pushed down.
        let pushed = |filter: &&Expr| match query::pushed(&scan, &self.0.columns, filter) {
            Some((_, true)) => TableProviderFilterPushDown::Exact,
            Some((_, false)) => TableProviderFilterPushDown::Inexact,
            None => TableProviderFilterPushDown::Unsupported,
        };
        Ok(filters.iter().map(pushed).collect())
    }

    // Written out: `async_trait` would keep the filters in the future, of which the compiler then proves once more that they may
    // go to another thread, which takes seconds.
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
        match self.plan(state, projection, filters, limit) {
            Ok(planned) => Box::pin(planned.ready()),
            Err(error) => Box::pin(std::future::ready(Err(error))),
        }
    }
}
