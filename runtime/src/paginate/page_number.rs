//! Pages by number: `?p=1`, `?p=2`, …

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::total::{Count, Total, count, has_more, unusable};
use super::{
    Ahead, EndReason, PageRequest, Pager, PagerOptions, Paginator, PagingMismatch, Prefetched, Probes, ResponseView,
    saved,
};
use crate::error::Result;
use crate::json::path::Step;

/// `paginator = page_number(…)`: the options and their defaults.
#[derive(Debug, Clone, Copy)]
pub struct PageNumber {
    /// The query parameter that takes the page's number.
    pub page_param: &'static str,
    /// The number of the first page.
    pub base_page: u64,
    /// Where in a JSON body the page's number goes, instead of the query.
    pub page_body_path: Option<&'static [Step]>,
    /// The query parameter that takes the number of rows per page.
    pub limit_param: Option<&'static str>,
    /// Rows per page.
    pub limit: Option<u32>,
    /// Where the body says how many rows there are in all.
    pub total_path: Option<&'static [Step]>,
    /// Where the body says how many pages there are in all.
    pub total_pages_path: Option<&'static [Step]>,
    /// The response header that says how many rows there are in all.
    pub total_header: Option<&'static str>,
    /// The first page number that is not asked for.
    pub maximum_page: Option<u64>,
    /// Where the body says whether there is another page.
    pub has_more_path: Option<&'static [Step]>,
    /// Whether a page without rows is the last one.
    pub stop_after_empty_page: bool,
}

impl PageNumber {
    /// What holds where the declaration says nothing.
    pub const DEFAULT: Self = Self {
        page_param: "page",
        base_page: 1,
        page_body_path: None,
        limit_param: None,
        limit: None,
        total_path: None,
        total_pages_path: None,
        total_header: None,
        maximum_page: None,
        has_more_path: None,
        stop_after_empty_page: true,
    };
}

impl Paginator for PageNumber {
    fn probes(&self) -> Vec<&'static [Step]> {
        [self.total_path, self.total_pages_path, self.has_more_path].into_iter().flatten().collect()
    }

    fn limit(&self) -> Option<u32> {
        self.limit
    }

    fn mismatches(&self, page: &ResponseView<'_>) -> Vec<PagingMismatch> {
        let mut probes = Probes::new(page);
        let total = Total { path: probes.at(self.total_path), header: self.total_header };
        let pages = probes.at(self.total_pages_path);
        let pages = pages.and_then(|probe| count("total_pages_path", probe, page).err());
        unusable(total, probes.at(self.has_more_path), page).into_iter().chain(pages).collect()
    }

    fn pager(&self, start: PagerOptions<'_>) -> Result<Box<dyn Pager>> {
        super::limit(start, self.limit_param, self.limit)?;
        let mut progress: PageNumberPosition = super::position(start, "`page_number`")?;
        let (limit, ended) = (start.page_size.or(self.limit), progress.ended);
        let window = start.pages_in_window(limit)?;
        progress.seen += start.skip;
        let mut pages = PageNumberPager { options: *self, limit, window, asked: progress.seen, progress, end: None };
        pages.end = pages.reached().or(ended.then_some(EndReason::NoMore));
        Ok(Box::new(pages))
    }
}

impl Ahead for PageNumber {}

/// How far a walk is; saved with the rows, so that the next run can go on from there.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
struct PageNumberPosition {
    /// Pages seen.
    seen: u64,
    /// Rows on them.
    rows: u64,
    /// Rows on the fullest of them: what the server takes for a page, whatever was asked for.
    size: u64,
    /// The latest total of rows.
    total: Option<u64>,
    /// The latest total of pages.
    pages: Option<u64>,
    /// Whether the last page has been seen.
    #[serde(default)]
    ended: bool,
}

struct PageNumberPager {
    options: PageNumber,
    limit: Option<u32>,
    /// Pages that the API gives out of one query.
    window: Option<u64>,
    /// Pages asked for; those in flight are `asked - progress.seen`.
    asked: u64,
    progress: PageNumberPosition,
    end: Option<EndReason>,
}

impl PageNumberPager {
    /// The first page, counted from 0, that the latest totals rule out.
    fn promised(&self) -> Option<u64> {
        let by_rows = self.progress.total.and_then(|total| match self.progress.size {
            0 => None,
            size => Some(total.div_ceil(size)),
        });
        match (by_rows, self.progress.pages) {
            (Some(rows), Some(pages)) => Some(rows.max(pages)),
            (rows, pages) => rows.or(pages),
        }
    }

    /// Why no page may be asked for behind those seen.
    fn reached(&self) -> Option<EndReason> {
        let PageNumberPosition { seen, rows, total, .. } = self.progress;
        if total.is_some_and(|total| rows >= total) || self.promised().is_some_and(|pages| seen >= pages) {
            Some(EndReason::Total)
        } else if self.maximum().is_some_and(|maximum| seen >= maximum) {
            Some(EndReason::Maximum)
        } else {
            None
        }
    }

    fn maximum(&self) -> Option<u64> {
        self.options.maximum_page.map(|maximum| maximum.saturating_sub(self.options.base_page))
    }
}

impl Pager for PageNumberPager {
    fn next(&mut self) -> Option<PageRequest> {
        // What the totals do not tell has to be seen first: one page at a time.
        let known = self.promised().unwrap_or(0).max(self.progress.seen + 1);
        let end = [self.maximum(), self.window].into_iter().flatten().fold(known, u64::min);
        if self.end.is_some() || self.asked >= end {
            return None;
        }
        let number = self.options.base_page + self.asked;
        self.asked += 1;
        let mut ask = PageRequest::new(number);
        ask.send(self.options.page_param, self.options.page_body_path, number);
        if let (Some(param), Some(limit)) = (self.options.limit_param, self.limit) {
            ask.send(param, None, limit);
        }
        Some(ask)
    }

    fn observe(&mut self, page: &ResponseView<'_>) -> Result<Prefetched> {
        let mut probes = Probes::new(page);
        let total = Total { path: probes.at(self.options.total_path), header: self.options.total_header }.read(page)?;
        let pages = probes.at(self.options.total_pages_path);
        let pages = pages.map(|probe| count("total_pages_path", probe, page)).transpose()?;
        let more = has_more(probes.at(self.options.has_more_path), page)?;
        match total.unless_refuted(self.progress.rows, page) {
            Count::Declared(Some(total)) => self.progress.total = Some(total),
            Count::Refuted => self.progress.total = None,
            // A page that does not say how many there are takes nothing back.
            Count::Declared(None) | Count::Undeclared => {}
        }
        self.progress.pages = pages.flatten().or(self.progress.pages);
        self.progress.seen += 1;
        self.progress.rows += page.rows;
        self.progress.size = self.progress.size.max(page.rows);
        if self.progress.seen == 1 && self.progress.total.is_none_or(|total| total <= page.rows) {
            // Not a page cut short by the server's own cap: what was asked for is what a page holds.
            self.progress.size = self.progress.size.max(self.limit.map_or(0, u64::from));
        }
        let no_more = (more == Some(false)).then_some(EndReason::NoMore);
        let empty = (page.rows == 0 && self.options.stop_after_empty_page).then_some(EndReason::EmptyPage);
        self.end = self.reached().or(no_more).or(empty);
        self.progress.ended = self.end.is_some();
        Ok(Prefetched::Keep)
    }

    fn end(&self) -> Option<EndReason> {
        self.end
    }

    fn total(&self) -> Option<u64> {
        self.progress.total
    }

    fn position(&self) -> Result<Option<Value>> {
        saved(&self.progress)
    }
}
