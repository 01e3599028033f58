//! Credentials by a type of the user's: signatures, login tokens, whatever an API has come up with.

use std::fmt;
use std::pin::Pin;

use crate::error::BoxError;

/// Authorises requests in a way of its own: `auth = custom(path::To::Type, secret(name), …)`.
///
/// A client makes one of it, by [`Default`], and calls it for each request to an origin that is trusted with credentials.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot authorise requests",
    label = "does not implement `declarest::auth::CustomAuth`",
    note = "implement `declarest::auth::CustomAuth` and `Default` for it"
)]
pub trait CustomAuth: Send + Sync + 'static {
    /// Adds credentials to a request.
    ///
    /// # Errors
    /// What it returns is the error of the request, which is not sent.
    fn authorize<'a>(&'a self, request: &'a mut Outgoing<'_>) -> Authorizing<'a>;
}

/// What [`CustomAuth::authorize`] returns: `Box::pin(async move { … Ok(()) })`.
pub type Authorizing<'a> = Pin<Box<dyn Future<Output = Result<(), BoxError>> + Send + 'a>>;

/// A request that is about to be sent.
pub struct Outgoing<'a> {
    method: &'a str,
}

impl fmt::Debug for Outgoing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outgoing").field("method", &self.method).finish_non_exhaustive()
    }
}

/// `auth = custom(…)`, as the macro writes it down.
#[derive(Clone, Copy)]
pub struct CustomAuthDef {
    /// The type, as the declaration names it.
    pub(crate) name: &'static str,
    /// The secrets that it may ask for.
    pub(crate) secrets: &'static [&'static str],
    pub(crate) make: fn() -> Box<dyn CustomAuth>,
}

impl CustomAuthDef {
    /// The definition of a type.
    #[must_use]
    pub const fn new<T: CustomAuth + Default>(name: &'static str, secrets: &'static [&'static str]) -> Self {
        Self { name, secrets, make: || Box::new(T::default()) }
    }
}

impl fmt::Debug for CustomAuthDef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CustomAuthDef")
            .field("name", &self.name)
            .field("secrets", &self.secrets)
            .finish_non_exhaustive()
    }
}

/// Two are equal when they name the same type.
impl PartialEq for CustomAuthDef {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for CustomAuthDef {}
