//! Writing a page: its rows, and the elements of their lists.

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection};

use super::error::WriteError;
use super::seen_keys::SeenKeys;
use super::statements;
use super::value::stored;
use crate::destination::LoadId;
use crate::schema::batch::{Batch, ChildBatch, RowRef};
use crate::schema::table::{ChildSchema, TableSchema};
use crate::schema::value::ColumnValue;

/// A table and the statements that write it.
pub(super) struct Target {
    table: TableSchema,
    insert: String,
    /// Says of a row that is there that this load has written it.
    touch: String,
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
    /// Whether rows may be marked as deleted: those that come again are not.
    pub(super) fn new(table: &TableSchema, is_marked: bool) -> Self {
        let children = table.children.iter().map(ChildTarget::new).collect();
        let insert = statements::insert(table, is_marked);
        Self { table: table.clone(), insert, touch: statements::touch(table), children }
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
        let (mut inserted, mut text) = (0, String::new());
        for row in batch.rows() {
            bind(&mut insert, &self.table, row, load, &mut text)?;
            let conflicts = seen.conflicts();
            insert.raw_execute()?;
            let is_new = seen.conflicts() == conflicts;
            if is_new {
                inserted += 1;
                if merged {
                    let _ = seen.insert(connection.last_insert_rowid());
                }
            }
            let mut is_list_changed = false;
            for (target, child) in self.children.iter().zip(batch.children()) {
                is_list_changed |= target.write(connection, load, row, child, merged, &mut text)?;
            }
            if merged && is_list_changed && !is_new && seen.is_unchanged() {
                self.touch(connection, load, row, &mut text)?;
                seen.update_lists();
            }
        }
        Ok(inserted)
    }

    /// The row stays as it is, but for the load that has written its lists.
    fn touch(
        &self,
        connection: &Connection,
        load: &LoadId,
        row: RowRef<'_>,
        text: &mut String,
    ) -> Result<(), WriteError> {
        let mut touch = connection.prepare_cached(&self.touch)?;
        touch.raw_bind_parameter(1, load)?;
        for (at, column) in (2..).zip(self.table.merge_key()) {
            let index = self.table.columns.iter().position(|known| known.name == *column).unwrap_or(usize::MAX);
            bind_value(&mut touch, at, &row.get(index), text)?;
        }
        touch.raw_execute()?;
        Ok(())
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
            insert: statements::insert(&child.table, false),
            select: format!("SELECT {elements} FROM {table} WHERE {equal} ORDER BY {}", statements::names(position)),
            delete: format!("DELETE FROM {table} WHERE {equal}"),
            child: child.clone(),
        }
    }

    /// Writes the list of a row: all of its elements are replaced, if any has changed. Returns whether one has.
    fn write(
        &self,
        connection: &Connection,
        load: &LoadId,
        owner: RowRef<'_>,
        child: &ChildBatch,
        merged: bool,
        text: &mut String,
    ) -> Result<bool, WriteError> {
        let elements = || child.elements(owner.index()).filter_map(|index| child.batch().row(index));
        if merged {
            let mut select = connection.prepare_cached(&self.select)?;
            self.bind_key(&mut select, owner, text)?;
            if self.is_unchanged(&mut select, elements(), text)? {
                return Ok(false);
            }
            let mut delete = connection.prepare_cached(&self.delete)?;
            self.bind_key(&mut delete, owner, text)?;
            delete.raw_execute()?;
        }
        let mut insert = connection.prepare_cached(&self.insert)?;
        for element in elements() {
            bind(&mut insert, &self.child.table, element, load, text)?;
            insert.raw_execute()?;
        }
        Ok(true)
    }

    fn bind_key(
        &self,
        statement: &mut CachedStatement<'_>,
        owner: RowRef<'_>,
        text: &mut String,
    ) -> rusqlite::Result<()> {
        let mut key = (1..).zip(&self.child.owner_key);
        key.try_for_each(|(at, column)| bind_value(statement, at, &owner.get(*column), text))
    }

    /// Whether the elements that are there are these.
    fn is_unchanged<'e>(
        &self,
        select: &mut CachedStatement<'_>,
        elements: impl Iterator<Item = RowRef<'e>>,
        text: &mut String,
    ) -> rusqlite::Result<bool> {
        // The key and the position come first.
        let own = self.child.owner_key.len() + 1;
        let mut there = select.raw_query();
        for element in elements {
            let Some(row) = there.next()? else { return Ok(false) };
            for (at, value) in element.values().skip(own).enumerate() {
                let equal = match (row.get_ref(at)?, stored(&value, text)) {
                    (ValueRef::Real(there), Ok(ValueRef::Real(value))) => there.to_bits() == value.to_bits(),
                    (there, Ok(value)) => there == value,
                    (_, Err(_)) => false,
                };
                if !equal {
                    return Ok(false);
                }
            }
        }
        Ok(there.next()?.is_none())
    }
}

/// Binds the values of a row, and the load.
fn bind(
    statement: &mut CachedStatement<'_>,
    table: &TableSchema,
    row: RowRef<'_>,
    load: &LoadId,
    text: &mut String,
) -> Result<(), WriteError> {
    let mut at = 0;
    for value in row.values() {
        at += 1;
        bind_value(statement, at, &value, text).map_err(|error| {
            let column = table.columns.get(at - 1).map_or("", |column| &column.name);
            WriteError::Value(format!("row {} of a page, column `{column}`: {error}", row.index() + 1))
        })?;
    }
    Ok(statement.raw_bind_parameter(at + 1, load)?)
}

fn bind_value(
    statement: &mut CachedStatement<'_>,
    at: usize,
    value: &ColumnValue<'_>,
    text: &mut String,
) -> rusqlite::Result<()> {
    statement.raw_bind_parameter(at, ToSqlOutput::Borrowed(stored(value, text)?))
}
