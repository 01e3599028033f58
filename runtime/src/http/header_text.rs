//! The values of response headers as text. Servers send bytes beyond ASCII, of which RFC 9110, section 5.5, says nothing
//! but that they are opaque: a value is read where they have a meaning, and is never taken for absent where they have none.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, CONTROLS, percent_encode};
use reqwest::header::{HeaderMap, HeaderValue};

use crate::error::{Error, ErrorKind, Result};
use crate::printable::clip;

/// What no header holds as it is: tabs are white space there (RFC 9110, section 5.6.3).
const NO_TEXT: &AsciiSet = &CONTROLS.remove(b'\t');

/// A value that holds URLs: bytes beyond ASCII are percent-encoded, as URLs have them (RFC 3986, section 2.5).
pub(crate) fn url_text(value: &HeaderValue) -> Cow<'_, str> {
    percent_encode(value.as_bytes(), NO_TEXT).into()
}

/// A number, a date, a list of words: a byte that is not UTF-8 belongs to none of them.
pub(crate) fn lossy_text(value: &HeaderValue) -> Cow<'_, str> {
    String::from_utf8_lossy(value.as_bytes())
}

/// The first header of this name that is not empty, without white space around it, for a value that is sent back as it is.
///
/// # Errors
/// Names the header, if its value is not UTF-8.
pub(crate) fn exact_text<'h>(headers: &'h HeaderMap, name: &str) -> Result<Option<&'h str>> {
    let mut values = headers.get_all(name).iter();
    let filled = values.find(|value| !value.as_bytes().trim_ascii().is_empty());
    let Some(value) = filled.or_else(|| headers.get(name)) else { return Ok(None) };
    if let Ok(text) = str::from_utf8(value.as_bytes()) {
        return Ok(Some(text.trim()));
    }
    let shown = clip(&lossy_text(value), 80);
    let message = format!("the response header `{name}` cannot be read: it is not UTF-8: {shown:?}");
    Err(Error::new(ErrorKind::Decode, message)
        .quoting(&format!("{shown:?}"))
        .with_help("the API must send it in ASCII or UTF-8; without it, another page cannot be requested"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(bytes: &[u8]) -> HeaderValue {
        HeaderValue::from_bytes(bytes).expect("a header holds such bytes")
    }

    #[test]
    fn bytes_beyond_ascii_are_encoded_replaced_or_refused() {
        for (bytes, url, lossy, exact) in [
            (b" /a?q=1 ".as_slice(), " /a?q=1 ", " /a?q=1 ", Some("/a?q=1")),
            ("/ü".as_bytes(), "/%C3%BC", "/ü", Some("/ü")),
            (b"/\xFC", "/%FC", "/\u{fffd}", None),
        ] {
            let value = value(bytes);
            assert_eq!((&*url_text(&value), &*lossy_text(&value)), (url, lossy));
            let headers = HeaderMap::from_iter([(reqwest::header::LINK, value)]);
            assert_eq!(exact_text(&headers, "Link").ok(), exact.map(Some), "{bytes:?}");
            assert_eq!(exact_text(&headers, "X").ok(), Some(None));
        }
        let mut headers = HeaderMap::from_iter([(reqwest::header::ETAG, value(b" "))]);
        assert_eq!(exact_text(&headers, "etag").ok(), Some(Some("")));
        headers.append(reqwest::header::ETAG, value(b"a"));
        assert_eq!(exact_text(&headers, "etag").ok(), Some(Some("a")));
    }
}
