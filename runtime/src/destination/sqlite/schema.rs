//! Tables made from declarations, and updated when these change.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, params};

use super::error::WriteError;
use super::statements::{DELETED_AT, LOAD_ID, create, name, row_id, sql_type};
use crate::destination::LoadId;
use crate::schema::table::{ChildSchema, ColumnSchema, Deleted, TableSchema};

const META: &str = "
    CREATE TABLE IF NOT EXISTS _declarest_loads (
        load_id TEXT NOT NULL, source TEXT NOT NULL, resource TEXT NOT NULL,
        status TEXT NOT NULL, started_at TIMESTAMP NOT NULL, finished_at TIMESTAMP,
        rows INTEGER, pages INTEGER, expected INTEGER, error TEXT,
        PRIMARY KEY (load_id, resource)
    );
    CREATE TABLE IF NOT EXISTS _declarest_state (
        source TEXT NOT NULL, resource TEXT NOT NULL, name TEXT NOT NULL, value JSON_TEXT NOT NULL,
        updated_at TIMESTAMP NOT NULL,
        PRIMARY KEY (source, resource, name)
    );
    CREATE TABLE IF NOT EXISTS _declarest_quarantine (
        resource TEXT NOT NULL, row JSON_TEXT NOT NULL, path TEXT NOT NULL, error TEXT NOT NULL,
        page INTEGER NOT NULL, url TEXT NOT NULL, load_id TEXT NOT NULL, updated_at TIMESTAMP NOT NULL,
        PRIMARY KEY (resource, row)
    );";

/// Builds before format 3 kept state by resource alone. What complete loads have left stays, for the source that loaded the
/// resource last, to which the table belongs from now on; interrupted loads start again.
const MIGRATE: &str = "
    INSERT INTO _declarest_state (source, resource, name, value, updated_at)
    SELECT loads.source, state.resource, state.name, state.value, state.updated_at
    FROM _declarest_state_2 AS state
    JOIN (SELECT resource, source, max(started_at) FROM _declarest_loads GROUP BY resource) AS loads USING (resource)
    WHERE state.name IN ('incremental', 'loads');
    INSERT INTO _declarest_state (source, resource, name, value, updated_at)
    SELECT '', lower(resource), 'source', json_quote(source), max(started_at) FROM _declarest_loads
    WHERE resource IN (SELECT name FROM sqlite_schema WHERE type = 'table') GROUP BY lower(resource);
    DROP TABLE _declarest_state_2;
    DROP TABLE IF EXISTS _declarest_links;";

/// Declarest's own tables.
pub(super) fn ensure_meta(connection: &Connection) -> rusqlite::Result<()> {
    let state = columns(connection, "_declarest_state")?;
    let is_old = !state.is_empty() && !state.contains_key("source");
    if is_old {
        connection.execute_batch("ALTER TABLE _declarest_state RENAME TO _declarest_state_2")?;
    }
    connection.execute_batch(META)?;
    if is_old { connection.execute_batch(MIGRATE) } else { Ok(()) }
}

/// Whether a table is there. Refuses one that cannot take the declared columns, or has another key.
pub(super) fn check(connection: &Connection, table: &TableSchema) -> Result<bool, WriteError> {
    let existing = columns(connection, &table.name)?;
    if existing.is_empty() {
        return Ok(false);
    }
    let mut problems = Vec::new();
    for column in &table.columns {
        if let Some(ExistingColumn { kind, .. }) = existing.get(&column.name.to_ascii_lowercase()) {
            let declared = sql_type(table, column);
            if !kind.eq_ignore_ascii_case(declared) {
                problems.push(format!("column `{}` is {kind}, declared is {declared}", column.name));
            }
        }
    }
    let mut key: Vec<_> = existing.iter().filter(|(_, column)| column.key > 0).collect();
    key.sort_by_key(|(_, column)| column.key);
    let key: Vec<_> = key.into_iter().map(|(name, _)| name.as_str()).collect();
    let declared: Vec<_> = table.merge_key().iter().map(|name| name.to_ascii_lowercase()).collect();
    if key != declared {
        problems.push(format!("the primary key is ({}), declared is ({})", key.join(", "), declared.join(", ")));
    }
    if problems.is_empty() {
        return Ok(true);
    }
    let problems = problems.join("; ");
    let message = format!("the table `{}` does not fit the declaration: {problems}", table.name);
    Err(WriteError::Schema { table: table.name.clone(), message })
}

/// Creates a table, or adds the columns that it lacks.
pub(super) fn ensure(connection: &Connection, table: &TableSchema) -> Result<(), WriteError> {
    if !check(connection, table)? {
        return Ok(connection.execute_batch(&create(table))?);
    }
    let existing = columns(connection, &table.name)?;
    let is_missing = |column: &&ColumnSchema| !existing.contains_key(&column.name.to_ascii_lowercase());
    for column in table.columns.iter().filter(is_missing) {
        let alter =
            format!("ALTER TABLE {} ADD COLUMN {} {}", name(&table.name), name(&column.name), sql_type(table, column));
        connection.execute(&alter, [])?;
    }
    if table.deleted == Deleted::Mark && !existing.contains_key(DELETED_AT) {
        let alter = format!("ALTER TABLE {} ADD COLUMN {DELETED_AT} TIMESTAMP", name(&table.name));
        connection.execute(&alter, [])?;
    }
    if !existing.contains_key(LOAD_ID) {
        connection.execute(&format!("ALTER TABLE {} ADD COLUMN {LOAD_ID} TEXT", name(&table.name)), [])?;
    }
    Ok(())
}

/// Drops a table and those of its lists.
pub(super) fn drop_tables(connection: &Connection, table: &TableSchema) -> rusqlite::Result<()> {
    for table in table.with_children() {
        connection.execute_batch(&format!("DROP TABLE IF EXISTS {}", name(&table.name)))?;
    }
    Ok(())
}

/// Creates the index by which the elements of a row are found.
pub(super) fn ensure_index(connection: &Connection, child: &ChildSchema) -> rusqlite::Result<()> {
    let table = &child.table;
    let key: Vec<_> = table.columns.iter().take(child.owner_key.len()).map(|column| name(&column.name)).collect();
    let index = name(&format!("_declarest_key_of_{}", table.name));
    let create = format!("CREATE INDEX IF NOT EXISTS {index} ON {} ({})", name(&table.name), key.join(", "));
    connection.execute_batch(&create)
}

/// Whether a table has rows of other loads than these.
pub(super) fn has_rows(connection: &Connection, table: &str, loads: &[LoadId]) -> rusqlite::Result<bool> {
    let table = name(table);
    if loads.is_empty() {
        return connection.query_row(&format!("SELECT EXISTS (SELECT 1 FROM {table})"), [], |row| row.get(0));
    }
    let loads = serde_json::Value::from(loads.iter().map(LoadId::as_str).collect::<Vec<_>>()).to_string();
    let of_others = format!(
        "SELECT EXISTS (SELECT 1 FROM {table} WHERE {LOAD_ID} IS NULL OR {LOAD_ID} NOT IN (SELECT value FROM json_each(?1)))"
    );
    connection.query_row(&of_others, [loads], |row| row.get(0))
}

/// The load that wrote the latest row of a table.
pub(super) fn last_load(connection: &Connection, table: &TableSchema) -> rusqlite::Result<Option<LoadId>> {
    if !columns(connection, &table.name)?.contains_key(LOAD_ID) {
        return Ok(None);
    }
    let (from, row_id) = (name(&table.name), row_id(table));
    let latest = format!("SELECT {LOAD_ID} FROM {from} ORDER BY {row_id} DESC LIMIT 1");
    let id: Option<Option<String>> = connection.query_row(&latest, [], |row| row.get(0)).optional()?;
    Ok(id.flatten().map(LoadId::from))
}

/// Whether rows of a table may be marked as deleted.
pub(super) fn is_marked(connection: &Connection, table: &TableSchema) -> rusqlite::Result<bool> {
    let is_own = table.columns.iter().any(|column| column.name.eq_ignore_ascii_case(DELETED_AT));
    Ok(!is_own && columns(connection, &table.name)?.contains_key(DELETED_AT))
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
