//! The state of a sync: texts by their keys, and the lease that guards them.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};

/// The name of a text of the state.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct StateKey {
    /// The source; empty for what belongs to a table, whatever its source.
    pub source: String,
    /// The resource, or the table.
    pub resource: String,
    /// What the text is: `checkpoint`, for instance.
    pub name: String,
}

impl StateKey {
    /// The text of this name that belongs to a resource of a source.
    pub fn new(source: impl Into<String>, resource: impl Into<String>, name: impl Into<String>) -> Self {
        Self { source: source.into(), resource: resource.into(), name: name.into() }
    }
}

/// A change of the state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateChange {
    /// Which text.
    pub key: StateKey,
    /// What it becomes; `None` removes it.
    pub value: Option<String>,
}

/// The column that says which load last wrote a row: text, in each table, in addition to the columns of its schema. A
/// destination adds it, and no declaration can have a column of this name.
pub const LOAD_ID: &str = "_load_id";

/// The column that says when a row was gone at the source: a time, null in all others, in the tables of resources with
/// [`Deleted::Mark`](crate::Deleted::Mark). A destination adds it; when the row comes again, it is null again.
pub const DELETED_AT: &str = "_deleted_at";

/// The id that all resources of a sync share: the value of [`LOAD_ID`] in the rows that it wrote.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LoadId(String);

impl LoadId {
    /// A new one. Sorts by time; the random end keeps two syncs of the same moment apart.
    #[must_use]
    pub fn generate() -> Self {
        Self(format!("{}-{:04x}", Timestamp::now().strftime("%Y%m%dT%H%M%S%.6fZ"), fastrand::u16(..)))
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for LoadId {
    fn from(id: String) -> Self {
        Self(id)
    }
}

impl fmt::Display for LoadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The right to write a resource. It is held while the text at its key is the load's id: another sync that takes it over
/// puts its own id there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// Where the holder's id is.
    pub key: StateKey,
    /// The load that must be the holder.
    pub load: LoadId,
}

impl Lease {
    /// The lease of a resource, for a load.
    #[must_use]
    pub fn new(source: &str, resource: &str, load: &LoadId) -> Self {
        Self { key: StateKey::new(source, resource, "lease"), load: load.clone() }
    }

    /// The change that takes it over.
    pub(crate) fn taken(&self) -> StateChange {
        StateChange { key: self.key.clone(), value: Some(self.load.as_str().to_owned()) }
    }

    /// The change that gives it up.
    pub(crate) fn released(&self) -> StateChange {
        StateChange { key: self.key.clone(), value: None }
    }

    /// Whether it is held, by the text at its key.
    ///
    /// # Errors
    /// [`Error::lease_lost`] where it is not.
    pub fn check(&self, found: Option<&str>) -> Result<()> {
        if found == Some(self.load.as_str()) { Ok(()) } else { Err(Error::lease_lost()) }
    }
}

impl Error {
    /// Another sync has taken over the resource, or its parent.
    #[must_use]
    pub fn lease_lost() -> Self {
        Self::new(ErrorKind::Destination, "another sync has taken over this resource or its parent")
            .with_help("run one sync at a time, then run again; what was committed is kept")
            .losing_lease()
    }
}
