//! What a table or a read is, in a form that can be sent to another machine: names and values of a query. What a client was built
//! with, its secrets among it, is not part of it: there, another client of the same declaration reads.

use std::sync::Arc;

use datafusion::physical_plan::ExecutionPlan;
use declarest::jiff::Timestamp;
use declarest::jiff::civil::{Date, DateTime, Time};
use declarest::{Client, ColumnValue, Error, ErrorKind, Extent, Position, Result};
use serde::{Deserialize, Serialize};

use crate::exec::FetchExec;
use crate::opening::Opened;
use crate::reading::Reading;
use crate::table::ResourceTable;

/// What a [`ResourceTable`] is of.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TableSpec {
    resource: String,
}

/// What a [`FetchExec`] reads, apart from its list of work.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FetchSpec {
    resource: String,
    /// The columns, by their places in the table.
    columns: Vec<usize>,
    params: Vec<(String, Vec<Value>)>,
    range: (Option<Position>, Option<Position>),
    /// A column, and whether the greatest values come first.
    sort: Option<(String, bool)>,
    limit: Option<usize>,
    extent: Option<Known>,
}

/// An [`Extent`].
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Known {
    total: Option<u64>,
    is_exact: bool,
    pages: Option<u64>,
}

/// A value of a param.
#[derive(Debug, Clone, Serialize, Deserialize)]
enum Value {
    Bool(bool),
    Integer(i64),
    Unsigned(u64),
    /// Its bits: as text, it may come back as its neighbour.
    Real(u64),
    Text(String),
    Timestamp(Timestamp),
    Date(Date),
    Time(Time),
    DateTime(DateTime),
}

impl ResourceTable {
    /// The client that the table is read with.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.resource().client
    }

    /// What it is of.
    #[must_use]
    pub fn spec(&self) -> TableSpec {
        TableSpec { resource: self.resource().name.to_owned() }
    }

    /// The same table, of this client, which must be of the same declaration.
    ///
    /// # Errors
    /// [`Config`](ErrorKind::Config) where it has no such resource.
    pub fn from_spec(client: &Client, spec: &TableSpec) -> Result<Self> {
        Self::new(client, &spec.resource)
    }
}

impl FetchExec {
    /// The client that pages are requested with.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.reading.resource.client
    }

    /// What it reads.
    ///
    /// # Errors
    /// [`Config`](ErrorKind::Config) where it depends on values that a join gives it: these are known to the machine that joins, and no
    /// other.
    pub fn spec(&self) -> Result<FetchSpec> {
        let Reading { resource, projection, params, range, sort, limit } = &*self.reading;
        if let Some(param) = self.missing().next() {
            return Err(unjoined(&self.reading, param));
        }
        let params = params.iter().map(|(param, values)| {
            let values = values.iter().map(|value| Value::new(value).ok_or_else(|| unknown(resource.name, param.name)));
            Ok((param.name.to_owned(), values.collect::<Result<_>>()?))
        });
        Ok(FetchSpec {
            resource: resource.name.to_owned(),
            columns: projection.clone(),
            params: params.collect::<Result<_>>()?,
            range: range.clone(),
            sort: sort.map(|sort| (sort.column.to_owned(), sort.descending)),
            limit: *limit,
            extent: self.extent.map(|Extent { total, is_exact, pages, .. }| Known { total, is_exact, pages }),
        })
    }

    /// The same read by this client, which must be of the same declaration: of the pages that this list says, so many at a time in
    /// each partition (at least one).
    ///
    /// # Errors
    /// [`Config`](ErrorKind::Config) where the declaration has not what is read.
    pub fn from_spec(client: &Client, spec: FetchSpec, work: Arc<dyn ExecutionPlan>, at_a_time: usize) -> Result<Self> {
        let FetchSpec { resource, columns, params, range, sort, limit, extent } = spec;
        let scan = client.scan(&resource)?;
        let params = params.into_iter().map(|(name, values)| {
            let param =
                scan.params().iter().find(|param| param.name == name).ok_or_else(|| unknown(&resource, &name))?;
            Ok((param, values.into_iter().map(ColumnValue::from).collect()))
        });
        let params = params.collect::<Result<_>>()?;
        let sort = sort.map(|(column, descending)| {
            let known = scan.sorts().iter().find(|sort| sort.column == column && sort.descending == descending);
            known.ok_or_else(|| unknown(&resource, &column))
        });
        let sort = sort.transpose()?;
        let table = ResourceTable::new(client, &resource)?;
        let fields = table.resource().columns.schema.fields().len();
        if columns.iter().any(|column| *column >= fields) {
            return Err(unknown(&resource, "a column"));
        }
        let reading =
            Reading { resource: Arc::clone(table.resource()), projection: columns, params, range, sort, limit };
        let plan = Self::of_work(reading, work).at_a_time(at_a_time);
        Ok(match extent {
            Some(Known { total, is_exact, pages }) => {
                let mut extent = Extent::default();
                (extent.total, extent.is_exact, extent.pages) = (total, is_exact, pages);
                plan.opened(Opened::elsewhere(extent))
            }
            None => plan,
        })
    }
}

/// What is read needs a value of this param, by its place, which only a join gives.
pub(crate) fn unjoined(reading: &Reading, param: usize) -> Error {
    let name = reading.resource.columns.given.get(param).map_or("", |given| given.param.name);
    let message = format!("`{}` needs `{name} = …`: on a cluster, no join gives it", reading.resource.name);
    Error::new(ErrorKind::Config, message).with_help("give it in WHERE, by `=` or `IN`")
}

fn unknown(resource: &str, what: &str) -> Error {
    Error::new(ErrorKind::Config, format!("a plan reads `{what}` of `{resource}`, which this declaration has not"))
        .with_help("plan and run queries with the same declaration")
}

impl Value {
    /// None for null, which no param is set to.
    fn new(value: &ColumnValue<'static>) -> Option<Self> {
        Some(match value {
            ColumnValue::Bool(value) => Self::Bool(*value),
            ColumnValue::Integer(value) => Self::Integer(*value),
            ColumnValue::Unsigned(value) => Self::Unsigned(*value),
            ColumnValue::Real(value) => Self::Real(value.to_bits()),
            ColumnValue::Text(text) => Self::Text(text.clone().into_owned()),
            ColumnValue::Timestamp(value) => Self::Timestamp(*value),
            ColumnValue::Date(value) => Self::Date(*value),
            ColumnValue::Time(value) => Self::Time(*value),
            ColumnValue::DateTime(value) => Self::DateTime(*value),
            _ => return None,
        })
    }
}

impl From<Value> for ColumnValue<'static> {
    fn from(value: Value) -> Self {
        match value {
            Value::Bool(value) => value.into(),
            Value::Integer(value) => value.into(),
            Value::Unsigned(value) => value.into(),
            Value::Real(bits) => f64::from_bits(bits).into(),
            Value::Text(text) => text.into(),
            Value::Timestamp(value) => value.into(),
            Value::Date(value) => value.into(),
            Value::Time(value) => value.into(),
            Value::DateTime(value) => value.into(),
        }
    }
}
