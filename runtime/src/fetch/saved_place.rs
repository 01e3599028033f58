//! The place where an interrupted walk resumes, and whether the rows there are still those that were.

use serde_json::Value;

use super::page::UntypedPage;
use crate::decode::DecodedPage;
use crate::error::Result;
use crate::paginate::resume_token::{LastPage, ResumeToken};
use crate::schema::identity::RowId;

/// How many rows at the end of a page stand for it.
const LAST_ROWS: usize = 8;

/// Where a walk resumes.
pub(super) struct SavedPlace {
    position: Option<Value>,
    /// The last page that was committed, where it is read again.
    last: Option<LastPage>,
}

impl SavedPlace {
    pub(super) fn new(resume: &ResumeToken) -> Result<Self> {
        let (position, last) = resume.pager()?;
        Ok(Self { position: position.cloned(), last: last.cloned() })
    }

    /// The position of the first page to read.
    pub(super) fn position(&self) -> Option<&Value> {
        self.position.as_ref()
    }

    /// How many of the committed rows come again.
    pub(super) fn rows(&self) -> u64 {
        self.last.as_ref().map_or(0, |last| last.rows)
    }

    /// Whether the first page is one that was committed.
    pub(super) fn is_read_again(&self) -> bool {
        self.last.is_some()
    }

    /// Why this page is not the one that was to be read here.
    pub(super) fn moved(&self, page: &UntypedPage, pages: Option<u64>) -> Option<String> {
        let (meta, row_count) = (&page.meta, page.content.facts.row_count);
        match &self.last {
            Some(last) if last.pages != pages => {
                let count = |pages: Option<u64>| match pages {
                    None => "no number of pages".to_owned(),
                    Some(1) => "1 page".to_owned(),
                    Some(pages) => format!("{pages} pages"),
                };
                let before = last.pages.map_or_else(|| "none".to_owned(), |pages| pages.to_string());
                Some(format!("the API promises {}; before, it promised {before}", count(pages)))
            }
            Some(last) if last.rows != row_count || last.last != last_rows(&page.content) => {
                Some("the last page that was committed has other rows now".to_owned())
            }
            // An API may answer so to a cursor that has expired.
            None if row_count == 0 && !meta.is_empty_inner && meta.total.is_none() => {
                Some("there are no rows at the saved place".to_owned())
            }
            _ => None,
        }
    }
}

/// What identifies the last rows of a page.
pub(super) fn last_rows(content: &DecodedPage) -> Vec<RowId> {
    let first = content.identities.len().saturating_sub(LAST_ROWS);
    content.identities.iter().skip(first).copied().collect()
}
