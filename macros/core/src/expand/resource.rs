//! A resource: the user's struct, its decoding, and `impl Resource`: all in a block in which `__private` is the runtime's.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Ident, Path, Type};

use super::auth::{auth, secrets};
use super::column::{column, key_column, put, put_key};
use super::constant::{
    Constant, duration, json, list, members, number, paginator, paginator_type, pairs, plain, rate, retry, some,
};
use super::place::at;
use super::stub::Stub;
use super::{child, constant, decode, deprecated, format, incremental, params, steps};
use crate::language::{Action, Data, DeletedKind, Epoch, MethodKind, MissingRows, On, OnBadRow};
use crate::literal::{RangeBound, Selector};
use crate::model::{
    Bound, Column, Decoding, Definition, Inside, JsonName, Key, Parent, Resource, SortColumn, Storage, TimeParam,
};
use crate::naming::{inside, unraw};

/// The user's struct, with derives and attributes for serde.
pub(super) fn item(krate: &Path, resource: &Resource) -> TokenStream {
    let item = &resource.item;
    if resource.definition.is_none() {
        return quote!(#item);
    }
    let mut item = item.clone();
    let by_derive = resource.decoding == Decoding::Serde && resource.copy.is_none();
    if let (true, syn::Item::Struct(item), Some(definition)) = (by_derive, &mut item, &resource.definition) {
        for_serde(krate, item, definition);
    }
    decode::derived(krate, &item, by_derive, false, resource.rename)
}

/// Lets serde's derive read the key of a row, and the times that are numbers.
fn for_serde(krate: &Path, item: &mut syn::ItemStruct, definition: &Definition) {
    for (field, declared) in item.fields.iter_mut().zip(&definition.fields) {
        if definition.row_key.as_ref() == Some(&declared.wire) {
            let name = &declared.wire;
            field.attrs.push(syn::parse_quote!(#[serde(rename(deserialize = #name))]));
        }
        let Some(unit) = declared.epoch else { continue };
        let function = match unit {
            Epoch::Seconds => "epoch_seconds",
            Epoch::Millis => "epoch_millis",
            Epoch::Micros => "epoch_micros",
        };
        let path = format!("{}::__private::{function}", plain(krate));
        field.attrs.push(syn::parse_quote!(#[serde(deserialize_with = #path)]));
        if inside(&declared.ty, "Option").is_some() {
            field.attrs.push(syn::parse_quote!(#[serde(default)]));
        }
    }
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
            Decoding::Serde => resource.copy.as_ref().map(|copy| {
                let mut copy = copy.clone();
                for_serde(krate, &mut copy.item, definition);
                decode::through_copy(krate, ident, &copy)
            }),
            Decoding::User => None,
        };
        let checks = definition.primary_key.iter().map(key_check);
        let filters = resource.api.iter().flat_map(|api| params::filter_checks(api, definition));
        let sorts = definition.sorts.iter().map(sort_check);
        let resource_impl = definition_of(krate, resource, definition);
        let has_window = definition.result_window.is_some();
        let range = definition.incremental.as_ref().filter(|range| has_window || !range.options.step.is_absent());
        let cut = range.map(incremental::cut);
        let bounds = definition.incremental.as_ref().map(|range| incremental::bounds(krate, range));
        let page_size = definition.page_size.as_ref().map(page_size_check);
        let times = definition.time_params.iter().map(time_check);
        quote!(#decode #resource_impl #(#checks)* #cut #bounds #page_size #(#times)* #(#filters)* #(#sorts)*)
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
            use #krate::{__private::{self, NotVerbatim as _, UntypedParam as _}, Column as __Column};
            #body
        };
    }
}

/// The type of a request's rows: the user's, or a stub where that is generic, which is a mistake.
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
        const _: () = {
            use #krate::__private;
            #decode #resource
        };
    }
}

/// That the type of a key's field can be one, at the place where the key is named.
fn key_check(key: &Key) -> TokenStream {
    let (cfgs, ty) = (&key.cfgs, &key.ty);
    at(key.place, quote!(#(#cfgs)* const _: () = __private::key::<#ty>();))
}

/// That the values of a field have an order that a query knows, at the place where it is named.
fn sort_check(SortColumn { name, ty, place, .. }: &SortColumn) -> TokenStream {
    let message = format!(
        "the values of `{name}` have no order that a query knows\nhelp: an order needs a number, a time or a text"
    );
    let absent = format!("`{name}` may be absent, and where the API lists such rows is not known");
    let arguments = quote!(<#ty as __Column>::STORED, #message, #absent);
    params::fits(*place, &quote!(sort_fits), arguments)
}

/// An order as a constant.
fn sort(SortColumn { column, descending, params, .. }: &SortColumn) -> TokenStream {
    let params = pairs(params);
    let params = list(params);
    quote!(__private::SortDef::new(#column, #descending, #params))
}

/// That the values of a param can be the size of a page, at the place where the param is named.
fn page_size_check((name, ty): &(Ident, Type)) -> TokenStream {
    at(name.span(), quote!(const _: () = __private::page_size_param::<#ty>();))
}

/// That the values of a param are times, at the place where it is written by a pattern.
fn time_check(TimeParam { ty, place }: &TimeParam) -> TokenStream {
    at(*place, quote!(const _: () = __private::written_time_param::<#ty>();))
}

fn definition_of(krate: &Path, resource: &Resource, definition: &Definition) -> TokenStream {
    let ident = &resource.ident;
    let paginator_type = paginator_type(krate, &definition.paginator);
    let def = constant(krate, resource, definition);
    let made_rows = format::made_rows(ident, &definition.format);
    let process = steps::process(krate, ident, &definition.steps);
    let child_rows = child::rows(krate, &definition.fields);
    let position = definition.incremental.as_ref().map(|range| incremental::position(krate, range));
    let puts = definition.fields.iter().filter_map(put).chain(definition.primary_key.iter().filter_map(put_key));
    quote! {
        #[automatically_derived]
        impl #krate::Resource for #ident {
            type Paginator = #paginator_type;
            const DEF: &'static __private::ResourceDef = &#def;
            #made_rows
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

/// The resource as a constant.
fn constant(krate: &Path, resource: &Resource, definition: &Definition) -> Constant {
    let mut def = Constant::new(quote!(__private::ResourceDef));
    def.set("name", &definition.name);
    def.set("path", &definition.path);
    def.set("paginator", paginator(krate, &definition.paginator));
    sent(&mut def, resource, definition);
    response(&mut def, definition);
    json_names(&mut def, resource, definition);
    stored(&mut def, krate, definition);
    def.set_some("retry", definition.retry.as_ref().map(retry));
    def.set_some("timeout", definition.timeout.map(duration));
    def.set_some("rate_limit", definition.rate_limit.map(rate));
    def.set_some("auth", definition.auth.as_ref().map(auth));
    def.set_opt("selected", (!definition.selected).then_some(false));
    def.set(
        "columns",
        list(definition.fields.iter().filter_map(column).chain(definition.primary_key.iter().filter_map(key_column))),
    );
    def
}

/// The fields for the request.
fn sent(def: &mut Constant, resource: &Resource, definition: &Definition) {
    def.set_unless("method", definition.method, MethodKind::Get);
    match &definition.data {
        Some(Data::Raw(text)) => {
            let text = text.pattern.written();
            def.set("data", some(quote!(__private::DataDef::Raw(#text))));
        }
        Some(Data::Form(form)) => {
            let members = members(form);
            def.set("data", some(quote!(__private::DataDef::Form(#members))));
        }
        None => def.set_some("json", definition.json.as_ref().map(json)),
    }
    def.set_list("headers", pairs(&definition.headers));
    def.set_list("fixed_params", pairs(&definition.params));
    def.set_list("secret_headers", secrets(&definition.secret_headers));
    def.set_list("secret_params", secrets(&definition.secret_params));
    def.set_list("times", definition.times.iter().map(incremental::written_time));
    def.set_list("sorts", definition.sorts.iter().map(sort));
    def.set_opt("processing", steps::processing(&definition.steps));
    def.set_list("params", resource.api.iter().flat_map(|api| params::constants(api, definition)));
}

/// The fields for the response.
fn response(def: &mut Constant, definition: &Definition) {
    format::set(def, definition);
    match &definition.selector {
        Some(Selector::Steps(path)) => def.set("selector", some(constant::steps(path))),
        Some(Selector::Query(query)) => def.set("jsonpath", some(query)),
        None => {}
    }
    def.set_some("row_key", definition.row_key.as_deref());
    def.set_some("body_prefix", definition.body_prefix.as_deref());
    def.set_unless("missing_rows", definition.missing_rows, MissingRows::Error);
    def.set_unless("on_bad_row", definition.on_bad_row, OnBadRow::Fail);
    def.set_list("response_actions", definition.actions.iter().map(|(on, action)| response_action(on, *action)));
}

/// The names that a row is read from, and where its fields come from.
fn json_names(def: &mut Constant, resource: &Resource, definition: &Definition) {
    def.set_some("fields_from", definition.fields_from.as_ref());
    let Some(names) = &definition.json_names else { return };
    let ident = &resource.ident;
    let is_compact = resource.decoding == Decoding::Compact;
    let names = if is_compact && names.iter().all(|name| name.cfgs.is_empty()) {
        quote!(<#ident as __private::Object>::KEYS)
    } else {
        list(names.iter().map(|JsonName { cfgs, name }| quote!(#(#cfgs)* #name)))
    };
    def.set("fields", some(names));
    def.set_opt("direct", (is_compact && is_direct(definition)).then_some(true));
}

/// The fields for a sync.
fn stored(def: &mut Constant, krate: &Path, definition: &Definition) {
    def.set_list("child_tables", child::tables(krate, &definition.fields));
    def.set_some("parent", parent(&definition.parent));
    def.set_list("partitions", params::partitions(definition));
    def.set_list(
        "primary_key",
        definition.primary_key.iter().map(|Key { cfgs, column, .. }| quote!(#(#cfgs)* #column)),
    );
    def.set("write_disposition", definition.disposition);
    def.set_unless("deleted", definition.deleted, DeletedKind::Keep);
    let includes = |bound| definition.range_columns.iter().any(|column| column.bound == bound);
    let (start, end) = (includes(RangeBound::Start), includes(RangeBound::End));
    def.set_opt("range_columns", (start || end).then(|| quote!(__private::RangeColumns { start: #start, end: #end })));
    def.set_some("incremental", definition.incremental.as_ref().map(|range| incremental::constant(krate, range)));
    def.set_some("cursor_column", definition.cursor_column());
    def.set_some("result_window", definition.result_window.map(number));
    def.set_some("page_size", definition.page_size.as_ref().map(|(name, _)| unraw(name)));
}

/// Whether a row is stored without being made: no step processes it, and all its fields are columns.
fn is_direct(definition: &Definition) -> bool {
    let is_inside = |key: &Key| !key.inside.is_empty();
    definition.steps.is_empty()
        && !definition.primary_key.iter().any(is_inside)
        && definition.fields.iter().all(|field| matches!(field.storage, Storage::Column(_)))
}

/// The parent of a resource, and the values of its rows that are used.
fn parent(parent: &Parent) -> Option<TokenStream> {
    let resource = parent.resource.as_ref()?;
    let bound = parent.bound.iter().filter_map(|bound| {
        let Bound { field, column, inside, ty, .. } = bound;
        let field = parent_field(&field.to_string(), &field.resource, column);
        let Some(inside) = inside else { return Some(field) };
        let (keys, kind) = (&inside.keys, params::kind(ty.as_ref()?));
        Some(quote!(#field.inside(&[#(#keys),*], (#kind).0)))
    });
    let included = parent.included.iter().map(|Column { name, resource, source, inside, ty, token, .. }| {
        let field = parent_field(name, resource, source);
        let Some(Inside { keys, is_optional }) = inside else { return field };
        let stored = at(token.span(), quote!(__Column > ::TYPE));
        let nullable = is_optional.then(|| quote!(.nullable()));
        quote!(#field.inside(&[#(#keys),*], <#ty as #stored) #nullable)
    });
    let (bound, included) = (list(bound), list(included));
    Some(quote!(__private::ParentDef { resource: #resource, bound: #bound, included: #included }))
}

fn parent_field(name: &str, resource: &str, column: &str) -> TokenStream {
    quote!(__private::ParentField::new(#name, #resource, #column))
}

fn response_action(on: &On, action: Action) -> TokenStream {
    let on = match on {
        On::Status(code, _) => {
            let code = number(*code);
            quote!(__private::On::Status(#code))
        }
        On::Text(token) => {
            let text = token.value();
            quote!(__private::On::Text(#text))
        }
        On::StatusText { code, text, .. } => {
            let (code, text) = (number(*code), text.value());
            quote!(__private::On::StatusText(#code, #text))
        }
        On::Body { path, value, .. } => {
            let path = constant::steps(path);
            let value = value.as_ref().map_or_else(|| quote!(::core::option::Option::None), |(text, _)| some(text));
            quote!(__private::On::Body(#path, #value))
        }
    };
    quote!(__private::ResponseAction { on: #on, action: #action })
}
