//! `filters`: that the field is a column, that the param can mean the operator, and that nothing else does the same.

use quote::ToTokens;
use syn::Ident;

use super::resource::ResourceScope;
use crate::diagnostic::{Sink, suggest};
use crate::language::{Filters, Param, ParamValue};
use crate::model::{Field, Storage};
use crate::naming::{inside, unraw};
use crate::syntax::FieldPath;

/// Checks what the params of a resource filter, those of the defaults among them.
pub(super) fn check(scope: &ResourceScope<'_>, fields: &[Field]) {
    let ResourceScope { options, errors, .. } = scope;
    let mut seen: Vec<(&Param, &Filters)> = Vec::new();
    for param in &options.params {
        let Some(filters) = &param.filters else { continue };
        let is_sound = can_mean(param, filters, errors)
            && column(scope, &filters.field, fields, "a filter").is_some()
            && after_steps(scope, &filters.field, "filters")
            && beside_cursor(scope, filters);
        if !is_sound {
            continue;
        }
        let is_same = |other: &Filters| {
            other.operator == filters.operator && unraw(&other.field.first) == unraw(&filters.field.first)
        };
        match seen.iter().find(|(_, other)| is_same(other)) {
            Some((first, other)) => {
                let written = written(filters);
                let message = format!(
                    "two params filter `{written}`: a query could not choose\nhelp: leave one of them out, or its `filters`"
                );
                errors.conflict(&filters.field, message, &other.field, format!("`{}` does here", unraw(&first.name)));
            }
            None => seen.push((param, filters)),
        }
    }
}

/// As messages show it.
fn written(Filters { operator, field }: &Filters) -> String {
    let field = field.written();
    if operator.is_bound() { format!("{} {field}", operator.sign()) } else { field }
}

/// Reports a param that has no value of its own to compare with, and a bound that it cannot be.
fn can_mean(param: &Param, filters: &Filters, errors: &Sink) -> bool {
    let name = unraw(&param.name);
    let ty = match &param.value {
        ParamValue::Required(ty) | ParamValue::Optional { inner: ty, .. } => ty,
        ParamValue::Static(_) | ParamValue::Several(_) | ParamValue::Secret(_) | ParamValue::Partition => {
            let help = format!("declare it by its type: `{name}: Option<…> (filters {})`", filters.field.written());
            let message = format!("`{name}` has a value that no query sets, and filters nothing for one\nhelp: {help}");
            errors.report(&filters.field, message);
            return false;
        }
    };
    if filters.operator.is_bound() && inside(ty, "Vec").is_some() {
        let message = format!(
            "`{name}` takes several values, and a bound is one\nhelp: write `filters {}`: rows with one of the values",
            filters.field.written()
        );
        errors.conflict(&filters.field, message, ty, "the type is here");
        return false;
    }
    true
}

/// The column of a field that a query may name.
pub(super) fn column<'f>(
    scope: &ResourceScope<'_>,
    path: &FieldPath,
    fields: &'f [Field],
    what: &str,
) -> Option<(&'f Field, &'f str)> {
    let (errors, ident, name) = (scope.errors, &scope.resource.ident, path.written());
    if !path.inner.is_empty() {
        let message = format!(
            "`{name}` is a part of the column `{}`\nhelp: {what} needs a field that is a column by itself",
            unraw(&path.first)
        );
        errors.report(path, message);
        return None;
    }
    let Some(field) = fields.iter().find(|field| unraw(&field.ident) == name) else {
        let known: Vec<String> = fields.iter().map(|field| unraw(&field.ident)).collect();
        let help = suggest::help(&name, "field", &format!(" of `{ident}`"), known.iter().map(String::as_str));
        errors.report(path, format!("`{ident}` has no field `{name}`{help}"));
        return None;
    };
    let why = match &field.storage {
        Storage::Column(_) if !field.cfgs.is_empty() => "exists only under a `#[cfg(…)]`",
        Storage::Column(column) => return Some((field, column)),
        Storage::Json(_) => "is stored as JSON text, whose values no query compares",
        Storage::Child(_) => "is a table of its own",
        Storage::Skipped => "is not stored, so that no query can name it",
    };
    let message = format!("`{name}` {why}\nhelp: {what} needs a field that is a column of its own type");
    errors.conflict(path, message, &field.ident, "the field is here");
    None
}

/// Reports what the API says of a field that a step may change afterwards: rows that would match could be missing.
pub(super) fn after_steps(scope: &ResourceScope<'_>, at: impl ToTokens, what: &str) -> bool {
    let options = scope.options;
    let step = [(options.map, "map"), (options.yield_map, "yield_map")];
    let step = step.into_iter().find_map(|(step, name)| Some((step.get()?, name)));
    let Some((step, name)) = step else { return true };
    let message = format!(
        "`{name}` may change this field after the API has compared it: the rows of a query could be wrong ones\nhelp: leave `{what}` out, or change the rows in the program"
    );
    scope.errors.conflict(at, message, &step.function, "this function changes rows");
    false
}

/// Reports a bound of the cursor that `incremental` sends already.
fn beside_cursor(scope: &ResourceScope<'_>, filters: &Filters) -> bool {
    let Some(range) = scope.options.incremental.get() else { return true };
    let Some(cursor) = range.cursor.get() else { return true };
    let is_cursor = cursor.written() == filters.field.written();
    let key: Option<&Ident> = match filters.operator {
        operator if !operator.is_bound() => None,
        operator if operator.is_start() => range.start_param.key().or(range.start_body_path.key()),
        _ => range.end_param.key().or(range.end_body_path.key()),
    };
    let Some(key) = key.filter(|_| is_cursor) else { return true };
    let message = format!(
        "`{key}` filters `{}` already: `incremental` has this bound of its cursor\nhelp: leave `filters` out",
        written(filters)
    );
    scope.errors.conflict(&filters.field, message, key, "the bound is sent because of this");
    false
}
