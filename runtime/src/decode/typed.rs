//! Rows of the user's own types: how new they are, and what identifies them.

use crate::declare::resource::Resource;
use crate::incremental::cursor::Position;
use crate::incremental::watermark::{CursorRows, RowHash, RowHasher};
use crate::schema::column_data::Misfit;
use crate::schema::identity::{IdentifyingColumns, IdentityHasher, RowId};
use crate::schema::row::{Row, ValueSink};
use crate::schema::value::ColumnValue;

impl<T: Resource> CursorRows for Vec<T> {
    fn retain(&mut self, keep: &mut dyn FnMut(Option<&Position>, RowHash<'_>) -> bool) {
        self.retain(|row| keep(row.position().as_ref(), &|by| hash_of(by, row)));
    }

    fn for_each(&self, see: &mut dyn FnMut(&Position, RowHash<'_>)) {
        for row in self {
            if let Some(position) = row.position() {
                see(&position, &|by| hash_of(by, row));
            }
        }
    }
}

fn hash_of<T: Resource>(by: &[usize], row: &T) -> u64 {
    let mut hasher = RowHasher::new(by);
    row.row(&mut Row::new(&mut hasher));
    hasher.finish()
}

/// What identifies the rows of a page.
pub(super) fn identities<T: Resource>(rows: &[T], by: &IdentifyingColumns) -> Vec<RowId> {
    let id = |row: &T| {
        let mut hasher = IdentityHasher::default();
        row.row(&mut Row::only(&mut hasher, by.columns()));
        hasher.finish()
    };
    by.of_page(rows).map(id).collect()
}

impl ValueSink for RowHasher<'_> {
    fn put(&mut self, column: usize, value: &ColumnValue<'_>) -> Result<(), Misfit> {
        self.add(column, value);
        Ok(())
    }
}
