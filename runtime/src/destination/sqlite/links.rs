//! What parents have left for their children: a row for each, in `_declarest_links`, until the child has read them all.

use rusqlite::{Connection, params};

use super::error::WriteError;
use super::state::{CLAIMED_BY, FINISHED};
use crate::destination::{Link, LoadId};

/// How many links are returned at a time.
const BATCH: usize = 200;

/// Stores a link. One that is there already is kept once, with the latest values; one without a key is only counted.
pub(super) const INSERT: &str = "
    INSERT INTO _declarest_links (child, key, value) VALUES (?1, ?2, ?3)
    ON CONFLICT (child, key) DO UPDATE SET value = excluded.value";

/// The next links of a child.
pub(super) fn read(connection: &Connection, child: &str, after: i64) -> Result<Vec<Link>, WriteError> {
    let mut statement = connection.prepare_cached(
        "SELECT number, value FROM _declarest_links WHERE child = ?1 AND number > ?2 AND key IS NOT NULL
         ORDER BY number LIMIT ?3",
    )?;
    let links = statement.query_map(params![child, after, BATCH], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))?;
    let parse = |(number, values): (i64, String)| match serde_json::from_str(&values) {
        Ok(values) => Ok(Link { number, values }),
        Err(error) => Err(WriteError::Internal(format!("link {number} of `{child}` cannot be read: {error}"))),
    };
    links.map(|link| parse(link?)).collect()
}

/// How many rows of the parent have no value for the request.
pub(super) fn parents_without_value(connection: &Connection, child: &str) -> rusqlite::Result<u64> {
    let mut statement =
        connection.prepare_cached("SELECT count(*) FROM _declarest_links WHERE child = ?1 AND key IS NULL")?;
    statement.query_row([child], |row| row.get(0))
}

/// The parent is read again, and all of its rows will come again.
pub(super) fn forget(connection: &Connection, child: &str) -> rusqlite::Result<()> {
    connection.execute("DELETE FROM _declarest_links WHERE child = ?1", [child]).map(drop)
}

/// The parent is read again, and only new rows will come: what the child has not read to its end stays.
pub(super) fn forget_read(connection: &Connection, child: &str) -> rusqlite::Result<()> {
    let delete = "DELETE FROM _declarest_links WHERE child = ?1 AND (key IS NULL
        OR EXISTS (SELECT 1 FROM _declarest_state WHERE resource = ?1 AND name = ?2))";
    connection.execute(delete, [child, FINISHED]).map(drop)
}

/// The sync is over: finished children no longer need their links, except the `resumable` ones, a JSON array, and those that
/// another sync has claimed.
pub(super) fn clear(connection: &Connection, resumable: &str, sync: &LoadId) -> rusqlite::Result<()> {
    let delete = "DELETE FROM _declarest_links WHERE child NOT IN (SELECT value FROM json_each(?1))
        AND child IN (SELECT resource FROM _declarest_state WHERE name = ?2)
        AND child NOT IN (SELECT resource FROM _declarest_state WHERE name = ?3 AND value <> ?4)";
    connection.execute(delete, params![resumable, FINISHED, CLAIMED_BY, sync]).map(drop)
}
