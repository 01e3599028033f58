//! What a declaration says of the rows of a scan: the order that was asked for, and the filters that are exact. Each page is
//! checked, since a program that relies on them would have a wrong answer without an error.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::declare::filter::{FilterOperator, ParamFilter};
use crate::declare::sort::SortDef;
use crate::error::{Error, ErrorKind, Result};
use crate::schema::batch::Batch;
use crate::schema::table::TableSchema;
use crate::schema::value::ColumnValue;

/// The checks of a scan's batches.
pub(super) struct RowChecks {
    filters: Vec<(usize, SetFilter)>,
    order: Option<(usize, &'static SortDef)>,
    /// The sorted value of the last row.
    last: Option<ColumnValue<'static>>,
    /// The table of the rows, if they were read with more columns: those of the checks follow its own.
    schema: Option<Arc<TableSchema>>,
}

/// A param that has been set, whose filter is exact.
#[derive(Clone)]
pub(super) struct SetFilter {
    pub(super) param: &'static str,
    pub(super) filter: ParamFilter,
    /// One of them, where the filter is no bound.
    pub(super) values: Vec<ColumnValue<'static>>,
}

impl SetFilter {
    /// Whether a row with this value matches. One without a value never does.
    fn matches(&self, value: &ColumnValue<'_>) -> bool {
        let is = |ordering: Option<Ordering>| match (self.filter.operator, ordering) {
            (_, None) => false,
            (FilterOperator::Equal, Some(ordering)) => ordering.is_eq(),
            (FilterOperator::Less, Some(ordering)) => ordering.is_lt(),
            (FilterOperator::LessOrEqual, Some(ordering)) => ordering.is_le(),
            (FilterOperator::Greater, Some(ordering)) => ordering.is_gt(),
            (FilterOperator::GreaterOrEqual, Some(ordering)) => ordering.is_ge(),
        };
        self.values.iter().any(|bound| is(compare(value, bound)))
    }
}

impl RowChecks {
    /// Of rows that are read into these columns of a table, to which those are added that only the checks need.
    pub(super) fn new(
        table: &TableSchema,
        projection: &mut Option<Vec<usize>>,
        filters: Vec<SetFilter>,
        sort: Option<&'static SortDef>,
    ) -> Result<Self> {
        let visible = projection.clone();
        let mut place = |column: &str| {
            let index = table.index_of(column)?;
            let Some(columns) = projection else { return Some(index) };
            Some(columns.iter().position(|known| *known == index).unwrap_or_else(|| {
                columns.push(index);
                columns.len() - 1
            }))
        };
        // A column that exists only elsewhere is checked nowhere.
        let filters = filters.into_iter().filter_map(|set| Some((place(set.filter.column)?, set))).collect();
        let order = sort.and_then(|sort| Some((place(sort.column)?, sort)));
        let schema = visible.filter(|visible| projection.as_ref() != Some(visible));
        let schema = schema.map(|visible| table.project(&visible).map(Arc::new)).transpose()?;
        Ok(Self { filters, order, last: None, schema })
    }

    /// The rows as they were asked for.
    ///
    /// # Errors
    /// [`Decode`](ErrorKind::Decode) if they are not.
    pub(super) fn check(&mut self, batch: Batch, page: u64) -> Result<Batch> {
        for (index, set) in &self.filters {
            if let Some(row) = batch.rows().position(|row| !set.matches(&row.get(*index))) {
                return Err(not_exact(set, row + 1, page));
            }
        }
        if let Some((index, sort)) = self.order {
            for (number, row) in (1..).zip(batch.rows()) {
                let value = row.get(index);
                let ordering = self.last.as_ref().map_or(Some(Ordering::Equal), |last| compare(last, &value));
                let follows = if sort.descending { Ordering::is_ge } else { Ordering::is_le };
                if !ordering.is_some_and(follows) {
                    return Err(not_sorted(sort, number, page));
                }
                self.last = Some(value.into_owned());
            }
        }
        Ok(match &self.schema {
            Some(schema) => batch.with_first_columns(Arc::clone(schema)),
            None => batch,
        })
    }
}

/// The order of two values of one column; none where one of them is null, or they are of different types.
fn compare(left: &ColumnValue<'_>, right: &ColumnValue<'_>) -> Option<Ordering> {
    use ColumnValue as V;
    Some(match (left, right) {
        (V::Bool(left), V::Bool(right)) => left.cmp(right),
        (V::Integer(left), V::Integer(right)) => left.cmp(right),
        (V::Unsigned(left), V::Unsigned(right)) => left.cmp(right),
        (V::Integer(left), V::Unsigned(right)) => i128::from(*left).cmp(&i128::from(*right)),
        (V::Unsigned(left), V::Integer(right)) => i128::from(*left).cmp(&i128::from(*right)),
        (V::Real(left), V::Real(right)) => return left.partial_cmp(right),
        (V::Text(left), V::Text(right)) => left.cmp(right),
        (V::Timestamp(left), V::Timestamp(right)) => left.cmp(right),
        (V::Date(left), V::Date(right)) => left.cmp(right),
        (V::Time(left), V::Time(right)) => left.cmp(right),
        (V::DateTime(left), V::DateTime(right)) => left.cmp(right),
        _ => return None,
    })
}

// A value of a row may hold a secret that the API repeats: it is not quoted.

fn not_exact(SetFilter { param, filter, .. }: &SetFilter, row: usize, page: u64) -> Error {
    let message = format!(
        "row {row} of page {page} has a value in `{}` that the param `{param}` rules out as it is declared",
        filter.column
    );
    Error::new(ErrorKind::Decode, message).with_help(format!(
        "the API returns other rows, too: write `inexact` after `filters` of the param `{param}`, or leave both out"
    ))
}

fn not_sorted(sort: &SortDef, row: usize, page: u64) -> Error {
    let order = format!("`{}{}`", sort.column, sort.desc());
    let message = format!("row {row} of page {page} is not in the declared order {order}");
    Error::new(ErrorKind::Decode, message).with_help(format!(
        "check what asks for {order} in `sorts(…)`, and leave an order out that the API has another way, such as a text's without case"
    ))
}
