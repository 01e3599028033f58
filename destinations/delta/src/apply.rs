//! What an entry of the log says is done to the tables: once, however often it is tried.

use std::collections::HashMap;

use declarest::destination::{LOAD_ID, LoadId};
use declarest::{Error, Result};
use deltalake::datafusion::error::DataFusionError;
use deltalake::datafusion::prelude::{Expr, col, lit};
use deltalake::kernel::transaction::{CommitBuilder, CommitProperties, TableReference};
use deltalake::kernel::{Action, StructField, Transaction};
use deltalake::protocol::{DeltaOperation, SaveMode};
use deltalake::table::state::DeltaTableState;
use deltalake::{DeltaTable, DeltaTableError};
use futures_util::TryStreamExt as _;
use serde_json::json;

use crate::entry::{Columns, Entry, LoadName, MergeChange, RowsChange, TableChange};
use crate::error::failed;
use crate::merge;
use crate::stage::last_of_keys;
use crate::tables::Tables;
use crate::types::{KEY_PROPERTY, missing};

/// How often a commit of a table is tried that meets commits of others.
const TRIES: usize = 10;

/// Does all that an entry says.
pub(crate) async fn apply(tables: &mut Tables, entry: &Entry, seq: u64) -> Result<()> {
    for (number, change) in (1..).zip(&entry.tables) {
        // That of the resource comes last: it says where the load is.
        let commit = Commit::of(entry, seq, number == entry.tables.len());
        apply_change(tables, change, &commit).await?;
    }
    Ok(())
}

async fn apply_change(tables: &mut Tables, change: &TableChange, commit: &Commit) -> Result<()> {
    let mut tries = 0;
    loop {
        let Err(fault) = try_change(tables, change, commit).await else { return Ok(()) };
        // Another handle may have been first.
        if let Some(table) = tables.get(&change.path).await?
            && commit.is_in(&table).await.unwrap_or_default()
        {
            return Ok(());
        }
        tries += 1;
        // A table that was missing may have been made by another one.
        if tries == TRIES || tries > 1 && !fault.is_conflict() {
            let path = change.path.join("/");
            return Err(fault.explain(&path).with_help(format!(
                "run again; where it stays so, mend the table `{path}`, or move its directory away: the next sync makes it again"
            )));
        }
    }
}

async fn try_change(tables: &mut Tables, change: &TableChange, commit: &Commit) -> Result<(), Fault> {
    let there = tables.get(&change.path).await?;
    if let Some(table) = &there
        && commit.is_in(table).await?
    {
        return Ok(());
    }
    let table = match (there, &change.columns) {
        (Some(table), Some(columns)) => {
            if matches!(change.rows, RowsChange::Clear) {
                return clear(table, columns, commit).await;
            }
            widen(table, columns).await?
        }
        (Some(table), None) => table,
        (None, Some(columns)) => make(tables.unloaded(&change.path)?, columns, SaveMode::ErrorIfExists, None).await?,
        (None, None) => {
            tracing::warn!(table = change.path.join("/"), "the table is gone, and its latest rows with it");
            return Ok(());
        }
    };
    match &change.rows {
        RowsChange::None | RowsChange::Clear => Ok(()),
        RowsChange::Remove(loads) => remove(table, loads, commit).await,
        RowsChange::Append(adds) => {
            let actions = adds.iter().cloned().map(Action::Add).collect();
            let state = commit.make(&table, actions, write(SaveMode::Append)).await?;
            tables.advance(&change.path, state);
            Ok(())
        }
        RowsChange::Replace(adds) => {
            let mut actions = removes(&table).await?;
            actions.extend(adds.iter().cloned().map(Action::Add));
            commit.make(&table, actions, write(SaveMode::Overwrite)).await.map(drop)
        }
        RowsChange::Merge(change) => apply_merge(tables, &table, change, commit).await,
    }
}

/// A merge as it was prepared; where the table has changed since then, one for the table as it is.
async fn apply_merge(
    tables: &mut Tables,
    table: &DeltaTable,
    change: &MergeChange,
    commit: &Commit,
) -> Result<(), Fault> {
    let (mut adds, mut removes) = (change.adds.clone(), change.removes.clone());
    if table.version() != Some(change.base) {
        let last = last_of_keys(tables, &change.job.shape, &change.job.stage).await?;
        let merged = merge::prepare(tables, table, &change.job, &last).await?;
        (adds, removes) = (merged.adds, merged.removes);
    }
    let actions = removes.into_iter().map(Action::Remove).chain(adds.into_iter().map(Action::Add));
    let operation = DeltaOperation::Merge {
        predicate: None,
        merge_predicate: Some(change.job.shape.key.join(", ")),
        matched_predicates: Vec::new(),
        not_matched_predicates: Vec::new(),
        not_matched_by_source_predicates: Vec::new(),
    };
    commit.make(table, actions.collect(), operation).await.map(drop)
}

/// Makes a table.
async fn make(
    table: DeltaTable,
    columns: &Columns,
    mode: SaveMode,
    commit: Option<&Commit>,
) -> Result<DeltaTable, Fault> {
    let key = (!columns.key.is_empty()).then(|| json!(columns.key).to_string());
    let create = table.create().with_columns(columns.fields.iter().cloned()).with_save_mode(mode);
    let create = create.with_raise_if_key_not_exists(false).with_configuration([(KEY_PROPERTY, key)]);
    let properties = commit.map_or_else(CommitProperties::default, Commit::properties);
    Ok(create.with_commit_properties(properties).await?)
}

/// Adds the columns that a table lacks.
async fn widen(table: DeltaTable, columns: &Columns) -> Result<DeltaTable, Fault> {
    let missing = missing(columns, table.snapshot()?.schema().as_ref());
    if missing.is_empty() { Ok(table) } else { Ok(table.add_columns().with_fields(missing).await?) }
}

/// Removes all rows; a table with other columns is made again.
async fn clear(table: DeltaTable, columns: &Columns, commit: &Commit) -> Result<(), Fault> {
    let there = table.snapshot()?.schema();
    let is_same =
        |field: &StructField| there.field(field.name()).is_some_and(|found| found.data_type() == field.data_type());
    let key = table.snapshot()?.metadata().configuration().get(KEY_PROPERTY).cloned();
    let is_key = key == (!columns.key.is_empty()).then(|| json!(columns.key).to_string());
    if there.fields().len() == columns.fields.len() && columns.fields.iter().all(is_same) && is_key {
        let actions = removes(&table).await?;
        return commit.make(&table, actions, DeltaOperation::Delete { predicate: None }).await.map(drop);
    }
    make(table, columns, SaveMode::Overwrite, Some(commit)).await.map(drop)
}

/// Removes the rows of some loads.
async fn remove(table: DeltaTable, loads: &[LoadId], commit: &Commit) -> Result<(), Fault> {
    let is_empty = table.snapshot()?.log_data().num_files() == 0;
    if loads.is_empty() || is_empty || table.snapshot()?.schema().field(LOAD_ID).is_none() {
        return Ok(());
    }
    let loads: Vec<Expr> = loads.iter().map(|load| lit(load.as_str())).collect();
    let delete = table.delete().with_predicate(col(LOAD_ID).in_list(loads, false));
    delete.with_commit_properties(commit.properties()).await?;
    Ok(())
}

/// The removal of all files.
async fn removes(table: &DeltaTable) -> Result<Vec<Action>, Fault> {
    let (log_store, state) = (table.log_store(), table.snapshot()?);
    let files = state.snapshot().file_views(log_store.as_ref(), None);
    Ok(files.map_ok(|file| Action::Remove(file.remove_action(true))).try_collect().await?)
}

fn write(mode: SaveMode) -> DeltaOperation {
    DeltaOperation::Write { mode, partition_by: None, predicate: None }
}

/// What marks the commits of an entry.
struct Commit {
    app_id: String,
    seq: i64,
    metadata: HashMap<String, serde_json::Value>,
}

impl Commit {
    fn of(entry: &Entry, seq: u64, with_state: bool) -> Self {
        let app_id = entry.load.as_ref().map_or_else(String::new, LoadName::app_id);
        let about = json!({ "entry": seq, "load": entry.load });
        let mut metadata = HashMap::from([("declarest".to_owned(), about)]);
        if with_state {
            metadata.insert("declarest.state".to_owned(), json!(entry.texts));
        }
        Self { app_id, seq: i64::try_from(seq).unwrap_or(i64::MAX), metadata }
    }

    fn properties(&self) -> CommitProperties {
        CommitProperties::default()
            .with_application_transaction(Transaction::new(&self.app_id, self.seq))
            .with_metadata(self.metadata.clone())
    }

    /// Whether a table has the commit, or a later one.
    async fn is_in(&self, table: &DeltaTable) -> Result<bool, Fault> {
        let log_store = table.log_store();
        let version = table.snapshot()?.transaction_version(log_store.as_ref(), &self.app_id).await?;
        Ok(version.is_some_and(|version| version >= self.seq))
    }

    /// Makes it. What the table is with it.
    async fn make(
        &self,
        table: &DeltaTable,
        actions: Vec<Action>,
        operation: DeltaOperation,
    ) -> Result<DeltaTableState, Fault> {
        let commit = CommitBuilder::from(self.properties()).with_actions(actions);
        let state: &dyn TableReference = table.snapshot()?;
        Ok(commit.build(Some(state), table.log_store(), operation).await?.snapshot)
    }
}

/// Why an entry could not be applied.
pub(crate) enum Fault {
    Delta(DeltaTableError),
    Other(Error),
}

impl Fault {
    /// Whether another commit came between.
    fn is_conflict(&self) -> bool {
        matches!(self, Self::Delta(DeltaTableError::Transaction { .. } | DeltaTableError::VersionAlreadyExists(_)))
    }

    pub(crate) fn explain(self, table: &str) -> Error {
        match self {
            Self::Delta(error) => failed(format!("the table `{table}` cannot be written"), error),
            Self::Other(error) => error,
        }
    }
}

impl From<DeltaTableError> for Fault {
    fn from(error: DeltaTableError) -> Self {
        Self::Delta(error)
    }
}

impl From<DataFusionError> for Fault {
    fn from(error: DataFusionError) -> Self {
        Self::Delta(error.into())
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Other(error)
    }
}
