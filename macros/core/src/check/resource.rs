//! Resources: what each says itself, over what the defaults say.

use super::defaults::Defaults;
use super::key::{self, Choice};
use super::naming::{Name, Register};
use super::param::Places;
use super::{auth, column, data, headers, json, milliseconds, paginator, param, parent, plain, retry};
use crate::literal::template::Piece;
use crate::literal::{self};
use crate::model::{self, Decoding, Definition, Field, Parent, Path, Process, Resource, Surface};
use crate::parse::{
    Body, Data, Marked, MethodKind, MissingRows, Paginator, PaginatorKind, Param, ParamValue, Slot, Writer, renames,
};
use crate::sink::Sink;
use crate::vocabulary::ResourceOptions;

/// Checks a resource. With a mistake anywhere in it, what callers see remains, and the rest becomes a stub.
pub(super) fn check(
    mut resource: Marked<ResourceOptions>,
    parent: Parent,
    defaults: &Defaults<'_>,
    names: &mut Register,
) -> Resource {
    let name = names.resource(&resource);
    let rows = std::mem::replace(&mut resource.body, Body::Unreadable);
    let (own, shared, errors) = (&resource.options, defaults.options(), &resource.errors);

    let path = path(&resource);
    let body = json::choose(own, shared).or_else(|| data::choose(own, shared).and_then(Data::form));
    let places = Places { path: path.as_ref(), json: json::names(body) };
    let params = params(own, shared, &places, errors);
    key_in_query(own, defaults, &params, &places, errors);
    let paginator = paginator(&resource, &name, defaults);
    let decoding = decoding(&resource, defaults);
    parent::against_params(&parent, &params, errors);
    let bound = parent.bound.clone();

    let definition = match rows {
        Body::Fields(fields) => {
            let rule = own.rename_all.get().map(|rule| rule.value.0).or(defaults.rule());
            let fields = column::check(&resource.ident, fields, rule, decoding != Decoding::Compact, errors);
            let seen = Seen { name: &name, places: &places, params: &params };
            definition(&resource, defaults, &seen, parent, paginator.clone(), fields)
        }
        Body::Variants(_) | Body::Unreadable => None,
    };
    let declared = |slot: &Slot<crate::parse::Params>| slot.get().map_or(slot.is_absent(), |params| params.sound);
    let all_read = declared(&own.params) && declared(&shared.params);
    json::needs_post(own, shared, errors);
    if let Some(body) = body.filter(|_| all_read) {
        let inherited = own.json.is_absent() && own.data.is_absent();
        json::declared(body, &params, inherited.then_some(&name.token), errors);
    }
    data::alone(own, errors);
    if data::choose(own, shared).is_some() && !(own.data.is_absent() && own.paginator.is_absent()) {
        let inherited = own.paginator.is_absent();
        data::whole(own.data.or(&shared.data), own.paginator.or(&shared.paginator).get(), inherited, errors);
    }
    if let Some(path) = path.as_ref().filter(|path| all_read && path.is_open()) {
        param::declared(&params, path, errors);
    }
    let ahead = paginator
        .as_ref()
        .is_none_or(|paginator| matches!(paginator.kind, PaginatorKind::PageNumber | PaginatorKind::Offset));
    let surface = name.types.map(|(method, request)| Surface {
        method,
        request,
        verb: verb(own, shared),
        json: places.json.clone(),
        // With a param that could not be read or bound, its name in the path would be reported a second time.
        path: path.filter(|path| all_read && !params.iter().any(|param| param::may_lack(param, path))),
        bound,
        params: params.into_iter().filter(|param| !param::hides(param)).collect(),
        ahead,
    });
    let definition = definition.filter(|_| errors.is_sound());
    let Marked { ident, vis, cfgs, mut item, generic, serde, .. } = resource;
    if definition.is_none() && !serde.derives() {
        // Nobody derives in a stub, so that nobody would know the attributes.
        renames::forget(&mut item);
    }
    Resource { ident, vis, cfgs, item, generic, decoding, surface, definition }
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

fn verb(own: &ResourceOptions, shared: &ResourceOptions) -> MethodKind {
    own.method.or(&shared.method).get().map_or(MethodKind::Get, |method| method.kind)
}

fn path(resource: &Marked<ResourceOptions>) -> Option<Path> {
    match &resource.options.path {
        Slot::Set(_, text) => Some(Path { template: text.value.clone(), token: text.token.clone() }),
        Slot::Broken(_) => None,
        Slot::Absent => {
            resource.errors.report(&resource.mark, "`path` is missing\nhelp: write `path = \"/…\"`");
            None
        }
    }
}

fn params(own: &ResourceOptions, shared: &ResourceOptions, places: &Places<'_>, errors: &Sink) -> Vec<Param> {
    let of = |options: &ResourceOptions| options.params.get().map(|params| params.all.clone()).unwrap_or_default();
    let (inherited, declared) = (of(shared), of(own));
    let params = param::merge(&inherited, &declared);
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

fn paginator(resource: &Marked<ResourceOptions>, name: &Name, defaults: &Defaults<'_>) -> Option<Paginator> {
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

fn decoding(resource: &Marked<ResourceOptions>, defaults: &Defaults<'_>) -> Decoding {
    let rule = resource.options.rename_all.get().map(|rule| rule.value.0).or(defaults.rule());
    let rule = rule.filter(|_| !resource.serde.renames);
    match resource.serde.deserialize {
        Writer::Derive => Decoding::User(rule),
        Writer::Hand => Decoding::User(None),
        Writer::Nobody if resource.serde.attributes => Decoding::Serde(rule),
        Writer::Nobody => Decoding::Compact,
    }
}

/// What the definition of a resource is made with, besides its options.
struct Seen<'r> {
    name: &'r Name,
    places: &'r Places<'r>,
    params: &'r [Param],
}

fn definition(
    resource: &Marked<ResourceOptions>,
    defaults: &Defaults<'_>,
    &Seen { name, places, params }: &Seen<'_>,
    parent: Parent,
    paginator: Option<Paginator>,
    fields: Vec<Field>,
) -> Option<Definition> {
    let (own, shared, errors) = (&resource.options, defaults.options(), &resource.errors);
    let keys = Choice { own: &own.primary_key, shared: &shared.primary_key };
    let primary_key = key::check(&name.token, &resource.ident, &keys, &fields, &parent.included, errors);
    let dispositions = Choice { own: &own.write_disposition, shared: &shared.write_disposition };
    let disposition = key::disposition(&name.token, &dispositions, &keys, errors);
    let statics = |param: &Param| match &param.value {
        ParamValue::Static { text, .. } => Some((param.wire(), text.clone())),
        ParamValue::Required(_) | ParamValue::Optional { .. } => None,
    };
    let inherited = shared.headers.get().map(headers).unwrap_or_default();
    let declared = own.headers.get().map(headers).unwrap_or_default();
    Some(Definition {
        name: name.table.clone(),
        path: fixed(places.path?, params),
        method: verb(own, shared),
        json: json::choose(own, shared).map(|json| json::filled(json, params)),
        data: data::choose(own, shared).map(|data| match data {
            Data::Raw(text) => model::Data::Raw(text.value()),
            Data::Form(form) => model::Data::Form(json::filled(form, params)),
        }),
        headers: inherited
            .into_iter()
            .filter(|(name, _)| !declared.iter().any(|(own, _)| own.eq_ignore_ascii_case(name)))
            .chain(declared.iter().cloned())
            .collect(),
        params: param::query(params, places).filter_map(statics).collect(),
        selector: own.data_selector.or(&shared.data_selector).get().map(|selector| selector.value.clone()),
        missing_rows: own.missing_rows.or(&shared.missing_rows).get().copied().unwrap_or(MissingRows::Error),
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
        fields,
        retry: retry(own.retry.or(&shared.retry)),
        timeout: milliseconds(own.timeout.or(&shared.timeout)),
        rate_limit: own.rate_limit.or(&shared.rate_limit).get().map(|rate| rate.value),
        auth: auth::model(own.auth.or(&shared.auth)),
        required: params
            .iter()
            .filter(|param| matches!(param.value, ParamValue::Required(_)))
            .map(|param| plain(&param.name))
            .collect(),
        selected: own.selected.or(&shared.selected).get().is_none_or(|flag| flag.value),
    })
}

/// The processing steps: those of the defaults first, each list in the order in which it was written.
fn steps(own: &ResourceOptions, shared: &ResourceOptions) -> Vec<Process> {
    let filter = own.filter.or(&shared.filter).get().map(|step| (own.filter.is_absent(), step, true));
    let map = own.map.or(&shared.map).get().map(|step| (own.map.is_absent(), step, false));
    let mut steps: Vec<_> = filter.into_iter().chain(map).collect();
    // What is inherited comes first, then what had more behind it.
    steps.sort_by_key(|(inherited, step, _)| std::cmp::Reverse((*inherited, step.rest)));
    steps
        .into_iter()
        .map(|(_, step, filters)| {
            let function = step.function.clone();
            if filters { Process::Filter(function) } else { Process::Map(function) }
        })
        .collect()
}

/// The template with the static params filled in: what is left open, a caller gives.
fn fixed(path: &Path, params: &[Param]) -> String {
    let value = |name: &str| {
        params.iter().find(|param| plain(&param.name) == name).and_then(|param| match &param.value {
            ParamValue::Static { text, .. } => Some(text.as_str()),
            ParamValue::Required(_) | ParamValue::Optional { .. } => None,
        })
    };
    let pieces = path.template.pieces.iter().map(|piece| match piece {
        Piece::Text(text) => text.clone(),
        Piece::Placeholder(name) => value(name).map_or_else(|| format!("{{{name}}}"), literal::template::encode),
        Piece::Parent(field) => format!("{{{field}}}"),
    });
    pieces.collect()
}
