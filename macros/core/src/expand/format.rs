//! The format of a resource's bodies, and the function that makes rows of them.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use syn::spanned::Spanned;
use syn::{Ident, Type};

use super::constant::{Constant, list, some};
use super::decode::reads_as_column;
use super::place::at;
use crate::model::{Csv, CsvCell, Definition, Field, Format, Quote, Storage};
use crate::naming::inside;

/// Sets the format, unless it is JSON.
pub(super) fn set(def: &mut Constant, definition: &Definition) {
    match &definition.format {
        Format::Json => {}
        Format::JsonLines => def.set("format", quote!(__private::BodyFormat::JsonLines)),
        Format::Function(_) => def.set("format", quote!(__private::BodyFormat::Function)),
        Format::Csv(csv) => {
            let csv = self::csv(csv, &definition.fields);
            def.set("format", quote!(__private::BodyFormat::Csv(#csv)));
        }
    }
}

fn csv(csv: &Csv, fields: &[Field]) -> Constant {
    let Csv { delimiter, quote, comment, header, cells } = csv;
    let mut def = Constant::new(quote!(__private::CsvDef));
    def.set_opt("delimiter", delimiter.map(Literal::byte_character));
    let quote = quote.map(|quote| match quote {
        Quote::Sign(sign) => some(Literal::byte_character(sign)),
        Quote::Nothing => quote!(__private::None),
    });
    def.set_opt("quote", quote);
    def.set_opt("comment", comment.map(Literal::byte_character).map(some));
    def.set_opt("header", *header);
    def.set("cells", list(fields.iter().zip(cells).filter(|(_, cell)| !cell.names.is_empty()).map(cell)));
    def
}

/// How the cell of a field is read: by its type.
fn cell((field, CsvCell { names, verbatim }): (&Field, &CsvCell)) -> TokenStream {
    let Field { ty, cfgs, .. } = field;
    let names = list(names);
    let def = match &field.storage {
        _ if *verbatim => quote!(text(#names)),
        _ if field.epoch.is_some() => quote!(number(#names)),
        Storage::Column(_) => of(ty, &names),
        Storage::Skipped if is_plain(ty) => of(ty, &names),
        Storage::Json(_) | Storage::Child(_) | Storage::Skipped => quote!(json(#names)),
    };
    quote!(#(#cfgs)* __private::CellDef::#def)
}

fn of(ty: &Type, names: &TokenStream) -> TokenStream {
    let stored = at(ty.span(), quote!(__Column > ::STORED));
    quote!(of(#names, <#ty as #stored))
}

/// Whether a type is surely a column's, by its name.
fn is_plain(ty: &Type) -> bool {
    let inner = inside(ty, "Option").unwrap_or(ty);
    let is_name = |name| matches!(inner, Type::Path(path) if path.path.is_ident(name));
    reads_as_column(ty) || ["String", "bool", "f32", "f64"].into_iter().any(is_name)
}

/// The function that makes rows. It is named once, with its type, so that a wrong one is reported where it stands.
pub(super) fn made_rows(ident: &Ident, format: &Format) -> Option<TokenStream> {
    let Format::Function(function) = format else { return None };
    let made = at(function.span(), quote!(__private::made_rows::<#ident, _, _>));
    Some(quote! {
        fn made_rows(
            __body: &[::core::primitive::u8],
        ) -> ::core::result::Result<__private::MadeRows<Self>, __private::RowsFault> {
            #made(#function, __body)
        }
    })
}
