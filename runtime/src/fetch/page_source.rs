//! The pages of a resource, whichever way they have to be read: in one walk, or slice by slice.

use std::sync::Arc;

use super::query::FetchQuery;
use super::slices::Slices;
use super::walk::{UntypedPage, Walk, WalkStart};
use crate::client::Client;
use crate::client::resource_entry::ResourceEntry;
use crate::error::Result;
use crate::http::stats::Stats;
use crate::paginate::EndReason;
use crate::paginate::resume::ResumeToken;

pub(crate) enum PageSource {
    Walk(Box<Walk>),
    Slices(Box<Slices>),
}

impl PageSource {
    /// Sends nothing yet. With a token, resumes after the `rows` that came before it.
    pub(crate) fn new(
        client: &Client,
        entry: ResourceEntry,
        query: FetchQuery,
        resume: Option<(&ResumeToken, u64)>,
        stats: Arc<Stats>,
    ) -> Result<Self> {
        let reader = if let Some(windowed) = entry.def.incremental.zip(entry.def.result_window) {
            let resume = resume.map(|(resume, _)| resume);
            Slices::new(client, entry, query, windowed, resume, stats).map(|slices| Self::Slices(Box::new(slices)))
        } else {
            let (resume, rows) = resume.map_or((None, 0), |(resume, rows)| (Some(resume), rows));
            let place = WalkStart { resume, rows, skip: 0 };
            Walk::new(client, entry, query, place, stats).map(|walk| Self::Walk(Box::new(walk)))
        };
        reader.map_err(|error| error.in_resource(entry.def.name))
    }

    /// Why the reading ended; `None` before it has.
    pub(crate) fn end(&self) -> Option<EndReason> {
        match self {
            Self::Walk(walk) => walk.end(),
            Self::Slices(slices) => slices.end(),
        }
    }

    /// How many of the promised rows the declaration leaves out at the start.
    pub(crate) fn skipped(&self) -> u64 {
        match self {
            Self::Walk(walk) => walk.skipped(),
            Self::Slices(_) => 0,
        }
    }

    /// Whether rows have come or gone since the reading was interrupted, by its next page: then those before its place may be others too.
    pub(crate) fn has_moved(&self, total: Option<u64>, before: Option<u64>) -> bool {
        match self {
            Self::Walk(_) => total != before,
            Self::Slices(slices) => slices.has_moved(),
        }
    }

    /// How many pages may be on their way at a time.
    pub(crate) fn set_concurrency(&mut self, pages: usize) {
        match self {
            Self::Walk(walk) => walk.set_concurrency(pages),
            Self::Slices(slices) => slices.set_concurrency(pages),
        }
    }

    /// Asks for the first page, without waiting for it.
    pub(crate) fn start(&mut self) -> Result<()> {
        match self {
            Self::Walk(walk) => {
                walk.start();
                Ok(())
            }
            Self::Slices(slices) => slices.start(),
        }
    }

    /// The next page, `None` behind the last. Dropping the future loses nothing.
    pub(crate) async fn next(&mut self) -> Result<Option<UntypedPage>> {
        match self {
            Self::Walk(walk) => walk.next().await,
            Self::Slices(slices) => slices.next().await,
        }
    }

    /// The first page, and no request beyond it.
    pub(crate) async fn first(self) -> Result<Option<UntypedPage>> {
        match self {
            Self::Walk(walk) => walk.first().await,
            Self::Slices(slices) => slices.first().await,
        }
    }
}
