//! The output for an item that cannot be read: the item, without the attributes that only this macro knows.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};

use crate::items::HELPERS;

/// The item as it was written, and the errors. Left-over helper attributes would each be an error of their own.
pub(crate) fn echo(item: TokenStream, errors: TokenStream) -> TokenStream {
    let mut tokens = strip(item);
    tokens.extend(errors);
    tokens
}

fn strip(tokens: TokenStream) -> TokenStream {
    let mut stripped = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Group(group) if is_helper(&group) && after_pound(&stripped) => {
                stripped.pop();
            }
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), strip(group.stream()));
                inner.set_span(group.span());
                stripped.push(TokenTree::Group(inner));
            }
            other => stripped.push(other),
        }
    }
    stripped.into_iter().collect()
}

fn is_helper(group: &Group) -> bool {
    group.delimiter() == Delimiter::Bracket
        && matches!(name(group.stream()), Some(name) if HELPERS.iter().any(|helper| name == helper))
}

/// The name of an attribute, behind `declarest::` too.
fn name(tokens: TokenStream) -> Option<Ident> {
    let mut tokens =
        tokens.into_iter().filter(|token| !matches!(token, TokenTree::Punct(sign) if sign.as_char() == ':'));
    match (tokens.next()?, tokens.next()) {
        (TokenTree::Ident(krate), Some(TokenTree::Ident(name))) if krate == "declarest" => Some(name),
        (TokenTree::Ident(name), _) => Some(name),
        _ => None,
    }
}

fn after_pound(tokens: &[TokenTree]) -> bool {
    matches!(tokens.last(), Some(TokenTree::Punct(punct)) if punct.as_char() == '#')
}
