//! The HTTP clients that requests are sent with.

use std::collections::BTreeMap;
use std::error::Error as StdError;
use std::iter::successors;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::HeaderValue;
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, ClientBuilder, Identity};

use super::pem::unusable_identity;
use super::proxy::Proxy;
use crate::error::{Error, ErrorKind, Result};

/// How connections are made.
pub(crate) struct ConnectionOptions {
    pub(crate) user_agent: Option<HeaderValue>,
    pub(crate) connect_timeout: Duration,
    pub(crate) proxy: Option<Proxy>,
    /// Authorities besides those that the system trusts.
    pub(crate) roots: Vec<Certificate>,
    pub(crate) identity: Option<Identity>,
    /// Addresses of hosts that are not looked up.
    pub(crate) resolve: BTreeMap<String, Vec<SocketAddr>>,
}

/// The HTTP clients that requests are sent with, and what explains their errors.
#[derive(Clone)]
pub(crate) struct Connection {
    /// For origins that credentials are sent to: with the client's certificate.
    trusted: Client,
    /// For all others.
    other: Client,
    /// The proxy, without credentials.
    pub(crate) proxy: Option<Arc<str>>,
}

impl Connection {
    /// Connects to nothing.
    pub(crate) fn new(options: ConnectionOptions) -> Result<Self> {
        let other = options.builder()?.build();
        let other = other.map_err(|error| set_up(error.without_url()))?;
        let trusted = match &options.identity {
            None => other.clone(),
            Some(identity) => {
                let client = options.builder()?.identity(identity.clone()).build();
                client.map_err(|error| unusable_identity(&root_cause(&error)).with_source(error))?
            }
        };
        Ok(Self { trusted, other, proxy: options.proxy.map(|proxy| proxy.shown.into()) })
    }

    /// A client of the user's.
    ///
    /// # Errors
    /// Fails if it follows redirects: credentials in a header or a query would go with them to other origins, before
    /// anything here could see the response.
    pub(crate) fn with_client(client: Client) -> Result<Self> {
        // A client cannot be asked for its policy; its `Debug` prints any but the default, which follows redirects.
        // A version that printed something else would have all clients refused, and none accepted.
        if !format!("{client:?}").contains(r#"redirect_policy: "Policy(None)""#) {
            let message =
                "the client given to `http_client` follows redirects, or may: credentials would leave their origin";
            return Err(Error::new(ErrorKind::Config, message)
                .with_help("build it with `.redirect(reqwest::redirect::Policy::none())`; redirects are still followed, without credentials to other origins"));
        }
        Ok(Self { trusted: client.clone(), other: client, proxy: None })
    }

    /// The client for an origin that credentials are sent to, or for another one.
    pub(crate) fn client(&self, is_trusted: bool) -> &Client {
        if is_trusted { &self.trusted } else { &self.other }
    }
}

impl ConnectionOptions {
    fn builder(&self) -> Result<ClientBuilder> {
        let mut builder = Client::builder()
            // Of several TLS backends that a program is built with, another one would be the default.
            .tls_backend_rustls()
            .tls_certs_merge(self.roots.iter().cloned())
            .connect_timeout(self.connect_timeout)
            .redirect(Policy::none());
        builder = match &self.user_agent {
            Some(agent) => builder.user_agent(agent.clone()),
            None => builder.user_agent(concat!("declarest/", env!("CARGO_PKG_VERSION"))),
        };
        if let Some(proxy) = &self.proxy {
            // The error would quote the URL.
            let all = reqwest::Proxy::all(proxy.url.clone())
                .map_err(|_| Error::new(ErrorKind::Config, format!("`proxy` is not usable: `{}`", proxy.shown)))?;
            builder = builder.proxy(all);
        }
        for (host, addresses) in &self.resolve {
            builder = builder.resolve_to_addrs(host, addresses);
        }
        Ok(builder)
    }
}

fn set_up(error: reqwest::Error) -> Error {
    Error::new(ErrorKind::Config, "the HTTP client cannot be set up").with_source(error)
}

fn root_cause(error: &reqwest::Error) -> String {
    let first: &(dyn StdError + 'static) = error;
    successors(Some(first), |&cause| cause.source()).last().map(ToString::to_string).unwrap_or_default()
}
