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

    /// A line with a count and what is counted, of one and of several; none where there is nothing to count.
    fn count(&mut self, before: &str, count: u64, [one, more]: [&str; 2], after: &str) {
        if count > 0 {
            let what = if count == 1 { one } else { more };
            self.add(&format!("{before}{count} {what}{after}"));
        }
    }

    fn beginning(&mut self, resource: &ResourceReport) {
        if resource.resumed > 0 && resource.requests == 0 {
            self.add("an interrupted run had read all of it; the next run reads it again");
        } else {
            self.count("resumed after ", resource.resumed, ["row", "rows"], " of an interrupted run");
        }
        if let Some(why) = &resource.restarted {
            self.add(&format!("an interrupted run was not resumed: {why}; it began again at the first page"));
        }
        let taken_back = ["row was taken back", "rows were taken back"];
        let why = ": a load that is not complete leaves none where rows are appended";
        self.count("", resource.taken_back, taken_back, why);
    }

    fn waits(&mut self, resource: &ResourceReport) {
        let waited = format!(", waited {}", seconds(resource.waited));
        self.count("", resource.retries, ["retry", "retries"], &waited);
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
        self.count("", resource.filtered, ["row was", "rows were"], " filtered out");
        self.count("", resource.without_cursor, ["row has", "rows have"], " no cursor");
        let unread = ["row could not be read, and is", "rows could not be read, and are"];
        self.count("", resource.quarantined, unread, " in `_declarest_quarantine` with the reason");
        let by_action = " ignored by `response_actions`";
        self.count("", resource.ignored, ["response was", "responses were"], by_action);
        let parents = ["parent row", "parent rows"];
        let without = resource.parents_without_value.saturating_sub(resource.parents_with_bad_value);
        self.count("skipped ", without, parents, " without a value for the request");
        let bad = " with the value `.` or `..`, which would change the path of the request";
        self.count("skipped ", resource.parents_with_bad_value, parents, bad);
        let lists = ["changed row differs", "changed rows differ"];
        self.count("", resource.lists_updated, lists, " only in the elements of lists");
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
        let repeated = format!(" the key of an earlier row; {kept}{missing}");
        self.count("", resource.repeated, ["row repeats", "rows repeat"], &repeated);
        let beyond = " than the start of the run; the next run starts no later than this one, and reads them again";
        self.count("", resource.beyond_start, ["row is newer", "rows are newer"], beyond);
        let changed = " while the pages were read; rows may be missing or duplicated; run it again";
        self.count("the API's total changed ", resource.total_changes, ["time", "times"], changed);
        self.count("", resource.empty_pages, ["empty page", "empty pages"], " before the last");
        let gone = " did not come any more, marked or removed as `deleted` says";
        self.count("", resource.deleted, ["row", "rows"], gone);
        if let Some(why) = resource.not_deleted {
            self.add(&format!("rows that did not come were left alone: {why}"));
        }
    }
}
