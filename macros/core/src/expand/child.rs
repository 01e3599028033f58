//! Lists that are stored as tables of their own, and the rows of these tables.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use syn::spanned::Spanned;
use syn::{Ident, Path};

use super::column::{column, put};
use super::place::at;
use crate::model::{ChildTable, Field, Storage};

fn children(fields: &[Field]) -> impl Iterator<Item = (&Field, &ChildTable)> {
    fields.iter().filter_map(|field| match &field.storage {
        Storage::Child(table) => Some((field, &**table)),
        Storage::Column(_) | Storage::Json(_) | Storage::Skipped => None,
    })
}

/// The tables of a resource's lists.
pub(super) fn tables(krate: &Path, fields: &[Field]) -> impl Iterator<Item = TokenStream> {
    children(fields).map(move |(Field { cfgs, .. }, ChildTable { name, element, .. })| {
        let columns = at(element.span(), quote!(#krate::ChildRow>::COLUMNS));
        quote!(#(#cfgs)* __private::ChildTableDef { name: #name, columns: <#element as #columns })
    })
}

/// The elements of the list that is a certain table.
pub(super) fn rows(krate: &Path, fields: &[Field]) -> Option<TokenStream> {
    children(fields).next()?;
    // With a list that is not always there, the others have no certain index.
    let by_name = children(fields).any(|(field, _)| !field.cfgs.is_empty());
    let table = if by_name {
        quote!(<Self as #krate::Resource>::DEF.child_tables.get(__table).map(|__table| __table.name))
    } else {
        quote!(__table)
    };
    let arms = children(fields).enumerate().map(|(index, (Field { cfgs, member, .. }, table))| {
        let index = Literal::usize_unsuffixed(index);
        let name = &table.name;
        let pattern = if by_name { quote!(::core::option::Option::Some(#name)) } else { quote!(#index) };
        let element = &table.element;
        let list = at(element.span(), quote!(#krate::ChildRow>::list));
        let add = if table.optional {
            quote! {
                if let ::core::option::Option::Some(__items) = &self.#member {
                    <#element as #list(__items, __rows);
                }
            }
        } else {
            quote!(<#element as #list(&self.#member, __rows);)
        };
        quote!(#(#cfgs)* #pattern => { #add })
    });
    Some(quote! {
        #[allow(clippy::single_match)]
        #[inline]
        fn child_rows<'a>(&'a self, __table: usize, __rows: &mut __private::ChildRows<'a>) {
            match #table {
                #(#arms)*
                _ => {}
            }
        }
    })
}

/// `impl ChildRow`: the columns of an element, and its values.
pub(super) fn element(krate: &Path, ident: &Ident, columns: &[TokenStream], puts: &[TokenStream]) -> TokenStream {
    quote! {
        #[automatically_derived]
        impl #krate::ChildRow for #ident {
            const COLUMNS: &'static [__private::ColumnDef] = &[#(#columns),*];
            #[inline]
            fn put<'a>(&'a self, __row: &mut __private::Row<'a>) {
                #(#puts)*
            }
        }
    }
}

/// `impl ChildRow` of a struct.
pub(super) fn fields(krate: &Path, ident: &Ident, fields: &[Field]) -> TokenStream {
    let columns: Vec<TokenStream> = fields.iter().filter_map(column).collect();
    let puts: Vec<TokenStream> = fields.iter().filter_map(put).collect();
    element(krate, ident, &columns, &puts)
}

/// `impl ChildRow` of a type that is one value.
pub(super) fn value(krate: &Path, ident: &Ident) -> TokenStream {
    let column = quote! {
        __private::ColumnDef::of("value", <#ident as __Column>::STORED)
    };
    element(krate, ident, &[column], &[quote!(<#ident as __Column>::put(self, __row);)])
}
