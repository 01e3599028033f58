//! What pagers have in common whose pages each name the next one.

use std::hash::Hash;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{EndReason, PagerOptions, SeenPlaces, loop_error};
use crate::error::Result;

/// What a cursor or link means that was seen before in the same walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Repeated {
    /// The API repeats pages: a `PaginationLoop` error.
    Error,
    /// There are no more pages.
    End,
}

/// A chain of pages: `T` names a page, as a cursor or as a link.
pub(super) struct Chain<T> {
    pub(super) position: ChainPosition<T>,
    repeated: Repeated,
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
    pub(super) fn resume(options: PagerOptions<'_>, paginator: &str, repeated: Repeated) -> Result<Self> {
        super::saved_position(options, paginator).map(|position| Self::at(position, repeated))
    }

    /// At a saved position; `None` is the start.
    pub(super) fn at(position: Option<ChainPosition<T>>, repeated: Repeated) -> Self {
        let position = position.unwrap_or(ChainPosition { seen: 0, next: None });
        // A position without a next page is the end.
        let end = (position.seen > 0 && position.next.is_none()).then_some(EndReason::NoMore);
        let mut visited = SeenPlaces::default();
        if let Some(next) = &position.next {
            visited.insert(next);
        }
        Self { position, repeated, visited, end }
    }

    /// The number of the next page.
    pub(super) fn number(&self) -> u64 {
        self.position.seen + 1
    }

    /// Continues with the next page, unless the chain ends. `what` names the page in the error for one seen before, and
    /// `stops` the options that say where the pages end.
    pub(super) fn advance(&mut self, next: Option<T>, end: Option<EndReason>, what: &str, stops: &str) -> Result<()> {
        let mut next = next.filter(|_| end.is_none());
        self.end = end;
        if next.as_ref().is_some_and(|next| !self.visited.insert(next)) {
            if self.repeated == Repeated::Error {
                return Err(loop_error(what, stops));
            }
            (next, self.end) = (None, Some(EndReason::Repeated));
        }
        self.position = ChainPosition { seen: self.position.seen + 1, next };
        Ok(())
    }

    pub(super) fn saved(&self) -> Result<Option<Value>> {
        super::saved(&self.position)
    }
}
