//! The keys that serde's derives read fields and variants from: each is one's alone.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Attribute, Fields, ItemEnum};

use crate::diagnostic::Sink;
use crate::items::{self, serde_attrs};
use crate::naming::{Rule, unraw};

/// A key, where it is written, and whether what is read from it is always there.
struct Key {
    name: String,
    place: TokenStream,
    certain: bool,
    owner: usize,
}

/// Reports two fields that are read from one key. `rule` names those that have no other name.
pub(super) fn fields(fields: &[items::Field], rule: Option<Rule>, errors: &Sink) {
    let keys = fields.iter().enumerate().filter_map(|(owner, field)| {
        let (rename, aliases) = field.keys.clone()?;
        let own = (field.wire(rule), field.ident.to_token_stream());
        Some(named(owner, own, rename, aliases, field.cfgs.is_empty()))
    });
    distinct(keys.flatten(), "two fields are read from", errors);
}

/// Reports two variants that are read from one name, and two fields of a variant that are read from one key.
pub(super) fn variants(item: &ItemEnum, rule: Option<Rule>, errors: &Sink) {
    let keys = item.variants.iter().enumerate().filter_map(|(owner, variant)| {
        let (rename, aliases) = serde_attrs::read_names(&variant.attrs)?;
        let name = unraw(&variant.ident);
        let own = (rule.map_or(name.clone(), |rule| rule.variant(&name)), variant.ident.to_token_stream());
        Some(named(owner, own, rename, aliases, is_certain(&variant.attrs)))
    });
    if !serde_attrs::has_word(&item.attrs, "untagged") {
        distinct(keys.flatten(), "two variants are read from", errors);
    }
    let shared = serde_attrs::rule_in(&item.attrs, "rename_all_fields");
    for variant in &item.variants {
        let rule = serde_attrs::rule_in(&variant.attrs, "rename_all").or(shared);
        if let Fields::Named(named) = &variant.fields {
            of_variant(named, rule, errors);
        }
    }
}

fn of_variant(fields: &syn::FieldsNamed, rule: Option<Rule>, errors: &Sink) {
    let keys = fields.named.iter().enumerate().filter_map(|(owner, field)| {
        let (rename, aliases) = serde_attrs::read_names(&field.attrs)?;
        let ident = field.ident.as_ref()?;
        let name = unraw(ident);
        let own = (rule.map_or(name.clone(), |rule| rule.field(&name)), ident.to_token_stream());
        Some(named(owner, own, rename, aliases, is_certain(&field.attrs)))
    });
    distinct(keys.flatten(), "two fields are read from", errors);
}

fn named(
    owner: usize,
    own: (String, TokenStream),
    rename: Option<syn::LitStr>,
    aliases: Vec<syn::LitStr>,
    certain: bool,
) -> impl Iterator<Item = Key> {
    let own = rename.map_or(own, |name| (name.value(), name.to_token_stream()));
    let aliases = aliases.into_iter().map(|name| (name.value(), name.to_token_stream()));
    std::iter::once(own).chain(aliases).map(move |(name, place)| Key { name, place, certain, owner })
}

fn distinct(keys: impl Iterator<Item = Key>, what: &str, errors: &Sink) {
    let mut seen: Vec<Key> = Vec::new();
    for key in keys {
        // Of two that are there under conditions, it may be that only one is.
        let same = |first: &&Key| first.name == key.name && first.owner != key.owner && (first.certain || key.certain);
        if let Some(first) = seen.iter().find(same) {
            errors.conflict(&key.place, format!("{what} the key `{}`", key.name), &first.place, "the first is here");
        }
        seen.push(key);
    }
}

fn is_certain(attrs: &[Attribute]) -> bool {
    !attrs.iter().any(|attr| attr.path().is_ident("cfg"))
}
