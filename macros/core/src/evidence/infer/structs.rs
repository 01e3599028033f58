//! Structs from shapes: `pub struct Issue;` gets the fields that its rows have.

use std::collections::HashSet;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Attribute, Fields, Ident, ItemStruct};

use super::names;
use crate::evidence::facts::is_secret;
use crate::naming::{Rule, unraw};
use crate::shape::{ObjectShape, Shape, ValueShape};

/// A struct that is to be written.
pub(crate) struct StructOutline<'o> {
    /// The path of the runtime.
    pub(crate) krate: &'o syn::Path,
    pub(crate) item: &'o ItemStruct,
    pub(crate) rule: Option<Rule>,
    /// Whether the names of fields are given to serde.
    pub(crate) by_serde: bool,
    /// Traits that nested structs derive, too.
    pub(crate) derives: &'o [syn::Path],
    pub(crate) cfgs: &'o [Attribute],
}

/// The fields of a struct, and the structs inside of it.
pub(crate) struct InferredStruct {
    pub(crate) fields: Fields,
    /// The keys of those fields whose names do not give them.
    pub(crate) keys: Vec<Option<String>>,
    pub(crate) parts: Vec<InferredType>,
}

/// A struct inside of rows.
pub(crate) struct InferredType {
    pub(crate) item: TokenStream,
    pub(crate) keys: Vec<Option<String>>,
}

/// The fields that rows have. `types` are the names of types that are taken, in lower case. None where rows make no
/// struct.
pub(crate) fn written(
    outline: &StructOutline<'_>,
    ValueShape { shape, .. }: ValueShape,
    types: &mut HashSet<String>,
) -> Option<InferredStruct> {
    let mut writer = StructWriter { outline, types, parts: Vec::new() };
    let place = outline.item.ident.span();
    if let Shape::Object(object) = &shape {
        let (fields, keys) = writer.fields(&unraw(&outline.item.ident), object, outline.by_serde)?;
        let fields = syn::parse2(quote!({ #fields })).map(Fields::Named).ok()?;
        return Some(InferredStruct { fields, keys, parts: writer.parts });
    }
    let is_value = matches!(shape, Shape::Bool | Shape::Integer { .. } | Shape::Float | Shape::Time | Shape::Text);
    let value = Ident::new("value", place);
    let ty = is_value.then(|| writer.ty("", &value, &ValueShape { shape, ..ValueShape::default() }))?;
    let vis = &outline.item.vis;
    let doc = " The value that a row is.";
    let fields = syn::parse2(quote!((#[doc = #doc] #vis #ty))).map(Fields::Unnamed).ok()?;
    Some(InferredStruct { fields, keys: vec![None], parts: Vec::new() })
}

struct StructWriter<'w> {
    outline: &'w StructOutline<'w>,
    types: &'w mut HashSet<String>,
    parts: Vec<InferredType>,
}

impl StructWriter<'_> {
    fn place(&self) -> Span {
        self.outline.item.ident.span()
    }

    /// The fields of an object. None where it has none.
    fn fields(
        &mut self,
        owner: &str,
        object: &ObjectShape,
        by_serde: bool,
    ) -> Option<(TokenStream, Vec<Option<String>>)> {
        let mut taken = HashSet::new();
        let (mut fields, mut keys) = (TokenStream::new(), Vec::new());
        for (key, place) in &object.members {
            let Some(ident) = names::field(key, &mut taken, self.place()) else { continue };
            let inner = self.ty(owner, &ident, place);
            let ty =
                if place.null || place.seen < object.count { quote!(::core::option::Option<#inner>) } else { inner };
            let plain = unraw(&ident);
            let by_rule = self.outline.rule.map_or_else(|| plain.clone(), |rule| rule.field(&plain));
            let key_of_its_own = (by_rule != *key).then(|| key.clone());
            let rename = key_of_its_own.as_ref().filter(|_| by_serde).map(|key| quote!(#[serde(rename = #key)]));
            let (doc, vis) = (doc(key, place), &self.outline.item.vis);
            fields.extend(quote!(#[doc = #doc] #rename #vis #ident: #ty,));
            keys.push(key_of_its_own);
        }
        (!keys.is_empty()).then_some((fields, keys))
    }

    /// The type of a place, but for whether it is an `Option`.
    fn ty(&mut self, owner: &str, field: &Ident, place: &ValueShape) -> TokenStream {
        let krate = self.outline.krate;
        match &place.shape {
            Shape::Bool => quote!(::core::primitive::bool),
            Shape::Integer { least, most } => match (i64::try_from(*least), i64::try_from(*most)) {
                (Ok(_), Ok(_)) => quote!(::core::primitive::i64),
                _ if *least >= 0 => quote!(::core::primitive::u64),
                _ => quote!(#krate::Json),
            },
            Shape::Float => quote!(::core::primitive::f64),
            Shape::Time => quote!(#krate::jiff::Timestamp),
            Shape::Text => quote!(::std::string::String),
            Shape::List(inner) => self.list(owner, field, inner),
            Shape::Object(object) => self.part(owner, field, object, false),
            Shape::Nothing | Shape::Mixed => quote!(#krate::Json),
        }
    }

    fn list(&mut self, owner: &str, field: &Ident, inner: &ValueShape) -> TokenStream {
        let element = match &inner.shape {
            Shape::Nothing => {
                let krate = self.outline.krate;
                return quote!(#krate::Json);
            }
            Shape::Object(object) => self.part(owner, field, object, true),
            _ => self.ty(owner, field, inner),
        };
        let element = if inner.null { quote!(::core::option::Option<#element>) } else { element };
        quote!(::std::vec::Vec<#element>)
    }

    /// A struct for objects: named after the path to them.
    fn part(&mut self, owner: &str, field: &Ident, object: &ObjectShape, one_of_many: bool) -> TokenStream {
        let StructOutline { krate, rule, derives, cfgs, item, .. } = self.outline;
        if object.members.is_empty() {
            return quote!(#krate::Json);
        }
        let ident = names::part(owner, field, one_of_many, self.types, self.place());
        let at = self.parts.len();
        self.parts.push(InferredType { item: TokenStream::new(), keys: Vec::new() });
        let Some((fields, keys)) = self.fields(&unraw(&ident), object, false) else { return quote!(#krate::Json) };
        let rename = rule.map(Rule::name).map(|rule| quote!((rename_all = #rule)));
        let (vis, doc) = (&item.vis, format!(" What is under `{}` of [`{owner}`].", unraw(field)));
        let lints = lints();
        let written = quote! {
            #(#cfgs)*
            #[nested #rename]
            #[doc = #doc]
            #[derive(#(#derives),*)]
            #lints
            #vis struct #ident { #fields }
        };
        if let Some(part) = self.parts.get_mut(at) {
            *part = InferredType { item: written, keys };
        }
        ident.into_token_stream()
    }
}

/// Objects of an API may have many flags and fields much alike, and its descriptions may be written for other tools
/// than rustdoc.
pub(crate) fn lints() -> TokenStream {
    quote! {
        #[allow(clippy::struct_excessive_bools, clippy::struct_field_names)]
        #[allow(rustdoc::bare_urls, rustdoc::broken_intra_doc_links)]
    }
}

/// The documentation of a field, with a value that it has had.
fn doc(key: &str, place: &ValueShape) -> String {
    if let Some(doc) = &place.doc {
        return format!(" {doc}");
    }
    let key = plain(key);
    match &place.example {
        Some(example) if !is_secret(&key) => {
            format!(" `{key}`, for instance `{}`.", plain(example.trim_matches('`')))
        }
        None if matches!(place.shape, Shape::Nothing) => format!(" `{key}`, of which nothing is known."),
        _ => format!(" `{key}`."),
    }
}

/// Text to put between backticks.
fn plain(text: &str) -> String {
    text.chars().map(|letter| if letter == '`' || letter.is_control() { '\'' } else { letter }).collect()
}
