//! `SQLite` passes the suite.

use std::collections::BTreeMap;

use declarest::conformance::{self, Harness, Row};
use declarest::{ColumnValue, Error, ErrorKind, Result, Sqlite};
use declarest_tests::Database;
use rusqlite::types::Value;

/// A database file.
pub(crate) struct Store(Database);

impl Store {
    pub(crate) fn new(_: &str) -> Self {
        Self(Database::new())
    }

    fn query(&self, sql: &str) -> rusqlite::Result<Vec<Row>> {
        let connection = self.0.connect();
        let mut statement = connection.prepare(sql)?;
        let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
        let rows = statement.query_map([], |row| {
            let value = |(index, name): (usize, &String)| Ok((name.clone(), cell(row.get(index)?)));
            columns.iter().enumerate().map(value).collect::<rusqlite::Result<BTreeMap<_, _>>>()
        });
        rows?.collect()
    }
}

impl Harness for Store {
    type Destination = Sqlite;

    async fn open(&self) -> Result<Sqlite> {
        Sqlite::open(self.0.path())
    }

    async fn rows(&self, table: &str) -> Result<Vec<Row>> {
        if !self.0.has_table(table) {
            return Ok(Vec::new());
        }
        let rows = self.query(&format!("SELECT * FROM \"{table}\""));
        rows.map_err(|error| Error::new(ErrorKind::Destination, error.to_string()))
    }

    async fn quarantined(&self, resource: &str) -> Result<Option<Vec<String>>> {
        let sql = format!("SELECT row FROM _declarest_quarantine WHERE resource = '{resource}' ORDER BY rowid");
        Ok(Some(self.0.query(&sql).concat()))
    }
}

fn cell(value: Value) -> ColumnValue<'static> {
    match value {
        Value::Null => ColumnValue::Null,
        Value::Integer(number) => ColumnValue::Integer(number),
        Value::Real(number) => ColumnValue::Real(number),
        Value::Text(text) => ColumnValue::Text(text.into()),
        Value::Blob(bytes) => ColumnValue::Text(format!("{bytes:?}").into()),
    }
}

#[tokio::test]
async fn sqlite_passes_the_suite() {
    let report = conformance::run(Store::new).await;
    println!("{report}");
    report.into_result().expect("all cases pass");
}
