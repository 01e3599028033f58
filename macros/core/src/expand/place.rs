//! Spans: tokens at a place that the user wrote, so that the compiler's errors are shown there.

use proc_macro2::{Group, Span, TokenStream, TokenTree};

/// The tokens at another place. Their hygiene stays as it is.
pub(super) fn at(place: Span, tokens: TokenStream) -> TokenStream {
    let replace = |token: TokenTree| match token {
        TokenTree::Group(group) => {
            let mut inner = Group::new(group.delimiter(), at(place, group.stream()));
            inner.set_span(group.span().located_at(place));
            TokenTree::Group(inner)
        }
        mut other => {
            other.set_span(other.span().located_at(place));
            other
        }
    };
    tokens.into_iter().map(replace).collect()
}
