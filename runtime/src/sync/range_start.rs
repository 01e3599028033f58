//! Where a range begins: after the rows that an earlier load has read.

use std::sync::Arc;

use super::loading::leaves_state;
use super::plan::PlannedLoad;
use super::saved::PreviousState;
use crate::client::Client;
use crate::error::{Error, ErrorKind, Result};
use crate::incremental::range;
use crate::incremental::run_start::RunStart;
use crate::incremental::watermark::{IncrementalFilter, IncrementalState, PreviousRows, Watermark};
use crate::schema::table::WriteDisposition;

/// The beginning of a range, and what is known there.
#[derive(Debug, Clone, Default)]
pub(super) struct RangeStart {
    /// Which rows are new.
    pub(super) filter: IncrementalFilter,
    /// How new the rows of earlier loads are.
    pub(super) watermark: Watermark,
}

impl RangeStart {
    /// After what a load has left, of a run that began then; without it, at the declared beginning.
    pub(super) fn after(
        planned: &PlannedLoad,
        client: &Client,
        run_start: &Arc<RunStart>,
        previous: Option<&PreviousState>,
    ) -> Result<Self> {
        let mut begun = Self::default();
        let def = planned.entry.def;
        let Some(incremental) = &def.incremental else { return Ok(begun) };
        // A range with an end is always the same one.
        if let Some(previous) = previous.filter(|_| incremental.is_open()) {
            let is_merged = def.write_disposition == WriteDisposition::Merge;
            let problem = match previous {
                // Left by a version that followed any date: nothing would be new any more.
                PreviousState::Incremental {
                    state: IncrementalState { watermark: Watermark { position: Some(at), .. }, .. },
                    ..
                } if run_start.is_long_before(at) => Some(format!("the saved position is in the future, {at}")),
                PreviousState::Incremental { state, .. }
                    if (state.cursor.as_str(), state.kind) == (incremental.cursor, incremental.kind) =>
                {
                    match PreviousRows::new(state, def.identity()) {
                        Ok(rows) => {
                            // Those beyond it come again: then they are newer than this run, or they are not.
                            begun.watermark = Watermark { beyond: None, ..state.watermark.clone() };
                            begun.filter.previous = Arc::new(rows);
                            None
                        }
                        Err(column) => {
                            Some(format!("the saved state identifies rows by `{column}`, which no longer exists"))
                        }
                    }
                }
                PreviousState::Incremental { state: IncrementalState { cursor, .. }, .. } => {
                    Some(format!("the cursor of earlier runs was `{cursor}`, now it is `{}`", incremental.cursor))
                }
                PreviousState::Unreadable => Some("the saved incremental state cannot be read".to_owned()),
            };
            // Rows that are merged can be read again.
            if let Some(problem) = problem.filter(|_| !is_merged) {
                return Err(doubled(&problem));
            }
        }
        let lag = client.lag(incremental)?;
        let start = begun.watermark.position.clone().map(|newest| range::minus_lag(newest, lag));
        let zoned = client.zoned(incremental)?;
        let start = start.map(|start| range::before_repeated_hour(&zoned, start));
        begun.filter.range = client.declared_range(incremental, start, run_start.at())?;
        begun.filter.run_start = leaves_state(planned).then(|| Arc::clone(run_start));
        Ok(begun)
    }
}

/// Nothing says which rows are in the table, and no key keeps them from being loaded twice.
pub(super) fn doubled(problem: &str) -> Error {
    Error::new(ErrorKind::Schema, format!("{problem}: rows would be loaded twice"))
        .with_help("sync with `.full_refresh()`, which drops the table and loads it again")
}
