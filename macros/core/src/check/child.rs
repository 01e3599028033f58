//! Child tables: lists whose elements are rows of a table of their own.

use syn::{Ident, Type};

use super::plain;
use crate::model::ChildTable;
use crate::naming::unraw;
use crate::parse::{Body, Field, Item, Marked, inside};
use crate::sink::Sink;
use crate::vocabulary::ResourceOptions;

/// The name of a list's table.
pub(super) fn name(table: &str, field: &Field) -> String {
    let column = field.column.name.get().map_or_else(|| plain(&field.ident), |text| text.token.value());
    format!("{table}__{column}")
}

/// The table of a field under `#[column(child_table)]`. `key` is that word.
pub(super) fn storage(field: &Field, table: &str, key: &Ident, errors: &Sink) -> Option<Box<ChildTable>> {
    if let Some(json) = field.column.json.key() {
        errors.conflict(
            json,
            "a list is stored as JSON text or as a table of its own, not as both\nhelp: leave one of them out",
            key,
            "made a table here",
        );
    }
    let optional = inside(&field.ty, "Option");
    let Some(element) = inside(optional.unwrap_or(&field.ty), "Vec") else {
        errors.conflict(
            &field.ty,
            "a child table holds the elements of a list, and this type is none\nhelp: write `Vec<…>` or `Option<Vec<…>>`, or store it as JSON text: `#[column(json)]`",
            key,
            "made a table here",
        );
        return None;
    };
    Some(Box::new(ChildTable { name: name(table, field), element: element.clone(), optional: optional.is_some() }))
}

/// Reports child tables of a resource without a key, by which their rows would be found.
pub(super) fn needs_key(resource: &Marked<ResourceOptions>, shared: &ResourceOptions, fields: &[Field]) {
    if resource.options.primary_key.or(&shared.primary_key).is_absent()
        && let Some(key) = fields.iter().find_map(|field| field.column.child_table.key())
    {
        resource.errors.report(
            key,
            "the rows of a child table belong to a row that has a key\nhelp: write `primary_key = …` with the fields that tell rows apart",
        );
    }
}

/// The names of the types that are elements of child tables.
pub(super) fn elements(items: &[Item]) -> Vec<String> {
    let fields = items.iter().flat_map(|item| match item {
        Item::Resource(resource) => match &resource.body {
            Body::Fields(fields) => fields.as_slice(),
            Body::Variants(_) | Body::Unit | Body::Unreadable => &[],
        },
        Item::Nested(_) | Item::User(_) => &[],
    });
    let lists = fields.filter(|field| !field.column.child_table.is_absent());
    let elements = lists.filter_map(|field| inside(inside(&field.ty, "Option").unwrap_or(&field.ty), "Vec"));
    let names = elements.filter_map(|element| match element {
        Type::Path(path) => path.path.segments.last().map(|last| unraw(&last.ident)),
        _ => None,
    });
    names.collect()
}
