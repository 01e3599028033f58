//! The pages of a load, and whether they can be resumed where another load ended.

use super::children::ChildReader;
use super::saved::Checkpoint;
use crate::destination::StateStore;
use crate::error::{ErrorKind, Result};
use crate::fetch::page::UntypedPage;
use crate::fetch::page_source::PageSource;
use crate::paginate::EndReason;

/// Where the pages come from.
pub(super) enum LoadSource {
    One(Box<dyn PageSource>),
    Children(Box<ChildReader>),
}

/// The pages, and the one that was read to see whether the load can resume.
pub(super) struct LoadReader {
    source: LoadSource,
    first: Option<Result<Option<UntypedPage>>>,
}

impl LoadReader {
    pub(super) fn new(source: LoadSource) -> Self {
        Self { source, first: None }
    }

    /// Why it ended; `None` before its end.
    pub(super) fn end(&self) -> Option<EndReason> {
        match &self.source {
            LoadSource::One(pages) => pages.end(),
            LoadSource::Children(children) => children.end(),
        }
    }

    /// How many rows of the parent have no value for the request, or one that makes another path.
    pub(super) fn parents_without_value(&self) -> u64 {
        match &self.source {
            LoadSource::One(_) => 0,
            LoadSource::Children(children) => children.parents_without_value(),
        }
    }

    /// Whether rows have come or gone since the load was interrupted.
    pub(super) fn has_moved(&self) -> bool {
        matches!(&self.source, LoadSource::Children(children) if children.moved)
    }

    pub(super) async fn next(&mut self, store: &mut dyn StateStore) -> Result<Option<UntypedPage>> {
        if let Some(first) = self.first.take() {
            return first;
        }
        match &mut self.source {
            LoadSource::One(pages) => pages.next().await,
            LoadSource::Children(children) => children.next(store).await,
        }
    }

    /// Whether the API still promises what it did: rows that have come or gone meanwhile may have moved others to another page.
    pub(super) async fn can_resume(&mut self, saved: &Checkpoint, store: &mut dyn StateStore) -> bool {
        let first = self.next(store).await;
        match self.first.insert(first) {
            Ok(Some(page)) => match &self.source {
                LoadSource::One(pages) => !pages.has_moved(page.meta.total, saved.total),
                LoadSource::Children(_) => true,
            },
            Ok(None) => true,
            // A position that the API no longer knows cannot be resumed; other failures are transient.
            Err(error) => match error.kind() {
                ErrorKind::Status => error.status().is_none_or(|status| status >= 500),
                ErrorKind::Decode | ErrorKind::PaginationLoop | ErrorKind::Incomplete => false,
                _ => true,
            },
        }
    }
}
