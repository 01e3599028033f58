//! What a sync writes to. A sync decides: what to read, where to resume, which rows are new, what a load leaves for the
//! next one. A destination writes and remembers.
//!
//! [`Sqlite`] is one. To write to something else, implement [`Destination`] and its [`StateStore`]:
//!
//! 1. **State** is small texts, each named by a [`StateKey`]. Their content belongs to the sync.
//! 2. **Rows and state are committed together.** The commit that makes rows visible is the commit that says where to
//!    resume. A destination killed at any moment holds all of its last commit, and nothing after it.
//! 3. **A [`Lease`] guards each commit**: it is held while the text at its key is its load's id. A commit whose lease is
//!    lost writes nothing, and fails with [`Error::lease_lost`](crate::Error::lease_lost).
//!
//! For each resource, a sync takes its lease by [`write_state`](StateStore::write_state), calls
//! [`inspect`](Destination::inspect) and reads the saved state, then
//! [`begin`](Destination::begin), [`write`](Destination::write) for each page and [`commit`](Destination::commit) every few
//! pages, then [`flush`](Destination::flush) and [`finish`](Destination::finish). After a page that could not be written, it
//! commits nothing more of the load: it calls `finish` (the load was interrupted) or `cancel`. At its end, it writes the
//! state once more. Any of these futures may be dropped before it is ready.
//!
//! With the feature `conformance`, `declarest::conformance` is the suite that every destination passes.

mod capabilities;
mod load;
mod pointer;
#[cfg(feature = "sqlite")]
mod sqlite;
mod state;
mod tee;
mod write;

use std::pin::Pin;

pub use self::capabilities::Capabilities;
pub use self::load::{BadRow, LoadEnd, LoadOutcome, LoadSpec, LoadStart, Quarantined, TableStatus, WriteStats};
#[cfg(feature = "sqlite")]
pub use self::sqlite::Sqlite;
pub use self::state::{DELETED_AT, LOAD_ID, Lease, LoadId, StateChange, StateKey};
pub use self::tee::Tee;
pub use self::write::{Append, Merge, Replace};
use crate::error::Result;
use crate::schema::batch::Batch;
use crate::schema::table::TableSchema;

/// The future of a call to a destination.
pub type DestinationFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// Small texts that a sync leaves for itself: where to resume, what was finished, what children are read with.
///
/// Most are below a kilobyte; the values of a parent's rows are texts of up to a thousand rows each.
pub trait StateStore: Send {
    /// The text at a key, as of the last commit; `None` where there is none. Also called while a load has rows that are
    /// not committed.
    ///
    /// # Errors
    /// [`Destination`](crate::ErrorKind::Destination), when the state cannot be read.
    fn read_state<'a>(&'a mut self, key: &'a StateKey) -> DestinationFuture<'a, Option<String>>;

    /// Makes all of the changes, or none of them: only while all of these leases are held, which is checked in the same
    /// transaction. Called between loads.
    ///
    /// # Errors
    /// [`Error::lease_lost`](crate::Error::lease_lost), where a lease is not held any more;
    /// [`Destination`](crate::ErrorKind::Destination), when the state cannot be written.
    fn write_state<'a>(&'a mut self, leases: &'a [Lease], changes: &'a [StateChange]) -> DestinationFuture<'a, ()>;
}

/// What a [`sync`](crate::SyncBuilder) writes to. See the [module](self) for the order of the calls.
///
/// One load is active at a time, from [`begin`](Self::begin) to [`finish`](Self::finish). While it has rows that are not
/// committed, the destination may hold a lock, for which other handles of the same store wait.
pub trait Destination: StateStore {
    /// What the destination can do. A sync of a resource that needs more fails before its first request.
    fn capabilities(&self) -> Capabilities;

    /// Looks at a table and changes nothing: whether it is there, whether it has rows of other loads than the
    /// `unfinished` ones, and whether a load can resume in it.
    ///
    /// # Errors
    /// [`Schema`](crate::ErrorKind::Schema), when the table that is there cannot take these columns and this key: a type
    /// or the key differs. Columns that it lacks are no error: `begin` adds them.
    fn inspect<'a>(
        &'a mut self,
        table: &'a TableSchema,
        unfinished: &'a [LoadId],
    ) -> DestinationFuture<'a, TableStatus>;

    /// Begins a load: makes its tables or adds the columns that they lack, and prepares them for its [`LoadStart`]. Makes
    /// the changes of the state before, or in the same transaction. An earlier load that was not finished is dropped with
    /// what it had not committed.
    ///
    /// # Errors
    /// [`Error::lease_lost`](crate::Error::lease_lost), where the load's lease is not held; otherwise as for
    /// [`inspect`](Self::inspect) and [`write_state`](StateStore::write_state).
    fn begin(&mut self, load: LoadSpec, changes: Vec<StateChange>) -> DestinationFuture<'_, ()>;

    /// Takes a page of rows for the load's table. May return before they are written; a later call then returns the
    /// error.
    ///
    /// # Errors
    /// [`Destination`](crate::ErrorKind::Destination), when rows cannot be written, or a value cannot be held.
    fn write(&mut self, batch: Batch) -> DestinationFuture<'_, ()>;

    /// Takes rows of a page that could not be read, as text. They are committed with the other rows.
    ///
    /// # Errors
    /// As for [`write`](Self::write).
    fn quarantine(&mut self, rows: Quarantined) -> DestinationFuture<'_, ()>;

    /// Commits what was written, and the changes of the state with it, while the load's lease is held. May return before
    /// it is done; a later call then returns the error.
    ///
    /// # Errors
    /// [`Error::lease_lost`](crate::Error::lease_lost), where the lease is not held any more: nothing was committed.
    fn commit(&mut self, changes: Vec<StateChange>) -> DestinationFuture<'_, ()>;

    /// Waits for all writes and commits, and counts what the load has written so far, committed or not.
    ///
    /// # Errors
    /// That of an earlier write or commit.
    fn flush(&mut self) -> DestinationFuture<'_, WriteStats>;

    /// Ends the load, as its [`LoadEnd`] says, and changes the state with it, while the lease is held. Counts what was
    /// committed.
    ///
    /// # Errors
    /// [`Error::lease_lost`](crate::Error::lease_lost), where the lease is not held any more; otherwise as for
    /// [`commit`](Self::commit).
    fn finish(&mut self, outcome: LoadOutcome, changes: Vec<StateChange>) -> DestinationFuture<'_, WriteStats>;

    /// The sync was dropped during a load. With changes, what was written may be committed together with them, as by
    /// [`commit`](Self::commit), if that needs no waiting; otherwise it is dropped.
    fn cancel(&mut self, changes: Option<Vec<StateChange>>);
}
