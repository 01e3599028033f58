//! What a sync did, resource by resource.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use super::saved::Counts;
use crate::declare::resource::ResourceDef;
use crate::error::{Attachment, Error};
use crate::paginate::EndReason;
use crate::schema::table::WriteDisposition;

/// What a sync did. Its `Display` is a table.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SyncReport {
    /// The id of the load, as in `_load_id` of the rows that it wrote and in `_declarest_loads`.
    pub load_id: String,
    /// How long it took.
    pub elapsed: Duration,
    /// Each resource that was read, in the order of the declaration.
    pub resources: Vec<ResourceReport>,
}

/// What a sync did with one resource.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct ResourceReport {
    /// The resource.
    pub name: String,
    /// How many rows the API said there are, if it did.
    pub expected: Option<u64>,
    /// How many came, including those that an interrupted run had committed.
    pub rows: u64,
    /// Of these, how many the interrupted run had committed.
    pub resumed: u64,
    /// Of these, how many were filtered out: by the declared `filter`, by the query of the selector, or because an earlier run
    /// had loaded them.
    pub filtered: u64,
    /// Rows without a cursor, of those that this run read: kept or dropped, as `missing_cursor` says.
    pub without_cursor: u64,
    /// Rows that could not be read and were stored in `_declarest_quarantine`.
    pub quarantined: u64,
    /// Rows of the parent that were skipped, since they have no value for the request.
    pub parents_without_value: u64,
    /// Fields that the API sends and the struct does not declare, with the number of rows on the first page that have each.
    pub drift: BTreeMap<String, u64>,
    /// Different primary keys among the rows that came, where these are merged among those that were written; the same as
    /// `rows` where no key is declared.
    pub distinct_keys: u64,
    /// Rows whose primary key had come before in the load, and where rows are appended by an incremental resource its cursor
    /// with it. Where rows are merged, the last row of a key stays; otherwise all of them are in the table, and the rows of
    /// each parent are counted by themselves. Where they do not belong to several parents, rows have moved while they were
    /// read, and others may be missing.
    pub repeated: u64,
    /// Whether rows are merged by their key.
    pub(super) merged: bool,
    /// Whether they are read for the rows of a parent.
    is_child: bool,
    /// How often the API's total (`total_path`, or the header) changed from one page of this run to the next: rows came or
    /// went meanwhile, and may have moved others to a page already read, or from there to the next.
    pub total_changes: u64,
    /// Pages without rows, of those that this run read, that others followed.
    pub empty_pages: u64,
    /// Rows that the table did not have before.
    pub inserted: u64,
    /// Rows that the table had with other values.
    pub updated: u64,
    /// Pages read.
    pub pages: u64,
    /// Requests sent, retries included.
    pub requests: u64,
    /// Requests that were retried.
    pub retries: u64,
    /// Time that requests spent waiting: before retries, for `rate_limit`, and because the server asked for fewer requests. The
    /// sum over concurrent requests, so it can exceed `elapsed`.
    pub waited: Duration,
    /// Bytes of the pages, after decompression.
    pub bytes: u64,
    /// How long it took.
    pub elapsed: Duration,
    /// Why the reading ended; `None` when it failed before, or when an interrupted run had read all.
    pub end: Option<EndReason>,
    /// Why it failed.
    pub error: Option<Error>,
}

impl Attachment for SyncReport {}

impl Error {
    /// The whole report of a sync that failed: what the other resources did, and each one's own error.
    #[must_use]
    pub fn report(&self) -> Option<&SyncReport> {
        self.attachment()
    }
}

impl SyncReport {
    /// The report of a resource, by its name.
    #[must_use]
    pub fn resource(&self, name: &str) -> Option<&ResourceReport> {
        self.resources.iter().find(|resource| resource.name == name)
    }
}

impl ResourceReport {
    pub(super) fn new(def: &ResourceDef) -> Self {
        let merged = def.write_disposition == WriteDisposition::Merge;
        Self { name: def.name.to_owned(), merged, is_child: def.parent.is_some(), ..Self::default() }
    }

    pub(super) fn counts(&self) -> Counts {
        let Self { rows, filtered, quarantined, repeated, expected, .. } = *self;
        Counts { rows, filtered, quarantined, repeated, expected }
    }

    /// Starts with the rows of an interrupted run.
    pub(super) fn resume(&mut self, counts: Counts) {
        let Counts { rows, filtered, quarantined, repeated, expected } = counts;
        (self.rows, self.resumed, self.expected) = (rows, rows, expected);
        (self.filtered, self.quarantined, self.repeated) = (filtered, quarantined, repeated);
    }

    /// Sets the different keys of the rows of a complete load: as the destination counts them, where it merges them.
    pub(super) fn count_keys(&mut self, merged: Option<u64>) {
        let written = self.rows.saturating_sub(self.filtered + self.quarantined);
        match merged {
            Some(distinct) => (self.distinct_keys, self.repeated) = (distinct, written.saturating_sub(distinct)),
            None => self.distinct_keys = self.rows.saturating_sub(self.repeated),
        }
    }
}

impl fmt::Display for SyncReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const HEAD: [&str; 11] =
            ["resource", "expected", "rows", "keys", "new", "changed", "pages", "requests", "bytes", "time", "ended"];
        let rows: Vec<_> = self.resources.iter().map(cells).collect();
        let mut widths = HEAD.map(|head| head.chars().count());
        for row in &rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.chars().count());
            }
        }
        writeln!(f, "load {} in {}", self.load_id, seconds(self.elapsed))?;
        line(f, &HEAD.map(str::to_owned), &widths)?;
        for row in &rows {
            line(f, row, &widths)?;
        }
        for resource in &self.resources {
            notes(f, resource)?;
        }
        Ok(())
    }
}

fn cells(resource: &ResourceReport) -> [String; 11] {
    [
        resource.name.clone(),
        resource.expected.map_or_else(|| "-".to_owned(), |expected| expected.to_string()),
        resource.rows.to_string(),
        resource.distinct_keys.to_string(),
        resource.inserted.to_string(),
        resource.updated.to_string(),
        resource.pages.to_string(),
        resource.requests.to_string(),
        bytes(resource.bytes),
        seconds(resource.elapsed),
        match (&resource.error, resource.end) {
            (Some(_), _) => "FAILED".to_owned(),
            (None, Some(end)) => end.to_string(),
            (None, None) => "-".to_owned(),
        },
    ]
}

/// Names to the left, numbers to the right.
fn line(f: &mut fmt::Formatter<'_>, cells: &[String], widths: &[usize]) -> fmt::Result {
    let last = cells.len().saturating_sub(1);
    for (index, (cell, width)) in cells.iter().zip(widths).enumerate() {
        match index {
            0 => write!(f, "{cell:<width$}")?,
            _ if index == last => write!(f, "  {cell}")?,
            _ => write!(f, "  {cell:>width$}")?,
        }
    }
    writeln!(f)
}

fn notes(f: &mut fmt::Formatter<'_>, resource: &ResourceReport) -> fmt::Result {
    let name = &resource.name;
    if resource.resumed > 0 && resource.requests == 0 {
        writeln!(f, "{name}: an interrupted run had read all of it; the next run reads it again")?;
    }
    let mut note = |before: &str, count: u64, [one, more]: [&str; 2], after: &str| match count {
        0 => Ok(()),
        1 => writeln!(f, "{name}: {before}1 {one}{after}"),
        _ => writeln!(f, "{name}: {before}{count} {more}{after}"),
    };
    if resource.requests > 0 {
        note("resumed after ", resource.resumed, ["row", "rows"], " of an interrupted run")?;
    }
    let waited = format!(", waited {}", seconds(resource.waited));
    note("", resource.retries, ["retry", "retries"], &waited)?;
    note("", resource.filtered, ["row was", "rows were"], " filtered out")?;
    note("", resource.without_cursor, ["row has", "rows have"], " no cursor")?;
    let unread = ["row could not be read, and is", "rows could not be read, and are"];
    note("", resource.quarantined, unread, " in `_declarest_quarantine` with the reason")?;
    let without_value = " without a value for the request";
    note("skipped ", resource.parents_without_value, ["parent row", "parent rows"], without_value)?;
    let kept = if resource.merged { "the last row of each key was kept" } else { "all of them are in the table" };
    // Several parents may have the same rows.
    let missing = if resource.merged && resource.is_child {
        ""
    } else {
        "; others may be missing: have the API sort by something unique"
    };
    let repeated = format!(" the key of an earlier row; {kept}{missing}");
    note("", resource.repeated, ["row repeats", "rows repeat"], &repeated)?;
    let changed = " while the pages were read; rows may be missing or duplicated; run it again";
    note("the API's total changed ", resource.total_changes, ["time", "times"], changed)?;
    note("", resource.empty_pages, ["empty page", "empty pages"], " before the last")?;
    if !resource.drift.is_empty() {
        const MOST: usize = 5;
        let names: Vec<_> = resource.drift.keys().take(MOST).map(|name| format!("`{}`", name.escape_debug())).collect();
        let more = resource.drift.len().saturating_sub(MOST);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        writeln!(f, "{name}: the API sends fields that are not declared: {}{more}", names.join(", "))?;
    }
    if let Some(error) = &resource.error {
        writeln!(f, "FAILED {error:#}")?;
    }
    Ok(())
}

fn seconds(duration: Duration) -> String {
    format!("{:.2} s", duration.as_secs_f64())
}

#[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
fn bytes(count: u64) -> String {
    const UNITS: [&str; 4] = ["B", "KiB", "MiB", "GiB"];
    let mut value = count as f64;
    let mut unit = UNITS[0];
    for next in &UNITS[1..] {
        if value < 1024.0 {
            break;
        }
        value /= 1024.0;
        unit = next;
    }
    if unit == UNITS[0] { format!("{count} B") } else { format!("{value:.1} {unit}") }
}
