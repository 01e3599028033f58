//! Resources get those fields of their rows that are not written, before anything is checked: structs without fields
//! get all, those with `fields = rest` the rest. After that they are like any other.

use std::collections::HashSet;
use std::mem;

use quote::quote;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Fields, Path};

use super::InferredRows;
use super::structs::{InferredStruct, InferredType, OfWritten, StructOutline, WrittenField, lints, written};
use crate::evidence::Evidence;
#[cfg(feature = "openapi")]
use crate::evidence::openapi;
#[cfg(feature = "sample")]
use crate::evidence::sample;
use crate::items::{
    Annotated, Body, Declaration, Field, ParsedItem, attrs_of, columns, implemented, is_serdes, read_item, serde_attrs,
    type_names,
};
use crate::language::{FieldsFrom, ResourceOptions, SourceOptions};
use crate::literal::RenameRule;
use crate::naming::{default_crate, unraw};
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

/// Writes the fields that are not written.
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
        let is_filled = common.is_to_be_filled(&resource);
        let parts = if is_filled { common.one(&mut resource, &mut types) } else { Vec::new() };
        if resource.errors.is_sound() {
            common.untyped(&mut resource, is_filled);
        }
        module.items.push(ParsedItem::Resource(resource));
        module.items.extend(parts);
    }
}

impl Filler<'_> {
    fn is_to_be_filled(&self, resource: &Annotated<ResourceOptions>) -> bool {
        let own = &resource.options.fields;
        let rest = self.shared.map_or(own, |shared| own.or(&shared.fields)).get() == Some(&FieldsFrom::Rest);
        match &resource.body {
            Body::Unit => true,
            Body::Fields(fields) if rest => {
                let is_value = fields.iter().any(|field| matches!(field.member, syn::Member::Unnamed(_)));
                if let (true, Some(key)) = (is_value, own.key()) {
                    let ident = &resource.ident;
                    let message =
                        format!("`{ident}` is one value, which has no further fields\nhelp: leave `{key}` out");
                    resource.errors.report(key, message);
                }
                !is_value
            }
            Body::Fields(_) | Body::Variants(_) | Body::Unreadable => false,
        }
    }

    /// Writes the fields of one struct. The items are the structs inside of it.
    fn one(&self, resource: &mut Annotated<ResourceOptions>, types: &mut HashSet<String>) -> Vec<ParsedItem> {
        let mut own = match mem::replace(&mut resource.body, Body::Unreadable) {
            Body::Fields(fields) => fields,
            Body::Variants(_) | Body::Unit | Body::Unreadable => Vec::new(),
        };
        let Some(InferredStruct { mut fields, keys, parts, written }) = self.written(resource, &own, types) else {
            return Vec::new();
        };
        let by_serde = resource.serde.derives() || resource.serde.attributes;
        let lints = lints();
        let (_, missing) = self.derives(resource);
        let syn::Item::Struct(item) = &mut resource.item else { return Vec::new() };
        let derive = (!missing.is_empty()).then(|| quote!(#[derive(#(#missing),*)]));
        item.attrs.extend(syn::Attribute::parse_outer.parse2(quote!(#derive #lints)).unwrap_or_default());
        let mut read = Some(Vec::new());
        if !keys.is_empty() || own.is_empty() {
            read = columns(&resource.ident, &mut fields, &resource.errors);
        }
        if let Some(mut columns) = read {
            for (field, key) in columns.iter_mut().zip(keys) {
                (field.key, field.inferred) = (key, true);
            }
            for ((field, syntax), inferred) in own.iter_mut().zip(&mut item.fields).zip(written) {
                take_over(field, syntax, inferred, by_serde);
            }
            own.append(&mut columns);
            resource.body = Body::Fields(own);
        }
        match (&mut item.fields, fields) {
            (Fields::Named(own), Fields::Named(rest)) => {
                // Without a comma, what is pushed would not be a field of its own.
                own.named = mem::take(&mut own.named).into_iter().chain(rest.named).collect();
            }
            (own, fields) => *own = fields,
        }
        parts.into_iter().filter_map(|part| nested(part, resource)).collect()
    }

    /// Reports fields whose type is left open, and of which nothing is known.
    fn untyped(&self, resource: &mut Annotated<ResourceOptions>, is_filled: bool) {
        let (Body::Fields(fields), syn::Item::Struct(item)) = (&mut resource.body, &mut resource.item) else { return };
        let open = fields.iter_mut().zip(&mut item.fields).filter(|(field, _)| matches!(field.ty, syn::Type::Infer(_)));
        for (field, syntax) in open {
            let name = unraw(&field.ident);
            let message = if is_filled {
                format!("nothing says of what type `{name}` is: no row has its key\nhelp: write its type")
            } else {
                format!("`{name}` has no type\nhelp: write its type, or let a sample give it: `fields = rest`")
            };
            resource.errors.report(&field.ty, message);
            // The compiler would say the same once more, and so would a comparison of its key.
            field.names = None;
            let krate = &self.krate;
            if let Ok(any) = syn::parse2::<syn::Type>(quote!(#krate::Json)) {
                field.ty = any.clone();
                syntax.ty = any;
            }
        }
    }

    fn written(
        &self,
        resource: &Annotated<ResourceOptions>,
        own: &[Field],
        types: &mut HashSet<String>,
    ) -> Option<InferredStruct> {
        let InferredRows { place, token, otherwise } = self.inferred(resource)?;
        let none_shared = ResourceOptions::default();
        let shared = self.shared.unwrap_or(&none_shared);
        let rule = RenameRule::of(resource.options.rename_all.or(&shared.rename_all));
        let rule = if resource.serde.renames { serde_attrs::rule(&resource.item) } else { rule };
        let syn::Item::Struct(item) = &resource.item else { return None };
        let (derives, _) = self.derives(resource);
        let own: Vec<WrittenField> = own.iter().map(|field| WrittenField::new(field, rule)).collect();
        let outline = StructOutline {
            krate: &self.krate,
            item,
            own: &own,
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
        if let Slot::Set(_, files) = &resource.options.sample {
            return sample::inferred(resource, shared, files, self.evidence);
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

/// Gives a field that the user has written what the evidence says of it: its key, and its type where that is `_`.
fn take_over(field: &mut Field, syntax: &mut syn::Field, OfWritten { key, ty }: OfWritten, by_serde: bool) {
    if let Some(ty) = ty.and_then(|ty| syn::parse2::<syn::Type>(ty).ok()) {
        syntax.ty = ty.clone();
        field.ty = ty;
    }
    if let Some(key) = key {
        if by_serde {
            let rename = syn::Attribute::parse_outer.parse2(quote!(#[serde(rename = #key)]));
            syntax.attrs.extend(rename.unwrap_or_default());
            field.names = serde_attrs::names(&syntax.attrs);
        }
        field.key = Some(key);
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
            (field.key, field.inferred) = (key, true);
        }
    }
    Some(item)
}
