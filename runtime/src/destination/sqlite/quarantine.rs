//! Rows that could not be read, in `_declarest_quarantine`: each once, as it came last.

use rusqlite::{Connection, params};

use super::state::now;
use crate::destination::{LoadId, Quarantined};

const INSERT: &str = "
    INSERT INTO _declarest_quarantine (resource, row, path, error, page, url, load_id, updated_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
    ON CONFLICT (resource, row) DO UPDATE SET path = excluded.path, error = excluded.error, page = excluded.page,
        url = excluded.url, load_id = excluded.load_id, updated_at = excluded.updated_at";

/// Stores the rows of a page.
pub(super) fn write(
    connection: &Connection,
    resource: &str,
    load: &LoadId,
    page: &Quarantined,
) -> rusqlite::Result<()> {
    let mut insert = connection.prepare_cached(INSERT)?;
    for bad in &page.rows {
        insert.execute(params![resource, bad.text, bad.path, bad.error, page.page, page.url, load, now()])?;
    }
    Ok(())
}
