//! A user name or password of a declaration: the text itself, a text with client-wide params in it, or a secret.

use std::borrow::Cow;

use serde::Serialize;

use super::secrets::Secrets;
use crate::error::{Error, ErrorKind, Result};
use crate::params::secret_text::SecretText;
use crate::params::template::placeholders;

/// A user name or password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Credential {
    /// Not a secret: a user's name, an empty password.
    Literal(&'static str),
    /// A text that client-wide params are filled in to.
    Template(&'static str),
    /// A secret, by name.
    Secret(SecretText),
}

impl Credential {
    /// The value to send.
    pub(super) fn reveal(self, secrets: &Secrets) -> Result<Cow<'static, str>> {
        self.given(secrets)?.ok_or_else(|| {
            // The macro has refused params that may be unset here.
            Error::internal(ErrorKind::Config, "a user name has a param without a value")
        })
    }

    /// The value to send, unless a param in it has none.
    pub(super) fn given(self, secrets: &Secrets) -> Result<Option<Cow<'static, str>>> {
        match self {
            Self::Literal(text) => Ok(Some(text.into())),
            Self::Template(template) => Ok(secrets.params().fill(template).map(Cow::Owned)),
            Self::Secret(secret) => secrets.text(secret).map(|text| Some(Cow::Owned(text))),
        }
    }

    /// Checks the values of params as the macro checks what is written out. `without` is a letter that cannot be in it.
    ///
    /// # Errors
    /// `Config` where it is empty, or has that letter or a control character.
    pub(super) fn check(self, option: &str, without: Option<char>, secrets: &Secrets) -> Result<()> {
        let Self::Template(template) = self else { return Ok(()) };
        let Some(text) = self.given(secrets)? else { return Ok(()) };
        let odd = text.chars().find(|letter| Some(*letter) == without || letter.is_control());
        let why = match odd {
            Some(odd) => format!("a name has no {odd:?}"),
            None if text.is_empty() => "it is empty".to_owned(),
            None => return Ok(()),
        };
        let names = placeholders(template).iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and ");
        let message = format!("`{option}`, declared as {template:?}, cannot be {text:?}: {why}");
        Err(Error::new(ErrorKind::Config, message).with_help(format!("set {names} to another value")))
    }

    /// The names of the client-wide params in it.
    pub(super) fn placeholders(self) -> Vec<String> {
        match self {
            Self::Template(template) => placeholders(template),
            Self::Literal(_) | Self::Secret(_) => Vec::new(),
        }
    }

    /// The name of the secret, if it is one.
    pub(super) fn secret(self) -> Option<&'static str> {
        match self {
            Self::Literal(_) | Self::Template(_) => None,
            Self::Secret(secret) => Some(secret.name),
        }
    }
}
