//! The lines below the table of a report: what the numbers of a resource do not say.

use std::time::Duration;

use super::report::{ResourceReport, seconds};
use crate::http::stats::Waits;

/// A shorter wait is as good as none.
const WORTH_A_LINE: Duration = Duration::from_millis(10);

/// Most fields that a line names.
const MOST_FIELDS: usize = 5;

/// The lines about a resource: how it began, what took time, what came, what is in doubt.
pub(super) fn notes(resource: &ResourceReport) -> Vec<String> {
    let mut notes = Notes { name: &resource.name, lines: Vec::new() };
    notes.beginning(resource);
    notes.waits(resource);
    notes.rows(resource);
    notes.doubts(resource);
    if let Some(error) = &resource.error {
        notes.lines.push(format!("FAILED {error:#}"));
    }
    notes.lines
}

struct Notes<'n> {
    name: &'n str,
    lines: Vec<String>,
}

impl Notes<'_> {
    fn add(&mut self, text: &str) {
        self.lines.push(format!("{}: {text}", self.name));
    }

    /// A line with a count, in the place of `{n}`, in the words for one and in those for several; none where there is nothing
    /// to count.
    fn count(&mut self, count: u64, one: &str, more: &str) {
        if count > 0 {
            let text = if count == 1 { one } else { more };
            self.add(&text.replace("{n}", &count.to_string()));
        }
    }

    fn beginning(&mut self, resource: &ResourceReport) {
        if resource.resumed > 0 && resource.requests == 0 {
            self.add("an interrupted run had read all of it; the next run reads it again");
        } else {
            self.count(
                resource.resumed,
                "resumed after {n} row of an interrupted run",
                "resumed after {n} rows of an interrupted run",
            );
        }
        if let Some(what) = resource.other_clients {
            self.add(what);
        }
        if let Some(why) = &resource.restarted {
            self.add(&format!("an interrupted run was not resumed: {why}; it began again at the first page"));
        }
        self.count(
            resource.taken_back,
            "{n} row was taken back: a load that is not complete leaves none where rows are appended",
            "{n} rows were taken back: a load that is not complete leaves none where rows are appended",
        );
    }

    fn waits(&mut self, resource: &ResourceReport) {
        let waited = format!(", waited {}", seconds(resource.waited));
        self.count(resource.retries, &format!("{{n}} retry{waited}"), &format!("{{n}} retries{waited}"));
        let Waits { rate_limit, quota, server, .. } = resource.waits;
        let reasons = [
            (quota, "for the server's quota"),
            (rate_limit, "for `rate_limit`"),
            (server, "because the server asked to"),
        ];
        let reasons = reasons.into_iter().filter(|(time, _)| *time >= WORTH_A_LINE);
        let reasons: Vec<_> = reasons.map(|(time, reason)| format!("{} {reason}", seconds(time))).collect();
        if !reasons.is_empty() {
            self.add(&format!("waited {}", reasons.join(", ")));
        }
    }

    fn rows(&mut self, resource: &ResourceReport) {
        self.count(resource.filtered, "{n} row was filtered out", "{n} rows were filtered out");
        self.count(resource.without_cursor, "{n} row has no cursor", "{n} rows have no cursor");
        self.count(
            resource.quarantined,
            "{n} row could not be read, and is in `_declarest_quarantine` with the reason",
            "{n} rows could not be read, and are in `_declarest_quarantine` with the reason",
        );
        self.count(
            resource.ignored,
            "{n} response was ignored by `response_actions`",
            "{n} responses were ignored by `response_actions`",
        );
        self.count(
            resource.parents_without_value.saturating_sub(resource.parents_with_bad_value),
            "skipped {n} parent row without a value for the request",
            "skipped {n} parent rows without a value for the request",
        );
        self.count(
            resource.parents_with_bad_value,
            "skipped {n} parent row with the value `.` or `..`, which would change the path of the request, or one that is no URL to read from",
            "skipped {n} parent rows with the value `.` or `..`, which would change the path of the request, or one that is no URL to read from",
        );
        self.count(
            resource.lists_updated,
            "{n} changed row differs only in the elements of lists",
            "{n} changed rows differ only in the elements of lists",
        );
        if !resource.drift.is_empty() {
            let names = resource.drift.keys().take(MOST_FIELDS);
            let names: Vec<_> = names.map(|name| format!("`{}`", name.escape_debug())).collect();
            let more = resource.drift.len().saturating_sub(MOST_FIELDS);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            self.add(&format!("the API sends fields that are not declared: {}{more}", names.join(", ")));
        }
    }

    fn doubts(&mut self, resource: &ResourceReport) {
        let kept = if resource.merged { "the last row of each key was kept" } else { "all of them are in the table" };
        let missing = match () {
            () if resource.position_kept => {
                "; others may be missing, and no total shows it: the next run starts where this one did; have the API sort by something unique"
            }
            // Several parents may have the same rows.
            () if resource.merged && resource.is_child => "",
            () => "; others may be missing: have the API sort by something unique",
        };
        self.count(
            resource.repeated,
            &format!("{{n}} row repeats the key of an earlier row; {kept}{missing}"),
            &format!("{{n}} rows repeat the key of an earlier row; {kept}{missing}"),
        );
        self.count(
            resource.beyond_start,
            "{n} row is newer than the start of the run; the next run starts no later than this one, and reads it again",
            "{n} rows are newer than the start of the run; the next run starts no later than this one, and reads them again",
        );
        self.count(
            resource.total_changes,
            "the API's total changed {n} time while the pages were read; rows may be missing or duplicated; run it again",
            "the API's total changed {n} times while the pages were read; rows may be missing or duplicated; run it again",
        );
        if resource.shared_until_now {
            self.add("each parent row or partition has a position of its own from this run on, and began at the one of all until now: of one that is new, older rows were not read; `.full_refresh()` reads them");
        }
        if resource.position_kept && resource.repeated == 0 {
            self.add("the total became smaller while the pages were read: the next run starts where this one did");
        }
        self.count(resource.empty_pages, "{n} empty page before the last", "{n} empty pages before the last");
        self.count(
            resource.deleted,
            "{n} row did not come any more, marked or removed as `deleted` says",
            "{n} rows did not come any more, marked or removed as `deleted` says",
        );
        if let Some(why) = resource.not_deleted {
            self.add(&format!("rows that did not come were left alone: {why}"));
        }
    }
}
