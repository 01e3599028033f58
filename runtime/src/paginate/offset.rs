//! Pages by offset: `?offset=0`, `?offset=100`, …

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::total::{Count, Total, has_more, unusable};
use super::{
    Ahead, EndReason, PageRequest, Pager, PagerOptions, Paginator, PagingMismatch, Prefetched, Probes, ResponseView,
    saved,
};
use crate::error::{Error, ErrorKind, Result};
use crate::json::path::Step;

/// `paginator = offset(…)`: the options and their defaults.
#[derive(Debug, Clone, Copy)]
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
    /// The first offset that is not asked for.
    pub maximum_offset: Option<u64>,
    /// Where the body says whether there is another page.
    pub has_more_path: Option<&'static [Step]>,
    /// Whether a page without rows is the last one.
    pub stop_after_empty_page: bool,
}

impl Offset {
    /// What holds where the declaration says nothing.
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
    };
}

impl Paginator for Offset {
    fn probes(&self) -> Vec<&'static [Step]> {
        [self.total_path, self.has_more_path].into_iter().flatten().collect()
    }

    fn limit(&self) -> Option<u32> {
        self.limit
    }

    fn mismatches(&self, page: &ResponseView<'_>) -> Vec<PagingMismatch> {
        let mut probes = Probes::new(page);
        let total = Total { path: probes.at(self.total_path), header: self.total_header };
        unusable(total, probes.at(self.has_more_path), page)
    }

    fn pager(&self, start: PagerOptions<'_>) -> Result<Box<dyn Pager>> {
        let Some(limit) = start.page_size.or(self.limit) else {
            return Err(Error::new(ErrorKind::Config, "`offset` needs a `limit`: the rows per page"));
        };
        let mut progress: OffsetPosition = super::position(start, "`offset`")?;
        start.pages_in_window(Some(limit))?;
        let limit = u64::from(limit.max(1));
        progress.behind += start.skip * limit;
        let (asked, ended, window) = (self.offset + progress.behind, progress.ended, start.window);
        let mut pages = OffsetPager { options: *self, limit, window, step: limit, asked, progress, end: None };
        pages.end = pages.reached().or(ended.then_some(EndReason::NoMore));
        Ok(Box::new(pages))
    }
}

impl Ahead for Offset {}

#[derive(Debug, Default, Serialize, Deserialize)]
struct OffsetPosition {
    /// Pages seen.
    seen: u64,
    /// How far behind the first offset the next page starts: as many rows as have come, however many were asked for.
    behind: u64,
    /// The latest total.
    total: Option<u64>,
    /// Whether the last page has been seen.
    #[serde(default)]
    ended: bool,
}

struct OffsetPager {
    options: Offset,
    limit: u64,
    /// How many rows the API gives out of one query.
    window: Option<u64>,
    /// How many rows the server gives at a time, as far as is known.
    step: u64,
    /// The offset of the next page to be asked for; pages in flight are between the rows seen and this.
    asked: u64,
    progress: OffsetPosition,
    end: Option<EndReason>,
}

impl OffsetPager {
    /// The offset behind the rows seen.
    fn offset(&self) -> u64 {
        self.options.offset + self.progress.behind
    }

    /// 1 where the first offset is 1: then the API may count its rows from 1, or the first of them be left out. Only asking
    /// behind the last but one tells which.
    fn doubt(&self) -> u64 {
        (self.options.offset == 1).into()
    }

    /// The offset behind the last row.
    fn promised(&self) -> Option<u64> {
        self.progress.total.map(|total| total.saturating_add(self.doubt()))
    }

    fn reached(&self) -> Option<EndReason> {
        if self.promised().is_some_and(|end| self.offset() >= end) {
            Some(EndReason::Total)
        } else if self.options.maximum_offset.is_some_and(|maximum| self.offset() >= maximum) {
            Some(EndReason::Maximum)
        } else {
            None
        }
    }
}

impl Pager for OffsetPager {
    fn next(&mut self) -> Option<PageRequest> {
        // What the total does not tell has to be seen first: one page at a time.
        let known = self.promised().unwrap_or(0).max(self.offset() + 1);
        let end = [self.options.maximum_offset, self.window].into_iter().flatten().fold(known, u64::min);
        if self.end.is_some() || self.asked >= end {
            return None;
        }
        let mut ask = PageRequest::new((self.asked - self.options.offset) / self.step + 1);
        ask.send(self.options.offset_param, self.options.offset_body_path, self.asked);
        ask.send(
            self.options.limit_param,
            self.options.limit_body_path,
            self.window.map_or(self.limit, |window| self.limit.min(window - self.asked)),
        );
        self.asked += self.step;
        Some(ask)
    }

    fn observe(&mut self, page: &ResponseView<'_>) -> Result<Prefetched> {
        let mut probes = Probes::new(page);
        let total = Total { path: probes.at(self.options.total_path), header: self.options.total_header }.read(page)?;
        let more = has_more(probes.at(self.options.has_more_path), page)?;
        match total.unless_refuted(self.offset() - self.doubt(), page) {
            Count::Declared(Some(total)) => self.progress.total = Some(total),
            Count::Refuted => self.progress.total = None,
            // A page that does not say how many there are takes nothing back.
            Count::Declared(None) | Count::Undeclared => {}
        }
        self.progress.seen += 1;
        self.progress.behind += if page.rows == 0 { self.step } else { page.rows };
        let no_more = (more == Some(false)).then_some(EndReason::NoMore);
        let empty = (page.rows == 0 && self.options.stop_after_empty_page).then_some(EndReason::EmptyPage);
        self.end = self.reached().or(no_more).or(empty);
        self.progress.ended = self.end.is_some();
        if page.rows == 0 || page.rows == self.step {
            return Ok(Prefetched::Keep);
        }
        // The next page starts where this one ends, and that is not where the ones in flight start.
        self.step = page.rows;
        self.asked = self.offset();
        Ok(Prefetched::Discard)
    }

    fn end(&self) -> Option<EndReason> {
        self.end
    }

    fn total(&self) -> Option<u64> {
        self.progress.total
    }

    fn skipped(&self) -> u64 {
        self.options.offset
    }

    fn position(&self) -> Result<Option<Value>> {
        saved(&self.progress)
    }
}
