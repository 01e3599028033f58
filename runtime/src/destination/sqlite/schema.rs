//! Tables made from declarations, and updated when these change.

use std::collections::HashMap;

use rusqlite::{Connection, params};

use super::error::WriteError;
use super::statements::{LOAD_ID, create, name, sql_type};
use crate::schema::table::{ChildSchema, TableSchema};

const META: &str = "
    CREATE TABLE IF NOT EXISTS _declarest_loads (
        load_id TEXT NOT NULL, source TEXT NOT NULL, resource TEXT NOT NULL,
        status TEXT NOT NULL, started_at TIMESTAMP NOT NULL, finished_at TIMESTAMP,
        rows INTEGER, pages INTEGER, expected INTEGER, error TEXT,
        PRIMARY KEY (load_id, resource)
    );
    CREATE TABLE IF NOT EXISTS _declarest_state (
        resource TEXT NOT NULL, name TEXT NOT NULL, value JSON_TEXT NOT NULL, updated_at TIMESTAMP NOT NULL,
        PRIMARY KEY (resource, name)
    );
    CREATE TABLE IF NOT EXISTS _declarest_links (
        number INTEGER PRIMARY KEY, child TEXT NOT NULL, key JSON_TEXT, value JSON_TEXT NOT NULL,
        UNIQUE (child, key)
    );
    CREATE TABLE IF NOT EXISTS _declarest_quarantine (
        resource TEXT NOT NULL, row JSON_TEXT NOT NULL, path TEXT NOT NULL, error TEXT NOT NULL,
        page INTEGER NOT NULL, url TEXT NOT NULL, load_id TEXT NOT NULL, updated_at TIMESTAMP NOT NULL,
        PRIMARY KEY (resource, row)
    );
    CREATE INDEX IF NOT EXISTS _declarest_links_of ON _declarest_links (child);";

/// Declarest's own tables.
pub(super) fn ensure_meta(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(META)
}

/// Creates a table of the resource, or adds the columns that it lacks; returns whether it was there. Refuses, before
/// anything is changed, what would change the meaning of rows that are there.
pub(super) fn ensure_table(
    connection: &Connection,
    resource: &'static str,
    table: &TableSchema,
) -> Result<bool, WriteError> {
    let existing = columns(connection, &table.name)?;
    if existing.is_empty() {
        connection.execute_batch(&create(table))?;
        return Ok(false);
    }
    let mut problems = Vec::new();
    let mut missing = Vec::new();
    for column in &table.columns {
        match existing.get(&column.name.to_ascii_lowercase()) {
            None => missing.push(column),
            Some(existing) => {
                let (found, declared) = (&existing.kind, sql_type(table, column));
                if !found.eq_ignore_ascii_case(declared) {
                    problems.push(format!("column `{}` is {found}, declared is {declared}", column.name));
                }
            }
        }
    }
    let mut key: Vec<_> = existing.iter().filter(|(_, column)| column.key > 0).collect();
    key.sort_by_key(|(_, column)| column.key);
    let key: Vec<_> = key.into_iter().map(|(name, _)| name.as_str()).collect();
    let wanted: Vec<_> = table.merge_key().iter().map(|name| name.to_ascii_lowercase()).collect();
    if key != wanted {
        problems.push(format!("the primary key is ({}), declared is ({})", key.join(", "), wanted.join(", ")));
    }
    if !problems.is_empty() {
        let problems = problems.join("; ");
        let message = format!("the table `{}` does not fit the declaration: {problems}", table.name);
        return Err(WriteError::Schema { resource, message });
    }
    for column in missing {
        let alter =
            format!("ALTER TABLE {} ADD COLUMN {} {}", name(&table.name), name(&column.name), sql_type(table, column));
        connection.execute(&alter, [])?;
    }
    if !existing.contains_key(LOAD_ID) {
        connection.execute(&format!("ALTER TABLE {} ADD COLUMN {LOAD_ID} TEXT", name(&table.name)), [])?;
    }
    Ok(true)
}

/// Creates the index by which the elements of a row are found.
pub(super) fn ensure_index(connection: &Connection, list: &ChildSchema) -> rusqlite::Result<()> {
    let table = &list.table;
    let key: Vec<_> = table.columns.iter().take(list.owner_key.len()).map(|column| name(&column.name)).collect();
    let index = name(&format!("_declarest_key_of_{}", table.name));
    let create = format!("CREATE INDEX IF NOT EXISTS {index} ON {} ({})", name(&table.name), key.join(", "));
    connection.execute_batch(&create)
}

/// Whether a table has any rows.
pub(super) fn has_rows(connection: &Connection, table: &str) -> rusqlite::Result<bool> {
    connection.query_row(&format!("SELECT EXISTS (SELECT 1 FROM {})", name(table)), [], |row| row.get(0))
}

/// Whether there is a table of this name.
pub(super) fn exists(connection: &Connection, table: &str) -> rusqlite::Result<bool> {
    connection.prepare_cached("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1")?.exists([table])
}

struct ExistingColumn {
    kind: String,
    /// The column's place in the primary key, from 1; 0 outside it.
    key: i64,
}

/// The table's columns by name, in lower case: SQLite ignores the case of ASCII letters.
fn columns(connection: &Connection, table: &str) -> rusqlite::Result<HashMap<String, ExistingColumn>> {
    let mut statement = connection.prepare("SELECT lower(name), type, pk FROM pragma_table_info(?1)")?;
    let columns = statement
        .query_map(params![table], |row| Ok((row.get(0)?, ExistingColumn { kind: row.get(1)?, key: row.get(2)? })))?;
    columns.collect()
}
