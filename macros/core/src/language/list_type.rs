//! The type of a param, and the options after it: `Vec<u64> (style = csv)`.

use proc_macro2::{Delimiter, TokenTree};
use syn::parse::ParseStream;
use syn::{Ident, Type, parenthesized, token};

use super::kinds::ListOptions;
use super::words::Style;
use crate::diagnostic::Sink;
use crate::syntax::{Chosen, ReadAll};

/// Reads the type of a param. Parentheses after `String` would be read as a part of the type, which would report
/// another mistake.
pub(crate) fn typed(input: ParseStream<'_>) -> syn::Result<Type> {
    let option = option(input);
    match (input.fork().parse::<Type>(), option) {
        (Err(_), Some(option)) => Err(single(&option)),
        _ => input.parse(),
    }
}

/// Reads the options after the type.
pub(crate) fn read(input: ParseStream<'_>, is_list: bool, errors: &Sink) -> syn::Result<Option<Chosen<Style>>> {
    if !input.peek(token::Paren) {
        return Ok(None);
    }
    if let Some(option) = option(input).filter(|_| !is_list) {
        return Err(single(&option));
    }
    let content;
    parenthesized!(content in input);
    Ok(ListOptions::read_all(&content, errors).style.get().cloned())
}

fn single(option: &Ident) -> syn::Error {
    syn::Error::new_spanned(option, "one value has no style: only a `Vec` has one\nhelp: leave it out")
}

/// The word `style` in parentheses somewhere in the rest of the entry.
fn option(input: ParseStream<'_>) -> Option<Ident> {
    let rest = input.cursor().token_stream().into_iter();
    let entry = rest.take_while(|token| !matches!(token, TokenTree::Punct(punct) if punct.as_char() == ','));
    entry.into_iter().find_map(|token| match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis => {
            match group.stream().into_iter().next() {
                Some(TokenTree::Ident(word)) if word == "style" => Some(word),
                _ => None,
            }
        }
        _ => None,
    })
}
