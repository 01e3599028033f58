//! The pages of a load, and whether those that it resumes with follow those that another load has read.

use super::children::ChildReader;
use super::deleted::is_cut;
use super::saved_links::EndedLink;
use crate::destination::StateStore;
use crate::error::{Error, ErrorKind, Result};
use crate::fetch::page::UntypedPage;
use crate::fetch::page_source::PageSource;
use crate::paginate::EndReason;

/// Where the pages come from.
pub(super) enum LoadSource {
    One(Box<dyn PageSource>),
    Children(Box<ChildReader>),
}

/// What is wrong with the place where a load resumes.
#[derive(Debug, Clone)]
pub(super) enum ResumeFault {
    /// Nothing can be resumed there; why, for people.
    Gone(String),
    /// The API refuses it, which may be about the place, or about everything.
    Refused,
}

/// The total of the last committed page, if it had one.
pub(super) struct KnownTotal(pub(super) Option<u64>);

/// The pages.
pub(super) struct LoadReader {
    source: LoadSource,
    /// What the checkpoint knows, until the first page after it has come.
    resumed: Option<KnownTotal>,
    fault: Option<ResumeFault>,
}

impl LoadReader {
    /// With what the checkpoint knows, where it resumes.
    pub(super) fn new(source: LoadSource, resumed: Option<KnownTotal>) -> Self {
        Self { source, resumed, fault: None }
    }

    /// Why it ended; `None` before its end.
    pub(super) fn end(&self) -> Option<EndReason> {
        match &self.source {
            LoadSource::One(pages) => pages.end(),
            LoadSource::Children(children) => children.end(),
        }
    }

    /// Whether it ended before its last row, or may have.
    pub(super) fn is_cut(&self) -> bool {
        match &self.source {
            LoadSource::One(pages) => is_cut(pages.end()),
            LoadSource::Children(children) => children.is_cut,
        }
    }

    /// How many rows of the parent were skipped: those that have no value for the request, and those whose value would change
    /// the path.
    pub(super) fn skipped_parents(&self) -> (u64, u64) {
        match &self.source {
            LoadSource::One(_) => (0, 0),
            LoadSource::Children(children) => children.skipped_parents(),
        }
    }

    /// How many rows there are, once all pages have come: that of all children, in whichever order they have ended.
    pub(super) fn promised(&self, latest: Option<u64>) -> Option<u64> {
        match &self.source {
            LoadSource::One(_) => latest,
            LoadSource::Children(children) => children.promised(),
        }
    }

    /// How far the links are that have ended since this was asked last, up to the last page that was returned.
    pub(super) fn ended_links(&mut self) -> Vec<EndedLink> {
        match &mut self.source {
            LoadSource::One(_) => Vec::new(),
            LoadSource::Children(children) => children.ended_links(),
        }
    }

    /// What is wrong with the place where the load resumes, if that has failed it.
    pub(super) fn fault(&self) -> Option<&ResumeFault> {
        match &self.source {
            LoadSource::One(_) => self.fault.as_ref(),
            LoadSource::Children(children) => children.fault.as_ref(),
        }
    }

    pub(super) async fn next(&mut self, store: &mut dyn StateStore) -> Result<Option<UntypedPage>> {
        match &mut self.source {
            LoadSource::One(pages) => {
                let page = pages.next().await;
                let Some(KnownTotal(saved)) = self.resumed.take() else { return page };
                let moved = page
                    .as_ref()
                    .is_ok_and(|page| page.as_ref().is_some_and(|page| pages.has_moved(page.meta.total, saved)));
                let page = if moved { Err(moved_rows()) } else { page };
                self.fault = page.as_ref().err().and_then(fault);
                page
            }
            LoadSource::Children(children) => children.next(store).await,
        }
    }
}

/// Rows have come or gone since the load was interrupted.
pub(super) fn moved_rows() -> Error {
    Error::new(ErrorKind::Incomplete, "the API promises another number of rows than before")
}

/// What the failure of the first page at a saved place means for it.
pub(super) fn fault(error: &Error) -> Option<ResumeFault> {
    match error.kind() {
        ErrorKind::Status if error.status().is_some_and(|status| status < 500) => {
            Some(ResumeFault::Gone(format!("the API does not take its saved place: {}", error.message())))
        }
        ErrorKind::Decode | ErrorKind::PaginationLoop | ErrorKind::Incomplete => {
            Some(ResumeFault::Gone(error.message().to_owned()))
        }
        ErrorKind::Status | ErrorKind::Unauthorized => Some(ResumeFault::Refused),
        // As well as before, it may be there later.
        _ => None,
    }
}
