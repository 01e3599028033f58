//! One merge for a load: its staged rows, the last one of each key, into a table. Files that have a row to be changed are written
//! again, others stay as they are.

use std::collections::HashSet;

use deltalake::arrow::array::{Array as _, AsArray as _};
use deltalake::arrow::compute::cast;
use deltalake::arrow::datatypes::{DataType, Int64Type};
use deltalake::datafusion::error::DataFusionError;
use deltalake::datafusion::prelude::SessionContext;
use deltalake::kernel::{Add, Remove};
use deltalake::{DeltaTable, DeltaTableError};
use futures_util::{StreamExt as _, TryStreamExt as _};

use crate::apply::Fault;
use crate::entry::MergeJob;
use crate::merge_sql::MergeSql;
use crate::stage::{
    files_of, register_latest, register_numbers, register_stage, register_table, register_view, session, staged_schema,
};
use crate::tables::{FileWriter, Tables, arrow_schema};
use crate::types::conform;

/// The column of the file that a row is in.
pub(crate) const FILE: &str = "_declarest_file";

/// A merge into one table that is ready to be committed.
#[derive(Debug, Default)]
pub(crate) struct Merged {
    pub(crate) adds: Vec<Add>,
    pub(crate) removes: Vec<Remove>,
    /// The staged rows that are new, by number.
    pub(crate) new: HashSet<i64>,
    /// Those that are there with other values. Of a list, the rows whose elements are others.
    pub(crate) changed: HashSet<i64>,
    /// How many rows are gone, and were not marked before.
    pub(crate) gone: u64,
}

/// Prepares a merge into a table.
///
/// `last` are the numbers of the staged rows that count.
pub(crate) async fn prepare(
    tables: &Tables,
    table: &DeltaTable,
    job: &MergeJob,
    last: &[i64],
) -> Result<Merged, Fault> {
    let (session, shape, schema) = (session(), &job.shape, arrow_schema(table)?);
    // The rows of the resource are needed for each of its tables: they say whose elements count.
    register_latest(&session, tables, shape, &job.stage, last.to_vec()).await?;
    register_table(&session, "there", table, Some(FILE), None).await?;
    if job.table > 0 {
        let staged = staged_schema(shape, job.table)?;
        let (name, files) = (shape.name_of(job.table), files_of(&job.stage, job.table));
        register_stage(&session, "elements", tables, name, files, &staged).await?;
    }
    let sql = MergeSql::of(job, &schema);
    for (name, query) in &sql.views {
        register_view(&session, name, query).await?;
    }
    let (mut merged, mut touched) = (Merged::default(), HashSet::new());
    if job.table == 0 && table.snapshot()?.log_data().num_files() == 0 {
        merged.new.extend(last);
    } else {
        read(&session, &sql.changes, |number, file| {
            let of = if file.is_some() { &mut merged.changed } else { &mut merged.new };
            of.extend(number);
            touched.extend(file.filter(|file| !file.is_empty()).map(str::to_owned));
        })
        .await?;
    }
    register_numbers(&session, "changes", merged.new.union(&merged.changed).copied().collect())?;
    if let Some(query) = &sql.touched {
        read(&session, query, |_, file| touched.extend(file.map(str::to_owned))).await?;
    }
    if let Some(query) = &sql.gone {
        read(&session, query, |count, file| {
            merged.gone += count.unwrap_or_default().unsigned_abs();
            touched.extend(file.map(str::to_owned));
        })
        .await?;
    }
    if touched.is_empty() && merged.new.is_empty() && merged.changed.is_empty() {
        return Ok(merged);
    }
    let mut writer = FileWriter::of(table)?;
    if !touched.is_empty() {
        merged.removes = removes(table, &touched).await?;
        register_table(&session, "kept", table, None, Some(touched.into_iter().collect())).await?;
        copy(&session, &sql.kept, &mut writer).await?;
    }
    copy(&session, &sql.upserts, &mut writer).await?;
    merged.adds = writer.finish().await?;
    Ok(merged)
}

/// Reads a query's rows: a number and a text each.
async fn read(
    session: &SessionContext,
    query: &str,
    mut each: impl FnMut(Option<i64>, Option<&str>),
) -> Result<(), DataFusionError> {
    let mut batches = session.sql(query).await?.execute_stream().await?;
    while let Some(batch) = batches.next().await {
        let batch = batch?;
        let numbers = cast(batch.column(0), &DataType::Int64)?;
        let texts = cast(batch.column(1), &DataType::Utf8)?;
        let (numbers, texts) = (numbers.as_primitive::<Int64Type>(), texts.as_string::<i32>());
        for row in 0..batch.num_rows() {
            let number = numbers.is_valid(row).then(|| numbers.value(row));
            each(number, texts.is_valid(row).then(|| texts.value(row)));
        }
    }
    Ok(())
}

/// Writes a query's rows.
async fn copy(session: &SessionContext, query: &str, writer: &mut FileWriter) -> Result<(), Fault> {
    let schema = writer.schema();
    let mut batches = session.sql(query).await?.execute_stream().await?;
    while let Some(batch) = batches.next().await {
        let rows = conform(&batch?, &schema).map_err(DeltaTableError::from)?;
        writer.write(rows).await?;
    }
    Ok(())
}

/// The removal of these files.
async fn removes(table: &DeltaTable, urls: &HashSet<String>) -> Result<Vec<Remove>, DeltaTableError> {
    // Each name is unique.
    let names: HashSet<_> = urls.iter().filter_map(|url| url.rsplit('/').next()).collect();
    let log_store = table.log_store();
    let files = table.snapshot()?.snapshot().file_views(log_store.as_ref(), None);
    let files: Vec<_> = files.try_collect().await?;
    let is_named = |path: &str| path.rsplit('/').next().is_some_and(|name| names.contains(name));
    Ok(files.iter().filter(|file| is_named(&file.path())).map(|file| file.remove_action(true)).collect())
}
