//! Names in serde's attributes: of fields, of variants, and rules for them, as far as they can be followed.

use proc_macro2::{TokenStream, TokenTree};
use syn::{Attribute, Ident, LitStr, Meta};

use super::attribute::{attrs_mut, attrs_of, has_serde_attrs};
use crate::diagnostic::Sink;
use crate::literal::RenameRule;
use crate::naming::Rule;
use crate::syntax::Literal;

/// The name in `#[serde(rename = "…")]`.
pub(crate) fn name(attrs: &[Attribute]) -> Option<String> {
    words(attrs).into_iter().find(|(word, _)| word == "rename").and_then(|(_, value)| Some(value?.value()))
}

/// The names of a field by attributes of serde's.
#[derive(Clone, Default)]
pub(crate) struct SerdeNames {
    pub(crate) rename: Option<String>,
    pub(crate) aliases: Vec<String>,
    /// Whether the field is not read.
    pub(crate) skipped: bool,
    /// Whether it may be absent, whatever its type.
    pub(crate) default: bool,
    /// Whether it is read otherwise than its type says.
    pub(crate) otherwise: bool,
}

/// The names of a field by attributes of serde's. None where these say more than names.
pub(crate) fn names(attrs: &[Attribute]) -> Option<SerdeNames> {
    let mut names = SerdeNames::default();
    for (word, value) in words(attrs) {
        match (word.to_string().as_str(), value.map(|text| text.value())) {
            ("rename", Some(name)) => names.rename = Some(name),
            ("alias", Some(name)) => names.aliases.push(name),
            ("skip" | "skip_deserializing", _) => names.skipped = true,
            ("rename" | "alias" | "flatten", _) => return None,
            ("default", _) => names.default = true,
            ("skip_serializing" | "skip_serializing_if" | "serialize_with" | "bound" | "borrow" | "getter", _) => {}
            _ => names.otherwise = true,
        }
    }
    Some(names).filter(|_| !is_conditional(attrs))
}

/// Whether `flatten` is all that serde's attributes say of a field.
pub(crate) fn only_flattens(attrs: &[Attribute]) -> bool {
    !is_conditional(attrs) && matches!(words(attrs).as_slice(), [(word, None)] if word == "flatten")
}

/// Whether the names of the fields follow from these attributes of a struct.
pub(crate) fn is_plain(attrs: &[Attribute]) -> bool {
    const PLAIN: [&str; 6] = ["default", "deny_unknown_fields", "bound", "crate", "expecting", "rename"];
    let is_plain = |(word, value): &(Ident, Option<LitStr>)| {
        PLAIN.iter().any(|plain| word == plain) || (word == "rename_all" && value.is_some())
    };
    words(attrs).iter().all(is_plain) && !is_conditional(attrs)
}

/// Whether any field of a struct may be absent.
pub(crate) fn defaults(attrs: &[Attribute]) -> bool {
    words(attrs).iter().any(|(word, _)| word == "default")
}

/// Whether there may be more attributes of serde's under a condition.
fn is_conditional(attrs: &[Attribute]) -> bool {
    has_serde_attrs(&attrs.iter().filter(|attr| attr.path().is_ident("cfg_attr")).cloned().collect::<Vec<_>>())
}

/// The rule in `#[serde(rename_all = "…")]`.
pub(crate) fn rule(item: &syn::Item) -> Option<Rule> {
    let found = words(attrs_of(item)).into_iter().find(|(word, _)| word == "rename_all");
    found.and_then(|(_, value)| Rule::parse(&value?.value()))
}

/// Reports attributes of serde's beyond one name or rule: others mean nothing for text.
pub(crate) fn nothing_else(attrs: &[Attribute], errors: &Sink) {
    for (word, value) in words(attrs) {
        match value {
            _ if word != "rename" && word != "rename_all" => errors.report(
                &word,
                format!(
                    "an enum that is stored as text supports `rename` and `rename_all` of serde's attributes, not `{word}`"
                ),
            ),
            None => errors.report(
                &word,
                format!(
                    "an enum that is stored as text cannot have different names for reading and writing\nhelp: write `{word} = \"…\"`"
                ),
            ),
            Some(text) if word == "rename_all" => {
                if let Err(message) = RenameRule::parse(&text.value()) {
                    errors.report(text, message);
                }
            }
            Some(_) => {}
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

fn words(attrs: &[Attribute]) -> Vec<(Ident, Option<LitStr>)> {
    let mut words = Vec::new();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("serde")) {
        if let Meta::List(list) = &attr.meta {
            scan(list.tokens.clone(), &mut words);
        }
    }
    words
}

fn scan(tokens: TokenStream, words: &mut Vec<(Ident, Option<LitStr>)>) {
    let mut fresh = true;
    for token in tokens {
        match token {
            TokenTree::Ident(word) if fresh => {
                words.push((word, None));
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
