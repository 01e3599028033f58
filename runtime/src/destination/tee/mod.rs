//! Two destinations that are written at once.

mod mark;

use std::collections::HashMap;

use futures_util::future::join;

use self::mark::{Relation, Resource, Step};
use super::{
    Capabilities, Destination, DestinationFuture, Lease, LoadEnd, LoadId, LoadOutcome, LoadSpec, LoadStart,
    Quarantined, StateChange, StateKey, StateStore, TableStatus, WriteStats,
};
use crate::error::{Error, ErrorKind, Result};
use crate::schema::batch::Batch;
use crate::schema::table::TableSchema;

/// What a load that is to be the same in both must not find: where an earlier one has ended.
const PLACES: [&str; 2] = ["checkpoint", "finished"];

/// Two destinations that a sync writes at once: the API is read once, and both get the same rows.
///
/// ```
/// # #[cfg(feature = "sqlite")]
/// # async fn example(client: declarest::Client) -> declarest::Result<()> {
/// use declarest::{Sqlite, Tee};
///
/// let mut both = Tee::new(Sqlite::open("issues.db")?, Sqlite::open("copy/issues.db")?);
/// client.sync(&mut both).await?;
/// # Ok(()) }
/// ```
///
/// A `Tee` is a destination itself: `Tee::new(a, Tee::new(b, c))` writes three. Handles that are used again are borrowed:
/// `Tee::new(&mut a, &mut b)`.
///
/// # What is guaranteed
///
/// - In each of the two, rows and state are one commit, as without the other. **The two commits are not one**: a program that is
///   killed between them leaves one of the two a commit ahead.
/// - The next sync through a `Tee` sees that. Then it begins the resource where the last load that both have completed has
///   ended, instead of resuming, and removes from both what was written since. After it, both have the same rows again, none
///   lost or doubled.
/// - The slower one sets the pace. Where one of the two fails, the load fails in both.
/// - A resource must fit both: what one of them cannot do, such as `merge`, the `Tee` cannot do.
///
/// # What is not
///
/// - Two that were loaded apart are not brought together. A resource that one of them was synced with alone is refused, with
///   [`Config`](ErrorKind::Config); [`full_refresh`](crate::SyncBuilder::full_refresh) loads it again into both.
/// - A sync that is dropped commits nothing more, in neither of the two.
/// - The report counts new and changed rows of the first one.
#[derive(Debug)]
pub struct Tee<A, B> {
    first: A,
    second: B,
    /// The source of the resource that was asked for last.
    source: String,
    /// How far both are, as far as that was read.
    steps: HashMap<Resource, Step>,
    /// Texts that differ between the two, as the one that is behind has them.
    differing: HashMap<StateKey, Option<String>>,
    /// The load that has begun.
    active: Option<Active>,
}

/// A load that has begun.
#[derive(Debug)]
struct Active {
    resource: Resource,
    /// Whether each commit was made by both.
    is_sound: bool,
}

impl<A: Destination, B: Destination> Tee<A, B> {
    /// Writes both.
    pub fn new(first: A, second: B) -> Self {
        let (source, steps, differing) = (String::new(), HashMap::new(), HashMap::new());
        Self { first, second, source, steps, differing, active: None }
    }

    /// The two.
    pub fn into_inner(self) -> (A, B) {
        (self.first, self.second)
    }

    async fn step(&mut self, resource: &Resource) -> Result<Step> {
        if let Some(step) = self.steps.get(resource) {
            return Ok(step.clone());
        }
        let key = mark::key(resource);
        let (first, second) = join(self.first.read_state(&key), self.second.read_state(&key)).await;
        let step = Step::read(resource, first?.as_deref(), second?.as_deref())?;
        self.steps.insert(resource.clone(), step.clone());
        Ok(step)
    }

    /// The text that counts.
    async fn read(&mut self, key: &StateKey) -> Result<Option<String>> {
        let (first, second) = join(self.first.read_state(key), self.second.read_state(key)).await;
        let (first, second) = (first?, second?);
        let resource = (key.source.clone(), key.resource.clone());
        // What belongs to a table is the same, whatever its source.
        if key.source.is_empty() {
            return Ok(first.or(second));
        }
        self.source.clone_from(&key.source);
        let relation = self.step(&resource).await?.relation();
        let (differs, behind) = match relation {
            Relation::SecondBehind => (first != second, second),
            _ => (first != second, first),
        };
        let is_out_of_step = matches!(relation, Relation::FirstBehind | Relation::SecondBehind);
        let name = key.name.split_once('@').map_or(key.name.as_str(), |(name, _)| name);
        let found = behind.filter(|_| !is_out_of_step || !PLACES.contains(&name));
        if differs && self.active.is_none() {
            self.differing.insert(key.clone(), found.clone());
        }
        Ok(found)
    }

    /// The changes, and that both have made one more commit of each resource that they are about.
    async fn marked(&mut self, mut changes: Vec<StateChange>, end: Option<LoadEnd>) -> Result<Vec<StateChange>> {
        let own = self.active.as_ref().map(|active| active.resource.clone());
        if self.active.as_ref().is_some_and(|active| !active.is_sound) {
            return Ok(changes);
        }
        let mut resources: Vec<Resource> = changes
            .iter()
            .map(|change| (change.key.source.clone(), change.key.resource.clone()))
            .filter(|(source, _)| !source.is_empty())
            .chain(own.clone())
            .collect();
        resources.sort();
        resources.dedup();
        for resource in resources {
            let Some(mut next) = self.step(&resource).await?.next() else { continue };
            if own.as_ref() == Some(&resource) && end.is_some_and(|end| end != LoadEnd::Interrupted) {
                next = next.ended();
            }
            changes.extend(next.change(&resource)?);
            self.steps.insert(resource, next);
        }
        Ok(changes)
    }

    /// The result of both. After a failure, nobody knows which of them has committed.
    fn both<T>(&mut self, first: Result<T>, second: Result<T>) -> Result<(T, T)> {
        match (first, second) {
            (Ok(first), Ok(second)) => Ok((first, second)),
            (Err(error), _) | (_, Err(error)) => {
                self.steps.clear();
                if let Some(active) = &mut self.active {
                    active.is_sound = false;
                }
                Err(error)
            }
        }
    }

    async fn begin_both(&mut self, mut load: LoadSpec, mut changes: Vec<StateChange>) -> Result<()> {
        let resource = (load.source.clone(), load.resource.clone());
        let step = self.step(&resource).await?;
        let relation = step.relation();
        let differing: Vec<_> = self
            .differing
            .extract_if(|key, _| key.source == resource.0 && key.resource == resource.1)
            .map(|(key, value)| StateChange { key, value })
            .collect();
        let is_apart = relation == Relation::Apart || (relation == Relation::InStep && !differing.is_empty());
        if is_apart && load.start != LoadStart::Refresh {
            return Err(apart(&load.resource));
        }
        let lost = step.unfinished().filter(|lost| !load.unfinished.contains(lost));
        load.unfinished.extend(lost);
        let begun = step.begun(&load.lease.load);
        changes.extend(begun.change(&resource)?);
        let mended = differing.into_iter().filter(|old| changes.iter().all(|change| change.key != old.key));
        let mended: Vec<_> = mended.chain(changes.iter().cloned()).collect();
        self.active = Some(Active { resource: resource.clone(), is_sound: true });
        // The one that is ahead comes first: killed between the two, the other one still says what counts.
        let result = if relation == Relation::FirstBehind {
            match self.second.begin(load.clone(), mended).await {
                Ok(()) => self.first.begin(load, changes).await,
                error => error,
            }
        } else {
            match self.first.begin(load.clone(), mended).await {
                Ok(()) => self.second.begin(load, changes).await,
                error => error,
            }
        };
        self.both(result, Ok(()))?;
        self.steps.insert(resource, begun);
        Ok(())
    }

    async fn inspect_both(&mut self, table: &TableSchema, unfinished: &[LoadId]) -> Result<TableStatus> {
        let step = self.step(&(self.source.clone(), table.name.clone())).await?;
        let unfinished: Vec<_> = unfinished.iter().cloned().chain(step.unfinished()).collect();
        let inspected = join(self.first.inspect(table, &unfinished), self.second.inspect(table, &unfinished)).await;
        let (first, second) = (inspected.0?, inspected.1?);
        Ok(TableStatus {
            exists: first.exists && second.exists,
            has_rows: first.has_rows || second.has_rows,
            resumable: first.resumable && second.resumable,
            last_load: first.last_load.min(second.last_load),
        })
    }
}

impl<A: Destination, B: Destination> StateStore for Tee<A, B> {
    fn read_state<'a>(&'a mut self, key: &'a StateKey) -> DestinationFuture<'a, Option<String>> {
        Box::pin(self.read(key))
    }

    fn write_state<'a>(&'a mut self, leases: &'a [Lease], changes: &'a [StateChange]) -> DestinationFuture<'a, ()> {
        Box::pin(async move {
            self.steps.clear();
            let changes = self.marked(changes.to_vec(), None).await?;
            let first = self.first.write_state(leases, &changes);
            let (first, second) = join(first, self.second.write_state(leases, &changes)).await;
            let written = self.both(first, second).map(drop);
            self.steps.clear();
            written
        })
    }
}

impl<A: Destination, B: Destination> Destination for Tee<A, B> {
    fn capabilities(&self) -> Capabilities {
        self.first.capabilities().and(self.second.capabilities())
    }

    fn inspect<'a>(
        &'a mut self,
        table: &'a TableSchema,
        unfinished: &'a [LoadId],
    ) -> DestinationFuture<'a, TableStatus> {
        Box::pin(self.inspect_both(table, unfinished))
    }

    fn begin(&mut self, load: LoadSpec, changes: Vec<StateChange>) -> DestinationFuture<'_, ()> {
        Box::pin(self.begin_both(load, changes))
    }

    fn write(&mut self, batch: Batch) -> DestinationFuture<'_, ()> {
        Box::pin(async move {
            let (first, second) = join(self.first.write(batch.clone()), self.second.write(batch)).await;
            self.both(first, second).map(drop)
        })
    }

    fn quarantine(&mut self, rows: Quarantined) -> DestinationFuture<'_, ()> {
        Box::pin(async move {
            let (first, second) = join(self.first.quarantine(rows.clone()), self.second.quarantine(rows)).await;
            self.both(first, second).map(drop)
        })
    }

    fn commit(&mut self, changes: Vec<StateChange>) -> DestinationFuture<'_, ()> {
        Box::pin(async move {
            let changes = self.marked(changes, None).await?;
            let (first, second) = join(self.first.commit(changes.clone()), self.second.commit(changes)).await;
            self.both(first, second).map(drop)
        })
    }

    fn flush(&mut self) -> DestinationFuture<'_, WriteStats> {
        Box::pin(async move {
            let (first, second) = join(self.first.flush(), self.second.flush()).await;
            self.both(first, second).map(counted)
        })
    }

    fn finish(&mut self, outcome: LoadOutcome, changes: Vec<StateChange>) -> DestinationFuture<'_, WriteStats> {
        Box::pin(async move {
            let changes = self.marked(changes, Some(outcome.end)).await?;
            let first = self.first.finish(outcome.clone(), changes.clone());
            let (first, second) = join(first, self.second.finish(outcome, changes)).await;
            let finished = self.both(first, second).map(counted);
            (self.active, self.steps) = (None, HashMap::new());
            finished
        })
    }

    fn cancel(&mut self, _: Option<Vec<StateChange>>) {
        // One may be able to commit without waiting, and the other not.
        self.first.cancel(None);
        self.second.cancel(None);
        (self.active, self.steps) = (None, HashMap::new());
    }
}

/// What both have counted, as one.
fn counted((first, second): (WriteStats, WriteStats)) -> WriteStats {
    WriteStats {
        // The fewest: a row that one of them lacks is missing.
        distinct_keys: first.distinct_keys.into_iter().chain(second.distinct_keys).min(),
        quarantined: first.quarantined.max(second.quarantined),
        ..first
    }
}

/// One of the two has a history that the other has not.
fn apart(resource: &str) -> Error {
    let message = format!(
        "the two destinations of a `Tee` hold different states of `{resource}`: one was loaded without the other"
    );
    Error::new(ErrorKind::Config, message)
        .with_help("sync it with `.full_refresh()`, which loads it again into both, or sync each of the two by itself")
}

/// A mark that cannot be read or written.
fn unreadable(resource: &str, error: &serde_json::Error) -> Error {
    let message = format!("the saved `tee` of `{resource}` cannot be read or written: {error}");
    Error::new(ErrorKind::Destination, message).with_help("sync each of the two destinations by itself")
}
