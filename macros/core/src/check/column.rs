//! Fields: how each is named in JSON and stored.

use syn::Ident;

use super::child;
use super::storage::{alternatives, is_alone, some, storage};
use crate::diagnostic::Sink;
use crate::items;
use crate::model::Field;
use crate::naming::{Rule, unraw};

/// Checks the fields of a resource. `rule` names them in JSON, unless a serde attribute does.
pub(super) fn check(
    resource: &Ident,
    table: &str,
    fields: Vec<items::Field>,
    rule: Option<Rule>,
    by_serde: bool,
    errors: &Sink,
) -> Vec<Field> {
    let mut checked: Vec<Field> = Vec::new();
    for field in fields {
        let (name, is_row_key) = (unraw(&field.ident), field.is_row_key());
        let wire = field.wire(rule);
        let of_list = |key: &Ident| child::storage(&field, table, key, errors);
        let storage = storage(&field, &name, of_list, errors);
        let epoch = field.column.format.get().map(|format| format.kind);
        let (ident, ty, cfgs, member, extra) = (field.ident, field.ty, field.cfgs, field.member, field.extra);
        let field = Field { ident, ty, cfgs, member, wire, extra, epoch, storage };
        let same_key = |first: &&Field| first.wire == field.wire && !alternatives(first, &field);
        if is_alone(&field, &checked, errors)
            && !by_serde
            // A second one has been reported.
            && !is_row_key
            && let Some(first) = checked.iter().find(same_key)
        {
            errors.conflict(
                &field.ident,
                format!("two fields are read from the key `{}`", field.wire),
                &first.ident,
                "the first is here",
            );
        }
        checked.push(field);
    }
    some(resource, &checked, errors);
    checked
}
