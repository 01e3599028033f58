//! Params: those of the defaults and of the resource as one list, each with a name that is free.

use std::collections::HashSet;

use super::resource::ResourceScope;
use super::sent::Sent;
use crate::diagnostic::Sink;
use crate::language::{Fixed, Param, ParamValue};
use crate::model::{Partition, Path};
use crate::naming::unraw;
use crate::resolve::params::{self, Places, query};

/// Methods of a request that no optional param can bear the name of.
const REQUEST: [&str; 8] =
    ["page_size", "concurrency", "stream", "pages", "first_page", "with_stats", "into_future", "clone"];

/// Checks the params of a resource. Those of the defaults were checked among these.
pub(super) fn check(scope: &ResourceScope<'_>) {
    let ResourceScope { options, places, errors, .. } = scope;
    let (client_params, own) = (&scope.defaults.client_params, options.own_params);
    client_params.against(own, errors);
    names(own, errors);
    distinct(&options.params, places, errors);
    styled(own, places, errors);
    for param in own {
        if let (Some(style), Some(name)) = (&param.style, param.named().map(unraw))
            && scope.knows_all_params()
            && !scope.is_list(&name)
        {
            errors.report(
                &style.word,
                format!("`{name}` has one value, and one value has no style: only a `Vec` has one\nhelp: leave it out"),
            );
        }
    }
    let params = if options.paginator.inherited { own } else { &options.params };
    against_paginator(&Sent { params, ..scope.sent() }, errors);
    if let Some(path) = places.path {
        bound(&options.params, path, errors);
    }
}

/// Reports optional params whose setters would hide a method of the request.
pub(super) fn names(params: &[Param], errors: &Sink) {
    for param in params {
        let name = unraw(&param.name);
        if hides(param) {
            errors.report(
                &param.name,
                format!(
                    "a request has a method `{name}` of its own\nhelp: choose another name: `other as \"{}\": …`",
                    param.wire()
                ),
            );
        }
    }
}

/// Whether an optional param, or a partition, would hide a method of the request. It has been reported.
pub(super) fn hides(param: &Param) -> bool {
    matches!(param.value, ParamValue::Optional { .. } | ParamValue::Partition) && is_method(&unraw(&param.name))
}

/// Whether a partition has the name of a method of the request, or of another setter. It has been reported.
pub(super) fn is_hidden(partition: &Partition, params: &[Param]) -> bool {
    let name = unraw(&partition.name);
    let is_setter = |param: &Param| matches!(param.value, ParamValue::Optional { .. }) && unraw(&param.name) == name;
    is_method(&name) || params.iter().any(is_setter)
}

/// Whether a request has a method of this name.
pub(super) fn is_method(name: &str) -> bool {
    REQUEST.contains(&name)
}

/// Reports params that the paginator writes too.
pub(super) fn against_paginator(sent: &Sent<'_>, errors: &Sink) {
    for param in query(sent.params, sent.places) {
        if let Some(written) = sent.paging_param(&param.wire()) {
            written.refuse(param.wire_token(), errors);
        }
    }
}

/// Reports params that would be sent under one name.
fn distinct(params: &[Param], places: &Places<'_>, errors: &Sink) {
    let mut seen: Vec<&Param> = Vec::new();
    for param in query(params, places) {
        match seen.iter().find(|first| first.wire() == param.wire()) {
            // A partition of the name is reported as such.
            Some(first) if first.name == param.name => {}
            Some(first) => {
                errors.conflict(
                    param.wire_token(),
                    format!("two params are sent as `{}`", param.wire()),
                    first.wire_token(),
                    "the first is here",
                );
            }
            None => seen.push(param),
        }
    }
}

/// Reports styles of params that are not sent in the query, where alone they say something.
fn styled(params: &[Param], places: &Places<'_>, errors: &Sink) {
    let in_query: Vec<String> = query(params, places).map(|param| unraw(&param.name)).collect();
    for (param, style) in params.iter().filter_map(|param| Some((param, param.style.as_ref()?))) {
        let name = unraw(&param.name);
        if !in_query.contains(&name) {
            let place = if places.json.contains(&name) {
                "in the body"
            } else if places.headers.contains(&name) {
                "in a header"
            } else if places.texts.contains(&name) {
                "in the text of another param"
            } else {
                "in the path"
            };
            errors.report(
                &style.word,
                format!("`{name}` is sent {place}, and only the query knows styles\nhelp: leave the style out"),
            );
        }
    }
}

/// Reports params of the path that might have no value.
fn bound(params: &[Param], path: &Path, errors: &Sink) {
    let mut seen = HashSet::new();
    for name in path.template.params().filter(|name| seen.insert(*name)) {
        let Some(param) = params::find(params, name) else { continue };
        match &param.value {
            ParamValue::Optional { ty, .. } => errors.conflict(
                ty,
                format!("`{name}` is part of the path, and cannot be left out\nhelp: write its type without `Option`"),
                &path.token,
                format!("`{name}` is part of this path"),
            ),
            ParamValue::Static(Fixed { text: value, .. }) if matches!(value.as_str(), "" | "." | "..") => errors
                .conflict(
                    &param.name,
                    if value.is_empty() {
                        "an empty value in the path would lead to another path".to_owned()
                    } else {
                        format!("the value `{value}` in the path would lead to another path")
                    },
                    &path.token,
                    format!("`{name}` is part of this path"),
                ),
            ParamValue::Static(_)
            | ParamValue::Several(_)
            | ParamValue::Required(_)
            | ParamValue::Partition
            | ParamValue::Secret(_) => {}
        }
    }
}

/// Whether a param of the path might have no value, or has several. It has been reported.
pub(super) fn may_lack(param: &Param, path: &Path) -> bool {
    matches!(param.value, ParamValue::Optional { .. } | ParamValue::Several(_)) && path.binds(&unraw(&param.name))
}
