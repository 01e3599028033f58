//! The client of a source, and its builder.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};
use syn::spanned::Spanned;
use syn::{Path, Type};

use super::auth::auth;
use super::constant::{Constant, duration, list, number, pairs, rate, retry};
use super::place::at;
use super::{deprecated, docs, request, step_params, written};
use crate::language::{
    ClientParam, ClientParamKind, DefaultValue, JsonTemplate, NamedSecret, Scalar, fits, is_moment, is_unread,
};
use crate::literal::FromNow;
use crate::model::Source;
use crate::naming::{identifier, inside, unraw};

pub(super) fn client(source: &Source) -> TokenStream {
    let (client, builder, names) = (client_type(source), builder_type(source), names(source));
    quote!(#client #builder #names)
}

/// The names of the resources, as constants.
fn names(source: &Source) -> TokenStream {
    let (krate, names, docs) = (&source.krate, &source.names, docs::names(source));
    let mut known = Vec::new();
    let constants = source.resources().filter_map(|resource| {
        let api = resource.api.as_ref()?;
        let (vis, cfgs, name) = (&resource.vis, &resource.cfgs, unraw(&api.method));
        let constant = identifier(&name.to_ascii_uppercase(), api.method.span())?;
        // Names that differ in case alone are a mistake, unless only one of them is compiled.
        let conditional = !cfgs.is_empty();
        if known.iter().any(|(first, other)| *first == constant && !(conditional && *other)) {
            return None;
        }
        known.push((constant.clone(), conditional));
        let (docs, old) = (docs::name(api), deprecated::copied(&resource.item));
        Some(quote! {
            #(#cfgs)*
            #docs
            #(#old)*
            #vis const #constant: #krate::ResourceName = #krate::ResourceName::new(#name);
        })
    });
    quote! {
        #docs
        #[allow(dead_code, unreachable_pub)]
        #[derive(::core::fmt::Debug)]
        pub struct #names;

        // A name whose letters have no upper case.
        #[allow(dead_code, unreachable_pub, non_upper_case_globals)]
        impl #names {
            #(#constants)*
        }
    }
}

fn client_type(source: &Source) -> TokenStream {
    let (krate, client_name, builder_name) = (&source.krate, &source.client, &source.builder);
    let (client_docs, definition, bounds) = (docs::client(source), definition(source), written::bounds(source));
    let fetches = source.resources().filter_map(|resource| {
        let api = resource.api.as_ref()?;
        Some(request::fetch(krate, resource, api))
    });
    quote! {
        #client_docs
        #[allow(dead_code, unreachable_pub)]
        #[derive(::core::fmt::Debug, ::core::clone::Clone)]
        pub struct #client_name(#krate::Client);

        #[allow(dead_code, unreachable_pub, clippy::needless_update)]
        impl #client_name {
            /// Returns a builder for a client.
            #[must_use]
            #[inline]
            pub fn builder() -> #builder_name {
                use #krate::__private;
                const __SOURCE: &__private::SourceDef = &#definition;
                #builder_name(__private::ClientBuilder::new(__SOURCE))
            }

            #(#fetches)*

            /// Syncs all selected resources, each into its own table.
            ///
            /// No request is sent before the sync is awaited.
            #[allow(private_bounds)]
            pub fn sync<'d, __D>(&self, destination: &'d mut __D) -> #krate::SyncBuilder<'d>
            where
                __D: #krate::Destination #(+ #bounds)* + ?::core::marker::Sized,
            {
                self.0.sync(destination)
            }

            /// Reads a resource by its name, without its type: as columns, with params by name.
            ///
            /// No request is sent before the batches are polled.
            ///
            /// # Errors
            ///
            /// Fails if there is no such resource.
            #[inline]
            pub fn scan(&self, resource: impl ::core::convert::AsRef<str>) -> #krate::Result<#krate::Scan> {
                self.0.scan(resource)
            }

            /// Compares the declaration with the API: reads the first page of each resource and reports every difference.
            ///
            /// No request is sent before the verification is awaited, and nothing is written.
            #[inline]
            pub fn verify(&self) -> #krate::VerifyBuilder {
                self.0.verify()
            }
        }

        #[automatically_derived]
        impl #krate::Source for #client_name {
            #[inline]
            fn client(&self) -> &#krate::Client {
                &self.0
            }
        }
    }
}

fn builder_type(source: &Source) -> TokenStream {
    let (krate, client_name, builder_name) = (&source.krate, &source.client, &source.builder);
    let (builder_docs, base_url_docs) = (docs::builder(source), docs::base_url(source));
    let token_url = source.token_url.then(|| token_url(krate));
    let setters = source.secrets.iter().map(|secret| setter(krate, secret));
    let params = source.params.iter().map(|param| param_setter(krate, param));
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

            /// Builds the client.
            ///
            /// # Errors
            ///
            /// Fails if secrets or params are missing, or settings are not usable; the error names all of them.
            #[inline]
            pub fn build(self) -> #krate::Result<#client_name> {
                ::core::result::Result::map(self.0.build(), #client_name)
            }
        }

        #krate::__private::client_settings!(#builder_name);
    }
}

fn token_url(krate: &Path) -> TokenStream {
    quote! {
        /// Replaces the declared address of access tokens.
        ///
        /// Over `http`, except to this machine, the client secret is sent unencrypted, and a warning is logged.
        #[inline]
        pub fn access_token_url(self, url: impl ::core::convert::Into<#krate::__private::String>) -> Self {
            Self(self.0.access_token_url(::core::convert::Into::<#krate::__private::String>::into(url)))
        }
    }
}

fn setter(krate: &Path, secret: &NamedSecret) -> TokenStream {
    let method = request::raw(&secret.name);
    let name = unraw(&secret.name);
    let docs = docs::secret(&name, secret.optional);
    quote! {
        #docs
        #[inline]
        pub fn #method(self, #method: impl ::core::convert::Into<#krate::SecretString>) -> Self {
            Self(self.0.secret(#name, ::core::convert::Into::<#krate::SecretString>::into(#method)))
        }
    }
}

fn param_setter(krate: &Path, param: &ClientParam) -> TokenStream {
    let method = request::raw(&param.name);
    let (name, ty) = (unraw(&param.name), &param.ty);
    let docs = docs::param(param);
    if is_unread(ty) {
        let argument = request::unknown();
        return quote!(pub fn #method(self, #argument) -> Self { self });
    }
    if param.optional().is_some() {
        let argument = request::optional(krate, ty);
        let set = at(ty.span(), quote!(Self(self.0.optional_param(#name, &__value))));
        return quote! {
            #docs
            #[inline]
            pub fn #method<__Form>(self, #method: #argument) -> Self {
                let __value: ::core::option::Option<#ty> = #krate::IntoParam::into_param(#method);
                #set
            }
        };
    }
    let (argument, value) = (request::argument(ty), request::value(ty, &method));
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

/// The source as a constant, where `__private` is the runtime's.
fn definition(source: &Source) -> Constant {
    let mut def = Constant::new(quote!(__private::SourceDef));
    def.set("name", unraw(&source.ident));
    def.set("base_url", &source.base_url);
    def.set("auth", auth(&source.auth));
    def.set_list("secrets", source.secrets.iter().map(|secret| unraw(&secret.name)));
    let optional = source.secrets.iter().filter(|secret| secret.optional);
    def.set_list("optional_secrets", optional.map(|secret| unraw(&secret.name)));
    let params = source.params.iter().filter(|param| !is_unread(&param.ty)).map(client_param);
    def.set_list("params", params);
    def.set_some("step_params", step_params::made(source));
    def.set_list("trust", &source.trust);
    def.set_list("headers", pairs(&source.headers));
    def.set_opt("retry", source.retry.as_ref().map(retry));
    def.set_opt("timeout", source.timeout.map(duration));
    def.set_opt("connect_timeout", source.connect_timeout.map(duration));
    def.set_some("rate_limit", source.rate_limit.map(rate));
    def.set_opt("concurrency", source.concurrency.map(number));
    def.set_opt("max_page_bytes", source.max_page_bytes.map(number));
    let entries = source.resources().filter(|resource| !resource.generic).map(|resource| {
        let (cfgs, ident) = (&resource.cfgs, &resource.ident);
        let deprecated = deprecated::allowed(&resource.item);
        quote!(#(#cfgs)* #deprecated __private::ResourceEntry::new::<#ident>())
    });
    def.set("resources", list(entries));
    def
}

/// A client-wide param as a constant.
fn client_param(param: &ClientParam) -> TokenStream {
    let ClientParam { name, ty, kind, env } = param;
    let name = unraw(name);
    let written = ty.to_token_stream().to_string().replace(' ', "");
    let required = match kind {
        ClientParamKind::Required => Some(quote!(.required())),
        ClientParamKind::OfChoice => Some(quote!(.of_choice())),
        ClientParamKind::Optional(_) | ClientParamKind::Default(_) => None,
    };
    let env = env.as_ref().map(|env| &env.token).map(|env| quote!(.env(#env)));
    let default = param.default().map(|default| match default {
        DefaultValue::Values { values, .. } => {
            let values = list(values.iter().map(|value| &value.text));
            quote!(.or(#values))
        }
        DefaultValue::Now(FromNow { milliseconds }, _) => {
            let milliseconds = Literal::i64_unsuffixed(*milliseconds);
            quote!(.from_now(#milliseconds))
        }
    });
    // Only what is not set by the builder alone is ever read.
    let read = (env.is_some() || default.is_some()).then(|| read(param));
    let several = inside(ty, "Vec").map(|_| quote!(.list()));
    quote!(__private::SourceParam::new(#name, #written) #several #required #env #default #read)
}

/// How a param is read from texts. A default that the macro could not judge is judged by the compiler, at the literal.
fn read(param: &ClientParam) -> TokenStream {
    let (item, read) = match inside(&param.ty, "Vec") {
        Some(item) => (item, quote!(read_list)),
        None => (&param.ty, quote!(read_one)),
    };
    let read = at(item.span(), quote!(__private::#read::<#item>));
    let values = param.default().into_iter().flat_map(DefaultValue::values);
    let moment = match param.default() {
        Some(DefaultValue::Now(_, token)) if is_moment(item).is_none() => Some(moment_of(item, token)),
        _ => None,
    };
    let checks: Vec<_> = values.filter_map(|value| is_of(item, value)).chain(moment).collect();
    if checks.is_empty() { quote!(.read(#read)) } else { quote!(.read({ #(#checks)* #read })) }
}

fn moment_of(ty: &Type, token: &TokenStream) -> TokenStream {
    at(token.span(), quote!(const _: () = __private::moment_param::<#ty>();))
}

fn is_of(ty: &Type, value: &Scalar) -> Option<TokenStream> {
    if fits(ty, value).is_some() {
        return None;
    }
    let token = &value.token;
    let place = token.clone().into_iter().next()?.span();
    Some(match value.json {
        JsonTemplate::Text(_) => at(place, quote!(const _: () = __private::text_param::<#ty>();)),
        _ => at(place, quote!(const _: #ty = #token;)),
    })
}
