//! The end of a load, in its last transaction.

use declarest::destination::{LoadEnd, LoadOutcome};
use declarest::{Deleted, TableSchema, WriteDisposition};
use tokio_postgres::Client;
use tokio_postgres::types::Type;

use crate::apply::copy_seen;
use crate::error::Fault;
use crate::identifier::{qualified, quoted};
use crate::layout::{Layout, new_rows};
use crate::load::{Load, Tally};
use crate::settings::Settings;
use crate::{merge, state, tables};
use declarest::destination::LOAD_ID;

/// Shows the rows of a complete load, or removes those of an incomplete one, and treats those that are gone.
pub(crate) async fn tables(
    client: &Client,
    settings: &Settings,
    load: &Load,
    outcome: &LoadOutcome,
    tally: &mut Tally,
) -> Result<(), Fault> {
    let (Some(table), Some(layout)) = (load.spec.table.as_deref(), load.layout.as_deref()) else { return Ok(()) };
    state::forget_seen(client, settings, &table.name).await?;
    let is_complete = outcome.end == LoadEnd::Complete;
    match table.disposition {
        WriteDisposition::Merge if is_complete && outcome.is_whole => {
            tally.deleted = treat_deleted(client, load, table, layout, tally).await?;
        }
        WriteDisposition::Replace => replace(client, settings, table, layout, is_complete).await?,
        WriteDisposition::Append if !is_complete => {
            tables::remove_rows(client, settings, table, &load.spec.unfinished).await?;
            tables::remove_rows(client, settings, table, std::slice::from_ref(&load.spec.lease.load)).await?;
        }
        _ => {}
    }
    Ok(())
}

/// Replaces the old rows by the new ones. The tables themselves stay, with their indexes, grants and views.
async fn replace(
    client: &Client,
    settings: &Settings,
    table: &TableSchema,
    layout: &Layout,
    is_complete: bool,
) -> Result<(), Fault> {
    let name = |table: &str| qualified(&settings.schema, table);
    let tables: Vec<_> = table.with_children().map(|table| &table.name).zip(&layout.tables).collect();
    if is_complete {
        // A foreign key may lead from a list to its row.
        for (table, _) in tables.iter().rev() {
            client.batch_execute(&format!("DELETE FROM {}", name(table))).await?;
        }
        for (table, new) in &tables {
            let (into, columns, from) = (name(table), new.all_columns(), name(&new_rows(table)));
            client.batch_execute(&format!("INSERT INTO {into} ({columns}) SELECT {columns} FROM {from}")).await?;
        }
    }
    for (table, _) in tables {
        client.batch_execute(&format!("DROP TABLE {}", name(&new_rows(table)))).await?;
    }
    Ok(())
}

/// Marks or removes the rows that are gone; returns how many.
async fn treat_deleted(
    client: &Client,
    load: &Load,
    table: &TableSchema,
    layout: &Layout,
    tally: &Tally,
) -> Result<Option<u64>, Fault> {
    let Some((own, _)) = layout.split() else { return Ok(None) };
    if table.deleted == Deleted::Keep {
        return Ok(None);
    }
    copy_seen(client, &tally.seen).await?;
    if table.deleted == Deleted::Mark {
        let load = load.spec.lease.load.as_str();
        return Ok(Some(client.execute_typed(&merge::mark(own), &[(&load, Type::TEXT)]).await?));
    }
    let Some((lists, rows)) = merge::remove(layout) else { return Ok(None) };
    for list in lists {
        client.batch_execute(&list).await?;
    }
    Ok(Some(client.execute_typed(&rows, &[]).await?))
}

/// Notes how the load has ended.
pub(crate) async fn note(
    client: &Client,
    settings: &Settings,
    load: &Load,
    outcome: &LoadOutcome,
    error: Option<&str>,
) -> Result<(), Fault> {
    let update = format!(
        "UPDATE {} SET status = $3, finished_at = pg_catalog.now(), rows = $4, pages = $5, expected = $6, error = $7
        WHERE load_id = $1 AND resource = $2",
        qualified(&settings.schema, "_declarest_loads")
    );
    let status = match outcome.end {
        LoadEnd::Complete => "complete",
        LoadEnd::Incomplete => "incomplete",
        _ => "failed",
    };
    let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let (id, resource, text) = (load.spec.lease.load.as_str(), &load.spec.resource, Type::TEXT);
    let (rows, pages, expected) = (number(outcome.rows), number(outcome.pages), outcome.expected.map(number));
    let error = error.map(crate::text::replaced);
    client
        .execute_typed(
            &update,
            &[
                (&id, text.clone()),
                (resource, text.clone()),
                (&status, text.clone()),
                (&rows, Type::INT8),
                (&pages, Type::INT8),
                (&expected, Type::INT8),
                (&error, text),
            ],
        )
        .await?;
    Ok(())
}

/// Whether a table has rows of other loads than these.
pub(crate) async fn has_rows(client: &Client, settings: &Settings, table: &str, loads: &[&str]) -> Result<bool, Fault> {
    let load = quoted(LOAD_ID);
    let find = format!(
        "SELECT EXISTS (SELECT 1 FROM {} WHERE {load} IS NULL OR {load} <> ALL ($1))",
        qualified(&settings.schema, table)
    );
    Ok(client.query_typed_one(&find, &[(&loads, Type::TEXT_ARRAY)]).await?.try_get(0)?)
}
