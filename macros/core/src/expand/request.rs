//! The request of a resource: setters of its optional params, and the methods that read its rows.
//!
//! Everything is `#[inline]`, so that only what a program uses becomes machine code.

use proc_macro2::TokenStream;
use quote::quote;
use syn::spanned::Spanned;
use syn::{Ident, Type};

use super::place::at;
use super::{deprecated, docs, resource};
use crate::language::{Param, ParamValue, Style};
use crate::model::{Bound, Path, PublicApi, Resource};
use crate::naming::{identifier, inside, is_string, unraw};

pub(super) fn request(krate: &syn::Path, resource: &Resource) -> TokenStream {
    let Some(api) = &resource.api else { return TokenStream::new() };
    let (vis, cfgs, name) = (&resource.vis, &resource.cfgs, &api.request);
    let row = resource::row(resource);
    let docs = docs::request(resource, api);
    let (old, allowed) = (deprecated::copied(&resource.item), deprecated::allowed(&resource.item));
    if !has_setters(api) {
        return quote! {
            #(#cfgs)*
            #docs
            #(#old)*
            #allowed
            #[allow(dead_code, unreachable_pub)]
            #vis type #name = #krate::Request<#row>;
        };
    }
    let setters = api.params.iter().filter_map(|param| setter(resource, api, param));
    let concurrency = api.ahead.then(|| {
        quote! {
            /// Sets how many pages may be in flight at once. Default: the source's `concurrency`.
            #[inline]
            #vis fn concurrency(self, pages: usize) -> Self {
                Self(self.0.concurrency(pages))
            }
        }
    });
    quote! {
        #(#cfgs)*
        #docs
        #(#old)*
        #allowed
        #[allow(dead_code, unreachable_pub)]
        #[derive(::core::fmt::Debug, ::core::clone::Clone)]
        #[must_use = "a request does nothing until it is awaited or its stream is polled"]
        #vis struct #name(#krate::Request<#row>);

        #(#cfgs)*
        #allowed
        #[allow(dead_code, unreachable_pub)]
        impl #name {
            #(#setters)*

            /// Sets the number of rows of a page. Default: the declared one.
            #[inline]
            #vis fn page_size(self, rows: u32) -> Self {
                Self(self.0.page_size(rows))
            }

            #concurrency

            /// Streams the rows. The next page is prefetched.
            #[inline]
            #vis fn stream(self) -> #krate::RowStream<#row> {
                self.0.stream()
            }

            /// Streams the pages.
            #[inline]
            #vis fn pages(self) -> #krate::PageStream<#row> {
                self.0.pages()
            }

            /// Fetches the first page only.
            ///
            /// Fails if the API is unreachable, if it rejects the request, or if the response does not match the declaration.
            #[inline]
            #vis fn first_page(self) -> #krate::FirstPage<#row> {
                self.0.first_page()
            }

            /// Fetches all rows, with what it took: requests, retries, waits, bytes.
            ///
            /// Fails as the request itself does.
            #[inline]
            #vis fn with_stats(self) -> #krate::CollectWithStats<#row> {
                self.0.with_stats()
            }
        }

        #(#cfgs)*
        #allowed
        #[automatically_derived]
        impl ::core::future::IntoFuture for #name {
            type Output = #krate::Result<#krate::__private::Vec<#row>>;
            type IntoFuture = #krate::CollectRows<#row>;
            #[inline]
            fn into_future(self) -> Self::IntoFuture {
                ::core::future::IntoFuture::into_future(self.0)
            }
        }
    }
}

/// Whether a request has setters of its own: without them, it is the runtime's.
fn has_setters(api: &PublicApi) -> bool {
    api.params.iter().any(|param| matches!(param.value, ParamValue::Optional { .. }))
}

fn setter(resource: &Resource, api: &PublicApi, param: &Param) -> Option<TokenStream> {
    let ParamValue::Optional { inner: ty, .. } = &param.value else { return None };
    let (vis, name) = (&resource.vis, raw(&param.name));
    let (argument, value) = (argument(ty), value(ty, &name));
    let docs = docs::setter(api, param);
    let calls = sent(api, param, &quote!(&__value));
    let set = at(ty.span(), quote!(Self(self.0 #calls)));
    Some(quote! {
        #docs
        #[inline]
        #vis fn #name(self, #name: #argument) -> Self {
            let __value: #ty = #value;
            #set
        }
    })
}

/// Adds a param's value to the request, except to a path that the fetch method fills in itself.
fn sent(api: &PublicApi, param: &Param, value: &TokenStream) -> TokenStream {
    let (name, wire) = (unraw(&param.name), param.wire());
    let path = api.path.as_ref().filter(|path| path.binds(&name));
    let in_body = api.json.contains(&name);
    let in_header = api.headers.contains(&name);
    let body = in_body.then(|| quote!(.json(#name, #value)));
    let filled = (in_header || path.is_some_and(Path::is_open)).then(|| quote!(.value(#name, #value)));
    let query = (!in_body && !in_header && path.is_none()).then(|| match param.style() {
        Style::Csv => quote!(.param_csv(#wire, #value)),
        Style::Repeat => quote!(.param(#wire, #value)),
    });
    quote!(#body #filled #query)
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

fn declared(name: &Ident, ty: &Type) -> TokenStream {
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
            ParamValue::Static { .. } | ParamValue::Optional { .. } => None,
        })
        .collect();
    // The mistake of a field without a type is reported already, and callers still compile.
    let unknown = || quote!(_: impl ::core::marker::Sized);
    let of_parents = api
        .bound
        .iter()
        .map(|Bound { argument: name, ty, .. }| ty.as_ref().map_or_else(unknown, |ty| declared(name, ty)));
    let arguments = of_parents.chain(required.iter().map(|(name, ty, _)| declared(name, ty)));
    // The API decides how many there are.
    let many = (api.bound.len() + required.len() > MOST).then(|| quote!(#[allow(clippy::too_many_arguments)]));
    let bound: Vec<(&Bound, &Type)> = api.bound.iter().filter_map(|bound| Some((bound, bound.ty.as_ref()?))).collect();
    let values = bound
        .iter()
        .map(|(bound, ty)| (&bound.argument, *ty))
        .chain(required.iter().map(|(name, ty, _)| (name, *ty)))
        .map(|(name, ty)| {
            let value = value(ty, name);
            quote!(let #name: #ty = #value;)
        });
    let parents = bound.iter().map(|(Bound { field, argument, place, .. }, _)| {
        let (key, value) = (field.to_string(), at(*place, quote!(&#argument)));
        quote!(.value(#key, #value))
    });
    let queries = required.iter().map(|(name, ty, param)| sent(api, param, &at(ty.span(), quote!(&#name))));
    let path = api.path.as_ref().and_then(|path| filled(krate, path, &api.params));
    let mut made = quote!(#krate::Request::new(&self.0) #(#parents)* #path #(#queries)*);
    if has_setters(api) {
        made = quote!(#request(#made));
    }
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
fn filled(krate: &syn::Path, path: &Path, params: &[Param]) -> Option<TokenStream> {
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
            ParamValue::Static { pattern, .. } => {
                let text = pattern.plain();
                quote!(#krate::__private::Segment::new(#text))
            }
            ParamValue::Required(ty) => at(ty.span(), quote!(#krate::__private::Segment::new(&#name))),
            ParamValue::Optional { .. } => return None,
        };
        Some(quote!(let #seen = #segment;))
    });
    Some(quote!(.path({ #(#values)* ::std::format!(#token) })))
}
