//! What all generated clients have in common.

use super::scan::Scan;
use crate::client::Client;
use crate::declare::resource_name::ResourceName;
use crate::error::Result;

/// A client of a declared API: what every generated client implements, for code that is written once for all APIs.
///
/// ```
/// use declarest::Source;
///
/// fn describe(source: &dyn Source) -> String {
///     let resources: Vec<_> = source.resources().iter().map(ToString::to_string).collect();
///     format!("{}: {}", source.name(), resources.join(", "))
/// }
///
/// #[declarest::source(base_url = "https://api.example.com")]
/// pub mod analytics {
///     #[resource(name = issues, path = "/issues")]
///     pub struct Issue {
///         pub key: String,
///     }
/// }
///
/// let client = analytics::Client::builder().build()?;
/// assert_eq!(describe(&client), "analytics: issues");
/// # Ok::<(), declarest::Error>(())
/// ```
pub trait Source: Send + Sync {
    /// The client inside of the generated one.
    fn client(&self) -> &Client;

    /// The source's name: that of the module.
    fn name(&self) -> &'static str {
        self.client().name()
    }

    /// The names of its resources, in the order of their declaration.
    fn resources(&self) -> Vec<ResourceName> {
        self.client().resources()
    }

    /// Reads a resource by its name: see [`Scan`].
    ///
    /// # Errors
    /// [`Config`](crate::ErrorKind::Config) if there is no such resource: the error lists those there are.
    fn scan(&self, resource: &str) -> Result<Scan> {
        self.client().scan(resource)
    }

    /// The [fingerprint](Client::fingerprint) of the declaration.
    ///
    /// # Errors
    /// As [`Client::fingerprint`].
    fn fingerprint(&self) -> Result<String> {
        self.client().fingerprint()
    }
}

impl Source for Client {
    fn client(&self) -> &Client {
        self
    }
}
