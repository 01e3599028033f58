//! A client's settings, which override the declaration: given to the builder, checked when it builds.

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret as _, SecretSlice, SecretString};
use url::Host;

use super::errors::Errors;
use super::source::SourceDef;
use crate::auth::TokenStore;
use crate::error::{Error, ErrorKind, Result};
use crate::http::connection::{Connection, ConnectionOptions};
use crate::http::pem::{identity, root_certificates};
use crate::http::proxy::Proxy;
use crate::http::retry_policy::RetryPolicy;
use crate::http::throttle::RateLimit;

/// Longer times count as this one: the end of a longer wait may be no point in time.
const LONGEST: Duration = Duration::from_hours(10 * 365 * 24);

/// Headers that the client writes itself.
const OWN_HEADERS: [&str; 6] =
    ["host", "content-length", "transfer-encoding", "connection", "upgrade", "accept-encoding"];

/// What the builder was given, not checked yet.
#[derive(Clone, Default)]
pub(super) struct Settings {
    pub(super) timeout: Option<Duration>,
    pub(super) retry: Option<RetryPolicy>,
    pub(super) rate_limit: Option<RateLimit>,
    pub(super) concurrency: Option<usize>,
    pub(super) headers: Vec<(String, SecretString)>,
    pub(super) user_agent: Option<String>,
    pub(super) connect_timeout: Option<Duration>,
    pub(super) proxy: Option<SecretString>,
    pub(super) root_certificates: Vec<Vec<u8>>,
    pub(super) identity: Option<SecretSlice<u8>>,
    pub(super) resolve: Vec<(String, SocketAddr)>,
    pub(super) http_client: Option<reqwest::Client>,
    pub(super) token_store: Option<Arc<dyn TokenStore>>,
}

/// Settings that a client can be made with.
pub(super) struct CheckedSettings {
    pub(super) overrides: Overrides,
    pub(super) rate_limit: Option<RateLimit>,
    /// For origins that credentials are sent to, marked so that they are not printed.
    pub(super) headers: HeaderMap,
    /// For all origins.
    pub(super) user_agent: Option<HeaderValue>,
    pub(super) connection: Connection,
    /// What is in them that must not be shown.
    pub(super) secrets: Vec<SecretString>,
    pub(super) token_store: Option<Arc<dyn TokenStore>>,
}

/// What overrides the declaration, that of resources too.
#[derive(Clone)]
pub(super) struct Overrides {
    pub(super) timeout: Option<Duration>,
    pub(super) retry: Option<RetryPolicy>,
    pub(super) concurrency: Option<usize>,
}

impl Settings {
    /// Makes the HTTP clients. Nothing is sent.
    ///
    /// # Errors
    /// One error of all settings that are not usable.
    pub(super) fn check(self, source: &SourceDef) -> Result<CheckedSettings> {
        let mut errors = Errors::default();
        let alone = self.check_alone();
        let overrides = Overrides {
            timeout: errors.check(self.timeout, |time| positive("timeout", time)),
            retry: errors.check(self.retry, check_retry),
            concurrency: errors.check(self.concurrency, check_concurrency),
        };
        let rate_limit = errors.check(self.rate_limit, check_rate_limit);
        let mut secrets: Vec<_> = self.headers.iter().flat_map(|(name, value)| header_secrets(name, value)).collect();
        let mut headers = HeaderMap::new();
        for (name, value) in self.headers.iter().filter_map(|(name, value)| errors.take(check_header(name, value))) {
            headers.insert(name, value);
        }
        let user_agent = errors.check(self.user_agent, |agent| check_user_agent(&agent));
        let connect_timeout = errors.check(self.connect_timeout, |time| positive("connect_timeout", time));
        let proxy = errors.check(self.proxy, |url| Proxy::parse(url.expose_secret()));
        secrets.extend(proxy.iter().flat_map(|proxy| proxy.secrets.iter().cloned()));
        let roots = self.root_certificates.iter().filter_map(|pem| errors.take(root_certificates(pem)));
        let roots = roots.flatten().collect();
        let identity = errors.check(self.identity, |pem| identity(pem.expose_secret()));
        let mut resolve = BTreeMap::<_, Vec<_>>::new();
        for (host, address) in self.resolve {
            if let Some(host) = errors.take(check_host(&host)) {
                resolve.entry(host).or_default().push(address);
            }
        }
        let token_store = self.token_store;
        errors.take(alone);
        let own = errors.check(self.http_client, Connection::with_client);
        errors.report()?;
        let connection = match own {
            Some(connection) => connection,
            None => Connection::new(ConnectionOptions {
                user_agent: user_agent.clone(),
                connect_timeout: connect_timeout.unwrap_or(source.connect_timeout),
                proxy,
                roots,
                identity,
                resolve,
            })?,
        };
        Ok(CheckedSettings { overrides, rate_limit, headers, user_agent, connection, secrets, token_store })
    }

    /// Fails if a connection is to be made otherwise than the given client makes it.
    fn check_alone(&self) -> Result<()> {
        let of_connections = [
            ("connect_timeout", self.connect_timeout.is_some()),
            ("user_agent", self.user_agent.is_some()),
            ("proxy", self.proxy.is_some()),
            ("root_certificate", !self.root_certificates.is_empty()),
            ("identity", self.identity.is_some()),
            ("resolve", !self.resolve.is_empty()),
        ];
        let given = of_connections.iter().filter(|(_, is_given)| *is_given && self.http_client.is_some());
        let given: Vec<_> = given.map(|(name, _)| format!("`{name}`")).collect();
        if given.is_empty() {
            return Ok(());
        }
        let message = format!("{} cannot change the client given to `http_client`", given.join(", "));
        Err(Error::new(ErrorKind::Config, message)
            .with_help("set the same on the `reqwest::ClientBuilder`, or leave `http_client` out"))
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers: Vec<_> = self.headers.iter().map(|(name, _)| name).collect();
        let proxy = self.proxy.as_ref().map(|url| Proxy::parse(url.expose_secret()).map(|proxy| proxy.shown));
        f.debug_struct("Settings")
            .field("timeout", &self.timeout)
            .field("retry", &self.retry)
            .field("rate_limit", &self.rate_limit)
            .field("concurrency", &self.concurrency)
            .field("headers", &headers)
            .field("user_agent", &self.user_agent)
            .field("connect_timeout", &self.connect_timeout)
            .field("proxy", &proxy.and_then(Result::ok))
            .field("root_certificates", &self.root_certificates.len())
            .field("identity", &self.identity.is_some())
            .field("resolve", &self.resolve)
            .field("http_client", &self.http_client.is_some())
            .field("token_store", &self.token_store.is_some())
            .finish()
    }
}

/// An error of the setting of this name.
fn unusable(setting: &str, why: impl fmt::Display, help: &str) -> Error {
    Error::new(ErrorKind::Config, format!("`{setting}` is not usable: {why}")).with_help(help)
}

fn positive(setting: &str, time: Duration) -> Result<Duration> {
    if time.is_zero() {
        return Err(unusable(setting, "it is zero", "give it the longest time that is acceptable"));
    }
    Ok(time.min(LONGEST))
}

fn check_retry(retry: RetryPolicy) -> Result<RetryPolicy> {
    let RetryPolicy { backoff_factor, .. } = retry;
    if !(backoff_factor.is_finite() && backoff_factor >= 0.0) {
        let why = format!("its backoff factor is {backoff_factor}");
        return Err(unusable("retry", why, "give it a number of seconds, 0 or more"));
    }
    if let Some(status) = retry.statuses.iter().find(|status| !(100..600).contains(*status)) {
        let why = format!("{status} is not an HTTP status");
        return Err(unusable("retry", why, "give it statuses from 100 to 599"));
    }
    let max_wait = retry.max_wait.min(LONGEST);
    Ok(retry.max_wait(max_wait))
}

fn check_rate_limit(limit: RateLimit) -> Result<RateLimit> {
    let RateLimit { requests, per } = limit;
    if requests == 0 || per.is_zero() {
        let why = format!("it allows {requests} requests per {per:?}");
        return Err(unusable("rate_limit", why, "give it a number of requests and a period, both above zero"));
    }
    Ok(RateLimit { requests, per: per.min(LONGEST) })
}

fn check_concurrency(pages: usize) -> Result<usize> {
    match pages {
        0 => Err(unusable("concurrency", "it is 0", "give it 1 for one page at a time")),
        _ => Ok(pages),
    }
}

/// The header; no error quotes its value, which may be a secret.
fn check_header(name: &str, value: &SecretString) -> Result<(HeaderName, HeaderValue)> {
    let key = HeaderName::try_from(name).map_err(|_| {
        unusable("header", format!("{name:?} is not the name of a header"), "give it a name like `X-Tenant`")
    })?;
    if OWN_HEADERS.contains(&key.as_str()) {
        return Err(unusable("header", format!("`{key}` is set by the client itself"), "leave it out"));
    }
    let mut value = HeaderValue::try_from(value.expose_secret()).map_err(|_| {
        let why = format!("the value of `{key}` cannot be sent");
        unusable("header", why, "give it a value without line breaks and other control characters")
    })?;
    value.set_sensitive(true);
    Ok((key, value))
}

/// The value of a header, and the credential in it: a server may quote it without its scheme.
fn header_secrets(name: &str, value: &SecretString) -> Vec<SecretString> {
    let credential = value.expose_secret().split_once(' ').map(|(_, credential)| credential.trim());
    let credential = credential.filter(|_| name.eq_ignore_ascii_case(AUTHORIZATION.as_str()));
    [Some(value.clone()), credential.map(SecretString::from)].into_iter().flatten().collect()
}

fn check_user_agent(agent: &str) -> Result<HeaderValue> {
    HeaderValue::try_from(agent).map_err(|_| {
        let why = format!("{agent:?} cannot be sent");
        unusable("user_agent", why, "give it a name without line breaks and other control characters")
    })
}

/// The host as URLs have it.
fn check_host(host: &str) -> Result<String> {
    match Host::parse(host) {
        Ok(Host::Domain(name)) => Ok(name),
        _ => Err(unusable(
            "resolve",
            format!("{host:?} is not the name of a host"),
            "give it the host of the base URL, without scheme and port",
        )),
    }
}
