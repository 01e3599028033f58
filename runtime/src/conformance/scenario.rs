//! What is synced in most cases: an API as it is at the first sync and at the second, and the rows of the tables then.

use serde_json::{Value as Json, json};

use super::Harness;
use super::rows::Lines;
use super::store::{Check, Failure, Store, ensure};
use crate::schema::table::{TableSchema, WriteDisposition};

/// Ids of the rows at the first sync, and at the second: more pages than two commits have.
const BEFORE: std::ops::RangeInclusive<i64> = 1..=5;
const AFTER: std::ops::RangeInclusive<i64> = 2..=10;

pub(super) struct Scenario {
    pub(super) name: &'static str,
    pub(super) only: Vec<&'static str>,
    /// Whether only new rows are read.
    pub(super) is_incremental: bool,
    /// Whether its pages are requested by number.
    pub(super) is_numbered: bool,
    before: Vec<(String, Vec<Json>)>,
    after: Vec<(String, Vec<Json>)>,
    pub(super) tables: Vec<Table>,
}

/// Rows of a table at the first sync, and at the second.
pub(super) struct Table {
    pub(super) name: &'static str,
    key: &'static [&'static str],
    pub(super) before: Vec<Json>,
    pub(super) after: Vec<Json>,
}

/// When the API is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Time {
    Before,
    After,
}

impl Scenario {
    /// All scenarios that are possible with this disposition.
    pub(super) fn all(disposition: WriteDisposition) -> Vec<Self> {
        let mut all = vec![pages("numbered"), pages("chained"), pages("linked"), lists(), family()];
        if disposition != WriteDisposition::Replace {
            all.extend([events(), threads()]);
        }
        all
    }

    /// Whether it is one list of rows.
    pub(super) fn is_flat(&self) -> bool {
        self.only.len() == 1
    }

    /// Lets the API of a store have the rows of this time.
    pub(super) fn serve<H>(&self, store: &Store<'_, H>, time: Time) {
        let lists = if time == Time::Before { &self.before } else { &self.after };
        for (path, rows) in lists {
            store.api.set(path, rows.clone());
        }
    }

    /// Serves the rows of the first sync, syncs them, and serves those of the second.
    pub(super) async fn prepare<H: Harness>(&self, store: &Store<'_, H>) -> Check {
        self.serve(store, Time::Before);
        store.sync(&self.only).await?.map_err(|error| Failure::from(error).after("the first sync"))?;
        self.has(store, Time::Before).await.map_err(|failure| failure.after("after the first sync"))?;
        self.serve(store, Time::After);
        Ok(())
    }

    /// The store has the rows that it must have after the sync of this time, and no others.
    pub(super) async fn has<H: Harness>(&self, store: &Store<'_, H>, time: Time) -> Check {
        for table in &self.tables {
            let rows = if time == Time::Before { table.before.clone() } else { self.end(table, store.disposition) };
            store.has(table.name, &rows).await?;
        }
        Ok(())
    }

    /// The store has the rows that it must have after the second sync; it may have others, too.
    pub(super) async fn has_all<H: Harness>(&self, store: &Store<'_, H>) -> Check {
        for table in &self.tables {
            let schema = store.schema(table.name)?;
            let expected = Lines::expected(&schema, &self.end(table, store.disposition));
            let missing = expected.without(&store.found(&schema).await?);
            ensure(missing.is_empty(), || format!("rows of `{}` are lost: {}", table.name, missing.summary()))?;
        }
        Ok(())
    }

    /// The store has what a reader may see between the two syncs: a replaced table is the old or the new one as a whole;
    /// other tables have all rows that were there before, none twice, and none from nowhere.
    pub(super) async fn is_between<H: Harness>(&self, store: &Store<'_, H>) -> Check {
        for table in &self.tables {
            let schema = store.schema(table.name)?;
            let found = store.found(&schema).await?;
            let lines = |rows: &[Json]| Lines::expected(&schema, rows);
            let (before, after) = (lines(&table.before), lines(&table.after));
            let place = |what: &str| format!("`{}` between two syncs {what}", table.name);
            if store.disposition == WriteDisposition::Replace {
                ensure(found == before || found == after, || {
                    let difference = found.difference(&before).unwrap_or_default();
                    place(&format!("is neither the old table nor the new one; from the old one differ: {difference}"))
                })?;
                continue;
            }
            let kept = if store.disposition == WriteDisposition::Append { before } else { lines(&table.kept()) };
            let lost = kept.without(&found);
            ensure(lost.is_empty(), || place(&format!("has lost {}", lost.summary())))?;
            let most = match (store.disposition, self.is_incremental) {
                (WriteDisposition::Append, true) => after,
                _ => lines(&[&table.before[..], &table.after[..]].concat()),
            };
            let more = found.without(&most);
            ensure(more.is_empty(), || place(&format!("has rows that it must not have: {}", more.summary())))?;
            if store.disposition == WriteDisposition::Merge {
                let keys = store.found(&table.key_of(&schema)).await?;
                let doubled = keys.without(&keys.distinct());
                ensure(doubled.is_empty(), || place(&format!("has two rows of {}", doubled.summary())))?;
            }
        }
        Ok(())
    }

    /// The rows of a table after both syncs.
    fn end(&self, table: &Table, disposition: WriteDisposition) -> Vec<Json> {
        match disposition {
            WriteDisposition::Append if !self.is_incremental => [&table.before[..], &table.after[..]].concat(),
            WriteDisposition::Merge => [table.kept(), table.after.clone()].concat(),
            _ => table.after.clone(),
        }
    }
}

impl Table {
    /// The rows of the first sync that a merge leaves as they are: none has come for them at the second.
    fn kept(&self) -> Vec<Json> {
        let owner = self.key.first().copied().unwrap_or_default();
        let is_kept = |row: &&Json| row.get(owner).and_then(Json::as_i64) < Some(*AFTER.start());
        let is_new = |row: &&Json| !self.after.contains(row);
        self.before.iter().filter(is_kept).filter(is_new).cloned().collect()
    }

    /// The columns of the key alone.
    fn key_of(&self, schema: &TableSchema) -> TableSchema {
        let mut key = schema.clone();
        key.columns.retain(|column| self.key.contains(&column.name.as_str()));
        key
    }
}

/// Rows in pages, of one of the resources that read them.
fn pages(resource: &'static str) -> Scenario {
    let rows = |ids: std::ops::RangeInclusive<i64>, name: &str| -> Vec<Json> {
        ids.map(|id| json!({ "id": id, "name": format!("{name} {id}"), "note": (id % 2 == 0).then_some("even") }))
            .collect()
    };
    let (before, after) = (rows(BEFORE, "old"), rows(AFTER, "new"));
    Scenario {
        name: resource,
        only: vec![resource],
        is_incremental: false,
        is_numbered: resource == "numbered",
        before: vec![("/rows".to_owned(), before.clone())],
        after: vec![("/rows".to_owned(), after.clone())],
        tables: vec![Table { name: resource, key: &["id"], before, after }],
    }
}

/// Rows with lists, which are tables of their own.
fn lists() -> Scenario {
    let row = |id: i64, name: &str, tags: i64| {
        let tags: Vec<_> = (0..tags).map(|tag| format!("{name} {tag}")).collect();
        let parts = (id % 4 != 0).then(|| json!([{ "size": id, "note": null }, { "size": -id, "note": name }]));
        json!({ "id": id, "tags": tags, "parts": parts })
    };
    let before: Vec<_> = BEFORE.map(|id| row(id, "old", 2)).collect();
    let after: Vec<_> = AFTER.map(|id| row(id, "new", id % 3)).collect();
    let element = |owner: &Json, position: usize, element: &Json| {
        let mut row = json!({ "_lists_id": owner["id"], "_position": position });
        match element.as_object() {
            Some(fields) => fields.iter().for_each(|(name, value)| row[name] = value.clone()),
            None => row["value"] = element.clone(),
        }
        row
    };
    let elements = |rows: &[Json], list: &str| -> Vec<Json> {
        let elements = |row: &Json| row[list].as_array().cloned().unwrap_or_default();
        let of_row = |row: &Json| -> Vec<Json> {
            elements(row).iter().enumerate().map(|(position, value)| element(row, position, value)).collect()
        };
        rows.iter().flat_map(of_row).collect()
    };
    let key = &["_lists_id", "_position"];
    let list = |name, list| Table { name, key, before: elements(&before, list), after: elements(&after, list) };
    let tables = vec![
        Table { name: "lists", key: &["id"], before: before.clone(), after: after.clone() },
        list("lists__tags", "tags"),
        list("lists__parts", "parts"),
    ];
    let [served_before, served_after] = [before, after].map(|rows| vec![("/lists".to_owned(), rows)]);
    Scenario {
        name: "lists",
        only: vec!["lists"],
        is_incremental: false,
        is_numbered: true,
        before: served_before,
        after: served_after,
        tables,
    }
}

/// A resource that is read for each row of another.
fn family() -> Scenario {
    let parents = |ids: std::ops::RangeInclusive<i64>, name: &str| -> Vec<Json> {
        ids.map(|id| json!({ "id": id, "name": format!("{name} {id}") })).collect()
    };
    let (before, after) = (parents(1..=3, "old"), parents(2..=4, "new"));
    let child = |id: i64, text: &str| json!({ "id": id, "text": text });
    let served = |parents: &[Json], children: i64, text: &str| {
        let of_parent = |parent: &Json| {
            let rows = (1..=children).map(|id| child(id, text)).collect::<Vec<_>>();
            (format!("/parents/{}/children", parent["id"]), rows)
        };
        let mut lists = vec![("/parents".to_owned(), parents.to_vec())];
        lists.extend(parents.iter().map(of_parent));
        lists
    };
    let stored = |parents: &[Json], children: i64, text: &str| -> Vec<Json> {
        let of_parent = |parent: &Json| -> Vec<Json> {
            let row =
                |id| json!({ "id": id, "text": text, "_parents_id": parent["id"], "_parents_name": parent["name"] });
            (1..=children).map(row).collect()
        };
        parents.iter().flat_map(of_parent).collect()
    };
    let children = Table {
        name: "children",
        key: &["_parents_id", "id"],
        before: stored(&before, 2, "old"),
        after: stored(&after, 3, "new"),
    };
    Scenario {
        name: "parents",
        only: vec!["parents", "children"],
        is_incremental: false,
        is_numbered: true,
        before: served(&before, 2, "old"),
        after: served(&after, 3, "new"),
        tables: vec![Table { name: "parents", key: &["id"], before, after }, children],
    }
}

/// Rows of which only new ones are read. Some of these are as new as the newest that were known.
fn events() -> Scenario {
    let rows =
        |ids: std::ops::RangeInclusive<i64>| -> Vec<Json> { ids.map(|id| json!({ "id": id, "at": id / 4 })).collect() };
    let (before, after) = (rows(1..=5), rows(1..=13));
    Scenario {
        name: "events",
        only: vec!["events"],
        is_incremental: true,
        is_numbered: true,
        before: vec![("/events".to_owned(), before.clone())],
        after: vec![("/events".to_owned(), after.clone())],
        tables: vec![Table { name: "events", key: &["id"], before, after }],
    }
}

/// A resource that is read for each new row of another.
fn threads() -> Scenario {
    let threads =
        |ids: std::ops::RangeInclusive<i64>| -> Vec<Json> { ids.map(|id| json!({ "id": id, "at": id / 2 })).collect() };
    let (before, after) = (threads(1..=3), threads(1..=6));
    let reply = |id: i64| json!({ "id": id, "text": "reply" });
    let served = |threads: &[Json]| {
        let of_thread =
            |thread: &Json| (format!("/threads/{}/replies", thread["id"]), (1..=3).map(reply).collect::<Vec<_>>());
        let mut lists = vec![("/threads".to_owned(), threads.to_vec())];
        lists.extend(threads.iter().map(of_thread));
        lists
    };
    let stored = |threads: &[Json]| -> Vec<Json> {
        let row = |thread: &Json, id| json!({ "id": id, "text": "reply", "_threads_id": thread["id"] });
        threads.iter().flat_map(|thread| (1..=3).map(|id| row(thread, id)).collect::<Vec<_>>()).collect()
    };
    let replies =
        Table { name: "replies", key: &["_threads_id", "id"], before: stored(&before), after: stored(&after) };
    Scenario {
        name: "threads",
        only: vec!["threads", "replies"],
        is_incremental: true,
        is_numbered: true,
        before: served(&before),
        after: served(&after),
        tables: vec![Table { name: "threads", key: &["id"], before, after }, replies],
    }
}
