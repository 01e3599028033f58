//! `incremental(…)`: that a request can say where to begin, and that a row says how new it is.

use syn::{Ident, Type};

use super::body::place_needs_body;
use super::bounds::{self, NamedBounds};
use super::field_path::Leaf;
use super::resource::ResourceScope;
use super::{cursor, place_of, position, range, step};
use crate::diagnostic::OptionOrigin;
use crate::language::{
    DefaultValue, Disposition, DispositionKind, IncrementalOptions, Lag, MissingCursorKind, Point, Zone,
};
use crate::literal::{FromNow, ZoneName};
use crate::model::{Cursor, Field, Incremental, Parent};
use crate::naming::{inside, is_string, unraw};
use crate::resolve::Resolved;
use crate::syntax::Literal as _;

/// Checks the range by which a resource reads new rows only.
pub(super) fn check(
    scope: &ResourceScope<'_>,
    fields: &[Field],
    stored: DispositionKind,
    parent: &Parent,
) -> Option<Incremental> {
    let (options, errors) = (scope.options, scope.errors);
    let named_bounds = NamedBounds::new(scope);
    if options.incremental.is_absent() {
        named_bounds.without_range(scope);
    }
    let (key, range) = options.incremental.set()?;
    let origin = scope.origin(options.incremental.inherited);
    bounds::sent(range, &named_bounds, &origin);
    step::alone(range, &named_bounds, scope, &origin);
    named_bounds.without_value(range, scope);
    if origin.inherited {
        range::against(range, &scope.sent_by_own(), errors);
    } else {
        range::alone(range, key, errors);
        range::against(range, &scope.sent(), errors);
    }
    if let Some(path) = range::bodies(range).next() {
        place_needs_body(&path.token, " for the range", options, &origin);
    }
    let each_position = position::is_each(scope, range, parent, &origin);
    against_disposition(key, range, options.write_disposition, stored, &origin);
    let named = range.cursor.get()?;
    let Leaf { accesses, ty, .. } = cursor::check(scope, named, range, fields, &origin)?;
    let ends_now = match range.end_value.get() {
        Some(Point::Now(moment, _)) => *moment == FromNow::NOW,
        Some(_) => false,
        None => range.end_value.is_absent() && (named_bounds.has_end() || !range.step.is_absent()),
    };
    step::fits(range, &named.written(), &ty, &origin);
    if let Some(what) =
        cursor::no_moment(&ty).filter(|_| ends_now && range.end_value.is_absent() && range.step.is_absent())
    {
        named_bounds.without_end(what, scope);
    }
    if stored == DispositionKind::Append && cursor::repeats(range, &ty) {
        let message = "rows of the hour that comes twice are read again, and `append` would store them twice\nhelp: write `primary_key = …` and `write_disposition = merge`, or declare the cursor as a `Timestamp`";
        origin.conflict(range.timezone.key(), message.to_owned(), &ty, "the cursor has no offset");
    }
    let cursor = Cursor { accesses, name: named.written(), ty, place: place_of(named, &origin) };
    let points = [range.initial_value.get(), range.end_value.get()].into_iter().flatten();
    let param_types = points.filter_map(|point| match point {
        Point::Param(name) => {
            let param = scope.defaults.client_params.find(&unraw(name))?;
            cursor::is_hidden(&cursor.ty, &param.ty).then(|| (name.clone(), param.ty.clone()))
        }
        Point::Text(_) | Point::Number(_) | Point::Now(..) => None,
    });
    let param_types = param_types.collect();
    let lag_type = lag_type(range, &cursor, scope, &origin);
    zone_param(range, scope, &origin);
    Some(Incremental { cursor, options: range.clone(), ends_now, param_types, lag_type, each_position })
}

/// The client-wide param that says how far a run goes back, and its type.
fn lag_type(
    range: &IncrementalOptions,
    cursor: &Cursor,
    scope: &ResourceScope<'_>,
    origin: &OptionOrigin<'_>,
) -> Option<(Ident, Type)> {
    let Some(Lag::Param(name)) = range.lag.get() else { return None };
    let ty = if cursor::is_number(&cursor.ty) { "u32 = 10" } else { "Duration = \"1h\"" };
    let param = scope.defaults.client_params.named(name, &format!("{}: {ty}", unraw(name)), origin)?;
    (!cursor::is_text(&cursor.ty)).then(|| (name.clone(), param.ty.clone()))
}

/// Checks the client-wide param that names the zone.
fn zone_param(range: &IncrementalOptions, scope: &ResourceScope<'_>, origin: &OptionOrigin<'_>) {
    let Some(Zone::Param(name)) = range.timezone.get() else { return };
    let example = format!("{}: String = \"UTC\"", unraw(name));
    let Some(param) = scope.defaults.client_params.named(name, &example, origin) else { return };
    if !is_string(inside(&param.ty, "Option").unwrap_or(&param.ty)) {
        let message = format!("a zone is named by a text\nhelp: declare the param as one: `{example}`");
        return origin.conflict(name, message, &param.ty, "its type is here");
    }
    let values = param.default().map(DefaultValue::values).unwrap_or_default();
    for value in values {
        if let Err(message) = ZoneName::parse(&value.text) {
            let message = format!("the default of this param names no zone: {message}");
            origin.conflict(name, message, &value.token, "the default is here");
        }
    }
}

/// Reports a disposition that contradicts reading new rows only.
fn against_disposition(
    key: &Ident,
    range: &IncrementalOptions,
    chosen: Resolved<'_, Disposition>,
    stored: DispositionKind,
    origin: &OptionOrigin<'_>,
) {
    if chosen.is_broken() {
        return;
    }
    let disposition = chosen.get();
    let is_replaced = stored == DispositionKind::Replace && range::is_open(range);
    if let Some(disposition) = disposition.filter(|_| is_replaced) {
        let message = "`incremental` reads new rows only, and `replace` would drop all others\nhelp: write `write_disposition = merge` or `append`, or leave `incremental` out";
        if chosen.inherited {
            origin.conflict(key, message.to_owned(), &disposition.word, "the table is replaced by default here");
        } else {
            origin.errors.conflict(&disposition.word, message, key, "only new rows are read because of this");
        }
    }
    if let Some(lag) = range.lag.key().filter(|_| stored == DispositionKind::Append) {
        let message = "a `lag` reads rows again, and `append` would store them twice\nhelp: write `primary_key = …` and `write_disposition = merge`, or leave `lag` out".to_owned();
        match disposition {
            Some(disposition) => origin.conflict(lag, message, &disposition.word, "rows are appended because of this"),
            None => origin.report(lag, message),
        }
    }
    let keeps = range.missing_cursor.get().filter(|missing| missing.kind == MissingCursorKind::Keep);
    if let Some(keep) = keeps.filter(|_| stored == DispositionKind::Append) {
        let message = "rows without a cursor come in every run, and `append` would store them again\nhelp: write `primary_key = …` and `write_disposition = merge`, or `missing_cursor = drop`".to_owned();
        match disposition {
            Some(disposition) => {
                origin.conflict(&keep.word, message, &disposition.word, "rows are appended because of this");
            }
            None => origin.report(&keep.word, message),
        }
    }
}
