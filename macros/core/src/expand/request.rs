//! The request of a resource: its type, setters of its optional params, and the fetch method that makes it.
//!
//! Everything is `#[inline]`, so that only what a program uses becomes machine code.

use proc_macro2::TokenStream;
use quote::quote;
use syn::spanned::Spanned;
use syn::{Ident, Type};

use super::place::at;
use super::{deprecated, docs, params, resource};
use crate::language::{Param, ParamValue, is_unread};
use crate::model::{Bound, Partition, Path, PublicApi, Resource};
use crate::naming::{identifier, inside, is_string, unraw};

/// The type of the request, with setters for the optional params. What all of these types have is the runtime's.
pub(super) fn request(krate: &syn::Path, resource: &Resource) -> TokenStream {
    let Some(api) = &resource.api else { return TokenStream::new() };
    let (vis, cfgs, name) = (&resource.vis, &resource.cfgs, &api.request);
    let (row, docs, old) = (resource::row(resource), docs::request(resource, api), deprecated::copied(&resource.item));
    let can = [(api.sized, quote!(PageSize)), (api.ahead, quote!(Ahead))];
    let can: Vec<TokenStream> = can.into_iter().filter_map(|(can, what)| can.then_some(what)).collect();
    let can = (!can.is_empty()).then(|| quote!(: #(#can),*));
    let setters: Vec<TokenStream> = api.params.iter().filter_map(|param| setter(krate, resource, api, param)).collect();
    let partitions = api.partitions.iter().map(|partition| partition_setter(krate, resource, partition));
    let setters: Vec<TokenStream> = setters.into_iter().chain(partitions).collect();
    let setters = (!setters.is_empty()).then(|| {
        let allowed = deprecated::allowed(&resource.item);
        quote! {
            #(#cfgs)*
            #allowed
            #[allow(dead_code, unreachable_pub)]
            impl #name {
                #(#setters)*
            }
        }
    });
    quote! {
        #(#cfgs)*
        #krate::__private::request! {
            #docs
            #(#old)*
            #vis struct #name(#row) #can;
        }
        #setters
    }
}

fn setter(krate: &syn::Path, resource: &Resource, api: &PublicApi, param: &Param) -> Option<TokenStream> {
    let ParamValue::Optional { inner: ty, .. } = &param.value else { return None };
    let (vis, name) = (&resource.vis, raw(&param.name));
    if is_unread(ty) {
        let argument = unknown();
        return Some(quote!(#vis fn #name(self, #argument) -> Self { self }));
    }
    let argument = optional(krate, ty);
    let docs = docs::setter(api, param);
    let declared = unraw(&param.name);
    let set = at(ty.span(), quote!(#krate::__private::set_optional(&mut self.0, #declared, &__value);));
    Some(quote! {
        #docs
        #[inline]
        #vis fn #name<__Form>(mut self, #name: #argument) -> Self {
            let __value: ::core::option::Option<#ty> = #krate::IntoParam::into_param(#name);
            #set
            self
        }
    })
}

/// Narrows a partition to one or several of its values.
fn partition_setter(krate: &syn::Path, resource: &Resource, Partition { name, ty, .. }: &Partition) -> TokenStream {
    let (vis, declared, name) = (&resource.vis, unraw(name), raw(name));
    if is_unread(ty) {
        let argument = unknown();
        return quote!(#vis fn #name(self, #argument) -> Self { self });
    }
    let form = if is_string(ty) { quote!(OneOrTexts) } else { quote!(OneOrItems) };
    let docs = docs::partition(&declared);
    let vec = quote!(#krate::__private::Vec<#ty>);
    quote! {
        #docs
        #[inline]
        #vis fn #name<__Form>(mut self, #name: impl #krate::IntoParam<#vec, #krate::__private::#form<__Form>>) -> Self {
            let __value: ::core::option::Option<#vec> = #krate::IntoParam::into_param(#name);
            #krate::__private::set_optional(&mut self.0, #declared, &__value);
            self
        }
    }
}

/// The type of a setter's argument that is a value or an `Option` of one: converted, where it is a string or a list.
pub(super) fn optional(krate: &syn::Path, ty: &Type) -> TokenStream {
    let form = match inside(ty, "Vec") {
        Some(item) if is_string(item) => quote!(Texts),
        Some(_) => quote!(Items),
        None if is_string(ty) => quote!(Text),
        None => quote!(Value),
    };
    quote!(impl #krate::IntoParam<#ty, #krate::__private::#form<__Form>>)
}

/// The type of an argument: `Into` for a string, an iterator for a list, else the type itself.
pub(super) fn argument(ty: &Type) -> TokenStream {
    match inside(ty, "Vec") {
        Some(item) => {
            let item = argument(item);
            quote!(impl ::core::iter::IntoIterator<Item = #item>)
        }
        None if is_string(ty) => quote!(impl ::core::convert::Into<#ty>),
        None => quote!(#ty),
    }
}

/// An argument of a type that could not be read: the mistake is reported already, and callers still compile.
pub(super) fn unknown() -> TokenStream {
    quote!(_: impl ::core::marker::Sized)
}

fn declared(name: &Ident, ty: &Type) -> TokenStream {
    if is_unread(ty) {
        return unknown();
    }
    let ty = argument(ty);
    quote!(#name: #ty)
}

pub(super) fn value(ty: &Type, name: &Ident) -> TokenStream {
    let items = quote!(::core::iter::IntoIterator::into_iter(#name));
    match inside(ty, "Vec") {
        Some(item) if is_string(item) => {
            quote!(::core::iter::Iterator::collect(::core::iter::Iterator::map(#items, ::core::convert::Into::into)))
        }
        Some(_) => quote!(::core::iter::Iterator::collect(#items)),
        None if is_string(ty) => quote!(::core::convert::Into::into(#name)),
        None => quote!(#name),
    }
}

/// A name as an identifier, raw where it is a keyword.
pub(super) fn raw(name: &Ident) -> Ident {
    identifier(&unraw(name), name.span()).unwrap_or_else(|| name.clone())
}

/// The most arguments besides `self` that clippy has nothing against.
const MOST: usize = 6;

/// The fetch method of a resource.
pub(super) fn fetch(krate: &syn::Path, resource: &Resource, api: &PublicApi) -> TokenStream {
    let (vis, cfgs, method, request) = (&resource.vis, &resource.cfgs, &api.method, &api.request);
    let docs = docs::method(resource, api);
    let required: Vec<(Ident, &Type, &Param)> = api
        .params
        .iter()
        .filter_map(|param| match &param.value {
            ParamValue::Required(ty) => Some((raw(&param.name), &**ty, param)),
            ParamValue::Static(_)
            | ParamValue::Several(_)
            | ParamValue::Optional { .. }
            | ParamValue::Partition
            | ParamValue::Secret(_) => None,
        })
        .collect();
    let of_parents = api
        .bound
        .iter()
        .map(|Bound { argument: name, ty, .. }| ty.as_ref().map_or_else(unknown, |ty| declared(name, ty)));
    let arguments = of_parents.chain(required.iter().map(|(name, ty, _)| declared(name, ty)));
    // The API decides how many there are.
    let many = (api.bound.len() + required.len() > MOST).then(|| quote!(#[allow(clippy::too_many_arguments)]));
    let required = required.iter().filter(|(_, ty, _)| !is_unread(ty));
    let bound: Vec<(&Bound, &Type)> = api.bound.iter().filter_map(|bound| Some((bound, bound.ty.as_ref()?))).collect();
    let values = bound
        .iter()
        .map(|(bound, ty)| (&bound.argument, *ty))
        .chain(required.clone().map(|(name, ty, _)| (name, *ty)))
        .map(|(name, ty)| {
            let value = value(ty, name);
            quote!(let #name: #ty = #value;)
        });
    let set = |name: &str, value: TokenStream| quote!(#krate::__private::set(&mut __request, #name, #value););
    let parents =
        bound.iter().map(|(Bound { argument, place, .. }, _)| set(&unraw(argument), at(*place, quote!(&#argument))));
    // The path is filled in here, unless the runtime does it.
    let filled = required.filter(|(_, _, param)| !params::fills_only_path(api, param));
    let params = filled.map(|(name, ty, param)| set(&unraw(&param.name), at(ty.span(), quote!(&#name))));
    let path = api.path.as_ref().and_then(|path| filled_path(krate, path, &api.params));
    let sets: Vec<TokenStream> = parents.chain(path).chain(params).collect();
    let row = resource::row(resource);
    let new = quote!(#krate::__private::request::<#row>(&self.0));
    let made = if sets.is_empty() {
        quote!(#request(#new))
    } else {
        quote! {
            let mut __request = #new;
            #(#sets)*
            #request(__request)
        }
    };
    let (old, allowed) = (deprecated::copied(&resource.item), deprecated::allowed(&resource.item));
    quote! {
        #(#cfgs)*
        #docs
        #(#old)*
        #allowed
        #many
        #[inline]
        #vis fn #method(&self, #(#arguments),*) -> #request {
            #(#values)*
            #made
        }
    }
}

/// Fills in the path, unless the runtime does. The user's own literal is the template: what it names is looked up among
/// the values, and a mistake is shown inside of it.
fn filled_path(krate: &syn::Path, path: &Path, params: &[Param]) -> Option<TokenStream> {
    if path.is_open() || path.template.params().next().is_none() {
        return None;
    }
    let token = &path.token;
    let values = params.iter().filter(|param| path.binds(&unraw(&param.name))).filter_map(|param| {
        let name = raw(&param.name);
        // As the literal sees it: a macro of the user's may have got the literal as an argument, and made the name itself.
        let mut seen = name.clone();
        seen.set_span(name.span().resolved_at(token.span()));
        let segment = match &param.value {
            ParamValue::Static(fixed) => {
                let text = fixed.pattern.plain();
                quote!(#krate::__private::Segment::new(#text))
            }
            ParamValue::Required(ty) => at(ty.span(), quote!(#krate::__private::Segment::new(&#name))),
            ParamValue::Several(_) | ParamValue::Optional { .. } | ParamValue::Partition | ParamValue::Secret(_) => {
                return None;
            }
        };
        Some(quote!(let #seen = #segment;))
    });
    Some(quote!(#krate::__private::set_path(&mut __request, { #(#values)* ::std::format!(#token) });))
}
