//! The task that writes: it makes the transactions, each until its outcome is known.

use std::slice;
use std::sync::Arc;

use declarest::destination::{
    LOAD_ID, Lease, LoadEnd, LoadId, LoadOutcome, LoadSpec, LoadStart, StateChange, StateKey, TableStatus, WriteStats,
};
use declarest::{TableSchema, WriteDisposition};
use futures_util::TryFutureExt as _;
use futures_util::future::{OptionFuture, join, try_join};
use tokio_postgres::Client;

use crate::apply::{Applied, apply};
use crate::buffer::Rows;
use crate::error::Fault;
use crate::identifier::{self, qualified, quoted};
use crate::layout::{Layout, new_rows};
use crate::link::{Link, Tries};
use crate::load::{Load, Tally};
use crate::settings::Settings;
use crate::state::Seen;
use crate::{catalog, end, state, tables};

/// The one writer of a destination.
pub(crate) struct Writer {
    link: Link,
    settings: Arc<Settings>,
    /// Whether Declarest's own tables are known to be there.
    is_prepared: bool,
    load: Option<Load>,
    /// The transaction that is open, after `flush`.
    open: Option<Open>,
}

/// A transaction of a load.
#[derive(Default)]
struct Open {
    applied: Applied,
    /// How many of the waiting parts are applied.
    parts: usize,
}

/// What a transaction of a load is for.
enum Then<'t> {
    /// The rows are counted, and the transaction remains open.
    Count,
    Commit(&'t [StateChange]),
    Finish(&'t LoadOutcome, &'t [StateChange], Option<&'t str>),
}

impl Writer {
    pub(crate) fn new(link: Link, settings: Arc<Settings>) -> Self {
        Self { link, settings, is_prepared: false, load: None, open: None }
    }

    pub(crate) fn set(&mut self, settings: Arc<Settings>) {
        self.is_prepared &= self.settings.schema == settings.schema;
        self.settings = settings;
    }

    pub(crate) async fn read_state(&mut self, key: &StateKey) -> Result<Option<String>, Fault> {
        self.prepare().await?;
        let mut tries = Tries::new(self.settings.patience);
        loop {
            let read = match self.link.client().await {
                Ok(client) => state::read(client, &self.settings, key).await,
                Err(fault) => Err(fault),
            };
            match read {
                Ok(text) => return Ok(text),
                Err(fault) => {
                    self.open = None;
                    tries.again(&mut self.link, fault).await?;
                }
            }
        }
    }

    pub(crate) async fn write_state(&mut self, leases: &[Lease], changes: &[StateChange]) -> Result<(), Fault> {
        self.drop_load().await;
        self.prepare().await?;
        let mut tries = Tries::new(self.settings.patience);
        loop {
            match self.try_write_state(leases, changes, tries.is_first).await {
                Ok(()) => return Ok(()),
                Err(fault) => tries.again(&mut self.link, fault).await?,
            }
        }
    }

    async fn try_write_state(
        &mut self,
        leases: &[Lease],
        changes: &[StateChange],
        is_first: bool,
    ) -> Result<(), Fault> {
        let Self { link, settings, .. } = self;
        let client = link.client().await?;
        let prelude = settings.begin();
        let (begun, held) = join(client.batch_execute(&prelude), state::hold(client, settings, leases)).await;
        begun?;
        // The commit before may have gone through, and have given the leases up.
        if is_first || !state::is_changed(client, settings, changes).await? {
            held?;
            state::change(client, settings, changes).await?;
        }
        Ok(client.batch_execute("COMMIT").await?)
    }

    pub(crate) async fn inspect(&mut self, table: &TableSchema, unfinished: &[LoadId]) -> Result<TableStatus, Fault> {
        identifier::check(table)?;
        self.drop_load().await;
        self.prepare().await?;
        let mut tries = Tries::new(self.settings.patience);
        loop {
            match self.try_inspect(table, unfinished).await {
                Ok(status) => return Ok(status),
                Err(fault) => tries.again(&mut self.link, fault).await?,
            }
        }
    }

    async fn try_inspect(&mut self, table: &TableSchema, unfinished: &[LoadId]) -> Result<TableStatus, Fault> {
        let Self { link, settings, .. } = self;
        let client = link.client().await?;
        client.batch_execute(&settings.begin()).await?;
        let mut status = TableStatus::default();
        let mut has_load_id = false;
        for (index, table) in table.with_children().enumerate() {
            let Some(there) = catalog::read(client, &settings.schema, &table.name).await? else { continue };
            there.check(table, settings)?;
            if index == 0 {
                (status.exists, has_load_id) = (true, there.columns.contains_key(LOAD_ID));
            }
        }
        if status.exists {
            status.resumable = match table.disposition {
                WriteDisposition::Replace => {
                    catalog::read(client, &settings.schema, &new_rows(&table.name)).await?.is_some()
                }
                WriteDisposition::Merge => state::seen(client, settings, &table.name).await?.is_some(),
                _ => true,
            };
            let loads: Vec<_> = unfinished.iter().map(LoadId::as_str).collect();
            let name = qualified(&settings.schema, &table.name);
            status.has_rows = if has_load_id {
                end::has_rows(client, settings, &table.name, &loads).await?
            } else {
                client.query_typed_one(&format!("SELECT EXISTS (SELECT 1 FROM {name})"), &[]).await?.try_get(0)?
            };
            if table.disposition == WriteDisposition::Append && has_load_id {
                let latest = format!("SELECT max({}) FROM {name}", quoted(LOAD_ID));
                let latest: Option<String> = client.query_typed_one(&latest, &[]).await?.try_get(0)?;
                status.last_load = latest.map(LoadId::from);
            }
        }
        client.batch_execute("COMMIT").await?;
        Ok(status)
    }

    pub(crate) async fn begin(
        &mut self,
        spec: LoadSpec,
        changes: &[StateChange],
    ) -> Result<Option<Arc<Layout>>, Fault> {
        spec.table.as_deref().map_or(Ok(()), identifier::check)?;
        self.drop_load().await;
        self.prepare().await?;
        let mut tries = Tries::new(self.settings.patience);
        loop {
            match self.try_begin(&spec, changes).await {
                Ok((layout, seen)) => {
                    self.load = Some(Load::new(spec, layout.clone(), seen));
                    return Ok(layout);
                }
                Err(fault) => tries.again(&mut self.link, fault).await?,
            }
        }
    }

    async fn try_begin(
        &mut self,
        spec: &LoadSpec,
        changes: &[StateChange],
    ) -> Result<(Option<Arc<Layout>>, Seen), Fault> {
        let Self { link, settings, .. } = self;
        let client = link.client().await?;
        begin_held(client, settings, &spec.lease).await?;
        state::change(client, settings, changes).await?;
        let layout = tables::prepare(client, settings, spec).await?;
        state::begin_load(client, settings, spec).await?;
        let mut seen = None;
        if spec.start == LoadStart::Resume
            && let Some(table) = spec.table.as_deref()
        {
            seen = state::seen(client, settings, &table.name).await?;
        }
        client.batch_execute("COMMIT").await?;
        Ok((layout, seen.unwrap_or_default()))
    }

    /// Writes the rows that wait, and counts what the load has changed with them; they are committed later.
    pub(crate) async fn flush(&mut self, rows: Arc<Rows>) -> Result<WriteStats, Fault> {
        let Some(load) = &mut self.load else { return Ok(WriteStats::default()) };
        load.waiting.extend(Some(rows).filter(|rows| !rows.is_empty()));
        if load.waiting.is_empty() || load.failed.is_some() {
            return Ok(load.stats());
        }
        self.transact(&Then::Count).await
    }

    /// Commits rows, and the state.
    pub(crate) async fn commit(&mut self, rows: Arc<Rows>, changes: &[StateChange]) -> Result<(), Fault> {
        let Some(load) = &mut self.load else { return Err(Fault::LeaseLost) };
        if load.failed.is_some() {
            return Ok(());
        }
        load.waiting.extend(Some(rows).filter(|rows| !rows.is_empty()));
        self.transact(&Then::Commit(changes)).await.map(drop)
    }

    /// Undoes what is not committed, and writes no more of this load.
    pub(crate) async fn abort(&mut self, why: String) {
        self.roll_back().await;
        if let Some(load) = &mut self.load {
            load.failed.get_or_insert(why);
            load.waiting.clear();
        }
    }

    /// The sync was dropped.
    pub(crate) async fn cancel(&mut self, rows: Arc<Rows>, changes: Option<&[StateChange]>) {
        if let Some(changes) = changes {
            // Nobody waits for it: what is not committed is read again.
            let _ = self.commit(rows, changes).await;
        }
        self.drop_load().await;
    }

    /// Ends the load: with its last rows, without them if they could not be written.
    pub(crate) async fn finish(
        &mut self,
        rows: Arc<Rows>,
        mut outcome: LoadOutcome,
        changes: &[StateChange],
    ) -> Result<WriteStats, Fault> {
        let Some(load) = &mut self.load else { return Err(Fault::LeaseLost) };
        let error = load.failed.clone().or_else(|| outcome.error.clone());
        if load.failed.is_some() {
            outcome.end = LoadEnd::Interrupted;
        }
        if outcome.end == LoadEnd::Interrupted {
            load.waiting.clear();
            self.roll_back().await;
        } else {
            load.waiting.extend(Some(rows).filter(|rows| !rows.is_empty()));
        }
        let ended = self.transact(&Then::Finish(&outcome, changes, error.as_deref())).await;
        self.drop_load().await;
        ended
    }

    /// Makes a transaction, again where the connection breaks, until it is known whether it has gone through.
    async fn transact(&mut self, then: &Then<'_>) -> Result<WriteStats, Fault> {
        let mut tries = Tries::new(self.settings.patience);
        let mut sent = None;
        loop {
            match self.try_transact(then, &mut sent).await {
                Ok(stats) => return Ok(stats),
                Err(fault) => {
                    self.open = None;
                    tries.again(&mut self.link, fault).await?;
                }
            }
        }
    }

    /// One try. `sent` is the outcome of a commit of which it is not known whether it has gone through.
    async fn try_transact(&mut self, then: &Then<'_>, sent: &mut Option<Tally>) -> Result<WriteStats, Fault> {
        let Self { link, settings, load, open, .. } = self;
        let Some(load) = load else { return Err(Fault::LeaseLost) };
        let client = link.client().await?;
        if open.is_none() {
            // Waits for the end of a transaction whose connection has broken.
            begin_held(client, settings, &load.spec.lease).await?;
            if let Some(tally) = sent.take()
                && state::commits(client, settings, &load.spec).await? > load.commits
            {
                client.batch_execute("ROLLBACK").await?;
                return Ok(committed(load, tally));
            }
        }
        let Open { applied, parts } = open.get_or_insert_default();
        while let Some(rows) = load.waiting.get(*parts) {
            apply(client, settings, &load.spec, load.layout.as_deref(), rows, applied).await?;
            *parts += 1;
        }
        let mut tally = load.tally.with(applied);
        match then {
            Then::Count => return Ok(tally.stats(load.is_merged())),
            Then::Commit(changes) => {
                let table = load.spec.table.as_deref().filter(|_| load.is_merged() || tally.quarantined > 0);
                let seen =
                    table.map(|table| state::put_seen(client, settings, &table.name, &tally.seen, tally.quarantined));
                let seen = OptionFuture::from(seen);
                let (written, seen) = join(state::change(client, settings, changes), seen).await;
                written.and(seen.unwrap_or(Ok(())))?;
            }
            Then::Finish(outcome, changes, error) => {
                if outcome.end != LoadEnd::Interrupted {
                    state::change(client, settings, changes).await?;
                    end::tables(client, settings, load, outcome, &mut tally).await?;
                }
                end::note(client, settings, load, outcome, *error).await?;
            }
        }
        *sent = Some(tally.clone());
        *open = None;
        // Both are sent at once: a transaction of which a statement has failed cannot be committed.
        let counted = state::count_commit(client, settings, &load.spec, load.commits + 1);
        try_join(counted, client.batch_execute("COMMIT").map_err(Fault::from)).await?;
        Ok(committed(load, tally))
    }

    /// Declarest's own tables.
    async fn prepare(&mut self) -> Result<(), Fault> {
        let mut tries = Tries::new(self.settings.patience);
        while !self.is_prepared {
            match self.try_prepare().await {
                Ok(()) => self.is_prepared = true,
                Err(fault) => tries.again(&mut self.link, fault).await?,
            }
        }
        Ok(())
    }

    async fn try_prepare(&mut self) -> Result<(), Fault> {
        let client = self.link.client().await?;
        client.batch_execute(&self.settings.begin()).await?;
        state::ensure_tables(client, &self.settings).await?;
        Ok(client.batch_execute("COMMIT").await?)
    }

    /// Drops a load that was not finished, with what it had not committed.
    async fn drop_load(&mut self) {
        self.load = None;
        self.roll_back().await;
    }

    async fn roll_back(&mut self) {
        if self.open.take().is_some() {
            self.link.reset().await;
        }
    }
}

/// Begins a transaction in which a lease is held. Both are sent at once.
async fn begin_held(client: &Client, settings: &Settings, lease: &Lease) -> Result<(), Fault> {
    let prelude = settings.begin();
    let begun = client.batch_execute(&prelude).map_err(Fault::from);
    try_join(begun, state::hold(client, settings, slice::from_ref(lease))).await.map(drop)
}

/// A commit has gone through.
fn committed(load: &mut Load, tally: Tally) -> WriteStats {
    load.tally = tally;
    load.commits += 1;
    load.waiting.clear();
    load.stats()
}
