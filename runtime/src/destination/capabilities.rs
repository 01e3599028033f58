//! What a destination can do.

use crate::schema::table::{Deleted, WriteDisposition};

/// What a destination can do. Starts with nothing: `Capabilities::new().append().replace()`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[must_use]
#[expect(clippy::struct_excessive_bools, reason = "each is a yes or no of its own")]
pub struct Capabilities {
    append: bool,
    merge: bool,
    replace: bool,
    deleted: bool,
}

impl Capabilities {
    /// None at all.
    pub const fn new() -> Self {
        Self { append: false, merge: false, replace: false, deleted: false }
    }

    /// All of them.
    pub const fn all() -> Self {
        Self { append: true, merge: true, replace: true, deleted: true }
    }

    /// Adds rows to a table, and removes those of a load that is not finished: `write_disposition = append`.
    pub const fn append(self) -> Self {
        Self { append: true, ..self }
    }

    /// Updates rows by their key: `write_disposition = merge`.
    pub const fn merge(self) -> Self {
        Self { merge: true, ..self }
    }

    /// Replaces a table as a whole once the new one is complete: `write_disposition = replace`.
    pub const fn replace(self) -> Self {
        Self { replace: true, ..self }
    }

    /// Knows which rows of a merged table a load has not written, and marks or removes them: `deleted = mark` and `remove`.
    pub const fn deleted(self) -> Self {
        Self { deleted: true, ..self }
    }

    /// What both can do.
    pub const fn and(self, other: Self) -> Self {
        Self {
            append: self.append && other.append,
            merge: self.merge && other.merge,
            replace: self.replace && other.replace,
            deleted: self.deleted && other.deleted,
        }
    }

    /// Whether rows of a merged table that are gone can be treated so.
    #[must_use]
    pub const fn can_treat(&self, deleted: Deleted) -> bool {
        matches!(deleted, Deleted::Keep) || self.deleted
    }

    /// Whether tables can be written so.
    #[must_use]
    pub const fn can(&self, disposition: WriteDisposition) -> bool {
        match disposition {
            WriteDisposition::Append => self.append,
            WriteDisposition::Merge => self.merge,
            WriteDisposition::Replace => self.replace,
        }
    }
}
