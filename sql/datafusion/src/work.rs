//! The list of work of a query: a table in memory, so that what cuts a plan for several machines cuts the work.

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, UInt64Array};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use datafusion::common::{Result, ScalarValue, exec_err};
use datafusion::datasource::memory::MemorySourceConfig;
use datafusion::physical_plan::ExecutionPlan;

use crate::columns::Columns;

/// A part of the pages of one read.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct WorkItem {
    /// Which of the parts, from 0.
    pub(crate) part: u64,
    /// How many parts there are.
    pub(crate) parts: u64,
    /// The values of the params to give, in their order; null for one that only a join brings.
    pub(crate) given: Vec<ScalarValue>,
}

/// The list of work as a plan, with a partition for each of these.
pub(crate) fn plan(columns: &Columns, partitions: &[Vec<WorkItem>]) -> Result<Arc<dyn ExecutionPlan>> {
    let schema = schema(columns);
    let batches = partitions.iter().map(|items| Ok(vec![batch(&schema, columns, items)?]));
    let batches = batches.collect::<Result<Vec<_>>>()?;
    Ok(MemorySourceConfig::try_new_exec(&batches, schema, None)?)
}

fn schema(columns: &Columns) -> SchemaRef {
    let parts = ["part", "parts"].map(|name| Field::new(name, DataType::UInt64, false));
    let given = columns.given.iter().map(|given| {
        let field = columns.schema.field(given.column);
        Field::new(given.param.name, field.data_type().clone(), true)
    });
    Arc::new(Schema::new(parts.into_iter().chain(given).collect::<Vec<_>>()))
}

fn batch(schema: &SchemaRef, columns: &Columns, items: &[WorkItem]) -> Result<RecordBatch> {
    let numbers =
        |number: fn(&WorkItem) -> u64| Arc::new(items.iter().map(number).collect::<UInt64Array>()) as ArrayRef;
    let mut arrays = vec![numbers(|item| item.part), numbers(|item| item.parts)];
    for index in 0..columns.given.len() {
        let values = items.iter().map(|item| item.given.get(index).cloned().unwrap_or(ScalarValue::Null));
        arrays.push(ScalarValue::iter_to_array(values)?);
    }
    Ok(RecordBatch::try_new(Arc::clone(schema), arrays)?)
}

/// The items of a batch of the list.
pub(crate) fn items(batch: &RecordBatch) -> Result<Vec<WorkItem>> {
    let number = |column: usize, row: usize| match ScalarValue::try_from_array(batch.column(column), row)? {
        ScalarValue::UInt64(Some(number)) => Ok(number),
        other => exec_err!("a list of work has {other} where a number of parts is"),
    };
    let item = |row: usize| {
        let given = batch.columns().iter().skip(2).map(|column| ScalarValue::try_from_array(column, row));
        Ok(WorkItem { part: number(0, row)?, parts: number(1, row)?, given: given.collect::<Result<_>>()? })
    };
    (0..batch.num_rows()).map(item).collect()
}

/// Some things in so many lists, each as long as the others or one longer.
pub(crate) fn shared_out<T>(items: Vec<T>, lists: usize) -> Vec<Vec<T>> {
    let (count, lists) = (items.len(), lists.clamp(1, items.len().max(1)));
    let mut items = items.into_iter();
    let ends = (1..=lists).map(|list| count * list / lists).scan(0, |start, end| {
        let len = end - *start;
        *start = end;
        Some(len)
    });
    ends.map(|len| items.by_ref().take(len).collect()).collect()
}

/// The pages of a part, where the first `read` of so many have been read.
pub(crate) fn pages(item: &WorkItem, read: u64, pages: u64) -> std::ops::Range<u64> {
    let rest = pages.saturating_sub(read);
    let at = |part: u64| {
        let place = u128::from(rest) * u128::from(part) / u128::from(item.parts.max(1));
        read + u64::try_from(place).unwrap_or(rest)
    };
    at(item.part)..at(item.part + 1)
}
