//! Tables made from declarations, and widened when these change.

use std::sync::Arc;

use declarest::destination::{DELETED_AT, LOAD_ID, LoadId, LoadSpec, LoadStart};
use declarest::{ChildSchema, Deleted, TableSchema, WriteDisposition};
use tokio_postgres::Client;
use tokio_postgres::types::Type;

use crate::catalog::{self, Existing};
use crate::columns::Column;
use crate::error::Fault;
use crate::identifier::{ROW_ID, derived, list, qualified, quoted};
use crate::layout::{Layout, Target};
use crate::settings::Settings;
use crate::state;

/// Two transactions that make the same table at once would both fail.
const LOCK: &str = "SELECT pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('declarest/tables', 0))";

/// Keeps others from making tables until the transaction ends.
pub(crate) async fn lock(client: &Client) -> Result<(), Fault> {
    Ok(client.batch_execute(LOCK).await?)
}

/// Makes the tables of a load, or widens them, and removes what it does not resume.
pub(crate) async fn prepare(
    client: &Client,
    settings: &Settings,
    spec: &LoadSpec,
) -> Result<Option<Arc<Layout>>, Fault> {
    let Some(table) = spec.table.as_deref() else { return Ok(None) };
    lock(client).await?;
    if spec.start == LoadStart::Refresh {
        empty(client, settings, table).await?;
    }
    let mut targets = vec![ensure(client, settings, table, None).await?];
    for child in &table.children {
        targets.push(ensure(client, settings, &child.table, Some(child)).await?);
    }
    if spec.start != LoadStart::Resume {
        remove_rows(client, settings, table, &spec.unfinished).await?;
        state::forget_seen(client, settings, &table.name).await?;
    }
    if table.disposition == WriteDisposition::Replace {
        for target in &mut targets {
            *target = target.new_rows(&settings.schema);
            if spec.start != LoadStart::Resume {
                client
                    .batch_execute(&format!("DROP TABLE IF EXISTS {};{}", target.name, target.create_new_rows()))
                    .await?;
            }
        }
    }
    let key = targets.first().map(|target| target.key.clone()).unwrap_or_default();
    let load = spec.lease.load.clone();
    Ok(Some(Arc::new(Layout { tables: targets, disposition: table.disposition, key, load })))
}

/// Removes the rows of loads where no key keeps them from being doubled.
pub(crate) async fn remove_rows(
    client: &Client,
    settings: &Settings,
    table: &TableSchema,
    loads: &[LoadId],
) -> Result<(), Fault> {
    if table.disposition != WriteDisposition::Append || loads.is_empty() {
        return Ok(());
    }
    let loads: Vec<_> = loads.iter().map(LoadId::as_str).collect();
    for table in table.with_children() {
        let delete =
            format!("DELETE FROM {} WHERE {} = ANY ($1)", qualified(&settings.schema, &table.name), quoted(LOAD_ID));
        client.execute_typed(&delete, &[(&loads, Type::TEXT_ARRAY)]).await?;
    }
    Ok(())
}

/// Empties tables that are as declared, so that views and grants stay, and drops others.
async fn empty(client: &Client, settings: &Settings, table: &TableSchema) -> Result<(), Fault> {
    for table in table.with_children() {
        let name = qualified(&settings.schema, &table.name);
        let is_same = match catalog::read(client, &settings.schema, &table.name).await? {
            Some(there) => is_as_declared(&there, table, settings),
            None => continue,
        };
        let statement = if is_same { format!("TRUNCATE {name}") } else { format!("DROP TABLE {name}") };
        client.batch_execute(&statement).await?;
    }
    Ok(())
}

fn is_as_declared(there: &Existing, table: &TableSchema, settings: &Settings) -> bool {
    let added = [LOAD_ID, DELETED_AT, ROW_ID];
    there.check(table, settings).is_ok()
        && there.columns.keys().all(|name| added.contains(&name.as_str()) || table.index_of(name).is_some())
}

/// Makes a table, or adds the columns that it lacks.
async fn ensure(
    client: &Client,
    settings: &Settings,
    table: &TableSchema,
    child: Option<&ChildSchema>,
) -> Result<Target, Fault> {
    let Some(there) = catalog::read(client, &settings.schema, &table.name).await? else {
        let columns: Vec<_> = table.columns.iter().map(|column| Column::made(column, settings.json)).collect();
        let mut target = Target::new(&settings.schema, table, child, columns);
        client.batch_execute(&create(table, &target)).await?;
        target.is_marked = table.deleted == Deleted::Mark;
        return Ok(target);
    };
    there.check(table, settings)?;
    let mut target = Target::new(&settings.schema, table, child, there.columns_of(table, settings));
    let mut changes = missing(&there, table, &target);
    for (name, column) in &there.columns {
        let declared = table.index_of(name).and_then(|index| table.columns.get(index));
        let is_filled = declared.is_some_and(|column| !column.nullable) || column.has_default || name == LOAD_ID;
        if column.is_not_null && !is_filled && !there.primary_key.contains(name) {
            changes.push(format!("ALTER COLUMN {} DROP NOT NULL", quoted(name)));
        }
    }
    if !changes.is_empty() {
        client.batch_execute(&format!("ALTER TABLE {} {}", target.name, changes.join(", "))).await?;
    }
    if let Some(index) = index(table, &target) {
        client.batch_execute(&index).await?;
    }
    target.is_marked = table.deleted == Deleted::Mark || there.columns.contains_key(DELETED_AT);
    Ok(target)
}

/// The columns that a table lacks. In rows that are there, they are null.
fn missing(there: &Existing, table: &TableSchema, target: &Target) -> Vec<String> {
    let is_missing = |name: &str| !there.columns.contains_key(name);
    let columns = target.columns.iter().filter(|column| is_missing(&column.name));
    let columns = columns.map(|column| format!("ADD COLUMN {} {}", quoted(&column.name), column.sql_type));
    let own = own_columns(table).into_iter().filter(|(name, _)| is_missing(name));
    columns.chain(own.map(|(name, sql_type)| format!("ADD COLUMN {} {sql_type}", quoted(name)))).collect()
}

/// The columns that are added to those of the declaration.
fn own_columns(table: &TableSchema) -> Vec<(&'static str, &'static str)> {
    let mut columns = vec![(LOAD_ID, "text")];
    if table.deleted == Deleted::Mark {
        columns.push((DELETED_AT, "timestamp with time zone"));
    }
    if !table.merge_key().is_empty() {
        columns.push((ROW_ID, "bigint GENERATED ALWAYS AS IDENTITY (CACHE 100)"));
    }
    columns
}

/// The statements that make a table and its index.
fn create(table: &TableSchema, target: &Target) -> String {
    let columns = target.columns.iter().zip(&table.columns);
    let mut parts: Vec<_> = columns
        .map(|(column, declared)| {
            let not_null = if declared.nullable { "" } else { " NOT NULL" };
            format!("{} {}{not_null}", quoted(&column.name), column.sql_type)
        })
        .collect();
    parts.extend(own_columns(table).into_iter().map(|(name, sql_type)| format!("{} {sql_type}", quoted(name))));
    if !table.merge_key().is_empty() {
        parts.push(format!("PRIMARY KEY ({})", list(table.merge_key().iter().map(String::as_str))));
    }
    let index = index(table, target).unwrap_or_default();
    format!("CREATE TABLE {} ({}); {index}", target.name, parts.join(", "))
}

/// The index by which the elements of a row are found, or the rows of a load.
fn index(table: &TableSchema, target: &Target) -> Option<String> {
    let (prefix, columns) = match table.disposition {
        WriteDisposition::Append => ("_declarest_load_of_", quoted(LOAD_ID)),
        WriteDisposition::Merge if table.merge_key().is_empty() => {
            ("_declarest_key_of_", list(target.key().map(|column| column.name.as_str())))
        }
        _ => return None,
    };
    let name = quoted(&derived(prefix, &table.name));
    Some(format!("CREATE INDEX IF NOT EXISTS {name} ON {} ({columns});", target.name))
}
