//! The tables that are there: their columns and keys, as Postgres' catalog has them.

use std::collections::HashMap;

use declarest::{TableSchema, WriteDisposition};
use tokio_postgres::Client;
use tokio_postgres::types::Type;

use crate::columns::{Column, encoding, sql_type};
use crate::error::Fault;
use crate::identifier::qualified;
use crate::settings::Settings;

const COLUMNS: &str = "
    SELECT a.attname::text, t.typname::text, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull,
        a.atthasdef OR a.attidentity <> ''
    FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
    WHERE a.attrelid = pg_catalog.to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped
    ORDER BY a.attnum";

/// Unique keys that are on columns alone, of all rows, checked at once: by these, rows can be merged.
const KEYS: &str = "
    SELECT i.indisprimary, array(
        SELECT a.attname::text FROM pg_catalog.unnest(i.indkey::pg_catalog.int2[]) WITH ORDINALITY k (attnum, at)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
        WHERE k.at <= i.indnkeyatts ORDER BY k.at)
    FROM pg_catalog.pg_index i
    WHERE i.indrelid = pg_catalog.to_regclass($1) AND i.indisunique AND i.indisvalid AND i.indimmediate
        AND i.indpred IS NULL AND i.indexprs IS NULL";

const KIND: &str = "SELECT relkind::text FROM pg_catalog.pg_class WHERE oid = pg_catalog.to_regclass($1)";

/// A table that is there.
#[derive(Debug)]
pub(crate) struct Existing {
    /// Its columns by name.
    pub(crate) columns: HashMap<String, ExistingColumn>,
    pub(crate) primary_key: Vec<String>,
    /// All keys by which rows can be merged.
    unique: Vec<Vec<String>>,
}

#[derive(Debug)]
pub(crate) struct ExistingColumn {
    /// The type's name in the catalog.
    type_name: String,
    /// The type as SQL has it.
    pub(crate) sql_type: String,
    pub(crate) is_not_null: bool,
    /// Whether it has a value where none is given.
    pub(crate) has_default: bool,
}

/// Reads a table; `None` where there is none.
pub(crate) async fn read(client: &Client, schema: &str, table: &str) -> Result<Option<Existing>, Fault> {
    let name = qualified(schema, table);
    let Some(kind) = client.query_typed_opt(KIND, &[(&name, Type::TEXT)]).await? else { return Ok(None) };
    if !matches!(kind.try_get(0)?, "r" | "p") {
        let message = format!("`{table}` in the schema `{schema}` is not a table: it may be a view");
        return Err(Fault::Schema { table: table.to_owned(), message });
    }
    let mut columns = HashMap::new();
    for row in client.query_typed(COLUMNS, &[(&name, Type::TEXT)]).await? {
        let column = ExistingColumn {
            type_name: row.try_get(1)?,
            sql_type: row.try_get(2)?,
            is_not_null: row.try_get(3)?,
            has_default: row.try_get(4)?,
        };
        columns.insert(row.try_get(0)?, column);
    }
    let (mut primary_key, mut unique) = (Vec::new(), Vec::new());
    for row in client.query_typed(KEYS, &[(&name, Type::TEXT)]).await? {
        let key: Vec<String> = row.try_get(1)?;
        if row.try_get(0)? {
            primary_key.clone_from(&key);
        }
        unique.push(key);
    }
    Ok(Some(Existing { columns, primary_key, unique }))
}

impl Existing {
    /// Refuses a table that cannot take the declared columns, or has another key.
    pub(crate) fn check(&self, table: &TableSchema, settings: &Settings) -> Result<(), Fault> {
        let mut problems = Vec::new();
        for column in &table.columns {
            let Some(there) = self.columns.get(&column.name) else { continue };
            if encoding(column.kind, &there.type_name).is_none() {
                let declared = sql_type(column.kind, settings.json);
                problems.push(format!("column `{}` is {}, declared is {declared}", column.name, there.sql_type));
            }
        }
        let key = table.merge_key();
        let is_key = |there: &Vec<String>| there.len() == key.len() && key.iter().all(|name| there.contains(name));
        // The table of a list has no key, and its rows are merged by that of another table.
        let fits = match table.disposition {
            WriteDisposition::Merge if !key.is_empty() => self.unique.iter().any(is_key),
            // A key that the user has added to a table that is replaced stays.
            WriteDisposition::Replace => true,
            _ => self.primary_key.is_empty(),
        };
        if !fits {
            let there = self.primary_key.join(", ");
            problems.push(format!("the primary key is ({there}), declared is ({})", key.join(", ")));
        }
        if problems.is_empty() {
            return Ok(());
        }
        let message = format!("the table `{}` does not fit the declaration: {}", table.name, problems.join("; "));
        Err(Fault::Schema { table: table.name.clone(), message })
    }

    /// How the columns of a table are sent: as those that are there, or as those that are made.
    pub(crate) fn columns_of(&self, table: &TableSchema, settings: &Settings) -> Vec<Column> {
        let column = |declared| {
            let mut column = Column::made(declared, settings.json);
            if let Some(there) = self.columns.get(&declared.name) {
                column.sql_type.clone_from(&there.sql_type);
                column.encoding = encoding(declared.kind, &there.type_name).unwrap_or(column.encoding);
            }
            column
        };
        table.columns.iter().map(column).collect()
    }
}
