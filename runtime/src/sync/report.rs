//! What a sync did, resource by resource.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use super::notes::notes;
use super::saved::Counts;
use crate::client::resource_entry::ResourceEntry;
use crate::declare::resource::ResourceDef;
use crate::error::{Attachment, Error};
use crate::http::stats::Waits;
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
    /// The resources that are part of every sync and were not read, since a sync has no values for required params; in the
    /// order of the declaration. Empty under [`only`](crate::SyncBuilder::only).
    pub left_out: Vec<LeftOut>,
}

/// A resource that a sync has left out: it has required params, or is read for the rows of one that has. It can be fetched by
/// its method.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LeftOut {
    /// The resource.
    pub name: String,
    /// The required params.
    pub params: Vec<String>,
    /// The resource whose params they are: itself, or the nearest parent that has any.
    pub params_of: String,
}

/// What a sync did with one resource.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
#[expect(clippy::struct_excessive_bools, reason = "each says something of its own")]
pub struct ResourceReport {
    /// The resource.
    pub name: String,
    /// How many rows the API said there are, if it did.
    pub expected: Option<u64>,
    /// How many came, including those that an interrupted run had committed.
    pub rows: u64,
    /// Of these, how many the interrupted run had committed.
    pub resumed: u64,
    /// Why it began at its first page, although an interrupted run had begun it and could have been resumed.
    pub restarted: Option<String>,
    /// Rows that were written and removed again, since no key keeps appended rows from being loaded twice: those of an
    /// interrupted run that was not resumed, and those of a load that is not complete.
    pub taken_back: u64,
    /// Of these, how many were filtered out: by the declared `filter`, by the query of the selector, or because an earlier run
    /// had loaded them.
    pub filtered: u64,
    /// Rows without a cursor, of those that this run read: kept or dropped, as `missing_cursor` says.
    pub without_cursor: u64,
    /// Rows that could not be read and were stored in `_declarest_quarantine`.
    pub quarantined: u64,
    /// Rows of the parent that were skipped, since they have no value for the request: null or empty, or one that would change its
    /// path.
    pub parents_without_value: u64,
    /// Of these, those whose value would change the path, `.` or `..`, or is no URL where the path is one.
    pub parents_with_bad_value: u64,
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
    /// Rows whose key had come before in the same walk, whatever the table makes of them: of several parents, the sum.
    pub(super) repeated_in_walks: u64,
    /// Why rows may be missing that no walk shows.
    pub(super) doubt: Option<&'static str>,
    /// Whether rows are merged by their key.
    pub(super) merged: bool,
    /// Whether they are read for the rows of a parent.
    pub(super) is_child: bool,
    /// Whether the next run starts where this one did, since rows may be missing: rows of an incremental resource repeated the
    /// keys of others, and the API gave no total to compare with, or its total became smaller meanwhile.
    pub position_kept: bool,
    /// Whether each row of the parent, or each partition, has a position of its own from this run on, after runs that kept one for
    /// all of them: those that came in this run began there. Of one that is new in this run, older rows were not read.
    pub shared_until_now: bool,
    /// Rows of an incremental resource that are newer than the start of this run, by its own clock: new since then, or wrongly
    /// dated. The next run reads on from the start of this one at most, and so reads them again.
    pub beyond_start: u64,
    /// How often the API's total (`total_path`, `total_pages_path`, or the header) changed from one page of this run to the next: rows came or
    /// went meanwhile, and may have moved others to a page already read, or from there to the next.
    pub total_changes: u64,
    /// How often it was smaller than before.
    pub(super) sunken_totals: u64,
    /// Pages without rows, of those that this run read, that others followed.
    pub empty_pages: u64,
    /// Rows that the table did not have before, and has now.
    pub inserted: u64,
    /// Rows that the table had with other values, or with other elements in a list that has a table of its own.
    pub updated: u64,
    /// Of the updated rows, those of which only the elements of such lists have changed.
    pub lists_updated: u64,
    /// Rows of earlier runs that did not come and are gone at the source, marked or removed as `deleted` says. Those that
    /// an earlier run has marked do not count.
    pub deleted: u64,
    /// Why rows that did not come were left alone, where `deleted` says otherwise: not all rows that there are may have come.
    pub not_deleted: Option<&'static str>,
    /// That the table has rows that the source has loaded with other params of the client in the
    /// requests, or had them until they were replaced; and what follows from it.
    pub other_clients: Option<&'static str>,
    /// Pages read.
    pub pages: u64,
    /// Requests sent, retries included.
    pub requests: u64,
    /// Requests that were retried.
    pub retries: u64,
    /// Time in which at least one request waited: before retries, for `rate_limit` or a quota, and because the server asked for
    /// fewer requests. It never exceeds `elapsed`.
    pub waited: Duration,
    /// What they waited for.
    pub waits: Waits,
    /// Bytes of the pages, after decompression.
    pub bytes: u64,
    /// Responses that `response_actions` ignores: what they would have held is not in the rows.
    pub ignored: u64,
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

impl LeftOut {
    /// None where a sync has all that the resource is read with.
    pub(super) fn of(entry: ResourceEntry, all: &[ResourceEntry]) -> Option<Self> {
        let with_params = entry.lineage(all).find(|entry| !entry.def.required().is_empty())?;
        Some(Self {
            name: entry.def.name.to_owned(),
            params: with_params.def.required().into_iter().map(str::to_owned).collect(),
            params_of: with_params.def.name.to_owned(),
        })
    }
}

impl ResourceReport {
    pub(super) fn new(def: &ResourceDef) -> Self {
        let merged = def.write_disposition == WriteDisposition::Merge;
        Self { name: def.name.to_owned(), merged, is_child: def.has_several_walks(), ..Self::default() }
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
        self.repeated_in_walks = repeated;
    }

    /// An interrupted run had committed these rows, and is not resumed.
    pub(super) fn abandon(&mut self, why: String, counts: Counts, is_appended: bool) {
        self.restarted = Some(why);
        if is_appended {
            self.taken_back += counts.written();
        }
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
        // Each line begins with the break that ends the one before: the last one has none.
        write!(f, "load {} in {}", self.load_id, seconds(self.elapsed))?;
        line(f, &HEAD.map(str::to_owned), &widths)?;
        for row in &rows {
            line(f, row, &widths)?;
        }
        let mut notes = self.resources.iter().flat_map(notes);
        notes.try_for_each(|note| write!(f, "\n{note}"))?;
        match &self.left_out[..] {
            [] => Ok(()),
            left_out => write!(f, "\nleft out, for want of values for their params: {}", join(left_out)),
        }
    }
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, params, params_of } = self;
        write!(f, "{name} ({}", params.join(", "))?;
        if params_of != name {
            write!(f, " of {params_of}")?;
        }
        f.write_str(")")
    }
}

fn join(left_out: &[LeftOut]) -> String {
    left_out.iter().map(LeftOut::to_string).collect::<Vec<_>>().join(", ")
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
    writeln!(f)?;
    for (index, (cell, width)) in cells.iter().zip(widths).enumerate() {
        match index {
            0 => write!(f, "{cell:<width$}")?,
            _ if index == last => write!(f, "  {cell}")?,
            _ => write!(f, "  {cell:>width$}")?,
        }
    }
    Ok(())
}

pub(super) fn seconds(duration: Duration) -> String {
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
