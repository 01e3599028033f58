//! `incremental(…)`: that a request can say where to begin, and that a row says how new it is.

use syn::{Ident, LitStr};

use super::body::needs_post;
use super::resource::ResourceScope;
use super::{cursor, place_of, range};
use crate::diagnostic::OptionOrigin;
use crate::language::{Disposition, DispositionKind, IncrementalOptions, Point};
use crate::literal::{BodyPath, WireName};
use crate::model::{Cursor, Field, Incremental};
use crate::naming::unraw;
use crate::resolve::Resolved;
use crate::syntax::{Slot, Text};

/// How only what is new is read.
pub(super) fn check(scope: &ResourceScope<'_>, fields: &[Field]) -> Option<Incremental> {
    let (options, errors) = (scope.options, scope.errors);
    let (key, range) = options.incremental.set()?;
    let origin = scope.origin(options.incremental.inherited);
    if origin.inherited {
        range::against(range, &scope.sent_by_own(), errors);
    } else {
        range::alone(range, key, errors);
        range::against(range, &scope.sent(), errors);
    }
    if let Some(path) = range::bodies(range).next() {
        needs_post(&path.token, " for the range", options.method, &origin);
    }
    against_disposition(key, range, options.write_disposition, &origin);
    model(range, &scope.resource.ident, fields, &origin)
}

fn model(
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
            place: place_of(named, origin),
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

/// Reports a disposition that does not go with reading what is new.
fn against_disposition(
    key: &Ident,
    range: &IncrementalOptions,
    chosen: Resolved<'_, Disposition>,
    origin: &OptionOrigin<'_>,
) {
    if chosen.is_broken() {
        return;
    }
    let disposition = chosen.get();
    if let Some(disposition) = disposition.filter(|disposition| disposition.kind == DispositionKind::Replace) {
        let message = "`incremental` reads what is new, and `replace` would keep nothing else\nhelp: write `write_disposition = merge` or `append`, or leave `incremental` out";
        if chosen.inherited {
            origin.conflict(key, message.to_owned(), &disposition.word, "the table is replaced by default here");
        } else {
            origin.errors.conflict(&disposition.word, message, key, "only what is new is read because of this");
        }
    }
    let appends = disposition.is_none_or(|disposition| disposition.kind == DispositionKind::Append);
    if let Some(lag) = range.lag.key().filter(|_| appends) {
        let message = "a `lag` reads rows again, and `append` would store them twice\nhelp: write `write_disposition = merge`, or leave `lag` out".to_owned();
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
