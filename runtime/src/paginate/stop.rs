//! What ends a walk besides totals and absent cursors: flags in the body, pages without rows, short pages.

use serde::Serialize;

use super::mismatch::PagingMismatch;
use super::{EndReason, Probe, Probes, ResponseView};
use crate::json::path::Step;
use crate::json::scalar::Scalar;

/// What it means that a page lacks its flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MissingFlag {
    /// The flag is elsewhere: an error.
    Error,
    /// The page is the last one where the flag is null; elsewhere it is an error.
    Null,
    /// The page is the last one.
    End,
    /// The page says nothing.
    Ignore,
}

impl MissingFlag {
    /// The default is no part of a fingerprint.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
    pub(super) fn is_default(&self) -> bool {
        *self == Self::Error
    }
}

/// The options of a paginator about its last page.
#[derive(Clone, Copy)]
pub(super) struct StopOptions {
    pub(super) has_more_path: Option<&'static [Step]>,
    pub(super) is_last_path: Option<&'static [Step]>,
    pub(super) missing_flag: MissingFlag,
    /// Unwritten, a page without rows is the last, unless a flag says that more follow.
    pub(super) stop_after_empty_page: Option<bool>,
    pub(super) stop_after_short_page: bool,
}

impl StopOptions {
    pub(super) fn probes(&self) -> impl Iterator<Item = &'static [Step]> {
        [self.has_more_path, self.is_last_path].into_iter().flatten()
    }

    /// Whether the body says by a flag that there is another page; `None` if it says nothing. `after_empty` is what it says
    /// that a page without rows lacks its flag.
    pub(super) fn more(
        &self,
        probes: &mut Probes<'_>,
        page: &ResponseView<'_>,
        after_empty: bool,
    ) -> Result<Option<bool>, PagingMismatch> {
        let has_more = self.flag("has_more_path", true, probes.at(self.has_more_path), page, after_empty)?;
        let is_last = self.flag("is_last_path", false, probes.at(self.is_last_path), page, after_empty)?;
        Ok(has_more.or(is_last))
    }

    /// The same, where a flag whose absence ends the pages may have another path.
    pub(super) fn checked(
        &self,
        probes: &mut Probes<'_>,
        page: &ResponseView<'_>,
    ) -> Result<Option<bool>, PagingMismatch> {
        if self.missing_flag != MissingFlag::End {
            return self.more(probes, page, false);
        }
        let strict = Self { missing_flag: MissingFlag::Error, ..*self };
        strict.more(probes, page, false).map_err(|mismatch| match mismatch.found {
            None => mismatch.unless(false),
            Some(_) => mismatch,
        })
    }

    /// Why no page follows this one. `full` is how many rows a full page has.
    pub(super) fn end(&self, more: Option<bool>, page: &ResponseView<'_>, full: Option<u32>) -> Option<EndReason> {
        if more == Some(false) {
            return Some(EndReason::NoMore);
        }
        if page.rows == 0 && self.stop_after_empty_page.unwrap_or(more != Some(true)) {
            return Some(EndReason::EmptyPage);
        }
        // A page that says itself that more follow is not the last.
        let is_short = self.stop_after_short_page && more.is_none() && full.is_some() && !page.is_full(full);
        is_short.then_some(EndReason::ShortPage)
    }

    /// The next page that this one names, and why none follows. An error is what a page lacks that names none.
    pub(super) fn follow<T>(
        &self,
        next: Result<Option<T>, PagingMismatch>,
        more: Option<bool>,
        page: &ResponseView<'_>,
        full: Option<u32>,
    ) -> Result<(Option<T>, Option<EndReason>), PagingMismatch> {
        let is_last = page.rows == 0 && self.stop_after_empty_page == Some(true);
        match next {
            Ok(Some(next)) => Ok((Some(next), self.end(more, page, full))),
            // More rows, and no way to request them.
            Err(absent) if more == Some(true) && !is_last => Err(absent),
            Ok(None) | Err(_) => Ok((None, Some(EndReason::NoMore))),
        }
    }

    /// Whether a flag says that more follow: it does where it is `yes`. Null says nothing, and a page without rows may lack it.
    fn flag(
        &self,
        option: &'static str,
        yes: bool,
        probe: Option<Probe<'_>>,
        page: &ResponseView<'_>,
        after_empty: bool,
    ) -> Result<Option<bool>, PagingMismatch> {
        let Some((path, found)) = probe else { return Ok(None) };
        let is_null = matches!(found, Some(Scalar::Null));
        let is_missing = is_null || found.is_none();
        match self.missing_flag {
            MissingFlag::Null if is_null => Ok(Some(false)),
            MissingFlag::End if is_missing => Ok(Some(false)),
            // A link to the next page, which the last one lacks.
            MissingFlag::Null | MissingFlag::End if yes && is_link(found) => Ok(Some(true)),
            MissingFlag::Ignore if is_missing => Ok(None),
            MissingFlag::Error | MissingFlag::Null if is_missing && page.rows == 0 => Ok(Some(after_empty)),
            MissingFlag::Error if is_null => Ok(None),
            _ => {
                let flag = found.and_then(Scalar::as_flag).map(|flag| Some(flag == yes));
                flag.ok_or_else(|| PagingMismatch::at(option, path, found, "true or false, 1 or 0, \"yes\" or \"no\""))
            }
        }
    }
}

fn is_link(found: Option<&Scalar>) -> bool {
    matches!(found, Some(Scalar::Text(text)) if text.starts_with(['/', '?']) || text.contains("://"))
}
