//! What serde's attributes say about names, for enums whose names the macro writes itself.

use proc_macro2::{TokenStream, TokenTree};
use syn::{Attribute, LitStr, Meta};

use super::module::attrs_mut;
use super::value::Literal;
use crate::literal::RenameRule;
use crate::naming::Rule;
use crate::sink::Sink;

/// The name in `#[serde(rename = "…")]`.
pub(crate) fn name(attrs: &[Attribute]) -> Option<String> {
    words(attrs).into_iter().find(|(word, _)| word == "rename").and_then(|(_, value)| Some(value?.value()))
}

/// The rule in `#[serde(rename_all = "…")]`.
pub(crate) fn rule(item: &syn::Item) -> Option<Rule> {
    let syn::Item::Enum(item) = item else { return None };
    let found = words(&item.attrs).into_iter().find(|(word, _)| word == "rename_all");
    found.and_then(|(_, value)| Rule::parse(&value?.value()))
}

/// Reports what serde is told beyond names: with text there is no more to say.
pub(crate) fn nothing_else(attrs: &[Attribute], errors: &Sink) {
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("serde")) {
        let other =
            words(std::slice::from_ref(attr)).into_iter().find(|(word, _)| word != "rename" && word != "rename_all");
        let rule = words(std::slice::from_ref(attr)).into_iter().find(|(word, _)| word == "rename_all");
        if let Some((_, Some(text))) = rule
            && let Err(message) = RenameRule::parse(&text.value())
        {
            errors.report(text, message);
        }
        if let Some((word, _)) = other {
            errors.report(
                attr.path(),
                format!(
                    "an enum that is stored as text knows `rename` and `rename_all` of serde's attributes, not `{word}`"
                ),
            );
        }
    }
}

/// Takes serde's attributes off an item that serde will not derive anything for.
pub(crate) fn forget(item: &mut syn::Item) {
    let drop = |attrs: &mut Vec<Attribute>| attrs.retain(|attr| !attr.path().is_ident("serde"));
    if let Some(attrs) = attrs_mut(item) {
        drop(attrs);
    }
    match item {
        syn::Item::Struct(item) => item.fields.iter_mut().for_each(|field| drop(&mut field.attrs)),
        syn::Item::Enum(item) => {
            for variant in &mut item.variants {
                drop(&mut variant.attrs);
                variant.fields.iter_mut().for_each(|field| drop(&mut field.attrs));
            }
        }
        _ => {}
    }
}

fn words(attrs: &[Attribute]) -> Vec<(String, Option<LitStr>)> {
    let mut words = Vec::new();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("serde")) {
        if let Meta::List(list) = &attr.meta {
            scan(list.tokens.clone(), &mut words);
        }
    }
    words
}

fn scan(tokens: TokenStream, words: &mut Vec<(String, Option<LitStr>)>) {
    let mut fresh = true;
    for token in tokens {
        match token {
            TokenTree::Ident(word) if fresh => {
                words.push((word.to_string(), None));
                fresh = false;
            }
            TokenTree::Punct(punct) if punct.as_char() == ',' => fresh = true,
            TokenTree::Literal(literal) => {
                if let (Some((_, value)), Ok(text)) =
                    (words.last_mut(), syn::parse2::<LitStr>(TokenTree::from(literal).into()))
                {
                    *value = Some(text);
                }
            }
            TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Group(_) => {}
        }
    }
}
