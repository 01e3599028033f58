//! `incremental(…)` as a constant, and how new a row is.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Path;

use super::constant::{duration, some, steps};
use super::place::at;
use crate::language::{Epoch, Format, Lag};
use crate::model::{Cursor, Incremental, Milliseconds};

/// The range of a resource: what differs from the runtime's defaults.
pub(super) fn constant(krate: &Path, range: &Incremental) -> TokenStream {
    let Cursor { name, ty, place, .. } = &range.cursor;
    let kind = at(*place, quote!(<#ty as #krate::CursorValue>::KIND));
    let mut fields = vec![quote!(cursor: #name), quote!(kind: #kind)];
    let texts = [
        (quote!(start_param), &range.start_param),
        (quote!(end_param), &range.end_param),
        (quote!(initial_value), &range.initial_value),
        (quote!(end_value), &range.end_value),
    ];
    for (field, text) in texts {
        if let Some(text) = text {
            let text = some(text);
            fields.push(quote!(#field: #text));
        }
    }
    for (field, path) in
        [(quote!(start_body_path), &range.start_body_path), (quote!(end_body_path), &range.end_body_path)]
    {
        if let Some(path) = path {
            let path = some(steps(path));
            fields.push(quote!(#field: #path));
        }
    }
    if let Some(lag) = &range.lag {
        let lag = some(match lag {
            Lag::Time(text) => {
                let time = duration(Milliseconds(text.value.milliseconds));
                quote!(__private::Lag::Time(#time))
            }
            Lag::Count(number) => {
                let count = number.literal();
                quote!(__private::Lag::Count(#count))
            }
        });
        fields.push(quote!(lag: #lag));
    }
    if let Some(format) = &range.format {
        let format = some(match format {
            Format::Pattern(text) => {
                let pattern = text.token.value();
                quote!(__private::Format::Pattern(#pattern))
            }
            Format::Epoch(Epoch::Seconds, _) => quote!(__private::Format::EpochSeconds),
            Format::Epoch(Epoch::Millis, _) => quote!(__private::Format::EpochMillis),
            Format::Epoch(Epoch::Micros, _) => quote!(__private::Format::EpochMicros),
        });
        fields.push(quote!(format: #format));
    }
    if range.end_inclusive {
        fields.push(quote!(end_inclusive: true));
    }
    quote!(__private::IncrementalDef { #(#fields,)* ..__private::IncrementalDef::DEFAULT })
}

/// How new a row is.
pub(super) fn position(krate: &Path, range: &Incremental) -> TokenStream {
    let Cursor { member, ty, place, .. } = &range.cursor;
    let position = some(at(*place, quote!(<#ty as #krate::CursorValue>::position(&self.#member))));
    quote! {
        #[inline]
        fn position(&self) -> ::core::option::Option<#krate::Position> {
            #position
        }
    }
}

/// That the range can be cut, where it may have to be.
pub(super) fn cut(range: &Incremental) -> TokenStream {
    let Cursor { ty, place, .. } = &range.cursor;
    at(*place, quote!(const _: () = __private::sliceable::<#ty>();))
}
