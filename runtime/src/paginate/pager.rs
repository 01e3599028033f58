//! What a paginator makes for a walk: the state that gives the next request and sees each page. All of it is out of reach
//! for users, as are the methods of [`Paginator`](super::Paginator).

use reqwest::Url;
use reqwest::header::HeaderMap;
use serde_json::Value;

use super::{EndReason, PageRequest};
use crate::error::{Error, ErrorKind, Result};
use crate::json::path::Step;
use crate::json::scalar::Scalar;

/// What only this crate's types implement.
pub trait Sealed {}

/// How a walk starts.
#[derive(Debug, Clone, Copy, Default)]
pub struct PagerOptions<'a> {
    /// Rows per page, where the request says so.
    pub page_size: Option<u32>,
    /// Rows per page, where a client-wide param says so.
    pub limit: Option<u32>,
    /// A [`Pager::position`] to resume from.
    pub position: Option<&'a Value>,
    /// How many rows the API serves of one query.
    pub window: Option<u64>,
    /// How many pages to skip at the start.
    pub skip: u64,
    /// The first page that is not requested, where the caller knows that all before it exist.
    pub end: Option<u64>,
}

impl PagerOptions<'_> {
    /// How many whole pages of this size the window holds.
    pub(super) fn pages_in_window(&self, limit: Option<u32>) -> Result<Option<u64>> {
        let Some((window, limit)) = self.window.zip(limit) else { return Ok(None) };
        let limit = u64::from(limit.max(1));
        if window % limit == 0 {
            return Ok(Some(window / limit));
        }
        let message = format!("a page of {limit} rows does not divide the `result_window` of {window}");
        Err(Error::new(ErrorKind::Config, message).with_help("choose a page size that divides `result_window`"))
    }
}

/// The state of one walk.
pub trait Pager: Send {
    /// The next request, if it is known already.
    fn next(&mut self) -> Option<PageRequest>;

    /// Takes a page into account. Pages come in the order of their requests.
    fn observe(&mut self, page: &ResponseView<'_>) -> Result<Prefetched>;

    /// Whether only the response to a page names the next one.
    fn is_chained(&self) -> bool {
        false
    }

    /// Why the walk is over; `None` while it is not.
    fn end(&self) -> Option<EndReason>;

    /// How many rows the API said there are, by the latest page.
    fn total(&self) -> Option<u64> {
        None
    }

    /// How many pages the API said there are, by the latest page.
    fn total_pages(&self) -> Option<u64> {
        None
    }

    /// Whether a saved position means the same rows whatever has come or gone meanwhile: a cursor does. The number of a page or
    /// of a row does not, a cursor that is a small whole number may be one, and a link may hold either.
    fn is_cursor(&self) -> bool {
        false
    }

    /// How many pages there are, where that is known before they have come: each can then be requested by itself.
    fn known_pages(&self) -> Option<u64> {
        None
    }

    /// Whether a total says where the pages end.
    fn is_counted(&self) -> bool {
        self.total().is_some()
    }

    /// Whether neither the API nor the declaration says where the pages end: then only a page without rows does.
    fn is_open_ended(&self) -> bool {
        false
    }

    /// Why a walk that ended so is not complete.
    fn unread(&self, end: EndReason) -> Option<Error> {
        let _ = end;
        None
    }

    /// The paginator's options that say where the pages end.
    fn stops(&self) -> &'static str;

    /// Strips credentials from the next link: servers repeat those of the request, and each request gets its own.
    fn strip_credentials(&mut self, credentials: &dyn Fn(&mut Url)) {
        let _ = credentials;
    }

    /// Where to resume after the pages seen so far; `None` where that is not possible.
    fn position(&self) -> Result<Option<Value>> {
        Ok(None)
    }
}

/// What to do with the pages that were requested ahead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prefetched {
    /// They are the next ones.
    Keep,
    /// They are not: they are cancelled, and requested again.
    Discard,
}

/// What a pager sees of a page.
#[derive(Debug)]
pub struct ResponseView<'a> {
    /// How many rows it holds.
    pub rows: u64,
    /// The value at each of the paginator's probes.
    pub found: &'a [Option<Scalar>],
    /// The response's headers.
    pub headers: &'a HeaderMap,
    /// Where it came from.
    pub url: &'a Url,
    /// The whole body.
    pub body: &'a [u8],
    /// The path to the list of rows, where that is not found by a query.
    pub rows_at: Option<&'static [Step]>,
}

impl ResponseView<'_> {
    /// Whether the body is a row itself, not a page with a list of rows.
    pub(super) fn is_one_row(&self) -> bool {
        self.rows_at.is_some_and(<[_]>::is_empty) && self.body.trim_ascii_start().starts_with(b"{")
    }

    /// Whether it holds as many rows as were requested: then more may follow.
    pub(super) fn is_full(&self, limit: Option<u32>) -> bool {
        limit.is_some_and(|limit| self.rows >= u64::from(limit))
    }
}

/// A probe's path, and the value there.
pub(super) type Probe<'a> = (&'static [Step], Option<&'a Scalar>);

/// The values at the probes, in the order of the declared paths.
pub(super) struct Probes<'a>(std::slice::Iter<'a, Option<Scalar>>);

impl<'a> Probes<'a> {
    pub(super) fn new(page: &ResponseView<'a>) -> Self {
        Self(page.found.iter())
    }

    /// The value at the next path, if that is declared.
    pub(super) fn at(&mut self, path: Option<&'static [Step]>) -> Option<Probe<'a>> {
        path.map(|path| (path, self.0.next().and_then(Option::as_ref)))
    }
}
