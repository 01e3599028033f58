//! Why a store could not be read or written, as errors of a sync.

use std::error::Error as StdError;
use std::fmt::Display;

use declarest::{Error, ErrorKind};
use deltalake::DeltaTableError;

/// What to do where nothing but another try helps.
const AGAIN: &str = "run again: what was committed is kept, the sync resumes after it";

/// What could not be done, and why.
pub(crate) fn failed(what: impl Display, cause: impl StdError + Send + Sync + 'static) -> Error {
    Error::new(ErrorKind::Destination, format!("{what}: {cause}")).with_help(AGAIN).with_source(cause)
}

/// The same, as a function of the cause.
pub(crate) fn failing<E: StdError + Send + Sync + 'static>(what: impl Display) -> impl FnOnce(E) -> Error {
    move |cause| failed(what, cause)
}

/// A text of the store that this version cannot read.
pub(crate) fn unreadable(path: impl Display, why: impl Display) -> Error {
    Error::new(ErrorKind::Destination, format!("`{path}` cannot be read: {why}"))
        .with_help("use the version of declarest-delta that has written it, or a newer one")
}

/// A place that cannot be one of tables.
pub(crate) fn no_place(cause: DeltaTableError) -> Error {
    Error::new(ErrorKind::Config, format!("no place for tables: {cause}"))
        .with_help(
            "name a directory, or a URL such as `s3://bucket/lake`; for object stores, depend on `deltalake` with the feature of yours: `s3`, `azure` or `gcs`",
        )
        .with_source(cause)
}

/// A table that cannot take the rows of its resource.
pub(crate) fn misfit(table: &str, problems: &[String]) -> Error {
    let message = format!("the table `{table}` does not fit the declaration: {}", problems.join("; "));
    Error::new(ErrorKind::Schema, message).with_help(format!(
        "change the declaration back, move or drop the table `{table}`, or sync it with `.full_refresh()`, which makes it again"
    ))
}
