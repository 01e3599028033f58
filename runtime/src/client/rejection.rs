//! A response that is not a success, or that the declaration says is none: the error it becomes.

use std::time::SystemTime;

use reqwest::StatusCode;

use super::call::{Call, NamedBy};
use crate::auth::credentials::Credentials;
use crate::declare::resource::Action;
use crate::error::{Error, ErrorKind};
use crate::http::attempt_error::{AttemptError, PROXY_HELP, excerpt};
use crate::http::redirect::Hop;
use crate::http::server_limits::{Quota, retry_after_in_body};
use crate::text::url::display_url;

pub(super) struct RejectedResponse<'a> {
    pub(super) status: StatusCode,
    pub(super) body: &'a [u8],
    /// The declared action, and the value in the body that it matches by.
    pub(super) action: Option<(Action, Option<String>)>,
    pub(super) quota: &'a Quota,
    /// Whether the server had too many requests.
    pub(super) limited: bool,
    /// The request that it answers.
    pub(super) hop: &'a Hop,
    /// Whether that was sent with credentials that had been renewed for it.
    pub(super) renewed: bool,
}

impl RejectedResponse<'_> {
    /// `proxy` is the one that requests go through.
    pub(super) fn into_error(self, call: &Call, credentials: &Credentials, proxy: Option<&str>) -> AttemptError {
        let Self { status, body, action, quota, limited, hop, renewed } = self;
        let (action, reason) = action.map_or((None, None), |(action, reason)| (Some(action), reason));
        let because = reason.map(|reason| format!(", and {}", excerpt(&credentials.redact(&reason))));
        let because = because.unwrap_or_default();
        let text = excerpt(&credentials.redact(&String::from_utf8_lossy(body)));
        let details = if text.is_empty() { because } else { format!("{because}: {text}") };
        let kind = match status {
            _ if limited => ErrorKind::RateLimited,
            _ if action == Some(Action::Renew) => ErrorKind::Unauthorized,
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::PROXY_AUTHENTICATION_REQUIRED => {
                ErrorKind::Unauthorized
            }
            StatusCode::TOO_MANY_REQUESTS => ErrorKind::RateLimited,
            _ => ErrorKind::Status,
        };
        let help = match kind {
            ErrorKind::Unauthorized if status == StatusCode::PROXY_AUTHENTICATION_REQUIRED => PROXY_HELP.to_owned(),
            ErrorKind::Unauthorized => credentials.describe(call.auth, renewed),
            ErrorKind::RateLimited => {
                "declare `rate_limit`, lower `concurrency`, or raise `max_retries` and `backoff_factor` in the declaration"
                    .to_owned()
            }
            _ if action == Some(Action::Retry) && status.is_success() => {
                "the API was not ready in time: raise `max_retries` or `backoff_factor` in `retry(…)`".to_owned()
            }
            _ => status_help(status, call, hop).to_owned(),
        };
        let sender = match proxy.filter(|_| status == StatusCode::PROXY_AUTHENTICATION_REQUIRED) {
            Some(proxy) => format!("the proxy {proxy}"),
            None => "the server".to_owned(),
        };
        let mut error = Error::new(kind, format!("{sender} responded with {status}{details}"));
        if hop.is_redirected {
            error = error
                .appending(&format!("it had redirected the request to {}", credentials.redact(&display_url(&hop.url))));
        } else if status.is_client_error() {
            error = match call.named_by {
                NamedBy::Declaration => error,
                NamedBy::Link => error.appending("the URL is the link of the page before"),
                NamedBy::Value(path) => error.appending(&format!("the URL is the value of the path `{path}`")),
            };
        }
        if let Some(value) = &quota.unreadable {
            error = error.appending(&format!("its `Retry-After` is not a time: {:?}", credentials.redact(value)));
        }
        let error = error.with_status(status.as_u16()).with_help(help);
        let retry_after = quota.pause().max(retry_after_in_body(body, SystemTime::now()));
        let listed = |status: StatusCode| call.retry.statuses.contains(&status.as_u16());
        let retry = listed(status) || (limited && listed(StatusCode::TOO_MANY_REQUESTS));
        AttemptError { retry, retry_after, limited, ..AttemptError::fatal(error) }
    }
}

fn status_help(status: StatusCode, call: &Call, hop: &Hop) -> &'static str {
    if status.is_client_error() && hop.is_redirected {
        "the declaration does not name this URL, the server's `Location` does: check the base URL and `path`, or declare where the API has moved to"
    } else if status.is_client_error() && matches!(call.named_by, NamedBy::Value(_)) {
        "the declaration does not name this URL, a value does: check the field or the param that `path` begins with; credentials go only to the API's origin and those in `trust`"
    } else if status.is_client_error() && call.named_by == NamedBy::Link {
        "the declaration does not name this URL, the API does: check that the paginator's option names the link to the next page, or page by number or cursor"
    } else if status == StatusCode::NOT_FOUND {
        "check `path` in the declaration, and the base URL"
    } else if status.is_server_error() {
        "the fault is the server's: try again later"
    } else if status.is_client_error() {
        "check the path, the params and the paginator's options in the declaration"
    } else if status.is_success() {
        "`response_actions` in the declaration declares this response an error"
    } else {
        "check the base URL and the path"
    }
}
