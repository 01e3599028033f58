//! What can go wrong, as one type that a program can match on and a person can act on.

use std::any::Any;
use std::error::Error as StdError;
use std::fmt;
use std::iter::successors;
use std::ops::Range;
use std::sync::Arc;

use crate::printable::{is_printable, printable};

/// The result of everything in this crate that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error of a user's own code, as functions that the user writes for this crate return it.
pub type BoxError = Box<dyn StdError + Send + Sync>;

/// Why a request or a sync failed: what happened, where, and what to do about it.
///
/// Match on [`kind`](Error::kind). The message names the resource, the page and the URL, as far as they are known;
/// credentials are redacted in all three.
///
/// `{}` is one line: what happened, and where. `{:#}` adds the [help](Error::help). `{:?}`, which a `main` prints that
/// returns the error, adds the causes and, where a sync failed, the table of its [report](Error::report).
///
/// ```
/// # fn advise(error: &declarest::Error) -> &'static str {
/// use declarest::ErrorKind;
///
/// match error.kind() {
///     ErrorKind::Unauthorized => "renew the token",
///     _ if error.is_retryable() => "try again later",
///     _ => "read the message",
/// }
/// # }
/// ```
#[derive(Clone)]
pub struct Error(Box<ErrorData>);

#[derive(Clone)]
struct ErrorData {
    kind: ErrorKind,
    message: String,
    /// The parts of the message that come from outside.
    quoted: Vec<Range<usize>>,
    help: Option<String>,
    resource: Option<&'static str>,
    page: Option<u64>,
    url: Option<String>,
    status: Option<u16>,
    is_retryable: bool,
    is_lease_lost: bool,
    is_unreachable: bool,
    attachment: Option<Arc<dyn Attachment>>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

/// The whole outcome that an error is a part of: the report of a sync that failed.
pub(crate) trait Attachment: Any + fmt::Display + Send + Sync {}

/// What kind of failure an [`Error`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The client or the request was set up in a way that cannot work: a bad base URL, an unknown resource.
    Config,
    /// A secret that the source needs is neither set nor in the environment. Nothing was sent.
    MissingSecret,
    /// The server refused the credentials, with 401 or 403, or no credentials could be obtained.
    Unauthorized,
    /// Another status that is not a success, after the retries that the declaration allows; or a success that
    /// `response_actions` declares a failure: [`status()`](Error::status) is then 200, for instance.
    Status,
    /// The connection could not be made, or broke, on every attempt; or a redirect or link was refused, or the
    /// certificate is not trusted, which is not retried.
    Transport,
    /// No response within the declared time, on every attempt.
    Timeout,
    /// A page is larger than `max_page_bytes`, counted after decompression.
    BodyTooLarge,
    /// The response is not what the declaration says: not JSON, no rows at the selector, a row that does not fit.
    Decode,
    /// The server sends the same page, cursor or link again, a few pages in a row without a row that is new in this walk (by
    /// its primary key, else by its declared fields), or 1000 pages in a row without any row: the walk would never end.
    PaginationLoop,
    /// A slice that cannot be made smaller still reaches the API's result window, or the window was used up without a
    /// total that confirms all rows were read.
    WindowExceeded,
    /// Pagination ended short of the total that the API had promised, or with fewer distinct keys; or the only page of
    /// `paginator = auto` shows that there are more.
    Incomplete,
    /// The server asked for fewer requests, by a 429, or by a 403 with a spent quota, after the retries that the
    /// declaration allows.
    RateLimited,
    /// The destination could not be opened, read or written.
    Destination,
    /// The destination's table cannot take the declared columns, or their key; or appended rows would be loaded twice,
    /// since `incremental` has no usable state.
    Schema,
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Config => "invalid configuration",
            Self::MissingSecret => "missing secret",
            Self::Unauthorized => "unauthorized",
            Self::Status => "unsuccessful status",
            Self::Transport => "connection failed",
            Self::Timeout => "timed out",
            Self::BodyTooLarge => "response too large",
            Self::Decode => "unexpected response",
            Self::PaginationLoop => "pagination loop",
            Self::WindowExceeded => "result window exceeded",
            Self::Incomplete => "incomplete",
            Self::RateLimited => "rate limited",
            Self::Destination => "destination failed",
            Self::Schema => "incompatible table",
        })
    }
}

impl Error {
    /// An error with a message: what happened, with the value, in one line. For the code of destinations.
    ///
    /// What cannot be printed is escaped here, and in all else that an error says.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(ErrorData {
            kind,
            message: printable(message.into()).into_owned(),
            quoted: Vec::new(),
            help: None,
            resource: None,
            page: None,
            url: None,
            status: None,
            is_retryable: false,
            is_lease_lost: false,
            is_unreachable: false,
            attachment: None,
            source: None,
        }))
    }

    /// A bug of this crate: a state that its own code rules out.
    pub(crate) fn internal(kind: ErrorKind, what: impl fmt::Display) -> Self {
        Self::new(kind, format!("internal error: {what}; please report it"))
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.0.help = Some(printable(help.into()).into_owned());
        self
    }

    /// Adds to the end of the message.
    pub(crate) fn appending(mut self, what: &str) -> Self {
        self.0.message = format!("{}; {}", self.0.message, printable(what));
        self
    }

    /// Marks the last place where the message has this text, which comes from outside: there, credentials are redacted.
    pub(crate) fn quoting(mut self, text: &str) -> Self {
        let text = printable(text);
        if let Some(start) = self.0.message.rfind(&*text) {
            self.0.quoted.push(start..start + text.len());
        }
        self
    }

    /// With credentials redacted in all that comes from outside: `redact` searches a text for all of them. `recheck` searches
    /// the library's own words for those that no word can be: the others, such as `password`, are words there, and would be
    /// revealed by being redacted.
    pub(crate) fn redacted(mut self, redact: impl Fn(&str) -> String, recheck: impl Fn(&str) -> String) -> Self {
        let mut quoted = std::mem::take(&mut self.0.quoted);
        quoted.sort_by_key(|part| part.start);
        let (text, mut message, mut copied) = (&self.0.message, String::new(), 0);
        for Range { start, end } in quoted.into_iter().chain(std::iter::once(text.len()..text.len())) {
            message += &recheck(text.get(copied..start).unwrap_or_default());
            message += &redact(text.get(copied.max(start)..end).unwrap_or_default());
            copied = copied.max(end);
        }
        self.0.message = message;
        self.0.help = self.0.help.map(|help| recheck(&help));
        self.0.url = self.0.url.map(|url| redact(&url));
        if let Some(source) = self.0.source.take() {
            let all = all_text(&*source);
            // Unchanged where it holds no credential; otherwise as text.
            self.0.source =
                Some(if redact(&all) == all { source } else { BoxError::from(redact(&source.to_string())).into() });
        }
        self
    }

    /// Adds what it came from.
    #[must_use]
    pub fn with_source(self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.with_boxed_source(Box::new(source))
    }

    pub(crate) fn with_boxed_source(mut self, source: BoxError) -> Self {
        // Unchanged where all of it is printable, line breaks aside; otherwise as text.
        let is_printable = all_text(&*source).split('\n').all(is_printable);
        let source = if is_printable { source } else { printable(source.to_string()).into() };
        self.0.source = Some(source.into());
        self
    }

    /// The error of a user's own code; one of this crate is passed on unchanged.
    pub(crate) fn by_user(kind: ErrorKind, what: &str, error: BoxError) -> Self {
        match error.downcast::<Self>() {
            Ok(own) => *own,
            Err(error) => {
                let text = error.to_string();
                Self::new(kind, format!("{what} failed: {text}")).quoting(&text).with_boxed_source(error)
            }
        }
    }

    pub(crate) fn with_status(mut self, status: u16) -> Self {
        self.0.status = Some(status);
        self
    }

    pub(crate) fn losing_lease(mut self) -> Self {
        self.0.is_lease_lost = true;
        self
    }

    /// Sets whether no connection to the server could be made: then another request would fail as well.
    pub(crate) fn unreachable(mut self, is_unreachable: bool) -> Self {
        self.0.is_unreachable = is_unreachable;
        self
    }

    pub(crate) fn is_unreachable(&self) -> bool {
        self.0.is_unreachable
    }

    pub(crate) fn retryable(mut self, is_retryable: bool) -> Self {
        self.0.is_retryable = is_retryable;
        self
    }

    pub(crate) fn with_attachment(mut self, attachment: impl Attachment) -> Self {
        self.0.attachment = Some(Arc::new(attachment));
        self
    }

    pub(crate) fn attachment<T: Attachment>(&self) -> Option<&T> {
        let attachment: &dyn Any = &**self.0.attachment.as_ref()?;
        attachment.downcast_ref()
    }

    pub(crate) fn in_resource(mut self, resource: &'static str) -> Self {
        self.0.resource.get_or_insert(resource);
        self
    }

    /// The credentials in `url` must be redacted already.
    pub(crate) fn on_page(mut self, page: u64, url: impl Into<String>) -> Self {
        self.0.page.get_or_insert(page);
        self.0.url.get_or_insert_with(|| printable(url.into()).into_owned());
        self
    }

    /// What kind of failure this is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Whether the same request may succeed later, with nothing changed: it failed in a way for which the declaration
    /// has requests retried, and its retries are used up. For a sync that failed, the same of its first failure.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.0.is_retryable
    }

    /// Whether another sync has taken over the resource, or its parent: see [`Error::lease_lost`].
    #[must_use]
    pub fn is_lease_lost(&self) -> bool {
        self.0.is_lease_lost
    }

    /// The resource that was read, if the failure belongs to one.
    #[must_use]
    pub fn resource(&self) -> Option<&str> {
        self.0.resource
    }

    /// The number of the page that was requested, as the paginator counts.
    #[must_use]
    pub fn page(&self) -> Option<u64> {
        self.0.page
    }

    /// The URL that was requested, with credentials redacted.
    #[must_use]
    pub fn url(&self) -> Option<&str> {
        self.0.url.as_deref()
    }

    /// The HTTP status of the last response, if there was one and it was the reason.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// What happened, without the place and the help.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> Option<&str> {
        self.0.help.as_deref()
    }
}

/// The error and what it came from.
fn causes<'e>(error: &'e (dyn StdError + 'static)) -> impl Iterator<Item = &'e (dyn StdError + 'static)> {
    successors(Some(error), |&error| error.source())
}

/// All that an error can say.
fn all_text(error: &(dyn StdError + 'static)) -> String {
    causes(error).fold(format!("{error:?}"), |text, cause| format!("{text} {cause}"))
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        if let Some(resource) = inner.resource {
            write!(f, "{resource}")?;
            if let Some(page) = inner.page {
                write!(f, ", page {page}")?;
            }
            f.write_str(": ")?;
        }
        f.write_str(&inner.message)?;
        if let Some(url) = &inner.url {
            write!(f, " ({url})")?;
        }
        match &inner.help {
            Some(help) if f.alternate() => write!(f, "\nhelp: {help}"),
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:#}")?;
        let causes: Vec<_> =
            self.source().into_iter().flat_map(causes).map(|cause| printable(cause.to_string())).collect();
        // Most messages already quote the root cause; those on the way there say less.
        if causes.last().is_some_and(|root| !self.0.message.contains(&**root)) {
            let mut said = self.0.message.clone();
            for cause in causes {
                if !said.contains(&*cause) {
                    write!(f, "\ncaused by: {cause}")?;
                    said += &cause;
                }
            }
        }
        match &self.0.attachment {
            Some(attachment) => write!(f, "\n\n{}", attachment.to_string().trim_end()),
            None => Ok(()),
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Summary;

    impl Attachment for Summary {}

    impl fmt::Display for Summary {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            writeln!(f, "a table\nof two lines")
        }
    }

    #[test]
    fn only_what_comes_from_outside_is_redacted() {
        let error = Error::new(ErrorKind::Decode, "password: found \"password\" and s3cr3t").quoting("\"password\"");
        let error = error.with_help("call `.password(…)`").on_page(1, "https://a.example/password");
        let redact = |text: &str| text.replace("password", "***").replace("s3cr3t", "***");
        let error = error.redacted(redact, |text| text.replace("s3cr3t", "***"));
        assert_eq!(error.message(), "password: found \"***\" and ***");
        assert_eq!((error.help(), error.url()), (Some("call `.password(…)`"), Some("https://a.example/***")));
    }

    #[test]
    fn display_is_one_line_and_debug_is_for_people() {
        let source = std::io::Error::other("refused");
        let error = Error::new(ErrorKind::Transport, "no\nconnection: refused").with_help("start it");
        let error = error.in_resource("items").on_page(2, "https://a.example/").with_source(source);
        let place = "items, page 2: no\\nconnection: refused (https://a.example/)";
        assert_eq!(error.to_string(), place);
        assert_eq!(format!("{error:#}"), format!("{place}\nhelp: start it"));
        assert_eq!(format!("{error:?}"), format!("{place}\nhelp: start it"), "the message has quoted its cause");
        let error = Error::new(ErrorKind::Destination, "not written").with_source(error).with_attachment(Summary);
        let text = format!("not written\ncaused by: {place}\n\na table\nof two lines");
        assert_eq!((format!("{error:?}"), format!("{error:#?}")), (text.clone(), text));
        assert_eq!(format!("{:>16}|", ErrorKind::RateLimited), "    rate limited|");
    }
}
