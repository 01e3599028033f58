//! The params of a resource as constants: their names, their places in a request, their types.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Type;
use syn::spanned::Spanned;

use super::place::at;
use crate::language::{Param, ParamValue, Style};
use crate::model::{Bound, Definition, PublicApi};
use crate::naming::{inside, unraw};

/// All that a request can be given: the arguments of the fetch method, and the optional params.
pub(super) fn constants(api: &PublicApi, definition: &Definition) -> Vec<TokenStream> {
    let bound = api.bound.iter().filter_map(|bound| of_parent(api, definition, bound));
    bound.chain(api.params.iter().filter_map(|param| constant(api, param))).collect()
}

fn of_parent(api: &PublicApi, definition: &Definition, bound: &Bound) -> Option<TokenStream> {
    let (name, key) = (unraw(&bound.argument), bound.field.to_string());
    let (resource, column) = (&bound.field.resource, &bound.column);
    let (place, ty) = (parent_place(api, definition, bound), kind(bound.ty.as_ref()?));
    Some(quote!(__private::ParamDef::new(#name, #key, #place, #ty).of_parent(#resource, #column)))
}

fn constant(api: &PublicApi, param: &Param) -> Option<TokenStream> {
    let (ty, required) = match &param.value {
        ParamValue::Static(_) | ParamValue::Several(_) => return None,
        ParamValue::Required(ty) => (ty, Some(quote!(.required()))),
        ParamValue::Optional { inner, .. } => (inner, None),
    };
    let (name, wire, place) = (unraw(&param.name), param.wire(), place(api, param));
    // The name of a list is known here, whatever its values are.
    let (ty, list) = match inside(ty, "Vec") {
        Some(item) => (kind(item), Some(quote!(.list()))),
        None => (kind(ty), None),
    };
    let csv = (param.style() == Style::Csv).then(|| quote!(.csv()));
    let text = api.texts.contains(&name).then(|| quote!(.in_text()));
    Some(quote!(__private::ParamDef::new(#name, #wire, #place, #ty) #list #csv #text #required))
}

fn kind(ty: &Type) -> TokenStream {
    let of = at(ty.span(), quote!(> ::OF));
    quote!(__private::ParamType::<#ty #of)
}

/// Where a request carries a param: the first of these places.
fn place(api: &PublicApi, param: &Param) -> TokenStream {
    let name = unraw(&param.name);
    if api.path.as_ref().is_some_and(|path| path.binds(&name)) {
        quote!(__private::ParamPlace::Path)
    } else if api.headers.contains(&name) {
        quote!(__private::ParamPlace::Header)
    } else if api.json.contains(&name) {
        quote!(__private::ParamPlace::Body)
    } else {
        quote!(__private::ParamPlace::Query)
    }
}

/// Where a request carries a value of a parent's row: the first of these places.
fn parent_place(api: &PublicApi, definition: &Definition, bound: &Bound) -> TokenStream {
    let placeholder = format!("{{{}}}", bound.field);
    let names = |pairs: &[(String, String)]| pairs.iter().any(|(_, value)| value.contains(&placeholder));
    if api.path.as_ref().is_some_and(|path| path.template.parents().any(|field| *field == bound.field)) {
        quote!(__private::ParamPlace::Path)
    } else if names(&definition.headers) {
        quote!(__private::ParamPlace::Header)
    } else if names(&definition.params) {
        quote!(__private::ParamPlace::Query)
    } else {
        quote!(__private::ParamPlace::Body)
    }
}

/// Whether a param stands in the path alone, which the fetch method fills in itself.
pub(super) fn fills_only_path(api: &PublicApi, param: &Param) -> bool {
    let name = unraw(&param.name);
    let is_filled = api.path.as_ref().is_some_and(|path| path.binds(&name) && !path.is_open());
    is_filled && !api.json.contains(&name) && !api.headers.contains(&name) && !api.texts.contains(&name)
}
