//! The range of `incremental(…)`: its options by themselves, and against the rest of a request.

use syn::{Ident, LitStr};

use super::paginator::{ONE_PLACE, overlap};
use super::sent::Sent;
use crate::diagnostic::Sink;
use crate::language::{Auth, IncrementalOptions, Point};
use crate::literal::BodyPath;
use crate::resolve::paginator;
use crate::syntax::{Slot, Text};

/// Checks the options by themselves.
pub(super) fn alone(options: &IncrementalOptions, key: &Ident, errors: &Sink) {
    if options.cursor.is_absent() {
        errors.report(
            key,
            "`incremental` needs a `cursor`\nhelp: write `cursor = …` with the field that says how new a row is",
        );
    }
    if let Some(Point::Now(moment, word)) = options.initial_value.get()
        && moment.milliseconds >= 0
    {
        errors.report(
            word,
            "a first run that begins now or later has nothing to read\nhelp: write an earlier time, such as `\"{now-90d}\"`, or `end_value = now` for where runs end",
        );
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
        errors.conflict(&end.token, ONE_PLACE, &start.token, "the beginning is put here");
    }
}

/// The token of the bound that is sent under a name.
pub(super) fn param_of<'o>(options: &'o IncrementalOptions, wire: &str) -> Option<&'o LitStr> {
    let bounds = [&options.start_param, &options.end_param].into_iter().filter_map(Slot::get);
    bounds.map(|bound| &bound.token).find(|token| token.value() == wire)
}

/// Whether an option says where requests name the beginning of the range, be it wrong.
pub(super) fn has_start(options: &IncrementalOptions) -> bool {
    !(options.start_param.is_absent() && options.start_body_path.is_absent())
}

/// Whether an option says where requests name the end of the range, be it wrong.
pub(super) fn has_end(options: &IncrementalOptions) -> bool {
    !(options.end_param.is_absent() && options.end_body_path.is_absent())
}

/// Whether the next run begins where this one ends: a range with an end is the same in every run.
pub(super) fn is_open(options: &IncrementalOptions) -> bool {
    options.end_value.is_absent() || matches!(options.end_value.get(), Some(Point::Now(..) | Point::Param(_)))
}

/// Reports values that share the name of a beginning or an end, or its place in the body.
pub(super) fn against(options: &IncrementalOptions, sent: &Sent<'_>, errors: &Sink) {
    for (option, token) in [("start_param", options.start_param.get()), ("end_param", options.end_param.get())] {
        let Some(token) = token.map(|text| &text.token) else { continue };
        let wire = token.value();
        if let Some(param) = sent.query_param(&wire) {
            let message = format!("`{wire}` is sent by `incremental`, as its `{option}`");
            errors.conflict(param.wire_token(), message, token, "the name is set here");
        }
        if let Some(key) = sent.auth.map(Auth::in_query).unwrap_or_default().into_iter().find(|key| key.value() == wire)
        {
            let message = format!("`{wire}` is sent by `auth`, as the key");
            errors.conflict(token, message, key, "the key's name is set here");
        }
        if let Some(written) = sent.paging_param(&wire) {
            written.refuse(token, errors);
        }
    }
    for path in bodies(options) {
        let taken = sent.paginator.map(paginator::bodies).unwrap_or_default();
        if let Some((_, other)) = taken.into_iter().find(|(steps, _)| overlap(steps, &path.value.0)) {
            errors.conflict(&path.token, ONE_PLACE, other, "the paginator's is put here");
        }
    }
}

pub(super) fn bodies(options: &IncrementalOptions) -> impl Iterator<Item = &Text<BodyPath>> {
    options.start_body_path.get().into_iter().chain(options.end_body_path.get())
}
