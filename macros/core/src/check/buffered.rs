//! Raw JSON where serde keeps values, not their text, before it knows what to read: in flattened fields, and in enums whose
//! variant it has to find out.

use std::collections::HashSet;

use syn::{Attribute, Ident, ItemEnum, Type};

use crate::diagnostic::Sink;
use crate::items::{Annotated, Body, Field, Impl, ParsedItem, attrs_of, serde_attrs};
use crate::language::NestedOptions;
use crate::naming::unraw;
use crate::shape::{ExpectedType, TypeMap};

/// Reports it: no row with such a value could be read.
pub(super) fn check(items: &[ParsedItem], types: &TypeMap) {
    let nested = || {
        items.iter().filter_map(|item| match item {
            ParsedItem::Nested(nested) if nested.serde.deserialize != Impl::Manual => Some(&**nested),
            _ => None,
        })
    };
    let names: Vec<String> = nested().map(|nested| unraw(&nested.ident)).collect();
    let mut raw = Raw { types, names, holders: HashSet::new() };
    // As often as parts can be inside of others.
    for _ in 0..raw.names.len() {
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

/// What of a module is read from raw JSON.
struct Raw<'t> {
    types: &'t TypeMap,
    /// The parts of rows.
    names: Vec<String>,
    /// Those with raw JSON in them.
    holders: HashSet<String>,
}

impl Raw<'_> {
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
        self.expects_raw(&self.types.expected(ty, &self.names))
    }

    fn expects_raw(&self, expected: &ExpectedType) -> bool {
        match expected {
            ExpectedType::Json => true,
            ExpectedType::Option(inner) | ExpectedType::List(inner) | ExpectedType::Map(inner) => {
                self.expects_raw(inner)
            }
            ExpectedType::Nested(name) => self.holders.contains(name),
            _ => false,
        }
    }

    fn flattened(&self, owner: &Ident, body: &Body, errors: &Sink) {
        let Body::Fields(fields) = body else { return };
        for field in fields.iter().filter(|field| field.marks.flatten.is_some() && !field.extra && is_plain(field)) {
            // Others are reported as such.
            let (ExpectedType::Nested(name), expected) = self.innermost(&field.ty) else { continue };
            if self.expects_raw(&expected) {
                errors.report(
                    &field.ty,
                    format!("`{name}` has raw JSON in it, which is read from the text of a response, and serde has taken that apart here: no row could be read\nhelp: write the fields of `{name}` into `{owner}` itself"),
                );
            }
        }
    }

    /// What a type expects inside of its wrappers, and as a whole.
    fn innermost(&self, ty: &Type) -> (ExpectedType, ExpectedType) {
        let whole = self.types.expected(ty, &self.names);
        let mut inner = whole.clone();
        while let ExpectedType::Option(next) | ExpectedType::List(next) | ExpectedType::Map(next) = inner {
            inner = *next;
        }
        (inner, whole)
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

/// Whether a field is read as its type says.
fn is_plain(field: &Field) -> bool {
    field.marks.skip.is_none() && field.names.as_ref().is_none_or(|names| !names.otherwise)
}

fn is_read_otherwise(attrs: &[Attribute]) -> bool {
    ["with", "deserialize_with", "skip", "skip_deserializing"].iter().any(|word| serde_attrs::has_word(attrs, word))
}
