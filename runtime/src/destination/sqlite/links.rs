//! What parents have left for their children: a row for each, in `_declarest_links`, until the child has read them all.

use rusqlite::{Connection, params};

use super::state::{CLAIMED_BY, FINISHED};
use crate::destination::Link;

/// How many links are handed out at a time.
const BATCH: usize = 200;

/// Leaves a link. One that is there already is asked for once, with the latest values; one without a key is only counted.
pub(super) const INSERT: &str = "
    INSERT INTO _declarest_links (child, key, value) VALUES (?1, ?2, ?3)
    ON CONFLICT (child, key) DO UPDATE SET value = excluded.value";

/// The next links of a child.
pub(super) fn read(connection: &Connection, child: &str, after: i64) -> rusqlite::Result<Vec<Link>> {
    let mut statement = connection.prepare_cached(
        "SELECT number, value FROM _declarest_links WHERE child = ?1 AND number > ?2 AND key IS NOT NULL
         ORDER BY number LIMIT ?3",
    )?;
    let links = statement.query_map(params![child, after, BATCH], |row| {
        let values: String = row.get(1)?;
        // Only this crate writes them.
        Ok(Link { number: row.get(0)?, values: serde_json::from_str(&values).unwrap_or_default() })
    })?;
    links.collect()
}

/// How many rows of the parent have no value to ask with.
pub(super) fn parents_without_value(connection: &Connection, child: &str) -> rusqlite::Result<u64> {
    let mut statement =
        connection.prepare_cached("SELECT count(*) FROM _declarest_links WHERE child = ?1 AND key IS NULL")?;
    statement.query_row([child], |row| row.get(0))
}

/// The parent is read anew, and all of its rows will come again.
pub(super) fn forget(connection: &Connection, child: &str) -> rusqlite::Result<()> {
    connection.execute("DELETE FROM _declarest_links WHERE child = ?1", [child]).map(drop)
}

/// The parent is read anew, and only new rows will come: what the child has not read to its end stays.
pub(super) fn forget_read(connection: &Connection, child: &str) -> rusqlite::Result<()> {
    let delete = "DELETE FROM _declarest_links WHERE child = ?1 AND (key IS NULL
        OR EXISTS (SELECT 1 FROM _declarest_state WHERE resource = ?1 AND name = ?2))";
    connection.execute(delete, [child, FINISHED]).map(drop)
}

/// The sync is over: children that have come to their end need their links no more, but for the `kept` ones, a JSON array, and those
/// that another sync is at.
pub(super) fn clear(connection: &Connection, kept: &str, sync: &str) -> rusqlite::Result<()> {
    let delete = "DELETE FROM _declarest_links WHERE child NOT IN (SELECT value FROM json_each(?1))
        AND child IN (SELECT resource FROM _declarest_state WHERE name = ?2)
        AND child NOT IN (SELECT resource FROM _declarest_state WHERE name = ?3 AND value <> ?4)";
    connection.execute(delete, [kept, FINISHED, CLAIMED_BY, sync]).map(drop)
}
