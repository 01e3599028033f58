//! The pages of a load, and whether they can be gone on with where another load ended.

use super::children::{ChildPage, Family};
use crate::destination::{Checkpoint, Destination, Link};
use crate::error::{ErrorKind, Result};
use crate::fetch::page_source::Reader;
use crate::paginate::End;

/// Where the pages come from.
pub(super) enum Source {
    One(Reader),
    Family(Box<Family>),
}

/// The pages, and the one that has been read to see whether it can go on where another load ended.
pub(super) struct Reading {
    resource: &'static str,
    source: Source,
    first: Option<Result<Option<ChildPage>>>,
}

impl Reading {
    pub(super) fn new(resource: &'static str, source: Source) -> Self {
        Self { resource, source, first: None }
    }

    /// Why it ended; `None` before it has.
    pub(super) fn end(&self) -> Option<End> {
        match &self.source {
            Source::One(reader) => reader.end(),
            Source::Family(family) => family.end(),
        }
    }

    /// How many of the promised rows the declaration leaves out at the start.
    pub(super) fn skipped(&self) -> u64 {
        match &self.source {
            Source::One(reader) => reader.skipped(),
            Source::Family(_) => 0,
        }
    }

    /// How many rows of the parent have a value that would lead to another path.
    pub(super) fn misled(&self) -> u64 {
        match &self.source {
            Source::One(_) => 0,
            Source::Family(family) => family.misled(),
        }
    }

    pub(super) fn is_family(&self) -> bool {
        matches!(self.source, Source::Family(_))
    }

    /// Whether rows have come or gone since the load was interrupted.
    pub(super) fn has_moved(&self) -> bool {
        matches!(&self.source, Source::Family(family) if family.has_moved())
    }

    pub(super) async fn next(&mut self, destination: &mut dyn Destination) -> Result<Option<ChildPage>> {
        if let Some(first) = self.first.take() {
            return first;
        }
        match &mut self.source {
            Source::One(reader) => {
                let link = Link { number: 0, values: Vec::new() };
                Ok(reader.next().await?.map(|page| ChildPage { page, link }))
            }
            Source::Family(family) => loop {
                while let Some(after) = family.wants() {
                    family.feed(destination.links(self.resource, after).await?);
                }
                match family.next().await? {
                    None if family.wants().is_some() => {}
                    page => return Ok(page),
                }
            },
        }
    }

    /// Whether the API still promises what it did: rows that have come or gone meanwhile may have moved others over
    /// the border of a page.
    pub(super) async fn goes_on(&mut self, saved: &Checkpoint, destination: &mut dyn Destination) -> bool {
        let first = self.next(destination).await;
        match self.first.insert(first) {
            Ok(Some(page)) => match &self.source {
                Source::One(reader) => !reader.has_moved(page.page.total, saved.total),
                Source::Family(_) => true,
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
