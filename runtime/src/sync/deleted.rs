//! Rows that are gone at the source: when the end of a load may say so.

use super::SyncRun;
use super::plan::PlannedLoad;
use super::report::ResourceReport;
use crate::paginate::EndReason;
use crate::schema::table::Deleted;

/// What is known of a load at its end.
pub(super) struct Walked {
    /// Why it ended.
    pub(super) end: Option<EndReason>,
    /// Whether it began at its first page.
    pub(super) is_fresh: bool,
    /// Whether it ended before its last row, or may have.
    pub(super) is_cut: bool,
}

impl SyncRun<'_> {
    /// Why not all rows that there are came, as far as is known; `None` where they did.
    pub(super) fn why_not_whole(
        &self,
        planned: &PlannedLoad,
        walked: &Walked,
        report: &ResourceReport,
    ) -> Option<&'static str> {
        let is_child = planned.entry.def.parent.is_some();
        if report.quarantined > 0 {
            Some("rows could not be read")
        } else if !walked.is_fresh {
            Some("this run resumed an interrupted one")
        } else if walked.end.is_none() || walked.is_cut {
            Some("not all pages were read, or a response was ignored")
        } else if self.only_new.contains(&planned.entry.def.name) || (is_child && !self.is_whole_parent(planned)) {
            Some("not all rows of its parent were read in this run")
        } else if report.parents_with_bad_value > 0 {
            Some("rows of its parent could not be asked for")
        } else if report.total_changes > 0 || report.repeated_in_walks > 0 {
            Some("rows moved while they were read")
        } else if report.doubt.is_some() {
            report.doubt
        } else if report.rows == 0 && report.expected != Some(0) {
            Some("no rows came at all")
        } else {
            None
        }
    }

    fn is_whole_parent(&self, planned: &PlannedLoad) -> bool {
        planned.entry.def.parent.is_some_and(|parent| self.whole.contains(&parent.resource))
    }
}

/// Whether rows that are gone are marked or removed.
pub(super) fn treats_deleted(planned: &PlannedLoad) -> bool {
    planned.table.as_deref().is_some_and(|table| table.deleted != Deleted::Keep)
}

/// Whether a walk ended before its last row, or may have.
pub(super) fn is_cut(end: Option<EndReason>) -> bool {
    end.is_some_and(|end| end.is_early() || end == EndReason::Ignored)
}
