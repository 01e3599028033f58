//! Placeholders in paths, headers, fixed values and bodies: that each names something which has a value there.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{LitStr, Type};

use super::client_params::ClientParams;
use super::resource::ResourceScope;
use super::written_time;
use crate::diagnostic::{OptionOrigin, Sink, suggest};
use crate::language::{
    AuthPlace, AuthText, ClientParam, ClientText, Header, Headers, Param, ParamValue, Secret, SourceOptions,
};
use crate::literal::{self, Template, TemplatePart, WrittenTime};
use crate::model::Path;
use crate::naming::{inside, is_number, last_name, unraw};
use crate::resolve::headers;
use crate::resolve::{PlacedText, TextPlace, params};
use crate::syntax::Slot;

/// Whether the runtime fills a path in: it names values that are no arguments of the fetch method.
pub(super) fn is_open(path: &Template, params: &[Param], client_params: &ClientParams<'_>) -> bool {
    path.parts.iter().any(|part| matches!(part, TemplatePart::Slashed(_)))
        || path.parents().next().is_some()
        || path.bounds().next().is_some()
        || path.times().next().is_some()
        || path.params().any(|name| match params::find(params, name) {
            Some(Param { value: ParamValue::Partition, .. }) => true,
            Some(param) => param.pattern().is_some_and(Template::is_open),
            None => client_params.find(name).is_some(),
        })
}

/// Checks the path and all other texts of a resource.
pub(super) fn check(scope: &ResourceScope<'_>) {
    let (params, client_params) = (&scope.options.params, &scope.defaults.client_params);
    if !scope.knows_all_params() {
        return;
    }
    if let Some(path) = scope.places.path {
        self::path(path, params, client_params, scope.errors);
    }
    for text in scope.options.texts() {
        self::text(&text, params, client_params, &scope.origin(text.inherited));
    }
    written_time::check(scope);
}

/// Reports names in a path that nothing has, and client-wide params that might be unset.
fn path(path: &Path, params: &[Param], client_params: &ClientParams<'_>, errors: &Sink) {
    slashed(path, params, client_params, errors);
    let mut seen: Vec<&str> = Vec::new();
    for name in path.template.params() {
        if seen.contains(&name) {
            continue;
        }
        seen.push(name);
        if let Some(param) = params::find(params, name) {
            if let Some(secret) = param.secret() {
                secret_in_text(name, &path.token, secret, &|at, message, other, note| {
                    errors.conflict(at, message, other, note);
                });
            }
            if let ParamValue::Several(_) = &param.value {
                errors.conflict(
                    &path.token,
                    format!("`{{{name}}}` has several values, and a path takes one"),
                    &param.name,
                    "it has several values here",
                );
            }
            continue;
        }
        if let Some(param) = client_params.find(name) {
            always_set(param, &path.token, "part of the path", "a path cannot be left out", errors);
        } else {
            let or = "a value of another resource's rows is `{resources.….id}`";
            errors.report(&path.token, unknown(name, "param", &known(params, client_params), or));
        }
    }
}

/// Reports values that have no slashes to keep, and those that are known.
fn slashed(path: &Path, params: &[Param], client_params: &ClientParams<'_>, errors: &Sink) {
    for part in &path.template.parts {
        let (TemplatePart::Slashed(inner), param) = (part, part.named()) else { continue };
        let TemplatePart::Param(name) = param else { continue };
        let (own, shared) = (params::find(params, name), client_params.find(name));
        if let Some(own) = own.filter(|own| own.pattern().is_some()) {
            let message = format!("`{part}` has a fixed value\nhelp: write it into the path");
            errors.conflict(&path.token, message, &own.name, "its value is here");
        }
        let ty = match own.map(|own| &own.value) {
            Some(ParamValue::Required(ty)) => Some(&**ty),
            Some(_) => None,
            None => shared.map(|param| &param.ty),
        };
        if let Some(ty) = ty
            && last_name(ty).is_some_and(|name| name == "bool" || is_number(&name))
        {
            let message = format!("`{part}` has no slashes to keep\nhelp: write `{inner}`");
            errors.conflict(&path.token, message, ty, "it has this type");
        }
    }
}

/// The names of all params that a text may name.
pub(super) fn known(params: &[Param], client_params: &ClientParams<'_>) -> Vec<String> {
    params::names(params).into_iter().chain(client_params.names()).collect()
}

/// Reports a client-wide param that might be unset where it cannot be left out.
pub(super) fn always_set(param: &ClientParam, token: impl ToTokens, place: &str, why: &str, errors: &Sink) {
    if let Some(ty) = param.optional() {
        let name = unraw(&param.name);
        errors.conflict(
            token,
            format!("`{{{name}}}` is {place}, and may be unset\nhelp: {why}; write its type without `Option`"),
            ty,
            "it is an `Option` here",
        );
    }
}

/// Reports names in the URLs of a source that no client-wide param has, and params that have not always one value.
pub(super) fn source_urls(options: &SourceOptions, client_params: &ClientParams<'_>, errors: &Sink) {
    if !client_params.sound {
        return;
    }
    for (pattern, token) in options.urls() {
        for name in pattern.params() {
            let Some(param) = client_params.find(name) else {
                let or = "what differs between resources belongs in `path`";
                errors.report(token, unknown(name, "client-wide param", &client_params.names(), or));
                continue;
            };
            always_set(param, token, "part of the URL", "a URL cannot be left out", errors);
            one_value(param, token, "a URL", errors);
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
                    errors.report(&header.value, unknown(name, "client-wide param", &client_params.names(), &braces_help(name)));
                }
                TemplatePart::Parent(name) => errors.report(
                    &header.value,
                    format!("`{{{name}}}` is a field of one resource's parent, and this header is sent by all resources\nhelp: write it into the `headers(…)` of the resource"),
                ),
                TemplatePart::Bound(bound) => errors.report(
                    &header.value,
                    format!("`{{{bound}}}` is an end of one resource's range, and this header is sent by all resources\nhelp: write it into the `headers(…)` of the resource"),
                ),
                TemplatePart::Time(time) => source_time(time, &header.value, client_params, errors),
                TemplatePart::Param(_) | TemplatePart::Text(_) | TemplatePart::Slashed(_) => {}
            }
        }
    }
}

/// Reports a time in a header of a source that is none of all resources.
fn source_time(time: &WrittenTime, value: &LitStr, client_params: &ClientParams<'_>, errors: &Sink) {
    if let Some(bound) = time.bound() {
        errors.report(
            value,
            format!("`{{{bound}}}` is an end of one resource's range, and this header is sent by all resources\nhelp: write it into the `headers(…)` of the resource"),
        );
    }
    match time.param() {
        Some(name) if client_params.find(name).is_none() => {
            errors.report(value, unknown(name, "client-wide param", &client_params.names(), &braces_help(name)));
        }
        _ => written_time::of_source(time, value, client_params, errors),
    }
}

/// Reports names in a text of `auth` that no client-wide param has, and params that cannot be in it.
pub(super) fn of_auth(text: &AuthText, client_params: &ClientParams<'_>, errors: &Sink) {
    let AuthText { text: ClientText { pattern, token }, place } = text;
    for (index, part) in pattern.parts.iter().enumerate() {
        let named = match part {
            TemplatePart::Text(_) | TemplatePart::Slashed(_) => continue,
            // It was looked at before.
            part if pattern.parts[..index].contains(part) => continue,
            TemplatePart::Param(name) => match client_params.find(name) {
                Some(param) => {
                    in_auth(param, token, *place, errors);
                    continue;
                }
                None if text.is_name() => format!(
                    "`{name}` is no client-wide param\nhelp: write `params({name}: String)` in `source`, a text in quotes, or `secret({name})`"
                ),
                None => unknown(name, "client-wide param", &client_params.names(), &braces_help(name)),
            },
            TemplatePart::Parent(name) => {
                format!(
                    "`{{{name}}}` is a field of a parent's row, and credentials are for all rows\nhelp: leave it out"
                )
            }
            TemplatePart::Bound(bound) => {
                format!("`{{{bound}}}` is an end of a range, and credentials are for all ranges\nhelp: leave it out")
            }
            TemplatePart::Time(time) => {
                format!(
                    "`{{{time}}}` is a time in one request, and credentials are for all requests\nhelp: leave it out"
                )
            }
        };
        errors.report(token, named);
    }
}

/// Reports a param that may have no value, or several, where there is always one.
fn in_auth(param: &ClientParam, token: &TokenStream, place: AuthPlace, errors: &Sink) {
    match place {
        AuthPlace::Url => {
            always_set(param, token, "part of the URL", "a URL cannot be left out", errors);
            one_value(param, token, "a URL", errors);
        }
        AuthPlace::Needed(what) => {
            always_set(param, token, &format!("part of the {what}"), &format!("the {what} cannot be left out"), errors);
            one_value(param, token, &format!("the {what}"), errors);
        }
        AuthPlace::Field => {}
    }
}

/// Reports a client-wide param that has several values where one is needed.
fn one_value(param: &ClientParam, token: impl ToTokens, place: &str, errors: &Sink) {
    if inside(&param.ty, "Vec").is_some() {
        errors.conflict(
            token,
            format!("`{{{}}}` has several values, and {place} takes one", unraw(&param.name)),
            &param.ty,
            "it has several values here",
        );
    }
}

/// Reports names in a text that no param has, and values that cannot be in it.
fn text(text: &PlacedText<'_>, params: &[Param], client_params: &ClientParams<'_>, origin: &OptionOrigin<'_>) {
    let (token, place) = (&text.token, text.place);
    let mut seen: Vec<&str> = Vec::new();
    for name in text.pattern.params() {
        if seen.contains(&name) {
            continue;
        }
        seen.push(name);
        if let Some(param) = client_params.find(name) {
            if let (TextPlace::Body, Some(ty)) = (place, param.optional()) {
                unset_in_body(name, token, ty, origin);
            }
            continue;
        }
        let Some(param) = params::find(params, name) else {
            if let TextPlace::Name = place {
                let own = params.iter().filter(|param| param.fixed().is_empty()).map(|param| unraw(&param.name));
                let known: Vec<String> = own.chain(client_params.names()).collect();
                let text = format!("\nhelp: for the text itself write it in quotes: `{name:?}`");
                let message = unknown_name(name, &known, true);
                let help = if message.contains("did you mean") { "" } else { &text };
                origin.report(token, format!("{message}{help}"));
                continue;
            }
            origin.report(token, unknown(name, "param", &known(params, client_params), &braces_help(name)));
            continue;
        };
        match (&param.value, place) {
            (ParamValue::Secret(secret), _) => secret_in_text(name, token, secret, &|at, message, other, note| {
                origin.conflict(at, message, other, note);
            }),
            (ParamValue::Several(_), _) => origin.conflict(
                token,
                format!("`{{{name}}}` has several values, and a text takes one\nhelp: write the value here, or send `{name}` by itself"),
                &param.name,
                "it has several values here",
            ),
            (ParamValue::Static(fixed), TextPlace::Param | TextPlace::Name) => origin.report(
                token,
                format!("`{{{name}}}` is a fixed value itself\nhelp: write it out here: `{}`", fixed.token),
            ),
            // A fixed value is in the header as it is.
            (ParamValue::Static(fixed), TextPlace::Header) => {
                if let Err(message) = literal::header::value(&fixed.pattern.plain()) {
                    origin.errors.conflict(&fixed.token, message, token, "it is part of this header");
                }
            }
            (ParamValue::Optional { ty, .. }, TextPlace::Body) => unset_in_body(name, token, ty, origin),
            _ => {}
        }
    }
}

/// Reports a secret in a text, which would be shown.
fn secret_in_text(
    name: &str,
    token: impl ToTokens,
    secret: &Secret,
    conflict: &dyn Fn(TokenStream, String, TokenStream, &str),
) {
    conflict(
        token.to_token_stream(),
        format!(
            "`{name}` is a secret, and no part of a text or a path, which are shown in errors\nhelp: send it by itself: `secret({})` is a value of a header, a param, `json` or `data`",
            secret.name
        ),
        secret.name.to_token_stream(),
        "the secret is named here",
    );
}

fn unset_in_body(name: &str, token: &TokenStream, ty: &Type, origin: &OptionOrigin<'_>) {
    origin.conflict(
        token,
        format!("`{{{name}}}` is part of the body, and may be unset\nhelp: write its type without `Option`, or the body as `{{ \"key\": \"value\" }}`, where a key is left out without it"),
        ty,
        "it is an `Option` here",
    );
}

/// The message about a plain name that no param has.
pub(super) fn unknown_name(name: &str, known: &[String], inherited: bool) -> String {
    let listed = suggest::help(name, "param", "", known.iter().map(String::as_str));
    let declare = if known.is_empty() && !inherited {
        format!("\nhelp: declare it, `params({name}: String)`, or write a string: `\"{name}\"`")
    } else {
        String::new()
    };
    format!("no param is named `{name}`{listed}{declare}")
}

/// How the braces themselves are written.
fn braces_help(name: &str) -> String {
    format!("a brace itself is written twice: `{{{{{name}}}}}`")
}

/// The message about a name that nothing has. `or` is what else may be meant.
fn unknown(name: &str, what: &str, known: &[String], or: &str) -> String {
    let help = suggest::help(name, what, "", known.iter().map(String::as_str));
    let declare = if help.contains("did you mean") {
        String::new()
    } else {
        let place = if what == "param" { "" } else { " in `source`" };
        format!("\nhelp: declare it{place}: `params({name}: String)`; {or}")
    };
    format!("`{{{name}}}`: no {what} is named `{name}`{help}{declare}")
}

/// A header with the fixed values of params in their places. None for a secret.
pub(super) fn filled(header: &Header, params: &[Param]) -> Option<(String, String)> {
    if header.secret.is_some() {
        return None;
    }
    let pattern = header.pattern.filled(|name| params::find(params, name).and_then(Param::pattern));
    Some((header.name.token.value(), pattern.written()))
}
