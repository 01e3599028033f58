//! All filters of a query together.

use std::cmp::Ordering;

use datafusion::common::ScalarValue;
use datafusion::logical_expr::Expr;
use declarest::{ColumnValue, ParamDef, Position, Scan};

use crate::columns::Columns;
use crate::condition::conditions;
use crate::pushdown::{Push, Pushed, push};

/// What the filters of a query ask for, as far as requests can say it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Query {
    /// The values of the params to give, by their places; none where the query does not say.
    pub(crate) given: Vec<Option<Vec<ScalarValue>>>,
    /// The params that narrow the rows.
    pub(crate) params: Vec<(&'static ParamDef, Vec<ColumnValue<'static>>)>,
    /// The first position of the cursor,
    pub(crate) start: Option<Position>,
    /// and the first that is not wanted.
    pub(crate) end: Option<Position>,
}

/// What a filter becomes, and whether it is exactly that.
pub(crate) fn pushed(scan: &Scan, columns: &Columns, filter: &Expr) -> Option<(Vec<Push>, bool)> {
    let conditions = conditions(filter, &columns.schema)?;
    let pushed: Vec<Option<Pushed>> = conditions.iter().map(|condition| push(scan, columns, condition)).collect();
    let is_exact = pushed.iter().all(|pushed| pushed.as_ref().is_some_and(|(_, is_exact)| *is_exact));
    let pushed: Vec<Push> = pushed.into_iter().flatten().map(|(push, _)| push).collect();
    (!pushed.is_empty()).then_some((pushed, is_exact))
}

impl Query {
    pub(crate) fn new(scan: &Scan, columns: &Columns, filters: &[Expr]) -> Self {
        let mut query = Self { given: vec![None; columns.given.len()], ..Self::default() };
        let pushed = filters.iter().filter_map(|filter| pushed(scan, columns, filter));
        pushed.flat_map(|(pushes, _)| pushes).for_each(|push| query.add(push));
        query
    }

    fn add(&mut self, push: Push) {
        match push {
            Push::Given(index, values) => {
                if let Some(slot) = self.given.get_mut(index) {
                    *slot = Some(slot.take().map_or(values.clone(), |known| both(known, &values)));
                }
            }
            Push::Values(param, values) => match self.set(param) {
                Some(known) => *known = both(std::mem::take(known), &values),
                None => self.params.push((param, values)),
            },
            Push::Bound(param, value, is_least) => match self.set(param) {
                Some(known) => {
                    let order = known.first().and_then(|known| compare(&value, known));
                    if order == Some(if is_least { Ordering::Greater } else { Ordering::Less }) {
                        *known = vec![value];
                    }
                }
                None => self.params.push((param, vec![value])),
            },
            Push::Range(start, end) => {
                self.start = self.start.take().max(start);
                self.end = [self.end.take(), end].into_iter().flatten().min();
            }
        }
    }

    fn set(&mut self, param: &ParamDef) -> Option<&mut Vec<ColumnValue<'static>>> {
        self.params.iter_mut().find(|(known, _)| known.name == param.name).map(|(_, values)| values)
    }

    /// Whether no row can fulfil all filters.
    pub(crate) fn is_contradiction(&self) -> bool {
        let is_empty = self.start.as_ref().zip(self.end.as_ref()).is_some_and(|(start, end)| start >= end);
        is_empty
            || self.params.iter().any(|(_, values)| values.is_empty())
            || self.given.iter().flatten().any(Vec::is_empty)
    }
}

fn both<T: PartialEq>(known: Vec<T>, values: &[T]) -> Vec<T> {
    known.into_iter().filter(|value| values.contains(value)).collect()
}

fn compare(value: &ColumnValue<'_>, other: &ColumnValue<'_>) -> Option<Ordering> {
    match (value, other) {
        (ColumnValue::Integer(value), ColumnValue::Integer(other)) => Some(value.cmp(other)),
        (ColumnValue::Unsigned(value), ColumnValue::Unsigned(other)) => Some(value.cmp(other)),
        (ColumnValue::Real(value), ColumnValue::Real(other)) => value.partial_cmp(other),
        (ColumnValue::Text(value), ColumnValue::Text(other)) => Some(value.cmp(other)),
        (ColumnValue::Timestamp(value), ColumnValue::Timestamp(other)) => Some(value.cmp(other)),
        (ColumnValue::Date(value), ColumnValue::Date(other)) => Some(value.cmp(other)),
        (ColumnValue::Time(value), ColumnValue::Time(other)) => Some(value.cmp(other)),
        (ColumnValue::DateTime(value), ColumnValue::DateTime(other)) => Some(value.cmp(other)),
        _ => None,
    }
}
