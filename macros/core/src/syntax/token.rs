//! Tokens as messages name them.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::parse::ParseStream;

/// The error about a token that is not the expected one.
pub(crate) fn expected(input: ParseStream<'_>, what: &str) -> syn::Error {
    syn::Error::new(input.span(), format!("expected {what}, found {}", found(input)))
}

/// The next token, as messages name it.
pub(crate) fn found(input: ParseStream<'_>) -> String {
    let cursor = input.cursor();
    match cursor.token_tree() {
        None => "nothing".to_owned(),
        Some((TokenTree::Group(group), _)) => match group.delimiter() {
            Delimiter::Parenthesis => "`(…)`".to_owned(),
            Delimiter::Bracket => "`[…]`".to_owned(),
            Delimiter::Brace => "`{…}`".to_owned(),
            Delimiter::None => format!("`{group}`"),
        },
        Some((TokenTree::Literal(literal), _)) => {
            let text = literal.to_string();
            if text.starts_with('"') { "a string".to_owned() } else { format!("`{text}`") }
        }
        Some((token, _)) => format!("`{token}`"),
    }
}

/// What is left of an entry: up to the next comma.
pub(super) fn entry(input: ParseStream<'_>) -> TokenStream {
    let rest = input.cursor().token_stream().into_iter();
    rest.take_while(|token| !matches!(token, TokenTree::Punct(sign) if sign.as_char() == ',')).collect()
}
