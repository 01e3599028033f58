//! Resources without fields get those of their rows before anything is checked. After that they are like any other.

use std::collections::HashSet;
use std::mem;

use quote::quote;
use syn::Path;
use syn::parse::Parser;
use syn::punctuated::Punctuated;

use super::InferredRows;
use super::structs::{InferredStruct, InferredType, StructOutline, lints, written};
use crate::evidence::Evidence;
#[cfg(feature = "openapi")]
use crate::evidence::openapi;
#[cfg(feature = "sample")]
use crate::evidence::sample;
use crate::items::{
    Annotated, Body, Declaration, ParsedItem, attrs_of, columns, implemented, is_serdes, read_item, serde_attrs,
    type_names,
};
use crate::language::{ResourceOptions, SourceOptions};
use crate::literal::RenameRule;
use crate::naming::default_crate;
use crate::syntax::Slot;

/// What all resources of a module have in common.
struct Filler<'m> {
    krate: Path,
    source: &'m SourceOptions,
    shared: Option<&'m ResourceOptions>,
    evidence: &'m Evidence,
    /// Traits that the user implements by hand, and the types.
    by_hand: Vec<(syn::Ident, syn::Ident)>,
}

/// Writes the fields of structs that have none.
pub(crate) fn fill(declaration: &mut Declaration, evidence: &Evidence) {
    let Declaration { options, module, .. } = declaration;
    let users = module.items.iter().filter_map(|item| match item {
        ParsedItem::User(item) => Some(&**item),
        ParsedItem::Resource(_) | ParsedItem::Nested(_) => None,
    });
    let common = Filler {
        source: options,
        krate: options.krate.get().cloned().unwrap_or_else(default_crate),
        shared: options.resource_defaults.get().map(|defaults| &defaults.0),
        by_hand: implemented(users),
        evidence,
    };
    let mut types = type_names(&module.items);
    for item in mem::take(&mut module.items) {
        let ParsedItem::Resource(mut resource) = item else {
            module.items.push(item);
            continue;
        };
        let parts =
            if matches!(resource.body, Body::Unit) { common.one(&mut resource, &mut types) } else { Vec::new() };
        module.items.push(ParsedItem::Resource(resource));
        module.items.extend(parts);
    }
}

impl Filler<'_> {
    /// Writes the fields of one struct. The items are the structs inside of it.
    fn one(&self, resource: &mut Annotated<ResourceOptions>, types: &mut HashSet<String>) -> Vec<ParsedItem> {
        resource.body = Body::Unreadable;
        let Some(InferredStruct { mut fields, keys, parts }) = self.written(resource, types) else { return Vec::new() };
        let lints = lints();
        let (_, missing) = self.derives(resource);
        let syn::Item::Struct(item) = &mut resource.item else { return Vec::new() };
        let derive = (!missing.is_empty()).then(|| quote!(#[derive(#(#missing),*)]));
        item.attrs.extend(syn::Attribute::parse_outer.parse2(quote!(#derive #lints)).unwrap_or_default());
        if let Some(mut columns) = columns(&resource.ident, &mut fields, &resource.errors) {
            for (field, key) in columns.iter_mut().zip(keys) {
                field.key = key;
            }
            resource.body = Body::Fields(columns);
        }
        item.fields = fields;
        parts.into_iter().filter_map(|part| nested(part, resource)).collect()
    }

    fn written(&self, resource: &Annotated<ResourceOptions>, types: &mut HashSet<String>) -> Option<InferredStruct> {
        let InferredRows { place, token, otherwise } = self.inferred(resource)?;
        let (own, none_shared) = (&resource.options, ResourceOptions::default());
        let shared = self.shared.unwrap_or(&none_shared);
        let rule = RenameRule::of(own.rename_all.or(&shared.rename_all));
        let rule = if resource.serde.renames { serde_attrs::rule(&resource.item) } else { rule };
        let syn::Item::Struct(item) = &resource.item else { return None };
        let (derives, _) = self.derives(resource);
        let outline = StructOutline {
            krate: &self.krate,
            item,
            rule,
            by_serde: resource.serde.derives() || resource.serde.attributes,
            derives: &derives,
            cfgs: &resource.cfgs,
        };
        let written = written(&outline, place, types);
        if written.is_none() {
            resource.errors.report(token, otherwise);
        }
        written
    }

    /// What is known of the rows of a resource.
    fn inferred(&self, resource: &Annotated<ResourceOptions>) -> Option<InferredRows> {
        let none = ResourceOptions::default();
        let shared = self.shared.unwrap_or(&none);
        #[cfg(feature = "sample")]
        if let Slot::Set(_, text) = &resource.options.sample {
            return sample::inferred(resource, shared, text, self.evidence);
        }
        #[cfg(feature = "openapi")]
        if resource.options.sample.is_absent() {
            return openapi::inferred(resource, self.source, shared, self.evidence.spec.as_ref()?);
        }
        None
    }

    /// Traits that nested structs derive, and traits that the struct does not derive yet.
    fn derives(&self, resource: &Annotated<ResourceOptions>) -> (Vec<Path>, Vec<Path>) {
        let derives = attrs_of(&resource.item).iter().filter(|attr| attr.path().is_ident("derive"));
        let users =
            derives.filter_map(|attr| attr.parse_args_with(Punctuated::<Path, syn::Token![,]>::parse_terminated).ok());
        let is = |path: &Path, name: &str| path.segments.last().is_some_and(|last| last.ident == name);
        // Nested structs are read without serde.
        let mut all: Vec<Path> =
            users.flatten().filter(|path| !is_serdes(path, "Deserialize") && !is_serdes(path, "Serialize")).collect();
        let mut missing = Vec::new();
        for (name, path) in [("Debug", quote!(::core::fmt::Debug)), ("Clone", quote!(::core::clone::Clone))] {
            let Ok(path) = syn::parse2::<Path>(path) else { continue };
            if !all.iter().any(|user| is(user, name)) {
                all.push(path.clone());
                let by_hand = |(of, ty): &(syn::Ident, syn::Ident)| of == name && *ty == resource.ident;
                missing.extend((!self.by_hand.iter().any(by_hand)).then_some(path));
            }
        }
        (all, missing)
    }
}

/// A struct inside of rows, as if the user had written it.
fn nested(InferredType { item, keys }: InferredType, resource: &Annotated<ResourceOptions>) -> Option<ParsedItem> {
    let item = syn::parse2::<syn::Item>(item).ok()?;
    let mut item = read_item(item, &resource.errors);
    if let ParsedItem::Nested(nested) = &mut item
        && let Body::Fields(fields) = &mut nested.body
    {
        for (field, key) in fields.iter_mut().zip(keys) {
            field.key = key;
        }
    }
    Some(item)
}
