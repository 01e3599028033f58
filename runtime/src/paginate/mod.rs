//! How a resource is cut into pages, and when its last page has been read.
//!
//! A paginator is declared once, as a constant; each walk over its pages has a [`Pager`] of its own, which
//! says what to ask next and looks at each page in order.

mod page_number;
mod single_page;

use std::fmt;

use reqwest::header::HeaderMap;

pub use self::page_number::PageNumber;
pub use self::single_page::SinglePage;
use crate::decode::Found;
use crate::error::Result;
use crate::path::Step;

/// A way of cutting a resource into pages.
pub trait Paginator: fmt::Debug + Send + Sync + 'static {
    /// Where the pager looks in each page's body: totals, cursors. Read in the same pass as the rows.
    #[doc(hidden)]
    fn probes(&self) -> Vec<&'static [Step]> {
        Vec::new()
    }

    /// Starts a walk.
    #[doc(hidden)]
    fn pager(&self, start: Start<'_>) -> Result<Box<dyn Pager>>;
}

/// A paginator whose pages can be asked for before the ones in front of them have come.
#[diagnostic::on_unimplemented(
    message = "the pages of `{Self}` cannot be asked for ahead",
    label = "each page names the next one, or there is only one",
    note = "only page numbers and offsets can be read several at a time"
)]
pub trait Ahead: Paginator {}

/// What a walk starts with.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, Default)]
pub struct Start<'a> {
    /// Rows per page, where the request says so.
    pub page_size: Option<u32>,
    /// A [`Pager::position`] to go on from.
    pub position: Option<&'a str>,
}

/// The state of one walk.
#[doc(hidden)]
pub trait Pager: Send {
    /// The next request, if it is known already.
    fn next(&mut self) -> Option<Ask>;

    /// Looks at a page. Pages come in the order in which they were asked for.
    fn seen(&mut self, page: &Seen<'_>) -> Result<()>;

    /// Why the walk is over; `None` while it is not.
    fn end(&self) -> Option<End>;

    /// How many rows the API said there are, by the latest page.
    fn total(&self) -> Option<u64> {
        None
    }

    /// From where to go on after the pages seen so far.
    fn position(&self) -> Option<String> {
        None
    }
}

/// A page to be asked for.
#[doc(hidden)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// The page's number, for people.
    pub number: u64,
    /// The paginator's query parameters.
    pub query: Vec<(&'static str, String)>,
}

/// What a pager sees of a page.
#[doc(hidden)]
#[derive(Debug)]
pub struct Seen<'a> {
    /// How many rows it holds.
    pub rows: u64,
    /// What was found at each of the paginator's probes.
    pub found: &'a [Option<Found>],
    /// The response's headers.
    pub headers: &'a HeaderMap,
}

/// Why a walk ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum End {
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
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SinglePage => "single page",
            Self::Total => "total reached",
            Self::NoMore => "no more pages",
            Self::EmptyPage => "empty page",
            Self::Maximum => "maximum reached",
        })
    }
}
