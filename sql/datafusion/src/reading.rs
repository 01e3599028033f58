//! What is read of a resource: the same for each part of the work.

use std::fmt;
use std::sync::Arc;

use arrow_schema::{Schema, SchemaRef};
use datafusion::common::ScalarValue;
use declarest::{Client, ColumnValue, Error, ErrorKind, ParamDef, Position, Result, Scan, SortDef};

use crate::columns::Columns;
use crate::literal;

/// A resource as a table.
pub(crate) struct Resource {
    pub(crate) client: Client,
    pub(crate) name: &'static str,
    pub(crate) columns: Columns,
}

impl fmt::Debug for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Resource")
            .field("source", &self.client.name())
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// What is read of a resource.
#[derive(Debug, Clone)]
pub(crate) struct Reading {
    pub(crate) resource: Arc<Resource>,
    /// The columns, by their indices in the table.
    pub(crate) projection: Vec<usize>,
    /// Params of every request.
    pub(crate) params: Vec<(&'static ParamDef, Vec<ColumnValue<'static>>)>,
    /// The range of the cursor.
    pub(crate) range: (Option<Position>, Option<Position>),
    pub(crate) sort: Option<&'static SortDef>,
    /// How many rows are wanted.
    pub(crate) limit: Option<usize>,
}

impl Reading {
    /// The columns of the batches.
    pub(crate) fn schema(&self) -> SchemaRef {
        let fields = self.resource.columns.schema.fields();
        let fields = self.projection.iter().filter_map(|index| fields.get(*index).cloned());
        Arc::new(Schema::new(fields.collect::<Vec<_>>()))
    }

    /// Whether nothing but the number of rows is wanted, and constants.
    pub(crate) fn is_count(&self) -> bool {
        self.projection.iter().all(|column| *column >= self.resource.columns.own)
    }

    /// The read for these values of the params to give.
    pub(crate) fn scan(&self, given: &[ScalarValue]) -> Result<Scan> {
        let Resource { client, name, columns } = &*self.resource;
        let own = self.projection.iter().filter(|column| **column < columns.own);
        let mut scan = client.scan(name)?.project(own.map(|column| columns.schema.field(*column).name()))?;
        for (param, values) in &self.params {
            scan = set(scan, param, values)?;
        }
        for (column, value) in columns.given.iter().zip(given) {
            if !value.is_null() {
                let value = literal::value(column.param.kind, value).ok_or_else(|| {
                    let message = format!("`{name}.{}` cannot be {value}", column.param.name);
                    Error::new(ErrorKind::Config, message)
                })?;
                scan = set(scan, column.param, &[value])?;
            }
        }
        if self.range != (None, None) {
            let (start, end) = self.range.clone();
            scan = scan.range(start, end)?;
        }
        match self.sort {
            Some(SortDef { column, descending, .. }) => scan.sort(column, *descending),
            None => Ok(scan),
        }
    }

    /// The same read where no more rows are wanted than these: by pages no larger than needed.
    pub(crate) fn limited(scan: Scan, rows: usize) -> Result<Scan> {
        let paging = scan.paging()?;
        let size = u32::try_from(rows).ok().filter(|rows| {
            let is_smaller = paging.page_size.is_some_and(|size| *rows < size);
            *rows > 0
                && paging.is_sizable
                && is_smaller
                && paging.window.is_none_or(|window| window % u64::from(*rows) == 0)
        });
        let scan = scan.limit(rows as u64);
        Ok(size.into_iter().fold(scan, Scan::page_size))
    }
}

fn set(scan: Scan, param: &ParamDef, values: &[ColumnValue<'static>]) -> Result<Scan> {
    match values {
        [value] if !param.list => scan.param(param.name, value.clone()),
        values => scan.param_list(param.name, values.iter().cloned()),
    }
}
