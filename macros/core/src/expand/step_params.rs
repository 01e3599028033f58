//! The client-wide params as a struct, for functions of processing steps that take them.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Ident;
use syn::spanned::Spanned;

use super::place::at;
use super::request::raw;
use crate::items::STEP_PARAMS;
use crate::language::{ClientParam, is_unread};
use crate::model::Source;
use crate::naming::{inside, unraw};

/// Its name.
pub(super) fn name() -> Ident {
    format_ident!("{STEP_PARAMS}")
}

/// The struct, where a function takes it.
pub(super) fn definition(source: &Source) -> Option<TokenStream> {
    let name = name();
    let fields = fields(source).map(|param| {
        let (field, ty, docs) = (raw(&param.name), &param.ty, format!("The param `{}`.", unraw(&param.name)));
        let ty = if param.optional().is_some() { quote!(::core::option::Option<#ty>) } else { quote!(#ty) };
        quote!(#[doc = #docs] pub #field: #ty,)
    });
    source.step_params.then(|| {
        quote! {
            /// The params of the client, for functions of `filter`, `map` and `yield_map` that take them.
            #[allow(dead_code, unreachable_pub)]
            #[derive(::core::fmt::Debug, ::core::clone::Clone)]
            pub struct #name {
                #(#fields)*
            }
        }
    })
}

/// How it is made of the values, where `__private` is the runtime's.
pub(super) fn made(source: &Source) -> Option<TokenStream> {
    let name = name();
    let values = fields(source).map(|param| {
        let (field, ty, key) = (raw(&param.name), &param.ty, unraw(&param.name));
        let (ty, method) = match (inside(ty, "Vec"), param.optional()) {
            (None, None) => (ty, quote!(one)),
            (None, Some(_)) => (ty, quote!(optional)),
            (Some(item), None) => (item, quote!(list)),
            (Some(item), Some(_)) => (item, quote!(optional_list)),
        };
        let read = at(ty.span(), quote!(#method::<#ty>));
        quote!(#field: __values.#read(#key)?,)
    });
    source.step_params.then(|| quote!(|__values| __private::step_params(#name { #(#values)* })))
}

fn fields(source: &Source) -> impl Iterator<Item = &ClientParam> {
    source.params.iter().filter(|param| !is_unread(&param.ty))
}
