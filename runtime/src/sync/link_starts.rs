//! Where each link begins that has a position of its own: after what was read for it, whatever was read for others.

use std::sync::Arc;

use serde_json::Value;

use super::SyncRun;
use super::loading::Loading;
use super::plan::PlannedLoad;
use super::positions::{Beginning, SavedPositions};
use super::range_start::{RangeStart, doubled};
use super::saved::PreviousState;
use super::saved_links::{EndedLink, KnownPositions, LinkFields};
use crate::client::Client;
use crate::declare::resource::ResourceDef;
use crate::destination::{StateChange, StateStore};
use crate::error::Result;
use crate::incremental::cursor::IncrementalDef;
use crate::incremental::run_start::RunStart;
use crate::incremental::watermark::{IncrementalState, Watermark};
use crate::schema::table::WriteDisposition;

/// Where the links of a load begin.
pub(super) struct LinkStarts {
    fields: LinkFields,
    known: KnownPositions,
    /// What those without a position of their own go on with.
    others: Option<PreviousState>,
    /// Whether that is a position which all of them have shared until now.
    pub(super) shared_until_now: bool,
    run_start: Arc<RunStart>,
}

/// Where a link begins.
pub(super) struct LinkStart {
    hash: u64,
    pub(super) range: RangeStart,
    /// What earlier loads have left, for itself or for all.
    before: Watermark,
    /// Whether that is saved as its own.
    is_saved: bool,
}

impl SyncRun<'_> {
    /// The positions of a load that begins after what the last complete one has left.
    pub(super) async fn saved_positions(
        &mut self,
        planned: &PlannedLoad,
        previous: Option<&PreviousState>,
        resumes: bool,
        changes: &mut Vec<StateChange>,
    ) -> Result<Option<SavedPositions>> {
        let (state, lease) = (self.state(planned.entry.def.name), self.lease(planned.entry.def.name));
        let all_come = planned.entry.def.parent.is_none_or(|parent| !self.only_new.contains(&parent.resource));
        let beginning = Beginning { previous, lease: &lease, resumes, all_come };
        SavedPositions::begin(&mut *self.destination, planned, state, beginning, changes).await
    }

    /// Keeps how far links are whose last page has been written.
    pub(super) fn links_ended(&mut self, ended: Vec<EndedLink>) {
        if let Some(positions) = self.active.as_mut().and_then(|active| active.positions.as_mut()) {
            positions.add(ended);
        }
    }

    /// Where each link begins; none where all of them begin where the load does.
    pub(super) async fn link_starts(&mut self, loading: &Loading<'_>) -> Result<Option<LinkStarts>> {
        let Some(positions) = self.active.as_mut().and_then(|active| active.positions.as_mut()) else {
            return Ok(None);
        };
        LinkStarts::open(&mut *self.destination, positions, loading).await.map(Some)
    }
}

impl LinkStarts {
    /// Reads what is saved.
    ///
    /// # Errors
    /// `Schema` where rows are appended and what is saved cannot be used: they would be loaded twice.
    pub(super) async fn open(
        store: &mut dyn StateStore,
        positions: &mut SavedPositions,
        loading: &Loading<'_>,
    ) -> Result<Self> {
        let planned = loading.planned;
        let fields = LinkFields::of(planned);
        let known = positions.take_known();
        if let Some(problem) = &known.unusable {
            if planned.entry.def.write_disposition != WriteDisposition::Merge {
                return Err(doubled(problem));
            }
            tracing::warn!(resource = planned.entry.def.name, problem, "saved positions are ignored");
        }
        let others = positions.of_others(store, planned, loading.previous.as_ref()).await?;
        let shared_until_now = others.is_some() && positions.is_first();
        Ok(Self { fields, known, others, shared_until_now, run_start: Arc::clone(&loading.run_start) })
    }

    /// Where the link with these values begins.
    pub(super) fn start(
        &self,
        planned: &PlannedLoad,
        client: &Client,
        incremental: &IncrementalDef,
        values: &[Value],
    ) -> Result<LinkStart> {
        let hash = self.fields.hash(values)?;
        let own = self.known.get(hash).map(|(watermark, columns)| {
            let cursor = incremental.cursor.to_owned();
            let state = IncrementalState { cursor, kind: incremental.kind, watermark, columns };
            PreviousState::Incremental { state, load: None }
        });
        let previous = own.as_ref().or(self.others.as_ref());
        let range = RangeStart::after(planned, client, &self.run_start, previous)?;
        let before = match previous {
            Some(PreviousState::Incremental { state, .. }) => state.watermark.clone(),
            Some(PreviousState::Unreadable) | None => Watermark::default(),
        };
        Ok(LinkStart { hash, range, before, is_saved: own.is_some() })
    }
}

impl LinkStart {
    /// What is to be saved of the link, which has ended with rows as new as this; `None` where that is saved already. One whose
    /// response was ignored stays where it was.
    pub(super) fn ended(&self, watermark: &Watermark, is_ignored: bool, def: &ResourceDef) -> Option<EndedLink> {
        let watermark = if is_ignored { &self.before } else { watermark };
        let is_same = if self.is_saved { *watermark == self.before } else { *watermark == Watermark::default() };
        (!is_same).then(|| EndedLink {
            hash: self.hash,
            watermark: watermark.clone(),
            columns: self.range.filter.previous.columns(watermark, def.identity()),
        })
    }
}
