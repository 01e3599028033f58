//! A page on its way from the API to its reader.

use reqwest::header::HeaderMap;
use reqwest::{StatusCode, Url};
use serde_json::Value;

use crate::decode::DecodedPage;
use crate::paginate::resume_token::ResumeToken;

/// A page of rows whose type is not known.
pub(crate) struct UntypedPage {
    pub(crate) meta: PageMeta,
    pub(crate) head: ResponseHead,
    pub(crate) content: DecodedPage,
    /// The values of the parent's row that the page was read for.
    pub(crate) parent_values: Vec<Value>,
}

/// What pagination knows of a page.
#[derive(Debug, Default)]
pub(crate) struct PageMeta {
    /// The page's number, as the paginator counts.
    pub(crate) number: u64,
    /// How many rows there are in all, if the API says so.
    pub(crate) total: Option<u64>,
    /// How many pages there are, where each can be requested by itself.
    pub(crate) pages: Option<u64>,
    /// Whether that differs from the page before.
    pub(crate) total_changed: bool,
    /// Whether it is smaller than on the page before.
    pub(crate) total_sank: bool,
    /// How many of its rows have the primary key of an earlier row of the walk.
    pub(crate) repeated: u64,
    /// Why rows may be missing that neither the page nor its walk shows.
    pub(crate) doubt: Option<&'static str>,
    /// Whether the page has no rows, and is not the last one.
    pub(crate) is_empty_inner: bool,
    /// Where to resume after this page.
    pub(crate) resume: Option<ResumeToken>,
    /// Where the page came from, without credentials; only known where rows were quarantined.
    pub(crate) url: Option<String>,
}

/// What a response says besides its body.
pub(crate) struct ResponseHead {
    pub(crate) status: StatusCode,
    /// Where it came from after redirects.
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
}
