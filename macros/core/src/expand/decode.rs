//! Decoding: `Deserialize` for a row, written out so that it compiles fast and needs no dependency of the user's.

use proc_macro2::{Literal, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Ident, Path};

use crate::model::{Field, Storage};

/// `impl Deserialize`, reading an object key by key; keys that no field names are passed over.
pub(super) fn compact(krate: &Path, ident: &Ident, expecting: &str, fields: &[Field]) -> TokenStream {
    let private = quote!(#krate::__private);
    let keys = fields.iter().map(|field| &field.wire);
    let map = Ident::new("__map", Span::call_site());
    let slots: Vec<Ident> = (0..fields.len()).map(|at| format_ident!("__slot{at}")).collect();
    let declared = fields.iter().zip(&slots).map(|(field, slot)| {
        let cfgs = &field.cfgs;
        quote!(#(#cfgs)* let mut #slot = ::core::option::Option::None;)
    });
    let arms = fields.iter().zip(&slots).enumerate().map(|(at, (field, slot))| {
        let (cfgs, ty) = (&field.cfgs, &field.ty);
        let at = Literal::usize_unsuffixed(at);
        let read = match field.storage {
            Storage::Json(_) => quote_spanned!(ty.span()=> #private::json_field::<#ty, __A>(&mut #map)?),
            Storage::Column(_) | Storage::Skipped => {
                quote_spanned!(ty.span()=> #private::field::<#ty, __A>(&mut #map)?)
            }
        };
        quote!(#(#cfgs)* #at => #slot = ::core::option::Option::Some(#read),)
    });
    let members = fields.iter().zip(&slots).map(|(field, slot)| {
        let (cfgs, member, ty, wire) = (&field.cfgs, &field.ident, &field.ty, &field.wire);
        let value = match field.storage {
            Storage::Json(_) => quote_spanned!(ty.span()=> #private::required_json::<#ty, __A::Error>(#slot, #wire)?),
            Storage::Column(_) | Storage::Skipped => {
                quote_spanned!(ty.span()=> #private::required::<#ty, __A::Error>(#slot, #wire)?)
            }
        };
        quote!(#(#cfgs)* #member: #value,)
    });
    quote! {
        #[automatically_derived]
        impl<'de> #private::Deserialize<'de> for #ident {
            fn deserialize<__D: #private::Deserializer<'de>>(__deserializer: __D) -> ::core::result::Result<Self, __D::Error> {
                struct __Fields;
                impl<'de> #private::Visitor<'de> for __Fields {
                    type Value = #ident;
                    fn expecting(&self, __formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                        __formatter.write_str(#expecting)
                    }
                    fn visit_map<__A: #private::MapAccess<'de>>(self, mut #map: __A) -> ::core::result::Result<Self::Value, __A::Error> {
                        #(#declared)*
                        let mut __keys = #private::Keys::new(&[#(#keys),*]);
                        while let ::core::option::Option::Some(__key) = __keys.next(&mut #map)? {
                            match __key {
                                #(#arms)*
                                _ => #private::skip(&mut #map)?,
                            }
                        }
                        ::core::result::Result::Ok(#ident { #(#members)* })
                    }
                }
                __deserializer.deserialize_map(__Fields)
            }
        }
    }
}

/// `impl Deserialize` of a type that something is wrong with.
pub(super) fn stub(krate: &Path, ident: &Ident) -> TokenStream {
    quote! {
        #[automatically_derived]
        impl<'de> #krate::__private::Deserialize<'de> for #ident {
            fn deserialize<__D: #krate::__private::Deserializer<'de>>(_: __D) -> ::core::result::Result<Self, __D::Error> {
                loop {}
            }
        }
    }
}

/// The attributes that let serde derive, without a dependency of the user's.
pub(super) fn derive(krate: &Path, deserialize: bool, serialize: bool, rename: Option<&str>) -> TokenStream {
    let serde = quote!(#krate::__private::serde);
    let deserialize_derive = deserialize.then(|| quote!(#serde::Deserialize,));
    let serialize_derive = serialize.then(|| quote!(#serde::Serialize,));
    let derive = (deserialize || serialize).then(|| quote!(#[derive(#deserialize_derive #serialize_derive)]));
    let path = serde.to_string().replace(' ', "");
    let own = (deserialize || serialize).then(|| quote!(crate = #path,));
    let rename = rename.map(|rule| quote!(rename_all = #rule,));
    let attribute = (own.is_some() || rename.is_some()).then(|| quote!(#[serde(#own #rename)]));
    quote!(#derive #attribute)
}
