//! What parents have left for their children: a row for each, in `_declarest_links`, until the sync is over.

use rusqlite::{Connection, params};

use crate::destination::Link;

/// How many links are handed out at a time.
const BATCH: usize = 200;

/// Leaves a link. One that is there already is asked for once; one without a key is only counted.
pub(super) const INSERT: &str = "INSERT OR IGNORE INTO _declarest_links (child, key, value) VALUES (?1, ?2, ?3)";

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
pub(super) fn unasked(connection: &Connection, child: &str) -> rusqlite::Result<u64> {
    let mut statement =
        connection.prepare_cached("SELECT count(*) FROM _declarest_links WHERE child = ?1 AND key IS NULL")?;
    statement.query_row([child], |row| row.get(0))
}

/// The parent is read anew.
pub(super) fn forget(connection: &Connection, child: &str) -> rusqlite::Result<()> {
    connection.execute("DELETE FROM _declarest_links WHERE child = ?1", [child]).map(drop)
}

/// The sync is over: links are left only for these children, a JSON array.
pub(super) fn clear(connection: &Connection, kept: &str) -> rusqlite::Result<()> {
    let delete = "DELETE FROM _declarest_links WHERE child NOT IN (SELECT value FROM json_each(?1))";
    connection.execute(delete, [kept]).map(drop)
}
