//! The same work as a good engineer writes it for this one API: rows borrowed from their page, binary COPY into a temporary table,
//! one statement that inserts what is new and updates what differs, ten pages a transaction, four pages in flight.

use std::pin::pin;

use bytes::{BufMut as _, Bytes, BytesMut};
use declarest::jiff::Timestamp;
use declarest_benches::by_hand::page;
use declarest_benches::by_hand::rows::{Body, First, Issue, Paging};
use declarest_benches::{PAGE, Result};
use futures_util::stream::iter;
use futures_util::{SinkExt as _, StreamExt as _};
use tokio::sync::mpsc;
use tokio_postgres::{Client, NoTls};

const PAGES_PER_TRANSACTION: usize = 10;
const IN_FLIGHT: usize = 4;
/// Where Postgres begins to count.
const EPOCH_MICROS: i64 = 946_684_800_000_000;

/// The columns, the key first.
pub(crate) const COLUMNS: [&str; 20] = [
    "key",
    "type",
    "severity",
    "status",
    "resolution",
    "rule",
    "message",
    "component",
    "project",
    "organization",
    "line",
    "text_range",
    "flows",
    "hash",
    "tags",
    "author",
    "effort",
    "debt",
    "creation_date",
    "update_date",
];

fn kind(column: &str) -> &'static str {
    match column {
        "line" => "bigint",
        "text_range" | "flows" | "tags" => "jsonb",
        "creation_date" | "update_date" => "timestamptz",
        _ => "text",
    }
}

/// Writes all rows; says how many there were.
pub(crate) async fn sync(url: &str, database: &str, schema: &str) -> Result<u64> {
    let client = reqwest::Client::new();
    let first = page(&client, url, 1).await?;
    let First { paging: Paging { total } } = serde_json::from_slice(&first)?;
    let (sender, receiver) = mpsc::channel(IN_FLIGHT);
    let writer = tokio::spawn(write(database.to_owned(), schema.to_owned(), receiver));
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
    writer.await?
}

async fn write(database: String, schema: String, mut pages: mpsc::Receiver<Bytes>) -> Result<u64> {
    let (client, connection) = tokio_postgres::connect(&database, NoTls).await?;
    tokio::spawn(connection);
    let columns: Vec<_> = COLUMNS.iter().map(|name| format!("{name} {}", kind(name))).collect();
    let columns = columns.join(", ");
    client
        .batch_execute(&format!(
            "CREATE SCHEMA IF NOT EXISTS {schema}; SET search_path = {schema};
            CREATE TABLE IF NOT EXISTS issues ({columns}, PRIMARY KEY (key));
            CREATE TABLE IF NOT EXISTS state (rows bigint); CREATE TEMPORARY TABLE stage ({columns});"
        ))
        .await?;
    let (all, rest) = (COLUMNS.join(", "), &COLUMNS[1..]);
    let each = |side: &str| rest.iter().map(|name| format!("{side}.{name}")).collect::<Vec<_>>().join(", ");
    let set: Vec<_> = rest.iter().map(|name| format!("{name} = excluded.{name}")).collect();
    let merge = format!(
        "WITH w AS (
            INSERT INTO issues AS t ({all}) SELECT s.* FROM stage s LEFT JOIN issues o ON o.key = s.key
            WHERE o.key IS NULL OR ROW({}) IS DISTINCT FROM ROW({})
            ON CONFLICT (key) DO UPDATE SET {} RETURNING (xmax = 0) AS is_new
        ) SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new) FROM w",
        each("o"),
        each("s"),
        set.join(", ")
    );
    let (mut rows, mut open, mut buffer) = (0, 0, header());
    while let Some(page) = pages.recv().await {
        let body: Body<'_> = serde_json::from_slice(&page)?;
        for issue in &body.issues {
            put(&mut buffer, issue);
        }
        rows += body.issues.len() as u64;
        open += 1;
        if open == PAGES_PER_TRANSACTION {
            commit(&client, &merge, std::mem::replace(&mut buffer, header()), rows).await?;
            open = 0;
        }
    }
    if open > 0 {
        commit(&client, &merge, buffer, rows).await?;
    }
    Ok(rows)
}

fn header() -> BytesMut {
    let mut buffer = BytesMut::with_capacity(1 << 20);
    buffer.put_slice(b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0");
    buffer
}

async fn commit(client: &Client, merge: &str, mut buffer: BytesMut, rows: u64) -> Result<()> {
    client.batch_execute("BEGIN").await?;
    let mut sink = pin!(client.copy_in("COPY stage FROM STDIN BINARY").await?);
    buffer.put_i16(-1);
    sink.send(buffer.freeze()).await?;
    sink.finish().await?;
    client.query_one(merge, &[]).await?;
    client
        .batch_execute(&format!("TRUNCATE stage; DELETE FROM state; INSERT INTO state VALUES ({rows}); COMMIT"))
        .await?;
    Ok(())
}

fn put(buffer: &mut BytesMut, issue: &Issue<'_>) {
    buffer.put_i16(20);
    let mut text = |value: Option<&str>| put_bytes(buffer, b"", value.map(str::as_bytes));
    text(Some(&issue.key));
    text(Some(&issue.r#type));
    text(Some(&issue.severity));
    text(Some(&issue.status));
    text(issue.resolution.as_deref());
    text(Some(&issue.rule));
    text(Some(&issue.message));
    text(Some(&issue.component));
    text(Some(&issue.project));
    text(issue.organization.as_deref());
    put_bytes(buffer, b"", issue.line.map(|line| i64::from(line).to_be_bytes()).as_ref().map(|line| &line[..]));
    let mut json = |value: Option<&str>| put_bytes(buffer, &[1], value.map(str::as_bytes));
    json(issue.text_range.map(serde_json::value::RawValue::get));
    json(Some(issue.flows.get()));
    put_bytes(buffer, b"", issue.hash.as_deref().map(str::as_bytes));
    put_bytes(buffer, &[1], Some(issue.tags.get().as_bytes()));
    for value in [&issue.author, &issue.effort, &issue.debt] {
        put_bytes(buffer, b"", value.as_deref().map(str::as_bytes));
    }
    let micros = |time: Timestamp| (time.as_microsecond() - EPOCH_MICROS).to_be_bytes();
    put_bytes(buffer, b"", Some(&micros(issue.creation_date)));
    put_bytes(buffer, b"", Some(&micros(issue.update_date)));
}

/// A value with its length, behind a prefix; null without one.
fn put_bytes(buffer: &mut BytesMut, prefix: &[u8], value: Option<&[u8]>) {
    let Some(value) = value else { return buffer.put_i32(-1) };
    buffer.put_i32(i32::try_from(prefix.len() + value.len()).unwrap_or(i32::MAX));
    buffer.put_slice(prefix);
    buffer.put_slice(value);
}
