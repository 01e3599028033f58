//! `incremental(…)`: that a request can say where to begin, and that a row says how new it is.

use syn::{Ident, LitStr};

use super::cursor;
use super::defaults::Defaults;
use super::range::{AlsoSent, against, alone, bodies};
use crate::diagnostic::OptionOrigin;
use crate::items::Annotated;
use crate::language::{
    Disposition, DispositionKind, IncrementalOptions, Method, MethodKind, Param, Point, ResourceOptions,
};
use crate::literal::{BodyPath, WireName};
use crate::model::{Cursor, Field, Incremental};
use crate::naming::unraw;
use crate::resolve::params::Places;
use crate::syntax::{Slot, Text};

/// What a sync does with rows, and where that is said.
#[derive(Clone, Copy)]
pub(super) struct ChosenDisposition<'o> {
    pub(super) disposition: Option<&'o Disposition>,
    /// Whether it is one of the defaults.
    pub(super) inherited: bool,
}

/// How only what is new is read. `token` stands for the resource.
pub(super) fn of(
    resource: &Annotated<ResourceOptions>,
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
        let sent = AlsoSent { params, paginator: own.paginator.get(), auth: own.auth.get() };
        against(range, &sent, places, errors);
    } else {
        alone(range, key, errors);
        let sent = AlsoSent { params, paginator: own.paginator.or(&shared.paginator).get(), auth };
        against(range, &sent, places, errors);
    }
    let origin = OptionOrigin { resource: token, inherited, errors };
    let (method, disposition) = (own.method.or(&shared.method), own.write_disposition.or(&shared.write_disposition));
    // Of what could not be read, nothing is known.
    if !matches!(method, Slot::Broken(_)) {
        needs_body(range, method.get(), &origin);
    }
    if !matches!(disposition, Slot::Broken(_)) {
        let kept = ChosenDisposition { disposition: disposition.get(), inherited: own.write_disposition.is_absent() };
        against_disposition(key, range, kept, &origin);
    }
    checked(range, &resource.ident, fields, &origin)
}

fn checked(
    options: &IncrementalOptions,
    ident: &Ident,
    fields: &[Field],
    origin: &OptionOrigin<'_>,
) -> Option<Incremental> {
    let named = options.cursor.get()?;
    let field = cursor::check(named, options, ident, fields, origin)?;
    let text = |slot: &Slot<Text<WireName>>| slot.get().map(|text| text.token.value());
    let path = |slot: &Slot<Text<BodyPath>>| slot.get().map(|text| text.value.0.clone());
    Some(Incremental {
        cursor: Cursor {
            member: field.member.clone(),
            name: unraw(&field.ident),
            ty: field.ty.clone(),
            place: if origin.inherited { origin.resource.span() } else { named.span() },
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

fn needs_body(options: &IncrementalOptions, method: Option<&Method>, origin: &OptionOrigin<'_>) {
    if method.is_some_and(|method| method.kind == MethodKind::Post) {
        return;
    }
    if let Some(path) = bodies(options).next() {
        let message = "a GET has no body for the range\nhelp: write `method = POST`".to_owned();
        match method {
            Some(method) => origin.conflict(&path.token, message, &method.word, "the method is set here"),
            None => origin.report(&path.token, message),
        }
    }
}

/// Reports a disposition that does not go with reading what is new.
fn against_disposition(
    key: &Ident,
    options: &IncrementalOptions,
    kept: ChosenDisposition<'_>,
    origin: &OptionOrigin<'_>,
) {
    let ChosenDisposition { disposition, inherited } = kept;
    if let Some(disposition) = disposition.filter(|disposition| disposition.kind == DispositionKind::Replace) {
        let message = "`incremental` reads what is new, and `replace` would keep nothing else\nhelp: write `write_disposition = merge` or `append`, or leave `incremental` out";
        if inherited {
            origin.conflict(key, message.to_owned(), &disposition.word, "the table is replaced by default here");
        } else {
            origin.errors.conflict(&disposition.word, message, key, "only what is new is read because of this");
        }
    }
    let appends = disposition.is_none_or(|disposition| disposition.kind == DispositionKind::Append);
    if let Some(lag) = options.lag.key().filter(|_| appends) {
        let message = "with a `lag` rows come again, and `append` would store them twice\nhelp: write `write_disposition = merge`, or leave `lag` out".to_owned();
        match disposition {
            Some(disposition) => origin.conflict(lag, message, &disposition.word, "rows are appended because of this"),
            None => origin.report(lag, message),
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
