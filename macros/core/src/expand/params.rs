//! The params of a resource as constants: their names, their places in a request, their types.

use proc_macro2::{Delimiter, Group, Literal, Span, TokenStream};
use quote::{format_ident, quote};
use syn::Type;
use syn::spanned::Spanned;

use super::constant::some;
use super::place::at;
use crate::language::{FilterOperator, Filters, Param, ParamValue, PartitionValues, Style};
use crate::model::{Bound, Definition, Field, Inside, Partition, PublicApi};
use crate::naming::{inside, unraw};

/// All that a request can be given: the arguments of the fetch method, and the optional params.
pub(super) fn constants(api: &PublicApi, definition: &Definition) -> Vec<TokenStream> {
    let bound = api.bound.iter().filter_map(|bound| of_parent(api, definition, bound));
    let params = api.params.iter().filter_map(|param| constant(api, definition, param));
    bound.chain(params).chain(api.partitions.iter().map(|partition| of_partition(api, partition))).collect()
}

/// What a request can be narrowed to.
fn of_partition(api: &PublicApi, Partition { name, ty, .. }: &Partition) -> TokenStream {
    let name = unraw(name);
    let (place, ty) = (place(api, &name), kind(ty));
    quote!(__private::ParamDef::new(#name, #name, #place, #ty).partition())
}

/// The partitions of a resource as constants.
pub(super) fn partitions(definition: &Definition) -> impl Iterator<Item = TokenStream> {
    definition.partitions.iter().map(|partition| {
        let Partition { name, ty, values } = partition;
        let column = definition.partition_columns.iter().find(|column| column.partition.name == *name);
        let column = column.map_or_else(|| quote!(::core::option::Option::None), |column| some(&column.name));
        let (name, kind) = (unraw(name), kind(ty));
        let tokens = values.written().iter().map(|value| &value.token);
        let values = match values {
            PartitionValues::Texts(_) => quote!(Texts(&[#(#tokens),*])),
            PartitionValues::Integers(_) => quote!(Integers(&[#(#tokens),*])),
            PartitionValues::Numbers(values) => {
                let numbers = values.iter().filter_map(|value| value.text.parse().ok()).map(Literal::f64_suffixed);
                quote!(Reals(&[#(#numbers),*]))
            }
            PartitionValues::Param(list) => {
                let list = unraw(list);
                quote!(Param(#list))
            }
            PartitionValues::Unread => quote!(Texts(&[])),
        };
        quote! {
            __private::PartitionDef {
                name: #name,
                kind: (#kind).0,
                values: __private::PartitionValues::#values,
                column: #column,
            }
        }
    })
}

fn of_parent(api: &PublicApi, definition: &Definition, bound: &Bound) -> Option<TokenStream> {
    let (name, key) = (unraw(&bound.argument), bound.field.to_string());
    let (resource, column) = (&bound.field.resource, &bound.column);
    let (place, ty) = (parent_place(api, definition, bound), kind(bound.ty.as_ref()?));
    let inside = bound.inside.iter().map(|Inside { keys, .. }| quote!(.inside(&[#(#keys),*])));
    Some(quote!(__private::ParamDef::new(#name, #key, #place, #ty).of_parent(#resource, #column) #(#inside)*))
}

fn constant(api: &PublicApi, definition: &Definition, param: &Param) -> Option<TokenStream> {
    let (ty, required) = match &param.value {
        ParamValue::Static(_) | ParamValue::Several(_) | ParamValue::Partition | ParamValue::Secret(_) => return None,
        ParamValue::Required(ty) => (ty, Some(quote!(.required()))),
        ParamValue::Optional { inner, .. } => (inner, None),
    };
    let (name, wire) = (unraw(&param.name), param.wire());
    let place = place(api, &name);
    // The name of a list is known here, whatever its values are.
    let (ty, list) = match inside(ty, "Vec") {
        Some(item) => (kind(item), Some(quote!(.list()))),
        None => (kind(ty), None),
    };
    let csv = (param.style() == Style::Csv).then(|| quote!(.csv()));
    let text = api.texts.contains(&name).then(|| quote!(.in_text()));
    let filters = filter(definition, param).map(|(operator, field)| {
        let (operator, column) = (format_ident!("{}", operator.variant()), field.storage.column());
        let inexact = param.inexact.then(|| quote!(.inexact()));
        quote!(.filters(__private::ParamFilter::new(#column, __private::FilterOperator::#operator) #inexact))
    });
    Some(quote!(__private::ParamDef::new(#name, #wire, #place, #ty) #list #csv #text #required #filters))
}

/// What a param is compared with.
fn filter<'d>(definition: &'d Definition, param: &Param) -> Option<(FilterOperator, &'d Field)> {
    let Filters { operator, field } = param.filters.as_ref()?;
    let field = definition.fields.iter().find(|known| unraw(&known.ident) == unraw(&field.first))?;
    Some((*operator, field))
}

/// That the values of each param can be compared with those of the field that it filters, where the field is named.
pub(super) fn filter_checks(api: &PublicApi, definition: &Definition) -> impl Iterator<Item = TokenStream> {
    api.params.iter().filter_map(|param| {
        let (operator, field) = filter(definition, param)?;
        let of = match &param.value {
            ParamValue::Required(ty) | ParamValue::Optional { inner: ty, .. } => inside(ty, "Vec").unwrap_or(ty),
            ParamValue::Static(_) | ParamValue::Several(_) | ParamValue::Partition | ParamValue::Secret(_) => {
                return None;
            }
        };
        let place = param.filters.as_ref()?.field.span();
        let (name, column) = (unraw(&param.name), unraw(&field.ident));
        let differ = format!("the param `{name}` and the field `{column}` have values of different types, which no filter compares\nhelp: declare `{name}` with the field's type");
        let unordered = format!("the order of the values of `{column}` is the API's own, and no query knows it\nhelp: a bound needs a number or a time: write `filters {column}` if `{name}` is the one value of the rows");
        let stored = format!("`{column}` is stored as JSON text, whose values no query compares\nhelp: a filter needs a field that is a column of its own type");
        let (field, of, is_bound) = (&field.ty, kind(of), operator.is_bound());
        let arguments = quote!(<#field as __Column>::TYPE, (#of).0, #is_bound, #differ, #unordered, #stored);
        Some(fits(place, &quote!(filter_fits), arguments))
    })
}

/// A check that is called at a place. The types in its arguments stay where they were written.
pub(super) fn fits(place: Span, check: &TokenStream, arguments: TokenStream) -> TokenStream {
    let mut arguments = Group::new(Delimiter::Parenthesis, arguments);
    arguments.set_span(arguments.span().located_at(place));
    let check = at(place, quote!(const _: () = __private::#check));
    quote!(#check #arguments;)
}

pub(super) fn kind(ty: &Type) -> TokenStream {
    let of = at(ty.span(), quote!(> ::OF));
    quote!(__private::ParamType::<#ty #of)
}

/// Where a request carries a param: the first of these places.
fn place(api: &PublicApi, name: &str) -> TokenStream {
    let is_in = |names: &[String]| names.iter().any(|known| known == name);
    if api.path.as_ref().is_some_and(|path| path.binds(name)) {
        quote!(__private::ParamPlace::Path)
    } else if is_in(&api.headers) {
        quote!(__private::ParamPlace::Header)
    } else if is_in(&api.json) {
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
