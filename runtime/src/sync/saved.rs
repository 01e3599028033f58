//! What a sync leaves for the next one in the destination's state: where to resume, what was finished, how far it has read.

use jiff::{SignedDuration, Timestamp};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::clients::Clients;
use crate::destination::{LoadId, StateChange, StateKey, StateStore};
use crate::error::{Error, ErrorKind, Result};
use crate::incremental::watermark::IncrementalState;
use crate::paginate::resume_token::ResumeToken;

/// The format of the records, in their `version`. A record of another version is ignored, as if it was not there; but what the
/// last complete load has left has had the same format in all versions.
const VERSION: u64 = 3;

/// Where an interrupted load resumes.
pub(super) const CHECKPOINT: &str = "checkpoint";
/// That a load was complete before the sync was interrupted.
pub(super) const FINISHED: &str = "finished";
/// What a complete load leaves for the next one.
pub(super) const INCREMENTAL: &str = "incremental";
/// The loads whose rows are in the table and which are not complete: the one that was interrupted, and those that it resumed.
/// Kept until a load of the table is complete or has removed their rows, even when the checkpoint is gone.
pub(super) const UNFINISHED: &str = "loads";
/// The shape of the values that all rows of its parent have left for a resource, those that were loaded before included.
pub(super) const LINK_SHAPE: &str = "linked";
/// That the API has refused the place where the load resumes: refused once more, the load starts again.
pub(super) const REFUSED: &str = "refused";
/// The clients whose rows are in the table.
const CLIENTS: &str = "clients";
/// The client whose records have plain names.
const FIRST_CLIENT: &str = "client";
/// The source that loads a table.
const OWNER: &str = "source";

/// How many rows a load has read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Counts {
    /// Rows read, those of the interrupted load that this one resumes included.
    pub(super) rows: u64,
    /// Of these, how many were filtered out.
    pub(super) filtered: u64,
    /// Of these, how many were quarantined.
    pub(super) quarantined: u64,
    /// Of these, how many had the key of an earlier one.
    #[serde(default)]
    pub(super) repeated: u64,
    /// How many rows the API said there are.
    pub(super) expected: Option<u64>,
}

impl Counts {
    /// How many rows were written.
    pub(super) fn written(&self) -> u64 {
        self.rows.saturating_sub(self.filtered + self.quarantined)
    }
}

/// Where an interrupted load resumes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Checkpoint {
    /// The next page.
    pub(super) resume: ResumeToken,
    /// Rows read so far.
    #[serde(flatten)]
    pub(super) counts: Counts,
    /// How many rows the API said there are, on the last page.
    pub(super) total: Option<u64>,
    /// What the load will leave for the next one, as far as it has read.
    pub(super) state: Option<IncrementalState>,
    /// When the run began whose requests are continued: they go on as they were. Not known of older versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) begun: Option<Timestamp>,
}

/// The checkpoint as it is saved: it is valid only while the fingerprint is the same, and not for long.
#[derive(Serialize, Deserialize)]
pub(super) struct SavedCheckpoint {
    pub(super) fingerprint: String,
    pub(super) at: Timestamp,
    #[serde(flatten)]
    pub(super) checkpoint: Checkpoint,
}

/// A finished load as it is saved.
#[derive(Serialize, Deserialize)]
pub(super) struct FinishedLoad {
    pub(super) fingerprint: String,
    pub(super) at: Timestamp,
    /// Its rows.
    #[serde(flatten)]
    pub(super) counts: Counts,
    /// Different primary keys, as the destination counts them; `None` where it does not merge.
    pub(super) distinct_keys: Option<u64>,
}

impl FinishedLoad {
    /// Whether a sync that resumes the interrupted one may skip the resource; later, it is worth reading again.
    pub(super) fn is_fresh(&self) -> bool {
        is_fresh(self.at)
    }
}

/// Whether what was saved then may still be used. So long the rows that were read are taken for those that are there.
pub(super) fn is_fresh(at: Timestamp) -> bool {
    let age = Timestamp::now().duration_since(at);
    (SignedDuration::ZERO..SignedDuration::from_hours(1)).contains(&age)
}

/// How far a complete load has read, as it is saved.
#[derive(Serialize, Deserialize)]
pub(super) struct SavedIncremental {
    #[serde(flatten)]
    pub(super) state: IncrementalState,
    /// The latest load that it knows: this one, or one before it if the clock was set back. Later ones have been forgotten.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) load: Option<LoadId>,
}

/// What a complete load has left for the next one.
#[derive(Debug, Clone)]
pub(super) enum PreviousState {
    /// How far it has read, and which load that was, if that was saved.
    Incremental { state: IncrementalState, load: Option<LoadId> },
    /// What this version cannot read.
    Unreadable,
}

impl PreviousState {
    /// The latest load that it knows, if that was saved.
    pub(super) fn load(&self) -> Option<&LoadId> {
        match self {
            Self::Incremental { load, .. } => load.as_ref(),
            Self::Unreadable => None,
        }
    }
}

/// A record with its version.
#[derive(Serialize)]
struct Versioned<'r, T> {
    version: u64,
    #[serde(flatten)]
    record: &'r T,
}

/// The saved state of one resource, and of one client where several load it.
#[derive(Debug, Clone, Copy)]
pub(super) struct ResourceState {
    pub(super) source: &'static str,
    pub(super) resource: &'static str,
    /// Whose state it is, as a hash in the names of its records; plain names where there is none.
    pub(super) scope: Option<u64>,
}

impl ResourceState {
    /// That of another resource of the same family.
    pub(super) fn of(self, resource: &'static str) -> Self {
        Self { resource, ..self }
    }

    /// That of all clients.
    fn shared(self) -> Self {
        Self { scope: None, ..self }
    }

    fn key(self, name: impl Into<String>) -> StateKey {
        let name = name.into();
        let name = self.scope.map_or(name.clone(), |scope| format!("{name}@{scope:016x}"));
        StateKey::new(self.source, self.resource, name)
    }

    /// The client whose records have plain names: the first one that has loaded the family of this root.
    pub(super) async fn first_client(self, store: &mut dyn StateStore) -> Result<Option<String>> {
        let text = self.shared().text(store, FIRST_CLIENT).await?;
        let client = text.map(|text| serde_json::from_str(&text)).transpose();
        client.map_err(|error| self.unreadable(FIRST_CLIENT, &error))
    }

    /// Saves that client.
    pub(super) fn put_first_client(self, client: String) -> StateChange {
        self.shared().put(FIRST_CLIENT, Value::from(client).to_string())
    }

    /// The clients that have loaded the resource; `None` where no version that knows them has.
    pub(super) async fn clients(self, store: &mut dyn StateStore) -> Result<Option<Clients>> {
        let Some(text) = self.shared().text(store, CLIENTS).await? else { return Ok(None) };
        // Of damaged ones, nothing is known: then no client finds what it has left.
        Ok(Some(serde_json::from_str(&text).unwrap_or_default()))
    }

    /// Saves them.
    pub(super) fn put_clients(self, clients: &Clients) -> Result<StateChange> {
        let text = serde_json::to_string(clients).map_err(|error| self.unreadable(CLIENTS, &error))?;
        Ok(self.shared().put(CLIENTS, text))
    }

    /// Saves a text.
    pub(super) fn put(self, name: impl Into<String>, text: String) -> StateChange {
        StateChange { key: self.key(name), value: Some(text) }
    }

    /// Saves a record with its version.
    pub(super) fn put_record(self, name: &str, record: &impl Serialize) -> Result<StateChange> {
        let text = serde_json::to_string(&Versioned { version: VERSION, record });
        let text = text.map_err(|error| self.unreadable(name, &error))?;
        Ok(self.put(name, text))
    }

    /// Saves the loads that are not complete.
    pub(super) fn put_unfinished(self, loads: &[LoadId]) -> StateChange {
        let ids: Vec<_> = loads.iter().map(LoadId::as_str).collect();
        self.put(UNFINISHED, Value::from(ids).to_string())
    }

    /// Removes a text.
    pub(super) fn remove(self, name: impl Into<String>) -> StateChange {
        StateChange { key: self.key(name), value: None }
    }

    /// A text as it was put.
    pub(super) async fn text(self, store: &mut dyn StateStore, name: impl Into<String>) -> Result<Option<String>> {
        store.read_state(&self.key(name)).await
    }

    /// A record. One that is damaged or of another version is ignored.
    pub(super) async fn record<T: DeserializeOwned>(self, store: &mut dyn StateStore, name: &str) -> Result<Option<T>> {
        let Some(text) = self.text(store, name).await? else { return Ok(None) };
        let (version, record) = parse(&text);
        let record = record.filter(|_| version == Some(VERSION));
        if record.is_none() {
            let resource = self.resource;
            tracing::warn!(resource, name, version, "a saved record is damaged or of another version, and is ignored");
        }
        Ok(record)
    }

    /// What the last complete load has left for the next one.
    pub(super) async fn previous(self, store: &mut dyn StateStore) -> Result<Option<PreviousState>> {
        let state = self.text(store, INCREMENTAL).await?;
        Ok(state.map(|text| match parse(&text) {
            (None | Some(2 | VERSION), Some(SavedIncremental { state, load })) => {
                PreviousState::Incremental { state, load }
            }
            _ => PreviousState::Unreadable,
        }))
    }

    /// The loads that are not complete. A text that cannot be read is an error where they must be known.
    pub(super) async fn unfinished(self, store: &mut dyn StateStore, must_be_known: bool) -> Result<Vec<LoadId>> {
        let Some(text) = self.text(store, UNFINISHED).await? else { return Ok(Vec::new()) };
        match serde_json::from_str(&text) {
            Err(error) if must_be_known => Err(self.unreadable(UNFINISHED, &error)),
            loads => Ok(loads.unwrap_or_default()),
        }
    }

    /// A saved text cannot be read or written as what it is.
    pub(super) fn unreadable(self, name: &str, error: &serde_json::Error) -> Error {
        let message = format!("the saved `{name}` of `{}` cannot be read or written: {error}", self.resource);
        Error::new(ErrorKind::Destination, message)
            .with_help("sync with `.full_refresh()`, which drops the tables of its resources and their state")
    }
}

/// The source that loads a table; `None` where that is not known.
pub(super) async fn owner(store: &mut dyn StateStore, table: &str) -> Result<Option<String>> {
    let text = store.read_state(&StateKey::new("", table, OWNER)).await?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}

/// Saves the source that loads a table.
pub(super) fn put_owner(table: &str, source: &str) -> StateChange {
    StateChange { key: StateKey::new("", table, OWNER), value: Some(Value::from(source).to_string()) }
}

/// The version of a record, and the record if it has the expected fields.
fn parse<T: DeserializeOwned>(text: &str) -> (Option<u64>, Option<T>) {
    let Ok(value) = serde_json::from_str::<Value>(text) else { return (None, None) };
    (value.get("version").and_then(Value::as_u64), T::deserialize(value).ok())
}
