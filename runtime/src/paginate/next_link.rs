//! Pages by link: each page holds the URL of the next, in a header or in its body.

use reqwest::Url;
use serde::Serialize;
use serde_json::Value;

use super::chain::{Chain, Continuation, Repeated, chained};
use super::pager::Sealed;
use super::size::{PageSize, SizeOptions};
use super::stop::{MissingFlag, StopOptions};
use super::{
    EndReason, PageRequest, Pager, PagerOptions, Paginator, PagingMismatch, Prefetched, Probes, ResponseView, link,
};
use crate::error::{Error, ErrorKind, Result};
use crate::json::path::Step;
use crate::json::scalar::Scalar;
use crate::text::url::{display_url, follow, page_url};

/// `paginator = header_link(…)`: the options and their defaults.
///
/// Only the macro makes it: releases add options, which are no breaking change.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(tag = "paginator")]
pub struct HeaderLink {
    /// The relation of the link to the next page.
    pub links_next_key: &'static str,
    /// The attribute of that link, and its value, that say that there is no next page.
    pub end_attribute: Option<(&'static str, &'static str)>,
    /// The query parameter that takes the number of rows per page, in the first request.
    pub limit_param: Option<&'static str>,
    /// Where in a JSON body the number of rows per page goes, instead of the query.
    pub limit_body_path: Option<&'static [Step]>,
    /// Rows per page.
    pub limit: Option<u32>,
    /// Whether a link that lacks the params of the first request is sent them.
    #[serde(skip_serializing_if = "is_link_whole")]
    pub resend_params: bool,
    /// Where the body says whether there is another page.
    pub has_more_path: Option<&'static [Step]>,
    /// Where the body says whether this is the last page.
    pub is_last_path: Option<&'static [Step]>,
    /// What it means that a page lacks its flag.
    #[serde(skip_serializing_if = "MissingFlag::is_default")]
    pub missing_flag: MissingFlag,
    /// What a link means that was seen before.
    pub repeated: Repeated,
    /// Whether a page without rows is the last one, also when it names another.
    pub stop_after_empty_page: bool,
    /// Whether a page with fewer rows than `limit` is the last one.
    pub stop_after_short_page: bool,
    #[doc(hidden)]
    #[serde(skip)]
    pub __non_exhaustive: (),
}

impl HeaderLink {
    /// The defaults.
    pub const DEFAULT: Self = Self {
        links_next_key: "next",
        end_attribute: None,
        limit_param: None,
        limit_body_path: None,
        limit: None,
        resend_params: false,
        has_more_path: None,
        is_last_path: None,
        missing_flag: MissingFlag::Error,
        repeated: Repeated::Error,
        stop_after_empty_page: false,
        stop_after_short_page: false,
        __non_exhaustive: (),
    };
}

chained!(HeaderLink);

impl Sealed for HeaderLink {}

impl Paginator for HeaderLink {
    fn probes(&self) -> Vec<&'static [Step]> {
        self.stop().probes().collect()
    }

    fn pager(&self, options: PagerOptions<'_>) -> Result<Box<dyn Pager>> {
        let source = LinkSource::Header { relation: self.links_next_key, end_attribute: self.end_attribute };
        LinkPager::boxed(source, options, self.size(), self.resend_params, self.stop(), self.repeated)
    }

    fn mismatches(&self, page: &ResponseView<'_>) -> Vec<PagingMismatch> {
        let more = self.stop().checked(&mut Probes::new(page), page);
        let is_there = Ok(matches!(link::target(page.headers, self.links_next_key), Ok(Some(_))));
        let absent = no_link(self.links_next_key);
        Continuation { is_there, absent }.mismatches(more, page, self.limit)
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
    /// Where the body holds the URL that such links are below, instead of the page's own.
    pub base_path: Option<&'static [Step]>,
    /// The query parameter that takes the number of rows per page, in the first request.
    pub limit_param: Option<&'static str>,
    /// Where in a JSON body the number of rows per page goes, instead of the query.
    pub limit_body_path: Option<&'static [Step]>,
    /// Rows per page.
    pub limit: Option<u32>,
    /// Whether a link that lacks the params of the first request is sent them.
    #[serde(skip_serializing_if = "is_link_whole")]
    pub resend_params: bool,
    /// Where the body says whether there is another page.
    pub has_more_path: Option<&'static [Step]>,
    /// Where the body says whether this is the last page.
    pub is_last_path: Option<&'static [Step]>,
    /// What it means that a page lacks its flag.
    #[serde(skip_serializing_if = "MissingFlag::is_default")]
    pub missing_flag: MissingFlag,
    /// What a link means that was seen before.
    pub repeated: Repeated,
    /// Whether a page without rows is the last one, also when it names another.
    pub stop_after_empty_page: bool,
    /// Whether a page with fewer rows than `limit` is the last one.
    pub stop_after_short_page: bool,
    #[doc(hidden)]
    #[serde(skip)]
    pub __non_exhaustive: (),
}

impl JsonLink {
    /// The defaults.
    pub const DEFAULT: Self = Self {
        next_url_path: &[Step::Key("next")],
        base_path: None,
        limit_param: None,
        limit_body_path: None,
        limit: None,
        resend_params: false,
        has_more_path: None,
        is_last_path: None,
        missing_flag: MissingFlag::Error,
        repeated: Repeated::Error,
        stop_after_empty_page: false,
        stop_after_short_page: false,
        __non_exhaustive: (),
    };

    /// The link, and the URL it is below.
    fn read(&self, probes: &mut Probes<'_>) -> Result<Option<BodyLink>, PagingMismatch> {
        read(self.next_url_path, self.base_path, probes)
    }
}

chained!(JsonLink);

impl Sealed for JsonLink {}

impl Paginator for JsonLink {
    fn probes(&self) -> Vec<&'static [Step]> {
        [Some(self.next_url_path), self.base_path].into_iter().flatten().chain(self.stop().probes()).collect()
    }

    fn pager(&self, options: PagerOptions<'_>) -> Result<Box<dyn Pager>> {
        let source = LinkSource::Body { path: self.next_url_path, base: self.base_path };
        LinkPager::boxed(source, options, self.size(), self.resend_params, self.stop(), self.repeated)
    }

    fn mismatches(&self, page: &ResponseView<'_>) -> Vec<PagingMismatch> {
        let found = Probes::new(page).at(Some(self.next_url_path)).and_then(|(_, found)| found);
        let mut probes = Probes::new(page);
        let is_there = self.read(&mut probes).map(|link| link.is_some());
        let absent = PagingMismatch::at("next_url_path", self.next_url_path, found, EXPECTED);
        Continuation { is_there, absent }.mismatches(self.stop().checked(&mut probes, page), page, self.limit)
    }
}

/// Where the link is.
#[derive(Clone, Copy)]
enum LinkSource {
    Header { relation: &'static str, end_attribute: Option<(&'static str, &'static str)> },
    Body { path: &'static [Step], base: Option<&'static [Step]> },
}

impl LinkSource {
    /// The URL of the next page, and what the page lacks where it has none.
    fn next(self, probes: &mut Probes<'_>, page: &ResponseView<'_>) -> Result<Result<Url, PagingMismatch>> {
        match self {
            Self::Header { relation, end_attribute } => {
                let link = link::link(page.headers, relation)?.filter(|link| {
                    !link.target.is_empty() && end_attribute.is_none_or(|(name, value)| !link.has(name, value))
                });
                let next = link.map(|link| resolve(page.url, &link.target)).transpose()?;
                Ok(next.ok_or_else(|| no_link(relation)))
            }
            Self::Body { path, base } => {
                let link = read(path, base, probes)?;
                let next = link.map(|link| link.resolve(page.url)).transpose()?;
                Ok(next.ok_or_else(|| PagingMismatch::at("next_url_path", path, None, EXPECTED)))
            }
        }
    }
}

/// Whether links hold all params: the default, which is no part of a fingerprint.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_link_whole(resend: &bool) -> bool {
    !*resend
}

/// What a page lacks that has no link to the next one in its header.
fn no_link(relation: &str) -> PagingMismatch {
    PagingMismatch::header("links_next_key", "Link", None, &format!("a link with the relation `{relation}`"))
}

struct LinkPager {
    source: LinkSource,
    size: PageSize,
    resend: bool,
    stop: StopOptions,
    requested: bool,
    chain: Chain<Url>,
}

impl LinkPager {
    fn boxed(
        source: LinkSource,
        options: PagerOptions<'_>,
        size: SizeOptions,
        resend: bool,
        stop: StopOptions,
        repeated: Repeated,
    ) -> Result<Box<dyn Pager>> {
        let size = size.of_walk(options)?;
        let chain = Chain::resume(options, "a link", repeated)?;
        Ok(Box::new(Self { source, size, resend, stop, requested: false, chain }))
    }
}

impl Pager for LinkPager {
    fn next(&mut self) -> Option<PageRequest> {
        if self.chain.end.is_some() || std::mem::replace(&mut self.requested, true) {
            return None;
        }
        let mut request = PageRequest::new(self.chain.number());
        request.url.clone_from(&self.chain.position.next);
        request.resend = self.resend;
        // Else a link holds all parameters of the first request.
        if request.url.is_none() || self.resend {
            self.size.send(&mut request);
        } else {
            self.size.send_in_body(&mut request);
        }
        Some(request)
    }

    fn observe(&mut self, page: &ResponseView<'_>) -> Result<Prefetched> {
        let mut probes = Probes::new(page);
        let next = self.source.next(&mut probes, page)?;
        let more = self.stop.more(&mut probes, page, false)?;
        let (next, end) = self.stop.follow(next.map(Some), more, page, self.size.full())?;
        self.chain.visited.insert(page.url);
        self.chain.advance(next, end, "the link to the next page", self.stops())?;
        self.requested = false;
        Ok(Prefetched::Keep)
    }

    fn is_chained(&self) -> bool {
        true
    }

    fn end(&self) -> Option<EndReason> {
        self.chain.end
    }

    fn stops(&self) -> &'static str {
        match self.source {
            LinkSource::Header { .. } => {
                "`end_attribute`, `has_more_path`, `is_last_path`, `stop_after_empty_page` or `repeated = end`"
            }
            LinkSource::Body { .. } => "`has_more_path`, `is_last_path`, `stop_after_empty_page` or `repeated = end`",
        }
    }

    fn strip_credentials(&mut self, credentials: &dyn Fn(&mut Url)) {
        if let Some(next) = &mut self.chain.position.next {
            credentials(next);
        }
    }

    fn position(&self) -> Result<Option<Value>> {
        saved(&self.chain)
    }
}

/// The position of a chain of links. None for a link that holds a credential of another kind: it is not saved.
pub(super) fn saved(chain: &Chain<Url>) -> Result<Option<Value>> {
    let clean = chain.position.next.as_ref().is_none_or(|next| display_url(next) == next.as_str());
    if clean { chain.saved() } else { Ok(None) }
}

const EXPECTED: &str = "a URL as a string";

/// A link in a body.
struct BodyLink {
    target: String,
    base: Option<String>,
}

fn read(
    path: &'static [Step],
    base_path: Option<&'static [Step]>,
    probes: &mut Probes<'_>,
) -> Result<Option<BodyLink>, PagingMismatch> {
    let found = probes.at(Some(path)).and_then(|(_, found)| found);
    let base = probes.at(base_path);
    let target = match found {
        None | Some(Scalar::Null | Scalar::Bool(false)) => return Ok(None),
        Some(Scalar::Text(text)) if text.is_empty() => return Ok(None),
        Some(Scalar::Text(text)) => text.clone(),
        Some(other) => return Err(PagingMismatch::at("next_url_path", path, Some(other), EXPECTED)),
    };
    let base = match base {
        // A URL of its own, or a query of the same page, needs none.
        Some(_) if Url::parse(&target).is_ok() || target.starts_with(['?', '#']) || target.starts_with("//") => None,
        Some((_, Some(Scalar::Text(base)))) => Some(base.clone()),
        Some((path, found)) => return Err(PagingMismatch::at("base_path", path, found, EXPECTED)),
        None => None,
    };
    Ok(Some(BodyLink { target, base }))
}

impl BodyLink {
    /// With a base, the link is below it, also where it starts with `/`.
    fn resolve(&self, page: &Url) -> Result<Url> {
        let Some(base) = &self.base else { return resolve(page, &self.target) };
        let below = page_url(&resolve(page, base)?, &self.target, &[])?;
        resolve(page, below.as_str())
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
