//! Authentication by a type of your own: `auth = custom(path::To::Type)`.

pub(crate) mod credential;
pub(crate) mod credentials;
pub(crate) mod custom;
pub(crate) mod oauth2;
pub(crate) mod options;
pub(crate) mod request_parts;
pub(crate) mod scheme;
pub(crate) mod secrets;
mod token;
mod token_request;

pub use self::custom::{AuthFuture, AuthRequest, CustomAuth};
pub(crate) use self::scheme::Auth;

#[doc(hidden)]
#[deprecated(note = "renamed to `AuthFuture`")]
pub type Authorizing<'a> = AuthFuture<'a>;
#[doc(hidden)]
#[deprecated(note = "renamed to `AuthRequest`")]
pub type Outgoing<'a> = AuthRequest<'a>;
