//! `custom(path::To::Type)`: a type of the user's, in the place of a paginator or of credentials.

use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Ident, Path, Token, parenthesized, token};

use super::secret::Secret;
use crate::diagnostic::Sink;
use crate::naming::unraw;
use crate::syntax::{OptionValue, add, entries, expected, refuse_string, skip};

/// A type, and the secrets that it is given.
#[derive(Clone)]
pub(crate) struct Custom {
    pub(crate) ty: Path,
    pub(crate) secrets: Vec<Secret>,
}

/// The place that the type is used in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Auth,
    Paginator,
}

/// Reads what follows `custom`. Mistakes go to `errors`.
pub(crate) fn read(input: ParseStream<'_>, word: &Ident, role: Role, errors: &Sink) -> syn::Result<Option<Custom>> {
    const MISSING: &str = "`custom` needs a type\nhelp: write `custom(path::To::Type)`";
    if !input.peek(token::Paren) {
        errors.report(word, MISSING);
        return Ok(None);
    }
    let content;
    parenthesized!(content in input);
    if content.is_empty() {
        errors.report(word, MISSING);
        return Ok(None);
    }
    let mut ty = None;
    let mut secrets: Vec<Secret> = Vec::new();
    let mut first = true;
    entries(&content, errors, |input| {
        if std::mem::take(&mut first) {
            ty = Some(path(input)?);
            return Ok(());
        }
        if ty.is_none() {
            // After a mistake, what follows would be reported only because of it.
            skip(input);
            return Ok(());
        }
        if role == Role::Paginator {
            return Err(syn::Error::new(input.span(), "a paginator takes its type, and nothing more"));
        }
        let secret = Secret::read(input, errors)?;
        secret.alone("the type itself says how the secret is sent", errors);
        add(&mut secrets, secret, "listed", errors, |Secret { name, .. }| {
            (unraw(name), name.clone(), format!("the secret `{name}`"))
        });
        Ok(())
    });
    Ok(ty.map(|ty| Custom { ty, secrets }))
}

fn path(input: ParseStream<'_>) -> syn::Result<Path> {
    refuse_string(input, |_| "expected the path of a type, found a string\nhelp: write it without quotes".to_owned())?;
    if input.peek(Ident::peek_any) && input.peek2(Token![=]) {
        let option = input.call(Ident::parse_any)?;
        return Err(syn::Error::new_spanned(
            &option,
            "`custom` takes a type, and no options\nhelp: write `custom(path::To::Type)`; the type sets itself up",
        ));
    }
    if !input.peek(Ident::peek_any) && !input.peek(Token![::]) {
        return Err(expected(input, "the path of a type, such as `path::To::Type`"));
    }
    let path: Path = input.parse()?;
    if !input.peek(token::Paren) {
        return Ok(path);
    }
    Err(if path.is_ident("secret") {
        syn::Error::new_spanned(
            &path,
            "the type comes before the secrets\nhelp: write `custom(path::To::Type, secret(name))`",
        )
    } else {
        syn::Error::new_spanned(
            &path,
            "a type is named here, not called\nhelp: write its path alone; it is created with `Default`",
        )
    })
}
