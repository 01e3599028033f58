//! The load of a resource: rows and checkpoint in one transaction after the other.

use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::rows::Target;
use super::schema;
use super::schema::SchemaError;
use super::seen_keys::SeenKeys;
use super::state;
use super::state::{
    CHECKPOINT, CLAIMED_BY, FINISHED, INCREMENTAL, LINK_SHAPE, LOADS, SEEN_KEYS, SavedCheckpoint, SavedFinish, now,
};
use super::{links, quarantine};
use crate::destination::{
    Checkpoint, FinishedLoad, Link, LoadBegin, LoadMode, LoadOutcome, LoadSpec, LoadStart, PageBatch, Table, WriteStats,
};

/// The one writer of a database.
pub(super) struct LoadWriter {
    connection: Connection,
    seen_keys: Arc<SeenKeys>,
    load: Option<ActiveLoad>,
    /// The id of the latest sync.
    sync: String,
}

struct ActiveLoad {
    load: LoadSpec,
    target: Target,
    /// Loads whose rows belong to this one: itself, and those that it goes on with.
    loads: Vec<String>,
    inserted: u64,
    /// The place behind the rows written so far, if a load can go on there.
    checkpoint: Option<Checkpoint>,
    /// Why a page could not be written. Nothing is written after that.
    failed: Option<String>,
}

impl LoadWriter {
    pub(super) fn new(connection: Connection) -> rusqlite::Result<Self> {
        let seen = Arc::new(SeenKeys::default());
        SeenKeys::listen(&seen, &connection)?;
        Ok(Self { connection, seen_keys: seen, load: None, sync: String::new() })
    }

    pub(super) fn begin(&mut self, load: LoadSpec) -> Result<LoadBegin, SchemaError> {
        self.cancel();
        self.seen_keys.clear();
        self.sync.clone_from(&load.id);
        self.connection.execute_batch("BEGIN IMMEDIATE")?;
        let begun = self.prepare(load);
        match begun {
            Ok(_) => self.connection.execute_batch("COMMIT")?,
            Err(_) => self.roll_back(),
        }
        begun
    }

    fn prepare(&mut self, load: LoadSpec) -> Result<LoadBegin, SchemaError> {
        let (connection, resource) = (&self.connection, load.resource);
        schema::ensure_meta(connection)?;
        if load.is_child && !state::holds_claim(connection, resource, &load.id)? {
            return Err(lease_lost().into());
        }
        for plan in &load.links {
            state::put(connection, plan.child, CLAIMED_BY, &load.id)?;
        }
        let saved = state::checkpoint(connection, resource, load.is_merged())?;
        if load.mode == LoadMode::Refresh {
            drop_tables(connection, load.table.iter().flat_map(Table::with_lists))?;
        }
        let kept = ensure_tables(connection, load.table.as_ref())?;
        if !kept {
            // It speaks of rows that went with their table.
            state::remove(connection, resource, INCREMENTAL)?;
        }
        let unasked = links::parents_without_value(connection, resource)?;
        let mut state = if load.table.is_some() { state::text(connection, resource, INCREMENTAL)? } else { None };
        if let Some(done) = state::read::<SavedFinish>(connection, resource, FINISHED)?
            && kept
            && load.mode == LoadMode::Resume
            && done.fingerprint == load.fingerprint
            && done.is_fresh()
        {
            return Ok(LoadBegin {
                start: LoadStart::AlreadyDone(done.finished),
                state,
                parents_without_value: unasked,
            });
        }
        let staged = match load.staging() {
            Some(staging) => schema::exists(connection, &staging.name)?,
            None => true,
        };
        let goes_on = |saved: &SavedCheckpoint| {
            // Rows that went with their table have to be read again.
            kept && staged && load.mode == LoadMode::Resume && saved.fingerprint == load.fingerprint
        };
        let resumed = saved.filter(goes_on);
        if resumed.is_none() {
            if load.only_new() && state.is_some() && !all_linked(connection, &load)? {
                state::remove(connection, resource, INCREMENTAL)?;
                state = None;
            }
            self.start_over(&load, state.is_some())?;
            if load.only_new() && state.is_none() {
                refuse_doubles(connection, &load)?;
            }
        }
        connection.execute(
            "UPDATE _declarest_loads SET status = 'interrupted' WHERE resource = ?1 AND status = 'running'",
            [resource],
        )?;
        connection.execute(
            "INSERT OR REPLACE INTO _declarest_loads (load_id, source, resource, status, started_at) VALUES (?1, ?2, ?3, 'running', ?4)",
            params![load.id, load.source, resource, now()],
        )?;
        let mut loads: Vec<String> = state::read(connection, resource, LOADS)?.unwrap_or_default();
        loads.push(load.id.clone());
        if resumed.is_some() {
            self.seen_keys.restore(state::seen_keys(connection, resource)?);
        }
        let target = Target::new(load.staging().as_ref().or(load.table.as_ref()), &load.links);
        self.load = Some(ActiveLoad { target, load, loads, inserted: 0, checkpoint: None, failed: None });
        let begun = resumed.map_or(LoadStart::Fresh, |saved| LoadStart::Resume(saved.checkpoint));
        Ok(LoadBegin { start: begun, state, parents_without_value: unasked })
    }

    /// Makes ready for a load from the first page; with what the last one has left, only new rows come.
    fn start_over(&self, load: &LoadSpec, goes_on: bool) -> rusqlite::Result<()> {
        let connection = &self.connection;
        remove_rows(connection, load)?;
        if let Some(staging) = load.staging() {
            drop_tables(connection, staging.with_lists())?;
            for table in staging.with_lists() {
                connection.execute_batch(&schema::create(table))?;
            }
        }
        for plan in &load.links {
            if load.only_new() && goes_on {
                links::forget_read(connection, plan.child)?;
            } else {
                links::forget(connection, plan.child)?;
            }
            // What it has come to is of no use: its links are others.
            state::forget(connection, plan.child)?;
        }
        state::forget(connection, load.resource)
    }

    /// The next links that its parent has left for a resource.
    pub(super) fn links(&self, child: &str, after: i64) -> rusqlite::Result<Vec<Link>> {
        links::read(&self.connection, child, after)
    }

    pub(super) fn write(&mut self, batch: PageBatch) -> rusqlite::Result<()> {
        let Some(running) = &mut self.load else {
            return Err(lease_lost());
        };
        if running.failed.is_some() {
            return Ok(());
        }
        if self.connection.is_autocommit() {
            self.connection.execute_batch("BEGIN IMMEDIATE")?;
        }
        running.inserted += running.target.write(&self.connection, &self.seen_keys, &running.load.id, &batch)?;
        if let Some(aside) = &batch.quarantined {
            quarantine::write(&self.connection, running.load.resource, &running.load.id, aside)?;
        }
        running.checkpoint = batch.checkpoint;
        Ok(())
    }

    /// Commits what was written. Without a place to go on from, half of a resource is worth nothing: then it waits.
    pub(super) fn commit(&mut self) -> rusqlite::Result<()> {
        if self.save_checkpoint()? { self.connection.execute_batch("COMMIT") } else { Ok(()) }
    }

    /// The load was given up without an end.
    pub(super) fn cancel(&mut self) {
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
    fn save_checkpoint(&self) -> rusqlite::Result<bool> {
        let Some(ActiveLoad { load, loads, checkpoint: Some(checkpoint), failed: None, .. }) = &self.load else {
            return Ok(false);
        };
        if self.connection.is_autocommit() {
            return Ok(false);
        }
        let saved = SavedCheckpoint { fingerprint: load.fingerprint.clone(), checkpoint: checkpoint.clone() };
        self.check_lease(load)?;
        state::write(&self.connection, load.resource, CHECKPOINT, &saved)?;
        if load.table.is_some() {
            state::write(&self.connection, load.resource, LOADS, loads)?;
        }
        if load.is_merged() {
            state::put(&self.connection, load.resource, SEEN_KEYS, &self.seen_keys.save())?;
        }
        Ok(true)
    }

    /// Ends the load: with its last rows, without them if they could not be written.
    pub(super) fn finish(&mut self, outcome: &LoadOutcome) -> rusqlite::Result<WriteStats> {
        let kept = !outcome.interrupted || self.save_checkpoint()? || self.connection.is_autocommit();
        if !kept {
            self.roll_back();
            self.seen_keys.clear();
        }
        let Some(running) = self.load.take() else {
            return Err(lease_lost());
        };
        if self.connection.is_autocommit() {
            self.connection.execute_batch("BEGIN IMMEDIATE")?;
        }
        if let Err(error) = self.check_lease(&running.load) {
            self.roll_back();
            return Err(error);
        }
        if !kept {
            self.seen_keys.restore(state::seen_keys(&self.connection, running.load.resource)?);
        }
        let resource = running.load.resource;
        let error = running.failed.as_ref().or(outcome.error.as_ref());
        if !outcome.interrupted && running.failed.is_none() {
            if error.is_some() {
                state::write(&self.connection, resource, LOADS, &running.loads)?;
                remove_rows(&self.connection, &running.load)?;
            }
            state::forget(&self.connection, resource)?;
        }
        let distinct_keys = if running.load.is_merged() { self.seen_keys.distinct() } else { outcome.rows };
        let status = match (error, outcome.required) {
            (Some(_), _) => "failed",
            (None, Some(required)) if distinct_keys < required => "incomplete",
            (None, _) => "complete",
        };
        self.connection.execute(
            "UPDATE _declarest_loads SET status = ?3, finished_at = ?4, rows = ?5, pages = ?6, expected = ?7, error = ?8
             WHERE load_id = ?1 AND resource = ?2",
            params![running.load.id, resource, status, now(), outcome.rows, outcome.pages, outcome.expected, error],
        )?;
        if status == "complete" {
            if let Some((table, staging)) = running.load.table.as_ref().zip(running.load.staging()) {
                replace(&self.connection, table, &staging)?;
            }
            if let Some(state) = &outcome.state {
                state::write(&self.connection, resource, INCREMENTAL, state)?;
            }
            if running.load.table.is_some() {
                state::remove(&self.connection, resource, LOADS)?;
            }
            for plan in running.load.links.iter().filter(|_| running.load.incremental) {
                state::put(&self.connection, plan.child, LINK_SHAPE, &plan.shape)?;
            }
            let &LoadOutcome { rows, filtered, quarantined, expected, .. } = outcome;
            let finished = FinishedLoad { rows, filtered, quarantined, expected, distinct_keys };
            let done = SavedFinish { fingerprint: running.load.fingerprint, at: Timestamp::now(), finished };
            state::write(&self.connection, resource, FINISHED, &done)?;
        }
        self.connection.execute_batch("COMMIT")?;
        let inserted = if kept { running.inserted } else { 0 };
        Ok(WriteStats { inserted, updated: self.seen_keys.updated(), distinct_keys })
    }

    /// Ends the sync: what was finished, by it or by one that was interrupted, is read again by the next one.
    pub(super) fn finish_sync(&self, kept: &[&str]) -> rusqlite::Result<()> {
        let kept = serde_json::Value::from(kept.to_vec()).to_string();
        // Both or none: a child that is finished has links, or has been read.
        let transaction = self.connection.unchecked_transaction()?;
        links::clear(&transaction, &kept, &self.sync)?;
        state::forget_finished(&transaction, &kept, &self.sync)?;
        transaction.commit()
    }

    /// Makes sure that the load is still this one's: another sync of the resource, or of its parent, takes it over.
    fn check_lease(&self, load: &LoadSpec) -> rusqlite::Result<()> {
        let mut held = self.connection.prepare_cached(
            "SELECT 1 FROM _declarest_loads WHERE load_id = ?1 AND resource = ?2 AND status = 'running'",
        )?;
        let held = held.exists(params![load.id, load.resource])?
            && (!load.is_child || state::holds_claim(&self.connection, load.resource, &load.id)?);
        if held { Ok(()) } else { Err(lease_lost()) }
    }

    fn roll_back(&self) {
        if !self.connection.is_autocommit() {
            // The only way for this to fail is that SQLite has rolled back by itself.
            let _ = self.connection.execute_batch("ROLLBACK");
        }
    }
}

/// The load is no longer this writer's.
fn lease_lost() -> rusqlite::Error {
    rusqlite::Error::StatementChangedRows(0)
}

/// Makes the tables ready; says whether the first was there.
fn ensure_tables(connection: &Connection, table: Option<&Table>) -> Result<bool, SchemaError> {
    let mut kept = true;
    for (index, table) in table.iter().flat_map(|table| table.with_lists()).enumerate() {
        kept &= schema::ensure_table(connection, table)? || index > 0;
    }
    // Where rows are merged, the elements of each are looked up.
    for list in table.iter().filter(|table| !table.key.is_empty()).flat_map(|table| &table.lists) {
        schema::ensure_index(connection, list)?;
    }
    Ok(kept)
}

fn drop_tables<'t>(connection: &Connection, tables: impl Iterator<Item = &'t Table>) -> rusqlite::Result<()> {
    for table in tables {
        connection.execute_batch(&format!("DROP TABLE IF EXISTS {}", schema::name(&table.name)))?;
    }
    Ok(())
}

/// Puts the new rows in the place of the old ones. The tables themselves stay, with what the user has built on them.
fn replace(connection: &Connection, table: &Table, staging: &Table) -> rusqlite::Result<()> {
    for (old, new) in table.with_lists().zip(staging.with_lists()) {
        let (from, into, columns) = (schema::name(&new.name), schema::name(&old.name), schema::all_columns(old));
        connection.execute_batch(&format!(
            "DELETE FROM {into}; INSERT INTO {into} ({columns}) SELECT {columns} FROM {from}; DROP TABLE {from}"
        ))?;
    }
    Ok(())
}

/// Removes the rows of loads that have not come to their end, and will be made again from their first page, where no key keeps them
/// from being doubled.
fn remove_rows(connection: &Connection, load: &LoadSpec) -> rusqlite::Result<()> {
    if load.table.is_none() {
        return Ok(());
    }
    let loads: Vec<String> = state::read(connection, load.resource, LOADS)?.unwrap_or_default();
    for table in load.appended().into_iter().flat_map(Table::with_lists) {
        let delete = format!("DELETE FROM {} WHERE {} = ?1", schema::name(&table.name), schema::LOAD_ID);
        for load in &loads {
            connection.execute(&delete, [load])?;
        }
    }
    state::remove(connection, load.resource, LOADS)
}

/// Whether the rows that were loaded before have left links for each child, in the shape that it is read with now. Where they have not,
/// they must come again, or the child would have rows of the new ones alone.
fn all_linked(connection: &Connection, load: &LoadSpec) -> Result<bool, SchemaError> {
    for plan in &load.links {
        if state::text(connection, plan.child, LINK_SHAPE)?.is_some_and(|shape| shape == plan.shape) {
            continue;
        }
        return match load.appended() {
            None => Ok(false),
            Some(Table { name, .. }) => Err(SchemaError::Schema(format!(
                "`{}` is read for each row of `{name}` in another way than before, and only new rows of that would come: sync `{}` once with `.only`, which reads all of them for it",
                plan.child, plan.child
            ))),
        };
    }
    Ok(true)
}

/// Refuses rows that nothing tells from those of a table: they would be there twice.
fn refuse_doubles(connection: &Connection, load: &LoadSpec) -> Result<(), SchemaError> {
    match load.appended() {
        Some(Table { name, .. }) if schema::has_rows(connection, name)? => Err(SchemaError::Schema(format!(
            "the table `{name}` holds rows, and no run before has left where `incremental` could go on: they would be loaded twice"
        ))),
        _ => Ok(()),
    }
}

impl LoadSpec {
    /// The table, where rows are added to what it holds and no key keeps them from being doubled.
    fn appended(&self) -> Option<&Table> {
        self.table.as_ref().filter(|table| table.key.is_empty() && !table.replaced)
    }

    fn is_merged(&self) -> bool {
        self.table.as_ref().is_some_and(|table| !table.key.is_empty())
    }

    /// Where the rows of a table that is replaced as a whole are written, until it is complete.
    fn staging(&self) -> Option<Table> {
        self.table.as_ref().filter(|table| table.replaced).map(Table::staging)
    }
}
