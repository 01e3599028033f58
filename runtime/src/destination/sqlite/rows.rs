//! Writing a page: its rows, the elements of their lists, and what their children are read with.

use rusqlite::types::ValueRef;
use rusqlite::{CachedStatement, Connection, params};

use super::error::WriteError;
use super::seen_keys::SeenKeys;
use super::{links, statements};
use crate::destination::{LinkPlan, ListTable, LoadId, PageBatch, Table};
use crate::schema::row::{RowError, Rows};
use crate::schema::value::ColumnValue;

/// How the rows of a load are written.
pub(super) struct Target {
    table: Option<IntoTable>,
    links: Vec<LinkPlan>,
}

/// A table and its statement.
struct IntoTable {
    table: Table,
    insert: String,
    lists: Vec<IntoList>,
}

struct IntoList {
    list: ListTable,
    insert: String,
    /// Finds the elements that are there.
    select: String,
    delete: String,
}

impl Target {
    pub(super) fn new(table: Option<&Table>, links: &[LinkPlan]) -> Self {
        let table = table.map(|table| IntoTable {
            insert: statements::insert(table),
            lists: table.lists.iter().map(IntoList::new).collect(),
            table: table.clone(),
        });
        Self { table, links: links.to_vec() }
    }

    /// Writes a page; returns how many rows were not there before.
    pub(super) fn write(
        &self,
        connection: &Connection,
        seen: &SeenKeys,
        load: &LoadId,
        batch: &PageBatch,
    ) -> Result<u64, WriteError> {
        let included: Vec<_> = batch.included.iter().map(ColumnValue::of_json).collect();
        let mut writer = match &self.table {
            Some(into) => Some(RowWriter {
                connection,
                seen,
                load,
                into,
                insert: connection.prepare_cached(&into.insert)?,
                included: &included,
                inserted: 0,
            }),
            None => None,
        };
        let mut insert_link = connection.prepare_cached(links::INSERT)?;
        let mut index = 0;
        let mut write = |values: &[ColumnValue<'_>]| -> Result<(), WriteError> {
            if let Some(writer) = &mut writer {
                writer.row(&*batch.rows, index, values)?;
            }
            index += 1;
            for plan in &self.links {
                let link = plan.link(values, &batch.inherited).ok_or_else(|| {
                    WriteError::Internal(format!("a row of the parent has no column that `{}` needs", plan.child))
                })?;
                insert_link.execute(params![plan.child, link.key, link.values])?;
            }
            Ok(())
        };
        let mut refusal = None;
        let written = batch.rows.each(&mut |values| {
            write(values).map_err(|error| {
                refusal = Some(error);
                RowError::Refused
            })
        });
        match refusal {
            Some(error) => Err(error),
            None => written.map_err(WriteError::from).map(|()| writer.map_or(0, |writer| writer.inserted)),
        }
    }
}

/// Writes the rows of one page.
struct RowWriter<'w> {
    connection: &'w Connection,
    seen: &'w SeenKeys,
    load: &'w LoadId,
    into: &'w IntoTable,
    insert: CachedStatement<'w>,
    included: &'w [ColumnValue<'w>],
    inserted: u64,
}

impl RowWriter<'_> {
    fn row(&mut self, rows: &dyn Rows, index: usize, values: &[ColumnValue<'_>]) -> Result<(), WriteError> {
        let merged = !self.into.table.key.is_empty();
        let all = values.iter().chain(self.included);
        bind(&mut self.insert, &self.into.table, index, all, self.load)?;
        let conflicts = self.seen.conflicts();
        self.insert.raw_execute()?;
        if self.seen.conflicts() == conflicts {
            self.inserted += 1;
            if merged {
                let _ = self.seen.insert(self.connection.last_insert_rowid());
            }
        }
        for (number, into) in self.into.lists.iter().enumerate() {
            let key = into.list.key.iter().map(|at| values.iter().chain(self.included).nth(*at).cloned());
            let key: Vec<_> = key
                .collect::<Option<_>>()
                .ok_or_else(|| WriteError::Internal(format!("a row has no key for `{}`", into.list.table.name)))?;
            let elements = rows.child_rows(index, number)?;
            self.list(into, &key, &elements, merged)?;
        }
        Ok(())
    }

    /// Writes a list: with the row that has it, all of its elements are replaced, if any has changed.
    fn list(
        &self,
        into: &IntoList,
        key: &[ColumnValue<'_>],
        elements: &[Vec<ColumnValue<'_>>],
        merged: bool,
    ) -> Result<(), WriteError> {
        if merged {
            if elements_unchanged(&mut self.connection.prepare_cached(&into.select)?, key, elements)? {
                return Ok(());
            }
            let mut delete = self.connection.prepare_cached(&into.delete)?;
            bind_key(&mut delete, key)?;
            delete.raw_execute()?;
        }
        let mut insert = self.connection.prepare_cached(&into.insert)?;
        for (position, element) in (0..).zip(elements) {
            let position = ColumnValue::Integer(position);
            let all = key.iter().chain([&position]).chain(element);
            bind(&mut insert, &into.list.table, 0, all, self.load)?;
            insert.raw_execute()?;
        }
        Ok(())
    }
}

impl IntoList {
    fn new(list: &ListTable) -> Self {
        let table = statements::name(&list.table.name);
        let columns: Vec<_> = list.table.columns.iter().map(|column| column.name.clone()).collect();
        let (key, rest) = columns.split_at(list.key.len());
        let equal = key.iter().zip(1..).map(|(column, at)| format!("{} = ?{at}", statements::name(column)));
        let equal = equal.collect::<Vec<_>>().join(" AND ");
        let (position, elements) = rest.split_at(1);
        let elements = if elements.is_empty() { "1".to_owned() } else { statements::names(elements) };
        Self {
            insert: statements::insert(&list.table),
            select: format!("SELECT {elements} FROM {table} WHERE {equal} ORDER BY {}", statements::names(position)),
            delete: format!("DELETE FROM {table} WHERE {equal}"),
            list: list.clone(),
        }
    }
}

fn bind<'v>(
    statement: &mut CachedStatement<'_>,
    table: &Table,
    index: usize,
    values: impl Iterator<Item = &'v ColumnValue<'v>>,
    load: &LoadId,
) -> Result<(), WriteError> {
    let mut at = 0;
    for value in values {
        at += 1;
        statement.raw_bind_parameter(at, value).map_err(|error| {
            let column = table.columns.get(at - 1).map_or("", |column| &column.name);
            WriteError::Value(format!("row {} of a page, column `{column}`: {error}", index + 1))
        })?;
    }
    Ok(statement.raw_bind_parameter(at + 1, load)?)
}

fn bind_key(statement: &mut CachedStatement<'_>, key: &[ColumnValue<'_>]) -> rusqlite::Result<()> {
    for (at, value) in key.iter().enumerate() {
        statement.raw_bind_parameter(at + 1, value)?;
    }
    Ok(())
}

/// Whether the elements that are there are these.
fn elements_unchanged(
    select: &mut CachedStatement<'_>,
    key: &[ColumnValue<'_>],
    elements: &[Vec<ColumnValue<'_>>],
) -> rusqlite::Result<bool> {
    bind_key(select, key)?;
    let mut there = select.raw_query();
    for element in elements {
        let Some(row) = there.next()? else { return Ok(false) };
        for (at, value) in element.iter().enumerate() {
            let equal = match (row.get_ref(at)?, value) {
                (ValueRef::Null, ColumnValue::Null) => true,
                (ValueRef::Integer(there), ColumnValue::Integer(value)) => there == *value,
                (ValueRef::Integer(there), ColumnValue::Bool(value)) => there == i64::from(*value),
                (ValueRef::Real(there), ColumnValue::Real(value)) => there.to_bits() == value.to_bits(),
                (ValueRef::Text(there), ColumnValue::Text(value)) => there == value.as_bytes(),
                _ => false,
            };
            if !equal {
                return Ok(false);
            }
        }
    }
    Ok(there.next()?.is_none())
}
