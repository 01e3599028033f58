//! What `Delta` does, call by call: each commit is an entry of the log, which the tables then follow.

use std::slice;
use std::time::Duration;

use declarest::destination::{
    Lease, LoadEnd, LoadId, LoadOutcome, LoadSpec, LoadStart, Quarantined, StateChange, StateKey, TableStatus,
    WriteStats,
};
use declarest::{Batch, Error, Result, TableSchema, WriteDisposition};
use deltalake::DeltaTable;

use crate::apply::{Fault, apply};
use crate::entry::{Entry, RowsChange, Stage, StageChange, TableChange};
use crate::gather::{change, in_order};
use crate::ledger::Ledger;
use crate::load::{Load, appended};
use crate::place::Place;
use crate::tables::Tables;
use crate::types::{KEY_PROPERTY, check, columns};
use crate::{inspect, tidy};

/// A place that is open.
pub(crate) struct Engine {
    pub(crate) tables: Tables,
    pub(crate) ledger: Ledger,
    /// The number of the entry that the tables are known to have followed.
    applied: u64,
    pub(crate) load: Option<Box<Load>>,
    /// For how long appended rows wait until the tables have them.
    commit_every: Duration,
}

impl Engine {
    pub(crate) fn new(place: &Place, commit_every: Duration) -> Result<Self> {
        let ledger = Ledger::new(place.store()?);
        Ok(Self { tables: Tables::new(place.clone()), ledger, applied: 0, load: None, commit_every })
    }

    pub(crate) async fn read_state(&mut self, key: &StateKey) -> Result<Option<String>> {
        self.catch_up().await?;
        Ok(self.ledger.text(key).map(str::to_owned))
    }

    pub(crate) async fn write_state(&mut self, leases: &[Lease], changes: Vec<StateChange>) -> Result<()> {
        self.load = None;
        self.commit_entry(leases, Entry::new(None, changes)).await
    }

    pub(crate) async fn inspect(&mut self, table: &TableSchema, unfinished: &[LoadId]) -> Result<TableStatus> {
        self.load = None;
        self.catch_up().await?;
        let there = self.check_tables(table).await?;
        let mut status = TableStatus::default();
        let Some(there) = there else { return Ok(status) };
        status.exists = true;
        let stage = self.ledger.stage(&table.name);
        (status.has_rows, status.last_load) = inspect::rows(&there, table, stage, unfinished).await?;
        status.resumable = match stage {
            Some(stage) if unfinished.contains(&stage.load) => inspect::has_files(&self.tables, table, stage).await?,
            _ => table.disposition == WriteDisposition::Append,
        };
        Ok(status)
    }

    /// Refuses tables that cannot take the rows. Returns the resource's own, if there is one.
    async fn check_tables(&mut self, table: &TableSchema) -> Result<Option<DeltaTable>> {
        let mut own = None;
        for (number, schema) in table.with_children().enumerate() {
            let Some(there) = self.tables.get(slice::from_ref(&schema.name)).await? else { continue };
            let state = there.snapshot().map_err(|error| Fault::from(error).explain(&schema.name))?;
            let key = state.metadata().configuration().get(KEY_PROPERTY);
            check(schema, state.schema().as_ref(), key.map(String::as_str))?;
            if number == 0 {
                own = Some(there);
            }
        }
        Ok(own)
    }

    pub(crate) async fn begin(&mut self, spec: LoadSpec, changes: Vec<StateChange>, truncates: bool) -> Result<()> {
        self.load = None;
        self.catch_up().await?;
        spec.lease.check(self.ledger.text(&spec.lease.key))?;
        if spec.start == LoadStart::Resume {
            self.show_staged(&spec).await?;
        }
        let mut entry = Entry::new(Some(&spec), changes);
        let mut next = 0;
        if let Some(table) = spec.table.as_deref() {
            if spec.start != LoadStart::Refresh {
                self.check_tables(table).await?;
            }
            let is_resumed = spec.start == LoadStart::Resume && appended(&spec).is_none();
            let staged = self.ledger.stage(&table.name).filter(|_| is_resumed);
            next = staged.map_or(0, |stage| stage.rows);
            if staged.is_none() {
                entry.stage = Some((table.name.clone(), StageChange::Begin(spec.lease.load.clone())));
            }
            let rows = match (spec.start, table.disposition) {
                (LoadStart::Refresh, _) => RowsChange::Clear,
                (LoadStart::Fresh, WriteDisposition::Append) => RowsChange::Remove(spec.unfinished.clone()),
                _ => RowsChange::None,
            };
            entry.tables = in_order(table, |_, table| TableChange {
                path: vec![table.name.clone()],
                columns: Some(columns(table)),
                rows: rows.clone(),
            });
        }
        self.commit_entry(slice::from_ref(&spec.lease), entry).await?;
        if let Some(table) = spec.table.as_deref() {
            tidy::stage(&self.tables, table, self.ledger.stage(&table.name), &spec.lease.load).await;
        }
        self.load = Some(Box::new(Load::new(spec, next, truncates)));
        Ok(())
    }

    pub(crate) fn write(&mut self, batch: &Batch) -> Result<()> {
        self.load.as_mut().ok_or_else(Error::lease_lost)?.write(batch)
    }

    pub(crate) fn quarantine(&mut self, rows: Quarantined) {
        if let Some(load) = &mut self.load {
            load.quarantined.push(rows);
        }
    }

    pub(crate) async fn commit(&mut self, changes: Vec<StateChange>) -> Result<()> {
        // Taken out: where the future is dropped, the load is, too.
        let mut load = self.load.take().ok_or_else(Error::lease_lost)?;
        let committed = if load.is_broken { Ok(()) } else { self.try_commit(&mut load, changes).await };
        let committed = self.or_lease_lost(&load, committed).await;
        self.put_back(load, committed)
    }

    async fn try_commit(&mut self, load: &mut Load, changes: Vec<StateChange>) -> Result<()> {
        let mut entry = Entry::new(Some(&load.spec), changes);
        let count = load.waiting() as u64;
        self.add_rows(load, &mut entry).await?;
        if let Some(table) = load.appended()
            && load.is_due(self.ledger.stage(&table.name), self.commit_every)
        {
            self.show(&table, StageChange::Begin(load.spec.lease.load.clone()), &mut entry);
            load.is_shown();
        }
        self.add_quarantined(load, &mut entry).await?;
        self.commit_entry(slice::from_ref(&load.spec.lease), entry).await?;
        if !load.is_merged() {
            load.tally.inserted += count;
        }
        Ok(())
    }

    pub(crate) async fn flush(&mut self) -> Result<WriteStats> {
        let Some(mut load) = self.load.take() else { return Ok(WriteStats::default()) };
        let flushed = self.try_flush(&mut load).await;
        let flushed = self.or_lease_lost(&load, flushed).await;
        self.put_back(load, flushed)
    }

    async fn try_flush(&mut self, load: &mut Load) -> Result<WriteStats> {
        self.check_lease(load).await?;
        let mut stats = load.stats();
        if load.is_merged() && !load.is_broken {
            self.stage_rows(load).await?;
            stats.distinct_keys = Some(self.count_keys(load).await?);
        } else {
            stats.inserted = Some(load.tally.inserted + load.waiting() as u64);
        }
        Ok(stats)
    }

    /// Fails where the load's lease is not held any more: then what is staged may be another load's.
    async fn check_lease(&mut self, load: &Load) -> Result<()> {
        self.catch_up().await?;
        load.spec.lease.check(self.ledger.text(&load.spec.lease.key))
    }

    /// Where another sync has taken over, that is why its files were gone.
    async fn or_lease_lost<T>(&mut self, load: &Load, result: Result<T>) -> Result<T> {
        match result {
            Err(error) => Err(self.check_lease(load).await.err().filter(Error::is_lease_lost).unwrap_or(error)),
            done => done,
        }
    }

    /// After an error, nothing more of the load is committed.
    fn put_back<T>(&mut self, mut load: Box<Load>, result: Result<T>) -> Result<T> {
        if result.is_err() {
            load.is_broken = true;
            load.forget();
        }
        self.load = Some(load);
        result
    }

    pub(crate) async fn finish(&mut self, outcome: &LoadOutcome, changes: Vec<StateChange>) -> Result<WriteStats> {
        let mut load = self.load.take().ok_or_else(Error::lease_lost)?;
        let finished = self.try_finish(&mut load, outcome, changes).await;
        self.or_lease_lost(&load, finished).await
    }

    async fn try_finish(
        &mut self,
        load: &mut Load,
        outcome: &LoadOutcome,
        changes: Vec<StateChange>,
    ) -> Result<WriteStats> {
        self.check_lease(load).await?;
        let end = if load.is_broken { LoadEnd::Interrupted } else { outcome.end };
        let mut entry = Entry::new(Some(&load.spec), changes);
        let count = load.waiting() as u64;
        let table = load.spec.table.clone();
        match (end, table.as_deref()) {
            (LoadEnd::Interrupted, _) => {
                load.forget();
                self.show_staged(&load.spec).await?;
                return Ok(load.stats());
            }
            (_, None) => self.add_quarantined(load, &mut entry).await?,
            (_, Some(table)) => {
                match table.disposition {
                    WriteDisposition::Merge => self.add_merge(load, table, outcome, &mut entry).await?,
                    WriteDisposition::Replace => self.add_replaced(load, table, end, &mut entry).await?,
                    WriteDisposition::Append if end == LoadEnd::Complete => {
                        self.add_rows(load, &mut entry).await?;
                        self.show(table, StageChange::Drop, &mut entry);
                    }
                    WriteDisposition::Append => {
                        let mut loads = load.spec.unfinished.clone();
                        loads.push(load.spec.lease.load.clone());
                        entry.tables = in_order(table, |_, table| change(table, RowsChange::Remove(loads.clone())));
                        entry.stage = Some((table.name.clone(), StageChange::Drop));
                    }
                    _ => {}
                }
                self.add_quarantined(load, &mut entry).await?;
            }
        }
        self.commit_entry(slice::from_ref(&load.spec.lease), entry).await?;
        if !load.is_merged() {
            load.tally.inserted += count;
        }
        if let Some(table) = table.as_deref() {
            tidy::stage(&self.tables, table, None, &load.spec.lease.load).await;
            tidy::tables(&mut self.tables, table).await;
        }
        Ok(load.stats())
    }

    /// Shows appended rows that are committed and that the tables do not have yet.
    async fn show_staged(&mut self, spec: &LoadSpec) -> Result<()> {
        let Some(table) = appended(spec) else { return Ok(()) };
        if self.ledger.stage(&table.name).is_none_or(Stage::is_empty) {
            return Ok(());
        }
        let mut entry = Entry::new(Some(spec), Vec::new());
        self.show(&table, StageChange::Drop, &mut entry);
        self.commit_entry(slice::from_ref(&spec.lease), entry).await
    }

    pub(crate) fn cancel(&mut self) {
        self.load = None;
    }

    /// Commits an entry, while these leases are held. The tables then follow.
    async fn commit_entry(&mut self, leases: &[Lease], entry: Entry) -> Result<()> {
        loop {
            self.catch_up().await?;
            for lease in leases {
                lease.check(self.ledger.text(&lease.key))?;
            }
            if entry.is_empty() {
                return Ok(());
            }
            if self.ledger.put(entry.clone()).await? {
                break;
            }
        }
        self.follow().await?;
        self.ledger.compact().await;
        Ok(())
    }

    /// Reads the log, and makes the tables follow it: the writer of the latest entry may have ended before.
    async fn catch_up(&mut self) -> Result<()> {
        self.ledger.refresh().await?;
        self.follow().await
    }

    async fn follow(&mut self) -> Result<()> {
        let seq = self.ledger.seq();
        if self.applied < seq {
            // All before it was followed before it was written.
            apply(&mut self.tables, self.ledger.last(), seq).await?;
            self.applied = seq;
        }
        Ok(())
    }
}
