//! What is in a folder of tables: the sum of its commits.

use std::collections::BTreeMap;

use declarest::destination::{LoadId, LoadSpec, StateChange, StateKey};
use declarest::{ColumnSchema, TableSchema, WriteDisposition};
use serde::{Deserialize, Serialize};

/// The version of commits and snapshots that this crate writes, and the latest that it reads.
pub(crate) const VERSION: u32 = 1;

/// The types of the columns of a table, by name.
pub(crate) type Columns = BTreeMap<String, String>;

/// Tables, files and state, as of a commit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Catalog {
    pub(crate) version: u32,
    /// The number of the commit.
    pub(crate) seq: u64,
    pub(crate) tables: BTreeMap<String, Columns>,
    /// In the order in which they came.
    pub(crate) files: Vec<DataFile>,
    #[serde(with = "texts")]
    state: BTreeMap<StateKey, String>,
}

/// The state as a list: keys of JSON are texts.
mod texts {
    use super::{BTreeMap, Deserialize as _, StateKey, StateText};

    pub(super) fn serialize<S: serde::Serializer>(
        state: &BTreeMap<StateKey, String>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let text = |(key, value): (&StateKey, &String)| StateText { key: key.clone(), value: Some(value.clone()) };
        serializer.collect_seq(state.iter().map(text))
    }

    pub(super) fn deserialize<'de, D: serde::Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeMap<StateKey, String>, D::Error> {
        let texts = Vec::<StateText>::deserialize(deserializer)?;
        Ok(texts.into_iter().filter_map(|text| Some((text.key, text.value?))).collect())
    }
}

/// A commit: what it changes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) version: u32,
    /// Distinguishes it from any other commit.
    pub(crate) id: String,
    /// When it was made, in UTC.
    pub(crate) at: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) load: Option<LoadNote>,
    /// The columns of tables that are new or have changed; null for one that is dropped.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) tables: BTreeMap<String, Option<Columns>>,
    /// Files that are new, or that are staged no more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) files: Vec<DataFile>,
    /// The paths of files that are part of no table any more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) removed: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) state: Vec<StateText>,
}

/// A file of rows of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DataFile {
    /// Where it is, below the folder.
    pub(crate) path: String,
    pub(crate) table: String,
    pub(crate) load: LoadId,
    pub(crate) rows: u64,
    pub(crate) bytes: u64,
    /// Whether its rows are to replace those of the table, and do not count before.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) staged: bool,
}

/// What a load has come to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LoadNote {
    pub(crate) id: LoadId,
    pub(crate) source: String,
    pub(crate) resource: String,
    /// `running`, `complete`, `incomplete` or `failed`.
    pub(crate) status: String,
    /// Rows that it has written to the resource's table.
    pub(crate) written: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) rows: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) pages: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) expected: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<String>,
}

/// A text of the state; without a value, it is removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StateText {
    #[serde(flatten)]
    key: StateKey,
    value: Option<String>,
}

impl From<&StateChange> for StateText {
    fn from(change: &StateChange) -> Self {
        Self { key: change.key.clone(), value: change.value.clone() }
    }
}

impl LoadNote {
    pub(crate) fn of(spec: &LoadSpec, status: &str, written: u64) -> Self {
        Self {
            id: spec.lease.load.clone(),
            source: spec.source.clone(),
            resource: spec.resource.clone(),
            status: status.to_owned(),
            written,
            rows: None,
            pages: None,
            expected: None,
            error: None,
        }
    }
}

impl Entry {
    /// Whether it changes anything.
    pub(crate) fn is_empty(&self) -> bool {
        self.load.is_none()
            && self.tables.is_empty()
            && self.files.is_empty()
            && self.removed.is_empty()
            && self.state.is_empty()
    }

    pub(crate) fn change_state(&mut self, changes: &[StateChange]) {
        self.state.extend(changes.iter().map(StateText::from));
    }
}

impl Catalog {
    pub(crate) fn text(&self, key: &StateKey) -> Option<&str> {
        self.state.get(key).map(String::as_str)
    }

    /// The files whose rows are those of a table.
    pub(crate) fn live<'c>(&'c self, table: &'c str) -> impl Iterator<Item = &'c DataFile> {
        self.files_of(table).filter(|file| !file.staged)
    }

    /// The files of a table, those that are staged too.
    pub(crate) fn files_of<'c>(&'c self, table: &'c str) -> impl Iterator<Item = &'c DataFile> {
        self.files.iter().filter(move |file| file.table == table)
    }

    /// The files of loads that are not complete.
    pub(crate) fn unfinished<'c>(
        &'c self,
        table: &'c TableSchema,
        loads: &'c [LoadId],
    ) -> impl Iterator<Item = &'c DataFile> {
        let is_replaced = is_replaced(table);
        let is_unfinished = move |file: &&DataFile| if is_replaced { file.staged } else { loads.contains(&file.load) };
        self.files_of(&table.name).filter(is_unfinished)
    }

    /// The column of a table that is there with another type.
    pub(crate) fn misfit<'t>(&self, table: &'t TableSchema) -> Option<(&'t ColumnSchema, &str)> {
        let known = self.tables.get(&table.name)?;
        table.columns.iter().find_map(|column| {
            let there = known.get(&column.name)?;
            (*there != column.kind.to_string()).then_some((column, there.as_str()))
        })
    }

    /// Adds the next commit.
    pub(crate) fn apply(&mut self, entry: &Entry) {
        (self.seq, self.version) = (self.seq + 1, VERSION);
        for (table, columns) in &entry.tables {
            match columns {
                Some(columns) => drop(self.tables.insert(table.clone(), columns.clone())),
                None => drop(self.tables.remove(table)),
            }
        }
        self.files.retain(|file| !entry.removed.contains(&file.path));
        for file in &entry.files {
            match self.files.iter_mut().find(|known| known.path == file.path) {
                Some(known) => known.clone_from(file),
                None => self.files.push(file.clone()),
            }
        }
        for text in &entry.state {
            match &text.value {
                Some(value) => drop(self.state.insert(text.key.clone(), value.clone())),
                None => drop(self.state.remove(&text.key)),
            }
        }
    }
}

pub(crate) fn is_replaced(table: &TableSchema) -> bool {
    table.disposition == WriteDisposition::Replace
}

/// The columns of a table that is made.
pub(crate) fn columns(table: &TableSchema) -> Columns {
    table.columns.iter().map(|column| (column.name.clone(), column.kind.to_string())).collect()
}
