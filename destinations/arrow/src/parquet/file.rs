//! A Parquet file on its way to the store, where it appears as a whole.

use std::sync::Arc;

use ::parquet::arrow::ArrowWriter;
use ::parquet::basic::{Compression, ZstdLevel};
use ::parquet::file::properties::WriterProperties;
use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use object_store::ObjectStore;
use object_store::buffered::BufWriter;
use object_store::path::Path;
use tokio::io::AsyncWriteExt as _;

use super::error::Fault;

/// How many encoded bytes a group of rows has at most in memory, about.
const ROW_GROUP: usize = 4 << 20;

/// How many bytes of a column's different values are kept at most, so that each is written once in a group of rows.
const DICTIONARY: usize = 256 << 10;

/// How many bytes are kept before they are sent, part by part: as few as a store takes, and fewer for a disk.
pub(crate) const PART: usize = 5 << 20;
pub(crate) const PART_ON_DISK: usize = 1 << 20;

/// How many parts are sent at once.
const AT_ONCE: usize = 2;

/// A file that is not complete.
pub(crate) struct FileWriter {
    pub(crate) path: Path,
    pub(crate) rows: u64,
    writer: ArrowWriter<Vec<u8>>,
    upload: BufWriter,
    sent: u64,
}

impl FileWriter {
    pub(crate) fn new(
        store: &Arc<dyn ObjectStore>,
        path: Path,
        schema: &SchemaRef,
        part_size: usize,
    ) -> Result<Self, Fault> {
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_dictionary_page_size_limit(DICTIONARY)
            .set_created_by(concat!("declarest-arrow ", env!("CARGO_PKG_VERSION")).to_owned())
            .build();
        let writer = ArrowWriter::try_new(Vec::new(), Arc::clone(schema), Some(properties))?;
        let upload = BufWriter::with_capacity(Arc::clone(store), path.clone(), part_size).with_max_concurrency(AT_ONCE);
        Ok(Self { path, rows: 0, writer, upload, sent: 0 })
    }

    pub(crate) async fn write(&mut self, batch: &RecordBatch) -> Result<(), Fault> {
        self.writer.write(batch)?;
        self.rows += batch.num_rows() as u64;
        if self.writer.in_progress_size() >= ROW_GROUP {
            self.writer.flush()?;
        }
        self.send().await
    }

    /// How many bytes the file has about so far.
    pub(crate) fn size(&self) -> u64 {
        self.sent + self.writer.in_progress_size() as u64
    }

    /// Ends the file, and waits until the store has it. How many bytes it has.
    pub(crate) async fn close(&mut self) -> Result<u64, Fault> {
        self.writer.finish()?;
        self.send().await?;
        self.upload.shutdown().await.map_err(|error| Fault::Internal(error.to_string()))?;
        Ok(self.sent)
    }

    /// Sends what has been encoded.
    async fn send(&mut self) -> Result<(), Fault> {
        let bytes = std::mem::take(self.writer.inner_mut());
        if !bytes.is_empty() {
            self.sent += bytes.len() as u64;
            self.upload.put(bytes.into()).await?;
        }
        Ok(())
    }
}
