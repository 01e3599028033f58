//! Pages by cursor: each page names the next, in its body or in a header.

use serde::Serialize;
use serde_json::Value;

use super::chain::{Chain, Continuation, Repeated, chained};
use super::cursor_token::{CursorLiteral, CursorPlace, CursorToken, EXPECTED};
use super::pager::Sealed;
use super::size::{PageSize, SizeOptions};
use super::stop::{MissingFlag, StopOptions};
use super::{EndReason, PageRequest, Pager, PagerOptions, Paginator, PagingMismatch, Prefetched, Probes, ResponseView};
use crate::error::Result;
use crate::http::header_text::exact_text;
use crate::json::path::Step;
use crate::json::scalar::Scalar;

/// `paginator = cursor(…)`: the options and their defaults.
///
/// Only the macro makes it: releases add options, which are no breaking change.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(tag = "paginator")]
pub struct Cursor {
    /// Where the body names the next page.
    pub cursor_path: &'static [Step],
    /// The query parameter that takes the cursor.
    pub cursor_param: &'static str,
    /// Where in a JSON body the cursor goes, instead of the query.
    pub cursor_body_path: Option<&'static [Step]>,
    /// The header that takes the cursor, instead of the query.
    pub cursor_header: Option<&'static str>,
    /// The cursor of the first page, where the API needs one.
    pub initial_cursor: Option<CursorLiteral>,
    /// The cursor that says that there is no next page.
    pub end_cursor: Option<&'static str>,
    /// The query parameter that takes the number of rows per page.
    pub limit_param: Option<&'static str>,
    /// Where in a JSON body the number of rows per page goes, instead of the query.
    pub limit_body_path: Option<&'static [Step]>,
    /// Rows per page.
    pub limit: Option<u32>,
    /// Where the body says whether there is another page.
    pub has_more_path: Option<&'static [Step]>,
    /// Where the body says whether this is the last page.
    pub is_last_path: Option<&'static [Step]>,
    /// What it means that a page lacks its flag.
    #[serde(skip_serializing_if = "MissingFlag::is_default")]
    pub missing_flag: MissingFlag,
    /// What a cursor means that was seen before.
    pub repeated: Repeated,
    /// Whether a page without rows is the last one, also when it names another.
    pub stop_after_empty_page: bool,
    /// Whether a page with fewer rows than `limit` is the last one.
    pub stop_after_short_page: bool,
    #[doc(hidden)]
    #[serde(skip)]
    pub __non_exhaustive: (),
}

impl Cursor {
    /// The defaults.
    pub const DEFAULT: Self = Self {
        cursor_path: &[],
        cursor_param: "cursor",
        cursor_body_path: None,
        cursor_header: None,
        initial_cursor: None,
        end_cursor: None,
        limit_param: None,
        limit_body_path: None,
        limit: None,
        has_more_path: None,
        is_last_path: None,
        missing_flag: MissingFlag::Error,
        repeated: Repeated::Error,
        stop_after_empty_page: false,
        stop_after_short_page: false,
        __non_exhaustive: (),
    };

    fn source(&self) -> CursorSource {
        CursorSource::Body(self.cursor_path)
    }
}

chained!(Cursor);

impl Sealed for Cursor {}

impl Paginator for Cursor {
    fn is_cursor(&self) -> bool {
        true
    }

    fn probes(&self) -> Vec<&'static [Step]> {
        [self.cursor_path].into_iter().chain(self.stop().probes()).collect()
    }

    fn pager(&self, options: PagerOptions<'_>) -> Result<Box<dyn Pager>> {
        let Self { cursor_param: param, cursor_body_path: body_path, cursor_header: header, .. } = *self;
        let place = CursorPlace { param, body_path, header };
        let chain = Chain::resume(options, "cursor", self.repeated)?;
        let Self { initial_cursor, end_cursor, .. } = *self;
        let (size, stop) = (self.size().of_walk(options)?, self.stop());
        CursorPager { source: self.source(), place, end_cursor, size, stop, chain, next: None, numbered: false }
            .start(initial_cursor)
    }

    fn mismatches(&self, page: &ResponseView<'_>) -> Vec<PagingMismatch> {
        self.source().mismatches(self.stop(), page, self.limit)
    }
}

/// `paginator = header_cursor(…)`: the options and their defaults.
///
/// Only the macro makes it: releases add options, which are no breaking change.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(tag = "paginator")]
pub struct HeaderCursor {
    /// The response header that names the next page.
    pub cursor_key: &'static str,
    /// The query parameter that takes the cursor.
    pub cursor_param: &'static str,
    /// Where in a JSON body the cursor goes, instead of the query.
    pub cursor_body_path: Option<&'static [Step]>,
    /// The header that takes the cursor, instead of the query.
    pub cursor_header: Option<&'static str>,
    /// The cursor of the first page, where the API needs one.
    pub initial_cursor: Option<CursorLiteral>,
    /// The cursor that says that there is no next page.
    pub end_cursor: Option<&'static str>,
    /// The query parameter that takes the number of rows per page.
    pub limit_param: Option<&'static str>,
    /// Where in a JSON body the number of rows per page goes, instead of the query.
    pub limit_body_path: Option<&'static [Step]>,
    /// Rows per page.
    pub limit: Option<u32>,
    /// Where the body says whether there is another page.
    pub has_more_path: Option<&'static [Step]>,
    /// Where the body says whether this is the last page.
    pub is_last_path: Option<&'static [Step]>,
    /// What it means that a page lacks its flag.
    #[serde(skip_serializing_if = "MissingFlag::is_default")]
    pub missing_flag: MissingFlag,
    /// What a cursor means that was seen before.
    pub repeated: Repeated,
    /// Whether a page without rows is the last one, also when it names another.
    pub stop_after_empty_page: bool,
    /// Whether a page with fewer rows than `limit` is the last one.
    pub stop_after_short_page: bool,
    #[doc(hidden)]
    #[serde(skip)]
    pub __non_exhaustive: (),
}

impl HeaderCursor {
    /// The defaults.
    pub const DEFAULT: Self = Self {
        cursor_key: "next",
        cursor_param: "cursor",
        cursor_body_path: None,
        cursor_header: None,
        initial_cursor: None,
        end_cursor: None,
        limit_param: None,
        limit_body_path: None,
        limit: None,
        has_more_path: None,
        is_last_path: None,
        missing_flag: MissingFlag::Error,
        repeated: Repeated::Error,
        stop_after_empty_page: false,
        stop_after_short_page: false,
        __non_exhaustive: (),
    };

    fn source(&self) -> CursorSource {
        CursorSource::Header(self.cursor_key)
    }
}

chained!(HeaderCursor);

impl Sealed for HeaderCursor {}

impl Paginator for HeaderCursor {
    fn is_cursor(&self) -> bool {
        true
    }

    fn probes(&self) -> Vec<&'static [Step]> {
        self.stop().probes().collect()
    }

    fn pager(&self, options: PagerOptions<'_>) -> Result<Box<dyn Pager>> {
        let Self { cursor_param: param, cursor_body_path: body_path, cursor_header: header, .. } = *self;
        let place = CursorPlace { param, body_path, header };
        let chain = Chain::resume(options, "header_cursor", self.repeated)?;
        let Self { initial_cursor, end_cursor, .. } = *self;
        let (size, stop) = (self.size().of_walk(options)?, self.stop());
        CursorPager { source: self.source(), place, end_cursor, size, stop, chain, next: None, numbered: false }
            .start(initial_cursor)
    }

    fn mismatches(&self, page: &ResponseView<'_>) -> Vec<PagingMismatch> {
        self.source().mismatches(self.stop(), page, self.limit)
    }
}

/// Where the cursor is.
#[derive(Clone, Copy)]
enum CursorSource {
    Body(&'static [Step]),
    Header(&'static str),
}

impl CursorSource {
    /// What a page lacks that names no next one.
    fn absent(self, found: Option<&Scalar>) -> PagingMismatch {
        match self {
            Self::Body(path) => PagingMismatch::at("cursor_path", path, found, EXPECTED),
            Self::Header(name) => PagingMismatch::header("cursor_key", name, None, "the cursor of the next page"),
        }
    }

    /// The cursor, and what the page lacks where it has none. In a body it is the first probe.
    fn read(self, probes: &mut Probes<'_>, page: &ResponseView<'_>) -> Result<Result<CursorToken, PagingMismatch>> {
        match self {
            Self::Body(path) => {
                let found = probes.at(Some(path)).and_then(|(_, found)| found);
                let cursor = CursorToken::in_body(path, found, page)?;
                Ok(cursor.ok_or_else(|| self.absent(found)))
            }
            Self::Header(name) => {
                let cursor = exact_text(page.headers, name)?.filter(|value| !value.is_empty());
                Ok(cursor.map(|value| CursorToken::Text(value.to_owned())).ok_or_else(|| self.absent(None)))
            }
        }
    }

    fn mismatches(self, stop: StopOptions, page: &ResponseView<'_>, limit: Option<u32>) -> Vec<PagingMismatch> {
        let mut probes = Probes::new(page);
        let (is_there, absent) = match self {
            Self::Body(path) => {
                let found = probes.at(Some(path)).and_then(|(_, found)| found);
                let cursor = CursorToken::in_body(path, found, page);
                (cursor.map(|cursor| cursor.is_some()), self.absent(found))
            }
            Self::Header(name) => (Ok(page.headers.contains_key(name)), self.absent(None)),
        };
        Continuation { is_there, absent }.mismatches(stop.checked(&mut probes, page), page, limit)
    }
}

struct CursorPager {
    source: CursorSource,
    place: CursorPlace,
    end_cursor: Option<&'static str>,
    size: PageSize,
    stop: StopOptions,
    chain: Chain<CursorToken>,
    /// The next page, until it is requested.
    next: Option<PageRequest>,
    /// Whether a cursor may have been the number of a page or of a row.
    numbered: bool,
}

impl CursorPager {
    /// At the start of the chain with the declared cursor, else with the saved one.
    fn start(mut self, initial: Option<CursorLiteral>) -> Result<Box<dyn Pager>> {
        let initial = initial.filter(|_| self.chain.position.seen == 0).map(CursorToken::from);
        if let Some(initial) = &initial {
            self.chain.visited.insert(initial);
        }
        self.numbered = self.chain.position.next.as_ref().is_some_and(CursorToken::may_be_a_number);
        if self.chain.end.is_none() {
            let cursor = initial.or_else(|| self.chain.position.next.clone());
            self.next = Some(self.request(self.chain.number(), cursor.as_ref())?);
        }
        Ok(Box::new(self))
    }

    fn request(&self, number: u64, cursor: Option<&CursorToken>) -> Result<PageRequest> {
        let mut request = PageRequest::new(number);
        if let Some(cursor) = cursor {
            cursor.send(self.place, &mut request)?;
        }
        self.size.send(&mut request);
        Ok(request)
    }
}

impl Pager for CursorPager {
    fn next(&mut self) -> Option<PageRequest> {
        self.next.take()
    }

    fn observe(&mut self, page: &ResponseView<'_>) -> Result<Prefetched> {
        let mut probes = Probes::new(page);
        let cursor = self.source.read(&mut probes, page)?;
        let more = self.stop.more(&mut probes, page, false)?;
        let is_next = |cursor: &CursorToken| self.end_cursor.is_none_or(|end| cursor.text() != end);
        let next = cursor.map(|cursor| Some(cursor).filter(is_next));
        let (cursor, end) = self.stop.follow(next, more, page, self.size.full())?;
        self.chain.advance(cursor, end, "the cursor", self.stops())?;
        let next = self.chain.position.next.as_ref();
        self.numbered |= next.is_some_and(CursorToken::may_be_a_number);
        self.next = next.map(|cursor| self.request(self.chain.number(), Some(cursor))).transpose()?;
        Ok(Prefetched::Keep)
    }

    fn is_chained(&self) -> bool {
        true
    }

    fn is_cursor(&self) -> bool {
        !self.numbered
    }

    fn end(&self) -> Option<EndReason> {
        self.chain.end
    }

    fn stops(&self) -> &'static str {
        "`has_more_path`, `is_last_path`, `end_cursor`, `stop_after_empty_page` or `repeated = end`"
    }

    fn position(&self) -> Result<Option<Value>> {
        self.chain.saved()
    }
}
