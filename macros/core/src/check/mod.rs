//! Makes the model: finds the mistakes that show only when options, fields and resources are seen together.

mod auth;
mod body;
mod bounds;
mod buffered;
mod child;
mod client_params;
mod column;
mod cursor;
mod defaults;
mod definition;
mod deleted;
mod duty;
mod effect;
mod field_path;
mod filter;
mod format;
mod incremental;
mod json_keys;
mod key;
mod lint;
mod lint_request;
mod lint_response;
mod literal_secret;
mod misnamed;
mod names;
mod nested;
mod page_size;
mod paginator;
mod paging_paths;
mod param;
mod parent;
mod parent_field;
mod partition;
mod position;
mod range;
mod range_column;
mod resource;
mod resource_graph;
mod row_key;
mod sent;
mod serde_copy;
mod sort;
mod step;
mod step_function;
mod storage;
mod template;
mod unmarked;
mod whole_url;
mod window;
mod written_time;

pub(crate) use auth::BUILDER;
use proc_macro2::Span;
use quote::ToTokens;

use crate::diagnostic::{OptionOrigin, Sink};
use crate::evidence::{Comparison, Evidence};
use crate::items::{Annotated, Body, Declaration, Field, Module, ParsedItem};
use crate::language::{Auth, ResourceOptions};
use crate::literal::Duration;
use crate::model::{self, Source};
use crate::naming::default_crate;
use crate::resolve::headers;
use crate::syntax::{FieldPath, Slot, Text};
use client_params::ClientParams;
use defaults::Defaults;
use field_path::NestedStructs;
use names::NameRegister;
use step_function::StepFunctions;

/// Checks a source. Each part that is wrong keeps its place in the model as a stub.
pub(crate) fn source(declaration: Declaration, evidence: &Evidence, errors: &Sink) -> Source {
    let Declaration { options, secrets, module, errors: own, .. } = declaration;
    let Module { attrs, vis, unsafety, ident, items } = module;

    let secrets = auth::secrets(secrets, &items, &own);
    auth::in_the_open(&options, &secrets, &own);
    let token_url = auth::all(&options, &items).any(Auth::is_oauth2);
    if let Slot::Absent | Slot::Unset(_) = options.base_url {
        own.report(&ident, "`base_url` is missing\nhelp: write `base_url = \"https://…\"` in the attribute `source`");
    }
    if let Some(concurrency) = options.concurrency.get()
        && concurrency.value == 0
    {
        own.report(&concurrency.token, "a concurrency of zero allows no request\nhelp: write at least 1");
    }
    if resources(&items).next().is_none() {
        own.report(
            &ident,
            format!("`{ident}` has no resource\nhelp: mark a struct in it with `#[resource(path = \"/…\")]`"),
        );
    }
    let none = ResourceOptions::default();
    let shared = options.resource_defaults.get().map_or(&none, |defaults| &defaults.0);
    effect::check(&options, shared, &items, &own);
    lint::check(&options, shared, &items, &own);
    literal_secret::check(&options, &items, &own);
    let client_params = ClientParams::new(&options.params);
    client_params.check(&secrets, &own);
    auth::values(&options, &items, &client_params, &own);
    let step_functions = StepFunctions::new(&items, &client_params);
    let steps_take_params = step_functions.take_params(&items, shared);
    if !steps_take_params {
        client_params.used(&options, &items, &own);
    }
    template::source_urls(&options, &client_params, &own);
    template::source_headers(&options.headers, &client_params, &own);
    let step_params = steps_take_params && step_functions.may_have_struct();
    let params = client_params.model(&options, &items, &secrets, steps_take_params);
    let defaults = Defaults::new((client_params, step_functions), shared, (options.auth.get(), &options.headers), &own);
    duty::check(&items, shared);
    unmarked::check(&items, errors);
    buffered::check(&items, options.krate.get());
    let mut names = NameRegister::new(&items, errors);
    let elements = child::elements(&items, shared);
    let nested = NestedStructs::new(&items, &shared.rename_all);
    let comparison = Comparison::new(evidence, &items, shared, &options);
    let mut parents = parent::check(&items, &defaults, &nested).into_iter();

    let items = items
        .into_iter()
        .map(|item| match item {
            ParsedItem::Resource(resource) => {
                let parent = parents.next().unwrap_or_default();
                model::Item::Resource(Box::new(resource::check(
                    *resource,
                    parent,
                    &defaults,
                    &nested,
                    &comparison,
                    &mut names,
                )))
            }
            ParsedItem::Nested(nested) => model::Item::Nested(Box::new(nested::check(*nested, &defaults, &elements))),
            ParsedItem::User(item) => model::Item::User(item),
        })
        .collect();

    Source {
        krate: options.krate.get().cloned().unwrap_or_else(default_crate),
        attrs,
        vis,
        unsafety,
        ident,
        base_url: options.base_url.get().map_or_else(String::new, |url| url.token.value()),
        auth: options.auth.get().cloned().unwrap_or(Auth::None),
        secrets,
        params,
        step_params,
        token_url,
        trust: options
            .trust
            .get()
            .map(|trust| trust.iter().map(|origin| origin.token.value()).collect())
            .unwrap_or_default(),
        headers: headers::of(&options.headers)
            .filter(|header| !written_time::has_time(header))
            .filter_map(|header| template::filled(header, &[]))
            .collect(),
        retry: options.retry.get().cloned(),
        timeout: duration(&options.timeout),
        connect_timeout: duration(&options.connect_timeout),
        rate_limit: options.rate_limit.get().map(|rate| rate.value),
        concurrency: options.concurrency.get().map(|concurrency| concurrency.value),
        max_page_bytes: options.max_page_bytes.get().map(|size| size.bytes),
        items,
        client: names.generated("Client"),
        builder: names.generated("ClientBuilder"),
        names: names.generated("Resources"),
    }
}

/// The resources among the items of a module.
fn resources(items: &[ParsedItem]) -> impl Iterator<Item = &Annotated<ResourceOptions>> {
    items.iter().filter_map(|item| match item {
        ParsedItem::Resource(resource) => Some(&**resource),
        ParsedItem::Nested(_) | ParsedItem::User(_) => None,
    })
}

fn fields(body: &Body) -> &[Field] {
    match body {
        Body::Fields(fields) => fields,
        Body::Variants(_) | Body::Unit | Body::Unreadable => &[],
    }
}

/// The help for an `Option` that the macro has written after a sample or an OpenAPI file: only such a path starts so.
fn inferred_option(ty: impl ToTokens, name: &str) -> Option<String> {
    let is_inferred = ty.to_token_stream().to_string().replace(' ', "").starts_with("::core::option::Option<");
    is_inferred
        .then(|| format!("where every row has it, write `{name}` in the struct without `Option`, with `fields = rest`"))
}

/// Where a wrong type of a named field is shown: where it is named, or at the resource that inherits the name.
fn place_of(named: &FieldPath, origin: &OptionOrigin<'_>) -> Span {
    if origin.inherited { origin.resource.span() } else { named.span() }
}

fn duration(slot: &Slot<Text<Duration>>) -> Option<Duration> {
    slot.get().map(|duration| duration.value)
}
