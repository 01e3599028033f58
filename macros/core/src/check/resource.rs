//! Resources: what each says itself, over what the defaults say.

use super::defaults::Defaults;
use super::key::{self, Choice};
use super::names::{NameRegister, ResourceName};
use super::{
    auth, child, column, data, incremental, json, milliseconds, paginator, param, parent, retry, template, window,
};
use crate::diagnostic::{OptionOrigin, Sink};
use crate::evidence::Comparison;
use crate::items::{Annotated, Body, Impl, Serde, serde_attrs};
use crate::language::{
    self, Data, MethodKind, MissingRows, OnBadRow, Paginator, PaginatorKind, Param, ParamValue, ResourceOptions,
};
use crate::literal::{RenameRule, encode};
use crate::model::{self, Decoding, Definition, Field, JsonName, Parent, Path, Process, PublicApi, Resource};
use crate::naming::unraw;
use crate::resolve::params::{self, Places};
use crate::resolve::{ResolvedRequest, body, headers, json_names};
use crate::syntax::Slot;

/// Checks a resource. With a mistake anywhere in it, what callers see remains, and the rest becomes a stub.
pub(super) fn check(
    mut resource: Annotated<ResourceOptions>,
    parent: Parent,
    defaults: &Defaults<'_>,
    comparison: &Comparison<'_>,
    names: &mut NameRegister,
) -> Resource {
    let name = names.resource(&resource);
    let rows = std::mem::replace(&mut resource.body, Body::Unreadable);
    let (own, shared, errors) = (&resource.options, defaults.options(), &resource.errors);

    let mut path = path(&resource);
    open(&mut path, own, shared, defaults);
    let body = body::json(own, shared).or_else(|| body::data(own, shared).and_then(Data::form));
    let places = Places {
        path: path.as_ref(),
        json: json::names(body),
        headers: template::named(&own.headers, &shared.headers),
    };
    let params = params(own, shared, &places, defaults, errors);
    key_in_query(own, defaults, &params, &places, errors);
    let paginator = paginator(&resource, &name, defaults);
    let decoding = decoding(&resource, &rows);
    let request = ResolvedRequest {
        name: &name.token,
        path: path.as_ref(),
        places: &places,
        params: &params,
        decoding,
        rows: &rows,
    };
    comparison.check(&resource, shared, &request);
    parent::against_params(&parent, &params, errors);
    let bound = parent.bound.clone();

    let rule = RenameRule::of(own.rename_all.or(&shared.rename_all));
    let definition = match rows {
        Body::Fields(fields) => {
            child::needs_key(&resource, shared, &fields);
            for field in fields.iter().filter(|field| !field.column.child_table.is_absent()) {
                let conditional = !(field.cfgs.is_empty() && resource.cfgs.is_empty());
                names.child_table(child::name(&name.table, field), &field.ident, conditional, errors);
            }
            let json_names = json_names::names(&resource, decoding, shared, &fields);
            let fields =
                column::check(&resource.ident, &name.table, fields, rule, decoding != Decoding::Compact, errors);
            let seen = DefinitionParts { name: &name, places: &places, params: &params };
            definition(&resource, defaults, &seen, parent, paginator.clone(), fields, json_names)
        }
        Body::Variants(_) | Body::Unit | Body::Unreadable => None,
    };
    let declared = |slot: &Slot<crate::language::Params>| slot.get().map_or(slot.is_absent(), |params| params.sound);
    let all_read = declared(&own.params) && declared(&shared.params);
    json::needs_post(own, shared, errors);
    if all_read && defaults.client_params.sound {
        templates(&resource, defaults, &name, &params, path.as_ref());
    }
    if let Some(body) = body.filter(|_| all_read) {
        let inherited = own.json.is_absent() && own.data.is_absent();
        json::declared(body, &params, inherited.then_some(&name.token), errors);
    }
    data::alone(own, errors);
    if body::data(own, shared).is_some() && !(own.data.is_absent() && own.paginator.is_absent()) {
        let inherited = own.paginator.is_absent();
        data::whole(own.data.or(&shared.data), own.paginator.or(&shared.paginator).get(), inherited, errors);
    }
    let ahead = paginator
        .as_ref()
        .is_none_or(|paginator| matches!(paginator.kind, PaginatorKind::PageNumber | PaginatorKind::Offset));
    let api = name.types.map(|(method, request)| PublicApi {
        method,
        request,
        http_method: method_of(own, shared),
        json: places.json.clone(),
        headers: places.headers.clone(),
        // With a param that could not be read or bound, its name in the path would be reported a second time.
        path: path.filter(|path| {
            all_read && defaults.client_params.sound && !params.iter().any(|param| param::may_lack(param, path))
        }),
        bound,
        params: params.into_iter().filter(|param| !param::hides(param)).collect(),
        ahead,
    });
    let definition = definition.filter(|_| errors.is_sound());
    let Annotated { ident, vis, cfgs, mut item, generic, serde, .. } = resource;
    if (definition.is_none() || decoding == Decoding::Compact) && !serde.derives() {
        // Nobody derives here, so that nobody would know the attributes.
        serde_attrs::forget(&mut item);
    }
    let rename = rule.filter(|_| renamed(decoding, serde));
    Resource { ident, vis, cfgs, item, generic, decoding, rename, api, definition }
}

/// Whether the runtime fills the path in.
fn open(path: &mut Option<Path>, own: &ResourceOptions, shared: &ResourceOptions, defaults: &Defaults<'_>) {
    if let Some(path) = path {
        path.open = template::is_open(path, &params::all(own, shared), &defaults.client_params);
    }
}

/// Reports placeholders that name nothing.
fn templates(
    resource: &Annotated<ResourceOptions>,
    defaults: &Defaults<'_>,
    name: &ResourceName,
    params: &[Param],
    path: Option<&Path>,
) {
    let (own, shared, errors) = (&resource.options, defaults.options(), &resource.errors);
    if let Some(path) = path {
        template::path(path, params, &defaults.client_params, errors);
    }
    template::headers(
        headers::all(&own.headers, &shared.headers),
        params,
        &name.token,
        &defaults.client_params,
        errors,
    );
}

/// Reports a key in the query that stands in the way. Among the defaults, the defaults have looked.
fn key_in_query(own: &ResourceOptions, defaults: &Defaults<'_>, params: &[Param], places: &Places<'_>, errors: &Sink) {
    let shared = &defaults.options().paginator;
    match &own.auth {
        Slot::Set(_, auth) => auth::in_query(Some(auth), params, own.paginator.or(shared).get(), places, errors),
        Slot::Broken(_) => {}
        Slot::Absent => {
            let declared = own.params.get().map(|params| params.all.as_slice()).unwrap_or_default();
            auth::in_query(defaults.auth, declared, own.paginator.get(), places, errors);
        }
    }
}

fn method_of(own: &ResourceOptions, shared: &ResourceOptions) -> MethodKind {
    body::method(own, shared).unwrap_or(MethodKind::Get)
}

fn path(resource: &Annotated<ResourceOptions>) -> Option<Path> {
    match &resource.options.path {
        Slot::Set(_, text) => Some(Path { template: text.value.0.clone(), token: text.token.clone(), open: false }),
        Slot::Broken(_) => None,
        Slot::Absent => {
            resource.errors.report(&resource.mark, "`path` is missing\nhelp: write `path = \"/…\"`");
            None
        }
    }
}

fn params(
    own: &ResourceOptions,
    shared: &ResourceOptions,
    places: &Places<'_>,
    defaults: &Defaults<'_>,
    errors: &Sink,
) -> Vec<Param> {
    let (declared, params) = (params::own(own), params::all(own, shared));
    if defaults.client_params.sound {
        template::fixed(&declared, &places.json, &defaults.client_params, errors);
    }
    defaults.client_params.against(&declared, errors);
    param::names(&declared, errors);
    param::distinct(&params, places, errors);
    param::styled(&declared, places, errors);
    let paginator = own.paginator.or(&shared.paginator).get();
    if own.paginator.is_absent() {
        // Between the params and the paginator of the defaults, the defaults have looked.
        param::against_paginator(&declared, paginator, places, errors);
    } else {
        param::against_paginator(&params, paginator, places, errors);
    }
    if let Some(path) = places.path {
        param::bound(&params, path, &path.token, errors);
    }
    params
}

fn paginator(resource: &Annotated<ResourceOptions>, name: &ResourceName, defaults: &Defaults<'_>) -> Option<Paginator> {
    let (own, shared, errors) = (&resource.options, defaults.options(), &resource.errors);
    let method = own.method.or(&shared.method);
    if let Some(paginator) = own.paginator.or(&shared.paginator).get()
        && !matches!(method, Slot::Broken(_))
    {
        let inherited = own.paginator.is_absent().then_some(&name.token);
        paginator::needs_body(paginator, inherited, method.get(), errors);
    }
    match (&own.paginator, &shared.paginator) {
        (Slot::Set(_, own), _) => paginator::check(own, errors),
        (Slot::Absent, Slot::Absent) => Some(Paginator::auto()),
        (Slot::Absent, _) => defaults.paginator.clone(),
        (Slot::Broken(_), _) => None,
    }
}

fn decoding(resource: &Annotated<ResourceOptions>, body: &Body) -> Decoding {
    match resource.serde.deserialize {
        Impl::Derived | Impl::Manual => Decoding::User,
        Impl::Missing if resource.serde.attributes => Decoding::Serde,
        Impl::Missing => match body {
            Body::Fields(fields) if fields.iter().any(|field| matches!(field.member, syn::Member::Unnamed(_))) => {
                Decoding::Newtype
            }
            Body::Fields(_) | Body::Variants(_) | Body::Unit | Body::Unreadable => Decoding::Compact,
        },
    }
}

/// Whether a derive of serde's is to be told how fields are renamed: what is written has the names of what is read.
fn renamed(decoding: Decoding, serde: Serde) -> bool {
    let by_derive = match decoding {
        Decoding::User => serde.deserialize == Impl::Derived,
        Decoding::Serde => true,
        Decoding::Compact => serde.derives(),
        Decoding::Newtype => false,
    };
    by_derive && !serde.renames
}

/// What the definition of a resource is made with, besides its options.
struct DefinitionParts<'r> {
    name: &'r ResourceName,
    places: &'r Places<'r>,
    params: &'r [Param],
}

fn definition(
    resource: &Annotated<ResourceOptions>,
    defaults: &Defaults<'_>,
    &DefinitionParts { name, places, params }: &DefinitionParts<'_>,
    parent: Parent,
    paginator: Option<Paginator>,
    fields: Vec<Field>,
    json_names: Option<Vec<JsonName>>,
) -> Option<Definition> {
    let (own, shared, errors) = (&resource.options, defaults.options(), &resource.errors);
    let keys = Choice { own: &own.primary_key, shared: &shared.primary_key };
    let primary_key = key::check(&name.token, &resource.ident, &keys, &fields, &parent.included, errors);
    let dispositions = Choice { own: &own.write_disposition, shared: &shared.write_disposition };
    let disposition = key::disposition(&name.token, &dispositions, &keys, errors);
    let incremental = incremental::of(resource, &name.token, defaults, places, params, &fields);
    let result_window = window(resource, defaults, name);
    let statics = |param: &Param| match &param.value {
        ParamValue::Static { text, .. } => Some((param.wire(), text.clone())),
        ParamValue::Required(_) | ParamValue::Optional { .. } => None,
    };
    let headers = headers::all(&own.headers, &shared.headers);
    Some(Definition {
        name: name.table.clone(),
        path: fixed(places.path?, params),
        method: method_of(own, shared),
        json: body::json(own, shared).map(|json| json::filled(json, params)),
        data: body::data(own, shared).map(|data| match data {
            Data::Raw(text) => model::Data::Raw(text.value()),
            Data::Form(form) => model::Data::Form(json::filled(form, params)),
        }),
        headers: headers.map(|set| template::filled(set.header, params)).collect(),
        params: params::query(params, places).filter_map(statics).collect(),
        selector: own.data_selector.or(&shared.data_selector).get().map(|selector| selector.value.clone()),
        missing_rows: own.missing_rows.or(&shared.missing_rows).get().copied().unwrap_or(MissingRows::Error),
        on_bad_row: own.on_bad_row.or(&shared.on_bad_row).get().copied().unwrap_or(OnBadRow::Fail),
        actions: own
            .response_actions
            .or(&shared.response_actions)
            .get()
            .map(|actions| actions.0.clone())
            .unwrap_or_default(),
        steps: steps(own, shared),
        paginator: paginator?,
        parent,
        primary_key,
        disposition,
        incremental,
        result_window,
        fields,
        json_names,
        retry: retry(own.retry.or(&shared.retry)),
        timeout: milliseconds(own.timeout.or(&shared.timeout)),
        rate_limit: own.rate_limit.or(&shared.rate_limit).get().map(|rate| rate.value),
        auth: auth::model(own.auth.or(&shared.auth)),
        required: params
            .iter()
            .filter(|param| matches!(param.value, ParamValue::Required(_)))
            .map(|param| unraw(&param.name))
            .collect(),
        selected: own.selected.or(&shared.selected).get().is_none_or(|flag| flag.value),
    })
}

fn window(resource: &Annotated<ResourceOptions>, defaults: &Defaults<'_>, name: &ResourceName) -> Option<u64> {
    let (own, shared) = (&resource.options, defaults.options());
    let window = own.result_window.or(&shared.result_window).get()?;
    let automatic = Paginator::auto();
    let paginator = own.paginator.or(&shared.paginator);
    let paginator = paginator.get().or(paginator.is_absent().then_some(&automatic));
    let origin =
        OptionOrigin { resource: &name.token, inherited: own.result_window.is_absent(), errors: &resource.errors };
    Some(window::check(window, own.incremental.or(&shared.incremental), paginator, &origin))
}

/// The processing steps: those of the defaults first, each list in the order in which it was written.
fn steps(own: &ResourceOptions, shared: &ResourceOptions) -> Vec<Process> {
    let step = |own: &Slot<language::Process>, shared: &Slot<language::Process>, process: fn(syn::Path) -> Process| {
        let step = own.or(shared).get()?;
        Some((own.is_absent(), step.rest, process(step.function.clone())))
    };
    let steps = [
        step(&own.filter, &shared.filter, Process::Filter),
        step(&own.map, &shared.map, Process::Map),
        step(&own.yield_map, &shared.yield_map, Process::YieldMap),
    ];
    let mut steps: Vec<_> = steps.into_iter().flatten().collect();
    // What is inherited comes first, then what had more behind it.
    steps.sort_by_key(|(inherited, rest, _)| std::cmp::Reverse((*inherited, *rest)));
    steps.into_iter().map(|(.., step)| step).collect()
}

/// The template with the static params filled in: what is left open, a caller gives, or the runtime.
fn fixed(path: &Path, params: &[Param]) -> String {
    let value = |name: &str| {
        let (pattern, _) = params.iter().find(|param| unraw(&param.name) == name).and_then(Param::pattern)?;
        Some(pattern.render(encode, |_| None))
    };
    path.template.render(str::to_owned, value)
}
