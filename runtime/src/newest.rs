//! What is new: which rows of a page a run before has not loaded, and how far this one has come.

use std::collections::BTreeSet;
use std::hash::Hasher as _;
use std::sync::Arc;

use fnv::FnvHasher;
use serde::{Deserialize, Serialize};

use crate::incremental::Position;
use crate::range::Range;
use crate::resource::{Resource, WriteDisposition};
use crate::row::{Row, Value};

/// How far rows have come.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Newest {
    /// The position of the newest row.
    pub(crate) position: Option<Position>,
    /// The rows there, hashed, where only this keeps them from being loaded twice.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub(crate) rows: BTreeSet<u64>,
}

impl Newest {
    /// Adds what other rows say.
    pub(crate) fn add(&mut self, other: Self) {
        match other.position.cmp(&self.position) {
            std::cmp::Ordering::Less => {}
            std::cmp::Ordering::Equal => self.rows.extend(other.rows),
            std::cmp::Ordering::Greater => *self = other,
        }
    }
}

/// What to keep of each page.
#[derive(Debug, Clone, Default)]
pub(crate) struct Since {
    pub(crate) range: Range,
    /// The rows at the start of the range that were loaded before, hashed.
    pub(crate) known: Arc<BTreeSet<u64>>,
}

/// What a page says of the positions of its rows.
#[derive(Debug, Default)]
pub(crate) struct News {
    pub(crate) newest: Newest,
    /// The positions of those of its rows that are in the range, where slices may have to be cut.
    pub(crate) positions: Vec<Position>,
}

impl Since {
    /// Leaves out the rows that are outside the range, or known, whatever the API was asked for.
    pub(crate) fn keep<T: Resource>(&self, rows: &mut Vec<T>) -> News {
        let hash = Hash::<T>::new();
        let at_start = |position: &Position| !self.known.is_empty() && self.range.start.as_ref() == Some(position);
        rows.retain(|row| {
            let Some(position) = row.position() else { return true };
            self.range.contains(&position) && !(at_start(&position) && self.known.contains(&hash.of(row)))
        });
        let positions = || rows.iter().filter_map(Resource::position);
        let newest = positions().max();
        // Rows with a key to merge by replace themselves.
        let remembered = newest.is_some() && T::DEF.write_disposition != WriteDisposition::Merge;
        let at_end = rows.iter().filter(|row| remembered && row.position() == newest);
        News {
            newest: Newest { position: newest.clone(), rows: at_end.map(|row| hash.of(row)).collect() },
            positions: if T::DEF.result_window.is_some() { positions().collect() } else { Vec::new() },
        }
    }
}

/// Hashes rows: by their key if they have one, else whole.
struct Hash<T> {
    columns: Vec<usize>,
    rows: std::marker::PhantomData<T>,
}

impl<T: Resource> Hash<T> {
    fn new() -> Self {
        let key = |name: &&str| T::DEF.columns.iter().position(|column| column.name == *name);
        Self { columns: T::DEF.primary_key.iter().filter_map(key).collect(), rows: std::marker::PhantomData }
    }

    fn of(&self, row: &T) -> u64 {
        let mut values = Row::default();
        row.row(&mut values);
        let mut hasher = FnvHasher::default();
        for (index, value) in values.values().iter().enumerate() {
            if self.columns.is_empty() || self.columns.contains(&index) {
                add(&mut hasher, value);
            }
        }
        hasher.finish()
    }
}

fn add(hasher: &mut FnvHasher, value: &Value<'_>) {
    match value {
        Value::Null => hasher.write_u8(0),
        Value::Bool(flag) => hasher.write(&[1, (*flag).into()]),
        Value::Integer(number) => hasher.write(&number.to_le_bytes()),
        Value::Unsigned(number) => hasher.write(&number.to_le_bytes()),
        Value::Real(number) => hasher.write(&number.to_bits().to_le_bytes()),
        Value::Text(text) => hasher.write(text.as_bytes()),
        Value::Owned(text) => hasher.write(text.as_bytes()),
    }
    // So that the end of one value is not the beginning of the next.
    hasher.write_u8(0xFF);
}
