//! How a resource is divided into pages, and when its last page has been read.
//!
//! A paginator is declared once, as a constant; each walk over its pages has its own `Pager`, which gives the next
//! request and sees each page, in order.

mod auto;
mod chain;
mod cursor;
mod cursor_token;
mod custom;
mod link;
mod mismatch;
mod next_link;
mod next_page;
mod offset;
mod page_number;
mod page_request;
mod pager;
pub(crate) mod resume_token;
mod sign_words;
mod signs;
mod single_page;
mod size;
mod stop;
mod total;

use std::collections::HashSet;
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

pub use self::auto::Auto;
pub use self::chain::Repeated;
pub use self::cursor::{Cursor, HeaderCursor};
pub use self::cursor_token::CursorLiteral;
pub use self::custom::{Custom, CustomPage, CustomPaginator};
pub(crate) use self::mismatch::{PagingMismatch, PagingPlace};
pub use self::next_link::{HeaderLink, JsonLink};
pub use self::next_page::NextPage;
pub use self::offset::{Advance, Offset};
pub use self::page_number::PageNumber;
pub(crate) use self::page_request::PageRequest;
pub(crate) use self::pager::{Pager, PagerOptions, Prefetched, ResponseView};
use self::pager::{Probe, Probes, Sealed};
pub(crate) use self::signs::refused_after_last;
pub use self::single_page::SinglePage;
pub use self::stop::MissingFlag;
use crate::error::{Error, ErrorKind, Result};
use crate::fingerprint::Fingerprinted;
use crate::json::path::Step;

/// A way of dividing a resource into pages. It is sealed: an API that pages in another way has a [`CustomPaginator`].
pub trait Paginator: Sealed + Fingerprinted + fmt::Debug + Send + Sync + 'static {
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

    /// A total in the body that would say where the pages end, where nothing else does: its path, and how many rows.
    #[doc(hidden)]
    fn unread_total(&self, page: &ResponseView<'_>) -> Option<(String, u64)> {
        let _ = page;
        None
    }

    /// How many of the promised rows the declaration skips at the start.
    #[doc(hidden)]
    fn skipped(&self) -> u64 {
        0
    }

    /// Whether the API is declared to hide rows that it may count.
    #[doc(hidden)]
    fn may_hide_rows(&self) -> bool {
        false
    }

    /// What to do where the API hides rows that it counts, and that is not declared.
    #[doc(hidden)]
    fn if_rows_are_hidden(&self) -> Option<&'static str> {
        None
    }

    /// Whether a page follows the last row of the one before it, however many rows there are before that.
    #[doc(hidden)]
    fn is_cursor(&self) -> bool {
        false
    }

    /// Whether the declaration leaves no page out, at the start or at the end.
    #[doc(hidden)]
    fn reads_all(&self) -> bool {
        true
    }

    /// Whether a page can be requested before the ones before it have come.
    #[doc(hidden)]
    fn is_numbered(&self) -> bool {
        false
    }

    /// Starts a walk.
    #[doc(hidden)]
    fn pager(&self, start: PagerOptions<'_>) -> Result<Box<dyn Pager>>;
}

/// A paginator whose pages can be requested before the ones before them have come. It is sealed.
#[diagnostic::on_unimplemented(
    message = "the pages of `{Self}` cannot be requested ahead",
    label = "each page names the next one, or there is only one",
    note = "only page numbers and offsets can be read several at a time"
)]
pub trait Ahead: Paginator {}

/// The saved position of a walk; `None` at its start.
fn saved_position<P: DeserializeOwned>(options: PagerOptions<'_>, paginator: &str) -> Result<Option<P>> {
    let position = options.position.map(P::deserialize).transpose();
    position.map_err(|error| resume_token::foreign(&format!("`{paginator}`")).with_source(error))
}

/// Whether the first page's place is sent: the default, which is no part of a fingerprint.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_sent(first: &bool) -> bool {
    *first
}

/// A pager's position as it is saved.
fn saved(position: &impl Serialize) -> Result<Option<Value>> {
    let saved = serde_json::to_value(position).map(Some);
    saved.map_err(|error| Error::internal(ErrorKind::Destination, format!("a position cannot be saved: {error}")))
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

/// The error of a walk that returns to a page it has seen. `stops` are the options that say where the pages end.
fn loop_error(what: &str, stops: &str) -> Error {
    let help =
        format!("the API repeats pages; if this happens after the last one, declare how the API marks it: {stops}");
    Error::new(ErrorKind::PaginationLoop, format!("{what} repeats: already seen in this run")).with_help(help)
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
    /// A page with fewer rows than requested, where the declaration says that this is the last.
    ShortPage,
    /// The same cursor or link again, where the declaration says that this is the end.
    Repeated,
    /// The declared maximum.
    Maximum,
    /// A response that `response_actions` ignores.
    Ignored,
    /// A page of rows that an earlier run has loaded, where the newest rows come first.
    Known,
    /// The last page of those that were asked for.
    PageRange,
}

impl EndReason {
    /// Whether rows follow that were not wanted: then fewer come than the API promises.
    pub(crate) fn is_early(self) -> bool {
        matches!(self, Self::Maximum | Self::Known)
    }
}

impl fmt::Display for EndReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SinglePage => "single page",
            Self::Total => "total reached",
            Self::NoMore => "no more pages",
            Self::EmptyPage => "empty page",
            Self::ShortPage => "short page",
            Self::Repeated => "next page repeated",
            Self::Maximum => "maximum reached",
            Self::Ignored => "response ignored",
            Self::Known => "only known rows",
            Self::PageRange => "page range read",
        })
    }
}
