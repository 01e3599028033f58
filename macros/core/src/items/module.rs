//! The module of a source: its items, those under a helper attribute read and the attribute taken off.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Attribute, Ident, ItemMod, Path, Token, Visibility};

use super::annotated::{ParsedItem, detect_manual_impls, implemented, nested_item, resource_elsewhere, resource_item};
use super::attribute::{attrs_mut, is, strip, take, unconditional};
use super::extra::Extra;
use crate::diagnostic::Sink;

/// The module that the attribute stands on.
pub(crate) struct Module {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) unsafety: Option<Token![unsafe]>,
    pub(crate) ident: Ident,
    pub(crate) items: Vec<ParsedItem>,
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
                "the structs of a source go into the module itself, not in a file\nhelp: write `mod {ident} {{ … }}`"
            ),
        ));
    };
    let by_hand = implemented(&items);
    let extra = Extra::new(&items, krate);
    let items = items
        .into_iter()
        .flat_map(|item| {
            let meant = elsewhere(&item);
            std::iter::once(read_item(item, errors)).chain(meant)
        })
        .map(|item| detect_manual_impls(item, &by_hand, &extra))
        .collect();
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
pub(crate) fn read_item(mut item: syn::Item, errors: &Sink) -> ParsedItem {
    let Some(attrs) = attrs_mut(&mut item) else { return ParsedItem::User(Box::new(item)) };
    unconditional(attrs, errors);
    let resource = take(attrs, "resource");
    let nested = take(attrs, "nested");
    match (resource.first(), nested.first()) {
        (Some(first), second) if can_be_annotated(&item) => {
            let part = errors.child();
            if let Some(second) = second {
                part.conflict(
                    second.path(),
                    "a struct is either a resource or a part of one",
                    first.path(),
                    "declared as a resource here",
                );
            }
            resource_item(item, &resource, part)
        }
        (None, Some(_)) if can_be_annotated(&item) => nested_item(item, &nested, errors.child()),
        _ => {
            for attr in resource.iter().chain(&nested) {
                let helper = attr.path().to_token_stream().to_string().replace(' ', "");
                let goes_on = if is(attr.path(), "resource") { "a struct" } else { "a struct or enum" };
                errors.report(attr.path(), format!("`#[{helper}]` goes on {goes_on}"));
            }
            strip(&mut item, errors);
            ParsedItem::User(Box::new(item))
        }
    }
}

/// The resource that an attribute on an item without rows is meant to declare. The mistake itself is reported with the item.
fn elsewhere(item: &syn::Item) -> Option<ParsedItem> {
    let (ident, attrs) = match item {
        syn::Item::Fn(item) => (&item.sig.ident, &item.attrs),
        syn::Item::Type(item) => (&item.ident, &item.attrs),
        syn::Item::Trait(item) => (&item.ident, &item.attrs),
        syn::Item::Const(item) => (&item.ident, &item.attrs),
        _ => return None,
    };
    let resource = take(&mut attrs.clone(), "resource");
    let unseen = Sink::unseen();
    unseen.spoil();
    (!resource.is_empty()).then(|| resource_elsewhere(ident, &resource, unseen))
}

fn can_be_annotated(item: &syn::Item) -> bool {
    matches!(item, syn::Item::Struct(_) | syn::Item::Enum(_) | syn::Item::Union(_))
}
