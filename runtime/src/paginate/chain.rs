//! What pagers have in common whose pages each name the next one.

use std::hash::Hash;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{EndReason, PagerOptions, PagingMismatch, ResponseView, SeenPlaces, loop_error};
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

/// What the paginators have in common whose pages each name the next one.
macro_rules! chained {
    ($paginator:ident) => {
        impl $paginator {
            fn size(&self) -> SizeOptions {
                let Self { limit_param, limit_body_path, limit, .. } = *self;
                SizeOptions { limit_param, limit_body_path, limit }
            }

            fn stop(&self) -> StopOptions {
                let Self { has_more_path, is_last_path, missing_flag, .. } = *self;
                let Self { stop_after_empty_page, stop_after_short_page, .. } = *self;
                let stop_after_empty_page = Some(stop_after_empty_page);
                StopOptions { has_more_path, is_last_path, missing_flag, stop_after_empty_page, stop_after_short_page }
            }
        }
    };
}

pub(super) use chained;

/// Where a page names the next one.
pub(super) struct Continuation {
    /// Whether it does.
    pub(super) is_there: Result<bool, PagingMismatch>,
    /// What the page lacks, if it does not.
    pub(super) absent: PagingMismatch,
}

impl Continuation {
    /// What cannot be used, or may be missing. `more` is whether the page says itself that another follows.
    pub(super) fn mismatches(
        self,
        more: Result<Option<bool>, PagingMismatch>,
        page: &ResponseView<'_>,
        limit: Option<u32>,
    ) -> Vec<PagingMismatch> {
        let Self { is_there, absent } = self;
        let next = match (is_there, &more) {
            (Err(mismatch), _) => Some(mismatch),
            (Ok(false), Ok(Some(true))) => Some(absent),
            // Null means that there is no next page; nothing at all may also mean a wrong path.
            (Ok(false), Ok(None)) if absent.found.is_none() && page.rows > 0 => {
                Some(absent.unless(page.is_full(limit)))
            }
            _ => None,
        };
        next.into_iter().chain(more.err()).collect()
    }
}
