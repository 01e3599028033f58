//! Deprecated items warn their users, not the generated code.

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;
use syn::{Attribute, Item, Meta};

use crate::items::attrs_of;

/// The user's `#[deprecated]`, for generated items of the same name.
pub(super) fn copied(item: &Item) -> impl Iterator<Item = &Attribute> {
    attrs_of(item).iter().filter(|attr| attr.path().is_ident("deprecated"))
}

/// `#[allow(deprecated)]`, where something in the item is deprecated or may use deprecated items.
pub(super) fn allowed(item: &Item) -> Option<TokenStream> {
    let fields = |fields: &syn::Fields| fields.iter().any(|field| speak(&field.attrs));
    let inner = match item {
        Item::Struct(item) => fields(&item.fields),
        Item::Enum(item) => item.variants.iter().any(|variant| speak(&variant.attrs) || fields(&variant.fields)),
        _ => false,
    };
    (inner || speak(attrs_of(item))).then(|| quote!(#[allow(deprecated)]))
}

/// Whether attributes mention deprecation, be it under a condition.
fn speak(attrs: &[Attribute]) -> bool {
    attrs.iter().any(|attr| match &attr.meta {
        _ if attr.path().is_ident("deprecated") => true,
        Meta::List(list) if ["allow", "expect", "cfg_attr"].iter().any(|name| list.path.is_ident(name)) => {
            names(list.tokens.clone())
        }
        _ => false,
    })
}

fn names(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(word) => word == "deprecated",
        TokenTree::Group(group) => names(group.stream()),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}
