//! Bodies of requests: that there is a request to put them in, and that the params in them are declared.

use syn::Ident;

use crate::diagnostic::{Sink, suggest};
use crate::language::{JsonTemplate, MethodKind, Param, ParamValue, ResourceOptions};
use crate::naming::unraw;
use crate::syntax::Slot;

/// Reports a body that the resource itself declares, and that its requests do not have.
pub(super) fn needs_post(own: &ResourceOptions, shared: &ResourceOptions, errors: &Sink) {
    const MESSAGE: &str = "a GET has no body\nhelp: write `method = POST`";
    let ((Slot::Set(key, _), _) | (_, Slot::Set(key, _))) = (&own.json, &own.data) else { return };
    match own.method.or(&shared.method) {
        Slot::Set(_, method) if method.kind == MethodKind::Get => {
            errors.conflict(key, MESSAGE, &method.word, "the method is set here");
        }
        Slot::Absent => errors.report(key, MESSAGE),
        Slot::Set(..) | Slot::Broken(_) => {}
    }
}

/// Reports names in a body that no param has. `inherited` is the resource, where the body is that of the defaults.
pub(super) fn declared(json: &JsonTemplate, params: &[Param], inherited: Option<&Ident>, errors: &Sink) {
    for name in json.params() {
        let text = unraw(name);
        if params.iter().any(|param| unraw(&param.name) == text) {
            continue;
        }
        let known: Vec<String> = params.iter().map(|param| unraw(&param.name)).collect();
        let listed = suggest::help(&text, "param", "", known.iter().map(String::as_str));
        let message = format!("no param is named `{text}`{listed}");
        match inherited {
            Some(resource) => errors.conflict(resource, message, name, "named by default here"),
            None if known.is_empty() => errors.report(
                name,
                format!("{message}\nhelp: declare it, `params({text}: String)`, or write a string: `\"{text}\"`"),
            ),
            None => errors.report(name, message),
        }
    }
}

/// The body with the values of static params in their places.
pub(super) fn filled(json: &JsonTemplate, params: &[Param]) -> JsonTemplate {
    json.fill(&|name| {
        let param = params.iter().find(|param| unraw(&param.name) == unraw(name))?;
        match &param.value {
            ParamValue::Static { json: JsonTemplate::Text(_), pattern, .. } => {
                Some(JsonTemplate::Text(pattern.plain()))
            }
            ParamValue::Static { json, .. } => Some(json.clone()),
            ParamValue::Required(_) | ParamValue::Optional { .. } => None,
        }
    })
}

/// The names of the params in a body.
pub(super) fn names(json: Option<&JsonTemplate>) -> Vec<String> {
    json.map(|json| json.params().into_iter().map(unraw).collect()).unwrap_or_default()
}
