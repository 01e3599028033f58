//! The pages of a load, and whether they can be gone on with where another load ended.

use super::children::{ChildPage, ChildReader};
use crate::destination::{Checkpoint, Destination, Link};
use crate::error::{ErrorKind, Result};
use crate::fetch::page_source::PageSource;
use crate::paginate::EndReason;

/// Where the pages come from.
pub(super) enum LoadSource {
    One(PageSource),
    Family(Box<ChildReader>),
}

/// The pages, and the one that has been read to see whether it can go on where another load ended.
pub(super) struct LoadReader {
    resource: &'static str,
    source: LoadSource,
    first: Option<Result<Option<ChildPage>>>,
}

impl LoadReader {
    pub(super) fn new(resource: &'static str, source: LoadSource) -> Self {
        Self { resource, source, first: None }
    }

    /// Why it ended; `None` before it has.
    pub(super) fn end(&self) -> Option<EndReason> {
        match &self.source {
            LoadSource::One(reader) => reader.end(),
            LoadSource::Family(family) => family.end(),
        }
    }

    /// How many of the promised rows the declaration leaves out at the start.
    pub(super) fn skipped(&self) -> u64 {
        match &self.source {
            LoadSource::One(reader) => reader.skipped(),
            LoadSource::Family(_) => 0,
        }
    }

    /// How many rows of the parent have a value that would lead to another path.
    pub(super) fn invalid_path_values(&self) -> u64 {
        match &self.source {
            LoadSource::One(_) => 0,
            LoadSource::Family(family) => family.invalid_path_values(),
        }
    }

    pub(super) fn is_of_children(&self) -> bool {
        matches!(self.source, LoadSource::Family(_))
    }

    /// Whether rows have come or gone since the load was interrupted.
    pub(super) fn has_moved(&self) -> bool {
        matches!(&self.source, LoadSource::Family(family) if family.has_moved())
    }

    pub(super) async fn next(&mut self, destination: &mut dyn Destination) -> Result<Option<ChildPage>> {
        if let Some(first) = self.first.take() {
            return first;
        }
        match &mut self.source {
            LoadSource::One(reader) => {
                let link = Link { number: 0, values: Vec::new() };
                Ok(reader.next().await?.map(|page| ChildPage { page, link }))
            }
            LoadSource::Family(family) => loop {
                while let Some(after) = family.wants_links_after() {
                    family.feed(destination.links(self.resource, after).await?);
                }
                match family.next().await? {
                    None if family.wants_links_after().is_some() => {}
                    page => return Ok(page),
                }
            },
        }
    }

    /// Whether the API still promises what it did: rows that have come or gone meanwhile may have moved others over
    /// the border of a page.
    pub(super) async fn can_resume(&mut self, saved: &Checkpoint, destination: &mut dyn Destination) -> bool {
        let first = self.next(destination).await;
        match self.first.insert(first) {
            Ok(Some(page)) => match &self.source {
                LoadSource::One(reader) => !reader.has_moved(page.page.total, saved.total),
                LoadSource::Family(_) => true,
            },
            Ok(None) => true,
            // A place that the API knows no more is nowhere to go on from; any other failure passes.
            Err(error) => match error.kind() {
                ErrorKind::Status => error.status().is_none_or(|status| status >= 500),
                ErrorKind::Decode | ErrorKind::PaginationLoop | ErrorKind::Incomplete => false,
                _ => true,
            },
        }
    }
}
