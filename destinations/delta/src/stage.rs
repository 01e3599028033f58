//! Rows that are staged for a merge, and queries over them and over tables.

use std::sync::Arc;

use declarest::Result;
use deltalake::arrow::array::{ArrayRef, AsArray as _, Int64Array, RecordBatch};
use deltalake::arrow::datatypes::{DataType, Field, Int64Type, Schema, SchemaRef};
use deltalake::datafusion::error::DataFusionError;
use deltalake::datafusion::prelude::{ParquetReadOptions, SessionContext};
use deltalake::delta_datafusion::create_session;
use deltalake::kernel::Add;
use deltalake::{DeltaTable, DeltaTableError};
use futures_util::StreamExt as _;

use crate::entry::Stage;
use crate::place::OWN;
use crate::shape::Shape;
use crate::tables::Tables;
use crate::types::arrow_fields;

/// The column of staged rows that numbers the resource's rows in the order in which they came; in rows of lists, it is that of the
/// row that has the list.
pub(crate) const NUMBER: &str = "_declarest_number";

/// The columns of staged rows: those of the table, and their number.
pub(crate) fn staged_schema(shape: &Shape, table: usize) -> Result<SchemaRef, DeltaTableError> {
    let mut fields = arrow_fields(shape.fields_of(table))?;
    fields.push(Arc::new(Field::new(NUMBER, DataType::Int64, true)));
    Ok(Arc::new(Schema::new(fields)))
}

/// The directory of the staged files of a table.
pub(crate) fn directory(table: &str) -> Vec<String> {
    vec![OWN.to_owned(), "stage".to_owned(), table.to_owned()]
}

/// A session for queries.
pub(crate) fn session() -> SessionContext {
    create_session().into_inner()
}

/// Makes a table known to a session by this name, with the column of its rows' files if that has a name.
pub(crate) async fn register_table(
    session: &SessionContext,
    name: &str,
    table: &DeltaTable,
    file_column: Option<&str>,
    files: Option<Vec<String>>,
) -> Result<(), DataFusionError> {
    let mut provider = table.table_provider();
    if let Some(column) = file_column {
        provider = provider.with_file_column(column);
    }
    if let Some(files) = files {
        provider = provider.with_file_paths(files);
    }
    session.register_table(name, provider.await?).map(drop)
}

/// Makes staged rows of a table known to a session by this name.
pub(crate) async fn register_stage(
    session: &SessionContext,
    name: &str,
    tables: &Tables,
    table: &str,
    files: &[Add],
    schema: &SchemaRef,
) -> Result<(), DataFusionError> {
    if files.is_empty() {
        return session.register_batch(name, RecordBatch::new_empty(Arc::clone(schema))).map(drop);
    }
    let external = |error: declarest::Error| DataFusionError::External(Box::new(error));
    let directory = tables.unloaded(&directory(table)).map_err(external)?;
    let url = directory.table_url();
    session.register_object_store(url, directory.log_store().root_object_store(None));
    let urls = files.iter().map(|file| format!("{}/{}", url.as_str().trim_end_matches('/'), file.path));
    let options = ParquetReadOptions::default().schema(schema);
    let rows = session.read_parquet(urls.collect::<Vec<_>>(), options).await?;
    session.register_table(name, rows.into_view()).map(drop)
}

/// The numbers of the staged rows that count: the last one of each key.
pub(crate) async fn last_of_keys(tables: &Tables, shape: &Shape, stage: &Stage) -> Result<Vec<i64>, DataFusionError> {
    let (session, schema) = (session(), staged_schema(shape, 0)?);
    register_stage(&session, "staged", tables, shape.name_of(0), files_of(stage, 0), &schema).await?;
    let key: Vec<_> = shape.key.iter().map(|column| quoted(column)).collect();
    let query = format!("SELECT max({}) FROM staged GROUP BY {}", quoted(NUMBER), key.join(", "));
    let mut numbers = Vec::new();
    let mut batches = session.sql(&query).await?.execute_stream().await?;
    while let Some(batch) = batches.next().await {
        numbers.extend(batch?.column(0).as_primitive::<Int64Type>().values().iter().copied());
    }
    Ok(numbers)
}

/// Makes the staged rows with these numbers known to a session, as `latest`.
pub(crate) async fn register_latest(
    session: &SessionContext,
    tables: &Tables,
    shape: &Shape,
    stage: &Stage,
    numbers: Vec<i64>,
) -> Result<(), DataFusionError> {
    let schema = staged_schema(shape, 0)?;
    register_stage(session, "staged", tables, shape.name_of(0), files_of(stage, 0), &schema).await?;
    register_numbers(session, "last", numbers)?;
    let rows = format!("SELECT s.* FROM staged s LEFT SEMI JOIN last ON s.{} = last.number", quoted(NUMBER));
    register_view(session, "latest", &rows).await
}

/// Makes the rows of a query known to a session by this name.
pub(crate) async fn register_view(session: &SessionContext, name: &str, query: &str) -> Result<(), DataFusionError> {
    let rows = session.sql(query).await?;
    session.register_table(name, rows.into_view()).map(drop)
}

/// Makes numbers known to a session, as the column `number` of this table.
pub(crate) fn register_numbers(session: &SessionContext, name: &str, numbers: Vec<i64>) -> Result<(), DataFusionError> {
    let column: ArrayRef = Arc::new(Int64Array::from(numbers));
    let batch = RecordBatch::try_from_iter([("number", column)])?;
    session.register_batch(name, batch).map(drop)
}

/// The files of a table of a stage.
pub(crate) fn files_of(stage: &Stage, table: usize) -> &[Add] {
    stage.files.get(table).map_or(&[], Vec::as_slice)
}

/// A name in SQL.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A text in SQL.
pub(crate) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
