//! Parts of rows: stored as JSON, or as text. All in a block in which `__private` is the runtime's.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Ident, Path};

use super::stub::Stub;
use super::{child, decode, deprecated};
use crate::model::{Field, Nested, NestedKind, TextEnum, TextName};

/// The user's type, with derives and attributes for serde.
pub(super) fn item(krate: &Path, nested: &Nested) -> TokenStream {
    let item = &nested.item;
    match &nested.kind {
        NestedKind::Derived { deserialize, serialize, rename, copy } => {
            let rename = rename.filter(|_| *serialize || copy.is_none());
            decode::derived(krate, item, *deserialize && copy.is_none(), *serialize, rename)
        }
        NestedKind::Struct { rename, .. } | NestedKind::Text(TextEnum { rename, .. }) => {
            decode::derived(krate, item, false, false, *rename)
        }
        NestedKind::Stub { .. } => quote!(#item),
    }
}

/// The traits of a part.
pub(super) fn implementation(krate: &Path, nested: &Nested) -> TokenStream {
    let (ident, cfgs) = (&nested.ident, &nested.cfgs);
    let body = match &nested.kind {
        NestedKind::Derived { copy, .. } => {
            let decode = copy.as_ref().map(|copy| decode::through_copy(krate, ident, copy));
            let column = column(krate, ident, &quote!(Json), &quote!(), &quote!(__row.json(self)));
            quote!(#decode #column)
        }
        NestedKind::Struct { fields, deserialize, serialize, .. } => {
            let expecting = format!("an object for `{ident}`");
            let decode = deserialize.then(|| decode::compact(krate, ident, &expecting, fields));
            let encode = serialize.then(|| decode::encode(ident, fields));
            let column = column(krate, ident, &quote!(Json), &quote!(), &quote!(__row.json(self)));
            // A value that the macro both reads and writes can keep the API's text.
            let part = (*deserialize && *serialize).then(|| part(ident, fields));
            quote!(#decode #encode #part #column)
        }
        NestedKind::Text(text) => text_enum(krate, ident, text),
        NestedKind::Stub { deserialize, serialize } => return stub(krate, nested, *deserialize, *serialize),
    };
    let element = nested.element.as_ref().map(|fields| match &nested.kind {
        NestedKind::Struct { .. } | NestedKind::Derived { .. } if !fields.is_empty() => {
            child::fields(krate, ident, fields)
        }
        // An enum is one value.
        _ => child::value(krate, ident),
    });
    let deprecated = deprecated::allowed(&nested.item);
    quote! {
        #(#cfgs)*
        #[doc(hidden)]
        #deprecated
        #[allow(unused_imports, unused_mut)]
        const _: () = {
            use #krate::{__private::{self, NotVerbatim as _}, Column as __Column};
            #body
            #element
        };
    }
}

/// The traits of a type with a mistake, be it a field's, a key's or a param's.
fn stub(krate: &Path, nested: &Nested, deserialize: bool, serialize: bool) -> TokenStream {
    let cfgs = &nested.cfgs;
    let stub = Stub::of(krate, &nested.ident, &nested.item);
    let deserialize = deserialize.then(|| stub.deserialize());
    let serialize = serialize.then(|| stub.serialize());
    let (column, key, element) = (stub.column(), stub.key(), nested.element.as_ref().map(|_| stub.child_row()));
    let param = matches!(nested.item, syn::Item::Enum(_)).then(|| stub.param());
    let deprecated = deprecated::allowed(&nested.item);
    quote! {
        #(#cfgs)*
        #[doc(hidden)]
        #deprecated
        #[allow(clippy::empty_loop)]
        const _: () = {
            use #krate::__private;
            #deserialize #serialize #column #key #element #param
        };
    }
}

/// `impl Verbatim` of a struct: whether a text is what [`decode::encode`] would write.
fn part(ident: &Ident, fields: &[Field]) -> Option<TokenStream> {
    // If the first field is conditional, so is the comma after it.
    let certain = fields.iter().all(|field| field.cfgs.is_empty() && !field.extra) && !fields.is_empty();
    let members = fields.iter().enumerate().map(|(index, Field { ty, wire, .. })| {
        let first = index == 0;
        quote!(__text.key(#wire, #first) && __private::OptionalVerbatim::<#ty>::is_verbatim(__text))
    });
    certain.then(|| verbatim(ident, &quote!(__text.open() && #(#members &&)* __text.close())))
}

fn verbatim(ident: &Ident, is_verbatim: &TokenStream) -> TokenStream {
    quote! {
        #[automatically_derived]
        impl __private::Verbatim for #ident {
            fn is_verbatim(__text: &mut __private::RawText<'_>) -> bool {
                #is_verbatim
            }
        }
    }
}

fn column(krate: &Path, ident: &Ident, ty: &TokenStream, read: &TokenStream, put: &TokenStream) -> TokenStream {
    quote! {
        #[automatically_derived]
        impl #krate::Column for #ident {
            const TYPE: #krate::ColumnType = #krate::ColumnType::#ty;
            #read
            #[inline]
            fn put<'a>(&'a self, __row: &mut __private::Row<'a>) {
                #put;
            }
        }
    }
}

fn text_enum(krate: &Path, ident: &Ident, text: &TextEnum) -> TokenStream {
    let listed = text.names.iter().map(|TextName { cfgs, name, .. }| quote!(#(#cfgs)* #name));
    let from = text
        .names
        .iter()
        .map(|TextName { cfgs, name, ident }| quote!(#(#cfgs)* #name => ::core::option::Option::Some(Self::#ident),));
    let to = text.names.iter().map(|TextName { cfgs, name, ident }| quote!(#(#cfgs)* Self::#ident => #name,));
    let from_other = text.other.as_ref().map(|(other, cfgs)| {
        quote! {
            #(#cfgs)*
            __other if __private::is_other(__other, <Self as __private::TextEnum>::NAMES) => {
                ::core::option::Option::Some(Self::#other(::core::convert::From::from(__other)))
            }
        }
    });
    let to_other = text.other.as_ref().map(|(other, cfgs)| quote!(#(#cfgs)* Self::#other(__name) => __name,));
    let deserialize =
        text.deserialize.then(|| decode::deserialize(ident, &quote!(__private::text_enum(__deserializer))));
    let serialize = text
        .serialize
        .then(|| decode::serialize(ident, &quote!(__serializer.serialize_str(__private::TextEnum::name(self)))));
    let part = (text.deserialize && text.serialize)
        .then(|| verbatim(ident, &quote!(__private::text_enum_verbatim::<Self>(__text))));
    let put = quote!(__row.text(__private::TextEnum::name(self)));
    let read = quote!(const READER: __private::ColumnReader = __private::ColumnReader::name::<#ident>(););
    let column = column(krate, ident, &quote!(Text), &read, &put);
    quote! {
        #[automatically_derived]
        impl __private::TextEnum for #ident {
            const NAMES: &'static [&'static str] = &[#(#listed),*];
            #[inline]
            fn from_name(__name: &str) -> ::core::option::Option<Self> {
                match __name {
                    #(#from)*
                    #from_other
                    _ => ::core::option::Option::None,
                }
            }
            #[inline]
            fn name(&self) -> &str {
                match self {
                    #(#to)*
                    #to_other
                }
            }
        }
        #deserialize
        #serialize
        #part
        #column
        #[automatically_derived]
        impl #krate::Key for #ident {}
        #[automatically_derived]
        impl #krate::Param for #ident {
            #[inline]
            fn to_text(&self) -> __private::String {
                ::core::convert::From::from(__private::TextEnum::name(self))
            }
        }
    }
}
