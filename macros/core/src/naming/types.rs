//! Types by their names alone: a macro knows nothing else of them.

use quote::ToTokens;
use syn::{GenericArgument, PathArguments, Type};

/// `T` of `Option<T>`, however the wrapper's path is written.
pub(crate) fn inside<'t>(ty: &'t Type, wrapper: &str) -> Option<&'t Type> {
    match ty {
        Type::Group(group) => inside(&group.elem, wrapper),
        Type::Paren(paren) => inside(&paren.elem, wrapper),
        Type::Path(path) if path.qself.is_none() => {
            let last = path.path.segments.last()?;
            let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
            match (arguments.args.first(), arguments.args.len()) {
                (Some(GenericArgument::Type(inner)), 1) if last.ident == wrapper => Some(inner),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Whether a type is the standard string, by its name.
pub(crate) fn is_string(ty: &Type) -> bool {
    let text = ty.to_token_stream().to_string().replace(' ', "");
    matches!(text.trim_start_matches("::"), "String" | "std::string::String" | "alloc::string::String")
}

/// The last name of a type's path, as far as it is one: `Timestamp` of `jiff::Timestamp`.
pub(crate) fn last_name(ty: &Type) -> Option<String> {
    match ty {
        Type::Group(group) => last_name(&group.elem),
        Type::Paren(paren) => last_name(&paren.elem),
        Type::Path(path) if path.qself.is_none() => Some(super::unraw(&path.path.segments.last()?.ident)),
        _ => None,
    }
}

/// Whether this is the name of a type of numbers.
pub(crate) fn is_number(name: &str) -> bool {
    matches!(
        name,
        "i8" | "i16"
            | "i32"
            | "i64"
            | "i128"
            | "isize"
            | "u8"
            | "u16"
            | "u32"
            | "u64"
            | "u128"
            | "usize"
            | "f32"
            | "f64"
    )
}
