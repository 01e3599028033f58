//! The rows of a load as parts of an entry: their data files are written here, and are part of nothing yet.

use std::collections::HashSet;
use std::slice;

use declarest::destination::{LoadEnd, LoadOutcome};
use declarest::jiff::Timestamp;
use declarest::{Deleted, Error, ErrorKind, Result, TableSchema};
use deltalake::DeltaTableError;
use deltalake::arrow::array::RecordBatch;
use deltalake::kernel::Add;

use crate::apply::Fault;
use crate::engine::Engine;
use crate::entry::{Entry, MergeChange, MergeJob, RowsChange, Stage, StageChange, TableChange};
use crate::ledger::add_files;
use crate::load::Load;
use crate::stage::{directory, last_of_keys, staged_schema};
use crate::tables::FileWriter;
use crate::types::conform;
use crate::{merge, quarantine};

impl Engine {
    /// The rows that wait, as data files of the tables, or staged.
    pub(crate) async fn add_rows(&mut self, load: &mut Load, entry: &mut Entry) -> Result<()> {
        let Some(table) = load.spec.table.clone() else { return Ok(()) };
        if load.is_merged() {
            self.stage_rows(load).await?;
            let (files, rows) = (std::mem::take(&mut load.staged), std::mem::take(&mut load.staged_rows));
            entry.stage = Some((table.name.clone(), StageChange::Add { files, rows }));
            return Ok(());
        }
        let rows = i64::try_from(load.waiting()).unwrap_or(i64::MAX);
        let files = self.write_files(load, &table).await?;
        entry.stage = Some((table.name.clone(), StageChange::Add { files, rows }));
        Ok(())
    }

    /// Appends to the tables what is staged, with what the entry would stage. The stage then changes so.
    pub(crate) fn show(&self, table: &TableSchema, then: StageChange, entry: &mut Entry) {
        let mut files = self.ledger.stage(&table.name).map(|stage| stage.files.clone()).unwrap_or_default();
        if let Some((_, StageChange::Add { files: more, .. })) = &entry.stage {
            add_files(&mut files, more);
        }
        entry.tables = in_order(table, |number, table| {
            change(table, RowsChange::Append(files.get_mut(number).map(std::mem::take).unwrap_or_default()))
        });
        entry.tables.retain(|change| !matches!(&change.rows, RowsChange::Append(files) if files.is_empty()));
        entry.stage = Some((table.name.clone(), then));
    }

    /// Writes the rows that wait to data files of each table.
    async fn write_files(&mut self, load: &mut Load, table: &TableSchema) -> Result<Vec<Vec<Add>>> {
        let mut files = Vec::new();
        for (rows, schema) in load.take()?.into_iter().zip(table.with_children()) {
            let explain = |fault: Fault| fault.explain(&schema.name);
            if rows.num_rows() == 0 {
                files.push(Vec::new());
                continue;
            }
            let there = self.tables.get(slice::from_ref(&schema.name)).await?.ok_or_else(|| gone(&schema.name))?;
            let writer = FileWriter::of(&there).map_err(|error| explain(error.into()))?;
            files.push(written(writer, &rows).await.map_err(explain)?);
        }
        Ok(files)
    }

    /// Writes the rows that wait to staged files.
    pub(crate) async fn stage_rows(&mut self, load: &mut Load) -> Result<()> {
        let Some(shape) = load.shape.clone() else { return Ok(()) };
        load.staged_rows += i64::try_from(load.waiting()).unwrap_or_default();
        let batches = load.take()?;
        load.staged.resize(batches.len(), Vec::new());
        for (number, (rows, staged)) in batches.into_iter().zip(&mut load.staged).enumerate() {
            let name = shape.name_of(number);
            let explain = |error: DeltaTableError| Fault::from(error).explain(name);
            if rows.num_rows() > 0 {
                // Each load has a directory of its own there.
                let load = load.spec.lease.load.as_str();
                let mut path = directory(name);
                path.push(load.to_owned());
                let schema = staged_schema(&shape, number).map_err(explain)?;
                let writer = FileWriter::staging(&self.tables.unloaded(&path)?, schema).map_err(explain)?;
                let files = written(writer, &rows).await.map_err(|fault| fault.explain(name))?;
                staged.extend(files.into_iter().map(|file| Add { path: format!("{load}/{}", file.path), ..file }));
            }
        }
        Ok(())
    }

    /// All that is staged, committed or not.
    fn staged(&self, load: &Load, table: &str) -> Stage {
        let none = || Stage { load: load.spec.lease.load.clone(), files: Vec::new(), rows: 0 };
        let mut stage = self.ledger.stage(table).cloned().unwrap_or_else(none);
        stage.add(&load.staged, load.staged_rows);
        stage
    }

    /// Counts the keys of all staged rows.
    pub(crate) async fn count_keys(&mut self, load: &mut Load) -> Result<u64> {
        let last = self.take_last(load).await?;
        let keys = last.len() as u64;
        (load.tally.keys, load.last) = (Some(keys), Some((load.next, last)));
        Ok(keys)
    }

    /// The numbers of the staged rows that count.
    async fn take_last(&self, load: &mut Load) -> Result<Vec<i64>> {
        if let Some((_, last)) = load.last.take_if(|(rows, _)| *rows == load.next) {
            return Ok(last);
        }
        let Some(shape) = &load.shape else { return Ok(Vec::new()) };
        let stage = self.staged(load, shape.name_of(0));
        let last = last_of_keys(&self.tables, shape, &stage).await;
        last.map_err(|error| Fault::from(error).explain(shape.name_of(0)))
    }

    /// The merge of all staged rows.
    pub(crate) async fn add_merge(
        &mut self,
        load: &mut Load,
        table: &TableSchema,
        outcome: &LoadOutcome,
        entry: &mut Entry,
    ) -> Result<()> {
        self.stage_rows(load).await?;
        let last = self.take_last(load).await?;
        load.tally.keys = Some(last.len() as u64);
        let Some(shape) = load.shape.clone() else { return Ok(()) };
        let is_whole = outcome.end == LoadEnd::Complete && outcome.is_whole;
        let gone_at = is_whole.then(|| Timestamp::now().as_microsecond());
        let stage = self.staged(load, &table.name);
        let (mut with_lists, mut tables) = (HashSet::new(), Vec::new());
        for (number, name) in shape.tables.iter().enumerate().rev() {
            let job = MergeJob {
                shape: shape.clone(),
                table: number,
                stage: stage.clone(),
                load: load.spec.lease.load.clone(),
                gone_at,
            };
            let there = self.tables.get(slice::from_ref(name)).await?.ok_or_else(|| gone(name))?;
            let merged =
                merge::prepare(&self.tables, &there, &job, &last).await.map_err(|fault| fault.explain(name))?;
            if number == 0 {
                let tally = &mut load.tally;
                tally.inserted = merged.new.len() as u64;
                let is_own = |number: &i64| merged.new.contains(number) || merged.changed.contains(number);
                tally.lists_updated = with_lists.iter().filter(|number| !is_own(number)).count() as u64;
                tally.updated = merged.changed.len() as u64 + tally.lists_updated;
                tally.deleted = (is_whole && table.deleted != Deleted::Keep).then_some(merged.gone);
            } else {
                with_lists.extend(merged.changed.union(&merged.new).copied());
            }
            let base = there.version().unwrap_or_default();
            let change = MergeChange { job, base, adds: merged.adds, removes: merged.removes };
            tables.push(TableChange {
                path: vec![name.clone()],
                columns: None,
                rows: RowsChange::Merge(Box::new(change)),
            });
        }
        (entry.tables, entry.stage) = (tables, Some((table.name.clone(), StageChange::Drop)));
        (load.staged, load.staged_rows) = (Vec::new(), 0);
        Ok(())
    }

    /// The new rows of a complete load in the place of the old ones.
    pub(crate) async fn add_replaced(
        &mut self,
        load: &mut Load,
        table: &TableSchema,
        end: LoadEnd,
        entry: &mut Entry,
    ) -> Result<()> {
        if end == LoadEnd::Complete {
            let files = self.write_files(load, table).await?;
            let mut stage = self.staged(load, &table.name);
            stage.add(&files, 0);
            let mut files = stage.files;
            entry.tables = in_order(table, |number, table| {
                change(table, RowsChange::Replace(files.get_mut(number).map(std::mem::take).unwrap_or_default()))
            });
        }
        entry.stage = Some((table.name.clone(), StageChange::Drop));
        Ok(())
    }

    /// The rows that could not be read.
    pub(crate) async fn add_quarantined(&mut self, load: &mut Load, entry: &mut Entry) -> Result<()> {
        let pages = std::mem::take(&mut load.quarantined);
        if pages.iter().all(|page| page.rows.is_empty()) {
            return Ok(());
        }
        let explain = |fault: Fault| fault.explain(quarantine::TABLE);
        let rows = quarantine::rows(&load.spec, &pages).map_err(|error| explain(error.into()))?;
        let path = vec![quarantine::TABLE.to_owned()];
        let directory = self.tables.unloaded(&path)?;
        let writer = FileWriter::staging(&directory, rows.schema()).map_err(|error| explain(error.into()))?;
        let files = written(writer, &rows).await.map_err(explain)?;
        let change =
            TableChange { path, columns: Some(quarantine::columns_of_table()), rows: RowsChange::Append(files) };
        // The resource's own table comes last.
        entry.tables.insert(0, change);
        Ok(())
    }
}

/// Changes of each table: those of lists first, that of the resource last.
pub(crate) fn in_order(
    table: &TableSchema,
    mut change: impl FnMut(usize, &TableSchema) -> TableChange,
) -> Vec<TableChange> {
    let mut changes: Vec<_> = table.with_children().enumerate().map(|(number, table)| change(number, table)).collect();
    changes.reverse();
    changes
}

/// A change of the rows alone.
pub(crate) fn change(table: &TableSchema, rows: RowsChange) -> TableChange {
    TableChange { path: vec![table.name.clone()], columns: None, rows }
}

async fn written(mut writer: FileWriter, rows: &RecordBatch) -> Result<Vec<Add>, Fault> {
    let rows = conform(rows, &writer.schema()).map_err(DeltaTableError::from)?;
    writer.write(rows).await?;
    Ok(writer.finish().await?)
}

/// A table that was there when the load began.
fn gone(table: &str) -> Error {
    Error::new(ErrorKind::Destination, format!("the table `{table}` is gone"))
        .with_help("somebody has dropped it during the sync: run again")
}
