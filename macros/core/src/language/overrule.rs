//! `(openapi = none)` after a value: the OpenAPI file is wrong about it.

use proc_macro2::{TokenStream, TokenTree};
use syn::parse::ParseStream;
use syn::{Ident, Token, token};

use super::words::NoOpenapi;
use crate::diagnostic::Sink;
use crate::syntax::{Form, Opt, OptionValue, choice, refuse_string, within};

/// The options whose values are compared with an OpenAPI file.
const COMPARED: [&str; 25] = [
    "base_url",
    "auth",
    "path",
    "method",
    "json",
    "data",
    "data_selector",
    "page_param",
    "page_body_path",
    "offset_param",
    "offset_body_path",
    "cursor_param",
    "cursor_body_path",
    "limit_param",
    "limit_body_path",
    "limit",
    "total_path",
    "total_pages_path",
    "has_more_path",
    "cursor_path",
    "next_url_path",
    "start_param",
    "end_param",
    "start_body_path",
    "end_body_path",
];

impl OptionValue for NoOpenapi {
    const FORM: Form = Form::Value("none");

    fn read(input: ParseStream<'_>, _: &Sink) -> syn::Result<Self> {
        refuse_string(input, |_| {
            "the OpenAPI file is an option of `source`\nhelp: write `openapi = none` where it is wrong".to_owned()
        })?;
        choice(input).map(|(none, _)| none)
    }
}

/// The word `openapi` of each `(openapi = none)` in the options of an attribute.
pub(crate) fn overruled_in(options: TokenStream, found: &mut Vec<Ident>) {
    for token in options {
        let TokenTree::Group(group) = token else { continue };
        let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
        for three in tokens.windows(3) {
            if let [TokenTree::Ident(word), TokenTree::Punct(sign), TokenTree::Ident(none)] = three
                && word == "openapi"
                && sign.as_char() == '='
                && none == "none"
            {
                found.push(word.clone());
            }
        }
        overruled_in(group.stream(), found);
    }
}

/// Whether `(openapi = none)` follows.
pub(super) fn follows(input: ParseStream<'_>) -> syn::Result<bool> {
    let group = input.cursor().group(proc_macro2::Delimiter::Parenthesis);
    let is_ours = group.is_some_and(|(inner, ..)| inner.ident().is_some_and(|(word, _)| word == "openapi"));
    if !(is_ours && input.peek(token::Paren)) {
        return Ok(false);
    }
    within(input, "`none`", |input| {
        input.parse::<Ident>()?;
        input.parse::<Token![=]>()?;
        choice::<NoOpenapi>(input).map(|_| true)
    })
}

/// The same after the value of an option: an error where that is compared with no file.
pub(super) fn follows_option(option: &Opt, input: ParseStream<'_>) -> syn::Result<bool> {
    let place = input.span();
    let follows = follows(input)?;
    if follows && !COMPARED.contains(&option.name) {
        let message = format!("`{}` is compared with no OpenAPI file\nhelp: leave `(openapi = none)` out", option.name);
        return Err(syn::Error::new(place, message));
    }
    Ok(follows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::CONTEXTS;

    #[test]
    fn every_compared_option_is_one() {
        for name in COMPARED {
            assert!(CONTEXTS.iter().any(|(_, table)| table.iter().any(|option| option.name == name)), "{name}");
        }
    }
}
