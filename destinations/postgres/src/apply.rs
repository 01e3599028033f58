//! Rows into their tables, in the open transaction: by COPY, and from there by one statement for each table.

use std::pin::pin;

use bytes::Bytes;
use declarest::destination::LoadSpec;
use futures_util::SinkExt as _;
use roaring::RoaringTreemap;
use tokio_postgres::Client;
use tokio_postgres::types::Type;

use crate::buffer::Rows;
use crate::error::Fault;
use crate::layout::{Layout, Target};
use crate::settings::Settings;
use crate::{merge, state};

/// How the binary form of COPY begins, and how it ends.
const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
const TRAILER: &[u8] = &(-1_i16).to_be_bytes();

/// What rows have done to the tables. Counts once that is committed.
#[derive(Debug, Default)]
pub(crate) struct Applied {
    /// Rows that are added without a key.
    pub(crate) added: u64,
    /// The numbers of merged rows: those that are new, that have changed, that have not,
    pub(crate) new: Vec<i64>,
    pub(crate) changed: Vec<i64>,
    pub(crate) same: Vec<i64>,
    /// and those of which only a list has changed.
    pub(crate) lists_changed: Vec<i64>,
    pub(crate) quarantined: u64,
    has_staged: bool,
}

/// Writes rows.
pub(crate) async fn apply(
    client: &Client,
    settings: &Settings,
    spec: &LoadSpec,
    layout: Option<&Layout>,
    rows: &Rows,
    applied: &mut Applied,
) -> Result<(), Fault> {
    let is_first = !std::mem::replace(&mut applied.has_staged, true);
    for page in &rows.quarantined {
        state::quarantine(client, settings, spec, page).await?;
    }
    applied.quarantined += rows.refused;
    let Some(layout) = layout.filter(|_| rows.count > 0) else { return Ok(()) };
    let none = Vec::new();
    let parts = |table: usize| rows.tables.get(table).unwrap_or(&none);
    if !layout.is_merged() {
        for (number, target) in layout.tables.iter().enumerate() {
            copy(client, &target.name, &target.all_columns(), parts(number)).await?;
        }
        applied.added += rows.count;
        return Ok(());
    }
    let Some((own, lists)) = layout.split() else { return Ok(()) };
    let stages: String = layout.tables.iter().map(Target::create_stage).collect();
    client.batch_execute(&format!("{}{stages}", merge::BY_INDEX)).await?;
    for (number, target) in layout.tables.iter().enumerate() {
        let stage = target.stage();
        if !is_first {
            client.batch_execute(&format!("DELETE FROM {stage}")).await?;
        }
        copy(client, &stage, &crate::identifier::list(target.names()), parts(number)).await?;
    }
    let load = spec.lease.load.as_str();
    let row = client.query_typed_one(&merge::rows(own), &[(&load, Type::TEXT)]).await?;
    let numbers = |at: usize| row.try_get::<_, Option<Vec<i64>>>(at).map(Option::unwrap_or_default);
    applied.new.extend(numbers(0)?);
    applied.changed.extend(numbers(1)?);
    applied.same.extend(numbers(2)?);
    if !lists.is_empty() {
        client.batch_execute(merge::BY_ANY_JOIN).await?;
    }
    for list in lists {
        let row = client.query_typed_one(&merge::elements(own, list), &[(&load, Type::TEXT)]).await?;
        applied.lists_changed.extend(row.try_get::<_, Option<Vec<i64>>>(0)?.unwrap_or_default());
    }
    Ok(())
}

/// Copies rows into a table.
async fn copy(client: &Client, table: &str, columns: &str, parts: &[Bytes]) -> Result<(), Fault> {
    if parts.is_empty() {
        return Ok(());
    }
    let sink = client.copy_in::<_, Bytes>(&format!("COPY {table} ({columns}) FROM STDIN BINARY")).await?;
    let mut sink = pin!(sink);
    sink.feed(Bytes::from_static(HEADER)).await?;
    for part in parts {
        let mut part = part.clone();
        while !part.is_empty() {
            let chunk = part.split_to(part.len().min(1 << 20));
            sink.feed(chunk).await?;
        }
    }
    sink.feed(Bytes::from_static(TRAILER)).await?;
    sink.as_mut().finish().await?;
    Ok(())
}

/// Copies the numbers of the rows that a load has seen into the table of the session for them.
pub(crate) async fn copy_seen(client: &Client, seen: &RoaringTreemap) -> Result<(), Fault> {
    client.batch_execute(&format!("{}{}DELETE FROM {}", merge::BY_ANY_JOIN, merge::CREATE_SEEN, merge::SEEN)).await?;
    let mut parts = Vec::new();
    let mut bytes = Vec::new();
    for id in seen {
        bytes.extend_from_slice(&1_i16.to_be_bytes());
        crate::encode::put_bytes(&mut bytes, &id.to_be_bytes());
        if bytes.len() > 1 << 20 {
            parts.push(Bytes::from(std::mem::take(&mut bytes)));
        }
    }
    if !bytes.is_empty() {
        parts.push(Bytes::from(bytes));
    }
    copy(client, merge::SEEN, "id", &parts).await
}
