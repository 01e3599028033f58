//! The columns of a table, and where their values come from.

use std::sync::Arc;

use arrow_schema::{Schema, SchemaRef};
use declarest::{ColumnSchema, FilterOperator, ParamDef, Scan};
use declarest_arrow::{Unsigned, arrow_field, arrow_schema};

/// The columns of a table: those of the resource, then the params that it cannot be read without, where these are no columns
/// of the resource by themselves.
#[derive(Debug)]
pub(crate) struct Columns {
    pub(crate) schema: SchemaRef,
    /// How many are the resource's own.
    pub(crate) own: usize,
    /// What a query must give, in the order of the declaration.
    pub(crate) given: Vec<Given>,
}

/// A param that a query must give.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Given {
    pub(crate) param: &'static ParamDef,
    /// The column of its name.
    pub(crate) column: usize,
}

impl Columns {
    pub(crate) fn new(scan: &Scan) -> Self {
        let table = scan.schema();
        let mut fields: Vec<_> = arrow_schema(table, Unsigned::default()).fields().iter().cloned().collect();
        let own = fields.len();
        let required = scan.params().iter().filter(|param| param.required && !param.partition);
        let given = required.map(|param| {
            // The column that it filters, if it does.
            let filtered = param.filter.filter(|filter| filter.operator == FilterOperator::Equal);
            let column = table.index_of(filtered.map_or(param.name, |filter| filter.column)).unwrap_or_else(|| {
                fields.push(Arc::new(arrow_field(&ColumnSchema::new(param.name, param.kind), Unsigned::default())));
                fields.len() - 1
            });
            Given { param, column }
        });
        let given = given.collect();
        Self { schema: Arc::new(Schema::new(fields)), own, given }
    }

    /// Which param, by its place among those to give, is this column; none where it is the resource's own.
    pub(crate) fn constant(&self, column: usize) -> Option<usize> {
        if column < self.own { None } else { self.given.iter().position(|given| given.column == column) }
    }
}
