//! Pages by link: each page holds the URL of the next, in a header or in its body.

use reqwest::Url;
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::chain::Chain;
use super::pager::Sealed;
use super::{
    EndReason, PageRequest, Pager, PagerOptions, Paginator, PagingMismatch, Prefetched, Probes, ResponseView, link,
};
use crate::error::{Error, ErrorKind, Result};
use crate::json::path::Step;
use crate::json::scalar::Scalar;
use crate::text::url::{display_url, follow};

/// `paginator = header_link(…)`: the options and their defaults.
///
/// Only the macro makes it: releases add options, which are no breaking change.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(tag = "paginator")]
pub struct HeaderLink {
    /// The relation of the link to the next page.
    pub links_next_key: &'static str,
    /// The query parameter that takes the number of rows per page, in the first request.
    pub limit_param: Option<&'static str>,
    /// Rows per page.
    pub limit: Option<u32>,
    #[doc(hidden)]
    #[serde(skip)]
    pub __non_exhaustive: (),
}

impl HeaderLink {
    /// The defaults.
    pub const DEFAULT: Self = Self { links_next_key: "next", limit_param: None, limit: None, __non_exhaustive: () };
}

impl Sealed for HeaderLink {}

impl Paginator for HeaderLink {
    fn pager(&self, options: PagerOptions<'_>) -> Result<Box<dyn Pager>> {
        LinkPager::boxed(LinkPlace::Header(self.links_next_key), options, self.limit_param, self.limit)
    }

    fn mismatches(&self, page: &ResponseView<'_>) -> Vec<PagingMismatch> {
        let is_absent = page.rows > 0 && link::target(page.headers, self.links_next_key).is_none();
        let expected = format!("a link with the relation `{}`", self.links_next_key);
        let absent = || PagingMismatch::header("links_next_key", "Link", None, &expected);
        is_absent.then(|| absent().unless(page.is_full(self.limit))).into_iter().collect()
    }
}

/// `paginator = json_link(…)`: the options and their defaults.
///
/// Only the macro makes it: releases add options, which are no breaking change.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(tag = "paginator")]
pub struct JsonLink {
    /// Where the body holds the URL of the next page: absolute, relative, or a query alone.
    pub next_url_path: &'static [Step],
    /// The query parameter that takes the number of rows per page, in the first request.
    pub limit_param: Option<&'static str>,
    /// Rows per page.
    pub limit: Option<u32>,
    #[doc(hidden)]
    #[serde(skip)]
    pub __non_exhaustive: (),
}

impl JsonLink {
    /// The defaults.
    pub const DEFAULT: Self =
        Self { next_url_path: &[Step::Key("next")], limit_param: None, limit: None, __non_exhaustive: () };
}

impl Sealed for JsonLink {}

impl Paginator for JsonLink {
    fn probes(&self) -> Vec<&'static [Step]> {
        vec![self.next_url_path]
    }

    fn pager(&self, options: PagerOptions<'_>) -> Result<Box<dyn Pager>> {
        LinkPager::boxed(LinkPlace::Body(self.next_url_path), options, self.limit_param, self.limit)
    }

    fn mismatches(&self, page: &ResponseView<'_>) -> Vec<PagingMismatch> {
        let found = Probes::new(page).at(Some(self.next_url_path)).and_then(|(_, found)| found);
        let mismatch = match in_body(self.next_url_path, found) {
            Err(mismatch) => Some(mismatch),
            // Null means that there is no next page; nothing at all may also mean a wrong path.
            Ok(None) if found.is_none() && page.rows > 0 => {
                let absent = PagingMismatch::at("next_url_path", self.next_url_path, None, EXPECTED);
                Some(absent.unless(page.is_full(self.limit)))
            }
            Ok(_) => None,
        };
        mismatch.into_iter().collect()
    }
}

/// `paginator = auto`: a `Link` header, else a well-known field with a URL in it, else one page.
#[derive(Debug, Clone, Copy)]
pub struct Auto;

impl Serialize for Auto {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        "auto".serialize(serializer)
    }
}

/// Where APIs put the URL of the next page.
const WELL_KNOWN: &[&[Step]] = &[
    &[Step::Key("next")],
    &[Step::Key("next_url")],
    &[Step::Key("nextUrl")],
    &[Step::Key("next_page")],
    &[Step::Key("next_page_url")],
    &[Step::Key("next_link")],
    &[Step::Key("nextLink")],
    &[Step::Key("@odata.nextLink")],
    &[Step::Key("links"), Step::Key("next")],
    &[Step::Key("links"), Step::Key("next"), Step::Key("href")],
    &[Step::Key("_links"), Step::Key("next"), Step::Key("href")],
    &[Step::Key("paging"), Step::Key("next")],
    &[Step::Key("paging"), Step::Key("next"), Step::Key("link")],
    &[Step::Key("pagination"), Step::Key("next")],
    &[Step::Key("pagination"), Step::Key("next_url")],
    &[Step::Key("meta"), Step::Key("next")],
    &[Step::Key("info"), Step::Key("next")],
];

impl Sealed for Auto {}

impl Paginator for Auto {
    fn probes(&self) -> Vec<&'static [Step]> {
        WELL_KNOWN.to_vec()
    }

    fn pager(&self, options: PagerOptions<'_>) -> Result<Box<dyn Pager>> {
        LinkPager::boxed(LinkPlace::Anywhere, options, None, None)
    }
}

/// Where the link is.
#[derive(Clone, Copy)]
enum LinkPlace {
    Header(&'static str),
    Body(&'static [Step]),
    Anywhere,
}

struct LinkPager {
    place: LinkPlace,
    limit: Option<(&'static str, u32)>,
    chain: Chain<Url>,
}

impl LinkPager {
    fn boxed(
        place: LinkPlace,
        options: PagerOptions<'_>,
        param: Option<&'static str>,
        limit: Option<u32>,
    ) -> Result<Box<dyn Pager>> {
        let limit = super::page_size_param(options, param, limit)?;
        Ok(Box::new(Self { place, limit, chain: Chain::resume(options, "a link")? }))
    }
}

impl Pager for LinkPager {
    fn next(&mut self) -> Option<PageRequest> {
        let (mut request, next) = self.chain.next()?;
        // A link holds all parameters of the first request.
        if let (None, Some((param, limit))) = (&next, self.limit) {
            request.send(param, None, limit);
        }
        request.url = next;
        Some(request)
    }

    fn observe(&mut self, page: &ResponseView<'_>) -> Result<Prefetched> {
        let target = match self.place {
            LinkPlace::Header(relation) => link::target(page.headers, relation),
            LinkPlace::Body(path) => in_body(path, Probes::new(page).at(Some(path)).and_then(|(_, found)| found))?,
            LinkPlace::Anywhere => link::target(page.headers, "next").or_else(|| {
                let texts = page.found.iter().flatten().filter_map(|found| match found {
                    Scalar::Text(text) => Some(text),
                    _ => None,
                });
                // A string that is not a URL is a cursor, and nothing says how to send it.
                texts.into_iter().find(|text| text.starts_with(['/', '?']) || text.starts_with("http")).cloned()
            }),
        };
        let target = target.filter(|target| !target.is_empty());
        let next = target.map(|target| resolve(page.url, &target)).transpose()?;
        let end = match (&next, self.place) {
            (None, LinkPlace::Anywhere) if self.chain.position.seen == 0 => Some(EndReason::SinglePage),
            (None, _) => Some(EndReason::NoMore),
            (Some(_), _) => None,
        };
        self.chain.visited.insert(page.url);
        self.chain.advance(next, end, "the link to the next page").map(|()| Prefetched::Keep)
    }

    fn is_chained(&self) -> bool {
        true
    }

    fn end(&self) -> Option<EndReason> {
        self.chain.end
    }

    fn strip_credentials(&mut self, credentials: &dyn Fn(&mut Url)) {
        if let Some(next) = &mut self.chain.position.next {
            credentials(next);
        }
    }

    /// None for a link that holds a credential of another kind: it is not saved.
    fn position(&self) -> Result<Option<Value>> {
        let clean = self.chain.position.next.as_ref().is_none_or(|next| display_url(next) == next.as_str());
        if clean { self.chain.saved() } else { Ok(None) }
    }
}

const EXPECTED: &str = "a URL as a string";

fn in_body(path: &'static [Step], found: Option<&Scalar>) -> Result<Option<String>, PagingMismatch> {
    match found {
        None | Some(Scalar::Null | Scalar::Bool(false)) => Ok(None),
        Some(Scalar::Text(text)) => Ok(Some(text.clone())),
        Some(other) => Err(PagingMismatch::at("next_url_path", path, Some(other), EXPECTED)),
    }
}

/// The link of a page to the next one.
pub(super) fn resolve(page: &Url, target: &str) -> Result<Url> {
    follow(page, target).map_err(|why| {
        Error::new(ErrorKind::Transport, format!("the link to the next page was not followed: {why}"))
            .quoting(&why)
            .with_help("if the API is right to send this link, use another paginator")
    })
}
