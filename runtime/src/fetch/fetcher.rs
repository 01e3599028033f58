//! One page of a walk: from its request to its response, and from that to rows.

use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;
use reqwest::header::{CONTENT_ENCODING, HeaderMap};
use serde_json::Value;
use tracing::Span;

use super::planned_request::PlannedRequest;
use super::query::FetchQuery;
use super::written_times;
use crate::auth::credentials::Credentials;
use crate::client::Client;
use crate::client::call::{Call, NamedBy, PageResponse};
use crate::client::headers::header_map;
use crate::client::resource_entry::ResourceEntry;
use crate::declare::resource::{Method, ResourceDef};
use crate::decode::batch_plan::BatchPlan;
use crate::decode::{BadRow, DecodeSpec, DecodedPage, PageFacts, still_encoded};
use crate::error::{Error, ErrorKind, Result};
use crate::http::stats::Stats;
use crate::incremental::cursor::{CursorKind, Format, IncrementalDef};
use crate::incremental::range::Range;
use crate::incremental::watermark::PagePositions;
use crate::incremental::written_bounds::{format_bounds, sent_bounds};
use crate::json::path::{Step, body_path};
use crate::json::scalar::Scalar;
use crate::paginate::PageRequest;
use crate::params::body::{Filling, Payload};
use crate::params::template::{TemplateError, Values};
use crate::schema::identity::IdentifyingColumns;
use crate::schema::value::ColumnValue;
use crate::text::url::{add_absent_params, display_url, page_url, whole_url};

/// What every page of a walk needs.
pub(crate) struct Fetcher {
    client: Client,
    entry: ResourceEntry,
    spec: DecodeSpec,
    path: String,
    /// The parameters of every page: those of the request override the declared ones.
    params: Vec<(&'static str, String)>,
    json: BodyParams,
    headers: HeaderMap,
    stats: Arc<Stats>,
    /// The span of the fetch, the sync or the verification.
    pub(super) span: Span,
}

/// The params of every JSON body.
struct BodyParams {
    values: Values,
    params: Vec<(&'static str, Value)>,
    /// The requested range, where the declaration puts it into the body.
    range: Vec<(&'static [Step], Value)>,
}

impl Fetcher {
    pub(crate) fn new(client: &Client, entry: ResourceEntry, query: FetchQuery, stats: Arc<Stats>) -> Result<Self> {
        let def = entry.def;
        let FetchQuery { path, params: set, json, values, filter, batch, begun, .. } = query;
        let begun = begun.unwrap_or_else(Timestamp::now);
        let mut values = values.or(&client.values_at(begun));
        let incremental = def.incremental.as_ref().map(|range| client.zoned(range)).transpose()?;
        let bounds = match &incremental {
            Some(incremental) => format_bounds(incremental, &filter.range)?,
            None => (None, None),
        };
        if let Some(incremental) = &incremental {
            let (start, end) = &bounds;
            for (name, bound) in [("incremental.start_value", start), ("incremental.end_value", end)] {
                if let Some(bound) = bound {
                    values.set_json(name, &bound_value(incremental, bound.clone()));
                }
            }
        }
        written_times::fill(def, incremental.as_ref(), &filter.range, begun, &mut values)?;
        let path = match path {
            Some(path) => path,
            None => values.path(def.path).map_err(|error| error.in_path(def.path))?,
        };
        let mut headers = client.headers().clone();
        headers.extend(header_map(def.headers, &values)?);
        let fixed = def.fixed_params.iter();
        let mut params: Vec<_> =
            fixed.flat_map(|(name, value)| values.fill_each(value).into_iter().map(|text| (*name, text))).collect();
        override_params(&mut params, set);
        let mut range = Vec::new();
        if let Some(incremental) = &incremental {
            let (start, end) = bounds;
            let start = (incremental.start_param, incremental.start_body_path, start);
            let end = (incremental.end_param, incremental.end_body_path, end);
            for (param, path, bound) in [start, end] {
                match (param, path, bound) {
                    (Some(param), _, Some(bound)) => override_params(&mut params, vec![(param, bound)]),
                    (None, Some(path), Some(bound)) => range.push((path, bound_value(incremental, bound))),
                    _ => {}
                }
            }
        }
        let batch = batch.map(|plan| with_range(plan, def, &filter.range));
        let spec = DecodeSpec::new(def, def.incremental.is_some().then_some(filter), batch.as_ref())?
            .with_params(client.step_params());
        let json = BodyParams { values, params: json, range };
        Ok(Self { client: client.clone(), entry, spec, path, params, json, headers, stats, span: Span::current() })
    }

    /// Keeps every good row, and quarantines the others.
    pub(crate) fn lenient(mut self) -> Self {
        self.spec = self.spec.lenient();
        self
    }

    /// The values at the paginator's probes, in a body whose rows cannot be read.
    pub(crate) fn found(&self, body: &[u8]) -> Vec<Option<Scalar>> {
        self.spec.found(body)
    }

    /// Which columns identify a row.
    pub(crate) fn identifying(&self) -> &IdentifyingColumns {
        self.spec.identifying()
    }

    pub(crate) fn resource(&self) -> &'static str {
        self.entry.def.name
    }

    pub(crate) fn credentials(&self) -> &Credentials {
        self.client.transport().credentials()
    }

    /// Redacts secrets from a text that a page is quoted in.
    pub(crate) fn redact(&self, text: &str) -> String {
        self.credentials().redact(text)
    }

    /// Redacts secrets from an error about a page.
    pub(crate) fn redact_error(&self, error: Error) -> Error {
        error.redacted(|text| self.redact(text), |text| self.credentials().recheck(text))
    }

    /// Requests a page, and leaves the response undecoded.
    pub(crate) async fn request(&self, request: PageRequest) -> Result<PageResponse> {
        let call = self.call(request)?;
        let response = self.client.transport().send(&call, &self.stats).await;
        response.map_err(|error| error.on_page(call.page, display_url(&call.url)))
    }

    /// What a request would be, as it may be printed.
    pub(super) fn planned(&self, request: PageRequest) -> Result<PlannedRequest> {
        let Call { method, url, body, .. } = self.call(request)?;
        let body = body.map(|body| self.redact(&String::from_utf8_lossy(&body.bytes)));
        Ok(PlannedRequest { method: method.to_string(), url: self.redact(&display_url(&url)), body })
    }

    /// All that a response says besides its rows; none where only decoding these shows it.
    pub(crate) fn facts(&self, response: &PageResponse) -> Option<PageFacts> {
        if self.has_no_rows(response) { Some(PageFacts::absent()) } else { PageFacts::read(&response.body, &self.spec) }
    }

    /// Decodes a response.
    pub(crate) fn read(&self, response: &PageResponse) -> Result<DecodedPage> {
        let PageResponse { page, requested, headers, body, .. } = response;
        if self.has_no_rows(response) {
            let rows = (self.entry.empty)(&self.spec);
            let positions = PagePositions::default();
            let facts = PageFacts::absent();
            return Ok(DecodedPage { rows, bad_rows: Vec::new(), positions, identities: Vec::new(), facts });
        }
        self.decode(body).map_err(|error| {
            let encoded = headers.get(CONTENT_ENCODING).and_then(|coding| still_encoded(coding, body));
            encoded.unwrap_or(error).on_page(*page, requested)
        })
    }

    /// Whether the response holds no rows without being decoded.
    fn has_no_rows(&self, response: &PageResponse) -> bool {
        response.ignored || self.spec.is_empty_page(&response.body)
    }

    fn call(&self, PageRequest { number, url, resend, query, body, headers: paging }: PageRequest) -> Result<Call> {
        let def = self.entry.def;
        let auth = self.client.auth(def);
        if let Some(name) = auth.header().filter(|name| paging.contains_key(*name)) {
            let message =
                format!("the header `{name}` of the next page cannot be sent: it holds the credentials of `auth`");
            return Err(Error::new(ErrorKind::Config, message).with_help("use another header in the paginator"));
        }
        let mut named_by = NamedBy::Link;
        // The paginator's parameters override all others.
        let params = self.params.iter().filter(|(name, _)| query.iter().all(|(taken, _)| taken != name));
        let params = params.map(|(name, value)| (*name, value.as_str()));
        let pairs: Vec<_> = params.chain(query.iter().map(|(name, value)| (&**name, value.as_str()))).collect();
        let url = if let Some(mut url) = url {
            self.credentials().strip_credentials(auth, &def.secrets(), &mut url);
            if resend {
                add_absent_params(&mut url, &pairs);
            }
            url
        } else {
            named_by = if def.path.starts_with('{') { NamedBy::Value(def.path) } else { NamedBy::Declaration };
            if def.path.starts_with('/') {
                page_url(self.client.base(), &self.path, &pairs)?
            } else {
                let url = whole_url(self.client.base(), &self.path, &pairs);
                let mut url = url.map_err(|why| TemplateError::NoUrl(why).in_path(def.path))?;
                self.credentials().strip_credentials(auth, &def.secrets(), &mut url);
                url
            }
        };
        let body = if def.has_body() {
            let range = self.json.range.iter().map(|(path, bound)| (body_path(path), bound.clone()));
            let values = range.chain(body).collect();
            let secrets = |secret| self.credentials().secret(secret);
            let filling = Filling { params: &self.json.params, values: &self.json.values, secrets: &secrets };
            Some(Payload::new((def.json, def.data), &filling, values)?)
        } else {
            None
        };
        let method = match def.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
        };
        let mut headers = self.headers.clone();
        headers.extend(paging);
        Ok(Call {
            resource: def.name,
            page: number,
            method,
            url,
            named_by,
            body,
            headers,
            accept: def.format.accept(),
            body_prefix: def.body_prefix,
            actions: def.response_actions,
            auth,
            secrets: def.secrets(),
            retry: self.client.retry(def),
            timeout: self.client.timeout(def),
        })
    }

    fn decode(&self, body: &Bytes) -> Result<DecodedPage> {
        let decode = self.entry.decode;
        // Errors quote parts of the body, and a part of a secret would not be recognized: so the whole body is redacted
        // and decoded again.
        let decode_redacted = || {
            let text = String::from_utf8_lossy(body);
            let redacted = self.redact(&text);
            (redacted != text).then(|| decode(&redacted.into(), &self.spec))
        };
        match decode(body, &self.spec) {
            Ok(decoded) if decoded.bad_rows.is_empty() => Ok(decoded),
            Ok(decoded) => {
                let bad_rows = match decode_redacted() {
                    None => decoded.bad_rows,
                    Some(Ok(redacted)) if redacted.bad_rows.len() == decoded.bad_rows.len() => redacted.bad_rows,
                    Some(_) => decoded.bad_rows.into_iter().map(|bad| self.redacted_bad_row(&bad)).collect(),
                };
                Ok(DecodedPage { bad_rows, ..decoded })
            }
            Err(error) => Err(decode_redacted().and_then(Result::err).unwrap_or(error)),
        }
    }

    /// A bad row whose error cannot be quoted, since that may hold a part of a secret.
    fn redacted_bad_row(&self, bad: &BadRow) -> BadRow {
        let error = "the row does not fit the declaration".to_owned();
        let (text, place, path) = (self.redact(&bad.text), self.redact(&bad.place), self.redact(&bad.path));
        BadRow { text, number: bad.number, place, path, error }
    }
}

/// The columns of a page with the range that it is requested with.
fn with_range(plan: Arc<BatchPlan>, def: &ResourceDef, range: &Range) -> Arc<BatchPlan> {
    let columns = def.range_columns;
    let Some(incremental) = def.incremental.as_ref().filter(|_| columns.start || columns.end) else {
        return plan;
    };
    let (start, end) = sent_bounds(incremental, range);
    let ends = [(columns.start, start), (columns.end, end)].into_iter();
    let ends = ends.filter_map(|(is_included, end)| is_included.then(|| end.map_or(ColumnValue::Null, Into::into)));
    Arc::new(plan.with_last(ends.collect()))
}

/// Sets parameters, each instead of all others of its name.
fn override_params(params: &mut Vec<(&'static str, String)>, by: Vec<(&'static str, String)>) {
    params.retain(|(name, _)| by.iter().all(|(taken, _)| taken != name));
    params.extend(by);
}

/// A bound of the range in a JSON body: a number where the cursor is one.
fn bound_value(def: &IncrementalDef, text: String) -> Value {
    let is_number = def.kind == CursorKind::Integer || !matches!(def.format, None | Some(Format::Pattern(_)));
    match text.parse::<i64>() {
        Ok(number) if is_number => number.into(),
        _ => text.into(),
    }
}
