//! `Page`: rows of the user's type, and what the response said besides them.

use std::fmt;

use reqwest::StatusCode;
use reqwest::header::HeaderMap;

use super::page::{PageMeta, ResponseHead, UntypedPage};
use crate::auth::credentials::Credentials;
use crate::declare::resource::Resource;
use crate::decode::{BadRow, PageRows};
use crate::error::{Error, ErrorKind, Result};
use crate::http::header_text::lossy_text;
use crate::printable::printable;
use crate::text::redact::REDACTED;
use crate::text::url::{display_url, is_credential};

/// A page of rows, and what its response says besides them.
///
/// ```
/// use declarest::Page;
///
/// /// What a program does with a page, and its test tests.
/// fn next_check(page: &Page<u32>) -> Option<u64> {
///     let age = page.header("Cache-Control")?.strip_prefix("max-age=")?;
///     age.parse().ok()
/// }
///
/// let page = Page::new(vec![1, 2, 3]).with_total(250).with_header("Cache-Control", "max-age=60");
/// assert_eq!(next_check(&page), Some(60));
/// let texts = page.map(|row| row.to_string());
/// assert_eq!((texts.len(), texts.total), (3, Some(250)));
/// assert_eq!(texts.into_iter().collect::<String>(), "123");
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Page<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// The page's number, as the paginator counts. Where the resource has partitions, it counts for each combination of values.
    pub number: u64,
    /// How many rows there are in all, if the API says so. Where the resource has partitions, of the page's combination of values.
    pub total: Option<u64>,
    status: Option<u16>,
    url: Option<String>,
    headers: Headers,
}

impl<T> Page<T> {
    /// A page of these rows, for tests: number 1, without a total and without a response.
    #[must_use]
    pub fn new(rows: Vec<T>) -> Self {
        Self { rows, number: 1, total: None, status: None, url: None, headers: Headers::default() }
    }

    /// With this number.
    #[must_use]
    pub fn with_number(mut self, number: u64) -> Self {
        self.number = number;
        self
    }

    /// With this number of rows in all.
    #[must_use]
    pub fn with_total(mut self, total: u64) -> Self {
        self.total = Some(total);
        self
    }

    /// With this status of the response.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }

    /// With this URL.
    #[must_use]
    pub fn with_url(mut self, url: impl Into<String>) -> Self {
        self.url = Some(url.into());
        self
    }

    /// With one more header of the response. Its name is stored in lower case, as [`headers`](Self::headers) returns it.
    #[must_use]
    pub fn with_header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push(name.into(), value.into(), false);
        self
    }

    /// How many rows it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether it holds no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The rows, by reference.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.rows.iter()
    }

    /// The same page with each row replaced by what `map` makes of it.
    #[must_use]
    pub fn map<U>(self, map: impl FnMut(T) -> U) -> Page<U> {
        let Self { rows, number, total, status, url, headers } = self;
        Page { rows: rows.into_iter().map(map).collect(), number, total, status, url, headers }
    }

    /// The status of the response: 200, or what `response_actions` ignores. `None` if nothing was requested.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.status
    }

    /// Where the response came from, after redirects, with credentials redacted. `None` if nothing was requested.
    #[must_use]
    pub fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }

    /// A header of the response, whatever the case of its name; the first of several. Bytes that are not UTF-8 are
    /// replaced by `�`.
    ///
    /// The value is what the server sent, a `Set-Cookie` too. `Debug` redacts those that hold a credential.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers().find_map(|(known, value)| known.eq_ignore_ascii_case(name).then_some(value))
    }

    /// The names, in lower case, and values of all headers of the response. Those of one name follow each other in the
    /// order of the response; bytes that are not UTF-8 are replaced by `�`.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers.0.iter().map(|Header { name, value, .. }| (name.as_str(), value.as_str()))
    }
}

impl<T> IntoIterator for Page<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    /// The rows.
    fn into_iter(self) -> Self::IntoIter {
        self.rows.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a Page<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    /// The rows, by reference.
    fn into_iter(self) -> Self::IntoIter {
        self.rows.iter()
    }
}

impl<T: Resource> Page<T> {
    /// The page of where the pager requests none: empty, with the number 0.
    pub(super) fn not_requested() -> Self {
        Self::new(Vec::new()).with_number(0)
    }

    /// Only here are headers read and the URL redacted: readers of rows alone do without.
    pub(super) fn of_response(page: UntypedPage, credentials: &Credentials) -> Result<Self> {
        let (rows, PageMeta { number, total, .. }, head) = typed_rows(page)?;
        let ResponseHead { status, url, headers } = head;
        let redact = |text: &str| credentials.redact(text);
        Ok(Self {
            rows,
            number,
            total,
            status: Some(StatusCode::as_u16(&status)),
            url: Some(redact(&display_url(&url))),
            headers: Headers::of_response(&headers, redact),
        })
    }
}

/// The rows of a page as the resource's own type.
pub(super) fn typed_rows<T: Resource>(page: UntypedPage) -> Result<(Vec<T>, PageMeta, ResponseHead)> {
    let UntypedPage { meta, head, content, .. } = page;
    log_bad_rows(T::DEF.name, meta.number, &content.bad_rows);
    let rows = match content.rows {
        PageRows::Typed(rows, _) => rows.downcast().ok(),
        PageRows::Batch(_) => None,
    };
    let Some(rows) = rows else {
        return Err(Error::internal(ErrorKind::Decode, "the rows are of another type than the request's")
            .in_resource(T::DEF.name));
    };
    Ok((*rows, meta, head))
}

pub(super) fn log_bad_rows(resource: &str, page: u64, bad_rows: &[BadRow]) {
    for BadRow { path, error, .. } in bad_rows {
        let (path, error) = (printable(path), printable(error));
        tracing::warn!(resource, page, %path, %error, "a bad row is skipped");
    }
}

/// The headers of a response.
#[derive(Clone, Default)]
struct Headers(Vec<Header>);

#[derive(Clone)]
struct Header {
    /// In lower case.
    name: String,
    value: String,
    /// Whether the value holds a credential, and is not printed.
    is_secret: bool,
}

impl Headers {
    fn of_response(map: &HeaderMap, redact: impl Fn(&str) -> String) -> Self {
        let texts = || map.iter().map(|(name, value)| (name, lossy_text(value)));
        // All at once: hardly any server repeats a credential.
        let all: String = texts().flat_map(|(_, text)| [text, "\n".into()]).collect();
        let has_secret = redact(&all) != all;
        let mut headers = Self(Vec::with_capacity(map.len()));
        for (name, text) in texts() {
            let is_secret = has_secret && redact(&text) != text;
            headers.push(name.as_str().to_owned(), text.into_owned(), is_secret);
        }
        headers
    }

    fn push(&mut self, mut name: String, value: String, is_secret: bool) {
        name.make_ascii_lowercase();
        let is_secret = is_secret || name.starts_with("set-cookie") || is_credential(&name);
        self.0.push(Header { name, value, is_secret });
    }
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |header: &Header| if header.is_secret { REDACTED.to_owned() } else { header.value.clone() };
        f.debug_map().entries(self.0.iter().map(|header| (&header.name, shown(header)))).finish()
    }
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    #[test]
    fn a_page_is_made_read_and_mapped() {
        let page = Page::new(vec![1, 2]).with_number(3).with_total(20).with_status(200);
        let page = page.with_url("https://a.example/x?p=3").with_header("ETag", "\"a\"").with_header("Link", "1");
        let page = page.with_header("link", "2").map(|row| row * 2);
        assert_eq!((page.rows.as_slice(), page.number, page.total), ([2, 4].as_slice(), 3, Some(20)));
        assert_eq!((page.status(), page.url()), (Some(200), Some("https://a.example/x?p=3")));
        assert_eq!((page.header("etag"), page.header("LINK"), page.header("lin")), (Some("\"a\""), Some("1"), None));
        let headers: Vec<_> = page.headers().collect();
        assert_eq!(headers, [("etag", "\"a\""), ("link", "1"), ("link", "2")]);
        assert_eq!((page.len(), page.is_empty(), (&page).into_iter().sum::<i32>()), (2, false, 6));
        assert_eq!(page.into_iter().rev().collect::<Vec<_>>(), [4, 2]);
        let page = Page::<u8>::new(Vec::new());
        assert_eq!((page.number, page.total, page.status(), page.url()), (1, None, None, None));
        assert!(page.is_empty() && page.headers().next().is_none());
    }

    #[test]
    fn headers_with_a_credential_are_not_printed() {
        let mut map = HeaderMap::new();
        for (name, value) in [
            ("set-cookie", "session=1"),
            ("x-next-page-token", "2"),
            ("x-api-key", "3"),
            ("x-echo", "Bearer t0k3n"),
            ("x-echo", "none"),
        ] {
            map.append(name, HeaderValue::from_static(value));
        }
        map.append("x-latin", HeaderValue::from_bytes(b"\xE9").expect("bytes may be any"));
        let headers = Headers::of_response(&map, |text| text.replace("t0k3n", REDACTED));
        assert_eq!(headers.0.len(), 6, "what is not UTF-8 is not left out");
        let mut shown: Vec<_> =
            headers.0.iter().map(|header| (header.name.as_str(), header.value.as_str(), header.is_secret)).collect();
        shown.sort_unstable();
        assert_eq!(
            shown,
            [
                ("set-cookie", "session=1", true),
                ("x-api-key", "3", true),
                ("x-echo", "Bearer t0k3n", true),
                ("x-echo", "none", false),
                ("x-latin", "\u{fffd}", false),
                ("x-next-page-token", "2", false),
            ]
        );
        let page = Page::new(vec![1]).with_header("Set-Cookie", "session=1").with_header("X-Page", "2");
        let text = format!("{page:?}");
        assert!(text.contains(r#"{"set-cookie": "***", "x-page": "2"}"#), "{text}");
    }
}
