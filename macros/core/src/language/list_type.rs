//! The type of a param, and the options after it: `Vec<u64> (style = csv)`, `String (env = "TENANT")`.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::parse::ParseStream;
use syn::{Ident, Type, parenthesized, token};

use super::kinds::ParamOptions;
use crate::diagnostic::Sink;
use crate::syntax::{Options, ReadAll};

/// Reads the type of a param. Parentheses after `String` would be read as a part of the type.
pub(crate) fn typed(input: ParseStream<'_>) -> syn::Result<Type> {
    let mut ty: Vec<TokenTree> = Vec::new();
    let mut depth = 0_usize;
    for token in input.cursor().token_stream() {
        match &token {
            TokenTree::Punct(sign) if matches!(sign.as_char(), ',' | '=') && depth == 0 => break,
            TokenTree::Punct(sign) if sign.as_char() == '<' => depth += 1,
            TokenTree::Punct(sign) if sign.as_char() == '>' => depth = depth.saturating_sub(1),
            _ if option(&token).is_some() && !ty.is_empty() => {
                for _ in &ty {
                    input.parse::<TokenTree>()?;
                }
                return syn::parse2(ty.into_iter().collect::<TokenStream>());
            }
            _ => {}
        }
        ty.push(token);
    }
    input.parse()
}

/// Reads the options of a resource's param.
pub(crate) fn read(input: ParseStream<'_>, is_list: bool, errors: &Sink) -> syn::Result<ParamOptions> {
    let options = options(input, errors)?;
    if let Some(key) = options.env.key() {
        return Err(syn::Error::new_spanned(
            key,
            "a variable is read when the client is built, and this is set for each request\nhelp: declare a client-wide param: `source(params(name: String (env = \"NAME\")))`",
        ));
    }
    match options.style.key().filter(|_| !is_list) {
        Some(key) => {
            Err(syn::Error::new_spanned(key, "one value has no style: only a `Vec` has one\nhelp: leave it out"))
        }
        None => Ok(options),
    }
}

/// Reads the options after the type or the value.
pub(super) fn options(input: ParseStream<'_>, errors: &Sink) -> syn::Result<ParamOptions> {
    if !input.peek(token::Paren) {
        return Ok(ParamOptions::default());
    }
    let content;
    parenthesized!(content in input);
    Ok(ParamOptions::read_all(&content, errors))
}

/// Whether options stand after the next token.
pub(super) fn are_options_next(input: ParseStream<'_>) -> bool {
    input.cursor().token_stream().into_iter().nth(1).is_some_and(|token| option(&token).is_some())
}

/// The first word of a group in parentheses, if it is an option of a param.
fn option(token: &TokenTree) -> Option<Ident> {
    match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis => {
            match group.stream().into_iter().next() {
                Some(TokenTree::Ident(word)) => {
                    ParamOptions::TABLE.iter().any(|option| word == option.name).then_some(word)
                }
                _ => None,
            }
        }
        _ => None,
    }
}
