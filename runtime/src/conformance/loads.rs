//! Loads that nothing disturbs but the API.

use serde_json::json;

use super::Harness;
use super::scenario::{Scenario, Time};
use super::server::PAGE;
use super::source::Version;
use super::store::{Case, Check, Failure, Run, ensure};
use crate::destination::Destination as _;
use crate::error::{ErrorKind, Result};
use crate::schema::table::WriteDisposition;
use crate::sync::report::SyncReport;

/// Pages that a sync has committed when the API fails at a later one.
const COMMITTED: usize = 4;

/// Two syncs; a third one, of the same rows, changes nothing where they are merged, replaced or incremental.
pub(super) async fn twice<H: Harness>(case: &Case<'_, H>, scenario: &Scenario) -> Check {
    let store = case.store("1");
    scenario.prepare(&store).await?;
    let report = store.sync(&scenario.only).await??;
    scenario.has(&store, Time::After).await.map_err(|failure| failure.after("after the second sync"))?;
    ensure(report.resources.len() == scenario.only.len(), || "the report lacks a resource".to_owned())?;
    if case.disposition == WriteDisposition::Append && !scenario.is_incremental {
        return Ok(());
    }
    let report = store.sync(&scenario.only).await??;
    let place = |failure: Failure| failure.after("after a third sync, of the same rows");
    scenario.has(&store, Time::After).await.map_err(place)?;
    let changed: u64 = report.resources.iter().map(|resource| resource.inserted + resource.updated).sum();
    let counts_nothing = case.disposition != WriteDisposition::Merge || changed == 0;
    ensure(counts_nothing, || format!("a sync of the same rows counts {changed} rows as new or changed"))
}

/// Where the API fails, the rows that had been committed are not read again, but for the last page of them: it is compared where
/// no total shows whether rows have moved.
pub(super) async fn resume<H: Harness>(case: &Case<'_, H>, scenario: &Scenario) -> Check {
    let store = case.store("1");
    scenario.prepare(&store).await?;
    store.api.fail_from(Some(COMMITTED + 1));
    let failed = store.sync(&scenario.only).await?;
    ensure(has_failed(&failed, ErrorKind::Status), || "the API fails, and the sync does not".to_owned())?;
    scenario.is_between(&store).await.map_err(|failure| failure.after("after the API had failed"))?;
    store.api.fail_from(None);
    store.api.take_requests();
    let report = store.sync(&scenario.only).await??;
    let again = store.api.take_requests().into_iter().map(|request| request.page).filter(|page| *page < COMMITTED);
    let again: Vec<_> = again.collect();
    ensure(again.is_empty(), || format!("pages that were committed are requested again: {again:?}"))?;
    let resumed: u64 = report.resources.iter().map(|resource| resource.resumed).sum();
    ensure(resumed >= (COMMITTED * PAGE) as u64, || format!("the report counts {resumed} rows as resumed"))?;
    scenario.has(&store, Time::After).await.map_err(|failure| failure.after("after the API had failed, run again"))
}

/// Where rows are missing at the end, an appended or replaced table stays as it was; merged rows are kept.
pub(super) async fn incomplete<H: Harness>(case: &Case<'_, H>, scenario: &Scenario) -> Check {
    let store = case.store("1");
    scenario.prepare(&store).await?;
    store.api.promise(7);
    for _ in 0..2 {
        let failed = store.sync(&scenario.only).await?;
        ensure(has_failed(&failed, ErrorKind::Incomplete), || {
            "rows are missing, and the sync does not fail".to_owned()
        })?;
        let time = if case.disposition == WriteDisposition::Merge { Time::After } else { Time::Before };
        scenario.has(&store, time).await.map_err(|failure| failure.after("after a sync that lacked rows"))?;
    }
    store.api.promise(0);
    store.sync(&scenario.only).await??;
    scenario.has(&store, Time::After).await.map_err(|failure| failure.after("after one that lacked none"))
}

/// A full refresh leaves the rows that the API has now.
pub(super) async fn refresh<H: Harness>(case: &Case<'_, H>, scenario: &Scenario) -> Check {
    let store = case.store("1");
    scenario.prepare(&store).await?;
    let ended = store.run(Run { full_refresh: true, ..Run::of(&scenario.only) }).await?;
    ended.result.transpose()?;
    for table in &scenario.tables {
        store.has(table.name, &table.after).await.map_err(|failure| failure.after("after a full refresh"))?;
    }
    Ok(())
}

/// A new column is null in the rows that are there; a changed type is refused before anything is read or written.
pub(super) async fn schema<H: Harness>(case: &Case<'_, H>) -> Check {
    let store = case.store("1");
    let only = ["numbered"];
    let row = |id: i64| json!({ "id": id, "name": "old", "note": null });
    store.api.set("/rows", vec![row(1), row(2), row(3)]);
    store.sync(&only).await??;
    let wide = |id: i64| json!({ "id": id, "name": "new", "note": "n", "size": 0.5, "tags": ["a"] });
    store.api.set("/rows", vec![wide(3), wide(4)]);
    let wider = Run { version: Version::Wider, ..Run::of(&only) };
    store.run(wider.clone()).await?.result.transpose()?;
    let rows = match case.disposition {
        WriteDisposition::Append => vec![row(1), row(2), row(3), wide(3), wide(4)],
        WriteDisposition::Merge => vec![row(1), row(2), wide(3), wide(4)],
        WriteDisposition::Replace => vec![wide(3), wide(4)],
    };
    store.has("numbered", &rows).await.map_err(|failure| failure.after("with columns more"))?;

    store.api.take_requests();
    store.api.set("/rows", vec![json!({ "id": 5, "name": "x", "note": 7 })]);
    let retyped = store.run(Run { version: Version::Retyped, ..Run::of(&only) }).await?.result;
    let is_refused = retyped.is_some_and(|result| has_failed(&result, ErrorKind::Schema));
    ensure(is_refused, || "a column of another type is no `Schema` error".to_owned())?;
    ensure(store.api.take_requests().is_empty(), || "requests are sent before a type is refused".to_owned())?;
    store.has("numbered", &rows).await.map_err(|failure| failure.after("a refused type"))?;

    // The version before lacks columns that the table has.
    store.api.set("/rows", vec![row(6)]);
    store.sync(&only).await??;
    let rows = match case.disposition {
        WriteDisposition::Replace => vec![row(6)],
        _ => [rows, vec![row(6)]].concat(),
    };
    store.has("numbered", &rows).await.map_err(|failure| failure.after("with columns less"))?;
    store.api.set("/rows", vec![json!({ "id": 5, "name": "x", "note": 7 })]);
    let refreshed = Run { version: Version::Retyped, full_refresh: true, ..Run::of(&only) };
    store.run(refreshed).await?.result.transpose()?;
    let place = |failure: Failure| failure.after("a type that was changed by a full refresh");
    store.has("numbered", &[json!({ "id": 5, "name": "x", "note": 7 })]).await.map_err(place)
}

/// Rows that cannot be read do not stop a load, and none of them is stored among the others.
pub(super) async fn quarantine<H: Harness>(case: &Case<'_, H>) -> Check {
    let store = case.store("1");
    let good = |id: i64| json!({ "id": id, "name": "good" });
    let bad = ["none", "'\"\n"].map(|id| json!({ "id": id, "name": ["bad"] }));
    store.api.set("/rows", vec![good(1), bad[0].clone(), bad[1].clone(), good(2), good(3)]);
    let report = store.sync(&["quarantined"]).await??;
    let counted = report.resource("quarantined").map(|resource| resource.quarantined);
    ensure(counted == Some(2), || format!("the report counts {counted:?} quarantined rows, not 2"))?;
    store.has("quarantined", &[good(1), good(2), good(3)]).await?;
    let Some(texts) = store.harness.quarantined("quarantined").await? else { return Ok(()) };
    let parsed: Vec<serde_json::Value> = texts.iter().filter_map(|text| serde_json::from_str(text).ok()).collect();
    ensure(parsed == bad, || format!("the quarantined rows are {texts:?}"))
}

/// A disposition that the destination cannot write is refused before anything is sent.
pub(super) async fn unsupported<H: Harness>(case: &Case<'_, H>) -> Check {
    let store = case.store("1");
    store.api.set("/rows", vec![json!({ "id": 1, "name": "row", "note": null })]);
    let refused = store.sync(&["numbered"]).await?;
    ensure(has_failed(&refused, ErrorKind::Config), || "it is no `Config` error".to_owned())?;
    ensure(store.api.take_requests().is_empty(), || "requests are sent before it is refused".to_owned())
}

/// Whether the destination can write a disposition.
pub(super) async fn is_supported<H: Harness>(case: &Case<'_, H>) -> Check<bool> {
    let destination = case.store("capabilities").harness.open().await?;
    Ok(destination.capabilities().can(case.disposition))
}

pub(super) fn has_failed(result: &Result<SyncReport>, kind: ErrorKind) -> bool {
    matches!(result, Err(error) if error.kind() == kind)
}
