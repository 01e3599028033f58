//! Destinations that keep one promise less fail the cases that are about it, and no others.

use std::collections::BTreeSet;

use declarest::conformance::{self, Harness, Row};
use declarest::destination::{
    Capabilities, DestinationFuture, Lease, LoadId, LoadOutcome, LoadSpec, Quarantined, StateChange, StateKey,
    StateStore, TableStatus, WriteStats,
};
use declarest::{Batch, Destination, Result, TableSchema};
use tokio::task::yield_now;

use crate::json_lines::{JsonLines, Store};

/// What it does wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// Rows are committed without the state.
    NoState,
    /// Rows are committed, and the state after them.
    TwoSteps,
    /// A commit does not mind who holds the lease.
    NoLease,
    /// Rows that were not committed become visible when the load is interrupted.
    Interrupted,
}

/// `JsonLines` with a fault.
struct Broken {
    inner: JsonLines,
    fault: Fault,
    lease: Option<Lease>,
}

impl Broken {
    async fn take_lease(&mut self) -> Result<()> {
        let Some(Lease { key, load }) = self.lease.clone().filter(|_| self.fault == Fault::NoLease) else {
            return Ok(());
        };
        self.inner.write_state(&[], &[StateChange { key, value: Some(load.to_string()) }]).await
    }
}

impl StateStore for Broken {
    fn read_state<'a>(&'a mut self, key: &'a StateKey) -> DestinationFuture<'a, Option<String>> {
        self.inner.read_state(key)
    }

    fn write_state<'a>(&'a mut self, leases: &'a [Lease], changes: &'a [StateChange]) -> DestinationFuture<'a, ()> {
        self.inner.write_state(leases, changes)
    }
}

impl Destination for Broken {
    fn capabilities(&self) -> Capabilities {
        self.inner.capabilities()
    }

    fn inspect<'a>(
        &'a mut self,
        table: &'a TableSchema,
        unfinished: &'a [LoadId],
    ) -> DestinationFuture<'a, TableStatus> {
        self.inner.inspect(table, unfinished)
    }

    fn begin(&mut self, load: LoadSpec, changes: Vec<StateChange>) -> DestinationFuture<'_, ()> {
        self.lease = Some(load.lease.clone());
        self.inner.begin(load, changes)
    }

    fn write(&mut self, batch: Batch) -> DestinationFuture<'_, ()> {
        self.inner.write(batch)
    }

    fn quarantine(&mut self, rows: Quarantined) -> DestinationFuture<'_, ()> {
        self.inner.quarantine(rows)
    }

    fn commit(&mut self, changes: Vec<StateChange>) -> DestinationFuture<'_, ()> {
        Box::pin(async move {
            self.take_lease().await?;
            match self.fault {
                Fault::NoState => self.inner.commit(Vec::new()).await,
                Fault::TwoSteps => {
                    self.inner.commit(Vec::new()).await?;
                    yield_now().await;
                    self.inner.commit(changes).await
                }
                _ => self.inner.commit(changes).await,
            }
        })
    }

    fn flush(&mut self) -> DestinationFuture<'_, WriteStats> {
        self.inner.flush()
    }

    fn finish(&mut self, outcome: LoadOutcome, changes: Vec<StateChange>) -> DestinationFuture<'_, WriteStats> {
        Box::pin(async move {
            self.take_lease().await?;
            if self.fault == Fault::Interrupted {
                self.inner.commit(Vec::new()).await?;
            }
            self.inner.finish(outcome, changes).await
        })
    }

    fn cancel(&mut self, changes: Option<Vec<StateChange>>) {
        self.inner.cancel(changes);
    }
}

struct BrokenStore(Store, Fault);

impl Harness for BrokenStore {
    type Destination = Broken;

    async fn open(&self) -> Result<Broken> {
        Ok(Broken { inner: self.0.open().await?, fault: self.1, lease: None })
    }

    async fn rows(&self, table: &str) -> Result<Vec<Row>> {
        self.0.rows(table).await
    }
}

/// The cases of the scenario `numbered` that fail with a fault.
async fn failed(fault: Fault) -> BTreeSet<String> {
    let fresh = |name: &str| BrokenStore(Store::new(name), fault);
    let report = conformance::run_some(fresh, |name| name.ends_with("(numbered)")).await;
    println!("{fault:?}\n{report}");
    let error = report.clone().into_result().expect_err("a fault is found").to_string();
    assert!(report.failed().all(|case| error.contains(&case.name)), "{error}");
    report.failed().map(|case| case.name.clone()).collect()
}

macro_rules! fails {
    ($($test:ident: $fault:ident [$($case:literal),* $(,)?])*) => {$(
        #[tokio::test]
        async fn $test() {
            let cases = [$($case),*].map(|case| format!("{case} (numbered)"));
            assert_eq!(failed(Fault::$fault).await, BTreeSet::from(cases));
        }
    )*};
}

fails! {
    rows_without_state: NoState [
        "append: resume", "append: kills", "append: drops", "append: failures", "append: two syncs",
        "append: crossed syncs", "append: state damaged", "replace: resume",
    ]
    state_after_the_rows: TwoSteps ["append: kills", "append: drops", "replace: kills", "replace: drops"]
    a_lease_that_is_ignored: NoLease [
        "append: two syncs", "append: crossed syncs", "replace: two syncs", "replace: crossed syncs",
    ]
    rows_of_an_interrupted_load: Interrupted ["append: failures", "replace: failures"]
}
