//! What a filter becomes in a request, by the declaration alone.

use datafusion::common::ScalarValue;
use declarest::jiff::ToSpan as _;
use declarest::{ColumnType, ColumnValue, CursorKind, CursorRange, FilterOperator, ParamDef, Position, Scan};

use crate::columns::Columns;
use crate::condition::{Condition, Test};
use crate::literal;

/// What a condition becomes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Push {
    /// The values of a param that the query must give, by its place among these.
    Given(usize, Vec<ScalarValue>),
    /// The values of which a row has one.
    Values(&'static ParamDef, Vec<ColumnValue<'static>>),
    /// A bound, and whether the greatest of several counts. If not, the smallest does.
    Bound(&'static ParamDef, ColumnValue<'static>, bool),
    /// A range of the cursor: the first, and the first that is not wanted.
    Range(Option<Position>, Option<Position>),
}

/// A push, and whether it alone gives exactly the rows that fulfil the condition.
pub(crate) type Pushed = (Push, bool);

/// What a condition becomes; none where no request can say it.
pub(crate) fn push(scan: &Scan, columns: &Columns, condition: &Condition) -> Option<Pushed> {
    let Condition { column, test } = condition;
    if let Some(index) = columns.given.iter().position(|given| given.column == *column) {
        let (param, Test::In(values)) = (columns.given.get(index)?.param, test) else { return None };
        let data_type = columns.schema.field(*column).data_type();
        let values = values.iter().map(|value| value.cast_to(data_type).ok()).collect::<Option<Vec<_>>>()?;
        let sent = values.iter().map(|value| literal::value(param.kind, value)).collect::<Option<Vec<_>>>()?;
        let is_sent = sent.iter().all(|value| literal::is_sent_as_it_is(value, param.list));
        // A column of the resource's own may hold something else than the param.
        let is_exact = *column >= columns.own || (is_sent && param.filter.is_some_and(|filter| filter.exact));
        return Some((Push::Given(index, distinct(values)), is_exact));
    }
    let field = columns.schema.fields().get(*column)?;
    let name = field.name().as_str();
    if let Some(cursor) = scan.cursor_range().filter(|cursor| cursor.column == name) {
        let (start, end) = range(&cursor, test)?;
        return Some((Push::Range(start, end), !(cursor.keeps_missing && field.is_nullable())));
    }
    by_param(scan, name, test)
}

fn by_param(scan: &Scan, column: &str, test: &Test) -> Option<Pushed> {
    let filters = scan.params().iter().filter_map(|param| Some((param, param.filter?)));
    let filters = filters.filter(|(param, filter)| filter.column == column && !param.partition && !param.required);
    let sent = |param: &ParamDef, value| {
        let value = literal::value(param.kind, value)?;
        literal::is_sent_as_it_is(&value, param.list).then_some(value)
    };
    let (bound, strict, is_least) = match test {
        Test::In(values) => {
            let equal = filters.filter(|(_, filter)| filter.operator == FilterOperator::Equal);
            // One that takes lists takes each value: two params of one column do not meet.
            let (param, filter) = equal.max_by_key(|(param, _)| param.list)?;
            let values = values.iter().map(|value| sent(param, value)).collect::<Option<Vec<_>>>()?;
            let values = distinct(values);
            return (param.list || values.len() <= 1).then_some((Push::Values(param, values), filter.exact));
        }
        Test::Greater(bound) => (bound, true, true),
        Test::GreaterOrEqual(bound) => (bound, false, true),
        Test::Less(bound) => (bound, true, false),
        Test::LessOrEqual(bound) => (bound, false, false),
    };
    let (with, without) = if is_least {
        (FilterOperator::GreaterOrEqual, FilterOperator::Greater)
    } else {
        (FilterOperator::LessOrEqual, FilterOperator::Less)
    };
    let wanted = if strict { without } else { with };
    let found: Vec<_> = filters.collect();
    let by = |operator| found.iter().find(|(_, filter)| filter.operator == operator);
    // A bound that is included gives the rows without it, too; the other way round some would be missing.
    let (param, filter) = by(wanted).or_else(|| by(with))?;
    let value = sent(param, bound)?;
    Some((Push::Bound(param, value, is_least), filter.exact && filter.operator == wanted))
}

/// The range of a cursor that fulfils a test: rows outside of it are dropped, however precisely a request says it.
fn range(cursor: &CursorRange, test: &Test) -> Option<(Option<Position>, Option<Position>)> {
    let kind = match cursor.kind {
        CursorKind::Integer => ColumnType::Integer,
        CursorKind::Timestamp => ColumnType::Timestamp,
        CursorKind::DateTime => ColumnType::DateTime,
        CursorKind::Date => ColumnType::Date,
        _ => return None,
    };
    let at = |value| position(&literal::value(kind, value)?);
    Some(match test {
        Test::In(values) => {
            let [value] = &values[..] else { return None };
            (Some(at(value)?), Some(after(&at(value)?)?))
        }
        Test::Greater(value) => (Some(after(&at(value)?)?), None),
        Test::GreaterOrEqual(value) => (Some(at(value)?), None),
        Test::Less(value) => (None, Some(at(value)?)),
        Test::LessOrEqual(value) => (None, Some(after(&at(value)?)?)),
    })
}

fn position(value: &ColumnValue<'static>) -> Option<Position> {
    Some(match *value {
        ColumnValue::Integer(number) => Position::Integer(number),
        ColumnValue::Timestamp(time) => Position::Timestamp(time),
        ColumnValue::DateTime(time) => Position::DateTime(time),
        ColumnValue::Date(date) => Position::Date(date),
        _ => return None,
    })
}

/// The next position.
fn after(position: &Position) -> Option<Position> {
    Some(match *position {
        Position::Integer(number) => Position::Integer(number.checked_add(1)?),
        Position::Timestamp(time) => Position::Timestamp(time.checked_add(1.nanosecond()).ok()?),
        Position::DateTime(time) => Position::DateTime(time.checked_add(1.nanosecond()).ok()?),
        Position::Date(date) => Position::Date(date.checked_add(1.day()).ok()?),
        _ => return None,
    })
}

fn distinct<T: PartialEq>(values: Vec<T>) -> Vec<T> {
    let mut distinct = Vec::with_capacity(values.len());
    for value in values {
        if !distinct.contains(&value) {
            distinct.push(value);
        }
    }
    distinct
}
