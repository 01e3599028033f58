//! Placeholders in paths, headers and fixed values: that each names something which has a value there.

use quote::ToTokens;

use super::client_params::ClientParams;
use super::resource::ResourceScope;
use crate::diagnostic::{OptionOrigin, Sink, suggest};
use crate::language::{Header, Headers, Param, ParamValue};
use crate::literal::{self, Template, TemplatePart};
use crate::model::Path;
use crate::naming::unraw;
use crate::resolve::headers::{self, Set};
use crate::resolve::params;
use crate::syntax::Slot;

/// Whether the runtime fills a path in: it names values that are no arguments of the fetch method.
pub(super) fn is_open(path: &Template, params: &[Param], client_params: &ClientParams<'_>) -> bool {
    path.parents().next().is_some()
        || path.params().any(|name| match params::find(params, name) {
            Some(param) => param.pattern().is_some_and(|(pattern, _)| pattern.is_open()),
            None => client_params.find(name).is_some(),
        })
}

/// Checks the path and the headers of a resource.
pub(super) fn check(scope: &ResourceScope<'_>) {
    let (params, client_params) = (&scope.options.params, &scope.defaults.client_params);
    if !scope.knows_all_params() {
        return;
    }
    if let Some(path) = scope.places.path {
        self::path(path, params, client_params, scope.errors);
    }
    for Set { header, inherited } in &scope.options.headers {
        self::header(header, params, client_params, &scope.origin(*inherited));
    }
}

/// Reports names in a path that nothing has, where `format!` does not look them up, and client-wide params that might be unset.
fn path(path: &Path, params: &[Param], client_params: &ClientParams<'_>, errors: &Sink) {
    let mut seen: Vec<&str> = Vec::new();
    for name in path.template.params() {
        if seen.contains(&name) || params::find(params, name).is_some() {
            continue;
        }
        seen.push(name);
        match client_params.find(name) {
            Some(param) => set(param, &path.token, "part of the path", errors),
            None if path.open => {
                errors.report(&path.token, unknown(name, "param", &known(params, client_params)));
            }
            None => {}
        }
    }
}

fn known(params: &[Param], client_params: &ClientParams<'_>) -> Vec<String> {
    params::names(params).into_iter().chain(client_params.names()).collect()
}

/// Reports a client-wide param that might be unset where it cannot be left out.
fn set(param: &Param, token: impl ToTokens, place: &str, errors: &Sink) {
    if let ParamValue::Optional { ty, .. } = &param.value {
        let name = unraw(&param.name);
        errors.conflict(
            token,
            format!("`{{{name}}}` is {place}, and may be unset\nhelp: only headers can be left out; write its type without `Option`"),
            ty,
            "it is an `Option` here",
        );
    }
}

/// Reports names in fixed values that no client-wide param has, and those in bodies, where none is filled in.
pub(super) fn fixed(params: &[Param], in_body: &[String], client_params: &ClientParams<'_>, errors: &Sink) {
    for (param, (pattern, token)) in params.iter().filter_map(|param| Some((param, param.pattern()?))) {
        for name in pattern.params() {
            match client_params.find(name) {
                None if params::find(params, name).is_some() => errors.report(
                    token,
                    format!("`{{{name}}}` is known at run time, and this value is fixed\nhelp: only client-wide params stand in fixed values; leave this one out, and send `{name}` by itself"),
                ),
                None => errors.report(token, unknown(name, "client-wide param", &client_params.names())),
                Some(_) if in_body.contains(&unraw(&param.name)) => errors.report(
                    token,
                    format!("`{{{name}}}` is not filled in in a body, to which `{}` belongs\nhelp: declare a param for it: `params(…: String)`", unraw(&param.name)),
                ),
                Some(param) => set(param, token, "part of a fixed value", errors),
            }
        }
    }
}

/// Reports names in the headers of a source that no client-wide param has.
pub(super) fn source_headers(headers: &Slot<Headers>, client_params: &ClientParams<'_>, errors: &Sink) {
    if !client_params.sound {
        return;
    }
    for header in headers::of(headers) {
        for part in &header.pattern.parts {
            match part {
                TemplatePart::Param(name) if client_params.find(name).is_none() => {
                    errors.report(&header.value, unknown(name, "client-wide param", &client_params.names()));
                }
                TemplatePart::Parent(name) => errors.report(
                    &header.value,
                    format!("`{{{name}}}` is a field of one resource's parent, and this header is sent by all resources\nhelp: write it into the `headers(…)` of the resource"),
                ),
                TemplatePart::Param(_) | TemplatePart::Text(_) => {}
            }
        }
    }
}

/// Reports names in a header of a resource that no param has, and fixed values that cannot be in it.
fn header(header: &Header, params: &[Param], client_params: &ClientParams<'_>, origin: &OptionOrigin<'_>) {
    for name in header.pattern.params() {
        let own = params::find(params, name);
        if own.is_none() && client_params.find(name).is_none() {
            origin.report(&header.value, unknown(name, "param", &known(params, client_params)));
        }
        // A fixed value is in the header as it is.
        if let Some((pattern, token)) = own.and_then(Param::pattern)
            && let Err(message) = literal::header::value(&pattern.plain())
        {
            origin.errors.conflict(token, message, &header.value, "it is part of this header");
        }
    }
}

fn unknown(name: &str, what: &str, known: &[String]) -> String {
    let help = suggest::help(name, what, "", known.iter().map(String::as_str));
    let declare = if help.contains("did you mean") {
        String::new()
    } else {
        let place = if what == "param" { "" } else { " in `source`" };
        format!("\nhelp: declare it{place}: `params({name}: String)`")
    };
    format!("`{{{name}}}`: no {what} is named `{name}`{help}{declare}")
}

/// A header with the fixed values of params in their places.
pub(super) fn filled(header: &Header, params: &[Param]) -> (String, String) {
    let pattern = |name: &str| params::find(params, name).and_then(Param::pattern).map(|(pattern, _)| pattern);
    (header.name.token.value(), header.pattern.filled(pattern))
}
