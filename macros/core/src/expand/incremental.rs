//! `incremental(…)` as a constant, and how new a row is.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};
use syn::Path;

use super::constant::{Constant, duration, some, steps};
use super::place::at;
use crate::language::{Epoch, Format, Lag, Point, RangeStep, Zone};
use crate::literal::{BodyPath, CalendarSpan, FromNow, RangeBound, TimeSource, WireName, WrittenTime, ZoneName};
use crate::model::{Access, Cursor, Incremental};
use crate::naming::unraw;
use crate::syntax::{Slot, Text};

/// The range of a resource.
pub(super) fn constant(
    krate: &Path,
    Incremental { cursor, options, ends_now, each_position, .. }: &Incremental,
) -> Constant {
    let Cursor { name, ty, place, .. } = cursor;
    let text = |slot: &Slot<Text<WireName>>| slot.get().map(|text| text.token.value());
    let path = |slot: &Slot<Text<BodyPath>>| slot.get().map(|text| steps(&text.value.0));
    let mut def = Constant::new(quote!(__private::IncrementalDef));
    def.set("cursor", name);
    def.set("kind", at(*place, quote!(<#ty as #krate::CursorValue>::KIND)));
    def.set_some("start_param", text(&options.start_param));
    def.set_some("end_param", text(&options.end_param));
    def.set_some("initial_value", options.initial_value.get().and_then(point));
    def.set_some("end_value", options.end_value.get().and_then(point));
    def.set_opt("ends_now", ends_now.then_some(true));
    def.set_some("start_body_path", path(&options.start_body_path));
    def.set_some("end_body_path", path(&options.end_body_path));
    def.set_some("lag", options.lag.get().map(lag));
    def.set_some("format", options.format.get().map(format));
    def.set_some("timezone", options.timezone.get().map(timezone));
    def.set_opt("start_exclusive", options.start_exclusive.get().filter(|flag| flag.value));
    def.set_opt("missing_cursor", options.missing_cursor.get().map(|missing| missing.kind));
    def.set_opt("range_end", options.range_end.get());
    def.set_some("order", options.order.get());
    def.set_opt("positions", each_position.then(|| quote!(__private::Positions::Each)));
    def.set_some("step", options.step.get().map(range_step));
    def.set_opt("end_inclusive", options.end_inclusive.get().filter(|flag| flag.value));
    def
}

/// None for the moment at which a run begins.
fn point(point: &Point) -> Option<TokenStream> {
    let value = match point {
        Point::Text(token) => token.value(),
        Point::Number(number) => number.value.to_string(),
        Point::Now(FromNow::NOW, _) => return None,
        Point::Now(moment, _) => {
            let moment = from_now(*moment);
            return Some(quote!(__private::Setting::Value(__private::Point::Now(#moment))));
        }
        Point::Param(name) => {
            let name = unraw(name);
            return Some(quote!(__private::Setting::Param(#name)));
        }
    };
    Some(quote!(__private::Setting::Value(__private::Point::Text(#value))))
}

fn from_now(FromNow { milliseconds }: FromNow) -> TokenStream {
    let milliseconds = Literal::i64_unsuffixed(milliseconds);
    quote!(__private::FromNow { milliseconds: #milliseconds })
}

/// A time that requests write by a pattern.
pub(super) fn written_time(time: &WrittenTime) -> TokenStream {
    let (name, pattern) = (time.to_string(), &time.pattern);
    let source = match time.source {
        TimeSource::Now(moment) => {
            let moment = from_now(moment);
            quote!(Now(#moment))
        }
        TimeSource::Param => {
            let param = time.name();
            quote!(Param(#param))
        }
        TimeSource::Bound(RangeBound::Start) => quote!(Start),
        TimeSource::Bound(RangeBound::End) => quote!(End),
    };
    quote!(__private::WrittenTime { name: #name, source: __private::TimeSource::#source, pattern: #pattern })
}

/// That the types of params that bound the range go with the cursor's.
pub(super) fn bounds(krate: &Path, range: &Incremental) -> TokenStream {
    let ty = &range.cursor.ty;
    let checks = range.param_types.iter().map(|(name, param)| {
        let of = quote!(<#ty as #krate::CursorValue>::KIND, __private::ParamType::<#param>::OF);
        at(name.span(), quote!(const _: () = __private::bound(#of);))
    });
    let lag = range.lag_type.iter().map(|(name, param)| {
        let kind = quote!(<#ty as #krate::CursorValue>::KIND);
        at(name.span(), quote!(const _: () = __private::lag_param::<#param>(#kind);))
    });
    checks.chain(lag).collect()
}

fn lag(lag: &Lag) -> TokenStream {
    match lag {
        Lag::Time(text) => {
            let time = duration(text.value);
            quote!(__private::Lag::Time(#time))
        }
        Lag::Count(number) => {
            let count = number.literal();
            quote!(__private::Lag::Count(#count))
        }
        Lag::Param(name) => {
            let name = unraw(name);
            quote!(__private::Lag::Param(#name))
        }
    }
}

fn range_step(step: &RangeStep) -> TokenStream {
    let (variant, count) = match step {
        RangeStep::Count(number) => ("Count", number.value),
        RangeStep::Time(text) => match text.value {
            CalendarSpan::Seconds(count) => ("Seconds", count),
            CalendarSpan::Days(count) => ("Days", count),
            CalendarSpan::Months(count) => ("Months", count),
        },
    };
    let (variant, count) = (format_ident!("{variant}"), Literal::i64_unsuffixed(count));
    quote!(__private::RangeStep::#variant(#count))
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

fn timezone(zone: &Zone) -> TokenStream {
    match zone {
        Zone::Name(text) => {
            let ZoneName { name, tzif } = text.value;
            let tzif = Literal::byte_string(tzif);
            quote!(__private::Setting::Value(__private::ZoneDef { name: #name, tzif: #tzif }))
        }
        Zone::Param(name) => {
            let name = unraw(name);
            quote!(__private::Setting::Param(#name))
        }
    }
}

/// How new a row is.
pub(super) fn position(krate: &Path, range: &Incremental) -> TokenStream {
    let Cursor { accesses, ty, place, .. } = &range.cursor;
    let position = |value: TokenStream| at(*place, quote!(<#ty as #krate::CursorValue>::position(#value)));
    let position = if accesses.iter().any(|access| access.optional) {
        let (value, map) = (optional(accesses), position(quote!(__value)));
        quote!(::core::option::Option::map(#value, |__value| #map))
    } else {
        let members = accesses.iter().map(|access| &access.member);
        some(position(quote!(&self #(.#members)*)))
    };
    quote! {
        #[inline]
        fn position(&self) -> ::core::option::Option<#krate::Position> {
            #position
        }
    }
}

/// A field that may be absent, or inside of one that may.
fn optional(accesses: &[Access]) -> TokenStream {
    let mut value = quote!(self);
    let mut is_optional = false;
    for Access { member, optional } in accesses {
        value = match (is_optional, optional) {
            (false, false) => quote!(#value.#member),
            (false, true) => quote!(::core::option::Option::as_ref(&#value.#member)),
            (true, false) => quote!(::core::option::Option::map(#value, |__value| &__value.#member)),
            (true, true) => quote! {
                ::core::option::Option::and_then(#value, |__value| ::core::option::Option::as_ref(&__value.#member))
            },
        };
        is_optional |= *optional;
    }
    value
}

/// That the range can be cut, where it may have to be.
pub(super) fn cut(range: &Incremental) -> TokenStream {
    let Cursor { ty, place, .. } = &range.cursor;
    at(*place, quote!(const _: () = __private::sliceable::<#ty>();))
}
