//! Fields: how each is named in JSON and stored.

use syn::Ident;

use super::{child, plain};
use crate::literal::wire::reserved;
use crate::model::{Field, Storage};
use crate::naming::Rule;
use crate::parse;
use crate::sink::Sink;

/// Checks the fields of a resource. `rule` names them in JSON, where serde was not told otherwise.
pub(super) fn check(
    resource: &Ident,
    table: &str,
    fields: Vec<parse::Field>,
    rule: Option<Rule>,
    by_serde: bool,
    errors: &Sink,
) -> Vec<Field> {
    let mut checked: Vec<Field> = Vec::new();
    for field in fields {
        let name = plain(&field.ident);
        let wire = field.wire(rule);
        let storage = storage(&field, table, &name, errors);
        let (ident, ty, cfgs, member, extra) = (field.ident, field.ty, field.cfgs, field.member, field.extra);
        let alternatives = |other: &Field| !(cfgs.is_empty() || other.cfgs.is_empty());

        if let Some(column) = storage.column()
            && let Some(first) = checked.iter().find(|first| {
                first.storage.column().is_some_and(|first| first.eq_ignore_ascii_case(column)) && !alternatives(first)
            })
        {
            errors.conflict(
                &ident,
                format!("two fields are stored in the column `{column}`"),
                &first.ident,
                "the first is here",
            );
        } else if !by_serde && let Some(first) = checked.iter().find(|first| first.wire == wire && !alternatives(first))
        {
            errors.conflict(
                &ident,
                format!("two fields are read from the key `{wire}`"),
                &first.ident,
                "the first is here",
            );
        }
        checked.push(Field { ident, ty, cfgs, member, wire, extra, storage });
    }
    if !checked.is_empty() && checked.iter().all(|field| matches!(field.storage, Storage::Skipped)) {
        errors.report(resource, format!("every field of `{resource}` is skipped, and a table has at least one column"));
    }
    checked
}

impl Storage {
    pub(crate) fn column(&self) -> Option<&str> {
        match self {
            Self::Column(name) | Self::Json(name) => Some(name),
            Self::Child(_) | Self::Skipped => None,
        }
    }
}

/// The column that a field is stored in, if it is.
pub(super) fn name(field: &parse::Field) -> Option<String> {
    let name = field.column.name.get().map_or_else(|| plain(&field.ident), |text| text.token.value());
    (field.column.skip.is_absent() && field.column.child_table.is_absent()).then_some(name)
}

fn storage(field: &parse::Field, table: &str, name: &str, errors: &Sink) -> Storage {
    let options = &field.column;
    if let Some(skip) = options.skip.key() {
        if let Some(other) = options.json.key().or(options.child_table.key()).or(options.name.key()) {
            errors.conflict(other, "a skipped field has no column", skip, "skipped here");
        }
        return Storage::Skipped;
    }
    if let Some(key) = options.child_table.key() {
        return child::storage(field, table, key, errors).map_or(Storage::Skipped, Storage::Child);
    }
    if options.name.is_absent()
        && let Some(owner) = reserved(name)
    {
        errors.report(
            &field.ident,
            format!("the name `{name}` is {owner}\nhelp: name the column: `#[column(name = \"…\")]`"),
        );
    }
    let column = options.name.get().map_or_else(|| name.to_owned(), |text| text.token.value());
    if options.json.is_absent() { Storage::Column(column) } else { Storage::Json(column) }
}
