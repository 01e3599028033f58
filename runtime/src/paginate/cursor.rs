//! Pages by cursor: each page names the next, in its body or in a header.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::chain::Chain;
use super::pager::Sealed;
use super::total::has_more;
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
    /// The query parameter that takes the number of rows per page.
    pub limit_param: Option<&'static str>,
    /// Rows per page.
    pub limit: Option<u32>,
    /// Where the body says whether there is another page.
    pub has_more_path: Option<&'static [Step]>,
    /// Whether a page without rows is the last one, also when it names another.
    pub stop_after_empty_page: bool,
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
        limit_param: None,
        limit: None,
        has_more_path: None,
        stop_after_empty_page: false,
        __non_exhaustive: (),
    };
}

impl Sealed for Cursor {}

impl Paginator for Cursor {
    fn is_cursor(&self) -> bool {
        true
    }

    fn probes(&self) -> Vec<&'static [Step]> {
        [Some(self.cursor_path), self.has_more_path].into_iter().flatten().collect()
    }

    fn pager(&self, options: PagerOptions<'_>) -> Result<Box<dyn Pager>> {
        let limit = super::page_size_param(options, self.limit_param, self.limit)?;
        let chain = Chain::resume(options, "cursor")?;
        Ok(Box::new(CursorPager { place: CursorPlace::Body(*self), limit, chain }))
    }

    fn mismatches(&self, page: &ResponseView<'_>) -> Vec<PagingMismatch> {
        let mut probes = Probes::new(page);
        let found = probes.at(Some(self.cursor_path)).and_then(|(_, found)| found);
        let more = has_more(probes.at(self.has_more_path), page);
        let absent = |more| PagingMismatch::at("cursor_path", self.cursor_path, found, EXPECTED).unless(more);
        let cursor = match (token(self.cursor_path, found), &more) {
            (Err(mismatch), _) => Some(mismatch),
            (Ok(None), Ok(Some(true))) => Some(absent(true)),
            // Null means that there is no next page; nothing at all may also mean a wrong path.
            (Ok(None), Ok(None)) if found.is_none() && page.rows > 0 => Some(absent(page.is_full(self.limit))),
            _ => None,
        };
        cursor.into_iter().chain(more.err()).collect()
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
    /// The query parameter that takes the number of rows per page.
    pub limit_param: Option<&'static str>,
    /// Rows per page.
    pub limit: Option<u32>,
    #[doc(hidden)]
    #[serde(skip)]
    pub __non_exhaustive: (),
}

impl HeaderCursor {
    /// The defaults.
    pub const DEFAULT: Self =
        Self { cursor_key: "next", cursor_param: "cursor", limit_param: None, limit: None, __non_exhaustive: () };
}

impl Sealed for HeaderCursor {}

impl Paginator for HeaderCursor {
    fn is_cursor(&self) -> bool {
        true
    }

    fn pager(&self, options: PagerOptions<'_>) -> Result<Box<dyn Pager>> {
        let limit = super::page_size_param(options, self.limit_param, self.limit)?;
        let chain = Chain::resume(options, "header_cursor")?;
        Ok(Box::new(CursorPager { place: CursorPlace::Header(*self), limit, chain }))
    }

    fn mismatches(&self, page: &ResponseView<'_>) -> Vec<PagingMismatch> {
        let is_absent = page.rows > 0 && !page.headers.contains_key(self.cursor_key);
        let absent = || PagingMismatch::header("cursor_key", self.cursor_key, None, "the cursor of the next page");
        is_absent.then(|| absent().unless(page.is_full(self.limit))).into_iter().collect()
    }
}

/// Where the cursor is.
enum CursorPlace {
    Body(Cursor),
    Header(HeaderCursor),
}

/// A cursor, as the API wrote it: it is sent back with the type that it came with.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
enum CursorToken {
    Number(i64),
    Large(u64),
    Text(String),
}

struct CursorPager {
    place: CursorPlace,
    limit: Option<(&'static str, u32)>,
    chain: Chain<CursorToken>,
}

impl Pager for CursorPager {
    fn next(&mut self) -> Option<PageRequest> {
        let (mut request, cursor) = self.chain.next()?;
        if let Some(cursor) = cursor {
            let (param, path) = match &self.place {
                CursorPlace::Body(options) => (options.cursor_param, options.cursor_body_path),
                CursorPlace::Header(options) => (options.cursor_param, None),
            };
            match cursor {
                CursorToken::Number(number) => request.send(param, path, number),
                CursorToken::Large(number) => request.send(param, path, number),
                CursorToken::Text(text) => request.send(param, path, text),
            }
        }
        if let Some((param, limit)) = self.limit {
            request.send(param, None, limit);
        }
        Some(request)
    }

    fn observe(&mut self, page: &ResponseView<'_>) -> Result<Prefetched> {
        let (cursor, more, stop_after_empty_page) = match &self.place {
            CursorPlace::Body(options) => {
                let mut probes = Probes::new(page);
                let found = probes.at(Some(options.cursor_path)).and_then(|(_, found)| found);
                let cursor = token(options.cursor_path, found)?;
                let more = has_more(probes.at(options.has_more_path), page)?;
                // More rows, and no way to request them.
                if more == Some(true) && cursor.is_none() && !(page.rows == 0 && options.stop_after_empty_page) {
                    return Err(PagingMismatch::at("cursor_path", options.cursor_path, found, EXPECTED).into());
                }
                (cursor, more, options.stop_after_empty_page)
            }
            CursorPlace::Header(options) => {
                let cursor = exact_text(page.headers, options.cursor_key)?.filter(|value| !value.is_empty());
                (cursor.map(|value| CursorToken::Text(value.to_owned())), None, false)
            }
        };
        let end = if more == Some(false) || cursor.is_none() {
            Some(EndReason::NoMore)
        } else {
            (page.rows == 0 && stop_after_empty_page).then_some(EndReason::EmptyPage)
        };
        self.chain.advance(cursor, end, "the cursor").map(|()| Prefetched::Keep)
    }

    fn is_chained(&self) -> bool {
        true
    }

    fn is_cursor(&self) -> bool {
        true
    }

    fn end(&self) -> Option<EndReason> {
        self.chain.end
    }

    fn position(&self) -> Result<Option<Value>> {
        self.chain.saved()
    }
}

const EXPECTED: &str = "a string or an integer";

/// The cursor. Absent, null, false and empty mean the end; 0 is a cursor like any other.
fn token(path: &'static [Step], found: Option<&Scalar>) -> Result<Option<CursorToken>, PagingMismatch> {
    match found {
        None | Some(Scalar::Null | Scalar::Bool(false)) => Ok(None),
        Some(Scalar::Text(text)) => Ok(Some(text).filter(|text| !text.is_empty()).cloned().map(CursorToken::Text)),
        Some(Scalar::Unsigned(number)) => Ok(Some(CursorToken::Large(*number))),
        Some(Scalar::Negative(number)) => Ok(Some(CursorToken::Number(*number))),
        Some(other) => Err(PagingMismatch::at("cursor_path", path, Some(other), EXPECTED)),
    }
}
