//! Sets up a client: its secrets, its params, and where it sends requests.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use secrecy::SecretString;

use super::errors::Errors;
use super::headers::header_map;
use super::settings::Settings;
use super::source::SourceDef;
use super::source_param::{self, Chosen};
use super::transport::Transport;
use super::{Client, ClientInner};
use crate::auth::secrets::{Declared, Secrets};
use crate::auth::{Auth, TokenStore};
use crate::error::{Error, ErrorKind, Result};
use crate::http::retry_policy::RetryPolicy;
use crate::http::throttle::RateLimit;
use crate::params::address::address;
use crate::params::param::Param;
use crate::params::step_params::StepValues;
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
    settings: Settings,
}

impl ClientBuilder {
    /// The builder of a source.
    pub fn new(def: &'static SourceDef) -> Self {
        let settings = Settings::default();
        Self { def, base_url: None, access_token_url: None, secrets: BTreeMap::new(), values: Values::NONE, settings }
    }

    /// Overrides the declared base URL, whatever params it contains. Over `http`, except to this machine, credentials are sent unencrypted; a
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

    /// Sets a client-wide param that is optional, or takes it back.
    pub fn optional_param<P: Param>(mut self, name: &'static str, value: &Option<P>) -> Self {
        if let Some(value) = value {
            return self.param(name, value);
        }
        self.values.unset(name);
        self
    }

    /// Sets a client-wide param.
    pub fn param(mut self, name: &'static str, value: &dyn Param) -> Self {
        self.values.set(name, value);
        self
    }

    /// Bounds each attempt at a request, from the connection to the last byte, in place of the declared time-outs.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.settings.timeout = Some(timeout);
        self
    }

    /// Bounds the making of a connection, in place of the declared time-out.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.settings.connect_timeout = Some(timeout);
        self
    }

    /// Sets the header `User-Agent`.
    pub fn user_agent(mut self, agent: impl Into<String>) -> Self {
        self.settings.user_agent = Some(agent.into());
        self
    }

    /// Adds a header to all requests to the base URL's origin and to those in `trust`, in place of a declared one. Its
    /// value is treated as a secret.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<SecretString>) -> Self {
        self.settings.headers.push((name.into(), value.into()));
        self
    }

    /// Sends all requests through a proxy, in place of the environment's.
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.settings.proxy = Some(url.into().into());
        self
    }

    /// Trusts an authority besides those that the operating system trusts.
    pub fn root_certificate(mut self, pem: impl AsRef<[u8]>) -> Self {
        self.settings.root_certificates.push(pem.as_ref().to_vec());
        self
    }

    /// Presents a client certificate to the origins that credentials are sent to.
    pub fn identity(mut self, pem: impl AsRef<[u8]>) -> Self {
        self.settings.identity = Some(pem.as_ref().to_vec().into());
        self
    }

    /// Connects to this address for a host. Several addresses are tried in turn.
    pub fn resolve(mut self, host: impl Into<String>, address: SocketAddr) -> Self {
        self.settings.resolve.push((host.into(), address));
        self
    }

    /// Replaces the declared retries, those of resources too.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.settings.retry = Some(policy);
        self
    }

    /// Sends at most this many requests in any such period, in place of the source's limit.
    pub fn rate_limit(mut self, requests: u32, per: Duration) -> Self {
        self.settings.rate_limit = Some(RateLimit { requests, per });
        self
    }

    /// Pages in flight where a request does not say it, in place of the declared number.
    pub fn concurrency(mut self, pages: usize) -> Self {
        self.settings.concurrency = Some(pages);
        self
    }

    /// Sends all requests with this client.
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.settings.http_client = Some(client);
        self
    }

    /// Keeps refresh tokens that rotate.
    pub fn token_store(mut self, store: impl TokenStore) -> Self {
        self.settings.token_store = Some(Arc::new(store));
        self
    }

    /// Makes the client. Nothing is sent.
    ///
    /// # Errors
    /// One error names all that is wrong: [`MissingSecret`](crate::ErrorKind::MissingSecret) where secrets are neither set
    /// nor in the environment; [`Config`](crate::ErrorKind::Config) where the base URL is not usable, and, with all secrets
    /// there, where client-wide params are not set or settings are not usable. A param that stands in kinds of `one_of` alone
    /// has to be set where such a kind is chosen.
    pub fn build(self) -> Result<Client> {
        let mut errors = Errors::default();
        let is_moved = self.base_url.is_some();
        let given = errors.check(self.base_url, |url| url::base_url(&url));
        let secrets = errors.take(Secrets::resolve(&declared(self.def), self.secrets));
        let chosen = secrets.as_ref().map(|secrets| chosen(self.def, secrets)).unwrap_or_default();
        let values = errors.take(source_param::complete(self.def.params, self.values, &chosen));
        // A moment of the run is here the one at which the client is built.
        let filled_in = values.as_ref().map(|values| source_param::at(self.def.params, values, Timestamp::now()));
        // Without values, nothing can be said of it.
        let filled = filled_in.as_deref().filter(|_| !is_moved).map(|values| address(self.def.base_url, values));
        let base = given.or(filled.and_then(|filled| errors.take(filled)));
        let settings = errors.take(self.settings.check(self.def));
        errors.report()?;
        let filled_in = filled_in.map(Cow::into_owned);
        let (Some(secrets), Some(base), Some(values), Some(filled_in), Some(settings)) =
            (secrets, base, values, filled_in, settings)
        else {
            return Err(Error::internal(ErrorKind::Config, "a client's settings were neither sound nor refused"));
        };
        let is_readable =
            !url::is_confidential(&base) || (settings.connection.proxy.is_some() && base.scheme() == "http");
        if is_readable && !(self.def.secrets.is_empty() && settings.headers.is_empty()) {
            tracing::warn!(origin = %base.origin().ascii_serialization(), "credentials will be sent without encryption");
        }
        let step_params = self.def.step_params.map(|make| make(&StepValues(&filled_in))).transpose()?;
        let (transport, overrides) =
            Transport::new(self.def, &base, self.access_token_url.as_deref(), (secrets, &filled_in), settings)?;
        let headers = header_map(self.def.headers, &filled_in)?;
        Ok(Client(Arc::new(ClientInner { def: self.def, base, headers, values, step_params, overrides, transport })))
    }
}

/// The secrets that a declaration names.
fn declared(def: &SourceDef) -> Declared {
    let mut choices = Vec::new();
    for auth in def.auths() {
        match auth {
            Auth::OneOf(of) if !choices.contains(&of) => choices.push(of),
            _ => {}
        }
    }
    Declared { names: def.secrets, optional: def.optional_secrets, choices }
}

/// What is chosen of the lists of credentials, each once, with what it is filled in with.
fn chosen(def: &SourceDef, secrets: &Secrets) -> Vec<Chosen> {
    let mut chosen: Vec<Auth> = Vec::new();
    for auth in def.auths().filter(|auth| matches!(auth, Auth::OneOf(_))) {
        let auth = auth.chosen(secrets);
        if !chosen.contains(&auth) {
            chosen.push(auth);
        }
    }
    chosen.into_iter().map(|auth| Chosen { word: auth.word(), params: auth.placeholders() }).collect()
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("source", &self.def.name)
            .field("base_url", &self.base_url)
            .field("access_token_url", &self.access_token_url)
            .field("secrets", &self.secrets.keys())
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
