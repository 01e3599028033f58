//! Types that no field can have, whatever is in scope: reported here, for the compiler would report each use of them. One
//! without a size is replaced: with it, the struct itself could not be used.

use quote::ToTokens;
use syn::{GenericArgument, Ident, PathArguments, Type, parse_quote};

use crate::diagnostic::Sink;

/// Reports a type that no value of a row can have. `stored` is whether the field has a column of its type.
pub(super) fn check(ty: &mut Type, stored: bool, errors: &Sink) {
    if let Some(inner) = inside(ty) {
        return check(inner, stored, errors);
    }
    let text = ty.to_token_stream().to_string().replace(' ', "");
    let wrong = |what: String, help: &str| errors.report(&*ty, format!("{what}\nhelp: write `{help}`"));
    match &*ty {
        Type::Path(path) => {
            if let Some(better) = path.path.get_ident().and_then(|name| better(name, stored)) {
                wrong(format!("a row holds no `{text}`"), better);
                if text == "str" {
                    *ty = parse_quote!(::std::string::String);
                }
            }
        }
        // With a lifetime of its own, the struct is generic, which is reported.
        Type::Reference(reference)
            if reference.lifetime.as_ref().is_some_and(|lifetime| lifetime.ident != "static") => {}
        Type::Reference(_) => wrong("a row owns its values".to_owned(), "String"),
        Type::Slice(slice) => {
            wrong("a row owns its values".to_owned(), "Vec<…>");
            let element = &slice.elem;
            *ty = parse_quote!(::std::vec::Vec<#element>);
        }
        Type::TraitObject(_) | Type::ImplTrait(_) => {
            wrong(format!("`{text}` is not the type of a value in JSON"), "declarest::Json");
            *ty = parse_quote!(());
        }
        Type::FnPtr(_) | Type::Ptr(_) | Type::Never(_) => {
            wrong(format!("`{text}` is not the type of a value in JSON"), "declarest::Json");
        }
        _ => {}
    }
}

/// `T` of `Option<T>` and of `Vec<T>`.
fn inside(ty: &mut Type) -> Option<&mut Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last_mut()?;
    let PathArguments::AngleBracketed(arguments) = &mut last.arguments else { return None };
    match arguments.args.first_mut()? {
        GenericArgument::Type(inner) if last.ident == "Option" || last.ident == "Vec" => Some(inner),
        _ => None,
    }
}

/// The type in place of one that cannot be.
fn better(name: &Ident, stored: bool) -> Option<&'static str> {
    match name.to_string().as_str() {
        "str" => Some("String"),
        "usize" | "u128" if stored => Some("u64"),
        "isize" | "i128" if stored => Some("i64"),
        _ => None,
    }
}
