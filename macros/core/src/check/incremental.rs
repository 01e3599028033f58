//! `incremental(…)`: that a request can say where to begin, and that a row says how new it is.

use syn::{Ident, LitStr};

use super::defaults::Defaults;
use super::param::{self, Places};
use super::{cursor, paginator};
use crate::diagnostic::{Blame, Sink};
use crate::items::Marked;
use crate::language::{
    Auth, Disposition, DispositionKind, IncrementalOptions, Method, MethodKind, Paginator, Param, Point,
    ResourceOptions,
};
use crate::literal::{BodyPath, Step, WireName};
use crate::model::{Cursor, Field, Incremental};
use crate::naming::unraw;
use crate::syntax::{Slot, Text};

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
pub(super) struct Sent<'o> {
    pub(super) params: &'o [Param],
    pub(super) paginator: Option<&'o Paginator>,
    pub(super) auth: Option<&'o Auth>,
}

/// Reports what would be sent under the name of a beginning or an end, or into its place in the body.
pub(super) fn against(options: &IncrementalOptions, sent: &Sent<'_>, places: &Places<'_>, errors: &Sink) {
    for (option, token) in [("start_param", options.start_param.get()), ("end_param", options.end_param.get())] {
        let Some(token) = token.map(|text| &text.token) else { continue };
        let wire = token.value();
        let message = format!("`{wire}` is sent by `incremental`, as its `{option}`");
        if let Some(param) = param::query(sent.params, places).find(|param| param.wire() == wire) {
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
        let written = sent.paginator.map(paginator::params).unwrap_or_default();
        match written.into_iter().find(|written| written.wire == wire) {
            Some(paginator::Written { token: Some(other), .. }) => {
                errors.conflict(token, format!("`{wire}` is sent by the paginator"), other, "the paginator's param is set here");
            }
            Some(paginator::Written { option, what, .. }) => errors.report(
                token,
                format!("`{wire}` is sent by the paginator, as its `{option}`, by default\nhelp: name the param of {what}: `{option} = \"…\"`"),
            ),
            None => {}
        }
    }
    for path in bodies(options) {
        let taken = sent.paginator.map(paginator::bodies).unwrap_or_default();
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

fn bodies(options: &IncrementalOptions) -> impl Iterator<Item = &Text<BodyPath>> {
    options.start_body_path.get().into_iter().chain(options.end_body_path.get())
}

/// What a sync does with rows, and where that is said.
#[derive(Clone, Copy)]
pub(super) struct Kept<'o> {
    pub(super) disposition: Option<&'o Disposition>,
    /// Whether it is one of the defaults.
    pub(super) inherited: bool,
}

/// How only what is new is read. `token` stands for the resource.
pub(super) fn of(
    resource: &Marked<ResourceOptions>,
    token: &Ident,
    defaults: &Defaults<'_>,
    places: &Places<'_>,
    params: &[Param],
    fields: &[Field],
) -> Option<Incremental> {
    let (own, shared, errors) = (&resource.options, defaults.options(), &resource.errors);
    let Slot::Set(key, range) = own.incremental.or(&shared.incremental) else { return None };
    let inherited = own.incremental.is_absent();
    let auth = if own.auth.is_absent() { defaults.auth } else { own.auth.get() };
    if inherited {
        // Among the defaults, the defaults have looked.
        let params = own.params.get().map(|params| params.all.as_slice()).unwrap_or_default();
        let sent = Sent { params, paginator: own.paginator.get(), auth: own.auth.get() };
        against(range, &sent, places, errors);
    } else {
        alone(range, key, errors);
        let sent = Sent { params, paginator: own.paginator.or(&shared.paginator).get(), auth };
        against(range, &sent, places, errors);
    }
    let blame = Blame { resource: token, inherited, errors };
    let (method, disposition) = (own.method.or(&shared.method), own.write_disposition.or(&shared.write_disposition));
    // Of what could not be read, nothing is known.
    if !matches!(method, Slot::Broken(_)) {
        needs_body(range, method.get(), &blame);
    }
    if !matches!(disposition, Slot::Broken(_)) {
        let kept = Kept { disposition: disposition.get(), inherited: own.write_disposition.is_absent() };
        against_disposition(key, range, kept, &blame);
    }
    checked(range, &resource.ident, fields, &blame)
}

fn checked(options: &IncrementalOptions, ident: &Ident, fields: &[Field], blame: &Blame<'_>) -> Option<Incremental> {
    let named = options.cursor.get()?;
    let field = cursor::check(named, options, ident, fields, blame)?;
    let text = |slot: &Slot<Text<WireName>>| slot.get().map(|text| text.token.value());
    let path = |slot: &Slot<Text<BodyPath>>| slot.get().map(|text| text.value.0.clone());
    Some(Incremental {
        cursor: Cursor {
            member: field.member.clone(),
            name: unraw(&field.ident),
            ty: field.ty.clone(),
            place: if blame.inherited { blame.resource.span() } else { named.span() },
        },
        start_param: text(&options.start_param),
        start_body_path: path(&options.start_body_path),
        end_param: text(&options.end_param),
        end_body_path: path(&options.end_body_path),
        initial_value: options.initial_value.get().map(Point::text),
        end_value: options.end_value.get().map(Point::text),
        lag: options.lag.get().cloned(),
        format: options.format.get().cloned(),
        end_inclusive: options.end_inclusive.get().is_some_and(|flag| flag.value),
    })
}

fn needs_body(options: &IncrementalOptions, method: Option<&Method>, blame: &Blame<'_>) {
    if method.is_some_and(|method| method.kind == MethodKind::Post) {
        return;
    }
    if let Some(path) = bodies(options).next() {
        let message = "a GET has no body for the range\nhelp: write `method = POST`".to_owned();
        match method {
            Some(method) => blame.conflict(&path.token, message, &method.word, "the method is set here"),
            None => blame.report(&path.token, message),
        }
    }
}

/// Reports a disposition that does not go with reading what is new.
fn against_disposition(key: &Ident, options: &IncrementalOptions, kept: Kept<'_>, blame: &Blame<'_>) {
    let Kept { disposition, inherited } = kept;
    if let Some(disposition) = disposition.filter(|disposition| disposition.kind == DispositionKind::Replace) {
        let message = "`incremental` reads what is new, and `replace` would keep nothing else\nhelp: write `write_disposition = merge` or `append`, or leave `incremental` out";
        if inherited {
            blame.conflict(key, message.to_owned(), &disposition.word, "the table is replaced by default here");
        } else {
            blame.errors.conflict(&disposition.word, message, key, "only what is new is read because of this");
        }
    }
    let appends = disposition.is_none_or(|disposition| disposition.kind == DispositionKind::Append);
    if let Some(lag) = options.lag.key().filter(|_| appends) {
        let message = "with a `lag` rows come again, and `append` would store them twice\nhelp: write `write_disposition = merge`, or leave `lag` out".to_owned();
        match disposition {
            Some(disposition) => blame.conflict(lag, message, &disposition.word, "rows are appended because of this"),
            None => blame.report(lag, message),
        }
    }
}

impl Point {
    fn text(&self) -> String {
        match self {
            Self::Text(token) => LitStr::value(token),
            Self::Number(number) => number.value.to_string(),
        }
    }
}
