//! Lists in rows that become tables of their own: `#[column(child_table)]`.

use serde::Deserialize;
use serde::de::MapAccess;

use super::column::{Column, ColumnDef};
use super::row::{AllColumns, Row, RowError};

/// An element of a list under `#[column(child_table)]`: a `#[nested]` struct, or a plain value. Implemented by this crate and
/// by the macro alone.
#[diagnostic::on_unimplemented(
    message = "a list of `{Self}` cannot be a child table",
    label = "not a type that has columns of its own",
    note = "elements are `#[nested]` structs of the module, `String`, `bool`, integers, floats or times of `jiff` (or `chrono`, with that feature)"
)]
pub trait ChildRow: for<'de> Deserialize<'de> {
    /// The columns of an element.
    #[doc(hidden)]
    const COLUMNS: &'static [ColumnDef];

    /// Adds the values of the columns, in their order.
    #[doc(hidden)]
    fn put<'a>(&'a self, row: &mut Row<'a>);

    /// The slot of a list that has not been read yet.
    #[doc(hidden)]
    #[must_use]
    fn unread<L>() -> Option<L> {
        None
    }

    /// Reads a list of them.
    #[doc(hidden)]
    fn list_of<'de, A: MapAccess<'de>>(map: &mut A, slot: &mut Option<Vec<Self>>) -> Result<(), A::Error> {
        *slot = Some(map.next_value()?);
        Ok(())
    }

    /// Reads a list of them that may be null.
    #[doc(hidden)]
    fn optional_list<'de, A: MapAccess<'de>>(
        map: &mut A,
        slot: &mut Option<Option<Vec<Self>>>,
    ) -> Result<(), A::Error> {
        *slot = Some(map.next_value()?);
        Ok(())
    }

    /// Adds the elements of a list.
    #[doc(hidden)]
    fn list<'a>(items: &'a [Self], rows: &mut ChildRows<'a>) {
        rows.list(items);
    }
}

/// Takes the elements of one list.
pub struct ChildRows<'a> {
    columns: AllColumns<'a>,
    count: usize,
    failed: Option<RowError>,
}

impl<'a> ChildRows<'a> {
    pub(crate) fn new(columns: AllColumns<'a>) -> Self {
        Self { columns, count: 0, failed: None }
    }

    /// How many elements were taken, if all values were.
    pub(crate) fn finish(self) -> Result<usize, RowError> {
        self.failed.map_or(Ok(self.count), Err)
    }

    /// Adds the elements of a list.
    pub fn list<T: ChildRow>(&mut self, items: &'a [T]) {
        self.count += items.len();
        for item in items {
            let mut row = Row::new(&mut self.columns);
            item.put(&mut row);
            if let Err(error) = row.finish() {
                self.failed.get_or_insert(error);
            }
        }
    }
}

/// The table of a list.
#[derive(Debug, Clone, Copy)]
pub struct ChildTableDef {
    /// Its name: `issues__flows`.
    pub name: &'static str,
    /// The columns of an element.
    pub columns: &'static [ColumnDef],
}

macro_rules! plain {
    ($($type:ty),*) => {$(
        impl ChildRow for $type {
            const COLUMNS: &'static [ColumnDef] = &[ColumnDef::of("value", <Self as Column>::STORED)];

            fn put<'a>(&'a self, row: &mut Row<'a>) {
                Column::put(self, row);
            }

            fn list_of<'de, A: MapAccess<'de>>(map: &mut A, slot: &mut Option<Vec<Self>>) -> Result<(), A::Error> {
                Column::field(map, slot)
            }

            fn optional_list<'de, A: MapAccess<'de>>(map: &mut A, slot: &mut Option<Option<Vec<Self>>>) -> Result<(), A::Error> {
                Column::field(map, slot)
            }
        }
    )*};
}

plain!(bool, i8, i16, i32, i64, u8, u16, u32, u64, f32, f64, char, String, crate::Json);
plain!(jiff::Timestamp, jiff::civil::Date, jiff::civil::Time, jiff::civil::DateTime);
