//! `Delta`: a directory of Delta tables as a destination.

use std::fmt;
use std::future::ready;
use std::time::Duration;

use declarest::destination::{
    Append, Capabilities, DestinationFuture, Lease, LoadId, LoadOutcome, LoadSpec, Merge, Quarantined, Replace,
    StateChange, StateKey, StateStore, TableStatus, WriteStats,
};
use declarest::{Batch, Destination, Error, Result, TableSchema};

use crate::engine::Engine;
use crate::place::Place;

/// A directory of Delta tables, on a disk or in an object store, as a destination.
///
/// See the [crate](crate) for its tables, its guarantees and its errors.
///
/// ```no_run
/// use declarest_delta::Delta;
///
/// # fn open() -> declarest::Result<()> {
/// let mut lake = Delta::open("/data/lake")?;
/// # Ok(()) }
/// ```
pub struct Delta {
    place: Place,
    engine: Option<Engine>,
    truncates_times: bool,
    commit_every: Duration,
}

impl Delta {
    /// Opens a directory, by its path or its URL. One that is missing is made. Nothing else is read or written yet.
    ///
    /// URLs of object stores, such as `s3://bucket/lake`, need `deltalake` with the feature of that store among your own
    /// dependencies: `s3`, `azure` or `gcs`. Credentials are those of the environment, or
    /// [`storage_option`](Self::storage_option)s.
    ///
    /// # Errors
    /// [`Config`](declarest::ErrorKind::Config) when this is no place for tables, or no feature knows the scheme of its URL.
    pub fn open(url: impl AsRef<str>) -> Result<Self> {
        let place = Place::new(url.as_ref())?;
        place.store()?;
        Ok(Self { place, engine: None, truncates_times: false, commit_every: Duration::from_mins(1) })
    }

    /// With an option of the object store, such as `AWS_REGION`, by the names that `object_store` has for them.
    #[must_use]
    pub fn storage_option(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.place.set(name.into(), value.into());
        self.engine = None;
        self
    }

    /// Cuts times to microseconds, which is what Delta keeps. Default: a time with nanoseconds is an error.
    #[must_use]
    pub fn truncate_times(self) -> Self {
        Self { truncates_times: true, ..self }
    }

    /// For how long appended rows wait at most until their table has them, by one Delta commit. Default: a minute. Nothing of what
    /// waits is read again after a kill. With `Duration::ZERO`, there is a Delta commit for every ten pages.
    #[must_use]
    pub fn commit_every(mut self, time: Duration) -> Self {
        self.commit_every = time;
        self.engine = None;
        self
    }

    fn engine(&mut self) -> Result<&mut Engine> {
        if self.engine.is_none() {
            self.engine = Some(Engine::new(&self.place, self.commit_every)?);
        }
        self.engine.as_mut().ok_or_else(Error::lease_lost)
    }
}

impl StateStore for Delta {
    fn read_state<'a>(&'a mut self, key: &'a StateKey) -> DestinationFuture<'a, Option<String>> {
        Box::pin(async move { self.engine()?.read_state(key).await })
    }

    fn write_state<'a>(&'a mut self, leases: &'a [Lease], changes: &'a [StateChange]) -> DestinationFuture<'a, ()> {
        Box::pin(async move { self.engine()?.write_state(leases, changes.to_vec()).await })
    }
}

impl<Row: ?Sized> Append<Row> for Delta {}
impl<Row: ?Sized> Merge<Row> for Delta {}
impl<Row: ?Sized> Replace<Row> for Delta {}

impl Destination for Delta {
    fn capabilities(&self) -> Capabilities {
        Capabilities::all()
    }

    fn inspect<'a>(
        &'a mut self,
        table: &'a TableSchema,
        unfinished: &'a [LoadId],
    ) -> DestinationFuture<'a, TableStatus> {
        Box::pin(async move { self.engine()?.inspect(table, unfinished).await })
    }

    fn begin(&mut self, load: LoadSpec, changes: Vec<StateChange>) -> DestinationFuture<'_, ()> {
        let truncates = self.truncates_times;
        Box::pin(async move { self.engine()?.begin(load, changes, truncates).await })
    }

    fn write(&mut self, batch: Batch) -> DestinationFuture<'_, ()> {
        let written = self.engine().and_then(|engine| engine.write(&batch));
        Box::pin(ready(written))
    }

    fn quarantine(&mut self, rows: Quarantined) -> DestinationFuture<'_, ()> {
        let engine = self.engine().map(|engine| engine.quarantine(rows));
        Box::pin(ready(engine))
    }

    fn commit(&mut self, changes: Vec<StateChange>) -> DestinationFuture<'_, ()> {
        Box::pin(async move { self.engine()?.commit(changes).await })
    }

    fn flush(&mut self) -> DestinationFuture<'_, WriteStats> {
        Box::pin(async move { self.engine()?.flush().await })
    }

    fn finish(&mut self, outcome: LoadOutcome, changes: Vec<StateChange>) -> DestinationFuture<'_, WriteStats> {
        Box::pin(async move { self.engine()?.finish(&outcome, changes).await })
    }

    fn cancel(&mut self, _: Option<Vec<StateChange>>) {
        // A commit needs waiting.
        if let Some(engine) = &mut self.engine {
            engine.cancel();
        }
    }
}

impl fmt::Debug for Delta {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delta").field("place", &self.place).finish_non_exhaustive()
    }
}
