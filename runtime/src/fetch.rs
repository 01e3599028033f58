//! One page of a walk: from what is asked to typed rows, in a task of its own.

use std::sync::Arc;

use bytes::Bytes;
use reqwest::Url;
use reqwest::header::HeaderMap;
use tokio::task::JoinHandle;
use tracing::Instrument as _;

use crate::body;
use crate::client::Client;
use crate::decode::{Decoded, Found, Plan};
use crate::error::{Error, ErrorKind, Result};
use crate::paginate::Ask;
use crate::resource::{Method, ResourceEntry};
use crate::row::Rows;
use crate::stats::Stats;
use crate::transport::{Call, Response, header_map};
use crate::url;
use crate::walk::Query;

/// What every page of a walk needs.
pub(crate) struct Fetch {
    client: Client,
    entry: ResourceEntry,
    plan: Plan,
    query: Query,
    headers: HeaderMap,
    stats: Arc<Stats>,
}

/// A page that has come.
pub(crate) struct Fetched {
    pub(crate) number: u64,
    pub(crate) url: Url,
    pub(crate) rows: Box<dyn Rows>,
    pub(crate) received: u64,
    pub(crate) found: Vec<Option<Found>>,
    /// The lists of rows, as the server sent them.
    pub(crate) raw: Vec<Bytes>,
    pub(crate) headers: HeaderMap,
    /// Whether the declaration says that it holds no rows.
    pub(crate) ignored: bool,
}

impl Fetch {
    pub(crate) fn new(client: &Client, entry: ResourceEntry, query: Query, stats: Arc<Stats>) -> Result<Self> {
        let def = entry.def;
        let mut headers = client.headers().clone();
        headers.extend(header_map(def.headers)?);
        let plan = Plan::new(def.selector, def.paginator.probes(), def.missing_rows);
        Ok(Self { client: client.clone(), entry, plan, query, headers, stats })
    }

    pub(crate) fn resource(&self) -> &'static str {
        self.entry.def.name
    }

    /// Strikes secrets out of what is said of a page.
    pub(crate) fn strike(&self, text: &str) -> String {
        self.client.transport().strike(text)
    }

    /// Asks for a page. A task for each, so that pages are decoded on as many threads as there are.
    pub(crate) fn spawn(self: &Arc<Self>, ask: Ask) -> Task {
        let span = tracing::debug_span!("page", resource = self.resource(), page = ask.number);
        let fetch = Arc::clone(self);
        Task(tokio::spawn(async move { fetch.page(ask).await }.instrument(span)))
    }

    async fn page(&self, ask: Ask) -> Result<Fetched> {
        let (number, call) = (ask.number, self.call(ask)?);
        let shown = url::shown(&call.url);
        let response = self.client.transport().send(&call, &self.stats).await;
        let Response { url, headers, body, ignored } = response.map_err(|error| error.on_page(number, &shown))?;
        if ignored {
            let rows = (self.entry.empty)();
            return Ok(Fetched {
                number,
                url,
                rows,
                received: 0,
                found: Vec::new(),
                raw: Vec::new(),
                headers,
                ignored,
            });
        }
        let Decoded { rows, received, found, raw } =
            self.decode(&body).map_err(|error| error.on_page(number, &shown))?;
        Ok(Fetched { number, url, rows, received, found, raw, headers, ignored })
    }

    fn call(&self, Ask { url, query, body, .. }: Ask) -> Result<Call> {
        let (def, source) = (self.entry.def, self.client.def());
        let url = if let Some(url) = url {
            url
        } else {
            // What was set goes before what was declared, and what the paginator says before both.
            let declared =
                def.params.iter().copied().filter(|(name, _)| self.query.params.iter().all(|(set, _)| set != name));
            let set = self.query.params.iter().map(|(name, value)| (*name, value.as_str()));
            let params = declared.chain(set).filter(|(name, _)| query.iter().all(|(taken, _)| taken != name));
            let pairs: Vec<_> = params.chain(query.iter().map(|(name, value)| (*name, value.as_str()))).collect();
            url::page(self.client.base(), &self.query.path, &pairs)?
        };
        let body = match def.method {
            Method::Get => None,
            Method::Post => Some(body::build(def.json, &self.query.json, body)),
        };
        Ok(Call {
            url,
            body,
            headers: self.headers.clone(),
            actions: def.response_actions,
            auth: def.auth.unwrap_or(source.auth),
            retry: def.retry.unwrap_or(source.retry),
            timeout: def.timeout.unwrap_or(source.timeout),
        })
    }

    fn decode(&self, body: &Bytes) -> Result<Decoded> {
        let decode = self.entry.decode;
        decode(body, &self.plan).map_err(|error| {
            // What is wrong is said with parts of the body, and a part of a secret would not be known as one.
            let text = String::from_utf8_lossy(body);
            let struck = self.strike(&text);
            if struck == text { error } else { decode(&struck.into(), &self.plan).err().unwrap_or(error) }
        })
    }
}

/// A page on its way; dropped, it is given up.
pub(crate) struct Task(JoinHandle<Result<Fetched>>);

impl Task {
    pub(crate) async fn join(&mut self) -> Result<Fetched> {
        match (&mut self.0).await {
            Ok(fetched) => fetched,
            Err(error) => match error.try_into_panic() {
                // A panic in a user's `Deserialize` is the user's to see.
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(error) => Err(Error::new(ErrorKind::Transport, "the runtime is shutting down").with_source(error)),
            },
        }
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}
