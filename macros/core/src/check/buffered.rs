//! Raw JSON where serde keeps values, not their text, before it knows what to read: in flattened fields, and in enums whose
//! variant it has to find out.

use std::collections::HashSet;

use quote::ToTokens as _;
use syn::{Attribute, GenericArgument, Ident, ItemEnum, Path, PathArguments, Type};

use crate::diagnostic::Sink;
use crate::items::{Annotated, Body, Field, Impl, ParsedItem, attrs_of, serde_attrs};
use crate::language::NestedOptions;
use crate::naming::{imports, inside, segments, unraw};

/// Reports it: no row with such a value could be read. `krate` is the runtime, where it has another name.
pub(super) fn check(items: &[ParsedItem], krate: Option<&Path>) {
    let nested = || {
        items.iter().filter_map(|item| match item {
            ParsedItem::Nested(nested) if nested.serde.deserialize != Impl::Manual => Some(&**nested),
            _ => None,
        })
    };
    let mut raw = Raw { json: json(items, krate), holders: HashSet::new() };
    // As often as parts can be inside of others.
    for _ in nested() {
        let found = nested().filter(|nested| raw.is_holder(nested)).map(|nested| unraw(&nested.ident)).collect();
        if std::mem::replace(&mut raw.holders, found).len() == raw.holders.len() {
            break;
        }
    }
    for item in items {
        match item {
            ParsedItem::Resource(resource) if resource.serde.deserialize != Impl::Manual => {
                raw.flattened(&resource.ident, &resource.body, &resource.errors);
            }
            ParsedItem::Nested(nested) if nested.serde.deserialize != Impl::Manual => {
                raw.flattened(&nested.ident, &nested.body, &nested.errors);
                if let syn::Item::Enum(item) = &nested.item {
                    raw.in_variants(item, &nested.errors);
                }
            }
            _ => {}
        }
    }
}

/// The paths of the runtime's `Json`.
fn json(items: &[ParsedItem], krate: Option<&Path>) -> Vec<Vec<String>> {
    let crates = krate.map(segments).into_iter().chain([vec!["declarest".to_owned()]]);
    let mut paths: Vec<_> = crates.map(|path| [path, vec!["Json".to_owned()]].concat()).collect();
    let user = items.iter().filter_map(|item| match item {
        ParsedItem::User(item) => Some(&**item),
        ParsedItem::Resource(_) | ParsedItem::Nested(_) => None,
    });
    let imported = user.flat_map(imports).find(|import| paths.contains(&import.path));
    paths.extend(imported.map(|import| vec![unraw(&import.name)]));
    paths
}

/// What of a module is read from raw JSON.
struct Raw {
    /// The paths of `Json`.
    json: Vec<Vec<String>>,
    /// The parts of rows with raw JSON in them.
    holders: HashSet<String>,
}

impl Raw {
    fn is_holder(&self, nested: &Annotated<NestedOptions>) -> bool {
        if serde_attrs::is_read_as_another(attrs_of(&nested.item)) {
            return false;
        }
        match (&nested.body, &nested.item) {
            (Body::Fields(fields), _) => {
                fields.iter().any(|field| field.extra || (is_plain(field) && self.is(&field.ty)))
            }
            (Body::Variants(_), syn::Item::Enum(item)) => self.variants(item).next().is_some(),
            _ => false,
        }
    }

    /// Whether values of a type are read from raw JSON, or have something in them that is.
    fn is(&self, ty: &Type) -> bool {
        innermost(ty).is_some_and(|path| self.is_holder_of(path) || self.json.contains(&segments(path)))
    }

    fn is_holder_of(&self, path: &Path) -> bool {
        path.get_ident().is_some_and(|name| self.holders.contains(&unraw(name)))
    }

    fn flattened(&self, owner: &Ident, body: &Body, errors: &Sink) {
        let Body::Fields(fields) = body else { return };
        for field in fields.iter().filter(|field| field.marks.flatten.is_some() && !field.extra && is_plain(field)) {
            // `Json` itself is reported as such.
            let Some(path) = innermost(&field.ty).filter(|path| self.is_holder_of(path)) else { continue };
            let name = path.to_token_stream();
            errors.report(
                &field.ty,
                format!("`{name}` has raw JSON in it, which is read from the text of a response, and serde has taken that apart here: no row could be read\nhelp: write the fields of `{name}` into `{owner}` itself"),
            );
        }
    }

    /// The fields of variants with raw JSON in them, each with its variant.
    fn variants<'i>(&self, item: &'i ItemEnum) -> impl Iterator<Item = (&'i syn::Variant, &'i Type)> {
        let fields = item.variants.iter().flat_map(|variant| variant.fields.iter().map(move |field| (variant, field)));
        let raw = fields.filter(|(_, field)| !is_read_otherwise(&field.attrs) && self.is(&field.ty));
        raw.map(|(variant, field)| (variant, &field.ty)).collect::<Vec<_>>().into_iter()
    }

    fn in_variants(&self, item: &ItemEnum, errors: &Sink) {
        let has = |attrs: &[Attribute], word| serde_attrs::has_word(attrs, word);
        let all = has(&item.attrs, "untagged") || (has(&item.attrs, "tag") && !has(&item.attrs, "content"));
        if serde_attrs::is_read_as_another(&item.attrs) {
            return;
        }
        for (_, ty) in self.variants(item).filter(|(variant, _)| all || has(&variant.attrs, "untagged")) {
            errors.report(
                ty,
                format!("raw JSON is read from the text of a response, and serde takes that apart before it knows the variant: no row could be read\nhelp: write a type without `Json` and `Extra` here, or declare the fields of the type `{0}` as `declarest::Json`, without `{0}`", item.ident),
            );
        }
    }
}

/// The type of the values in the containers that fields have.
fn innermost(ty: &Type) -> Option<&Path> {
    if let Some(inner) = ["Option", "Vec", "Box"].iter().find_map(|wrapper| inside(ty, wrapper)) {
        return innermost(inner);
    }
    let Type::Path(ty) = ty else { return None };
    let last = ty.path.segments.last()?;
    match &last.arguments {
        PathArguments::AngleBracketed(arguments)
            if ["HashMap", "BTreeMap", "IndexMap"].iter().any(|map| last.ident == map) =>
        {
            match arguments.args.last() {
                Some(GenericArgument::Type(value)) => innermost(value),
                _ => None,
            }
        }
        PathArguments::None => Some(&ty.path),
        _ => None,
    }
}

/// Whether a field is read as its type says.
fn is_plain(field: &Field) -> bool {
    field.marks.skip.is_none() && field.names.as_ref().is_none_or(|names| !names.otherwise)
}

fn is_read_otherwise(attrs: &[Attribute]) -> bool {
    ["with", "deserialize_with", "skip", "skip_deserializing"].iter().any(|word| serde_attrs::has_word(attrs, word))
}
