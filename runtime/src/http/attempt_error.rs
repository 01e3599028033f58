//! The error of one attempt, and whether another may help.

use std::error::Error as StdError;
use std::io;
use std::iter::successors;
use std::time::Duration;

use crate::error::{Error, ErrorKind};
use crate::printable::clip;

/// Why an attempt failed.
pub(crate) struct AttemptError {
    pub(crate) error: Error,
    /// Whether another attempt may help.
    pub(crate) retry: bool,
    /// How long the server asks to wait before it.
    pub(crate) retry_after: Option<Duration>,
    /// Whether the server had too many requests.
    pub(crate) limited: bool,
    /// The number of the credentials, if the server refused these.
    pub(crate) refused: Option<u64>,
}

impl AttemptError {
    /// An error that another attempt would not change.
    pub(crate) fn fatal(error: Error) -> Self {
        Self { error, retry: false, retry_after: None, limited: false, refused: None }
    }

    /// No response, or a truncated one.
    pub(crate) fn from_reqwest(error: reqwest::Error, timeout: Duration, redact: impl Fn(&str) -> String) -> Self {
        let error = error.without_url();
        // The root cause: the HTTP client's own text only names the step that failed.
        let why = redact(&causes(&error).last().map(ToString::to_string).unwrap_or_default());
        // Whether the certificate is the cause: a retry would see the same one.
        let is_untrusted = |cause: &(dyn StdError + 'static)| {
            matches!(cause.downcast_ref(), Some(rustls::Error::InvalidCertificate(_)))
        };
        let untrusted = causes(&error).any(is_untrusted);
        let is_connect = error.is_connect();
        let (kind, message) = if error.is_timeout() {
            let during = if is_connect {
                "no connection".to_owned()
            } else {
                format!("no complete response within {timeout:?}")
            };
            (ErrorKind::Timeout, during)
        } else if is_connect {
            (ErrorKind::Transport, format!("the connection could not be made: {why}"))
        } else if error.is_builder() {
            (ErrorKind::Config, format!("the request could not be built: {why}"))
        } else {
            (ErrorKind::Transport, format!("the response was truncated or unreadable: {why}"))
        };
        let help = match kind {
            _ if untrusted => {
                "check the base URL and the server's certificate: the operating system must trust the authority that issued it"
            }
            ErrorKind::Timeout => "raise `timeout` or `connect_timeout` in the declaration, or use a smaller page size",
            ErrorKind::Transport if !is_connect => {
                "try again later; if it repeats, use a smaller page size, or look for a proxy that cuts responses"
            }
            ErrorKind::Transport => "check that the server runs and that the base URL is right",
            _ => "check the base URL and the path",
        };
        let error = Error::new(kind, message).with_help(help).with_source(error);
        Self { retry: kind != ErrorKind::Config && !untrusted, ..Self::fatal(error) }
    }
}

/// The error and its sources.
fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn StdError + 'static)> {
    let first: &(dyn StdError + 'static) = error;
    successors(Some(first), |&cause| {
        // The source of an I/O error is the source of the error within it, not that error.
        let within = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        within.map(|within| within as &(dyn StdError + 'static)).or_else(|| cause.source())
    })
}

/// The start of a server's message, on one line and without control characters; nothing of markup.
pub(crate) fn excerpt(text: &str) -> String {
    const LONGEST: usize = 200;
    let text = text.trim();
    if text.starts_with('<') {
        return String::new();
    }
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST + 1).collect();
    clip(&line, LONGEST)
}
