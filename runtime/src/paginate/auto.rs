//! `paginator = auto`: links, where a page has them in a well-known place; else one page.

use reqwest::Url;
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::chain::{Chain, Repeated};
use super::next_link::{resolve, saved};
use super::pager::Sealed;
use super::sign_words::WELL_KNOWN_LINKS;
use super::signs::{Signs, is_link};
use super::size::SizeOptions;
use super::{EndReason, PageRequest, Pager, PagerOptions, Paginator, Prefetched, ResponseView, link};
use crate::error::{Error, Result};
use crate::json::path::Step;
use crate::json::scalar::Scalar;

/// `paginator = auto`: a `Link` header, else a well-known field with a URL in it, else one page.
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
    texts.find(|text| is_link(text)).map_or(in_header, |text| Ok(Some(text.clone())))
}
