//! The load of a resource: rows and checkpoint in one transaction after the other.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use roaring::RoaringTreemap;
use rusqlite::functions::FunctionFlags;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, OptionalExtension, ToSql, params};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::schema::{self, Refusal};
use crate::destination::{Begun, Checkpoint, Finished, Load, Mode, Outcome, Written};
use crate::resource::ResourceDef;
use crate::row::{RowError, Rows, Value};

/// The one writer of a database.
pub(super) struct Writer {
    connection: Connection,
    seen: Arc<Seen>,
    load: Option<Running>,
}

/// Which rows of the table a load has met: a bit for each.
#[derive(Default)]
struct Seen {
    rows: Mutex<RoaringTreemap>,
    /// How often a row was there already.
    conflicts: AtomicU64,
    /// Rows that were there before the load, with other values.
    updated: AtomicU64,
}

struct Running {
    load: Load,
    insert: String,
    /// Loads whose rows belong to this one: itself, and those that it goes on with.
    loads: Vec<String>,
    inserted: u64,
    /// The place behind the rows written so far, if a load can go on there.
    checkpoint: Option<Checkpoint>,
    /// Why a page could not be written. Nothing is written after that.
    failed: Option<String>,
}

/// The checkpoint as it is saved.
#[derive(Serialize, Deserialize)]
struct Saved {
    fingerprint: String,
    loads: Vec<String>,
    #[serde(flatten)]
    checkpoint: Checkpoint,
}

/// The state of an interrupted load: where it goes on,
const CHECKPOINT: &str = "checkpoint";
/// which rows it has met, so that a key which comes again behind the interruption is not counted twice,
const MET: &str = "met";
/// and that it had come to its end before the sync was interrupted.
const FINISHED: &str = "finished";

/// A finished load as it is saved.
#[derive(Serialize, Deserialize)]
struct Done {
    fingerprint: String,
    at: Timestamp,
    #[serde(flatten)]
    finished: Finished,
}

impl Done {
    /// Whether a sync that goes on with the interrupted one may take it for done; later, it is worth reading again.
    fn is_fresh(&self) -> bool {
        Timestamp::now().duration_since(self.at) < SignedDuration::from_hours(1)
    }
}

impl Writer {
    pub(super) fn new(connection: Connection) -> rusqlite::Result<Self> {
        let seen = Arc::new(Seen::default());
        let counter = Arc::clone(&seen);
        // Called for each row that is there already, with whether its values differ; says whether to update it.
        connection.create_scalar_function("_declarest_seen", 2, FunctionFlags::SQLITE_UTF8, move |context| {
            let changed = context.get::<Option<bool>>(1)?.unwrap_or(false);
            let first = counter.meet(context.get(0)?);
            counter.conflicts.fetch_add(1, Relaxed);
            counter.updated.fetch_add((first && changed).into(), Relaxed);
            Ok(changed)
        })?;
        Ok(Self { connection, seen, load: None })
    }

    pub(super) fn begin(&mut self, load: Load) -> Result<Begun, Refusal> {
        self.roll_back();
        self.load = None;
        self.seen.clear();
        self.connection.execute_batch("BEGIN IMMEDIATE")?;
        let begun = self.prepare(load);
        match begun {
            Ok(_) => self.connection.execute_batch("COMMIT")?,
            Err(_) => self.roll_back(),
        }
        begun
    }

    fn prepare(&mut self, load: Load) -> Result<Begun, Refusal> {
        let connection = &self.connection;
        let def = load.def;
        schema::ensure_meta(connection)?;
        let saved = read_checkpoint(connection, def)?;
        if load.mode == Mode::Refresh {
            connection.execute_batch(&format!("DROP TABLE IF EXISTS {}", schema::name(def.name)))?;
        }
        let kept = schema::ensure_table(connection, def)?;
        if let Some(done) = read_state::<Done>(connection, def, FINISHED)?
            && kept
            && load.mode == Mode::Resume
            && done.fingerprint == load.fingerprint
            && done.is_fresh()
        {
            return Ok(Begun::Finished(done.finished));
        }
        let resumed = match saved {
            // Rows that went with their table have to be read again.
            Some(saved) if kept && load.mode == Mode::Resume && saved.fingerprint == load.fingerprint => Some(saved),
            Some(saved) => {
                forget(connection, def, &saved.loads)?;
                None
            }
            None => None,
        };
        if resumed.is_none() {
            forget_place(connection, def)?;
        }
        connection.execute(
            "UPDATE _declarest_loads SET status = 'interrupted' WHERE resource = ?1 AND status = 'running'",
            [def.name],
        )?;
        connection.execute(
            "INSERT OR REPLACE INTO _declarest_loads (load_id, source, resource, status, started_at) VALUES (?1, ?2, ?3, 'running', ?4)",
            params![load.id, load.source, def.name, now()],
        )?;
        let mut loads = resumed.as_ref().map_or(Vec::new(), |saved| saved.loads.clone());
        loads.push(load.id.clone());
        if resumed.is_some() {
            self.seen.restore(read_met(connection, def)?);
        }
        self.load =
            Some(Running { insert: schema::insert(def), load, loads, inserted: 0, checkpoint: None, failed: None });
        Ok(resumed.map_or(Begun::New, |saved| Begun::GoesOn(saved.checkpoint)))
    }

    pub(super) fn write(&mut self, rows: &dyn Rows, behind: Option<Checkpoint>) -> rusqlite::Result<()> {
        let Some(running) = self.load.as_mut().filter(|running| running.failed.is_none()) else {
            return Ok(());
        };
        if self.connection.is_autocommit() {
            self.connection.execute_batch("BEGIN IMMEDIATE")?;
        }
        let mut statement = self.connection.prepare_cached(&running.insert)?;
        let (seen, inserted, load_id) = (&self.seen, &mut running.inserted, running.load.id.as_str());
        let merge = !schema::merge_key(running.load.def).is_empty();
        let columns = running.load.def.columns;
        let mut number = 0;
        rows.each(&mut |values| {
            number += 1;
            let mut insert = || -> rusqlite::Result<()> {
                for (index, value) in values.iter().enumerate() {
                    statement.raw_bind_parameter(index + 1, value).map_err(|error| {
                        let column = columns.get(index).map_or("", |column| column.name);
                        unfit(&format!("row {number} of a page, column `{column}`: {error}"))
                    })?;
                }
                statement.raw_bind_parameter(values.len() + 1, load_id)?;
                let conflicts = seen.conflicts.load(Relaxed);
                statement.raw_execute()?;
                if seen.conflicts.load(Relaxed) == conflicts {
                    *inserted += 1;
                    if merge {
                        let _ = seen.meet(self.connection.last_insert_rowid());
                    }
                }
                Ok(())
            };
            insert().map_err(|error| RowError::Destination(Box::new(error)))
        })
        .map_err(|error| match error {
            RowError::Destination(error) => match error.downcast() {
                Ok(error) => *error,
                Err(error) => rusqlite::Error::ToSqlConversionFailure(error),
            },
            RowError::Json(error) => rusqlite::Error::ToSqlConversionFailure(Box::new(error)),
        })?;
        running.checkpoint = behind;
        Ok(())
    }

    /// Commits what was written. Without a place to go on from, half of a resource is worth nothing: then it waits.
    pub(super) fn commit(&mut self) -> rusqlite::Result<()> {
        if self.save()? { self.connection.execute_batch("COMMIT") } else { Ok(()) }
    }

    /// The load was given up without an end.
    pub(super) fn abandon(&mut self) {
        let _ = self.commit();
        self.load = None;
        self.roll_back();
    }

    /// Undoes what is not committed, and writes no more of this load.
    pub(super) fn abort(&mut self, why: String) {
        self.roll_back();
        if let Some(running) = &mut self.load {
            running.failed.get_or_insert(why);
        }
    }

    /// Writes down the place to go on from, if there is one and rows before it that are not committed.
    fn save(&self) -> rusqlite::Result<bool> {
        let Some(Running { load, loads, checkpoint: Some(checkpoint), failed: None, .. }) = &self.load else {
            return Ok(false);
        };
        if self.connection.is_autocommit() {
            return Ok(false);
        }
        let saved =
            Saved { fingerprint: load.fingerprint.clone(), loads: loads.clone(), checkpoint: checkpoint.clone() };
        self.hold(load)?;
        self.write_state(load.def, CHECKPOINT, &saved)?;
        if !schema::merge_key(load.def).is_empty() {
            self.put_state(load.def, MET, &self.seen.save())?;
        }
        Ok(true)
    }

    /// Ends the load: with its last rows, without them if they could not be written.
    pub(super) fn finish(&mut self, outcome: &Outcome) -> rusqlite::Result<Written> {
        let kept = !outcome.interrupted || self.save()? || self.connection.is_autocommit();
        if !kept {
            self.roll_back();
            self.seen.clear();
        }
        let Some(running) = self.load.take() else {
            return Ok(Written::default());
        };
        if let Err(error) = self.hold(&running.load) {
            self.roll_back();
            return Err(error);
        }
        if !kept {
            self.seen.restore(read_met(&self.connection, running.load.def)?);
        }
        if self.connection.is_autocommit() {
            self.connection.execute_batch("BEGIN IMMEDIATE")?;
        }
        let def = running.load.def;
        let error = running.failed.as_ref().or(outcome.error.as_ref());
        if !outcome.interrupted && running.failed.is_none() {
            if error.is_some() {
                forget(&self.connection, def, &running.loads)?;
            }
            forget_place(&self.connection, def)?;
        }
        let merge = !schema::merge_key(def).is_empty();
        let distinct_keys = if merge { self.seen.distinct() } else { outcome.rows };
        let status = match (error, outcome.required) {
            (Some(_), _) => "failed",
            (None, Some(required)) if distinct_keys < required => "incomplete",
            (None, _) => "complete",
        };
        self.connection.execute(
            "UPDATE _declarest_loads SET status = ?3, finished_at = ?4, rows = ?5, pages = ?6, expected = ?7, error = ?8
             WHERE load_id = ?1 AND resource = ?2",
            params![running.load.id, def.name, status, now(), outcome.rows, outcome.pages, outcome.expected, error],
        )?;
        if status == "complete" {
            let finished = Finished { rows: outcome.rows, expected: outcome.expected, distinct_keys };
            let done = Done { fingerprint: running.load.fingerprint, at: Timestamp::now(), finished };
            self.write_state(def, FINISHED, &done)?;
        }
        self.connection.execute_batch("COMMIT")?;
        let inserted = if kept { running.inserted } else { 0 };
        Ok(Written { inserted, updated: self.seen.updated.load(Relaxed), distinct_keys })
    }

    /// Ends the sync: what was finished, by it or by one that was interrupted, is read again by the next one.
    pub(super) fn end(&self) -> rusqlite::Result<()> {
        self.connection.execute("DELETE FROM _declarest_state WHERE name = ?1", [FINISHED]).map(drop)
    }

    /// Makes sure that the load is still this one's: another sync of the resource takes it over.
    fn hold(&self, load: &Load) -> rusqlite::Result<()> {
        let mut held = self.connection.prepare_cached(
            "SELECT 1 FROM _declarest_loads WHERE load_id = ?1 AND resource = ?2 AND status = 'running'",
        )?;
        if held.exists(params![load.id, load.def.name])? {
            Ok(())
        } else {
            Err(rusqlite::Error::StatementChangedRows(0))
        }
    }

    fn write_state(&self, def: &ResourceDef, name: &str, value: &impl Serialize) -> rusqlite::Result<()> {
        let text =
            serde_json::to_string(value).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
        self.put_state(def, name, &text)
    }

    fn put_state(&self, def: &ResourceDef, name: &str, value: &dyn ToSql) -> rusqlite::Result<()> {
        let mut statement = self.connection.prepare_cached(
            "INSERT OR REPLACE INTO _declarest_state (resource, name, value, updated_at) VALUES (?1, ?2, ?3, ?4)",
        )?;
        statement.execute(params![def.name, name, value, now()]).map(drop)
    }

    fn roll_back(&self) {
        if !self.connection.is_autocommit() {
            // The only way for this to fail is that SQLite has rolled back by itself.
            let _ = self.connection.execute_batch("ROLLBACK");
        }
    }
}

impl Seen {
    /// Whether the load had not met the row before.
    fn meet(&self, row: i64) -> bool {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner).insert(row.cast_unsigned())
    }

    fn distinct(&self) -> u64 {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    fn save(&self) -> Vec<u8> {
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        // Rows come mostly in the order of their numbers: runs are a few bytes, however long they are.
        rows.optimize();
        let mut bytes = Vec::with_capacity(rows.serialized_size());
        // Memory takes whatever is written to it.
        let _ = rows.serialize_into(&mut bytes);
        bytes
    }

    fn restore(&self, rows: Option<RoaringTreemap>) {
        *self.rows.lock().unwrap_or_else(PoisonError::into_inner) = rows.unwrap_or_default();
    }

    fn clear(&self) {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.conflicts.store(0, Relaxed);
        self.updated.store(0, Relaxed);
    }
}

/// A state of a resource. One that this version cannot read is as good as none.
fn read_state<T: DeserializeOwned>(
    connection: &Connection,
    def: &ResourceDef,
    name: &str,
) -> rusqlite::Result<Option<T>> {
    let text: Option<String> = connection
        .query_row(
            "SELECT value FROM _declarest_state WHERE resource = ?1 AND name = ?2",
            params![def.name, name],
            |row| row.get(0),
        )
        .optional()?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}

/// The checkpoint of an interrupted load. One that this version cannot read is as good as none.
fn read_checkpoint(connection: &Connection, def: &ResourceDef) -> rusqlite::Result<Option<Saved>> {
    let saved = read_state(connection, def, CHECKPOINT)?;
    let whole = schema::merge_key(def).is_empty() || read_met(connection, def)?.is_some();
    Ok(saved.filter(|_| whole))
}

/// The rows that an interrupted load has met.
fn read_met(connection: &Connection, def: &ResourceDef) -> rusqlite::Result<Option<RoaringTreemap>> {
    let bytes: Option<Vec<u8>> = connection
        .query_row(
            "SELECT CAST(value AS BLOB) FROM _declarest_state WHERE resource = ?1 AND name = ?2",
            params![def.name, MET],
            |row| row.get(0),
        )
        .optional()?;
    Ok(bytes.and_then(|bytes| RoaringTreemap::deserialize_from(bytes.as_slice()).ok()))
}

/// The next load starts at the first page.
fn forget_place(connection: &Connection, def: &ResourceDef) -> rusqlite::Result<()> {
    let names = params![def.name, CHECKPOINT, MET, FINISHED];
    connection.execute("DELETE FROM _declarest_state WHERE resource = ?1 AND name IN (?2, ?3, ?4)", names).map(drop)
}

/// Removes the rows of loads that will be made again from their first page, where no key keeps them from being doubled.
fn forget(connection: &Connection, def: &ResourceDef, loads: &[String]) -> rusqlite::Result<()> {
    if schema::merge_key(def).is_empty() {
        let delete = format!("DELETE FROM {} WHERE {} = ?1", schema::name(def.name), schema::LOAD_ID);
        for load in loads {
            connection.execute(&delete, [load])?;
        }
    }
    Ok(())
}

/// A value that SQLite cannot hold.
fn unfit(message: &str) -> rusqlite::Error {
    rusqlite::Error::ToSqlConversionFailure(message.into())
}

fn now() -> String {
    Timestamp::now().to_string()
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Null => ValueRef::Null,
            Value::Bool(value) => ValueRef::Integer((*value).into()),
            Value::Integer(value) => ValueRef::Integer(*value),
            Value::Unsigned(value) => {
                let message = format!(
                    "the integer {value} is larger than SQLite's largest ({}): declare the field as `String` or `declarest::Json`",
                    i64::MAX
                );
                return Err(unfit(&message));
            }
            Value::Real(value) => ValueRef::Real(*value),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Owned(text) => ValueRef::Text(text.as_bytes()),
        }))
    }
}
