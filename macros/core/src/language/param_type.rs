//! The type of a param: `String`, `Option<u64>`, `Vec<Date>`.

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Ident, Token, Type, TypeInfer, parse_quote, token};

use super::list_type;
use crate::diagnostic::Sink;
use crate::naming::inside;
use crate::syntax::skip;

/// Reads the type of a param. One that cannot be read is reported, and the param kept: its users still pass a value.
pub(super) fn param_type(input: ParseStream<'_>, name: &Ident, errors: &Sink) -> Type {
    let is_absent = input.is_empty() || input.peek(Token![,]) || input.peek(Token![=]);
    let is_secret = input.peek2(token::Paren) && input.fork().call(Ident::parse_any).is_ok_and(|word| word == "secret");
    let ty = if is_absent {
        Err(no_type(name))
    } else if is_secret {
        let message = "a secret is no param: values of params are in URLs and errors\nhelp: declare it with `auth = …`";
        Err(syn::Error::new(input.span(), message))
    } else {
        list_type::typed(input)
    };
    let ty = match ty {
        Ok(ty) => ty,
        Err(error) => {
            errors.push(error);
            skip(input);
            return unread();
        }
    };
    let inner = inside(&ty, "Option");
    match (sendable(inner.unwrap_or(&ty)), inner) {
        (Ok(()), _) => ty,
        (Err(error), inner) => {
            errors.push(error);
            let unread = unread();
            if inner.is_some() { parse_quote!(::core::option::Option<#unread>) } else { unread }
        }
    }
}

/// The type of a param whose own could not be read.
pub(crate) fn unread() -> Type {
    Type::Infer(TypeInfer { attrs: Vec::new(), underscore_token: Token![_](Span::call_site()) })
}

/// Whether the type of a param could not be read.
pub(crate) fn is_unread(ty: &Type) -> bool {
    matches!(ty, Type::Infer(_))
}

pub(super) fn no_type(name: &Ident) -> syn::Error {
    syn::Error::new_spanned(
        name,
        format!("the param `{name}` has no type\nhelp: write `{name}: String`, or `{name}: Option<String>`"),
    )
}

fn sendable(ty: &Type) -> syn::Result<()> {
    let wrong = |message: &str| Err(syn::Error::new_spanned(ty, message));
    if let Some(item) = inside(ty, "Vec") {
        return if inside(item, "Option").is_some() || inside(item, "Vec").is_some() {
            Err(syn::Error::new_spanned(
                item,
                "the values of a list are plain\nhelp: write `Vec<String>`, or another type of one value",
            ))
        } else {
            sendable(item)
        };
    }
    match ty {
        Type::Reference(_) => wrong("a param is not borrowed\nhelp: write `String`"),
        Type::Slice(_) | Type::Array(_) => wrong("a param of several values is a `Vec`\nhelp: write `Vec<String>`"),
        Type::Path(_) if inside(ty, "Option").is_some() => {
            wrong("an option in an option\nhelp: write `Option<…>` once")
        }
        Type::Path(_) | Type::Group(_) | Type::Paren(_) | Type::Macro(_) => Ok(()),
        Type::Infer(_) => wrong("the type of a param must be written out\nhelp: write `String`"),
        other => {
            Err(syn::Error::new_spanned(other, "this type cannot be a param\nhelp: write `String`, a number or `bool`"))
        }
    }
}
