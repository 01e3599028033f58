//! A schema of its own, read as any client of Postgres reads it.

use declarest::conformance::{Harness, Row};
use declarest::{ColumnValue, Error, ErrorKind, Result};
use declarest_postgres::Postgres;
use tokio::sync::OnceCell;
use tokio_postgres::{Client, SimpleQueryMessage};

use crate::server::{Server, fresh_name};

/// A schema.
pub(crate) struct Store {
    pub(crate) server: &'static Server,
    pub(crate) schema: String,
    /// A reader's connection.
    client: OnceCell<Client>,
}

impl Store {
    pub(crate) fn new(server: &'static Server) -> Self {
        Self { server, schema: fresh_name(), client: OnceCell::new() }
    }

    /// All rows of a query, each value as text.
    pub(crate) async fn query(&self, sql: &str) -> Result<Vec<Row>> {
        let connect = || async {
            let client = self.server.client().await;
            let setup = format!("SET search_path TO \"{}\"; SET timezone TO 'UTC'", self.schema);
            client.batch_execute(&setup).await.expect("settings");
            client
        };
        let client = self.client.get_or_init(connect).await;
        let messages =
            client.simple_query(sql).await.map_err(|error| Error::new(ErrorKind::Destination, format!("{error:?}")))?;
        let row = |message| match message {
            SimpleQueryMessage::Row(row) => Some(
                row.columns()
                    .iter()
                    .enumerate()
                    .map(|(at, column)| {
                        let value =
                            row.get(at).map_or(ColumnValue::Null, |text| ColumnValue::Text(text.to_owned().into()));
                        (column.name().to_owned(), value)
                    })
                    .collect(),
            ),
            _ => None,
        };
        Ok(messages.into_iter().filter_map(row).collect())
    }

    /// The only value of a query.
    pub(crate) async fn one(&self, sql: &str) -> String {
        let rows = self.query(sql).await.expect("a query");
        match rows.first().and_then(|row| row.values().next()) {
            Some(ColumnValue::Text(text)) => text.to_string(),
            _ => String::new(),
        }
    }

    async fn has(&self, table: &str) -> bool {
        let sql = format!("SELECT to_regclass('\"{}\".\"{}\"')", self.schema, table.replace('"', "\"\""));
        !self.one(&sql).await.is_empty()
    }
}

impl Harness for Store {
    type Destination = Postgres;

    async fn open(&self) -> Result<Postgres> {
        Ok(Postgres::connect(self.server.url.as_str()).await?.schema(&self.schema))
    }

    async fn rows(&self, table: &str) -> Result<Vec<Row>> {
        if !self.has(table).await {
            return Ok(Vec::new());
        }
        self.query(&format!("SELECT * FROM \"{table}\"")).await
    }

    async fn quarantined(&self, resource: &str) -> Result<Option<Vec<String>>> {
        let sql = format!("SELECT row FROM _declarest_quarantine WHERE resource = '{resource}' ORDER BY ctid");
        let rows = self.query(&sql).await?;
        let text = |value| match value {
            ColumnValue::Text(text) => Some(text.into_owned()),
            _ => None,
        };
        Ok(Some(rows.into_iter().flat_map(Row::into_values).filter_map(text).collect()))
    }
}
