//! The same work without the destination: the same record batches into one Parquet file, or into a merge of `deltalake`.

use std::fs::File;
use std::path::Path;

use declarest::Scan;
use declarest_arrow::RecordBatches as _;
use declarest_benches::{Result, job};
use deltalake::arrow::array::AsArray as _;
use deltalake::arrow::array::RecordBatch;
use deltalake::arrow::datatypes::{Int64Type, SchemaRef};
use deltalake::datafusion::prelude::{Expr, SessionContext, col, lit};
use deltalake::delta_datafusion::create_session;
use deltalake::parquet::arrow::ArrowWriter;
use deltalake::parquet::basic::{Compression, ZstdLevel};
use deltalake::parquet::file::properties::WriterProperties;
use deltalake::{DeltaTable, open_table};
use url::Url;

use crate::appended;

/// What the message of a row is before it changes.
const BEFORE: &str = "as it was";

/// Writes all rows; says how many there were.
pub(crate) async fn append(url: &str, directory: &str) -> Result<u64> {
    let mut batches = appended::client(url)?.scan("issues")?.page_size(100).record_batches();
    let file = File::create(Path::new(directory).join("issues.parquet"))?;
    let mut writer = ArrowWriter::try_new(file, batches.schema().clone(), Some(properties()?))?;
    let mut rows = 0;
    while let Some(batch) = batches.next().await {
        let batch = batch?;
        rows += batch.num_rows() as u64;
        writer.write(&batch)?;
    }
    writer.close()?;
    Ok(rows)
}

/// Merges all rows by their key; says how many have changed.
pub(crate) async fn merge(url: &str, directory: &str) -> Result<u64> {
    merge_with(url, Path::new(directory), col("s.message")).await
}

/// Makes the rows of a table differ from those that are served.
pub(crate) async fn change(url: &str, directory: &Path) -> Result<u64> {
    merge_with(url, directory, lit(BEFORE)).await
}

async fn merge_with(url: &str, directory: &Path, message: Expr) -> Result<u64> {
    let (schema, rows) = collect(job::client(url)?.scan("issues")?.page_size(100)).await?;
    let source = create_session().into_inner().read_batches(rows)?;
    let value = |name: &String| if name == "message" { message.clone() } else { col(format!("s.{name}")) };
    let mut values: Vec<_> = schema.fields().iter().map(|field| (field.name().clone(), value(field.name()))).collect();
    values.push(("_load_id".to_owned(), lit("by hand")));
    let set = values.clone();
    let merge = table(directory).await?.merge(source, col("t.key").eq(col("s.key")));
    let (_, metrics) = merge
        .with_source_alias("s")
        .with_target_alias("t")
        .with_writer_properties(properties()?)
        .when_matched_update(|update| set.into_iter().fold(update, |update, (name, value)| update.update(name, value)))?
        .when_not_matched_insert(|insert| {
            values.into_iter().fold(insert, |insert, (name, value)| insert.set(name, value))
        })?
        .await?;
    Ok(metrics.num_target_rows_updated as u64)
}

async fn collect(scan: Scan) -> Result<(SchemaRef, Vec<RecordBatch>)> {
    let mut batches = scan.record_batches();
    let (schema, mut rows) = (batches.schema().clone(), Vec::new());
    while let Some(batch) = batches.next().await {
        rows.push(batch?);
    }
    Ok((schema, rows))
}

/// Ensures that a table has so many rows, none of them as it was.
pub(crate) async fn check(directory: &Path, rows: u32) -> Result<()> {
    let session: SessionContext = create_session().into_inner();
    session.register_table("issues", table(directory).await?.table_provider().await?)?;
    let count = format!("SELECT count(*), count(*) FILTER (WHERE message = '{BEFORE}') FROM issues");
    let batches = session.sql(&count).await?.collect().await?;
    let count = |column: usize| batches.first().map(|batch| batch.column(column).as_primitive::<Int64Type>().value(0));
    if (count(0), count(1)) == (Some(rows.into()), Some(0)) {
        Ok(())
    } else {
        Err("the merge has not changed all rows".into())
    }
}

async fn table(directory: &Path) -> Result<DeltaTable> {
    let url = Url::from_directory_path(directory.join("issues")).map_err(|()| "no path")?;
    Ok(open_table(url).await?)
}

/// As the destination compresses.
fn properties() -> Result<WriterProperties> {
    Ok(WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?)).build())
}
