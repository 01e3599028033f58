//! Filters of a query as conditions on one column.

use arrow_schema::{DataType, Schema};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::expr::{Between, InList};
use datafusion::logical_expr::{BinaryExpr, Expr, Operator};

use crate::literal;

/// What a filter asks of a column. Null never fulfils it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Condition {
    /// The column's index in the table.
    pub(crate) column: usize,
    pub(crate) test: Test,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Test {
    /// It is one of these.
    In(Vec<ScalarValue>),
    Less(ScalarValue),
    LessOrEqual(ScalarValue),
    Greater(ScalarValue),
    GreaterOrEqual(ScalarValue),
}

/// The conditions that all hold if and only if the filter is true; none where it is of another form.
pub(crate) fn conditions(filter: &Expr, schema: &Schema) -> Option<Vec<Condition>> {
    match filter {
        Expr::BinaryExpr(BinaryExpr { left, op: Operator::And, right }) => {
            let mut all = conditions(left, schema)?;
            all.extend(conditions(right, schema)?);
            Some(all)
        }
        Expr::BinaryExpr(BinaryExpr { left, op: Operator::Or, right }) if is_never(left) => conditions(right, schema),
        Expr::BinaryExpr(BinaryExpr { left, op: Operator::Or, right }) if is_never(right) => conditions(left, schema),
        Expr::BinaryExpr(BinaryExpr { left, op: Operator::Or, right }) => either(left, right, schema),
        Expr::Column(_) => truth(filter, true, schema),
        Expr::Not(expr) => truth(expr, false, schema),
        Expr::BinaryExpr(BinaryExpr { left, op, right }) => {
            let (column, value, op) = match (column(left, schema), column(right, schema)) {
                (Some(column), None) => (column, constant(right)?, *op),
                (None, Some(column)) => (column, constant(left)?, op.swap()?),
                _ => return None,
            };
            let test = match op {
                Operator::Eq => Test::In(some(value)),
                _ if value.is_null() => return None,
                Operator::Lt => Test::Less(value),
                Operator::LtEq => Test::LessOrEqual(value),
                Operator::Gt => Test::Greater(value),
                Operator::GtEq => Test::GreaterOrEqual(value),
                _ => return None,
            };
            Some(vec![Condition { column, test }])
        }
        Expr::InList(InList { expr, list, negated: false }) => {
            let values = list.iter().map(constant).collect::<Option<Vec<_>>>()?;
            let test = Test::In(values.into_iter().flat_map(some).collect());
            Some(vec![Condition { column: column(expr, schema)?, test }])
        }
        Expr::Between(Between { expr, negated: false, low, high }) => {
            let (column, low, high) = (column(expr, schema)?, constant(low)?, constant(high)?);
            if low.is_null() || high.is_null() {
                return None;
            }
            let tests = [Test::GreaterOrEqual(low), Test::LessOrEqual(high)];
            Some(tests.map(|test| Condition { column, test }).into())
        }
        _ => None,
    }
}

/// Whether it is true of no row.
fn is_never(filter: &Expr) -> bool {
    matches!(filter, Expr::Literal(ScalarValue::Null | ScalarValue::Boolean(None | Some(false)), _))
}

/// A column that is true or false itself.
fn truth(expr: &Expr, value: bool, schema: &Schema) -> Option<Vec<Condition>> {
    let Expr::Column(_) = expr else { return None };
    let column = column(expr, schema)?;
    let is_truth = *schema.fields().get(column)?.data_type() == DataType::Boolean;
    is_truth.then(|| vec![Condition { column, test: Test::In(vec![ScalarValue::Boolean(Some(value))]) }])
}

/// One of several values of one column.
fn either(left: &Expr, right: &Expr, schema: &Schema) -> Option<Vec<Condition>> {
    let (left, right) = (conditions(left, schema)?, conditions(right, schema)?);
    match (&left[..], &right[..]) {
        ([Condition { column, test: Test::In(values) }], [Condition { column: other, test: Test::In(others) }])
            if column == other =>
        {
            let values = values.iter().chain(others).cloned().collect();
            Some(vec![Condition { column: *column, test: Test::In(values) }])
        }
        _ => None,
    }
}

/// A value, if it is none that nothing equals.
fn some(value: ScalarValue) -> Vec<ScalarValue> {
    if value.is_null() { Vec::new() } else { vec![value] }
}

/// The column that is compared, as it is or as a finer time.
fn column(expr: &Expr, schema: &Schema) -> Option<usize> {
    match expr {
        Expr::Column(column) => schema.index_of(&column.name).ok(),
        Expr::Cast(cast) => {
            let Expr::Column(column) = &*cast.expr else { return None };
            let index = schema.index_of(&column.name).ok()?;
            let field = schema.fields().get(index)?;
            literal::is_same_time(field.data_type(), cast.field.data_type()).then_some(index)
        }
        _ => None,
    }
}

fn constant(expr: &Expr) -> Option<ScalarValue> {
    match expr {
        Expr::Literal(value, _) => Some(value.clone()),
        Expr::Cast(cast) => constant(&cast.expr)?.cast_to(cast.field.data_type()).ok(),
        _ => None,
    }
}
