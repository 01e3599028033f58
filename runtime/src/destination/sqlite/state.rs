//! What a sync leaves for the next one, in `_declarest_state`: where to go on, what was met, what was finished.

use jiff::{SignedDuration, Timestamp};
use roaring::RoaringTreemap;
use rusqlite::{Connection, OptionalExtension, ToSql, params};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::destination::{Checkpoint, FinishedLoad};

/// The checkpoint as it is saved.
#[derive(Serialize, Deserialize)]
pub(super) struct SavedCheckpoint {
    pub(super) fingerprint: String,
    #[serde(flatten)]
    pub(super) checkpoint: Checkpoint,
}

/// The state of an interrupted load: where it goes on,
pub(super) const CHECKPOINT: &str = "checkpoint";
/// which rows it has met, so that a key which comes again behind the interruption is not counted twice,
pub(super) const SEEN_KEYS: &str = "met";
/// and that it had come to its end before the sync was interrupted.
pub(super) const FINISHED: &str = "finished";

/// The loads whose rows are in the table and have not come to their end: the one that was interrupted, and those that it went on with. Kept
/// until a load of the table is complete or has removed them, whatever becomes of the place to go on from.
pub(super) const LOADS: &str = "loads";

/// The sync that the links of a resource are for: the latest to have begun with its parent.
pub(super) const CLAIMED_BY: &str = "heir";

/// The shape of the links that all rows of its parent have left for a resource, those that were loaded before included.
pub(super) const LINK_SHAPE: &str = "linked";

/// What a complete load leaves for the next one.
pub(super) const INCREMENTAL: &str = "incremental";

/// A finished load as it is saved.
#[derive(Serialize, Deserialize)]
pub(super) struct SavedFinish {
    pub(super) fingerprint: String,
    pub(super) at: Timestamp,
    #[serde(flatten)]
    pub(super) finished: FinishedLoad,
}

impl SavedFinish {
    /// Whether a sync that goes on with the interrupted one may take it for done; later, it is worth reading again.
    pub(super) fn is_fresh(&self) -> bool {
        Timestamp::now().duration_since(self.at) < SignedDuration::from_hours(1)
    }
}

/// Writes a state of a resource as JSON.
pub(super) fn write(
    connection: &Connection,
    resource: &str,
    name: &str,
    value: &impl Serialize,
) -> rusqlite::Result<()> {
    let text =
        serde_json::to_string(value).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
    put(connection, resource, name, &text)
}

/// Writes a state of a resource as it is.
pub(super) fn put(connection: &Connection, resource: &str, name: &str, value: &dyn ToSql) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(
        "INSERT OR REPLACE INTO _declarest_state (resource, name, value, updated_at) VALUES (?1, ?2, ?3, ?4)",
    )?;
    statement.execute(params![resource, name, value, now()]).map(drop)
}

/// A state of a resource. One that this version cannot read is as good as none.
pub(super) fn read<T: DeserializeOwned>(
    connection: &Connection,
    resource: &str,
    name: &str,
) -> rusqlite::Result<Option<T>> {
    Ok(text(connection, resource, name)?.and_then(|text| serde_json::from_str(&text).ok()))
}

/// A state of a resource, as it was put.
pub(super) fn text(connection: &Connection, resource: &str, name: &str) -> rusqlite::Result<Option<String>> {
    let mut statement =
        connection.prepare_cached("SELECT value FROM _declarest_state WHERE resource = ?1 AND name = ?2")?;
    statement.query_row([resource, name], |row| row.get(0)).optional()
}

/// The checkpoint of an interrupted load. One that this version cannot read is as good as none.
pub(super) fn checkpoint(
    connection: &Connection,
    resource: &str,
    merged: bool,
) -> rusqlite::Result<Option<SavedCheckpoint>> {
    let saved = read(connection, resource, CHECKPOINT)?;
    let whole = !merged || seen_keys(connection, resource)?.is_some();
    Ok(saved.filter(|_| whole))
}

/// The rows that an interrupted load has met.
pub(super) fn seen_keys(connection: &Connection, resource: &str) -> rusqlite::Result<Option<RoaringTreemap>> {
    let bytes: Option<Vec<u8>> = connection
        .query_row(
            "SELECT CAST(value AS BLOB) FROM _declarest_state WHERE resource = ?1 AND name = ?2",
            params![resource, SEEN_KEYS],
            |row| row.get(0),
        )
        .optional()?;
    Ok(bytes.and_then(|bytes| RoaringTreemap::deserialize_from(bytes.as_slice()).ok()))
}

/// Forgets a state of a resource.
pub(super) fn remove(connection: &Connection, resource: &str, name: &str) -> rusqlite::Result<()> {
    let delete = "DELETE FROM _declarest_state WHERE resource = ?1 AND name = ?2";
    connection.execute(delete, [resource, name]).map(drop)
}

/// Whether a resource's links are still for this sync: another one that begins with the parent takes them over.
pub(super) fn holds_claim(connection: &Connection, resource: &str, sync: &str) -> rusqlite::Result<bool> {
    Ok(text(connection, resource, CLAIMED_BY)?.is_some_and(|heir| heir == sync))
}

/// What was finished is read again by the next sync, but for the `kept` resources, a JSON array, and those that another sync is at.
pub(super) fn forget_finished(connection: &Connection, kept: &str, sync: &str) -> rusqlite::Result<()> {
    let delete = "DELETE FROM _declarest_state WHERE name = ?1 AND resource NOT IN (SELECT value FROM json_each(?2))
        AND resource NOT IN (SELECT resource FROM _declarest_state WHERE name = ?3 AND value <> ?4)";
    connection.execute(delete, [FINISHED, kept, CLAIMED_BY, sync])?;
    connection.execute("DELETE FROM _declarest_state WHERE name = ?1 AND value = ?2", [CLAIMED_BY, sync]).map(drop)
}

/// The next load starts at the first page.
pub(super) fn forget(connection: &Connection, resource: &str) -> rusqlite::Result<()> {
    let names = params![resource, CHECKPOINT, SEEN_KEYS, FINISHED];
    connection.execute("DELETE FROM _declarest_state WHERE resource = ?1 AND name IN (?2, ?3, ?4)", names).map(drop)
}

/// The time, as it is written down.
pub(super) fn now() -> String {
    Timestamp::now().to_string()
}
