//! A commit, as its entry of the log has it.

use declarest::destination::{LoadId, LoadSpec, StateChange, StateKey};
use deltalake::kernel::{Add, Remove, StructField, Version};
use serde::{Deserialize, Serialize};

use crate::shape::Shape;

/// The version of entries that is written, and the latest that is read.
pub(crate) const VERSION: u32 = 1;

/// A commit: the changes of the state, of staged rows and of tables.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) version: u32,
    /// Distinguishes it from the entry of another writer.
    pub(crate) id: String,
    /// Whose load it is of; `None` where only the state changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) load: Option<LoadName>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) texts: Vec<Text>,
    /// The change of the stage of a table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) stage: Option<(String, StageChange)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) tables: Vec<TableChange>,
}

/// A load.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct LoadName {
    pub(crate) source: String,
    pub(crate) resource: String,
    pub(crate) load: LoadId,
}

/// A text of the state; `None` where it is removed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Text {
    pub(crate) key: StateKey,
    pub(crate) value: Option<String>,
}

/// Rows that are committed and that no table has yet.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Stage {
    /// The load that has begun it.
    pub(crate) load: LoadId,
    /// The files of each table: that of the resource, then those of its lists.
    pub(crate) files: Vec<Vec<Add>>,
    /// How many rows the resource's table has there.
    pub(crate) rows: i64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum StageChange {
    Begin(LoadId),
    Add { files: Vec<Vec<Add>>, rows: i64 },
    Drop,
}

/// The change of a table.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct TableChange {
    /// The directory, below that of all tables.
    pub(crate) path: Vec<String>,
    /// The columns that it must have, where it is to be made or widened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) columns: Option<Columns>,
    pub(crate) rows: RowsChange,
}

/// The columns of a table to be made.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Columns {
    pub(crate) fields: Vec<StructField>,
    /// The primary key.
    pub(crate) key: Vec<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum RowsChange {
    None,
    /// All go, and the columns are as given.
    Clear,
    /// Those of these loads go.
    Remove(Vec<LoadId>),
    Append(Vec<Add>),
    Replace(Vec<Add>),
    Merge(Box<MergeChange>),
}

/// A merge as it was prepared, and what it takes to prepare it again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct MergeChange {
    pub(crate) job: MergeJob,
    /// The version of the table for which it was prepared.
    pub(crate) base: Version,
    pub(crate) adds: Vec<Add>,
    pub(crate) removes: Vec<Remove>,
}

/// Which rows are merged into a table.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct MergeJob {
    pub(crate) shape: Shape,
    /// Which of the shape's tables it is: 0 is the resource's own.
    pub(crate) table: usize,
    pub(crate) stage: Stage,
    pub(crate) load: LoadId,
    /// Whether rows that are not staged are gone: then when that was, in microseconds.
    pub(crate) gone_at: Option<i64>,
}

impl Entry {
    pub(crate) fn new(load: Option<&LoadSpec>, changes: Vec<StateChange>) -> Self {
        let load = load.map(|spec| LoadName {
            source: spec.source.clone(),
            resource: spec.resource.clone(),
            load: spec.lease.load.clone(),
        });
        let texts = changes.into_iter().map(|StateChange { key, value }| Text { key, value }).collect();
        let id = LoadId::generate().to_string();
        Self { version: VERSION, id, load, texts, ..Self::default() }
    }

    /// Whether it changes nothing.
    pub(crate) fn is_empty(&self) -> bool {
        self.texts.is_empty() && self.stage.is_none() && self.tables.is_empty()
    }
}

impl LoadName {
    /// The application of the transactions of a table's commits.
    pub(crate) fn app_id(&self) -> String {
        format!("declarest/{}/{}", self.source, self.resource)
    }
}
