//! The load of a resource: rows and checkpoint in one transaction after the other.

use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::schema::{self, Refusal};
use super::seen::Seen;
use super::state::{self, CHECKPOINT, Done, FINISHED, MET, Saved, now};
use super::value::unfit;
use crate::destination::{Begun, Checkpoint, Finished, Load, Mode, Outcome, Written};
use crate::resource::ResourceDef;
use crate::row::{RowError, Rows};

/// The one writer of a database.
pub(super) struct Writer {
    connection: Connection,
    seen: Arc<Seen>,
    load: Option<Running>,
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

impl Writer {
    pub(super) fn new(connection: Connection) -> rusqlite::Result<Self> {
        let seen = Arc::new(Seen::default());
        Seen::listen(&seen, &connection)?;
        Ok(Self { connection, seen, load: None })
    }

    pub(super) fn begin(&mut self, load: Load) -> Result<Begun, Refusal> {
        self.abandon();
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
        let saved = state::checkpoint(connection, def)?;
        if load.mode == Mode::Refresh {
            connection.execute_batch(&format!("DROP TABLE IF EXISTS {}", schema::name(def.name)))?;
        }
        let kept = schema::ensure_table(connection, def)?;
        if let Some(done) = state::read::<Done>(connection, def, FINISHED)?
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
                remove_rows(connection, def, &saved.loads)?;
                None
            }
            None => None,
        };
        if resumed.is_none() {
            state::forget(connection, def)?;
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
            self.seen.restore(state::met(connection, def)?);
        }
        self.load =
            Some(Running { insert: schema::insert(def), load, loads, inserted: 0, checkpoint: None, failed: None });
        Ok(resumed.map_or(Begun::New, |saved| Begun::GoesOn(saved.checkpoint)))
    }

    pub(super) fn write(&mut self, rows: &dyn Rows, behind: Option<Checkpoint>) -> rusqlite::Result<()> {
        let Some(running) = &mut self.load else {
            return Err(taken_over());
        };
        if running.failed.is_some() {
            return Ok(());
        }
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
                let conflicts = seen.conflicts();
                statement.raw_execute()?;
                if seen.conflicts() == conflicts {
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
        state::write(&self.connection, load.def, CHECKPOINT, &saved)?;
        if !schema::merge_key(load.def).is_empty() {
            state::put(&self.connection, load.def, MET, &self.seen.save())?;
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
            return Err(taken_over());
        };
        if self.connection.is_autocommit() {
            self.connection.execute_batch("BEGIN IMMEDIATE")?;
        }
        if let Err(error) = self.hold(&running.load) {
            self.roll_back();
            return Err(error);
        }
        if !kept {
            self.seen.restore(state::met(&self.connection, running.load.def)?);
        }
        let def = running.load.def;
        let error = running.failed.as_ref().or(outcome.error.as_ref());
        if !outcome.interrupted && running.failed.is_none() {
            if error.is_some() {
                remove_rows(&self.connection, def, &running.loads)?;
            }
            state::forget(&self.connection, def)?;
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
            state::write(&self.connection, def, FINISHED, &done)?;
        }
        self.connection.execute_batch("COMMIT")?;
        let inserted = if kept { running.inserted } else { 0 };
        Ok(Written { inserted, updated: self.seen.updated(), distinct_keys })
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
        if held.exists(params![load.id, load.def.name])? { Ok(()) } else { Err(taken_over()) }
    }

    fn roll_back(&self) {
        if !self.connection.is_autocommit() {
            // The only way for this to fail is that SQLite has rolled back by itself.
            let _ = self.connection.execute_batch("ROLLBACK");
        }
    }
}

/// The load is no longer this writer's.
fn taken_over() -> rusqlite::Error {
    rusqlite::Error::StatementChangedRows(0)
}

/// Removes the rows of loads that will be made again from their first page, where no key keeps them from being doubled.
fn remove_rows(connection: &Connection, def: &ResourceDef, loads: &[String]) -> rusqlite::Result<()> {
    if schema::merge_key(def).is_empty() {
        let delete = format!("DELETE FROM {} WHERE {} = ?1", schema::name(def.name), schema::LOAD_ID);
        for load in loads {
            connection.execute(&delete, [load])?;
        }
    }
    Ok(())
}
