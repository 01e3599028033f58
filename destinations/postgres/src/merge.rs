//! The statements that merge staged rows into a table, and their lists into the tables of these.

use declarest::destination::LOAD_ID;

use crate::columns::Column;
use crate::identifier::{ROW_ID, list, quoted};
use crate::layout::{Layout, Target, deleted_at};

/// For the merge of rows: each staged row looks its key up. Postgres would read the whole table for each commit, until the table is some
/// ten thousand rows large.
pub(crate) const BY_INDEX: &str = "SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off;";
/// For all other statements of the transaction.
pub(crate) const BY_ANY_JOIN: &str = "SET LOCAL enable_hashjoin TO DEFAULT; SET LOCAL enable_mergejoin TO DEFAULT;";

/// Merges the staged rows: `$1` is the load. A row that is there with the same values is not touched. Returns the numbers of
/// the rows that are new, of those that have changed, and of those that have not. No key is staged twice.
pub(crate) fn rows(target: &Target) -> String {
    let (name, stage, row_id) = (&target.name, target.stage(), quoted(ROW_ID));
    let key: Vec<_> = target.key().map(|column| quoted(&column.name)).collect();
    let Some(first_key) = key.first() else { return String::new() };
    let joined = equal(target.key(), "s", target.key(), "o");
    let mut differs = vec![format!("o.{first_key} IS NULL")];
    differs.extend(differ(target.others(), "o", "s"));
    differs.extend(target.is_marked.then(|| format!("o.{} IS NOT NULL", deleted_at())));
    let differs = differs.join(" OR ");
    let columns = list(target.names());
    let load = quoted(LOAD_ID);
    let set = target.others().map(|column| quoted(&column.name)).chain([load.clone()]);
    let set = set.map(|column| format!("{column} = excluded.{column}"));
    let set = set.chain(target.is_marked.then(|| format!("{} = NULL", deleted_at()))).collect::<Vec<_>>().join(", ");
    format!(
        "WITH j AS MATERIALIZED (
            SELECT s.*, o.{row_id} AS _declarest_there, ({differs}) AS _declarest_differs
            FROM {stage} s LEFT JOIN {name} o ON {joined}
        ), w AS (
            INSERT INTO {name} AS t ({columns}, {load}) SELECT {columns}, $1 FROM j WHERE _declarest_differs
            ON CONFLICT ({key}) DO UPDATE SET {set}
            RETURNING t.{row_id} AS id, t.xmax = 0 AS is_new
        )
        SELECT (SELECT array_agg(id) FROM w WHERE is_new), (SELECT array_agg(id) FROM w WHERE NOT is_new),
            (SELECT array_agg(_declarest_there) FROM j WHERE NOT _declarest_differs)",
        key = key.join(", ")
    )
}

/// Merges the staged elements of a list: where the list of a row has changed, all of its elements are replaced. A row of which
/// nothing else has changed gets the load, `$1`. Returns the numbers of these rows.
pub(crate) fn elements(owner: &Target, list_target: &Target) -> String {
    let (name, stage, owners) = (&list_target.name, list_target.stage(), owner.stage());
    let (row_id, load) = (quoted(ROW_ID), quoted(LOAD_ID));
    let keys: Vec<_> = list_target.key().map(|column| quoted(&column.name)).collect();
    let position = list_target.others().next().map(|column| quoted(&column.name)).unwrap_or_default();
    let is_of_stage = equal(list_target.key(), "e", owner.key(), "s");
    let of_key = |left: &str, right: &str| {
        keys.iter().map(|key| format!("{left}.{key} = {right}.{key}")).collect::<Vec<_>>().join(" AND ")
    };
    let either = keys.iter().map(|key| format!("coalesce(n.{key}, o.{key}) AS {key}")).collect::<Vec<_>>().join(", ");
    let mut differs = vec![format!("n.{position} IS NULL OR o.{position} IS NULL")];
    differs.extend(differ(list_target.others().skip(1), "o", "n"));
    let of_owner = equal(owner.key(), "t", list_target.key(), "c");
    let columns = list(list_target.names());
    let new_columns = list_target.names().map(|name| format!("n.{}", quoted(name))).collect::<Vec<_>>().join(", ");
    format!(
        "WITH o AS (SELECT e.* FROM {name} e JOIN {owners} s ON {is_of_stage}),
        c AS MATERIALIZED (
            SELECT DISTINCT {either} FROM {stage} n FULL JOIN o ON {joined} AND n.{position} = o.{position} WHERE {differs}
        ), removed AS (
            DELETE FROM {name} e USING c WHERE {removed}
        ), added AS (
            INSERT INTO {name} ({columns}, {load}) SELECT {new_columns}, $1 FROM {stage} n JOIN c ON {added}
        ), touched AS (
            UPDATE {owner} AS t SET {load} = $1 FROM c WHERE {of_owner} AND t.{load} IS DISTINCT FROM $1 RETURNING t.{row_id} AS id
        )
        SELECT array_agg(id) FROM touched",
        joined = of_key("n", "o"),
        differs = differs.join(" OR "),
        removed = of_key("e", "c"),
        added = of_key("n", "c"),
        owner = owner.name,
    )
}

/// Marks the rows that are not among those seen, of which there is a table: `$1` is the load. Counts them.
pub(crate) fn mark(target: &Target) -> String {
    format!(
        "UPDATE {} AS t SET {deleted} = pg_catalog.now(), {} = $1 WHERE t.{deleted} IS NULL AND {}",
        target.name,
        quoted(LOAD_ID),
        is_gone(),
        deleted = deleted_at(),
    )
}

/// Removes the rows that are not among those seen, those of lists first.
pub(crate) fn remove(layout: &Layout) -> Option<(Vec<String>, String)> {
    let (own, lists) = layout.split()?;
    let of_list = |list: &Target| {
        let is_of_row = equal(own.key(), "t", list.key(), "e");
        format!("DELETE FROM {} e USING {} t WHERE {is_of_row} AND {}", list.name, own.name, is_gone())
    };
    Some((lists.iter().map(of_list).collect(), format!("DELETE FROM {} t WHERE {}", own.name, is_gone())))
}

/// The table of the session with the numbers of the rows that a load has seen.
pub(crate) const SEEN: &str = "pg_temp._declarest_seen_rows";
pub(crate) const CREATE_SEEN: &str =
    "CREATE TEMPORARY TABLE IF NOT EXISTS _declarest_seen_rows (id bigint NOT NULL) ON COMMIT DELETE ROWS;";

fn is_gone() -> String {
    format!("NOT EXISTS (SELECT 1 FROM {SEEN} s WHERE s.id = t.{})", quoted(ROW_ID))
}

/// The keys of two tables, column by column.
fn equal<'c>(
    left: impl Iterator<Item = &'c Column>,
    of_left: &str,
    right: impl Iterator<Item = &'c Column>,
    of_right: &str,
) -> String {
    let pair = |(left, right): (&Column, &Column)| {
        format!("{of_left}.{} = {of_right}.{}", quoted(&left.name), quoted(&right.name))
    };
    left.zip(right).map(pair).collect::<Vec<_>>().join(" AND ")
}

/// Whether any of these columns has another value in one table than in the other.
fn differ<'c>(columns: impl Iterator<Item = &'c Column>, left: &str, right: &str) -> Option<String> {
    let terms: Vec<_> = columns.map(|column| (column.comparable(left), column.comparable(right))).collect();
    let row = |side: fn(&(String, String)) -> &String| terms.iter().map(side).cloned().collect::<Vec<_>>().join(", ");
    let [left, right] = [row(|(left, _)| left), row(|(_, right)| right)];
    (!terms.is_empty()).then(|| format!("ROW({left}) IS DISTINCT FROM ROW({right})"))
}
