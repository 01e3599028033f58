//! Where a sync writes to, and what it asks of it: rows and state, committed together.

mod link;
#[cfg(feature = "sqlite")]
mod sqlite;
mod table;

use std::pin::Pin;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub(crate) use self::link::{Link, LinkPlan, LinkSource};
#[cfg(feature = "sqlite")]
pub use self::sqlite::Sqlite;
pub(crate) use self::table::Table;
#[cfg(feature = "sqlite")]
pub(crate) use self::table::{ListTable, TableColumn};
use crate::decode::BadRow;
use crate::error::Result;
use crate::incremental::watermark::IncrementalState;
use crate::schema::row::Rows;

/// A future of a destination's.
pub(crate) type DestinationFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// What a [`sync`](crate::SyncBuilder) can write to: [`Sqlite`].
///
/// Not to be implemented outside of this crate: what it asks for may change.
///
/// For each resource, a sync calls `begin`, then `write` for each page and `commit` every few pages, then `finish`.
/// What lies between two commits is written whole or not at all.
pub trait Destination: Send {
    /// Makes the resource's table ready and says where an interrupted load of it has come to.
    ///
    /// # Errors
    /// [`Schema`](crate::ErrorKind::Schema) when the table cannot take the columns; nothing was written then.
    #[doc(hidden)]
    fn begin(&mut self, load: LoadSpec) -> DestinationFuture<'_, LoadBegin>;

    /// Takes a page of rows, and the place behind it, if a load can go on there. May return before they are written; an
    /// error then comes with a later call.
    #[doc(hidden)]
    fn write(&mut self, batch: PageBatch) -> DestinationFuture<'_, ()>;

    /// The next links that the loads of its parent have left for a resource, in the order of their numbers.
    #[doc(hidden)]
    fn links(&mut self, child: &'static str, after: i64) -> DestinationFuture<'_, Vec<Link>>;

    /// Commits what was written, if a load can go on behind it.
    #[doc(hidden)]
    fn commit(&mut self) -> DestinationFuture<'_, ()>;

    /// Commits what was written, and how the load ended.
    #[doc(hidden)]
    fn finish(&mut self, outcome: LoadOutcome) -> DestinationFuture<'_, WriteStats>;

    /// The sync has come to its end: the next one reads all resources again, but those that a family which was
    /// interrupted goes on with.
    #[doc(hidden)]
    fn finish_sync(&mut self, kept: Vec<&'static str>) -> DestinationFuture<'_, ()>;

    /// The sync was dropped in the middle of a load: commits what was written, if a load can go on behind it.
    #[doc(hidden)]
    fn cancel(&mut self);
}

/// A load of one resource.
#[doc(hidden)]
#[derive(Debug, Clone)]
pub struct LoadSpec {
    /// The id that all resources of a sync share.
    pub id: String,
    /// The source's name.
    pub source: &'static str,
    /// The resource's name.
    pub resource: &'static str,
    /// Where the rows go; `None` for a resource that is read for its children alone.
    pub table: Option<Table>,
    /// Whether it is read for the rows of a parent.
    pub is_child: bool,
    /// What is handed down to each child.
    pub links: Vec<LinkPlan>,
    /// Whether rows that were read before do not come again once a load into a table is complete.
    pub incremental: bool,
    /// Stands for everything that a checkpoint depends on: it holds only as long as this is the same.
    pub fingerprint: String,
    /// What to do with what is there.
    pub mode: LoadMode,
}

impl LoadSpec {
    /// Whether rows that were loaded before do not come again: then the links that no child has read yet are kept.
    #[cfg(feature = "sqlite")]
    pub(crate) fn only_new(&self) -> bool {
        self.incremental && self.table.is_some() && self.mode != LoadMode::Refresh
    }
}

/// A page of rows.
#[doc(hidden)]
pub struct PageBatch {
    /// The rows.
    pub rows: Box<dyn Rows>,
    /// Values that all of them get, in columns behind their own.
    pub included: Vec<Value>,
    /// The link by which they were read, for what their own children have from it.
    pub inherited: Vec<Value>,
    /// Rows of the page that could not be read.
    pub quarantined: Option<Quarantined>,
    /// The place behind them, if a load can go on there.
    pub checkpoint: Option<Checkpoint>,
}

/// Rows of a page that could not be read.
#[doc(hidden)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarantined {
    /// The rows.
    pub rows: Vec<BadRow>,
    /// The page's number.
    pub page: u64,
    /// Where it came from, without credentials.
    pub url: String,
}

/// What a load does with what is there.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoadMode {
    /// Goes on with a load that was interrupted.
    Resume,
    /// Starts at the first page; an interrupted load's rows that the disposition would double are removed.
    Restart,
    /// Drops the table and its state.
    Refresh,
}

/// What a load begins with.
#[doc(hidden)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadBegin {
    /// Where.
    pub start: LoadStart,
    /// What the last complete load has left for this one.
    pub state: Option<String>,
    /// Rows of the parent that have no value to ask with.
    pub parents_without_value: u64,
}

/// How a load begins.
#[doc(hidden)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoadStart {
    /// At the first page.
    Fresh,
    /// Where an interrupted load ended.
    Resume(Checkpoint),
    /// Not at all: a sync that was interrupted later had finished it.
    AlreadyDone(FinishedLoad),
}

/// What a finished load had read.
#[doc(hidden)]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FinishedLoad {
    /// Rows read.
    pub rows: u64,
    /// Of these, how many were filtered out.
    #[serde(default)]
    pub filtered: u64,
    /// And how many were put aside.
    #[serde(default)]
    pub quarantined: u64,
    /// How many the API said there were.
    pub expected: Option<u64>,
    /// Different primary keys.
    pub distinct_keys: u64,
}

/// From where an interrupted load goes on.
#[doc(hidden)]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// The paginator's position.
    pub position: String,
    /// Rows read so far.
    pub rows: u64,
    /// Of these, how many were filtered out.
    #[serde(default)]
    pub filtered: u64,
    /// And how many were put aside.
    #[serde(default)]
    pub quarantined: u64,
    /// How many rows the API said there were.
    pub total: Option<u64>,
    /// What the load will leave for the next one, as far as it has come.
    #[serde(default)]
    pub state: Option<IncrementalState>,
}

/// How a load ended.
#[doc(hidden)]
#[derive(Debug, Clone)]
pub struct LoadOutcome {
    /// Rows read, those of an interrupted load included.
    pub rows: u64,
    /// Of these, how many were filtered out.
    pub filtered: u64,
    /// And how many were put aside.
    pub quarantined: u64,
    /// Pages read.
    pub pages: u64,
    /// How many rows the API said there were.
    pub expected: Option<u64>,
    /// How many different keys there must be for the load to be complete.
    pub required: Option<u64>,
    /// Whether the next load may go on where this one ended.
    pub interrupted: bool,
    /// Why it failed.
    pub error: Option<String>,
    /// What it leaves for the next one, if it is complete.
    pub state: Option<IncrementalState>,
}

/// What a load has changed.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WriteStats {
    /// Rows that were not there before.
    pub inserted: u64,
    /// Rows that were there with other values.
    pub updated: u64,
    /// Different primary keys, or rows where there is no key to merge by.
    pub distinct_keys: u64,
}
