//! What a sync leaves for the next one, in `_declarest_state`: where to resume, which keys were seen, what was finished.

use jiff::{SignedDuration, Timestamp};
use roaring::RoaringTreemap;
use rusqlite::{Connection, OptionalExtension, ToSql, params};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::error::WriteError;
use crate::destination::{Checkpoint, FinishedLoad, LoadId, PreviousState};

/// The format of the records, in their `version`. Builds before format 2 wrote none: of their records, a checkpoint
/// and a finished load are ignored. The other records have no version: neither their names nor their format may change.
const VERSION: u64 = 2;

/// Where an interrupted load resumes.
pub(super) const CHECKPOINT: &str = "checkpoint";
/// Which rows it has seen, so that a key which comes again after the interruption is not counted twice.
pub(super) const SEEN_KEYS: &str = "met";
/// That a load was complete before the sync was interrupted.
pub(super) const FINISHED: &str = "finished";

/// The loads whose rows are in the table and which are not complete: the one that was interrupted, and those that it resumed.
/// Kept until a load of the table is complete or has removed their rows, even when the checkpoint is gone.
pub(super) const LOADS: &str = "loads";

/// The sync that the links of a resource are for: the latest that has begun with its parent.
pub(super) const CLAIMED_BY: &str = "heir";

/// The shape of the links that all rows of its parent have left for a resource, those that were loaded before included.
pub(super) const LINK_SHAPE: &str = "linked";

/// What a complete load leaves for the next one.
pub(super) const INCREMENTAL: &str = "incremental";

/// A record with its version.
#[derive(Serialize)]
struct Versioned<'r, T> {
    version: u64,
    #[serde(flatten)]
    record: &'r T,
}

/// The checkpoint as it is saved.
#[derive(Serialize, Deserialize)]
pub(super) struct SavedCheckpoint {
    pub(super) fingerprint: String,
    #[serde(flatten)]
    pub(super) checkpoint: Checkpoint,
}

/// A finished load as it is saved.
#[derive(Serialize, Deserialize)]
pub(super) struct SavedFinish {
    pub(super) fingerprint: String,
    pub(super) at: Timestamp,
    #[serde(flatten)]
    pub(super) finished: FinishedLoad,
}

impl SavedFinish {
    /// Whether a sync that resumes the interrupted one may skip the resource; later, it is worth reading again.
    pub(super) fn is_fresh(&self) -> bool {
        Timestamp::now().duration_since(self.at) < SignedDuration::from_hours(1)
    }
}

/// Writes a record of a resource.
pub(super) fn write(
    connection: &Connection,
    resource: &str,
    name: &str,
    record: &impl Serialize,
) -> Result<(), WriteError> {
    let text = serde_json::to_string(&Versioned { version: VERSION, record })
        .map_err(|error| WriteError::Internal(format!("the {name} of `{resource}` cannot be saved: {error}")))?;
    Ok(put(connection, resource, name, &text)?)
}

/// Writes a state of a resource as it is.
pub(super) fn put(connection: &Connection, resource: &str, name: &str, value: &dyn ToSql) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(
        "INSERT OR REPLACE INTO _declarest_state (resource, name, value, updated_at) VALUES (?1, ?2, ?3, ?4)",
    )?;
    statement.execute(params![resource, name, value, now()]).map(drop)
}

/// A record of a resource. One that is damaged or of another version is ignored: the interrupted load is not resumed.
pub(super) fn read<T: DeserializeOwned>(
    connection: &Connection,
    resource: &str,
    name: &str,
) -> rusqlite::Result<Option<T>> {
    let Some(text) = text(connection, resource, name)? else { return Ok(None) };
    let (version, record) = parse(&text);
    let record = record.filter(|_| version == Some(VERSION));
    if record.is_none() {
        tracing::warn!(
            resource,
            record = name,
            version,
            "a saved record is damaged or of another version, and is ignored"
        );
    }
    Ok(record)
}

/// What the last complete load has left for the next one. Builds before format 2 wrote the same without a version.
pub(super) fn previous(connection: &Connection, resource: &str) -> rusqlite::Result<Option<PreviousState>> {
    let state = text(connection, resource, INCREMENTAL)?;
    Ok(state.map(|text| match parse(&text) {
        (None | Some(VERSION), Some(state)) => PreviousState::Incremental(state),
        _ => PreviousState::Unreadable,
    }))
}

/// The version of a record, and the record if it has the expected fields.
fn parse<T: DeserializeOwned>(text: &str) -> (Option<u64>, Option<T>) {
    let Ok(value) = serde_json::from_str::<Value>(text) else { return (None, None) };
    (value.get("version").and_then(Value::as_u64), T::deserialize(value).ok())
}

/// A state of a resource, as it was put.
pub(super) fn text(connection: &Connection, resource: &str, name: &str) -> rusqlite::Result<Option<String>> {
    let mut statement =
        connection.prepare_cached("SELECT value FROM _declarest_state WHERE resource = ?1 AND name = ?2")?;
    statement.query_row([resource, name], |row| row.get(0)).optional()
}

/// The loads of a resource that are not complete.
pub(super) fn loads(connection: &Connection, resource: &str) -> Result<Vec<LoadId>, WriteError> {
    let Some(text) = text(connection, resource, LOADS)? else { return Ok(Vec::new()) };
    serde_json::from_str(&text)
        .map_err(|error| WriteError::Internal(format!("the unfinished loads of `{resource}` cannot be read: {error}")))
}

/// Saves the loads of a resource that are not complete.
pub(super) fn put_loads(connection: &Connection, resource: &str, loads: &[LoadId]) -> rusqlite::Result<()> {
    let ids: Vec<_> = loads.iter().map(LoadId::as_str).collect();
    put(connection, resource, LOADS, &Value::from(ids).to_string())
}

/// The rows that an interrupted load has seen; one that cannot be read is ignored, as its checkpoint then is.
pub(super) fn seen_keys(connection: &Connection, resource: &str) -> rusqlite::Result<Option<RoaringTreemap>> {
    let select = "SELECT CAST(value AS BLOB) FROM _declarest_state WHERE resource = ?1 AND name = ?2";
    let bytes: Option<Vec<u8>> = connection.query_row(select, [resource, SEEN_KEYS], |row| row.get(0)).optional()?;
    Ok(bytes.and_then(|bytes| RoaringTreemap::deserialize_from(bytes.as_slice()).ok()))
}

/// Forgets a state of a resource.
pub(super) fn remove(connection: &Connection, resource: &str, name: &str) -> rusqlite::Result<()> {
    let delete = "DELETE FROM _declarest_state WHERE resource = ?1 AND name = ?2";
    connection.execute(delete, [resource, name]).map(drop)
}

/// Whether a resource's links are still for this sync: another one that begins with the parent takes them over.
pub(super) fn holds_claim(connection: &Connection, resource: &str, sync: &LoadId) -> rusqlite::Result<bool> {
    Ok(text(connection, resource, CLAIMED_BY)?.is_some_and(|claim| claim == sync.as_str()))
}

/// The next sync reads again what was finished, except the `resumable` resources, a JSON array, and those that another sync
/// has claimed.
pub(super) fn forget_finished(connection: &Connection, resumable: &str, sync: &LoadId) -> rusqlite::Result<()> {
    let delete = "DELETE FROM _declarest_state WHERE name = ?1 AND resource NOT IN (SELECT value FROM json_each(?2))
        AND resource NOT IN (SELECT resource FROM _declarest_state WHERE name = ?3 AND value <> ?4)";
    connection.execute(delete, params![FINISHED, resumable, CLAIMED_BY, sync])?;
    let delete = "DELETE FROM _declarest_state WHERE name = ?1 AND value = ?2";
    connection.execute(delete, params![CLAIMED_BY, sync]).map(drop)
}

/// The next load starts at the first page.
pub(super) fn forget(connection: &Connection, resource: &str) -> rusqlite::Result<()> {
    let names = params![resource, CHECKPOINT, SEEN_KEYS, FINISHED];
    connection.execute("DELETE FROM _declarest_state WHERE resource = ?1 AND name IN (?2, ?3, ?4)", names).map(drop)
}

/// The current time as text.
pub(super) fn now() -> String {
    Timestamp::now().to_string()
}
