//! An error of a node of the cluster, which comes back as text.

use std::error::Error as StdError;
use std::fmt;
use std::iter::successors;

use datafusion::common::DataFusionError;
use declarest::{Error, ErrorKind};

/// All kinds, to be read from text.
const KINDS: [ErrorKind; 14] = [
    ErrorKind::Config,
    ErrorKind::MissingSecret,
    ErrorKind::Unauthorized,
    ErrorKind::Status,
    ErrorKind::Transport,
    ErrorKind::Timeout,
    ErrorKind::BodyTooLarge,
    ErrorKind::Decode,
    ErrorKind::PaginationLoop,
    ErrorKind::WindowExceeded,
    ErrorKind::Incomplete,
    ErrorKind::RateLimited,
    ErrorKind::Destination,
    ErrorKind::Schema,
];

/// What stands before an error in the text of others, and behind it.
const BEGIN: &str = "[declarest ";
const END: &str = " /declarest]";

/// An error of this crate or of an API, and the node where it happened.
///
/// A query's error has passed through the scheduler by the time the session has it, and is text among Ballista's own:
/// [`find`](Self::find) looks for it there.
///
/// ```no_run
/// # async fn query(session: datafusion::prelude::SessionContext) -> Result<(), datafusion::error::DataFusionError> {
/// use declarest::ErrorKind;
/// use declarest_ballista::NodeError;
///
/// if let Err(error) = session.sql("select * from analytics.issues").await?.collect().await {
///     match NodeError::find(&error) {
///         Some(error) if error.kind() == ErrorKind::Unauthorized => println!("renew the token of {}", error.node()),
///         Some(error) => println!("{error}"),
///         None => return Err(error),
///     }
/// }
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeError {
    kind: ErrorKind,
    node: String,
    message: String,
}

impl NodeError {
    pub(crate) fn new(kind: ErrorKind, node: &str, message: impl Into<String>) -> Self {
        Self { kind, node: node.to_owned(), message: quotable(&message.into()) }
    }

    /// The error that another one was made of, at this node.
    pub(crate) fn at(node: &str, error: &(dyn StdError + 'static)) -> Option<Self> {
        successors(Some(error), |&error| error.source()).find_map(|error| match error.downcast_ref::<Sent>() {
            Some(Sent(known)) => Some(known.clone()),
            None => error.downcast_ref::<Error>().map(|error| Self::new(error.kind(), node, format!("{error:#}"))),
        })
    }

    /// The error with the name of this node, where it is of an API.
    pub(crate) fn named(node: &str, error: DataFusionError) -> DataFusionError {
        Self::at(node, &error).map_or(error, Self::into_datafusion)
    }

    /// The error of a node that is behind a query's error, if there is one.
    #[must_use]
    pub fn find(error: &DataFusionError) -> Option<Self> {
        Self::at("session", error).or_else(|| Self::read(&error.to_string()))
    }

    /// The first error in a text.
    fn read(text: &str) -> Option<Self> {
        let (_, text) = text.split_once(BEGIN)?;
        let (text, _) = text.split_once(END)?;
        let (head, message) = text.split_once("] ")?;
        let (kind, node) = head.split_once(" at ")?;
        let kind = KINDS.into_iter().find(|known| format!("{known:?}") == kind)?;
        Some(Self { kind, node: node.to_owned(), message: message.to_owned() })
    }

    /// What kind of failure it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The name of the node: that of an [executor](crate::executor()), `scheduler` or `session`.
    #[must_use]
    pub fn node(&self) -> &str {
        &self.node
    }

    /// What happened, and what to do about it, in one line.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The error for `DataFusion`.
    pub(crate) fn into_datafusion(self) -> DataFusionError {
        DataFusionError::External(Box::new(Sent(self)))
    }
}

/// An error on its way to the session, in words that are found again: Ballista writes errors by `Display`, and by `Debug`.
#[derive(Clone)]
struct Sent(NodeError);

/// The text without what `{:?}` escapes: it is written with that on its way.
fn quotable(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines.join("; ").replace('"', "'").replace('\\', "/").replace(END, "")
}

impl fmt::Display for NodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.node, self.message)
    }
}

impl fmt::Display for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(NodeError { kind, node, message }) = self;
        write!(f, "{BEGIN}{kind:?} at {node}] {message}{END}")
    }
}

impl fmt::Debug for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl StdError for NodeError {}

impl StdError for Sent {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_found_in_the_text_of_others() {
        let error = Error::new(ErrorKind::Unauthorized, "issues: 401, \"who are\\you\"").with_help("renew the token");
        let here = NodeError::at("executor-2", &DataFusionError::External(Box::new(error))).expect("an error");
        assert_eq!(here.message(), "issues: 401, 'who are/you'; help: renew the token");
        let sent =
            format!("{:?}", DataFusionError::Context("job".to_owned(), Box::new(here.clone().into_datafusion())));
        let came = DataFusionError::Execution(format!("Job failed: {:?}", format!("Task failed: {sent:?}")));
        assert_eq!(NodeError::find(&came), Some(here.clone()));
        assert_eq!((here.kind(), here.node()), (ErrorKind::Unauthorized, "executor-2"));
        assert_eq!(NodeError::find(&DataFusionError::Execution("another one".to_owned())), None);
    }

    #[test]
    fn every_kind_is_read() {
        for kind in KINDS {
            let error = NodeError::new(kind, "scheduler", "what happened");
            assert_eq!(NodeError::read(&format!("a {} b", Sent(error.clone()))), Some(error));
        }
    }
}
