//! The client that every generated one wraps: a declaration, its secrets, and the connections.

mod body;
mod builder;
pub(crate) mod call;
mod errors;
mod fingerprint;
pub(crate) mod headers;
pub(crate) mod parent_value;
mod rejection;
pub(crate) mod resource_entry;
mod setters;
mod settings;
pub(crate) mod source;
pub(crate) mod source_param;
pub(crate) mod transport;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::Url;
use reqwest::header::HeaderMap;

pub use self::builder::ClientBuilder;
use self::settings::Overrides;
use self::source::SourceDef;
use self::transport::Transport;
use crate::auth::Auth;
use crate::declare::resource::ResourceDef;
use crate::declare::resource_name::ResourceName;
use crate::error::{Error, ErrorKind, Result};
use crate::http::retry_policy::RetryPolicy;
use crate::incremental::cursor::{IncrementalDef, Lag, Position};
use crate::incremental::range::{self, Range};
use crate::incremental::setting::RunValues;
use crate::incremental::zone::ZonedRange;
use crate::params::step_params::StepParams;
use crate::params::template::Values;

/// A client of a source, whatever source it is: what is inside of every generated client, which
/// [`Source::client`](crate::Source::client) returns. Cheap to clone: clones share connections and limits.
///
/// A program that knows its API uses the generated client. This one is for code that is written once for all of them: it
/// names resources by text.
#[derive(Clone)]
pub struct Client(Arc<ClientInner>);

struct ClientInner {
    def: &'static SourceDef,
    base: Url,
    headers: HeaderMap,
    values: Values,
    step_params: Option<StepParams>,
    overrides: Overrides,
    transport: Transport,
}

impl Client {
    /// The source's name: that of the module.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.0.def.name
    }

    /// The names of its resources, in the order of their declaration.
    #[must_use]
    pub fn resources(&self) -> Vec<ResourceName> {
        self.0.def.resources.iter().map(|entry| ResourceName::new(entry.def.name)).collect()
    }

    /// The fingerprint of the declaration, as text: two programs with the same one send the same requests and read the
    /// same rows from the responses, apart from the functions that the declaration names (`filter`, `map` and
    /// `yield_map`), which are not part of it. Neither is what is set when a client is built: a base URL, secrets, params.
    ///
    /// It is the same in each process and on each machine, and changes with the declaration; a release may change it, too.
    ///
    /// # Errors
    /// [`Config`](crate::ErrorKind::Config) where a value of the declaration cannot be written down, which is a bug.
    pub fn fingerprint(&self) -> Result<String> {
        fingerprint::declaration(self.0.def)
    }

    /// The fingerprint of what this client was built with, as text: its base URL and its params, so far as they are set or have
    /// values by default that do not depend on the moment. Secrets are not part of it, nor how it connects.
    ///
    /// Programs that share one read have the same one, as they have the same [`fingerprint`](Self::fingerprint): otherwise they ask
    /// different questions.
    ///
    /// # Errors
    /// As [`fingerprint`](Self::fingerprint).
    pub fn settings_fingerprint(&self) -> Result<String> {
        fingerprint::settings(self)
    }

    /// A client for one of so many programs that read the same API at a time, with its share of the limits: of each declared rate a
    /// part, rounded down, and of `concurrency` likewise, but at least one page. All reads of this client have no more requests than
    /// that in flight. Together they stay within what is declared, as long as each takes its share once.
    ///
    /// Where a rate is fewer requests than there are shares, each sends one in a period that is so much longer; they may send it
    /// at the same moment. Connections and access tokens are those of this client; 0 is 1.
    ///
    /// ```no_run
    /// # #[declarest::source(base_url = "https://api.example.com", rate_limit = "10/s", concurrency = 4)]
    /// # pub mod analytics {
    /// #     #[resource(name = issues, path = "/issues")]
    /// #     pub struct Issue { pub key: String }
    /// # }
    /// use declarest::Source as _;
    ///
    /// let client = analytics::Client::builder().build()?;
    /// let half = client.client().share_of(2); // 5 requests a second, 2 pages at a time
    /// # Ok::<(), declarest::Error>(())
    /// ```
    #[must_use]
    pub fn share_of(&self, programs: u32) -> Self {
        let of = programs.max(1);
        let whole = &*self.0;
        let pages = (self.concurrency() / usize::try_from(of).unwrap_or(usize::MAX)).max(1);
        Self(Arc::new(ClientInner {
            def: whole.def,
            base: whole.base.clone(),
            headers: whole.headers.clone(),
            values: whole.values.clone(),
            step_params: whole.step_params.clone(),
            overrides: Overrides { concurrency: Some(pages), ..whole.overrides.clone() },
            transport: whole.transport.share(of, pages),
        }))
    }

    pub(crate) fn def(&self) -> &'static SourceDef {
        self.0.def
    }

    pub(crate) fn base(&self) -> &Url {
        &self.0.base
    }

    /// Whether a URL is of the same origin as the base URL.
    pub(crate) fn is_at_base(&self, url: &str) -> bool {
        Url::parse(url).is_ok_and(|url| url.origin() == self.0.base.origin())
    }

    pub(crate) fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// The values of the client-wide params.
    pub(crate) fn values(&self) -> &Values {
        &self.0.values
    }

    /// The client-wide params as functions of processing steps take them.
    pub(crate) fn step_params(&self) -> Option<StepParams> {
        self.0.step_params.clone()
    }

    /// The values of the client-wide params in a run that began at a moment: with defaults that depend on it.
    pub(crate) fn values_at(&self, begun: Timestamp) -> Cow<'_, Values> {
        source_param::at(self.0.def.params, &self.0.values, begun)
    }

    /// The range of a run that began at a moment, from `start` where the last run got further.
    pub(crate) fn declared_range(
        &self,
        def: &IncrementalDef,
        start: Option<Position>,
        begun: Timestamp,
    ) -> Result<Range> {
        let values = self.values_at(begun);
        Range::declared(
            &self.zoned(def)?,
            start,
            RunValues { begun, params: &|name| values.text(name).map(str::to_owned) },
        )
    }

    /// A range with the zone of its times.
    pub(crate) fn zoned(&self, def: &IncrementalDef) -> Result<ZonedRange> {
        ZonedRange::new(def, |name| self.values().text(name).map(str::to_owned))
    }

    /// How far a run goes back before the newest row of the last one.
    pub(crate) fn lag(&self, def: &IncrementalDef) -> Result<Option<Lag>> {
        let Some(Lag::Param(name)) = def.lag else { return Ok(def.lag) };
        self.values().text(name).map(|text| range::read_lag(def.kind, name, text)).transpose()
    }

    /// How many rows a page of a resource has, as far as it is declared.
    pub(crate) fn page_size(&self, def: &ResourceDef) -> Result<Option<u32>> {
        let Some(name) = def.page_size else { return Ok(def.paginator.limit()) };
        let text = self.values().text(name).unwrap_or_default();
        match text.parse() {
            Ok(rows @ 1..) => Ok(Some(rows)),
            _ => Err(Error::new(ErrorKind::Config, format!("`{name}` is {text:?}, and a page holds at least one row"))
                .with_help(format!("set it to the number of rows per page: `.{name}(100)` on the builder"))),
        }
    }

    pub(crate) fn transport(&self) -> &Transport {
        &self.0.transport
    }

    /// How the requests of a resource are authorised.
    pub(crate) fn auth(&self, def: &ResourceDef) -> Auth {
        self.transport().credentials().chosen(def.auth.unwrap_or(self.0.def.auth))
    }

    /// How long one attempt at a request of a resource may take.
    pub(crate) fn timeout(&self, def: &ResourceDef) -> Duration {
        self.0.overrides.timeout.or(def.timeout).unwrap_or(self.0.def.timeout)
    }

    /// When a request of a resource is repeated.
    pub(crate) fn retry(&self, def: &ResourceDef) -> RetryPolicy {
        let declared = || RetryPolicy::declared(def.retry.as_ref().unwrap_or(&self.0.def.retry));
        self.0.overrides.retry.clone().unwrap_or_else(declared)
    }

    /// How many pages of a read are in flight, where a request does not say it: as declared, or as the builder was given.
    #[must_use]
    pub fn concurrency(&self) -> usize {
        self.0.overrides.concurrency.unwrap_or(self.0.def.concurrency)
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
