//! What can go wrong, as one type that a program can match on and a person can act on.

use std::any::Any;
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use crate::printable::{printable, printable_lines};

/// The result of everything in this crate that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error of a user's own code, as functions that the user writes for this crate return it.
pub type BoxError = Box<dyn StdError + Send + Sync>;

/// Why a request or a sync failed: what happened, where, and what to do about it.
///
/// Match on [`kind`](Error::kind). The message names the resource, the page and the URL, as far as they
/// are known; credentials are struck out of all three.
///
/// ```
/// # fn advise(error: &declarest::Error) -> &'static str {
/// use declarest::ErrorKind;
///
/// match error.kind() {
///     ErrorKind::Unauthorized => "renew the token",
///     ErrorKind::RateLimited | ErrorKind::Timeout | ErrorKind::Transport => "try again later",
///     _ => "read the message",
/// }
/// # }
/// ```
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    message: String,
    help: Option<String>,
    resource: Option<&'static str>,
    page: Option<u64>,
    url: Option<String>,
    status: Option<u16>,
    attachment: Option<Arc<dyn Attachment>>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

/// What an error carries along for those who look closer: the report of a sync that failed.
pub(crate) trait Attachment: Any + fmt::Display + Send + Sync {}

/// What kind of failure an [`Error`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The client or the request was set up in a way that cannot work: a bad base URL, an unknown resource.
    Config,
    /// A secret that the source needs is neither set nor in the environment. Nothing was sent.
    MissingSecret,
    /// The server refused the credentials, with 401 or 403, or there were none to be had.
    Unauthorized,
    /// Another status that is not a success, after the retries that the declaration allows; or a success that `response_actions` takes for
    /// a failure: [`status()`](Error::status) is then 200, for instance.
    Status,
    /// The connection could not be made, or broke, on every attempt; or a redirect or link was refused, or the certificate is not trusted,
    /// which is not retried.
    Transport,
    /// No answer within the declared time, on every attempt.
    Timeout,
    /// A page is larger than `max_page_bytes`, counted after decompression.
    BodyTooLarge,
    /// The answer is not what the declaration says: not JSON, no rows at the selector, a row that does not fit.
    Decode,
    /// The server sends the same page, cursor or link again, or more than 1000 pages without rows in a row: the walk would never end.
    PaginationLoop,
    /// A slice that cannot be made smaller still reaches the API's result window, or the window was used up without a total to show that
    /// these were all rows.
    WindowExceeded,
    /// The walk ended short of the total that the API had promised, or, when merged, with fewer distinct keys.
    Incomplete,
    /// The server asked for fewer requests, by a 429, or by a 403 with a spent quota, after the retries that the declaration allows.
    RateLimited,
    /// The destination could not be opened, read or written.
    Destination,
    /// The destination's table cannot take the declared columns, or their key; or appended rows would be loaded twice, since `incremental`
    /// has no usable state.
    Schema,
}

impl Error {
    /// The message may quote what a server sent: it is made printable here, and so is all else that an error says.
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self::lines(kind, &printable(message.into()))
    }

    /// The error whose message is laid out in lines.
    pub(crate) fn lines(kind: ErrorKind, message: &str) -> Self {
        Self(Box::new(Inner {
            kind,
            message: printable_lines(message).into_owned(),
            help: None,
            resource: None,
            page: None,
            url: None,
            status: None,
            attachment: None,
            source: None,
        }))
    }

    /// A bug of this crate: a state that its own code rules out.
    pub(crate) fn internal(kind: ErrorKind, what: impl fmt::Display) -> Self {
        Self::new(kind, format!("internal error: {what}; please report it"))
    }

    pub(crate) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.0.help = Some(printable(help.into()).into_owned());
        self
    }

    /// Adds to the message how it came to the end.
    pub(crate) fn appending(mut self, what: &str) -> Self {
        self.0.message = format!("{}; {}", self.0.message, printable(what));
        self
    }

    /// With credentials struck out of what was taken over from a server.
    pub(crate) fn redacted(mut self, strike: impl Fn(&str) -> String) -> Self {
        self.0.message = strike(&self.0.message);
        self.0.help = self.0.help.map(|help| strike(&help));
        self.0.url = self.0.url.map(|url| strike(&url));
        if let Some(source) = self.0.source.take() {
            let shown = shown(&*source);
            // As it is where it holds no credential; otherwise as text.
            self.0.source =
                Some(if strike(&shown) == shown { source } else { BoxError::from(strike(&source.to_string())).into() });
        }
        self
    }

    pub(crate) fn with_source(self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.with_boxed_source(Box::new(source))
    }

    pub(crate) fn with_boxed_source(mut self, source: BoxError) -> Self {
        let shown = shown(&*source);
        // As it is where it does no harm; otherwise as text.
        let source = if printable_lines(&shown) == shown { source } else { printable(source.to_string()).into() };
        self.0.source = Some(source.into());
        self
    }

    /// The error of a user's own code; one of this crate is passed on as it is.
    pub(crate) fn by_user(kind: ErrorKind, what: &str, error: BoxError) -> Self {
        match error.downcast::<Self>() {
            Ok(own) => *own,
            Err(error) => Self::lines(kind, &format!("{what} failed: {error}")).with_boxed_source(error),
        }
    }

    pub(crate) fn with_status(mut self, status: u16) -> Self {
        self.0.status = Some(status);
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

    /// `url` must have its credentials struck out already.
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

    /// The resource that was read, if the failure belongs to one.
    #[must_use]
    pub fn resource(&self) -> Option<&str> {
        self.0.resource
    }

    /// The number of the page that was asked for, as the paginator counts.
    #[must_use]
    pub fn page(&self) -> Option<u64> {
        self.0.page
    }

    /// The URL that was asked for, with credentials struck out.
    #[must_use]
    pub fn url(&self) -> Option<&str> {
        self.0.url.as_deref()
    }

    /// The HTTP status of the last answer, if there was one and it was the reason.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// What happened, without the place and the advice.
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

/// All that an error can say.
fn shown(error: &(dyn StdError + 'static)) -> String {
    let mut text = format!("{error:?}");
    let mut next = Some(error);
    while let Some(error) = next {
        text = format!("{text} {error}");
        next = error.source();
    }
    text
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
        if let Some(help) = &inner.help {
            write!(f, "\nhelp: {help}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        let mut out = f.debug_struct("Error");
        out.field("kind", &inner.kind).field("message", &inner.message);
        if let Some(resource) = inner.resource {
            out.field("resource", &resource);
        }
        if let Some(page) = inner.page {
            out.field("page", &page);
        }
        if let Some(url) = &inner.url {
            out.field("url", url);
        }
        if let Some(help) = &inner.help {
            out.field("help", help);
        }
        if let Some(source) = &inner.source {
            out.field("source", source);
        }
        out.finish_non_exhaustive()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
