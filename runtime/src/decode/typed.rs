//! Rows of the user's own types.

use crate::declare::resource::Resource;
use crate::incremental::cursor::Position;
use crate::incremental::watermark::{CursorRows, RowHash, hash};
use crate::schema::child_table::ChildRows;
use crate::schema::row::{Row, RowError, Rows};
use crate::schema::value::ColumnValue;

impl<T: Resource> Rows for Vec<T> {
    fn len(&self) -> usize {
        self.len()
    }

    fn each(&self, write: &mut dyn FnMut(&[ColumnValue<'_>]) -> Result<(), RowError>) -> Result<(), RowError> {
        let mut row = Row { values: Vec::with_capacity(T::DEF.columns.len()), failed: None };
        for item in self {
            row.values.clear();
            item.row(&mut row);
            if let Some(error) = row.failed.take() {
                return Err(RowError::Json(error));
            }
            write(&row.values)?;
        }
        Ok(())
    }

    fn child_rows(&self, index: usize, table: usize) -> Result<Vec<Vec<ColumnValue<'_>>>, RowError> {
        let mut children = ChildRows::default();
        if let Some(item) = self.get(index) {
            item.child_rows(table, &mut children);
        }
        children.rows.into_iter().map(|row| row.into_values().map_err(RowError::Json)).collect()
    }
}

impl<T: Resource> CursorRows for Vec<T> {
    fn retain(&mut self, keep: &mut dyn FnMut(&Position, RowHash<'_>) -> bool) {
        self.retain(|row| row.position().is_none_or(|position| keep(&position, &|by| hash_of(by, row))));
    }

    fn for_each(&self, see: &mut dyn FnMut(Position, RowHash<'_>)) {
        for row in self {
            if let Some(position) = row.position() {
                see(position, &|by| hash_of(by, row));
            }
        }
    }
}

fn hash_of<T: Resource>(by: &[usize], row: &T) -> u64 {
    let mut values = Row::default();
    row.row(&mut values);
    hash(by, values.values.into_iter())
}
