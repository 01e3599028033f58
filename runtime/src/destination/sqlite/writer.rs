//! The load of a resource: rows and checkpoint in one transaction after the other.

use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::error::WriteError;
use super::rows::Target;
use super::seen_keys::SeenKeys;
use super::state::{
    CHECKPOINT, CLAIMED_BY, FINISHED, INCREMENTAL, LINK_SHAPE, LOADS, SEEN_KEYS, SavedCheckpoint, SavedFinish, now,
};
use super::{links, quarantine, schema, state, statements};
use crate::destination::{
    Checkpoint, FinishedLoad, Link, LoadBegin, LoadId, LoadMode, LoadOutcome, LoadSpec, LoadStart, PageBatch,
    WriteStats,
};
use crate::schema::table::TableSchema;

/// The one writer of a database.
pub(super) struct LoadWriter {
    connection: Connection,
    seen_keys: Arc<SeenKeys>,
    load: Option<ActiveLoad>,
    /// The latest sync.
    sync: LoadId,
}

struct ActiveLoad {
    load: LoadSpec,
    target: Target,
    /// Loads whose rows belong to this one: itself, and those that it resumes.
    loads: Vec<LoadId>,
    inserted: u64,
    /// The checkpoint after the rows written so far, if a load can resume there.
    checkpoint: Option<Checkpoint>,
    /// Why a page could not be written. Nothing is written after that.
    failed: Option<String>,
}

impl LoadWriter {
    pub(super) fn new(connection: Connection) -> rusqlite::Result<Self> {
        let seen_keys = Arc::new(SeenKeys::default());
        SeenKeys::listen(&seen_keys, &connection)?;
        Ok(Self { connection, seen_keys, load: None, sync: LoadId::default() })
    }

    pub(super) fn begin(&mut self, load: LoadSpec) -> Result<LoadBegin, WriteError> {
        self.cancel();
        self.seen_keys.clear();
        self.sync.clone_from(&load.id);
        self.connection.execute_batch("BEGIN IMMEDIATE")?;
        let begin = self.prepare(load);
        match begin {
            Ok(_) => self.connection.execute_batch("COMMIT")?,
            Err(_) => self.roll_back(),
        }
        begin
    }

    fn prepare(&mut self, load: LoadSpec) -> Result<LoadBegin, WriteError> {
        let (connection, resource) = (&self.connection, load.resource);
        schema::ensure_meta(connection)?;
        if load.is_child && !state::holds_claim(connection, resource, &load.id)? {
            return Err(WriteError::LeaseLost);
        }
        for plan in &load.links {
            state::put(connection, plan.child, CLAIMED_BY, &load.id)?;
        }
        let saved: Option<SavedCheckpoint> = state::read(connection, resource, CHECKPOINT)?;
        if load.mode == LoadMode::Refresh {
            drop_tables(connection, load.table.iter().flat_map(TableSchema::with_children))?;
        }
        let existed = ensure_tables(connection, &load)?;
        if !existed {
            // It is about rows that are gone with their table.
            state::remove(connection, resource, INCREMENTAL)?;
        }
        let parents_without_value = links::parents_without_value(connection, resource)?;
        let mut previous = if load.table.is_some() { state::previous(connection, resource)? } else { None };
        // Rows that are gone with their table have to be read again.
        let is_valid =
            |fingerprint: &String| existed && load.mode == LoadMode::Resume && *fingerprint == load.fingerprint;
        if let Some(done) = state::read::<SavedFinish>(connection, resource, FINISHED)?
            && is_valid(&done.fingerprint)
            && done.is_fresh()
        {
            return Ok(LoadBegin { start: LoadStart::AlreadyDone(done.finished), previous, parents_without_value });
        }
        let has_rows = match load.staging() {
            Some(staging) => schema::exists(connection, &staging.name)?,
            None => !load.is_merged() || state::seen_keys(connection, resource)?.is_some(),
        };
        let resumed = saved.filter(|saved| has_rows && is_valid(&saved.fingerprint));
        if resumed.is_none() {
            if load.only_new() && previous.is_some() && !all_linked(connection, &load)? {
                state::remove(connection, resource, INCREMENTAL)?;
                previous = None;
            }
            self.start_over(&load, previous.is_some())?;
            if load.only_new() && previous.is_none() {
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
        let mut loads = unfinished_loads(connection, &load)?;
        loads.push(load.id.clone());
        if resumed.is_some() {
            self.seen_keys.restore(state::seen_keys(connection, resource)?);
        }
        let target = Target::new(load.staging().as_ref().or(load.table.as_ref()), &load.links);
        self.load = Some(ActiveLoad { target, load, loads, inserted: 0, checkpoint: None, failed: None });
        let start = resumed.map_or(LoadStart::Fresh, |saved| LoadStart::Resume(saved.checkpoint));
        Ok(LoadBegin { start, previous, parents_without_value })
    }

    /// Prepares a load from the first page; with what the last one has left, only new rows come.
    fn start_over(&self, load: &LoadSpec, has_previous: bool) -> Result<(), WriteError> {
        let connection = &self.connection;
        remove_rows(connection, load)?;
        if let Some(staging) = load.staging() {
            drop_tables(connection, staging.with_children())?;
            for table in staging.with_children() {
                connection.execute_batch(&statements::create(table))?;
            }
        }
        for plan in &load.links {
            if load.only_new() && has_previous {
                links::forget_read(connection, plan.child)?;
            } else {
                links::forget(connection, plan.child)?;
            }
            // The child's checkpoint is about other links.
            state::forget(connection, plan.child)?;
        }
        Ok(state::forget(connection, load.resource)?)
    }

    /// The next links that its parent has left for a resource.
    pub(super) fn links(&self, child: &str, after: i64) -> Result<Vec<Link>, WriteError> {
        links::read(&self.connection, child, after)
    }

    pub(super) fn write(&mut self, batch: PageBatch) -> Result<(), WriteError> {
        let Some(active) = &mut self.load else {
            return Err(WriteError::LeaseLost);
        };
        if active.failed.is_some() {
            return Ok(());
        }
        if self.connection.is_autocommit() {
            self.connection.execute_batch("BEGIN IMMEDIATE")?;
        }
        active.inserted += active.target.write(&self.connection, &self.seen_keys, &active.load.id, &batch)?;
        if let Some(quarantined) = &batch.quarantined {
            quarantine::write(&self.connection, &active.load, quarantined)?;
        }
        active.checkpoint = batch.checkpoint;
        Ok(())
    }

    /// Commits what was written. Without a checkpoint, half of a resource is of no use: then it waits.
    pub(super) fn commit(&mut self) -> Result<(), WriteError> {
        if self.save_checkpoint()? {
            self.connection.execute_batch("COMMIT")?;
        }
        Ok(())
    }

    /// The load was cancelled.
    pub(super) fn cancel(&mut self) {
        let _ = self.commit();
        self.load = None;
        self.roll_back();
    }

    /// Undoes what is not committed, and writes no more of this load.
    pub(super) fn abort(&mut self, why: String) {
        self.roll_back();
        if let Some(active) = &mut self.load {
            active.failed.get_or_insert(why);
        }
    }

    /// Saves the checkpoint, if there is one and rows before it that are not committed.
    fn save_checkpoint(&self) -> Result<bool, WriteError> {
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
            state::put_loads(&self.connection, load.resource, loads)?;
        }
        if load.is_merged() {
            state::put(&self.connection, load.resource, SEEN_KEYS, &self.seen_keys.save())?;
        }
        Ok(true)
    }

    /// Ends the load: with its last rows, without them if they could not be written.
    pub(super) fn finish(&mut self, outcome: &LoadOutcome) -> Result<WriteStats, WriteError> {
        let kept = !outcome.interrupted || self.save_checkpoint()? || self.connection.is_autocommit();
        if !kept {
            self.roll_back();
            self.seen_keys.clear();
        }
        let Some(ActiveLoad { load, loads, inserted, failed, .. }) = self.load.take() else {
            return Err(WriteError::LeaseLost);
        };
        if self.connection.is_autocommit() {
            self.connection.execute_batch("BEGIN IMMEDIATE")?;
        }
        if let Err(error) = self.check_lease(&load) {
            self.roll_back();
            return Err(error);
        }
        let (connection, resource) = (&self.connection, load.resource);
        if !kept {
            self.seen_keys.restore(state::seen_keys(connection, resource)?);
        }
        let error = failed.as_ref().or(outcome.error.as_ref());
        if !outcome.interrupted && failed.is_none() {
            if error.is_some() {
                state::put_loads(connection, resource, &loads)?;
                remove_rows(connection, &load)?;
            }
            state::forget(connection, resource)?;
        }
        let counts = outcome.counts;
        let distinct_keys = if load.is_merged() { self.seen_keys.distinct() } else { counts.rows };
        let status = match (error, outcome.required) {
            (Some(_), _) => "failed",
            (None, Some(required)) if distinct_keys < required => "incomplete",
            (None, _) => "complete",
        };
        connection.execute(
            "UPDATE _declarest_loads SET status = ?3, finished_at = ?4, rows = ?5, pages = ?6, expected = ?7, error = ?8
             WHERE load_id = ?1 AND resource = ?2",
            params![load.id, resource, status, now(), counts.rows, outcome.pages, counts.expected, error],
        )?;
        if status == "complete" {
            if let Some((table, staging)) = load.table.as_ref().zip(load.staging()) {
                replace(connection, table, &staging)?;
            }
            if let Some(state) = &outcome.state {
                state::write(connection, resource, INCREMENTAL, state)?;
            }
            if load.table.is_some() {
                state::remove(connection, resource, LOADS)?;
            }
            for plan in load.links.iter().filter(|_| load.incremental) {
                state::put(connection, plan.child, LINK_SHAPE, &plan.shape)?;
            }
            let finished = FinishedLoad { counts, distinct_keys };
            let done = SavedFinish { fingerprint: load.fingerprint, at: Timestamp::now(), finished };
            state::write(connection, resource, FINISHED, &done)?;
        }
        connection.execute_batch("COMMIT")?;
        let inserted = if kept { inserted } else { 0 };
        Ok(WriteStats { inserted, updated: self.seen_keys.updated(), distinct_keys })
    }

    /// Ends the sync: the next one reads again what was finished, by it or by one that was interrupted.
    pub(super) fn finish_sync(&self, resumable: &[&str]) -> Result<(), WriteError> {
        let resumable = serde_json::Value::from(resumable.to_vec()).to_string();
        // Both or none: a child that is finished has links, or has been read.
        let transaction = self.connection.unchecked_transaction()?;
        links::clear(&transaction, &resumable, &self.sync)?;
        state::forget_finished(&transaction, &resumable, &self.sync)?;
        Ok(transaction.commit()?)
    }

    /// Ensures that the load still belongs to this writer: another sync of the resource, or of its parent, takes it over.
    fn check_lease(&self, load: &LoadSpec) -> Result<(), WriteError> {
        let mut running = self.connection.prepare_cached(
            "SELECT 1 FROM _declarest_loads WHERE load_id = ?1 AND resource = ?2 AND status = 'running'",
        )?;
        let holds = running.exists(params![load.id, load.resource])?
            && (!load.is_child || state::holds_claim(&self.connection, load.resource, &load.id)?);
        if holds { Ok(()) } else { Err(WriteError::LeaseLost) }
    }

    fn roll_back(&self) {
        if !self.connection.is_autocommit() {
            // This fails only if SQLite has rolled back by itself.
            let _ = self.connection.execute_batch("ROLLBACK");
        }
    }
}

/// Prepares the tables; returns whether the first was there.
fn ensure_tables(connection: &Connection, load: &LoadSpec) -> Result<bool, WriteError> {
    let mut existed = true;
    for (index, table) in load.table.iter().flat_map(TableSchema::with_children).enumerate() {
        existed &= schema::ensure_table(connection, load.resource, table)? || index > 0;
    }
    // Where rows are merged, the elements of each are looked up.
    for list in load.table.iter().filter(|table| !table.merge_key().is_empty()).flat_map(|table| &table.children) {
        schema::ensure_index(connection, list)?;
    }
    Ok(existed)
}

fn drop_tables<'t>(connection: &Connection, tables: impl Iterator<Item = &'t TableSchema>) -> rusqlite::Result<()> {
    for table in tables {
        connection.execute_batch(&format!("DROP TABLE IF EXISTS {}", statements::name(&table.name)))?;
    }
    Ok(())
}

/// Replaces the old rows by the new ones. The tables themselves stay, with what the user has built on them.
fn replace(connection: &Connection, table: &TableSchema, staging: &TableSchema) -> rusqlite::Result<()> {
    for (old, new) in table.with_children().zip(staging.with_children()) {
        let (from, into, columns) =
            (statements::name(&new.name), statements::name(&old.name), statements::all_columns(old));
        connection.execute_batch(&format!(
            "DELETE FROM {into}; INSERT INTO {into} ({columns}) SELECT {columns} FROM {from}; DROP TABLE {from}"
        ))?;
    }
    Ok(())
}

/// The loads of the table that are not complete. Only where rows are appended, they must be known.
fn unfinished_loads(connection: &Connection, load: &LoadSpec) -> Result<Vec<LoadId>, WriteError> {
    let loads = state::loads(connection, load.resource);
    if load.appended().is_some() && load.mode != LoadMode::Refresh { loads } else { Ok(loads.unwrap_or_default()) }
}

/// Removes the rows of loads that are not complete, and will be read again from their first page, where no key keeps them from
/// being doubled.
fn remove_rows(connection: &Connection, load: &LoadSpec) -> Result<(), WriteError> {
    if load.table.is_none() {
        return Ok(());
    }
    let loads = unfinished_loads(connection, load)?;
    for table in load.appended().into_iter().flat_map(TableSchema::with_children) {
        let delete = format!("DELETE FROM {} WHERE {} = ?1", statements::name(&table.name), statements::LOAD_ID);
        for load in &loads {
            connection.execute(&delete, [load])?;
        }
    }
    Ok(state::remove(connection, load.resource, LOADS)?)
}

/// Whether the rows that were loaded before have left links for each child, in the shape that it is read with now. Where they have not,
/// they must come again, or the child would have rows of the new ones only.
fn all_linked(connection: &Connection, load: &LoadSpec) -> Result<bool, WriteError> {
    for plan in &load.links {
        if state::text(connection, plan.child, LINK_SHAPE)?.is_some_and(|shape| shape == plan.shape) {
            continue;
        }
        return match load.appended() {
            None => Ok(false),
            Some(TableSchema { name, .. }) => Err(WriteError::Schema {
                resource: load.resource,
                message: format!(
                    "the parent fields used by `{child}` changed, and the rows of `{name}` that were loaded before would be missed: sync `{child}` once with `.only`, which reads all of them for it",
                    child = plan.child
                ),
            }),
        };
    }
    Ok(true)
}

/// Refuses to append rows that the table may have already.
fn refuse_doubles(connection: &Connection, load: &LoadSpec) -> Result<(), WriteError> {
    match load.appended() {
        Some(TableSchema { name, .. }) if schema::has_rows(connection, name)? => Err(WriteError::Schema {
            resource: load.resource,
            message: format!("the table `{name}` has rows but no incremental state: appending would duplicate them"),
        }),
        _ => Ok(()),
    }
}
