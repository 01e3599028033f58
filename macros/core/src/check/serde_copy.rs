//! Structs with an `Extra` that serde's derive reads. It would take the values apart whose text an `Extra` keeps; so it is
//! put on a copy that has nothing to take what is left.

use proc_macro2::{TokenStream, TokenTree};
use quote::quote_spanned;
use syn::{Fields, Ident, Item, Meta, Visibility, parse_quote};

use crate::items::{Field, attrs_of, has_serde_attrs, serde_attrs, without_self};
use crate::model::SerdeCopy;
use crate::naming::Rule;

/// The copy, where one is needed. `rename` is the rule for its fields.
pub(super) fn of(item: &Item, fields: &[Field], rename: Option<Rule>) -> Option<SerdeCopy> {
    let through_another =
        ["from", "try_from", "transparent", "remote"].iter().any(|word| serde_attrs::has_word(attrs_of(item), word));
    let extra: Vec<_> =
        fields.iter().filter(|field| field.extra).map(|field| (field.ident.clone(), field.cfgs.clone())).collect();
    let (Item::Struct(item), false, false) = (item, extra.is_empty(), through_another) else { return None };
    let mut item = item.clone();
    let owner = item.ident.clone();
    item.vis = Visibility::Inherited;
    item.attrs.retain(|attr| has_serde_attrs(std::slice::from_ref(attr)));
    for attr in &mut item.attrs {
        if let Meta::List(list) = &mut attr.meta
            && list.path.is_ident("serde")
        {
            list.tokens = with_default_of(&owner, std::mem::take(&mut list.tokens));
        }
    }
    let Fields::Named(named) = &mut item.fields else { return None };
    for (field, declared) in named.named.iter_mut().zip(fields) {
        field.vis = Visibility::Inherited;
        field.ty = without_self(&field.ty, &owner);
        field.attrs.retain(|attr| {
            attr.path().is_ident("cfg") || (!declared.extra && has_serde_attrs(std::slice::from_ref(attr)))
        });
        if declared.extra {
            field.attrs.push(parse_quote!(#[serde(skip_deserializing)]));
        }
    }
    Some(SerdeCopy { item, rename, extra })
}

/// The words of serde's, `default` with the function of the struct itself: the copy has none.
fn with_default_of(owner: &Ident, words: TokenStream) -> TokenStream {
    let mut words = words.into_iter().peekable();
    let mut written = TokenStream::new();
    while let Some(word) = words.next() {
        let is_bare = !matches!(words.peek(), Some(TokenTree::Punct(punct)) if punct.as_char() == '=');
        match &word {
            TokenTree::Ident(ident) if ident == "default" && is_bare => {
                let function = format!("<{owner} as ::core::default::Default>::default");
                written.extend(quote_spanned!(ident.span()=> default = #function));
            }
            _ => written.extend([word]),
        }
    }
    written
}
