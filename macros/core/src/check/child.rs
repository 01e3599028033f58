//! Child tables: lists whose elements are rows of a table of their own.

use quote::ToTokens;
use syn::{Ident, Type};

use super::{fields, resources, storage};
use crate::diagnostic::Sink;
use crate::items::{Annotated, Field, ParsedItem, table_name};
use crate::language::ResourceOptions;
use crate::model::{self, ChildTable};
use crate::naming::{inside, unraw};
use crate::resolve::ResolvedOptions;
use crate::syntax::FieldPaths;

/// The name of a list's table.
pub(super) fn name(table: &str, field: &Field) -> String {
    let column = field.column.name.get().map_or_else(|| unraw(&field.ident), |text| text.token.value());
    format!("{table}__{column}")
}

/// The table of a field under `#[column(child_table)]`. `key` is that word.
pub(super) fn storage(field: &Field, table: &str, key: &Ident, errors: &Sink) -> Option<Box<ChildTable>> {
    if let Some(json) = field.column.json.key() {
        errors.conflict(
            json,
            "a list is stored as JSON text or as a table of its own, not as both\nhelp: leave one of them out",
            key,
            "declared as a child table here",
        );
    }
    let optional = inside(&field.ty, "Option");
    let Some(element) = inside(optional.unwrap_or(&field.ty), "Vec") else {
        errors.conflict(
            &field.ty,
            "a child table holds the elements of a list, and this type is not a list\nhelp: write `Vec<…>` or `Option<Vec<…>>`, or store it as JSON text: `#[column(json)]`",
            key,
            "declared as a child table here",
        );
        return None;
    };
    Some(Box::new(ChildTable { name: name(table, field), element: element.clone(), optional: optional.is_some() }))
}

/// Reports child tables of a resource without a key, by which their rows would be found.
pub(super) fn needs_key(options: &ResolvedOptions<'_>, fields: &[Field], errors: &Sink) {
    if options.primary_key.is_absent()
        && let Some(key) = fields.iter().find_map(|field| field.column.child_table.key())
    {
        errors.report(
            key,
            "the rows of a child table belong to a row that has a key\nhelp: write `primary_key = …` with the fields that identify a row",
        );
    }
}

/// A struct whose values are rows of child tables.
pub(super) struct Element {
    name: String,
    /// The other columns of its tables, each with a description.
    taken: Vec<(String, String)>,
}

/// The types that are elements of child tables, as often as they are.
pub(super) fn elements(items: &[ParsedItem], shared: &ResourceOptions) -> Vec<Element> {
    let elements = resources(items).flat_map(|resource| {
        let fields = fields(&resource.body);
        let lists = fields.iter().filter(|field| !field.column.child_table.is_absent());
        let elements = lists.filter_map(|field| inside(inside(&field.ty, "Option").unwrap_or(&field.ty), "Vec"));
        let names = elements.filter_map(|element| match element {
            Type::Path(path) => path.path.segments.last().map(|last| unraw(&last.ident)),
            _ => None,
        });
        names.map(|name| Element { name, taken: taken(resource, fields, shared) }).collect::<Vec<_>>()
    });
    elements.collect()
}

/// The columns that a child table has besides those of its elements.
fn taken(resource: &Annotated<ResourceOptions>, fields: &[Field], shared: &ResourceOptions) -> Vec<(String, String)> {
    let table = table_name(resource);
    let keys = resource.options.primary_key.or(&shared.primary_key).get();
    let keys = keys.into_iter().flat_map(|FieldPaths(keys)| keys).map(|key| {
        let is_whole = |field: &&Field| key.inner.is_empty() && unraw(&field.ident) == unraw(&key.first);
        let column = fields.iter().find(is_whole).and_then(storage::name).unwrap_or_else(|| key.column());
        (format!("_{table}_{column}"), format!("the key of the row in `{table}` that has the list"))
    });
    std::iter::once(("_position".to_owned(), "the element's place in its list".to_owned())).chain(keys).collect()
}

/// The columns of a struct, if it is a row of child tables.
pub(super) fn columns(
    ident: &Ident,
    fields: &[Field],
    elements: &[Element],
    errors: &Sink,
) -> Option<Vec<model::Field>> {
    let own: Vec<&Element> = elements.iter().filter(|element| element.name == unraw(ident)).collect();
    if own.is_empty() {
        for mark in fields.iter().filter(|field| !field.column.only_overrules()).filter_map(|field| field.mark.as_ref())
        {
            errors.report(mark, "a field of a `#[nested]` struct has no column: the struct is stored as one JSON text");
        }
        return None;
    }
    let mut columns = Vec::new();
    for field in fields {
        let name = unraw(&field.ident);
        let of_list = |key: &Ident| {
            errors.report(
                key,
                "a row of a child table has no child tables of its own\nhelp: leave it out: the list is stored as JSON text",
            );
            None
        };
        if let Some(key) = field.column.row_key.key() {
            errors.report(key, "an element of a list has no key: `row_key` stands in the struct of a resource");
        }
        let storage = storage::storage(field, &name, of_list, errors);
        let all = own.iter().flat_map(|element| &element.taken);
        if let Some(column) = storage.column()
            && let Some((taken, what)) = all.into_iter().find(|(taken, _)| taken.eq_ignore_ascii_case(column))
        {
            let at = field
                .column
                .name
                .get()
                .map_or_else(|| field.ident.to_token_stream(), |name| name.token.to_token_stream());
            errors.report(
                at,
                format!("the column `{taken}` holds {what}\nhelp: store the field under another name: `#[column(name = \"…\")]`"),
            );
        }
        let epoch = field.column.format.get().map(|format| format.kind);
        let Field { ident, ty, cfgs, member, .. } = field;
        let (ident, ty, cfgs, member) = (ident.clone(), ty.clone(), cfgs.clone(), member.clone());
        let field = model::Field { ident, ty, cfgs, member, wire: name, extra: false, epoch, storage };
        storage::is_alone(&field, &columns, errors);
        columns.push(field);
    }
    storage::some(ident, &columns, errors);
    Some(columns)
}
