//! Pages by number: `?p=1`, `?p=2`, …

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::pager::Sealed;
use super::signs::unread_total;
use super::size::{PageSize, SizeOptions};
use super::stop::{MissingFlag, StopOptions};
use super::total::{SoFar, TotalOptions};
use super::{Ahead, EndReason, PageRequest, Pager, PagerOptions, Paginator, PagingMismatch, Prefetched, ResponseView};
use crate::error::{Error, ErrorKind, Result};
use crate::json::path::Step;

/// `paginator = page_number(…)`: the options and their defaults.
///
/// Only the macro makes it: releases add options, which are no breaking change.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(tag = "paginator")]
pub struct PageNumber {
    /// The query parameter that takes the page's number.
    pub page_param: &'static str,
    /// The number of the first page.
    pub base_page: u64,
    /// Whether the first request has the page's number.
    #[serde(skip_serializing_if = "super::is_sent")]
    pub send_first: bool,
    /// Where in a JSON body the page's number goes, instead of the query.
    pub page_body_path: Option<&'static [Step]>,
    /// The query parameter that takes the number of rows per page.
    pub limit_param: Option<&'static str>,
    /// Where in a JSON body the number of rows per page goes, instead of the query.
    pub limit_body_path: Option<&'static [Step]>,
    /// Rows per page.
    pub limit: Option<u32>,
    /// Where the body says how many rows there are in all.
    pub total_path: Option<&'static [Step]>,
    /// Where the body says how many pages there are in all.
    pub total_pages_path: Option<&'static [Step]>,
    /// The response header that says how many rows there are in all.
    pub total_header: Option<&'static str>,
    /// The first page number that is not requested.
    pub maximum_page: Option<u64>,
    /// Where the body says whether there is another page.
    pub has_more_path: Option<&'static [Step]>,
    /// Where the body says whether this is the last page.
    pub is_last_path: Option<&'static [Step]>,
    /// What it means that a page lacks its flag.
    #[serde(skip_serializing_if = "MissingFlag::is_default")]
    pub missing_flag: MissingFlag,
    /// Whether a page without rows is the last one; unwritten, it is unless a flag says that more follow.
    pub stop_after_empty_page: Option<bool>,
    /// Whether a page with fewer rows than `limit` is the last one.
    pub stop_after_short_page: bool,
    #[doc(hidden)]
    #[serde(skip)]
    pub __non_exhaustive: (),
}

impl PageNumber {
    /// The defaults.
    pub const DEFAULT: Self = Self {
        page_param: "page",
        base_page: 1,
        send_first: true,
        page_body_path: None,
        limit_param: None,
        limit_body_path: None,
        limit: None,
        total_path: None,
        total_pages_path: None,
        total_header: None,
        maximum_page: None,
        has_more_path: None,
        is_last_path: None,
        missing_flag: MissingFlag::Error,
        stop_after_empty_page: None,
        stop_after_short_page: false,
        __non_exhaustive: (),
    };

    fn totals(&self) -> TotalOptions {
        let Self { total_path, total_header, total_pages_path, has_more_path, is_last_path, .. } = *self;
        let Self { missing_flag, stop_after_empty_page, stop_after_short_page, .. } = *self;
        let stop =
            StopOptions { has_more_path, is_last_path, missing_flag, stop_after_empty_page, stop_after_short_page };
        TotalOptions { total_path, total_header, total_pages_path, stop }
    }
}

impl Sealed for PageNumber {}

impl Paginator for PageNumber {
    fn probes(&self) -> Vec<&'static [Step]> {
        self.totals().probes()
    }

    fn limit(&self) -> Option<u32> {
        self.limit
    }

    fn is_numbered(&self) -> bool {
        true
    }

    fn reads_all(&self) -> bool {
        self.maximum_page.is_none() && self.base_page <= 1
    }

    fn unread_total(&self, page: &ResponseView<'_>) -> Option<(String, u64)> {
        if self.totals().says_the_end() || self.maximum_page.is_some() { None } else { unread_total(page) }
    }

    fn mismatches(&self, page: &ResponseView<'_>) -> Vec<PagingMismatch> {
        self.totals().mismatches(page)
    }

    fn if_rows_are_hidden(&self) -> Option<&'static str> {
        Some("leave the total of rows out: `total_pages_path` or a flag may say where the pages end")
    }

    fn pager(&self, options: PagerOptions<'_>) -> Result<Box<dyn Pager>> {
        let Self { limit_param, limit_body_path, limit, .. } = *self;
        let size = SizeOptions { limit_param, limit_body_path, limit }.of_walk(options)?;
        let mut position: PageNumberPosition = super::saved_position(options, "page_number")?.unwrap_or_default();
        let ended = position.ended;
        let window = options.pages_in_window(size.rows)?;
        position.seen += options.skip;
        let requested = position.seen;
        let last = options.end;
        let mut pager = PageNumberPager { options: *self, size, window, last, requested, position, end: None };
        // A total that is reached is no end in itself.
        pager.end = if ended { pager.reached().or(Some(EndReason::NoMore)) } else { pager.at_maximum() };
        Ok(Box::new(pager))
    }
}

impl Ahead for PageNumber {}

/// Where a walk can resume; saved with the rows.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
struct PageNumberPosition {
    /// Pages seen.
    seen: u64,
    /// Rows on them.
    rows: u64,
    /// Rows on the fullest of them: the server's page size, whatever was requested.
    size: u64,
    /// The latest total of rows.
    total: Option<u64>,
    /// The latest total of pages.
    pages: Option<u64>,
    /// Whether the last page has been seen.
    ended: bool,
}

struct PageNumberPager {
    options: PageNumber,
    size: PageSize,
    /// Pages that the API serves of one query.
    window: Option<u64>,
    /// The first page that is not wanted, where all before it are known to exist.
    last: Option<u64>,
    /// Pages requested; those in flight are `requested - position.seen`.
    requested: u64,
    position: PageNumberPosition,
    end: Option<EndReason>,
}

impl PageNumberPager {
    /// Pages before the first one that is read.
    fn skipped(&self) -> u64 {
        self.options.base_page.saturating_sub(1)
    }

    /// How many pages the API says there are, from the first one that is read.
    fn pages(&self) -> Option<u64> {
        self.position.pages.map(|pages| pages.saturating_sub(self.skipped()))
    }

    /// The first page, counted from 0, that the latest totals rule out.
    fn promised(&self) -> Option<u64> {
        let PageNumberPosition { total, size, .. } = self.position;
        let by_rows = total.filter(|_| size > 0).map(|total| total.div_ceil(size));
        by_rows.max(self.pages())
    }

    /// Why no page may be requested after those seen, if these say nothing else.
    fn reached(&self) -> Option<EndReason> {
        let PageNumberPosition { seen, rows, total, .. } = self.position;
        let is_past = self.promised().is_some_and(|end| seen >= end);
        let is_total = total.is_some_and(|total| rows >= total) || is_past;
        is_total.then_some(EndReason::Total).or(self.at_maximum())
    }

    fn at_maximum(&self) -> Option<EndReason> {
        let is_past = |end: Option<u64>| end.is_some_and(|end| self.position.seen >= end);
        is_past(self.maximum()).then_some(EndReason::Maximum).or(is_past(self.last).then_some(EndReason::PageRange))
    }

    fn maximum(&self) -> Option<u64> {
        self.options.maximum_page.map(|maximum| maximum.saturating_sub(self.options.base_page))
    }
}

impl Pager for PageNumberPager {
    fn next(&mut self) -> Option<PageRequest> {
        // Without totals, one page at a time.
        let known = self.last.or(self.promised()).unwrap_or(0).max(self.position.seen + 1);
        let end = [self.maximum(), self.window, self.last].into_iter().flatten().fold(known, u64::min);
        if self.end.is_some() || self.requested >= end {
            return None;
        }
        let number = self.options.base_page + self.requested;
        let mut request = PageRequest::new(number);
        if self.options.send_first || self.requested > 0 {
            request.send(self.options.page_param, self.options.page_body_path, number);
        }
        self.requested += 1;
        self.size.send(&mut request);
        Some(request)
    }

    fn observe(&mut self, page: &ResponseView<'_>) -> Result<Prefetched> {
        let number = self.skipped() + self.position.seen + 1;
        let PageNumberPosition { total, pages, rows, .. } = &mut self.position;
        let so_far = SoFar { total, pages, rows: *rows, number };
        let following = self.options.totals().read(page, self.size.full(), so_far)?;
        self.position.seen += 1;
        self.position.rows += page.rows;
        self.position.size = self.position.size.max(page.rows);
        if self.position.seen == 1 && self.position.total.is_none_or(|total| total <= page.rows) {
            // Not a page cut short by the server's own cap: a page holds as many rows as requested.
            self.position.size = self.position.size.max(self.size.rows.map_or(0, u64::from));
        }
        self.end = following.end(self.reached()).or(self.at_maximum());
        self.position.ended = self.end.is_some();
        Ok(Prefetched::Keep)
    }

    fn end(&self) -> Option<EndReason> {
        self.end
    }

    fn total(&self) -> Option<u64> {
        self.position.total
    }

    fn total_pages(&self) -> Option<u64> {
        self.position.pages
    }

    fn known_pages(&self) -> Option<u64> {
        self.promised().map(|pages| self.maximum().map_or(pages, |maximum| pages.min(maximum)))
    }

    fn is_counted(&self) -> bool {
        self.promised().is_some()
    }

    fn is_open_ended(&self) -> bool {
        self.promised().is_none() && !self.options.totals().has_flags() && self.options.maximum_page.is_none()
    }

    fn unread(&self, end: EndReason) -> Option<Error> {
        let seen = self.position.seen;
        let pages = self.pages().filter(|pages| *pages > seen && !end.is_early())?;
        let message = format!("the API promised {pages} pages, {seen} came (pagination ended: {end})");
        Some(Error::new(ErrorKind::Incomplete, message).with_help(
            "run it again: rows may have gone during the run; if the error remains, check `total_pages_path` and the other options of the paginator",
        ))
    }

    fn stops(&self) -> &'static str {
        "`total_path`, `total_pages_path`, `total_header`, `has_more_path`, `is_last_path` or `maximum_page`"
    }

    fn position(&self) -> Result<Option<Value>> {
        super::saved(&self.position)
    }
}
