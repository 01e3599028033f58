//! A response that is not a success, or that the declaration says is none: the error it becomes.

use reqwest::StatusCode;

use super::call::Call;
use crate::auth::credentials::Credentials;
use crate::error::{Error, ErrorKind};
use crate::http::attempt_error::{AttemptError, PROXY_HELP, excerpt};
use crate::http::server_limits::{Quota, retry_after_in_body};

pub(super) struct RejectedResponse<'a> {
    pub(super) status: StatusCode,
    pub(super) body: &'a [u8],
    /// The value in the body that a declared action matches by.
    pub(super) reason: Option<String>,
    pub(super) quota: Quota,
    /// Whether the server had too many requests.
    pub(super) limited: bool,
}

impl RejectedResponse<'_> {
    /// `proxy` is the one that requests go through.
    pub(super) fn into_error(self, call: &Call, credentials: &Credentials, proxy: Option<&str>) -> AttemptError {
        let Self { status, body, reason, quota, limited } = self;
        let because = reason.map(|reason| format!(", and {}", excerpt(&credentials.redact(&reason))));
        let because = because.unwrap_or_default();
        let text = excerpt(&credentials.redact(&String::from_utf8_lossy(body)));
        let details = if text.is_empty() { because } else { format!("{because}: {text}") };
        let kind = match status {
            _ if limited => ErrorKind::RateLimited,
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::PROXY_AUTHENTICATION_REQUIRED => {
                ErrorKind::Unauthorized
            }
            StatusCode::TOO_MANY_REQUESTS => ErrorKind::RateLimited,
            _ => ErrorKind::Status,
        };
        let help = match kind {
            ErrorKind::Unauthorized if status == StatusCode::PROXY_AUTHENTICATION_REQUIRED => PROXY_HELP.to_owned(),
            ErrorKind::Unauthorized => credentials.describe(call.auth),
            ErrorKind::RateLimited => {
                "declare `rate_limit`, lower `concurrency`, or raise `max_retries` and `backoff_factor` in the declaration"
                    .to_owned()
            }
            _ => status_help(status).to_owned(),
        };
        let sender = match proxy.filter(|_| status == StatusCode::PROXY_AUTHENTICATION_REQUIRED) {
            Some(proxy) => format!("the proxy {proxy}"),
            None => "the server".to_owned(),
        };
        let error = Error::new(kind, format!("{sender} responded with {status}{details}"))
            .with_status(status.as_u16())
            .with_help(help);
        let retry_after = quota.pause().max(retry_after_in_body(body));
        let listed = |status: StatusCode| call.retry.statuses.contains(&status.as_u16());
        let retry = listed(status) || (limited && listed(StatusCode::TOO_MANY_REQUESTS));
        AttemptError { retry, retry_after, limited, ..AttemptError::fatal(error) }
    }
}

fn status_help(status: StatusCode) -> &'static str {
    if status == StatusCode::NOT_FOUND {
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
