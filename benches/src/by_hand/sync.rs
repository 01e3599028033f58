//! Rows borrowed from their page into SQLite: upserted by key, ten pages a transaction, four pages in flight.

use std::path::PathBuf;

use bytes::Bytes;
use futures_util::StreamExt as _;
use futures_util::stream::iter;
use rusqlite::{Connection, params};
use serde_json::value::RawValue;
use tokio::sync::mpsc;

use super::page;
use super::rows::{Body, First, Paging};
use crate::{PAGE, Result};

const PAGES_PER_TRANSACTION: usize = 10;
const IN_FLIGHT: usize = 4;

const CREATE: &str = "CREATE TABLE IF NOT EXISTS issues (
    key TEXT NOT NULL PRIMARY KEY, type TEXT, severity TEXT, status TEXT, resolution TEXT, rule TEXT, message TEXT, component TEXT,
    project TEXT, organization TEXT, line INTEGER, text_range JSON_TEXT, flows JSON_TEXT, hash TEXT, tags JSON_TEXT, author TEXT,
    effort TEXT, debt TEXT, creation_date TIMESTAMP, update_date TIMESTAMP
)";

const UPSERT: &str = "INSERT INTO issues (
    key, type, severity, status, resolution, rule, message, component, project, organization, line, text_range, flows, hash, tags,
    author, effort, debt, creation_date, update_date
) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)
ON CONFLICT (key) DO UPDATE SET
    type = excluded.type, severity = excluded.severity, status = excluded.status, resolution = excluded.resolution,
    rule = excluded.rule, message = excluded.message, component = excluded.component, project = excluded.project,
    organization = excluded.organization, line = excluded.line, text_range = excluded.text_range, flows = excluded.flows,
    hash = excluded.hash, tags = excluded.tags, author = excluded.author, effort = excluded.effort, debt = excluded.debt,
    creation_date = excluded.creation_date, update_date = excluded.update_date";

/// Writes all rows; says how many there were.
///
/// # Errors
/// Those of the wire and of the database.
pub async fn sync(url: &str, database: PathBuf) -> Result<u64> {
    let client = reqwest::Client::new();
    let first = page(&client, url, 1).await?;
    let First { paging: Paging { total } } = serde_json::from_slice(&first)?;
    let (sender, receiver) = mpsc::channel(IN_FLIGHT);
    let writer = std::thread::spawn(move || write(&database, receiver));
    sender.send(first).await?;
    let mut pages = iter(2..=total.div_ceil(PAGE))
        .map(|number| {
            let (client, url) = (client.clone(), url.to_owned());
            tokio::spawn(async move { page(&client, &url, number).await })
        })
        .buffered(IN_FLIGHT);
    while let Some(page) = pages.next().await {
        sender.send(page??).await?;
    }
    drop(sender);
    writer.join().map_err(|_| "the writer panicked")?
}

fn write(database: &PathBuf, mut pages: mpsc::Receiver<Bytes>) -> Result<u64> {
    let connection = Connection::open(database)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.execute_batch(CREATE)?;
    let mut upsert = connection.prepare(UPSERT)?;
    let (mut rows, mut open) = (0, 0);
    while let Some(page) = pages.blocking_recv() {
        if open == 0 {
            connection.execute_batch("BEGIN")?;
        }
        let body: Body<'_> = serde_json::from_slice(&page)?;
        for issue in &body.issues {
            rows += 1;
            upsert.execute(params![
                issue.key,
                issue.r#type,
                issue.severity,
                issue.status,
                issue.resolution,
                issue.rule,
                issue.message,
                issue.component,
                issue.project,
                issue.organization,
                issue.line,
                issue.text_range.map(RawValue::get),
                issue.flows.get(),
                issue.hash,
                issue.tags.get(),
                issue.author,
                issue.effort,
                issue.debt,
                issue.creation_date.to_string(),
                issue.update_date.to_string(),
            ])?;
        }
        open += 1;
        if open == PAGES_PER_TRANSACTION {
            connection.execute_batch("COMMIT")?;
            open = 0;
        }
    }
    if open > 0 {
        connection.execute_batch("COMMIT")?;
    }
    Ok(rows)
}
