//! Sets up a client: its secrets, its params, and where it sends requests.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use secrecy::SecretString;

use super::headers::header_map;
use super::source::SourceDef;
use super::transport::Transport;
use super::{Client, ClientInner};
use crate::auth::secrets::Secrets;
use crate::error::{Error, ErrorKind, Result};
use crate::params::param::Param;
use crate::params::template::Values;
use crate::text::url;

/// Sets up a [`Client`].
#[derive(Clone)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct ClientBuilder {
    def: &'static SourceDef,
    base_url: Option<String>,
    access_token_url: Option<String>,
    secrets: BTreeMap<&'static str, SecretString>,
    values: Values,
}

impl ClientBuilder {
    /// The builder of a source.
    pub const fn new(def: &'static SourceDef) -> Self {
        Self { def, base_url: None, access_token_url: None, secrets: BTreeMap::new(), values: Values::NONE }
    }

    /// Overrides the declared base URL. Over `http`, except to this machine, credentials are sent unencrypted; a
    /// warning is logged.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// Overrides where OAuth 2.0 access tokens are requested: a URL, or a path below the base URL. Over `http`, except
    /// to this machine, the client's secret is sent unencrypted; a warning is logged.
    pub fn access_token_url(mut self, url: impl Into<String>) -> Self {
        self.access_token_url = Some(url.into());
        self
    }

    /// Sets a secret.
    pub fn secret(mut self, name: &'static str, secret: SecretString) -> Self {
        self.secrets.insert(name, secret);
        self
    }

    /// Sets a client-wide param.
    pub fn param(mut self, name: &'static str, value: &dyn Param) -> Self {
        self.values.set(name, value);
        self
    }

    /// Makes the client. Nothing is sent.
    ///
    /// # Errors
    /// [`MissingSecret`](crate::ErrorKind::MissingSecret) names all secrets that are neither set nor in the
    /// environment, and all client-wide params that are not set; [`Config`](crate::ErrorKind::Config) if only params
    /// are missing, or the base URL is not usable.
    pub fn build(self) -> Result<Client> {
        let base = url::base_url(self.base_url.as_deref().unwrap_or(self.def.base_url))?;
        let secrets = self.check(Secrets::resolve(self.def.secrets, self.secrets.clone()))?;
        if !self.def.secrets.is_empty() && !url::is_confidential(&base) {
            tracing::warn!(origin = %base.origin().ascii_serialization(), "credentials will be sent without encryption");
        }
        let transport = Transport::new(self.def, &base, self.access_token_url.as_deref(), secrets)?;
        let headers = header_map(self.def.headers, &self.values)?;
        Ok(Client(Arc::new(ClientInner { def: self.def, base, headers, values: self.values, transport })))
    }

    /// Reports all that is missing at once.
    fn check(&self, secrets: Result<Secrets>) -> Result<Secrets> {
        let unset = self.def.params.iter().filter(|param| param.required && !self.values.has(param.name));
        let unset: Vec<_> = unset.map(|param| param.name).collect();
        if unset.is_empty() {
            return secrets;
        }
        let list = unset.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let calls = unset.iter().map(|name| format!("`.{name}(…)`")).collect::<Vec<_>>().join(", ");
        let message = format!("the source's {list} {} not set", if unset.len() == 1 { "is" } else { "are" });
        Err(match secrets {
            Ok(_) => Error::new(ErrorKind::Config, message).with_help(format!("call {calls} on the builder")),
            Err(error) => error.appending(&format!("{message} (call {calls})")),
        })
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("source", &self.def.name)
            .field("base_url", &self.base_url)
            .field("access_token_url", &self.access_token_url)
            .field("secrets", &self.secrets.keys())
            .finish_non_exhaustive()
    }
}
