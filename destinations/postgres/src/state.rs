//! Declarest's own tables: the state of syncs, their loads, quarantined rows, and which rows a load has seen.

use std::collections::BTreeMap;

use declarest::destination::{Lease, LoadSpec, Quarantined, StateChange, StateKey};
use roaring::RoaringTreemap;
use tokio_postgres::Client;
use tokio_postgres::types::Type;

use crate::error::Fault;
use crate::identifier::{qualified, quoted};
use crate::settings::Settings;
use crate::{tables, text};

const TABLES: [(&str, &str); 4] = [
    (
        "_declarest_loads",
        "load_id text NOT NULL, source text NOT NULL, resource text NOT NULL, status text NOT NULL,
        started_at timestamp with time zone NOT NULL, finished_at timestamp with time zone, rows bigint, pages bigint,
        expected bigint, error text, commits bigint NOT NULL DEFAULT 0, PRIMARY KEY (load_id, resource)",
    ),
    (
        "_declarest_state",
        "source text NOT NULL, resource text NOT NULL, name text NOT NULL, value text NOT NULL,
        updated_at timestamp with time zone NOT NULL, PRIMARY KEY (source, resource, name)",
    ),
    (
        "_declarest_quarantine",
        "resource text NOT NULL, row text NOT NULL, path text NOT NULL, error text NOT NULL, page bigint NOT NULL,
        url text NOT NULL, load_id text NOT NULL, updated_at timestamp with time zone NOT NULL",
    ),
    ("_declarest_seen", "table_name text NOT NULL PRIMARY KEY, rows bytea NOT NULL, quarantined bigint NOT NULL"),
];

/// Finds a quarantined row, however long it is.
const QUARANTINE_INDEX: &str =
    "CREATE INDEX _declarest_quarantine_row ON {} (resource, pg_catalog.hashtextextended(row, 0));";

/// Makes the tables that are not there, and the schema.
pub(crate) async fn ensure_tables(client: &Client, settings: &Settings) -> Result<(), Fault> {
    let schema = &settings.schema;
    let missing = async || -> Result<Vec<usize>, Fault> {
        let names: Vec<_> = TABLES.iter().map(|(name, _)| qualified(schema, name)).collect();
        let find = "SELECT at FROM pg_catalog.unnest($1) WITH ORDINALITY t (name, at)
            WHERE pg_catalog.to_regclass(name) IS NULL ORDER BY at";
        let rows = client.query_typed(find, &[(&names, Type::TEXT_ARRAY)]).await?;
        let number = |row: &tokio_postgres::Row| Ok(usize::try_from(row.try_get::<_, i64>(0)? - 1).unwrap_or_default());
        rows.iter().map(number).collect()
    };
    if missing().await?.is_empty() {
        return Ok(());
    }
    tables::lock(client).await?;
    let find = "SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = $1";
    if client.query_typed_opt(find, &[(schema, Type::TEXT)]).await?.is_none() {
        client.batch_execute(&format!("CREATE SCHEMA {}", quoted(schema))).await?;
    }
    for (name, columns) in missing().await?.into_iter().filter_map(|at| TABLES.get(at)) {
        let table = qualified(schema, name);
        let index =
            if *name == "_declarest_quarantine" { QUARANTINE_INDEX.replace("{}", &table) } else { String::new() };
        client.batch_execute(&format!("CREATE TABLE {table} ({columns}); {index}")).await?;
    }
    Ok(())
}

/// A text.
pub(crate) async fn read(client: &Client, settings: &Settings, key: &StateKey) -> Result<Option<String>, Fault> {
    let select = format!(
        "SELECT value FROM {} WHERE source = $1 AND resource = $2 AND name = $3",
        qualified(&settings.schema, "_declarest_state")
    );
    let StateKey { source, resource, name } = key;
    let text = Type::TEXT;
    let row =
        client.query_typed_opt(&select, &[(source, text.clone()), (resource, text.clone()), (name, text)]).await?;
    Ok(row.map(|row| row.try_get(0)).transpose()?)
}

/// Locks leases until the transaction ends, so that no other sync takes them over meanwhile, and ensures that they are held.
pub(crate) async fn hold(client: &Client, settings: &Settings, leases: &[Lease]) -> Result<(), Fault> {
    if leases.is_empty() {
        return Ok(());
    }
    let mut leases: Vec<_> = leases.iter().collect();
    // All in the same order: no two transactions wait for each other.
    leases.sort_unstable_by(|left, right| left.key.cmp(&right.key));
    let column = |part: fn(&Lease) -> &str| leases.iter().map(|lease| part(lease)).collect::<Vec<_>>();
    let [sources, resources, names] =
        [column(|lease| &lease.key.source), column(|lease| &lease.key.resource), column(|lease| &lease.key.name)];
    let select = format!(
        "SELECT source, resource, name, value FROM {} WHERE (source, resource, name) IN
        (SELECT * FROM unnest($1, $2, $3)) ORDER BY source, resource, name FOR UPDATE",
        qualified(&settings.schema, "_declarest_state")
    );
    let texts = Type::TEXT_ARRAY;
    let rows =
        client.query_typed(&select, &[(&sources, texts.clone()), (&resources, texts.clone()), (&names, texts)]).await?;
    let mut found = BTreeMap::new();
    for row in &rows {
        let key = StateKey::new(row.try_get::<_, &str>(0)?, row.try_get::<_, &str>(1)?, row.try_get::<_, &str>(2)?);
        found.insert(key, row.try_get::<_, String>(3)?);
    }
    let is_held = |lease: &&Lease| lease.check(found.get(&lease.key).map(String::as_str)).is_ok();
    if leases.iter().all(is_held) { Ok(()) } else { Err(Fault::LeaseLost) }
}

/// Makes changes: of two of the same key, the later one.
pub(crate) async fn change(client: &Client, settings: &Settings, changes: &[StateChange]) -> Result<(), Fault> {
    let changes: BTreeMap<_, _> = changes.iter().map(|change| (&change.key, change.value.as_deref())).collect();
    let table = qualified(&settings.schema, "_declarest_state");
    let texts = || Type::TEXT_ARRAY;
    for is_put in [false, true] {
        let some: Vec<_> = changes.iter().filter(|(_, value)| value.is_some() == is_put).collect();
        if some.is_empty() {
            continue;
        }
        let column = |part: fn(&StateKey) -> &str| some.iter().map(|(key, _)| part(key)).collect::<Vec<_>>();
        let [sources, resources, names] =
            [column(|key| &key.source), column(|key| &key.resource), column(|key| &key.name)];
        let values: Vec<_> = some.iter().filter_map(|(_, value)| **value).collect();
        if is_put {
            let put = format!(
                "INSERT INTO {table} AS t (source, resource, name, value, updated_at)
                SELECT *, pg_catalog.now() FROM unnest($1, $2, $3, $4)
                ON CONFLICT (source, resource, name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at"
            );
            client
                .execute_typed(
                    &put,
                    &[(&sources, texts()), (&resources, texts()), (&names, texts()), (&values, texts())],
                )
                .await?;
        } else {
            let remove =
                format!("DELETE FROM {table} WHERE (source, resource, name) IN (SELECT * FROM unnest($1, $2, $3))");
            client.execute_typed(&remove, &[(&sources, texts()), (&resources, texts()), (&names, texts())]).await?;
        }
    }
    Ok(())
}

/// Whether all changes have been made.
pub(crate) async fn is_changed(client: &Client, settings: &Settings, changes: &[StateChange]) -> Result<bool, Fault> {
    let changes: BTreeMap<_, _> = changes.iter().map(|change| (&change.key, &change.value)).collect();
    for (key, value) in changes {
        if read(client, settings, key).await? != *value {
            return Ok(false);
        }
    }
    Ok(true)
}

/// A load begins: one of the same resource that has not ended was interrupted.
pub(crate) async fn begin_load(client: &Client, settings: &Settings, spec: &LoadSpec) -> Result<(), Fault> {
    let table = qualified(&settings.schema, "_declarest_loads");
    let (source, resource, load) = (&spec.source, &spec.resource, spec.lease.load.as_str());
    let interrupt =
        format!("UPDATE {table} SET status = 'interrupted' WHERE source = $1 AND resource = $2 AND status = 'running'");
    client.execute_typed(&interrupt, &[(source, Type::TEXT), (resource, Type::TEXT)]).await?;
    let begin = format!(
        "INSERT INTO {table} (load_id, source, resource, status, started_at) VALUES ($1, $2, $3, 'running', pg_catalog.now())
        ON CONFLICT (load_id, resource) DO UPDATE SET source = excluded.source, status = 'running',
        started_at = excluded.started_at, finished_at = NULL, rows = NULL, pages = NULL, expected = NULL, error = NULL, commits = 0"
    );
    client.execute_typed(&begin, &[(&load, Type::TEXT), (source, Type::TEXT), (resource, Type::TEXT)]).await?;
    Ok(())
}

/// How many commits of a load have gone through.
pub(crate) async fn commits(client: &Client, settings: &Settings, spec: &LoadSpec) -> Result<i64, Fault> {
    let select = format!(
        "SELECT commits FROM {} WHERE load_id = $1 AND resource = $2",
        qualified(&settings.schema, "_declarest_loads")
    );
    let load = spec.lease.load.as_str();
    let row = client.query_typed_opt(&select, &[(&load, Type::TEXT), (&spec.resource, Type::TEXT)]).await?;
    Ok(row.map(|row| row.try_get(0)).transpose()?.unwrap_or(-1))
}

/// Notes that a commit of a load goes through: in the same transaction.
pub(crate) async fn count_commit(
    client: &Client,
    settings: &Settings,
    spec: &LoadSpec,
    number: i64,
) -> Result<(), Fault> {
    let update = format!(
        "UPDATE {} SET commits = $3 WHERE load_id = $1 AND resource = $2",
        qualified(&settings.schema, "_declarest_loads")
    );
    let load = spec.lease.load.as_str();
    client.execute_typed(&update, &[(&load, Type::TEXT), (&spec.resource, Type::TEXT), (&number, Type::INT8)]).await?;
    Ok(())
}

/// The rows that a load has seen: merged ones, by number, and those that it has quarantined.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) rows: RoaringTreemap,
    pub(crate) quarantined: u64,
}

/// The rows that an unfinished load has seen. Those that cannot be read are ignored: it is not resumed then.
pub(crate) async fn seen(client: &Client, settings: &Settings, table: &str) -> Result<Option<Seen>, Fault> {
    let table_of = qualified(&settings.schema, "_declarest_seen");
    let select = format!("SELECT rows, quarantined FROM {table_of} WHERE table_name = $1");
    let Some(row) = client.query_typed_opt(&select, &[(&table, Type::TEXT)]).await? else { return Ok(None) };
    let quarantined = u64::try_from(row.try_get::<_, i64>(1)?).unwrap_or_default();
    let rows = RoaringTreemap::deserialize_from(row.try_get::<_, &[u8]>(0)?).ok();
    Ok(rows.map(|rows| Seen { rows, quarantined }))
}

pub(crate) async fn put_seen(
    client: &Client,
    settings: &Settings,
    table: &str,
    rows: &RoaringTreemap,
    quarantined: u64,
) -> Result<(), Fault> {
    let mut rows = rows.clone();
    // Rows come mostly in the order of their numbers: runs are a few bytes, however long they are.
    rows.optimize();
    let mut bytes = Vec::with_capacity(rows.serialized_size());
    // Writing to memory cannot fail.
    let _ = rows.serialize_into(&mut bytes);
    let quarantined = i64::try_from(quarantined).unwrap_or(i64::MAX);
    let put = format!(
        "INSERT INTO {} (table_name, rows, quarantined) VALUES ($1, $2, $3) ON CONFLICT (table_name)
        DO UPDATE SET rows = excluded.rows, quarantined = excluded.quarantined",
        qualified(&settings.schema, "_declarest_seen")
    );
    client.execute_typed(&put, &[(&table, Type::TEXT), (&bytes, Type::BYTEA), (&quarantined, Type::INT8)]).await?;
    Ok(())
}

pub(crate) async fn forget_seen(client: &Client, settings: &Settings, table: &str) -> Result<(), Fault> {
    let delete = format!("DELETE FROM {} WHERE table_name = $1", qualified(&settings.schema, "_declarest_seen"));
    client.execute_typed(&delete, &[(&table, Type::TEXT)]).await?;
    Ok(())
}

/// Stores rows of a page that could not be read: each once, as it came last.
pub(crate) async fn quarantine(
    client: &Client,
    settings: &Settings,
    spec: &LoadSpec,
    page: &Quarantined,
) -> Result<(), Fault> {
    let table = qualified(&settings.schema, "_declarest_quarantine");
    let (resource, load) = (&spec.resource, spec.lease.load.as_str());
    let (number, url) = (i64::try_from(page.page).unwrap_or(i64::MAX), text::replaced(&page.url));
    for bad in &page.rows {
        let [row, path, error] = [&bad.text, &bad.path, &bad.error].map(|part| text::replaced(part));
        let delete = format!(
            "DELETE FROM {table} WHERE resource = $1
            AND pg_catalog.hashtextextended(row, 0) = pg_catalog.hashtextextended($2, 0) AND row = $2"
        );
        client.execute_typed(&delete, &[(resource, Type::TEXT), (&row, Type::TEXT)]).await?;
        let insert = format!("INSERT INTO {table} VALUES ($1, $2, $3, $4, $5, $6, $7, pg_catalog.now())");
        let texts = Type::TEXT;
        client
            .execute_typed(
                &insert,
                &[
                    (resource, texts.clone()),
                    (&row, texts.clone()),
                    (&path, texts.clone()),
                    (&error, texts.clone()),
                    (&number, Type::INT8),
                    (&url, texts.clone()),
                    (&load, texts),
                ],
            )
            .await?;
    }
    Ok(())
}
