//! Which rows of a table a load has seen, and how many of them it has changed.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};

use roaring::RoaringTreemap;
use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;

/// Which rows of the table a load has seen: a bit for each.
#[derive(Default)]
pub(super) struct SeenKeys {
    rows: Mutex<RoaringTreemap>,
    /// How often a row was there already.
    conflicts: AtomicU64,
    /// Rows that were there before the load, with other values.
    updated: AtomicU64,
    /// Of these, those of which only the elements of their lists have changed.
    lists_updated: AtomicU64,
    /// Whether the latest row that was there already came for the first time in this load,
    is_first: AtomicBool,
    /// and whether its values differ.
    is_changed: AtomicBool,
}

impl SeenKeys {
    /// Defines `_declarest_seen(rowid, changed)`: called for each row that is there already, with whether its values
    /// differ, it returns whether to update the row. And `_declarest_is_gone(rowid)`: whether the load has not seen it.
    pub(super) fn listen(seen: &Arc<Self>, connection: &Connection) -> rusqlite::Result<()> {
        let rows = Arc::clone(seen);
        connection.create_scalar_function("_declarest_is_gone", 1, FunctionFlags::SQLITE_UTF8, move |context| {
            Ok(!rows.contains(context.get(0)?))
        })?;
        let seen = Arc::clone(seen);
        connection.create_scalar_function("_declarest_seen", 2, FunctionFlags::SQLITE_UTF8, move |context| {
            let changed = context.get::<Option<bool>>(1)?.unwrap_or(false);
            let first = seen.insert(context.get(0)?);
            seen.conflicts.fetch_add(1, Relaxed);
            seen.updated.fetch_add((first && changed).into(), Relaxed);
            seen.is_first.store(first, Relaxed);
            seen.is_changed.store(changed, Relaxed);
            Ok(changed)
        })
    }

    /// How often a row was there already.
    pub(super) fn conflicts(&self) -> u64 {
        self.conflicts.load(Relaxed)
    }

    /// Whether the latest row that was there already has the values that came.
    pub(super) fn is_unchanged(&self) -> bool {
        !self.is_changed.load(Relaxed)
    }

    /// The elements of its lists have changed.
    pub(super) fn update_lists(&self) {
        if self.is_first.load(Relaxed) {
            self.updated.fetch_add(1, Relaxed);
            self.lists_updated.fetch_add(1, Relaxed);
        }
    }

    /// Rows that were there before the load, of which only the elements of their lists have changed.
    pub(super) fn lists_updated(&self) -> u64 {
        self.lists_updated.load(Relaxed)
    }

    /// Rows that were there before the load, with other values.
    pub(super) fn updated(&self) -> u64 {
        self.updated.load(Relaxed)
    }

    /// Whether the load had not seen the row before.
    pub(super) fn insert(&self, row: i64) -> bool {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner).insert(row.cast_unsigned())
    }

    fn contains(&self, row: i64) -> bool {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner).contains(row.cast_unsigned())
    }

    pub(super) fn distinct(&self) -> u64 {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    pub(super) fn save(&self) -> Vec<u8> {
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        // Rows come mostly in the order of their numbers: runs are a few bytes, however long they are.
        rows.optimize();
        let mut bytes = Vec::with_capacity(rows.serialized_size());
        // Writing to memory cannot fail.
        let _ = rows.serialize_into(&mut bytes);
        bytes
    }

    pub(super) fn restore(&self, rows: Option<RoaringTreemap>) {
        *self.rows.lock().unwrap_or_else(PoisonError::into_inner) = rows.unwrap_or_default();
    }

    pub(super) fn clear(&self) {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.conflicts.store(0, Relaxed);
        self.updated.store(0, Relaxed);
        self.lists_updated.store(0, Relaxed);
    }
}
