//! State that is lost, older than the rows, damaged, or of another source.

use super::Harness;
use super::probe::Interrupt;
use super::scenario::{Scenario, Time};
use super::source::Version;
use super::store::{Case, Check, Failure, Run, Snapshot, Store, ensure};
use crate::destination::{StateChange, StateStore as _};
use crate::error::ErrorKind;
use crate::schema::table::WriteDisposition;

/// What a text of the state may become.
const DAMAGED: [&str; 2] = ["{", r#"{"version":99,"fingerprint":"x"}"#];

/// All state is gone, of a sync that was complete, and of one that was killed.
pub(super) async fn lost<H: Harness>(case: &Case<'_, H>, scenario: &Scenario) -> Check {
    for is_killed in [false, true] {
        let store = case.store(if is_killed { "killed" } else { "complete" });
        scenario.prepare(&store).await?;
        if is_killed {
            kill(&store, scenario).await?;
        }
        store.restore(&Snapshot::new()).await?;
        let after = if is_killed { "state lost after a kill" } else { "state lost after a complete sync" };
        let place = |failure: Failure| failure.after(after);
        let ended = store.sync(&scenario.only).await?;
        match (case.disposition, scenario.is_incremental, ended) {
            // Which rows are known cannot be said.
            (WriteDisposition::Append, true, Err(error)) if error.kind() == ErrorKind::Schema => {
                scenario.is_between(&store).await.map_err(place)?;
                refreshed(&store, scenario).await.map_err(place)?;
            }
            (WriteDisposition::Append, true, Ok(_)) => {
                return Err(place(Failure("rows are appended that may be known".to_owned())));
            }
            // Nor which rows are those of the load that was killed.
            (WriteDisposition::Append, false, Ok(_)) if is_killed => scenario.has_all(&store).await.map_err(place)?,
            (_, _, Ok(_)) => scenario.has(&store, Time::After).await.map_err(place)?,
            (_, _, Err(error)) => return Err(place(error.into())),
        }
    }
    Ok(())
}

/// The state is that of an earlier sync, or of the middle of the last one: no row is lost.
pub(super) async fn older<H: Harness>(case: &Case<'_, H>, scenario: &Scenario) -> Check {
    for is_killed in [false, true] {
        let store = case.store(if is_killed { "killed" } else { "complete" });
        scenario.prepare(&store).await?;
        if is_killed {
            kill(&store, scenario).await?;
        }
        let old = store.state().await?;
        store.sync(&scenario.only).await??;
        store.restore(&old).await?;
        let after = if is_killed { "the state of a killed sync" } else { "the state of the sync before" };
        let place = |failure: Failure| failure.after(format!("with {after}"));
        match (case.disposition, store.sync(&scenario.only).await?) {
            // The table has rows of a load that the state does not know: nothing is added to them.
            (WriteDisposition::Append, Err(error)) if error.kind() == ErrorKind::Schema => {
                scenario.has(&store, Time::After).await.map_err(place)?;
            }
            (WriteDisposition::Append, Ok(_)) => scenario.has_all(&store).await.map_err(place)?,
            (_, Ok(_)) => scenario.has(&store, Time::After).await.map_err(place)?,
            (_, Err(error)) => return Err(place(error.into())),
        }
    }
    Ok(())
}

/// Each text is damaged in turn, or of another version: it is ignored, or refused with an error that a full refresh mends.
pub(super) async fn damaged<H: Harness>(case: &Case<'_, H>, scenario: &Scenario) -> Check {
    let mut number = 0;
    loop {
        for (index, text) in DAMAGED.into_iter().enumerate() {
            let store = case.store(format!("{number}-{index}"));
            scenario.prepare(&store).await?;
            kill(&store, scenario).await?;
            let Some(key) = store.keys().into_iter().nth(number) else { return Ok(()) };
            let place =
                |failure: Failure| failure.after(format!("with `{text}` as `{}` of `{}`", key.name, key.resource));
            let change = StateChange { key: key.clone(), value: Some(text.to_owned()) };
            store.harness.open().await?.write_state(&[], &[change]).await?;
            match store.sync(&scenario.only).await? {
                Ok(_) => scenario.has(&store, Time::After).await.map_err(place)?,
                Err(error) if matches!(error.kind(), ErrorKind::Schema | ErrorKind::Destination) => {
                    scenario.is_between(&store).await.map_err(place)?;
                    refreshed(&store, scenario).await.map_err(place)?;
                }
                Err(error) => return Err(place(error.into())),
            }
        }
        number += 1;
    }
}

/// A table that another source loads is refused, and stays as it is.
pub(super) async fn foreign<H: Harness>(case: &Case<'_, H>, scenario: &Scenario) -> Check {
    let store = case.store("1");
    scenario.prepare(&store).await?;
    store.api.take_requests();
    let ended = store.run(Run { version: Version::Foreign, ..Run::of(&scenario.only) }).await?;
    let is_refused = ended.result.is_some_and(|result| result.is_err_and(|error| error.kind() == ErrorKind::Schema));
    ensure(is_refused, || "a table of another source is no `Schema` error".to_owned())?;
    ensure(store.api.take_requests().is_empty(), || "requests are sent before it is refused".to_owned())?;
    scenario.has(&store, Time::Before).await.map_err(|failure| failure.after("a table of another source"))
}

/// Kills a sync when most of its first resource is committed.
async fn kill<H: Harness>(store: &Store<'_, H>, scenario: &Scenario) -> Check {
    let ended = store.run(Run { interrupt: Interrupt::BeforeThe("flush"), ..Run::of(&scenario.only) }).await?;
    ensure(ended.result.is_none(), || "a load ends without `flush`".to_owned())
}

/// A full refresh leaves the rows that the API has now.
async fn refreshed<H: Harness>(store: &Store<'_, H>, scenario: &Scenario) -> Check {
    let ended = store.run(Run { full_refresh: true, ..Run::of(&scenario.only) }).await?;
    let place = |failure: Failure| failure.after("then a full refresh");
    ended.result.transpose().map_err(|error| place(error.into()))?;
    for table in &scenario.tables {
        store.has(table.name, &table.after).await.map_err(place)?;
    }
    Ok(())
}
