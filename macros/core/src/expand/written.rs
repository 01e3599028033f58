//! What a destination must be able to write for a sync: a bound on its type.

use proc_macro2::TokenStream;
use quote::quote;

use crate::language::{DispositionKind, ParamValue};
use crate::model::{Resource, Source};

/// A bound for each disposition, which names the first resource that needs it: one error is enough.
pub(super) fn bounds(source: &Source) -> Vec<TokenStream> {
    let krate = &source.krate;
    let bound = |(kind, name): (DispositionKind, TokenStream)| {
        let resource = source.resources().find(|resource| is_always_written(resource, kind))?;
        let row = &resource.ident;
        Some(quote!(#krate::destination::#name<#row>))
    };
    let kinds = [
        (DispositionKind::Append, quote!(Append)),
        (DispositionKind::Merge, quote!(Merge)),
        (DispositionKind::Replace, quote!(Replace)),
    ];
    kinds.into_iter().filter_map(bound).collect()
}

/// Whether each sync writes its rows so, unless it says otherwise. One that is not sure counts as no: a program that works is
/// never refused.
fn is_always_written(resource: &Resource, kind: DispositionKind) -> bool {
    let (Some(api), Some(definition)) = (&resource.api, &resource.definition) else { return false };
    let needs_values = api.params.iter().any(|param| matches!(param.value, ParamValue::Required(_)));
    definition.disposition == kind
        && definition.selected
        && definition.parent.resource.is_none()
        && !needs_values
        && !resource.generic
        && resource.cfgs.is_empty()
}
