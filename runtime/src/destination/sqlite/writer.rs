//! The load of a resource: rows and state in one transaction after the other.

use std::sync::Arc;

use rusqlite::{Connection, params};

use super::error::WriteError;
use super::rows::Target;
use super::seen_keys::SeenKeys;
use super::{quarantine, schema, state, statements};
use crate::destination::{
    Lease, LoadEnd, LoadId, LoadOutcome, LoadSpec, LoadStart, Quarantined, StateChange, StateKey, TableStatus,
    WriteStats,
};
use crate::schema::batch::Batch;
use crate::schema::table::{Deleted, TableSchema, WriteDisposition};

/// The one writer of a database.
pub(super) struct LoadWriter {
    connection: Connection,
    seen_keys: Arc<SeenKeys>,
    load: Option<ActiveLoad>,
    /// Whether Declarest's own tables are known to be there.
    is_prepared: bool,
}

struct ActiveLoad {
    spec: LoadSpec,
    target: Option<Target>,
    inserted: u64,
    /// What the commits so far have changed.
    committed: WriteStats,
    /// Why a page could not be written. Nothing is written after that.
    failed: Option<String>,
}

impl LoadWriter {
    pub(super) fn new(connection: Connection) -> rusqlite::Result<Self> {
        let seen_keys = Arc::new(SeenKeys::default());
        SeenKeys::listen(&seen_keys, &connection)?;
        Ok(Self { connection, seen_keys, load: None, is_prepared: false })
    }

    pub(super) fn read_state(&mut self, key: &StateKey) -> Result<Option<String>, WriteError> {
        self.prepare()?;
        Ok(state::read(&self.connection, key)?)
    }

    pub(super) fn write_state(&mut self, leases: &[Lease], changes: &[StateChange]) -> Result<(), WriteError> {
        self.drop_load();
        self.prepare()?;
        self.transaction(|connection| {
            leases.iter().try_for_each(|lease| state::check_lease(connection, lease))?;
            Ok(state::change(connection, changes)?)
        })
    }

    pub(super) fn inspect(&mut self, table: &TableSchema, unfinished: &[LoadId]) -> Result<TableStatus, WriteError> {
        self.drop_load();
        self.prepare()?;
        let connection = &self.connection;
        let mut exists = false;
        for (index, table) in table.with_children().enumerate() {
            let found = schema::check(connection, table)?;
            exists |= found && index == 0;
        }
        let resumable = match table.disposition {
            WriteDisposition::Replace => schema::exists(connection, &staging(table).name)?,
            WriteDisposition::Merge => state::seen_keys(connection, &table.name)?.is_some(),
            _ => true,
        };
        let has_rows = exists && schema::has_rows(connection, &table.name, unfinished)?;
        let is_appended = exists && table.disposition == WriteDisposition::Append;
        let last_load = if is_appended { schema::last_load(connection, table)? } else { None };
        Ok(TableStatus { exists, has_rows, resumable: exists && resumable, last_load })
    }

    pub(super) fn begin(&mut self, spec: LoadSpec, changes: &[StateChange]) -> Result<(), WriteError> {
        self.drop_load();
        self.prepare()?;
        self.seen_keys.clear();
        self.transaction(|connection| {
            state::check_lease(connection, &spec.lease)?;
            state::change(connection, changes)?;
            prepare_tables(connection, &spec)?;
            connection.execute(statements::INTERRUPT_LOADS, [&spec.source, &spec.resource])?;
            connection
                .execute(statements::BEGIN_LOAD, params![spec.lease.load, spec.source, spec.resource, state::now()])?;
            Ok(())
        })?;
        let table = spec.table.as_deref();
        if let Some(table) = table.filter(|table| is_merged(table) && spec.start == LoadStart::Resume) {
            self.seen_keys.restore(state::seen_keys(&self.connection, &table.name)?);
        }
        let staging = table.filter(|table| is_replaced(table)).map(staging);
        let target = match staging.as_ref().or(table) {
            None => None,
            Some(table) => {
                let is_marked = is_merged(table) && schema::is_marked(&self.connection, table)?;
                Some(Target::new(table, is_marked))
            }
        };
        self.load = Some(ActiveLoad { spec, target, inserted: 0, committed: WriteStats::default(), failed: None });
        Ok(())
    }

    pub(super) fn write(&mut self, batch: &Batch) -> Result<(), WriteError> {
        self.write_with(|active, connection, seen| {
            if let Some(target) = &active.target {
                active.inserted += target.write(connection, seen, &active.spec.lease.load, batch)?;
            }
            Ok(())
        })
    }

    pub(super) fn quarantine(&mut self, rows: &Quarantined) -> Result<(), WriteError> {
        self.write_with(|active, connection, _| {
            let ActiveLoad { spec, .. } = active;
            Ok(quarantine::write(connection, &spec.resource, &spec.lease.load, rows)?)
        })
    }

    /// Commits what was written, and the state.
    pub(super) fn commit(&mut self, changes: &[StateChange]) -> Result<(), WriteError> {
        self.write_with(|active, connection, seen| {
            state::change(connection, changes)?;
            if let Some(table) = active.merged() {
                state::put_seen_keys(connection, &table.name, &seen.save())?;
            }
            connection.execute_batch("COMMIT")?;
            active.committed = active.stats(seen);
            Ok(())
        })
    }

    /// What was written so far.
    pub(super) fn stats(&self) -> WriteStats {
        self.load.as_ref().map(|active| active.stats(&self.seen_keys)).unwrap_or_default()
    }

    /// The sync was dropped.
    pub(super) fn cancel(&mut self, changes: Option<&[StateChange]>) {
        if let Some(changes) = changes {
            // Nobody waits for it: what is not committed is read again.
            let _ = self.commit(changes);
        }
        self.drop_load();
    }

    /// Undoes what is not committed, and writes no more of this load.
    pub(super) fn abort(&mut self, why: String) {
        self.roll_back();
        if let Some(active) = &mut self.load {
            active.failed.get_or_insert(why);
        }
    }

    /// Ends the load: with its last rows, without them if they could not be written.
    pub(super) fn finish(&mut self, outcome: &LoadOutcome, changes: &[StateChange]) -> Result<WriteStats, WriteError> {
        let Some(mut active) = self.load.take() else {
            return Err(WriteError::LeaseLost);
        };
        let error = active.failed.as_ref().or(outcome.error.as_ref());
        let end = if active.failed.is_some() { LoadEnd::Interrupted } else { outcome.end };
        if end == LoadEnd::Interrupted {
            self.roll_back();
        } else {
            active.committed = active.stats(&self.seen_keys);
        }
        let (spec, committed) = (&active.spec, &mut active.committed);
        self.transaction(|connection| {
            state::check_lease(connection, &spec.lease)?;
            if end == LoadEnd::Complete && outcome.is_whole {
                committed.deleted = treat_deleted(connection, spec)?;
            }
            if end != LoadEnd::Interrupted {
                state::change(connection, changes)?;
                end_tables(connection, spec, end)?;
            }
            let status = match end {
                LoadEnd::Complete => "complete",
                LoadEnd::Incomplete => "incomplete",
                LoadEnd::Interrupted => "failed",
            };
            let LoadOutcome { rows, pages, expected, .. } = outcome;
            connection.execute(
                statements::END_LOAD,
                params![spec.lease.load, spec.resource, status, state::now(), rows, pages, expected, error],
            )?;
            Ok(())
        })?;
        Ok(active.committed)
    }

    /// Declarest's own tables.
    fn prepare(&mut self) -> Result<(), WriteError> {
        if !self.is_prepared {
            self.transaction(|connection| Ok(schema::ensure_meta(connection)?))?;
            self.is_prepared = true;
        }
        Ok(())
    }

    /// Writes in the transaction of the load; nothing after a page that could not be written.
    fn write_with(
        &mut self,
        write: impl FnOnce(&mut ActiveLoad, &Connection, &SeenKeys) -> Result<(), WriteError>,
    ) -> Result<(), WriteError> {
        let Some(active) = &mut self.load else {
            return Err(WriteError::LeaseLost);
        };
        if active.failed.is_some() {
            return Ok(());
        }
        if self.connection.is_autocommit() {
            self.connection.execute_batch("BEGIN IMMEDIATE")?;
            // No other sync can take it over before the transaction ends.
            state::check_lease(&self.connection, &active.spec.lease)?;
        }
        write(active, &self.connection, &self.seen_keys)
    }

    /// Runs in a transaction: the open one, or one of its own.
    fn transaction(&self, run: impl FnOnce(&Connection) -> Result<(), WriteError>) -> Result<(), WriteError> {
        if self.connection.is_autocommit() {
            self.connection.execute_batch("BEGIN IMMEDIATE")?;
        }
        let done = run(&self.connection).and_then(|()| Ok(self.connection.execute_batch("COMMIT")?));
        if done.is_err() {
            self.roll_back();
        }
        done
    }

    /// Drops a load that was not finished, with what it had not committed.
    fn drop_load(&mut self) {
        self.load = None;
        self.roll_back();
    }

    fn roll_back(&self) {
        if !self.connection.is_autocommit() {
            // This fails only if SQLite has rolled back by itself.
            let _ = self.connection.execute_batch("ROLLBACK");
        }
    }
}

impl ActiveLoad {
    fn merged(&self) -> Option<&TableSchema> {
        self.spec.table.as_deref().filter(|table| is_merged(table))
    }

    fn stats(&self, seen: &SeenKeys) -> WriteStats {
        let distinct_keys = self.merged().map(|_| seen.distinct());
        WriteStats {
            inserted: Some(self.inserted),
            updated: Some(seen.updated()),
            lists_updated: Some(seen.lists_updated()),
            distinct_keys,
            deleted: None,
            quarantined: None,
        }
    }
}

fn is_merged(table: &TableSchema) -> bool {
    table.disposition == WriteDisposition::Merge
}

fn is_replaced(table: &TableSchema) -> bool {
    table.disposition == WriteDisposition::Replace
}

/// The table that replaces this one when it is complete.
fn staging(table: &TableSchema) -> TableSchema {
    let mut staging = table.clone();
    staging.name = format!("_declarest_new_{}", table.name);
    for child in &mut staging.children {
        child.table.name = format!("_declarest_new_{}", child.table.name);
    }
    staging
}

/// Makes the tables of a load, or widens them, and removes what it does not resume.
fn prepare_tables(connection: &Connection, spec: &LoadSpec) -> Result<(), WriteError> {
    let Some(table) = spec.table.as_deref() else { return Ok(()) };
    if spec.start == LoadStart::Refresh {
        schema::drop_tables(connection, table)?;
    }
    for table in table.with_children() {
        schema::ensure(connection, table)?;
    }
    // Where rows are merged, the elements of each are looked up.
    for child in table.children.iter().filter(|_| is_merged(table)) {
        schema::ensure_index(connection, child)?;
    }
    if spec.start != LoadStart::Resume {
        remove_rows(connection, table, &spec.unfinished)?;
        state::forget_seen_keys(connection, &table.name)?;
        if is_replaced(table) {
            let staging = staging(table);
            schema::drop_tables(connection, &staging)?;
            for table in staging.with_children() {
                connection.execute_batch(&statements::create(table))?;
            }
        }
    }
    Ok(())
}

/// Shows the rows of a complete load, or removes those of an incomplete one.
fn end_tables(connection: &Connection, spec: &LoadSpec, end: LoadEnd) -> Result<(), WriteError> {
    let Some(table) = spec.table.as_deref() else { return Ok(()) };
    state::forget_seen_keys(connection, &table.name)?;
    match end {
        LoadEnd::Complete if is_replaced(table) => Ok(replace(connection, table, &staging(table))?),
        LoadEnd::Incomplete => {
            remove_rows(connection, table, &spec.unfinished)?;
            remove_rows(connection, table, std::slice::from_ref(&spec.lease.load))
        }
        _ => Ok(()),
    }
}

/// Marks or removes the rows that are gone; returns how many.
fn treat_deleted(connection: &Connection, spec: &LoadSpec) -> Result<Option<u64>, WriteError> {
    let Some(table) = spec.table.as_deref().filter(|table| is_merged(table)) else { return Ok(None) };
    let count = match table.deleted {
        Deleted::Keep => return Ok(None),
        Deleted::Mark => {
            connection.execute(&statements::mark_deleted(table), params![state::now(), spec.lease.load])?
        }
        Deleted::Remove => {
            for child in &table.children {
                connection.execute(&statements::remove_elements(table, child), [])?;
            }
            connection.execute(&statements::remove_deleted(table), [])?
        }
    };
    Ok(Some(count as u64))
}

/// Removes the rows of loads where no key keeps them from being doubled.
fn remove_rows(connection: &Connection, table: &TableSchema, loads: &[LoadId]) -> Result<(), WriteError> {
    if table.disposition != WriteDisposition::Append {
        return Ok(());
    }
    for table in table.with_children() {
        let delete = format!("DELETE FROM {} WHERE {} = ?1", statements::name(&table.name), statements::LOAD_ID);
        for load in loads {
            connection.execute(&delete, [load])?;
        }
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
