//! Placeholders in paths, headers and fixed values: that each names something which has a value there.

use quote::ToTokens;
use syn::Ident;

use super::client_params::ClientParams;
use crate::diagnostic::{Sink, suggest};
use crate::language::{Header, Headers, Param, ParamValue};
use crate::literal::{TemplatePart, header};
use crate::model::Path;
use crate::naming::unraw;
use crate::resolve::headers::{self, Set};
use crate::syntax::Slot;

/// Whether the runtime fills a path in: it names what a fetch method is not given.
pub(super) fn is_open(path: &Path, params: &[Param], client_params: &ClientParams<'_>) -> bool {
    path.template.parents().next().is_some()
        || path.template.params().any(|name| match params.iter().find(|param| unraw(&param.name) == name) {
            Some(param) => param.pattern().is_some_and(|(pattern, _)| pattern.is_open()),
            None => client_params.find(name).is_some(),
        })
}

/// Reports names in a path that nothing has, where `format!` does not look them up, and client-wide params that might be unset.
pub(super) fn path(path: &Path, params: &[Param], client_params: &ClientParams<'_>, errors: &Sink) {
    let mut seen: Vec<&str> = Vec::new();
    for name in path.template.params() {
        if seen.contains(&name) || params.iter().any(|param| unraw(&param.name) == name) {
            continue;
        }
        seen.push(name);
        match client_params.find(name) {
            Some(param) => set(param, &path.token, "part of the path", errors),
            None if path.open => {
                let known =
                    params.iter().map(|param| unraw(&param.name)).chain(client_params.names()).collect::<Vec<_>>();
                errors.report(&path.token, unknown(name, "param", &known));
            }
            None => {}
        }
    }
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
                None if params.iter().any(|param| unraw(&param.name) == name) => errors.report(
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
                    format!("`{{{name}}}` is of a resource's parent, and this header is of all resources\nhelp: write it into the `headers(…)` of the resource"),
                ),
                TemplatePart::Param(_) | TemplatePart::Text(_) => {}
            }
        }
    }
}

/// Reports names in the headers of a resource that no param has. `resource` stands for it, for the headers of the defaults.
pub(super) fn headers<'h>(
    headers: impl Iterator<Item = Set<'h>>,
    params: &[Param],
    resource: &Ident,
    client_params: &ClientParams<'_>,
    errors: &Sink,
) {
    for Set { header, inherited } in headers {
        for name in header.pattern.params() {
            let own = params.iter().find(|param| unraw(&param.name) == name);
            if own.is_none() && client_params.find(name).is_none() {
                let known: Vec<String> =
                    params.iter().map(|param| unraw(&param.name)).chain(client_params.names()).collect();
                let message = unknown(name, "param", &known);
                if inherited {
                    errors.conflict(resource, message, &header.value, "named by default here");
                } else {
                    errors.report(&header.value, message);
                }
            }
            // A fixed value is in the header as it is.
            if let Some((pattern, token)) = own.and_then(Param::pattern)
                && let Err(message) = header::value(&pattern.plain())
            {
                errors.conflict(token, message, &header.value, "it is part of this header");
            }
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

/// The params that the headers of a resource name.
pub(super) fn named(own: &Slot<Headers>, shared: &Slot<Headers>) -> Vec<String> {
    headers::all(own, shared).flat_map(|set| set.header.pattern.params().map(str::to_owned)).collect()
}

/// A header with the fixed values of params in their places.
pub(super) fn filled(header: &Header, params: &[Param]) -> (String, String) {
    let pattern = |name: &str| {
        params.iter().find(|param| unraw(&param.name) == name).and_then(Param::pattern).map(|(pattern, _)| pattern)
    };
    (header.name.token.value(), header.pattern.filled(pattern))
}
