//! Why a folder could not be written, and how that is explained to the user.

use declarest::{Error, ErrorKind};

/// Why a call could not do its work.
#[derive(Debug)]
pub(crate) enum Fault {
    Store(object_store::Error),
    Parquet(::parquet::errors::ParquetError),
    /// Another sync has taken over the resource, or its parent.
    LeaseLost,
    /// An error that is one already: a value that cannot be held.
    Refused(Error),
    /// A table cannot take the rows of the resource.
    Schema {
        table: String,
        message: String,
    },
    /// A commit that cannot be read.
    Damaged {
        path: String,
        why: String,
    },
    /// The URL, or what the environment says of its store, cannot be used.
    Config {
        message: String,
        help: &'static str,
    },
    Internal(String),
}

impl From<object_store::Error> for Fault {
    fn from(error: object_store::Error) -> Self {
        Self::Store(error)
    }
}

impl From<::parquet::errors::ParquetError> for Fault {
    fn from(error: ::parquet::errors::ParquetError) -> Self {
        Self::Parquet(error)
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

impl Fault {
    /// The error for the user: what happened at this place, and what to do. No cause is attached: it may show a URL that was
    /// signed.
    pub(crate) fn explain(self, place: &str) -> Error {
        let error = |message: String| Error::new(ErrorKind::Destination, message);
        match self {
            Self::Store(cause) => {
                let help = match cause {
                    object_store::Error::PermissionDenied { .. } | object_store::Error::Unauthenticated { .. } => {
                        "check the credentials in the environment: they need to list, read, write and delete there"
                    }
                    _ => "run again: what was committed is kept, the sync resumes after it",
                };
                error(format!("{place}: {}", without_queries(&cause.to_string()))).with_help(help)
            }
            Self::Parquet(cause) => error(format!("{place}: no Parquet file can be made of the rows: {cause}")),
            Self::LeaseLost => Error::lease_lost(),
            Self::Refused(error) => error,
            Self::Schema { table, message } => Error::new(ErrorKind::Schema, message).with_help(format!(
                "change the declaration back, or sync with `.full_refresh()`, which drops `{table}` and loads it again"
            )),
            Self::Damaged { path, why } => error(format!("{place}: `{path}` cannot be read: {why}")).with_help(
                "a later version of declarest-arrow may have written it; otherwise restore it, or load into another folder",
            ),
            Self::Config { message, help } => Error::new(ErrorKind::Config, message).with_help(help),
            Self::Internal(message) => error(format!("{place}: {message}")),
        }
    }
}

/// A text without the queries of its URLs: a signature is one.
fn without_queries(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for word in text.split_inclusive(char::is_whitespace) {
        match (word.find("://"), word.find('?')) {
            (Some(scheme), Some(query)) if scheme < query => {
                shown.push_str(word.get(..query).unwrap_or_default());
                let end = word.get(query..).unwrap_or_default().trim_start_matches(|c| !")\"', \n".contains(c));
                shown.push('…');
                shown.push_str(end);
            }
            _ => shown.push_str(word),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_not_shown() {
        let text = "Generic error: (https://account.blob.core.windows.net/c/a?sv=1&sig=s3cr3t): why? no";
        let shown = without_queries(text);
        assert_eq!(shown, "Generic error: (https://account.blob.core.windows.net/c/a…): why? no");
    }
}
