//! Fields on which the identity or the order of rows depends: keys, cursors, what children are read with. Each has the value
//! that the API sends: one that serde makes up is the same in many rows, which would be taken for one.

use syn::{Ident, Type};

use super::field_path::struct_name;
use super::resource_graph::is_there;
use super::{fields, resources};
use crate::diagnostic::OptionOrigin;
use crate::items::{Annotated, Body, Field, Impl, ParsedItem, attrs_of, serde_attrs};
use crate::language::{NestedOptions, ResourceOptions};
use crate::naming::{inside, unraw};
use crate::resolve::ResolvedOptions;
use crate::syntax::{FieldPath, FieldPaths};

/// Reports keys and cursors that are not read, or whose value may be made up.
pub(super) fn check(items: &[ParsedItem], shared: &ResourceOptions) {
    for resource in resources(items) {
        let options = ResolvedOptions::new(&resource.options, shared);
        let token = resource.options.name.get().unwrap_or(&resource.ident);
        let origin = |inherited| OptionOrigin { resource: token, inherited, errors: &resource.errors };
        let steps = Steps::of(&options);
        let keys = options.primary_key;
        for key in keys.get().into_iter().flat_map(|FieldPaths(keys)| keys) {
            of_row(items, resource, steps, key, Duty::Key, &origin(keys.inherited));
        }
        let range = options.incremental;
        if let Some(cursor) = range.get().and_then(|range| range.cursor.get()) {
            of_row(items, resource, steps, cursor, Duty::Cursor, &origin(range.inherited));
        }
    }
}

/// The steps that process rows.
#[derive(Clone, Copy)]
pub(super) struct Steps {
    /// Whether one may change the values of a row.
    change: bool,
    /// Whether one may drop rows.
    pub(super) drop: bool,
}

impl Steps {
    pub(super) fn of(options: &ResolvedOptions<'_>) -> Self {
        let change = !(options.map.is_absent() && options.yield_map.is_absent());
        Self { change, drop: change || !options.filter.is_absent() }
    }
}

/// What a field is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Duty {
    Key,
    Cursor,
    /// A request of a child is made with it.
    Parent,
    /// It is a column of a child's table, too.
    Included,
}

/// Reports the fields of a path that have a duty, and not the API's value.
pub(super) fn of_row(
    items: &[ParsedItem],
    resource: &Annotated<ResourceOptions>,
    steps: Steps,
    path: &FieldPath,
    duty: Duty,
    origin: &OptionOrigin<'_>,
) {
    let mut owner = Owner::of(resource);
    for name in path.names() {
        let named: Vec<&Field> = fields(owner.body).iter().filter(|field| unraw(&field.ident) == unraw(name)).collect();
        let Some(first) = named.first() else { return };
        for field in &named {
            if duty == Duty::Key && !is_there(&field.cfgs, &[&resource.cfgs]) {
                let message = format!(
                    "the key `{}` exists only under a `#[cfg(…)]`, and without it the rows have another key, or none\nhelp: remove its `#[cfg(…)]`, or put it on the resource, too",
                    path.written()
                );
                return origin.conflict(path, message, &field.ident, "declared here");
            }
            read(&owner, field, steps, duty, path, origin);
        }
        let Some(nested) = nested(items, inside(&first.ty, "Option").unwrap_or(&first.ty)) else { return };
        owner = Owner::of(nested);
    }
}

fn nested<'i>(items: &'i [ParsedItem], ty: &Type) -> Option<&'i Annotated<NestedOptions>> {
    let name = struct_name(ty)?;
    items.iter().find_map(|item| match item {
        ParsedItem::Nested(nested) if unraw(&nested.ident) == name => Some(&**nested),
        _ => None,
    })
}

/// The struct that a field is in.
struct Owner<'o> {
    ident: &'o Ident,
    body: &'o Body,
    item: &'o syn::Item,
    by_hand: bool,
}

impl<'o> Owner<'o> {
    fn of<O>(annotated: &'o Annotated<O>) -> Self {
        let Annotated { ident, body, item, serde, .. } = annotated;
        Self { ident, body, item, by_hand: serde.deserialize == Impl::Manual }
    }
}

/// Reports a field that has a duty, and not the API's value. `steps` are those of its resource.
fn read(owner: &Owner<'_>, field: &Field, steps: Steps, duty: Duty, place: &FieldPath, origin: &OptionOrigin<'_>) {
    if owner.by_hand {
        return;
    }
    // A step may give each row a value of its own, or drop those without one. A cursor is read before.
    let (change, drop) = if duty == Duty::Cursor { (false, false) } else { (steps.change, steps.drop) };
    let name = unraw(&field.ident);
    let of = match duty {
        Duty::Key => format!("the key `{name}`"),
        Duty::Cursor => format!("the cursor `{name}`"),
        Duty::Parent | Duty::Included => format!("the field `{name}` of `{}`", owner.ident),
    };
    if let Some(word) = field.marks.skip.as_ref().filter(|_| !change) {
        let or = if duty == Duty::Cursor { "" } else { ", or set the field in a `map`" };
        let message =
            format!("{of} is not read: every row would have the same one\nhelp: leave `#[serde({word})]` out{or}");
        return origin.conflict(place, message, word, "it is not read because of this");
    }
    let of_all = serde_attrs::marks(attrs_of(owner.item));
    let own = field.marks.default.is_some();
    let marks = if own { &field.marks } else { &of_all };
    // What an `Option` has by default says that there is no value.
    let says_so = own && !marks.by_function && inside(&field.ty, "Option").is_some();
    if let Some(word) = marks.default.as_ref().filter(|_| !drop && !says_so && duty != Duty::Included) {
        let help = match duty {
            Duty::Parent => "declare the field as `Option`: the children of rows without it are skipped, and counted",
            Duty::Key | Duty::Cursor | Duty::Included => {
                "leave `default` out: then a row without one is an error, or goes to quarantine"
            }
        };
        let message = format!("{of} may be made up: all rows that lack it would have the same one\nhelp: {help}");
        origin.conflict(place, message, word, "it has a default because of this");
    }
}
