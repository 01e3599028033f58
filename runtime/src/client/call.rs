//! The request for one page, its response, and how the declaration classifies that.

use std::time::Duration;

use bytes::Bytes;
use reqwest::header::HeaderMap;
use reqwest::{Method, StatusCode, Url};
use serde_json::Value;

use crate::auth::Auth;
use crate::auth::credentials::ResourceSecrets;
use crate::declare::resource::{Action, On, ResponseAction};
use crate::http::retry_policy::RetryPolicy;
use crate::json::lookup;
use crate::json::path::{Path, Step};
use crate::params::body::Payload;

/// A request for one page.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) resource: &'static str,
    /// The page's number, as the paginator counts.
    pub(crate) page: u64,
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) named_by: NamedBy,
    /// The body of a POST, and of a GET that is declared with one.
    pub(crate) body: Option<Payload>,
    pub(crate) headers: HeaderMap,
    /// The `Accept` header, where none is declared.
    pub(crate) accept: &'static str,
    /// What stands before the JSON of a body.
    pub(crate) body_prefix: Option<&'static str>,
    pub(crate) actions: &'static [ResponseAction],
    pub(crate) auth: Auth,
    pub(crate) secrets: ResourceSecrets,
    pub(crate) retry: RetryPolicy,
    pub(crate) timeout: Duration,
}

/// What names the URL of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NamedBy {
    Declaration,
    /// The link of the page before.
    Link,
    /// A value that this path begins with.
    Value(&'static str),
}

/// The response to it, not decoded yet.
#[derive(Debug)]
pub(crate) struct PageResponse {
    /// The page's number, as the paginator counts.
    pub(crate) page: u64,
    /// The requested URL, without credentials.
    pub(crate) requested: String,
    /// Where the response came from after redirects, without credentials.
    pub(crate) url: Url,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// Whether `response_actions` ignores it: then it holds no rows.
    pub(crate) ignored: bool,
}

impl Call {
    /// A body without what the API puts before its JSON.
    pub(super) fn unprefixed(&self, body: Bytes) -> Bytes {
        let rest = self.body_prefix.and_then(|prefix| body.trim_ascii_start().strip_prefix(prefix.trim().as_bytes()));
        match rest {
            Some(rest) => body.slice_ref(rest),
            None => body,
        }
    }

    /// The first declared action that matches a response, and the value in its body that it matches by.
    ///
    /// Of a rate limit, a 403 alone says nothing: it means that the API refuses the resource.
    pub(super) fn action(&self, status: StatusCode, body: &[u8], limited: bool) -> Option<(Action, Option<String>)> {
        let code = status.as_u16();
        self.actions.iter().find_map(|ResponseAction { on, action }| {
            let matches = match *on {
                On::Status(declared) => declared == code && !(limited && status == StatusCode::FORBIDDEN),
                On::StatusText(declared, "") => declared == code && body.trim_ascii().is_empty(),
                On::Text(text) => String::from_utf8_lossy(body).contains(text),
                On::StatusText(declared, text) => declared == code && String::from_utf8_lossy(body).contains(text),
                On::Body(path, expected) => {
                    let found = value_matching(body, path, expected)?;
                    return Some((*action, Some(format!("`{}` is {found}", Path(path)))));
                }
            };
            matches.then_some((*action, None))
        })
    }
}

/// The value at a path, if it is the expected one, or, where none is expected, any that is not empty.
fn value_matching(body: &[u8], path: &[Step], expected: Option<&str>) -> Option<String> {
    let text = lookup::value_at(body, path)?.get();
    let value: Value = serde_json::from_str(text).ok()?;
    let matches = match (expected, &value) {
        (Some(expected), Value::String(value)) => value == expected,
        (Some(expected), _) => text == expected,
        (None, Value::Null | Value::Bool(false)) => false,
        (None, Value::String(value)) => !value.is_empty(),
        (None, Value::Array(items)) => !items.is_empty(),
        (None, Value::Object(members)) => !members.is_empty(),
        (None, _) => true,
    };
    matches.then(|| text.to_owned())
}
