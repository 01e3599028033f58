//! What pagers have in common whose pages each name the next one.

use std::hash::Hash;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{EndReason, PageRequest, PagerOptions, SeenPlaces, loop_error};
use crate::error::Result;

/// A chain of pages: `T` names a page, as a cursor or as a link.
pub(super) struct Chain<T> {
    pub(super) position: ChainPosition<T>,
    /// Whether the next page has been requested.
    requested: bool,
    pub(super) visited: SeenPlaces,
    pub(super) end: Option<EndReason>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct ChainPosition<T> {
    /// Pages seen.
    pub(super) seen: u64,
    /// The next page.
    pub(super) next: Option<T>,
}

impl<T: Clone + Hash + DeserializeOwned + Serialize> Chain<T> {
    pub(super) fn resume(options: PagerOptions<'_>, paginator: &str) -> Result<Self> {
        super::saved_position(options, paginator).map(Self::at)
    }

    /// At a saved position; `None` is the start.
    pub(super) fn at(position: Option<ChainPosition<T>>) -> Self {
        let position = position.unwrap_or(ChainPosition { seen: 0, next: None });
        // A position without a next page is the end.
        let end = (position.seen > 0 && position.next.is_none()).then_some(EndReason::NoMore);
        Self { position, requested: false, visited: SeenPlaces::default(), end }
    }

    /// The request for the next page, once, and the name of that page; the first page has none.
    pub(super) fn next(&mut self) -> Option<(PageRequest, Option<T>)> {
        if self.end.is_some() || std::mem::replace(&mut self.requested, true) {
            return None;
        }
        Some((PageRequest::new(self.position.seen + 1), self.position.next.clone()))
    }

    /// Continues with the next page, unless the chain ends. `what` names the page in the error for one seen before.
    pub(super) fn advance(&mut self, next: Option<T>, end: Option<EndReason>, what: &str) -> Result<()> {
        let next = next.filter(|_| end.is_none());
        if next.as_ref().is_some_and(|next| !self.visited.insert(next)) {
            return Err(loop_error(what));
        }
        self.position = ChainPosition { seen: self.position.seen + 1, next };
        (self.end, self.requested) = (end, false);
        Ok(())
    }

    pub(super) fn saved(&self) -> Result<Option<Value>> {
        super::saved(&self.position)
    }
}
