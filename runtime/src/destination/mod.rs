//! What a sync writes to, and what it needs of it: rows and state, committed together.

mod parent_values;
#[cfg(feature = "sqlite")]
mod sqlite;

use std::fmt;
use std::pin::Pin;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub(crate) use self::parent_values::{Link, LinkPlan, LinkSource};
#[cfg(feature = "sqlite")]
pub use self::sqlite::Sqlite;
use crate::decode::BadRow;
use crate::error::Result;
use crate::incremental::watermark::IncrementalState;
use crate::paginate::resume_token::ResumeToken;
use crate::schema::batch::Batch;
use crate::schema::table::TableSchema;
#[cfg(feature = "sqlite")]
use crate::schema::table::WriteDisposition;

/// The future of a call to a destination.
pub(crate) type DestinationFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// What a [`sync`](crate::SyncBuilder) can write to: [`Sqlite`].
///
/// Not to be implemented outside of this crate: its methods may change.
///
/// For each resource, a sync calls `begin`, then `write` for each page and `commit` every few pages, then `finish`.
/// What is written between two commits is stored whole or not at all.
pub trait Destination: Send {
    /// Prepares the resource's table, and returns where an interrupted load of it resumes.
    ///
    /// # Errors
    /// [`Schema`](crate::ErrorKind::Schema) when the table cannot take the columns; nothing was written then.
    #[doc(hidden)]
    fn begin(&mut self, load: LoadSpec) -> DestinationFuture<'_, LoadBegin>;

    /// Takes a page of rows, and the checkpoint after it, if a load can resume there. May return before they are written; an
    /// error is then returned by a later call.
    #[doc(hidden)]
    fn write(&mut self, batch: PageBatch) -> DestinationFuture<'_, ()>;

    /// The next links that the loads of its parent have left for a resource, in the order of their numbers.
    #[doc(hidden)]
    fn links(&mut self, child: &'static str, after: i64) -> DestinationFuture<'_, Vec<Link>>;

    /// Commits what was written, if a load can resume after it.
    #[doc(hidden)]
    fn commit(&mut self) -> DestinationFuture<'_, ()>;

    /// Commits what was written, and how the load ended.
    #[doc(hidden)]
    fn finish(&mut self, outcome: LoadOutcome) -> DestinationFuture<'_, WriteStats>;

    /// Ends the sync: the next one reads all resources again, except the `resumable` ones.
    #[doc(hidden)]
    fn finish_sync(&mut self, resumable: Vec<&'static str>) -> DestinationFuture<'_, ()>;

    /// The sync was dropped during a load: commits what was written, if a load can resume after it.
    #[doc(hidden)]
    fn cancel(&mut self);
}

/// The id that all resources of a sync share.
#[doc(hidden)]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoadId(String);

impl LoadId {
    /// Sorts by time; the random end keeps two syncs of the same moment apart.
    pub(crate) fn generate() -> Self {
        Self(format!("{}-{:04x}", Timestamp::now().strftime("%Y%m%dT%H%M%S%.6fZ"), fastrand::u16(..)))
    }

    #[cfg(feature = "sqlite")]
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LoadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A load of one resource.
#[doc(hidden)]
#[derive(Debug, Clone)]
pub struct LoadSpec {
    /// The sync that it is a part of.
    pub id: LoadId,
    /// The source's name.
    pub source: &'static str,
    /// The resource's name.
    pub resource: &'static str,
    /// Where the rows go; `None` for a resource that is read for its children only.
    pub table: Option<TableSchema>,
    /// Whether it is read for the rows of a parent.
    pub is_child: bool,
    /// What each child receives of a row.
    pub links: Vec<LinkPlan>,
    /// Whether the next load reads new rows only, once a load into a table is complete.
    pub incremental: bool,
    /// Stands for everything that a checkpoint depends on: a checkpoint is valid only while this is the same.
    pub fingerprint: String,
    /// What to do with what is there.
    pub mode: LoadMode,
}

#[cfg(feature = "sqlite")]
impl LoadSpec {
    /// Whether rows that were loaded before are not read again: then the links that no child has read yet are kept.
    pub(crate) fn only_new(&self) -> bool {
        self.incremental && self.table.is_some() && self.mode != LoadMode::Refresh
    }

    /// The table, where rows are added to what it holds and no key keeps them from being doubled.
    pub(crate) fn appended(&self) -> Option<&TableSchema> {
        self.table.as_ref().filter(|table| table.disposition == WriteDisposition::Append)
    }

    pub(crate) fn is_merged(&self) -> bool {
        self.table.as_ref().is_some_and(|table| table.disposition == WriteDisposition::Merge)
    }

    /// Where the rows of a table that is replaced as a whole are written, until it is complete.
    pub(crate) fn staging(&self) -> Option<TableSchema> {
        let mut table = self.table.clone().filter(|table| table.disposition == WriteDisposition::Replace)?;
        for list in &mut table.children {
            list.table.name = format!("_declarest_new_{}", list.table.name);
        }
        table.name = format!("_declarest_new_{}", table.name);
        Some(table)
    }
}

/// A page of rows.
#[doc(hidden)]
pub struct PageBatch {
    /// The rows.
    pub rows: Batch,
    /// The values of the link by which they were read: their own children may need them.
    pub inherited: Vec<Value>,
    /// Rows of the page that could not be read.
    pub quarantined: Option<Quarantined>,
    /// The checkpoint after them, if a load can resume there.
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
    /// The page's URL, without credentials.
    pub url: String,
}

/// What a load does with what is there.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoadMode {
    /// Resumes a load that was interrupted.
    Resume,
    /// Starts at the first page; an interrupted load's rows that the disposition would double are removed.
    Restart,
    /// Drops the table and its state.
    Refresh,
}

/// How a load begins.
#[doc(hidden)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadBegin {
    /// Where.
    pub start: LoadStart,
    /// What the last complete load has left for this one.
    pub previous: Option<PreviousState>,
    /// How many rows of the parent have no value for the request.
    pub parents_without_value: u64,
}

/// What a complete load has left for the next one.
#[doc(hidden)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PreviousState {
    /// How far it has read.
    Incremental(IncrementalState),
    /// What this version cannot read.
    Unreadable,
}

/// Where a load begins.
#[doc(hidden)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoadStart {
    /// At the first page.
    Fresh,
    /// Where an interrupted load ended.
    Resume(Checkpoint),
    /// Nowhere: a sync that was interrupted later had finished it.
    AlreadyDone(FinishedLoad),
}

/// How many rows a load has read.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Rows read, those of the interrupted load that this one resumes included.
    pub rows: u64,
    /// Of these, how many were filtered out.
    pub filtered: u64,
    /// Of these, how many were quarantined.
    pub quarantined: u64,
    /// How many rows the API said there are.
    pub expected: Option<u64>,
}

/// What a finished load had read.
#[doc(hidden)]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FinishedLoad {
    /// Its rows.
    #[serde(flatten)]
    pub counts: Counts,
    /// Different primary keys.
    pub distinct_keys: u64,
}

/// Where an interrupted load resumes.
#[doc(hidden)]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// The next page.
    pub resume: ResumeToken,
    /// Rows read so far.
    #[serde(flatten)]
    pub counts: Counts,
    /// How many rows the API said there are, on the last page.
    pub total: Option<u64>,
    /// What the load will leave for the next one, as far as it has read.
    pub state: Option<IncrementalState>,
}

/// How a load ended.
#[doc(hidden)]
#[derive(Debug, Clone)]
pub struct LoadOutcome {
    /// Rows read.
    pub counts: Counts,
    /// Pages read.
    pub pages: u64,
    /// How many different keys there must be for the load to be complete.
    pub required: Option<u64>,
    /// Whether the next load may resume where this one ended.
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
