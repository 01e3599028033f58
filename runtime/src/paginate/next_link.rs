//! Pages by link: each page holds the URL of the next, in a header or in its body.

use reqwest::Url;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    EndReason, PageRequest, Pager, PagerOptions, Paginator, PagingMismatch, Prefetched, Probes, ResponseView,
    SeenPlaces, link, loop_error, saved,
};
use crate::error::{Error, ErrorKind, Result};
use crate::json::path::Step;
use crate::json::scalar::Scalar;
use crate::text::url::{display_url, without_userinfo};

/// `paginator = header_link(…)`: the options and their defaults.
#[derive(Debug, Clone, Copy)]
pub struct HeaderLink {
    /// The relation of the link to the next page.
    pub links_next_key: &'static str,
    /// The query parameter that takes the number of rows per page, in the first request.
    pub limit_param: Option<&'static str>,
    /// Rows per page.
    pub limit: Option<u32>,
}

impl HeaderLink {
    /// What holds where the declaration says nothing.
    pub const DEFAULT: Self = Self { links_next_key: "next", limit_param: None, limit: None };
}

impl Paginator for HeaderLink {
    fn pager(&self, start: PagerOptions<'_>) -> Result<Box<dyn Pager>> {
        let limit = super::limit(start, self.limit_param, self.limit)?;
        LinkPager::start(LinkPlace::Header(self.links_next_key), limit, start)
    }

    fn mismatches(&self, page: &ResponseView<'_>) -> Vec<PagingMismatch> {
        let is_absent = page.rows > 0 && link::target(page.headers, self.links_next_key).is_none();
        let expected = format!("a link with the relation `{}`", self.links_next_key);
        let absent = || PagingMismatch::header("links_next_key", "Link", None, &expected);
        is_absent.then(|| absent().unless(page.is_full(self.limit))).into_iter().collect()
    }
}

/// `paginator = json_link(…)`: the options and their defaults.
#[derive(Debug, Clone, Copy)]
pub struct JsonLink {
    /// Where the body holds the URL of the next page: absolute, relative, or a query alone.
    pub next_url_path: &'static [Step],
    /// The query parameter that takes the number of rows per page, in the first request.
    pub limit_param: Option<&'static str>,
    /// Rows per page.
    pub limit: Option<u32>,
}

impl JsonLink {
    /// What holds where the declaration says nothing.
    pub const DEFAULT: Self = Self { next_url_path: &[Step::Key("next")], limit_param: None, limit: None };
}

impl Paginator for JsonLink {
    fn probes(&self) -> Vec<&'static [Step]> {
        vec![self.next_url_path]
    }

    fn pager(&self, start: PagerOptions<'_>) -> Result<Box<dyn Pager>> {
        let limit = super::limit(start, self.limit_param, self.limit)?;
        LinkPager::start(LinkPlace::Body(self.next_url_path), limit, start)
    }

    fn mismatches(&self, page: &ResponseView<'_>) -> Vec<PagingMismatch> {
        let found = Probes::new(page).at(Some(self.next_url_path)).and_then(|(_, found)| found);
        let unusable = match in_body(self.next_url_path, found) {
            Err(unusable) => Some(unusable),
            // Null says that there is no next page; nothing at all may also be the wrong path.
            Ok(None) if found.is_none() && page.rows > 0 => {
                let absent = PagingMismatch::at("next_url_path", self.next_url_path, None, EXPECTED);
                Some(absent.unless(page.is_full(self.limit)))
            }
            Ok(_) => None,
        };
        unusable.into_iter().collect()
    }
}

/// `paginator = auto`: a `Link` header, else a well-known field with a URL in it, else one page.
#[derive(Debug, Clone, Copy)]
pub struct Auto;

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

impl Paginator for Auto {
    fn probes(&self) -> Vec<&'static [Step]> {
        WELL_KNOWN.to_vec()
    }

    fn pager(&self, start: PagerOptions<'_>) -> Result<Box<dyn Pager>> {
        let limit = super::limit(start, None, None)?;
        LinkPager::start(LinkPlace::Anywhere, limit, start)
    }
}

/// Where the link stands.
#[derive(Clone, Copy)]
enum LinkPlace {
    Header(&'static str),
    Body(&'static [Step]),
    Anywhere,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct LinkPosition {
    /// Pages seen.
    seen: u64,
    /// The next page.
    next: Option<Url>,
}

struct LinkPager {
    options: LinkPlace,
    limit: Option<(&'static str, u32)>,
    progress: LinkPosition,
    /// Whether the next page has been asked for.
    asked: bool,
    visited: SeenPlaces,
    end: Option<EndReason>,
}

impl LinkPager {
    fn start(
        options: LinkPlace,
        limit: Option<(&'static str, u32)>,
        start: PagerOptions<'_>,
    ) -> Result<Box<dyn Pager>> {
        let progress: LinkPosition = super::position(start, "a link")?;
        let end = (progress.seen > 0 && progress.next.is_none()).then_some(EndReason::NoMore);
        Ok(Box::new(Self { options, limit, progress, asked: false, visited: SeenPlaces::default(), end }))
    }
}

impl Pager for LinkPager {
    fn next(&mut self) -> Option<PageRequest> {
        if self.end.is_some() || std::mem::replace(&mut self.asked, true) {
            return None;
        }
        let mut ask = PageRequest { url: self.progress.next.clone(), ..PageRequest::new(self.progress.seen + 1) };
        // The links hold all that the first request said.
        if let (None, Some((param, limit))) = (&ask.url, self.limit) {
            ask.send(param, None, limit);
        }
        Some(ask)
    }

    fn observe(&mut self, page: &ResponseView<'_>) -> Result<Prefetched> {
        let target = match self.options {
            LinkPlace::Header(relation) => link::target(page.headers, relation),
            LinkPlace::Body(path) => in_body(path, Probes::new(page).at(Some(path)).and_then(|(_, found)| found))?,
            LinkPlace::Anywhere => link::target(page.headers, "next").or_else(|| {
                let texts = page.found.iter().flatten().filter_map(|found| match found {
                    Scalar::Text(text) => Some(text),
                    _ => None,
                });
                // A text that is no URL is a cursor, and nothing says how to send it.
                texts.into_iter().find(|text| text.starts_with(['/', '?']) || text.starts_with("http")).cloned()
            }),
        };
        let target = target.filter(|target| !target.is_empty());
        let next = target.map(|target| resolve(page.url, &target)).transpose()?;
        self.visited.insert(page.url);
        if let Some(next) = &next
            && !self.visited.insert(next)
        {
            return Err(loop_error("the link to the next page"));
        }
        self.progress.seen += 1;
        self.end = match (&next, self.options) {
            (None, LinkPlace::Anywhere) if self.progress.seen == 1 => Some(EndReason::SinglePage),
            (None, _) => Some(EndReason::NoMore),
            (Some(_), _) => None,
        };
        self.progress.next = next;
        self.asked = false;
        Ok(Prefetched::Keep)
    }

    fn is_chained(&self) -> bool {
        true
    }

    fn end(&self) -> Option<EndReason> {
        self.end
    }

    fn strip_credentials(&mut self, credentials: &dyn Fn(&mut Url)) {
        if let Some(next) = &mut self.progress.next {
            credentials(next);
        }
    }

    /// None for a link that holds a credential of another kind: it is not written down.
    fn position(&self) -> Result<Option<Value>> {
        let clean = self.progress.next.as_ref().is_none_or(|next| display_url(next) == next.as_str());
        if clean { saved(&self.progress) } else { Ok(None) }
    }
}

const EXPECTED: &str = "a URL as text";

fn in_body(path: &'static [Step], found: Option<&Scalar>) -> Result<Option<String>, PagingMismatch> {
    match found {
        None | Some(Scalar::Null | Scalar::Bool(false)) => Ok(None),
        Some(Scalar::Text(text)) => Ok(Some(text.clone())),
        Some(other) => Err(PagingMismatch::at("next_url_path", path, Some(other), EXPECTED)),
    }
}

/// The link of a page, which may be relative to it (RFC 3986, section 5). One that leads out of HTTP, or from https to
/// http, is refused.
pub(super) fn resolve(page: &Url, target: &str) -> Result<Url> {
    let refuse = |why: String| {
        Error::new(ErrorKind::Transport, format!("the link to the next page was not followed: {why}"))
            .with_help("if the API is right to send this link, read the pages with another paginator")
    };
    let next = page.join(target).map_err(|error| refuse(format!("it is no URL: {error}")))?;
    match (page.scheme(), next.scheme()) {
        ("https", "http") => Err(refuse("it leads from https to http".to_owned())),
        (_, "http" | "https") => Ok(without_userinfo(next)),
        (_, other) => Err(refuse(format!("its scheme is `{other}`"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_stays_within_http_and_never_leaves_tls() {
        for (page, target, expected) in [
            ("https://a.example/x?page=1", "?page=2", Ok("https://a.example/x?page=2")),
            ("https://a.example/x", "https://b.example/y", Ok("https://b.example/y")),
            ("https://a.example/x", "https://u:p@b.example/y", Ok("https://b.example/y")),
            ("http://a.example/x", "https://a.example/y", Ok("https://a.example/y")),
            ("https://a.example/x", "http://a.example/y", Err("from https to http")),
            ("http://a.example/x", "file:///etc/passwd", Err("its scheme is `file`")),
            ("http://a.example/x", "http://[", Err("no URL")),
        ] {
            let page = Url::parse(page).unwrap_or_else(|_| unreachable!());
            match (resolve(&page, target), expected) {
                (Ok(next), Ok(expected)) => assert_eq!(next.as_str(), expected),
                (Err(error), Err(expected)) => assert!(error.to_string().contains(expected), "{error}"),
                (next, _) => panic!("{target}: {next:?}"),
            }
        }
    }
}
