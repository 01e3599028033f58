//! A user name or password of a declaration: the text itself, or the name of a secret.

use serde::Serialize;

use super::secrets::Secrets;
use crate::error::Result;

/// A user name or password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Credential {
    /// Not a secret: a user's name, an empty password.
    Literal(&'static str),
    /// A secret, by name.
    Secret(&'static str),
}

impl Credential {
    /// The value to send.
    pub(super) fn reveal(self, secrets: &Secrets) -> Result<&str> {
        match self {
            Self::Literal(text) => Ok(text),
            Self::Secret(name) => secrets.expose(name),
        }
    }

    /// The name of the secret, if it is one.
    pub(super) fn secret(self) -> Option<&'static str> {
        match self {
            Self::Literal(_) => None,
            Self::Secret(name) => Some(name),
        }
    }
}
