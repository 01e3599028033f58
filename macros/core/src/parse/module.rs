//! The module of a source: its items, those under a helper attribute read and the attribute taken off.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Attribute, Fields, Ident, ItemMod, Path, Token, Visibility};

use super::HELPERS;
use super::attribute::{misplaced, take};
use super::extra::Extra;
use super::marked::{Marked, implemented, nested_item, resource_item, respect};
use crate::sink::Sink;
use crate::vocabulary::{NestedOptions, ResourceOptions};

/// The module that the attribute stands on.
pub(crate) struct Module {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) unsafety: Option<Token![unsafe]>,
    pub(crate) ident: Ident,
    pub(crate) items: Vec<Item>,
}

/// An item of the module, in the user's order.
pub(crate) enum Item {
    Resource(Box<Marked<ResourceOptions>>),
    Nested(Box<Marked<NestedOptions>>),
    User(Box<syn::Item>),
}

/// Reads the module. `krate` is the runtime, where it has another name.
pub(crate) fn read(item: TokenStream, krate: Option<&Path>, errors: &Sink) -> syn::Result<Module> {
    let module = match syn::parse2::<syn::Item>(item)? {
        syn::Item::Mod(module) => module,
        other => {
            return Err(syn::Error::new_spanned(
                head(&other),
                "`source` goes on a module: `#[declarest::source(…)] pub mod api { … }`",
            ));
        }
    };
    let ItemMod { attrs, vis, unsafety, ident, content, .. } = module;
    let Some((_, items)) = content else {
        return Err(syn::Error::new_spanned(
            &ident,
            format!(
                "the structs of a source stand in the module itself, not in a file\nhelp: write `mod {ident} {{ … }}`"
            ),
        ));
    };
    let by_hand = implemented(&items);
    let extra = Extra::new(&items, krate);
    let items =
        items.into_iter().map(|item| read_item(item, errors)).map(|item| respect(item, &by_hand, &extra)).collect();
    Ok(Module { attrs, vis, unsafety, ident, items })
}

/// The first token of an item after its attributes.
fn head(item: &syn::Item) -> TokenStream {
    let mut item = item.clone();
    if let Some(attrs) = attrs_mut(&mut item) {
        attrs.clear();
    }
    item.into_token_stream().into_iter().take(1).collect()
}

/// Reads an item, and takes the attributes off that only this macro knows.
pub(crate) fn read_item(mut item: syn::Item, errors: &Sink) -> Item {
    let Some(attrs) = attrs_mut(&mut item) else { return Item::User(Box::new(item)) };
    let resource = take(attrs, "resource");
    let nested = take(attrs, "nested");
    match (resource.first(), nested.first()) {
        (Some(first), second) if can_be_marked(&item) => {
            let part = errors.child();
            if let Some(second) = second {
                part.conflict(
                    second.path(),
                    "a struct is either a resource or a part of one",
                    first.path(),
                    "a resource by this attribute",
                );
            }
            resource_item(item, &resource, part)
        }
        (None, Some(_)) if can_be_marked(&item) => nested_item(item, &nested, errors.child()),
        _ => {
            for attr in resource.iter().chain(&nested) {
                let helper = attr.path().to_token_stream();
                let goes_on = if attr.path().is_ident("resource") { "a struct" } else { "a struct or enum" };
                errors.report(attr.path(), format!("`#[{helper}]` goes on {goes_on}"));
            }
            strip(&mut item, errors);
            Item::User(Box::new(item))
        }
    }
}

fn can_be_marked(item: &syn::Item) -> bool {
    matches!(item, syn::Item::Struct(_) | syn::Item::Enum(_) | syn::Item::Union(_))
}

/// Takes helper attributes off an item that is neither a resource nor nested, and reports them.
pub(super) fn strip(item: &mut syn::Item, errors: &Sink) {
    if let Some(attrs) = attrs_mut(item) {
        misplaced(attrs, HELPERS, errors);
    }
    let strip_fields = |fields: &mut Fields| {
        for field in fields.iter_mut() {
            misplaced(&mut field.attrs, HELPERS, errors);
        }
    };
    match item {
        syn::Item::Struct(item) => strip_fields(&mut item.fields),
        syn::Item::Union(item) => {
            for field in &mut item.fields.named {
                misplaced(&mut field.attrs, HELPERS, errors);
            }
        }
        syn::Item::Enum(item) => {
            for variant in &mut item.variants {
                misplaced(&mut variant.attrs, HELPERS, errors);
                strip_fields(&mut variant.fields);
            }
        }
        syn::Item::Mod(item) => {
            for item in item.content.iter_mut().flat_map(|(_, items)| items) {
                strip(item, errors);
            }
        }
        _ => {}
    }
}

pub(crate) fn attrs_of(item: &syn::Item) -> &[Attribute] {
    match item {
        syn::Item::Struct(item) => &item.attrs,
        syn::Item::Enum(item) => &item.attrs,
        syn::Item::Union(item) => &item.attrs,
        _ => &[],
    }
}

pub(crate) fn attrs_mut(item: &mut syn::Item) -> Option<&mut Vec<Attribute>> {
    Some(match item {
        syn::Item::Const(item) => &mut item.attrs,
        syn::Item::Enum(item) => &mut item.attrs,
        syn::Item::ExternCrate(item) => &mut item.attrs,
        syn::Item::Fn(item) => &mut item.attrs,
        syn::Item::ForeignMod(item) => &mut item.attrs,
        syn::Item::Impl(item) => &mut item.attrs,
        syn::Item::Macro(item) => &mut item.attrs,
        syn::Item::Mod(item) => &mut item.attrs,
        syn::Item::Static(item) => &mut item.attrs,
        syn::Item::Struct(item) => &mut item.attrs,
        syn::Item::Trait(item) => &mut item.attrs,
        syn::Item::TraitAlias(item) => &mut item.attrs,
        syn::Item::Type(item) => &mut item.attrs,
        syn::Item::Union(item) => &mut item.attrs,
        syn::Item::Use(item) => &mut item.attrs,
        _ => return None,
    })
}
