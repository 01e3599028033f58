//! Whether a load resumes an interrupted one.

use super::SyncRun;
use super::begin::LoadMode;
use super::saved::{self, CHECKPOINT, Checkpoint, Counts, ResourceState, SavedCheckpoint};
use crate::error::Result;

/// An interrupted load that is not resumed: its rows are read again.
#[derive(Debug, Clone)]
pub(super) struct Abandoned {
    pub(super) why: String,
    /// What it had committed.
    pub(super) counts: Counts,
}

/// What a load finds of what an interrupted one had written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// All of it.
    AsLeft,
    /// Another client has begun a load meanwhile.
    OfOthers,
    /// Not all of it.
    Changed,
}

impl Found {
    pub(super) fn of(is_unchanged: bool, is_last: bool) -> Self {
        match (is_unchanged, is_last) {
            (false, _) => Self::Changed,
            (true, true) => Self::AsLeft,
            (true, false) => Self::OfOthers,
        }
    }
}

impl SyncRun<'_> {
    /// Where an interrupted load has ended, if this one resumes there; or the load that it does not resume.
    pub(super) async fn checkpoint(
        &mut self,
        state: ResourceState,
        mode: LoadMode,
        found: Found,
        fingerprint: &str,
    ) -> Result<(Option<Checkpoint>, Option<Abandoned>)> {
        let destination = &mut *self.destination;
        let saved: Option<SavedCheckpoint> = state.record(destination, CHECKPOINT).await?;
        if mode != LoadMode::Resume {
            let abandoned = self.abandoned.iter().find(|(child, _)| *child == state.resource);
            return Ok((None, abandoned.map(|(_, found)| found.clone())));
        }
        let Some(saved) = saved else {
            let is_damaged = state.text(destination, CHECKPOINT).await?.is_some();
            let why = "its saved place is damaged, or of another version".to_owned();
            return Ok((None, is_damaged.then(|| Abandoned { why, counts: Counts::default() })));
        };
        let why = if found == Found::Changed {
            "what it had written is gone or has changed".to_owned()
        } else if found == Found::OfOthers {
            "a client with other params has loaded the table since".to_owned()
        } else if saved.fingerprint != fingerprint {
            "the declaration, the base URL or a param has changed".to_owned()
        } else if !saved::is_fresh(saved.at) {
            format!("its last commit is of {:.0}, more than an hour ago", saved.at)
        } else {
            return Ok((Some(saved.checkpoint), None));
        };
        Ok((None, Some(Abandoned { why, counts: saved.checkpoint.counts })))
    }
}
