//! The client that every generated one wraps: a declaration, its secrets, and the connections.

mod body;
mod builder;
pub(crate) mod call;
pub(crate) mod headers;
mod rejection;
pub(crate) mod resource_entry;
pub(crate) mod source;
pub(crate) mod transport;

use std::fmt;
use std::sync::Arc;

use reqwest::Url;
use reqwest::header::HeaderMap;

pub use self::builder::ClientBuilder;
use self::source::SourceDef;
use self::transport::Transport;
use crate::auth::Auth;
use crate::declare::resource::ResourceDef;
use crate::params::template::Values;

/// A client of a source. Cheap to clone: clones share connections and limits.
#[derive(Clone)]
pub struct Client(Arc<ClientInner>);

struct ClientInner {
    def: &'static SourceDef,
    base: Url,
    headers: HeaderMap,
    values: Values,
    transport: Transport,
}

impl Client {
    pub(crate) fn def(&self) -> &'static SourceDef {
        self.0.def
    }

    pub(crate) fn base(&self) -> &Url {
        &self.0.base
    }

    pub(crate) fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// The values of the client-wide params.
    pub(crate) fn values(&self) -> &Values {
        &self.0.values
    }

    pub(crate) fn transport(&self) -> &Transport {
        &self.0.transport
    }

    /// How the requests of a resource are authorised.
    pub(crate) fn auth(&self, def: &ResourceDef) -> Auth {
        def.auth.unwrap_or(self.0.def.auth)
    }

    pub(crate) fn concurrency(&self) -> usize {
        self.0.def.concurrency
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("source", &self.0.def.name)
            .field("base_url", &self.0.base.as_str())
            .finish_non_exhaustive()
    }
}
