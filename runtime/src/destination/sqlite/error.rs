//! Why a database could not be written, and how that is explained to the user.

use std::path::Path;

use rusqlite::ErrorCode;

use super::BUSY;
use crate::error::{Error, ErrorKind};

/// Why the writer could not do its work.
#[derive(Debug)]
pub(super) enum WriteError {
    Sqlite(rusqlite::Error),
    /// Another sync has taken over the resource, or its parent.
    LeaseLost,
    /// SQLite cannot hold a value.
    Value(String),
    /// A table cannot take the rows of the resource.
    Schema {
        resource: &'static str,
        message: String,
    },
    /// A state that this crate's own code rules out.
    Internal(String),
}

impl From<rusqlite::Error> for WriteError {
    fn from(error: rusqlite::Error) -> Self {
        match error {
            rusqlite::Error::ToSqlConversionFailure(reason) => Self::Value(reason.to_string()),
            error => Self::Sqlite(error),
        }
    }
}

impl WriteError {
    /// The error for the user: what happened to the file, and what to do.
    pub(super) fn explain(self, path: &Path) -> Error {
        let shown = path.display();
        let error = |message: String| Error::new(ErrorKind::Destination, message);
        match self {
            Self::Sqlite(cause) => {
                let (message, help) = explain_sqlite(&cause, path);
                error(message).with_help(help).with_source(cause)
            }
            Self::LeaseLost => error(format!("another sync into `{shown}` has taken over this resource or its parent"))
                .with_help("run one sync at a time, then run again"),
            Self::Value(reason) => error(format!("`{shown}` cannot hold a value: {reason}"))
                .with_help("declare the field as a type that it can hold, or `#[column(skip)]` it"),
            Self::Schema { resource, message } => Error::new(ErrorKind::Schema, message).with_help(format!(
                "change the declaration back, rename or drop the table `{resource}`, or sync it with `.full_refresh()`, which drops and loads it again"
            )),
            Self::Internal(what) => Error::internal(ErrorKind::Destination, format!("`{shown}`: {what}"))
                .with_help("sync with `.full_refresh()`, which drops the tables of its resources and their state"),
        }
    }
}

fn explain_sqlite(error: &rusqlite::Error, path: &Path) -> (String, &'static str) {
    let shown = path.display();
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => {
            (format!("`{shown}` is not an SQLite database"), "choose another file: this one was left as it is")
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => (
            format!("`{shown}` is locked by another process; waited {} s for it", BUSY.as_secs()),
            "end the other process, or run again when it has finished: the sync resumes where it stopped",
        ),
        Some(ErrorCode::CannotOpen) => {
            (format!("`{shown}` cannot be opened: {error}"), "check that its directory exists and is writable")
        }
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
            (format!("`{shown}` cannot be written: {error}"), "check the permissions of the file and of its directory")
        }
        Some(ErrorCode::DiskFull) => (
            format!("the disk of `{shown}` is full"),
            "free some space and run again: the sync resumes where it stopped",
        ),
        _ => (format!("`{shown}`: {error}"), "run again: what was committed is kept, the sync resumes after it"),
    }
}
