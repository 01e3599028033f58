//! A store of a case, the API that it is loaded from, and syncs between them.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::future::IntoFuture as _;
use std::pin::pin;
use std::sync::{Mutex, PoisonError};

use futures_util::future::{Either, select};
use serde_json::Value as Json;

use super::Harness;
use super::probe::{Interrupt, Probe, Seen};
use super::rows::Lines;
use super::server::Api;
use super::source::{Clients, Version};
use crate::destination::{StateChange, StateKey, StateStore as _};
use crate::error::{Error, Result};
use crate::schema::table::{TableSchema, WriteDisposition};
use crate::sync::report::SyncReport;

/// Fewer than usual, so that a few pages are several commits.
pub(super) const PAGES_PER_COMMIT: u64 = 2;

/// Why a case has failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure(pub(super) String);

pub(super) type Check<T = ()> = std::result::Result<T, Failure>;

impl Failure {
    /// With what had been done before.
    pub(super) fn after(self, what: impl Display) -> Self {
        Self(format!("{what}: {}", self.0))
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self(format!("{error:#}"))
    }
}

/// Fails with this message unless it holds.
pub(super) fn ensure(holds: bool, message: impl FnOnce() -> String) -> Check {
    if holds { Ok(()) } else { Err(Failure(message())) }
}

/// What all cases share.
pub(super) struct Suite<'s, H> {
    pub(super) fresh: &'s (dyn Fn(&str) -> H + Send + Sync),
    pub(super) api: Api,
    clients: Clients,
}

impl<'s, H: Harness> Suite<'s, H> {
    pub(super) async fn new(fresh: &'s (dyn Fn(&str) -> H + Send + Sync)) -> Check<Self> {
        let api = Api::start().await.map_err(|error| Failure(format!("no server on loopback: {error}")))?;
        let clients = Clients::new(&api.base_url())?;
        Ok(Self { fresh, api, clients })
    }
}

/// A case: makes its stores.
pub(super) struct Case<'s, H> {
    pub(super) suite: &'s Suite<'s, H>,
    pub(super) name: String,
    pub(super) disposition: WriteDisposition,
}

impl<'s, H: Harness> Case<'s, H> {
    /// A fresh store for a part of the case, and an API without rows.
    pub(super) fn store(&self, part: impl Display) -> Store<'s, H> {
        let Self { suite, name, disposition } = self;
        suite.api.clear();
        let harness = (suite.fresh)(&format!("{name}-{part}"));
        Store { harness, api: &suite.api, clients: &suite.clients, disposition: *disposition, seen: Mutex::default() }
    }
}

pub(super) struct Store<'s, H> {
    pub(super) harness: H,
    pub(super) api: &'s Api,
    clients: &'s Clients,
    pub(super) disposition: WriteDisposition,
    seen: Mutex<Seen>,
}

/// A sync.
#[derive(Debug, Clone)]
pub(super) struct Run<'r> {
    pub(super) only: &'r [&'static str],
    pub(super) version: Version,
    pub(super) full_refresh: bool,
    pub(super) interrupt: Interrupt,
}

impl<'r> Run<'r> {
    /// A sync of these resources.
    pub(super) fn of(only: &'r [&'static str]) -> Self {
        Self { only, version: Version::First, full_refresh: false, interrupt: Interrupt::Never }
    }
}

/// How a sync has ended.
pub(super) struct Ended {
    /// The call at which it was interrupted.
    pub(super) interrupted: Option<&'static str>,
    /// `None` where it was killed or dropped.
    pub(super) result: Option<Result<SyncReport>>,
}

/// What a store's state was.
pub(super) type Snapshot = BTreeMap<StateKey, Option<String>>;

impl<H: Harness> Store<'_, H> {
    /// Opens the store, syncs, and closes it.
    pub(super) async fn run(&self, run: Run<'_>) -> Check<Ended> {
        Ok(self.run_into(&mut self.harness.open().await?, run).await)
    }

    /// Syncs into the store, which is open.
    pub(super) async fn run_into(&self, destination: &mut H::Destination, run: Run<'_>) -> Ended {
        let mut probe = Probe::new(destination, run.interrupt, &self.seen);
        let ended = probe.ended();
        let result = {
            let sync = self.clients.sync(run.version, self.disposition, &mut probe);
            let sync = sync.only(run.only.iter().copied()).pages_per_commit(PAGES_PER_COMMIT);
            let sync = if run.full_refresh { sync.full_refresh() } else { sync };
            match select(sync.into_future(), pin!(ended.notified())).await {
                Either::Left((result, _)) => Some(result),
                Either::Right(((), _)) => None,
            }
        };
        Ended { interrupted: probe.interrupted, result }
    }

    /// A sync of these resources that nothing interrupts.
    pub(super) async fn sync(&self, only: &[&'static str]) -> Check<Result<SyncReport>> {
        let ended = self.run(Run::of(only)).await?;
        ended.result.ok_or_else(|| Failure("the sync was killed by nobody".to_owned()))
    }

    /// The schema of a table, as the last load has had it.
    pub(super) fn schema(&self, table: &str) -> Check<TableSchema> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.tables.get(table).cloned().ok_or_else(|| Failure(format!("no load of `{table}` has begun")))
    }

    /// The rows of a table.
    pub(super) async fn found(&self, schema: &TableSchema) -> Check<Lines> {
        Ok(Lines::found(schema, &self.harness.rows(&schema.name).await?))
    }

    /// A table has these rows, and no others.
    pub(super) async fn has(&self, table: &str, rows: &[Json]) -> Check {
        self.has_of(table, table, rows).await
    }

    /// A table of a resource, its own or that of a list, has these rows, and no others.
    pub(super) async fn has_of(&self, resource: &str, table: &str, rows: &[Json]) -> Check {
        let schema = self.schema(resource)?;
        let named = schema.with_children().find(|one| one.name == table).cloned();
        let schema = named.ok_or_else(|| Failure(format!("`{resource}` has no table `{table}`")))?;
        match self.found(&schema).await?.difference(&Lines::expected(&schema, rows)) {
            None => Ok(()),
            Some(difference) => Err(Failure(format!("rows of `{table}`: {difference}"))),
        }
    }

    /// The keys of all texts that syncs have left in the state.
    pub(super) fn keys(&self) -> Vec<StateKey> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.keys.iter().cloned().collect()
    }

    /// The state as it is.
    pub(super) async fn state(&self) -> Check<Snapshot> {
        let mut destination = self.harness.open().await?;
        let mut state = Snapshot::new();
        for key in self.keys() {
            let text = destination.read_state(&key).await?;
            state.insert(key, text);
        }
        Ok(state)
    }

    /// Makes the state what it was: texts that were not there are removed.
    pub(super) async fn restore(&self, state: &Snapshot) -> Check {
        let value = |key: &StateKey| state.get(key).cloned().flatten();
        let changes: Vec<_> = self.keys().into_iter().map(|key| StateChange { value: value(&key), key }).collect();
        Ok(self.harness.open().await?.write_state(&[], &changes).await?)
    }
}
