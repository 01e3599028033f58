//! The state of syncs, in `_declarest_state`.

use jiff::Timestamp;
use roaring::RoaringTreemap;
use rusqlite::{Connection, OptionalExtension, params};

use super::error::WriteError;
use crate::destination::{Lease, StateChange, StateKey};

/// Which rows of a table an unfinished load has seen, so that a key which comes again after an interruption is not counted
/// twice. Belongs to the table, and to this destination alone.
const SEEN_KEYS: &str = "met";

/// A text.
pub(super) fn read(connection: &Connection, key: &StateKey) -> rusqlite::Result<Option<String>> {
    let mut statement = connection
        .prepare_cached("SELECT value FROM _declarest_state WHERE source = ?1 AND resource = ?2 AND name = ?3")?;
    statement.query_row([&key.source, &key.resource, &key.name], |row| row.get(0)).optional()
}

/// Makes changes.
pub(super) fn change(connection: &Connection, changes: &[StateChange]) -> rusqlite::Result<()> {
    let mut put = connection.prepare_cached(
        "INSERT OR REPLACE INTO _declarest_state (source, resource, name, value, updated_at) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    let mut remove =
        connection.prepare_cached("DELETE FROM _declarest_state WHERE source = ?1 AND resource = ?2 AND name = ?3")?;
    let now = now();
    for StateChange { key: StateKey { source, resource, name }, value } in changes {
        match value {
            Some(value) => put.execute(params![source, resource, name, value, now])?,
            None => remove.execute(params![source, resource, name])?,
        };
    }
    Ok(())
}

/// Ensures that a lease is held.
pub(super) fn check_lease(connection: &Connection, lease: &Lease) -> Result<(), WriteError> {
    let found = read(connection, &lease.key)?;
    lease.check(found.as_deref()).map_err(|_| WriteError::LeaseLost)
}

/// The rows that an unfinished load has seen; those that cannot be read are ignored: it is not resumed then.
pub(super) fn seen_keys(connection: &Connection, table: &str) -> rusqlite::Result<Option<RoaringTreemap>> {
    let select = "SELECT CAST(value AS BLOB) FROM _declarest_state WHERE source = '' AND resource = ?1 AND name = ?2";
    let bytes: Option<Vec<u8>> = connection.query_row(select, [table, SEEN_KEYS], |row| row.get(0)).optional()?;
    Ok(bytes.and_then(|bytes| RoaringTreemap::deserialize_from(bytes.as_slice()).ok()))
}

pub(super) fn put_seen_keys(connection: &Connection, table: &str, keys: &[u8]) -> rusqlite::Result<()> {
    let mut put = connection.prepare_cached(
        "INSERT OR REPLACE INTO _declarest_state (source, resource, name, value, updated_at) VALUES ('', ?1, ?2, ?3, ?4)",
    )?;
    put.execute(params![table, SEEN_KEYS, keys, now()]).map(drop)
}

pub(super) fn forget_seen_keys(connection: &Connection, table: &str) -> rusqlite::Result<()> {
    let delete = "DELETE FROM _declarest_state WHERE source = '' AND resource = ?1 AND name = ?2";
    connection.execute(delete, [table, SEEN_KEYS]).map(drop)
}

/// The current time as text.
pub(super) fn now() -> String {
    Timestamp::now().to_string()
}
