//! One load of one resource: how it begins, what it writes, how it ends.

use std::sync::Arc;

use super::state::{Lease, LoadId};
pub use crate::decode::BadRow;
use crate::schema::table::TableSchema;

/// A load that begins.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct LoadSpec {
    /// The source's name.
    pub source: String,
    /// The resource's name.
    pub resource: String,
    /// Guards each commit of the load. Its [`load`](Lease::load) is the load's id.
    pub lease: Lease,
    /// The table and those of its lists; `None` for a resource that is read for its children only: then no rows come.
    pub table: Option<Arc<TableSchema>>,
    /// What happens to rows that are there.
    pub start: LoadStart,
    /// Loads whose rows may be in the table, and which are not complete: this one, and those before it.
    pub unfinished: Vec<LoadId>,
}

impl LoadSpec {
    /// A load without a table, from the first page.
    #[must_use]
    pub fn new(source: impl Into<String>, resource: impl Into<String>, lease: Lease) -> Self {
        let (source, resource) = (source.into(), resource.into());
        Self { source, resource, lease, table: None, start: LoadStart::Fresh, unfinished: Vec::new() }
    }
}

/// What happens to rows that are there when a load begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LoadStart {
    /// The tables are dropped and made again.
    Refresh,
    /// The load starts at its first page. Rows of the unfinished loads are removed where rows are appended; what they
    /// had staged is dropped where the table is replaced; merged rows stay.
    Fresh,
    /// The load goes on after the last commit of an unfinished one: everything stays.
    Resume,
}

/// A table as it is before a load.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TableStatus {
    /// Whether it is there.
    pub exists: bool,
    /// Whether it has rows of other loads than the unfinished ones.
    pub has_rows: bool,
    /// Whether what an unfinished load has committed is still there: its rows, staged ones too, and, for merged ones, the
    /// set of keys already counted.
    pub resumable: bool,
    /// The load that wrote its latest row, where rows are appended; `None` where that is not known. A saved state that is
    /// older than this one is not used: rows would be loaded twice.
    pub last_load: Option<LoadId>,
}

/// Rows of a page that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Quarantined {
    /// The rows.
    pub rows: Vec<BadRow>,
    /// The page's number.
    pub page: u64,
    /// The page's URL, without credentials.
    pub url: String,
}

impl Quarantined {
    /// The rows of a page.
    #[must_use]
    pub fn new(rows: Vec<BadRow>, page: u64, url: String) -> Self {
        Self { rows, page, url }
    }
}

/// How a load ended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LoadOutcome {
    /// What happens to its rows.
    pub end: LoadEnd,
    /// Rows read, those of the interrupted load that this one resumed included.
    pub rows: u64,
    /// Pages read.
    pub pages: u64,
    /// How many rows the API said there are.
    pub expected: Option<u64>,
    /// Why it is not complete.
    pub error: Option<String>,
    /// Whether all rows that there are came: a row of the table that neither this load nor those that it has resumed have
    /// written is gone at the source, and is treated as [`TableSchema::deleted`] says.
    pub is_whole: bool,
}

impl LoadOutcome {
    /// How a load ended.
    #[must_use]
    pub fn new(end: LoadEnd, rows: u64, pages: u64, expected: Option<u64>, error: Option<String>) -> Self {
        Self { end, rows, pages, expected, error, is_whole: false }
    }

    /// With whether all rows that there are came.
    #[must_use]
    pub fn with_whole(self, is_whole: bool) -> Self {
        Self { is_whole, ..self }
    }
}

/// What happens to a load's rows at its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LoadEnd {
    /// All rows came: what was written is committed, and a table that is replaced shows the new rows.
    Complete,
    /// The load ended before its last page: what was not committed is dropped, and the next load may resume after what
    /// was.
    Interrupted,
    /// The pages ended, and rows are missing: merged rows are committed; rows of this load and of the unfinished ones are
    /// removed where rows are appended; a table that is replaced keeps its former rows.
    Incomplete,
}

/// What a load has changed. `None` where the destination cannot know.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct WriteStats {
    /// Rows that were not there before.
    pub inserted: Option<u64>,
    /// Rows that were there with other values.
    pub updated: Option<u64>,
    /// Of the updated rows, those of which only the elements of their lists have changed, in tables of their own.
    pub lists_updated: Option<u64>,
    /// Different keys among all rows of the load, those of the interrupted load that it resumed included.
    pub distinct_keys: Option<u64>,
    /// Rows that were gone at the source, and that the end of the load has marked or removed.
    pub deleted: Option<u64>,
    /// Rows that the destination cannot hold and has quarantined instead of writing them, those of the interrupted load that
    /// it resumed included. Where a destination never does so, none.
    pub quarantined: Option<u64>,
}
