//! `incremental(…)` as a constant, and how new a row is.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Path;

use super::constant::{Constant, duration, some, steps};
use super::place::at;
use crate::language::{Epoch, Format, Lag};
use crate::model::{Cursor, Incremental, Milliseconds};

/// The range of a resource.
pub(super) fn constant(krate: &Path, range: &Incremental) -> Constant {
    let Cursor { name, ty, place, .. } = &range.cursor;
    let mut def = Constant::new(quote!(__private::IncrementalDef));
    def.set("cursor", name);
    def.set("kind", at(*place, quote!(<#ty as #krate::CursorValue>::KIND)));
    def.set_some("start_param", range.start_param.as_ref());
    def.set_some("end_param", range.end_param.as_ref());
    def.set_some("initial_value", range.initial_value.as_ref());
    def.set_some("end_value", range.end_value.as_ref());
    def.set_some("start_body_path", range.start_body_path.as_deref().map(steps));
    def.set_some("end_body_path", range.end_body_path.as_deref().map(steps));
    def.set_some("lag", range.lag.as_ref().map(lag));
    def.set_some("format", range.format.as_ref().map(format));
    def.set_opt("end_inclusive", range.end_inclusive.then_some(true));
    def
}

fn lag(lag: &Lag) -> TokenStream {
    match lag {
        Lag::Time(text) => {
            let time = duration(Milliseconds(text.value.milliseconds));
            quote!(__private::Lag::Time(#time))
        }
        Lag::Count(number) => {
            let count = number.literal();
            quote!(__private::Lag::Count(#count))
        }
    }
}

fn format(format: &Format) -> TokenStream {
    match format {
        Format::Pattern(text) => {
            let pattern = text.token.value();
            quote!(__private::Format::Pattern(#pattern))
        }
        Format::Epoch(Epoch::Seconds, _) => quote!(__private::Format::EpochSeconds),
        Format::Epoch(Epoch::Millis, _) => quote!(__private::Format::EpochMillis),
        Format::Epoch(Epoch::Micros, _) => quote!(__private::Format::EpochMicros),
    }
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
