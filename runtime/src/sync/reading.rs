//! The pages of a load, and whether they can be resumed where another load ended.

use serde_json::Value;

use super::children::ChildReader;
use crate::destination::{Checkpoint, Destination};
use crate::error::{ErrorKind, Result};
use crate::fetch::page_source::PageSource;
use crate::fetch::walk::UntypedPage;
use crate::paginate::EndReason;

/// A page, and the values of the parent's row that it was read for.
pub(super) struct ChildPage {
    pub(super) page: UntypedPage,
    pub(super) parent_values: Vec<Value>,
}

/// Where the pages come from.
pub(super) enum LoadSource {
    One(PageSource),
    Children(Box<ChildReader>),
}

/// How a load's reading ended.
#[derive(Default)]
pub(super) struct ReadSummary {
    /// Why; `None` before its end.
    pub(super) end: Option<EndReason>,
    /// How many of the promised rows the declaration skips at the start.
    pub(super) skipped: u64,
    /// How many rows of the parent have a value that makes another path.
    pub(super) invalid_path_values: u64,
}

/// The pages, and the one that was read to see whether the load can resume.
pub(super) struct LoadReader {
    resource: &'static str,
    source: LoadSource,
    first: Option<Result<Option<ChildPage>>>,
}

impl LoadReader {
    pub(super) fn new(resource: &'static str, source: LoadSource) -> Self {
        Self { resource, source, first: None }
    }

    pub(super) fn summary(&self) -> ReadSummary {
        match &self.source {
            LoadSource::One(pages) => {
                ReadSummary { end: pages.end(), skipped: pages.skipped(), invalid_path_values: 0 }
            }
            LoadSource::Children(children) => {
                ReadSummary { end: children.end(), skipped: 0, invalid_path_values: children.invalid_path_values() }
            }
        }
    }

    /// Whether rows have come or gone since the load was interrupted.
    pub(super) fn has_moved(&self) -> bool {
        matches!(&self.source, LoadSource::Children(children) if children.has_moved())
    }

    pub(super) async fn next(&mut self, destination: &mut dyn Destination) -> Result<Option<ChildPage>> {
        if let Some(first) = self.first.take() {
            return first;
        }
        match &mut self.source {
            LoadSource::One(pages) => Ok(pages.next().await?.map(|page| ChildPage { page, parent_values: Vec::new() })),
            LoadSource::Children(children) => loop {
                while let Some(after) = children.wants_links_after() {
                    children.feed(destination.links(self.resource, after).await?);
                }
                match children.next().await? {
                    None if children.wants_links_after().is_some() => {}
                    page => return Ok(page),
                }
            },
        }
    }

    /// Whether the API still promises what it did: rows that have come or gone meanwhile may have moved others to another page.
    pub(super) async fn can_resume(&mut self, saved: &Checkpoint, destination: &mut dyn Destination) -> bool {
        let first = self.next(destination).await;
        match self.first.insert(first) {
            Ok(Some(ChildPage { page, .. })) => match &self.source {
                LoadSource::One(pages) => !pages.has_moved(page.total, saved.total),
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
