//! Rows that are gone at the source: when the end of a load may say so.

use super::SyncRun;
use super::begin::LoadMode;
use super::plan::PlannedLoad;
use super::report::ResourceReport;
use super::saved::ResourceState;
use crate::destination::StateChange;
use crate::error::Result;
use crate::fingerprint;
use crate::paginate::EndReason;
use crate::schema::table::Deleted;

/// The base URL and client-wide params that the rows of a table are of.
const SCOPE: &str = "scope";

/// Where rows of several such are in one table, no load brings all of them.
const SEVERAL: &str = "several";

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
    /// Keeps what the rows of a table are of, where rows that are gone are treated.
    pub(super) async fn note_scope(
        &mut self,
        planned: &PlannedLoad,
        state: ResourceState,
        mode: LoadMode,
        changes: &mut Vec<StateChange>,
    ) -> Result<()> {
        if !treats_deleted(planned) {
            return Ok(());
        }
        let scope = self.scope()?;
        let known = if mode == LoadMode::Refresh { None } else { state.text(&mut *self.destination, SCOPE).await? };
        match known {
            Some(known) if known == scope || known == SEVERAL => {}
            Some(_) => changes.push(state.put(SCOPE, SEVERAL.to_owned())),
            None => changes.push(state.put(SCOPE, scope)),
        }
        Ok(())
    }

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

    /// Whether the table has rows of this base URL and these client-wide params alone.
    pub(super) async fn is_one_scope(&mut self, planned: &PlannedLoad) -> Result<bool> {
        let (state, scope) = (self.state(planned.entry.def.name), self.scope()?);
        Ok(state.text(&mut *self.destination, SCOPE).await?.is_none_or(|known| known == scope))
    }

    fn is_whole_parent(&self, planned: &PlannedLoad) -> bool {
        planned.entry.def.parent.is_some_and(|parent| self.whole.contains(&parent.resource))
    }

    /// The base URL and the client-wide params.
    fn scope(&self) -> Result<String> {
        fingerprint::fingerprint(&(self.client.base().as_str(), self.client.values()))
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
