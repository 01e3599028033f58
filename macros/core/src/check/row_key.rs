//! The field that takes the key of its row, where the rows are the members of an object.

use syn::Member;

use super::resource::ResourceScope;
use crate::items::Field;
use crate::literal::{Selector, Step};
use crate::model::Decoding;
use crate::naming::is_string;

/// What the selector must do.
const RULE: &str = "the rows have keys where the selector selects each member of an object, with `[*]` at its end";

/// Checks the field under `row_key`, and returns its name in JSON. None where there is none.
pub(super) fn check(scope: &ResourceScope<'_>, fields: &[Field], decoding: Decoding) -> Option<String> {
    let errors = scope.errors;
    let mut marked = fields.iter().filter_map(|field| Some((field, field.column.row_key.key()?)));
    let (field, key) = marked.next()?;
    if let Some((_, second)) = marked.next() {
        errors.conflict(second, "a row has one key", key, "the field for it is declared here");
    }
    let options = &field.column;
    let other = options.skip.key().or(options.json.key()).or(options.child_table.key()).or(options.format.key());
    if let Some(other) = other {
        errors.conflict(other, "the key of a row is stored as text", key, "the field takes it because of this");
    } else if !is_string(&field.ty) || !field.cfgs.is_empty() {
        errors.report(&field.ty, "every row has a key, and it is a text\nhelp: declare the field as `String`");
    }
    if let Member::Unnamed(_) = field.member {
        errors.report(
            key,
            "the key comes beside the row\nhelp: write a struct with a field for it, and one for each key in the row",
        );
    } else if field.serde {
        errors.report(
            key,
            "the key comes beside the row, not from a field that serde names\nhelp: leave serde's attribute out",
        );
    } else if decoding == Decoding::User {
        let ident = &scope.resource.ident;
        errors.report(key, format!("`{ident}` is read by serde, which does not know `row_key`\nhelp: leave your own `Deserialize` of `{ident}` out: it is generated"));
    }
    let selector = scope.options.data_selector;
    match selector.get() {
        Some(selector) if matches!(&selector.value, Selector::Steps(steps) if steps.last() == Some(&Step::All)) => {}
        Some(written) => {
            let help = match &written.value {
                Selector::Steps(_) => format!("\nhelp: write `data_selector = \"{}[*]\"`", written.token.value()),
                Selector::Query(_) => String::new(),
            };
            scope.origin(selector.inherited).conflict(&written.token, format!("{RULE}{help}"), key, "needed for this");
        }
        None if selector.slot.is_absent() => {
            errors.report(
                key,
                format!("{RULE}\nhelp: write `data_selector = \"rates[*]\"`, or `\"$[*]\"` for the body itself"),
            );
        }
        None => {}
    }
    Some(field.wire(None))
}
