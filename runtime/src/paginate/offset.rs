//! Pages by offset: `?offset=0`, `?offset=100`, …

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::pager::Sealed;
use super::signs::unread_total;
use super::size::{PageSize, SizeOptions};
use super::stop::{MissingFlag, StopOptions};
use super::total::{Following, SoFar, TotalOptions};
use super::{Ahead, EndReason, PageRequest, Pager, PagerOptions, Paginator, PagingMismatch, Prefetched, ResponseView};
use crate::error::{Error, ErrorKind, Result};
use crate::json::path::Step;

/// `paginator = offset(…)`: the options and their defaults.
///
/// Only the macro makes it: releases add options, which are no breaking change.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(tag = "paginator")]
pub struct Offset {
    /// Rows per page; `None` where the API has a size of its own that is not declared.
    pub limit: Option<u32>,
    /// The offset of the first page.
    pub offset: u64,
    /// Whether the first request has the offset.
    #[serde(skip_serializing_if = "super::is_sent")]
    pub send_first: bool,
    /// The query parameter that takes the offset.
    pub offset_param: &'static str,
    /// The query parameter that takes the number of rows per page; `None` where it is not sent.
    pub limit_param: Option<&'static str>,
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
    /// Where the body says whether this is the last page.
    pub is_last_path: Option<&'static [Step]>,
    /// What it means that a page lacks its flag.
    #[serde(skip_serializing_if = "MissingFlag::is_default")]
    pub missing_flag: MissingFlag,
    /// Whether a page without rows is the last one; unwritten, it is unless a flag says that more follow.
    pub stop_after_empty_page: Option<bool>,
    /// Whether a page with fewer rows than `limit` is the last one.
    pub stop_after_short_page: bool,
    /// By how much the offset grows from page to page.
    pub advance: Advance,
    #[doc(hidden)]
    #[serde(skip)]
    pub __non_exhaustive: (),
}

impl Offset {
    /// The defaults.
    pub const DEFAULT: Self = Self {
        limit: None,
        offset: 0,
        send_first: true,
        offset_param: "offset",
        limit_param: Some("limit"),
        offset_body_path: None,
        limit_body_path: None,
        total_path: None,
        total_header: None,
        maximum_offset: None,
        has_more_path: None,
        is_last_path: None,
        missing_flag: MissingFlag::Error,
        stop_after_empty_page: None,
        stop_after_short_page: false,
        advance: Advance::Rows,
        __non_exhaustive: (),
    };

    fn totals(&self) -> TotalOptions {
        let Self { total_path, total_header, has_more_path, is_last_path, .. } = *self;
        let Self { missing_flag, stop_after_empty_page, stop_after_short_page, .. } = *self;
        let stop =
            StopOptions { has_more_path, is_last_path, missing_flag, stop_after_empty_page, stop_after_short_page };
        TotalOptions { total_path, total_header, total_pages_path: None, stop }
    }
}

/// By how much an offset grows from page to page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Advance {
    /// By the rows received: a server's own cap on pages loses none.
    Rows,
    /// By the rows requested: for a server that hides rows after it has cut its pages.
    Limit,
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

    fn may_hide_rows(&self) -> bool {
        self.advance == Advance::Limit
    }

    fn if_rows_are_hidden(&self) -> Option<&'static str> {
        Some("declare `advance = limit`")
    }

    fn is_numbered(&self) -> bool {
        true
    }

    fn reads_all(&self) -> bool {
        self.maximum_offset.is_none() && self.offset == 0
    }

    fn unread_total(&self, page: &ResponseView<'_>) -> Option<(String, u64)> {
        if self.totals().says_the_end() || self.maximum_offset.is_some() { None } else { unread_total(page) }
    }

    fn mismatches(&self, page: &ResponseView<'_>) -> Vec<PagingMismatch> {
        self.totals().mismatches(page)
    }

    fn pager(&self, options: PagerOptions<'_>) -> Result<Box<dyn Pager>> {
        let Self { limit_param, limit_body_path, limit, .. } = *self;
        let size = SizeOptions { limit_param, limit_body_path, limit }.of_walk(options)?;
        let mut position: OffsetPosition = super::saved_position(options, "offset")?.unwrap_or_default();
        options.pages_in_window(size.rows)?;
        // As long as the size is not known, no page is requested ahead: the first shows it.
        let limit = size.rows.map_or(UNKNOWN, |rows| u64::from(rows.max(1)));
        position.rows += options.skip * limit;
        let last = options.end.map(|pages| self.offset + pages * limit);
        let (requested, ended, window) = (self.offset + position.rows, position.ended, options.window);
        let mut pager = OffsetPager {
            options: *self,
            size,
            limit,
            window,
            last,
            step: limit,
            ahead: None,
            requested,
            position,
            end: None,
        };
        // A total that is reached is no end in itself.
        pager.end = if ended { pager.reached().or(Some(EndReason::NoMore)) } else { pager.at_maximum() };
        Ok(Box::new(pager))
    }
}

impl Ahead for Offset {}

/// The size of pages before the first one, where none is declared: more than any page has.
const UNKNOWN: u64 = u32::MAX as u64;

#[derive(Debug, Default, Serialize, Deserialize)]
struct OffsetPosition {
    /// Pages seen.
    seen: u64,
    /// From the first offset to the next page: as many rows as have come, however many were requested, or, where rows are
    /// hidden, as many as were requested.
    rows: u64,
    /// Rows received.
    #[serde(default)]
    received: u64,
    /// How long the pages were.
    #[serde(default)]
    pages: Lengths,
    /// The latest total.
    total: Option<u64>,
    /// Whether the last page has been seen.
    ended: bool,
}

struct OffsetPager {
    options: Offset,
    size: PageSize,
    limit: u64,
    /// How many rows the API serves of one query.
    window: Option<u64>,
    /// The first offset that is not wanted, where all pages before it are known to exist.
    last: Option<u64>,
    /// How many rows the server sends per page, as far as is known.
    step: u64,
    /// How many pages are requested at a time, once pages of changing length have made others void: one, and one more with each
    /// page that is as long as the one before.
    ahead: Option<u64>,
    /// The offset of the next page to request; pages in flight are between the rows seen and this.
    requested: u64,
    position: OffsetPosition,
    end: Option<EndReason>,
}

/// How long the pages were, in a walk that advances by `limit`.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Lengths {
    /// The rows of the first page.
    first: Option<u64>,
    /// Pages with rows.
    seen: u64,
    /// Pages of another length than the first.
    other: u64,
    /// The rows of the latest page.
    last: u64,
}

impl Lengths {
    fn add(&mut self, rows: u64) {
        if rows > 0 {
            self.seen += 1;
            self.other += u64::from(*self.first.get_or_insert(rows) != rows);
            self.last = rows;
        }
    }

    /// The server's own cap on pages, as far as the pages show it: three or more of one length below `limit`, the last
    /// one aside, which may be shorter.
    fn cap(&self, limit: u64) -> Option<u64> {
        let others = self.other - u64::from(self.first.is_some_and(|first| self.last < first));
        self.first.filter(|first| *first < limit && others == 0 && self.seen > 2)
    }
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

    /// Whether rows are hidden after the server has cut its pages.
    fn is_hiding(&self) -> bool {
        self.options.may_hide_rows()
    }

    /// Why no page may be requested after those seen, if these say nothing else.
    fn reached(&self) -> Option<EndReason> {
        let is_total = if self.is_hiding() {
            // A total may count hidden rows, or may not.
            self.position.total.is_some_and(|total| self.options.offset + self.position.received >= total)
        } else {
            self.promised().is_some_and(|end| self.offset() >= end)
        };
        is_total.then_some(EndReason::Total).or(self.at_maximum())
    }

    fn at_maximum(&self) -> Option<EndReason> {
        let is_past = |end: Option<u64>| end.is_some_and(|end| self.offset() >= end);
        is_past(self.options.maximum_offset)
            .then_some(EndReason::Maximum)
            .or(is_past(self.last).then_some(EndReason::PageRange))
    }

    /// The end by a page, where a total may count hidden rows: the first page without rows that is past it.
    fn after_hidden(&self, first: u64, page: &ResponseView<'_>, following: Following) -> Following {
        match self.position.total {
            Some(total) if self.is_hiding() && page.rows == 0 && following.more.is_none() => {
                Following { end: (first >= total).then_some(EndReason::EmptyPage), ..following }
            }
            _ => following,
        }
    }
}

impl Pager for OffsetPager {
    fn next(&mut self) -> Option<PageRequest> {
        // Without a total, one page at a time.
        let known = self.last.or(self.promised()).unwrap_or(0).max(self.offset() + 1);
        let ahead = self.ahead.map(|pages| self.offset() + pages * self.step);
        let end =
            [self.options.maximum_offset, self.window, self.last, ahead].into_iter().flatten().fold(known, u64::min);
        if self.end.is_some() || self.requested >= end {
            return None;
        }
        let number = match self.step {
            UNKNOWN => self.position.seen,
            step => (self.requested - self.options.offset) / step,
        };
        let mut request = PageRequest::new(number + 1);
        if self.options.send_first || self.requested > self.options.offset {
            request.send(self.options.offset_param, self.options.offset_body_path, self.requested);
        }
        let rest = self.window.map_or(u64::MAX, |window| window - self.requested);
        self.size.at_most(rest).send(&mut request);
        self.requested += self.step;
        Some(request)
    }

    fn observe(&mut self, page: &ResponseView<'_>) -> Result<Prefetched> {
        let rows = if self.is_hiding() { self.position.received } else { self.offset() - self.doubt() };
        let so_far = SoFar { total: &mut self.position.total, pages: &mut None, rows, number: self.position.seen + 1 };
        let following = self.options.totals().read(page, self.size.full(), so_far)?;
        self.position.seen += 1;
        self.position.received += page.rows;
        let first = self.offset();
        if page.rows == 0 && self.step == UNKNOWN && following.end.is_none() && self.reached().is_none() {
            let message = "the page has no rows, though more follow: it is not known at which offset";
            return Err(Error::new(ErrorKind::Incomplete, message)
                .with_help("declare `limit = …`: the rows per page, by which the offset advances"));
        }
        self.position.rows += match self.step {
            UNKNOWN => page.rows,
            step if page.rows == 0 || self.is_hiding() => step,
            _ => page.rows,
        };
        self.end = self.after_hidden(first, page, following).end(self.reached()).or(self.at_maximum());
        self.position.ended = self.end.is_some();
        if self.is_hiding() {
            self.position.pages.add(page.rows);
            return Ok(Prefetched::Keep);
        }
        if page.rows == 0 || page.rows == self.step {
            self.ahead = self.ahead.map(|pages| pages + 1);
            return Ok(Prefetched::Keep);
        }
        if self.requested > first + self.step || self.ahead.is_some() {
            self.ahead = Some(1);
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

    fn known_pages(&self) -> Option<u64> {
        let is_regular = self.step == self.limit && self.limit != UNKNOWN && !self.is_hiding();
        let end = self.promised().filter(|_| is_regular)?;
        let end = self.options.maximum_offset.map_or(end, |maximum| end.min(maximum));
        Some(end.saturating_sub(self.options.offset).div_ceil(self.limit))
    }

    fn is_open_ended(&self) -> bool {
        let is_bounded = self.options.maximum_offset.is_some() || self.window.is_some();
        !is_bounded && self.position.total.is_none() && !self.options.totals().has_flags()
    }

    fn unread(&self, _: EndReason) -> Option<Error> {
        let limit = self.limit;
        let cap = self.position.pages.cap(limit).filter(|_| self.is_hiding())?;
        let message = format!(
            "each page had {cap} rows where {limit} were requested: the rows between were skipped, by `advance = limit`"
        );
        let help = format!("the server has a cap of its own: declare `limit = {cap}`, or leave `advance = limit` out");
        Some(Error::new(ErrorKind::Incomplete, message).with_help(help))
    }

    fn stops(&self) -> &'static str {
        "`total_path`, `total_header`, `has_more_path`, `is_last_path` or `maximum_offset`"
    }

    fn position(&self) -> Result<Option<Value>> {
        super::saved(&self.position)
    }
}
