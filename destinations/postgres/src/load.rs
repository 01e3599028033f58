//! A load: its rows on their way, and what it has changed.

use std::sync::Arc;

use declarest::destination::{LoadSpec, WriteStats};
use roaring::RoaringTreemap;

use crate::apply::Applied;
use crate::buffer::Rows;
use crate::layout::Layout;
use crate::state::Seen;

/// A load that has begun.
pub(crate) struct Load {
    pub(crate) spec: LoadSpec,
    pub(crate) layout: Option<Arc<Layout>>,
    /// What is committed.
    pub(crate) tally: Tally,
    /// Rows that are not.
    pub(crate) waiting: Vec<Arc<Rows>>,
    /// How many commits have gone through.
    pub(crate) commits: i64,
    /// Why rows could not be written. Nothing is written after that.
    pub(crate) failed: Option<String>,
}

/// What a load has changed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tally {
    /// The numbers of the merged rows that it has seen, those of the load that it resumes included.
    pub(crate) seen: RoaringTreemap,
    inserted: u64,
    updated: u64,
    lists_updated: u64,
    pub(crate) deleted: Option<u64>,
    /// Rows that are quarantined here, those of the load that it resumes included.
    pub(crate) quarantined: u64,
}

impl Load {
    pub(crate) fn new(spec: LoadSpec, layout: Option<Arc<Layout>>, seen: Seen) -> Self {
        let Seen { rows, quarantined } = seen;
        let tally = Tally { seen: rows, quarantined, ..Tally::default() };
        Self { spec, layout, tally, waiting: Vec::new(), commits: 0, failed: None }
    }

    /// Whether its rows are merged.
    pub(crate) fn is_merged(&self) -> bool {
        self.layout.as_ref().is_some_and(|layout| layout.is_merged())
    }

    /// What is committed, for the sync.
    pub(crate) fn stats(&self) -> WriteStats {
        self.tally.stats(self.is_merged())
    }
}

impl Tally {
    /// What it is with these rows.
    pub(crate) fn with(&self, applied: &Applied) -> Self {
        let mut tally = self.clone();
        tally.inserted += applied.added;
        tally.quarantined += applied.quarantined;
        for (rows, is_changed) in [(&applied.changed, true), (&applied.new, false), (&applied.same, false)] {
            for row in rows {
                // A row that has changed twice in a load, or was new in it, counts once.
                let is_first = tally.seen.insert(row.cast_unsigned());
                tally.updated += u64::from(is_first && is_changed);
            }
        }
        tally.inserted += applied.new.len() as u64;
        for row in &applied.lists_changed {
            let is_first = !self.seen.contains(row.cast_unsigned());
            tally.updated += u64::from(is_first);
            tally.lists_updated += u64::from(is_first);
        }
        tally
    }

    pub(crate) fn stats(&self, is_merged: bool) -> WriteStats {
        let mut stats = WriteStats::default();
        stats.inserted = Some(self.inserted);
        stats.updated = Some(self.updated);
        stats.lists_updated = Some(self.lists_updated);
        stats.distinct_keys = is_merged.then(|| self.seen.len());
        stats.deleted = self.deleted;
        stats.quarantined = Some(self.quarantined);
        stats
    }
}
