//! What the tables of a load look like in Postgres: known when it has begun.

use declarest::destination::{DELETED_AT, LOAD_ID, LoadId};
use declarest::{ChildSchema, TableSchema, WriteDisposition};

use crate::columns::{Column, Encoding};
use crate::identifier::{derived, hash, list, qualified, quoted};

/// The tables of a load.
#[derive(Debug)]
pub(crate) struct Layout {
    /// The resource's own, then those of its lists.
    pub(crate) tables: Vec<Target>,
    pub(crate) disposition: WriteDisposition,
    /// The columns by which rows are merged, by index.
    pub(crate) key: Vec<usize>,
    pub(crate) load: LoadId,
}

/// A table that is written.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    /// Its name without the schema.
    pub(crate) table: String,
    /// Its name, quoted and with its schema.
    pub(crate) name: String,
    pub(crate) columns: Vec<Column>,
    /// Its primary key, or, for a list, the columns that repeat that of the row that has the list, by index.
    pub(crate) key: Vec<usize>,
    /// Whether rows may be marked as deleted.
    pub(crate) is_marked: bool,
}

impl Layout {
    pub(crate) fn is_merged(&self) -> bool {
        self.disposition == WriteDisposition::Merge
    }

    /// The resource's own table, then those of its lists.
    pub(crate) fn split(&self) -> Option<(&Target, &[Target])> {
        self.tables.split_first()
    }

    /// How the values of each table's columns are sent.
    pub(crate) fn encodings(&self) -> Vec<Vec<Encoding>> {
        self.tables.iter().map(|target| target.columns.iter().map(|column| column.encoding).collect()).collect()
    }
}

impl Target {
    pub(crate) fn new(schema: &str, table: &TableSchema, list: Option<&ChildSchema>, columns: Vec<Column>) -> Self {
        let key = match list {
            Some(list) => (0..list.owner_key.len()).collect(),
            None => table.merge_key().iter().filter_map(|name| table.index_of(name)).collect(),
        };
        Self { table: table.name.clone(), name: qualified(schema, &table.name), columns, key, is_marked: false }
    }

    /// The table in which the rows of a load wait until they replace those of this one.
    pub(crate) fn new_rows(&self, schema: &str) -> Self {
        let table = new_rows(&self.table);
        Self { name: qualified(schema, &table), table, ..self.clone() }
    }

    /// The names of its columns.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| column.name.as_str())
    }

    /// The columns of its key.
    pub(crate) fn key(&self) -> impl Iterator<Item = &Column> {
        self.key.iter().filter_map(|index| self.columns.get(*index))
    }

    /// The columns that are compared.
    pub(crate) fn others(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().enumerate().filter(|(index, _)| !self.key.contains(index)).map(|(_, column)| column)
    }

    /// Its columns and `_load_id`.
    pub(crate) fn all_columns(&self) -> String {
        list(self.names().chain([LOAD_ID]))
    }

    /// The table of the session in which rows wait until they are merged. Its name is made of the table and its columns:
    /// behind a proxy, others may have used the session.
    pub(crate) fn stage(&self) -> String {
        let table = format!("{} ({})", self.name, self.stage_columns());
        format!("pg_temp.{}", quoted(&format!("_declarest_stage_{:016x}", hash(&table))))
    }

    /// Makes that table, where the session does not have it. It is empty when a transaction begins.
    pub(crate) fn create_stage(&self) -> String {
        let (stage, columns) = (self.stage(), self.stage_columns());
        let stage = stage.trim_start_matches("pg_temp.");
        format!("CREATE TEMPORARY TABLE IF NOT EXISTS {stage} ({columns}) ON COMMIT DELETE ROWS;")
    }

    fn stage_columns(&self) -> String {
        let column = |column: &Column| format!("{} {}", quoted(&column.name), column.sql_type);
        self.columns.iter().map(column).collect::<Vec<_>>().join(", ")
    }

    /// Makes the table in which new rows wait.
    pub(crate) fn create_new_rows(&self) -> String {
        format!("CREATE TABLE {} ({}, {} text);", self.name, self.stage_columns(), quoted(LOAD_ID))
    }
}

/// The name of the table in which the rows of a load wait until they replace those of this one.
pub(crate) fn new_rows(table: &str) -> String {
    derived("_declarest_new_", table)
}

/// `_deleted_at`, quoted.
pub(crate) fn deleted_at() -> String {
    quoted(DELETED_AT)
}
