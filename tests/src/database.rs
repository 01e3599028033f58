//! A database file in a directory of its own, and what is in it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use declarest::Sqlite;
use rusqlite::Connection;
use rusqlite::types::Value;
use tempfile::TempDir;

/// A place for a database; it is gone when this is dropped.
#[derive(Debug)]
pub struct Database {
    directory: TempDir,
}

impl Default for Database {
    fn default() -> Self {
        Self::new()
    }
}

impl Database {
    /// A place without a file yet.
    pub fn new() -> Self {
        Self { directory: TempDir::new().expect("a directory for temporary files") }
    }

    /// The file.
    pub fn path(&self) -> PathBuf {
        self.directory.path().join("test.db")
    }

    /// The directory.
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// The file as a destination.
    pub fn open(&self) -> Sqlite {
        Sqlite::open(self.path()).expect("the database opens")
    }

    /// A connection of one's own.
    pub fn connect(&self) -> Connection {
        Connection::open(self.path()).expect("the database opens")
    }

    /// The rows of a query, their values as SQL prints them, `NULL` for none.
    pub fn query(&self, sql: &str) -> Vec<Vec<String>> {
        let connection = self.connect();
        let mut statement = connection.prepare(sql).expect(sql);
        let columns = statement.column_count();
        let rows = statement.query_map([], |row| (0..columns).map(|column| row.get(column).map(text)).collect());
        rows.expect(sql).collect::<Result<_, _>>().expect(sql)
    }

    /// The rows of a table, each value under the name of its column.
    pub fn rows(&self, table: &str) -> Vec<BTreeMap<String, String>> {
        let columns = self.query(&format!("SELECT name FROM pragma_table_info('{table}')")).concat();
        let rows = self.query(&format!("SELECT * FROM {table}"));
        rows.into_iter().map(|row| columns.iter().cloned().zip(row).collect()).collect()
    }

    /// The only value of a query.
    pub fn one(&self, sql: &str) -> String {
        let mut rows = self.query(sql);
        assert_eq!(rows.len(), 1, "{sql}");
        rows.swap_remove(0).swap_remove(0)
    }

    /// How many rows a table has.
    pub fn count(&self, table: &str) -> u64 {
        self.one(&format!("SELECT count(*) FROM {table}")).parse().expect("a number")
    }

    /// The saved state, but for what every complete sync leaves: which source and which clients load a table, and that no
    /// values of its parent's rows wait for a child.
    pub fn state(&self) -> Vec<Vec<String>> {
        self.query(
            "SELECT source, resource, name, value FROM _declarest_state
             WHERE NOT (source = '' AND name = 'source') AND name NOT IN ('client', 'clients') AND CASE name WHEN 'parents' THEN value ->> 'chunks' <> 0 ELSE 1 END",
        )
    }

    /// How many rows of parents wait to be read for: those in the chunks that the header of a child counts.
    pub fn waiting_parents(&self) -> u64 {
        let counted = "SELECT total(value ->> 'chunks') FROM _declarest_state WHERE name = 'parents'";
        let there = "SELECT total(1) FROM _declarest_state WHERE name LIKE 'parents/%'";
        assert_eq!(self.one(&format!("SELECT ({counted}) - ({there})")), "0.0", "chunks that no header counts");
        let rows =
            "SELECT coalesce(sum(json_array_length(value)), 0) FROM _declarest_state WHERE name LIKE 'parents/%'";
        self.one(rows).parse().expect("a number")
    }

    /// Runs statements.
    pub fn run(&self, sql: &str) {
        self.connect().execute_batch(sql).expect(sql);
    }

    /// Whether there is a table of this name.
    pub fn has_table(&self, table: &str) -> bool {
        self.one(&format!("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = '{table}'")) == "1"
    }
}

fn text(value: Value) -> String {
    match value {
        Value::Null => "NULL".to_owned(),
        Value::Integer(value) => value.to_string(),
        Value::Real(value) => format!("{value:?}"),
        Value::Text(value) => value,
        Value::Blob(value) => format!("{value:?}"),
    }
}
