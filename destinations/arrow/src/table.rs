//! Pages of a table as a record batch.

use std::fmt;
use std::sync::Arc;

use arrow_array::{RecordBatch, RecordBatchOptions};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use declarest::{Batch, ColumnRef, Error, ErrorKind, Result, TableSchema};

use crate::columns::{ColumnBuilder, Misfit};
use crate::times::Nanoseconds;
use crate::types::{Unsigned, arrow_schema};

/// Gathers pages of rows of a table, and makes record batches of them.
///
/// Its columns are those of the table (see the [crate](crate#types) for their types), then those that were added. Lists of
/// the rows are tables of their own: make one for each of [`TableSchema::children`], and append
/// [`ChildBatch::batch`](declarest::ChildBatch::batch) to it.
///
/// ```
/// use std::sync::Arc;
///
/// use declarest::{Batch, ColumnSchema, ColumnType, TableSchema};
/// use declarest_arrow::{ArrowTable, Unsigned};
///
/// # fn main() -> declarest::Result<()> {
/// let key = ColumnSchema::new("key", ColumnType::Text);
/// let schema = Arc::new(TableSchema::new("issues", [key]));
/// let page = Batch::from_rows(Arc::clone(&schema), [["a".into()], ["b".into()], ["c".into()]])?;
///
/// let mut issues = ArrowTable::new(&schema, Unsigned::default()).with_text("_load_id", "20261201T120000");
/// issues.append(&page)?;
/// issues.append_rows(&page, [0, 2])?;
/// let batch = issues.finish()?;
/// assert_eq!((batch.num_rows(), batch.num_columns()), (5, 2));
/// assert!(issues.is_empty());
/// # Ok(()) }
/// ```
pub struct ArrowTable {
    table: String,
    schema: SchemaRef,
    /// How many columns are the table's.
    own: usize,
    columns: Vec<ColumnBuilder>,
    /// The texts that stand in each row of the columns after those.
    texts: Vec<String>,
    nanoseconds: Nanoseconds,
    len: usize,
}

impl ArrowTable {
    /// Without rows, for pages of this table.
    #[must_use]
    pub fn new(table: &TableSchema, unsigned: Unsigned) -> Self {
        let schema = Arc::new(arrow_schema(table, unsigned));
        let columns: Vec<_> = schema.fields().iter().map(|field| ColumnBuilder::new(field.data_type())).collect();
        let (own, texts, nanoseconds) = (columns.len(), Vec::new(), Nanoseconds::default());
        Self { table: table.name.clone(), schema, own, columns, texts, nanoseconds, len: 0 }
    }

    /// With one more column, which has this text in each row: such as [`LOAD_ID`](declarest::destination::LOAD_ID). Add it
    /// before the first row.
    #[must_use]
    pub fn with_text(mut self, column: &str, text: impl Into<String>) -> Self {
        let added = Field::new(column, DataType::Utf8, false);
        let fields: Vec<_> = self.schema.fields().iter().cloned().chain([Arc::new(added)]).collect();
        self.schema = Arc::new(Schema::new(fields));
        self.columns.push(ColumnBuilder::new(&DataType::Utf8));
        self.texts.push(text.into());
        self
    }

    /// Cuts times to microseconds. Default: a time with nanoseconds is an error.
    #[must_use]
    pub fn truncate_times(self) -> Self {
        Self { nanoseconds: Nanoseconds::Truncate, ..self }
    }

    /// The schema of the record batches.
    #[must_use]
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// How many rows it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether it has no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Appends all rows of a page.
    ///
    /// # Errors
    /// As for [`append_rows`](Self::append_rows).
    pub fn append(&mut self, page: &Batch) -> Result<()> {
        let nanoseconds = self.nanoseconds;
        self.append_with(page, page.len(), |builder, column| builder.append_all(column, nanoseconds))
    }

    /// Appends these rows of a page, by number from 0, in this order.
    ///
    /// # Errors
    /// [`Schema`](ErrorKind::Schema) when the page has other columns than the table, or no such row;
    /// [`Destination`](ErrorKind::Destination) when a value cannot be held: a time with nanoseconds, or more than 2 GiB of
    /// text in a column. After an error, nothing of what was appended is left.
    pub fn append_rows<R>(&mut self, page: &Batch, rows: R) -> Result<()>
    where
        R: IntoIterator<Item = usize>,
        R::IntoIter: Clone,
    {
        let (rows, nanoseconds) = (rows.into_iter(), self.nanoseconds);
        if let Some(row) = rows.clone().find(|row| *row >= page.len()) {
            self.clear();
            let message = format!("a page of `{}` has no row {row}: it has {}", self.table, page.len());
            return Err(Error::new(ErrorKind::Schema, message).with_help("rows are counted from 0"));
        }
        self.append_with(page, rows.clone().count(), |builder, column| {
            builder.append(column, rows.clone(), nanoseconds)
        })
    }

    /// Appends so many rows of a page, column by column.
    fn append_with(
        &mut self,
        page: &Batch,
        count: usize,
        append: impl Fn(&mut ColumnBuilder, ColumnRef<'_>) -> Result<(), Misfit>,
    ) -> Result<()> {
        let appended = self.try_append(page, count, append);
        match &appended {
            Ok(()) => self.len += count,
            // Its columns are of different lengths.
            Err(_) => self.clear(),
        }
        appended
    }

    fn try_append(
        &mut self,
        page: &Batch,
        count: usize,
        append: impl Fn(&mut ColumnBuilder, ColumnRef<'_>) -> Result<(), Misfit>,
    ) -> Result<()> {
        let names = self.schema.fields().iter().take(self.own).map(|field| field.name());
        if !page.schema().columns.iter().map(|column| &column.name).eq(names) {
            let message = format!("a page of `{}` has other columns than the table", self.table);
            return Err(Error::new(ErrorKind::Schema, message).with_help("make an `ArrowTable` of the page's schema"));
        }
        let mut columns = self.columns.iter_mut();
        for (column, builder) in page.columns().zip(columns.by_ref()) {
            append(builder, column).map_err(|misfit| refused(&self.table, &column.schema().name, misfit))?;
        }
        let added = self.schema.fields().iter().skip(self.own).zip(&self.texts);
        for (builder, (field, text)) in columns.zip(added) {
            let repeated = builder.repeat(text, count);
            repeated.map_err(|misfit| refused(&self.table, field.name(), misfit))?;
        }
        Ok(())
    }

    /// Takes the rows, as a record batch; one without rows where there are none.
    ///
    /// # Errors
    /// [`Schema`](ErrorKind::Schema) when a column that is never null has a null: the page was not of this table.
    pub fn finish(&mut self) -> Result<RecordBatch> {
        let columns = self.columns.iter_mut().map(ColumnBuilder::finish).collect();
        // A table may have no columns at all.
        let options = RecordBatchOptions::new().with_row_count(Some(std::mem::take(&mut self.len)));
        RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options).map_err(|error| {
            let message = format!("the rows of `{}` are no record batch: {error}", self.table);
            Error::new(ErrorKind::Schema, message).with_source(error)
        })
    }

    /// How many bytes the rows take, about.
    #[cfg(feature = "parquet")]
    pub(crate) fn size(&self) -> usize {
        self.columns.iter().map(ColumnBuilder::size).sum()
    }

    fn clear(&mut self) {
        self.columns.iter_mut().for_each(|column| drop(column.finish()));
        self.len = 0;
    }
}

fn refused(table: &str, column: &str, Misfit { row, why }: Misfit) -> Error {
    let message = format!("row {} of a page, column `{column}` of `{table}`: {why}", row + 1);
    Error::new(ErrorKind::Destination, message).with_help(
        "where it is a time, `truncate_times` cuts nanoseconds off; a field under `#[column(skip)]` is not stored",
    )
}

impl fmt::Debug for ArrowTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ArrowTable")
            .field("table", &self.table)
            .field("schema", &self.schema)
            .field("len", &self.len)
            .finish_non_exhaustive()
    }
}
