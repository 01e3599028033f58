//! A resource: the user's struct, its decoding, and `impl Resource`: all in a block in which `__private` is the runtime's.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::spanned::Spanned;
use syn::{Ident, Path};

use super::column::{column, put};
use super::constant::{
    auth, duration, json, members, number, paginator, paginator_type, pairs, rate, retry, some, steps,
};
use super::place::at;
use super::stub::Stub;
use super::{child, decode, deprecated, incremental};
use crate::language::{Action, MethodKind, MissingRows, On, OnBadRow};
use crate::literal::Selector;
use crate::model::{Data, Decoding, Definition, JsonName, Key, Parent, Process, Resource, Storage};

/// The user's struct, with what serde needs to know.
pub(super) fn item(krate: &Path, resource: &Resource) -> TokenStream {
    let item = &resource.item;
    if resource.definition.is_none() {
        return quote!(#item);
    }
    decode::derived(krate, item, resource.decoding == Decoding::Serde, false, resource.rename)
}

/// The traits of a row.
pub(super) fn implementation(krate: &Path, resource: &Resource) -> TokenStream {
    let (ident, cfgs) = (&resource.ident, &resource.cfgs);
    if resource.generic {
        return stand_in(krate, resource);
    }
    let decoded = resource.decoding == Decoding::User;
    let body = if let Some(definition) = &resource.definition {
        let decode = match resource.decoding {
            Decoding::Compact => {
                let expecting = format!("a row of `{}`, an object", definition.name);
                Some(decode::compact(krate, ident, &expecting, &definition.fields))
            }
            Decoding::Newtype => definition.fields.first().map(|field| decode::newtype(ident, field)),
            Decoding::User | Decoding::Serde => None,
        };
        let checks = definition.primary_key.iter().map(key_check);
        let resource = definition_of(krate, resource, definition);
        let range = definition.incremental.as_ref().filter(|_| definition.result_window.is_some());
        let cut = range.map(incremental::cut);
        quote!(#decode #resource #(#checks)* #cut)
    } else {
        let stub = Stub::new(krate, ident);
        let decode = (!decoded).then(|| stub.deserialize());
        let resource = stub.resource();
        quote!(#decode #resource)
    };
    let deprecated = deprecated::allowed(&resource.item);
    quote! {
        #(#cfgs)*
        #[doc(hidden)]
        #deprecated
        #[allow(unused_imports, clippy::needless_update, clippy::empty_loop)]
        const _: () = {
            use #krate::{__private::{self, NotVerbatim as _}, Column as __Column};
            #body
        };
    }
}

/// The type of a request's rows: the user's, or where that is generic, which is a mistake, one that stands in for it.
pub(super) fn row(resource: &Resource) -> Ident {
    if resource.generic { format_ident!("__{}", resource.ident) } else { resource.ident.clone() }
}

fn stand_in(krate: &Path, resource: &Resource) -> TokenStream {
    let (vis, cfgs, row) = (&resource.vis, &resource.cfgs, row(resource));
    let stub = Stub::new(krate, &row);
    let (decode, resource) = (stub.deserialize(), stub.resource());
    quote! {
        #(#cfgs)*
        #[doc(hidden)]
        #[allow(dead_code, unreachable_pub)]
        #vis enum #row {}
        #(#cfgs)*
        #[doc(hidden)]
        const _: () = { #decode #resource };
    }
}

/// That the type of a key's field can be one, at the place where the key is named.
fn key_check(key: &Key) -> TokenStream {
    let (cfgs, ty) = (&key.cfgs, &key.ty);
    at(key.place, quote!(#(#cfgs)* const _: () = __private::key::<#ty>();))
}

fn definition_of(krate: &Path, resource: &Resource, definition: &Definition) -> TokenStream {
    let ident = &resource.ident;
    let paginator_type = paginator_type(krate, &definition.paginator);
    let constants = constants(krate, resource, definition);
    let columns = definition.fields.iter().filter_map(column);
    let process = process(ident, &definition.steps);
    let child_rows = child::rows(krate, &definition.fields);
    let position = definition.incremental.as_ref().map(|range| incremental::position(krate, range));
    let puts = definition.fields.iter().filter_map(put);
    quote! {
        #[automatically_derived]
        impl #krate::Resource for #ident {
            type Paginator = #paginator_type;
            const DEF: &'static __private::ResourceDef = &__private::ResourceDef {
                #(#constants,)*
                columns: &[#(#columns),*],
                ..__private::ResourceDef::DEFAULT
            };
            #process
            #[inline]
            fn row<'a>(&'a self, __row: &mut __private::Row<'a>) {
                #(#puts)*
            }
            #position
            #child_rows
        }
    }
}

/// The processing steps. Each function is named once, with its type, so that a wrong one is reported where it stands.
fn process(ident: &Ident, steps: &[Process]) -> Option<TokenStream> {
    if steps.is_empty() {
        return None;
    }
    let vec = quote!(__private::Vec<#ident>);
    let steps = steps.iter().map(|step| match step {
        Process::Filter(function) => {
            let kind = at(function.span(), quote!(fn(&#ident) -> bool));
            quote! {
                let __keep: #kind = #function;
                __rows.retain(__keep);
            }
        }
        Process::Map(function) => {
            let kind = at(function.span(), quote!(fn(#ident) -> #ident));
            quote! {
                let __change: #kind = #function;
                let mut __rows: #vec = ::core::iter::Iterator::collect(::core::iter::Iterator::map(
                    ::core::iter::IntoIterator::into_iter(__rows),
                    __change,
                ));
            }
        }
        Process::YieldMap(function) => {
            let split = at(function.span(), quote!(__private::yield_map::<#ident, _>));
            quote! {
                let mut __rows: #vec = #split(__rows, #function);
            }
        }
    });
    Some(quote! {
        #[allow(unused_mut)]
        #[inline]
        fn process(mut __rows: #vec) -> #vec {
            #(#steps)*
            __rows
        }
    })
}

/// The fields of a `ResourceDef`: what differs from its default.
fn constants(krate: &Path, resource: &Resource, definition: &Definition) -> Vec<TokenStream> {
    let (name, path) = (&definition.name, &definition.path);
    let paginator = paginator(krate, &definition.paginator);
    let disposition = definition.disposition;
    let mut constants = vec![quote!(name: #name), quote!(path: #path), quote!(paginator: #paginator)];
    if let method @ MethodKind::Post = definition.method {
        constants.push(quote!(method: #method));
    }
    constants.extend(body(definition));
    if !definition.headers.is_empty() {
        let headers = pairs(&definition.headers);
        constants.push(quote!(headers: #headers));
    }
    if !definition.params.is_empty() {
        let params = pairs(&definition.params);
        constants.push(quote!(params: #params));
    }
    match &definition.selector {
        Some(Selector::Steps(path)) => {
            let path = some(steps(path));
            constants.push(quote!(selector: #path));
        }
        Some(Selector::Query(query)) => {
            let query = some(query);
            constants.push(quote!(jsonpath: #query));
        }
        None => {}
    }
    if let missing @ MissingRows::Empty = definition.missing_rows {
        constants.push(quote!(missing_rows: #missing));
    }
    if let bad @ OnBadRow::Quarantine = definition.on_bad_row {
        constants.push(quote!(on_bad_row: #bad));
    }
    if !definition.actions.is_empty() {
        let actions = definition.actions.iter().map(|(on, action)| response_action(on, *action));
        constants.push(quote!(response_actions: &[#(#actions),*]));
    }
    if let Some(names) = &definition.json_names {
        let ident = &resource.ident;
        let all = resource.decoding == Decoding::Compact && names.iter().all(|name| name.cfgs.is_empty());
        let names = names.iter().map(|JsonName { cfgs, name }| quote!(#(#cfgs)* #name));
        let names = some(if all { quote!(<#ident as __private::Object>::KEYS) } else { quote!(&[#(#names),*]) });
        constants.push(quote!(fields: #names));
        if resource.decoding == Decoding::Compact && is_direct(definition) {
            constants.push(quote!(direct: true));
        }
    }
    constants.extend(child::tables(krate, &definition.fields));
    constants.extend(parent(&definition.parent));
    if !definition.primary_key.is_empty() {
        let keys = definition.primary_key.iter().map(|Key { cfgs, column, .. }| quote!(#(#cfgs)* #column));
        constants.push(quote!(primary_key: &[#(#keys),*]));
    }
    constants.push(quote!(write_disposition: #disposition));
    if let Some(range) = &definition.incremental {
        let range = some(incremental::constant(krate, range));
        constants.push(quote!(incremental: #range));
    }
    if let Some(window) = definition.result_window {
        let window = some(number(window));
        constants.push(quote!(result_window: #window));
    }
    if let Some(own) = &definition.retry {
        let own = some(retry(own));
        constants.push(quote!(retry: #own));
    }
    if let Some(timeout) = definition.timeout {
        let timeout = some(duration(timeout));
        constants.push(quote!(timeout: #timeout));
    }
    if let Some(limit) = definition.rate_limit {
        let limit = rate(limit);
        constants.push(quote!(rate_limit: #limit));
    }
    if let Some(own) = &definition.auth {
        let own = some(auth(own));
        constants.push(quote!(auth: #own));
    }
    if !definition.required.is_empty() {
        let required = &definition.required;
        constants.push(quote!(required: &[#(#required),*]));
    }
    if !definition.selected {
        constants.push(quote!(selected: false));
    }
    constants
}

/// Whether a row need not be made to be stored: nothing looks at it, and it is no more than its columns.
fn is_direct(definition: &Definition) -> bool {
    definition.steps.is_empty() && definition.fields.iter().all(|field| matches!(field.storage, Storage::Column(_)))
}

/// What a POST sends.
fn body(definition: &Definition) -> Option<TokenStream> {
    let def = quote!(__private::DataDef);
    let data = match (&definition.data, &definition.json) {
        (Some(Data::Raw(text)), _) => quote!(#def::Raw(#text)),
        (Some(Data::Form(form)), _) => {
            let members = members(form);
            quote!(#def::Form(#members))
        }
        (None, Some(body)) => {
            let body = some(json(body));
            return Some(quote!(json: #body));
        }
        (None, None) => return None,
    };
    let data = some(data);
    Some(quote!(data: #data))
}

/// The resource that this one is read for, and what is taken from its rows.
fn parent(parent: &Parent) -> Option<TokenStream> {
    let resource = parent.resource.as_ref()?;
    let link = |name: &str, resource: &str, column: &str| quote!(__private::ParentField { name: #name, resource: #resource, column: #column });
    let bound = parent.bound.iter().map(|bound| link(&bound.field.to_string(), &bound.field.resource, &bound.column));
    let included = parent.included.iter().map(|column| link(&column.name, &column.resource, &column.source));
    let parent = some(quote! {
        __private::ParentDef { resource: #resource, bound: &[#(#bound),*], included: &[#(#included),*] }
    });
    Some(quote!(parent: #parent))
}

fn response_action(on: &On, action: Action) -> TokenStream {
    let on = match on {
        On::Status(code, _) => {
            let code = number((*code).into());
            quote!(__private::On::Status(#code))
        }
        On::Text(token) => {
            let text = token.value();
            quote!(__private::On::Text(#text))
        }
        On::StatusText { code, text, .. } => {
            let (code, text) = (number((*code).into()), text.value());
            quote!(__private::On::StatusText(#code, #text))
        }
        On::Body { path, value, .. } => {
            let path = steps(path);
            let value = value.as_ref().map_or_else(|| quote!(::core::option::Option::None), |(text, _)| some(text));
            quote!(__private::On::Body(#path, #value))
        }
    };
    quote!(__private::ResponseAction { on: #on, action: #action })
}
