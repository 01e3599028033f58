//! An attempt that failed: why, and whether another one may help.

use std::error::Error as StdError;
use std::time::Duration;

use crate::error::{Error, ErrorKind};

/// Why an attempt failed.
pub(crate) struct Failure {
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

impl Failure {
    /// Another attempt would fail as well.
    pub(crate) fn fatal(error: Error) -> Self {
        Self { error, retry: false, retry_after: None, limited: false, refused: None }
    }

    /// No answer, or half of one.
    pub(crate) fn broken(error: reqwest::Error, timeout: Duration, strike: impl Fn(&str) -> String) -> Self {
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
        let help = match kind {
            ErrorKind::Timeout => {
                "raise `timeout` or `connect_timeout` in the declaration, or ask for fewer rows per page"
            }
            ErrorKind::Transport => "check that the server runs and that the base URL is right",
            _ => "check the base URL and the path",
        };
        let error = Error::new(kind, message).with_help(help).with_source(error);
        Self { retry: kind != ErrorKind::Config, ..Self::fatal(error) }
    }
}

/// What an error is about in the end: the HTTP client's own text only says at which step it came up.
fn root_cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn StdError = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
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
