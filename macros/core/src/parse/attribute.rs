//! The attributes that only this macro knows: taken off the user's items, and missed nowhere.

use proc_macro2::TokenStream;
use syn::punctuated::Punctuated;
use syn::{Attribute, MacroDelimiter, Meta, Path, Token};

use super::list;
use super::option::Options;
use crate::sink::Sink;

/// The names of the helper attributes.
pub(crate) const HELPERS: &[&str] = &["resource", "nested", "column", "other"];

/// Takes the attributes of that name away.
pub(crate) fn take(attrs: &mut Vec<Attribute>, helper: &str) -> Vec<Attribute> {
    let taken = attrs.iter().filter(|attr| attr.path().is_ident(helper)).cloned().collect();
    attrs.retain(|attr| !attr.path().is_ident(helper));
    taken
}

/// Reads the options of an attribute that may stand once. `None` where it does not stand at all.
pub(crate) fn read<O: Options>(attrs: &[Attribute], errors: &Sink) -> Option<O> {
    let (first, more) = attrs.split_first()?;
    if let Some(second) = more.first() {
        errors.conflict(
            second.path(),
            format!("`#[{}]` stands here twice", O::CONTEXT),
            first.path(),
            "first written here",
        );
    }
    Some(tokens(first, errors).map_or_else(O::default, |tokens| list::options(tokens, errors)))
}

/// Whether an attribute is written with parentheses, or with nothing at all.
pub(crate) fn is_readable(attr: &Attribute) -> bool {
    match &attr.meta {
        Meta::Path(_) => true,
        Meta::List(list) => matches!(list.delimiter, MacroDelimiter::Paren(_)),
        Meta::NameValue(_) => false,
    }
}

/// What stands between the attribute's parentheses.
fn tokens(attr: &Attribute, errors: &Sink) -> Option<TokenStream> {
    match &attr.meta {
        Meta::Path(_) => Some(TokenStream::new()),
        Meta::List(list) if matches!(list.delimiter, MacroDelimiter::Paren(_)) => Some(list.tokens.clone()),
        Meta::List(_) | Meta::NameValue(_) => {
            let name = attr.path().get_ident().map(ToString::to_string).unwrap_or_default();
            errors
                .report(attr.path(), format!("`{name}` takes its options in parentheses\nhelp: write `#[{name}(…)]`"));
            None
        }
    }
}

/// Takes helper attributes off a place where they mean nothing, and reports them.
pub(crate) fn misplaced(attrs: &mut Vec<Attribute>, helpers: &[&str], errors: &Sink) {
    for helper in helpers {
        for attr in take(attrs, helper) {
            errors.report(attr.path(), format!("`#[{helper}]` means nothing here\nhelp: {}", place(helper)));
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

/// Whether a derive of that name is among the attributes.
pub(crate) fn derives(attrs: &[Attribute], name: &str) -> bool {
    attrs.iter().filter(|attr| attr.path().is_ident("derive")).any(|attr| {
        attr.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated)
            .is_ok_and(|paths| paths.iter().any(|path| path.segments.last().is_some_and(|last| last.ident == name)))
    })
}

/// Whether serde is told something here, be it under a condition.
pub(crate) fn speaks_to_serde(attrs: &[Attribute]) -> bool {
    attrs.iter().any(|attr| {
        attr.path().is_ident("serde")
            || (attr.path().is_ident("cfg_attr")
                && matches!(&attr.meta, Meta::List(list) if list.tokens.clone().into_iter().any(|token| token.to_string() == "serde")))
    })
}

/// Whether serde is told how to name things.
pub(crate) fn renames(attrs: &[Attribute]) -> bool {
    attrs.iter().filter(|attr| attr.path().is_ident("serde")).any(|attr| {
        matches!(&attr.meta, Meta::List(list) if list.tokens.clone().into_iter().any(|token| token.to_string() == "rename_all"))
    })
}
