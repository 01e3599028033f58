//! The load of a resource: rows and checkpoint in one transaction after the other.

use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::rows::Target;
use super::schema;
use super::schema::Refusal;
use super::seen_keys::Seen;
use super::state;
use super::state::{CHECKPOINT, Done, FINISHED, HEIR, INCREMENTAL, LINKED, LOADS, MET, Saved, now};
use super::{links, quarantine};
use crate::destination::{Batch, Begin, Begun, Checkpoint, Finished, Link, Load, Mode, Outcome, Table, Written};

/// The one writer of a database.
pub(super) struct Writer {
    connection: Connection,
    seen: Arc<Seen>,
    load: Option<Running>,
    /// The id of the latest sync.
    sync: String,
}

struct Running {
    load: Load,
    target: Target,
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
        Ok(Self { connection, seen, load: None, sync: String::new() })
    }

    pub(super) fn begin(&mut self, load: Load) -> Result<Begin, Refusal> {
        self.abandon();
        self.seen.clear();
        self.sync.clone_from(&load.id);
        self.connection.execute_batch("BEGIN IMMEDIATE")?;
        let begun = self.prepare(load);
        match begun {
            Ok(_) => self.connection.execute_batch("COMMIT")?,
            Err(_) => self.roll_back(),
        }
        begun
    }

    fn prepare(&mut self, load: Load) -> Result<Begin, Refusal> {
        let (connection, resource) = (&self.connection, load.resource);
        schema::ensure_meta(connection)?;
        if load.inherits && !state::inherits(connection, resource, &load.id)? {
            return Err(taken_over().into());
        }
        for plan in &load.links {
            state::put(connection, plan.child, HEIR, &load.id)?;
        }
        let saved = state::checkpoint(connection, resource, load.is_merged())?;
        if load.mode == Mode::Refresh {
            drop_tables(connection, load.table.iter().flat_map(Table::all))?;
        }
        let kept = ensure_tables(connection, load.table.as_ref())?;
        if !kept {
            // It speaks of rows that went with their table.
            state::remove(connection, resource, INCREMENTAL)?;
        }
        let unasked = links::unasked(connection, resource)?;
        let mut state = if load.table.is_some() { state::text(connection, resource, INCREMENTAL)? } else { None };
        if let Some(done) = state::read::<Done>(connection, resource, FINISHED)?
            && kept
            && load.mode == Mode::Resume
            && done.fingerprint == load.fingerprint
            && done.is_fresh()
        {
            return Ok(Begin { begun: Begun::Finished(done.finished), state, unasked });
        }
        let staged = match load.staging() {
            Some(staging) => schema::exists(connection, &staging.name)?,
            None => true,
        };
        let goes_on = |saved: &Saved| {
            // Rows that went with their table have to be read again.
            kept && staged && load.mode == Mode::Resume && saved.fingerprint == load.fingerprint
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
            self.seen.restore(state::met(connection, resource)?);
        }
        let target = Target::new(load.staging().as_ref().or(load.table.as_ref()), &load.links);
        self.load = Some(Running { target, load, loads, inserted: 0, checkpoint: None, failed: None });
        let begun = resumed.map_or(Begun::New, |saved| Begun::GoesOn(saved.checkpoint));
        Ok(Begin { begun, state, unasked })
    }

    /// Makes ready for a load from the first page; with what the last one has left, only new rows come.
    fn start_over(&self, load: &Load, goes_on: bool) -> rusqlite::Result<()> {
        let connection = &self.connection;
        remove_rows(connection, load)?;
        if let Some(staging) = load.staging() {
            drop_tables(connection, staging.all())?;
            for table in staging.all() {
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

    pub(super) fn write(&mut self, batch: Batch) -> rusqlite::Result<()> {
        let Some(running) = &mut self.load else {
            return Err(taken_over());
        };
        if running.failed.is_some() {
            return Ok(());
        }
        if self.connection.is_autocommit() {
            self.connection.execute_batch("BEGIN IMMEDIATE")?;
        }
        running.inserted += running.target.write(&self.connection, &self.seen, &running.load.id, &batch)?;
        if let Some(aside) = &batch.aside {
            quarantine::write(&self.connection, running.load.resource, &running.load.id, aside)?;
        }
        running.checkpoint = batch.behind;
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
        let saved = Saved { fingerprint: load.fingerprint.clone(), checkpoint: checkpoint.clone() };
        self.hold(load)?;
        state::write(&self.connection, load.resource, CHECKPOINT, &saved)?;
        if load.table.is_some() {
            state::write(&self.connection, load.resource, LOADS, loads)?;
        }
        if load.is_merged() {
            state::put(&self.connection, load.resource, MET, &self.seen.save())?;
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
            self.seen.restore(state::met(&self.connection, running.load.resource)?);
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
        let distinct_keys = if running.load.is_merged() { self.seen.distinct() } else { outcome.rows };
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
                state::put(&self.connection, plan.child, LINKED, &plan.shape)?;
            }
            let &Outcome { rows, filtered, quarantined, expected, .. } = outcome;
            let finished = Finished { rows, filtered, quarantined, expected, distinct_keys };
            let done = Done { fingerprint: running.load.fingerprint, at: Timestamp::now(), finished };
            state::write(&self.connection, resource, FINISHED, &done)?;
        }
        self.connection.execute_batch("COMMIT")?;
        let inserted = if kept { running.inserted } else { 0 };
        Ok(Written { inserted, updated: self.seen.updated(), distinct_keys })
    }

    /// Ends the sync: what was finished, by it or by one that was interrupted, is read again by the next one.
    pub(super) fn end(&self, kept: &[&str]) -> rusqlite::Result<()> {
        let kept = serde_json::Value::from(kept.to_vec()).to_string();
        // Both or none: a child that is finished has links, or has been read.
        let transaction = self.connection.unchecked_transaction()?;
        links::clear(&transaction, &kept, &self.sync)?;
        state::forget_finished(&transaction, &kept, &self.sync)?;
        transaction.commit()
    }

    /// Makes sure that the load is still this one's: another sync of the resource, or of its parent, takes it over.
    fn hold(&self, load: &Load) -> rusqlite::Result<()> {
        let mut held = self.connection.prepare_cached(
            "SELECT 1 FROM _declarest_loads WHERE load_id = ?1 AND resource = ?2 AND status = 'running'",
        )?;
        let held = held.exists(params![load.id, load.resource])?
            && (!load.inherits || state::inherits(&self.connection, load.resource, &load.id)?);
        if held { Ok(()) } else { Err(taken_over()) }
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

/// Makes the tables ready; says whether the first was there.
fn ensure_tables(connection: &Connection, table: Option<&Table>) -> Result<bool, Refusal> {
    let mut kept = true;
    for (index, table) in table.iter().flat_map(|table| table.all()).enumerate() {
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
    for (old, new) in table.all().zip(staging.all()) {
        let (from, into, columns) = (schema::name(&new.name), schema::name(&old.name), schema::all_columns(old));
        connection.execute_batch(&format!(
            "DELETE FROM {into}; INSERT INTO {into} ({columns}) SELECT {columns} FROM {from}; DROP TABLE {from}"
        ))?;
    }
    Ok(())
}

/// Removes the rows of loads that have not come to their end, and will be made again from their first page, where no key keeps them
/// from being doubled.
fn remove_rows(connection: &Connection, load: &Load) -> rusqlite::Result<()> {
    if load.table.is_none() {
        return Ok(());
    }
    let loads: Vec<String> = state::read(connection, load.resource, LOADS)?.unwrap_or_default();
    for table in load.appended().into_iter().flat_map(Table::all) {
        let delete = format!("DELETE FROM {} WHERE {} = ?1", schema::name(&table.name), schema::LOAD_ID);
        for load in &loads {
            connection.execute(&delete, [load])?;
        }
    }
    state::remove(connection, load.resource, LOADS)
}

/// Whether the rows that were loaded before have left links for each child, in the shape that it is read with now. Where they have not,
/// they must come again, or the child would have rows of the new ones alone.
fn all_linked(connection: &Connection, load: &Load) -> Result<bool, Refusal> {
    for plan in &load.links {
        if state::text(connection, plan.child, LINKED)?.is_some_and(|shape| shape == plan.shape) {
            continue;
        }
        return match load.appended() {
            None => Ok(false),
            Some(Table { name, .. }) => Err(Refusal::Schema(format!(
                "`{}` is read for each row of `{name}` in another way than before, and only new rows of that would come: sync `{}` once with `.only`, which reads all of them for it",
                plan.child, plan.child
            ))),
        };
    }
    Ok(true)
}

/// Refuses rows that nothing tells from those of a table: they would be there twice.
fn refuse_doubles(connection: &Connection, load: &Load) -> Result<(), Refusal> {
    match load.appended() {
        Some(Table { name, .. }) if schema::has_rows(connection, name)? => Err(Refusal::Schema(format!(
            "the table `{name}` holds rows, and no run before has left where `incremental` could go on: they would be loaded twice"
        ))),
        _ => Ok(()),
    }
}

impl Load {
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
