//! `declarest::Extra`, and what only has its name.

use quote::ToTokens;
use syn::{Path, Type};

use super::field::Field;
use super::serde_attrs;
use crate::diagnostic::Sink;
use crate::naming::{Import, imports, inside, is_number, last_name, segments, unraw};

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
    /// Whether the module has imported the runtime's `Json`.
    json: bool,
}

impl Extra {
    pub(super) fn new(items: &[syn::Item], krate: Option<&Path>) -> Self {
        let runtime: Vec<_> = krate.map(segments).into_iter().chain([vec!["declarest".to_owned()]]).collect();
        let mut extra = Self { runtime, other: false, json: false };
        extra.other = items.iter().any(|item| match item {
            syn::Item::Struct(syn::ItemStruct { ident, .. })
            | syn::Item::Enum(syn::ItemEnum { ident, .. })
            | syn::Item::Type(syn::ItemType { ident, .. }) => ident == NAME,
            item => imports(item).iter().any(|import| unraw(&import.name) == NAME && !extra.is_at(&import.path)),
        });
        let is_json = |import: &Import| {
            unraw(&import.name) == "Json"
                && import.path.split_last().is_some_and(|(last, above)| last == "Json" && extra.has(above))
        };
        extra.json = items.iter().flat_map(imports).any(|import| is_json(&import));
        extra
    }

    /// Whether a path is the runtime's.
    fn has(&self, path: &[String]) -> bool {
        self.runtime.iter().any(|krate| krate == path)
    }

    /// Whether a type of that name is the runtime's.
    pub(super) fn is(&self, ty: &Type) -> bool {
        let Type::Path(ty) = ty else { return false };
        if ty.path.segments.len() > 1 { self.is_at(&segments(&ty.path)) } else { !self.other }
    }

    /// Reports fields of that type that do not take what is left, a second one, and values without keys that are to take it.
    pub(super) fn check(&self, fields: &[Field], by_derive: bool, errors: &Sink) {
        let mut first: Option<&Field> = None;
        for field in fields {
            let inner = inside(&field.ty, "Option").unwrap_or(&field.ty);
            let is_extra = may_be(inner) && self.is(inner);
            if is_extra && by_derive {
                errors.report(
                    &field.ty,
                    "an `Extra` keeps the text of values, and a derive of serde's takes them apart: no row could be read\nhelp: leave `Deserialize` out of the derives; it is implemented here",
                );
                continue;
            }
            match &field.marks.flatten {
                None if is_extra && field.marks.skip.is_none() => errors.report(
                    &field.ty,
                    "an `Extra` takes the keys that no field names, and this field is read from a key of its own\nhelp: write `#[serde(flatten)]` above it; what stands at one key is a `declarest::Json`",
                ),
                Some(_) if is_extra && !field.extra => errors.report(
                    &field.ty,
                    "an `Extra` is always there, and empty where no key is left\nhelp: write `declarest::Extra` without `Option`",
                ),
                Some(_) if is_extra => match first.filter(|first| first.cfgs.is_empty() || field.cfgs.is_empty()) {
                    Some(first) => errors.conflict(
                        &field.ty,
                        "two fields take the keys that no field names\nhelp: leave one of them out",
                        &first.ty,
                        "the first is here",
                    ),
                    None => first = Some(field),
                },
                Some(_) if inside(inner, "Option").is_none() && self.is_map_of_json(inner) => errors.report(
                    &field.ty,
                    "a `Json` is read from the text of a response, and serde has taken that apart here: no row could be read\nhelp: write `declarest::Extra`, which takes the keys that no field names",
                ),
                Some(word) if has_no_keys(inner) => errors.report(
                    word,
                    format!("a `{}` has no keys that could stand beside the others\nhelp: leave `flatten` out, or take the rest of the keys: `declarest::Extra`", inner.to_token_stream().to_string().replace(' ', "")),
                ),
                Some(_) | None => {}
            }
        }
        let flattened = fields.iter().filter(|field| !field.extra && field.marks.skip.is_none());
        for word in flattened.filter_map(|field| field.marks.flatten.as_ref()) {
            if let Some(Field { ty, .. }) = first {
                errors.conflict(
                    word,
                    "an `Extra` takes all keys that the struct does not name, those of this field among them\nhelp: write the fields of its type into the struct itself",
                    ty,
                    "the `Extra` is here",
                );
            }
        }
    }

    /// Reports fields of that type inside of an enum.
    pub(super) fn in_variants(&self, item: &syn::ItemEnum, errors: &Sink) {
        for variant in &item.variants {
            for field in &variant.fields {
                if may_be(&field.ty) && self.is(&field.ty) && serde_attrs::marks(&field.attrs).flatten.is_some() {
                    errors.report(
                        &field.ty,
                        format!("an `Extra` takes what is left of a struct's keys, and these are a variant's\nhelp: make them a `#[nested]` struct, and write `{}(…)` around it", variant.ident),
                    );
                }
            }
        }
    }

    /// Whether a type is a map whose values are the runtime's `Json`.
    fn is_map_of_json(&self, ty: &Type) -> bool {
        let Type::Path(path) = ty else { return false };
        let Some(last) = path.path.segments.last() else { return false };
        let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else { return false };
        let value = arguments.args.iter().filter_map(|argument| match argument {
            syn::GenericArgument::Type(Type::Path(ty)) => Some(segments(&ty.path)),
            _ => None,
        });
        let value = value.last().unwrap_or_default();
        let value = value.split_last().filter(|(last, _)| *last == "Json");
        ["HashMap", "BTreeMap", "IndexMap"].iter().any(|map| last.ident == map)
            && value.is_some_and(|(_, above)| self.has(above) || (self.json && above.is_empty()))
    }

    fn is_at(&self, path: &[String]) -> bool {
        path.split_last().is_some_and(|(last, above)| last == NAME && self.has(above))
    }
}

/// Whether a type is known to be read from something else than an object.
fn has_no_keys(ty: &Type) -> bool {
    const VALUES: [&str; 14] = [
        "String",
        "bool",
        "char",
        "Vec",
        "Json",
        "Timestamp",
        "Zoned",
        "DateTime",
        "Date",
        "Time",
        "NaiveDate",
        "NaiveDateTime",
        "Duration",
        "Uuid",
    ];
    match ty {
        Type::Tuple(_) | Type::Array(_) | Type::Slice(_) => true,
        ty => last_name(ty).is_some_and(|name| is_number(&name) || VALUES.contains(&name.as_str())),
    }
}
