//! A field as a column: its definition, and how its value is stored.

use proc_macro2::TokenStream;
use quote::quote;
use syn::spanned::Spanned;
use syn::{GenericArgument, PathArguments, Type};

use super::decode::epoch_unit;
use super::place::at;
use crate::model::{Field, Key, Storage};

pub(super) fn column(field: &Field) -> Option<TokenStream> {
    let (cfgs, ty) = (&field.cfgs, &field.ty);
    match &field.storage {
        Storage::Column(name) => {
            let stored = at(ty.span(), quote!(__Column > ::STORED));
            let stored = quote!(<#ty as #stored);
            if let Some(unit) = field.epoch.map(epoch_unit) {
                return Some(quote!(#(#cfgs)* __private::ColumnDef::of(#name, #stored).epoch(#unit)));
            }
            if is_one_value(ty) {
                return Some(quote!(#(#cfgs)* __private::ColumnDef::of(#name, #stored)));
            }
            Some(quote! {
                #(#cfgs)* __private::ColumnDef::of(#name, #stored).verbatim_if(__private::OptionalVerbatim::<#ty>::is_verbatim)
            })
        }
        Storage::Json(name) => Some(quote!(#(#cfgs)* __private::ColumnDef::json(#name))),
        Storage::Child(_) | Storage::Skipped => None,
    }
}

/// Whether a type is known not to be stored as JSON, by the look of it.
fn is_one_value(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    let Some(last) = path.path.segments.last() else { return false };
    match &last.arguments {
        PathArguments::None => matches!(
            last.ident.to_string().as_str(),
            "String"
                | "bool"
                | "i8"
                | "i16"
                | "i32"
                | "i64"
                | "u8"
                | "u16"
                | "u32"
                | "u64"
                | "f32"
                | "f64"
                | "Timestamp"
        ),
        PathArguments::AngleBracketed(arguments) if last.ident == "Option" => {
            arguments.args.iter().all(|argument| matches!(argument, GenericArgument::Type(ty) if is_one_value(ty)))
        }
        _ => false,
    }
}

pub(super) fn put(field: &Field) -> Option<TokenStream> {
    let (cfgs, ty, member) = (&field.cfgs, &field.ty, &field.member);
    let value = at(ty.span(), quote!(&self.#member));
    match &field.storage {
        Storage::Column(_) => {
            let put = at(ty.span(), quote!(__Column>::put(#value, __row)));
            Some(quote!(#(#cfgs)* <#ty as #put;))
        }
        Storage::Json(_) => {
            let put = at(ty.span(), quote!(__row.json(#value)));
            Some(quote!(#(#cfgs)* #put;))
        }
        Storage::Child(_) | Storage::Skipped => None,
    }
}

/// The column of a key inside of a field.
pub(super) fn key_column(Key { column, ty, cfgs, place, inside, .. }: &Key) -> Option<TokenStream> {
    let stored = at(*place, quote!(__Column > ::STORED));
    (!inside.is_empty()).then(|| quote!(#(#cfgs)* __private::ColumnDef::of(#column, <#ty as #stored)))
}

pub(super) fn put_key(Key { ty, cfgs, place, inside, .. }: &Key) -> Option<TokenStream> {
    let members = inside.iter().map(|access| &access.member);
    let put = at(*place, quote!(__Column>::put(&self #(.#members)*, __row)));
    (!inside.is_empty()).then(|| quote!(#(#cfgs)* <#ty as #put;))
}
