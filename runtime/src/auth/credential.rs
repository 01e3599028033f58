//! A user name or password of a declaration: the text itself, or a secret.

use std::borrow::Cow;

use serde::Serialize;

use super::secrets::Secrets;
use crate::error::Result;
use crate::params::secret_text::SecretText;

/// A user name or password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Credential {
    /// Not a secret: a user's name, an empty password.
    Literal(&'static str),
    /// A secret, by name.
    Secret(SecretText),
}

impl Credential {
    /// The value to send.
    pub(super) fn reveal(self, secrets: &Secrets) -> Result<Cow<'static, str>> {
        match self {
            Self::Literal(text) => Ok(text.into()),
            Self::Secret(secret) => secrets.text(secret).map(Cow::Owned),
        }
    }

    /// The name of the secret, if it is one.
    pub(super) fn secret(self) -> Option<&'static str> {
        match self {
            Self::Literal(_) => None,
            Self::Secret(secret) => Some(secret.name),
        }
    }
}
