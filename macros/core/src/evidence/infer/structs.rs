//! Structs from shapes: `pub struct Issue;` gets the fields that its rows have.

use std::collections::HashSet;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Attribute, Fields, Ident, ItemStruct};

use super::names;
use crate::evidence::facts::is_secret;
use crate::items::Field;
use crate::literal::moment::{Moment, moment};
use crate::naming::{Rule, unraw};
use crate::shape::{ObjectShape, Shape, ValueShape};

/// A struct that is to be written.
pub(crate) struct StructOutline<'o> {
    /// The path of the runtime.
    pub(crate) krate: &'o syn::Path,
    pub(crate) item: &'o ItemStruct,
    /// The fields that it has already.
    pub(crate) own: &'o [WrittenField],
    pub(crate) rule: Option<Rule>,
    /// Whether the names of fields are given to serde.
    pub(crate) by_serde: bool,
    /// Traits that nested structs derive, too.
    pub(crate) derives: &'o [syn::Path],
    pub(crate) cfgs: &'o [Attribute],
}

/// A field that the user has written.
pub(crate) struct WrittenField {
    ident: String,
    /// The keys that it is read from by attributes of serde's.
    renamed: Vec<String>,
    /// The key that its name gives.
    key: String,
    /// Whether its type is left to the evidence: `_`.
    open: bool,
}

/// What the evidence says of a field that the user has written.
#[derive(Default)]
pub(crate) struct OfWritten {
    /// Its key, where its name does not give it.
    pub(crate) key: Option<String>,
    pub(crate) ty: Option<TokenStream>,
}

/// The fields of a struct that are not written yet, and the structs inside of it.
pub(crate) struct InferredStruct {
    pub(crate) fields: Fields,
    /// The keys of those fields whose names do not give them.
    pub(crate) keys: Vec<Option<String>>,
    pub(crate) parts: Vec<InferredType>,
    /// What is known of each field that is written.
    pub(crate) written: Vec<OfWritten>,
}

impl WrittenField {
    pub(crate) fn new(field: &Field, rule: Option<Rule>) -> Self {
        let names = field.names.clone().unwrap_or_default();
        Self {
            ident: unraw(&field.ident),
            renamed: names.rename.into_iter().chain(names.aliases).collect(),
            key: field.wire(rule),
            open: matches!(field.ty, syn::Type::Infer(_)),
        }
    }

    /// Whether it is read from a key, for which a field would be called so.
    fn is_for(&self, key: &str, ident: &Ident) -> bool {
        if self.renamed.is_empty() {
            self.key == key || self.ident == unraw(ident)
        } else {
            self.renamed.iter().any(|renamed| renamed == key)
        }
    }
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
    let written = outline.own.iter().map(|_| OfWritten::default()).collect();
    let mut writer = StructWriter { outline, types, parts: Vec::new(), written };
    let place = outline.item.ident.span();
    if let Shape::Object(object) = &shape {
        let (fields, keys) = writer.fields(&unraw(&outline.item.ident), object, outline.own, outline.by_serde)?;
        let fields = syn::parse2(quote!({ #fields })).map(Fields::Named).ok()?;
        return Some(InferredStruct { fields, keys, parts: writer.parts, written: writer.written });
    }
    if !outline.own.is_empty() {
        return None;
    }
    let is_value = matches!(shape, Shape::Bool | Shape::Integer { .. } | Shape::Float | Shape::Time | Shape::Text);
    let value = Ident::new("value", place);
    let ty = is_value.then(|| writer.ty("", &value, &ValueShape { shape, ..ValueShape::default() }))?;
    let vis = &outline.item.vis;
    let doc = " The value that a row is.";
    let fields = syn::parse2(quote!((#[doc = #doc] #vis #ty))).map(Fields::Unnamed).ok()?;
    Some(InferredStruct { fields, keys: vec![None], parts: Vec::new(), written: Vec::new() })
}

struct StructWriter<'w> {
    outline: &'w StructOutline<'w>,
    types: &'w mut HashSet<String>,
    parts: Vec<InferredType>,
    written: Vec<OfWritten>,
}

impl StructWriter<'_> {
    fn place(&self) -> Span {
        self.outline.item.ident.span()
    }

    /// The fields of an object, but for those that the user has written. None where there are none.
    fn fields(
        &mut self,
        owner: &str,
        object: &ObjectShape,
        own: &[WrittenField],
        by_serde: bool,
    ) -> Option<(TokenStream, Vec<Option<String>>)> {
        // A field under another name than its key's keeps that from others.
        let kept = own.iter().filter(|field| !field.renamed.is_empty()).map(|field| field.ident.to_lowercase());
        let mut taken: HashSet<String> = kept.collect();
        let (mut fields, mut keys) = (TokenStream::new(), Vec::new());
        for (key, place) in &object.members {
            let Some(ident) = names::field(key, &mut taken, self.place()) else { continue };
            let written = own.iter().position(|field| field.is_for(key, &ident));
            if written.and_then(|at| own.get(at)).is_some_and(|field| !field.open) {
                self.note(written, OfWritten { key: self.key_of_its_own(key, written, &ident), ty: None });
                continue;
            }
            let inner = self.ty(owner, &ident, place);
            let ty =
                if place.null || place.seen < object.count { quote!(::core::option::Option<#inner>) } else { inner };
            let key_of_its_own = self.key_of_its_own(key, written, &ident);
            if written.is_some() {
                self.note(written, OfWritten { key: key_of_its_own, ty: Some(ty) });
                continue;
            }
            let rename = key_of_its_own.as_ref().filter(|_| by_serde).map(|key| quote!(#[serde(rename = #key)]));
            let (doc, vis) = (doc(key, place), &self.outline.item.vis);
            fields.extend(quote!(#[doc = #doc] #rename #vis #ident: #ty,));
            keys.push(key_of_its_own);
        }
        (!(keys.is_empty() && own.is_empty())).then_some((fields, keys))
    }

    /// The key of a field, where neither the rule nor an attribute of serde's gives it.
    fn key_of_its_own(&self, key: &str, written: Option<usize>, ident: &Ident) -> Option<String> {
        let is_given = if let Some(field) = written.and_then(|at| self.outline.own.get(at)) {
            !field.renamed.is_empty() || field.key == key
        } else {
            let plain = unraw(ident);
            self.outline.rule.map_or_else(|| plain.clone(), |rule| rule.field(&plain)) == key
        };
        (!is_given).then(|| key.to_owned())
    }

    fn note(&mut self, written: Option<usize>, of: OfWritten) {
        if let Some(place) = written.and_then(|at| self.written.get_mut(at)) {
            *place = of;
        }
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
        let Some((fields, keys)) = self.fields(&unraw(&ident), object, &[], false) else { return quote!(#krate::Json) };
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
            let civil = match moment(example.trim_matches(['`', '"'])) {
                Some(Moment::Date | Moment::DateTime) if matches!(place.shape, Shape::Text) => {
                    " Without an offset, it is kept as text."
                }
                _ => "",
            };
            format!(" `{key}`, for instance `{}`.{civil}", plain(example.trim_matches('`')))
        }
        None if matches!(place.shape, Shape::Nothing) && place.null => {
            format!(" `{key}`, which is null in every row: it is kept as JSON.")
        }
        None if matches!(place.shape, Shape::Nothing) => format!(" `{key}`, of which nothing is known."),
        _ => format!(" `{key}`."),
    }
}

/// Text to put between backticks.
fn plain(text: &str) -> String {
    text.chars().map(|letter| if letter == '`' || letter.is_control() { '\'' } else { letter }).collect()
}
