//! Bodies of requests: that a request has one, that params named in it are declared, and that places in it are in JSON.

use quote::ToTokens;

use super::resource::ResourceScope;
use crate::diagnostic::{OptionOrigin, Sink, suggest};
use crate::language::{JsonTemplate, Method, MethodKind, Param, ParamValue};
use crate::naming::unraw;
use crate::resolve::paginator::bodies;
use crate::resolve::{Resolved, ResolvedOptions, params};

/// Checks the body of a resource.
pub(super) fn check(scope: &ResourceScope<'_>) {
    let ResourceScope { options, errors, .. } = scope;
    let (json, data) = (options.json, options.data);
    let origin = scope.origin(json.inherited && data.inherited);
    let key = json.set().map(|(key, _)| key).or(data.set().map(|(key, _)| key));
    if let Some(key) = key.filter(|_| !origin.inherited) {
        needs_post(key, "", options.method, &origin);
    }
    if let Some(body) = options.template().filter(|_| options.params_sound) {
        declared(body, &options.params, &origin);
    }
    alone(options, errors);
    in_json(options, errors);
}

/// Reports a value for the body of a request that has none. `what` follows "a GET has no body".
pub(super) fn needs_post(at: impl ToTokens, what: &str, method: Resolved<'_, Method>, origin: &OptionOrigin<'_>) {
    let message = format!("a GET has no body{what}\nhelp: write `method = POST`");
    match method.get() {
        Some(method) if method.kind == MethodKind::Get => {
            origin.conflict(at, message, &method.word, "the method is set here");
        }
        None if method.is_absent() => origin.report(at, message),
        Some(_) | None => {}
    }
}

/// Reports names in a body that no param has.
fn declared(body: &JsonTemplate, params: &[Param], origin: &OptionOrigin<'_>) {
    for name in body.params() {
        let text = unraw(name);
        if params::find(params, &text).is_some() {
            continue;
        }
        let known = params::names(params);
        let listed = suggest::help(&text, "param", "", known.iter().map(String::as_str));
        let declare = if known.is_empty() && !origin.inherited {
            format!("\nhelp: declare it, `params({text}: String)`, or write a string: `\"{text}\"`")
        } else {
            String::new()
        };
        origin.report(name, format!("no param is named `{text}`{listed}{declare}"));
    }
}

/// Reports two bodies.
pub(super) fn alone(options: &ResolvedOptions<'_>, errors: &Sink) {
    if let (Some((data, _)), Some((json, _))) = (options.data.set(), options.json.set())
        && !options.data.inherited
    {
        errors.conflict(data, "a request has one body\nhelp: leave one of the two out", json, "the other is set here");
    }
}

/// Reports a place in the body for which the paginator needs JSON. Among the defaults, this was checked before.
pub(super) fn in_json(options: &ResolvedOptions<'_>, errors: &Sink) {
    let (data, paginator) = (options.data, options.paginator);
    let (Some((key, _)), Some(paging)) = (data.set(), paginator.get()) else { return };
    let Some(&(_, token)) = bodies(paging).first() else { return };
    match (data.inherited, paginator.inherited) {
        (true, true) => {}
        (false, true) => errors.conflict(
            key,
            "the paginator has a place in the body, and only JSON has places\nhelp: write `json = { … }`, or a `paginator = …` for this resource",
            token,
            "set by default here",
        ),
        (_, false) => errors.conflict(
            token,
            "a `…_body_path` needs a JSON body, and this body is not JSON\nhelp: write `json = { … }`, or send it in the query",
            key,
            "the body is set here",
        ),
    }
}

/// The body with the values of static params in their places.
pub(super) fn filled(json: &JsonTemplate, params: &[Param]) -> JsonTemplate {
    json.fill(&|name| match &params::find(params, &unraw(name))?.value {
        ParamValue::Static { json: JsonTemplate::Text(_), pattern, .. } => Some(JsonTemplate::Text(pattern.plain())),
        ParamValue::Static { json, .. } => Some(json.clone()),
        ParamValue::Required(_) | ParamValue::Optional { .. } => None,
    })
}
