//! Redirects: the allowed targets, and what is sent there.

use reqwest::header::LOCATION;
use reqwest::{Response, StatusCode, Url};

use crate::error::{Error, ErrorKind, Result};
use crate::params::body::Payload;
use crate::text::url::without_userinfo;

/// A request on its way through redirects.
pub(crate) struct Hop {
    pub(crate) url: Url,
    pub(crate) body: Option<Payload>,
}

impl Hop {
    /// The redirected request (RFC 9110, section 15.4): within HTTP, never from https to http. A POST is posted again
    /// where the method must be kept, and becomes a GET otherwise.
    pub(crate) fn redirected(self, status: StatusCode, target: &str) -> Result<Self> {
        let refuse = |why: String| {
            Error::new(ErrorKind::Transport, format!("the redirect was not followed: {why}"))
                .with_help("check the base URL and the path")
        };
        let url = self.url.join(target).map_err(|error| refuse(format!("its target is not a URL: {error}")))?;
        let keeps = matches!(status, StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT);
        match (self.url.scheme(), url.scheme()) {
            ("https", "http") => Err(refuse("it goes from https to http".to_owned())),
            (_, "http" | "https") => Ok(Self { url: without_userinfo(url), body: self.body.filter(|_| keeps) }),
            (_, other) => Err(refuse(format!("its scheme is `{other}`"))),
        }
    }
}

/// The target, if the response is a redirect.
pub(crate) fn location(response: &Response) -> Option<&str> {
    let redirects = matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308);
    response.headers().get(LOCATION).filter(|_| redirects)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_stays_within_http_and_never_leaves_tls() {
        for (from, target, expected) in [
            ("https://a.example/x?y=1", "/z", Ok("https://a.example/z")),
            ("https://a.example/x", "//b.example/z", Ok("https://b.example/z")),
            ("https://a.example/x", "https://u:p@b.example/z", Ok("https://b.example/z")),
            ("http://a.example/x", "https://a.example/x", Ok("https://a.example/x")),
            ("https://a.example/x", "http://a.example/x", Err("from https to http")),
            ("http://a.example/x", "file:///etc/passwd", Err("its scheme is `file`")),
            ("http://a.example/x", "javascript:alert(1)", Err("its scheme is `javascript`")),
            ("http://a.example/x", "http://", Err("not a URL")),
        ] {
            let url = Url::parse(from).unwrap_or_else(|_| unreachable!());
            let hop = Hop { url, body: None }.redirected(StatusCode::FOUND, target);
            match (hop, expected) {
                (Ok(hop), Ok(expected)) => assert_eq!(hop.url.as_str(), expected),
                (Err(error), Err(expected)) => assert!(error.to_string().contains(expected), "{error}"),
                (hop, _) => panic!("{target}: {:?}", hop.map(|hop| hop.url)),
            }
        }
    }
}
