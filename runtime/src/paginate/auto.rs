//! `paginator = auto`: links, where a page has them in a well-known place; else one page.

use reqwest::Url;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

use super::chain::{Chain, Repeated};
use super::next_link::{resolve, saved};
use super::pager::Sealed;
use super::sign_words::{RELATED_LINKS, WELL_KNOWN_LINKS};
use super::signs::{Signs, is_link};
use super::size::SizeOptions;
use super::{EndReason, PageRequest, Pager, PagerOptions, Paginator, Prefetched, ResponseView, link};
use crate::error::{Error, Result};
use crate::json::lookup::RawObject;
use crate::json::path::Step;
use crate::json::scalar::Scalar;

/// `paginator = auto`: a `Link` header, else a well-known field with a URL in it, else a list of links with
/// relations, else one page.
///
/// A page that shows by a total, a flag, a cursor or a page number that there are more is not the only one: the walk
/// ends in an [`Incomplete`](crate::ErrorKind::Incomplete) error, which says what to declare.
#[derive(Debug, Clone, Copy)]
pub struct Auto;

impl Serialize for Auto {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        "auto".serialize(serializer)
    }
}

impl Sealed for Auto {}

impl Paginator for Auto {
    fn probes(&self) -> Vec<&'static [Step]> {
        WELL_KNOWN_LINKS.to_vec()
    }

    fn pager(&self, options: PagerOptions<'_>) -> Result<Box<dyn Pager>> {
        SizeOptions { limit_param: None, limit_body_path: None, limit: None }.of_walk(options)?;
        let chain = Chain::resume(options, "a link", Repeated::Error)?;
        Ok(Box::new(AutoPager { requested: false, chain, unread: None }))
    }
}

struct AutoPager {
    requested: bool,
    chain: Chain<Url>,
    /// What shows that the only page is not the last.
    unread: Option<Error>,
}

impl Pager for AutoPager {
    fn next(&mut self) -> Option<PageRequest> {
        if self.chain.end.is_some() || std::mem::replace(&mut self.requested, true) {
            return None;
        }
        let mut request = PageRequest::new(self.chain.number());
        request.url.clone_from(&self.chain.position.next);
        Some(request)
    }

    fn observe(&mut self, page: &ResponseView<'_>) -> Result<Prefetched> {
        // An object that is the row itself has links of its own.
        let target = if page.is_one_row() { None } else { target(page)? };
        let next = target.map(|target| resolve(page.url, &target)).transpose()?;
        let end = match next {
            None if self.chain.position.seen > 0 => Some(EndReason::NoMore),
            None => {
                self.unread = Signs::of(page).and_then(|signs| signs.unread(page.rows));
                Some(EndReason::SinglePage)
            }
            Some(_) => None,
        };
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

    fn unread(&self, _: EndReason) -> Option<Error> {
        self.unread.clone()
    }

    fn stops(&self) -> &'static str {
        "write `paginator = json_link(…)` or `header_link(…)`, which have `stop_after_empty_page` and `repeated = end`"
    }

    fn strip_credentials(&mut self, credentials: &dyn Fn(&mut Url)) {
        if let Some(next) = &mut self.chain.position.next {
            credentials(next);
        }
    }

    /// None after a page that is not all there is: the next run has to see that, too.
    fn position(&self) -> Result<Option<Value>> {
        if self.unread.is_some() { Ok(None) } else { saved(&self.chain) }
    }
}

/// The link to the next page, in the header or in the first well-known field that has one.
fn target(page: &ResponseView<'_>) -> Result<Option<String>> {
    let in_header = link::target(page.headers, "next").map(|target| target.filter(|target| !target.is_empty()));
    if let Ok(Some(target)) = in_header {
        return Ok(Some(target));
    }
    let mut texts = page.found.iter().flatten().filter_map(|found| match found {
        Scalar::Text(text) => Some(text),
        _ => None,
    });
    // A string that is not a URL is a cursor, and nothing says how to send it.
    match texts.find(|text| is_link(text)) {
        Some(text) => Ok(Some(text.clone())),
        None => related(page).map_or(in_header, |target| Ok(Some(target))),
    }
}

/// A link with its relation, as the header `Link` has them.
#[derive(Deserialize)]
struct Related {
    #[serde(alias = "relation")]
    rel: String,
    #[serde(alias = "url")]
    href: String,
}

/// The link with the relation `next` in a list of links: `"links": [{"rel": "next", "href": "…"}]`.
fn related(page: &ResponseView<'_>) -> Option<String> {
    let holds_rows = |key: &str| matches!(page.rows_at, Some([Step::Key(step), ..]) if *step == key);
    if !page.body.trim_ascii_start().starts_with(b"{") {
        return None;
    }
    let members: RawObject<'_> = serde_json::from_slice(page.body).ok()?;
    RELATED_LINKS.iter().filter(|key| !holds_rows(key)).find_map(|key| {
        let links: Vec<&RawValue> = serde_json::from_str(members.get(*key)?.get()).ok()?;
        let mut links = links.into_iter().filter_map(|link| serde_json::from_str::<Related>(link.get()).ok());
        links.find(|link| link.rel == "next" && is_link(&link.href)).map(|link| link.href)
    })
}
