//! What rows a table has.

use declarest::destination::{LOAD_ID, LoadId};
use declarest::{Result, TableSchema, WriteDisposition};
use deltalake::arrow::array::{Array as _, AsArray as _};
use deltalake::arrow::compute::cast;
use deltalake::arrow::datatypes::{DataType, Int64Type};
use deltalake::datafusion::error::DataFusionError;
use deltalake::logstore::object_store::ObjectStoreExt as _;
use deltalake::{DeltaTable, ObjectStoreError, Path};

use crate::apply::Fault;
use crate::entry::Stage;
use crate::error::failed;
use crate::stage::{directory, files_of, literal, quoted, register_table, session};
use crate::tables::Tables;

/// Whether a table has rows of other loads than these, and, where rows are appended, which load has written its latest one, also
/// where that is staged.
pub(crate) async fn rows(
    there: &DeltaTable,
    table: &TableSchema,
    stage: Option<&Stage>,
    unfinished: &[LoadId],
) -> Result<(bool, Option<LoadId>)> {
    let explain = |fault: Fault| fault.explain(&table.name);
    let snapshot = there.snapshot().map_err(|error| explain(error.into()))?;
    let is_empty = snapshot.log_data().num_files() == 0;
    if table.disposition != WriteDisposition::Append {
        // Those of an unfinished load are staged.
        return Ok((!is_empty, None));
    }
    let (has_rows, last) = if is_empty { (false, None) } else { query(there, unfinished).await.map_err(explain)? };
    let staged = stage.filter(|stage| stage.rows > 0).map(|stage| &stage.load);
    Ok((has_rows, last.map(LoadId::from).max(staged.cloned())))
}

/// Whether all files of a stage are there.
pub(crate) async fn has_files(tables: &Tables, table: &TableSchema, stage: &Stage) -> Result<bool> {
    for (number, schema) in table.with_children().enumerate() {
        let is_merged = table.disposition == WriteDisposition::Merge;
        let path = if is_merged { directory(&schema.name) } else { vec![schema.name.clone()] };
        let store = tables.unloaded(&path)?.object_store();
        for file in files_of(stage, number) {
            let Ok(path) = Path::parse(&file.path) else { return Ok(false) };
            match store.head(&path).await {
                Ok(_) => {}
                Err(ObjectStoreError::NotFound { .. }) => return Ok(false),
                Err(error) => return Err(failed(format!("`{path}` cannot be read"), error)),
            }
        }
    }
    Ok(true)
}

async fn query(there: &DeltaTable, unfinished: &[LoadId]) -> Result<(bool, Option<String>), Fault> {
    let state = there.snapshot()?;
    let session = session();
    register_table(&session, "there", there, None, None).await?;
    let load = quoted(LOAD_ID);
    let loads: Vec<_> = unfinished.iter().map(|load| literal(load.as_str())).collect();
    let (last, condition) = match (state.schema().field(LOAD_ID), loads.is_empty()) {
        (None, _) => ("NULL".to_owned(), "TRUE".to_owned()),
        (Some(_), true) => (format!("max({load})"), "TRUE".to_owned()),
        (Some(_), false) => (format!("max({load})"), format!("{load} IS NULL OR {load} NOT IN ({})", loads.join(", "))),
    };
    let sql = format!("SELECT count(*) FILTER (WHERE {condition}), CAST({last} AS VARCHAR) FROM there");
    let batches = session.sql(&sql).await?.collect().await?;
    let Some(batch) = batches.iter().find(|batch| batch.num_rows() > 0) else { return Ok((false, None)) };
    let of = |column: usize, kind: &DataType| cast(batch.column(column), kind).map_err(DataFusionError::from);
    let (count, last) = (of(0, &DataType::Int64)?, of(1, &DataType::Utf8)?);
    let last = last.as_string::<i32>();
    let last = last.is_valid(0).then(|| last.value(0).to_owned());
    Ok((count.as_primitive::<Int64Type>().value(0) > 0, last))
}
