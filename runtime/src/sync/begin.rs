//! How a load begins: who may write, what an earlier load has left, and whether this one resumes it.

use jiff::Timestamp;

use super::SyncRun;
use super::clients::{Clients, Family};
use super::fingerprint::fingerprint;
use super::loading::{appended, disposition, leaves_state};
use super::parent_values::{self, LinkPlan, ParentValuesWriter};
use super::plan::PlannedLoad;
use super::positions::SavedPositions;
use super::resume::{Abandoned, Found};
use super::saved::{
    self, CHECKPOINT, Checkpoint, FINISHED, FinishedLoad, INCREMENTAL, LINK_SHAPE, PreviousState, REFUSED,
    ResourceState, SavedCheckpoint, UNFINISHED,
};
use crate::destination::{Lease, LoadId, LoadSpec, LoadStart, StateChange, TableStatus};
use crate::error::{Error, ErrorKind, Result};
use crate::schema::table::{TableSchema, WriteDisposition};

/// What a load does with what is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LoadMode {
    /// Resumes a load that was interrupted.
    Resume,
    /// Starts at the first page.
    Restart,
    /// Drops the table and its state.
    Refresh,
}

/// How a load begins.
#[expect(clippy::large_enum_variant, reason = "there is one for each load")]
pub(super) enum LoadBegin {
    /// It reads.
    Reading {
        /// Where an interrupted load ended.
        checkpoint: Option<Checkpoint>,
        /// Whether the API has refused that place before.
        refused: bool,
        /// What the last complete load has left.
        previous: Option<PreviousState>,
        /// An interrupted load that is not resumed.
        abandoned: Option<Abandoned>,
        /// That the table has rows of other clients.
        other_clients: Option<&'static str>,
    },
    /// A sync that was interrupted later had finished it.
    AlreadyDone(FinishedLoad),
}

/// A load that has begun in the destination.
pub(super) struct ActiveLoad {
    pub(super) state: ResourceState,
    pub(super) fingerprint: String,
    pub(super) has_table: bool,
    /// The clients whose rows are in the table, if there is one.
    pub(super) clients: Option<Clients>,
    /// The loads whose rows are in the table when this one commits, and which are not complete: this one, and those that it
    /// resumes.
    pub(super) unfinished: Vec<LoadId>,
    /// What its rows leave for its children.
    pub(super) parent_values: Vec<ParentValuesWriter>,
    /// How far the links are that have ended, where each has a position of its own.
    pub(super) positions: Option<SavedPositions>,
    /// Where to resume after what was written since the last commit, if a load can resume there.
    pub(super) checkpoint: Option<Checkpoint>,
}

impl ActiveLoad {
    /// The state to commit together with what was written; `None` where there is nothing to commit, or no load could resume
    /// after it.
    pub(super) fn checkpoint_changes(&mut self) -> Result<Option<Vec<StateChange>>> {
        let Some(checkpoint) = self.checkpoint.take() else { return Ok(None) };
        let saved = SavedCheckpoint { fingerprint: self.fingerprint.clone(), at: Timestamp::now(), checkpoint };
        let mut changes = vec![self.state.put_record(CHECKPOINT, &saved)?];
        if self.has_table {
            changes.push(self.state.put_unfinished(&self.unfinished));
        }
        for values in &mut self.parent_values {
            changes.extend(values.changes()?);
        }
        if let Some(positions) = &mut self.positions {
            changes.extend(positions.changes()?);
        }
        Ok(Some(changes))
    }
}

fn load_start(mode: LoadMode, is_resumed: bool) -> LoadStart {
    match (mode, is_resumed) {
        (LoadMode::Refresh, _) => LoadStart::Refresh,
        (_, true) => LoadStart::Resume,
        (_, false) => LoadStart::Fresh,
    }
}

impl SyncRun<'_> {
    pub(super) fn lease(&self, resource: &str) -> Lease {
        Lease::new(self.client.def().name, resource, &self.load_id)
    }

    /// Takes the resource over, and decides where to start.
    pub(super) async fn begin(&mut self, planned: &PlannedLoad, mode: LoadMode) -> Result<LoadBegin> {
        if self.active.take().is_some() {
            // It starts again: what it has not committed is of no use.
            self.destination.cancel(None);
        }
        let (resource, table) = (planned.entry.def.name, planned.table.as_deref());
        let lease = self.lease(resource);
        let is_child = planned.entry.def.parent.is_some();
        if is_child {
            // Another sync that has begun with the parent has taken the children over.
            lease.check(self.destination.read_state(&lease.key).await?.as_deref())?;
        }
        // A table that is refused disturbs no other sync.
        self.inspect(table, &[], mode).await?;
        self.take_over(planned, if is_child { std::slice::from_ref(&lease) } else { &[] }).await?;
        let (Family { scope, .. }, claim) = self.held_family(planned.entry).await?;
        let state = self.state(resource);
        // Only where rows are appended, it must be known which of them belong to loads that are not complete.
        let must_be_known = appended(planned).is_some() && mode != LoadMode::Refresh;
        let mut unfinished = state.unfinished(&mut *self.destination, must_be_known).await?;
        let status = self.inspect(table, &unfinished, mode).await?;
        let fingerprint = fingerprint(&self.client, planned)?;
        // Rows that are gone with their table have to be read again.
        let is_there = status.exists && mode != LoadMode::Refresh;
        let has_queues = self.has_queues(planned).await?;
        let may_resume = is_there && mode == LoadMode::Resume && has_queues;
        let is_valid = |saved: &String| may_resume && *saved == fingerprint;
        let destination = &mut *self.destination;
        // Rows that are gone are nobody's.
        let clients = if table.is_some() { state.clients(destination).await?.filter(|_| is_there) } else { None };
        let is_known = clients.as_ref().is_none_or(|clients| clients.knows(scope));
        let previous = if is_there && is_known && table.is_some() { state.previous(destination).await? } else { None };
        // The state, or the table, was restored: what it says of rows is wrong where they are appended.
        let is_outdated = {
            let others = clients.as_ref().and_then(|clients| clients.latest_of_others(scope));
            let known = unfinished.iter().chain(previous.as_ref().and_then(PreviousState::load)).chain(others);
            is_outdated(known, status.last_load.as_ref())
        };
        let previous = previous.filter(|_| !is_outdated);
        let is_last = clients.as_ref().is_none_or(|clients| clients.is_last(scope));
        if let Some(done) = state.record::<FinishedLoad>(destination, FINISHED).await?
            && is_valid(&done.fingerprint)
            && is_known
            && (is_last || disposition(planned) != Some(WriteDisposition::Replace))
            && done.is_fresh()
        {
            self.note_only_new(planned, previous.as_ref());
            return Ok(LoadBegin::AlreadyDone(done));
        }
        let found = Found::of(is_there && has_queues && status.resumable && !is_outdated, is_last);
        let (resumed, abandoned) = self.checkpoint(state, mode, found, &fingerprint).await?;
        let destination = &mut *self.destination;
        let refused = resumed.is_some() && state.text(destination, REFUSED).await?.is_some();
        let mut changes = Vec::new();
        let (checkpoint, previous, parent_values) = if let Some(checkpoint) = resumed {
            let mut values = Vec::new();
            for plan in &planned.links {
                values.push(ParentValuesWriter::resumed(destination, plan, state.of(plan.child)).await?);
            }
            (Some(checkpoint), previous, values)
        } else {
            let status = match &clients {
                Some(clients) if leaves_state(planned) => clients.own(scope, status),
                _ => status,
            };
            let (previous, values) = self.start_over(planned, mode, status, previous, &mut changes).await?;
            (None, previous, values)
        };
        changes.extend(claim);
        let positions = self.saved_positions(planned, previous.as_ref(), checkpoint.is_some(), &mut changes).await?;
        let clients = table.map(|_| {
            let mut clients = clients.unwrap_or_default();
            clients.begin(scope, &self.load_id, leaves_state(planned), previous.is_some());
            clients
        });
        if let Some(clients) = &clients {
            changes.push(state.put_clients(clients)?);
        }
        let other_clients = clients.as_ref().and_then(|clients| clients.others_noted(scope, disposition(planned)));
        for table in table.iter().flat_map(|table| table.with_children()) {
            changes.push(saved::put_owner(&table.name, state.source));
        }
        let start = load_start(mode, checkpoint.is_some());
        if !unfinished.contains(&self.load_id) {
            unfinished.push(self.load_id.clone());
        }
        let mut spec = LoadSpec::new(state.source, resource, lease);
        (spec.table, spec.start, spec.unfinished) = (planned.table.clone(), start, unfinished.clone());
        self.destination.begin(spec, changes).await?;
        if start != LoadStart::Resume {
            // The others have been removed.
            unfinished = vec![self.load_id.clone()];
        }
        let has_table = table.is_some();
        self.note_only_new(planned, previous.as_ref());
        self.active = Some(ActiveLoad {
            state,
            fingerprint,
            has_table,
            clients,
            unfinished,
            parent_values,
            positions,
            checkpoint: None,
        });
        Ok(LoadBegin::Reading { checkpoint, refused, previous, abandoned, other_clients })
    }

    /// Keeps for its children whether all rows of a resource come again. One that restarts is decided again.
    fn note_only_new(&mut self, planned: &PlannedLoad, previous: Option<&PreviousState>) {
        let resource = planned.entry.def.name;
        self.only_new.retain(|known| *known != resource);
        if self.brings_only_new(planned, previous) {
            self.only_new.push(resource);
        }
    }

    /// Whether rows that were loaded before do not come again: those of the resource, or of one that it is read for.
    fn brings_only_new(&self, planned: &PlannedLoad, previous: Option<&PreviousState>) -> bool {
        let parent = planned.entry.def.parent;
        (leaves_state(planned) && previous.is_some())
            || parent.is_some_and(|parent| self.only_new.contains(&parent.resource))
    }

    /// Looks at the table, and refuses one that another source loads.
    async fn inspect(
        &mut self,
        table: Option<&TableSchema>,
        unfinished: &[LoadId],
        mode: LoadMode,
    ) -> Result<TableStatus> {
        let Some(table) = table else {
            return Ok(TableStatus { exists: true, has_rows: true, resumable: true, last_load: None });
        };
        let status = self.destination.inspect(table, unfinished).await;
        // Whose table it is comes before how it fits.
        for table in table.with_children() {
            self.check_owner(table).await?;
        }
        match status {
            // It will be dropped.
            Err(error) if mode == LoadMode::Refresh && error.kind() == ErrorKind::Schema => {
                Ok(TableStatus { exists: true, ..TableStatus::default() })
            }
            status => status,
        }
    }

    /// Refuses a table that is there and that another source loads.
    async fn check_owner(&mut self, table: &TableSchema) -> Result<()> {
        let owner = saved::owner(&mut *self.destination, &table.name).await?;
        let Some(owner) = owner.filter(|owner| owner != self.client.def().name) else { return Ok(()) };
        let is_there = match self.destination.inspect(table, &[]).await {
            Err(error) if error.kind() == ErrorKind::Schema => true,
            status => status?.exists,
        };
        if !is_there {
            return Ok(());
        }
        let message = format!("the table `{}` is loaded by another source, `{owner}`", table.name);
        Err(Error::new(ErrorKind::Schema, message).with_help(format!(
            "give the resource another `name`, or each source tables of its own, as by `Sqlite::table_prefix` or a schema of Postgres; if `{owner}` is a former name of this source, rename or drop the table"
        )))
    }

    /// Takes over the resource, and the children that its rows are read for.
    async fn take_over(&mut self, planned: &PlannedLoad, held: &[Lease]) -> Result<()> {
        let resources = [planned.entry.def.name].into_iter().chain(planned.links.iter().map(|plan| plan.child));
        let changes: Vec<_> = resources.map(|resource| self.lease(resource).taken()).collect();
        self.destination.write_state(held, &changes).await
    }

    /// Whether the queues of all children are there.
    async fn has_queues(&mut self, planned: &PlannedLoad) -> Result<bool> {
        for plan in &planned.links {
            if !self.has_queue(planned, plan).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether the queue of a child is there. Where rows do not come again, those below it must be readable, too.
    async fn has_queue(&mut self, planned: &PlannedLoad, plan: &LinkPlan) -> Result<bool> {
        let child = self.state(plan.child);
        if !parent_values::exists(&mut *self.destination, child).await? {
            return Ok(false);
        }
        for below in if leaves_state(planned) { plan.below.as_slice() } else { &[] } {
            let below = self.state(below);
            if !parent_values::is_undamaged(&mut *self.destination, below).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Prepares a load from the first page; with what the last one has left, only new rows come.
    async fn start_over(
        &mut self,
        planned: &PlannedLoad,
        mode: LoadMode,
        status: TableStatus,
        mut previous: Option<PreviousState>,
        changes: &mut Vec<StateChange>,
    ) -> Result<(Option<PreviousState>, Vec<ParentValuesWriter>)> {
        let state = self.state(planned.entry.def.name);
        let only_new = leaves_state(planned) && mode != LoadMode::Refresh;
        if only_new && previous.is_some() && !self.all_linked(planned).await? {
            previous = None;
        }
        if only_new
            && previous.is_none()
            && status.has_rows
            && let Some(TableSchema { name, .. }) = appended(planned)
        {
            let message = format!(
                "the table `{name}` has rows but no incremental state, or an older one: appending would duplicate them"
            );
            return Err(refused(planned, message));
        }
        let brings_only_new = self.brings_only_new(planned, previous.as_ref());
        let destination = &mut *self.destination;
        let mut writers = Vec::new();
        for plan in &planned.links {
            let child = state.of(plan.child);
            // Where only new rows come, what the child has not read to its end stays.
            let is_read = child.text(destination, FINISHED).await?.is_some();
            if !brings_only_new {
                // All rows come again, and until they have come, not all of them have left values.
                changes.push(child.remove(LINK_SHAPE));
            }
            if brings_only_new && !is_read {
                let mut writer = ParentValuesWriter::resumed(destination, plan, child).await?;
                writer.recount();
                writers.push(writer);
            } else {
                let (writer, emptied) = ParentValuesWriter::emptied(destination, plan, child).await?;
                changes.extend(emptied);
                writers.push(writer);
            }
            // The child's checkpoint is about other rows.
            if let Some(saved) = child.record::<SavedCheckpoint>(destination, CHECKPOINT).await? {
                let why = format!("the rows of its parent `{}` are read again", state.resource);
                self.abandoned.push((plan.child, Abandoned { why, counts: saved.checkpoint.counts }));
            }
            changes.extend([CHECKPOINT, FINISHED, REFUSED].map(|name| child.remove(name)));
        }
        changes.extend([CHECKPOINT, FINISHED, REFUSED].map(|name| state.remove(name)));
        // Without a table, rows that were loaded before are not touched.
        if planned.table.is_some() {
            changes.push(state.remove(UNFINISHED));
            if previous.is_none() {
                changes.push(state.remove(INCREMENTAL));
            }
        }
        Ok((previous, writers))
    }

    /// Whether the rows that were loaded before have left values for each child, in the shape that it is read with now. Where they
    /// have not, they must come again, or the child would have rows of the new ones only.
    async fn all_linked(&mut self, planned: &PlannedLoad) -> Result<bool> {
        for plan in &planned.links {
            let child = self.state(plan.child);
            let shape = child.text(&mut *self.destination, LINK_SHAPE).await?;
            if shape.is_some_and(|shape| shape == plan.shape) && self.has_queue(planned, plan).await? {
                continue;
            }
            let tables: Vec<_> = plan.tables.iter().map(|table| format!("`{table}`")).collect();
            return match appended(planned) {
                None => Ok(false),
                Some(TableSchema { name, .. }) => Err(refused(
                    planned,
                    format!(
                        "not all rows of `{name}` that were loaded before have left values for `{child}`, and it would miss them: its parent fields changed, it was left out of a sync or read for its children only, or the values are damaged; sync {} once with `.only`, which reads all rows of `{name}` for it",
                        tables.join(", "),
                        child = plan.child
                    ),
                )),
            };
        }
        Ok(true)
    }
}

/// Whether the latest rows of a table are of a load after all those that the state knows.
fn is_outdated<'l>(known: impl Iterator<Item = &'l LoadId>, last: Option<&'l LoadId>) -> bool {
    last.zip(known.max()).is_some_and(|(last, known)| last > known)
}

/// The table cannot take the rows.
fn refused(planned: &PlannedLoad, message: String) -> Error {
    Error::new(ErrorKind::Schema, message).with_help(format!(
        "change the declaration back, rename or drop the table `{}`, or sync it with `.full_refresh()`, which drops and loads it again",
        planned.entry.def.name
    ))
}
