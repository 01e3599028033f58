//! A page of rows as columns: what destinations, scans and readers of any kind take.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use super::column_data::ColumnData;
use super::column_ref::ColumnRef;
use super::table::{ColumnSchema, TableSchema};
use super::texts::TextBuffers;
use super::value::ColumnValue;
use crate::error::{Error, ErrorKind, Result};

/// Rows of a table as columns: a page of a sync, or of a scan.
///
/// Texts are not copied: most are parts of the page's bytes, which the batch keeps. Cloning it copies the columns, not
/// the texts.
///
/// ```
/// use std::sync::Arc;
///
/// use declarest::{Batch, ColumnSchema, ColumnType, ColumnValue, ColumnValues, TableSchema};
///
/// # fn main() -> declarest::Result<()> {
/// let schema = Arc::new(TableSchema::new(
///     "issues",
///     [ColumnSchema::new("key", ColumnType::Text), ColumnSchema::new("line", ColumnType::Integer).nullable()],
/// ));
/// let rows = [["a".into(), 7.into()], ["b".into(), ColumnValue::Null]];
/// let batch = Batch::from_rows(schema, rows)?;
///
/// for row in batch.rows() {
///     println!("{:?} is at line {:?}", row.get(0), row.get(1));
/// }
/// if let Some(ColumnValues::Text(keys)) = batch.column(0).map(|column| column.values()) {
///     assert_eq!(keys.iter().collect::<Vec<_>>(), ["a", "b"]);
/// }
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Batch {
    pub(super) schema: Arc<TableSchema>,
    pub(super) len: usize,
    pub(super) columns: Vec<ColumnData>,
    pub(super) texts: Arc<TextBuffers>,
    pub(super) children: Vec<ChildBatch>,
}

/// The elements of a list of all rows of a [`Batch`], as a table of their own. Its first columns repeat the key of the
/// row that has the list, then comes the element's position in it.
#[derive(Debug, Clone, PartialEq)]
pub struct ChildBatch {
    pub(super) batch: Batch,
    /// Where the elements of each row end.
    pub(super) ends: Vec<usize>,
}

/// A row of a [`Batch`].
#[derive(Clone, Copy)]
pub struct RowRef<'b> {
    batch: &'b Batch,
    row: usize,
}

impl Batch {
    /// A batch of these rows, each with a value for each column. Where the schema has lists, they are empty: see
    /// [`with_elements`](Self::with_elements).
    ///
    /// # Errors
    /// [`Schema`](ErrorKind::Schema) when a row has too few values or too many, or a value does not fit its column: it
    /// is of another type, an integer out of its range, or null where the column is not nullable.
    pub fn from_rows<'v, R>(schema: Arc<TableSchema>, rows: impl IntoIterator<Item = R>) -> Result<Self>
    where
        R: IntoIterator<Item = ColumnValue<'v>>,
    {
        let mut batch = Self::empty(schema);
        let mut texts = TextBuffers::default();
        for row in rows {
            let mut row = row.into_iter();
            for (column, data) in batch.schema.columns.iter().zip(&mut batch.columns) {
                let fits = match row.next() {
                    Some(ColumnValue::Null) if !column.nullable => false,
                    Some(value) => data.push(&value, &mut texts).is_ok(),
                    None => false,
                };
                if !fits {
                    return Err(misfit(&batch, column));
                }
            }
            if row.next().is_some() {
                let message = format!("row {} of `{}` has more values than columns", batch.len, batch.schema.name);
                return Err(Error::new(ErrorKind::Schema, message));
            }
            batch.len += 1;
        }
        batch.columns.iter_mut().for_each(ColumnData::finish);
        batch.texts = Arc::new(texts);
        for child in &mut batch.children {
            child.ends = vec![0; batch.len];
        }
        Ok(batch)
    }

    /// The same rows with elements in the list of this index: for each row its elements, each with a value for each
    /// column after the position.
    ///
    /// # Errors
    /// [`Schema`](ErrorKind::Schema) when there is no such list, when not every row has a list, and as for
    /// [`from_rows`](Self::from_rows).
    pub fn with_elements<'v, L, E>(mut self, child: usize, lists: impl IntoIterator<Item = L>) -> Result<Self>
    where
        L: IntoIterator<Item = E>,
        E: IntoIterator<Item = ColumnValue<'v>>,
    {
        let refused = |message| Err(Error::new(ErrorKind::Schema, message));
        let Some(list) = self.schema.children.get(child) else {
            return refused(format!("`{}` has no list of index {child}", self.schema.name));
        };
        let (mut elements, mut ends) = (Vec::new(), Vec::new());
        for list_of_row in lists {
            let row = RowRef { batch: &self, row: ends.len() };
            for (position, element) in (0..).zip(list_of_row) {
                let key = list.owner_key.iter().map(|column| row.get(*column).into_owned());
                let element = element.into_iter().map(ColumnValue::into_owned);
                elements.push(key.chain([ColumnValue::Integer(position)]).chain(element).collect::<Vec<_>>());
            }
            ends.push(elements.len());
        }
        if ends.len() != self.len {
            return refused(format!("{} lists for the {} rows of `{}`", ends.len(), self.len, self.schema.name));
        }
        let batch = Self::from_rows(Arc::new(list.table.clone()), elements)?;
        if let Some(slot) = self.children.get_mut(child) {
            *slot = ChildBatch { batch, ends };
        }
        Ok(self)
    }

    /// Of columns that have a value for each row.
    pub(crate) fn new(
        schema: Arc<TableSchema>,
        len: usize,
        mut columns: Vec<ColumnData>,
        texts: Arc<TextBuffers>,
        children: Vec<ChildBatch>,
    ) -> Self {
        columns.iter_mut().for_each(ColumnData::finish);
        Self { schema, len, columns, texts, children }
    }

    /// Keeps this many rows, with their lists.
    pub(crate) fn truncate(&mut self, rows: usize) {
        self.columns.iter_mut().for_each(|column| column.truncate(rows));
        self.len = self.len.min(rows);
        for ChildBatch { batch, ends } in &mut self.children {
            ends.truncate(rows);
            batch.truncate(ends.last().copied().unwrap_or(0));
        }
    }

    /// The same rows with the first of their columns: as many as this table has.
    pub(crate) fn with_first_columns(mut self, schema: Arc<TableSchema>) -> Self {
        self.columns.truncate(schema.columns.len());
        self.schema = schema;
        self
    }

    /// A batch without rows.
    #[must_use]
    pub fn empty(schema: Arc<TableSchema>) -> Self {
        let columns = schema.columns.iter().map(|column| ColumnData::new(column.kind)).collect();
        let child = |table: &TableSchema| ChildBatch { batch: Self::empty(Arc::new(table.clone())), ends: Vec::new() };
        let children = schema.children.iter().map(|list| child(&list.table)).collect();
        Self { schema, len: 0, columns, texts: Arc::default(), children }
    }

    /// The table that the rows are of. Where columns were selected, it has these alone.
    #[must_use]
    pub fn schema(&self) -> &Arc<TableSchema> {
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

    /// The column of an index, in the order of the schema.
    #[must_use]
    pub fn column(&self, index: usize) -> Option<ColumnRef<'_>> {
        let (schema, data) = (self.schema.columns.get(index)?, self.columns.get(index)?);
        Some(ColumnRef { schema, data, texts: &self.texts })
    }

    /// The columns, in the order of the schema.
    #[must_use]
    pub fn columns(&self) -> impl ExactSizeIterator<Item = ColumnRef<'_>> {
        let columns = self.schema.columns.iter().zip(&self.columns);
        columns.map(|(schema, data)| ColumnRef { schema, data, texts: &self.texts })
    }

    /// The row of a number, counted from 0.
    #[must_use]
    pub fn row(&self, row: usize) -> Option<RowRef<'_>> {
        (row < self.len).then_some(RowRef { batch: self, row })
    }

    /// The rows, in the order of the page.
    #[must_use]
    pub fn rows(&self) -> impl ExactSizeIterator<Item = RowRef<'_>> {
        (0..self.len).map(|row| RowRef { batch: self, row })
    }

    /// The elements of the rows' lists: a table for each of the schema's [`children`](TableSchema::children).
    #[must_use]
    pub fn children(&self) -> &[ChildBatch] {
        &self.children
    }
}

impl ChildBatch {
    /// The elements of some rows: the columns of these that are the key, the elements' own columns, and where the
    /// elements of each row end.
    pub(crate) fn new<'o>(
        schema: Arc<TableSchema>,
        key: impl Iterator<Item = &'o ColumnData>,
        elements: Vec<ColumnData>,
        ends: Vec<usize>,
        texts: Arc<TextBuffers>,
    ) -> Self {
        let (mut owners, mut positions) = (Vec::new(), Vec::new());
        for (row, end) in ends.iter().enumerate() {
            let count = end.saturating_sub(owners.len());
            owners.extend(std::iter::repeat_n(row, count));
            positions.extend((0..).take(count));
        }
        let key = key.map(|column| column.select(&owners));
        let columns = key.chain([ColumnData::integers(positions)]).chain(elements).collect();
        Self { batch: Batch::new(schema, owners.len(), columns, texts, Vec::new()), ends }
    }

    /// The elements of all rows, in the order of these.
    #[must_use]
    pub fn batch(&self) -> &Batch {
        &self.batch
    }

    /// Which rows of [`batch`](Self::batch) are the elements of a row, counted from 0, of the batch that has the lists.
    #[must_use]
    pub fn elements(&self, row: usize) -> Range<usize> {
        let end = |row: usize| self.ends.get(row).copied().unwrap_or(self.batch.len);
        row.checked_sub(1).map_or(0, end)..end(row)
    }
}

impl<'b> RowRef<'b> {
    /// Its number in the batch, from 0.
    #[must_use]
    pub fn index(&self) -> usize {
        self.row
    }

    /// The value of a column, by its index; [`Null`](ColumnValue::Null) also where there is no such column.
    #[must_use]
    pub fn get(&self, column: usize) -> ColumnValue<'b> {
        self.batch.columns.get(column).map_or(ColumnValue::Null, |data| data.get(self.row, &self.batch.texts))
    }

    /// The values, in the order of the columns.
    #[must_use]
    pub fn values(&self) -> impl ExactSizeIterator<Item = ColumnValue<'b>> + use<'b> {
        let Self { batch, row } = *self;
        batch.columns.iter().map(move |data| data.get(row, &batch.texts))
    }
}

/// The value of the last row that does not fit.
fn misfit(batch: &Batch, column: &ColumnSchema) -> Error {
    let (row, table, ColumnSchema { name, kind, nullable }) = (batch.len, &batch.schema.name, column);
    let or_null = if *nullable { " or null" } else { "" };
    let message = format!("row {row} of `{table}` has no value for the column `{name}` that fits: {kind}{or_null}");
    Error::new(ErrorKind::Schema, message).with_help("give each row a value of the column's type for each column")
}

/// Of equal schemas, with equal values.
impl PartialEq for Batch {
    fn eq(&self, other: &Self) -> bool {
        self.schema == other.schema
            && self.len == other.len
            && self.rows().zip(other.rows()).all(|(left, right)| left.values().eq(right.values()))
            && self.children == other.children
    }
}

impl fmt::Debug for Batch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows: Vec<_> = self.rows().collect();
        f.debug_struct("Batch")
            .field("table", &self.schema.name)
            .field("rows", &rows)
            .field("children", &self.children)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for RowRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns = self.batch.schema.columns.iter().map(|column| &column.name);
        f.debug_map().entries(columns.zip(self.values())).finish()
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jiff::civil::{date, datetime, time};

    use super::*;
    use crate::schema::column::ColumnType;
    use crate::schema::column_ref::ColumnValues;

    fn text(text: &str) -> ColumnValue<'_> {
        ColumnValue::Text(text.into())
    }

    /// A table with a column of each type, and a value of each.
    fn all_types() -> (Arc<TableSchema>, Vec<ColumnValue<'static>>) {
        let values = [
            (ColumnType::Boolean, ColumnValue::Bool(true)),
            (ColumnType::Integer, ColumnValue::Integer(i64::MIN)),
            (ColumnType::Unsigned, ColumnValue::Unsigned(u64::MAX)),
            (ColumnType::Real, ColumnValue::Real(-0.5)),
            (ColumnType::Text, text("a\"\n")),
            (ColumnType::Timestamp, ColumnValue::Timestamp(Timestamp::MAX)),
            (ColumnType::Date, ColumnValue::Date(date(-1, 2, 28))),
            (ColumnType::Time, ColumnValue::Time(time(23, 59, 59, 999_999_999))),
            (ColumnType::DateTime, ColumnValue::DateTime(datetime(2024, 2, 29, 0, 0, 0, 1))),
            (ColumnType::Json, text(r#"{"a": 1}"#)),
        ];
        let columns = values.iter().map(|(kind, _)| ColumnSchema::new(kind.to_string(), *kind).nullable());
        let schema = Arc::new(TableSchema::new("all", columns));
        (schema, values.into_iter().map(|(_, value)| value).collect())
    }

    #[test]
    fn values_come_out_as_they_went_in() {
        let (schema, values) = all_types();
        let nulls = vec![ColumnValue::Null; values.len()];
        let rows = [nulls.clone(), values.clone(), nulls];
        let batch = Batch::from_rows(Arc::clone(&schema), rows.clone()).expect("a batch");
        let back: Vec<Vec<_>> = batch.rows().map(|row| row.values().collect()).collect();
        assert_eq!(back, rows);
        for (index, column) in batch.columns().enumerate() {
            assert_eq!(column.nulls(), Some(&[true, false, true][..]));
            assert_eq!((column.get(1), column.get(3)), (values[index].clone(), ColumnValue::Null));
            assert_eq!(column.schema(), &schema.columns[index]);
        }
        assert!(matches!(batch.columns().nth(2).map(|c| c.values()), Some(ColumnValues::Unsigned([0, u64::MAX, 0]))));
        let Some(ColumnValues::Json(texts)) = batch.columns().nth(9).map(|column| column.values()) else {
            panic!("JSON: {batch:?}")
        };
        assert_eq!((texts.len(), texts.get(1), texts.get(3)), (3, Some(r#"{"a": 1}"#), None));
        assert!(batch.row(3).is_none() && batch.column(10).is_none());
    }

    #[test]
    fn values_survive_json() {
        let (schema, values) = all_types();
        for (column, value) in schema.columns.iter().zip(values) {
            let json = value.to_json();
            assert_eq!(ColumnValue::from_json(column.kind, &json).ok(), Some(value));
            assert_eq!(ColumnValue::from_json(column.kind, &serde_json::Value::Null).ok(), Some(ColumnValue::Null));
            assert!(ColumnValue::from_json(column.kind, &serde_json::json!([json])).is_err());
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let schema = |kind| Arc::new(TableSchema::new("t", [ColumnSchema::new("c", kind)]));
        let (_, values) = all_types();
        let mut kinds: Vec<_> = all_types().0.columns.iter().map(|column| column.kind).collect();
        for (at, value) in values.iter().enumerate() {
            for (kind_at, kind) in kinds.iter().enumerate() {
                let fits = Batch::from_rows(schema(*kind), [[value.clone()]]).is_ok();
                // Text and JSON text are both text.
                assert_eq!(fits, at == kind_at || matches!((at, kind_at), (4, 9) | (9, 4)), "{value:?} as {kind}");
            }
        }
        for kind in kinds.drain(..) {
            let error = Batch::from_rows(schema(kind), [[ColumnValue::Null]]).expect_err("not nullable");
            assert_eq!(error.kind(), ErrorKind::Schema);
        }
        assert!(Batch::from_rows(schema(ColumnType::Unsigned), [[ColumnValue::Integer(-1)]]).is_err());
        assert!(Batch::from_rows(schema(ColumnType::Unsigned), [[ColumnValue::Integer(1)]]).is_ok());
        let none: [[ColumnValue<'_>; 0]; 1] = [[]];
        assert!(Batch::from_rows(schema(ColumnType::Real), none).is_err());
        assert!(Batch::from_rows(schema(ColumnType::Real), [[ColumnValue::Real(0.0), ColumnValue::Null]]).is_err());
    }

    #[test]
    fn lists_have_the_keys_of_their_rows() {
        let table = TableSchema::new("t", [ColumnSchema::new("id", ColumnType::Text)]).with_key(["id"]);
        let table = Arc::new(table.with_child("t__n", [ColumnSchema::new("value", ColumnType::Integer)]));
        let batch = Batch::from_rows(table, [[text("a")], [text("b")]]).expect("rows");
        assert_eq!((batch.children()[0].elements(0), batch.children()[0].elements(1)), (0..0, 0..0));
        let number = |number| [ColumnValue::Integer(number)];
        let whole = batch.clone().with_elements(0, [vec![], vec![number(7), number(8)]]).expect("elements");
        let list = &whole.children()[0];
        let rows: Vec<Vec<_>> = list.batch().rows().map(|row| row.values().collect()).collect();
        let row = |position, value| vec![text("b"), ColumnValue::Integer(position), ColumnValue::Integer(value)];
        assert_eq!(rows, [row(0, 7), row(1, 8)]);
        assert_eq!((list.elements(0), list.elements(1)), (0..0, 0..2));
        assert!(whole != batch && whole == whole.clone());
        assert!(batch.clone().with_elements(1, [vec![number(1)]]).is_err());
        assert!(batch.with_elements(0, [vec![number(1)]]).is_err());
    }
}
