//! A destination around another: it counts the calls, and stops, fails or waits at one of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::future::{pending, poll_fn, ready};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;

use tokio::sync::Notify;

use crate::destination::{
    Capabilities, Destination, DestinationFuture, Lease, LoadId, LoadOutcome, LoadSpec, Quarantined, StateChange,
    StateKey, StateStore, TableStatus, WriteStats,
};
use crate::error::{Error, ErrorKind};
use crate::schema::batch::Batch;
use crate::schema::table::TableSchema;

/// What happens to a sync on its way. Calls are counted from 1.
#[derive(Debug, Clone)]
pub(super) enum Interrupt {
    Never,
    /// It is killed before this call.
    Before(usize),
    /// It is killed before the first call of this name.
    BeforeThe(&'static str),
    /// It is killed while this call runs.
    Within(usize),
    /// It is dropped while this call runs.
    Drop(usize),
    /// This call does nothing, and returns an error.
    Fail(usize),
    /// This call does what it should, and returns an error.
    FailAfter(usize),
    /// Before this call, it waits.
    Hold(usize, Arc<Gate>),
}

impl fmt::Display for Interrupt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Never => f.write_str("not interrupted"),
            Self::Before(at) => write!(f, "killed before call {at}"),
            Self::BeforeThe(name) => write!(f, "killed before `{name}`"),
            Self::Within(at) => write!(f, "killed within call {at}"),
            Self::Drop(at) => write!(f, "dropped within call {at}"),
            Self::Fail(at) => write!(f, "failed at call {at}"),
            Self::FailAfter(at) => write!(f, "failed after call {at}"),
            Self::Hold(at, _) => write!(f, "waiting before call {at}"),
        }
    }
}

/// Where a sync waits.
#[derive(Debug, Default)]
pub(super) struct Gate {
    /// It waits.
    pub(super) reached: Notify,
    /// It may go on.
    pub(super) opened: Notify,
}

/// What the syncs of a store have handed over.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// The latest schema of each table.
    pub(super) tables: BTreeMap<String, TableSchema>,
    /// The keys of all texts of the state.
    pub(super) keys: BTreeSet<StateKey>,
}

pub(super) struct Probe<'s, D> {
    destination: &'s mut D,
    interrupt: Interrupt,
    seen: &'s Mutex<Seen>,
    calls: usize,
    /// Whether the latest call was one that changes nothing.
    was_read: bool,
    /// The call at which it was interrupted.
    pub(super) interrupted: Option<&'static str>,
    /// Reached where it is killed or dropped.
    ended: Arc<Notify>,
    is_killed: bool,
    /// Whether there are rows that were not committed.
    is_dirty: bool,
}

impl<'s, D: Destination> Probe<'s, D> {
    pub(super) fn new(destination: &'s mut D, interrupt: Interrupt, seen: &'s Mutex<Seen>) -> Self {
        Self {
            destination,
            interrupt,
            seen,
            calls: 0,
            was_read: false,
            interrupted: None,
            ended: Arc::default(),
            is_killed: false,
            is_dirty: false,
        }
    }

    pub(super) fn ended(&self) -> Arc<Notify> {
        Arc::clone(&self.ended)
    }

    fn saw(&self, changes: &[StateChange]) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.keys.extend(changes.iter().map(|change| change.key.clone()));
    }

    /// Whether this call is one of those that are counted. Between two reads, nothing happens.
    fn counts(&mut self, name: &'static str) -> bool {
        let is_read = matches!(name, "inspect" | "read_state");
        let is_new = !is_read || !self.was_read;
        self.was_read = is_read;
        let counts = match &self.interrupt {
            Interrupt::Fail(_) => true,
            // Whether a sync had ended that was interrupted while it wrote its last state could not be said.
            Interrupt::Within(_) | Interrupt::Drop(_) => is_new && name != "write_state",
            Interrupt::FailAfter(_) => name != "write_state",
            // With rows that are not committed, it may hold a lock that others wait for.
            Interrupt::Hold(..) => is_new && !self.is_dirty,
            _ => is_new,
        };
        match name {
            "write" | "quarantine" => self.is_dirty = true,
            "begin" | "commit" | "finish" => self.is_dirty = false,
            _ => {}
        }
        counts
    }

    /// Makes a call, or what happens instead.
    fn call<'a, T: Send + 'a>(
        &'a mut self,
        name: &'static str,
        call: impl FnOnce(&'a mut D) -> DestinationFuture<'a, T> + Send + 'a,
    ) -> DestinationFuture<'a, T> {
        self.calls += usize::from(self.counts(name));
        let is_at = match &self.interrupt {
            Interrupt::Never => false,
            Interrupt::BeforeThe(at) => *at == name,
            Interrupt::Before(at)
            | Interrupt::Within(at)
            | Interrupt::Drop(at)
            | Interrupt::Fail(at)
            | Interrupt::FailAfter(at)
            | Interrupt::Hold(at, _) => self.calls == *at,
        };
        if !is_at || self.interrupted.is_some() {
            return call(self.destination);
        }
        self.interrupted = Some(name);
        let failed = move || Error::new(ErrorKind::Destination, format!("`{name}` fails by the suite's will"));
        let ended = Arc::clone(&self.ended);
        match &self.interrupt {
            Interrupt::Never => call(self.destination),
            Interrupt::Fail(_) => Box::pin(ready(Err(failed()))),
            Interrupt::FailAfter(_) => {
                let call = call(self.destination);
                Box::pin(async move { call.await.and_then(|_| Err(failed())) })
            }
            Interrupt::Before(_) | Interrupt::BeforeThe(_) => {
                self.is_killed = true;
                ended.notify_one();
                Box::pin(pending())
            }
            Interrupt::Within(_) | Interrupt::Drop(_) => {
                self.is_killed = matches!(self.interrupt, Interrupt::Within(_));
                let mut call = call(self.destination);
                Box::pin(async move {
                    // It has begun, and may have ended.
                    poll_fn(|context| {
                        let _ = call.as_mut().poll(context);
                        Poll::Ready(())
                    })
                    .await;
                    ended.notify_one();
                    pending().await
                })
            }
            Interrupt::Hold(_, gate) => {
                let gate = Arc::clone(gate);
                Box::pin(async move {
                    gate.reached.notify_one();
                    gate.opened.notified().await;
                    call(self.destination).await
                })
            }
        }
    }
}

impl<D: Destination> StateStore for Probe<'_, D> {
    fn read_state<'a>(&'a mut self, key: &'a StateKey) -> DestinationFuture<'a, Option<String>> {
        self.call("read_state", |destination| destination.read_state(key))
    }

    fn write_state<'a>(&'a mut self, leases: &'a [Lease], changes: &'a [StateChange]) -> DestinationFuture<'a, ()> {
        self.saw(changes);
        self.call("write_state", move |destination| destination.write_state(leases, changes))
    }
}

impl<D: Destination> Destination for Probe<'_, D> {
    fn capabilities(&self) -> Capabilities {
        self.destination.capabilities()
    }

    fn inspect<'a>(
        &'a mut self,
        table: &'a TableSchema,
        unfinished: &'a [LoadId],
    ) -> DestinationFuture<'a, TableStatus> {
        self.call("inspect", move |destination| destination.inspect(table, unfinished))
    }

    fn begin(&mut self, load: LoadSpec, changes: Vec<StateChange>) -> DestinationFuture<'_, ()> {
        self.saw(&changes);
        let tables = load.table.iter().flat_map(|table| table.with_children());
        let tables = tables.map(|table| (table.name.clone(), table.clone()));
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).tables.extend(tables);
        self.call("begin", |destination| destination.begin(load, changes))
    }

    fn write(&mut self, batch: Batch) -> DestinationFuture<'_, ()> {
        self.call("write", |destination| destination.write(batch))
    }

    fn quarantine(&mut self, rows: Quarantined) -> DestinationFuture<'_, ()> {
        self.call("quarantine", |destination| destination.quarantine(rows))
    }

    fn commit(&mut self, changes: Vec<StateChange>) -> DestinationFuture<'_, ()> {
        self.saw(&changes);
        self.call("commit", |destination| destination.commit(changes))
    }

    fn flush(&mut self) -> DestinationFuture<'_, WriteStats> {
        self.call("flush", |destination| destination.flush())
    }

    fn finish(&mut self, outcome: LoadOutcome, changes: Vec<StateChange>) -> DestinationFuture<'_, WriteStats> {
        self.saw(&changes);
        self.call("finish", |destination| destination.finish(outcome, changes))
    }

    fn cancel(&mut self, changes: Option<Vec<StateChange>>) {
        // A sync that is killed can do nothing more.
        if !self.is_killed {
            self.destination.cancel(changes);
        }
    }
}
