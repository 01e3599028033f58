//! A source: one API and its resources, as their declaration says.

use std::time::Duration;

use tracing::Span;

use super::resource_entry::ResourceEntry;
use super::source_param::SourceParam;
use crate::auth::Auth;
use crate::error::{Error, ErrorKind, Result};
use crate::http::retry::Retry;
use crate::http::throttle::RateLimit;
use crate::params::step_params::MakeStepParams;
use crate::text::suggest;

/// A source's declaration, as the macro generates it.
#[derive(Debug)]
pub struct SourceDef {
    /// The module's name.
    pub name: &'static str,
    /// The URL that paths are joined to.
    pub base_url: &'static str,
    /// How requests are authorised.
    pub auth: Auth,
    /// The names of the secrets that the builder has setters for.
    pub secrets: &'static [&'static str],
    /// Those of them that a client may be built without: each stands in `one_of` alone.
    pub optional_secrets: &'static [&'static str],
    /// The params that the builder has setters for.
    pub params: &'static [SourceParam],
    /// Other origins that credentials are sent to.
    pub trust: &'static [&'static str],
    /// Headers of every request.
    pub headers: &'static [(&'static str, &'static str)],
    /// When a request is retried.
    pub retry: Retry,
    /// How long one attempt may take, from the connection to the last byte.
    pub timeout: Duration,
    /// How long making a connection may take.
    pub connect_timeout: Duration,
    /// How many requests may be sent in a period.
    pub rate_limit: Option<RateLimit>,
    /// Pages in flight.
    pub concurrency: usize,
    /// The largest body, in bytes, after decompression.
    pub max_page_bytes: usize,
    /// Makes of the params what functions of processing steps take.
    pub step_params: Option<MakeStepParams>,
    /// The resources, in the order of their declaration.
    pub resources: &'static [ResourceEntry],
}

impl SourceDef {
    /// The span around all events of a fetch, a sync or a verification.
    pub(crate) fn span(&self) -> Span {
        tracing::info_span!("source", source = self.name)
    }

    /// The resource of a name, as `only` and `scan` take it.
    pub(crate) fn resource_named(&self, name: &str) -> Result<ResourceEntry> {
        self.resources.iter().find(|entry| entry.def.name == name).copied().ok_or_else(|| {
            let names: Vec<_> = self.resources.iter().map(|entry| entry.def.name).collect();
            Error::new(ErrorKind::Config, format!("the source `{}` has no resource `{name}`", self.name))
                .with_help(suggest::help(name, "resources", &names))
        })
    }

    /// The source's credentials, then those that resources have for themselves.
    pub(super) fn auths(&self) -> impl Iterator<Item = Auth> {
        [self.auth].into_iter().chain(self.resources.iter().filter_map(|entry| entry.def.auth))
    }

    /// The defaults of the declaration.
    pub const DEFAULT: Self = Self {
        name: "",
        base_url: "",
        auth: Auth::None,
        secrets: &[],
        optional_secrets: &[],
        params: &[],
        step_params: None,
        trust: &[],
        headers: &[],
        retry: Retry::DEFAULT,
        timeout: Duration::from_mins(1),
        connect_timeout: Duration::from_secs(10),
        rate_limit: None,
        concurrency: 4,
        max_page_bytes: 64 << 20,
        resources: &[],
    };
}
