//! The first page of a read, which its partitions share: it says what there is to share out.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use declarest::{BatchStream, Extent, Result, Scan};
use tokio::sync::OnceCell;

/// A read whose first page has come.
pub(crate) struct Opened {
    pub(crate) extent: Extent,
    /// The batches from the first on, until a partition takes them.
    batches: Mutex<Option<BatchStream>>,
    /// Whether it has come to this machine.
    pub(crate) is_here: bool,
}

impl Opened {
    /// Reads the first page.
    pub(crate) async fn new(scan: Scan) -> Result<Self> {
        let (extent, batches) = scan.open().await?;
        Ok(Self { extent, batches: Mutex::new(Some(batches)), is_here: true })
    }

    /// A read whose first page another machine has read.
    pub(crate) fn elsewhere(extent: Extent) -> Self {
        Self { extent, batches: Mutex::default(), is_here: false }
    }

    /// The batches, for the first who asks.
    pub(crate) fn take(&self) -> Option<BatchStream> {
        self.batches.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// The first page of one run of a plan. An error is all partitions' error.
#[derive(Default)]
pub(crate) struct Opening(OnceCell<Result<Opened>>);

impl Opening {
    /// The opened read: by the first partition that asks for it.
    pub(crate) async fn get(&self, scan: Scan) -> Result<&Opened> {
        self.0.get_or_init(|| Opened::new(scan)).await.as_ref().map_err(Clone::clone)
    }
}

/// The first pages of all runs of a plan. A plan may run more than once, and each run reads anew: the partitions that run for the
/// same time share a page.
#[derive(Default)]
pub(crate) struct Openings(Mutex<Runs>);

#[derive(Default)]
struct Runs {
    /// How often each partition has run.
    begun: Vec<usize>,
    openings: BTreeMap<usize, Arc<Opening>>,
}

impl Openings {
    /// Those of a plan whose first page was read while it was planned.
    pub(crate) fn planned(opened: Opened) -> Self {
        let opening = Arc::new(Opening(OnceCell::new_with(Some(Ok(opened)))));
        Self(Mutex::new(Runs { begun: Vec::new(), openings: [(0, opening)].into() }))
    }

    /// That of the next run of a partition, of so many.
    pub(crate) fn next(&self, partition: usize, partitions: usize) -> Arc<Opening> {
        let mut runs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        runs.begun.resize(partitions.max(partition + 1), 0);
        let run = runs.begun.get(partition).copied().unwrap_or_default();
        let opening = Arc::clone(runs.openings.entry(run).or_default());
        if let Some(begun) = runs.begun.get_mut(partition) {
            *begun += 1;
        }
        // What all partitions have is kept by them.
        let all = runs.begun.iter().min().copied().unwrap_or_default();
        runs.openings.retain(|run, _| *run >= all);
        opening
    }
}

impl fmt::Debug for Openings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Openings").finish_non_exhaustive()
    }
}
