//! Bodies of requests: that a request has one, that params named in it are declared, and that it has the places that are written.

use quote::ToTokens;
use syn::LitStr;

use super::client_params::ClientParams;
use super::resource::ResourceScope;
use super::{range, template};
use crate::diagnostic::{OptionOrigin, Sink};
use crate::language::{Data, JsonTemplate, JsonText, Method, MethodKind, Param, ParamValue};
use crate::literal::{Step, written};
use crate::naming::unraw;
use crate::resolve::paginator::bodies;
use crate::resolve::{Resolved, ResolvedOptions, params};

/// Checks the body of a resource.
pub(super) fn check(scope: &ResourceScope<'_>) {
    let ResourceScope { options, errors, .. } = scope;
    let (json, data) = (options.json, options.data);
    let origin = scope.origin(json.inherited && data.inherited);
    let key = json.set().map(|(key, _)| key).or(data.set().map(|(key, _)| key));
    if let Some(key) = key.filter(|_| !origin.inherited && options.method.own().is_none()) {
        needs_post(key, "", "`method = GET`", options.method, &origin);
    }
    if let Some(body) = options.template().filter(|_| scope.knows_all_params()) {
        declared(body, &options.params, &scope.defaults.client_params, &origin);
    }
    alone(options, errors);
    with_places(options, errors);
    let body = options.json.get().cloned().unwrap_or_else(|| JsonTemplate::Object(Vec::new()));
    for (steps, token, inherited) in places(options) {
        if let Err(message) = reach(&body, steps, &options.params, &scope.defaults.client_params) {
            scope.origin(inherited).report(token, message);
        }
    }
}

/// Whether a place in a body is there, or can be made: missing objects are, and so is the next element of an array.
fn reach(
    body: &JsonTemplate,
    steps: &[Step],
    params: &[Param],
    client_params: &ClientParams<'_>,
) -> Result<(), String> {
    let mut value = Some(body);
    for (at, step) in steps.iter().enumerate() {
        let place = || written(steps.get(..at).unwrap_or_default());
        value = match (step, value) {
            (Step::Key(key), Some(JsonTemplate::Object(members))) => {
                members.iter().find(|(known, _)| known.value() == *key).map(|(_, value)| value)
            }
            (Step::Index(index), Some(JsonTemplate::Array(items))) => {
                let before = items.get(..*index).unwrap_or(items);
                if before.len() < *index {
                    return Err(format!(
                        "`{0}[{index}]` is past the end of the array in `json`, whose next element is `{0}[{1}]`\nhelp: indices are counted from 0",
                        place(),
                        items.len()
                    ));
                }
                if before.iter().any(|item| may_lack(item, params, client_params)) {
                    return Err(format!(
                        "an element of `{}` before `[{index}]` may be left out, and the others would move up\nhelp: put it behind this one, or give it a value always",
                        place()
                    ));
                }
                items.get(*index)
            }
            (Step::Index(0) | Step::Key(_), None) => None,
            (Step::Index(index), None) => {
                return Err(format!(
                    "`json` has no array `{}`, and `[{index}]` would be its first element\nhelp: write the array into `json`, or `[0]`",
                    place()
                ));
            }
            (Step::Index(_), Some(_)) => return Err(format!("`{}` is not an array in `json`", place())),
            (Step::Key(_), Some(JsonTemplate::Array(_))) => {
                return Err(format!(
                    "`{0}` is an array in `json`\nhelp: write the index of its element: `{0}[0]`",
                    place()
                ));
            }
            // What stands there is replaced.
            (_, _) => None,
        };
    }
    Ok(())
}

/// Whether a value is left out where an optional param has none.
fn may_lack(value: &JsonTemplate, params: &[Param], client_params: &ClientParams<'_>) -> bool {
    let is_optional = |name: &str| match (params::find(params, name), client_params.find(name)) {
        (Some(param), _) => matches!(param.value, ParamValue::Optional { .. }),
        (None, Some(param)) => param.optional().is_some(),
        (None, None) => true,
    };
    match value {
        JsonTemplate::Param(name) => is_optional(&unraw(name)),
        JsonTemplate::Text(text) => text.pattern.params().any(is_optional),
        _ => false,
    }
}

/// Reports a value that the paginator or the range puts into the body of a request that has none. A body of its own has
/// been checked by itself.
pub(super) fn place_needs_body(
    at: impl ToTokens,
    what: &str,
    options: &ResolvedOptions<'_>,
    origin: &OptionOrigin<'_>,
) {
    let has_body = !(options.json.is_absent() && options.data.is_absent());
    if !has_body {
        needs_post(at, what, "`method = GET` and `json = {}`", options.method, origin);
    }
}

/// Reports something in the body of a GET, which has one only where that is written out: what it means is the API's own
/// matter (RFC 9110, section 9.3.1). `what` follows "a GET has no body", `deliberate` is how one is written.
fn needs_post(
    at: impl ToTokens,
    what: &str,
    deliberate: &str,
    method: Resolved<'_, Method>,
    origin: &OptionOrigin<'_>,
) {
    let message = format!(
        "a GET has no body{what}\nhelp: write `method = POST`, or {deliberate} if the API reads the body of a GET"
    );
    match method.get() {
        Some(method) if method.kind == MethodKind::Get => {
            origin.conflict(at, message, &method.word, "the method is set here");
        }
        None if method.is_absent() => origin.report(at, message),
        Some(_) | None => {}
    }
}

/// Reports names in a body that no param has.
fn declared(body: &JsonTemplate, params: &[Param], client_params: &ClientParams<'_>, origin: &OptionOrigin<'_>) {
    for name in body.params() {
        let text = unraw(name);
        if params::find(params, &text).is_some() || client_params.find(&text).is_some() {
            continue;
        }
        let known = template::known(params, client_params);
        origin.report(name, template::unknown_name(&text, &known, origin.inherited));
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

/// The places in the body that the paginator and the range write, and whether these are defaults.
fn places<'a>(options: &ResolvedOptions<'a>) -> impl Iterator<Item = (&'a [Step], &'a LitStr, bool)> {
    let (paginator, range) = (options.paginator, options.incremental);
    let paging = paginator.get().map(bodies).unwrap_or_default().into_iter();
    let paging = paging.map(move |(steps, token)| (steps, token, paginator.inherited));
    let bounds = range.get().into_iter().flat_map(range::bodies);
    paging.chain(bounds.map(move |path| (path.value.0.as_slice(), &path.token, range.inherited)))
}

/// Reports a place in the body that a body of this kind lacks: a form has fields, text has no places. Among the defaults,
/// this was checked before.
pub(super) fn with_places(options: &ResolvedOptions<'_>, errors: &Sink) {
    let Some((key, body)) = options.data.set() else { return };
    let Some((_, token, inherited)) = places(options).find(|(path, ..)| !has_place(body, path)) else { return };
    let (lacks, help) = match body {
        Data::Raw(_) => ("this body is text, which has no places", "write `json = { … }` or `data = { … }`"),
        Data::Form(_) => {
            ("a form has fields, and nothing inside of them", "write the name of a field, or `json = { … }`")
        }
    };
    match (options.data.inherited, inherited) {
        (true, true) => {}
        (false, true) => {
            errors.conflict(key, format!("{lacks}\nhelp: {help}"), token, "a place is set by default here");
        }
        (_, false) => errors.conflict(token, format!("{lacks}\nhelp: {help}"), key, "the body is set here"),
    }
}

fn has_place(body: &Data, path: &[Step]) -> bool {
    matches!((body, path), (Data::Form(_), [Step::Key(_)]))
}

/// The body with the values of static params in their places.
pub(super) fn filled(json: &JsonTemplate, params: &[Param]) -> JsonTemplate {
    json.fill(&|value| match value {
        JsonTemplate::Param(name) => match &params::find(params, &unraw(name))?.value {
            ParamValue::Static(fixed) => Some(fixed.json.clone()),
            ParamValue::Several(all) => Some(JsonTemplate::Array(all.iter().map(|fixed| fixed.json.clone()).collect())),
            ParamValue::Secret(secret) => Some(JsonTemplate::Secret(secret.clone())),
            ParamValue::Required(_) | ParamValue::Optional { .. } | ParamValue::Partition => None,
        },
        JsonTemplate::Text(text) => Some(JsonTemplate::Text(text_filled(text, params))),
        _ => None,
    })
}

/// A text of a body with the values of static params in their places.
pub(super) fn text_filled(text: &JsonText, params: &[Param]) -> JsonText {
    let pattern = text.pattern.filled(|name| params::find(params, name).and_then(Param::pattern));
    JsonText { pattern, token: text.token.clone() }
}
