//! The names of types and tables that a module makes.

use std::collections::HashSet;

use syn::Ident;

use super::annotated::{Annotated, ParsedItem};
use crate::language::ResourceOptions;
use crate::naming::{imports, pascal, snake, unraw};
use crate::syntax::Slot;

/// The types that every source has.
pub(crate) const TYPES: [&str; 3] = ["Client", "ClientBuilder", "Resources"];

/// The struct of the client-wide params, which a source has where functions of steps take it.
pub(crate) const STEP_PARAMS: &str = "Params";

/// The names of types that a module has, or is to have, in lower case.
pub(crate) fn type_names(items: &[ParsedItem]) -> HashSet<String> {
    let mut types: HashSet<String> = TYPES.iter().map(|name| name.to_lowercase()).collect();
    let mut own = |name: &str| _ = types.insert(name.to_lowercase());
    for item in items {
        match item {
            ParsedItem::Resource(resource) => {
                own(&unraw(&resource.ident));
                own(&request_name(&table_name(resource)));
            }
            ParsedItem::Nested(nested) => own(&unraw(&nested.ident)),
            ParsedItem::User(item) => declared_names(item, &mut |ident| own(&unraw(ident))),
        }
    }
    types
}

/// The name of a resource, and of its table.
pub(crate) fn table_name(resource: &Annotated<ResourceOptions>) -> String {
    match &resource.options.name {
        Slot::Set(_, name) => unraw(name),
        Slot::Absent | Slot::Broken(_) | Slot::Unset(_) => snake(&unraw(&resource.ident)),
    }
}

/// The name of a resource's request.
pub(crate) fn request_name(table: &str) -> String {
    let name = pascal(table);
    let mark = if name.starts_with(|letter: char| letter.is_numeric()) { "_" } else { "" };
    format!("{mark}{name}Request")
}

/// The names in the namespace of types that an item makes.
pub(crate) fn declared_names(item: &syn::Item, own: &mut impl FnMut(&Ident)) {
    match item {
        syn::Item::Enum(item) => own(&item.ident),
        syn::Item::Struct(item) => own(&item.ident),
        syn::Item::Union(item) => own(&item.ident),
        syn::Item::Trait(item) => own(&item.ident),
        syn::Item::TraitAlias(item) => own(&item.ident),
        syn::Item::Type(item) => own(&item.ident),
        syn::Item::Mod(item) => own(&item.ident),
        item => imports(item).iter().for_each(|import| own(&import.name)),
    }
}
