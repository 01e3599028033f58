//! One page of a walk: from what is asked to typed rows, in a task of its own.

use std::sync::Arc;

use bytes::Bytes;
use reqwest::Url;
use reqwest::header::{CONTENT_ENCODING, HeaderMap};
use serde_json::Value;
use tracing::Span;

use super::query::FetchQuery;
use crate::auth::Auth;
use crate::client::Client;
use crate::client::resource_entry::ResourceEntry;
use crate::client::transport::{Call, Response, header_map};
use crate::declare::resource::Method;
use crate::decode::{BadRow, DecodeSpec, DecodedPage, PageFacts, still_encoded};
use crate::error::{Error, ErrorKind, Result};
use crate::http::stats::Stats;
use crate::incremental::cursor::{CursorKind, Format, IncrementalDef};
use crate::incremental::range;
use crate::incremental::watermark::PagePositions;
use crate::json::path::Step;
use crate::json::scalar::Scalar;
use crate::paginate::PageRequest;
use crate::params::body::Payload;
use crate::params::template::{TemplateError, Values};
use crate::schema::row::Rows;
use crate::text::url;

/// What every page of a walk needs.
pub(crate) struct Fetcher {
    client: Client,
    entry: ResourceEntry,
    spec: DecodeSpec,
    path: String,
    /// The parameters of every page: what was set goes before what was declared.
    params: Vec<(&'static str, String)>,
    json: BodyParams,
    headers: HeaderMap,
    stats: Arc<Stats>,
    /// What the pages are read for.
    span: Span,
}

/// What goes into every JSON body.
struct BodyParams {
    values: Values,
    params: Vec<(&'static str, Value)>,
    /// The range that is asked for, where it has its place there.
    range: Vec<(&'static [Step], Value)>,
}

/// An answer that has not been read.
#[derive(Clone)]
pub(crate) struct PageResponse {
    pub(crate) number: u64,
    /// What was asked for, without credentials.
    shown: String,
    pub(crate) response: Response,
}

/// A page that has come.
pub(crate) struct FetchedPage {
    pub(crate) response: PageResponse,
    pub(crate) facts: PageFacts,
    pub(crate) rows: Box<dyn Rows>,
    pub(crate) positions: PagePositions,
    /// Rows that do not fit and were put aside.
    pub(crate) bad_rows: Vec<BadRow>,
}

impl Fetcher {
    pub(crate) fn new(client: &Client, entry: ResourceEntry, query: FetchQuery, stats: Arc<Stats>) -> Result<Self> {
        let def = entry.def;
        let FetchQuery { path, params: set, json, values, filter: since, for_storage: stored, .. } = query;
        let values = values.or(client.values());
        let path = match path {
            Some(path) => path,
            None => values.path(def.path).map_err(|unfit| path_error(def.path, &unfit))?,
        };
        let mut headers = client.headers().clone();
        headers.extend(header_map(def.headers, &values)?);
        let mut params: Vec<_> =
            def.params.iter().filter_map(|(name, value)| Some((*name, values.fill(value)?))).collect();
        override_params(&mut params, set);
        let mut range = Vec::new();
        if let Some(incremental) = &def.incremental {
            let (start, end) = range::format_bounds(incremental, &since.range)?;
            let start = (incremental.start_param, incremental.start_body_path, start);
            let end = (incremental.end_param, incremental.end_body_path, end);
            for (param, place, value) in [start, end] {
                match (param, place, value) {
                    (Some(param), _, Some(value)) => override_params(&mut params, vec![(param, value)]),
                    (None, Some(place), Some(value)) => range.push((place, bound_value(incremental, value))),
                    _ => {}
                }
            }
        }
        let since = def.incremental.is_some().then_some(since);
        let plan = DecodeSpec::new(def, since, stored)?;
        let json = BodyParams { values, params: json, range };
        Ok(Self {
            client: client.clone(),
            entry,
            spec: plan,
            path,
            params,
            json,
            headers,
            stats,
            span: Span::current(),
        })
    }

    /// Keeps every row, and puts those aside that do not fit.
    pub(crate) fn lenient(mut self) -> Self {
        self.spec = self.spec.lenient();
        self
    }

    /// What the paginator looks for, in a body whose rows cannot be read.
    pub(crate) fn found(&self, body: &[u8]) -> Vec<Option<Scalar>> {
        self.spec.found(body)
    }

    pub(crate) fn resource(&self) -> &'static str {
        self.entry.def.name
    }

    /// What the pages are read for.
    pub(crate) fn span(&self) -> &Span {
        &self.span
    }

    /// Strikes secrets out of what is said of a page.
    pub(crate) fn redact(&self, text: &str) -> String {
        self.client.transport().redact(text)
    }

    /// Takes the credentials out of a link, where they are added anew.
    pub(crate) fn strip_credentials(&self, url: &mut Url) {
        self.client.transport().strip_credentials(self.auth(), url);
    }

    fn auth(&self) -> Auth {
        self.entry.def.auth.unwrap_or(self.client.def().auth)
    }

    /// Asks for a page, and leaves the answer unread.
    pub(crate) async fn request(&self, ask: PageRequest) -> Result<PageResponse> {
        let (number, call) = (ask.number, self.call(ask)?);
        let shown = url::display_url(&call.url);
        let response = self.client.transport().send(&call, &self.stats).await;
        let response = response.map_err(|error| error.on_page(number, &shown))?;
        Ok(PageResponse { number, shown, response })
    }

    /// What an answer says besides its rows; none where that is known by reading them alone.
    pub(crate) fn facts(&self, PageResponse { response, .. }: &PageResponse) -> Option<PageFacts> {
        if response.ignored { Some(PageFacts::default()) } else { PageFacts::read(&response.body, &self.spec) }
    }

    /// Reads an answer.
    pub(crate) fn read(&self, answer: PageResponse) -> Result<FetchedPage> {
        let PageResponse { number, shown, response } = &answer;
        let decoded = if response.ignored {
            let (rows, news, outline) = ((self.entry.empty)(), PagePositions::default(), PageFacts::default());
            DecodedPage { rows, positions: news, facts: outline, bad_rows: Vec::new() }
        } else {
            self.decode(&response.body).map_err(|error| {
                let coding = response.headers.get(CONTENT_ENCODING);
                let encoded = coding.and_then(|coding| still_encoded(coding, &response.body));
                encoded.unwrap_or(error).on_page(*number, shown)
            })?
        };
        let DecodedPage { rows, positions: news, facts: outline, bad_rows: bad } = decoded;
        Ok(FetchedPage { response: answer, facts: outline, rows, positions: news, bad_rows: bad })
    }

    fn call(&self, PageRequest { url, query, body, .. }: PageRequest) -> Result<Call> {
        let (def, source) = (self.entry.def, self.client.def());
        let url = if let Some(mut url) = url {
            self.strip_credentials(&mut url);
            url
        } else {
            // What the paginator says goes before all others.
            let params = self.params.iter().filter(|(name, _)| query.iter().all(|(taken, _)| taken != name));
            let params = params.map(|(name, value)| (*name, value.as_str()));
            let pairs: Vec<_> = params.chain(query.iter().map(|(name, value)| (&**name, value.as_str()))).collect();
            url::page_url(self.client.base(), &self.path, &pairs)?
        };
        let body = match def.method {
            Method::Get => None,
            Method::Post => {
                let places =
                    self.json.range.iter().map(|(place, value)| ((*place).into(), value.clone())).chain(body).collect();
                Some(Payload::new((def.json, def.data), &self.json.params, &self.json.values, places))
            }
        };
        Ok(Call {
            resource: def.name,
            url,
            body,
            headers: self.headers.clone(),
            actions: def.response_actions,
            auth: self.auth(),
            retry: def.retry.unwrap_or(source.retry),
            timeout: def.timeout.unwrap_or(source.timeout),
        })
    }

    fn decode(&self, body: &Bytes) -> Result<DecodedPage> {
        let decode = self.entry.decode;
        let struck = || {
            // What is wrong is said with parts of the body, and a part of a secret would not be known as one.
            let text = String::from_utf8_lossy(body);
            let struck = self.redact(&text);
            (struck != text).then(|| decode(&struck.into(), &self.spec))
        };
        match decode(body, &self.spec) {
            Ok(decoded) if decoded.bad_rows.is_empty() => Ok(decoded),
            Ok(decoded) => {
                let bad = match struck() {
                    None => decoded.bad_rows,
                    Some(Ok(struck)) if struck.bad_rows.len() == decoded.bad_rows.len() => struck.bad_rows,
                    Some(_) => decoded.bad_rows.into_iter().map(|bad| self.redacted_bad_row(&bad)).collect(),
                };
                Ok(DecodedPage { bad_rows: bad, ..decoded })
            }
            Err(error) => Err(struck().and_then(Result::err).unwrap_or(error)),
        }
    }

    /// A row of which nothing can be said without a part of a secret.
    fn redacted_bad_row(&self, bad: &BadRow) -> BadRow {
        let error = "the row does not fit the declaration".to_owned();
        let (text, place, path) = (self.redact(&bad.text), self.redact(&bad.place), self.redact(&bad.path));
        BadRow { text, number: bad.number, place, path, error }
    }
}

/// Sets parameters, each instead of all of its name.
fn override_params(params: &mut Vec<(&'static str, String)>, by: Vec<(&'static str, String)>) {
    params.retain(|(name, _)| by.iter().all(|(taken, _)| taken != name));
    params.extend(by);
}

/// The end of a range in a JSON body: a number where it is one.
fn bound_value(def: &IncrementalDef, text: String) -> Value {
    let is_number = def.kind == CursorKind::Integer || !matches!(def.format, None | Some(Format::Pattern(_)));
    match text.parse::<i64>() {
        Ok(number) if is_number => number.into(),
        _ => text.into(),
    }
}

fn path_error(path: &str, unfit: &TemplateError) -> Error {
    let message = match unfit {
        TemplateError::Missing(name) => format!("`{{{name}}}` in the path `{path}` has no value"),
        TemplateError::Traversal(segment) => {
            format!("`{segment}` in the path `{path}` has a value that leads to another path: empty, `.` or `..`")
        }
    };
    Error::new(ErrorKind::Config, message)
}
