//! The range of `incremental(…)`: its options by themselves, and against what else a request sends.

use syn::Ident;

use crate::diagnostic::Sink;
use crate::language::{Auth, IncrementalOptions, Paginator, Param};
use crate::literal::{BodyPath, Step};
use crate::resolve::paginator::PagingParam;
use crate::resolve::params::{self, Places};
use crate::resolve::{self};
use crate::syntax::Text;

/// Reports what is wrong with the options by themselves.
pub(super) fn alone(options: &IncrementalOptions, key: &Ident, errors: &Sink) {
    if options.cursor.is_absent() {
        errors.report(
            key,
            "`incremental` needs a `cursor`\nhelp: write `cursor = …` with the field that says how new a row is",
        );
    }
    if options.start_param.is_absent() && options.start_body_path.is_absent() {
        errors.report(key, "`incremental` needs a `start_param`\nhelp: write `start_param = \"…\"` with the API's parameter for the beginning of the range");
    }
    for (param, body, what) in [
        (&options.start_param, &options.start_body_path, "the beginning"),
        (&options.end_param, &options.end_body_path, "the end"),
    ] {
        if let (Some(param), Some(body)) = (param.get(), body.get()) {
            errors.conflict(
                &body.token,
                format!("{what} goes into the body or into the query, not into both\nhelp: leave one of them out"),
                &param.token,
                "its query parameter is set here",
            );
        }
    }
    if let (Some(start), Some(end)) = (options.start_param.get(), options.end_param.get())
        && start.token.value() == end.token.value()
    {
        let message = format!("the beginning and the end are both sent as `{}`", end.token.value());
        errors.conflict(&end.token, message, &start.token, "the beginning is sent under this name");
    }
    if let (Some(start), Some(end)) = (options.start_body_path.get(), options.end_body_path.get())
        && overlap(&start.value.0, &end.value.0)
    {
        errors.conflict(
            &end.token,
            "two values cannot have one place in the body, nor one within the other",
            &start.token,
            "the beginning is put here",
        );
    }
    if !has_end(options)
        && let Some(key) = options.end_inclusive.key().or(options.end_value.key())
    {
        errors.report(
            key,
            format!("no end is sent, so that `{key}` means nothing\nhelp: write `end_param = \"…\"` with the API's parameter for the end of the range, or leave `{key}` out"),
        );
    }
}

/// Whether requests say where the range ends, be it wrong.
pub(super) fn has_end(options: &IncrementalOptions) -> bool {
    !(options.end_param.is_absent() && options.end_body_path.is_absent())
}

fn overlap(one: &[Step], other: &[Step]) -> bool {
    one.starts_with(other) || other.starts_with(one)
}

/// What else is sent with a request.
pub(super) struct AlsoSent<'o> {
    pub(super) params: &'o [Param],
    pub(super) paginator: Option<&'o Paginator>,
    pub(super) auth: Option<&'o Auth>,
}

/// Reports what would be sent under the name of a beginning or an end, or into its place in the body.
pub(super) fn against(options: &IncrementalOptions, sent: &AlsoSent<'_>, places: &Places<'_>, errors: &Sink) {
    for (option, token) in [("start_param", options.start_param.get()), ("end_param", options.end_param.get())] {
        let Some(token) = token.map(|text| &text.token) else { continue };
        let wire = token.value();
        let message = format!("`{wire}` is sent by `incremental`, as its `{option}`");
        if let Some(param) = params::query(sent.params, places).find(|param| param.wire() == wire) {
            errors.conflict(param.wire_token(), &message, token, "the name is set here");
        }
        if let Some(key) = sent.auth.and_then(Auth::in_query).filter(|key| key.value() == wire) {
            errors.conflict(
                token,
                format!("`{wire}` is sent by `auth`, as the key"),
                key,
                "the key's name is set here",
            );
        }
        let written = sent.paginator.map(resolve::paginator::params).unwrap_or_default();
        match written.into_iter().find(|written| written.wire == wire) {
            Some(PagingParam { token: Some(other), .. }) => {
                errors.conflict(token, format!("`{wire}` is sent by the paginator"), other, "the paginator's param is set here");
            }
            Some(PagingParam { option, what, .. }) => errors.report(
                token,
                format!("`{wire}` is sent by the paginator, as its `{option}`, by default\nhelp: name the param of {what}: `{option} = \"…\"`"),
            ),
            None => {}
        }
    }
    for path in bodies(options) {
        let taken = sent.paginator.map(resolve::paginator::bodies).unwrap_or_default();
        if let Some((_, other)) = taken.into_iter().find(|(steps, _)| overlap(steps, &path.value.0)) {
            errors.conflict(
                &path.token,
                "two values cannot have one place in the body, nor one within the other",
                other,
                "the paginator's is put here",
            );
        }
    }
}

pub(super) fn bodies(options: &IncrementalOptions) -> impl Iterator<Item = &Text<BodyPath>> {
    options.start_body_path.get().into_iter().chain(options.end_body_path.get())
}
