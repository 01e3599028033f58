//! Rows that are gone at the source: marked or removed at the end of a load that has brought all rows, and at no other.

use serde_json::{Value as Json, json};

use super::Harness;
use super::loads::has_failed;
use super::store::{Case, Check, Failure, Store, ensure};
use crate::destination::{DELETED_AT, Destination as _};
use crate::error::ErrorKind;
use crate::schema::value::ColumnValue;

const ONLY: [&str; 2] = ["marked", "removed"];

/// Rows that are gone are treated as declared; where that is not possible, it is refused before anything is sent.
pub(super) async fn deleted<H: Harness>(case: &Case<'_, H>) -> Check {
    let store = case.store("1");
    let is_possible = store.harness.open().await?.capabilities().can_treat(crate::Deleted::Mark);
    serve(&store, &[1, 2, 3, 4, 5, 6, 7, 8]);
    let first = store.sync(&ONLY).await?;
    if !is_possible {
        ensure(has_failed(&first, ErrorKind::Config), || "it is no `Config` error".to_owned())?;
        return ensure(store.api.take_requests().is_empty(), || "requests are sent before it is refused".to_owned());
    }
    first?;
    has(&store, &[1, 2, 3, 4, 5, 6, 7, 8], &[]).await?;

    serve(&store, &[2, 3, 4, 5, 6, 7, 9]);
    store.api.promise(7);
    let place = |what: &'static str| move |failure: Failure| failure.after(what);
    let failed = store.sync(&ONLY).await?;
    ensure(has_failed(&failed, ErrorKind::Incomplete), || "rows are missing, and no sync fails".to_owned())?;
    has(&store, &[1, 2, 3, 4, 5, 6, 7, 8, 9], &[]).await.map_err(place("after a sync that lacked rows"))?;
    store.api.promise(0);
    store.api.fail_from(Some(4));
    let failed = store.sync(&ONLY).await?;
    ensure(has_failed(&failed, ErrorKind::Status), || "the API fails, and no sync does".to_owned())?;
    has(&store, &[1, 2, 3, 4, 5, 6, 7, 8, 9], &[]).await.map_err(place("after the API had failed"))?;
    store.api.fail_from(None);
    store.sync(&ONLY).await??;
    has(&store, &[1, 2, 3, 4, 5, 6, 7, 8, 9], &[]).await.map_err(place("after a load that was resumed"))?;

    let report = store.sync(&ONLY).await??;
    has(&store, &[2, 3, 4, 5, 6, 7, 9], &[1, 8]).await.map_err(place("after a load that brought all rows"))?;
    let counts: Vec<_> = report.resources.iter().map(|resource| resource.deleted).collect();
    ensure(counts == [2, 2], || format!("the report counts {counts:?} rows as gone, not 2 each"))?;
    let report = store.sync(&ONLY).await??;
    let counts: Vec<_> = report.resources.iter().map(|resource| resource.deleted).collect();
    ensure(counts == [0, 0], || format!("the report of a sync of the same rows counts {counts:?} rows as gone"))?;

    serve(&store, &[1, 2, 3, 4, 5, 6, 7]);
    store.sync(&ONLY).await??;
    has(&store, &[1, 2, 3, 4, 5, 6, 7], &[8, 9]).await.map_err(place("after a row had come again"))
}

fn serve<H: Harness>(store: &Store<'_, H>, ids: &[i64]) {
    let row = |id: &i64| json!({ "id": id, "tags": [format!("tag of {id}")] });
    store.api.set("/lists", ids.iter().map(row).collect());
}

/// The tables have these rows, and the one whose rows are marked has those that are gone, too.
async fn has<H: Harness>(store: &Store<'_, H>, there: &[i64], gone: &[i64]) -> Check {
    let ids = |ids: &[i64]| ids.iter().map(|id| json!({ "id": id })).collect::<Vec<Json>>();
    let tags = |table: &str, ids: &[i64]| {
        let tag = |id: &i64| json!({ format!("_{table}_id"): id, "_position": 0, "value": format!("tag of {id}") });
        ids.iter().map(tag).collect::<Vec<Json>>()
    };
    let all = [there, gone].concat();
    for (table, expected) in [("removed", there), ("marked", &all)] {
        store.has_of(table, table, &ids(expected)).await?;
        store.has_of(table, &format!("{table}__tags"), &tags(table, expected)).await?;
    }
    let is_marked = |value: Option<&ColumnValue<'_>>| value.is_some_and(|value| *value != ColumnValue::Null);
    let rows = store.harness.rows("marked").await?;
    let marked = rows.iter().filter(|row| is_marked(row.get(DELETED_AT))).count();
    ensure(marked == gone.len(), || format!("{marked} rows have a time in `{DELETED_AT}`, not {}", gone.len()))
}
