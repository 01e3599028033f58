//! A position for each row of a parent, or each partition: the state that loads leave in the destination.
//!
//! It is a list of chunks, to which each load adds the positions that it has changed: the last one of a link holds. So a commit
//! writes the chunks that are new, and none that were there. What a running load adds counts once it is complete; until
//! then, its chunks are behind those that count. A list that says the same of most links several times is written again.
//!
//! Positions are kept when the row of the parent is gone: it may come back, and its rows are in the table.

use serde::{Deserialize, Serialize};

use super::loading::{each_position, leaves_state};
use super::plan::PlannedLoad;
use super::range_start::doubled;
use super::saved::{PreviousState, ResourceState};
use super::saved_links::{Chunk, EndedLink, KnownPositions, LinkFields};
use crate::destination::{Lease, StateChange, StateStore};
use crate::error::Result;
use crate::incremental::watermark::IncrementalState;
use crate::schema::table::WriteDisposition;

/// The header's name, and the start of the chunks' names.
const POSITIONS: &str = "positions";
/// The position that links had before each had its own.
const BASE: &str = "positions/shared";
/// How many positions are in a chunk that a load adds. The last one is written again with each commit until it is full.
const CHUNK: usize = 100;
/// How many are in one that is written once.
const LARGE_CHUNK: usize = 1000;
/// So many positions are never worth writing the list again.
const FEW: usize = 1000;
/// How many chunks are written or removed at a time.
const AT_A_TIME: usize = 100;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Header {
    /// The first chunk that counts.
    first: u64,
    /// The end of those that count.
    complete: u64,
    /// The end of those that the running load has added.
    written: u64,
    /// Whether a load was complete since each link has its own.
    closed: bool,
    /// Whether the position that they had before is kept.
    has_base: bool,
}

/// The positions of a resource.
pub(super) struct SavedPositions {
    state: ResourceState,
    header: Header,
    /// What its chunks are of: none where a shared position takes their place with the end of the load.
    shape: Option<Chunk>,
    /// The chunks that are not saved: the last one may be saved and not full.
    open: Vec<(u64, Chunk)>,
    is_changed: bool,
    /// What the load begins with, until it is taken.
    known: KnownPositions,
    /// Whether all links come, those of earlier loads, too.
    all_come: bool,
    /// The position of earlier runs, where links may come later that had it.
    base: Option<IncrementalState>,
}

/// What a load begins with.
#[derive(Clone, Copy)]
pub(super) struct Beginning<'b> {
    /// What the last complete one has left.
    pub(super) previous: Option<&'b PreviousState>,
    /// By which it holds the resource.
    pub(super) lease: &'b Lease,
    /// Whether it resumes an interrupted one, and with that what this had added.
    pub(super) resumes: bool,
    /// Whether all links come, those of earlier loads, too.
    pub(super) all_come: bool,
}

impl SavedPositions {
    /// Those that are there; `None` where there are none and will be none.
    pub(super) async fn begin(
        store: &mut dyn StateStore,
        planned: &PlannedLoad,
        state: ResourceState,
        Beginning { previous, lease, resumes, all_come }: Beginning<'_>,
        changes: &mut Vec<StateChange>,
    ) -> Result<Option<Self>> {
        if planned.table.is_none() {
            return Ok(None);
        }
        let mut header = read_header(store, planned, state).await?;
        if previous.is_none() && !resumes {
            changes.extend(header.take().into_iter().flat_map(|header| removed(state, header)));
        }
        let each = each_position(planned);
        if !leaves_state(planned) || header.is_none() && each.is_none() {
            return Ok(None);
        }
        let shape = each.map(|incremental| Chunk {
            fields: LinkFields::of(planned).names,
            cursor: incremental.cursor.to_owned(),
            kind: incremental.kind,
            columns: Vec::new(),
            links: Vec::new(),
        });
        let header = header.unwrap_or_default();
        // Where rows are merged, links that come later can be read from their beginning.
        let base = match previous {
            Some(PreviousState::Incremental { state, .. }) if !header.closed && !all_come && !is_merged(planned) => {
                Some(state.clone())
            }
            _ => None,
        };
        let (open, known) = (Vec::new(), KnownPositions::default());
        let mut saved = Self { state, header, shape, open, is_changed: false, known, all_come, base };
        saved.known = saved.read(store, &LinkFields::of(planned)).await?;
        if !resumes {
            saved.compact(store, lease).await?;
            changes.extend(saved.forgotten()?);
        }
        Ok(Some(saved))
    }

    /// What links without a position of their own go on with; none where they begin at the declared beginning.
    ///
    /// With the first load in which each link has its own, this is the position that they shared: it is that of all
    /// links that have come until then. Where rows are merged and only new rows of the parent come, each of these is read whole.
    pub(super) async fn of_others(
        &self,
        store: &mut dyn StateStore,
        planned: &PlannedLoad,
        previous: Option<&PreviousState>,
    ) -> Result<Option<PreviousState>> {
        if self.shape.is_none() {
            return Ok(previous.cloned());
        }
        if self.header.closed {
            let base = if self.header.has_base { self.state.record(store, BASE).await? } else { None };
            return Ok(base.map(|state| PreviousState::Incremental { state, load: None }));
        }
        Ok(previous.filter(|_| self.all_come || !is_merged(planned)).cloned())
    }

    /// Whether this is the first load in which each link has its own.
    pub(super) fn is_first(&self) -> bool {
        self.shape.is_some() && !self.header.closed
    }

    /// Those that count, once.
    pub(super) fn take_known(&mut self) -> KnownPositions {
        std::mem::take(&mut self.known)
    }

    async fn read(&self, store: &mut dyn StateStore, fields: &LinkFields) -> Result<KnownPositions> {
        let mut known = KnownPositions::default();
        for number in self.header.first..self.header.complete {
            let name = chunk_name(number);
            let text = self.state.text(store, name.as_str()).await?;
            match serde_json::from_str::<Chunk>(text.as_deref().unwrap_or_default()) {
                Ok(chunk) if chunk.fields != fields.names => {
                    let (before, now) = (chunk.fields, &fields.names);
                    known.unusable =
                        Some(format!("positions of earlier runs are of `{before}`, now they are of `{now}`"));
                }
                Ok(chunk) if self.shape.as_ref().is_some_and(|shape| !shape.is_alike(&chunk)) => {}
                Ok(chunk) => known.add(chunk),
                Err(error) => {
                    let error = self.state.unreadable(&name, &error);
                    known.unusable = Some(error.message().to_owned());
                }
            }
        }
        Ok(known)
    }

    /// Writes the list again where most of it is out of date. What an interrupted load had added is first to be given up.
    async fn compact(&mut self, store: &mut dyn StateStore, lease: &Lease) -> Result<()> {
        let known = &self.known;
        let is_settled = self.header.written == self.header.complete;
        let is_worth_it = is_settled && known.read > 2 * known.len() + FEW;
        let Some(shape) = self.shape.as_ref().filter(|_| is_worth_it) else { return Ok(()) };
        let before = self.header;
        let mut number = before.complete;
        let mut chunks: Vec<Chunk> = Vec::new();
        for hash in known.hashes() {
            let Some((watermark, columns)) = known.get(hash) else { continue };
            if let Some(chunk) = chunks.last_mut().filter(|chunk| chunk.takes(&columns, LARGE_CHUNK)) {
                chunk.links.push((hash, watermark));
                continue;
            }
            if chunks.len() >= AT_A_TIME {
                number = self.write(store, number, std::mem::take(&mut chunks), lease).await?;
            }
            chunks.push(shape.with(columns, hash, watermark));
        }
        number = self.write(store, number, chunks, lease).await?;
        self.header = Header { first: before.complete, complete: number, written: number, ..before };
        let header = self.state.put_record(POSITIONS, &self.header)?;
        store.write_state(std::slice::from_ref(lease), &[header]).await?;
        let old: Vec<_> = (before.first..before.complete).map(|number| self.state.remove(chunk_name(number))).collect();
        for changes in old.chunks(AT_A_TIME) {
            store.write_state(std::slice::from_ref(lease), changes).await?;
        }
        Ok(())
    }

    async fn write(&self, store: &mut dyn StateStore, first: u64, chunks: Vec<Chunk>, lease: &Lease) -> Result<u64> {
        let numbered: Vec<_> = (first..).zip(chunks).collect();
        let changes = numbered.iter().map(|(number, chunk)| self.put(*number, chunk)).collect::<Result<Vec<_>>>()?;
        store.write_state(std::slice::from_ref(lease), &changes).await?;
        Ok(first + numbered.len() as u64)
    }

    fn put(&self, number: u64, chunk: &Chunk) -> Result<StateChange> {
        let name = chunk_name(number);
        let text = serde_json::to_string(chunk).map_err(|error| self.state.unreadable(&name, &error))?;
        Ok(self.state.put(name, text))
    }

    /// Adds those of links that have ended.
    pub(super) fn add(&mut self, ended: Vec<EndedLink>) {
        let Some(shape) = &self.shape else { return };
        for EndedLink { hash, watermark, columns } in ended {
            let last = self.open.last_mut().filter(|(_, chunk)| chunk.takes(&columns, CHUNK));
            if let Some((_, chunk)) = last {
                chunk.links.push((hash, watermark));
            } else {
                self.open.push((self.header.written, shape.with(columns, hash, watermark)));
                self.header.written += 1;
            }
            self.is_changed = true;
        }
    }

    /// The changes that save what was added.
    pub(super) fn changes(&mut self) -> Result<Vec<StateChange>> {
        let mut changes = self.added()?;
        if !changes.is_empty() {
            changes.push(self.state.put_record(POSITIONS, &self.header)?);
        }
        Ok(changes)
    }

    /// The chunks that were added to, without the header.
    fn added(&mut self) -> Result<Vec<StateChange>> {
        if !std::mem::take(&mut self.is_changed) {
            return Ok(Vec::new());
        }
        let chunks = self.open.iter().map(|(number, chunk)| self.put(*number, chunk)).collect();
        let last = self.open.pop();
        self.open = last.into_iter().collect();
        chunks
    }

    /// The changes that make what was added count.
    pub(super) fn completed(&mut self) -> Result<Vec<StateChange>> {
        if self.shape.is_none() {
            return Ok(removed(self.state, self.header));
        }
        let mut changes = self.added()?;
        let before = self.header;
        (self.header.complete, self.header.closed) = (before.written, true);
        if let Some(base) = self.base.take() {
            changes.push(self.state.put_record(BASE, &base)?);
            self.header.has_base = true;
        } else if self.all_come && before.has_base {
            changes.push(self.state.remove(BASE));
            self.header.has_base = false;
        }
        if !changes.is_empty() || self.header != before {
            changes.push(self.state.put_record(POSITIONS, &self.header)?);
        }
        Ok(changes)
    }

    /// The changes that remove what was added.
    pub(super) fn forgotten(&mut self) -> Result<Vec<StateChange>> {
        self.open.clear();
        let added = self.header.complete..self.header.written;
        if added.is_empty() {
            return Ok(Vec::new());
        }
        let mut changes: Vec<_> = added.map(|number| self.state.remove(chunk_name(number))).collect();
        self.header.written = self.header.complete;
        changes.push(self.state.put_record(POSITIONS, &self.header)?);
        Ok(changes)
    }
}

/// The header. Without one that can be read, rows that are merged are read again from the declared beginning.
async fn read_header(
    store: &mut dyn StateStore,
    planned: &PlannedLoad,
    state: ResourceState,
) -> Result<Option<Header>> {
    let header = state.record(store, POSITIONS).await?;
    if header.is_some() || state.text(store, POSITIONS).await?.is_none() {
        return Ok(header);
    }
    if is_merged(planned) {
        return Ok(Some(Header { closed: true, ..Header::default() }));
    }
    Err(doubled(&format!("the saved `{POSITIONS}` of `{}` cannot be read", state.resource)))
}

fn is_merged(planned: &PlannedLoad) -> bool {
    planned.entry.def.write_disposition == WriteDisposition::Merge
}

fn removed(state: ResourceState, header: Header) -> Vec<StateChange> {
    let chunks = (header.first..header.written).map(|number| state.remove(chunk_name(number)));
    let base = header.has_base.then(|| state.remove(BASE));
    chunks.chain(base).chain([state.remove(POSITIONS)]).collect()
}

fn chunk_name(number: u64) -> String {
    format!("{POSITIONS}/{number}")
}
