//! Writes the model as code: constants and calls into the runtime, without decisions.
//!
//! Everything but primitive types is named by a path that starts at a crate or at an import of the same block, so that items of
//! the user's module cannot shadow it; local names start with two underscores.

mod auth;
mod child;
mod client;
mod column;
mod constant;
mod decode;
mod deprecated;
mod docs;
pub(crate) mod fallback;
mod format;
mod incremental;
mod nested;
mod params;
mod place;
mod request;
mod resource;
mod step_params;
mod steps;
mod stub;
mod summary;
mod written;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{AttrStyle, Attribute};

use crate::model::{Item, Source};

/// The module with the user's items, the generated items, and the errors.
/// `files` are those that it depends on: the compiler expands it again when one changes.
pub(crate) fn source(source: &Source, files: &[String], errors: &TokenStream) -> TokenStream {
    let krate = &source.krate;
    let items = source.items.iter().map(|item| match item {
        Item::User(item) => item.to_token_stream(),
        Item::Resource(resource) => resource::item(krate, resource),
        Item::Nested(nested) => nested::item(krate, nested),
    });
    let implementations = source.items.iter().map(|item| match item {
        Item::User(_) => TokenStream::new(),
        Item::Resource(resource) => resource::implementation(krate, resource),
        Item::Nested(nested) => nested::implementation(krate, nested),
    });
    let requests = source.resources().map(|resource| request::request(krate, resource));
    let client = client::client(source);
    let step_params = step_params::definition(source);

    let outer = attrs(&source.attrs, |style| matches!(style, AttrStyle::Outer));
    let inner = attrs(&source.attrs, |style| matches!(style, AttrStyle::Inner(_)));
    let (vis, unsafety, ident) = (&source.vis, &source.unsafety, &source.ident);
    quote! {
        #outer
        #vis #unsafety mod #ident {
            #inner
            #(#items)*
            #(#implementations)*
            #(#requests)*
            #client
            #step_params
            #(#[doc(hidden)] const _: &[::core::primitive::u8] = ::core::include_bytes!(#files);)*
        }
        #errors
    }
}

fn attrs(attrs: &[Attribute], of: impl Fn(&AttrStyle) -> bool) -> TokenStream {
    attrs.iter().filter(|attr| of(&attr.style)).map(ToTokens::to_token_stream).collect()
}
