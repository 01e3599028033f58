//! Items under a helper attribute: structs and enums with what their attributes, fields and variants say.

use quote::{ToTokens, format_ident};
use syn::spanned::Spanned;
use syn::{Attribute, Generics, Ident, Type, Visibility, parse_quote};

use super::attribute::{cfgs, has_serde_attrs, misplaced, strip};
use super::extra::Extra;
use super::field::{Field, Variant, VariantKind};
use super::{attribute, field, serde_words};
use crate::diagnostic::Sink;
use crate::language::{NamedSecret, NestedOptions, ResourceOptions, overruled_in, secrets_in};
use crate::literal::placeholders_in;
use crate::naming::{identifier, pascal, snake, unraw};
use crate::syntax::{Options, Slot};

/// A struct or enum under one of this macro's attributes.
pub(crate) struct Annotated<O> {
    pub(crate) options: O,
    /// The attribute's name, for what is missing in it.
    pub(crate) mark: syn::Path,
    pub(crate) ident: Ident,
    pub(crate) vis: Visibility,
    pub(crate) cfgs: Vec<Attribute>,
    pub(crate) body: Body,
    pub(crate) serde: Serde,
    /// What seem to be placeholders in a path that could not be read: the name of each, as far as it has one.
    pub(crate) placeholders: Vec<String>,
    /// Every name in a `secret(…)` of the attribute.
    pub(crate) secrets: Vec<NamedSecret>,
    /// Where `(openapi = none)` stands after a value of the attribute.
    pub(crate) overruled: Vec<Ident>,
    pub(crate) generic: bool,
    /// The item without helper attributes.
    pub(crate) item: syn::Item,
    /// This part's own mistakes.
    pub(crate) errors: Sink,
}

/// An item of the module, in the user's order.
pub(crate) enum ParsedItem {
    Resource(Box<Annotated<ResourceOptions>>),
    Nested(Box<Annotated<NestedOptions>>),
    User(Box<syn::Item>),
}

pub(crate) enum Body {
    Fields(Vec<Field>),
    Variants(Vec<Variant>),
    /// None yet: they come from elsewhere.
    Unit,
    /// Of a shape that was reported.
    Unreadable,
}

impl Body {
    /// Whether a field takes the key of its row: the rows are the members of an object.
    pub(crate) fn has_row_key(&self) -> bool {
        matches!(self, Self::Fields(fields) if fields.iter().any(Field::is_row_key))
    }
}

/// The user's own use of serde.
#[derive(Clone, Copy)]
pub(crate) struct Serde {
    pub(crate) deserialize: Impl,
    pub(crate) serialize: Impl,
    /// Attributes of serde's on the item or in it, except for one `#[serde(flatten)]` on an `Extra`.
    pub(crate) attributes: bool,
    /// A `rename_all` of its own.
    pub(crate) renames: bool,
    /// Whether serde would refuse its attributes.
    pub(crate) refused: bool,
}

/// How the user has written an implementation.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Impl {
    Missing,
    Derived,
    Manual,
}

impl Serde {
    /// Whether the user lets serde derive something, so that its attributes are known.
    pub(crate) fn derives(self) -> bool {
        self.deserialize == Impl::Derived || self.serialize == Impl::Derived
    }
}

pub(super) fn resource_item(mut item: syn::Item, attrs: &[Attribute], errors: Sink) -> ParsedItem {
    let mut options = attribute::read::<ResourceOptions>(attrs, &errors).unwrap_or_default();
    if let Some(first) = attrs.first()
        && !attribute::is_readable(first)
    {
        // An option that could not be read is not missing.
        options.path = Slot::Broken(format_ident!("path", span = first.path().span()));
        options.paginator = Slot::Broken(format_ident!("paginator", span = first.path().span()));
    }
    let body = match &mut item {
        syn::Item::Struct(syn::ItemStruct { fields: syn::Fields::Unit, .. }) => Body::Unit,
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
    mark(item, attrs, options, body, errors, |annotated| ParsedItem::Resource(Box::new(annotated)))
}

/// The resource that an attribute on something else was meant for, so that its users still compile: of a struct of its own.
pub(super) fn resource_elsewhere(ident: &Ident, attrs: &[Attribute], errors: Sink) -> ParsedItem {
    let mut options = attribute::read::<ResourceOptions>(attrs, &errors).unwrap_or_default();
    for slot in ["name", "path", "paginator"] {
        options.spoil(slot, ident.clone());
    }
    let own = format_ident!("__{}", pascal(&unraw(ident)), span = ident.span());
    if options.name.get().is_none() {
        options.name = Slot::Set(ident.clone(), identifier(&snake(&unraw(ident)), ident.span()).unwrap_or(own.clone()));
    }
    let item = parse_quote!(#[allow(dead_code)] pub struct #own;);
    mark(item, attrs, options, Body::Unreadable, errors, |annotated| ParsedItem::Resource(Box::new(annotated)))
}

pub(super) fn nested_item(mut item: syn::Item, attrs: &[Attribute], errors: Sink) -> ParsedItem {
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
    mark(item, attrs, options, body, errors, |annotated| ParsedItem::Nested(Box::new(annotated)))
}

fn mark<O: Options>(
    mut item: syn::Item,
    marks: &[Attribute],
    options: O,
    mut body: Body,
    errors: Sink,
    finish: impl FnOnce(Annotated<O>) -> ParsedItem,
) -> ParsedItem {
    // Of an enum of names, the attributes were checked with its variants.
    let is_text =
        matches!(&body, Body::Variants(variants) if variants.iter().all(|variant| variant.kind != VariantKind::Data));
    let refused = !is_text && serde_words::check(&item, &errors);
    let Some(mark) = marks.first().map(|attr| attr.path().clone()) else { return ParsedItem::User(Box::new(item)) };
    let (attrs, vis, ident, generics) = match &mut item {
        syn::Item::Struct(item) => (&mut item.attrs, &item.vis, &item.ident, &item.generics),
        syn::Item::Enum(item) => (&mut item.attrs, &item.vis, &item.ident, &item.generics),
        syn::Item::Union(item) => (&mut item.attrs, &item.vis, &item.ident, &item.generics),
        _ => return ParsedItem::User(Box::new(item)),
    };
    misplaced(attrs, &["column", "other"], &errors);
    let inner = match &body {
        Body::Fields(fields) => {
            // How to write what is left beside the fields is serde's to know, and rows alone are not written.
            let is_row = O::CONTEXT == ResourceOptions::CONTEXT;
            fields.iter().any(|field| field.serde || (field.extra && !is_row))
        }
        Body::Variants(variants) => variants.iter().any(|variant| variant.serde),
        Body::Unit | Body::Unreadable => false,
    };
    let derived = |name| if attribute::derives(attrs, name) { Impl::Derived } else { Impl::Missing };
    let serde = Serde {
        refused,
        deserialize: derived("Deserialize"),
        serialize: derived("Serialize"),
        attributes: inner || has_serde_attrs(attrs),
        renames: attribute::renames(attrs),
    };
    // Of a resource, serializing is the user's own affair.
    let written =
        if O::CONTEXT == ResourceOptions::CONTEXT { &["Deserialize"][..] } else { &["Deserialize", "Serialize"] };
    for name in written {
        for twice in attribute::conditional(attrs, name) {
            errors.report(
                &twice,
                format!("`{name}` is generated anyway, and would be implemented twice under this condition\nhelp: leave it out, or derive it without a condition"),
            );
        }
    }
    let generic = is_generic(generics);
    if generic {
        let what = if generics.params.is_empty() {
            generics.where_clause.to_token_stream()
        } else {
            generics.params.to_token_stream()
        };
        errors.report(what, format!("`{ident}` cannot be generic: the rows of an API are of one type"));
        body = Body::Unreadable;
    }
    let (mut secrets, mut overruled, mut placeholders) = (Vec::new(), Vec::new(), Vec::new());
    for attr in marks {
        if let syn::Meta::List(list) = &attr.meta {
            secrets_in(list.tokens.clone(), &mut secrets);
            overruled_in(list.tokens.clone(), &mut overruled);
            placeholders
                .extend(attribute::text_of(list.tokens.clone(), "path").iter().flat_map(|path| placeholders_in(path)));
        }
    }
    let (vis, ident, cfgs) = (vis.clone(), ident.clone(), cfgs(attrs));
    finish(Annotated {
        options,
        mark,
        ident,
        vis,
        cfgs,
        body,
        serde,
        placeholders,
        secrets,
        overruled,
        generic,
        item,
        errors,
    })
}

fn is_generic(generics: &Generics) -> bool {
    !generics.params.is_empty() || generics.where_clause.is_some()
}

/// The types that the user implements a trait of serde's for, by hand: the trait's name and the type's.
pub(crate) fn implemented<'i>(items: impl IntoIterator<Item = &'i syn::Item>) -> Vec<(Ident, Ident)> {
    let implementations = items.into_iter().filter_map(|item| match item {
        syn::Item::Impl(item) => Some((item.trait_.as_ref()?, &item.self_ty)),
        _ => None,
    });
    implementations
        .filter_map(|((path, _), ty)| match &**ty {
            Type::Path(ty) => Some((attribute::name(path)?, ty.path.get_ident()?.clone())),
            _ => None,
        })
        .collect()
}

/// Leaves to the user what the user has written.
pub(super) fn detect_manual_impls(mut item: ParsedItem, by_hand: &[(Ident, Ident)], extra: &Extra) -> ParsedItem {
    let has = |ty: &Ident, name: &str| by_hand.iter().any(|(of, user)| of == name && user == ty);
    let (ident, serde, body, declared, errors) = match &mut item {
        ParsedItem::Resource(annotated) => {
            let Annotated { ident, serde, body, item, errors, .. } = &mut **annotated;
            (ident, serde, body, item, errors)
        }
        ParsedItem::Nested(annotated) => {
            let Annotated { ident, serde, body, item, errors, .. } = &mut **annotated;
            (ident, serde, body, item, errors)
        }
        ParsedItem::User(_) => return item,
    };
    match (&*body, declared) {
        (Body::Fields(fields), _) => extra.check(fields, serde.deserialize == Impl::Derived, errors),
        (_, syn::Item::Enum(item)) => extra.in_variants(item, errors),
        _ => {}
    }
    let fields = match body {
        Body::Fields(fields) => Some(fields),
        Body::Variants(_) | Body::Unit | Body::Unreadable => None,
    };
    for field in fields.into_iter().flatten().filter(|field| field.extra && !extra.is(&field.ty)) {
        // The user's own `Extra` is serde's to read.
        field.extra = false;
        serde.attributes = true;
    }
    if has(ident, "Deserialize") {
        serde.deserialize = Impl::Manual;
    }
    if has(ident, "Serialize") {
        serde.serialize = Impl::Manual;
    }
    item
}
