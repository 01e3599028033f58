//! The values that a join brings for a param: those of the other side, which a hash join knows before it reads this one.

use std::sync::Arc;

use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::Operator;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::{
    BinaryExpr, CaseExpr, Column, DynamicFilterPhysicalExpr, InListExpr, Literal, lit,
};

use crate::error::needs;
use crate::reading::Reading;

/// Where the values of a param come from.
#[derive(Debug, Clone)]
pub(crate) struct Joined {
    /// The param's place among those to give.
    pub(crate) param: usize,
    /// The column's name.
    pub(crate) column: String,
    /// What the join tells of it, once it knows.
    pub(crate) filter: Arc<dyn PhysicalExpr>,
}

impl Joined {
    /// Whether the filter of a join says something of this column.
    pub(crate) fn is_about(filter: &Arc<dyn PhysicalExpr>, column: &str) -> bool {
        filter.is::<DynamicFilterPhysicalExpr>()
            && filter
                .children()
                .iter()
                .any(|child| child.downcast_ref::<Column>().is_some_and(|own| own.name() == column))
    }

    /// The values, each once: as soon as the join has read its other side.
    pub(crate) async fn values(&self, reading: &Reading) -> Result<Vec<ScalarValue>> {
        let lacks = || needs(reading.resource.name, std::slice::from_ref(&self.column));
        let filter = self.filter.downcast_ref::<DynamicFilterPhysicalExpr>().ok_or_else(lacks)?;
        filter.wait_complete().await;
        let mut values: Vec<ScalarValue> = Vec::new();
        for value in of_column(&filter.current()?, &self.column)?.ok_or_else(lacks)? {
            if !value.is_null() && !values.contains(&value) {
                values.push(value);
            }
        }
        Ok(values)
    }
}

/// All values that a column may have where the filter is true; none where it may have others.
fn of_column(filter: &Arc<dyn PhysicalExpr>, column: &str) -> Result<Option<Vec<ScalarValue>>> {
    if let Some(literal) = filter.downcast_ref::<Literal>() {
        return Ok((literal.value() == &ScalarValue::Boolean(Some(false))).then(Vec::new));
    }
    if let Some(list) = filter.downcast_ref::<InListExpr>() {
        let is_column = list.expr().downcast_ref::<Column>().is_some_and(|own| own.name() == column);
        let value = |value: &Arc<dyn PhysicalExpr>| value.downcast_ref::<Literal>().map(|value| value.value().clone());
        return Ok(if is_column && !list.negated() { list.list().iter().map(value).collect() } else { None });
    }
    if let Some(both) = filter.downcast_ref::<BinaryExpr>() {
        let (left, right) = (of_column(both.left(), column)?, of_column(both.right(), column)?);
        return Ok(match both.op() {
            Operator::And => left.or(right),
            Operator::Or => left.zip(right).map(|(left, right)| [left, right].concat()),
            Operator::Eq => equal(both, column),
            _ => None,
        });
    }
    if let Some(cases) = filter.downcast_ref::<CaseExpr>() {
        // The other side in partitions: a row belongs to one of them.
        let rest = cases.else_expr().cloned().unwrap_or_else(|| lit(false));
        let branches = cases.when_then_expr().iter().map(|(_, then)| then).chain([&rest]);
        let mut values = Vec::new();
        for branch in branches {
            match of_column(branch, column)? {
                Some(more) => values.extend(more),
                None => return Ok(None),
            }
        }
        return Ok(Some(values));
    }
    Ok(None)
}

fn equal(both: &BinaryExpr, column: &str) -> Option<Vec<ScalarValue>> {
    let own = both.left().downcast_ref::<Column>().filter(|own| own.name() == column)?;
    let value = both.right().downcast_ref::<Literal>()?;
    (own.name() == column).then(|| vec![value.value().clone()])
}
