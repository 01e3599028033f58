//! What is new: which rows of a page a run before has not loaded, and how far this one has come.

use std::collections::BTreeSet;
use std::hash::Hasher as _;
use std::sync::Arc;

use fnv::FnvHasher;
use serde::{Deserialize, Serialize};

use crate::incremental::Position;
use crate::range::Range;
use crate::resource::{Resource, ResourceDef, WriteDisposition};
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

/// Rows that can be asked how new they are. Those that have no position are left alone.
pub(crate) trait Dated {
    /// Leaves out rows, by their position and their hash.
    fn retain(&mut self, keep: impl FnMut(&Position, &dyn Fn() -> u64) -> bool);

    /// Looks at each of them.
    fn look(&self, see: impl FnMut(Position, &dyn Fn() -> u64));
}

impl Since {
    /// Leaves out the rows that are outside the range, or known, whatever the API was asked for.
    pub(crate) fn keep(&self, rows: &mut impl Dated, def: &ResourceDef) -> News {
        let at_start = |position: &Position| !self.known.is_empty() && self.range.start.as_ref() == Some(position);
        rows.retain(|position, hash| {
            self.range.contains(position) && !(at_start(position) && self.known.contains(&hash()))
        });
        let (mut newest, mut positions) = (Newest::default(), Vec::new());
        rows.look(|position, _| {
            if def.result_window.is_some() {
                positions.push(position.clone());
            }
            newest.position = newest.position.take().max(Some(position));
        });
        // Rows with a key to merge by replace themselves.
        if def.write_disposition != WriteDisposition::Merge {
            rows.look(|position, hash| {
                if newest.position.as_ref() == Some(&position) {
                    newest.rows.insert(hash());
                }
            });
        }
        News { newest, positions }
    }
}

impl<T: Resource> Dated for Vec<T> {
    fn retain(&mut self, mut keep: impl FnMut(&Position, &dyn Fn() -> u64) -> bool) {
        let key = key::<T>();
        self.retain(|row| row.position().is_none_or(|position| keep(&position, &|| hash_of(&key, row))));
    }

    fn look(&self, mut see: impl FnMut(Position, &dyn Fn() -> u64)) {
        let key = key::<T>();
        for row in self {
            if let Some(position) = row.position() {
                see(position, &|| hash_of(&key, row));
            }
        }
    }
}

/// The columns that identify a row; none where all do.
fn key<T: Resource>() -> Vec<usize> {
    let column = |name: &&str| T::DEF.columns.iter().position(|column| column.name == *name);
    T::DEF.primary_key.iter().filter_map(column).collect()
}

fn hash_of<T: Resource>(key: &[usize], row: &T) -> u64 {
    let mut values = Row::default();
    row.row(&mut values);
    hash(key, values.values().iter().cloned())
}

/// Hashes a row: by its key if it has one, else whole.
pub(crate) fn hash<'v>(key: &[usize], values: impl Iterator<Item = Value<'v>>) -> u64 {
    let mut hasher = FnvHasher::default();
    for (index, value) in values.enumerate() {
        if key.is_empty() || key.contains(&index) {
            add(&mut hasher, &value);
        }
    }
    hasher.finish()
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
