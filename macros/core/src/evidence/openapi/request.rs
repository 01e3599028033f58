//! A resource against the operation that an OpenAPI file has for its path.

use std::cell::Cell;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use super::body::{self as request_body, BodyKind, BodyPlace, SentBody};
use super::operation::Operation;
use super::params::{self as request_params, SentParam, SentValue};
use super::path::{DeclaredPath, PathMatch, find, misplaced, pairs, placeholders};
use super::security;
use super::spec::Spec;
use crate::diagnostic::{OptionOrigin, suggest};
use crate::evidence::response::{Compared, ContentFacts, ResponseFacts, Witness};
use crate::language::{Auth, Data, Header, MethodKind, Paginator, Param, ParamValue, ResourceOptions, SourceOptions};
use crate::literal::{BodyPath, Template, TemplatePart, WireName};
use crate::model::Path;
use crate::resolve::headers::{self, Set};
use crate::resolve::{self, ResolvedOptions, params};
use crate::syntax::{Slot, Text, Word};

/// What all resources of a source are compared with.
pub(crate) struct OpenapiComparison<'a> {
    spec: Option<&'a Spec>,
    source: &'a SourceOptions,
    /// Whether the base URL, and the credentials that all share, have been reported.
    base_url: Cell<bool>,
    auth: Cell<bool>,
}

impl<'a> OpenapiComparison<'a> {
    pub(crate) fn new(spec: Option<&'a Spec>, source: &'a SourceOptions) -> Self {
        Self { spec, source, base_url: Cell::new(false), auth: Cell::new(false) }
    }
}

/// Reports what the file refutes.
pub(crate) fn check(compared: Compared<'_>, comparison: &OpenapiComparison<'_>) {
    let Compared { resource, shared, request, .. } = compared;
    let (own, errors) = (&resource.options, &resource.errors);
    let (Some(spec), Some(path), None) = (comparison.spec, request.path, own.openapi.get()) else { return };
    let is_overruled = own.overruled.contains(&"path");
    let resolved = ResolvedOptions::new(own, shared);
    let Some(method) = resolved.method_kind() else { return };
    // Whatever is at another URL is not in this file.
    if !path.token.value().starts_with('/') {
        return;
    }
    let declared = DeclaredPath::new((&path.template, &path.token), request.params, comparison.source);
    let operation = match find(spec, &declared, method) {
        PathMatch::Unknown => return,
        PathMatch::Nothing(_) | PathMatch::Method { .. } if is_overruled => return,
        PathMatch::Method { .. } if compared.overrules("method", own.method.is_absent()) => return,
        PathMatch::Nothing(message) => return errors.report(&path.token, message),
        PathMatch::Method { path: found, others } => {
            let listed: Vec<String> = others.iter().map(|other| other.to_uppercase()).collect();
            let help = listed.iter().find(|other| matches!(other.as_str(), "GET" | "POST"));
            let help = help.map_or_else(String::new, |other| format!("\nhelp: write `method = {other}`"));
            let note = suggest::note("method", " there", listed.iter().map(String::as_str));
            let message = format!("`{found}` in `{}` has no `{}`{help}{note}", spec.name, method.word());
            return match (own.method.get(), shared.method.get()) {
                (Some(own), _) => errors.report(&own.word, message),
                (None, Some(shared)) => errors.conflict(&path.token, message, &shared.word, "set by default here"),
                (None, None) => errors.report(&path.token, message),
            };
        }
        PathMatch::Operation { operation, bare } => {
            if bare
                && !comparison.source.overruled.contains(&"base_url")
                && let Some(url) = comparison.source.base_url.get()
                && let Some(message) = misplaced(spec, &url.token.value())
                && !comparison.base_url.replace(true)
            {
                spec.report_at(&url.token, message);
            }
            operation
        }
    };
    let checked = ResourceCheck { compared, path, comparison, spec, operation, declared: &declared };
    let (sent, also) = (checked.sent(), checked.also());
    let required = |message: String| {
        if !is_overruled {
            errors.report(&path.token, message);
        }
    };
    request_params::check(&checked.operation, &sent, &also, compared.types, &required);
    // A GET with a body may have none in the file: OpenAPI 3.0 forbids it there.
    if method == MethodKind::Post || checked.operation.value.get("requestBody").is_some() {
        checked.body();
    }
    checked.auth(&sent, &also);
    if let Some(response) = checked.operation.response().filter(|_| resolved.is_json()) {
        let witness = Witness::Operation(checked.operation.to_string());
        let called = format!("the response to {witness}");
        let response = ResponseFacts { content: ContentFacts::Body(response), called };
        let rows = compared.rows(&response, false, &path.token);
        compared.paging(&[(&response, rows.as_ref().is_some_and(|rows| !rows.is_empty()))], false);
        if let Some(rows) = rows {
            compared.fields(&rows, &witness);
        }
    }
}

/// A resource, and the operation that it requests.
struct ResourceCheck<'c> {
    compared: Compared<'c>,
    path: &'c Path,
    comparison: &'c OpenapiComparison<'c>,
    spec: &'c Spec,
    operation: Operation<'c>,
    declared: &'c DeclaredPath,
}

impl<'c> ResourceCheck<'c> {
    fn own(&self) -> &'c ResourceOptions {
        &self.compared.resource.options
    }

    fn origin(&self, inherited: bool) -> OptionOrigin<'c> {
        self.compared.origin(inherited)
    }

    /// What is sent in the query, in headers and in the path.
    fn sent(&self) -> Vec<SentParam<'c>> {
        let mut sent: Vec<SentParam<'c>> = Vec::new();
        for param in params::query(self.compared.request.params, self.compared.request.places) {
            sent.push(self.param("query", param.wire(), param));
        }
        let names = placeholders(self.operation.path);
        let mut pairs = pairs(&self.declared.path, self.operation.path).into_iter();
        for piece in &self.path.template.parts {
            let param = match piece.named() {
                TemplatePart::Text(_) => continue,
                TemplatePart::Param(name) => params::find(self.compared.request.params, name),
                _ => None,
            };
            // A fixed value has become a part of the path.
            let is_fixed = param.and_then(Param::pattern).is_some_and(|pattern| !pattern.is_open());
            let pair = if is_fixed { None } else { pairs.next().flatten() };
            let name = pair.and_then(|index| names.get(index));
            sent.extend(name.zip(param).map(|(name, param)| self.param("path", (*name).to_owned(), param)));
        }
        sent.extend(headers::all(&self.own().headers, &self.compared.shared.headers).map(|set| self.header(set)));
        let origin = self.origin(self.own().paginator.is_absent());
        if let Some(paginator) = self.paginator() {
            for written in resolve::paginator::params(paginator) {
                let limit = paginator.number("limit").filter(|_| written.option == "limit_param");
                sent.push(SentParam {
                    place: "query",
                    token: written.token.map_or_else(|| paginator.word.to_token_stream(), ToTokens::to_token_stream),
                    wire: written.wire,
                    overruled: paginator.overrules(written.option) || limit.is_some() && paginator.overrules("limit"),
                    value: limit.map_or(SentValue::Open, |(limit, token)| SentValue::Number(limit, quote!(#token))),
                    origin,
                });
            }
        }
        let origin = self.origin(self.own().incremental.is_absent());
        if let Some(range) = self.own().incremental.or(&self.compared.shared.incremental).get() {
            for (option, slot) in [("start_param", &range.start_param), ("end_param", &range.end_param)] {
                let Some(Text::<WireName> { token, .. }) = slot.get() else { continue };
                let (wire, token) = (token.value(), token.to_token_stream());
                let overruled = range.overruled.contains(&option);
                sent.push(SentParam { place: "query", wire, token, value: SentValue::Open, overruled, origin });
            }
        }
        sent
    }

    fn paginator(&self) -> Option<&'c Paginator> {
        self.own().paginator.or(&self.compared.shared.paginator).get()
    }

    fn param(&self, place: &'static str, wire: String, param: &'c Param) -> SentParam<'c> {
        let is_own = self.own().params.get().is_some_and(|own| own.all.iter().any(|own| own.name == param.name));
        let style = param.style();
        let value = match &param.value {
            ParamValue::Static(one) => fixed(&one.pattern, one.token.clone()),
            ParamValue::Several(_) | ParamValue::Partition | ParamValue::Secret(_) => SentValue::Open,
            ParamValue::Required(ty) => SentValue::Typed { ty, optional: None, style },
            ParamValue::Optional { inner, ty } => SentValue::Typed { ty: inner, optional: Some(ty), style },
        };
        let (token, overruled, origin) = (param.wire_token(), param.overruled, self.origin(!is_own));
        SentParam { place, wire, token, value, overruled, origin }
    }

    fn header(&self, Set { header, inherited }: Set<'c>) -> SentParam<'c> {
        let Header { name, value, pattern, secret, overruled } = header;
        SentParam {
            place: "header",
            wire: name.token.value(),
            token: name.token.to_token_stream(),
            value: if secret.is_some() { SentValue::Open } else { fixed(pattern, value.to_token_stream()) },
            overruled: *overruled,
            origin: self.origin(inherited),
        }
    }

    /// What the source sends with all requests.
    fn also(&self) -> Vec<(&'static str, String)> {
        let headers = headers::of(&self.comparison.source.headers).map(|header| ("header", header.name.token.value()));
        let key = match self.credentials().get() {
            Some(Auth::ApiKey(key)) => Some(key),
            _ => None,
        };
        headers.chain(key.map(|key| (key.location.word(), key.name.value()))).collect()
    }

    fn body(&self) {
        let (own, shared) = (self.own(), self.compared.shared);
        let is_own = !(own.json.is_absent() && own.data.is_absent());
        if ["json", "data"].iter().any(|body| self.compared.overrules(body, !is_own)) {
            return;
        }
        let options = ResolvedOptions::new(own, shared);
        let json = options.json.get();
        let (kind, json) = match options.data.get() {
            _ if json.is_some() => (BodyKind::Json, json),
            Some(Data::Raw(_)) => return,
            Some(Data::Form(form)) => (BodyKind::Form, Some(form)),
            None if is_own => return,
            None => (BodyKind::Json, None),
        };
        let key =
            [&own.json.key(), &own.data.key(), &shared.json.key(), &shared.data.key()].into_iter().find_map(|key| *key);
        let key = key.filter(|_| json.is_some());
        let sent = SentBody {
            kind,
            json,
            key: key.map(ToTokens::to_token_stream),
            origin: self.origin(!is_own),
            places: self.places(),
            params: self.compared.request.params,
        };
        let at = own
            .json
            .key()
            .or(own.data.key())
            .map_or_else(|| self.path.token.to_token_stream(), ToTokens::to_token_stream);
        let is_overruled = own.overruled.contains(&"path") && own.json.is_absent() && own.data.is_absent();
        let required = |message: String| {
            if !is_overruled {
                self.compared.resource.errors.report(&at, message);
            }
        };
        request_body::check(&self.operation, &sent, self.compared.types, &required);
    }

    /// Where the paginator and the range put something into the body.
    fn places(&self) -> Vec<BodyPlace<'c>> {
        let mut places = Vec::new();
        let origin = self.origin(self.own().paginator.is_absent());
        if let Some(paginator) = self.paginator() {
            for (_, option, ..) in resolve::paginator::SENT {
                let Some((steps, token)) = paginator.path(option) else { continue };
                let limit = paginator.number("limit").filter(|_| option == "limit_body_path");
                let limit = limit.filter(|_| !paginator.overrules("limit"));
                let number = limit.map(|(limit, token)| (limit, token.to_token_stream()));
                let overruled = paginator.overrules(option);
                places.push(BodyPlace { steps, token, origin, number, overruled });
            }
        }
        let origin = self.origin(self.own().incremental.is_absent());
        if let Some(range) = self.own().incremental.or(&self.compared.shared.incremental).get() {
            let paths = [("start_body_path", &range.start_body_path), ("end_body_path", &range.end_body_path)];
            for (option, slot) in paths {
                let Some(Text::<BodyPath> { value, token }) = slot.get() else { continue };
                let overruled = range.overruled.contains(&option);
                places.push(BodyPlace { steps: &value.0, token, origin, number: None, overruled });
            }
        }
        places
    }

    fn credentials(&self) -> &'c Slot<Auth> {
        self.own().auth.or(&self.compared.shared.auth).or(&self.comparison.source.auth)
    }

    fn auth(&self, sent: &[SentParam<'_>], also: &[(&str, String)]) {
        let slot = self.credentials();
        let (own, shared) = (self.own(), self.compared.shared);
        let overruled = match (own.auth.is_absent(), shared.auth.is_absent()) {
            (false, _) => &own.overruled,
            (true, false) => &shared.overruled,
            (true, true) => &self.comparison.source.overruled,
        };
        if overruled.contains(&"auth") {
            return;
        }
        let auth = match slot {
            Slot::Set(_, auth) => auth,
            Slot::Absent | Slot::Unset(_) => &Auth::None,
            Slot::Broken(_) => return,
        };
        let Some(message) = security::fits(&self.operation, auth) else { return };
        let names = sent.iter().map(|one| one.wire.clone()).chain(also.iter().map(|(_, name)| name.clone()));
        if matches!(auth, Auth::None) && security::takes(&self.operation, &names.collect::<Vec<_>>()) {
            return;
        }
        let at = match (slot, auth) {
            (_, Auth::ApiKey(key)) => Some(key.name.to_token_stream()),
            (Slot::Set(key, _), _) => Some(key.to_token_stream()),
            _ => None,
        };
        if !self.own().auth.is_absent() {
            return self.compared.resource.errors.report(at, message);
        }
        // A mistake of the source is reported once, and not for every resource.
        if !self.comparison.auth.replace(true) {
            match at {
                Some(at) => self.spec.report_at(at, message),
                None => self.spec.report(message),
            }
        }
    }
}

/// A value that is fixed, unless it has placeholders.
fn fixed<'v>(pattern: &Template, token: TokenStream) -> SentValue<'v> {
    if pattern.is_open() { SentValue::Open } else { SentValue::Fixed(pattern.plain(), token) }
}
