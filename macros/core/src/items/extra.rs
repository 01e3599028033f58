//! `declarest::Extra`, and what only has its name.

use syn::{Path, Type};

use crate::naming::{imports, segments, unraw};

const NAME: &str = "Extra";

/// Whether a type is the runtime's, by its own name.
pub(super) fn may_be(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == NAME && last.arguments.is_none()))
}

/// The meaning of `Extra` in a module.
pub(super) struct Extra {
    /// The paths that the runtime may have.
    runtime: Vec<Vec<String>>,
    /// Whether the module has declared another, or imported it.
    other: bool,
}

impl Extra {
    pub(super) fn new(items: &[syn::Item], krate: Option<&Path>) -> Self {
        let runtime: Vec<_> = krate.map(segments).into_iter().chain([vec!["declarest".to_owned()]]).collect();
        let mut extra = Self { runtime, other: false };
        extra.other = items.iter().any(|item| match item {
            syn::Item::Struct(syn::ItemStruct { ident, .. })
            | syn::Item::Enum(syn::ItemEnum { ident, .. })
            | syn::Item::Type(syn::ItemType { ident, .. }) => ident == NAME,
            item => imports(item).iter().any(|import| unraw(&import.name) == NAME && !extra.is_at(&import.path)),
        });
        extra
    }

    /// Whether a type of that name is the runtime's.
    pub(super) fn is(&self, ty: &Type) -> bool {
        let Type::Path(ty) = ty else { return false };
        if ty.path.segments.len() > 1 { self.is_at(&segments(&ty.path)) } else { !self.other }
    }

    fn is_at(&self, path: &[String]) -> bool {
        path.split_last().is_some_and(|(last, above)| last == NAME && self.runtime.iter().any(|krate| krate == above))
    }
}
