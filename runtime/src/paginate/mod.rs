//! How a resource is divided into pages, and when its last page has been read.
//!
//! A paginator is declared once, as a constant; each walk over its pages has its own [`Pager`], which gives the next
//! request and sees each page, in order.

mod chain;
mod cursor;
mod custom;
mod link;
mod mismatch;
mod next_link;
mod next_page;
mod offset;
mod page_number;
mod page_request;
pub(crate) mod resume_token;
mod single_page;
mod total;

use std::collections::HashSet;
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};

use reqwest::Url;
use reqwest::header::HeaderMap;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

pub use self::cursor::{Cursor, HeaderCursor};
pub use self::custom::{Custom, CustomPage, CustomPaginator};
#[doc(hidden)]
pub use self::mismatch::{PagingMismatch, PagingPlace};
pub use self::next_link::{Auto, HeaderLink, JsonLink};
pub use self::next_page::NextPage;
pub use self::offset::Offset;
pub use self::page_number::PageNumber;
#[doc(hidden)]
pub use self::page_request::PageRequest;
pub use self::single_page::SinglePage;
use crate::error::{Error, ErrorKind, Result};
use crate::fingerprint::Fingerprinted;
use crate::json::path::Step;
use crate::json::scalar::Scalar;

/// A way of dividing a resource into pages.
pub trait Paginator: Fingerprinted + fmt::Debug + Send + Sync + 'static {
    /// Where the pager looks in each page's body: totals, cursors. Read in one pass with the rows; in a chain also in a
    /// pass before them.
    #[doc(hidden)]
    fn probes(&self) -> Vec<&'static [Step]> {
        Vec::new()
    }

    /// Rows per page, where the declaration says so.
    #[doc(hidden)]
    fn limit(&self) -> Option<u32> {
        None
    }

    /// All values on the page that the pager cannot use, or does not find: the pager itself stops at the first.
    #[doc(hidden)]
    fn mismatches(&self, page: &ResponseView<'_>) -> Vec<PagingMismatch> {
        let _ = page;
        Vec::new()
    }

    /// How many of the promised rows the declaration skips at the start.
    #[doc(hidden)]
    fn skipped(&self) -> u64 {
        0
    }

    /// Starts a walk.
    #[doc(hidden)]
    fn pager(&self, start: PagerOptions<'_>) -> Result<Box<dyn Pager>>;
}

/// A paginator whose pages can be requested before the ones before them have come.
#[diagnostic::on_unimplemented(
    message = "the pages of `{Self}` cannot be requested ahead",
    label = "each page names the next one, or there is only one",
    note = "only page numbers and offsets can be read several at a time"
)]
pub trait Ahead: Paginator {}

/// How a walk starts.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, Default)]
pub struct PagerOptions<'a> {
    /// Rows per page, where the request says so.
    pub page_size: Option<u32>,
    /// A [`Pager::position`] to resume from.
    pub position: Option<&'a Value>,
    /// How many rows the API serves of one query.
    pub window: Option<u64>,
    /// How many pages to skip at the start.
    pub skip: u64,
}

impl PagerOptions<'_> {
    /// How many whole pages of this size the window holds.
    fn pages_in_window(&self, limit: Option<u32>) -> Result<Option<u64>> {
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
#[doc(hidden)]
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
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prefetched {
    /// They are the next ones.
    Keep,
    /// They are not: they are cancelled, and requested again.
    Discard,
}

/// What a pager sees of a page.
#[doc(hidden)]
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
}

impl ResponseView<'_> {
    /// Whether it holds as many rows as were requested: then more may follow.
    fn is_full(&self, limit: Option<u32>) -> bool {
        limit.is_some_and(|limit| self.rows >= u64::from(limit))
    }
}

/// A probe's path, and the value there.
type Probe<'a> = (&'static [Step], Option<&'a Scalar>);

/// The values at the probes, in the order of the declared paths.
struct Probes<'a>(std::slice::Iter<'a, Option<Scalar>>);

impl<'a> Probes<'a> {
    fn new(page: &ResponseView<'a>) -> Self {
        Self(page.found.iter())
    }

    /// The value at the next path, if that is declared.
    fn at(&mut self, path: Option<&'static [Step]>) -> Option<Probe<'a>> {
        path.map(|path| (path, self.0.next().and_then(Option::as_ref)))
    }
}

/// The saved position of a walk; `None` at its start.
fn saved_position<P: DeserializeOwned>(options: PagerOptions<'_>, paginator: &str) -> Result<Option<P>> {
    let position = options.position.map(P::deserialize).transpose();
    position.map_err(|error| resume_token::foreign(&format!("`{paginator}`")).with_source(error))
}

/// A pager's position as it is saved.
fn saved(position: &impl Serialize) -> Result<Option<Value>> {
    let saved = serde_json::to_value(position).map(Some);
    saved.map_err(|error| Error::internal(ErrorKind::Destination, format!("a position cannot be saved: {error}")))
}

/// The parameter for the rows per page and its value, if both are known.
fn page_size_param(
    options: PagerOptions<'_>,
    param: Option<&'static str>,
    limit: Option<u32>,
) -> Result<Option<(&'static str, u32)>> {
    if options.page_size.is_some() && param.is_none() {
        let message = "`page_size` is set, but the paginator has no `limit_param` to send it in";
        return Err(Error::new(ErrorKind::Config, message)
            .with_help("declare `limit_param` with the name of the API's parameter"));
    }
    Ok(param.zip(options.page_size.or(limit)))
}

/// The cursors or links of a walk, hashed: eight bytes for each page.
#[derive(Default)]
struct SeenPlaces(HashSet<u64>);

impl SeenPlaces {
    /// Whether this place is a new one.
    fn insert(&mut self, place: &impl Hash) -> bool {
        let mut hasher = DefaultHasher::new();
        place.hash(&mut hasher);
        self.0.insert(hasher.finish())
    }
}

/// The error of a walk that returns to a page it has seen.
fn loop_error(what: &str) -> Error {
    Error::new(ErrorKind::PaginationLoop, format!("{what} repeats: already seen in this run")).with_help(
        "the API repeats pages; if this happens after the last one, declare a stop condition such as `has_more_path`",
    )
}

/// Why pagination ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EndReason {
    /// There is only one page.
    SinglePage,
    /// As many rows or pages as the API said there are.
    Total,
    /// The API said that there are no more.
    NoMore,
    /// A page without rows.
    EmptyPage,
    /// The declared maximum.
    Maximum,
    /// A response that `response_actions` ignores.
    Ignored,
}

impl fmt::Display for EndReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SinglePage => "single page",
            Self::Total => "total reached",
            Self::NoMore => "no more pages",
            Self::EmptyPage => "empty page",
            Self::Maximum => "maximum reached",
            Self::Ignored => "response ignored",
        })
    }
}
