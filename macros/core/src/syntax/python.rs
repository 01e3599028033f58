//! What is written as another tool or language has it: the option or the form that is meant.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Ident, LitStr, Token};

use super::token::entry;

/// A constant of Python's, as it is written here; `none` for what is left out.
pub(crate) fn python_value(word: &str) -> Option<&'static str> {
    match word {
        "None" => Some("none"),
        "True" => Some("true"),
        "False" => Some("false"),
        _ => None,
    }
}

/// Reports a constant of Python's that is the whole value. `unset` is the word for no value, where there is one.
pub(super) fn refuse_python(input: ParseStream<'_>, key: &Ident, unset: Option<&str>) -> syn::Result<()> {
    let ahead = input.fork();
    let Ok(word) = ahead.call(Ident::parse_any) else { return Ok(()) };
    if !(ahead.is_empty() || ahead.peek(Token![,])) {
        return Ok(());
    }
    let help = match (python_value(&word.to_string()), unset) {
        (None, _) => return Ok(()),
        (Some("none"), Some(unset)) => format!("in Declarest: `{key} = {unset}`"),
        (Some("none"), None) => format!("in Declarest: leave `{key}` out"),
        (Some(value), _) => format!("in Declarest: `{key} = {value}`"),
    };
    Err(syn::Error::new_spanned(&word, format!("`{word}` is Python\nhelp: {help}")))
}

/// The value of a key in what is left of an entry: `posts` for `resource`, in `{"resource": "posts"}` as well as in
/// `(resource = posts)`.
pub(crate) fn value_of(input: ParseStream<'_>, key: &str) -> Option<String> {
    let mut words = Vec::new();
    flatten(entry(input), &mut words);
    let at = words.iter().position(|word| word == key)?;
    words.get(at + 1).cloned()
}

/// The names and strings of some tokens, without quotes.
fn flatten(tokens: TokenStream, words: &mut Vec<String>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => flatten(group.stream(), words),
            TokenTree::Punct(_) => {}
            word => {
                let text = syn::parse2::<LitStr>(word.to_token_stream()).map(|text| text.value());
                words.push(text.unwrap_or_else(|_| word.to_string()));
            }
        }
    }
}
