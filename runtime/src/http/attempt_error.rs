//! An attempt that failed: why, and whether another one may help.

use std::error::Error as StdError;
use std::io;
use std::iter::successors;
use std::time::Duration;

use crate::error::{Error, ErrorKind};

/// Why an attempt failed.
pub(crate) struct AttemptError {
    pub(crate) error: Error,
    /// Whether another attempt may help.
    pub(crate) retry: bool,
    /// How long the server says to wait before it.
    pub(crate) retry_after: Option<Duration>,
    /// Whether the server had too many requests.
    pub(crate) limited: bool,
    /// The number of the credentials, where it is these that the server refused.
    pub(crate) refused: Option<u64>,
}

impl AttemptError {
    /// Another attempt would fail as well.
    pub(crate) fn fatal(error: Error) -> Self {
        Self { error, retry: false, retry_after: None, limited: false, refused: None }
    }

    /// No answer, or half of one.
    pub(crate) fn from_reqwest(error: reqwest::Error, timeout: Duration, strike: impl Fn(&str) -> String) -> Self {
        let error = error.without_url();
        let why = strike(&root_cause(&error));
        let (kind, message) = if error.is_timeout() {
            let during = if error.is_connect() {
                "no connection".to_owned()
            } else {
                format!("no complete answer within {timeout:?}")
            };
            (ErrorKind::Timeout, during)
        } else if error.is_connect() {
            (ErrorKind::Transport, format!("the connection could not be made: {why}"))
        } else if error.is_builder() {
            (ErrorKind::Config, format!("the request could not be built: {why}"))
        } else {
            (ErrorKind::Transport, format!("the answer broke off or cannot be read: {why}"))
        };
        let untrusted = is_untrusted(&error);
        let help = match kind {
            _ if untrusted => {
                "check the base URL, and the server's certificate: an authority of your own has to be among those that the operating system trusts"
            }
            ErrorKind::Timeout => {
                "raise `timeout` or `connect_timeout` in the declaration, or ask for fewer rows per page"
            }
            ErrorKind::Transport => "check that the server runs and that the base URL is right",
            _ => "check the base URL and the path",
        };
        let error = Error::new(kind, message).with_help(help).with_source(error);
        Self { retry: kind != ErrorKind::Config && !untrusted, ..Self::fatal(error) }
    }
}

/// What an error is about in the end: the HTTP client's own text only says at which step it came up.
fn root_cause(error: &reqwest::Error) -> String {
    causes(error).last().map(ToString::to_string).unwrap_or_default()
}

/// Whether it is the certificate that is in the way: the server will have no other one a second later.
fn is_untrusted(error: &reqwest::Error) -> bool {
    causes(error).any(|cause| matches!(cause.downcast_ref(), Some(rustls::Error::InvalidCertificate(_))))
}

/// The error itself, and what it came from.
fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn StdError + 'static)> {
    let first: &(dyn StdError + 'static) = error;
    successors(Some(first), |&cause| {
        // An I/O error says of the one within it only what that came from.
        let within = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        within.map(|within| within as &(dyn StdError + 'static)).or_else(|| cause.source())
    })
}

/// What the server says about an error, on one line and without control characters; markup says nothing.
pub(crate) fn excerpt(text: &str) -> String {
    const LONGEST: usize = 200;
    let text = text.trim();
    if text.starts_with('<') {
        return String::new();
    }
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST + 1).collect();
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}
