//! Authentication by a type of your own, `auth = custom(path::To::Type)`, and the places where refresh tokens are kept.

pub(crate) mod credential;
pub(crate) mod credentials;
pub(crate) mod custom;
mod file_token_store;
mod jwt;
pub(crate) mod oauth2;
pub(crate) mod options;
pub(crate) mod request_parts;
mod rotation;
pub(crate) mod scheme;
pub(crate) mod secrets;
pub(crate) mod session;
mod session_request;
mod token;
mod token_answer;
mod token_endpoint;
pub(crate) mod token_place;
mod token_request;
pub(crate) mod token_store;
mod token_url;

pub use self::custom::{AuthFuture, AuthRequest, CustomAuth};
pub use self::file_token_store::FileTokenStore;
pub(crate) use self::scheme::Auth;
pub use self::token_store::{MemoryTokenStore, StoreFuture, TokenLock, TokenStore};

#[doc(hidden)]
#[deprecated(note = "renamed to `AuthFuture`")]
pub type Authorizing<'a> = AuthFuture<'a>;
#[doc(hidden)]
#[deprecated(note = "renamed to `AuthRequest`")]
pub type Outgoing<'a> = AuthRequest<'a>;
