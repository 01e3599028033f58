//! Params: those of the defaults and of the resource as one list, each with a name that is free.

use std::collections::HashSet;

use syn::LitStr;

use crate::diagnostic::Sink;
use crate::language::{Paginator, Param, ParamValue};
use crate::model::Path;
use crate::naming::unraw;
use crate::resolve;
use crate::resolve::paginator::PagingParam;
use crate::resolve::params::{Places, query};

/// Methods of a request that no optional param can bear the name of.
const REQUEST: [&str; 7] = ["page_size", "concurrency", "stream", "pages", "first_page", "into_future", "clone"];

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

/// Whether an optional param would hide a method of the request. It has been reported.
pub(super) fn hides(param: &Param) -> bool {
    matches!(param.value, ParamValue::Optional { .. }) && REQUEST.contains(&unraw(&param.name).as_str())
}

/// Reports params that the paginator writes too.
pub(super) fn against_paginator(params: &[Param], paginator: Option<&Paginator>, places: &Places<'_>, errors: &Sink) {
    let Some(paginator) = paginator else { return };
    for PagingParam { option, what, wire, token } in resolve::paginator::params(paginator) {
        for param in query(params, places).filter(|param| param.wire() == wire) {
            let message = format!("`{wire}` is sent by the paginator");
            match token {
                Some(token) => errors.conflict(param.wire_token(), message, token, "the paginator's param is set here"),
                None => errors.report(
                    param.wire_token(),
                    format!(
                        "{message}, as its `{option}`, by default\nhelp: name the param of {what}: `{option} = \"…\"`"
                    ),
                ),
            }
        }
    }
}

/// Reports params that would be sent under one name.
pub(super) fn distinct(params: &[Param], places: &Places<'_>, errors: &Sink) {
    let mut seen: Vec<&Param> = Vec::new();
    for param in query(params, places) {
        match seen.iter().find(|first| first.wire() == param.wire()) {
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
pub(super) fn styled(params: &[Param], places: &Places<'_>, errors: &Sink) {
    let in_query: Vec<String> = query(params, places).map(|param| unraw(&param.name)).collect();
    for (param, style) in params.iter().filter_map(|param| Some((param, param.style.as_ref()?))) {
        let name = unraw(&param.name);
        if !in_query.contains(&name) {
            let place = if places.json.contains(&name) {
                "in the body"
            } else if places.headers.contains(&name) {
                "in a header"
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
pub(super) fn bound(params: &[Param], path: &Path, token: &LitStr, errors: &Sink) {
    let mut seen = HashSet::new();
    for name in path.template.params().filter(|name| seen.insert(*name)) {
        let Some(param) = params.iter().find(|param| unraw(&param.name) == name) else { continue };
        match &param.value {
            ParamValue::Optional { ty, .. } => errors.conflict(
                ty,
                format!("`{name}` is part of the path, and cannot be left out\nhelp: write its type without `Option`"),
                token,
                format!("`{name}` is part of this path"),
            ),
            ParamValue::Static { text: value, .. } if matches!(value.as_str(), "" | "." | "..") => errors.conflict(
                &param.name,
                if value.is_empty() {
                    "an empty value in the path would lead to another path".to_owned()
                } else {
                    format!("the value `{value}` in the path would lead to another path")
                },
                token,
                format!("`{name}` is part of this path"),
            ),
            ParamValue::Static { .. } | ParamValue::Required(_) => {}
        }
    }
}

/// Whether a param of the path might have no value. It has been reported.
pub(super) fn may_lack(param: &Param, path: &Path) -> bool {
    matches!(param.value, ParamValue::Optional { .. }) && path.binds(&unraw(&param.name))
}
