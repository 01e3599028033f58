//! Writing a page: its rows, the elements of their lists, and what their children are read with.

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, params};

use super::error::WriteError;
use super::seen_keys::SeenKeys;
use super::value::stored;
use super::{links, statements};
use crate::destination::{LinkPlan, LoadId, PageBatch};
use crate::schema::batch::{ChildBatch, RowRef};
use crate::schema::table::{ChildSchema, TableSchema};
use crate::schema::value::ColumnValue;

/// How the rows of a load are written.
pub(super) struct Target {
    table: Option<IntoTable>,
    links: Vec<LinkPlan>,
}

/// A table and its statement.
struct IntoTable {
    table: TableSchema,
    insert: String,
    lists: Vec<IntoList>,
}

struct IntoList {
    list: ChildSchema,
    insert: String,
    /// Finds the elements that are there.
    select: String,
    delete: String,
}

impl Target {
    pub(super) fn new(table: Option<&TableSchema>, links: &[LinkPlan]) -> Self {
        let table = table.map(|table| IntoTable {
            insert: statements::insert(table),
            lists: table.children.iter().map(IntoList::new).collect(),
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
        let mut writer = match &self.table {
            Some(into) => Some(RowWriter {
                connection,
                seen,
                load,
                into,
                insert: connection.prepare_cached(&into.insert)?,
                text: String::new(),
                inserted: 0,
            }),
            None => None,
        };
        let mut insert_link = connection.prepare_cached(links::INSERT)?;
        for row in batch.rows.rows() {
            if let Some(writer) = &mut writer {
                writer.row(row, batch.rows.children())?;
            }
            for plan in &self.links {
                let link = plan.link(row, &batch.inherited).ok_or_else(|| {
                    WriteError::Internal(format!("a row of the parent has no column that `{}` needs", plan.child))
                })?;
                insert_link.execute(params![plan.child, link.key, link.values])?;
            }
        }
        Ok(writer.map_or(0, |writer| writer.inserted))
    }
}

/// Writes the rows of one page.
struct RowWriter<'w> {
    connection: &'w Connection,
    seen: &'w SeenKeys,
    load: &'w LoadId,
    into: &'w IntoTable,
    insert: CachedStatement<'w>,
    /// The text of a time.
    text: String,
    inserted: u64,
}

impl RowWriter<'_> {
    fn row(&mut self, row: RowRef<'_>, lists: &[ChildBatch]) -> Result<(), WriteError> {
        let merged = !self.into.table.merge_key().is_empty();
        bind(&mut self.insert, &self.into.table, row, self.load, &mut self.text)?;
        let conflicts = self.seen.conflicts();
        self.insert.raw_execute()?;
        if self.seen.conflicts() == conflicts {
            self.inserted += 1;
            if merged {
                let _ = self.seen.insert(self.connection.last_insert_rowid());
            }
        }
        for (into, list) in self.into.lists.iter().zip(lists) {
            self.list(into, row, list, merged)?;
        }
        Ok(())
    }

    /// Writes a list: with the row that has it, all of its elements are replaced, if any has changed.
    fn list(&mut self, into: &IntoList, row: RowRef<'_>, list: &ChildBatch, merged: bool) -> Result<(), WriteError> {
        let elements = || list.elements(row.index()).filter_map(|element| list.batch().row(element));
        if merged {
            let key: Vec<_> = into.list.owner_key.iter().map(|column| row.get(*column)).collect();
            let mut select = self.connection.prepare_cached(&into.select)?;
            if elements_unchanged(&mut select, &key, elements(), &mut self.text)? {
                return Ok(());
            }
            let mut delete = self.connection.prepare_cached(&into.delete)?;
            bind_key(&mut delete, &key, &mut self.text)?;
            delete.raw_execute()?;
        }
        let mut insert = self.connection.prepare_cached(&into.insert)?;
        for element in elements() {
            bind(&mut insert, &into.list.table, element, self.load, &mut self.text)?;
            insert.raw_execute()?;
        }
        Ok(())
    }
}

impl IntoList {
    fn new(list: &ChildSchema) -> Self {
        let table = statements::name(&list.table.name);
        let columns: Vec<_> = list.table.columns.iter().map(|column| column.name.clone()).collect();
        let (key, rest) = columns.split_at(list.owner_key.len());
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

fn bind_key(statement: &mut CachedStatement<'_>, key: &[ColumnValue<'_>], text: &mut String) -> rusqlite::Result<()> {
    key.iter().zip(1..).try_for_each(|(value, at)| bind_value(statement, at, value, text))
}

fn bind_value(
    statement: &mut CachedStatement<'_>,
    at: usize,
    value: &ColumnValue<'_>,
    text: &mut String,
) -> rusqlite::Result<()> {
    statement.raw_bind_parameter(at, ToSqlOutput::Borrowed(stored(value, text)?))
}

/// Whether the elements that are there are these.
fn elements_unchanged<'b>(
    select: &mut CachedStatement<'_>,
    key: &[ColumnValue<'_>],
    elements: impl Iterator<Item = RowRef<'b>>,
    text: &mut String,
) -> rusqlite::Result<bool> {
    bind_key(select, key, text)?;
    let mut there = select.raw_query();
    for element in elements {
        let Some(row) = there.next()? else { return Ok(false) };
        // After the key and the position.
        for (at, value) in element.values().skip(key.len() + 1).enumerate() {
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
