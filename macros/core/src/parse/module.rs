//! The module of a source: its items, those under a helper attribute read and the attribute taken off.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, Fields, Generics, Ident, ItemMod, Token, Type, Visibility};

use super::attribute::{self, misplaced, speaks_to_serde, take};
use super::field::{self, Field, Variant};
use super::option::Options;
use super::{HELPERS, Slot, cfgs};
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

pub(crate) enum Item {
    Resource(Box<Marked<ResourceOptions>>),
    Nested(Box<Marked<NestedOptions>>),
    User(Box<syn::Item>),
}

/// A struct or enum under one of this macro's attributes.
pub(crate) struct Marked<O> {
    pub(crate) options: O,
    /// The attribute's name, for what is missing in it.
    pub(crate) mark: syn::Path,
    pub(crate) ident: Ident,
    pub(crate) vis: Visibility,
    pub(crate) cfgs: Vec<Attribute>,
    pub(crate) body: Body,
    pub(crate) serde: Serde,
    pub(crate) generic: bool,
    /// The item without helper attributes.
    pub(crate) item: syn::Item,
    /// This part's own mistakes.
    pub(crate) errors: Sink,
}

pub(crate) enum Body {
    Fields(Vec<Field>),
    Variants(Vec<Variant>),
    /// Of a shape that was reported.
    Unreadable,
}

/// What the user arranged with serde.
#[derive(Clone, Copy)]
pub(crate) struct Serde {
    pub(crate) deserialize: Writer,
    pub(crate) serialize: Writer,
    /// Attributes of serde's on the item or in it.
    pub(crate) attributes: bool,
    /// A `rename_all` of its own.
    pub(crate) renames: bool,
}

/// How the user has written an implementation.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Writer {
    Nobody,
    Derive,
    Hand,
}

impl Serde {
    /// Whether the user lets serde derive something, so that its attributes are known.
    pub(crate) fn derives(self) -> bool {
        self.deserialize == Writer::Derive || self.serialize == Writer::Derive
    }
}

/// Reads the module.
pub(crate) fn read(item: TokenStream, errors: &Sink) -> syn::Result<Module> {
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
    let items = items.into_iter().map(|item| read_item(item, errors)).map(|item| respect(item, &by_hand)).collect();
    Ok(Module { attrs, vis, unsafety, ident, items })
}

/// The types that the user implements a trait of serde's for, by hand: the trait's name and the type's.
fn implemented(items: &[syn::Item]) -> Vec<(Ident, Ident)> {
    let implementations = items.iter().filter_map(|item| match item {
        syn::Item::Impl(item) => Some((item.trait_.as_ref()?, &item.self_ty)),
        _ => None,
    });
    implementations
        .filter_map(|((path, _), ty)| match &**ty {
            Type::Path(ty) => Some((path.segments.last()?.ident.clone(), ty.path.get_ident()?.clone())),
            _ => None,
        })
        .collect()
}

/// Leaves to the user what the user has written.
fn respect(mut item: Item, by_hand: &[(Ident, Ident)]) -> Item {
    let has = |ty: &Ident, name: &str| by_hand.iter().any(|(of, user)| of == name && user == ty);
    let (ident, serde) = match &mut item {
        Item::Resource(marked) => (&marked.ident, &mut marked.serde),
        Item::Nested(marked) => (&marked.ident, &mut marked.serde),
        Item::User(_) => return item,
    };
    if has(ident, "Deserialize") {
        serde.deserialize = Writer::Hand;
    }
    if has(ident, "Serialize") {
        serde.serialize = Writer::Hand;
    }
    item
}

/// The first token of an item after its attributes.
fn head(item: &syn::Item) -> TokenStream {
    let mut item = item.clone();
    if let Some(attrs) = attrs_mut(&mut item) {
        attrs.clear();
    }
    item.into_token_stream().into_iter().take(1).collect()
}

fn read_item(mut item: syn::Item, errors: &Sink) -> Item {
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

fn resource_item(mut item: syn::Item, attrs: &[Attribute], errors: Sink) -> Item {
    let mut options = attribute::read::<ResourceOptions>(attrs, &errors).unwrap_or_default();
    if let Some(first) = attrs.first()
        && !attribute::is_readable(first)
    {
        // What could not be read is not missing.
        options.path = Slot::Broken(format_ident!("path", span = first.path().span()));
        options.paginator = Slot::Broken(format_ident!("paginator", span = first.path().span()));
    }
    let body = match &mut item {
        syn::Item::Struct(item) => match field::columns(&item.ident, &mut item.fields, &errors) {
            Some(fields) => Body::Fields(fields),
            None => Body::Unreadable,
        },
        syn::Item::Enum(syn::ItemEnum { ident, .. }) | syn::Item::Union(syn::ItemUnion { ident, .. }) => {
            errors.report(&*ident, format!("`{ident}` cannot hold rows: a resource is a struct with named fields"));
            strip(&mut item, &errors);
            Body::Unreadable
        }
        _ => Body::Unreadable,
    };
    mark(item, attrs, options, body, errors, |marked| Item::Resource(Box::new(marked)))
}

fn nested_item(mut item: syn::Item, attrs: &[Attribute], errors: Sink) -> Item {
    let options = attribute::read::<NestedOptions>(attrs, &errors).unwrap_or_default();
    let body = match &mut item {
        syn::Item::Struct(item) => match field::members(&item.ident, &mut item.fields, &errors) {
            Some(fields) => Body::Fields(fields),
            None => Body::Unreadable,
        },
        syn::Item::Enum(item) => Body::Variants(field::variants(item, &errors)),
        syn::Item::Union(syn::ItemUnion { ident, .. }) => {
            errors.report(&*ident, format!("`{ident}` is a union: a part of a row is a struct or an enum"));
            strip(&mut item, &errors);
            Body::Unreadable
        }
        _ => Body::Unreadable,
    };
    mark(item, attrs, options, body, errors, |marked| Item::Nested(Box::new(marked)))
}

fn mark<O: Options>(
    mut item: syn::Item,
    marks: &[Attribute],
    options: O,
    mut body: Body,
    errors: Sink,
    finish: impl FnOnce(Marked<O>) -> Item,
) -> Item {
    let Some(mark) = marks.first().map(|attr| attr.path().clone()) else { return Item::User(Box::new(item)) };
    let (attrs, vis, ident, generics) = match &mut item {
        syn::Item::Struct(item) => (&mut item.attrs, &item.vis, &item.ident, &item.generics),
        syn::Item::Enum(item) => (&mut item.attrs, &item.vis, &item.ident, &item.generics),
        syn::Item::Union(item) => (&mut item.attrs, &item.vis, &item.ident, &item.generics),
        _ => return Item::User(Box::new(item)),
    };
    misplaced(attrs, &["column", "other"], &errors);
    let inner = match &body {
        Body::Fields(fields) => fields.iter().any(|field| field.serde),
        Body::Variants(variants) => variants.iter().any(|variant| variant.serde),
        Body::Unreadable => false,
    };
    let derived = |name| if attribute::derives(attrs, name) { Writer::Derive } else { Writer::Nobody };
    let serde = Serde {
        deserialize: derived("Deserialize"),
        serialize: derived("Serialize"),
        attributes: inner || speaks_to_serde(attrs),
        renames: attribute::renames(attrs),
    };
    let generic = is_generic(generics);
    if generic {
        let what =
            if generics.params.is_empty() { generics.where_clause.to_token_stream() } else { params_of(generics) };
        errors.report(what, format!("`{ident}` cannot be generic: the rows of an API are of one type"));
        body = Body::Unreadable;
    }
    let (vis, ident, cfgs) = (vis.clone(), ident.clone(), cfgs(attrs));
    finish(Marked { options, mark, ident, vis, cfgs, body, serde, generic, item, errors })
}

fn is_generic(generics: &Generics) -> bool {
    !generics.params.is_empty() || generics.where_clause.is_some()
}

fn params_of(generics: &Generics) -> TokenStream {
    let params: &Punctuated<_, _> = &generics.params;
    params.to_token_stream()
}

/// Takes helper attributes off an item that is neither a resource nor nested, and reports them.
fn strip(item: &mut syn::Item, errors: &Sink) {
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
