//! The client of a source, and its builder.

use proc_macro2::TokenStream;
use quote::quote;
use syn::spanned::Spanned;
use syn::{Ident, Path};

use super::constant::{auth, duration, number, pairs, rate, retry};
use super::place::at;
use super::{deprecated, docs, request};
use crate::model::{ClientParam, Source};
use crate::naming::unraw;

pub(super) fn client(source: &Source) -> TokenStream {
    let krate = &source.krate;
    let definition = definition(source);
    let fetches = source.resources().filter_map(|resource| {
        let api = resource.api.as_ref()?;
        Some(request::fetch(krate, resource, api))
    });
    let client_docs = docs::client(source);
    let (builder_docs, base_url_docs) = (docs::builder(source), docs::base_url(source));
    let (client_name, builder_name) = (&source.client, &source.builder);
    let client = {
        quote! {
            #client_docs
            #[allow(dead_code, unreachable_pub)]
            #[derive(::core::fmt::Debug, ::core::clone::Clone)]
            pub struct #client_name(#krate::__private::Client);

            #[allow(dead_code, unreachable_pub, clippy::needless_update)]
            impl #client_name {
                /// Sets up a client.
                #[must_use]
                #[inline]
                pub fn builder() -> #builder_name {
                    use #krate::__private;
                    const __SOURCE: &__private::SourceDef = &#definition;
                    #builder_name(__private::ClientBuilder::new(__SOURCE))
                }

                #(#fetches)*

                /// Keeps a database in step with the API: all selected resources, each into the table of its name.
                ///
                /// Nothing is sent before the returned sync is awaited.
                pub fn sync<'d, __D: #krate::Destination>(&self, destination: &'d mut __D) -> #krate::SyncBuilder<'d> {
                    self.0.sync(destination)
                }

                /// Reads the first page of each resource, and tells every difference between the declaration and the API.
                ///
                /// Nothing is sent before the returned verification is awaited, and nothing is written.
                #[inline]
                pub fn verify(&self) -> #krate::VerifyBuilder {
                    self.0.verify()
                }
            }
        }
    };
    let builder = {
        let setters = source.secrets.iter().map(|secret| setter(krate, secret));
        let params = source.params.iter().map(param_setter);
        let token_url = source.token_url.then(|| {
            quote! {
                /// Where access tokens are given out, instead of the declared address.
                ///
                /// Over `http`, except to this machine, the client's secret is sent unencrypted; a warning is logged.
                #[inline]
                pub fn access_token_url(self, url: impl ::core::convert::Into<#krate::__private::String>) -> Self {
                    Self(self.0.access_token_url(::core::convert::Into::<#krate::__private::String>::into(url)))
                }
            }
        });
        quote! {
            #builder_docs
            #[allow(dead_code, unreachable_pub)]
            #[derive(::core::fmt::Debug, ::core::clone::Clone)]
            #[must_use = "a builder does nothing until `build` is called"]
            pub struct #builder_name(#krate::__private::ClientBuilder);

            #[allow(dead_code, unreachable_pub)]
            impl #builder_name {
                #base_url_docs
                #[inline]
                pub fn base_url(self, url: impl ::core::convert::Into<#krate::__private::String>) -> Self {
                    Self(self.0.base_url(::core::convert::Into::<#krate::__private::String>::into(url)))
                }

                #token_url

                #(#setters)*

                #(#params)*

                /// The client.
                ///
                /// # Errors
                ///
                /// If secrets or params are missing, all of which it names, or the address is not usable.
                #[inline]
                pub fn build(self) -> #krate::Result<#client_name> {
                    ::core::result::Result::map(self.0.build(), #client_name)
                }
            }
        }
    };
    quote!(#client #builder)
}

fn setter(krate: &Path, secret: &Ident) -> TokenStream {
    let method = request::raw(secret);
    let name = unraw(secret);
    let docs = docs::secret(&name);
    quote! {
        #docs
        #[inline]
        pub fn #method(self, #method: impl ::core::convert::Into<#krate::SecretString>) -> Self {
            Self(self.0.secret(#name, ::core::convert::Into::<#krate::SecretString>::into(#method)))
        }
    }
}

fn param_setter(param: &ClientParam) -> TokenStream {
    let method = request::raw(&param.name);
    let (name, ty) = (unraw(&param.name), &param.ty);
    let (argument, value) = (request::argument(ty), request::value(ty, &method));
    let docs = docs::param(&name, param.required);
    let set = at(ty.span(), quote!(Self(self.0.param(#name, &__value))));
    quote! {
        #docs
        #[inline]
        pub fn #method(self, #method: #argument) -> Self {
            let __value: #ty = #value;
            #set
        }
    }
}

/// The source as a constant, where `__private` is the runtime's: what differs from its defaults.
fn definition(source: &Source) -> TokenStream {
    let name = unraw(&source.ident);
    let base_url = &source.base_url;
    let own_auth = auth(&source.auth);
    let mut fields = vec![quote!(name: #name), quote!(base_url: #base_url), quote!(auth: #own_auth)];
    if !source.secrets.is_empty() {
        let secrets = source.secrets.iter().map(unraw);
        fields.push(quote!(secrets: &[#(#secrets),*]));
    }
    if !source.params.is_empty() {
        let params = source.params.iter().map(|ClientParam { name, required, .. }| {
            let name = unraw(name);
            quote!(__private::SourceParam { name: #name, required: #required })
        });
        fields.push(quote!(params: &[#(#params),*]));
    }
    if !source.trust.is_empty() {
        let trust = &source.trust;
        fields.push(quote!(trust: &[#(#trust),*]));
    }
    if !source.headers.is_empty() {
        let headers = pairs(&source.headers);
        fields.push(quote!(headers: #headers));
    }
    if let Some(own) = &source.retry {
        let own = retry(own);
        fields.push(quote!(retry: #own));
    }
    if let Some(timeout) = source.timeout.map(duration) {
        fields.push(quote!(timeout: #timeout));
    }
    if let Some(timeout) = source.connect_timeout.map(duration) {
        fields.push(quote!(connect_timeout: #timeout));
    }
    if let Some(limit) = source.rate_limit {
        let limit = rate(limit);
        fields.push(quote!(rate_limit: #limit));
    }
    if let Some(concurrency) = source.concurrency {
        let concurrency = number(concurrency.into());
        fields.push(quote!(concurrency: #concurrency));
    }
    if let Some(bytes) = source.max_page_bytes.map(number) {
        fields.push(quote!(max_page_bytes: #bytes));
    }
    let entries = source.resources().filter(|resource| !resource.generic).map(|resource| {
        let (cfgs, ident) = (&resource.cfgs, &resource.ident);
        let deprecated = deprecated::allowed(&resource.item);
        quote!(#(#cfgs)* #deprecated __private::ResourceEntry::new::<#ident>())
    });
    quote! {
        __private::SourceDef {
            #(#fields,)*
            resources: &[#(#entries),*],
            ..__private::SourceDef::DEFAULT
        }
    }
}
