//! Types as messages show them.

use quote::ToTokens;
use syn::Type;

use crate::naming::inside;

/// A type as messages show it.
pub(crate) fn written_type(ty: &Type) -> String {
    ty.to_token_stream().to_string().replace(' ', "")
}

/// The innermost type, as messages show it: of an `Option`, the elements of a list.
pub(crate) fn element(ty: &Type) -> String {
    match ["Option", "Vec", "Box"].into_iter().find_map(|wrapper| inside(ty, wrapper)) {
        Some(inner) => element(inner),
        None => written_type(ty),
    }
}
