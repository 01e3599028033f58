//! The SQL that creates and fills the tables of a resource.

use crate::schema::column::ColumnType;
use crate::schema::table::{ChildSchema, ColumnSchema, Deleted, TableSchema};

/// The column that says which load last changed a row.
pub(super) use crate::destination::{DELETED_AT, LOAD_ID};

/// A load ends.
pub(super) const END_LOAD: &str = "
    UPDATE _declarest_loads SET status = ?3, finished_at = ?4, rows = ?5, pages = ?6, expected = ?7, error = ?8
    WHERE load_id = ?1 AND resource = ?2";

/// A load begins: one of the same resource that has not ended was interrupted.
pub(super) const INTERRUPT_LOADS: &str = "
    UPDATE _declarest_loads SET status = 'interrupted'
    WHERE source = ?1 AND resource = ?2 AND status = 'running'";
pub(super) const BEGIN_LOAD: &str = "
    INSERT OR REPLACE INTO _declarest_loads (load_id, source, resource, status, started_at)
    VALUES (?1, ?2, ?3, 'running', ?4)";

/// The statement that creates a table.
pub(super) fn create(table: &TableSchema) -> String {
    let definition = |column: &ColumnSchema| {
        let not_null = if table.merge_key().contains(&column.name) { " NOT NULL" } else { "" };
        format!("{} {}{not_null}", name(&column.name), sql_type(table, column))
    };
    let mut parts: Vec<_> = table.columns.iter().map(definition).collect();
    parts.push(format!("{LOAD_ID} TEXT NOT NULL"));
    if table.deleted == Deleted::Mark {
        parts.push(format!("{DELETED_AT} TIMESTAMP"));
    }
    if !table.merge_key().is_empty() {
        parts.push(format!("PRIMARY KEY ({})", names(table.merge_key())));
    }
    format!("CREATE TABLE {} ({})", name(&table.name), parts.join(", "))
}

/// One statement for rows that are new and rows that are there. A row that is there with the same values is left alone:
/// `_declarest_seen` counts it, and lets through what has changed.
/// One that is marked as deleted and comes again has changed.
pub(super) fn insert(into: &TableSchema, is_marked: bool) -> String {
    let (table, key) = (name(&into.name), into.merge_key());
    let values: Vec<_> = (1..=into.columns.len() + 1).map(|index| format!("?{index}")).collect();
    let insert = format!("INSERT INTO {table} ({}) VALUES ({})", all_columns(into), values.join(", "));
    if key.is_empty() {
        return insert;
    }
    let others = into.columns.iter().filter(|column| !key.contains(&column.name));
    let others: Vec<_> = others.map(|column| name(&column.name)).collect();
    let changed = others.iter().map(|column| format!("{table}.{column} IS NOT excluded.{column}"));
    let marked = is_marked.then(|| format!("{table}.{DELETED_AT} IS NOT NULL"));
    let changed: Vec<_> = changed.chain(marked).collect();
    let changed = changed.join(" OR ");
    let changed = if changed.is_empty() { "0" } else { &changed };
    let load_id = name(LOAD_ID);
    let set = others.iter().chain([&load_id]).map(|column| format!("{column} = excluded.{column}"));
    let unmark = is_marked.then(|| format!("{DELETED_AT} = NULL"));
    let set: Vec<_> = set.chain(unmark).collect();
    format!(
        "{insert} ON CONFLICT ({}) DO UPDATE SET {} WHERE _declarest_seen({table}.{}, {changed})",
        names(key),
        set.join(", "),
        row_id(into)
    )
}

/// The statement that says of a row, by its key, which load has written it.
pub(super) fn touch(table: &TableSchema) -> String {
    let equal = table.merge_key().iter().zip(2..).map(|(column, at)| format!("{} = ?{at}", name(column)));
    let equal = equal.collect::<Vec<_>>().join(" AND ");
    format!("UPDATE {} SET {} = ?1 WHERE {equal}", name(&table.name), name(LOAD_ID))
}

/// Marks the rows that the load has not seen.
pub(super) fn mark_deleted(table: &TableSchema) -> String {
    format!(
        "UPDATE {} SET {DELETED_AT} = ?1, {LOAD_ID} = ?2 WHERE {DELETED_AT} IS NULL AND _declarest_is_gone({})",
        name(&table.name),
        row_id(table)
    )
}

/// Removes the rows that the load has not seen.
pub(super) fn remove_deleted(table: &TableSchema) -> String {
    format!("DELETE FROM {} WHERE _declarest_is_gone({})", name(&table.name), row_id(table))
}

/// Removes the elements of lists of these rows.
pub(super) fn remove_elements(table: &TableSchema, child: &ChildSchema) -> String {
    let (owner, elements) = (name(&table.name), name(&child.table.name));
    let keys = child.owner_key.iter().filter_map(|column| table.columns.get(*column)).zip(&child.table.columns);
    let equal = keys.map(|(own, copy)| format!("{owner}.{} = {elements}.{}", name(&own.name), name(&copy.name)));
    let equal = equal.collect::<Vec<_>>().join(" AND ");
    format!(
        "DELETE FROM {elements} WHERE EXISTS (SELECT 1 FROM {owner} WHERE {equal} AND _declarest_is_gone({owner}.{}))",
        row_id(table)
    )
}

/// The columns of a table and `_load_id`.
pub(super) fn all_columns(table: &TableSchema) -> String {
    let columns = table.columns.iter().map(|column| name(&column.name));
    columns.chain([LOAD_ID.to_owned()]).collect::<Vec<_>>().join(", ")
}

/// SQLite's own number of a row, under the first of its names that no column has.
pub(super) fn row_id(table: &TableSchema) -> &'static str {
    let free = |name: &&str| table.columns.iter().all(|column| !column.name.eq_ignore_ascii_case(name));
    ["rowid", "_rowid_", "oid"].into_iter().find(free).unwrap_or("rowid")
}

/// A name in quotes, as SQL takes it.
pub(super) fn name(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

pub(super) fn names(columns: &[String]) -> String {
    columns.iter().map(|column| name(column)).collect::<Vec<_>>().join(", ")
}

/// The declared type of a column. Those of text have text affinity or hold nothing that looks like a number, so that
/// no value is converted on its way in.
pub(super) fn sql_type(table: &TableSchema, column: &ColumnSchema) -> &'static str {
    match column.kind {
        // A sole key that is an `INTEGER` would be SQLite's own number of the row. Those should be consecutive, so
        // that the rows that a load has seen are a few runs of them.
        ColumnType::Integer | ColumnType::Unsigned if table.merge_key() == [column.name.as_str()] => "BIGINT",
        ColumnType::Boolean => "BOOLEAN",
        ColumnType::Integer | ColumnType::Unsigned => "INTEGER",
        ColumnType::Real => "REAL",
        ColumnType::Text => "TEXT",
        ColumnType::Timestamp => "TIMESTAMP",
        ColumnType::Date => "DATE",
        ColumnType::Time => "TIME",
        ColumnType::DateTime => "DATETIME",
        ColumnType::Json => "JSON_TEXT",
    }
}
