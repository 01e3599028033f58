//! The processing steps of a resource. Each function is named once, with its type, so that a wrong one is reported where
//! it stands.

use proc_macro2::TokenStream;
use quote::quote;
use syn::spanned::Spanned;
use syn::{Ident, Path};

use super::place::at;
use super::step_params;
use crate::model::{Process, ProcessKind, Takes};

/// The method that processes rows.
pub(super) fn process(krate: &Path, ident: &Ident, steps: &[Process]) -> Option<TokenStream> {
    if steps.is_empty() {
        return None;
    }
    let vec = quote!(__private::Vec<#ident>);
    let params = step_params::name();
    let all = steps.iter().map(|step| match step.takes {
        Takes::Row => of_row(ident, &vec, step),
        Takes::RowAndParams => of_row_and_params(ident, &vec, &params, step),
        Takes::Either => of_either(ident, &vec, &params, step),
    });
    if steps.iter().all(|step| step.takes == Takes::Row) {
        return Some(quote! {
            #[allow(unused_mut)]
            #[inline]
            fn process(mut __rows: #vec) -> #vec {
                #(#all)*
                __rows
            }
        });
    }
    Some(quote! {
        #[allow(unused_mut)]
        #[inline]
        fn process_with(
            mut __rows: #vec,
            __params: ::core::option::Option<&__private::StepParams>,
        ) -> #krate::Result<#vec> {
            let __params: &#params = __private::params_of(__params)?;
            #(#all)*
            ::core::result::Result::Ok(__rows)
        }
    })
}

/// What the steps do with rows; none where there are no steps.
pub(super) fn processing(steps: &[Process]) -> Option<TokenStream> {
    let drops = |step: &Process| matches!(step.kind, ProcessKind::Filter);
    let what = if steps.iter().all(drops) { quote!(Drops) } else { quote!(Changes) };
    (!steps.is_empty()).then(|| quote!(__private::Processing::#what))
}

fn of_row(ident: &Ident, vec: &TokenStream, Process { kind, function, .. }: &Process) -> TokenStream {
    match kind {
        ProcessKind::Filter => {
            let ty = at(function.span(), quote!(fn(&#ident) -> bool));
            quote! {
                let __keep: #ty = #function;
                __rows.retain(__keep);
            }
        }
        ProcessKind::Map => {
            let ty = at(function.span(), quote!(fn(#ident) -> #ident));
            quote! {
                let __change: #ty = #function;
                let mut __rows: #vec = ::core::iter::Iterator::collect(::core::iter::Iterator::map(
                    ::core::iter::IntoIterator::into_iter(__rows),
                    __change,
                ));
            }
        }
        ProcessKind::YieldMap => {
            let split = at(function.span(), quote!(__private::yield_map::<#ident, _>));
            quote! {
                let mut __rows: #vec = #split(__rows, #function);
            }
        }
    }
}

fn of_row_and_params(
    ident: &Ident,
    vec: &TokenStream,
    params: &Ident,
    Process { kind, function, .. }: &Process,
) -> TokenStream {
    match kind {
        ProcessKind::Filter => {
            let ty = at(function.span(), quote!(fn(&#ident, &#params) -> bool));
            quote! {
                let __keep: #ty = #function;
                __rows.retain(|__row| __keep(__row, __params));
            }
        }
        ProcessKind::Map => {
            let ty = at(function.span(), quote!(fn(#ident, &#params) -> #ident));
            quote! {
                let __change: #ty = #function;
                let mut __rows: #vec = ::core::iter::Iterator::collect(::core::iter::Iterator::map(
                    ::core::iter::IntoIterator::into_iter(__rows),
                    |__row| __change(__row, __params),
                ));
            }
        }
        ProcessKind::YieldMap => {
            let split = at(function.span(), quote!(__private::yield_map_with::<#ident, #params, _>));
            quote! {
                let mut __rows: #vec = #split(__rows, #function, __params);
            }
        }
    }
}

/// Of a function that the module does not show: the compiler finds out what it takes.
fn of_either(
    ident: &Ident,
    vec: &TokenStream,
    params: &Ident,
    Process { kind, function, .. }: &Process,
) -> TokenStream {
    let place = function.span();
    match kind {
        ProcessKind::Filter => {
            let filter = at(place, quote!(__private::filter_rows::<#ident, #params, _>));
            quote!(#filter(&mut __rows, #function, __params);)
        }
        ProcessKind::Map => {
            let map = at(place, quote!(__private::map_rows::<#ident, #params, _>));
            quote!(let mut __rows: #vec = #map(__rows, #function, __params);)
        }
        ProcessKind::YieldMap => {
            let split = at(place, quote!(__private::yield_rows::<#ident, #params, _>));
            quote!(let mut __rows: #vec = #split(__rows, #function, __params);)
        }
    }
}
