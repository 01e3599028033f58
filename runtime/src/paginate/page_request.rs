//! The request for a page, as a pager makes it.

use std::borrow::Cow;

use reqwest::Url;
use reqwest::header::{
    ACCEPT_ENCODING, AUTHORIZATION, CONNECTION, CONTENT_LENGTH, COOKIE, HOST, HeaderMap, HeaderName, HeaderValue,
    PROXY_AUTHORIZATION, TRANSFER_ENCODING, UPGRADE,
};
use serde_json::Value;

use crate::error::{Error, ErrorKind, Result};
use crate::json::path::{BodyPath, Step, body_path};

/// Headers that hold credentials.
const CREDENTIALS: [HeaderName; 3] = [AUTHORIZATION, PROXY_AUTHORIZATION, COOKIE];

/// Headers that the client writes itself.
const OWN: [HeaderName; 6] = [HOST, CONTENT_LENGTH, TRANSFER_ENCODING, CONNECTION, UPGRADE, ACCEPT_ENCODING];

/// The request for a page.
#[derive(Debug, Clone, PartialEq)]
pub struct PageRequest {
    /// The page's number, for people.
    pub number: u64,
    /// The whole URL, where the API has given it.
    pub url: Option<Url>,
    /// Whether the parameters that such a URL lacks are added to it.
    pub resend: bool,
    /// The paginator's query parameters.
    pub query: Vec<(Cow<'static, str>, String)>,
    /// The paginator's values in a JSON body, each at its keys.
    pub body: Vec<(BodyPath, Value)>,
    /// The paginator's headers, instead of declared ones of their names. None of them holds a credential.
    pub headers: HeaderMap,
}

impl PageRequest {
    pub(super) fn new(number: u64) -> Self {
        Self { number, url: None, resend: false, query: Vec::new(), body: Vec::new(), headers: HeaderMap::new() }
    }

    /// Adds a value to the body, if it has a path there, else to the query.
    pub(super) fn send(&mut self, param: &'static str, path: Option<&'static [Step]>, value: impl Into<Value>) {
        match (path, value.into()) {
            (Some(path), value) => self.body.push((body_path(path), value)),
            (None, Value::String(text)) => self.query.push((param.into(), text)),
            (None, value) => self.query.push((param.into(), value.to_string())),
        }
    }

    /// Sets a header.
    ///
    /// # Errors
    /// `Config` for a name that paginators cannot set, `Decode` for a value that no header can carry: it comes from the API.
    pub(super) fn set_header(&mut self, name: &str, value: &str) -> Result<()> {
        let refuse = |why: &str, help: &str| {
            let message = format!("the header `{name}` of the next page cannot be sent: {why}");
            Error::new(ErrorKind::Config, message).with_help(help)
        };
        let header = HeaderName::try_from(name)
            .map_err(|_| refuse("this is not a valid name", "use the name that the API documents"))?;
        if CREDENTIALS.contains(&header) {
            return Err(refuse("it holds credentials", "declare credentials by `auth = …`"));
        }
        if OWN.contains(&header) {
            return Err(refuse("the client sets it itself", "leave it out"));
        }
        let value = HeaderValue::try_from(value).map_err(|_| {
            let value = format!("{value:?}");
            let message = format!("the next page needs the header `{name}` with a value that cannot be sent: {value}");
            Error::new(ErrorKind::Decode, message)
                .quoting(&value)
                .with_help("a header holds no line breaks and no other control characters")
        })?;
        self.headers.insert(header, value);
        Ok(())
    }
}
