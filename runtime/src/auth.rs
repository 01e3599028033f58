//! How requests are authorised.

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use secrecy::ExposeSecret;

use crate::error::{Error, ErrorKind, Result};
use crate::secret::{Secrets, variable};

/// `auth = …`: secrets stand here by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Auth {
    /// No credentials.
    None,
    /// `Authorization: Bearer …` (RFC 6750, section 2.1).
    Bearer {
        /// The secret that is the token.
        token: &'static str,
    },
}

impl Auth {
    /// Adds the credentials to a request. The header is marked as sensitive: it is neither printed nor sent
    /// to another origin by a redirect.
    pub(crate) fn authorize(self, headers: &mut HeaderMap, secrets: &Secrets) -> Result<()> {
        match self {
            Self::None => Ok(()),
            Self::Bearer { token } => {
                let Some(secret) = secrets.get(token) else {
                    return Err(Error::new(ErrorKind::MissingSecret, format!("the secret `{token}` is not set")));
                };
                let text = format!("Bearer {}", secret.expose_secret());
                let Ok(mut value) = HeaderValue::try_from(text) else {
                    return Err(Error::new(
                        ErrorKind::Config,
                        format!("the secret `{token}` holds characters that no header can carry"),
                    )
                    .with_help("line breaks and other control characters are the usual reason: set it again"));
                };
                value.set_sensitive(true);
                headers.insert(AUTHORIZATION, value);
                Ok(())
            }
        }
    }

    /// What was sent, for the message about a refusal: the secret's name, never its value.
    pub(crate) fn describe(self) -> String {
        match self {
            Self::None => "no credentials were sent: the source declares `auth = none`".to_owned(),
            Self::Bearer { token } => {
                format!(
                    "the secret `{token}` was sent as bearer token; check or renew it (`.{token}(…)` or {})",
                    variable(token)
                )
            }
        }
    }
}
