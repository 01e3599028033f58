//! Writing a page: its rows, and the elements of their lists.

use rusqlite::types::ValueRef;
use rusqlite::{CachedStatement, Connection};

use super::error::WriteError;
use super::seen_keys::SeenKeys;
use super::statements;
use crate::destination::LoadId;
use crate::schema::batch::{Batch, ChildBatch, RowRef};
use crate::schema::table::{ChildSchema, TableSchema};
use crate::schema::value::ColumnValue;

/// A table and the statements that write it.
pub(super) struct Target {
    table: TableSchema,
    insert: String,
    children: Vec<ChildTarget>,
}

struct ChildTarget {
    child: ChildSchema,
    insert: String,
    /// Finds the elements that are there.
    select: String,
    delete: String,
}

impl Target {
    pub(super) fn new(table: &TableSchema) -> Self {
        let children = table.children.iter().map(ChildTarget::new).collect();
        Self { table: table.clone(), insert: statements::insert(table), children }
    }

    /// Writes a page; returns how many rows were not there before.
    pub(super) fn write(
        &self,
        connection: &Connection,
        seen: &SeenKeys,
        load: &LoadId,
        batch: &Batch,
    ) -> Result<u64, WriteError> {
        let merged = !self.table.merge_key().is_empty();
        let mut insert = connection.prepare_cached(&self.insert)?;
        let mut inserted = 0;
        for row in batch.rows() {
            bind(&mut insert, &self.table, row, load)?;
            let conflicts = seen.conflicts();
            insert.raw_execute()?;
            if seen.conflicts() == conflicts {
                inserted += 1;
                if merged {
                    let _ = seen.insert(connection.last_insert_rowid());
                }
            }
            for (target, child) in self.children.iter().zip(batch.children()) {
                target.write(connection, load, row, child, merged)?;
            }
        }
        Ok(inserted)
    }
}

impl ChildTarget {
    fn new(child: &ChildSchema) -> Self {
        let table = statements::name(&child.table.name);
        let columns: Vec<_> = child.table.columns.iter().map(|column| column.name.clone()).collect();
        let (key, rest) = columns.split_at(child.owner_key.len());
        let equal = key.iter().zip(1..).map(|(column, at)| format!("{} = ?{at}", statements::name(column)));
        let equal = equal.collect::<Vec<_>>().join(" AND ");
        let (position, elements) = rest.split_at(1);
        let elements = if elements.is_empty() { "1".to_owned() } else { statements::names(elements) };
        Self {
            insert: statements::insert(&child.table),
            select: format!("SELECT {elements} FROM {table} WHERE {equal} ORDER BY {}", statements::names(position)),
            delete: format!("DELETE FROM {table} WHERE {equal}"),
            child: child.clone(),
        }
    }

    /// Writes the list of a row: all of its elements are replaced, if any has changed.
    fn write(
        &self,
        connection: &Connection,
        load: &LoadId,
        owner: RowRef<'_>,
        child: &ChildBatch,
        merged: bool,
    ) -> Result<(), WriteError> {
        let elements = || child.elements(owner.index()).filter_map(|index| child.batch().row(index));
        if merged {
            let mut select = connection.prepare_cached(&self.select)?;
            self.bind_key(&mut select, owner)?;
            if self.is_unchanged(&mut select, elements())? {
                return Ok(());
            }
            let mut delete = connection.prepare_cached(&self.delete)?;
            self.bind_key(&mut delete, owner)?;
            delete.raw_execute()?;
        }
        let mut insert = connection.prepare_cached(&self.insert)?;
        for element in elements() {
            bind(&mut insert, &self.child.table, element, load)?;
            insert.raw_execute()?;
        }
        Ok(())
    }

    fn bind_key(&self, statement: &mut CachedStatement<'_>, owner: RowRef<'_>) -> rusqlite::Result<()> {
        for (at, column) in self.child.owner_key.iter().enumerate() {
            statement.raw_bind_parameter(at + 1, owner.get(*column))?;
        }
        Ok(())
    }

    /// Whether the elements that are there are these.
    fn is_unchanged<'e>(
        &self,
        select: &mut CachedStatement<'_>,
        elements: impl Iterator<Item = RowRef<'e>>,
    ) -> rusqlite::Result<bool> {
        // The key and the position come first.
        let own = self.child.owner_key.len() + 1;
        let mut there = select.raw_query();
        for element in elements {
            let Some(row) = there.next()? else { return Ok(false) };
            for (at, value) in element.values().skip(own).enumerate() {
                if !is_stored(row.get_ref(at)?, &value) {
                    return Ok(false);
                }
            }
        }
        Ok(there.next()?.is_none())
    }
}

/// Whether a value is stored as another.
fn is_stored(there: ValueRef<'_>, value: &ColumnValue<'_>) -> bool {
    match (there, value) {
        (ValueRef::Null, ColumnValue::Null) => true,
        (ValueRef::Integer(there), ColumnValue::Integer(value)) => there == *value,
        (ValueRef::Integer(there), ColumnValue::Unsigned(value)) => u64::try_from(there) == Ok(*value),
        (ValueRef::Integer(there), ColumnValue::Bool(value)) => there == i64::from(*value),
        (ValueRef::Real(there), ColumnValue::Real(value)) => there.to_bits() == value.to_bits(),
        (ValueRef::Text(there), ColumnValue::Text(value)) => there == value.as_bytes(),
        (ValueRef::Text(there), ColumnValue::Timestamp(time)) => there == time.to_string().as_bytes(),
        (ValueRef::Text(there), ColumnValue::Date(date)) => there == date.to_string().as_bytes(),
        (ValueRef::Text(there), ColumnValue::Time(time)) => there == time.to_string().as_bytes(),
        (ValueRef::Text(there), ColumnValue::DateTime(time)) => there == time.to_string().as_bytes(),
        _ => false,
    }
}

/// Binds the values of a row, and the load.
fn bind(
    statement: &mut CachedStatement<'_>,
    table: &TableSchema,
    row: RowRef<'_>,
    load: &LoadId,
) -> Result<(), WriteError> {
    let mut at = 0;
    for value in row.values() {
        at += 1;
        statement.raw_bind_parameter(at, &value).map_err(|error| {
            let column = table.columns.get(at - 1).map_or("", |column| &column.name);
            WriteError::Value(format!("row {} of a page, column `{column}`: {error}", row.index() + 1))
        })?;
    }
    Ok(statement.raw_bind_parameter(at + 1, load)?)
}
