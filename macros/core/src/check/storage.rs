//! Where fields are stored: which columns they take, and that each is taken once.

use syn::Ident;

use crate::diagnostic::Sink;
use crate::items;
use crate::literal::wire::reserved;
use crate::model::{ChildTable, Field, Storage};
use crate::naming::unraw;

/// Reports a field that is stored in the column of another. A database knows no difference between `a` and `A`.
pub(super) fn is_alone(field: &Field, others: &[Field], errors: &Sink) -> bool {
    let Some(column) = field.storage.column() else { return true };
    let is_same = |first: &&Field| first.storage.column().is_some_and(|first| first.eq_ignore_ascii_case(column));
    let Some(first) = others.iter().filter(|first| !alternatives(first, field)).find(is_same) else { return true };
    let message = format!("two fields are stored in the column `{column}`");
    errors.conflict(&field.ident, message, &first.ident, "the first is here");
    false
}

/// Whether it may be that of two fields only one is there.
pub(super) fn alternatives(one: &Field, other: &Field) -> bool {
    !(one.cfgs.is_empty() || other.cfgs.is_empty())
}

/// Reports a table without columns.
pub(super) fn some(owner: &Ident, fields: &[Field], errors: &Sink) {
    if !fields.is_empty() && fields.iter().all(|field| matches!(field.storage, Storage::Skipped)) {
        errors.report(owner, format!("every field of `{owner}` is skipped, and a table has at least one column"));
    }
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
pub(super) fn name(field: &items::Field) -> Option<String> {
    let name = field.column.name.get().map_or_else(|| unraw(&field.ident), |text| text.token.value());
    (field.column.skip.is_absent() && field.column.child_table.is_absent()).then_some(name)
}

/// How a field is stored. `of_list` says how one is under `child_table`, given this word.
pub(super) fn storage(
    field: &items::Field,
    name: &str,
    of_list: impl FnOnce(&Ident) -> Option<Box<ChildTable>>,
    errors: &Sink,
) -> Storage {
    let options = &field.column;
    if let Some(skip) = options.skip.key() {
        if let Some(other) = options.json.key().or(options.child_table.key()).or(options.name.key()) {
            errors.conflict(other, "a skipped field has no column", skip, "skipped here");
        }
        return Storage::Skipped;
    }
    if let Some(key) = options.child_table.key() {
        return of_list(key).map_or_else(|| Storage::Json(name.to_owned()), Storage::Child);
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
