//! Pages by cursor: each page names the next, in its body or in a header.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::mismatch::header;
use super::total::has_more;
use super::{
    EndReason, PageRequest, Pager, PagerOptions, Paginator, PagingMismatch, Prefetched, Probes, ResponseView,
    SeenPlaces, loop_error, saved,
};
use crate::error::Result;
use crate::json::path::Step;
use crate::json::scalar::Scalar;

/// `paginator = cursor(…)`: the options and their defaults.
#[derive(Debug, Clone, Copy)]
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
}

impl Cursor {
    /// What holds where the declaration says nothing.
    pub const DEFAULT: Self = Self {
        cursor_path: &[],
        cursor_param: "cursor",
        cursor_body_path: None,
        limit_param: None,
        limit: None,
        has_more_path: None,
        stop_after_empty_page: false,
    };
}

impl Paginator for Cursor {
    fn probes(&self) -> Vec<&'static [Step]> {
        [Some(self.cursor_path), self.has_more_path].into_iter().flatten().collect()
    }

    fn pager(&self, start: PagerOptions<'_>) -> Result<Box<dyn Pager>> {
        let limit = super::limit(start, self.limit_param, self.limit)?;
        Ok(Box::new(CursorPager::new(CursorPlace::Body(*self), limit, super::position(start, "`cursor`")?)))
    }

    fn mismatches(&self, page: &ResponseView<'_>) -> Vec<PagingMismatch> {
        let mut probes = Probes::new(page);
        let found = probes.at(Some(self.cursor_path)).and_then(|(_, found)| found);
        let more = has_more(probes.at(self.has_more_path), page);
        let absent = |more| PagingMismatch::at("cursor_path", self.cursor_path, found, EXPECTED).unless(more);
        let cursor = match (token(self.cursor_path, found), &more) {
            (Err(unusable), _) => Some(unusable),
            (Ok(None), Ok(Some(true))) => Some(absent(true)),
            // Null says that there is no next page; nothing at all may also be the wrong path.
            (Ok(None), Ok(None)) if found.is_none() && page.rows > 0 => Some(absent(page.is_full(self.limit))),
            _ => None,
        };
        cursor.into_iter().chain(more.err()).collect()
    }
}

/// `paginator = header_cursor(…)`: the options and their defaults.
#[derive(Debug, Clone, Copy)]
pub struct HeaderCursor {
    /// The response header that names the next page.
    pub cursor_key: &'static str,
    /// The query parameter that takes the cursor.
    pub cursor_param: &'static str,
    /// The query parameter that takes the number of rows per page.
    pub limit_param: Option<&'static str>,
    /// Rows per page.
    pub limit: Option<u32>,
}

impl HeaderCursor {
    /// What holds where the declaration says nothing.
    pub const DEFAULT: Self = Self { cursor_key: "next", cursor_param: "cursor", limit_param: None, limit: None };
}

impl Paginator for HeaderCursor {
    fn pager(&self, start: PagerOptions<'_>) -> Result<Box<dyn Pager>> {
        let limit = super::limit(start, self.limit_param, self.limit)?;
        Ok(Box::new(CursorPager::new(CursorPlace::Header(*self), limit, super::position(start, "`header_cursor`")?)))
    }

    fn mismatches(&self, page: &ResponseView<'_>) -> Vec<PagingMismatch> {
        let is_absent = page.rows > 0 && header(page.headers, self.cursor_key).is_none();
        let absent = || PagingMismatch::header("cursor_key", self.cursor_key, None, "the cursor of the next page");
        is_absent.then(|| absent().unless(page.is_full(self.limit))).into_iter().collect()
    }
}

/// Where the cursor stands.
enum CursorPlace {
    Body(Cursor),
    Header(HeaderCursor),
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct CursorPosition {
    /// Pages seen.
    seen: u64,
    /// The cursor of the next page, as the API wrote it.
    cursor: Option<CursorToken>,
}

/// A cursor goes back as the type that it came as.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
enum CursorToken {
    Number(i64),
    Large(u64),
    Text(String),
}

struct CursorPager {
    options: CursorPlace,
    limit: Option<(&'static str, u32)>,
    progress: CursorPosition,
    /// Whether the next page has been asked for.
    asked: bool,
    visited: SeenPlaces,
    end: Option<EndReason>,
}

impl CursorPager {
    fn new(options: CursorPlace, limit: Option<(&'static str, u32)>, progress: CursorPosition) -> Self {
        // A position without a cursor behind it is the end.
        let end = (progress.seen > 0 && progress.cursor.is_none()).then_some(EndReason::NoMore);
        Self { options, limit, progress, asked: false, visited: SeenPlaces::default(), end }
    }
}

impl Pager for CursorPager {
    fn next(&mut self) -> Option<PageRequest> {
        if self.end.is_some() || std::mem::replace(&mut self.asked, true) {
            return None;
        }
        let mut ask = PageRequest::new(self.progress.seen + 1);
        if let Some(token) = self.progress.cursor.clone() {
            let (param, path) = match &self.options {
                CursorPlace::Body(options) => (options.cursor_param, options.cursor_body_path),
                CursorPlace::Header(options) => (options.cursor_param, None),
            };
            match token {
                CursorToken::Number(number) => ask.send(param, path, number),
                CursorToken::Large(number) => ask.send(param, path, number),
                CursorToken::Text(text) => ask.send(param, path, text),
            }
        }
        if let Some((param, limit)) = self.limit {
            ask.send(param, None, limit);
        }
        Some(ask)
    }

    fn observe(&mut self, page: &ResponseView<'_>) -> Result<Prefetched> {
        let (cursor, more, stop_after_empty_page) = match &self.options {
            CursorPlace::Body(options) => {
                let mut probes = Probes::new(page);
                let found = probes.at(Some(options.cursor_path)).and_then(|(_, found)| found);
                let (cursor, more) =
                    (token(options.cursor_path, found)?, has_more(probes.at(options.has_more_path), page)?);
                // More rows, and no way to ask for them.
                if more == Some(true) && cursor.is_none() && !(page.rows == 0 && options.stop_after_empty_page) {
                    return Err(PagingMismatch::at("cursor_path", options.cursor_path, found, EXPECTED).into());
                }
                (cursor, more, options.stop_after_empty_page)
            }
            CursorPlace::Header(options) => {
                let cursor = header(page.headers, options.cursor_key)
                    .filter(|value| !value.is_empty())
                    .map(|value| CursorToken::Text(value.to_owned()));
                (cursor, None, false)
            }
        };
        let stops = more == Some(false) || (page.rows == 0 && stop_after_empty_page);
        if !stops
            && let Some(cursor) = &cursor
            && !self.visited.insert(cursor)
        {
            return Err(loop_error("the cursor"));
        }
        self.progress.seen += 1;
        self.end = if more == Some(false) || cursor.is_none() {
            Some(EndReason::NoMore)
        } else {
            (page.rows == 0 && stop_after_empty_page).then_some(EndReason::EmptyPage)
        };
        self.progress.cursor = cursor.filter(|_| self.end.is_none());
        self.asked = false;
        Ok(Prefetched::Keep)
    }

    fn is_chained(&self) -> bool {
        true
    }

    fn end(&self) -> Option<EndReason> {
        self.end
    }

    fn position(&self) -> Result<Option<Value>> {
        saved(&self.progress)
    }
}

const EXPECTED: &str = "a text or an integer";

/// The cursor that was found. Absent, null, false and empty are the end; 0 is a cursor as good as any.
fn token(path: &'static [Step], found: Option<&Scalar>) -> Result<Option<CursorToken>, PagingMismatch> {
    match found {
        None | Some(Scalar::Null | Scalar::Bool(false)) => Ok(None),
        Some(Scalar::Text(text)) => Ok(Some(text).filter(|text| !text.is_empty()).cloned().map(CursorToken::Text)),
        Some(Scalar::Unsigned(number)) => Ok(Some(CursorToken::Large(*number))),
        Some(Scalar::Negative(number)) => Ok(Some(CursorToken::Number(*number))),
        Some(other) => Err(PagingMismatch::at("cursor_path", path, Some(other), EXPECTED)),
    }
}
