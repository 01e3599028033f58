//! The attributes that only this macro knows, and their removal from the user's items.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::punctuated::Punctuated;
use syn::{Attribute, Ident, LitStr, MacroDelimiter, Meta, Path, Token};

use crate::diagnostic::Sink;
use crate::syntax::{Options, read_options};

/// The names of the helper attributes.
pub(crate) const HELPERS: &[&str] = &["resource", "nested", "column", "other"];

/// Takes the attributes of that name away.
pub(crate) fn take(attrs: &mut Vec<Attribute>, helper: &str) -> Vec<Attribute> {
    let taken = attrs.iter().filter(|attr| is(attr.path(), helper)).cloned().collect();
    attrs.retain(|attr| !is(attr.path(), helper));
    taken
}

/// Whether a path is that of a helper: its name, or `declarest::` and its name, as `source` is often written.
pub(crate) fn is(path: &Path, helper: &str) -> bool {
    let names: Vec<&Ident> = path.segments.iter().map(|segment| &segment.ident).collect();
    match names.as_slice() {
        [name] => path.leading_colon.is_none() && *name == helper,
        [krate, name] => *krate == "declarest" && *name == helper,
        _ => false,
    }
}

/// Reads the options of an attribute that is allowed once. `None` where it is absent.
pub(crate) fn read<O: Options>(attrs: &[Attribute], errors: &Sink) -> Option<O> {
    let (first, more) = attrs.split_first()?;
    let Some(second) = more.first() else {
        return Some(tokens(first, errors).map_or_else(O::default, |tokens| read_options(tokens, errors)));
    };
    errors.conflict(
        second.path(),
        format!("`#[{}]` is written here twice", O::CONTEXT),
        first.path(),
        "first written here",
    );
    // Those of all, which is meant where each has some of them.
    let unseen = Sink::unseen();
    let each = attrs.iter().filter_map(|attr| tokens(attr, &unseen)).filter(|tokens| !tokens.is_empty());
    let all = each.fold(TokenStream::new(), |all, more| match all.to_string().trim_end().ends_with(',') {
        _ if all.is_empty() => more,
        true => quote!(#all #more),
        false => quote!(#all, #more),
    });
    Some(read_options(all, &unseen))
}

/// Whether an attribute is written with parentheses, or with nothing at all.
pub(crate) fn is_readable(attr: &Attribute) -> bool {
    match &attr.meta {
        Meta::Path(_) => true,
        Meta::List(list) => matches!(list.delimiter, MacroDelimiter::Paren(_)),
        Meta::NameValue(_) => false,
    }
}

/// The text that an option has: `"/items"` of `path = "/items"`.
pub(crate) fn text_of(tokens: TokenStream, option: &str) -> Option<String> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    tokens.windows(3).find_map(|tokens| match tokens {
        [TokenTree::Ident(name), TokenTree::Punct(equals), TokenTree::Literal(text)]
            if name == option && equals.as_char() == '=' =>
        {
            syn::parse2::<LitStr>(text.to_token_stream()).ok().map(|text| text.value())
        }
        _ => None,
    })
}

/// The tokens between the attribute's parentheses, or between other signs, which is a mistake.
fn tokens(attr: &Attribute, errors: &Sink) -> Option<TokenStream> {
    let tokens = match &attr.meta {
        Meta::Path(_) => Some(TokenStream::new()),
        Meta::List(list) => Some(list.tokens.clone()),
        Meta::NameValue(_) => None,
    };
    if !is_readable(attr) {
        let name = attr.path().segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        errors.report(attr.path(), format!("`{name}` takes its options in parentheses\nhelp: write `#[{name}(…)]`"));
    }
    tokens
}

/// Takes helper attributes off a place where they mean nothing, and reports them.
pub(crate) fn misplaced(attrs: &mut Vec<Attribute>, helpers: &[&str], errors: &Sink) {
    for helper in helpers {
        for attr in take(attrs, helper) {
            errors.report(attr.path(), format!("`#[{helper}]` does not belong here\nhelp: {}", place(helper)));
        }
    }
}

fn place(helper: &str) -> &'static str {
    match helper {
        "resource" => "it goes on a struct directly in the source's module",
        "nested" => "it goes on a struct or enum directly in the source's module",
        "column" => "it goes on a field of a `#[resource]`",
        _ => "it goes on the variant `Other(String)` of a `#[nested]` enum",
    }
}

/// Whether serde's derive of that name is among the attributes.
pub(crate) fn derives(attrs: &[Attribute], name: &str) -> bool {
    attrs.iter().any(|attr| derived(&attr.meta).iter().any(|path| is_serdes(path, name)))
}

/// Serde's derives of that name that are there under a condition.
pub(crate) fn conditional(attrs: &[Attribute], name: &str) -> Vec<Path> {
    let within = attrs.iter().flat_map(|attr| conditions(&attr.meta));
    within.flat_map(|meta| derived(&meta)).filter(|path| is_serdes(path, name)).collect()
}

/// The derives of an attribute.
fn derived(meta: &Meta) -> Punctuated<Path, Token![,]> {
    match meta {
        Meta::List(list) if list.path.is_ident("derive") => {
            list.parse_args_with(Punctuated::parse_terminated).unwrap_or_default()
        }
        _ => Punctuated::new(),
    }
}

/// The attributes in a `cfg_attr`, after its condition.
fn conditions(meta: &Meta) -> Vec<Meta> {
    match meta {
        Meta::List(list) if list.path.is_ident("cfg_attr") => {
            let metas = list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated).unwrap_or_default();
            metas.into_iter().skip(1).flat_map(|meta| [conditions(&meta), vec![meta]].concat()).collect()
        }
        _ => Vec::new(),
    }
}

/// Reports helper attributes under a condition, and puts them in the place of their `cfg_attr`.
pub(super) fn unconditional(attrs: &mut [Attribute], errors: &Sink) {
    for attr in attrs {
        let found = conditions(&attr.meta).into_iter().find_map(|meta| {
            let helper = HELPERS.iter().find(|helper| is(meta.path(), helper))?;
            Some((helper, meta))
        });
        let Some((helper, meta)) = found else { continue };
        let instead = match *helper {
            "resource" | "nested" => format!("write `#[cfg(…)]` above `#[{helper}(…)]`, for all of the item"),
            _ => format!("write `#[{helper}(…)]` without it, or the field twice, each under its own `#[cfg(…)]`"),
        };
        errors.report(
            meta.path(),
            format!("`{helper}` stands in no `cfg_attr`: it is read before conditions are\nhelp: {instead}"),
        );
        attr.meta = meta;
    }
}

/// The name of a trait, unless another crate's trait has the name of one of serde's.
pub(crate) fn name(path: &Path) -> Option<Ident> {
    let last = &path.segments.last()?.ident;
    let is_others = ["Deserialize", "Serialize"].iter().any(|name| last == name && !is_serdes(path, name));
    (!is_others).then(|| last.clone())
}

/// Whether a path is that of a trait or derive of serde's: its name alone, or below serde. Other crates have the same
/// names.
pub(crate) fn is_serdes(path: &Path, name: &str) -> bool {
    let mut names = path.segments.iter().rev().map(|segment| &segment.ident);
    names.next().is_some_and(|last| last == name)
        && (path.segments.len() == 1 || names.any(|name| name == "serde" || name == "serde_derive"))
}

/// Whether there is an attribute of serde's, also under a condition.
pub(crate) fn has_serde_attrs(attrs: &[Attribute]) -> bool {
    attrs.iter().any(|attr| {
        attr.path().is_ident("serde")
            || (attr.path().is_ident("cfg_attr")
                && matches!(&attr.meta, Meta::List(list) if list.tokens.clone().into_iter().any(|token| token.to_string() == "serde")))
    })
}

/// Whether there is a `rename_all` for serde.
pub(crate) fn renames(attrs: &[Attribute]) -> bool {
    attrs.iter().filter(|attr| attr.path().is_ident("serde")).any(|attr| {
        matches!(&attr.meta, Meta::List(list) if list.tokens.clone().into_iter().any(|token| token.to_string() == "rename_all"))
    })
}

/// The `#[cfg(…)]`s among attributes, which go wherever the item's parts go.
pub(crate) fn cfgs(attrs: &[Attribute]) -> Vec<Attribute> {
    attrs.iter().filter(|attr| attr.path().is_ident("cfg")).cloned().collect()
}

/// Takes helper attributes off an item that is neither a resource nor nested, and reports them.
pub(super) fn strip(item: &mut syn::Item, errors: &Sink) {
    if let Some(attrs) = attrs_mut(item) {
        misplaced(attrs, HELPERS, errors);
    }
    let strip_fields = |fields: &mut syn::Fields| {
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

#[cfg(test)]
mod tests {
    use syn::parse::Parser;

    use super::*;

    #[test]
    fn whose_a_derive_is() {
        for (derive, deserialize) in [
            ("derive(Debug, Deserialize)", true),
            ("derive(serde::Deserialize)", true),
            ("derive(::declarest::__private::serde::Deserialize)", true),
            ("derive(serde_derive::Deserialize)", true),
            ("derive(rkyv::Deserialize)", false),
            ("derive(serde::Serialize)", false),
            ("cfg_attr(x, derive(serde::Deserialize))", false),
        ] {
            let attrs = Attribute::parse_outer.parse_str(&format!("#[{derive}]")).expect("an attribute");
            assert_eq!(derives(&attrs, "Deserialize"), deserialize, "{derive}");
        }
    }
}
