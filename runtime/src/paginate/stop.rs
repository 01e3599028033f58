//! What ends a walk besides totals and absent cursors: flags in the body, pages without rows, short pages.

use super::mismatch::PagingMismatch;
use super::{EndReason, Probe, Probes, ResponseView};
use crate::json::path::Step;
use crate::json::scalar::Scalar;

/// The options of a paginator about its last page.
#[derive(Clone, Copy)]
pub(super) struct StopOptions {
    pub(super) has_more_path: Option<&'static [Step]>,
    pub(super) is_last_path: Option<&'static [Step]>,
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
        let has_more = flag("has_more_path", probes.at(self.has_more_path), page, after_empty)?;
        let is_last = flag("is_last_path", probes.at(self.is_last_path), page, !after_empty)?;
        Ok(has_more.or(is_last.map(|is_last| !is_last)))
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
}

/// A flag in the body, which says nothing where it is null. A page without rows may lack it: then it has `if_absent`.
fn flag(
    option: &'static str,
    probe: Option<Probe<'_>>,
    page: &ResponseView<'_>,
    if_absent: bool,
) -> Result<Option<bool>, PagingMismatch> {
    match probe {
        Some((_, None | Some(Scalar::Null))) if page.rows == 0 => Ok(Some(if_absent)),
        None | Some((_, Some(Scalar::Null))) => Ok(None),
        Some((path, found)) => {
            let flag = found.and_then(Scalar::as_flag).map(Some);
            flag.ok_or_else(|| PagingMismatch::at(option, path, found, "true or false, 1 or 0, \"yes\" or \"no\""))
        }
    }
}
