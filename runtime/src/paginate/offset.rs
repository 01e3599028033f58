//! Pages by offset: `?offset=0`, `?offset=100`, …

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::pager::Sealed;
use super::total::TotalOptions;
use super::{Ahead, EndReason, PageRequest, Pager, PagerOptions, Paginator, PagingMismatch, Prefetched, ResponseView};
use crate::error::{Error, ErrorKind, Result};
use crate::json::path::Step;

/// `paginator = offset(…)`: the options and their defaults.
///
/// Only the macro makes it: releases add options, which are no breaking change.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(tag = "paginator")]
pub struct Offset {
    /// Rows per page.
    pub limit: Option<u32>,
    /// The offset of the first page.
    pub offset: u64,
    /// The query parameter that takes the offset.
    pub offset_param: &'static str,
    /// The query parameter that takes the number of rows per page.
    pub limit_param: &'static str,
    /// Where in a JSON body the offset goes, instead of the query.
    pub offset_body_path: Option<&'static [Step]>,
    /// Where in a JSON body the number of rows per page goes, instead of the query.
    pub limit_body_path: Option<&'static [Step]>,
    /// Where the body says how many rows there are in all.
    pub total_path: Option<&'static [Step]>,
    /// The response header that says how many rows there are in all.
    pub total_header: Option<&'static str>,
    /// The first offset that is not requested.
    pub maximum_offset: Option<u64>,
    /// Where the body says whether there is another page.
    pub has_more_path: Option<&'static [Step]>,
    /// Whether a page without rows is the last one.
    pub stop_after_empty_page: bool,
    #[doc(hidden)]
    #[serde(skip)]
    pub __non_exhaustive: (),
}

impl Offset {
    /// The defaults.
    pub const DEFAULT: Self = Self {
        limit: None,
        offset: 0,
        offset_param: "offset",
        limit_param: "limit",
        offset_body_path: None,
        limit_body_path: None,
        total_path: None,
        total_header: None,
        maximum_offset: None,
        has_more_path: None,
        stop_after_empty_page: true,
        __non_exhaustive: (),
    };

    fn totals(&self) -> TotalOptions {
        let Self { total_path, total_header, has_more_path, stop_after_empty_page, .. } = *self;
        TotalOptions { total_path, total_header, total_pages_path: None, has_more_path, stop_after_empty_page }
    }
}

impl Sealed for Offset {}

impl Paginator for Offset {
    fn probes(&self) -> Vec<&'static [Step]> {
        self.totals().probes()
    }

    fn limit(&self) -> Option<u32> {
        self.limit
    }

    fn skipped(&self) -> u64 {
        self.offset
    }

    fn mismatches(&self, page: &ResponseView<'_>) -> Vec<PagingMismatch> {
        self.totals().mismatches(page)
    }

    fn pager(&self, options: PagerOptions<'_>) -> Result<Box<dyn Pager>> {
        let Some(limit) = options.page_size.or(self.limit) else {
            return Err(Error::new(ErrorKind::Config, "`offset` needs a `limit`: the rows per page"));
        };
        let mut position: OffsetPosition = super::saved_position(options, "offset")?.unwrap_or_default();
        options.pages_in_window(Some(limit))?;
        let limit = u64::from(limit.max(1));
        position.rows += options.skip * limit;
        let (requested, ended, window) = (self.offset + position.rows, position.ended, options.window);
        let mut pager = OffsetPager { options: *self, limit, window, step: limit, requested, position, end: None };
        pager.end = pager.reached().or(ended.then_some(EndReason::NoMore));
        Ok(Box::new(pager))
    }
}

impl Ahead for Offset {}

#[derive(Debug, Default, Serialize, Deserialize)]
struct OffsetPosition {
    /// Pages seen.
    seen: u64,
    /// From the first offset to the next page: as many rows as have come, however many were requested.
    rows: u64,
    /// The latest total.
    total: Option<u64>,
    /// Whether the last page has been seen.
    ended: bool,
}

struct OffsetPager {
    options: Offset,
    limit: u64,
    /// How many rows the API serves of one query.
    window: Option<u64>,
    /// How many rows the server sends per page, as far as is known.
    step: u64,
    /// The offset of the next page to request; pages in flight are between the rows seen and this.
    requested: u64,
    position: OffsetPosition,
    end: Option<EndReason>,
}

impl OffsetPager {
    /// The offset after the rows seen.
    fn offset(&self) -> u64 {
        self.options.offset + self.position.rows
    }

    /// 1 where the first offset is 1: then the API may count its rows from 1, or the declaration skips the first row.
    /// Only a request after the last row but one shows which.
    fn doubt(&self) -> u64 {
        (self.options.offset == 1).into()
    }

    /// The offset after the last row.
    fn promised(&self) -> Option<u64> {
        self.position.total.map(|total| total.saturating_add(self.doubt()))
    }

    fn reached(&self) -> Option<EndReason> {
        let is_past = |end: Option<u64>| end.is_some_and(|end| self.offset() >= end);
        let maximum = is_past(self.options.maximum_offset).then_some(EndReason::Maximum);
        is_past(self.promised()).then_some(EndReason::Total).or(maximum)
    }
}

impl Pager for OffsetPager {
    fn next(&mut self) -> Option<PageRequest> {
        // Without a total, one page at a time.
        let known = self.promised().unwrap_or(0).max(self.offset() + 1);
        let end = [self.options.maximum_offset, self.window].into_iter().flatten().fold(known, u64::min);
        if self.end.is_some() || self.requested >= end {
            return None;
        }
        let mut request = PageRequest::new((self.requested - self.options.offset) / self.step + 1);
        request.send(self.options.offset_param, self.options.offset_body_path, self.requested);
        request.send(
            self.options.limit_param,
            self.options.limit_body_path,
            self.window.map_or(self.limit, |window| self.limit.min(window - self.requested)),
        );
        self.requested += self.step;
        Some(request)
    }

    fn observe(&mut self, page: &ResponseView<'_>) -> Result<Prefetched> {
        let totals = self.options.totals().read(page)?;
        let rows_before = self.offset() - self.doubt();
        totals.update(&mut self.position.total, rows_before, page);
        self.position.seen += 1;
        self.position.rows += if page.rows == 0 { self.step } else { page.rows };
        self.end = self.reached().or(totals.end);
        self.position.ended = self.end.is_some();
        if page.rows == 0 || page.rows == self.step {
            return Ok(Prefetched::Keep);
        }
        // The next page starts where this one ends, and that is not where the ones in flight start.
        self.step = page.rows;
        self.requested = self.offset();
        Ok(Prefetched::Discard)
    }

    fn end(&self) -> Option<EndReason> {
        self.end
    }

    fn total(&self) -> Option<u64> {
        self.position.total
    }

    fn position(&self) -> Result<Option<Value>> {
        super::saved(&self.position)
    }
}
