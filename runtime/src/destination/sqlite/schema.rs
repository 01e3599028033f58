//! Tables made from declarations, and kept in step with them.

use std::collections::HashMap;

use rusqlite::{Connection, params};

use crate::column::{ColumnDef, ColumnType};
use crate::resource::{ResourceDef, WriteDisposition};

/// Why a table cannot take the rows of a resource.
pub(super) enum Refusal {
    Sqlite(rusqlite::Error),
    Schema(String),
}

impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

/// The column that says which load last changed a row.
pub(super) const LOAD_ID: &str = "_load_id";

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
    );";

/// The tables of Declarest's own.
pub(super) fn ensure_meta(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(META)
}

/// Creates the resource's table, or adds the columns that it lacks; says whether it was there. Refuses, before
/// anything is changed, what would change the meaning of rows that are there.
pub(super) fn ensure_table(connection: &Connection, def: &ResourceDef) -> Result<bool, Refusal> {
    let existing = columns(connection, def.name)?;
    if existing.is_empty() {
        connection.execute_batch(&create(def))?;
        return Ok(false);
    }
    let mut problems = Vec::new();
    let mut missing = Vec::new();
    for column in def.columns {
        match existing.get(&column.name.to_lowercase()) {
            None => missing.push(column),
            Some(existing) if !existing.kind.eq_ignore_ascii_case(sql_type(def, column)) => {
                problems.push(format!(
                    "column `{}` is {}, declared is {}",
                    column.name,
                    existing.kind,
                    sql_type(def, column)
                ));
            }
            Some(_) => {}
        }
    }
    let mut key: Vec<_> = existing.iter().filter(|(_, column)| column.key > 0).collect();
    key.sort_by_key(|(_, column)| column.key);
    let key: Vec<_> = key.into_iter().map(|(name, _)| name.as_str()).collect();
    let wanted: Vec<_> = merge_key(def).iter().map(|name| name.to_lowercase()).collect();
    if key != wanted {
        problems.push(format!("the primary key is ({}), declared is ({})", key.join(", "), wanted.join(", ")));
    }
    if !problems.is_empty() {
        return Err(Refusal::Schema(format!(
            "the table `{}` does not fit the declaration: {}",
            def.name,
            problems.join("; ")
        )));
    }
    for column in missing {
        let alter =
            format!("ALTER TABLE {} ADD COLUMN {} {}", name(def.name), name(column.name), sql_type(def, column));
        connection.execute(&alter, [])?;
    }
    if !existing.contains_key(LOAD_ID) {
        connection.execute(&format!("ALTER TABLE {} ADD COLUMN {LOAD_ID} TEXT", name(def.name)), [])?;
    }
    Ok(true)
}

/// The columns by which rows are merged.
pub(super) fn merge_key(def: &ResourceDef) -> &'static [&'static str] {
    match def.write_disposition {
        WriteDisposition::Merge => def.primary_key,
        WriteDisposition::Append | WriteDisposition::Replace => &[],
    }
}

struct Existing {
    kind: String,
    /// The column's place in the primary key, from 1; 0 outside it.
    key: i64,
}

/// The table's columns by name, in lower case: SQL does not tell cases apart.
fn columns(connection: &Connection, table: &str) -> rusqlite::Result<HashMap<String, Existing>> {
    let mut statement = connection.prepare("SELECT lower(name), type, pk FROM pragma_table_info(?1)")?;
    let columns = statement
        .query_map(params![table], |row| Ok((row.get(0)?, Existing { kind: row.get(1)?, key: row.get(2)? })))?;
    columns.collect()
}

fn create(def: &ResourceDef) -> String {
    let key = merge_key(def);
    let mut parts: Vec<_> = def
        .columns
        .iter()
        .map(|column| {
            let not_null = if key.contains(&column.name) { " NOT NULL" } else { "" };
            format!("{} {}{not_null}", name(column.name), sql_type(def, column))
        })
        .collect();
    parts.push(format!("{LOAD_ID} TEXT NOT NULL"));
    if !key.is_empty() {
        parts.push(format!("PRIMARY KEY ({})", names(key)));
    }
    format!("CREATE TABLE {} ({})", name(def.name), parts.join(", "))
}

/// One statement for rows that are new and rows that are there. A row that is there with the same values is left alone:
/// `_declarest_seen` counts it, and lets through what has changed.
pub(super) fn insert(def: &ResourceDef) -> String {
    let table = name(def.name);
    let key = merge_key(def);
    let all: Vec<_> = def.columns.iter().map(|column| column.name).collect();
    let values: Vec<_> = (1..=all.len() + 1).map(|index| format!("?{index}")).collect();
    let insert = format!("INSERT INTO {table} ({}, {LOAD_ID}) VALUES ({})", names(&all), values.join(", "));
    if key.is_empty() {
        return insert;
    }
    let others: Vec<_> = all.iter().filter(|column| !key.contains(column)).map(|column| name(column)).collect();
    let changed = others
        .iter()
        .map(|column| format!("{table}.{column} IS NOT excluded.{column}"))
        .collect::<Vec<_>>()
        .join(" OR ");
    let changed = if changed.is_empty() { "0" } else { &changed };
    let load_id = name(LOAD_ID);
    let set: Vec<_> = others.iter().chain([&load_id]).map(|column| format!("{column} = excluded.{column}")).collect();
    format!(
        "{insert} ON CONFLICT ({}) DO UPDATE SET {} WHERE _declarest_seen({table}.{}, {changed})",
        names(key),
        set.join(", "),
        row_id(def)
    )
}

/// SQLite's own number of a row, under the first of its names that no column has taken.
fn row_id(def: &ResourceDef) -> &'static str {
    let free = |name: &&str| def.columns.iter().all(|column| !column.name.eq_ignore_ascii_case(name));
    ["rowid", "_rowid_", "oid"].into_iter().find(free).unwrap_or("rowid")
}

/// A name as SQL takes it, whatever it holds.
pub(super) fn name(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn names(columns: &[&str]) -> String {
    columns.iter().map(|column| name(column)).collect::<Vec<_>>().join(", ")
}

/// The declared type of a column. Those of text have text affinity or hold nothing that looks like a number, so that
/// no value is converted on its way in.
fn sql_type(def: &ResourceDef, column: &ColumnDef) -> &'static str {
    match column.kind {
        // A sole key that is an `INTEGER` would be SQLite's own number of the row. Those are to follow each other, so
        // that the rows that a load has met are a few runs of them.
        ColumnType::Integer if merge_key(def) == [column.name] => "BIGINT",
        ColumnType::Boolean => "BOOLEAN",
        ColumnType::Integer => "INTEGER",
        ColumnType::Real => "REAL",
        ColumnType::Text => "TEXT",
        ColumnType::Timestamp => "TIMESTAMP",
        ColumnType::Date => "DATE",
        ColumnType::Time => "TIME",
        ColumnType::DateTime => "DATETIME",
        ColumnType::Json => "JSON_TEXT",
    }
}
