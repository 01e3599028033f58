//! What a page says about the whole: how many rows or pages there are.

use super::mismatch::{PagingMismatch, header};
use super::stop::StopOptions;
use super::{EndReason, Probe, Probes, ResponseView};
use crate::json::path::Step;
use crate::json::scalar::Scalar;

/// The options about the whole, of paginators whose pages are known ahead.
#[derive(Clone, Copy)]
pub(super) struct TotalOptions {
    pub(super) total_path: Option<&'static [Step]>,
    pub(super) total_header: Option<&'static str>,
    pub(super) total_pages_path: Option<&'static [Step]>,
    pub(super) stop: StopOptions,
}

/// What the pages have said about the whole so far, and where the next one stands in it.
pub(super) struct SoFar<'a> {
    /// The latest total of rows.
    pub(super) total: &'a mut Option<u64>,
    /// The latest total of pages.
    pub(super) pages: &'a mut Option<u64>,
    /// How many rows came before.
    pub(super) rows: u64,
    /// The number of the page, as the API counts them from 1.
    pub(super) number: u64,
}

/// What a page says of those that follow it.
pub(super) struct Following {
    /// Whether there are any, by a flag or a number of pages; `None` if it says nothing.
    pub(super) more: Option<bool>,
    /// Why there are none, if the page says so, or holds no rows.
    pub(super) end: Option<EndReason>,
}

impl TotalOptions {
    pub(super) fn probes(&self) -> Vec<&'static [Step]> {
        let totals = [self.total_path, self.total_pages_path].into_iter().flatten();
        totals.chain(self.stop.probes()).collect()
    }

    /// Updates the latest totals. One that is smaller than what there is up to this page is ignored, and so is the one before; a
    /// page without a total changes nothing. `full` is how many rows a full page has.
    pub(super) fn read(
        &self,
        page: &ResponseView<'_>,
        full: Option<u32>,
        so_far: SoFar<'_>,
    ) -> Result<Following, PagingMismatch> {
        let SoFar { total, pages, rows, number } = so_far;
        let rows = rows + page.rows;
        let mut probes = Probes::new(page);
        if let Some(latest) = self.total(probes.at(self.total_path), page)? {
            *total = Some(latest).filter(|latest| page.rows == 0 || *latest >= rows);
        }
        let counted = probes.at(self.total_pages_path);
        if let Some(latest) = counted.map_or(Ok(None), |probe| count("total_pages_path", probe, page))? {
            *pages = Some(latest).filter(|latest| page.rows == 0 || *latest >= number);
        }
        let pages_follow = pages.is_some_and(|pages| pages > number);
        let rows_follow = total.is_some_and(|total| total > rows);
        let more = self.stop.more(&mut probes, page, pages_follow)?.or(pages_follow.then_some(true));
        let end = self.stop.end(more, page, full).filter(|end| *end != EndReason::ShortPage || !rows_follow);
        Ok(Following { more, end })
    }

    /// Whether the API is asked where the pages end.
    pub(super) fn says_the_end(&self) -> bool {
        let Self { total_path, total_header, total_pages_path, .. } = self;
        total_path.is_some() || total_header.is_some() || total_pages_path.is_some() || self.has_flags()
    }

    /// Whether flags are declared, which say where the pages end.
    pub(super) fn has_flags(&self) -> bool {
        self.stop.has_more_path.is_some() || self.stop.is_last_path.is_some()
    }

    /// All that cannot be used: other values than declared, or a total smaller than the rows of the page itself.
    pub(super) fn mismatches(&self, page: &ResponseView<'_>) -> Vec<PagingMismatch> {
        let mut probes = Probes::new(page);
        let rows = match self.total(probes.at(self.total_path), page) {
            Ok(Some(total)) if total < page.rows => Some(self.too_small(total, page)),
            total => total.err(),
        };
        let pages = probes.at(self.total_pages_path).and_then(|probe| count("total_pages_path", probe, page).err());
        let more = self.stop.checked(&mut probes, page).err();
        rows.into_iter().chain(more).chain(pages).collect()
    }

    /// How many rows there are, if the page says so.
    fn total(&self, probe: Option<Probe<'_>>, page: &ResponseView<'_>) -> Result<Option<u64>, PagingMismatch> {
        match (probe, self.total_header) {
            (Some(probe), _) => count("total_path", probe, page),
            (None, Some(name)) => header_count(name, page),
            (None, None) => Ok(None),
        }
    }

    fn too_small(&self, total: u64, page: &ResponseView<'_>) -> PagingMismatch {
        let expected = format!("at least {}, the rows of this page,", page.rows);
        if let Some(path) = self.total_path {
            return PagingMismatch::at("total_path", path, Some(&Scalar::Unsigned(total)), &expected);
        }
        let name = self.total_header.unwrap_or_default();
        PagingMismatch::header("total_header", name, Some(&total.to_string()), &expected)
    }
}

impl Following {
    /// Why none is requested: a total that is reached is no end where the page says that there are more.
    pub(super) fn end(&self, reached: Option<EndReason>) -> Option<EndReason> {
        reached.filter(|reached| *reached != EndReason::Total || self.more != Some(true)).or(self.end)
    }
}

/// A count in the body. A negative one means that the API does not know.
fn count(
    option: &'static str,
    (path, found): Probe<'_>,
    page: &ResponseView<'_>,
) -> Result<Option<u64>, PagingMismatch> {
    match found {
        None | Some(Scalar::Null) if page.rows == 0 => Ok(None),
        Some(found) if found.is_negative() => Ok(None),
        // Without a total on a page that has rows, nothing shows whether all have come.
        _ => {
            let total = found.and_then(Scalar::as_count).map(Some);
            total.ok_or_else(|| PagingMismatch::at(option, path, found, "a number").in_body(path, page.body))
        }
    }
}

/// A count in a header: a number, or `items 0-24/66` as in `Content-Range` (RFC 9110, section 14.4), where `*` means that
/// the API does not know.
fn header_count(name: &str, page: &ResponseView<'_>) -> Result<Option<u64>, PagingMismatch> {
    let value = header(page.headers, name);
    let value = value.as_deref().map(str::trim);
    let count = value.map(|text| text.rsplit_once('/').map_or(text, |(_, total)| total.trim()));
    match count {
        Some("*") => Ok(None),
        Some(text) if text.starts_with('-') => Ok(None),
        None if page.rows == 0 => Ok(None),
        _ => {
            let total = count.and_then(|text| text.parse().ok()).map(Some);
            total.ok_or_else(|| PagingMismatch::header("total_header", name, value, "a number"))
        }
    }
}
