//! The names of resources, as constants.

use std::fmt;

/// The name of a resource: a constant of the `Resources` that the macro adds to the module.
///
/// ```
/// #[declarest::source(base_url = "https://api.example.com")]
/// pub mod analytics {
///     #[resource(name = issues, path = "/issues")]
///     pub struct Issue {
///         pub key: String,
///     }
/// }
///
/// assert_eq!(analytics::Resources::ISSUES.as_str(), "issues");
/// # fn sync(client: &analytics::Client, db: &mut declarest::Sqlite) {
/// let _sync = client.sync(db).only([analytics::Resources::ISSUES]);
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceName(&'static str);

impl ResourceName {
    /// For generated code.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self(name)
    }

    /// The name as text.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for ResourceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
    }
}

impl AsRef<str> for ResourceName {
    fn as_ref(&self) -> &str {
        self.0
    }
}

impl From<ResourceName> for String {
    fn from(name: ResourceName) -> Self {
        name.0.to_owned()
    }
}

impl From<ResourceName> for &'static str {
    fn from(name: ResourceName) -> Self {
        name.0
    }
}

impl PartialEq<str> for ResourceName {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

impl PartialEq<&str> for ResourceName {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}
