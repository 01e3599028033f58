//! Decoding: `Deserialize` written out, so that it compiles fast and needs no dependency of the user's.
//!
//! Where a field's type is wrong, each mention of it is an error; as long as they say the same at the same place, the
//! compiler shows one. So the first thing said about a type is always `<T as Column>`, or `<T as Deserialize>`.

use proc_macro2::{Literal, Span, TokenStream};
use quote::{format_ident, quote};
use syn::spanned::Spanned;
use syn::{Ident, Item, Path, Type};

use super::place::at;
use crate::items::attrs_mut;
use crate::language::Epoch;
use crate::model::{ChildTable, Field, SerdeCopy, Storage};
use crate::naming::{Rule, inside, unraw};

/// `impl Deserialize`, reading an object key by key. Unknown keys are skipped, or go to the field for them.
pub(super) fn compact(krate: &Path, ident: &Ident, expecting: &str, fields: &[Field]) -> TokenStream {
    let (extra, fields): (Vec<&Field>, Vec<&Field>) = fields.iter().partition(|field| field.extra);
    let extra = extra.first();
    let rest = extra.map(|field| {
        let default = at(field.ty.span(), quote!(<#krate::Extra as ::core::default::Default>::default()));
        quote!(let mut __extra = #default;)
    });
    let next = if extra.is_some() { quote!(__keys.next_into(__map, &mut __extra)) } else { quote!(__keys.next(__map)) };
    let kept = extra.map(|Field { ident, .. }| quote!(#ident: __extra,));
    let keys = fields.iter().map(|field| &field.wire);
    let slots: Vec<Ident> = (0..fields.len()).map(|at| format_ident!("__slot{at}")).collect();
    let parts: Vec<Parts> = fields.iter().zip(&slots).map(|(field, slot)| Parts::new(krate, field, slot)).collect();
    let declared = fields.iter().zip(&slots).zip(&parts).map(|((field, slot), Parts { absent, .. })| {
        let cfgs = &field.cfgs;
        quote!(#(#cfgs)* let mut #slot = #absent;)
    });
    let arms = fields.iter().zip(&parts).enumerate().map(|(index, (field, Parts { read, .. }))| {
        let cfgs = &field.cfgs;
        let index = Literal::usize_unsuffixed(index);
        quote!(#(#cfgs)* #index => #read,)
    });
    let members = fields.iter().zip(&parts).map(|(field, Parts { value, .. })| {
        let (cfgs, member) = (&field.cfgs, &field.ident);
        quote!(#(#cfgs)* #member: #value,)
    });
    let deserialize = deserialize(ident, &quote!(__private::object(__deserializer)));
    quote! {
        #deserialize
        #[automatically_derived]
        impl __private::Object for #ident {
            const EXPECTED: &'static str = #expecting;
            const KEYS: &'static [&'static str] = &[#(#keys),*];
            fn names() -> &'static __private::FieldNames {
                static NAMES: __private::FieldNames = __private::FieldNames::new(<#ident as __private::Object>::KEYS);
                &NAMES
            }
            fn members<'de, __A: __private::MapAccess<'de>>(
                __keys: &mut __private::FieldKeys<'_>,
                __map: &mut __A,
            ) -> ::core::result::Result<Self, __A::Error> {
                #(#declared)*
                #rest
                while let ::core::option::Option::Some(__key) = #next? {
                    match __key {
                        #(#arms)*
                        _ => __private::skip(__map),
                    }?;
                }
                ::core::result::Result::Ok(#ident { #(#members)* #kept })
            }
        }
    }
}

/// How one field is read.
struct Parts {
    /// The value of its slot before it is read.
    absent: TokenStream,
    /// Reading it from the map into its slot.
    read: TokenStream,
    /// Its value in the end.
    value: TokenStream,
}

impl Parts {
    fn new(krate: &Path, field: &Field, slot: &Ident) -> Self {
        let (ty, wire) = (&field.ty, &field.wire);
        let here = |tokens: TokenStream| at(ty.span(), tokens);
        let is_column = field.epoch.is_some()
            || match field.storage {
                Storage::Column(_) => true,
                // The user says that it need not be one.
                Storage::Json(_) => false,
                Storage::Child(_) | Storage::Skipped => reads_as_column(ty),
            };
        match &field.storage {
            _ if is_column => Self {
                absent: {
                    let column = here(quote!(__Column > ::absent()));
                    quote!(<#ty as #column)
                },
                read: if let Some(unit) = field.epoch {
                    let (function, slot) = (here(quote!(__private::field_epoch)), here(quote!(__map, &mut #slot)));
                    let unit = epoch_unit(unit);
                    quote!(#function::<#ty, __A>(#slot, #unit))
                } else {
                    let column = here(quote!(__Column > ::field(__map, &mut #slot)));
                    quote!(<#ty as #column)
                },
                value: {
                    let column = here(quote!(__Column > ::required(__map, #slot, #wire)));
                    quote!(<#ty as #column?)
                },
            },
            // A type that is no column need only be readable.
            Storage::Child(table) => {
                let ChildTable { element, optional, .. } = &**table;
                let here = |tokens: TokenStream| at(element.span(), tokens);
                let unread = here(quote!(#krate::ChildRow>::unread()));
                let function = if *optional { quote!(optional_list) } else { quote!(list_of) };
                let into = here(quote!(#krate::ChildRow>::#function(__map, &mut #slot)));
                let missing = quote!(|| <__A::Error as __private::DeError>::missing_field(#wire));
                Self {
                    absent: quote!(<#element as #unread),
                    read: quote!(<#element as #into),
                    value: if *optional {
                        quote!(::core::option::Option::flatten(#slot))
                    } else {
                        quote!(::core::option::Option::ok_or_else(#slot, #missing)?)
                    },
                }
            }
            Storage::Column(_) | Storage::Json(_) | Storage::Skipped => Self {
                absent: quote!(::core::option::Option::None),
                read: {
                    let (function, slot) = (here(quote!(__private::field_json)), here(quote!((__map, &mut #slot))));
                    quote!(#function::<#ty, __A>#slot)
                },
                value: {
                    let function = here(quote!(__private::required_json));
                    let slot = here(quote!((__map, #slot, #wire)));
                    quote!(#function::<#ty, __A>#slot?)
                },
            },
        }
    }
}

/// The unit of times that are numbers.
pub(super) fn epoch_unit(unit: Epoch) -> TokenStream {
    let unit = match unit {
        Epoch::Seconds => quote!(Seconds),
        Epoch::Millis => quote!(Millis),
        Epoch::Micros => quote!(Micros),
    };
    quote!(__private::EpochUnit::#unit)
}

/// Whether a type is surely one that a column reads more carefully than serde does, by its name: a whole number, or a civil time.
pub(super) fn reads_as_column(ty: &Type) -> bool {
    let ty = inside(ty, "Option").unwrap_or(ty);
    let Type::Path(path) = ty else { return false };
    let names: Vec<String> = path.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    matches!(
        names.iter().map(String::as_str).collect::<Vec<_>>().as_slice(),
        ["i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64"] | [.., "civil", "Date" | "Time" | "DateTime"]
    )
}

/// `impl Deserialize` of a struct around the one value that a row is.
pub(super) fn newtype(ident: &Ident, Field { ty, storage, .. }: &Field) -> TokenStream {
    let read = match storage {
        Storage::Column(_) => quote!(__Column > ::read),
        Storage::Json(_) | Storage::Child(_) | Storage::Skipped => quote!(__private::Deserialize<'de>>::deserialize),
    };
    let value = at(ty.span(), quote!(#read(__deserializer)));
    deserialize(ident, &quote!(::core::result::Result::map(<#ty as #value, #ident)))
}

pub(super) fn deserialize(ident: &Ident, body: &TokenStream) -> TokenStream {
    quote! {
        #[automatically_derived]
        impl<'de> __private::Deserialize<'de> for #ident {
            fn deserialize<__D: __private::Deserializer<'de>>(__deserializer: __D) -> ::core::result::Result<Self, __D::Error> {
                #body
            }
        }
    }
}

pub(super) fn serialize(ident: &Ident, body: &TokenStream) -> TokenStream {
    quote! {
        #[automatically_derived]
        impl __private::Serialize for #ident {
            fn serialize<__S: __private::Serializer>(&self, __serializer: __S) -> ::core::result::Result<__S::Ok, __S::Error> {
                #body
            }
        }
    }
}

/// `impl Deserialize` by serde's derive on a copy of the struct. What the copy does not name is put into the `Extra`.
pub(super) fn through_copy(krate: &Path, ident: &Ident, copy: &SerdeCopy) -> TokenStream {
    let SerdeCopy { item, rename, extra } = copy;
    let mut item = item.clone();
    item.ident = format_ident!("__{}", unraw(ident), span = Span::call_site());
    let (copied, name) = (item.ident.clone(), ident.to_string());
    item.attrs.push(syn::parse_quote!(#[serde(remote = #name)]));
    let derived = derived(krate, &Item::Struct(item), true, false, *rename);
    let put = extra.iter().map(|(field, cfgs)| quote!(#(#cfgs)* { __row.#field = __extra; }));
    let body = quote! {
        let mut __extra = <#krate::Extra as ::core::default::Default>::default();
        let mut __row = #copied::deserialize(__private::BesideExtra::new(__deserializer, &mut __extra))?;
        #(#put)*
        ::core::result::Result::Ok(__row)
    };
    let deserialize = deserialize(ident, &body);
    quote! {
        #[allow(dead_code)]
        #derived
        #deserialize
    }
}

/// `impl Serialize`, the counterpart of [`compact`].
pub(super) fn encode(ident: &Ident, fields: &[Field]) -> TokenStream {
    let name = ident.to_string();
    let count = Literal::usize_unsuffixed(fields.len());
    let members = fields.iter().map(|Field { cfgs, ident, ty, wire, .. }| {
        let function = at(ty.span(), quote!(__private::serde::ser::SerializeStruct::serialize_field));
        let value = at(ty.span(), quote!(&self.#ident));
        let arguments = at(ty.span(), quote!((&mut __struct, #wire, #value)));
        quote!(#(#cfgs)* #function::<#ty>#arguments?;)
    });
    let body = quote! {
        let mut __struct = __serializer.serialize_struct(#name, #count)?;
        #(#members)*
        __private::serde::ser::SerializeStruct::end(__struct)
    };
    serialize(ident, &body)
}

/// The user's type with derives and attributes for serde, so that the user's crate needs no dependency on it.
pub(super) fn derived(
    krate: &Path,
    item: &Item,
    deserialize: bool,
    serialize: bool,
    rename: Option<Rule>,
) -> TokenStream {
    let serde = quote!(#krate::__private::serde);
    let deserialize_derive = deserialize.then(|| quote!(#serde::Deserialize,));
    let serialize_derive = serialize.then(|| quote!(#serde::Serialize,));
    let derives = deserialize || serialize;
    let derive = derives.then(|| quote!(#[derive(#deserialize_derive #serialize_derive)]));
    let path = serde.to_string().replace(' ', "");
    let own = derives.then(|| quote!(crate = #path,));
    let rename = rename.map(Rule::name).map(|rule| quote!(rename_all = #rule,));
    let attribute = (own.is_some() || rename.is_some()).then(|| quote!(#[serde(#own #rename)]));
    // A derive goes before the attributes that speak to it: ours before the user's, the user's before ours.
    let mut item = item.clone();
    let attrs = attrs_mut(&mut item).map(std::mem::take).unwrap_or_default();
    quote!(#derive #(#attrs)* #attribute #item)
}
